/* Which unit of a report takes which of the crimes that name its log, now and before some of them changed. */
#include "core/link.h"

#include <string.h>

/* From when it answers, at each change in their order: a cancellation is a gap, and no other beginning. */
static void note_from(struct cdi_instant *from, enum cdi_standing standing, bool fits, struct cdi_instant at)
{
    if (standing != CDI_STANDING_WITHDRAWN && standing != CDI_STANDING_NONE)
        *from = !fits ? CDI_INSTANT_NONE : cdi_instant_said(*from) ? *from : at;
}

struct cdi_instant cdi_link_answers_from(const struct cdi_tables *tables, const struct cdi_unit *unit, const struct cdi_crime *crime)
{
    struct cdi_instant recorded = cdi_crime_recorded_at(crime), from = CDI_INSTANT_NONE;
    struct cdi_crime then;
    if (!cdi_instant_said(cdi_crime_next_turn(crime, recorded)))
        return recorded;
    for (struct cdi_instant at = recorded; cdi_instant_said(at); at = cdi_crime_next_turn(crime, at)) {
        enum cdi_standing standing = cdi_crime_standing_by(tables, crime, at, &then);
        note_from(&from, standing, standing == CDI_STANDING_COUNTS && cdi_link_fit(tables, unit, &then) < CDI_FIT_LESSER, at);
    }
    return cdi_instant_said(from) ? from : recorded;
}

/* The crime as it stood at that time.  True: it was of another class or code, and is in `then`; NULL: no room, it is taken as it is. */
static bool stand_as_then(const struct cdi_tables *tables, struct cdi_candidate *candidate, struct cdi_link *link,
                          struct cdi_instant at, struct cdi_crime *then)
{
    struct cdi_crime stood;
    if (cdi_instant_before(at, link->recorded_at)) {
        link->standing = CDI_STANDING_NONE;
        return false;
    }
    if (link->standing == CDI_STANDING_WITHDRAWN && !cdi_instant_before(at, link->ended_at))
        return false;                           /* a duplicate may be spent before it was cancelled (R7) */
    link->standing = cdi_crime_standing_by(tables, candidate->crime, at, &stood);
    bool changed = !cdi_text_same(stood.klass.text, candidate->crime->klass.text) ||
                   !cdi_text_same(stood.code.text, candidate->crime->code.text);
    if (!changed || then == NULL)
        return false;
    *then = stood;
    candidate->crime = then;
    return true;
}

static const struct cdi_person *first_of(const struct cdi_crime *crime, enum cdi_person_role role)
{
    for (size_t i = 0; i < crime->person_count; i++)
        if (crime->persons[i].role == role)
            return &crime->persons[i];
    return NULL;
}

static bool same_in_role(const struct cdi_crime *a, const struct cdi_crime *b, enum cdi_person_role role)
{
    const struct cdi_person *x = first_of(a, role), *y = first_of(b, role);
    return x != NULL && y != NULL && cdi_person_same(x, y);
}

bool cdi_link_pair_explained(const struct cdi_candidate *sorted, const struct cdi_linked *linked, size_t n100)
{
    for (size_t l = 0; l < linked->link_count; l++)
        if (l != n100 && linked->links[l].allocated && linked->links[l].standing == CDI_STANDING_N100 &&
            same_in_role(sorted[l].crime, sorted[n100].crime, CDI_PERSON_ROLE_VICTIM) &&
            same_in_role(sorted[l].crime, sorted[n100].crime, CDI_PERSON_ROLE_SUSPECT))
            return true;
    return false;
}

/* Its recording, or when it became what answers: what had no class, or an N100 that explained nothing, was no answer until then. */
static struct cdi_instant answers_at(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_claimant *of,
                                     const struct cdi_candidate *sorted, size_t l, const struct cdi_unit *unit)
{
    struct cdi_instant recorded = of->linked->links[l].recorded_at, from = CDI_INSTANT_NONE;
    if (!cdi_instant_said(cdi_crime_next_turn(sorted[l].crime, recorded)))
        return recorded;
    for (struct cdi_instant at = recorded; cdi_instant_said(at); at = cdi_crime_next_turn(sorted[l].crime, at)) {
        struct cdi_candidate candidate = sorted[l];
        struct cdi_link link = of->linked->links[l];
        struct cdi_crime then;
        stand_as_then(tables, &candidate, &link, at, &then);
        note_from(&from, link.standing, cdi_link_named_fit(tables, incident, of->disclosed, &candidate, &link, unit) != CDI_FIT_LESSER, at);
    }
    return cdi_instant_said(from) ? from : recorded;
}

void cdi_link_answer(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_claimant *of,
                     const struct cdi_candidate *sorted, size_t l, struct cdi_unit *unit)
{
    of->linked->links[l].allocated = true;
    unit->answered_by = (uint8_t)l;
    unit->answered_at = answers_at(tables, incident, of, sorted, l, unit);
}

/* A crime for a unit, and since when. */
struct answer { size_t l, u; struct cdi_instant at; enum cdi_fit fit; bool n100; };

/* A crime before what only explains that there is none, earlier before later; of one crime the unit that it fits best. */
static bool answers_before(const struct answer *a, const struct answer *b)
{
    if (a->n100 != b->n100)
        return !a->n100;
    if (a->at.ms != b->at.ms)
        return a->at.ms < b->at.ms;
    return a->l != b->l ? a->l < b->l : a->fit < b->fit;
}

/* False: none of the crimes that are left answers one of the units that are left. */
static bool answer_next(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_claimant *of,
                        const struct cdi_candidate *sorted, bool inherited)
{
    struct answer best = { .fit = CDI_FIT_LESSER };
    for (size_t l = 0; l < of->linked->link_count; l++) {
        const struct cdi_link *link = &of->linked->links[l];
        bool n100 = link->standing == CDI_STANDING_N100;
        if (link->allocated || sorted[l].inherited != inherited || (n100 && cdi_link_pair_explained(sorted, of->linked, l)))
            continue;
        for (size_t u = 0; u < of->due->count; u++) {
            const struct cdi_unit *unit = &of->due->units[u];
            if (unit->answered_by != CDI_UNANSWERED)
                continue;
            struct answer one = { l, u, answers_at(tables, incident, of, sorted, l, unit),
                                  cdi_link_named_fit(tables, incident, of->disclosed, &sorted[l], link, unit), n100 };
            if (one.fit != CDI_FIT_LESSER && (best.fit == CDI_FIT_LESSER || answers_before(&one, &best)))
                best = one;
        }
    }
    if (best.fit == CDI_FIT_LESSER)
        return false;
    cdi_link_answer(tables, incident, of, sorted, best.l, &of->due->units[best.u]);
    return true;
}

/* R3, within one report: in the order in which they began to answer, each crime takes the unit that it fits best, ties by unit.  So what
 * was answered in time stays so, whatever fits better and is recorded later (R10).  What only the parent knows of comes last. */
static void answer_units(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_claimant *of,
                         const struct cdi_candidate *sorted)
{
    while (answer_next(tables, incident, of, sorted, false))
        ;
    while (answer_next(tables, incident, of, sorted, true))
        ;
}

bool cdi_link_changed(const struct cdi_candidate *sorted, const struct cdi_linked *linked)
{
    for (size_t l = 0; l < linked->link_count; l++)
        if (sorted[l].inherited || linked->links[l].standing == CDI_STANDING_WITHDRAWN ||
            cdi_instant_said(cdi_crime_next_turn(sorted[l].crime, linked->links[l].recorded_at)))
            return true;
    return false;
}

struct cdi_instant cdi_link_next_change(const struct cdi_candidate *sorted, const struct cdi_linked *linked, struct cdi_instant last)
{
    struct cdi_instant next = CDI_INSTANT_NONE;
    for (size_t l = 0; l < linked->link_count; l++) {
        const struct cdi_link *link = &linked->links[l];
        const struct cdi_instant changes[] = { link->recorded_at,
                                               cdi_crime_next_turn(sorted[l].crime, cdi_instant_later(last, link->recorded_at)),
                                               link->standing == CDI_STANDING_WITHDRAWN ? link->ended_at : CDI_INSTANT_NONE };
        for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
            if (cdi_instant_said(changes[i]) && cdi_instant_before(last, changes[i]))
                next = cdi_instant_earlier(next, changes[i]);
    }
    return next;
}

void cdi_link_as_they_were(const struct cdi_tables *tables, struct cdi_candidate *sorted, struct cdi_linked *linked,
                           struct cdi_instant at, struct cdi_former *former)
{
    for (size_t l = 0; l < linked->link_count; l++) {
        struct cdi_crime *then = former->count < CDI_FORMER_MAX ? &former->crimes[former->count] : NULL;
        former->count += stand_as_then(tables, &sorted[l], &linked->links[l], at, then);
    }
}

void cdi_link_note_since(uint32_t open, size_t count, struct cdi_instant at, struct cdi_instant *since)
{
    for (size_t u = 0; u < count; u++)
        since[u] = (open & UINT32_C(1) << u) != 0 ? CDI_INSTANT_NONE : cdi_instant_said(since[u]) ? since[u] : at;
}

void cdi_link_date(const struct cdi_claimant *of, const struct cdi_instant *since)
{
    struct cdi_instant due_at = cdi_due_at(of->disclosed->received_at);
    for (size_t u = 0; u < of->due->count; u++) {
        struct cdi_unit *unit = &of->due->units[u];
        if (unit->answered_by == CDI_UNANSWERED || !cdi_instant_said(since[u]))
            continue;
        unit->explained = unit->explained || (cdi_in_time(since[u], due_at) && cdi_instant_before(since[u], unit->answered_at));
        unit->answered_at = since[u];
    }
}

/* R8, R10, R15: with the crimes as they stood each time that one changed, was every unit answered, and each from when? */
static void look_back(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_claimant *of,
                      const struct cdi_candidate *sorted, struct cdi_instant *since)
{
    struct cdi_instant last = CDI_INSTANT_NONE, at = CDI_INSTANT_NONE;
    for (size_t u = 0; u < CDI_UNITS_MAX; u++)
        since[u] = CDI_INSTANT_NONE;
    bool changed = cdi_link_changed(sorted, of->linked);
    while ((changed || of->linked->link_count > 1) &&
           cdi_instant_said(at = cdi_link_next_change(sorted, of->linked, last))) {
        struct cdi_due due = *of->due;
        struct cdi_linked then = *of->linked;
        struct cdi_candidate before[CDI_LINKS_MAX];
        struct cdi_former former = { .count = 0 };
        struct cdi_claimant once = *of;
        once.due = &due;
        once.linked = &then;
        memcpy(before, sorted, then.link_count * sizeof *before);
        cdi_link_as_they_were(tables, before, &then, at, &former);
        answer_units(tables, incident, &once, before);
        cdi_link_note_since(cdi_link_open_units(&due), due.count, at, since);
        if (changed)
            cdi_link_look_back(of->disclosed, &due, at, of->linked);
        last = at;
    }
    if (changed)
        cdi_link_looked_back(of->linked, last);
}

void cdi_link_keep_some(const struct cdi_claimant *of, const bool *shown)
{
    struct cdi_linked *linked = of->linked;
    uint8_t moved[CDI_LINKS_MAX], kept = 0;
    for (size_t l = 0; l < linked->link_count; l++) {
        moved[l] = kept;
        if (shown[l])
            linked->links[kept++] = linked->links[l];
    }
    linked->link_count = kept;
    for (size_t u = 0; u < of->due->count; u++)
        if (of->due->units[u].answered_by != CDI_UNANSWERED)
            of->due->units[u].answered_by = moved[of->due->units[u].answered_by];
}

void cdi_link_named(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_claimant *claimants,
                    size_t count)
{
    struct cdi_candidate sorted[CDI_LINKS_MAX];
    struct cdi_instant since[CDI_UNITS_MAX];
    bool shown[CDI_LINKS_MAX];
    const struct cdi_claimant *only = &claimants[0];
    if (count != 1 || cdi_instant_said(incident->settled.until)) {      /* told anew: other reports were told before */
        cdi_link_share(tables, incident, claimants, count);
        return;
    }
    cdi_link_take(tables, only, sorted);
    look_back(tables, incident, only, sorted, since);
    answer_units(tables, incident, only, sorted);
    cdi_link_date(only, since);
    for (size_t l = 0; l < only->linked->link_count; l++)       /* R20: of the parent's, what answers something */
        shown[l] = !sorted[l].spent && (!sorted[l].inherited || only->linked->links[l].allocated);
    cdi_link_keep_some(only, shown);
}
