/* Floor: edge.  Ctrl-C and SIGTERM ask for an end: long loops look here and leave by their ordinary way out.  The second one
 * kills at once. */
#ifndef CDI_EDGE_INTERRUPT_H
#define CDI_EDGE_INTERRUPT_H

#include <stdbool.h>

void cdi_interrupt_catch(void);
/* The terminal is closed: the same, for who would leave something behind; not under nohup. */
void cdi_interrupt_catch_hangup(void);
bool cdi_interrupted(void);

#endif
