/* From a judgement to what the world is told. */
#include <string.h>

#include "core/engine_inside.h"

enum { EVENTS_OF_REPORT_MAX = 24 };             /* of `published`; beyond them the oldest goes */

static const struct cdi_text retracted = { "retracted: late message", 23 };

static struct cdi_report_state *report_state(struct cdi_incident_case *incident)
{
    for (size_t i = 0; i < incident->report_count; i++)
        if (incident->reports[i].report == 0)
            return &incident->reports[i];
    return NULL;
}

void cdi_engine_document(struct cdi_engine *engine, struct cdi_verdict *verdict, struct cdi_alert *alert,
                         struct cdi_lifecycle_view *view)
{
    const struct cdi_report_state *known = report_state(&verdict->incident);
    cdi_lifecycle(&verdict->incident, 0, &verdict->judgement, engine->now, view);
    cdi_alert_make(&verdict->incident, 0, &verdict->judgement, view, &verdict->disposal, engine->now, &engine->work, alert);
    if (known == NULL)
        return;
    alert->version = known->version;
    alert->detected_late_by_s = known->detected_late_by_s;
    alert->marks |= known->marks & UINT32_C(1) << CDI_MARK_LATE_MESSAGE;
    alert->published = verdict->incident.events + known->event_first;
    alert->published_count = known->event_count;
}

/* What this publication is about, in a word: a stage, a retraction, a state.  NONE: only details changed. */
static struct cdi_text news(const struct cdi_report_state *known, const struct cdi_alert *alert)
{
    const struct cdi_timed *timed = &alert->judgement->timed;
    uint32_t breached = UINT32_C(1) << CDI_MARK_BREACHED;
    if ((known->marks & breached) != 0 && (alert->marks & breached) == 0)
        return retracted;
    if (timed->stage != CDI_STAGE_NONE && timed->stage != known->stage)
        return cdi_text_of(cdi_stage_word(timed->stage));
    if (known->version == 0 || alert->state != known->state)
        return cdi_text_of(cdi_state_word(alert->state));
    return CDI_TEXT_NONE;
}

/* Only report 0 writes events in this engine, so that they are all its own. */
static void remember(struct cdi_engine *engine, struct cdi_incident_case *incident, struct cdi_report_state *known,
                     struct cdi_text what)
{
    if (!cdi_text_said(what))
        return;
    struct cdi_alert_event *events = cdi_scratch_take(&engine->work, EVENTS_OF_REPORT_MAX * sizeof *events);
    size_t count = incident->event_count, drop = count < EVENTS_OF_REPORT_MAX ? 0 : count - EVENTS_OF_REPORT_MAX + 1;
    count -= drop;
    if (count != 0)
        memcpy(events, incident->events + drop, count * sizeof *events);
    events[count++] = (struct cdi_alert_event){ engine->now, what };
    incident->events = events;
    incident->event_count = known->event_count = (uint16_t)count;
    known->event_first = 0;
}

/* A stage that is published for the first time: how long after its instant it was known. */
static void note_stages(struct cdi_report_state *known, const struct cdi_timed *timed, struct cdi_instant now)
{
    for (int stage = CDI_STAGE_NOTICE; stage < CDI_STAGE_COUNT; stage++) {
        if (!cdi_instant_said(timed->stage_at[stage]) || cdi_instant_said(known->stage_at[stage]))
            continue;
        known->stage_at[stage] = timed->stage_at[stage];
        known->detected_late_by_s = cdi_instant_between(timed->stage_at[stage], now).ms / 1000;
    }
}

static struct cdi_report_state *state_for(struct cdi_engine *engine, struct cdi_incident_case *incident)
{
    struct cdi_report_state *known = report_state(incident);
    if (known != NULL)
        return known;
    known = cdi_scratch_take(&engine->work, ((size_t)incident->report_count + 1) * sizeof *known);
    if (incident->report_count != 0)
        memcpy(known + 1, incident->reports, incident->report_count * sizeof *known);
    cdi_report_state_empty(known, 0);
    incident->reports = known;
    incident->report_count++;
    return known;
}

static bool publish(struct cdi_engine *engine, struct cdi_verdict *verdict, struct cdi_alert *alert,
                    const struct cdi_lifecycle_view *view, uint64_t content, struct cdi_error *err)
{
    struct cdi_report_state *known = state_for(engine, &verdict->incident);
    uint32_t lasting = UINT32_C(1) << CDI_MARK_BREACHED | UINT32_C(1) << CDI_MARK_LATE | UINT32_C(1) << CDI_MARK_LATE_MESSAGE;
    struct cdi_text what = news(known, alert);
    if (cdi_text_same(what, retracted))
        alert->marks |= UINT32_C(1) << CDI_MARK_LATE_MESSAGE;
    remember(engine, &verdict->incident, known, what);
    note_stages(known, &verdict->judgement.timed, engine->now);
    known->version++;
    known->published = content;
    known->state = alert->state;
    known->stage = verdict->judgement.timed.stage;
    known->lifecycle = view->lifecycle;
    known->risk = verdict->judgement.disclosed.risk;
    known->marks = alert->marks & lasting;
    known->escalation = view->escalation;
    known->owner = view->owner;
    known->acknowledged_until = view->acknowledged_until;
    known->settled_at = verdict->judgement.compared.answered_at;
    alert->version = known->version;
    alert->detected_late_by_s = known->detected_late_by_s;
    alert->published = verdict->incident.events;
    alert->published_count = known->event_count;
    engine->alerts[engine->alert_count++] = *alert;
    struct cdi_error problem = { 0 };
    if (cdi_caseload_restate_incident(engine->load, verdict->handle, &verdict->incident, &problem) ||
        problem.code == CDI_ERROR_LIMIT)        /* kept as far as the limit allows, and counted there */
        return true;
    return cdi_fail(err, problem.code, "%s", problem.text);
}

/* What others contend for changes if it contends, or did. */
static bool mark_others(struct cdi_engine *engine, const struct cdi_verdict *verdict, enum cdi_reach reach,
                        enum cdi_claim before, const uint32_t *members, size_t count, struct cdi_error *err)
{
    bool contends = before != CDI_CLAIM_NONE || verdict->claim != CDI_CLAIM_NONE;
    for (size_t i = 0; i < count; i++)
        if (reach >= CDI_REACH_COMPONENT && !cdi_engine_mark(engine, members[i], CDI_REACH_CHILDREN, err))
            return false;
    if (reach == CDI_REACH_NEIGHBOURS && !cdi_engine_mark_around(engine, &verdict->incident.facts, contends, err))
        return false;
    return cdi_engine_mark_children(engine, &verdict->incident.facts, err);
}

/* A deadline may come up before what a message changed is judged: then the claim stands until that. */
static bool take_claim(struct cdi_engine *engine, const struct cdi_verdict *verdict, enum cdi_claim *before,
                       struct cdi_error *err)
{
    uint32_t handle = verdict->handle;
    if (cdi_caseload_waits(engine->load, CDI_QUEUE_JUDGE, CDI_CASE_INCIDENT, handle))
        return true;
    if (handle < engine->mark_room)
        *before = (enum cdi_claim)engine->marks[handle].claim;
    return cdi_engine_claim(engine, handle, verdict->claim, err);
}

/* When it is judged again: as time passes, and where its force is held also as that becomes sure. */
static bool set_wake(struct cdi_engine *engine, const struct cdi_verdict *verdict, struct cdi_instant wake_at,
                     struct cdi_error *err)
{
    const struct cdi_timed *timed = &verdict->judgement.timed;
    struct cdi_waiting_report report = { timed->unsure_from, verdict->handle, verdict->judgement.disclosed.risk };
    wake_at = cdi_instant_earlier(wake_at, timed->wake_at);
    if (!engine->seldom_recount && cdi_instant_before(engine->now, timed->recount_at))
        wake_at = cdi_instant_earlier(wake_at, timed->recount_at);
    else if (!engine->seldom_recount)
        report.at = cdi_instant_earlier(report.at, timed->recount_at);
    if (engine->holds.count != 0 && !cdi_holds_wait(&engine->holds, verdict->incident.facts.force, &report, err))
        return false;
    return cdi_schedule_set(engine->schedule, verdict->handle, wake_at, verdict->judgement.disclosed.risk, err);
}

bool cdi_engine_judge(struct cdi_engine *engine, uint32_t handle, enum cdi_reach reach, struct cdi_error *err)
{
    uint32_t members[CDI_COMPONENT_SEEN];
    size_t member_count = 0;
    struct cdi_alert alert;
    struct cdi_lifecycle_view view = { .wake_at = CDI_INSTANT_NONE };
    if (engine->alert_count == 0)
        cdi_scratch_reset(&engine->work);       /* else what is published lives in it */
    struct cdi_verdict *verdict = cdi_scratch_take(&engine->work, sizeof *verdict);
    cdi_engine_decide(engine, handle, verdict, members, &member_count);
    enum cdi_claim before = CDI_CLAIM_UNKNOWN;
    if (!take_claim(engine, verdict, &before, err))
        return false;
    if (before != CDI_CLAIM_UNKNOWN && before != verdict->claim)
        reach = CDI_REACH_NEIGHBOURS;
    if (reach != CDI_REACH_SELF && !mark_others(engine, verdict, reach, before, members, member_count, err))
        return false;
    const struct cdi_report_state *known = report_state(&verdict->incident);
    bool was = known != NULL && known->version != 0;
    if (was || cdi_alert_exists(&verdict->judgement)) {
        cdi_engine_document(engine, verdict, &alert, &view);
        uint64_t content = cdi_alert_content(engine->tables, &alert);
        if ((!was || content != known->published) && !publish(engine, verdict, &alert, &view, content, err))
            return false;
    }
    return set_wake(engine, verdict, view.wake_at, err);
}
