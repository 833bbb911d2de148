#include "edge/clock.h"

#include <time.h>

static int64_t read_ms(clockid_t which)
{
    struct timespec at;
    if (clock_gettime(which, &at) != 0)
        return 0;
    return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

struct cdi_instant cdi_clock_now(void)
{
    return (struct cdi_instant){ read_ms(CLOCK_REALTIME) };
}

struct cdi_span cdi_clock_elapsed(void)
{
    return (struct cdi_span){ read_ms(CLOCK_MONOTONIC) };
}
