/* Field by field: what of a case has another value than before. */
#include "core/alike.h"

#include <string.h>

#include "core/decisions.h"
#include "core/turns.h"

static bool same_place(const struct cdi_location *a, const struct cdi_location *b)
{
    return a->uprn == b->uprn && a->postcode == b->postcode && a->text == b->text && a->easting == b->easting &&
           a->northing == b->northing;
}

/* Who said something when is of no weight; only what was said, and whom the log named first (R2). */
static bool same_persons(const struct cdi_person *a, const struct cdi_person *b, size_t a_count, size_t b_count)
{
    if (a_count != b_count)
        return false;
    for (size_t i = 0; a != b && i < a_count; i++)
        if (a[i].role != b[i].role || a[i].age_band != b[i].age_band ||
            memcmp(a[i].tokens, b[i].tokens, sizeof a[i].tokens) != 0 ||
            a[i].said_at.ms - a[i].first_ms != b[i].said_at.ms - b[i].first_ms)
            return false;
    return true;
}

static bool same_findings(const struct cdi_finding *a, const struct cdi_finding *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i].phrase != b[i].phrase || a[i].assertion != b[i].assertion || a[i].other_occasion != b[i].other_occasion ||
            a[i].victims != b[i].victims)
            return false;
    return true;
}

static bool same_entries(const struct cdi_incident *a, const struct cdi_incident *b)
{
    if (a->entries == b->entries && a->findings == b->findings)
        return true;
    if (a->entry_count != b->entry_count || a->finding_count != b->finding_count)
        return false;
    for (size_t i = 0; i < a->entry_count; i++) {
        const struct cdi_entry *x = &a->entries[i], *y = &b->entries[i];
        if (x->seq != y->seq || x->at.ms != y->at.ms || x->role != y->role || x->finding_first != y->finding_first ||
            x->finding_count != y->finding_count || x->text_hash != y->text_hash)
            return false;
    }
    return same_findings(a->findings, b->findings, a->finding_count);
}

bool cdi_moved(const struct cdi_incident *before, const struct cdi_incident *after)
{
    return !same_place(&before->location, &after->location) || before->received_at.ms != after->received_at.ms ||
           !same_persons(before->persons, after->persons, before->person_count, after->person_count);
}

bool cdi_alike_evidence(const struct cdi_incident *a, const struct cdi_incident *b)
{
    return !cdi_moved(a, b) && a->settled.until.ms == b->settled.until.ms && a->reopened_at.ms == b->reopened_at.ms && a->qualifiers == b->qualifiers &&
           a->crimes == b->crimes && same_entries(a, b) &&
           memcmp(&a->disposal, &b->disposal, sizeof a->disposal) == 0 && a->closing.at.ms == b->closing.at.ms &&
           cdi_text_same(a->opened_as.text, b->opened_as.text) &&
           cdi_turns_same(a->turns, a->turn_count, b->turns, b->turn_count) && cdi_decisions_same(a, b) &&
           cdi_text_same(a->channel.text, b->channel.text) &&
           cdi_text_same(a->classified_as.text, b->classified_as.text) &&
           cdi_text_same(a->caller_role.text, b->caller_role.text) && cdi_text_same(a->parent.text, b->parent.text) &&
           cdi_text_same(a->closing.code, b->closing.code) && cdi_text_same(a->area.bcu, b->area.bcu) &&
           cdi_text_same(a->area.beat, b->area.beat) && cdi_text_same(a->source.text, b->source.text);
}

uint8_t cdi_sign_fields(const struct cdi_incident *a, const struct cdi_incident *b)
{
    bool unit = cdi_text_said(a->unit.text) != cdi_text_said(b->unit.text);
    bool dash = a->dash_completed_at.at.ms != b->dash_completed_at.at.ms;
    bool safeguarding = cdi_text_said(a->safeguarding.text) != cdi_text_said(b->safeguarding.text);
    bool appointment = a->appointment_at.at.ms != b->appointment_at.at.ms;
    return (uint8_t)(unit << CDI_SIGN_FIELD_UNIT | dash << CDI_SIGN_FIELD_DASH | safeguarding << CDI_SIGN_FIELD_SAFEGUARDING |
                     appointment << CDI_SIGN_FIELD_APPOINTMENT);
}

/* One that does not say when it was recorded is timed by who said so when. */
bool cdi_alike_crime(const struct cdi_crime *a, const struct cdi_crime *b)
{
    return cdi_instant_said(b->recorded_at.at) && a->recorded_at.at.ms == b->recorded_at.at.ms &&
           a->reported_at.at.ms == b->reported_at.at.ms && a->committed_from.at.ms == b->committed_from.at.ms &&
           a->committed_to.at.ms == b->committed_to.at.ms && same_place(&a->location, &b->location) &&
           same_persons(a->persons, b->persons, a->person_count, b->person_count) && a->incidents == b->incidents &&
           a->flags == b->flags && a->late_fcr_at.at.ms == b->late_fcr_at.at.ms &&
           cdi_instant_said(a->late_rationale_at) == cdi_instant_said(b->late_rationale_at) &&
           cdi_turns_tell_same(a->turns, a->turn_count, b->turns, b->turn_count) &&
           memcmp(&a->cancel, &b->cancel, sizeof a->cancel) == 0 && cdi_text_same(a->klass.text, b->klass.text) &&
           cdi_text_same(a->code.text, b->code.text) && cdi_text_same(a->status.text, b->status.text) &&
           cdi_text_same(a->n100.text, b->n100.text) && cdi_text_same(a->area.bcu, b->area.bcu) &&
           cdi_text_same(a->area.beat, b->area.beat);
}
