/* The host's clock, which may be wrong, and the probe that finds it out. */
#include "judge.h"

static struct cdi_span elapsed(struct cdi_instant start, struct cdi_instant now)
{
    return (struct cdi_span){ cdi_instant_between(start, now).ms + CDI_DAYS(1).ms };    /* it was switched on the day before */
}

/* A probe is on its way all the time: the newest was stamped just now, by a clock that is right; but one that meets a host whose clock
 * was just set was answered before that. */
void host_probes(struct host *host, struct cdi_instant start, struct cdi_instant now)
{
    struct cdi_instant said = cdi_instant_after(now, (struct cdi_span){ host->ahead_when_probed_ms });
    struct cdi_span since = elapsed(start, now), offset = { said.ms - since.ms };
    cdi_host_clock_probed(&host->clock, now, said, said, since, offset);
    host->ahead_when_probed_ms = host->ahead_ms;
}

bool host_asks(struct host *host, struct cdi_instant start, struct cdi_instant now, struct cdi_instant *asked_at)
{
    struct cdi_instant said = cdi_instant_after(now, (struct cdi_span){ host->ahead_ms });
    struct cdi_span since = elapsed(start, now), offset = { said.ms - since.ms };
    *asked_at = cdi_host_clock_not_ahead(&host->clock, said, offset);
    return cdi_host_clock_trust(&host->clock, since, offset) == NULL;
}
