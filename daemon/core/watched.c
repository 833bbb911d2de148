/* The watches of one log: what its reports, its crimes and people say besides the log itself. */
#include "core/alike.h"
#include "core/clear.h"
#include "core/engine_inside.h"
#include "core/watch.h"

#include <string.h>

#define SIGN(name) (UINT32_C(1) << CDI_SIGN_##name)

static void note(struct cdi_signs *signs, enum cdi_sign sign, enum cdi_cause_kind kind, struct cdi_text name, struct cdi_instant at)
{
    const struct cdi_cause cause = { .kind = kind, .name = name, .at = cdi_instant_later(at, signs->received_at) };
    cdi_sign_note(signs, sign, &cause);
}

/* ---- crimes ---- */

/* What a crime, in its standing, says of the log. */
static void note_crime(struct cdi_signs *signs, struct cdi_text crime, enum cdi_standing standing, struct cdi_instant recorded_at,
                       struct cdi_instant ended_at)
{
    if (standing == CDI_STANDING_COUNTS)
        note(signs, CDI_SIGN_RECORDED, CDI_CAUSE_CRIME, crime, recorded_at);
    else if (standing == CDI_STANDING_N100)
        note(signs, CDI_SIGN_N100, CDI_CAUSE_CRIME, crime, recorded_at);
    else if (standing == CDI_STANDING_ANSWERED || standing == CDI_STANDING_WITHDRAWN)
        signs->lost_at = cdi_instant_later(signs->lost_at, ended_at);
}

/* One that was only found by its likeness is recorded for a report that it may answer without a human's word. */
static bool is_sure(const struct cdi_disclosed *disclosed, const struct cdi_link *link)
{
    return link->how != CDI_HOW_SCORED || (link->allocated && !cdi_link_unconfirmed(disclosed, link));
}

/* Is a crime recorded for this very report? */
static bool recorded(const struct cdi_judgement *judgement)
{
    for (size_t i = 0; i < judgement->linked.link_count; i++) {
        const struct cdi_link *link = &judgement->linked.links[i];
        if (link->allocated && link->standing == CDI_STANDING_COUNTS && is_sure(&judgement->disclosed, link))
            return true;
    }
    return false;
}

/* ---- reasons ---- */

static bool says_n100(const struct cdi_disposal *disposal)
{
    enum cdi_reason reason = CDI_REASON_NONE;
    return cdi_text_said(disposal->reason) && cdi_reason_from(disposal->reason, &reason) && cdi_reason_is_n100(reason);
}

/* The signs that each report has for itself. */
static uint32_t own_signs(const struct cdi_case_report *report)
{
    const struct cdi_disposal *disposal = &report->disposal;
    return (recorded(&report->judgement) ? SIGN(RECORDED) : 0) |
           (report->judgement.compared.state == CDI_STATE_CLEARED ? SIGN(CLEARED) : 0) |
           (cdi_text_said(disposal->reason) && cdi_disposal_endorsed(disposal) ? SIGN(ENDORSED) : 0);
}

/* Of the log as a whole: a crime for any of its reports; all of them cleared, or answered; the reason that ends it endorsed. */
static void note_reports(const struct cdi_verdict *verdict, struct cdi_signs *signs)
{
    bool cleared = false, settled = true;
    for (size_t r = 0; r < verdict->count; r++) {
        const struct cdi_judgement *judgement = &verdict->reports[r]->judgement;
        enum cdi_state state = judgement->compared.state;
        for (size_t i = 0; i < judgement->linked.link_count; i++) {
            const struct cdi_link *link = &judgement->linked.links[i];
            if (link->standing != CDI_STANDING_COUNTS || is_sure(&judgement->disclosed, link))
                note_crime(signs, link->crime, link->standing, link->recorded_at, link->ended_at);
        }
        cleared = cleared || state == CDI_STATE_CLEARED;
        settled = settled && (state == CDI_STATE_CLEARED || state == CDI_STATE_SATISFIED);
        note(signs, CDI_SIGN_LIKELY, CDI_CAUSE_CLASS, CDI_TEXT_NONE, judgement->disclosed.received_at);
    }
    if (cleared && settled)
        note(signs, CDI_SIGN_CLEARED, CDI_CAUSE_REASON, verdict->first.disposal.reason, CDI_INSTANT_NONE);
}

/* Nothing is likely, so that steps 2 to 4 have not looked for what names the log. */
static void note_named(struct cdi_engine *engine, struct cdi_verdict *verdict, struct cdi_signs *signs)
{
    const struct cdi_crime *crimes[CDI_CANDIDATES_MAX];
    size_t count = cdi_engine_named(engine, verdict, crimes);
    for (size_t i = 0; i < count; i++) {
        enum cdi_standing standing = cdi_crime_standing(engine->tables, crimes[i]);
        note_crime(signs, crimes[i]->reference, standing, cdi_crime_recorded_at(crimes[i]), cdi_crime_ended_at(engine->tables, crimes[i], standing));
    }
}

/* ---- what went before ---- */

#define KIN(name) (1u << CDI_PAST_KIN_##name)

/* Earlier logs of the same kind, about the same victim; or, what is done to who lives there, at the same place. */
static const struct { enum cdi_sign sign; enum cdi_past_kind kind; uint8_t kins; } befores[] = {
    { CDI_SIGN_EARLIER_DOMESTIC, CDI_PAST_KIND_DOMESTIC, KIN(PAIR) | KIN(VICTIM) },
    { CDI_SIGN_EARLIER_ASB_PERSONAL, CDI_PAST_KIND_ASB_PERSONAL, KIN(PAIR) | KIN(VICTIM) | KIN(PLACE) },
};

/* Within the days, and another occasion. */
static bool is_earlier(const struct cdi_past_log *log, struct cdi_instant received_at)
{
    int64_t gap = received_at.ms - log->received_at.ms;
    return gap >= CDI_OCCASION.ms && log->received_at.ms >= received_at.ms / 1000 * 1000 - CDI_DAYS(CDI_EARLIER_DAYS).ms;
}

static void note_earlier(const struct cdi_past *past, struct cdi_signs *signs)
{
    for (size_t b = 0; b < sizeof befores / sizeof *befores; b++)
        for (size_t i = 0; i < past->count; i++) {      /* the nearest kin, and of these the latest, comes first and is named */
            const struct cdi_past_log *log = &past->logs[i];
            if ((befores[b].kins >> log->kin & 1) != 0 && (log->kinds >> befores[b].kind & 1) != 0 && is_earlier(log, signs->received_at))
                note(signs, befores[b].sign, CDI_CAUSE_EARLIER, log->reference, signs->received_at);
        }
}

/* ---- people ---- */

/* Whether a watch is meant by the text of a mark.  One that begins with keys of watches, parted by commas or spaces, and a colon
 * means those; any other means all. */
static bool means(const struct cdi_tables *tables, struct cdi_text text, size_t place)
{
    const char *colon = memchr(text.at, ':', text.size);
    size_t end = colon == NULL ? 0 : (size_t)(colon - text.at);
    bool named = false, this = false;
    for (size_t at = 0; at < end; at++) {
        size_t from = at;
        while (at < end && text.at[at] != ',' && text.at[at] != ' ')
            at++;
        if (at == from)
            continue;
        uint8_t w = cdi_tables_watch(tables, (struct cdi_text){ text.at + from, at - from });
        if (w == tables->watches_known)
            return true;
        named = true;
        this = this || w == place;
    }
    return this || !named;
}

/* When somebody last said of the report that he has looked at what this watch is about. */
static struct cdi_instant checked_at(const struct cdi_tables *tables, const struct cdi_incident_case *incident, uint32_t report,
                                     size_t place)
{
    struct cdi_instant at = CDI_INSTANT_NONE;
    for (size_t i = 0; i < incident->deed_count; i++) {
        const struct cdi_deed *deed = &incident->deeds[i];
        if (deed->verb == CDI_VERB_MARK && deed->counts_for == report && !deed->inherited && cdi_text_said(deed->text) &&
            means(tables, deed->text, place))
            at = cdi_instant_later(at, deed->at);
    }
    return at;
}

/* ---- the whole ---- */

/* A log in which nothing is likely has the risk of the gravest watch that holds of it. */
static void take_risk(const struct cdi_tables *tables, struct cdi_judgement *judgement)
{
    for (size_t i = 0; i < judgement->watched.count; i++) {
        enum cdi_risk risk = tables->watches[judgement->watched.items[i].place].risk;
        judgement->disclosed.risk = risk < judgement->disclosed.risk ? risk : judgement->disclosed.risk;
    }
}

static void watch_report(struct cdi_engine *engine, struct cdi_verdict *verdict, size_t r, struct cdi_instant sure)
{
    struct cdi_case_report *report = verdict->reports[r];
    struct cdi_judgement *judgement = &report->judgement;
    struct cdi_watched_report facts = { .disclosed = &judgement->disclosed, .first = r == 0, .own = own_signs(report) };
    for (size_t w = 0; w < engine->tables->watch_count; w++)
        facts.checked_at[w] = checked_at(engine->tables, &verdict->incident, cdi_report_key(report), w);
    cdi_watch(engine->tables, verdict->signs, &facts, engine->now, sure, &engine->work, &judgement->watched, &judgement->timed);
}

void cdi_engine_watch(struct cdi_engine *engine, struct cdi_verdict *verdict, struct cdi_instant sure)
{
    struct cdi_signs *signs = verdict->signs;
    const struct cdi_disposal *disposal = &verdict->first.disposal;
    if (signs->none)
        return;
    if (verdict->count != 0)
        note_reports(verdict, signs);
    else
        note_named(engine, verdict, signs);
    note_earlier(&verdict->past, signs);
    if (says_n100(disposal))
        note(signs, CDI_SIGN_N100, CDI_CAUSE_REASON, disposal->reason, disposal->decided_at);
    if (cdi_text_said(disposal->reason) && cdi_disposal_endorsed(disposal))
        note(signs, CDI_SIGN_ENDORSED, CDI_CAUSE_REASON, disposal->reason, disposal->endorsed_at);
    for (size_t r = 0; r == 0 || r < verdict->count; r++)
        watch_report(engine, verdict, r, sure);
    if (verdict->count == 0)
        take_risk(engine->tables, &verdict->first.judgement);
}

size_t cdi_engine_told(const struct cdi_verdict *verdict)
{
    return verdict->count != 0 ? verdict->count : verdict->first.judgement.watched.count != 0;
}

/* ---- what is worth a judgement ---- */

bool cdi_engine_unwatched(const struct cdi_engine *engine, uint32_t handle, uint8_t fields)
{
    return fields == 0 || (handle < engine->mark_room && (fields & ~engine->marks[handle].deaf) == 0);
}

static void count_watches(struct cdi_engine *engine, uint32_t handle, uint32_t watches)
{
    if (handle >= engine->mark_room)
        return;
    uint32_t before = engine->marks[handle].watched;
    for (uint32_t left = before & ~watches; left != 0; left &= left - 1)
        engine->watching[__builtin_ctz(left)]--;
    for (uint32_t left = watches & ~before; left != 0; left &= left - 1)
        engine->watching[__builtin_ctz(left)]++;
    engine->marks[handle].watched = watches;
}

void cdi_engine_note_watched(struct cdi_engine *engine, const struct cdi_verdict *verdict)
{
    static const enum cdi_sign signs[CDI_SIGN_FIELD_COUNT] = {
        [CDI_SIGN_FIELD_UNIT] = CDI_SIGN_UNIT, [CDI_SIGN_FIELD_DASH] = CDI_SIGN_DASH,
        [CDI_SIGN_FIELD_SAFEGUARDING] = CDI_SIGN_SAFEGUARDING, [CDI_SIGN_FIELD_APPOINTMENT] = CDI_SIGN_APPOINTMENT,
    };
    uint32_t awaited = 0, watches = 0;
    uint8_t deaf = 0;
    for (size_t r = 0; r == 0 || r < verdict->count; r++) {
        const struct cdi_watched *watched = &verdict->reports[r]->judgement.watched;
        awaited |= watched->awaited;
        for (size_t i = 0; i < watched->count; i++)
            watches |= UINT32_C(1) << watched->items[i].place;
    }
    for (size_t i = 0; i < CDI_SIGN_FIELD_COUNT; i++)
        deaf |= (uint8_t)(!cdi_sign_held(awaited, signs[i]) << i);
    if (verdict->handle < engine->mark_room)
        engine->marks[verdict->handle].deaf = deaf;
    count_watches(engine, verdict->handle, watches);
}

void cdi_engine_unwatch(struct cdi_engine *engine, uint32_t handle) { count_watches(engine, handle, 0); }

void cdi_engine_watching(const struct cdi_engine *engine, uint32_t logs[CDI_WATCHES_MAX])
{
    memcpy(logs, engine->watching, sizeof engine->watching);
}
