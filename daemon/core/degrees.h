/* Floor: core.  Which families of crimes tell one event better or worse; families are bits, 1u << enum cdi_family. */
#ifndef CDI_CORE_DEGREES_H
#define CDI_CORE_DEGREES_H

#include <stdbool.h>
#include <stdint.h>

/* Those that are degrees of this one, a single bit; those of `families` that tell of another event than any of `known`. */
uint32_t cdi_degrees(uint32_t family);
uint32_t cdi_outside(uint32_t families, uint32_t known);
/* Is the family a graver degree of the other; those of `families` that tell graver what `told` has told, and has told nothing graver of.  What
 * else `told` holds (cdi_settled.told) is no family, and says nothing of one. */
bool cdi_graver_than(uint32_t family, uint32_t other);
uint32_t cdi_graver(uint32_t families, uint32_t told);

#endif
