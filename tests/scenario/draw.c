/* Drawn numbers: the same from the same seed on every machine. */
#include "scenario.h"

#include <stdlib.h>

/* splitmix64 */
uint64_t draw(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

size_t draw_below(uint64_t *seed, size_t bound)
{
    return (size_t)(draw(seed) % bound);
}

uint64_t first_seed(void)
{
    const char *given = getenv("SEED");
    return given == NULL ? 1 : strtoull(given, NULL, 10);
}
