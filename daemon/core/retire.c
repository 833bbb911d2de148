/* What nobody waits for any more is dropped: why and when is core/retention.h's.  A log is looked at when its time has come, with those
 * that go when it goes; crimes, actions that wait for nothing and traces once a day, at midnight. */
#include "core/retire.h"

#include <stdlib.h>
#include <string.h>

#include "core/link.h"
#include "core/retention.h"

enum { KIN_MAX = 256 };                         /* logs that go together; more stay, all of them */

/* Logs that go together: parents and children. */
struct kin {
    struct cdi_verdict *verdicts[KIN_MAX];
    uint32_t handles[KIN_MAX];
    size_t count;
    bool whole;
    struct cdi_instant until;                   /* when the last of them may go */
};

/* ---- one log ---- */

struct cdi_instant cdi_engine_kept_until(struct cdi_engine *engine, const struct cdi_verdict *verdict)
{
    struct cdi_instant settled = CDI_INSTANT_NONE;
    for (size_t i = 0; i < verdict->count; i++) {
        struct cdi_instant at = cdi_settled_at(&verdict->reports[i]->judgement);
        if (!cdi_instant_said(at))
            return CDI_INSTANT_NONE;
        settled = cdi_instant_later(settled, at);
    }
    return cdi_log_kept_until(engine->tables, &verdict->incident, settled);
}

static bool tell_gone(struct cdi_engine *engine, const struct cdi_incident_case *incident, struct cdi_error *err)
{
    for (size_t i = 0; i < incident->report_count; i++)
        if (incident->reports[i].version != 0 && !cdi_engine_tell_gone(engine, incident, &incident->reports[i], err))
            return false;
    return true;
}

/* Records of what is gone (no value), and of what is left of it, wait for the next settle that has room for them. */
static bool leave(struct cdi_engine *engine, enum cdi_case_kind kind, struct cdi_text force, struct cdi_text reference,
                  struct cdi_text value, struct cdi_error *err)
{
    struct cdi_left *left = &engine->left;
    if (left->count == left->room) {
        size_t room = left->room * 2 + 64;
        struct cdi_left_record *records = realloc(left->records, room * sizeof *records);
        if (records == NULL)
            return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for what was dropped");
        left->records = records;
        left->room = room;
    }
    struct cdi_text key = cdi_state_key(force, kind, reference, &engine->work);
    char *bytes = malloc(key.size + value.size);
    if (bytes == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for what was dropped");
    memcpy(bytes, key.at, key.size);
    if (value.size != 0)
        memcpy(bytes + key.size, value.at, value.size);
    left->records[left->count++] = (struct cdi_left_record){ bytes, (uint32_t)key.size, (uint32_t)value.size };
    return true;
}

/* What the log says for later ones stands alone from now on. */
static bool leave_history(struct cdi_engine *engine, const struct cdi_incident *log, uint32_t handle, struct cdi_error *err)
{
    uint32_t number;
    return cdi_history_keep(engine->history, handle, &number, err) &&
           (number == CDI_HANDLE_NONE || leave(engine, CDI_CASE_HISTORY, log->force, log->reference,
                                               cdi_history_pack(engine->history, number, &engine->work), err));
}

size_t cdi_engine_collect_gone(struct cdi_engine *engine, size_t count)
{
    struct cdi_left *left = &engine->left;
    struct cdi_trace trace;
    for (; count < engine->slice && left->first < left->count; left->first++, count++) {
        const struct cdi_left_record *record = &left->records[left->first];
        struct cdi_text all = cdi_scratch_text(&engine->work, (struct cdi_text){ record->bytes, record->key + record->value });
        struct cdi_text value = { all.at + record->key, record->value };
        engine->changes[count] = (struct cdi_state_change){ { all.at, record->key }, record->value == 0 ? CDI_TEXT_NONE : value };
        free(record->bytes);
    }
    if (left->first == left->count)
        left->first = left->count = 0;
    for (; count < engine->slice && cdi_traces_next_changed(&engine->traces, &trace); count++)
        engine->changes[count] = (struct cdi_state_change){
            cdi_trace_key(&trace, &engine->work),
            trace.dropped == 0 ? CDI_TEXT_NONE : cdi_pack_trace(&trace, &engine->work) };
    return count;
}

size_t cdi_engine_gone_waiting(const struct cdi_engine *engine)
{
    return engine->left.count - engine->left.first + cdi_traces_changed(&engine->traces);
}

void cdi_engine_forget(struct cdi_engine *engine, enum cdi_case_kind kind, uint32_t handle)
{
    const struct cdi_waiting_report none = { .at = CDI_INSTANT_NONE, .handle = handle };
    struct cdi_text force, reference;
    if (kind == CDI_CASE_INCIDENT) {
        cdi_caseload_key(engine->load, kind, handle, &force, &reference);
        cdi_engine_count_forget(engine, handle);
        cdi_engine_unwatch(engine, handle);
        if (handle < engine->mark_room)
            memset(&engine->marks[handle], 0, sizeof *engine->marks);
        cdi_history_drop(engine->history, handle);
        cdi_schedule_remove(engine->schedule, handle);
        cdi_holds_wait(&engine->holds, force, &none, NULL);
    }
    cdi_caseload_drop(engine->load, kind, handle);
}

/* ---- what crimes remember ---- */

static void add_receipt(struct cdi_crime_case *crime, struct cdi_instant received_at, struct cdi_scratch *scratch)
{
    struct cdi_instant *added = cdi_scratch_take(scratch, ((size_t)crime->added_count + 1) * sizeof *added);
    size_t count = 0, first;
    for (; count < crime->added_count && !cdi_instant_before(received_at, crime->added[count]); count++)
        added[count] = crime->added[count];
    added[count] = received_at;
    for (; count < crime->added_count; count++)
        added[count + 1] = crime->added[count];
    first = ++count > CDI_ADDED_MAX;
    crime->added = added + first;
    crime->added_count = (uint8_t)(count - first);
}

struct memory { bool named, taken, added; };

static bool remember(struct cdi_engine *engine, const struct cdi_incident *log, uint32_t handle, struct memory memory,
                     struct cdi_error *err)
{
    struct cdi_crime_case crime;
    cdi_caseload_crime(engine->load, handle, &crime, &engine->work);
    uint16_t offence = cdi_crime_offence(engine->tables, &crime.facts);
    bool conduct = offence != CDI_OFFENCE_NONE && engine->tables->offences[offence].family == CDI_FAMILY_CONDUCT;
    crime.named = crime.named || (memory.named && crime.facts.incident_count == 0);
    crime.taken = crime.taken || memory.taken;
    if (memory.added && conduct && cdi_instant_said(log->received_at))
        add_receipt(&crime, log->received_at, &engine->work);
    cdi_engine_look_tomorrow(engine);
    return cdi_caseload_restate_crime(engine->load, handle, &crime, err);
}

static bool remember_named(struct cdi_engine *engine, const struct cdi_incident *log, struct cdi_text crime, struct memory memory,
                           struct cdi_error *err)
{
    uint32_t handle = CDI_HANDLE_NONE;
    if (cdi_text_said(crime))
        handle = cdi_caseload_find(engine->load, CDI_CASE_CRIME, log->force, crime);
    return handle == CDI_HANDLE_NONE || remember(engine, log, handle, memory, err);
}

/* What names the log and is not named by it. */
static bool remember_naming(struct cdi_engine *engine, const struct cdi_incident *log, struct cdi_error *err)
{
    size_t count;
    const uint32_t *handles = cdi_engine_all_naming(engine, CDI_NAMING_CRIMES_OF_INCIDENT, log->force, log->reference, &count);
    for (size_t i = 0; i < count; i++) {
        struct cdi_text force, reference;
        cdi_caseload_key(engine->load, CDI_CASE_CRIME, handles[i], &force, &reference);
        reference = cdi_scratch_text(&engine->work, reference);
        if (!cdi_text_among(log->crimes, log->crime_count, reference) &&
            !remember(engine, log, handles[i], (struct memory){ .added = true }, err))
            return false;
    }
    return true;
}

static bool tell_crimes(struct cdi_engine *engine, const struct cdi_verdict *verdict, struct cdi_error *err)
{
    const struct cdi_incident *log = &verdict->incident.facts;
    bool good = remember_naming(engine, log, err) &&
                remember_named(engine, log, log->parent.text, (struct memory){ .named = true }, err);
    for (size_t i = 0; good && i < log->crime_count; i++)
        good = remember_named(engine, log, log->crimes[i], (struct memory){ .named = true, .added = true }, err);
    for (size_t i = 0; good && i < verdict->incident.deed_count; i++) {
        struct cdi_text crime = verdict->incident.deeds[i].crime;
        if (cdi_text_said(crime) && cdi_deeds_confirmed(&verdict->incident, crime))
            good = remember_named(engine, log, crime, (struct memory){ .named = true }, err);
    }
    for (size_t r = 0; good && r < verdict->count; r++) {
        const struct cdi_linked *linked = &verdict->reports[r]->judgement.linked;
        for (size_t l = 0; good && l < linked->link_count; l++)
            if (linked->links[l].how == CDI_HOW_SCORED)
                good = remember_named(engine, log, linked->links[l].crime, (struct memory){ .taken = true }, err);
    }
    return good;
}

/* ---- logs that go together ---- */

static bool join(struct cdi_engine *engine, struct kin *kin, uint32_t handle)
{
    for (size_t i = 0; i < kin->count; i++)
        if (kin->handles[i] == handle)
            return true;
    if (kin->count == KIN_MAX) {
        engine->kept++;
        return false;
    }
    kin->verdicts[kin->count] = cdi_scratch_take(&engine->work, sizeof **kin->verdicts);
    kin->handles[kin->count++] = handle;
    return true;
}

/* The n-th of them, and those it brings in; false: it may not go yet. */
static bool ask(struct cdi_engine *engine, struct kin *kin, size_t n)
{
    uint32_t parent = CDI_HANDLE_NONE;
    size_t child_count;
    bool room = true;
    struct cdi_verdict *verdict = kin->verdicts[n];
    const struct cdi_incident *facts = &verdict->incident.facts;
    cdi_engine_decide(engine, kin->handles[n], verdict, NULL, NULL);
    struct cdi_instant until = cdi_engine_kept_until(engine, verdict);
    if (!cdi_instant_said(until) || cdi_instant_before(cdi_holds_sure(&engine->holds, facts->force, engine->now), until))
        return false;
    kin->until = cdi_instant_later(kin->until, until);
    if (cdi_text_said(facts->parent.text))
        parent = cdi_caseload_find(engine->load, CDI_CASE_INCIDENT, facts->force, facts->parent.text);
    const uint32_t *children = cdi_engine_all_naming(engine, CDI_NAMING_CHILDREN, facts->force, facts->reference, &child_count);
    for (size_t i = 0; room && i < child_count; i++)
        room = join(engine, kin, children[i]);
    return room && (parent == CDI_HANDLE_NONE || join(engine, kin, parent));
}

static bool drop_log(struct cdi_engine *engine, const struct kin *kin, size_t n, struct cdi_error *err)
{
    const struct cdi_verdict *verdict = kin->verdicts[n];
    const struct cdi_incident *facts = &verdict->incident.facts;
    struct cdi_trace trace = cdi_trace_of_log(facts->force, facts->reference);
    trace.told = cdi_engine_settled_told(engine, verdict);
    if (!tell_gone(engine, &verdict->incident, err) || !tell_crimes(engine, verdict, err) ||
        !cdi_traces_add(&engine->traces, trace, kin->until, err) ||
        !leave_history(engine, facts, kin->handles[n], err) ||
        !leave(engine, CDI_CASE_INCIDENT, facts->force, facts->reference, CDI_TEXT_NONE, err))
        return false;
    cdi_engine_forget(engine, CDI_CASE_INCIDENT, kin->handles[n]);
    cdi_engine_look_tomorrow(engine);           /* what is left of it goes one day, too */
    engine->dropped.incidents++;
    return true;
}

bool cdi_engine_retire(struct cdi_engine *engine, uint32_t handle, bool *gone, struct cdi_error *err)
{
    struct kin *kin = cdi_scratch_take(&engine->work, sizeof *kin);
    kin->count = 0;
    kin->until = CDI_INSTANT_NONE;
    *gone = join(engine, kin, handle);
    for (size_t i = 0; *gone && i < kin->count; i++)
        *gone = ask(engine, kin, i);
    for (size_t i = 0; *gone && i < kin->count; i++)
        if (!drop_log(engine, kin, i, err))
            return false;
    return true;
}

/* ---- crimes, waiting actions and traces ---- */

struct cdi_instant cdi_engine_next_midnight(const struct cdi_engine *engine)
{
    return cdi_instant_after(cdi_midnight(engine->now), CDI_DAYS(1));
}

/* A log that is held and may take the crime, or show it, for its likeness. */
static bool liked(struct cdi_engine *engine, const struct cdi_crime_case *crime)
{
    uint32_t handles[CDI_CANDIDATES_MAX];
    if (!cdi_engine_unclaimed(engine, crime))
        return false;
    size_t count = cdi_engine_incidents_near(engine, &crime->facts, handles, CDI_CANDIDATES_MAX, NULL);
    for (size_t i = 0; i < count; i++) {
        if (cdi_engine_apart(engine, handles[i]))
            continue;
        struct cdi_verdict *verdict = cdi_scratch_take(&engine->work, sizeof *verdict);
        verdict->signs = NULL;
        cdi_engine_examine(engine, handles[i], verdict);
        for (size_t r = 0; r < verdict->count; r++) {
            struct cdi_judgement *judgement = &verdict->reports[r]->judgement;
            struct cdi_link link;
            if (!cdi_engine_contends(judgement))
                continue;
            cdi_link_score(engine->tables, &verdict->incident.facts, &judgement->disclosed, &crime->facts, &link);
            if (link.weight >= engine->tables->match.keep_at_least)
                return true;
        }
    }
    return false;
}

/* By a log that is held, or whose parent is named by it, or by a duplicate of it that is needed or young. */
static bool needed(struct cdi_engine *engine, const struct cdi_crime_case *crime, struct cdi_instant at, size_t depth)
{
    static const enum cdi_naming by_logs[] = { CDI_NAMING_INCIDENTS_OF_CRIME, CDI_NAMING_CHILDREN };
    const struct cdi_crime *facts = &crime->facts;
    uint32_t handle;
    size_t count;
    for (size_t i = 0; i < facts->incident_count; i++)
        if (cdi_caseload_find(engine->load, CDI_CASE_INCIDENT, facts->force, facts->incidents[i]) != CDI_HANDLE_NONE ||
            cdi_caseload_naming(engine->load, CDI_NAMING_CHILDREN, facts->force, facts->incidents[i], &handle, 1, NULL) != 0)
            return true;
    for (size_t i = 0; i < sizeof by_logs / sizeof *by_logs; i++)
        if (cdi_caseload_naming(engine->load, by_logs[i], facts->force, facts->reference, &handle, 1, NULL) != 0)
            return true;
    if (liked(engine, crime))
        return true;
    if (depth == CDI_SURVIVORS_MAX)
        return false;                           /* duplicates of each other */
    const uint32_t *duplicates = cdi_engine_all_naming(engine, CDI_NAMING_DUPLICATES, facts->force, facts->reference, &count);
    for (size_t i = 0; i < count; i++) {
        struct cdi_crime_case duplicate;
        cdi_caseload_crime(engine->load, duplicates[i], &duplicate, &engine->work);
        if (cdi_instant_before(at, cdi_crime_kept_until(engine->tables, &duplicate)) || needed(engine, &duplicate, at, depth + 1))
            return true;
    }
    return false;
}

/* When it may be dropped; *go: now.  What is needed is asked for again the next day. */
static struct cdi_instant crime_until(struct cdi_engine *engine, uint32_t handle, struct cdi_instant at, bool *go)
{
    struct cdi_crime_case crime;
    cdi_caseload_crime(engine->load, handle, &crime, &engine->work);
    struct cdi_instant until = cdi_crime_kept_until(engine->tables, &crime);
    *go = !cdi_instant_before(cdi_holds_sure(&engine->holds, crime.facts.force, at), until) && !needed(engine, &crime, at, 0);
    return until;
}

static struct cdi_instant waiting_until(struct cdi_engine *engine, uint32_t handle, struct cdi_instant at, bool *go)
{
    struct cdi_waiting_case waiting;
    cdi_caseload_waiting(engine->load, handle, &waiting, &engine->work);
    struct cdi_instant until = cdi_waiting_kept_until(engine->tables, &waiting);
    *go = waiting.deed_count != 0 && !cdi_instant_before(cdi_holds_sure(&engine->holds, waiting.force, at), until);
    engine->dropped.actions += *go ? waiting.deed_count : 0u;
    return until;
}

/* The class of a crime, 32 bits of it; 0: none. */
static uint32_t told_of_crime(const struct cdi_tables *tables, const struct cdi_crime *crime)
{
    uint16_t offence = cdi_crime_offence(tables, crime);
    struct cdi_text klass = offence != CDI_OFFENCE_NONE ? tables->offences[offence].klass : crime->klass.text;
    return cdi_text_said(klass) ? (uint32_t)cdi_text_hash(klass, 0) | 1 : 0;
}

static bool leave_trace_of_crime(struct cdi_engine *engine, uint32_t handle, struct cdi_instant at, struct cdi_error *err)
{
    struct cdi_crime_case crime;
    cdi_caseload_crime(engine->load, handle, &crime, &engine->work);
    struct cdi_trace trace = cdi_trace_of_crime(crime.facts.force, crime.facts.reference);
    trace.told = told_of_crime(engine->tables, &crime.facts);
    return cdi_traces_add(&engine->traces, trace, at, err);
}

static bool drop(struct cdi_engine *engine, enum cdi_case_kind kind, uint32_t handle, struct cdi_instant at, struct cdi_error *err)
{
    struct cdi_text force, reference;
    cdi_caseload_key(engine->load, kind, handle, &force, &reference);
    if (!leave(engine, kind, force, reference, CDI_TEXT_NONE, err))
        return false;
    if (kind == CDI_CASE_CRIME && !leave_trace_of_crime(engine, handle, at, err))
        return false;
    engine->dropped.crimes += kind == CDI_CASE_CRIME;
    cdi_engine_forget(engine, kind, handle);
    return true;
}

/* One that is young is not looked at again before its day. */
static bool look_at(struct cdi_engine *engine, enum cdi_case_kind kind, uint32_t handle, struct cdi_error *err)
{
    struct cdi_sweep *sweep = &engine->sweep;
    uint16_t today = cdi_day_number(sweep->at), day = cdi_caseload_day(engine->load, kind, handle);
    if (day <= today) {
        bool go;
        struct cdi_instant until = kind == CDI_CASE_CRIME ? crime_until(engine, handle, sweep->at, &go)
                                                          : waiting_until(engine, handle, sweep->at, &go);
        if (go)
            return drop(engine, kind, handle, sweep->at, err);
        until = cdi_instant_later(until, cdi_instant_after(sweep->at, (struct cdi_span){ 1 }));
        day = cdi_day_number(cdi_instant_after(until, (struct cdi_span){ CDI_DAYS(1).ms - 1 }));
        cdi_caseload_set_day(engine->load, kind, handle, day);
    }
    sweep->next = cdi_instant_earlier(sweep->next, (struct cdi_instant){ day * CDI_DAYS(1).ms });
    return true;
}

/* What an earlier log says is kept until no later one can come of which it says something, and none is held. */
static bool look_at_history(struct cdi_engine *engine, uint32_t number, struct cdi_error *err)
{
    struct cdi_sweep *sweep = &engine->sweep;
    struct cdi_span span = cdi_engine_history_span(engine);
    struct cdi_text force, reference;
    struct cdi_instant until = cdi_instant_after(cdi_instant_after(cdi_history_received_at(engine->history, number), span),
                                                 engine->tables->kept_for[CDI_KEPT_LOG]);
    if (cdi_instant_before(sweep->at, until) || cdi_history_wanted(engine->history, number, span, &engine->work))
        return true;
    cdi_history_key(engine->history, number, &force, &reference, &engine->work);
    if (!leave(engine, CDI_CASE_HISTORY, force, reference, CDI_TEXT_NONE, err))
        return false;
    cdi_history_forget(engine->history, number);
    return true;
}

void cdi_engine_look_tomorrow(struct cdi_engine *engine)
{
    if (cdi_instant_said(engine->now))
        engine->sweep.next = cdi_instant_earlier(engine->sweep.next, cdi_engine_next_midnight(engine));
    else
        engine->sweep.stirred = true;
}

void cdi_engine_sweep_from(struct cdi_engine *engine)
{
    if (engine->sweep.stirred && cdi_instant_said(engine->now)) {
        engine->sweep.stirred = false;
        cdi_engine_look_tomorrow(engine);
    }
}

static void begin_sweep(struct cdi_engine *engine)
{
    struct cdi_sweep *sweep = &engine->sweep;
    struct cdi_error err = { 0 };
    sweep->at = cdi_midnight(engine->now);
    sweep->next = CDI_INSTANT_NONE;
    sweep->kind = CDI_CASE_CRIME;
    sweep->handle = 0;
    sweep->running = true;
    sweep->histories = false;
    struct cdi_instant expired = cdi_instant_after(sweep->at, (struct cdi_span){ -engine->tables->kept_for[CDI_KEPT_TRACE].ms });
    CDI_ASSERT(cdi_traces_expire(&engine->traces, expired, &err));
}

struct cdi_dropped cdi_engine_dropped(const struct cdi_engine *engine) { return engine->dropped; }

size_t cdi_engine_bytes(const struct cdi_engine *engine)
{
    struct cdi_caseload_account account = cdi_caseload_account(engine->load);
    struct cdi_history_account history = cdi_history_account(engine->history);
    return history.record_bytes + history.index_bytes + history.reference_bytes + history.held_bytes + account.arena_bytes +
           account.case_bytes + account.table_bytes + account.posting_bytes + account.queue_bytes +
           cdi_schedule_bytes(engine->schedule) + cdi_holds_bytes(&engine->holds) + cdi_tallies_bytes(engine->tallies) +
           cdi_arena_bytes(&engine->counted) +
           engine->mark_room * sizeof *engine->marks + cdi_traces_bytes(&engine->traces);
}

/* What logs count for is held apart from them. */
static void tidy_counted(struct cdi_engine *engine)
{
    struct cdi_arena fresh = { .chunks = NULL };
    if (!cdi_arena_sparse(&engine->counted))
        return;
    for (uint32_t handle = 0; handle < engine->mark_room; handle++)
        if (engine->marks[handle].counted_size != 0)
            engine->marks[handle].counted = cdi_arena_move(&engine->counted, engine->marks[handle].counted,
                                                           engine->marks[handle].counted_size, &fresh);
    cdi_arena_free(&engine->counted);
    engine->counted = fresh;
}

/* Handles from the bound on are in nobody's use. */
static void tidy(struct cdi_engine *engine)
{
    uint32_t bound = cdi_caseload_tidy(engine->load), room = bound < 1024 ? 1024 : bound;
    cdi_schedule_tidy(engine->schedule, bound);
    tidy_counted(engine);
    void *marks = room < engine->mark_room / 2 ? realloc(engine->marks, room * sizeof *engine->marks) : NULL;
    if (marks == NULL)
        return;
    engine->marks = marks;
    engine->mark_room = room;
}

static void end_sweep(struct cdi_engine *engine)
{
    engine->sweep.running = false;
    tidy(engine);
    if (engine->traces.count != 0 || engine->sweep.histories)
        cdi_engine_look_tomorrow(engine);
}

/* The next to be looked at: crimes, then waiting actions, then what is left of logs for later ones.  False: no more. */
static bool next_kept(struct cdi_engine *engine, uint32_t *handle)
{
    static const enum cdi_case_kind after[] = { [CDI_CASE_CRIME] = CDI_CASE_WAITING, [CDI_CASE_WAITING] = CDI_CASE_HISTORY };
    struct cdi_sweep *sweep = &engine->sweep;
    for (;;) {
        bool history = sweep->kind == CDI_CASE_HISTORY;
        uint32_t bound = history ? cdi_history_bound(engine->history) : cdi_caseload_bound(engine->load, sweep->kind);
        while (sweep->handle < bound) {
            *handle = sweep->handle++;
            if (history ? cdi_history_kept(engine->history, *handle) : cdi_caseload_holds(engine->load, sweep->kind, *handle))
                return true;
        }
        if (history)
            return false;
        sweep->kind = after[sweep->kind];
        sweep->handle = 0;
    }
}

/* Looks at the next one, or ends the sweep.  What it takes of the budget. */
static uint32_t sweep_next(struct cdi_engine *engine, struct cdi_error *err)
{
    struct cdi_sweep *sweep = &engine->sweep;
    uint32_t handle;
    if (!next_kept(engine, &handle)) {
        end_sweep(engine);
        return 0;
    }
    if (sweep->kind == CDI_CASE_HISTORY) {
        sweep->histories = true;
        CDI_ASSERT(look_at_history(engine, handle, err));
        return 1;
    }
    bool looked = cdi_caseload_day(engine->load, sweep->kind, handle) <= cdi_day_number(sweep->at);
    CDI_ASSERT(look_at(engine, sweep->kind, handle, err));
    return looked;
}

/* What was worked out of one goes before the next: whether a report may take it fills thousands of bytes for each log near it. */
void cdi_engine_sweep(struct cdi_engine *engine, uint32_t budget)
{
    struct cdi_error err = { 0 };
    if (!engine->sweep.running && cdi_engine_sweep_due(engine))
        begin_sweep(engine);
    while (engine->sweep.running && budget > 0 && cdi_engine_goes_on(engine)) {
        struct cdi_scratch_mark mark = cdi_scratch_mark(&engine->work);
        budget -= sweep_next(engine, &err);
        cdi_scratch_rewind(&engine->work, mark);
    }
}

bool cdi_engine_sweep_due(const struct cdi_engine *engine)
{
    const struct cdi_sweep *sweep = &engine->sweep;
    return sweep->running || (!engine->keep_all && cdi_instant_said(sweep->next) && cdi_instant_said(engine->now) &&
                              !cdi_instant_before(engine->now, sweep->next));
}

/* ---- what comes too late ---- */

/* One that a log names which is held, or that names one, is worth knowing again: a report may be waiting for it. */
bool cdi_engine_crime_late(struct cdi_engine *engine, const struct cdi_crime *message, bool *recoded, struct cdi_error *err)
{
    struct cdi_trace trace;
    *recoded = false;
    if (engine->keep_all || engine->traces.count == 0)
        return false;
    trace = cdi_trace_of_crime(message->force, message->reference);
    if (!cdi_traces_find(&engine->traces, &trace))
        return false;
    struct cdi_crime_case crime = { .facts = *message, .named = true };
    uint32_t told = told_of_crime(engine->tables, message);
    *recoded = trace.told != 0 && told != 0 && trace.told != told;
    return !needed(engine, &crime, engine->now, CDI_SURVIVORS_MAX) || !cdi_traces_remove(&engine->traces, &trace, err);
}
