/* Floor: commands.  The rows of edge/options.h explained: as a page, as a section of the manual, as the sample file. */
#ifndef CDI_COMMANDS_HELP_CONFIGURATION_H
#define CDI_COMMANDS_HELP_CONFIGURATION_H

#include <stdio.h>

void cdi_help_configuration(FILE *stream);
void cdi_help_configuration_manual(FILE *stream);       /* mdoc(7): .Sh CONFIGURATION */
void cdi_help_configuration_sample(FILE *stream);       /* config/cdiwatch.yaml */

#endif
