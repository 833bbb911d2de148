/* The six steps of the reports of one log, in order. */
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

/* Is there a crime due in the parent for each that is due in the log's reports up to this one: of the same family, or graver? */
static bool covers(const struct cdi_tables *tables, const struct cdi_verdict *parent, const struct cdi_verdict *child, size_t last)
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
                    found = !used[p][u] && within(ours, &tables->offences[theirs->units[u].offence]);
                    used[p][u] = used[p][u] || found;
                }
            }
            if (!found)
                return false;
        }
    }
    return true;
}

/* R16: the parent that the log is a duplicate of: known, resolved in all its reports, not cyclic.  NULL: none, or no duplicate. */
static const struct cdi_verdict *resolved_parent(struct cdi_engine *engine, const struct cdi_verdict *verdict,
                                                 const struct cdi_disposal *disposal, size_t depth)
{
    const struct cdi_incident *facts = &verdict->incident.facts;
    enum cdi_reason reason = CDI_REASON_NONE;
    if (!cdi_text_said(disposal->reason) || !cdi_reason_from(disposal->reason, &reason) || reason != CDI_REASON_DUP ||
        !cdi_text_said(facts->parent.text) || depth == CDI_PARENTS_MAX)
        return NULL;
    uint32_t handle = cdi_caseload_find(engine->load, CDI_CASE_INCIDENT, facts->force, facts->parent.text);
    if (handle == CDI_HANDLE_NONE || handle == verdict->handle)
        return NULL;
    struct cdi_verdict *parent = cdi_scratch_take(&engine->work, sizeof *parent);
    decide(engine, handle, depth + 1, parent, NULL, NULL);
    for (size_t i = 0; i < parent->count; i++) {
        enum cdi_state state = parent->reports[i]->judgement.compared.state;
        if (state != CDI_STATE_SATISFIED && state != CDI_STATE_CLEARED)
            return NULL;
    }
    return parent->count == 0 ? NULL : parent;
}

/* R6 for ADD_TO_EXISTING: a crime of conduct that ended more than three months before takes nothing more. */
static bool crime_too_old(struct cdi_engine *engine, const struct cdi_verdict *verdict, const struct cdi_case_report *report)
{
    struct cdi_text force = verdict->incident.facts.force;
    if (!cdi_text_said(report->disposal.crime))
        return false;
    uint32_t handle = cdi_caseload_find(engine->load, CDI_CASE_CRIME, force, report->disposal.crime);
    if (handle == CDI_HANDLE_NONE)
        return false;
    struct cdi_crime_case crime;
    cdi_caseload_crime(engine->load, handle, &crime, &engine->work);
    uint16_t offence = cdi_crime_offence(engine->tables, &crime.facts);
    struct cdi_candidate candidate = { .crime = &crime.facts, .how = CDI_HOW_EXPLICIT, .added_at = CDI_INSTANT_NONE };
    return offence != CDI_OFFENCE_NONE && engine->tables->offences[offence].family == CDI_FAMILY_CONDUCT &&
           !cdi_link_in_time(engine->tables, &verdict->incident.facts, &report->judgement.disclosed, &candidate);
}

static void clear(struct cdi_engine *engine, struct cdi_verdict *verdict, size_t depth)
{
    struct cdi_clear_facts facts = { .caller_role = CDI_CALLER_ROLE_UNKNOWN };
    struct cdi_text caller = verdict->incident.facts.caller_role.text;
    const struct cdi_verdict *parent = NULL;
    if (cdi_text_said(caller))
        cdi_caller_role_from(caller, &facts.caller_role);
    for (size_t i = 0; i < verdict->count; i++) {
        struct cdi_case_report *report = verdict->reports[i];
        struct cdi_judgement *judgement = &report->judgement;
        judgement->clearing = (struct cdi_clearing){ .at = CDI_INSTANT_NONE };
        if (judgement->due.count == 0)
            continue;
        if (parent == NULL)
            parent = resolved_parent(engine, verdict, &report->disposal, depth);
        facts.disposal = &report->disposal;
        facts.parent_resolved = parent != NULL && covers(engine->tables, parent, verdict, i);
        facts.crime_too_old = crime_too_old(engine, verdict, report);
        cdi_clear(engine->tables, &facts, &judgement->disclosed, &judgement->due, &judgement->linked, &judgement->clearing);
    }
}

static void decide(struct cdi_engine *engine, uint32_t handle, size_t depth, struct cdi_verdict *verdict, uint32_t *members,
                   size_t *member_count)
{
    size_t others = 0;
    bool due = cdi_engine_examine(engine, handle, verdict);                         /* steps 1, 2 and 3 by name */
    verdict->claim = due && cdi_engine_any_open(verdict) ? CDI_CLAIM_OPEN : CDI_CLAIM_NONE;
    if (due)
        others = cdi_engine_contend(engine, verdict, members);                      /* step 3 by likeness */
    if (member_count != NULL)
        *member_count = others;
    verdict->first.judgement.clearing = (struct cdi_clearing){ .at = CDI_INSTANT_NONE };
    clear(engine, verdict, depth);                                                  /* step 4 */
    struct cdi_instant sure = cdi_holds_sure(&engine->holds, verdict->incident.facts.force, engine->now);
    for (size_t i = 0; i == 0 || i < verdict->count; i++) {
        struct cdi_judgement *judgement = &verdict->reports[i]->judgement;
        cdi_compare(engine->tables, &judgement->disclosed, &judgement->due, &judgement->linked, &judgement->clearing,
                    &judgement->compared);                                          /* step 5 */
        cdi_stage(engine->tables, &judgement->disclosed, &judgement->linked, &judgement->compared, engine->now, sure,
                  &judgement->timed);                                               /* step 6 */
    }
}

void cdi_engine_decide(struct cdi_engine *engine, uint32_t handle, struct cdi_verdict *verdict, uint32_t *members,
                       size_t *member_count)
{
    decide(engine, handle, 0, verdict, members, member_count);
}
