#include "core/signs.h"

#include <string.h>

void cdi_sign_note(struct cdi_signs *signs, enum cdi_sign sign, const struct cdi_cause *cause)
{
    if (cdi_sign_held(signs->held, sign) && !cdi_instant_before(cause->at, signs->causes[sign].at))
        return;
    signs->held |= UINT32_C(1) << sign;
    signs->causes[sign] = *cause;
}

/* Something of the log as a whole, there since its receipt as far as is known. */
static void note(struct cdi_signs *signs, enum cdi_sign sign, enum cdi_cause_kind kind, struct cdi_text name)
{
    cdi_sign_note(signs, sign, &(struct cdi_cause){ .kind = kind, .name = name, .at = signs->received_at });
}

/* ---- codes and flags ---- */

static void note_code(struct cdi_signs *signs, const struct cdi_incident_code *code, enum cdi_cause_kind kind)
{
    if (code == NULL)
        return;
    if (code->domestic)
        note(signs, CDI_SIGN_DOMESTIC, kind, code->key);
    if (code->child)
        note(signs, CDI_SIGN_CHILD, kind, code->key);
    if (code->hate)
        note(signs, CDI_SIGN_HATE, kind, code->key);
    if (code->asb_personal)
        note(signs, CDI_SIGN_ASB_PERSONAL, kind, code->key);
    if (code->domestic && kind == CDI_CAUSE_OPENED)
        note(signs, CDI_SIGN_OPENED_DOMESTIC, kind, code->key);
}

static void note_qualifiers(struct cdi_signs *signs, uint32_t qualifiers)
{
    static const struct { enum cdi_qualifier qualifier; enum cdi_sign sign; } meant[] = {
        { CDI_QUALIFIER_DOMESTIC, CDI_SIGN_DOMESTIC }, { CDI_QUALIFIER_CHILD, CDI_SIGN_CHILD },
        { CDI_QUALIFIER_VULNERABLE, CDI_SIGN_VULNERABLE }, { CDI_QUALIFIER_HATE, CDI_SIGN_HATE },
        { CDI_QUALIFIER_MODERN_SLAVERY, CDI_SIGN_MODERN_SLAVERY }, { CDI_QUALIFIER_REPEAT, CDI_SIGN_REPEAT },
    };
    for (size_t i = 0; qualifiers != 0 && i < sizeof meant / sizeof *meant; i++)
        if ((qualifiers >> meant[i].qualifier & 1) != 0)
            note(signs, meant[i].sign, CDI_CAUSE_QUALIFIER, cdi_text_of(cdi_qualifier_word(meant[i].qualifier)));
}

/* R19: the age band of a victim says that it is a child. */
static void note_ages(struct cdi_signs *signs, const struct cdi_incident *incident)
{
    for (size_t i = 0; i < incident->person_count; i++) {
        enum cdi_age_band age = incident->persons[i].age_band;
        if (incident->persons[i].role == CDI_PERSON_ROLE_VICTIM && age != CDI_AGE_BAND_UNKNOWN && age != CDI_AGE_BAND_ADULT)
            note(signs, CDI_SIGN_CHILD, CDI_CAUSE_AGE, cdi_text_of(cdi_age_band_word(age)));
    }
}

static void note_dated(struct cdi_signs *signs, enum cdi_sign sign, enum cdi_cause_kind kind, struct cdi_text name, struct cdi_instant at)
{
    const struct cdi_cause cause = { .kind = kind, .name = name, .at = cdi_instant_later(at, signs->received_at) };
    cdi_sign_note(signs, sign, &cause);
}

/* A log is sent whole at every update: when one of these was said last is no date of it.  Without one it is there since receipt. */
static void note_registers(struct cdi_signs *signs, const struct cdi_incident *incident)
{
    if (cdi_incident_closed(incident))
        note_dated(signs, CDI_SIGN_CLOSED, CDI_CAUSE_CLOSED, incident->closing.code, incident->closing.at);
    if (cdi_instant_said(incident->dash_completed_at.at))
        note_dated(signs, CDI_SIGN_DASH, CDI_CAUSE_DASH, CDI_TEXT_NONE, incident->dash_completed_at.at);
    if (cdi_instant_said(incident->appointment_at.at))
        note(signs, CDI_SIGN_APPOINTMENT, CDI_CAUSE_APPOINTMENT, CDI_TEXT_NONE);
    if (cdi_text_said(incident->unit.text))
        note(signs, CDI_SIGN_UNIT, CDI_CAUSE_UNIT, incident->unit.text);
    if (cdi_text_said(incident->safeguarding.text))
        note(signs, CDI_SIGN_SAFEGUARDING, CDI_CAUSE_SAFEGUARDING, CDI_TEXT_NONE);
}

/* ---- words ---- */

static void note_phrase(struct cdi_signs *signs, const struct cdi_phrase *phrase, const struct cdi_cause *cause)
{
    if (cause->said != CDI_ASSERTION_ASSERTED)
        return;
    if (phrase->domestic)
        cdi_sign_note(signs, CDI_SIGN_DOMESTIC, cause);
    if (phrase->child)
        cdi_sign_note(signs, CDI_SIGN_CHILD, cause);
    if (phrase->hate)
        cdi_sign_note(signs, CDI_SIGN_HATE, cause);
}

/* A term counts however it is said; of several of one watch the first. */
static void note_term(struct cdi_signs *signs, const struct cdi_phrase *phrase, const struct cdi_cause *cause)
{
    for (uint32_t left = phrase->watches & ~signs->terms; left != 0; left &= left - 1)
        signs->term_causes[__builtin_ctz(left)] = *cause;
    signs->terms |= phrase->watches;
}

static void note_entry(const struct cdi_reading *reading, const struct cdi_entry *entry, struct cdi_signs *signs)
{
    for (size_t i = entry->finding_first; i < (size_t)entry->finding_first + entry->finding_count; i++) {
        uint16_t place = cdi_reading_phrase(reading, i);
        const struct cdi_phrase *phrase = place == CDI_PHRASE_NONE ? NULL : &reading->evidence->phrases[place];
        if (phrase == NULL || !(phrase->domestic || phrase->child || phrase->hate || phrase->term))
            continue;
        struct cdi_cause cause = { .kind = phrase->term ? CDI_CAUSE_TERM : CDI_CAUSE_PHRASE, .name = phrase->name, .entry = entry->seq,
                                   .said = (enum cdi_assertion)reading->incident->findings[i].assertion,
                                   .at = cdi_instant_later(entry->at, signs->received_at) };
        if (phrase->term && !cdi_entry_settled(reading->incident, entry))
            note_term(signs, phrase, &cause);
        else if (!phrase->term)
            note_phrase(signs, phrase, &cause);
    }
}

/* What the log suggests most, also below the balance of probability.  The words of one event make many classes likelier at once: the
 * others are other words for it, and where something is likely, step 1 has said which stand. */
static void note_suggested(const struct cdi_cut *cut, struct cdi_signs *signs)
{
    const struct cdi_reading *reading = &cut->reading;
    for (size_t word = 0; word < sizeof cut->sums.named / sizeof *cut->sums.named; word++)
        for (uint64_t left = cut->sums.named[word]; left != 0; left &= left - 1) {
            size_t klass = word * 64 + (size_t)__builtin_ctzll(left);
            int32_t log_odds = cdi_log_odds(reading, &cut->sums, klass);
            if (signs->suggested != NULL && log_odds <= signs->log_odds)
                continue;
            signs->suggested = cdi_reading_offence(reading, klass);
            signs->log_odds = log_odds;
        }
}

/* ---- the whole ---- */

void cdi_signs_read(const struct cdi_cut *cut, struct cdi_signs *signs)
{
    const struct cdi_reading *reading = &cut->reading;
    const struct cdi_incident *incident = reading->incident;
    signs->none = !cdi_instant_said(incident->received_at) || (reading->opened != NULL && reading->opened->excluded);
    signs->held = signs->terms = 0;
    signs->suggested = NULL;
    signs->received_at = incident->received_at;
    signs->lost_at = CDI_INSTANT_NONE;
    signs->settled_until = incident->settled.until;
    signs->partial = cdi_instant_said(incident->settled.until) && cdi_instant_same(incident->settled.until, incident->received_at);
    signs->appointment_at = incident->appointment_at.at;
    if (signs->none)
        return;
    note_code(signs, reading->opened, CDI_CAUSE_OPENED);
    note_code(signs, cdi_evidence_code(reading->evidence, incident->classified_as.text), CDI_CAUSE_CLASSIFIED);
    note_code(signs, reading->closed, CDI_CAUSE_CLOSED);
    note_qualifiers(signs, incident->qualifiers);
    note_ages(signs, incident);
    for (size_t i = 0; i < incident->entry_count; i++)
        note_entry(reading, &incident->entries[i], signs);
    note_registers(signs, incident);
    if (cut->count == 0)
        note_suggested(cut, signs);
}
