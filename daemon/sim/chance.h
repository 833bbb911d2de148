/* Floor: sim.  Seeded chance: the same seed gives the same draws on every machine. */
#ifndef CDI_SIM_CHANCE_H
#define CDI_SIM_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cdi_chance { uint64_t state; };          /* begins as the seed */

uint64_t cdi_chance_draw(struct cdi_chance *chance);
/* 0 to bound - 1; bound is at least 1. */
uint32_t cdi_chance_below(struct cdi_chance *chance, uint32_t bound);
/* least to most, both of them possible. */
int64_t cdi_chance_between(struct cdi_chance *chance, int64_t least, int64_t most);
/* True so many times in a thousand. */
bool cdi_chance_holds(struct cdi_chance *chance, uint32_t per_mille);
/* One of a list that ends with NULL. */
const char *cdi_chance_of(struct cdi_chance *chance, const char *const *list);

#endif
