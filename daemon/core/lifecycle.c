#include "core/lifecycle.h"
#include "core/merge.h"
#include "core/refuse.h"
#include "core/registers.h"
#include "core/turns.h"

#include <string.h>

/* What an action makes of an alert.  What is not here leaves it as it is. */
static const struct { enum cdi_lifecycle from; enum cdi_verb verb; enum cdi_lifecycle to; } moves[] = {
    { CDI_LIFECYCLE_NEW,            CDI_VERB_ACKNOWLEDGE, CDI_LIFECYCLE_ACKNOWLEDGED },
    { CDI_LIFECYCLE_CLEARED_UNSEEN, CDI_VERB_ACKNOWLEDGE, CDI_LIFECYCLE_CLOSED },
    { CDI_LIFECYCLE_CLEARED_UNSEEN, CDI_VERB_ASSIGN,      CDI_LIFECYCLE_CLOSED },
    { CDI_LIFECYCLE_CLEARED_UNSEEN, CDI_VERB_NOTE,        CDI_LIFECYCLE_CLOSED },
    { CDI_LIFECYCLE_CLEARED_UNSEEN, CDI_VERB_CLEAR,       CDI_LIFECYCLE_CLOSED },
    { CDI_LIFECYCLE_CLEARED_UNSEEN, CDI_VERB_ENDORSE,     CDI_LIFECYCLE_CLOSED },
    { CDI_LIFECYCLE_CLEARED_UNSEEN, CDI_VERB_CONFIRM_LINK, CDI_LIFECYCLE_CLOSED },
    { CDI_LIFECYCLE_CLEARED_UNSEEN, CDI_VERB_REJECT_LINK, CDI_LIFECYCLE_CLOSED },
    { CDI_LIFECYCLE_CLEARED_UNSEEN, CDI_VERB_REOPEN,      CDI_LIFECYCLE_CLOSED },
    { CDI_LIFECYCLE_CLEARED_UNSEEN, CDI_VERB_MARK,        CDI_LIFECYCLE_CLOSED },
};

static enum cdi_lifecycle move(enum cdi_lifecycle from, enum cdi_verb verb)
{
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (moves[i].from == from && moves[i].verb == verb)
            return moves[i].to;
    return from;
}

static int deed_order(const struct cdi_deed *a, const struct cdi_deed *b)
{
    if (a->at.ms != b->at.ms)
        return a->at.ms < b->at.ms ? -1 : 1;
    int order = cdi_text_compare(a->request, b->request);
    if (order != 0)
        return order;
    if (a->verb != b->verb)
        return a->verb < b->verb ? -1 : 1;
    order = cdi_text_compare(a->by, b->by);
    if (order == 0)
        order = cdi_text_compare(a->text, b->text);
    return order != 0 || a->report == b->report ? order : a->report < b->report ? -1 : 1;
}

bool cdi_deeds_join(struct cdi_deed **deeds, uint16_t *count, const struct cdi_deed *deed, struct cdi_scratch *scratch)
{
    size_t same = *count, at = 0;
    for (size_t i = 0; i < *count; i++)
        if ((*deeds)[i].report == deed->report && cdi_text_same((*deeds)[i].request, deed->request))
            same = i;
    if (same < *count ? deed_order(deed, &(*deeds)[same]) >= 0 : *count == CDI_DEEDS_MAX)
        return false;
    struct cdi_deed *joined = cdi_scratch_take(scratch, ((size_t)*count + 1) * sizeof *joined);
    bool placed = false;
    for (size_t i = 0; i < *count; i++) {
        if (!placed && deed_order(deed, &(*deeds)[i]) < 0) {
            joined[at++] = *deed;
            placed = true;
        }
        if (i != same)
            joined[at++] = (*deeds)[i];
    }
    if (!placed)
        joined[at++] = *deed;
    *deeds = joined;
    *count = (uint16_t)at;
    return true;
}

/* At most, packed. */
static size_t bytes_of(const struct cdi_deed *deed)
{
    enum { NUMBERS = 32, DISPOSAL_NUMBERS = 24 * CDI_DISPOSAL_MEMBERS };
    size_t bytes = NUMBERS + deed->by.size + deed->role.size + deed->request.size + deed->assign_to.size + deed->text.size + deed->crime.size;
    if (!deed->disposed)
        return bytes;
    bytes += DISPOSAL_NUMBERS + deed->disposal.reason.size;
    for (size_t i = 0; i < CDI_DISPOSAL_MEMBERS; i++)
        if (cdi_disposal_members[i].kind == CDI_DISPOSAL_TEXT)
            bytes += ((const struct cdi_text *)cdi_member_of(&deed->disposal, cdi_disposal_members[i].offset))->size;
    return bytes;
}

bool cdi_deeds_have_room(const struct cdi_deed *deeds, uint16_t count, const struct cdi_deed *deed, struct cdi_error *err)
{
    size_t bytes = bytes_of(deed);
    bool same = false;
    for (size_t i = 0; i < count; i++) {
        bool it = deeds[i].report == deed->report && cdi_text_same(deeds[i].request, deed->request);
        bytes += it ? 0 : bytes_of(&deeds[i]);
        same = same || it;
    }
    if (!same && count == CDI_DEEDS_MAX)
        return cdi_fail(err, CDI_ERROR_LIMIT, "%d actions are held for the alerts of this log, the limit: write more in the log itself", CDI_DEEDS_MAX);
    return bytes <= CDI_DEEDS_BYTES_MAX ||
           cdi_fail(err, CDI_ERROR_LIMIT, "actions of %d bytes are held for the alerts of this log, the limit: write more in the log itself", CDI_DEEDS_BYTES_MAX);
}

int cdi_deeds_on_link(const struct cdi_incident_case *incident, uint32_t report, struct cdi_text crime)
{
    int said = 0;
    for (size_t i = 0; i < incident->deed_count; i++) {
        const struct cdi_deed *deed = &incident->deeds[i];
        if (deed->counts_for != report || !cdi_text_same(deed->crime, crime))
            continue;
        if (deed->verb == CDI_VERB_CONFIRM_LINK || deed->verb == CDI_VERB_REJECT_LINK)
            said = deed->verb == CDI_VERB_CONFIRM_LINK ? 1 : -1;
    }
    return said;
}

bool cdi_deeds_confirmed(const struct cdi_incident_case *incident, struct cdi_text crime)
{
    for (size_t i = 0; i < incident->deed_count; i++)
        if (incident->deeds[i].verb == CDI_VERB_CONFIRM_LINK && cdi_text_same(incident->deeds[i].crime, crime) &&
            cdi_deeds_on_link(incident, incident->deeds[i].counts_for, crime) > 0)
            return true;
    return false;
}

static void cleared_by(const struct cdi_deed *deed, struct cdi_disposal *disposal)
{
    *disposal = deed->disposal;
    if (!cdi_text_said(disposal->by)) {
        disposal->by = deed->by;
        disposal->by_role = deed->role;
    }
    if (!cdi_instant_said(disposal->decided_at))
        disposal->decided_at = deed->at;
}

static void endorse(const struct cdi_incident_case *incident, uint32_t report, struct cdi_disposal *disposal)
{
    for (size_t i = 0; i < incident->deed_count && !cdi_text_said(disposal->endorsed_by); i++) {
        const struct cdi_deed *deed = &incident->deeds[i];
        if (deed->counts_for != report || deed->inherited || deed->verb != CDI_VERB_ENDORSE || cdi_text_same(deed->by, disposal->by) ||
            (cdi_instant_said(disposal->decided_at) && cdi_instant_before(deed->at, disposal->decided_at)))
            continue;                           /* R12; and nobody endorses what is not yet decided */
        disposal->endorsed_by = deed->by;
        disposal->endorsed_role = deed->role;
        disposal->endorsed_at = deed->at;
    }
}

/* What was decided before a later report was disclosed is not about that (R11 says when a clearing counts). */
static bool decided_before(const struct cdi_disposal *disposal, struct cdi_instant received_at)
{
    return cdi_text_said(disposal->reason) && cdi_disposal_decided_at(disposal).ms / 1000 < received_at.ms / 1000;
}

static bool clears(const struct cdi_deed *deed)
{
    enum cdi_reason reason = CDI_REASON_NONE;
    return deed->verb == CDI_VERB_CLEAR && deed->disposed && cdi_reason_from(deed->disposal.reason, &reason) && reason != CDI_REASON_NONE;
}

/* A disposal that no longer counts is told as it stood, so that it can be said from when until when the report was cleared.  False: it had
 * not been decided by then. */
static bool remember(const struct cdi_incident_case *incident, uint32_t report, const struct cdi_disposal *disposal, struct cdi_instant until,
                     struct cdi_formers *formers)
{
    if (!cdi_text_said(disposal->reason) || cdi_instant_before(until, cdi_disposal_decided_at(disposal)))
        return false;
    if (formers->count < CDI_FORMERS_MAX) {
        formers->items[formers->count] = (struct cdi_undone){ *disposal, until };
        endorse(incident, report, &formers->items[formers->count++].disposal);
    }
    return true;
}

/* What the log said of it before, each until it said more, or until a person decided otherwise. */
static void remember_own(const struct cdi_incident_case *incident, uint32_t report, struct cdi_instant received_at, struct cdi_formers *formers)
{
    struct cdi_undone before[CDI_DECISIONS_MAX];
    size_t count = cdi_instant_said(incident->facts.settled.until) ? 0 : cdi_decisions_before(&incident->facts, before);
    for (size_t i = 0; i < count; i++) {
        if (report != 0 && decided_before(&before[i].disposal, received_at))
            continue;
        for (size_t d = 0; d < incident->deed_count; d++) {
            const struct cdi_deed *deed = &incident->deeds[d];
            if (deed->counts_for == report && !deed->inherited && (clears(deed) || deed->verb == CDI_VERB_REOPEN) &&
                !cdi_instant_before(deed->at, cdi_disposal_decided_at(&before[i].disposal)))
                before[i].at = cdi_instant_earlier(before[i].at, deed->at);
        }
        remember(incident, report, &before[i].disposal, before[i].at, formers);
    }
}

void cdi_deeds_disposal(const struct cdi_incident_case *incident, uint32_t report, struct cdi_instant received_at,
                        struct cdi_disposal *disposal, struct cdi_formers *formers)
{
    *disposal = incident->facts.disposal;
    disposal->said_at = cdi_reason_said_at(&incident->facts);
    cdi_disposal_of_reason(disposal, cdi_turn_first(incident->facts.turns, incident->facts.turn_count, CDI_TURN_REASON, disposal->reason));
    formers->count = 0;
    remember_own(incident, report, received_at, formers);
    if (report != 0 && decided_before(disposal, received_at))
        cdi_disposal_empty(disposal);
    for (size_t i = 0; i < incident->deed_count; i++) {
        const struct cdi_deed *deed = &incident->deeds[i];
        if (deed->counts_for != report || deed->inherited || (!clears(deed) && deed->verb != CDI_VERB_REOPEN))
            continue;
        bool stood = remember(incident, report, disposal, deed->at, formers);
        if (clears(deed))
            cleared_by(deed, disposal);
        else if (stood)
            disposal->reason = CDI_TEXT_NONE;
    }
    if (cdi_text_said(disposal->reason))
        endorse(incident, report, disposal);
}

/* Who had taken the report whose place this one took still has it; that it was seen says nothing of this one. */
static void inherit(const struct cdi_deed *deed, struct cdi_lifecycle_view *view)
{
    if (deed->verb == CDI_VERB_ASSIGN)
        view->owner = deed->assign_to;
    else if (deed->verb == CDI_VERB_ACKNOWLEDGE && !cdi_text_said(view->owner))
        view->owner = deed->by;
}

/* An acknowledgement of `at` ends after its span, or at the next stage: a worse stage alarms again. */
static struct cdi_instant runs_until(const struct cdi_timed *timed, struct cdi_instant at)
{
    struct cdi_instant until = cdi_instant_after(at, CDI_ACKNOWLEDGED_FOR);
    for (size_t stage = CDI_STAGE_NOTICE; stage < CDI_STAGE_COUNT; stage++)
        if (cdi_instant_said(timed->stage_at[stage]) && cdi_instant_before(at, timed->stage_at[stage]))
            until = cdi_instant_earlier(until, timed->stage_at[stage]);
    if (cdi_instant_said(timed->next_stage_at) && cdi_instant_before(at, timed->next_stage_at))
        until = cdi_instant_earlier(until, timed->next_stage_at);
    return until;
}

static void expire(struct cdi_lifecycle_view *view, struct cdi_instant settled_at, struct cdi_instant now)
{
    struct cdi_instant until = view->acknowledged_until;
    if (view->lifecycle != CDI_LIFECYCLE_ACKNOWLEDGED || cdi_instant_before(now, until))
        return;
    if (cdi_instant_said(settled_at) && !cdi_instant_before(until, settled_at))
        return;                                 /* it was settled while it held */
    view->lifecycle = CDI_LIFECYCLE_NEW;
    view->acknowledged_until = CDI_INSTANT_NONE;
    view->escalation++;
}

/* One action, as the table of moves has it; refused, it moves nothing.  `seen` is what the report is once it is settled. */
static const char *act(const struct cdi_incident_case *incident, uint32_t report, size_t n, const struct cdi_judgement *judgement,
                       struct cdi_instant settled_at, bool settled, enum cdi_lifecycle *seen, struct cdi_lifecycle_view *view)
{
    const struct cdi_deed *deed = &incident->deeds[n];
    bool open = !settled || (cdi_instant_said(settled_at) && cdi_instant_before(deed->at, settled_at));
    const struct cdi_standing_then then = { view->lifecycle, open, *seen == CDI_LIFECYCLE_CLOSED, judgement->disclosed.received_at };
    const char *refused = cdi_deed_refused(incident, report, n, &then);
    if (refused != NULL)
        return refused;
    *seen = move(*seen, deed->verb);
    enum cdi_lifecycle to = move(view->lifecycle, deed->verb);
    if (to != view->lifecycle) {
        view->owner = deed->by;
        view->acknowledged_until = runs_until(&judgement->timed, deed->at);
    }
    view->lifecycle = to;
    if (deed->verb == CDI_VERB_ASSIGN)
        view->owner = deed->assign_to;
    return NULL;
}

void cdi_lifecycle(const struct cdi_incident_case *incident, uint32_t report, const struct cdi_judgement *judgement,
                   struct cdi_instant now, const char **refused, struct cdi_lifecycle_view *view)
{
    enum cdi_state state = judgement->compared.state;
    bool settled = state == CDI_STATE_SATISFIED || state == CDI_STATE_CLEARED || state == CDI_STATE_NOT_DISCLOSED;
    struct cdi_instant settled_at = settled ? judgement->compared.answered_at : CDI_INSTANT_NONE;
    enum cdi_lifecycle seen = CDI_LIFECYCLE_CLEARED_UNSEEN;
    *view = (struct cdi_lifecycle_view){ .lifecycle = CDI_LIFECYCLE_NEW, .acknowledged_until = CDI_INSTANT_NONE,
                                         .wake_at = CDI_INSTANT_NONE, .refused = refused };
    for (size_t i = 0; i < incident->deed_count; i++) {
        const struct cdi_deed *deed = &incident->deeds[i];
        refused[i] = NULL;
        if (deed->counts_for != report)
            continue;
        if (deed->inherited) {
            inherit(deed, view);
            continue;
        }
        expire(view, settled_at, deed->at);
        refused[i] = act(incident, report, i, judgement, settled_at, settled, &seen, view);
    }
    expire(view, settled_at, now);
    if (state == CDI_STATE_SUPERSEDED) {
        view->lifecycle = CDI_LIFECYCLE_CLOSED; /* what is to be seen is seen in the report that took its place */
    } else if (settled) {
        if (!cdi_instant_said(settled_at) || cdi_instant_before(view->acknowledged_until, settled_at))
            view->wake_at = view->acknowledged_until;   /* settled after now, or only watched: that one expires is counted still */
        view->lifecycle = seen;
        view->acknowledged_until = CDI_INSTANT_NONE;
    } else {
        view->wake_at = view->acknowledged_until;
    }
}
