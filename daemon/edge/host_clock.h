/* Floor: edge.  Whether the host's clock may be believed (DESIGN.md "The judge clock"): by probes, records whose time the broker
 * wrote between their sending and its answer.  Reads no clock itself: it is told what the clocks say. */
#ifndef CDI_EDGE_HOST_CLOCK_H
#define CDI_EDGE_HOST_CLOCK_H

#include "cdiwatch/instant.h"

/* All zero: no probe has come back yet. */
struct cdi_host_clock {
    struct cdi_span probed_at;                  /* elapsed, of the newest probe that was answered; 0: none */
    struct cdi_span offset_then;                /* wall less elapsed at that time: it moves only if the clock is set */
    int64_t apart_ms;                           /* broker's clock less the host's, beyond what the way takes; 0: agrees */
};

/* A probe that was sent at `sent` came back at `now`, both by the host's clock; `broker` NONE: without a time, and let pass.
 * `elapsed` and `offset` are those of edge/clock.h at that moment. */
void cdi_host_clock_probed(struct cdi_host_clock *clock, struct cdi_instant broker, struct cdi_instant sent,
                           struct cdi_instant now, struct cdi_span elapsed, struct cdi_span offset);

/* NULL: a probe of the last half minute agreed within a minute, and the clock has not been set since.  Else why not, static. */
const char *cdi_host_clock_trust(const struct cdi_host_clock *clock, struct cdi_span elapsed, struct cdi_span offset);

/* `now`, by the host's clock; but where that is known to be ahead, within what is trusted, by the broker's: what the broker will
 * stamp before the host's time must not be called absent. */
struct cdi_instant cdi_host_clock_not_ahead(const struct cdi_host_clock *clock, struct cdi_instant now, struct cdi_span offset);

#endif
