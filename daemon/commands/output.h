/* Floor: commands.  Where data goes: stdout, or a file that appears under its name only when it is whole. */
#ifndef CDI_COMMANDS_OUTPUT_H
#define CDI_COMMANDS_OUTPUT_H

#include <stdio.h>

#include "cdiwatch/error.h"

struct cdi_output {
    FILE *stream;                               /* write here; failures are found at the end */
    char *path, *unfinished;                    /* path NULL: stdout; unfinished NULL: not a file, but a pipe or a device */
};

/* NULL: stdout.  On failure *output can still be given up. */
bool cdi_output_open(struct cdi_output *output, const char *path, struct cdi_error *err);
/* false and err if anything did not get out, as where the disk is full; a file then keeps its former content.  Where the reader of a
 * pipe has gone err stays clear: they know, and are not to be told. */
bool cdi_output_finish(struct cdi_output *output, struct cdi_error *err);
/* Nothing of a file stays behind. */
void cdi_output_give_up(struct cdi_output *output);

#endif
