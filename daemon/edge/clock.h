/* Floor: edge.  The only reader of the host's clock.  Nothing that decides about crime ever calls it: the core is told the
 * time (judge time), and only the pace of talk to people is measured here. */
#ifndef CDI_EDGE_CLOCK_H
#define CDI_EDGE_CLOCK_H

#include "cdiwatch/instant.h"

/* Wall time: what o'clock it is, for "40 minutes left".  May step. */
struct cdi_instant cdi_clock_now(void);

/* Monotonic time since some start: for rates and progress only. */
struct cdi_span cdi_clock_elapsed(void);

/* The host's wall time less its monotonic time: it moves only when the clock is set. */
struct cdi_span cdi_clock_offset(void);

/* For the demo: wall time begins at `origin` now and goes on `factor` times as fast as time does.  Elapsed time stays what it is.  Once,
 * before there are threads; a process that is forked off afterwards has the same clock. */
void cdi_clock_pretend(struct cdi_instant origin, int64_t factor);

/* How far the wall clock goes in that much elapsed time: as far, unless it is pretended. */
struct cdi_span cdi_clock_goes(struct cdi_span elapsed);

#endif
