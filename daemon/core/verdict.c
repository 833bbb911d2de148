/* The six steps of the reports of one log, in order, and its watches. */
#include "core/clear.h"
#include "core/compare.h"
#include "core/engine_inside.h"
#include "core/stage.h"

static void decide(struct cdi_engine *engine, uint32_t handle, size_t depth, struct cdi_verdict *verdict, uint32_t *members,
                   size_t *member_count);

static bool within(const struct cdi_offence *ours, const struct cdi_offence *theirs)
{
    return ours->family == theirs->family || (!ours->additional && !theirs->additional && theirs->rank < ours->rank);
}

/* A crime is there for it, and not only an N100. */
static bool recorded(const struct cdi_case_report *report, const struct cdi_unit *unit)
{
    return unit->answered_by != CDI_UNANSWERED &&
           report->judgement.linked.links[unit->answered_by].standing == CDI_STANDING_COUNTS;
}

/* Is there a crime due in the parent for each that is due in the log's reports up to this one: of the same family, or graver?  `of`: in
 * which of the parent's reports. */
static bool covers(const struct cdi_tables *tables, const struct cdi_verdict *parent, const struct cdi_verdict *child, size_t last,
                   bool of[CDI_REPORTS_AT_ONCE])
{
    bool used[CDI_REPORTS_AT_ONCE][CDI_UNITS_MAX] = { { false } };
    for (size_t r = 0; r <= last; r++) {
        const struct cdi_due *due = &child->reports[r]->judgement.due;
        for (size_t c = 0; c < due->count; c++) {
            const struct cdi_offence *ours = &tables->offences[due->units[c].offence];
            bool found = false;
            for (size_t p = 0; !found && p < parent->count; p++) {
                const struct cdi_due *theirs = &parent->reports[p]->judgement.due;
                for (size_t u = 0; !found && u < theirs->count; u++) {
                    bool told_before = due->units[c].confirms || due->units[c].graver;
                    bool again = told_before && recorded(parent->reports[p], &theirs->units[u]);
                    found = (!used[p][u] || again) && within(ours, &tables->offences[theirs->units[u].offence]);
                    used[p][u] = used[p][u] || found;
                    of[p] = of[p] || found;
                }
            }
            if (!found)
                return false;
        }
    }
    return true;
}

static bool given_as(const struct cdi_disposal *disposal, enum cdi_reason wanted)
{
    enum cdi_reason reason = CDI_REASON_NONE;
    return cdi_text_said(disposal->reason) && cdi_reason_from(disposal->reason, &reason) && reason == wanted;
}

/* R16: the parent that the log is a duplicate of: known, and not cyclic.  NULL: none. */
static const struct cdi_verdict *parent_of(struct cdi_engine *engine, const struct cdi_verdict *verdict, size_t depth)
{
    const struct cdi_incident *facts = &verdict->incident.facts;
    if (!cdi_text_said(facts->parent.text) || depth == CDI_PARENTS_MAX)
        return NULL;
    uint32_t handle = cdi_caseload_find(engine->load, CDI_CASE_INCIDENT, facts->force, facts->parent.text);
    if (handle == CDI_HANDLE_NONE || handle == verdict->handle)
        return NULL;
    struct cdi_verdict *parent = cdi_scratch_take(&engine->work, sizeof *parent);
    decide(engine, handle, depth + 1, parent, NULL, NULL);
    return parent->count == 0 ? NULL : parent;
}

static struct cdi_once later_once(const struct cdi_compared *compared)
{
    struct cdi_once latest = compared->once[0];
    for (size_t i = 1; i < CDI_ONCE_MAX; i++)
        if (cdi_instant_before(latest.until, compared->once[i].until))
            latest = compared->once[i];
    return latest;
}

/* Nobody who decides that a log is another's duplicate decides about what is disclosed in that one afterwards (R11). */
static bool decided_on(const struct cdi_disposal *disposal, const struct cdi_case_report *of_parent)
{
    struct cdi_instant decided = cdi_disposal_decided_at(disposal);
    return !cdi_instant_said(decided) || decided.ms / 1000 >= of_parent->judgement.disclosed.received_at.ms / 1000;
}

/* R16: it is resolved, in all its reports that were decided on or tell what is told here, and nothing is due here beyond what is due
 * there.  `once`: it was so, until one of them reopened. */
static void ask_parent(const struct cdi_tables *tables, const struct cdi_verdict *parent, const struct cdi_verdict *verdict,
                       size_t report, struct cdi_clear_facts *facts, struct cdi_once *once)
{
    struct cdi_instant from = CDI_INSTANT_NONE, answered = CDI_INSTANT_NONE, until = CDI_INSTANT_NONE;
    bool resolved = true, formerly = true, of[CDI_REPORTS_AT_ONCE] = { false };
    if (parent == NULL || !covers(tables, parent, verdict, report, of))
        return;
    for (size_t i = 0; i < parent->count; i++) {
        const struct cdi_compared *compared = &parent->reports[i]->judgement.compared;
        if (!of[i] && !decided_on(facts->disposal, parent->reports[i]))
            continue;
        bool settled = compared->state == CDI_STATE_SATISFIED || compared->state == CDI_STATE_CLEARED;
        struct cdi_once was = later_once(compared);
        resolved = resolved && settled;
        formerly = formerly && (settled || cdi_instant_said(was.until));
        answered = cdi_instant_later(answered, compared->answered_at);
        from = cdi_instant_later(from, settled ? compared->answered_at : was.from);
        until = settled ? until : cdi_instant_earlier(until, was.until);
    }
    facts->parent_resolved = resolved;
    if (resolved)
        facts->rests_upon_at = answered;
    else if (formerly)
        *once = (struct cdi_once){ from, until };
}

/* Conduct that ended within three months (R6); of any other crime it is not asked when it was recorded. */
static bool takes_more(struct cdi_engine *engine, const struct cdi_verdict *verdict, const struct cdi_case_report *report,
                       const struct cdi_crime *crime)
{
    uint16_t offence = cdi_crime_offence(engine->tables, crime);
    if (offence == CDI_OFFENCE_NONE || engine->tables->offences[offence].family != CDI_FAMILY_CONDUCT)
        return true;
    struct cdi_candidate candidate = { .crime = crime, .how = CDI_HOW_EXPLICIT, .added_at = CDI_INSTANT_NONE,
                                       .moved_at = CDI_INSTANT_NONE };
    cdi_engine_date_conduct(engine, &verdict->incident.facts, report->judgement.disclosed.received_at, &candidate);
    return cdi_link_in_time(engine->tables, &verdict->incident.facts, &report->judgement.disclosed, &candidate);
}

/* ADD_TO_EXISTING and PART_OF_CRIME: what is only requested, a non-crime record or cancelled is no crime, one that went into another is
 * that (R7); and one of conduct that ended more than three months before takes nothing more (R6).  One that is not known to us is
 * believed.  `once`: it was a crime, until it was cancelled. */
static void ask_crime(struct cdi_engine *engine, const struct cdi_verdict *verdict, const struct cdi_case_report *report,
                      struct cdi_clear_facts *facts, struct cdi_once *once)
{
    const struct cdi_disposal *disposal = facts->disposal;
    const struct cdi_crime *last, *crime = cdi_engine_crime(engine, verdict->incident.facts.force, disposal->crime, &last);
    if (crime == NULL)
        return;
    enum cdi_standing standing = cdi_crime_standing(engine->tables, last);
    bool goes_on = takes_more(engine, verdict, report, crime) || takes_more(engine, verdict, report, last);
    facts->crime_unfit = (standing != CDI_STANDING_COUNTS && standing != CDI_STANDING_ANSWERED) || !goes_on;
    if (!given_as(disposal, CDI_REASON_ADD_TO_EXISTING) && !given_as(disposal, CDI_REASON_PART_OF_CRIME))
        return;
    facts->rests_upon_at = cdi_crime_recorded_at(crime);
    if (standing == CDI_STANDING_WITHDRAWN && goes_on)
        *once = (struct cdi_once){ facts->rests_upon_at, cdi_crime_ended_at(engine->tables, last, standing) };
}

/* What a reason rests upon: the crime that it names, or the parent of a duplicate. */
static void ask(struct cdi_engine *engine, const struct cdi_verdict *verdict, size_t i, const struct cdi_verdict *parent,
                struct cdi_clear_facts *facts, struct cdi_once *once)
{
    *once = (struct cdi_once){ CDI_INSTANT_NONE, CDI_INSTANT_NONE };
    facts->crime_unfit = facts->parent_resolved = false;
    facts->rests_upon_at = CDI_INSTANT_NONE;
    ask_crime(engine, verdict, verdict->reports[i], facts, once);
    if (given_as(facts->disposal, CDI_REASON_DUP))
        ask_parent(engine->tables, parent, verdict, i, facts, once);
}

/* R8: it was cleared by this until then, or until its parent was open again, or the crime that it was added to was cancelled. */
static void clear_formerly(const struct cdi_tables *tables, const struct cdi_case_report *report, const struct cdi_clear_facts *now,
                           const struct cdi_once *once, struct cdi_instant until, struct cdi_clearing *clearing)
{
    const struct cdi_judgement *judgement = &report->judgement;
    struct cdi_clear_facts then = *now;
    struct cdi_clearing former;
    until = cdi_instant_earlier(until, once->until);
    if (cdi_instant_said(once->until)) {
        then.parent_resolved = true;
        then.crime_unfit = false;
        then.rests_upon_at = once->from;
    }
    if (!cdi_instant_said(until))
        return;
    cdi_clear(tables, &then, &judgement->disclosed, &judgement->due, &judgement->linked, &former);
    cdi_clear_formerly(clearing, &former, until);
}

static void clear_report(struct cdi_engine *engine, struct cdi_verdict *verdict, size_t i, const struct cdi_verdict *parent,
                         enum cdi_caller_role caller)
{
    struct cdi_case_report *report = verdict->reports[i];
    struct cdi_judgement *judgement = &report->judgement;
    struct cdi_clear_facts facts = { .disposal = &report->disposal, .caller_role = caller };
    struct cdi_once once;
    ask(engine, verdict, i, parent, &facts, &once);
    cdi_clear(engine->tables, &facts, &judgement->disclosed, &judgement->due, &judgement->linked, &judgement->clearing);
    clear_formerly(engine->tables, report, &facts, &once, CDI_INSTANT_NONE, &judgement->clearing);
    for (size_t f = 0; f < report->formers.count; f++) {
        facts.disposal = &report->formers.items[f].disposal;
        ask(engine, verdict, i, parent, &facts, &once);
        clear_formerly(engine->tables, report, &facts, &once, report->formers.items[f].at, &judgement->clearing);
    }
}

/* What covers() and ask_parent() read of it. */
uint64_t cdi_engine_rests_upon(const struct cdi_verdict *verdict)
{
    uint64_t hash = verdict->count + 1u;
    for (size_t i = 0; i < verdict->count; i++) {
        const struct cdi_case_report *report = verdict->reports[i];
        const struct cdi_judgement *judgement = &report->judgement;
        const struct cdi_once was = later_once(&judgement->compared);
        const int64_t said[] = { judgement->disclosed.received_at.ms, judgement->compared.state, judgement->compared.answered_at.ms,
                                 was.from.ms, was.until.ms, judgement->due.count };
        hash = cdi_text_hash((struct cdi_text){ (const char *)said, sizeof said }, hash);
        for (size_t u = 0; u < judgement->due.count; u++) {
            const struct cdi_unit *unit = &judgement->due.units[u];
            const uint32_t due[] = { unit->offence, recorded(report, unit) };
            hash = cdi_text_hash((struct cdi_text){ (const char *)due, sizeof due }, hash);
        }
    }
    return hash | 1u;
}

/* R16: is it said to be one, or was it? */
static bool duplicate(const struct cdi_case_report *report)
{
    bool said = given_as(&report->disposal, CDI_REASON_DUP);
    for (size_t f = 0; f < report->formers.count; f++)
        said = said || given_as(&report->formers.items[f].disposal, CDI_REASON_DUP);
    return said;
}

static void clear(struct cdi_engine *engine, struct cdi_verdict *verdict, size_t depth)
{
    enum cdi_caller_role caller = CDI_CALLER_ROLE_UNKNOWN;
    struct cdi_text said = verdict->incident.facts.caller_role.text;
    const struct cdi_verdict *parent = NULL;
    if (cdi_text_said(said))
        cdi_caller_role_from(said, &caller);
    for (size_t i = 0; i < verdict->count; i++) {
        struct cdi_case_report *report = verdict->reports[i];
        report->judgement.clearing = cdi_clear_nothing;
        if (report->judgement.due.count == 0)
            continue;
        if (parent == NULL && duplicate(report))
            parent = parent_of(engine, verdict, depth);
        clear_report(engine, verdict, i, parent, caller);
    }
}

static void decide(struct cdi_engine *engine, uint32_t handle, size_t depth, struct cdi_verdict *verdict, uint32_t *members,
                   size_t *member_count)
{
    size_t others = 0;
    verdict->signs = depth == 0 ? cdi_scratch_take(&engine->work, sizeof *verdict->signs) : NULL;
    bool due = cdi_engine_examine(engine, handle, verdict);                         /* steps 1, 2 and 3 by name */
    verdict->claim = due && cdi_engine_any_contends(verdict) ? CDI_CLAIM_OPEN : CDI_CLAIM_NONE;
    if (due)
        others = cdi_engine_contend(engine, verdict, members);                      /* step 3 by likeness */
    if (member_count != NULL)
        *member_count = others;
    verdict->first.judgement.clearing = cdi_clear_nothing;
    clear(engine, verdict, depth);                                                  /* step 4 */
    struct cdi_instant sure = cdi_holds_sure(&engine->holds, verdict->incident.facts.force, engine->now);
    for (size_t i = 0; i == 0 || i < verdict->count; i++) {
        struct cdi_judgement *judgement = &verdict->reports[i]->judgement;
        cdi_compare(engine->tables, &judgement->disclosed, &judgement->due, &judgement->linked, &judgement->clearing,
                    &judgement->compared);                                          /* step 5 */
        cdi_stage(engine->tables, &judgement->disclosed, &judgement->due, &judgement->linked, &judgement->compared, engine->now,
                  sure, &judgement->timed);                                               /* step 6 */
    }
    if (verdict->signs != NULL)
        cdi_engine_watch(engine, verdict, sure);
}

void cdi_engine_decide(struct cdi_engine *engine, uint32_t handle, struct cdi_verdict *verdict, uint32_t *members,
                       size_t *member_count)
{
    decide(engine, handle, 0, verdict, members, member_count);
}
