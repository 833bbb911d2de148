/* Step 3 where crimes name nobody: reports that contend for the same crimes are found together and served together. */
#include "core/engine_inside.h"

enum { CRIMES_MAX = 256, PAIRS_MAX = 512 };

struct contest {
    struct cdi_engine *engine;
    struct cdi_verdict *verdicts[CDI_COMPONENT_SEEN];   /* logs; the first is our own */
    size_t log_count;
    struct { const struct cdi_verdict *verdict; struct cdi_judgement *judgement; } reports[CDI_COMPONENT_SEEN];
    struct cdi_contender contenders[CDI_COMPONENT_SEEN];
    size_t count;
    struct { uint32_t handle; bool weighed, unclaimed, asked; const struct cdi_crime_case *whole; const struct cdi_crime *crime; } crimes[CRIMES_MAX];
    size_t crime_count;
    struct cdi_pair pairs[PAIRS_MAX];
    size_t pair_count;
    bool taken[CRIMES_MAX];
    bool more;
};

bool cdi_engine_open(const struct cdi_due *due)
{
    for (size_t u = 0; u < due->count; u++)
        if (due->units[u].answered_by == CDI_UNANSWERED)
            return true;
    return false;
}

bool cdi_engine_contends(const struct cdi_judgement *judgement)
{
    struct cdi_instant due_at = cdi_due_at(judgement->disclosed.received_at);
    for (size_t u = 0; u < judgement->due.count; u++)
        if (judgement->due.units[u].answered_by == CDI_UNANSWERED || !cdi_in_time(judgement->due.units[u].answered_at, due_at))
            return true;
    return false;
}

bool cdi_engine_any_contends(const struct cdi_verdict *verdict)
{
    for (size_t i = 0; i < verdict->count; i++)
        if (cdi_engine_contends(&verdict->reports[i]->judgement))
            return true;
    return false;
}

/* Its reports of which something is unanswered, or was at the deadline for all that names the log. */
static void join(struct contest *contest, struct cdi_verdict *verdict)
{
    contest->verdicts[contest->log_count++] = verdict;
    for (size_t i = 0; i < verdict->count; i++) {
        struct cdi_judgement *judgement = &verdict->reports[i]->judgement;
        if (!cdi_engine_contends(judgement))
            continue;
        if (contest->count == CDI_COMPONENT_SEEN) {
            contest->more = true;
            return;
        }
        contest->reports[contest->count].verdict = verdict;
        contest->reports[contest->count].judgement = judgement;
        contest->contenders[contest->count++] = (struct cdi_contender){
            .reference = verdict->incident.facts.reference, .order = (uint32_t)i,
            .received_at = judgement->disclosed.received_at, .event_told_at = judgement->disclosed.event_told_at,
            .due = &judgement->due, .linked = &judgement->linked,
        };
    }
}

static bool joined(const struct contest *contest, uint32_t handle)
{
    for (size_t i = 0; i < contest->log_count; i++)
        if (contest->verdicts[i]->handle == handle)
            return true;
    return false;
}

static bool is_ours(const struct contest *contest, size_t contender)
{
    return contest->reports[contender].verdict == contest->verdicts[0];
}

/* Where the crime is kept in the contest; CRIMES_MAX: no room. */
static size_t crime_of(struct contest *contest, uint32_t handle)
{
    struct cdi_engine *engine = contest->engine;
    for (size_t i = 0; i < contest->crime_count; i++)
        if (contest->crimes[i].handle == handle)
            return i;
    if (contest->crime_count == CRIMES_MAX) {
        contest->more = true;
        return CRIMES_MAX;
    }
    struct cdi_crime_case *crime = cdi_scratch_take(&engine->work, sizeof *crime);
    cdi_caseload_crime(engine->load, handle, crime, &engine->work);
    size_t i = contest->crime_count++;
    contest->crimes[i].handle = handle;
    contest->crimes[i].whole = crime;
    contest->crimes[i].crime = &crime->facts;
    contest->crimes[i].asked = contest->crimes[i].weighed = false;
    contest->taken[i] = crime->taken;              /* by a log that was dropped */
    return i;
}

/* Asked only of what is like a report: who names a crime has to be sought. */
static bool unclaimed(struct contest *contest, size_t crime)
{
    if (!contest->crimes[crime].weighed)
        contest->crimes[crime].unclaimed = cdi_engine_unclaimed(contest->engine, contest->crimes[crime].whole);
    contest->crimes[crime].weighed = true;
    return contest->crimes[crime].unclaimed;
}

/* The other reports that this crime may belong to. */
static void ask_crime(struct contest *contest, size_t crime)
{
    struct cdi_engine *engine = contest->engine;
    uint32_t handles[CDI_CANDIDATES_MAX];
    bool more = false;
    if (contest->crimes[crime].asked)
        return;
    contest->crimes[crime].asked = true;
    size_t count = cdi_engine_incidents_near(engine, contest->crimes[crime].crime, handles, CDI_CANDIDATES_MAX, &more);
    contest->more = contest->more || more;
    for (size_t i = 0; i < count; i++) {
        if (joined(contest, handles[i]))
            continue;
        if (contest->count == CDI_COMPONENT_SEEN) {
            contest->more = true;
            return;
        }
        if (cdi_engine_apart(engine, handles[i]) ||
            cdi_engine_at_most(engine, handles[i], contest->crimes[crime].crime) < engine->tables->match.link_at_least)
            continue;                           /* it contends for nothing, or not for this */
        struct cdi_verdict *verdict = cdi_scratch_take(&engine->work, sizeof *verdict);
        verdict->signs = NULL;
        if (cdi_engine_examine(engine, handles[i], verdict) && cdi_engine_any_contends(verdict))
            join(contest, verdict);
    }
}

/* A crime that is linked by name, or as the one that a duplicate went into, is not the log's a second time for its likeness (R3). */
static bool linked_already(const struct cdi_verdict *verdict, struct cdi_text crime)
{
    for (size_t r = 0; r < verdict->count; r++) {
        const struct cdi_linked *linked = &verdict->reports[r]->judgement.linked;
        for (size_t l = 0; l < linked->link_count; l++)
            if (cdi_text_same(linked->links[l].crime, crime))
                return true;
    }
    return false;
}

static void pair_up(struct contest *contest, size_t contender, size_t crime)
{
    const struct cdi_tables *tables = contest->engine->tables;
    const struct cdi_verdict *verdict = contest->reports[contender].verdict;
    const struct cdi_incident *facts = &verdict->incident.facts;
    struct cdi_judgement *judgement = contest->reports[contender].judgement;
    struct cdi_candidate candidate = { .crime = contest->crimes[crime].crime, .how = CDI_HOW_SCORED,
                                       .added_at = CDI_INSTANT_NONE, .moved_at = CDI_INSTANT_NONE };
    struct cdi_link link;
    if (!cdi_link_in_time(tables, facts, &judgement->disclosed, &candidate) ||
        cdi_link_weight(tables, facts, &judgement->disclosed, candidate.crime) < tables->match.keep_at_least ||
        cdi_deeds_on_link(&verdict->incident, judgement->disclosed.report, candidate.crime->reference) != 0 ||
        linked_already(verdict, candidate.crime->reference) || !unclaimed(contest, crime))
        return;
    cdi_link_score(tables, facts, &judgement->disclosed, candidate.crime, &link);
    const struct cdi_crime *survivor = candidate.crime;
    bool once = link.standing != CDI_STANDING_COUNTS;
    if (once) {
        cdi_engine_crime(contest->engine, candidate.crime->force, candidate.crime->reference, &survivor);
        cdi_link_withdraw(tables, &judgement->disclosed, candidate.crime, &link);
    } else if (is_ours(contest, contender) && cdi_engine_open(&judgement->due)) {
        cdi_link_keep(&judgement->linked, &link);
    }
    if (link.weight < tables->match.link_at_least)
        return;
    if (contest->pair_count == PAIRS_MAX) {
        contest->more = true;
        return;
    }
    contest->pairs[contest->pair_count++] = (struct cdi_pair){
        .contender = &contest->contenders[contender], .crime = candidate.crime, .taken = (uint32_t)crime, .once = once,
        .spent = link.standing == CDI_STANDING_N100 || !cdi_text_same(survivor->reference, candidate.crime->reference), .link = link,
    };
    ask_crime(contest, crime);
}

static void pair_all(struct contest *contest, size_t contender, const uint32_t *handles, size_t count)
{
    cdi_engine_look(contest->engine, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        size_t crime = crime_of(contest, handles[i]);
        if (crime != CRIMES_MAX)
            pair_up(contest, contender, crime);
    }
}

static void ask_contender(struct contest *contest, size_t contender)
{
    uint32_t handles[CDI_CANDIDATES_MAX];
    size_t count = cdi_engine_crimes_near(contest->engine, &contest->reports[contender].verdict->incident.facts, handles,
                                          CDI_CANDIDATES_MAX, NULL);
    pair_all(contest, contender, handles, count);
}

static bool better(const struct cdi_pair *a, const struct cdi_pair *b)
{
    if (a->link.weight != b->link.weight)
        return a->link.weight > b->link.weight;
    int order = cdi_text_compare(a->contender->reference, b->contender->reference);
    return order != 0 ? order < 0 : a->contender->order < b->contender->order;
}

/* A component too large to be served as one: a crime goes to the report that it is most like, others do without. */
static void keep_best(struct contest *contest)
{
    size_t kept = 0;
    for (size_t i = 0; i < contest->pair_count; i++) {
        bool best = is_ours(contest, (size_t)(contest->pairs[i].contender - contest->contenders));
        for (size_t j = 0; best && j < contest->pair_count; j++)
            best = contest->pairs[j].taken != contest->pairs[i].taken || !better(&contest->pairs[j], &contest->pairs[i]);
        if (best)
            contest->pairs[kept++] = contest->pairs[i];
    }
    contest->pair_count = kept;
}

size_t cdi_engine_contend(struct cdi_engine *engine, struct cdi_verdict *verdict, uint32_t *members)
{
    bool more = false;
    if (!cdi_engine_any_contends(verdict))
        return 0;
    uint32_t *near = cdi_scratch_take(&engine->work, CDI_CANDIDATES_MAX * sizeof *near);
    size_t count = cdi_engine_crimes_near(engine, &verdict->incident.facts, near, CDI_CANDIDATES_MAX, &more);
    verdict->near = near;
    verdict->near_count = count;
    cdi_engine_near(engine, verdict->handle, count);
    if (count == 0)
        return 0;                               /* nearly always: nothing is near that could be taken */
    for (size_t i = 0; more && i < verdict->count; i++)
        verdict->reports[i]->judgement.linked.truncated = true;
    struct contest *contest = cdi_scratch_take(&engine->work, sizeof *contest);
    contest->engine = engine;
    contest->count = contest->log_count = contest->crime_count = contest->pair_count = 0;
    contest->more = false;
    join(contest, verdict);
    for (size_t i = 0; i < contest->count; i++)
        if (is_ours(contest, i))
            pair_all(contest, i, near, count);
        else
            ask_contender(contest, i);
    size_t others = contest->log_count - 1;
    for (size_t i = 0; members != NULL && i < others; i++)
        members[i] = contest->verdicts[i + 1]->handle;
    if (contest->count > CDI_COMPONENT_MAX || contest->more)
        keep_best(contest);
    cdi_link_allocate(engine->tables, contest->pairs, contest->pair_count, contest->taken);
    for (size_t i = 0; i < contest->count; i++)
        if (is_ours(contest, i))
            cdi_link_look_back_alike(engine->tables, &contest->reports[i].judgement->disclosed, contest->pairs, contest->pair_count,
                                     &contest->contenders[i]);
    return others;
}
