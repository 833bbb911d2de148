/* Floor: edge.  The only reader of the host's clock.  Nothing that decides about crime ever calls it: the core is told the
 * time (judge time), and only the pace of talk to people is measured here. */
#ifndef CDI_EDGE_CLOCK_H
#define CDI_EDGE_CLOCK_H

#include "cdiwatch/instant.h"

/* Wall time: what o'clock it is, for "40 minutes left".  May step. */
struct cdi_instant cdi_clock_now(void);

/* Monotonic time since some start: for rates and progress only. */
struct cdi_span cdi_clock_elapsed(void);

#endif
