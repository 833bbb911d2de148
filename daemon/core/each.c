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

static bool was_published(const struct cdi_incident_case *incident, uint32_t key)
{
    for (size_t i = 0; i < incident->report_count; i++)
        if (incident->reports[i].report == key && incident->reports[i].version != 0)
            return true;
    return false;
}

struct visiting { bool (*visit)(void *context, const struct cdi_alert *alert); void *context; bool documents_only; };

static bool visit_report(struct cdi_engine *engine, struct cdi_verdict *verdict, const struct cdi_case_report *report,
                         const struct visiting *visiting)
{
    struct cdi_alert alert;
    struct cdi_lifecycle_view view;
    cdi_engine_document(engine, verdict, report, &alert, &view);
    return visiting->visit(visiting->context, &alert);
}

/* The report that is, or was due, with the least key from `from` on; NULL: none. */
static const struct cdi_case_report *next_report(struct cdi_engine *engine, const struct cdi_verdict *verdict, uint64_t from,
                                                 bool documents_only)
{
    const struct cdi_case_report *next = NULL;
    for (size_t i = 0; i < cdi_engine_told(verdict); i++) {
        const struct cdi_case_report *report = verdict->reports[i];
        uint32_t key = cdi_report_key(report);
        const struct cdi_compared *compared = &report->judgement.compared;
        bool exists = cdi_alert_exists(&report->judgement);
        bool due = compared->state != CDI_STATE_NOT_DISCLOSED || was_published(&verdict->incident, key);
        if ((exists || (due && !documents_only)) && key >= from &&
            (next == NULL || key < cdi_report_key(next)))
            next = report;
    }
    for (size_t i = 0; !documents_only && i < verdict->incident.report_count; i++) {
        const struct cdi_report_state *known = &verdict->incident.reports[i];
        if (known->version != 0 && !cdi_engine_current(verdict, known->report) && known->report >= from &&
            (next == NULL || known->report < cdi_report_key(next)))
            next = cdi_engine_past(engine, verdict, known);
    }
    return next;
}

static bool visit_log(struct cdi_engine *engine, uint32_t handle, const struct visiting *visiting)
{
    engine->alert_count = 0;
    cdi_scratch_reset(&engine->work);
    struct cdi_verdict *verdict = cdi_scratch_take(&engine->work, sizeof *verdict);
    cdi_engine_decide(engine, handle, verdict, NULL, NULL);
    const struct cdi_case_report *report;
    for (uint64_t from = 0; (report = next_report(engine, verdict, from, visiting->documents_only)) != NULL;
         from = (uint64_t)cdi_report_key(report) + 1)
        if (!visit_report(engine, verdict, report, visiting))
            return false;
    return true;
}

void cdi_engine_each(struct cdi_engine *engine, bool documents_only,
                     bool (*visit)(void *context, const struct cdi_alert *alert), void *context)
{
    uint32_t bound = cdi_caseload_bound(engine->load, CDI_CASE_INCIDENT);
    struct keyed *keyed = malloc(((size_t)bound + 1) * sizeof *keyed);
    const struct visiting visiting = { visit, context, documents_only };
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
        if (!visit_log(engine, keyed[i].handle, &visiting))
            break;
    free(keyed);
}
