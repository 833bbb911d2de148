/* Which unit of a report takes which of the crimes that name its log, now and before some of them changed. */
#include "core/link.h"

#include <string.h>

struct cdi_instant cdi_link_answers_from(const struct cdi_tables *tables, const struct cdi_unit *unit, const struct cdi_crime *crime)
{
    struct cdi_crime then;
    struct cdi_instant changed = cdi_crime_formerly(crime, &then), at = cdi_crime_recorded_at(crime);
    bool fitted = !cdi_instant_said(changed) || cdi_crime_standing(tables, &then) != CDI_STANDING_COUNTS ||
                  cdi_link_fit(tables, unit, &then) < CDI_FIT_LESSER;
    return fitted ? at : cdi_instant_later(at, changed);
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

void cdi_link_answer(const struct cdi_tables *tables, const struct cdi_candidate *sorted, struct cdi_linked *linked, size_t l,
                     struct cdi_unit *unit)
{
    struct cdi_link *link = &linked->links[l];
    link->allocated = true;
    unit->answered_by = (uint8_t)l;
    unit->answered_at = link->standing == CDI_STANDING_COUNTS ? cdi_link_answers_from(tables, unit, sorted[l].crime)
                                                              : link->recorded_at;
}

/* R3, within one report: each unit takes the best crime left, best fit first; ties by unit, then crime.  What only the parent
 * knows of comes after what the log itself does. */
static void answer_units(const struct cdi_tables *tables, const struct cdi_incident *incident,
                         const struct cdi_claimant *of, const struct cdi_candidate *sorted, bool inherited)
{
    for (int fit = CDI_FIT_CLASS_VICTIM; fit < CDI_FIT_LESSER; fit++)
        for (size_t u = 0; u < of->due->count; u++)
            for (size_t l = 0; of->due->units[u].answered_by == CDI_UNANSWERED && l < of->linked->link_count; l++) {
                const struct cdi_link *link = &of->linked->links[l];
                if (sorted[l].inherited != inherited || link->allocated ||
                    cdi_link_named_fit(tables, incident, of->disclosed, &sorted[l], link, &of->due->units[u]) !=
                        (enum cdi_fit)fit ||
                    (link->standing == CDI_STANDING_N100 && cdi_link_pair_explained(sorted, of->linked, l)))
                    continue;
                cdi_link_answer(tables, sorted, of->linked, l, &of->due->units[u]);
            }
}

void cdi_link_explain(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_claimant *of,
                      const struct cdi_candidate *sorted)
{
    for (size_t u = 0; u < of->due->count; u++)
        for (size_t l = 0; of->due->units[u].answered_by != CDI_UNANSWERED && l < of->linked->link_count; l++) {
            const struct cdi_link *link = &of->linked->links[l];
            struct cdi_unit *unit = &of->due->units[u];
            if (link->standing != CDI_STANDING_N100 || link->allocated || sorted[l].inherited ||
                cdi_link_named_fit(tables, incident, of->disclosed, &sorted[l], link, unit) == CDI_FIT_LESSER ||
                !cdi_instant_before(link->recorded_at, unit->answered_at))
                continue;
            unit->answered_at = link->recorded_at;
            unit->explained = true;
        }
}

size_t cdi_link_as_they_were(const struct cdi_tables *tables, struct cdi_candidate *sorted, struct cdi_linked *linked,
                             struct cdi_former *former)
{
    size_t changed = 0;
    for (size_t i = 0; i < linked->link_count; i++) {
        struct cdi_link *link = &linked->links[i];
        enum cdi_standing standing = link->standing;
        former->until[i] = standing == CDI_STANDING_WITHDRAWN ? link->ended_at : CDI_INSTANT_NONE;
        if (former->count < CDI_FORMER_MAX) {
            struct cdi_instant at = cdi_crime_formerly(sorted[i].crime, &former->crimes[former->count]);
            if (cdi_instant_said(at)) {
                sorted[i].crime = &former->crimes[former->count++];
                standing = cdi_crime_standing(tables, sorted[i].crime);
                former->until[i] = cdi_instant_earlier(former->until[i], at);
            }
        }
        if (standing == CDI_STANDING_WITHDRAWN)
            standing = link->n100 != CDI_REASON_NONE ? CDI_STANDING_N100 : CDI_STANDING_COUNTS;
        link->standing = standing;
        changed += cdi_instant_said(former->until[i]);
    }
    return changed;
}

void cdi_link_look_back(const struct cdi_disclosed *disclosed, const struct cdi_due *once, const struct cdi_former *former,
                        struct cdi_linked *linked)
{
    struct cdi_instant from = disclosed->received_at, until = CDI_INSTANT_NONE;
    for (size_t u = 0; u < once->count; u++) {
        if (once->units[u].answered_by == CDI_UNANSWERED)
            return;
        from = cdi_instant_later(from, linked->links[once->units[u].answered_by].recorded_at);
        until = cdi_instant_earlier(until, former->until[once->units[u].answered_by]);
    }
    if (!cdi_instant_said(until) || cdi_instant_before(until, from))
        return;
    linked->former_at = from;
    linked->withdrawn_at = until;
}

/* R8: had the crimes that were cancelled or recoded stood, would every unit have been answered, and from when until when? */
static void look_back(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_claimant *of,
                      const struct cdi_candidate *sorted)
{
    struct cdi_due due = *of->due;
    struct cdi_linked then = *of->linked;
    struct cdi_candidate before[CDI_LINKS_MAX];
    struct cdi_former former = { .count = 0 };
    struct cdi_claimant once = *of;
    once.due = &due;
    once.linked = &then;
    memcpy(before, sorted, then.link_count * sizeof *before);
    if (cdi_link_as_they_were(tables, before, &then, &former) == 0)
        return;
    answer_units(tables, incident, &once, before, false);
    answer_units(tables, incident, &once, before, true);
    cdi_link_look_back(of->disclosed, &due, &former, of->linked);
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
    bool shown[CDI_LINKS_MAX];
    const struct cdi_claimant *only = &claimants[0];
    if (count != 1) {
        cdi_link_share(tables, incident, claimants, count);
        return;
    }
    cdi_link_take(tables, only, sorted);
    look_back(tables, incident, only, sorted);
    answer_units(tables, incident, only, sorted, false);
    answer_units(tables, incident, only, sorted, true);
    cdi_link_explain(tables, incident, only, sorted);
    for (size_t l = 0; l < only->linked->link_count; l++)       /* R20: of the parent's, what answers something */
        shown[l] = !sorted[l].inherited || only->linked->links[l].allocated;
    cdi_link_keep_some(only, shown);
}
