/* Random messages, from small vocabularies so that they meet and contradict each other.  For the tests of the state. */
#ifndef CDI_TESTS_RANDOM_CASE_H
#define CDI_TESTS_RANDOM_CASE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/merge.h"
#include "core/registers.h"

/* splitmix64 */
static inline uint64_t random_next(uint64_t *seed)
{
    uint64_t z = *seed += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}
static inline uint32_t random_below(uint64_t *seed, uint32_t bound) { return (uint32_t)(random_next(seed) % bound); }
static inline bool random_one_in(uint64_t *seed, uint32_t n) { return random_below(seed, n) == 0; }

/* SEED of the environment, else 1.  A failing property prints it. */
static inline uint64_t random_seed(const char *property)
{
    const char *given = getenv("SEED");
    uint64_t seed = given == NULL ? 1 : strtoull(given, NULL, 10);
    fprintf(stderr, "# %s: SEED=%llu\n", property, (unsigned long long)seed);
    return seed;
}

/* Few instants, so that ties are common. */
static inline struct cdi_instant random_instant(uint64_t *seed)
{
    int64_t start = 1793826845000;                      /* 2026-11-04 */
    return (struct cdi_instant){ start + (int64_t)random_below(seed, 12) * 60000 + (random_one_in(seed, 4) ? 123 : 0) };
}
static inline struct cdi_text random_word(uint64_t *seed)
{
    static const char *const words[] = { "", "a", "PSW-DOM", "storm", "victim", "a word longer than fourteen bytes", "NEG", "NCL", "DUP" };
    return cdi_text_of(words[random_below(seed, sizeof words / sizeof *words)]);
}
static inline uint64_t random_token(uint64_t *seed) { return random_one_in(seed, 2) ? 0 : 0xA000000000000000u + random_below(seed, 4); }

static inline void random_register(uint64_t *seed, void *at, enum cdi_register_kind kind, struct cdi_instant said_at)
{
    switch (kind) {
    case CDI_REGISTER_WORD:
        *(struct cdi_word *)at = (struct cdi_word){ said_at, random_word(seed) };
        break;
    case CDI_REGISTER_WHEN:
        *(struct cdi_when *)at = (struct cdi_when){ said_at, random_instant(seed) };
        break;
    case CDI_REGISTER_CLOSING:
        *(struct cdi_closing *)at = (struct cdi_closing){ said_at, random_word(seed), random_instant(seed) };
        break;
    case CDI_REGISTER_AREA:
        *(struct cdi_area *)at = (struct cdi_area){ said_at, random_word(seed), random_word(seed) };
        break;
    case CDI_REGISTER_LOCATION:
        *(struct cdi_location *)at = (struct cdi_location){ said_at, random_token(seed), random_token(seed), random_token(seed),
            random_one_in(seed, 2) ? CDI_GRID_NONE : (int32_t)random_below(seed, 700000), 5 - (int32_t)random_below(seed, 9) };
        break;
    case CDI_REGISTER_CANCEL:
        *(struct cdi_cancel *)at = (struct cdi_cancel){ said_at, (enum cdi_cancel_type)random_below(seed, CDI_CANCEL_TYPE_COUNT),
            random_word(seed), random_word(seed), random_word(seed), random_word(seed), random_one_in(seed, 2),
            random_one_in(seed, 2), random_one_in(seed, 2), random_instant(seed) };
        break;
    }
}

static inline void random_registers(uint64_t *seed, void *record, const struct cdi_register *registers, size_t count,
                                    struct cdi_instant said_at)
{
    for (size_t i = 0; i < count; i++)
        if (random_one_in(seed, 3))
            random_register(seed, cdi_member(record, registers[i].offset), registers[i].kind, said_at);
}

static inline void random_disposal(uint64_t *seed, struct cdi_disposal *disposal, struct cdi_instant said_at)
{
    cdi_disposal_empty(disposal);
    disposal->said_at = said_at;
    if (!random_one_in(seed, 3))
        disposal->reason = random_word(seed);
    for (size_t i = 0; i < CDI_DISPOSAL_MEMBERS; i++) {
        void *at = cdi_member(disposal, cdi_disposal_members[i].offset);
        if (!random_one_in(seed, 3))
            continue;
        disposal->field_at[i] = said_at;
        if (cdi_disposal_members[i].kind == CDI_DISPOSAL_TEXT)
            *(struct cdi_text *)at = random_word(seed);
        else if (cdi_disposal_members[i].kind == CDI_DISPOSAL_INSTANT)
            *(struct cdi_instant *)at = random_instant(seed);
        else if (cdi_disposal_members[i].kind == CDI_DISPOSAL_FLAG)
            *(bool *)at = random_one_in(seed, 2);
        else
            disposal->rationale = (enum cdi_rationale)random_below(seed, CDI_RATIONALE_COUNT);
    }
}

static inline struct cdi_person *random_persons(uint64_t *seed, uint16_t *count, struct cdi_instant said_at,
                                                struct cdi_scratch *scratch)
{
    *count = (uint16_t)random_below(seed, 4);
    struct cdi_person *persons = cdi_scratch_take(scratch, 4 * sizeof *persons);
    memset(persons, 0, 4 * sizeof *persons);
    for (uint16_t i = 0; i < *count; i++) {
        persons[i].said_at = said_at;
        persons[i].role = (enum cdi_person_role)random_below(seed, CDI_PERSON_ROLE_COUNT);
        persons[i].age_band = (enum cdi_age_band)random_below(seed, CDI_AGE_BAND_COUNT);
        for (size_t t = 0; t < CDI_TOKEN_COUNT; t++)
            persons[i].tokens[t] = random_token(seed);
    }
    return persons;
}

static inline struct cdi_text *random_references(uint64_t *seed, uint16_t *count, struct cdi_scratch *scratch)
{
    static const char *const references[] = { "R1", "R2", "R3", "DPP/2026/0004" };
    *count = (uint16_t)random_below(seed, 3);
    struct cdi_text *out = cdi_scratch_take(scratch, 3 * sizeof *out);
    for (uint16_t i = 0; i < *count; i++)
        out[i] = cdi_text_of(references[random_below(seed, 4)]);
    return out;
}

static inline void random_entries(uint64_t *seed, struct cdi_incident *incident, struct cdi_instant said_at,
                                  struct cdi_scratch *scratch)
{
    incident->entry_count = (uint16_t)random_below(seed, 5);
    incident->entries = cdi_scratch_take(scratch, 5 * sizeof *incident->entries);
    incident->findings = cdi_scratch_take(scratch, 20 * sizeof *incident->findings);
    for (uint16_t i = 0; i < incident->entry_count; i++) {
        struct cdi_entry *entry = &incident->entries[i];
        *entry = (struct cdi_entry){ said_at, random_one_in(seed, 20) ? UINT32_MAX : random_below(seed, 8), random_instant(seed),
            (enum cdi_entry_role)random_below(seed, CDI_ENTRY_ROLE_COUNT), incident->finding_count,
            (uint16_t)random_below(seed, 4), random_next(seed) };
        for (uint16_t f = 0; f < entry->finding_count; f++)
            incident->findings[incident->finding_count++] = (struct cdi_finding){ (uint32_t)random_next(seed),
                (uint8_t)random_below(seed, CDI_ASSERTION_COUNT), (uint8_t)random_below(seed, 5), (uint8_t)random_below(seed, 10), 0 };
    }
}

static inline void random_incident(uint64_t *seed, struct cdi_incident *incident, struct cdi_scratch *scratch)
{
    struct cdi_instant said_at = random_instant(seed);
    cdi_incident_empty(incident, CDI_TEXT("dpp"), CDI_TEXT("DPP-20261104-0412"));
    incident->event_at = said_at;
    if (random_one_in(seed, 2))
        incident->received_at = random_instant(seed);
    if (random_one_in(seed, 4))
        incident->reopened_at = random_instant(seed);
    random_registers(seed, incident, cdi_incident_registers, CDI_INCIDENT_REGISTERS, said_at);
    if (random_one_in(seed, 2))
        random_disposal(seed, &incident->disposal, said_at);
    incident->qualifiers = random_one_in(seed, 2) ? 0 : 1u << random_below(seed, CDI_QUALIFIER_COUNT);
    incident->doubtful_time = random_one_in(seed, 9);
    incident->truncated = random_one_in(seed, 9);
    incident->persons = random_persons(seed, &incident->person_count, said_at, scratch);
    incident->crimes = random_references(seed, &incident->crime_count, scratch);
    random_entries(seed, incident, said_at, scratch);
}

static inline void random_crime(uint64_t *seed, struct cdi_crime *crime, struct cdi_scratch *scratch)
{
    struct cdi_instant said_at = random_instant(seed);
    cdi_crime_empty(crime, CDI_TEXT("dpp"), CDI_TEXT("DPP/20261105/014"));
    crime->event_at = said_at;
    if (random_one_in(seed, 4))
        crime->late_rationale_at = said_at;
    random_registers(seed, crime, cdi_crime_registers, CDI_CRIME_REGISTERS, said_at);
    crime->flags = random_one_in(seed, 2) ? 0 : 1u << random_below(seed, CDI_QUALIFIER_COUNT);
    crime->persons = random_persons(seed, &crime->person_count, said_at, scratch);
    crime->incidents = random_references(seed, &crime->incident_count, scratch);
}

#endif
