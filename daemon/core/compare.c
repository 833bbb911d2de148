#include "core/compare.h"

#include "core/decisions.h"
#include "core/link.h"

/* What the links leave of the units. */
struct balance {
    uint8_t answered, unsure, without_crime;    /* unsure: by a scored link where a human must confirm (R19) */
    struct cdi_instant sure_at, latest_at;      /* last answer among the sure ones; among all */
};

static struct balance weigh(const struct cdi_disclosed *disclosed, const struct cdi_due *due, const struct cdi_linked *linked)
{
    struct balance balance = { .sure_at = disclosed->received_at, .latest_at = disclosed->received_at };
    for (size_t u = 0; u < due->count; u++) {
        if (due->units[u].answered_by == CDI_UNANSWERED)
            continue;
        const struct cdi_link *link = &linked->links[due->units[u].answered_by];
        balance.answered++;
        balance.latest_at = cdi_instant_later(balance.latest_at, due->units[u].answered_at);
        if (cdi_link_unconfirmed(disclosed, link)) {
            balance.unsure++;
            continue;
        }
        balance.sure_at = cdi_instant_later(balance.sure_at, due->units[u].answered_at);
        if (link->standing != CDI_STANDING_COUNTS)
            balance.without_crime++;
    }
    return balance;
}

static bool something_recorded(const struct cdi_linked *linked)
{
    for (size_t i = 0; i < linked->link_count; i++)
        if (linked->links[i].standing == CDI_STANDING_COUNTS)
            return true;
    return false;
}

static bool something_left_over(const struct cdi_linked *linked)
{
    for (size_t i = 0; i < linked->link_count; i++)
        if (linked->links[i].standing == CDI_STANDING_COUNTS && !linked->links[i].allocated)
            return true;
    return false;
}

static bool recorded_as(const struct cdi_linked *linked, uint16_t offence)
{
    for (size_t i = 0; i < linked->link_count; i++)
        if (linked->links[i].standing == CDI_STANDING_COUNTS && linked->links[i].offence == offence)
            return true;
    return false;
}

/* R6: any crime of the conduct family satisfies, marked where stalking is due and only another was recorded. */
static uint32_t class_mark(const struct cdi_tables *tables, const struct cdi_due *due, const struct cdi_linked *linked)
{
    for (size_t u = 0; u < due->count; u++) {
        uint8_t by = due->units[u].answered_by;
        const struct cdi_offence *offence = &tables->offences[due->units[u].offence];
        if (by != CDI_UNANSWERED && linked->links[by].standing == CDI_STANDING_COUNTS && cdi_text_is(offence->klass, "8Q") &&
            !recorded_as(linked, due->units[u].offence))
            return UINT32_C(1) << CDI_MARK_CLASS;
    }
    return 0;
}

#define LATENESS (UINT32_C(1) << CDI_MARK_LATE_WITHOUT_RATIONALE | UINT32_C(1) << CDI_MARK_LATE_WITHOUT_OVERSIGHT)

/* What must be seen of the crimes that name the log, whatever became of the report; a request only while nothing better is
 * there. */
static uint32_t link_marks(const struct cdi_linked *linked, enum cdi_state state)
{
    uint32_t marks = linked->marks;
    for (size_t i = 0; i < linked->link_count; i++)
        marks |= linked->links[i].marks & ~LATENESS;
    if (state == CDI_STATE_SATISFIED || state == CDI_STATE_CLEARED)
        marks &= ~(UINT32_C(1) << CDI_MARK_REQUESTED);
    return marks;
}

/* A crime of a lesser kind that came just in time, and answers nothing. */
static uint32_t lesser_in_haste(const struct cdi_disclosed *disclosed, const struct cdi_linked *linked)
{
    for (size_t i = 0; i < linked->link_count; i++)
        if (linked->links[i].standing == CDI_STANDING_COUNTS && !linked->links[i].allocated &&
            cdi_link_shortly_before(disclosed, linked->links[i].recorded_at))
            return UINT32_C(1) << CDI_MARK_PLACEHOLDER;
    return 0;
}

/* A crime cancelled without what its cancellation needs is no answer: the report is open again (R7). */
static enum cdi_state unanswered_state(const struct cdi_linked *linked, const struct cdi_clearing *clearing)
{
    if (something_recorded(linked))
        return CDI_STATE_MATCHED_UNVERIFIED;
    return clearing->given && clearing->reason != CDI_REASON_NONE ? CDI_STATE_INCOMPLETE_CLEAR : CDI_STATE_OPEN;
}

/* What answered once, by crimes and by a reason; NONE where it did not.  What ended before there was a report answered nothing. */
static void look_back(const struct cdi_disclosed *disclosed, const struct cdi_spells *spells, const struct cdi_clearing *clearing,
                      struct cdi_once (*once)[CDI_ONCE_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < clearing->once_count; i++)
        if (cdi_instant_before(disclosed->received_at, clearing->once[i].until))
            (*once)[count++] = clearing->once[i];
    for (size_t i = 0; i < spells->count; i++)
        (*once)[count++] = spells->items[i];
    while (count < CDI_ONCE_MAX)
        (*once)[count++] = (struct cdi_once){ CDI_INSTANT_NONE, CDI_INSTANT_NONE };
}

/* R15: an N100 that clears the report is checked and reviewed from its recording, or from the decision that names it. */
static struct cdi_instant n100_since(const struct cdi_due *due, const struct cdi_linked *linked, const struct cdi_clearing *clearing)
{
    struct cdi_instant at = CDI_INSTANT_NONE;
    for (size_t u = 0; u < due->count; u++) {
        uint8_t by = due->units[u].answered_by;
        if (by != CDI_UNANSWERED && linked->links[by].standing == CDI_STANDING_N100)
            at = cdi_instant_later(at, linked->links[by].recorded_at);
    }
    bool decided = clearing->complete && cdi_reason_is_n100(clearing->reason);
    return cdi_instant_said(at) || !decided ? at : clearing->at;
}

void cdi_compare(const struct cdi_tables *tables, const struct cdi_disclosed *disclosed, const struct cdi_due *due,
                 const struct cdi_linked *linked, const struct cdi_clearing *clearing, struct cdi_compared *compared)
{
    *compared = (struct cdi_compared){ .state = CDI_STATE_NOT_DISCLOSED, .due = due->count, .answered_at = CDI_INSTANT_NONE,
                                       .unsure_at = CDI_INSTANT_NONE, .n100_at = CDI_INSTANT_NONE };
    look_back(disclosed, &linked->spells, clearing, &compared->once);
    look_back(disclosed, &linked->unsure_spells, clearing, &compared->unsure_once);
    if (!disclosed->likely || due->count == 0)
        return;
    struct balance balance = weigh(disclosed, due, linked);
    bool all = balance.answered == due->count, sure = all && balance.unsure == 0;
    compared->recorded = (uint8_t)(balance.answered - balance.without_crime);    /* an N100 is no recorded crime */
    compared->lesser_family = !all && something_left_over(linked);
    compared->marks = clearing->marks | class_mark(tables, due, linked);
    if (sure)
        compared->answered_at = balance.sure_at;
    if (all)
        compared->unsure_at = balance.latest_at;
    if (clearing->complete) {                   /* the earlier of both ended the clock */
        struct cdi_instant cleared_at = cdi_instant_later(clearing->at, disclosed->received_at);
        compared->answered_at = cdi_instant_earlier(compared->answered_at, cleared_at);
        compared->unsure_at = cdi_instant_earlier(compared->unsure_at, cleared_at);
    }
    if (cdi_instant_said(clearing->unsure_at))
        compared->unsure_at = cdi_instant_later(clearing->unsure_at, disclosed->received_at);
    if (sure)
        compared->state = balance.without_crime == 0 ? CDI_STATE_SATISFIED : CDI_STATE_CLEARED;
    else
        compared->state = clearing->complete ? CDI_STATE_CLEARED : unanswered_state(linked, clearing);
    if (compared->state == CDI_STATE_CLEARED)
        compared->n100_at = n100_since(due, linked, clearing);
    compared->marks |= link_marks(linked, compared->state) | (all ? 0 : lesser_in_haste(disclosed, linked));
    if (((all && !sure) || cdi_instant_said(clearing->unsure_at)) && !clearing->complete)
        compared->marks |= UINT32_C(1) << CDI_MARK_UNSURE;
}
