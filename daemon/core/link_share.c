/* R3 among the reports of one log: a crime answers at most one unit due within the log, the earliest report of its family first, and
 * never a disclosure made after it was recorded.  Our reading:
 *   1. a crime that a human confirmed to one of the reports is for that one, or for the rape that it confirms (R15);
 *   2. crimes of a unit's family and victim come first, then of its family, then those that are principal over it;
 *   3. of them the one recorded first, which may answer the fewest disclosures; each goes to the earliest report that it answers;
 *   4. so a crime recorded later may take the place of another, which goes to the next report; but a unit is answered from when any
 *      crime first answered it, and has without a gap since: what was answered in time stays so (R10), what was not does not become so;
 *   5. what is told graver in a later report may be the same crime: what answers the one answers the other too, if it can;
 *   6. what the victim confirmed is a rape told before (R15): the crime that answers that answers this as well. */
#include <stdlib.h>

#include "core/link.h"

enum { SHARED_MAX = CDI_REPORTS_AT_ONCE * CDI_LINKS_MAX };

struct share {
    const struct cdi_tables *tables;
    const struct cdi_incident *incident;
    const struct cdi_claimant *claimants;
    size_t claimant_count;
    struct cdi_candidate (*sorted)[CDI_LINKS_MAX];      /* of each claimant: the candidate of each of its links */
    struct shared { const struct cdi_link *link; bool confirmed, taken; uint16_t of, once; } crimes[SHARED_MAX];
    size_t crime_count;
    struct cdi_instant since[CDI_REPORTS_AT_ONCE][CDI_UNITS_MAX];   /* from when each unit has been answered; NONE: it is not */
};

/* Where the claimant has the crime among its links; link_count: nowhere. */
static size_t link_at(const struct cdi_claimant *claimant, struct cdi_text crime)
{
    size_t l = 0;
    while (l < claimant->linked->link_count && !cdi_text_same(claimant->linked->links[l].crime, crime))
        l++;
    return l;
}

static int shared_order(const void *a, const void *b)
{
    const struct cdi_link *x = ((const struct shared *)a)->link, *y = ((const struct shared *)b)->link;
    if (x->recorded_at.ms != y->recorded_at.ms)
        return x->recorded_at.ms < y->recorded_at.ms ? -1 : 1;
    return cdi_text_compare(x->crime, y->crime);
}

/* R15: the crime, or N100, is of the rape that the victim confirmed in that report, and so of the report that told of it before. */
static bool of_confirmation(const struct share *share, size_t claimant, size_t l)
{
    const struct cdi_due *due = share->claimants[claimant].due;
    const struct cdi_crime *crime = share->sorted[claimant][l].crime;
    for (size_t u = 0; u < due->count; u++)
        if (due->units[u].confirms && (cdi_crime_is_n100(share->tables, crime) ||
                                       cdi_link_fit(share->tables, &due->units[u], crime) < CDI_FIT_PRINCIPAL))
            return true;
    return false;
}

static void list_crimes(struct share *share)
{
    for (size_t c = 0; c < share->claimant_count; c++)
        for (size_t l = 0; l < share->claimants[c].linked->link_count; l++) {
            const struct cdi_link *link = &share->claimants[c].linked->links[l];
            size_t at = 0;
            while (at < share->crime_count && !cdi_text_same(share->crimes[at].link->crime, link->crime))
                at++;
            if (at == SHARED_MAX)
                continue;
            if (at == share->crime_count)
                share->crimes[share->crime_count++] = (struct shared){ link, false, false, 0, 0 };
            share->crimes[at].confirmed = share->crimes[at].confirmed || (link->how == CDI_HOW_CONFIRMED && !of_confirmation(share, c, l));
        }
    qsort(share->crimes, share->crime_count, sizeof share->crimes[0], shared_order);
}

static struct shared *shared_of(struct share *share, const struct cdi_link *link)
{
    size_t i = 0;
    while (i < share->crime_count && !cdi_text_same(share->crimes[i].link->crime, link->crime))
        i++;
    return i < share->crime_count ? &share->crimes[i] : NULL;
}

/* Which reports a crime answers, or answered last, as bits. */
_Static_assert(CDI_REPORTS_AT_ONCE <= 16, "the reports of a log are bits of 16");
static uint16_t report_bit(size_t claimant) { return (uint16_t)(1u << claimant); }

/* Fits that come one after the other across reports: 0, 1, 2; 3 answers nothing. */
static int tier_of(enum cdi_fit fit)
{
    switch (fit) {
    case CDI_FIT_CLASS_VICTIM:
    case CDI_FIT_FAMILY_VICTIM:
        return 0;
    case CDI_FIT_CLASS:
    case CDI_FIT_FAMILY:
        return 1;
    case CDI_FIT_PRINCIPAL:
        return 2;
    case CDI_FIT_LESSER:
        break;
    }
    return 3;
}

/* The crime answers the unit of the report that it fits best in this tier.  False: none. */
static bool answer_one(struct share *share, size_t claimant, struct cdi_text crime, bool confirmed, bool inherited, int tier)
{
    const struct cdi_claimant *of = &share->claimants[claimant];
    size_t l = link_at(of, crime);
    struct cdi_unit *best = NULL;
    enum cdi_fit best_fit = CDI_FIT_LESSER;
    if (l == of->linked->link_count || share->sorted[claimant][l].inherited != inherited || (confirmed && of->linked->links[l].how != CDI_HOW_CONFIRMED))
        return false;
    for (size_t u = 0; u < of->due->count; u++) {
        struct cdi_unit *unit = &of->due->units[u];
        if (unit->answered_by != CDI_UNANSWERED || unit->confirms)
            continue;
        if (of->linked->links[l].standing == CDI_STANDING_N100 &&
            cdi_link_pair_explained(share->sorted[claimant], of->linked, l))
            return false;
        enum cdi_fit fit = cdi_link_named_fit(share->tables, share->incident, of->disclosed, &share->sorted[claimant][l],
                                              &of->linked->links[l], unit);
        if (tier_of(fit) == tier && fit < best_fit) {
            best = unit;
            best_fit = fit;
        }
    }
    if (best == NULL)
        return false;
    cdi_link_answer(share->tables, share->incident, of, share->sorted[claimant], l, best);
    return true;
}

/* It answers a rape in an earlier report. */
static bool answers_rape(const struct share *share, size_t before, struct cdi_text crime)
{
    for (size_t c = 0; c < before; c++) {
        const struct cdi_claimant *of = &share->claimants[c];
        size_t l = link_at(of, crime);
        for (size_t u = 0; l < of->linked->link_count && u < of->due->count; u++)
            if (of->due->units[u].answered_by == l && share->tables->offences[of->due->units[u].offence].family == CDI_FAMILY_RAPE)
                return true;
    }
    return false;
}

/* In a log that is told anew: the rape itself was told in what is settled, and its crime is whatever rape names the log. */
static bool settled_rape(const struct share *share, size_t claimant)
{
    for (size_t c = 0; c < claimant; c++)
        for (size_t u = 0; u < share->claimants[c].due->count; u++)
            if (share->tables->offences[share->claimants[c].due->units[u].offence].family == CDI_FAMILY_RAPE)
                return false;
    return cdi_instant_said(share->incident->settled.until);
}

static bool may_confirm(struct share *share, size_t claimant, size_t l, const struct cdi_unit *unit)
{
    const struct cdi_claimant *of = &share->claimants[claimant];
    const struct cdi_link *link = &of->linked->links[l];
    const struct cdi_candidate *candidate = &share->sorted[claimant][l];
    if (link->allocated)
        return false;
    if (link->standing != CDI_STANDING_N100 && answers_rape(share, claimant, link->crime))
        return cdi_link_fit(share->tables, unit, candidate->crime) < CDI_FIT_PRINCIPAL;
    const struct shared *shared = shared_of(share, link);
    bool of_another = shared != NULL && shared->confirmed && link->how != CDI_HOW_CONFIRMED;    /* a human said so */
    bool free = link->standing == CDI_STANDING_N100 || shared == NULL || (!shared->taken && !of_another);
    if (free && link->standing == CDI_STANDING_COUNTS && settled_rape(share, claimant) &&
        cdi_link_fit(share->tables, unit, candidate->crime) < CDI_FIT_PRINCIPAL)
        return true;
    return free && cdi_link_named_fit(share->tables, share->incident, of->disclosed, candidate, link, unit) != CDI_FIT_LESSER;
}

/* R15: a crime before an N100, that recorded first before others. */
static void answer_confirmed(struct share *share, size_t claimant, struct cdi_unit *unit)
{
    struct cdi_linked *linked = share->claimants[claimant].linked;
    size_t best = linked->link_count;
    for (size_t l = 0; l < linked->link_count; l++) {
        bool n100 = linked->links[l].standing == CDI_STANDING_N100;
        if (!may_confirm(share, claimant, l, unit))
            continue;
        bool best_n100 = best < linked->link_count && linked->links[best].standing == CDI_STANDING_N100;
        if (best == linked->link_count || (best_n100 && !n100) ||
            (best_n100 == n100 && cdi_instant_before(linked->links[l].recorded_at, linked->links[best].recorded_at)))
            best = l;
    }
    if (best < linked->link_count)
        cdi_link_answer(share->tables, share->incident, &share->claimants[claimant], share->sorted[claimant], best, unit);
}

/* Has a unit of that report the crime that tells of the same event as this one? */
static bool has_of_event(const struct share *share, size_t claimant, struct cdi_text crime, const struct cdi_unit *unit)
{
    const struct cdi_claimant *of = &share->claimants[claimant];
    size_t l = link_at(of, crime);
    for (size_t u = 0; l < of->linked->link_count && u < of->due->count; u++)
        if (of->due->units[u].answered_by == l && cdi_link_one_event(share->tables, unit, &of->due->units[u]))
            return true;
    return false;
}

/* How many reports have the crime: of one event it answers two units at most. */
static size_t reports_with(const struct share *share, struct cdi_text crime)
{
    size_t count = 0;
    for (size_t c = 0; c < share->claimant_count; c++) {
        size_t l = link_at(&share->claimants[c], crime);
        count += l < share->claimants[c].linked->link_count && share->claimants[c].linked->links[l].allocated;
    }
    return count;
}

/* One event told twice: the unit takes the crime that answers it in another report, recorded first. */
static void answer_with(struct share *share, size_t claimant, struct cdi_unit *unit)
{
    const struct cdi_claimant *of = &share->claimants[claimant];
    size_t best = of->linked->link_count;
    for (size_t l = 0; l < of->linked->link_count; l++) {
        const struct cdi_link *link = &of->linked->links[l];
        bool found = false, free = link->standing != CDI_STANDING_N100 && reports_with(share, link->crime) == 1 && !link->allocated;
        for (size_t c = 0; free && c < share->claimant_count; c++)
            found = found || (c != claimant && has_of_event(share, c, link->crime, unit));
        if (found && (best == of->linked->link_count || cdi_instant_before(link->recorded_at, of->linked->links[best].recorded_at)) &&
            cdi_link_named_fit(share->tables, share->incident, of->disclosed, &share->sorted[claimant][l], link, unit) != CDI_FIT_LESSER)
            best = l;
    }
    if (best == of->linked->link_count)
        return;
    struct shared *shared = shared_of(share, &of->linked->links[best]);
    if (shared != NULL)
        shared->of |= report_bit(claimant);
    cdi_link_answer(share->tables, share->incident, of, share->sorted[claimant], best, unit);
}

/* What only the log's parent knows of comes last (R20). */
static void answer_all(struct share *share)
{
    for (int tier = 0; tier < 6; tier++)
        for (size_t i = 0; i < share->crime_count; i++) {
            struct shared *crime = &share->crimes[i];
            for (size_t c = 0; !crime->taken && c < share->claimant_count; c++) {
                crime->taken = answer_one(share, c, crime->link->crime, crime->confirmed, tier >= 3, tier % 3);
                crime->of = crime->taken ? report_bit(c) : 0;
            }
        }
    for (size_t c = 0; c < share->claimant_count; c++)
        for (size_t u = 0; u < share->claimants[c].due->count; u++)
            if (share->claimants[c].due->units[u].answered_by == CDI_UNANSWERED)
                answer_with(share, c, &share->claimants[c].due->units[u]);
    for (size_t c = 0; c < share->claimant_count; c++)
        for (size_t u = 0; u < share->claimants[c].due->count; u++)
            if (share->claimants[c].due->units[u].confirms)
                answer_confirmed(share, c, &share->claimants[c].due->units[u]);
}

/* Nothing is answered. */
static void begin(struct share *share)
{
    for (size_t c = 0; c < share->claimant_count; c++) {
        const struct cdi_claimant *of = &share->claimants[c];
        for (size_t l = 0; l < of->linked->link_count; l++)
            of->linked->links[l].allocated = false;
        for (size_t u = 0; u < of->due->count; u++)
            of->due->units[u].answered_by = CDI_UNANSWERED;
    }
    for (size_t i = 0; i < share->crime_count; i++) {
        share->crimes[i].once = share->crimes[i].of == 0 ? share->crimes[i].once : share->crimes[i].of;
        share->crimes[i].taken = false;
        share->crimes[i].of = 0;
    }
}

/* R8: who would have answered what with the crimes as they were then; afterwards everything is as before. */
static void answer_then(struct share *share, struct cdi_instant at, bool changed)
{
    struct cdi_former former[CDI_REPORTS_AT_ONCE];
    struct cdi_candidate now[CDI_REPORTS_AT_ONCE][CDI_LINKS_MAX];
    enum cdi_standing standing[CDI_REPORTS_AT_ONCE][CDI_LINKS_MAX];
    for (size_t c = 0; c < share->claimant_count; c++) {
        struct cdi_linked *linked = share->claimants[c].linked;
        for (size_t l = 0; l < linked->link_count; l++) {
            now[c][l] = share->sorted[c][l];
            standing[c][l] = linked->links[l].standing;
        }
        former[c].count = 0;
        cdi_link_as_they_were(share->tables, share->sorted[c], linked, at, &former[c]);
    }
    answer_all(share);
    for (size_t c = 0; c < share->claimant_count; c++) {
        const struct cdi_claimant *of = &share->claimants[c];
        cdi_link_note_since(cdi_link_open_units(of->due), of->due->count, at, share->since[c]);
        if (changed)
            cdi_link_look_back(of->disclosed, of->due, at, of->linked);
        for (size_t l = 0; l < of->linked->link_count; l++) {
            share->sorted[c][l] = now[c][l];
            of->linked->links[l].standing = standing[c][l];
        }
    }
    begin(share);
}

static void look_back(struct share *share)
{
    struct cdi_instant last = CDI_INSTANT_NONE;
    bool changed = false;
    for (size_t c = 0; c < share->claimant_count; c++) {
        changed = changed || cdi_link_changed(share->sorted[c], share->claimants[c].linked);
        for (size_t u = 0; u < CDI_UNITS_MAX; u++)
            share->since[c][u] = CDI_INSTANT_NONE;
    }
    while (changed || share->crime_count > 1) {
        struct cdi_instant at = CDI_INSTANT_NONE;
        for (size_t c = 0; c < share->claimant_count; c++)
            at = cdi_instant_earlier(at, cdi_link_next_change(share->sorted[c], share->claimants[c].linked, last));
        if (!cdi_instant_said(at))
            break;
        answer_then(share, at, changed);
        last = at;
    }
    for (size_t c = 0; changed && c < share->claimant_count; c++)
        cdi_link_looked_back(share->claimants[c].linked, last);
}

/* A lesser crime is there for the event that is told graver here (R9). */
static bool unanswered_of_event(const struct share *share, size_t claimant, size_t other, struct cdi_text crime)
{
    const struct cdi_due *due = share->claimants[claimant].due;
    for (size_t u = 0; u < due->count; u++)
        if (due->units[u].graver && due->units[u].answered_by == CDI_UNANSWERED && has_of_event(share, other, crime, &due->units[u]))
            return true;
    return false;
}

/* Each report shows the crimes that are, or once were, its own, and of those that answer nothing the ones that may yet be: a crime
 * that was recorded before a later disclosure has nothing to do with that one. */
static bool shows(struct share *share, size_t claimant, size_t l)
{
    const struct cdi_claimant *of = &share->claimants[claimant];
    const struct cdi_link *link = &of->linked->links[l];
    const struct shared *shared = shared_of(share, link);
    if (share->sorted[claimant][l].spent)
        return false;
    if (link->allocated || link->how == CDI_HOW_CONFIRMED)
        return true;
    if (share->sorted[claimant][l].inherited)
        return false;                           /* R20 */
    if (link->standing == CDI_STANDING_WITHDRAWN && shared != NULL && shared->once != 0)
        return (shared->once & report_bit(claimant)) != 0;
    bool earlier = false;
    for (size_t c = 0; c < share->claimant_count; c++) {
        const struct cdi_claimant *other = &share->claimants[c];
        size_t there = link_at(other, link->crime);
        if (c == claimant || there == other->linked->link_count)
            continue;
        if (other->linked->links[there].allocated)
            return unanswered_of_event(share, claimant, c, link->crime);
        earlier = earlier || c < claimant;
    }
    return !earlier || cdi_link_in_time(share->tables, share->incident, of->disclosed, &share->sorted[claimant][l]);
}

void cdi_link_share(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_claimant *claimants,
                    size_t count)
{
    struct cdi_candidate sorted[CDI_REPORTS_AT_ONCE][CDI_LINKS_MAX];
    bool shown[CDI_REPORTS_AT_ONCE][CDI_LINKS_MAX];
    struct share share = { .tables = tables, .incident = incident, .claimants = claimants, .claimant_count = count,
                           .sorted = sorted };
    for (size_t c = 0; c < count; c++)
        cdi_link_take(tables, &claimants[c], sorted[c]);
    list_crimes(&share);
    look_back(&share);
    answer_all(&share);
    for (size_t c = 0; c < count; c++)
        cdi_link_date(&claimants[c], share.since[c]);
    for (size_t c = 0; c < count; c++)
        for (size_t l = 0; l < claimants[c].linked->link_count; l++)
            shown[c][l] = shows(&share, c, l);
    for (size_t c = 0; c < count; c++)
        cdi_link_keep_some(&claimants[c], shown[c]);
}
