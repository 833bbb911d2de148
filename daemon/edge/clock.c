#include "edge/clock.h"

#include <time.h>

static int64_t read_ms(clockid_t which)
{
    struct timespec at;
    if (clock_gettime(which, &at) != 0)
        return 0;
    return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

static struct { int64_t origin_ms, since_ms, factor; } pretended = { 0, 0, 1 };

struct cdi_instant cdi_clock_now(void)
{
    int64_t ms = read_ms(CLOCK_REALTIME);
    return (struct cdi_instant){ pretended.origin_ms == 0 ? ms : pretended.origin_ms + (ms - pretended.since_ms) * pretended.factor };
}

struct cdi_span cdi_clock_elapsed(void)
{
    return (struct cdi_span){ read_ms(CLOCK_MONOTONIC) };
}

struct cdi_span cdi_clock_offset(void)
{
    return (struct cdi_span){ read_ms(CLOCK_REALTIME) - read_ms(CLOCK_MONOTONIC) };
}

void cdi_clock_pretend(struct cdi_instant origin, int64_t factor)
{
    pretended.origin_ms = origin.ms;
    pretended.since_ms = read_ms(CLOCK_REALTIME);
    pretended.factor = factor;
}

struct cdi_span cdi_clock_goes(struct cdi_span elapsed)
{
    return (struct cdi_span){ elapsed.ms * pretended.factor };
}
