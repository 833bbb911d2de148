/* Floor: edge.  Signals of a daemon, brought to its loop.  SIGTERM or SIGINT: asked to stop; the second one ends the process at
 * once, by the signal itself, also when the loop is stuck.  SIGHUP: asked to reload; after a stop was asked for it says nothing. */
#ifndef CDI_EDGE_SIGNALS_H
#define CDI_EDGE_SIGNALS_H

#include <uv.h>

#include "cdiwatch/error.h"

struct cdi_signals;

/* Takes over from edge/interrupt: an interrupt that came before is told as the first one.  `stop` is called once, `reload` once
 * for any number of SIGHUP that came together; both on the loop, never from within this call.  One at a time in a process.  It
 * keeps the loop alive until it is stopped. */
bool cdi_signals_start(struct cdi_signals **out, uv_loop_t *loop, void (*stop)(void *context), void (*reload)(void *context),
                       void *context, struct cdi_error *err);

/* On the loop's thread; the loop must run once more, to let go of it.  Signals do again what they did before the start, but
 * when a stop was asked for the next SIGTERM or SIGINT still ends the process.  NULL is fine. */
void cdi_signals_stop(struct cdi_signals *signals);

#endif
