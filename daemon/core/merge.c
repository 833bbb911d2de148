#include "core/merge.h"

#include <string.h>

#include "core/decisions.h"
#include "core/registers.h"
#include "core/turns.h"

/* Of nothing said, copied whole: this is done for every event. */
#define NEVER { INT64_MIN }
#define UNSAID { .said_at = NEVER }
#define UNSAID_WHEN { .said_at = NEVER, .at = NEVER }
#define UNSAID_PLACE { .said_at = NEVER, .easting = CDI_GRID_NONE, .northing = CDI_GRID_NONE }

#define FIELD_NEVER(upper, word) [CDI_DISPOSAL_FIELD_##upper] = NEVER,
#define UNSAID_DISPOSAL { .said_at = NEVER, .cut_at = NEVER, .decided_at = NEVER, .endorsed_at = NEVER, .victim_told_at = NEVER, \
                          .victim_contact_at = NEVER, .field_at = { CDI_DISPOSAL_FIELD_LIST(FIELD_NEVER) } }

static const struct cdi_disposal empty_disposal = UNSAID_DISPOSAL;
static const struct cdi_incident empty_incident = {
    .event_at = NEVER, .received_at = NEVER, .reopened_at = NEVER, .source = UNSAID, .opened_as = UNSAID, .channel = UNSAID,
    .classified_as = UNSAID, .caller_role = UNSAID, .unit = UNSAID, .parent = UNSAID, .safeguarding = UNSAID,
    .dash_risk = UNSAID, .appointment_at = UNSAID_WHEN, .dash_completed_at = UNSAID_WHEN, .closing = UNSAID_WHEN,
    .area = UNSAID, .location = UNSAID_PLACE, .disposal = UNSAID_DISPOSAL, .settled = { .until = NEVER },
};
static const struct cdi_crime empty_crime = {
    .event_at = NEVER, .source = UNSAID, .klass = UNSAID, .code = UNSAID, .status = UNSAID, .unit = UNSAID, .n100 = UNSAID,
    .recorded_at = UNSAID_WHEN, .reported_at = UNSAID_WHEN, .committed_from = UNSAID_WHEN, .committed_to = UNSAID_WHEN,
    .late_fcr_at = UNSAID_WHEN, .late_rationale_at = NEVER, .cancel = { .said_at = NEVER, .victim_told_at = NEVER },
    .area = UNSAID, .location = UNSAID_PLACE,
};

void cdi_disposal_empty(struct cdi_disposal *into) { *into = empty_disposal; }

void cdi_incident_empty(struct cdi_incident *into, struct cdi_text force, struct cdi_text reference)
{
    *into = empty_incident;
    into->force = force;
    into->reference = reference;
}

void cdi_crime_empty(struct cdi_crime *into, struct cdi_text force, struct cdi_text reference)
{
    *into = empty_crime;
    into->force = force;
    into->reference = reference;
}

/* The last writer by (said_at, hash of the value). */
static bool merge_registers(void *into, const void *message, const struct cdi_register *registers, size_t count)
{
    bool changed = false;
    for (size_t i = 0; i < count; i++) {
        struct cdi_instant theirs = cdi_register_said_at(message, registers[i]);
        if (!cdi_instant_said(theirs))
            continue;
        struct cdi_instant ours = cdi_register_said_at(into, registers[i]);
        void *a = cdi_member(into, registers[i].offset);
        const void *b = cdi_member_of(message, registers[i].offset);
        if (cdi_instant_before(ours, theirs) ||
            (cdi_instant_same(ours, theirs) && cdi_register_compare(a, b, registers[i].kind) < 0)) {
            memcpy(a, b, cdi_register_size(registers[i].kind));
            changed = true;
        }
    }
    return changed;
}

static bool take_earlier(struct cdi_instant *into, struct cdi_instant said)
{
    struct cdi_instant before = *into;
    *into = cdi_instant_earlier(before, said);
    return !cdi_instant_same(before, *into);
}

static bool take_later(struct cdi_instant *into, struct cdi_instant said)
{
    struct cdi_instant before = *into;
    *into = cdi_instant_later(before, said);
    return !cdi_instant_same(before, *into);
}

static bool take_bits(uint32_t *into, uint32_t said)
{
    uint32_t before = *into;
    *into |= said;
    return *into != before;
}

static bool take_flag(bool *into, bool said)
{
    bool changed = said && !*into;
    *into = *into || said;
    return changed;
}

/* References: the union in order of bytes, the first CDI_REFERENCES_MAX of it. */
static bool merge_references(struct cdi_text **into, uint16_t *count, const struct cdi_text *said, uint16_t said_count,
                             bool *truncated, struct cdi_scratch *scratch)
{
    bool changed = false;
    for (uint16_t i = 0; i < said_count; i++) {
        uint16_t at = 0;
        while (at < *count && cdi_text_compare((*into)[at], said[i]) < 0)
            at++;
        if (at < *count && cdi_text_same((*into)[at], said[i]))
            continue;
        if (*count == CDI_REFERENCES_MAX)
            changed |= take_flag(truncated, true);
        if (at == CDI_REFERENCES_MAX)
            continue;
        struct cdi_text *grown = cdi_scratch_take(scratch, (*count + 1u) * sizeof *grown);
        if (*count > 0)
            memcpy(grown, *into, at * sizeof *grown);
        grown[at] = said[i];
        if (*count > at)
            memcpy(grown + at + 1, *into + at, (size_t)(*count - at) * sizeof *grown);
        *count = *count == CDI_REFERENCES_MAX ? *count : (uint16_t)(*count + 1);
        *into = grown;
        changed = true;
    }
    return changed;
}

/* What makes two mentions one person: the role and the system's id; where none was given the name; else all that was. */
static int person_compare(const struct cdi_person *a, const struct cdi_person *b)
{
    if (a->role != b->role)
        return a->role < b->role ? -1 : 1;
    static const enum cdi_token keys[] = { CDI_TOKEN_ID, CDI_TOKEN_NAME };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        uint64_t ours = a->tokens[keys[i]], theirs = b->tokens[keys[i]];
        if (ours != theirs)
            return ours > theirs ? -1 : 1;              /* those with an id before those without */
        if (ours != 0)
            return 0;
    }
    for (size_t i = 0; i < CDI_TOKEN_COUNT; i++)
        if (a->tokens[i] != b->tokens[i])
            return a->tokens[i] < b->tokens[i] ? -1 : 1;
    return 0;
}

/* Each token, and the age band, by its own last writer: a later message that gives only the id does not unsay the name. */
static bool person_join(struct cdi_person *into, const struct cdi_person *said)
{
    struct cdi_person joined = *into;
    joined.said_at = cdi_instant_later(into->said_at, said->said_at);
    for (size_t i = 0; i <= CDI_TOKEN_COUNT; i++) {
        uint64_t ours = i < CDI_TOKEN_COUNT ? into->tokens[i] : (uint64_t)into->age_band;
        uint64_t theirs = i < CDI_TOKEN_COUNT ? said->tokens[i] : (uint64_t)said->age_band;
        int64_t ours_at = into->said_at.ms - into->older_ms[i], theirs_at = said->said_at.ms - said->older_ms[i];
        bool takes = theirs != 0 && (ours == 0 || theirs_at > ours_at || (theirs_at == ours_at && theirs > ours));
        uint64_t winner = takes ? theirs : ours;
        if (i < CDI_TOKEN_COUNT)
            joined.tokens[i] = winner;
        else
            joined.age_band = (enum cdi_age_band)winner;
        joined.older_ms[i] = winner == 0 ? 0 : joined.said_at.ms - (takes ? theirs_at : ours_at);
    }
    int64_t ours_first = into->said_at.ms - into->first_ms, theirs_first = said->said_at.ms - said->first_ms;
    joined.first_ms = joined.said_at.ms - (theirs_first < ours_first ? theirs_first : ours_first);
    bool changed = memcmp(&joined, into, sizeof joined) != 0;
    *into = joined;
    return changed;
}

static bool merge_persons(struct cdi_person **into, uint16_t *count, const struct cdi_person *said, uint16_t said_count,
                          bool *truncated, struct cdi_scratch *scratch)
{
    bool changed = false;
    for (uint16_t i = 0; i < said_count; i++) {
        uint16_t at = 0;
        while (at < *count && person_compare(&(*into)[at], &said[i]) < 0)
            at++;
        if (at < *count && person_compare(&(*into)[at], &said[i]) == 0) {
            struct cdi_person joined = (*into)[at];
            if (!person_join(&joined, &said[i]))
                continue;
            struct cdi_person *others = cdi_scratch_take(scratch, *count * sizeof *others);
            memcpy(others, *into, *count * sizeof *others);     /* whoever holds the old array compares with it */
            others[at] = joined;
            *into = others;
            changed = true;
            continue;
        }
        if (*count == CDI_PERSONS_MAX)
            changed |= take_flag(truncated, true);
        if (at == CDI_PERSONS_MAX)
            continue;
        struct cdi_person *grown = cdi_scratch_take(scratch, (*count + 1u) * sizeof *grown);
        if (*count > 0)
            memcpy(grown, *into, at * sizeof *grown);
        grown[at] = said[i];
        if (*count > at)
            memcpy(grown + at + 1, *into + at, (size_t)(*count - at) * sizeof *grown);
        *count = *count == CDI_PERSONS_MAX ? *count : (uint16_t)(*count + 1);
        *into = grown;
        changed = true;
    }
    return changed;
}

/* Drops what was said until the cut, whose moving is the change: it is about another reason. */
static void cut_fields(struct cdi_disposal *into)
{
    for (size_t i = 0; i < CDI_DISPOSAL_MEMBERS; i++)
        if (cdi_instant_said(into->field_at[i]) && !cdi_instant_before(into->cut_at, into->field_at[i])) {
            cdi_disposal_member_empty(into, i);
            into->field_at[i] = CDI_INSTANT_NONE;
        }
}

static bool merge_fields(struct cdi_disposal *into, const struct cdi_disposal *message)
{
    bool changed = false;
    for (size_t i = 0; i < CDI_DISPOSAL_MEMBERS; i++) {
        struct cdi_instant ours = into->field_at[i], theirs = message->field_at[i];
        if (!cdi_instant_said(theirs) || !cdi_instant_before(into->cut_at, theirs))
            continue;
        if (cdi_instant_before(ours, theirs) ||
            (cdi_instant_same(ours, theirs) && cdi_disposal_member_compare(into, message, i) < 0)) {
            cdi_disposal_member_copy(into, message, i);
            into->field_at[i] = theirs;
            changed = true;
        }
    }
    return changed;
}

bool cdi_merge_disposal(struct cdi_disposal *into, const struct cdi_disposal *message)
{
    bool ours = cdi_text_said(into->reason), theirs = cdi_text_said(message->reason), takes = false, changed;
    struct cdi_instant cut_at = cdi_instant_later(into->cut_at, message->cut_at), said_at = into->said_at;

    /* 1. The reason is a register; without one, said_at is the latest word of any kind. */
    if (theirs) {
        struct cdi_word a = { into->said_at, into->reason }, b = { message->said_at, message->reason };
        takes = !ours || cdi_instant_before(a.said_at, b.said_at) ||
                (cdi_instant_same(a.said_at, b.said_at) && cdi_register_compare(&a, &b, CDI_REGISTER_WORD) < 0);
    }
    if (takes || (!ours && !theirs))
        said_at = theirs == ours ? cdi_instant_later(said_at, message->said_at) : message->said_at;

    /* 2. Another reason cuts off what was said until then. */
    if (ours && theirs && !cdi_text_same(into->reason, message->reason))
        cut_at = cdi_instant_later(cut_at, takes ? into->said_at : message->said_at);

    changed = takes || !cdi_instant_same(said_at, into->said_at) || !cdi_instant_same(cut_at, into->cut_at);
    if (takes)
        into->reason = message->reason;
    into->said_at = said_at;
    into->cut_at = cut_at;

    /* 3. What was said after the cut merges field by field. */
    cut_fields(into);
    changed |= merge_fields(into, message);
    return changed;
}

bool cdi_merge_incident(struct cdi_incident *into, const struct cdi_incident *message, struct cdi_scratch *scratch)
{
    bool changed = merge_registers(into, message, cdi_incident_registers, CDI_INCIDENT_REGISTERS);
    changed |= cdi_turns_of_incident(into, message, scratch);
    changed |= take_later(&into->event_at, message->event_at);
    changed |= take_earlier(&into->received_at, message->received_at);
    changed |= take_later(&into->reopened_at, message->reopened_at);
    changed |= take_bits(&into->qualifiers, message->qualifiers);
    changed |= take_flag(&into->doubtful_time, message->doubtful_time);
    changed |= take_flag(&into->truncated, message->truncated);
    changed |= cdi_decisions_of_incident(into, message, scratch);
    if (cdi_instant_said(message->disposal.said_at))
        changed |= cdi_merge_disposal(&into->disposal, &message->disposal);
    changed |= merge_references(&into->crimes, &into->crime_count, message->crimes, message->crime_count, &into->truncated,
                                scratch);
    changed |= merge_persons(&into->persons, &into->person_count, message->persons, message->person_count, &into->truncated,
                             scratch);
    if (message->entry_count > 0)
        changed |= cdi_merge_entries(into, message, scratch);
    return changed;
}

bool cdi_merge_crime(struct cdi_crime *into, const struct cdi_crime *message, struct cdi_scratch *scratch)
{
    bool changed = merge_registers(into, message, cdi_crime_registers, CDI_CRIME_REGISTERS);
    changed |= cdi_turns_of_crime(into, message, scratch);
    changed |= take_later(&into->event_at, message->event_at);
    changed |= take_later(&into->late_rationale_at, message->late_rationale_at);
    changed |= take_bits(&into->flags, message->flags);
    changed |= take_flag(&into->doubtful_time, message->doubtful_time);
    changed |= take_flag(&into->truncated, message->truncated);
    changed |= merge_references(&into->incidents, &into->incident_count, message->incidents, message->incident_count,
                                &into->truncated, scratch);
    changed |= merge_persons(&into->persons, &into->person_count, message->persons, message->person_count, &into->truncated,
                             scratch);
    return changed;
}
