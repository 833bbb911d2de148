#include "core/engine_inside.h"

#include <stdlib.h>
#include <string.h>

#include "core/alike.h"
#include "core/late.h"
#include "core/merge.h"
#include "core/retire.h"

enum { SLICE_DEFAULT = 4096, CASES_MAX = (1 << 30) - 1, DEADLINES_AT_ONCE = 16 };

static uint32_t limit_of(uint32_t limit) { return limit == 0 ? CDI_CASES_DEFAULT : limit > CASES_MAX ? CASES_MAX : limit; }

static void set_limits(struct cdi_engine *engine, const struct cdi_engine_limits *limits)
{
    engine->limits[CDI_CASE_INCIDENT] = engine->limits[CDI_CASE_WAITING] = limit_of(limits == NULL ? 0 : limits->incidents);
    engine->limits[CDI_CASE_CRIME] = limit_of(limits == NULL ? 0 : limits->crimes);
}

struct cdi_engine *cdi_engine_create(const struct cdi_tables *tables, const struct cdi_engine_limits *limits,
                                     struct cdi_error *err)
{
    struct cdi_engine *engine = calloc(1, sizeof *engine);
    const struct cdi_caseload_limits cases = { { CASES_MAX, CASES_MAX, CASES_MAX } };
    if (engine == NULL)
        goto failed;
    set_limits(engine, limits);
    engine->tables = tables;
    engine->keep_all = limits != NULL && limits->keep_all;
    engine->sweep.at = engine->sweep.next = CDI_INSTANT_NONE;
    engine->seldom_recount = limits != NULL && limits->seldom_recount;
    engine->quiet_tallies = limits != NULL && limits->quiet_tallies;
    engine->tally_days = limits != NULL ? limits->tally_days : 0;
    engine->now = engine->judged = CDI_INSTANT_NONE;
    engine->slice = limits != NULL && limits->slice != 0 ? limits->slice : SLICE_DEFAULT;
    engine->alert_room = CDI_PUBLISH_MAX;
    engine->alerts = calloc(engine->alert_room, sizeof *engine->alerts);
    engine->changes = calloc(engine->slice, sizeof *engine->changes);
    engine->tallies = cdi_tallies_create(engine->tally_days);
    engine->load = cdi_caseload_create(&cases, err);
    if (engine->load != NULL)
        engine->history = cdi_history_create(engine->load, err);
    if (engine->load != NULL)
        engine->schedule = cdi_schedule_create(cdi_caseload_alert_front, cdi_caseload_alert_order, engine->load);
    if (engine->alerts != NULL && engine->changes != NULL && engine->load != NULL && engine->history != NULL &&
        engine->schedule != NULL && engine->tallies != NULL)
        return engine;
failed:
    cdi_engine_destroy(engine);
    cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for an engine");
    return NULL;
}

void cdi_engine_destroy(struct cdi_engine *engine)
{
    if (engine == NULL)
        return;
    cdi_schedule_destroy(engine->schedule);
    cdi_history_destroy(engine->history);
    cdi_caseload_destroy(engine->load);
    cdi_holds_free(&engine->holds);
    cdi_scratch_free(&engine->work);
    cdi_tallies_destroy(engine->tallies);
    cdi_arena_free(&engine->counted);
    for (size_t i = engine->left.first; i < engine->left.count; i++)
        free(engine->left.records[i].bytes);
    free(engine->left.records);
    cdi_traces_free(&engine->traces);
    free(engine->marks);
    free(engine->alerts);
    free(engine->changes);
    free(engine);
}

/* What was left of a settle is let go: its effects were borrowed until now. */
void cdi_engine_begin(struct cdi_engine *engine)
{
    engine->alert_count = 0;
    cdi_scratch_reset(&engine->work);
}

bool cdi_engine_count_later(struct cdi_engine *engine, uint32_t crime, struct cdi_error *err)
{
    return cdi_caseload_queue(engine->load, CDI_QUEUE_JUDGE, CDI_CASE_CRIME, crime, err);
}

/* A link that a human made or undid concerns whoever took the crime by its likeness, however far from this log. */
static bool mark_crime_of(struct cdi_engine *engine, struct cdi_text force, struct cdi_text reference, struct cdi_error *err)
{
    struct cdi_crime_case crime;
    if (!cdi_text_said(reference))
        return true;
    uint32_t handle = cdi_caseload_find(engine->load, CDI_CASE_CRIME, force, reference);
    if (handle == CDI_HANDLE_NONE)
        return true;
    cdi_caseload_crime(engine->load, handle, &crime, &engine->work);
    return cdi_engine_mark_crime(engine, &crime.facts, err) && cdi_engine_count_later(engine, handle, err);
}

/* Actions for alerts of one log wait together, under what their ids have in common. */
static struct cdi_text front_of(struct cdi_text alert)
{
    return (struct cdi_text){ alert.at, 2 * CDI_ALERT_FRONT };
}

/* Actions that waited for this log to be known. */
static bool claim_waiting(struct cdi_engine *engine, struct cdi_incident_case *incident, struct cdi_error *err)
{
    char id[33];
    if (cdi_caseload_count(engine->load, CDI_CASE_WAITING) == 0)
        return true;
    struct cdi_alert_id first = cdi_alert_id(incident->facts.force, incident->facts.reference, 0);
    cdi_alert_id_format(first, id);
    uint32_t handle = cdi_caseload_find(engine->load, CDI_CASE_WAITING, incident->facts.force, front_of(cdi_text_of(id)));
    if (handle == CDI_HANDLE_NONE)
        return true;
    struct cdi_waiting_case waiting;
    cdi_caseload_waiting(engine->load, handle, &waiting, &engine->work);
    for (size_t i = 0; i < waiting.deed_count; i++)
        waiting.deeds[i].report ^= cdi_alert_id_tail(first);
    for (size_t i = 0; i < waiting.deed_count; i++)
        if (cdi_deeds_join(&incident->deeds, &incident->deed_count, &waiting.deeds[i], &engine->work) &&
            !mark_crime_of(engine, incident->facts.force, waiting.deeds[i].crime, err))
            return false;
    waiting.deed_count = 0;                     /* spent: its state record must go too (collect_changes) */
    return cdi_caseload_store_waiting(engine->load, handle, &waiting, err);
}

static bool published_before(const struct cdi_incident_case *incident)
{
    for (size_t i = 0; i < incident->report_count; i++)
        if (incident->reports[i].version != 0)
            return true;
    return false;
}

/* What was expected was found on the way: it is only looked at, and sought anew if it is another. */
static uint32_t find(struct cdi_engine *engine, enum cdi_case_kind kind, struct cdi_text force, struct cdi_text reference)
{
    struct cdi_soon *soon = &engine->soon;
    for (size_t i = soon->next; i < soon->count; i++)
        if (soon->sought[i].reference == reference.at) {
            soon->next = i + 1;
            if (cdi_caseload_is(engine->load, kind, soon->sought[i].handle, force, reference))
                return soon->sought[i].handle;
            break;
        }
    return cdi_caseload_find(engine->load, kind, force, reference);
}

static bool apply_incident(struct cdi_engine *engine, const struct cdi_incident *message, struct cdi_instant known_at,
                           bool *changed, bool *late, struct cdi_error *err)
{
    struct cdi_incident_case incident;
    struct cdi_settled settled = CDI_SETTLED_NOTHING;
    uint32_t handle = find(engine, CDI_CASE_INCIDENT, message->force, message->reference);
    bool added = handle == CDI_HANDLE_NONE;
    *late = added && cdi_engine_log_late(engine, message, known_at, &settled);
    if (added && !*late)
        handle = cdi_caseload_add(engine->load, CDI_CASE_INCIDENT, message->force, message->reference, NULL, err);
    if (handle == CDI_HANDLE_NONE)
        return *late;
    if (handle < engine->mark_room)
        __builtin_prefetch(&engine->marks[handle]);     /* looked at when it has been merged */
    cdi_caseload_incident(engine->load, handle, &incident, &engine->work);
    struct cdi_incident before = incident.facts;
    *changed = cdi_merge_incident(&incident.facts, message, &engine->work) || added;
    *changed |= !added && cdi_engine_settle_log(engine, message, known_at, &incident.facts);
    if (!*changed)
        return true;
    engine->clipped += incident.facts.truncated && !before.truncated;
    if (added) {
        cdi_settle_from(&incident.facts, settled);
        cdi_engine_count_forget(engine, handle);
    }
    if (!cdi_engine_count_named(engine, &before, &incident.facts, err))
        return false;
    if (added && (!claim_waiting(engine, &incident, err) || !cdi_engine_claim(engine, handle, CDI_CLAIM_NONE, err)))
        return false;
    if (!added && cdi_alike_evidence(&before, &incident.facts))
        return cdi_caseload_restate_incident(engine->load, handle, &incident, err) &&
               ((!published_before(&incident) && cdi_engine_unwatched(engine, handle, cdi_sign_fields(&before, &incident.facts))) ||
                cdi_engine_mark(engine, handle, CDI_REACH_SELF, err));
    if (!added && cdi_moved(&before, &incident.facts) &&
        ((!cdi_engine_apart(engine, handle) && !cdi_engine_mark_rivals(engine, &before, NULL, 0, err)) ||
         !cdi_engine_mark_around(engine, &before, err)))
        return false;
    if (!cdi_text_same(before.parent.text, incident.facts.parent.text) &&
        (!cdi_engine_mark_parent(engine, &before, err) || !cdi_engine_mark_around(engine, &before, err)))
        return false;
    return cdi_caseload_store_incident(engine->load, handle, &incident, err) &&
           cdi_engine_remember(engine, handle, &incident.facts, err) &&
           cdi_engine_mark(engine, handle, CDI_REACH_NEIGHBOURS, err);
}

/* Nearly every crime names a log and stands: there is nothing to count of it by itself. */
static bool counts(const struct cdi_crime_case *crime)
{
    enum cdi_crime_status status = cdi_crime_status(&crime->facts);
    return cdi_text_said(crime->counted) || crime->facts.incident_count == 0 ||
           crime->facts.cancel.type != CDI_CANCEL_TYPE_NONE || status == CDI_CRIME_STATUS_TRANSFERRED ||
           status == CDI_CRIME_STATUS_CANCELLED;
}

/* Of one that was dropped under another class it is known that it was there, and not as this: so it answers from when it was recoded (R9). */
static void remember(struct cdi_crime *crime, const struct cdi_crime *message, struct cdi_scratch *scratch)
{
    struct cdi_crime once;
    cdi_crime_empty(&once, message->force, message->reference);
    once.status = (struct cdi_word){ message->recorded_at.at, cdi_text_of(cdi_crime_status_word(CDI_CRIME_STATUS_RECORDED)) };
    cdi_merge_crime(crime, &once, scratch);
}

static bool apply_crime(struct cdi_engine *engine, const struct cdi_crime *message, bool *changed, bool *late,
                        struct cdi_error *err)
{
    struct cdi_crime_case crime;
    uint32_t handle = find(engine, CDI_CASE_CRIME, message->force, message->reference);
    bool added = handle == CDI_HANDLE_NONE, recoded = false;
    *late = added && cdi_engine_crime_late(engine, message, &recoded, err);
    if (added && !*late)
        handle = cdi_caseload_add(engine->load, CDI_CASE_CRIME, message->force, message->reference, NULL, err);
    if (handle == CDI_HANDLE_NONE)
        return *late;
    cdi_engine_look_tomorrow(engine);
    cdi_caseload_crime(engine->load, handle, &crime, &engine->work);
    struct cdi_crime before = crime.facts;
    if (recoded && cdi_instant_said(message->recorded_at.at))
        remember(&crime.facts, message, &engine->work);
    *changed = cdi_merge_crime(&crime.facts, message, &engine->work) || added;
    if (!*changed)
        return true;
    engine->clipped += crime.facts.truncated && !before.truncated;
    if (counts(&crime) && !cdi_engine_count_later(engine, handle, err))
        return false;
    if (!added && cdi_alike_crime(&before, &crime.facts))
        return cdi_caseload_restate_crime(engine->load, handle, &crime, err);
    if (!added && before.incident_count == 0 && !cdi_engine_mark_crime(engine, &before, err))
        return false;
    return cdi_caseload_store_crime(engine->load, handle, &crime, err) &&
           cdi_engine_mark_crime(engine, &crime.facts, err);
}

static bool parse_id(struct cdi_text text, struct cdi_alert_id *id)
{
    if (text.size != 2 * sizeof id->bytes)
        return false;
    memset(id, 0, sizeof *id);
    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0)
            return false;
        id->bytes[i / 2] = (uint8_t)(id->bytes[i / 2] << 4 | digit);
    }
    return true;
}

static struct cdi_deed deed_of(const struct cdi_action *action, uint32_t report)
{
    return (struct cdi_deed){
        .report = report, .counts_for = report, .verb = action->verb, .at = action->at, .by = action->by, .role = action->role,
        .request = action->request, .assign_to = action->assign_to, .text = action->text, .crime = action->crime,
        .disposed = cdi_instant_said(action->disposal.said_at), .disposal = action->disposal,
    };
}

static bool let_wait(struct cdi_engine *engine, const struct cdi_action *action, struct cdi_alert_id id, bool *changed,
                     bool *late, struct cdi_error *err)
{
    *late = cdi_engine_alert_late(engine, id, action->at);
    if (*late)
        return true;
    cdi_engine_look_tomorrow(engine);
    struct cdi_waiting_case waiting;
    struct cdi_deed deed = deed_of(action, cdi_alert_id_tail(id));
    uint32_t handle = cdi_caseload_add(engine->load, CDI_CASE_WAITING, action->force, front_of(action->alert), NULL, err);
    if (handle == CDI_HANDLE_NONE)
        return false;
    cdi_caseload_waiting(engine->load, handle, &waiting, &engine->work);
    if (!cdi_deeds_have_room(waiting.deeds, waiting.deed_count, &deed, err))
        return false;
    *changed = cdi_deeds_join(&waiting.deeds, &waiting.deed_count, &deed, &engine->work);
    return !*changed || cdi_caseload_store_waiting(engine->load, handle, &waiting, err);
}

static bool apply_action(struct cdi_engine *engine, const struct cdi_action *action, bool *changed, bool *late,
                         struct cdi_error *err)
{
    struct cdi_alert_id id;
    if (!parse_id(action->alert, &id))
        return cdi_fail_at(err, CDI_ERROR_BAD_VALUE, "/alert", "an alert is 32 lower-case hexadecimal digits");
    if (!cdi_text_said(action->request))
        return cdi_fail_at(err, CDI_ERROR_MISSING, "/request", "an action carries a request of its own: without it, it could count twice");
    struct cdi_text force = CDI_TEXT_NONE, reference;
    uint32_t report, handle = cdi_caseload_find_alert(engine->load, id, &report);
    if (handle != CDI_HANDLE_NONE)
        cdi_caseload_key(engine->load, CDI_CASE_INCIDENT, handle, &force, &reference);
    if (!cdi_text_same(force, action->force))   /* another force's too: it would wait, had it come before the log */
        return let_wait(engine, action, id, changed, late, err);
    struct cdi_incident_case incident;
    struct cdi_deed deed = deed_of(action, report);
    cdi_caseload_incident(engine->load, handle, &incident, &engine->work);
    if (!cdi_deeds_have_room(incident.deeds, incident.deed_count, &deed, err))
        return false;
    *changed = cdi_deeds_join(&incident.deeds, &incident.deed_count, &deed, &engine->work);
    if (!*changed)
        return true;
    return cdi_caseload_store_incident(engine->load, handle, &incident, err) &&
           cdi_engine_mark(engine, handle, CDI_REACH_NEIGHBOURS, err) && mark_crime_of(engine, action->force, action->crime, err);
}

/* Whether it is about a case that is not held yet, and of which kind. */
static bool is_new(const struct cdi_engine *engine, const struct cdi_record *record, struct cdi_instant known_at,
                   enum cdi_case_kind *kind)
{
    struct cdi_alert_id id;
    struct cdi_settled settled;
    uint32_t report;
    switch (record->kind) {
    case CDI_RECORD_KIND_INCIDENT:
        *kind = CDI_CASE_INCIDENT;
        return cdi_caseload_find(engine->load, *kind, record->incident.force, record->incident.reference) == CDI_HANDLE_NONE &&
               !cdi_engine_log_late(engine, &record->incident, known_at, &settled);
    case CDI_RECORD_KIND_CRIME:
        *kind = CDI_CASE_CRIME;
        return cdi_caseload_find(engine->load, *kind, record->crime.force, record->crime.reference) == CDI_HANDLE_NONE;
    case CDI_RECORD_KIND_ACTION:
        *kind = CDI_CASE_WAITING;
        return parse_id(record->action.alert, &id) &&
               cdi_caseload_find_alert(engine->load, id, &report) == CDI_HANDLE_NONE && !cdi_engine_alert_late(engine, id, record->action.at) &&
               cdi_caseload_find(engine->load, *kind, record->action.force, front_of(record->action.alert)) == CDI_HANDLE_NONE;
    default:
        return false;
    }
}

bool cdi_engine_has_room(const struct cdi_engine *engine, const struct cdi_record *record, struct cdi_instant known_at,
                         struct cdi_error *err)
{
    bool full = false;
    enum cdi_case_kind kind;
    for (size_t i = 0; i < CDI_CASE_KIND_COUNT; i++)
        full = full || cdi_caseload_count(engine->load, (enum cdi_case_kind)i) >= engine->limits[i];
    if (!full || !is_new(engine, record, known_at, &kind) || cdi_caseload_count(engine->load, kind) < engine->limits[kind])
        return true;
    return cdi_fail(err, CDI_ERROR_LIMIT, "%u cases of kind %s are held, the limit, and this is about another", engine->limits[kind],
                    cdi_case_kind_word(kind));
}

enum cdi_outcome cdi_engine_apply(struct cdi_engine *engine, const struct cdi_record *record, struct cdi_instant known_at,
                                  struct cdi_error *err)
{
    bool changed = true, late = false, ok = true;
    cdi_engine_begin(engine);
    if (!cdi_engine_has_room(engine, record, known_at, err))
        return CDI_OUTCOME_REJECTED;
    switch (record->kind) {
    case CDI_RECORD_KIND_INCIDENT:
        ok = apply_incident(engine, &record->incident, known_at, &changed, &late, err);
        break;
    case CDI_RECORD_KIND_CRIME:
        ok = apply_crime(engine, &record->crime, &changed, &late, err);
        break;
    case CDI_RECORD_KIND_ACTION:
        ok = apply_action(engine, &record->action, &changed, &late, err);
        break;
    case CDI_RECORD_KIND_HEARTBEAT:             /* life of a feed is the judge clock's (core/judge.h) */
    case CDI_RECORD_KIND_COUNT:
        break;
    }
    return !ok ? CDI_OUTCOME_REJECTED : late ? CDI_OUTCOME_LATE : changed ? CDI_OUTCOME_ACCEPTED : CDI_OUTCOME_DUPLICATE;
}

static bool sought_of(const struct cdi_record *record, struct cdi_sought *sought)
{
    bool crime = record->kind == CDI_RECORD_KIND_CRIME;
    if (!crime && record->kind != CDI_RECORD_KIND_INCIDENT)
        return false;
    *sought = crime ? (struct cdi_sought){ CDI_CASE_CRIME, record->crime.force, record->crime.reference }
                    : (struct cdi_sought){ CDI_CASE_INCIDENT, record->incident.force, record->incident.reference };
    return cdi_text_said(sought->force) && cdi_text_said(sought->reference);
}

void cdi_engine_expect(struct cdi_engine *engine, const struct cdi_record *const *records, size_t count)
{
    struct cdi_sought sought[CDI_SOUGHT_AT_ONCE];
    uint32_t likely[CDI_SOUGHT_AT_ONCE];
    engine->soon.next = engine->soon.count = 0;
    for (size_t done = 0; done < count;) {
        size_t some = 0;
        for (; done < count && some < CDI_SOUGHT_AT_ONCE; done++)
            some += sought_of(records[done], &sought[some]);
        cdi_caseload_expect(engine->load, sought, some, likely);
        for (size_t i = 0; i < some; i++) {
            if (sought[i].kind == CDI_CASE_INCIDENT && likely[i] < engine->mark_room)
                __builtin_prefetch(&engine->marks[likely[i]]);
            if (engine->soon.count < CDI_SOUGHT_AT_ONCE)
                engine->soon.sought[engine->soon.count++] = (struct cdi_soon_one){ sought[i].reference.at, likely[i] };
        }
    }
}

void cdi_engine_advance(struct cdi_engine *engine, struct cdi_instant judge_time)
{
    engine->now = cdi_instant_later(engine->now, judge_time);
    cdi_engine_sweep_from(engine);
}

/* What waited becomes a deadline that has passed: judged in slices, most severe first, like any other. */
bool cdi_engine_hold(struct cdi_engine *engine, struct cdi_text force, struct cdi_instant sure_until, struct cdi_error *err)
{
    const struct cdi_waiting_report *freed;
    if (!cdi_holds_set(&engine->holds, force, sure_until, engine->judged, err))
        return false;
    while ((freed = cdi_holds_freed(&engine->holds, force)) != NULL) {
        struct cdi_instant at = cdi_instant_earlier(freed->at, cdi_schedule_of(engine->schedule, freed->handle));
        const struct cdi_waiting_report gone = { CDI_INSTANT_NONE, freed->handle, freed->risk };
        if (!cdi_schedule_set(engine->schedule, freed->handle, at, freed->risk, err))
            return false;
        cdi_holds_wait(&engine->holds, force, &gone, NULL);
    }
    return true;
}

/* What a judgement worked out is kept if something was published of it, and else goes at once: the next one finds the memory warm. */
static void judge(struct cdi_engine *engine, enum cdi_case_kind kind, uint32_t handle, enum cdi_reach reach)
{
    struct cdi_scratch_mark mark = cdi_scratch_mark(&engine->work);
    size_t published = engine->alert_count;
    struct cdi_error err = { 0 };
    CDI_ASSERT(kind == CDI_CASE_CRIME ? cdi_engine_count_crime(engine, handle, &err)
                                      : cdi_engine_judge(engine, handle, reach, &err));
    if (engine->alert_count == published)
        cdi_scratch_rewind(&engine->work, mark);
}

/* Deadlines that have passed, most severe first, as many as there is room to publish. */
static uint32_t judge_deadlines(struct cdi_engine *engine, uint32_t budget)
{
    uint32_t handles[DEADLINES_AT_ONCE], judged = 0;
    while (judged < budget && engine->alert_count < CDI_PUBLISH_MAX && cdi_engine_goes_on(engine) && cdi_instant_said(engine->now)) {
        size_t room = CDI_PUBLISH_MAX - engine->alert_count;
        if (room > budget - judged)
            room = budget - judged;
        if (room > DEADLINES_AT_ONCE)
            room = DEADLINES_AT_ONCE;
        size_t count = cdi_schedule_pop(engine->schedule, engine->now, handles, room);
        if (count == 0)
            break;
        for (size_t i = 0; i < count; i++)
            if (cdi_caseload_holds(engine->load, CDI_CASE_INCIDENT, handles[i]))    /* it may have gone with one before it */
                judge(engine, CDI_CASE_INCIDENT, handles[i], CDI_REACH_SELF);
        judged += (uint32_t)count;
    }
    return judged;
}

static void judge_queued(struct cdi_engine *engine, uint32_t budget)
{
    enum cdi_case_kind kind;
    uint32_t handle;
    while (budget-- > 0 && engine->alert_count < CDI_PUBLISH_MAX && cdi_engine_goes_on(engine) &&
           cdi_caseload_take(engine->load, CDI_QUEUE_JUDGE, &kind, &handle)) {
        enum cdi_reach reach = CDI_REACH_SELF;
        if (kind == CDI_CASE_INCIDENT) {
            reach = (enum cdi_reach)engine->marks[handle].reach;
            engine->marks[handle].reach = CDI_REACH_SELF;
        }
        judge(engine, kind, handle, reach);
    }
}

/* Actions waited in it until their log was known. */
static bool is_spent(struct cdi_engine *engine, enum cdi_case_kind kind, uint32_t handle)
{
    struct cdi_waiting_case waiting;
    if (kind != CDI_CASE_WAITING)
        return false;
    cdi_caseload_waiting(engine->load, handle, &waiting, &engine->work);
    return waiting.deed_count == 0;
}

/* What a log counts for is half of its record, and lies apart from the case. */
static void look_ahead(const struct cdi_engine *engine)
{
    enum { MARKS_AHEAD = 16, COUNTED_AHEAD = 8 };
    enum cdi_case_kind kind;
    uint32_t handle;
    if (cdi_caseload_ahead(engine->load, CDI_QUEUE_CHANGED, MARKS_AHEAD, &kind, &handle) && kind == CDI_CASE_INCIDENT &&
        handle < engine->mark_room)
        __builtin_prefetch(&engine->marks[handle]);
    if (cdi_caseload_ahead(engine->load, CDI_QUEUE_CHANGED, COUNTED_AHEAD, &kind, &handle) && kind == CDI_CASE_INCIDENT &&
        handle < engine->mark_room)
        cdi_arena_fetch(&engine->counted, engine->marks[handle].counted, engine->marks[handle].counted_size);
}

static size_t collect_changes(struct cdi_engine *engine)
{
    size_t count = cdi_engine_collect_gone(engine, 0);      /* first: a case may have been made anew since */
    enum cdi_case_kind kind;
    uint32_t handle;
    while (count < engine->slice && cdi_caseload_take(engine->load, CDI_QUEUE_CHANGED, &kind, &handle)) {
        look_ahead(engine);
        struct cdi_text force, reference, value = kind == CDI_CASE_INCIDENT ? cdi_engine_record_of(engine, handle) :
                                                  cdi_caseload_packed(engine->load, kind, handle);
        cdi_caseload_key(engine->load, kind, handle, &force, &reference);
        struct cdi_text key = cdi_state_key(force, kind, reference, &engine->work);
        if (is_spent(engine, kind, handle)) {
            cdi_caseload_drop(engine->load, kind, handle);
            value = CDI_TEXT_NONE;
        }
        engine->changes[count++] = (struct cdi_state_change){ key, value };
    }
    return count;
}

static bool is_due(const struct cdi_engine *engine)
{
    struct cdi_instant next = cdi_schedule_next(engine->schedule);
    return cdi_instant_said(next) && cdi_instant_said(engine->now) && !cdi_instant_before(engine->now, next);
}

static bool waiting(const struct cdi_engine *engine)
{
    return cdi_caseload_queued(engine->load, CDI_QUEUE_JUDGE) != 0 ||
           cdi_caseload_queued(engine->load, CDI_QUEUE_CHANGED) != 0 || cdi_engine_gone_waiting(engine) != 0 ||
           is_due(engine) || cdi_engine_sweep_due(engine);
}

/* A flood writes each document once, when it is over; but the counts belong to the cases that changed, and are committed with
 * them.  True: some are left. */
static bool tell_tallies(struct cdi_engine *engine, struct cdi_effects *effects)
{
    const struct cdi_tally *tally;
    struct cdi_text force, reference, packed;
    if (engine->quiet_tallies)
        return false;
    if (!waiting(engine))
        while (effects->tally_count < CDI_TALLIES_AT_ONCE &&
               (tally = cdi_tallies_next_document(engine->tallies, engine->now)) != NULL)
            engine->told[effects->tally_count++] = *tally;
    while (effects->change_count < engine->slice &&
           cdi_tallies_next_state(engine->tallies, &force, &reference, &packed, &engine->work))
        engine->changes[effects->change_count++] =
            (struct cdi_state_change){ cdi_state_key(force, CDI_CASE_TALLY, reference, &engine->work), packed };
    return cdi_tallies_any_document(engine->tallies) || cdi_tallies_any_state(engine->tallies);
}

bool cdi_engine_settle(struct cdi_engine *engine, struct cdi_effects *effects)
{
    cdi_engine_begin(engine);
    engine->looks = 0;
    cdi_engine_count_today(engine, engine->tallies);
    uint32_t judged = judge_deadlines(engine, engine->slice);
    judge_queued(engine, engine->slice - judged);
    if (cdi_engine_sweep_due(engine) && !is_due(engine) && cdi_caseload_queued(engine->load, CDI_QUEUE_JUDGE) == 0)
        cdi_engine_sweep(engine, engine->slice);
    engine->judged = engine->now;
    cdi_holds_settled(&engine->holds);
    *effects = (struct cdi_effects){ .alerts = engine->alerts, .alert_count = engine->alert_count, .changes = engine->changes,
                                     .change_count = collect_changes(engine), .tallies = engine->told };
    bool untold = tell_tallies(engine, effects);
    return waiting(engine) || untold;
}

struct cdi_instant cdi_engine_next_deadline(const struct cdi_engine *engine)
{
    struct cdi_instant next = cdi_schedule_next(engine->schedule);
    return engine->keep_all ? next : cdi_instant_earlier(next, engine->sweep.next);
}

struct cdi_engine_cuts cdi_engine_cuts(const struct cdi_engine *engine)
{
    struct cdi_caseload_account account = cdi_caseload_account(engine->load);
    return (struct cdi_engine_cuts){ account.cut, account.crowded + cdi_history_account(engine->history).crowded, engine->clipped,
                                     engine->partial, engine->kept };
}
