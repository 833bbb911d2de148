/* Which families of crimes tell one event better or worse. */
#include "core/degrees.h"

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

/* Of these degrees the graver: what is recorded instead, where one victim suffered both (R5). */
static const uint32_t graver[CDI_KIND_BREACH + 1] = {
    [CDI_FAMILY_ASSAULT_INJURY] = FAMILY(HOMICIDE),
    [CDI_FAMILY_ASSAULT] = FAMILY(HOMICIDE) | FAMILY(ASSAULT_INJURY),
    [CDI_FAMILY_PUBLIC_ORDER] = FAMILY(ASSAULT_INJURY) | FAMILY(ASSAULT) | FAMILY(THREATS),
    [CDI_FAMILY_SEXUAL] = FAMILY(RAPE),
    [CDI_FAMILY_COMMUNICATIONS] = FAMILY(CONDUCT),
    [CDI_FAMILY_BURGLARY] = FAMILY(ROBBERY),
    [CDI_FAMILY_THEFT] = FAMILY(ROBBERY) | FAMILY(BURGLARY),
    [CDI_FAMILY_VEHICLE] = FAMILY(ROBBERY) | FAMILY(BURGLARY),
    [CDI_FAMILY_DAMAGE] = FAMILY(ROBBERY) | FAMILY(BURGLARY),
};

uint32_t cdi_degrees(uint32_t family) { return degrees[__builtin_ctz(family)]; }

uint32_t cdi_outside(uint32_t families, uint32_t known)
{
    families &= ~known;
    for (uint32_t left = known; left != 0; left &= left - 1)
        families &= ~cdi_degrees(left & -left);
    return families;
}

bool cdi_graver_than(uint32_t family, uint32_t other) { return (graver[__builtin_ctz(other)] & family) != 0; }

uint32_t cdi_graver(uint32_t families, uint32_t told)
{
    uint32_t above = 0;
    told &= CDI_FAMILIES_ALL;
    for (uint32_t left = told; left != 0; left &= left - 1)
        above |= graver[__builtin_ctz(left)];
    for (uint32_t left = above &= families & ~told; left != 0; left &= left - 1)
        if ((graver[__builtin_ctz(left)] & told) != 0)
            above &= ~(left & -left);
    return above;
}
