#include "sim/chance.h"

/* Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators": splitmix64. */
uint64_t cdi_chance_draw(struct cdi_chance *chance)
{
    uint64_t mixed = chance->state += UINT64_C(0x9E3779B97F4A7C15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94D049BB133111EB);
    return mixed ^ (mixed >> 31);
}

uint32_t cdi_chance_below(struct cdi_chance *chance, uint32_t bound)
{
    return (uint32_t)((cdi_chance_draw(chance) >> 32) * bound >> 32);
}

int64_t cdi_chance_between(struct cdi_chance *chance, int64_t least, int64_t most)
{
    return least + (int64_t)cdi_chance_below(chance, (uint32_t)(most - least + 1));
}

bool cdi_chance_holds(struct cdi_chance *chance, uint32_t per_mille)
{
    return cdi_chance_below(chance, 1000) < per_mille;
}

const char *cdi_chance_of(struct cdi_chance *chance, const char *const *list)
{
    uint32_t count = 0;
    while (list[count] != NULL)
        count++;
    return list[cdi_chance_below(chance, count)];
}
