/* The six steps of one report, in order. */
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

/* Is each crime that is due here due there as well: of the same family, or a graver one? */
static bool covers(const struct cdi_tables *tables, const struct cdi_due *parent, const struct cdi_due *child)
{
    bool used[CDI_UNITS_MAX] = { false };
    for (size_t c = 0; c < child->count; c++) {
        size_t p = 0;
        while (p < parent->count && (used[p] || !within(&tables->offences[child->units[c].offence],
                                                        &tables->offences[parent->units[p].offence])))
            p++;
        if (p == parent->count)
            return false;
        used[p] = true;
    }
    return true;
}

/* R16: the parent is known, resolved, not cyclic, and nothing is due here beyond what is due there. */
static bool parent_resolved(struct cdi_engine *engine, const struct cdi_verdict *verdict, size_t depth)
{
    const struct cdi_incident *facts = &verdict->incident.facts;
    enum cdi_reason reason = CDI_REASON_NONE;
    if (!cdi_text_said(verdict->disposal.reason) || !cdi_reason_from(verdict->disposal.reason, &reason) ||
        reason != CDI_REASON_DUP || !cdi_text_said(facts->parent.text) || depth == CDI_PARENTS_MAX)
        return false;
    uint32_t handle = cdi_caseload_find(engine->load, CDI_CASE_INCIDENT, facts->force, facts->parent.text);
    if (handle == CDI_HANDLE_NONE || handle == verdict->handle)
        return false;
    struct cdi_verdict *parent = cdi_scratch_take(&engine->work, sizeof *parent);
    decide(engine, handle, depth + 1, parent, NULL, NULL);
    enum cdi_state state = parent->judgement.compared.state;
    return (state == CDI_STATE_SATISFIED || state == CDI_STATE_CLEARED) &&
           covers(engine->tables, &parent->judgement.due, &verdict->judgement.due);
}

/* R6 for ADD_TO_EXISTING: a crime of conduct that ended more than three months before takes nothing more. */
static bool crime_too_old(struct cdi_engine *engine, const struct cdi_verdict *verdict)
{
    struct cdi_text force = verdict->incident.facts.force;
    if (!cdi_text_said(verdict->disposal.crime))
        return false;
    uint32_t handle = cdi_caseload_find(engine->load, CDI_CASE_CRIME, force, verdict->disposal.crime);
    if (handle == CDI_HANDLE_NONE)
        return false;
    struct cdi_crime_case crime;
    cdi_caseload_crime(engine->load, handle, &crime, &engine->work);
    uint16_t offence = cdi_crime_offence(engine->tables, &crime.facts);
    struct cdi_candidate candidate = { .crime = &crime.facts, .how = CDI_HOW_EXPLICIT, .added_at = CDI_INSTANT_NONE };
    return offence != CDI_OFFENCE_NONE && engine->tables->offences[offence].family == CDI_FAMILY_CONDUCT &&
           !cdi_link_in_time(engine->tables, &verdict->incident.facts, &verdict->judgement.disclosed, &candidate);
}

static void clear(struct cdi_engine *engine, struct cdi_verdict *verdict, size_t depth)
{
    struct cdi_judgement *judgement = &verdict->judgement;
    struct cdi_clear_facts facts = { .disposal = &verdict->disposal };
    struct cdi_text caller = verdict->incident.facts.caller_role.text;
    if (cdi_text_said(caller))
        cdi_caller_role_from(caller, &facts.caller_role);
    facts.parent_resolved = parent_resolved(engine, verdict, depth);
    facts.crime_too_old = crime_too_old(engine, verdict);
    cdi_clear(engine->tables, &facts, &judgement->disclosed, &judgement->due, &judgement->linked, &judgement->clearing);
}

static void decide(struct cdi_engine *engine, uint32_t handle, size_t depth, struct cdi_verdict *verdict, uint32_t *members,
                   size_t *member_count)
{
    struct cdi_judgement *judgement = &verdict->judgement;
    size_t others = 0;
    bool due = cdi_engine_examine(engine, handle, verdict);                         /* steps 1, 2 and 3 by name */
    verdict->claim = due && cdi_engine_open(&judgement->due) ? CDI_CLAIM_OPEN : CDI_CLAIM_NONE;
    if (due)
        others = cdi_engine_contend(engine, verdict, members);                      /* step 3 by likeness */
    if (member_count != NULL)
        *member_count = others;
    if (due)
        clear(engine, verdict, depth);                                              /* step 4 */
    else
        judgement->clearing = (struct cdi_clearing){ .at = CDI_INSTANT_NONE };
    cdi_compare(engine->tables, &judgement->disclosed, &judgement->due, &judgement->linked, &judgement->clearing,
                &judgement->compared);                                              /* step 5 */
    struct cdi_instant sure = cdi_holds_sure(&engine->holds, verdict->incident.facts.force, engine->now);
    cdi_stage(engine->tables, &judgement->disclosed, &judgement->linked, &judgement->compared, engine->now, sure,
              &judgement->timed);                                                   /* step 6 */
}

void cdi_engine_decide(struct cdi_engine *engine, uint32_t handle, struct cdi_verdict *verdict, uint32_t *members,
                       size_t *member_count)
{
    decide(engine, handle, 0, verdict, members, member_count);
}
