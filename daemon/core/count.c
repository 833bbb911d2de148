/* From what the reports of a log, or a crime, were judged to be to what they count for in the tallies (cdiwatch/tally.h). */
#include <stdlib.h>
#include <string.h>

#include "core/engine_inside.h"
#include "core/lag.h"
#include "core/stage.h"
#include "core/tally.h"

struct counting {
    const struct cdi_engine *engine;
    struct cdi_text area;
    struct cdi_tally_item items[CDI_TALLY_ITEMS_MAX];
    size_t count;
    struct cdi_text taken[CDI_TALLY_TAKEN_MAX];
    size_t taken_count;
};

static struct cdi_tally_item *item_of(struct counting *counting, int32_t day, const struct cdi_tally_key *key)
{
    CDI_ASSERT(counting->count < CDI_TALLY_ITEMS_MAX);
    struct cdi_tally_item *item = &counting->items[counting->count++];
    item->area = counting->area;
    item->day = day;
    item->key = *key;
    item->part_count = 0;
    return item;
}

static struct counting *counting_for(struct cdi_engine *engine, const struct cdi_area *area)
{
    struct counting *counting = cdi_scratch_take(&engine->work, sizeof *counting);
    counting->engine = engine;
    counting->area = area->bcu.size == 0 ? CDI_TEXT_NONE : area->bcu;
    counting->count = counting->taken_count = 0;
    return counting;
}

static struct cdi_text packed_of(const struct counting *counting, struct cdi_scratch *scratch)
{
    const struct cdi_contribution contribution = {
        .items = counting->items, .taken = counting->taken, .item_count = counting->count, .taken_count = counting->taken_count
    };
    return cdi_contribution_pack(&contribution, scratch);
}

static uint8_t category_of(const struct cdi_tables *tables, uint16_t offence)
{
    return offence == CDI_OFFENCE_NONE ? CDI_CATEGORY_COUNT : (uint8_t)tables->offences[offence].category;
}

/* A crime that was recorded, against the report: when that was received, and when it should have been by. */
static void add_recorded(struct cdi_tally_item *item, const struct cdi_tables *tables, struct cdi_instant received_at,
                         struct cdi_instant recorded_at, bool explained)
{
    struct cdi_instant due_at = cdi_due_at(received_at);
    cdi_tally_item_add(item, CDI_TALLY_RECORDED, 1);
    cdi_tally_item_add(item, CDI_TALLY_ON_TIME, explained || cdi_in_time(recorded_at, due_at));
    cdi_tally_item_add(item, CDI_TALLY_SAME_DAY,
                       cdi_instant_before(recorded_at, cdi_zone_next_midnight(tables->zone, received_at)));
    cdi_tally_item_add(item, CDI_TALLY_LAGS + cdi_lag_bucket(cdi_instant_between(received_at, recorded_at).ms / 1000), 1);
}

/* ---- reports ---- */

static bool marked(const struct cdi_judgement *judgement, enum cdi_mark mark)
{
    return ((judgement->compared.marks | judgement->timed.marks) >> mark & 1) != 0;
}

/* The reason that ends it; NONE: crimes do, cancelled with all that needs. */
static enum cdi_reason reason_of(const struct cdi_judgement *judgement)
{
    for (size_t u = 0; u < judgement->due.count; u++) {
        uint8_t by = judgement->due.units[u].answered_by;
        if (by != CDI_UNANSWERED && judgement->linked.links[by].standing == CDI_STANDING_N100)
            return judgement->linked.links[by].n100;
    }
    return judgement->clearing.complete ? judgement->clearing.reason : CDI_REASON_NONE;
}

static bool passed(const struct cdi_engine *engine, struct cdi_instant at)
{
    return cdi_instant_said(engine->now) && !cdi_instant_before(engine->now, at);
}

static void add_reason(struct cdi_tally_item *item, const struct cdi_engine *engine, const struct cdi_judgement *judgement)
{
    enum cdi_reason reason = reason_of(judgement);
    const struct cdi_timed *timed = &judgement->timed;
    cdi_tally_item_add(item, CDI_TALLY_CLEARED, 1);
    cdi_tally_item_add(item, CDI_TALLY_REASONS + reason, reason != CDI_REASON_NONE);
    if (!cdi_instant_said(judgement->compared.n100_at) || !cdi_reason_is_n100(reason))
        return;
    enum cdi_tally_age age = passed(engine, timed->n100_review_at) ? CDI_TALLY_AGE_OLDER :
                             passed(engine, timed->n100_check_at) ? CDI_TALLY_AGE_FORTNIGHT : CDI_TALLY_AGE_DAY;
    cdi_tally_item_add(item, CDI_TALLY_N100 + CDI_TALLY_AGES * (unsigned)(reason - CDI_REASON_N100_01) + age, 1);
}

static uint32_t supervisor_entries(const struct cdi_incident *facts)
{
    uint32_t count = 0;
    for (size_t i = 0; i < facts->entry_count; i++)
        count += facts->entries[i].role == CDI_ENTRY_ROLE_SUPERVISOR && !cdi_entry_settled(facts, &facts->entries[i]);
    return count;
}

/* What counts once a report. */
static void add_report(struct cdi_tally_item *item, const struct cdi_engine *engine, const struct cdi_judgement *judgement,
                       uint32_t supervised)
{
    const struct cdi_clearing *clearing = &judgement->clearing;
    enum cdi_state state = judgement->compared.state;
    bool unendorsed = marked(judgement, CDI_MARK_UNENDORSED) ||
                      (clearing->given && (clearing->missing >> CDI_DISPOSAL_FIELD_ENDORSED_BY & 1) != 0);
    cdi_tally_item_add(item, CDI_TALLY_REPORTS, 1);
    if (state == CDI_STATE_CLEARED)
        add_reason(item, engine, judgement);
    else
        cdi_tally_item_add(item, CDI_TALLY_OPEN, state != CDI_STATE_SATISFIED);
    cdi_tally_item_add(item, CDI_TALLY_INCOMPLETE_CLEAR, state == CDI_STATE_INCOMPLETE_CLEAR);
    cdi_tally_item_add(item, CDI_TALLY_BREACHED, marked(judgement, CDI_MARK_BREACHED));
    cdi_tally_item_add(item, CDI_TALLY_UNENDORSED, unendorsed);
    cdi_tally_item_add(item, CDI_TALLY_LATE_WITHOUT_RATIONALE, marked(judgement, CDI_MARK_LATE_WITHOUT_RATIONALE));
    cdi_tally_item_add(item, CDI_TALLY_LATE_WITHOUT_OVERSIGHT, marked(judgement, CDI_MARK_LATE_WITHOUT_OVERSIGHT));
    cdi_tally_item_add(item, CDI_TALLY_SUPERVISED, supervised != 0);
}

/* The link that answers the unit for sure (R19: a likeness alone does not, where a human must confirm it); NULL: none. */
static const struct cdi_link *sure_answer(const struct cdi_judgement *judgement, const struct cdi_unit *unit)
{
    if (unit->answered_by == CDI_UNANSWERED)
        return NULL;
    const struct cdi_link *link = &judgement->linked.links[unit->answered_by];
    return cdi_link_unconfirmed(&judgement->disclosed, link) ? NULL : link;
}

static bool unanswered(const struct cdi_judgement *judgement, const struct cdi_unit *unit)
{
    return sure_answer(judgement, unit) == NULL && judgement->compared.state != CDI_STATE_CLEARED;
}

/* R15: of the rape that was confirmed an earlier report counts already that it is recorded, or that it is not answered. */
static bool counted_before(const struct cdi_tables *tables, const struct cdi_verdict *verdict, size_t report, const struct cdi_unit *unit)
{
    const struct cdi_link *ours = sure_answer(&verdict->reports[report]->judgement, unit);
    for (size_t r = 0; r < report; r++) {
        const struct cdi_judgement *judgement = &verdict->reports[r]->judgement;
        for (size_t u = 0; u < judgement->due.count; u++) {
            const struct cdi_unit *other = &judgement->due.units[u];
            const struct cdi_link *theirs = sure_answer(judgement, other);
            if (tables->offences[other->offence].family == CDI_FAMILY_RAPE &&
                (ours == NULL ? unanswered(judgement, other) : theirs != NULL && cdi_text_same(ours->crime, theirs->crime)))
                return true;
        }
    }
    return false;
}

/* Answered by the same crime, or neither by any. */
static bool answered_alike(const struct cdi_judgement *judgement, const struct cdi_unit *unit, const struct cdi_judgement *others,
                           const struct cdi_unit *other)
{
    const struct cdi_link *ours = sure_answer(judgement, unit), *theirs = sure_answer(others, other);
    if (ours == NULL || theirs == NULL)
        return ours == theirs && unanswered(judgement, unit) && unanswered(others, other);
    return cdi_text_same(ours->crime, theirs->crime);
}

/* What a report tells graver than an earlier one counts there; of that one the first such unit counts no more. */
static bool counted_as_graver(const struct cdi_tables *tables, const struct cdi_verdict *verdict, size_t report, const struct cdi_unit *unit)
{
    for (size_t r = report + 1; r < verdict->count; r++) {
        const struct cdi_judgement *graver = &verdict->reports[r]->judgement;
        for (size_t u = 0; u < graver->due.count; u++) {
            const struct cdi_unit *first = NULL;
            for (size_t before = 0; graver->due.units[u].graver && first == NULL && before <= report; before++) {
                struct cdi_judgement *judgement = &verdict->reports[before]->judgement;
                for (size_t i = 0; first == NULL && i < judgement->due.count; i++)
                    if (cdi_link_one_event(tables, &graver->due.units[u], &judgement->due.units[i]) &&
                        answered_alike(judgement, &judgement->due.units[i], graver, &graver->due.units[u]))
                        first = &judgement->due.units[i];
            }
            if (first == unit)
                return true;
        }
    }
    return false;
}

/* What counts for each crime that is due; what was confirmed is due where it was told first, what was told graver where it was told so. */
static void add_unit(struct cdi_tally_item *item, const struct cdi_tables *tables, const struct cdi_verdict *verdict, size_t report,
                     const struct cdi_unit *unit)
{
    const struct cdi_judgement *judgement = &verdict->reports[report]->judgement;
    const struct cdi_link *link = sure_answer(judgement, unit);
    if (counted_as_graver(tables, verdict, report, unit))
        return;
    cdi_tally_item_add(item, CDI_TALLY_DUE, !unit->confirms);
    if (unit->confirms && counted_before(tables, verdict, report, unit))
        return;
    if (link == NULL)
        cdi_tally_item_add(item, CDI_TALLY_UNANSWERED, unanswered(judgement, unit));
    else if (link->standing == CDI_STANDING_COUNTS)
        add_recorded(item, tables, judgement->timed.received_at, unit->answered_at, unit->explained);
}

static void take(struct counting *counting, struct cdi_text crime)
{
    size_t at = 0;
    while (at < counting->taken_count && cdi_text_compare(counting->taken[at], crime) < 0)
        at++;
    if (at < counting->taken_count && cdi_text_same(counting->taken[at], crime))
        return;
    memmove(counting->taken + at + 1, counting->taken + at, (counting->taken_count - at) * sizeof *counting->taken);
    counting->taken[at] = crime;
    counting->taken_count++;
}

static void count_report(struct counting *counting, const struct cdi_verdict *verdict, size_t report, uint32_t supervised)
{
    const struct cdi_incident *facts = &verdict->incident.facts;
    const struct cdi_judgement *judgement = &verdict->reports[report]->judgement;
    const struct cdi_tables *tables = counting->engine->tables;
    const struct cdi_due *due = &judgement->due;
    struct cdi_tally_item *items[CDI_CATEGORY_COUNT] = { NULL }, *principal = NULL;
    if (judgement->compared.state == CDI_STATE_NOT_DISCLOSED)
        return;
    int32_t day = cdi_zone_day(tables->zone, judgement->timed.received_at);
    for (size_t u = 0; u < due->count; u++) {
        uint8_t category = category_of(tables, due->units[u].offence);
        const struct cdi_tally_key key = { CDI_TALLY_OF_REPORTS, category, facts->channel.text, facts->source.text };
        if (items[category] == NULL)
            items[category] = item_of(counting, day, &key);
        if (principal == NULL)
            principal = items[category];
        add_unit(items[category], tables, verdict, report, &due->units[u]);
    }
    add_report(principal, counting->engine, judgement, supervised);
    for (size_t i = 0; i < judgement->linked.link_count; i++) {
        const struct cdi_link *link = &judgement->linked.links[i];
        if (link->how == CDI_HOW_SCORED && link->allocated && link->standing == CDI_STANDING_COUNTS)
            take(counting, link->crime);
    }
}

struct cdi_text cdi_engine_counted(struct cdi_engine *engine, const struct cdi_verdict *verdict)
{
    const struct cdi_incident *facts = &verdict->incident.facts;
    bool measured = cdi_instant_said(facts->received_at);
    if (verdict->count == 0 && measured)
        return CDI_TEXT_NONE;
    struct counting *counting = counting_for(engine, &facts->area);
    if (!measured) {
        const struct cdi_tally_key key = { CDI_TALLY_OF_REPORTS, CDI_CATEGORY_COUNT, facts->channel.text, facts->source.text };
        cdi_tally_item_add(item_of(counting, CDI_TALLY_UNDATED, &key), CDI_TALLY_UNMEASURED, 1);
    }
    uint32_t supervised = supervisor_entries(facts);
    for (size_t i = 0; i < verdict->count; i++)
        count_report(counting, verdict, i, supervised);
    if (measured && counting->count != 0)
        cdi_tally_item_add(&counting->items[0], CDI_TALLY_SUPERVISOR_ENTRIES, supervised);
    return packed_of(counting, &engine->work);
}

/* ---- crimes ---- */

static void count_unlogged(struct cdi_tally_item *item, const struct cdi_tables *tables, const struct cdi_crime *facts)
{
    const uint32_t missing = cdi_crime_marks(tables, facts, CDI_STANDING_COUNTS);
    struct cdi_instant reported_at = facts->reported_at.at, recorded_at = cdi_crime_recorded_at(facts);
    if (!cdi_instant_said(reported_at)) {
        cdi_tally_item_add(item, CDI_TALLY_UNMEASURED, 1);
        return;
    }
    add_recorded(item, tables, reported_at, recorded_at, false);
    bool late = !cdi_in_time(recorded_at, cdi_due_at(reported_at));
    cdi_tally_item_add(item, CDI_TALLY_LATE_WITHOUT_RATIONALE, late && (missing >> CDI_MARK_LATE_WITHOUT_RATIONALE & 1) != 0);
    cdi_tally_item_add(item, CDI_TALLY_LATE_WITHOUT_OVERSIGHT, late && (missing >> CDI_MARK_LATE_WITHOUT_OVERSIGHT & 1) != 0);
}

/* C1 is what a transfer is, whether its type is said or not (R7). */
static enum cdi_cancel_type cancelled_as(const struct cdi_tables *tables, const struct cdi_crime *facts)
{
    enum cdi_standing standing = cdi_crime_standing(tables, facts);
    enum cdi_crime_status status = cdi_crime_status(facts);
    bool transferred = status == CDI_CRIME_STATUS_TRANSFERRED;
    if ((standing != CDI_STANDING_ANSWERED && standing != CDI_STANDING_WITHDRAWN) ||
        (status != CDI_CRIME_STATUS_CANCELLED && !transferred))
        return CDI_CANCEL_TYPE_NONE;
    return facts->cancel.type == CDI_CANCEL_TYPE_NONE && transferred ? CDI_CANCEL_TYPE_C1 : facts->cancel.type;
}

struct cdi_text cdi_engine_counted_crime(struct cdi_engine *engine, const struct cdi_crime_case *crime)
{
    const struct cdi_crime *facts = &crime->facts;
    enum cdi_cancel_type cancelled = cancelled_as(engine->tables, facts);
    bool unlogged = crime->takers == 0 && facts->incident_count == 0 &&
                    cdi_crime_standing(engine->tables, facts) == CDI_STANDING_COUNTS && cdi_engine_unclaimed(engine, crime);
    if (!unlogged && cancelled == CDI_CANCEL_TYPE_NONE)
        return CDI_TEXT_NONE;
    struct cdi_instant at = cdi_instant_said(facts->reported_at.at) ? facts->reported_at.at : cdi_crime_recorded_at(facts);
    int32_t day = cdi_instant_said(at) ? cdi_zone_day(engine->tables->zone, at) : CDI_TALLY_UNDATED;
    struct counting *counting = counting_for(engine, &facts->area);
    const struct cdi_tally_key key = {
        CDI_TALLY_OF_CRIMES, category_of(engine->tables, cdi_crime_offence(engine->tables, facts)), CDI_TEXT_NONE, facts->source.text
    };
    struct cdi_tally_item *item = item_of(counting, day, &key);
    cdi_tally_item_add(item, CDI_TALLY_CANCELLED + cancelled, cancelled != CDI_CANCEL_TYPE_NONE);
    if (unlogged)
        count_unlogged(item, engine->tables, facts);
    return packed_of(counting, &engine->work);
}

static bool queue_crime(struct cdi_engine *engine, uint32_t handle, struct cdi_error *err)
{
    return cdi_caseload_queue(engine->load, CDI_QUEUE_JUDGE, CDI_CASE_CRIME, handle, err);
}

/* A crime's record that cannot grow keeps what it had: then it also keeps counting for what it did. */
static bool kept(bool stored, const struct cdi_error *problem, struct cdi_error *err)
{
    return stored || problem->code == CDI_ERROR_LIMIT || cdi_fail(err, problem->code, "%s", problem->text);
}

bool cdi_engine_count_crime(struct cdi_engine *engine, uint32_t handle, struct cdi_error *err)
{
    struct cdi_crime_case crime;
    struct cdi_error problem = { 0 };
    cdi_caseload_crime(engine->load, handle, &crime, &engine->work);
    struct cdi_text before = crime.counted, after = cdi_engine_counted_crime(engine, &crime);
    if (cdi_text_same(before, after))
        return true;
    crime.counted = after;
    bool stored = cdi_caseload_restate_crime(engine->load, handle, &crime, &problem);
    if (stored)
        cdi_tallies_move(engine->tallies, crime.facts.force, before, after);
    return kept(stored, &problem, err);
}

/* One log more, or less, has a report that this crime answers by its likeness. */
static bool change_takers(struct cdi_engine *engine, struct cdi_text force, struct cdi_text reference, int by, struct cdi_error *err)
{
    struct cdi_crime_case crime;
    struct cdi_error problem = { 0 };
    uint32_t handle = cdi_caseload_find(engine->load, CDI_CASE_CRIME, force, reference);
    if (handle == CDI_HANDLE_NONE)              /* it was dropped */
        return true;
    cdi_caseload_crime(engine->load, handle, &crime, &engine->work);
    if (by < 0 && crime.takers == 0)
        return true;
    crime.takers += (uint32_t)by;
    bool stored = cdi_caseload_restate_crime(engine->load, handle, &crime, &problem);
    return kept(stored, &problem, err) && queue_crime(engine, handle, err);
}

static bool move_takers(struct cdi_engine *engine, struct cdi_text force, struct cdi_text before, struct cdi_text after,
                        struct cdi_error *err)
{
    struct cdi_text *had = cdi_scratch_take(&engine->work, 2 * CDI_TALLY_TAKEN_MAX * sizeof *had), *has = had + CDI_TALLY_TAKEN_MAX;
    size_t had_count = cdi_contribution_taken(before, had), has_count = cdi_contribution_taken(after, has);
    for (size_t i = 0; i < had_count; i++)
        if (!cdi_text_among(has, has_count, had[i]) && !change_takers(engine, force, had[i], -1, err))
            return false;
    for (size_t i = 0; i < has_count; i++)
        if (!cdi_text_among(had, had_count, has[i]) && !change_takers(engine, force, has[i], 1, err))
            return false;
    return true;
}

struct cdi_text cdi_engine_counts_for(const struct cdi_engine *engine, uint32_t handle)
{
    const struct cdi_mark_of *mark = handle < engine->mark_room ? &engine->marks[handle] : NULL;
    if (mark == NULL || mark->counted_size == 0)
        return CDI_TEXT_NONE;
    return (struct cdi_text){ cdi_arena_at(&engine->counted, mark->counted), mark->counted_size };
}

/* False: no memory; it counts for nothing then. */
static bool hold(struct cdi_engine *engine, uint32_t handle, struct cdi_text counted, struct cdi_error *err)
{
    cdi_engine_count_forget(engine, handle);
    if (counted.size == 0)
        return true;
    CDI_ASSERT(counted.size <= UINT16_MAX);
    if (!cdi_engine_mark_room(engine, handle, err))
        return false;
    struct cdi_mark_of *mark = &engine->marks[handle];
    uint32_t room = cdi_arena_take(&engine->counted, counted.size);
    if (room == CDI_ARENA_NONE)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for what a log counts for");
    mark->counted = room;
    mark->counted_size = (uint16_t)counted.size;
    memcpy(cdi_arena_at(&engine->counted, room), counted.at, counted.size);
    return true;
}

void cdi_engine_count_forget(struct cdi_engine *engine, uint32_t handle)
{
    if (handle >= engine->mark_room || engine->marks[handle].counted_size == 0)
        return;
    cdi_arena_give(&engine->counted, engine->marks[handle].counted, engine->marks[handle].counted_size);
    engine->marks[handle].counted_size = 0;
}

bool cdi_engine_count(struct cdi_engine *engine, const struct cdi_verdict *verdict, struct cdi_error *err)
{
    struct cdi_text held = cdi_engine_counts_for(engine, verdict->handle), after = cdi_engine_counted(engine, verdict);
    struct cdi_text force = verdict->incident.facts.force;
    if (cdi_text_same(held, after))
        return true;
    struct cdi_text before = cdi_scratch_text(&engine->work, held);
    CDI_ASSERT(hold(engine, verdict->handle, after, NULL));     /* without memory the program stops, as all judging does */
    cdi_tallies_move(engine->tallies, force, before, after);
    return move_takers(engine, force, before, after, err) &&
           cdi_caseload_queue(engine->load, CDI_QUEUE_CHANGED, CDI_CASE_INCIDENT, verdict->handle, err);
}

/* ---- state records ---- */

enum { LENGTH_BYTES = 2 };

struct cdi_text cdi_engine_record_of(struct cdi_engine *engine, uint32_t handle)
{
    struct cdi_text packed = cdi_caseload_packed(engine->load, CDI_CASE_INCIDENT, handle), counted = cdi_engine_counts_for(engine, handle);
    size_t size = packed.size + counted.size + LENGTH_BYTES;
    char *record = cdi_scratch_take(&engine->work, size);
    memcpy(record, packed.at, packed.size);
    if (counted.size > 0)
        memcpy(record + packed.size, counted.at, counted.size);
    record[size - 2] = (char)(counted.size & 0xFF);
    record[size - 1] = (char)(counted.size >> 8);
    return (struct cdi_text){ record, size };
}

bool cdi_engine_record_split(struct cdi_text value, struct cdi_text *packed, struct cdi_text *counted, struct cdi_error *err)
{
    const unsigned char *bytes = (const unsigned char *)value.at;
    size_t size = value.size < LENGTH_BYTES ? SIZE_MAX : (size_t)(bytes[value.size - 2] | bytes[value.size - 1] << 8);
    bool fits = size != SIZE_MAX && size <= value.size - LENGTH_BYTES;
    if (fits) {
        *packed = (struct cdi_text){ value.at, value.size - LENGTH_BYTES - size };
        *counted = size == 0 ? CDI_TEXT_NONE : (struct cdi_text){ value.at + packed->size, size };
        fits = size == 0 || cdi_contribution_valid(*counted);
    }
    return fits || cdi_fail(err, CDI_ERROR_CORRUPT, "a state record does not say what its log counts for; restore from the changelog or "
                            "replay the inputs");
}

bool cdi_engine_count_restored(struct cdi_engine *engine, uint32_t handle, struct cdi_text counted, struct cdi_error *err)
{
    return cdi_engine_mark_room(engine, handle, err) && hold(engine, handle, counted, err);
}

/* ---- what else must be counted anew ---- */

bool cdi_engine_count_named(struct cdi_engine *engine, const struct cdi_incident *before, const struct cdi_incident *after,
                            struct cdi_error *err)
{
    const struct cdi_text parents[] = { before->parent.text, after->parent.text };
    const size_t parent_count = cdi_text_same(parents[0], parents[1]) ? 0 : 2;
    const size_t count = before->crimes == after->crimes ? 0 : after->crime_count;
    for (size_t i = 0; i < count + parent_count; i++) {
        struct cdi_text crime = i < count ? after->crimes[i] : parents[i - count];
        uint32_t handle = CDI_HANDLE_NONE;
        if (cdi_text_said(crime))
            handle = cdi_caseload_find(engine->load, CDI_CASE_CRIME, after->force, crime);
        if (handle != CDI_HANDLE_NONE && !queue_crime(engine, handle, err))
            return false;
    }
    return true;
}

/* ---- afresh ---- */

static void count_afresh(struct cdi_engine *engine, struct cdi_tallies *tallies)
{
    uint32_t bound = cdi_caseload_bound(engine->load, CDI_CASE_INCIDENT);
    for (uint32_t handle = 0; handle < bound; handle++) {
        if (!cdi_caseload_holds(engine->load, CDI_CASE_INCIDENT, handle))
            continue;
        cdi_scratch_reset(&engine->work);
        struct cdi_verdict *verdict = cdi_scratch_take(&engine->work, sizeof *verdict);
        cdi_engine_decide(engine, handle, verdict, NULL, NULL);
        cdi_tallies_move(tallies, verdict->incident.facts.force, CDI_TEXT_NONE, cdi_engine_counted(engine, verdict));
    }
    bound = cdi_caseload_bound(engine->load, CDI_CASE_CRIME);
    for (uint32_t handle = 0; handle < bound; handle++) {
        struct cdi_crime_case crime;
        if (!cdi_caseload_holds(engine->load, CDI_CASE_CRIME, handle))
            continue;
        cdi_scratch_reset(&engine->work);
        cdi_caseload_crime(engine->load, handle, &crime, &engine->work);
        cdi_tallies_move(tallies, crime.facts.force, CDI_TEXT_NONE, cdi_engine_counted_crime(engine, &crime));
    }
}

void cdi_engine_count_today(const struct cdi_engine *engine, struct cdi_tallies *tallies)
{
    if (cdi_instant_said(engine->now))
        cdi_tallies_today(tallies, cdi_zone_day(engine->tables->zone, engine->now));
}

bool cdi_engine_tallies(struct cdi_engine *engine, bool afresh, bool (*visit)(void *context, const struct cdi_tally *tally),
                        void *context, struct cdi_error *err)
{
    if (!afresh) {
        cdi_tallies_each(engine->tallies, visit, context);
        return true;
    }
    struct cdi_tallies *fresh = cdi_tallies_create(engine->tally_days);
    if (fresh == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory to count afresh");
    engine->alert_count = 0;
    cdi_engine_count_today(engine, fresh);
    count_afresh(engine, fresh);
    cdi_tallies_each(fresh, visit, context);
    cdi_tallies_destroy(fresh);
    return true;
}
