#include "core/stage.h"

/* When the report was answered: from `at` on (NONE: not now), and `once`, until that was withdrawn. */
struct answered { struct cdi_instant at; const struct cdi_once (*once)[CDI_ONCE_MAX]; };

static bool by_then(struct cdi_instant at, struct cdi_instant limit) { return cdi_instant_said(at) && cdi_in_time(at, limit); }

/* Answered at that time and withdrawn later: until when; else the time itself. */
static struct cdi_instant formerly_until(const struct answered *answered, struct cdi_instant at)
{
    struct cdi_instant since;
    do {
        since = at;
        for (size_t i = 0; i < CDI_ONCE_MAX; i++) {
            const struct cdi_once once = (*answered->once)[i];
            if (by_then(once.from, at) && cdi_instant_before(at, once.until))
                at = once.until;
        }
    } while (!cdi_instant_same(at, since));     /* what ended may have been in another's time */
    return at;
}

/* When a stage that belongs to `at` holds, whatever the time is now; NONE: never.  Answered then and withdrawn later, it holds
 * from the withdrawal (R8). */
static struct cdi_instant holds_at(const struct answered *answered, struct cdi_instant at)
{
    at = formerly_until(answered, at);
    return by_then(answered->at, at) ? CDI_INSTANT_NONE : at;
}

/* The instant at which `breached` is earned: unanswered at the deadline; or, answered then and withdrawn after it, unanswered
 * 24 h after that withdrawal, or after one of what answered it meanwhile (R8, R10).  NONE: never. */
static struct cdi_instant breached_at(const struct answered *answered, struct cdi_instant due_at)
{
    struct cdi_instant until = formerly_until(answered, due_at);
    while (!cdi_instant_same(until, due_at)) {
        due_at = cdi_due_at(until);
        until = formerly_until(answered, due_at);
    }
    return by_then(answered->at, due_at) ? CDI_INSTANT_NONE : due_at;
}

static bool passed(struct cdi_instant at, struct cdi_instant now)
{
    return cdi_instant_said(at) && !cdi_instant_before(now, at);
}

/* R10: in time is up to the deadline's own second, so that nothing is missed before that second is over. */
static struct cdi_instant second_over(struct cdi_instant at)
{
    return cdi_instant_said(at) ? (struct cdi_instant){ (at.ms / 1000 + 1) * 1000 } : at;
}

/* At `at` something changes: when time has come so far, and again when that is sure. */
static void wake(struct cdi_timed *timed, struct cdi_instant at, struct cdi_instant now, struct cdi_instant sure)
{
    if (!cdi_instant_said(at))
        return;
    if (cdi_instant_before(now, at))
        timed->wake_at = cdi_instant_earlier(timed->wake_at, at);
    else if (cdi_instant_before(sure, at))
        timed->unsure_from = cdi_instant_earlier(timed->unsure_from, at);
}

static void hold_stages(const struct cdi_stage_rule *rule, const struct answered *answered, bool open,
                        struct cdi_instant now, struct cdi_instant sure, struct cdi_timed *timed)
{
    for (int stage = CDI_STAGE_NOTICE; stage < CDI_STAGE_COUNT; stage++) {
        struct cdi_instant planned = cdi_instant_after(timed->received_at, rule->after[stage]);
        struct cdi_instant at = holds_at(answered, stage == CDI_STAGE_BREACH ? timed->due_at : planned);
        bool overdue = !cdi_instant_before(at, timed->due_at);  /* what was withdrawn then holds all stages at once, not one a second before */
        struct cdi_instant known_at = overdue ? second_over(at) : at;
        wake(timed, known_at, now, sure);
        if (open && passed(known_at, now) && !passed(known_at, sure))
            timed->marks |= UINT32_C(1) << CDI_MARK_UNSURE;
        if (passed(known_at, stage == CDI_STAGE_BREACH ? sure : now)) {
            timed->stage_at[stage] = at;
            timed->stage = open ? (enum cdi_stage)stage : CDI_STAGE_NONE;
        } else if (open) {
            timed->next_stage_at = cdi_instant_earlier(timed->next_stage_at, at);
        }
    }
}

/* Local days begun since the report became overdue, until it was answered; after 90 they are told by the week. */
static void count_overdue(const struct cdi_tables *tables, const struct cdi_compared *compared, struct cdi_instant sure,
                          struct cdi_timed *timed)
{
    struct cdi_instant since = timed->stage_at[CDI_STAGE_BREACH];
    if (!cdi_instant_said(since))
        return;
    bool running = !passed(compared->answered_at, sure);
    struct cdi_instant until = running ? sure : compared->answered_at;
    int32_t days = cdi_zone_day(tables->zone, until) - cdi_zone_day(tables->zone, since);
    timed->overdue_days = days <= CDI_OVERDUE_DAILY ? days : days - (days - CDI_OVERDUE_DAILY) % 7;
    if (!running)
        return;
    /* The next midnight at which the count changes: every one, then every seventh. */
    struct cdi_instant next = cdi_zone_next_midnight(tables->zone, sure);
    for (int32_t day = days + 1; day > CDI_OVERDUE_DAILY && (day - CDI_OVERDUE_DAILY) % 7 != 0; day++)
        next = cdi_zone_next_midnight(tables->zone, next);
    if (!cdi_instant_said(compared->answered_at) || !cdi_instant_before(compared->answered_at, next))
        timed->recount_at = next;               /* else it is answered by then, and the count stands */
}

/* R10: an allocated crime recorded after due; rule 7 asks why, and for the registrar's oversight. */
static void mark_late(const struct cdi_due *due, const struct cdi_linked *linked, struct cdi_timed *timed)
{
    const uint32_t asked = UINT32_C(1) << CDI_MARK_LATE_WITHOUT_RATIONALE | UINT32_C(1) << CDI_MARK_LATE_WITHOUT_OVERSIGHT;
    for (size_t u = 0; u < due->count; u++) {
        const struct cdi_unit *unit = &due->units[u];
        if (unit->answered_by == CDI_UNANSWERED || unit->explained)
            continue;
        const struct cdi_link *link = &linked->links[unit->answered_by];
        if (link->standing == CDI_STANDING_COUNTS && !by_then(link->recorded_at, timed->due_at))
            timed->marks |= UINT32_C(1) << CDI_MARK_LATE | (link->marks & asked);
    }
}

/* R15: checked after a day, reviewed after fourteen; whether somebody did is the document's to say (core/alert.c). */
static void watch_n100(const struct cdi_compared *compared, struct cdi_instant now, struct cdi_instant sure, struct cdi_timed *timed)
{
    timed->n100_check_at = cdi_instant_after(compared->n100_at, CDI_N100_CHECK);
    timed->n100_review_at = cdi_instant_after(compared->n100_at, CDI_N100_REVIEW);
    const struct cdi_instant planned[] = { timed->n100_check_at, timed->n100_review_at };
    for (size_t i = 0; i < sizeof planned / sizeof *planned; i++) {
        wake(timed, planned[i], now, sure);
        if (!passed(planned[i], now))
            timed->next_stage_at = cdi_instant_earlier(timed->next_stage_at, planned[i]);
    }
}

void cdi_stage(const struct cdi_tables *tables, const struct cdi_disclosed *disclosed, const struct cdi_due *due,
               const struct cdi_linked *linked, const struct cdi_compared *compared, struct cdi_instant now, struct cdi_instant sure,
               struct cdi_timed *timed)
{
    *timed = (struct cdi_timed){
        .received_at = disclosed->received_at, .due_at = cdi_due_at(disclosed->received_at),
        .same_day_at = CDI_INSTANT_NONE, .next_stage_at = CDI_INSTANT_NONE, .wake_at = CDI_INSTANT_NONE,
        .recount_at = CDI_INSTANT_NONE, .unsure_from = CDI_INSTANT_NONE, .n100_check_at = CDI_INSTANT_NONE,
        .n100_review_at = CDI_INSTANT_NONE,
    };
    for (size_t stage = 0; stage < CDI_STAGE_COUNT; stage++)
        timed->stage_at[stage] = CDI_INSTANT_NONE;
    if (compared->state == CDI_STATE_NOT_DISCLOSED)
        return;                                 /* nor is it known when it was received, perhaps */
    timed->same_day_at = cdi_zone_next_midnight(tables->zone, disclosed->received_at);
    struct answered answered = { compared->answered_at, &compared->once }, fuzzily = { compared->unsure_at, &compared->unsure_once };
    bool open = compared->state != CDI_STATE_SATISFIED && compared->state != CDI_STATE_CLEARED;
    hold_stages(&tables->stages[disclosed->risk], &answered, open, now, sure, timed);
    /* R9: a fuzzy match alone is overdue and unsure, no breach: a human may yet confirm it. */
    struct cdi_instant breached = second_over(breached_at(&fuzzily, timed->due_at));
    wake(timed, breached, now, sure);
    if (passed(breached, sure))
        timed->marks |= UINT32_C(1) << CDI_MARK_BREACHED;
    count_overdue(tables, compared, sure, timed);
    watch_n100(compared, now, sure, timed);
    mark_late(due, linked, timed);
}
