/* Every report of an engine, in one order whatever came first. */
#include <stdlib.h>

#include "core/engine_inside.h"

struct keyed { struct cdi_text force, reference; uint32_t handle; };

static int key_order(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    int order = cdi_text_compare(x->force, y->force);
    return order != 0 ? order : cdi_text_compare(x->reference, y->reference);
}

static bool was_due(const struct cdi_incident_case *incident)
{
    for (size_t i = 0; i < incident->report_count; i++)
        if (incident->reports[i].version != 0)
            return true;
    return false;
}

static bool visit_one(struct cdi_engine *engine, uint32_t handle, bool documents_only,
                      bool (*visit)(void *context, const struct cdi_alert *alert), void *context)
{
    struct cdi_alert alert;
    struct cdi_lifecycle_view view;
    engine->alert_count = 0;
    cdi_scratch_reset(&engine->work);
    struct cdi_verdict *verdict = cdi_scratch_take(&engine->work, sizeof *verdict);
    cdi_engine_decide(engine, handle, verdict, NULL, NULL);
    bool due = verdict->judgement.compared.state != CDI_STATE_NOT_DISCLOSED;
    if (documents_only ? !cdi_alert_exists(&verdict->judgement) : !due && !was_due(&verdict->incident))
        return true;
    cdi_engine_document(engine, verdict, &alert, &view);
    return visit(context, &alert);
}

void cdi_engine_each(struct cdi_engine *engine, bool documents_only,
                     bool (*visit)(void *context, const struct cdi_alert *alert), void *context)
{
    uint32_t bound = cdi_caseload_bound(engine->load, CDI_CASE_INCIDENT);
    struct keyed *keyed = malloc(((size_t)bound + 1) * sizeof *keyed);
    size_t count = 0;
    CDI_ASSERT(keyed != NULL);
    for (uint32_t handle = 0; handle < bound; handle++)
        if (cdi_caseload_holds(engine->load, CDI_CASE_INCIDENT, handle)) {
            struct keyed *next = &keyed[count++];
            next->handle = handle;
            cdi_caseload_key(engine->load, CDI_CASE_INCIDENT, handle, &next->force, &next->reference);
        }
    qsort(keyed, count, sizeof *keyed, key_order);          /* the keys stay: nothing is stored meanwhile */
    for (size_t i = 0; i < count; i++)
        if (!visit_one(engine, keyed[i].handle, documents_only, visit, context))
            break;
    free(keyed);
}
