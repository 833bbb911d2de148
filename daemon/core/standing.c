/* What a crime record is worth, now and before: rule 8, R7. */
#include "core/link.h"
#include "core/turns.h"

uint16_t cdi_crime_offence(const struct cdi_tables *tables, const struct cdi_crime *crime)
{
    uint16_t offence = CDI_OFFENCE_NONE;
    if (cdi_text_said(crime->klass.text))
        offence = cdi_tables_offence(tables, crime->klass.text);
    if (offence != CDI_OFFENCE_NONE)
        return offence;
    const struct cdi_offence_code *code = cdi_tables_code(tables, crime->code.text);
    return code != NULL ? code->offence : CDI_OFFENCE_NONE;
}

uint16_t cdi_crime_rank(const struct cdi_tables *tables, const struct cdi_crime *crime, uint16_t offence)
{
    const struct cdi_offence_code *code = cdi_tables_code(tables, crime->code.text);
    if (code != NULL)
        return code->rank;
    return offence != CDI_OFFENCE_NONE ? tables->offences[offence].rank : CDI_RANK_NONE;
}

enum cdi_crime_status cdi_crime_status(const struct cdi_crime *crime)
{
    enum cdi_crime_status status = CDI_CRIME_STATUS_UNKNOWN;
    if (cdi_text_said(crime->status.text))
        cdi_crime_status_from(crime->status.text, &status);
    if (status != CDI_CRIME_STATUS_UNKNOWN)
        return status;
    if (crime->cancel.type != CDI_CANCEL_TYPE_NONE)
        return CDI_CRIME_STATUS_CANCELLED;
    return cdi_instant_said(crime->recorded_at.at) ? CDI_CRIME_STATUS_RECORDED : CDI_CRIME_STATUS_UNKNOWN;
}

static bool of_status(struct cdi_text word, enum cdi_crime_status a, enum cdi_crime_status b)
{
    enum cdi_crime_status status = CDI_CRIME_STATUS_UNKNOWN;
    return cdi_crime_status_from(word, &status) && (status == a || status == b);
}

/* When its status was first said to be one of these; NONE: never. */
static struct cdi_instant first_status(const struct cdi_crime *crime, enum cdi_crime_status a, enum cdi_crime_status b)
{
    for (size_t i = 0; i < crime->turn_count; i++)
        if (crime->turns[i].kind == CDI_TURN_STATUS && of_status(crime->turns[i].word, a, b))
            return crime->turns[i].at;
    return CDI_INSTANT_NONE;
}

static struct cdi_instant first_recorded(const struct cdi_crime *crime)
{
    return first_status(crime, CDI_CRIME_STATUS_RECORDED, CDI_CRIME_STATUS_DEALT_WITH);
}

/* What was cancelled had been recorded, unless it is known that it had only been asked for. */
static bool only_requested(const struct cdi_crime *crime)
{
    return !cdi_instant_said(first_recorded(crime)) &&
           cdi_instant_said(first_status(crime, CDI_CRIME_STATUS_REQUESTED, CDI_CRIME_STATUS_NON_CRIME));
}

/* Since when its status is what it is, however often that was said. */
static struct cdi_instant of_status_since(const struct cdi_crime *crime)
{
    struct cdi_instant since = CDI_INSTANT_NONE;
    for (size_t i = 0; i < crime->turn_count; i++)
        if (crime->turns[i].kind == CDI_TURN_STATUS && !cdi_turn_repeats(crime->turns, i))
            since = crime->turns[i].at;
    return since;
}

/* Recorded first, and then said to be something that is no recorded crime. */
static bool unrecorded(const struct cdi_crime *crime)
{
    return cdi_text_said(crime->status.text) && cdi_instant_said(first_recorded(crime)) &&
           cdi_instant_before(first_recorded(crime), of_status_since(crime));
}

/* C2 of a rape or a homicide is for the registrar (rule 8, R7). */
static bool lacks_registrar(const struct cdi_tables *tables, const struct cdi_crime *crime, uint16_t offence)
{
    enum cdi_family family = offence == CDI_OFFENCE_NONE ? CDI_FAMILY_SOCIETY : tables->offences[offence].family;
    return crime->cancel.type == CDI_CANCEL_TYPE_C2 && (family == CDI_FAMILY_RAPE || family == CDI_FAMILY_HOMICIDE) &&
           !cdi_text_is_caseless(crime->cancel.by_role, "FCR");
}

/* R7: does the cancellation itself answer the report? */
static bool cancellation_complete(const struct cdi_tables *tables, const struct cdi_crime *crime)
{
    const struct cdi_cancel *cancel = &crime->cancel;
    uint16_t offence = cdi_crime_offence(tables, crime);
    if (offence == CDI_OFFENCE_NONE || !cdi_instant_said(cancel->victim_told_at))
        return false;
    struct cdi_text klass = tables->offences[offence].klass;
    struct cdi_text code = cdi_text_said(crime->code.text) ? crime->code.text : tables->offences[offence].code;
    switch (cancel->type) {
    case CDI_CANCEL_TYPE_NONE:                  /* transferred is C1, whether its type is said or not */
        if (cdi_crime_status(crime) != CDI_CRIME_STATUS_TRANSFERRED)
            return false;
        return cdi_text_said(cancel->other_force) && cdi_text_said(cancel->reference);
    case CDI_CANCEL_TYPE_C1:
        return cdi_text_said(cancel->other_force) && cdi_text_said(cancel->reference);
    case CDI_CANCEL_TYPE_C2:
        return cancel->avi && cancel->independent && !lacks_registrar(tables, crime, offence);
    case CDI_CANCEL_TYPE_C5:
        return cdi_text_is(code, "008/06") || cdi_text_is(klass, "104") || cdi_text_is(klass, "105A");
    case CDI_CANCEL_TYPE_C3:                    /* the link has moved to the surviving crime */
    case CDI_CANCEL_TYPE_C4:
    case CDI_CANCEL_TYPE_COUNT:
        break;
    }
    return false;
}

bool cdi_crime_is_n100(const struct cdi_tables *tables, const struct cdi_crime *crime)
{
    uint16_t offence = cdi_crime_offence(tables, crime);
    return (offence != CDI_OFFENCE_NONE && tables->offences[offence].family == CDI_FAMILY_N100) ||
           cdi_text_is(crime->klass.text, "N100");
}

enum cdi_standing cdi_crime_standing(const struct cdi_tables *tables, const struct cdi_crime *crime)
{
    switch (cdi_crime_status(crime)) {
    case CDI_CRIME_STATUS_CANCELLED:
    case CDI_CRIME_STATUS_TRANSFERRED:
        if (only_requested(crime))
            return CDI_STANDING_NONE;
        return cancellation_complete(tables, crime) ? CDI_STANDING_ANSWERED : CDI_STANDING_WITHDRAWN;
    case CDI_CRIME_STATUS_RECORDED:
    case CDI_CRIME_STATUS_DEALT_WITH:
        return cdi_crime_is_n100(tables, crime) ? CDI_STANDING_N100 : CDI_STANDING_COUNTS;
    case CDI_CRIME_STATUS_UNKNOWN:
    case CDI_CRIME_STATUS_REQUESTED:
    case CDI_CRIME_STATUS_NON_CRIME:
    case CDI_CRIME_STATUS_COUNT:
        break;
    }
    return unrecorded(crime) ? CDI_STANDING_WITHDRAWN : CDI_STANDING_NONE;
}

/* Of a record that was asked for first, and keeps the date of that: from when it was said to be recorded. */
static bool dated_by_request(const struct cdi_crime *crime, struct cdi_instant first)
{
    struct cdi_instant asked = first_status(crime, CDI_CRIME_STATUS_REQUESTED, CDI_CRIME_STATUS_NON_CRIME);
    return cdi_instant_said(asked) && !cdi_instant_before(asked, crime->recorded_at.at) && cdi_instant_before(asked, first);
}

struct cdi_instant cdi_crime_recorded_at(const struct cdi_crime *crime)
{
    struct cdi_instant first = first_recorded(crime);
    if (cdi_instant_said(crime->recorded_at.at) && !dated_by_request(crime, first))
        return crime->recorded_at.at;
    if (!cdi_instant_said(first))
        first = cdi_turn_first(crime->turns, crime->turn_count, CDI_TURN_STATUS, crime->status.text);
    return cdi_instant_said(first) ? first : crime->event_at;
}

/* ---- before ---- */

/* The last that was said of it by then, else the first that was said later; NULL: nothing ever. */
static const struct cdi_turn *said_by(const struct cdi_crime *crime, enum cdi_turn_kind kind, struct cdi_instant at, bool *later)
{
    const struct cdi_turn *said = NULL;
    *later = true;
    for (size_t i = 0; i < crime->turn_count; i++) {
        const struct cdi_turn *turn = &crime->turns[i];
        bool by_then = !cdi_instant_before(at, turn->at);
        if (turn->kind == kind && (by_then || said == NULL)) {
            said = turn;
            *later = !by_then;
        }
    }
    return said;
}

/* A class that it has not had from the first came to a record that was said to be one before: until then it was of none. */
static struct cdi_text class_by(const struct cdi_crime *crime, struct cdi_instant at)
{
    bool later;
    const struct cdi_turn *said = said_by(crime, CDI_TURN_CLASS, at, &later);
    struct cdi_instant recorded = first_recorded(crime);
    if (said == NULL || !cdi_instant_before(at, crime->klass.said_at))
        return crime->klass.text;
    return later && cdi_instant_said(recorded) && cdi_instant_before(recorded, said->at) ? CDI_TEXT_NONE : said->word;
}

/* A code that was first said later was its code from the first, unless it came with another class. */
static struct cdi_text code_by(const struct cdi_crime *crime, struct cdi_instant at)
{
    bool later;
    const struct cdi_turn *said = said_by(crime, CDI_TURN_CODE, at, &later);
    if (said == NULL || !cdi_instant_before(at, crime->code.said_at))
        return crime->code.text;
    return later && !cdi_text_same(class_by(crime, said->at), class_by(crime, at)) ? CDI_TEXT_NONE : said->word;
}

/* What is first heard of as cancelled had been recorded; so had what was recorded then though it said so only later. */
static struct cdi_text status_by(const struct cdi_crime *crime, struct cdi_instant at)
{
    bool later;
    const struct cdi_turn *said = said_by(crime, CDI_TURN_STATUS, at, &later);
    if (said == NULL || !cdi_instant_before(at, crime->status.said_at))
        return crime->status.text;
    bool cancelled = of_status(said->word, CDI_CRIME_STATUS_CANCELLED, CDI_CRIME_STATUS_TRANSFERRED);
    bool recorded = of_status(said->word, CDI_CRIME_STATUS_REQUESTED, CDI_CRIME_STATUS_NON_CRIME) && !cdi_instant_before(at, cdi_crime_recorded_at(crime)) &&
                    cdi_instant_before(at, first_recorded(crime));
    return (later && cancelled) || recorded ? cdi_text_of(cdi_crime_status_word(CDI_CRIME_STATUS_RECORDED)) : said->word;
}

static enum cdi_cancel_type cancelled_by(const struct cdi_crime *crime, struct cdi_instant at)
{
    bool later;
    enum cdi_cancel_type type = CDI_CANCEL_TYPE_NONE;
    const struct cdi_turn *said = said_by(crime, CDI_TURN_CANCEL, at, &later);
    if (said == NULL || !cdi_instant_before(at, crime->cancel.said_at))
        return crime->cancel.type;
    if (!later || cdi_text_said(crime->status.text))        /* else nothing but its type says that it was cancelled */
        cdi_cancel_type_from(said->word, &type);
    return type;
}

/* Of what it was cancelled as before, and is not now, nobody knows what that had: it is taken to have answered the report where it could.  A
 * duplicate lived on in the other crime. */
static bool lived_on(const struct cdi_crime *crime, const struct cdi_crime *then)
{
    enum cdi_crime_status status = cdi_crime_status(then);
    bool same_type = crime->cancel.type == then->cancel.type;
    bool still = same_type && cdi_crime_status(crime) == status;
    if (!still && status == CDI_CRIME_STATUS_TRANSFERRED)        /* is C1, whether its type was said or not */
        return !same_type || (then->cancel.type != CDI_CANCEL_TYPE_NONE && then->cancel.type != CDI_CANCEL_TYPE_C1);
    if (still || status != CDI_CRIME_STATUS_CANCELLED)
        return false;
    switch (then->cancel.type) {
    case CDI_CANCEL_TYPE_C3:
        return !same_type || cdi_text_said(crime->cancel.duplicate_of);
    case CDI_CANCEL_TYPE_C1:
    case CDI_CANCEL_TYPE_C2:
    case CDI_CANCEL_TYPE_C5:
        return !same_type;
    default:
        return false;
    }
}

enum cdi_standing cdi_crime_standing_by(const struct cdi_tables *tables, const struct cdi_crime *crime, struct cdi_instant at,
                                        struct cdi_crime *then)
{
    *then = *crime;
    then->klass.text = class_by(crime, at);
    then->code.text = code_by(crime, at);
    then->status.text = status_by(crime, at);
    then->cancel.type = cancelled_by(crime, at);
    while (then->turn_count > 0 && cdi_instant_before(at, then->turns[then->turn_count - 1].at))
        then->turn_count--;
    enum cdi_standing standing = cdi_crime_standing(tables, then);
    then->turn_count = crime->turn_count;           /* when it was dealt with, and such, is what it is */
    if (standing != CDI_STANDING_WITHDRAWN || !lived_on(crime, then))
        return standing;
    return cdi_crime_is_n100(tables, then) ? CDI_STANDING_N100 : CDI_STANDING_ANSWERED;
}

/* The first time that a value is said is news only where it was another before. */
static bool is_change(const struct cdi_crime *crime, size_t i)
{
    const struct cdi_turn *turn = &crime->turns[i];
    if (cdi_turn_before(crime->turns, i, turn->kind, cdi_instant_after(turn->at, (struct cdi_span){ 1 })) != NULL)
        return !cdi_turn_repeats(crime->turns, i);
    struct cdi_instant recorded = first_recorded(crime);
    switch (turn->kind) {
    case CDI_TURN_CLASS:
        return cdi_instant_said(recorded) && cdi_instant_before(recorded, turn->at);
    case CDI_TURN_STATUS:
        return of_status(turn->word, CDI_CRIME_STATUS_CANCELLED, CDI_CRIME_STATUS_TRANSFERRED);
    case CDI_TURN_CANCEL:
        return !cdi_text_said(crime->status.text);
    default:
        return false;
    }
}

struct cdi_instant cdi_crime_next_turn(const struct cdi_crime *crime, struct cdi_instant last)
{
    for (size_t i = 0; i < crime->turn_count; i++)
        if (cdi_instant_before(last, crime->turns[i].at) && is_change(crime, i))
            return crime->turns[i].at;
    return CDI_INSTANT_NONE;
}

struct cdi_instant cdi_crime_ended_at(const struct cdi_tables *tables, const struct cdi_crime *crime, enum cdi_standing standing)
{
    struct cdi_instant ended = CDI_INSTANT_NONE;
    struct cdi_crime then;
    if (standing != CDI_STANDING_WITHDRAWN && standing != CDI_STANDING_ANSWERED)
        return CDI_INSTANT_NONE;
    for (struct cdi_instant at = cdi_crime_next_turn(crime, CDI_INSTANT_NONE); cdi_instant_said(at); at = cdi_crime_next_turn(crime, at)) {
        bool same = cdi_crime_standing_by(tables, crime, at, &then) == standing;
        ended = !same ? CDI_INSTANT_NONE : cdi_instant_said(ended) ? ended : at;
    }
    return cdi_instant_said(ended) ? ended : crime->cancel.said_at;
}

uint32_t cdi_crime_marks(const struct cdi_tables *tables, const struct cdi_crime *crime, enum cdi_standing standing)
{
    const struct cdi_cancel *cancel = &crime->cancel;
    bool told_first = cancel->type == CDI_CANCEL_TYPE_C1 || cancel->type == CDI_CANCEL_TYPE_C2 ||
                      cancel->type == CDI_CANCEL_TYPE_C5 || cdi_crime_status(crime) == CDI_CRIME_STATUS_TRANSFERRED;
    uint32_t marks = 0;
    if (standing == CDI_STANDING_WITHDRAWN) {
        marks |= UINT32_C(1) << CDI_MARK_PLACEHOLDER;
        if (told_first && !cdi_instant_said(cancel->victim_told_at))
            marks |= UINT32_C(1) << CDI_MARK_VICTIM_NOT_TOLD;
        if (lacks_registrar(tables, crime, cdi_crime_offence(tables, crime)))
            marks |= UINT32_C(1) << CDI_MARK_NOT_BY_REGISTRAR;
    }
    if (!cdi_instant_said(crime->late_rationale_at))
        marks |= UINT32_C(1) << CDI_MARK_LATE_WITHOUT_RATIONALE;
    if (!cdi_instant_said(crime->late_fcr_at.at))
        marks |= UINT32_C(1) << CDI_MARK_LATE_WITHOUT_OVERSIGHT;
    return marks;
}
