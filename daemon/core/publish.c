/* From a judgement to what the world is told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clear.h"
#include "core/compare.h"
#include "core/engine_inside.h"
#include "core/merge.h"
#include "core/retire.h"
#include "core/stage.h"

static const struct cdi_text retracted = { "retracted: late message", 23 }, watched = { "watched", 7 }, unwatched = { "unwatched", 9 };

static struct cdi_report_state *report_state(struct cdi_incident_case *incident, uint32_t key)
{
    for (size_t i = 0; i < incident->report_count; i++)
        if (incident->reports[i].report == key)
            return &incident->reports[i];
    return NULL;
}

void cdi_engine_document(struct cdi_engine *engine, struct cdi_verdict *verdict, const struct cdi_case_report *report,
                         struct cdi_alert *alert, struct cdi_lifecycle_view *view)
{
    uint32_t key = cdi_report_key(report);
    const struct cdi_report_state *known = report_state(&verdict->incident, key);
    const char **refused = cdi_scratch_take(&engine->work, ((size_t)verdict->incident.deed_count + 1) * sizeof *refused);
    cdi_lifecycle(&verdict->incident, key, &report->judgement, engine->now, refused, view);
    cdi_alert_make(&verdict->incident, key, &report->judgement, view, &report->disposal, engine->now, &engine->work, alert);
    if (known == NULL)
        return;
    alert->version = known->version;
    alert->detected_late_by_s = known->detected_late_by_s;
    alert->marks |= known->marks & UINT32_C(1) << CDI_MARK_LATE_MESSAGE;
    alert->published = verdict->incident.events + known->event_first;
    alert->published_count = known->event_count;
}

bool cdi_engine_current(const struct cdi_verdict *verdict, uint32_t key)
{
    for (size_t i = 0; i < cdi_engine_told(verdict); i++)
        if (cdi_report_key(verdict->reports[i]) == key)
            return true;
    return false;
}

/* When the entry was written that disclosed what was a report. */
static struct cdi_instant written_at(const struct cdi_incident *incident, uint32_t seq)
{
    for (size_t i = 0; seq != 0 && i < incident->entry_count; i++)
        if (incident->entries[i].seq == seq)
            return cdi_instant_later(incident->entries[i].at, incident->received_at);
    return incident->received_at;
}

const struct cdi_case_report *cdi_engine_past(struct cdi_engine *engine, const struct cdi_verdict *verdict,
                                              const struct cdi_report_state *known)
{
    struct cdi_case_report *past = cdi_scratch_take(&engine->work, sizeof *past);
    struct cdi_judgement *judgement = &past->judgement;
    memset(past, 0, sizeof *past);
    cdi_disposal_empty(&past->disposal);
    if (verdict->count == 0)
        past->disposal = verdict->first.disposal;
    judgement->disclosed.report = known->report;
    judgement->disclosed.recoded = verdict->count == 0 && verdict->first.judgement.disclosed.recoded;
    judgement->disclosed.received_at = written_at(&verdict->incident.facts, known->report);
    judgement->disclosed.risk = verdict->count == 0 ? CDI_RISK_OTHER : known->risk;
    judgement->linked.spells.count = judgement->linked.unsure_spells.count = 0;
    judgement->clearing = cdi_clear_nothing;
    cdi_compare(engine->tables, &judgement->disclosed, &judgement->due, &judgement->linked, &judgement->clearing,
                &judgement->compared);          /* nothing is likely: not disclosed */
    cdi_stage(engine->tables, &judgement->disclosed, &judgement->due, &judgement->linked, &judgement->compared, engine->now,
              engine->now, &judgement->timed);
    if (verdict->count != 0)
        judgement->compared.state = CDI_STATE_SUPERSEDED;
    return past;
}

/* Where nothing is disclosed: a watch has come to hold, or the last has ended.  Which was said last is what the world was told of it. */
static struct cdi_text watch_news(const struct cdi_incident_case *incident, const struct cdi_report_state *known,
                                  const struct cdi_alert *alert)
{
    bool holds = alert->judgement->watched.count != 0, told = false;
    for (size_t i = 0; i < known->event_count; i++) {
        struct cdi_text what = incident->events[known->event_first + i].what;
        told = cdi_text_same(what, watched) || (told && !cdi_text_same(what, unwatched));
    }
    return holds == told ? CDI_TEXT_NONE : holds ? watched : unwatched;
}

/* Of a log that was dropped once, the first document of a report says what is not in it. */
static struct cdi_text dropped_once(struct cdi_engine *engine, const struct cdi_incident *facts)
{
    enum { ROOM = 160 };
    char at[CDI_INSTANT_TEXT_SIZE], *text;
    if (!cdi_instant_said(facts->settled.until))
        return CDI_TEXT_NONE;
    cdi_instant_format(facts->settled.until, at);
    text = cdi_scratch_take(&engine->work, ROOM);
    int size = snprintf(text, ROOM, "told anew: what was entered in this log until %s was settled and deleted and is not judged again", at);
    CDI_ASSERT(size > 0 && size < ROOM);
    return (struct cdi_text){ text, (size_t)size };
}

/* What this publication is about, in a word: a stage, a retraction, a state, a watch.  NONE: only details changed. */
static struct cdi_text news(const struct cdi_incident_case *incident, const struct cdi_report_state *known, const struct cdi_alert *alert)
{
    const struct cdi_timed *timed = &alert->judgement->timed;
    uint32_t breached = UINT32_C(1) << CDI_MARK_BREACHED;
    if (alert->state == CDI_STATE_SUPERSEDED)
        return cdi_text_of(cdi_state_word(alert->state));
    if ((known->marks & breached) != 0 && (alert->marks & breached) == 0)
        return retracted;
    if (timed->stage != CDI_STAGE_NONE && timed->stage != known->stage)
        return cdi_text_of(cdi_stage_word(timed->stage));
    if (alert->state == CDI_STATE_NOT_DISCLOSED && (known->version == 0 || known->state == alert->state))
        return watch_news(incident, known, alert);
    if (known->version == 0 || alert->state != known->state)
        return cdi_text_of(cdi_state_word(alert->state));
    return CDI_TEXT_NONE;
}

/* The events of a case are those of one report after the other; of each the last CDI_EVENTS_OF_REPORT_MAX are kept. */
static void remember(struct cdi_engine *engine, struct cdi_incident_case *incident, struct cdi_report_state *known,
                     struct cdi_text what)
{
    if (!cdi_text_said(what))
        return;
    struct cdi_alert_event *events = cdi_scratch_take(&engine->work, ((size_t)incident->event_count + 1) * sizeof *events);
    size_t count = 0;
    for (size_t i = 0; i < incident->report_count; i++) {
        struct cdi_report_state *report = &incident->reports[i];
        const struct cdi_alert_event *from = incident->events + report->event_first;
        size_t kept = report->event_count, full = report == known && kept == CDI_EVENTS_OF_REPORT_MAX;
        report->event_first = (uint16_t)count;
        for (size_t e = full; e < kept; e++)
            events[count++] = from[e];
        if (report == known)
            events[count++] = (struct cdi_alert_event){ engine->now, what };
        report->event_count = (uint16_t)(count - report->event_first);
    }
    incident->events = events;
    incident->event_count = (uint16_t)count;
}

static bool unanswered(const struct cdi_incident_case *incident, const struct cdi_lifecycle_view *view, size_t n)
{
    return view->refused[n] != NULL && !incident->deeds[n].answered;
}

static bool any_unanswered(const struct cdi_incident_case *incident, const struct cdi_lifecycle_view *view)
{
    for (size_t i = 0; i < incident->deed_count; i++)
        if (unanswered(incident, view, i))
            return true;
    return false;
}

/* Whoever did what is refused is told so, once: "refused: endorse r-17: whoever decided does not endorse". */
static void answer_refused(struct cdi_engine *engine, struct cdi_incident_case *incident, struct cdi_report_state *known,
                           const struct cdi_lifecycle_view *view)
{
    for (size_t i = 0; i < incident->deed_count; i++) {
        struct cdi_deed *deed = &incident->deeds[i];
        if (!unanswered(incident, view, i))
            continue;
        size_t room = deed->request.size + 128;
        char *text = cdi_scratch_take(&engine->work, room);
        int size = snprintf(text, room, "refused: %s %.*s: %s", cdi_verb_word(deed->verb), CDI_TEXT_ARGS(deed->request),
                            view->refused[i]);
        CDI_ASSERT(size > 0 && (size_t)size < room);
        remember(engine, incident, known, (struct cdi_text){ text, (size_t)size });
        deed->answered = true;
    }
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

static bool make_room(struct cdi_engine *engine, struct cdi_error *err)
{
    if (engine->alert_count < engine->alert_room)
        return true;
    size_t room = engine->alert_room * 2;
    struct cdi_alert *alerts = realloc(engine->alerts, room * sizeof *alerts);
    if (alerts == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for what is to be published");
    engine->alerts = alerts;
    engine->alert_room = room;
    return true;
}

bool cdi_engine_tell_gone(struct cdi_engine *engine, const struct cdi_incident_case *incident, const struct cdi_report_state *report,
                          struct cdi_error *err)
{
    const struct cdi_incident *facts = &incident->facts;
    if (!make_room(engine, err))
        return false;
    engine->alerts[engine->alert_count++] = (struct cdi_alert){
        .id = cdi_alert_id(facts->force, facts->reference, report->report), .report = report->report, .version = report->version,
        .gone = true, .time = engine->now, .force = facts->force, .incident = facts->reference,
    };
    return true;
}

/* What is remembered of a report that is published; made if it is the first time.  Where a log has had very many, the oldest that is
 * none any more is forgotten for it, and its document is deleted: nobody would do it later.  NULL: no memory. */
static struct cdi_report_state *state_for(struct cdi_engine *engine, struct cdi_verdict *verdict, uint32_t key, struct cdi_error *err)
{
    struct cdi_incident_case *incident = &verdict->incident;
    struct cdi_report_state *known = report_state(incident, key);
    if (known != NULL)
        return known;
    size_t kept = 0, count = incident->report_count;
    bool forget = count == CDI_REPORTS_MAX;
    known = cdi_scratch_take(&engine->work, (count + 1) * sizeof *known);
    for (size_t i = 0; i < count; i++) {
        if (forget && !cdi_engine_current(verdict, incident->reports[i].report)) {
            if (!cdi_engine_tell_gone(engine, incident, &incident->reports[i], err))
                return NULL;
            forget = false;
            continue;
        }
        known[kept++] = incident->reports[i];
    }
    CDI_ASSERT(kept < CDI_REPORTS_MAX);
    size_t at = kept;
    for (; at > 0 && known[at - 1].report > key; at--)
        known[at] = known[at - 1];
    cdi_report_state_empty(&known[at], key);
    incident->reports = known;
    incident->report_count = (uint16_t)(kept + 1);
    return &known[at];
}

static bool publish(struct cdi_engine *engine, struct cdi_verdict *verdict, struct cdi_alert *alert,
                    const struct cdi_lifecycle_view *view, uint64_t content, struct cdi_error *err)
{
    const struct cdi_judgement *judgement = alert->judgement;
    struct cdi_report_state *known = state_for(engine, verdict, alert->report, err);
    if (known == NULL || !make_room(engine, err))
        return false;
    uint32_t lasting = UINT32_C(1) << CDI_MARK_BREACHED | UINT32_C(1) << CDI_MARK_LATE | UINT32_C(1) << CDI_MARK_LATE_MESSAGE;
    struct cdi_text what = news(&verdict->incident, known, alert);
    if (cdi_text_same(what, retracted))
        alert->marks |= UINT32_C(1) << CDI_MARK_LATE_MESSAGE;
    if (known->version == 0)
        remember(engine, &verdict->incident, known, dropped_once(engine, &verdict->incident.facts));
    remember(engine, &verdict->incident, known, what);
    answer_refused(engine, &verdict->incident, known, view);
    note_stages(known, &judgement->timed, engine->now);
    known->version++;
    known->published = content;
    known->state = alert->state;
    known->stage = judgement->timed.stage;
    known->lifecycle = view->lifecycle;
    known->risk = judgement->disclosed.risk;
    known->marks = alert->marks & lasting;
    known->escalation = view->escalation;
    known->owner = view->owner;
    known->acknowledged_until = view->acknowledged_until;
    known->settled_at = judgement->compared.answered_at;
    alert->version = known->version;
    alert->detected_late_by_s = known->detected_late_by_s;
    alert->published = verdict->incident.events + known->event_first;
    alert->published_count = known->event_count;
    engine->partial += (alert->marks & UINT32_C(1) << CDI_MARK_TRUNCATED) != 0;
    engine->alerts[engine->alert_count++] = *alert;
    struct cdi_error problem = { 0 };
    if (cdi_caseload_restate_incident(engine->load, verdict->handle, &verdict->incident, &problem) ||
        problem.code == CDI_ERROR_LIMIT)        /* only of actions that were let in by what wrote the state record */
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
    if (reach == CDI_REACH_NEIGHBOURS && contends &&
        !cdi_engine_mark_rivals(engine, &verdict->incident.facts, verdict->near, verdict->near_count, err))
        return false;
    if (reach == CDI_REACH_NEIGHBOURS && (!cdi_engine_mark_around(engine, &verdict->incident.facts, err) ||
                                          !cdi_engine_mark_confirmed(engine, &verdict->incident, err)))
        return false;
    /* Upwards only for a fact, or two that are each other's parent would go on for ever. */
    if (reach >= CDI_REACH_COMPONENT && !cdi_engine_mark_parent(engine, &verdict->incident.facts, err))
        return false;
    uint64_t rests_upon = cdi_engine_rests_upon(verdict);
    struct cdi_mark_of *mark = verdict->handle < engine->mark_room ? &engine->marks[verdict->handle] : NULL;
    if (reach == CDI_REACH_AS_PARENT && mark != NULL && mark->rested == rests_upon)
        return true;                            /* hundreds of duplicates come one by one: they are not all judged again for each */
    if (mark != NULL)
        mark->rested = rests_upon;
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

/* When a log is judged again: as time passes, and where its force is held also as that becomes sure. */
struct waking { struct cdi_instant at, unsure; enum cdi_risk risk, unsure_risk; };

static void earliest(struct cdi_instant at, enum cdi_risk risk, struct cdi_instant *of, enum cdi_risk *its_risk)
{
    if (!cdi_instant_said(at))
        return;
    if (!cdi_instant_said(*of) || at.ms < of->ms || (at.ms == of->ms && risk < *its_risk)) {
        *of = at;
        *its_risk = risk;
    }
}

static void wake_for(const struct cdi_engine *engine, const struct cdi_judgement *judgement, struct cdi_instant wake_at,
                     struct waking *waking)
{
    const struct cdi_timed *timed = &judgement->timed;
    enum cdi_risk risk = judgement->disclosed.risk;
    struct cdi_instant unsure = timed->unsure_from;
    wake_at = cdi_instant_earlier(wake_at, timed->wake_at);
    if (!engine->seldom_recount && cdi_instant_before(engine->now, timed->recount_at))
        wake_at = cdi_instant_earlier(wake_at, timed->recount_at);
    else if (!engine->seldom_recount)
        unsure = cdi_instant_earlier(unsure, timed->recount_at);
    earliest(wake_at, risk, &waking->at, &waking->risk);
    earliest(unsure, risk, &waking->unsure, &waking->unsure_risk);
}

/* One deadline a log: the first of its reports'. */
static bool set_wake(struct cdi_engine *engine, const struct cdi_verdict *verdict, const struct waking *waking,
                     struct cdi_error *err)
{
    struct cdi_waiting_report report = { waking->unsure, verdict->handle, waking->unsure_risk };
    if (engine->holds.count != 0 && !cdi_holds_wait(&engine->holds, verdict->incident.facts.force, &report, err))
        return false;
    return cdi_schedule_set(engine->schedule, verdict->handle, waking->at, waking->risk, err);
}

/* One report that is, or was once published. */
static bool tell(struct cdi_engine *engine, struct cdi_verdict *verdict, const struct cdi_case_report *report,
                 struct cdi_instant *wake_at, struct cdi_error *err)
{
    struct cdi_alert alert;
    struct cdi_lifecycle_view view = { .wake_at = CDI_INSTANT_NONE };
    const struct cdi_report_state *known = report_state(&verdict->incident, cdi_report_key(report));
    bool was = known != NULL && known->version != 0;
    if (was || cdi_alert_exists(&report->judgement)) {
        cdi_engine_document(engine, verdict, report, &alert, &view);
        uint64_t content = cdi_alert_content(engine->tables, &alert);
        if ((!was || content != known->published || any_unanswered(&verdict->incident, &view)) &&
             !publish(engine, verdict, &alert, &view, content, err))
            return false;
    }
    *wake_at = view.wake_at;
    return true;
}

/* Reports that were published and are none any more: said once, if others have taken their place. */
static bool tell_past(struct cdi_engine *engine, struct cdi_verdict *verdict, struct waking *waking, struct cdi_error *err)
{
    for (size_t i = 0; i < verdict->incident.report_count; i++) {
        const struct cdi_report_state *known = &verdict->incident.reports[i];
        struct cdi_instant wake_at;
        if (known->version == 0 || cdi_engine_current(verdict, known->report) || known->state == CDI_STATE_SUPERSEDED)
            continue;
        if (!tell(engine, verdict, cdi_engine_past(engine, verdict, known), &wake_at, err))
            return false;
        earliest(wake_at, CDI_RISK_OTHER, &waking->at, &waking->risk);
    }
    return true;
}

/* All is settled: when nobody waits for it any more it goes, or is looked at each day as long as what it hangs together with may not. */
static bool let_go(struct cdi_engine *engine, struct cdi_verdict *verdict, struct waking *waking, bool *gone, struct cdi_error *err)
{
    struct cdi_instant until = CDI_INSTANT_NONE;
    *gone = false;
    if (!engine->keep_all)
        until = cdi_engine_kept_until(engine, verdict);
    if (!cdi_instant_said(until))
        return true;
    if (cdi_instant_before(engine->now, until)) {       /* also where there is no judge time yet */
        earliest(until, CDI_RISK_OTHER, &waking->at, &waking->risk);
    } else if (cdi_instant_before(cdi_holds_sure(&engine->holds, verdict->incident.facts.force, engine->now), until)) {
        earliest(until, CDI_RISK_OTHER, &waking->unsure, &waking->unsure_risk);
    } else {
        if (!cdi_engine_retire(engine, verdict->handle, gone, err))
            return false;
        if (!*gone)
            earliest(cdi_engine_next_midnight(engine), CDI_RISK_OTHER, &waking->at, &waking->risk);
    }
    return true;
}

bool cdi_engine_judge(struct cdi_engine *engine, uint32_t handle, enum cdi_reach reach, struct cdi_error *err)
{
    uint32_t members[CDI_COMPONENT_SEEN];
    size_t member_count = 0;
    struct waking waking = { CDI_INSTANT_NONE, CDI_INSTANT_NONE, CDI_RISK_OTHER, CDI_RISK_OTHER };
    if (engine->alert_count == 0)
        cdi_scratch_reset(&engine->work);       /* else what is published lives in it */
    struct cdi_verdict *verdict = cdi_scratch_take(&engine->work, sizeof *verdict);
    cdi_engine_decide(engine, handle, verdict, members, &member_count);
    cdi_engine_note_watched(engine, verdict);
    enum cdi_claim before = CDI_CLAIM_UNKNOWN;
    if (!take_claim(engine, verdict, &before, err))
        return false;
    if (before != CDI_CLAIM_UNKNOWN && before != verdict->claim)
        reach = CDI_REACH_NEIGHBOURS;
    if (reach != CDI_REACH_SELF && !mark_others(engine, verdict, reach, before, members, member_count, err))
        return false;
    if (!cdi_engine_count(engine, verdict, err))
        return false;
    for (size_t i = 0; i < cdi_engine_told(verdict); i++) {
        struct cdi_instant wake_at;
        if (!tell(engine, verdict, verdict->reports[i], &wake_at, err))
            return false;
        wake_for(engine, &verdict->reports[i]->judgement, wake_at, &waking);
    }
    bool gone;
    if (cdi_engine_told(verdict) == 0)          /* a watch may come to hold */
        wake_for(engine, &verdict->first.judgement, CDI_INSTANT_NONE, &waking);
    return tell_past(engine, verdict, &waking, err) && let_go(engine, verdict, &waking, &gone, err) &&
           (gone || set_wake(engine, verdict, &waking, err));
}
