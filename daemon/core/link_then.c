/* R8: when a report was answered by crimes some of which have been cancelled or recoded since; by those that name its log alone, and
 * by what is only like it beside them. */
#include "core/link.h"

static struct cdi_once *lasting(struct cdi_spells *spells)
{
    struct cdi_once *last = spells->count == 0 ? NULL : &spells->items[spells->count - 1];
    return last != NULL && !cdi_instant_said(last->until) ? last : NULL;
}

static void end(struct cdi_spells *spells, struct cdi_instant at)
{
    struct cdi_once *spell = lasting(spells);
    if (spell == NULL)
        return;
    spell->until = at;
    if (!cdi_instant_before(spell->from, at))
        spells->count--;
}

/* False: no room. */
static bool go_on(struct cdi_spells *spells, bool answered, struct cdi_instant at, struct cdi_instant received_at)
{
    if (!answered)
        end(spells, at);
    if (!answered || lasting(spells) != NULL)
        return true;
    if (spells->count == CDI_SPELLS_MAX)
        return false;
    spells->items[spells->count++] = (struct cdi_once){ cdi_instant_later(at, received_at), CDI_INSTANT_NONE };
    return true;
}

uint32_t cdi_link_open_units(const struct cdi_due *due)
{
    uint32_t open = 0;
    for (size_t u = 0; u < due->count; u++)
        if (due->units[u].answered_by == CDI_UNANSWERED)
            open |= UINT32_C(1) << u;
    return open;
}

void cdi_link_look_back(const struct cdi_disclosed *disclosed, const struct cdi_due *then, struct cdi_instant at,
                        struct cdi_linked *linked)
{
    uint32_t open = cdi_link_open_units(then);
    if (!go_on(&linked->spells, open == 0, at, disclosed->received_at))
        linked->truncated = true;
    if (linked->then_count != 0 && linked->then[linked->then_count - 1].open == open)
        return;
    if (linked->then_count == CDI_THEN_MAX)
        linked->truncated = true;
    else
        linked->then[linked->then_count++] = (struct cdi_then){ at, open };
}

void cdi_link_looked_back(struct cdi_linked *linked, struct cdi_instant last)
{
    end(&linked->spells, last);
    linked->unsure_spells = linked->spells;
    linked->changed_at = last;
}

/* ---- beside what is only like it ---- */

/* What the report has got by likeness, in the order in which it did. */
struct alike {
    const struct cdi_tables *tables;
    const struct cdi_disclosed *disclosed;
    const struct cdi_pair *pairs;
    size_t count;
    const struct cdi_contender *contender;
};

static const struct cdi_pair *next_pair(const struct alike *alike, size_t *i)
{
    while (*i < alike->count) {
        const struct cdi_pair *pair = &alike->pairs[(*i)++];
        if (pair->answers && pair->contender == alike->contender)
            return pair;
    }
    return NULL;
}

/* Of the open units the crime, as it was then, takes the one that it fits best; returns which are left. */
static uint32_t take_one(const struct alike *alike, const struct cdi_pair *pair, struct cdi_instant at, uint32_t open)
{
    struct cdi_crime then;
    enum cdi_fit best = CDI_FIT_LESSER;
    uint32_t taken = 0;
    if (cdi_instant_before(at, pair->link.recorded_at) ||
        cdi_crime_standing_by(alike->tables, pair->crime, at, &then) != CDI_STANDING_COUNTS)
        return open;
    for (size_t u = 0; u < alike->contender->due->count; u++) {
        enum cdi_fit fit = cdi_link_scored_fit(alike->tables, pair, &then, &alike->contender->due->units[u]);
        if ((open & UINT32_C(1) << u) != 0 && fit < best) {
            best = fit;
            taken = UINT32_C(1) << u;
        }
    }
    return open & ~taken;
}

static const struct cdi_link *answer_of(const struct alike *alike, const struct cdi_unit *unit)
{
    return unit->answered_by == CDI_UNANSWERED ? NULL : &alike->contender->linked->links[unit->answered_by];
}

static bool answered_by_name(const struct alike *alike, const struct cdi_unit *unit)
{
    const struct cdi_link *link = answer_of(alike, unit);
    return link != NULL && link->how != CDI_HOW_SCORED;
}

static bool is_sure(const struct alike *alike, const struct cdi_unit *unit)
{
    const struct cdi_link *link = answer_of(alike, unit);
    return link != NULL && !cdi_link_unconfirmed(alike->disclosed, link);
}

/* Where none of the crimes that name the log changed, what they answer they have answered since. */
static uint32_t open_by_name(const struct alike *alike, struct cdi_instant at)
{
    const struct cdi_linked *linked = alike->contender->linked;
    const struct cdi_due *due = alike->contender->due;
    uint32_t open = (UINT32_C(1) << due->count) - 1;
    for (size_t i = 0; i < linked->then_count && !cdi_instant_before(at, linked->then[i].at); i++)
        open = linked->then[i].open;
    for (size_t u = 0; linked->then_count == 0 && u < due->count; u++)
        if (answered_by_name(alike, &due->units[u]) && !cdi_instant_before(at, due->units[u].answered_at))
            open &= ~(UINT32_C(1) << u);
    return open;
}

static uint32_t left_open(const struct alike *alike, struct cdi_instant at, bool unsure)
{
    uint32_t open = open_by_name(alike, at);
    const struct cdi_pair *pair;
    for (size_t i = 0; (pair = next_pair(alike, &i)) != NULL;)
        if (unsure || !cdi_link_unconfirmed(alike->disclosed, &pair->link))
            open = take_one(alike, pair, at, open);
    return open;
}

static struct cdi_instant next_of(struct cdi_instant next, struct cdi_instant at, struct cdi_instant last)
{
    return cdi_instant_said(at) && cdi_instant_before(last, at) ? cdi_instant_earlier(next, at) : next;
}

/* When one of the crimes changed, the first after `last`; NONE: no more. */
static struct cdi_instant next_change(const struct alike *alike, struct cdi_instant last)
{
    const struct cdi_linked *linked = alike->contender->linked;
    const struct cdi_due *due = alike->contender->due;
    struct cdi_instant next = linked->then_count == 0 ? CDI_INSTANT_NONE : next_of(CDI_INSTANT_NONE, linked->changed_at, last);
    const struct cdi_pair *pair;
    for (size_t i = 0; i < linked->then_count; i++)
        next = next_of(next, linked->then[i].at, last);
    for (size_t u = 0; linked->then_count == 0 && u < due->count; u++)
        if (answered_by_name(alike, &due->units[u]))
            next = next_of(next, due->units[u].answered_at, last);
    for (size_t i = 0; (pair = next_pair(alike, &i)) != NULL;) {
        next = next_of(next, pair->link.recorded_at, last);
        next = next_of(next, cdi_crime_next_turn(pair->crime, cdi_instant_later(last, pair->link.recorded_at)), last);
    }
    return next;
}

static void look_back(const struct alike *alike, bool unsure, struct cdi_spells *spells, struct cdi_instant since[CDI_UNITS_MAX])
{
    struct cdi_instant last = CDI_INSTANT_NONE, at;
    spells->count = 0;
    for (size_t u = 0; u < CDI_UNITS_MAX; u++)
        since[u] = CDI_INSTANT_NONE;
    while (cdi_instant_said(at = next_change(alike, last))) {
        uint32_t open = left_open(alike, at, unsure);
        cdi_link_note_since(open, alike->contender->due->count, at, since);
        if (!go_on(spells, open == 0, at, alike->disclosed->received_at))
            alike->contender->linked->truncated = true;
        last = at;
    }
    end(spells, last);
}

/* Something is by likeness, and it or what names the log is not as it was from the first. */
static bool changed(const struct alike *alike)
{
    const struct cdi_pair *pair;
    bool any = false, changed = alike->contender->linked->then_count != 0;
    for (size_t i = 0; (pair = next_pair(alike, &i)) != NULL;) {
        any = true;
        changed = changed || pair->once || cdi_instant_said(cdi_crime_next_turn(pair->crime, pair->link.recorded_at));
    }
    return any && changed;
}

void cdi_link_look_back_alike(const struct cdi_tables *tables, const struct cdi_disclosed *disclosed, const struct cdi_pair *pairs,
                              size_t count, const struct cdi_contender *contender)
{
    const struct alike alike = { tables, disclosed, pairs, count, contender };
    const struct cdi_claimant dated = { .disclosed = disclosed, .due = contender->due, .linked = contender->linked };
    struct cdi_instant since[CDI_UNITS_MAX], surely[CDI_UNITS_MAX];
    if (!changed(&alike))
        return;
    look_back(&alike, false, &contender->linked->spells, surely);
    look_back(&alike, true, &contender->linked->unsure_spells, since);
    for (size_t u = 0; u < contender->due->count; u++)
        if (is_sure(&alike, &contender->due->units[u]))
            since[u] = surely[u];               /* whatever a human would have had to confirm before */
    cdi_link_date(&dated, since);
}
