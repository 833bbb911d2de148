/* Which families of crimes tell one event better or worse. */
#include "core/reading.h"

#define FAMILY(name) (UINT32_C(1) << CDI_FAMILY_##name)

/* Families that tell one event better or worse: who was hit was also injured, what was broken was broken to get in, what was
 * missing had been taken by force.  What was broken and what was merely taken are two. */
static const uint32_t degrees[CDI_KIND_BREACH + 1] = {
    [CDI_FAMILY_HOMICIDE] = FAMILY(ASSAULT_INJURY) | FAMILY(ASSAULT),
    [CDI_FAMILY_ASSAULT_INJURY] = FAMILY(HOMICIDE) | FAMILY(ASSAULT) | FAMILY(PUBLIC_ORDER),
    [CDI_FAMILY_ASSAULT] = FAMILY(HOMICIDE) | FAMILY(ASSAULT_INJURY) | FAMILY(PUBLIC_ORDER),
    [CDI_FAMILY_PUBLIC_ORDER] = FAMILY(ASSAULT_INJURY) | FAMILY(ASSAULT) | FAMILY(THREATS),
    [CDI_FAMILY_THREATS] = FAMILY(PUBLIC_ORDER),
    [CDI_FAMILY_RAPE] = FAMILY(SEXUAL),
    [CDI_FAMILY_SEXUAL] = FAMILY(RAPE),
    [CDI_FAMILY_CONDUCT] = FAMILY(COMMUNICATIONS),
    [CDI_FAMILY_COMMUNICATIONS] = FAMILY(CONDUCT),
    [CDI_FAMILY_ROBBERY] = FAMILY(BURGLARY) | FAMILY(THEFT) | FAMILY(VEHICLE) | FAMILY(DAMAGE),
    [CDI_FAMILY_BURGLARY] = FAMILY(ROBBERY) | FAMILY(THEFT) | FAMILY(VEHICLE) | FAMILY(DAMAGE),
    [CDI_FAMILY_THEFT] = FAMILY(ROBBERY) | FAMILY(BURGLARY) | FAMILY(VEHICLE),
    [CDI_FAMILY_VEHICLE] = FAMILY(ROBBERY) | FAMILY(BURGLARY) | FAMILY(THEFT) | FAMILY(DAMAGE),
    [CDI_FAMILY_DAMAGE] = FAMILY(ROBBERY) | FAMILY(BURGLARY) | FAMILY(VEHICLE),
};

uint32_t cdi_degrees(uint32_t family) { return degrees[__builtin_ctz(family)]; }

uint32_t cdi_outside(uint32_t families, uint32_t known)
{
    families &= ~known;
    for (uint32_t left = known; left != 0; left &= left - 1)
        families &= ~cdi_degrees(left & -left);
    return families;
}
