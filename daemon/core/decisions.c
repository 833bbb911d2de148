#include "core/decisions.h"

#include <string.h>

#include "core/merge.h"
#include "core/registers.h"

static uint32_t fields_said(const struct cdi_disposal *disposal)
{
    uint32_t said = 0;
    for (size_t i = 0; i < CDI_DISPOSAL_MEMBERS; i++)
        said |= (uint32_t)cdi_instant_said(disposal->field_at[i]) << i;
    return said;
}

/* What is said, and not when. */
static int content_order(const struct cdi_disposal *a, const struct cdi_disposal *b)
{
    uint32_t ours = fields_said(a), theirs = fields_said(b);
    int order = cdi_text_compare(a->reason, b->reason);
    if (order == 0 && ours != theirs)
        order = ours < theirs ? -1 : 1;
    for (size_t i = 0; order == 0 && i < CDI_DISPOSAL_MEMBERS; i++)
        if ((ours >> i & 1) != 0)
            order = cdi_disposal_member_compare(a, b, i);
    return order;
}

static int decision_order(const struct cdi_disposal *a, const struct cdi_disposal *b)
{
    return a->said_at.ms != b->said_at.ms ? (a->said_at.ms < b->said_at.ms ? -1 : 1) : content_order(a, b);
}

/* The earliest of each content, in order.  One more than are kept is a mark, whichever of them it is: so no order of messages matters. */
static bool join(struct cdi_incident *into, const struct cdi_disposal *said, struct cdi_scratch *scratch)
{
    size_t count = into->decision_count, old = 0, kept = 0;
    while (old < count && content_order(&into->decisions[old], said) != 0)
        old++;
    bool too_many = old == count && count == CDI_DECISIONS_MAX, news = too_many && !into->truncated;
    into->truncated = into->truncated || too_many;
    if (old < count ? !cdi_instant_before(said->said_at, into->decisions[old].said_at)
                    : too_many && decision_order(said, &into->decisions[count - 1]) > 0)
        return news;
    struct cdi_disposal *grown = cdi_scratch_take(scratch, (count + 1) * sizeof *grown);
    bool placed = false;
    for (size_t i = 0; i < count; i++) {
        if (!placed && decision_order(said, &into->decisions[i]) < 0) {
            grown[kept++] = *said;
            placed = true;
        }
        if (i != old)
            grown[kept++] = into->decisions[i];
    }
    if (!placed)
        grown[kept++] = *said;
    into->decisions = grown;
    into->decision_count = (uint8_t)(kept < CDI_DECISIONS_MAX ? kept : CDI_DECISIONS_MAX);
    return true;
}

bool cdi_decisions_of_incident(struct cdi_incident *into, const struct cdi_incident *message, struct cdi_scratch *scratch)
{
    bool changed = false;
    for (size_t i = 0; i < message->decision_count; i++)
        changed |= join(into, &message->decisions[i], scratch);
    if (message->decision_count == 0 && cdi_instant_said(message->disposal.said_at))
        changed = join(into, &message->disposal, scratch);
    return changed;
}

bool cdi_decisions_same(const struct cdi_incident *a, const struct cdi_incident *b)
{
    if (a->decision_count != b->decision_count)
        return false;
    for (size_t i = 0; a->decisions != b->decisions && i < a->decision_count; i++)
        if (decision_order(&a->decisions[i], &b->decisions[i]) != 0)
            return false;
    return true;
}

void cdi_disposal_of_reason(struct cdi_disposal *disposal, struct cdi_instant first)
{
    if (!cdi_instant_said(disposal->cut_at) || !cdi_instant_before(disposal->cut_at, first))
        return;
    for (size_t i = 0; i < CDI_DISPOSAL_MEMBERS; i++)
        if (cdi_instant_before(disposal->field_at[i], first)) {
            cdi_disposal_member_empty(disposal, i);
            disposal->field_at[i] = CDI_INSTANT_NONE;
        }
}

/* When its reason was first said. */
static struct cdi_instant first_said(const struct cdi_disposal *decisions, struct cdi_text reason)
{
    while (!cdi_text_same(decisions->reason, reason))
        decisions++;
    return decisions->said_at;
}

size_t cdi_decisions_before(const struct cdi_incident *log, struct cdi_undone *before)
{
    struct cdi_disposal so_far;
    size_t count = 0;
    cdi_disposal_empty(&so_far);
    for (size_t i = 0; i + 1 < log->decision_count; i++) {
        cdi_merge_disposal(&so_far, &log->decisions[i]);
        if (!cdi_text_said(so_far.reason))
            continue;
        struct cdi_instant first = first_said(log->decisions, so_far.reason);
        struct cdi_disposal *stood = &before[count].disposal;
        before[count++] = (struct cdi_undone){ so_far, log->decisions[i + 1].said_at };
        if (cdi_instant_before(stood->cut_at, first))
            stood->said_at = first;             /* as cdi_reason_said_at() has it */
        cdi_disposal_of_reason(stood, first);
    }
    return count;
}

/* ---- packed ---- */

bool cdi_decisions_told(const struct cdi_incident *incident)
{
    return incident->decision_count == 0 ||
           (incident->decision_count == 1 && cdi_instant_same(incident->decisions[0].said_at, incident->disposal.said_at));
}

/* Of one only the instant: all messages said the same. */
void cdi_put_decisions(struct cdi_writer *w, const struct cdi_incident *incident)
{
    cdi_put_number(w, incident->decision_count);
    if (incident->decision_count == 1)
        cdi_put_instant(w, incident->decisions[0].said_at);
    for (size_t i = 0; incident->decision_count > 1 && i < incident->decision_count; i++)
        cdi_put_disposal(w, &incident->decisions[i]);
}

static void said_then(struct cdi_disposal *disposal, struct cdi_instant at)
{
    disposal->said_at = at;
    for (size_t i = 0; i < CDI_DISPOSAL_MEMBERS; i++)
        disposal->field_at[i] = cdi_instant_said(disposal->field_at[i]) ? at : CDI_INSTANT_NONE;
}

static void get_all(struct cdi_reader *r, struct cdi_incident *incident)
{
    for (size_t i = 0; i < incident->decision_count; i++) {
        cdi_disposal_empty(&incident->decisions[i]);
        cdi_get_disposal(r, &incident->decisions[i]);
        r->failed = r->failed || !cdi_instant_said(incident->decisions[i].said_at) ||
                    (i > 0 && decision_order(&incident->decisions[i - 1], &incident->decisions[i]) >= 0);
    }
}

void cdi_get_decisions(struct cdi_reader *r, struct cdi_incident *incident, bool written)
{
    incident->decision_count = written ? (uint8_t)cdi_get_count(r, CDI_DECISIONS_MAX) : cdi_instant_said(incident->disposal.said_at);
    if (incident->decision_count == 0) {
        r->failed = r->failed || written;
        return;
    }
    incident->decisions = cdi_scratch_take(r->scratch, incident->decision_count * sizeof *incident->decisions);
    r->failed = r->failed || !cdi_instant_said(incident->disposal.said_at);     /* each was the disposal when it was given */
    if (incident->decision_count > 1) {
        get_all(r, incident);
        return;
    }
    incident->decisions[0] = incident->disposal;
    said_then(&incident->decisions[0], written ? cdi_get_instant(r) : incident->disposal.said_at);
    r->failed = r->failed || !cdi_instant_said(incident->decisions[0].said_at) ||       /* nothing is written that is told anyway */
                (written && !cdi_instant_before(incident->decisions[0].said_at, incident->disposal.said_at));
}
