/* R17: who is who among the victims of a log and of a crime. */
#include "core/judgement.h"

static bool both(const struct cdi_person *a, const struct cdi_person *b, enum cdi_token kind)
{
    return a->tokens[kind] != 0 && b->tokens[kind] != 0;
}

static bool parted(const struct cdi_person *a, const struct cdi_person *b, enum cdi_token kind)
{
    return both(a, b, kind) && a->tokens[kind] != b->tokens[kind];
}

bool cdi_person_same(const struct cdi_person *a, const struct cdi_person *b)
{
    if (both(a, b, CDI_TOKEN_ID))
        return a->tokens[CDI_TOKEN_ID] == b->tokens[CDI_TOKEN_ID];
    if (both(a, b, CDI_TOKEN_NAME))
        return !parted(a, b, CDI_TOKEN_NAME) && !parted(a, b, CDI_TOKEN_BIRTH);
    /* A household shares a telephone, twins a birthday: only both together tell a person. */
    return both(a, b, CDI_TOKEN_PHONE) && !parted(a, b, CDI_TOKEN_PHONE) && both(a, b, CDI_TOKEN_BIRTH) &&
           !parted(a, b, CDI_TOKEN_BIRTH);
}

bool cdi_person_differs(const struct cdi_person *a, const struct cdi_person *b)
{
    if (both(a, b, CDI_TOKEN_ID))
        return parted(a, b, CDI_TOKEN_ID);
    return parted(a, b, CDI_TOKEN_NAME) || parted(a, b, CDI_TOKEN_BIRTH);
}

static bool first_named_within(const struct cdi_person *person, struct cdi_instant from, struct cdi_instant until)
{
    int64_t at = person->said_at.ms - person->first_ms;
    return (!cdi_instant_said(from) || at >= from.ms) && (!cdi_instant_said(until) || at < until.ms);
}

const struct cdi_person *cdi_victim(const struct cdi_incident *incident, struct cdi_instant from, struct cdi_instant until,
                                    size_t n)
{
    for (size_t i = 0; i < incident->person_count; i++) {
        const struct cdi_person *person = &incident->persons[i];
        bool told = person->role != CDI_PERSON_ROLE_VICTIM || !first_named_within(person, from, until);
        for (size_t j = 0; !told && j < i; j++)
            told = incident->persons[j].role == CDI_PERSON_ROLE_VICTIM &&
                   first_named_within(&incident->persons[j], from, until) && cdi_person_same(&incident->persons[j], person);
        if (!told && n-- == 0)
            return person;
    }
    return NULL;
}

uint8_t cdi_victims(const struct cdi_incident *incident, struct cdi_instant until)
{
    uint8_t count = 0;
    while (count < UINT8_MAX && cdi_victim(incident, CDI_INSTANT_NONE, until, count) != NULL)
        count++;
    return count;
}
