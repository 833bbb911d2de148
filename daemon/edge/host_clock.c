#include "edge/host_clock.h"

#include <stddef.h>

#define PROBE_GOOD_FOR CDI_SECONDS(30)
#define AGREES_WITHIN CDI_MINUTES(1)

/* The broker stamped it between sending and now, so that only what lies outside of these is a difference. */
static int64_t apart(struct cdi_instant broker, struct cdi_instant sent, struct cdi_instant now)
{
    if (!cdi_instant_said(broker))
        return 0;
    if (cdi_instant_before(broker, sent))
        return broker.ms - sent.ms;
    return broker.ms > now.ms ? broker.ms - now.ms : 0;
}

void cdi_host_clock_probed(struct cdi_host_clock *clock, struct cdi_instant broker, struct cdi_instant sent,
                           struct cdi_instant now, struct cdi_span elapsed, struct cdi_span offset)
{
    *clock = (struct cdi_host_clock){ elapsed, offset, apart(broker, sent, now) };
}

static bool more_than_agrees(int64_t ms)
{
    return ms > AGREES_WITHIN.ms || ms < -AGREES_WITHIN.ms;
}

const char *cdi_host_clock_trust(const struct cdi_host_clock *clock, struct cdi_span elapsed, struct cdi_span offset)
{
    if (clock->probed_at.ms == 0)
        return "no probe has come back from the broker yet";
    if (elapsed.ms - clock->probed_at.ms > PROBE_GOOD_FOR.ms)
        return "no probe has come back from the broker for half a minute";
    if (more_than_agrees(clock->apart_ms))
        return "the host's clock and the broker's are more than a minute apart";
    if (more_than_agrees(offset.ms - clock->offset_then.ms))
        return "the host's clock was set by more than a minute";
    return NULL;
}

struct cdi_instant cdi_host_clock_not_ahead(const struct cdi_host_clock *clock, struct cdi_instant now, struct cdi_span offset)
{
    int64_t set = clock->probed_at.ms == 0 ? 0 : offset.ms - clock->offset_then.ms;
    now.ms -= (set > 0 ? set : 0) + (clock->apart_ms < 0 ? -clock->apart_ms : 0);
    return now;
}
