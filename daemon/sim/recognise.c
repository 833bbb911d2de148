#include "sim/recognise.h"

#include <stdlib.h>

#include "core/judgement.h"

struct cdi_recogniser {
    const struct cdi_tables *tables;
    struct cdi_engine *engine;
    const struct cdi_sim *sim;
    bool *right;
    bool *invented;                             /* of first reports: the log is taken to disclose more than it does */
};

struct cdi_recogniser *cdi_recogniser_create(const struct cdi_tables *tables, struct cdi_error *err)
{
    struct cdi_recogniser *recogniser = calloc(1, sizeof *recogniser);
    if (recogniser == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory for the simulator");
        return NULL;
    }
    recogniser->tables = tables;
    recogniser->engine = cdi_engine_create(tables, &(struct cdi_engine_limits){ .seldom_recount = true, .keep_all = true }, err);
    if (recogniser->engine != NULL)
        return recogniser;
    cdi_recogniser_destroy(recogniser);
    return NULL;
}

void cdi_recogniser_destroy(struct cdi_recogniser *recogniser)
{
    if (recogniser == NULL)
        return;
    cdi_engine_destroy(recogniser->engine);
    free(recogniser->invented);
    free(recogniser);
}

bool cdi_recogniser_take(struct cdi_recogniser *recogniser, const struct cdi_record *record, struct cdi_instant known_at,
                         struct cdi_error *err)
{
    if (record == NULL || record->kind != CDI_RECORD_KIND_INCIDENT)
        return true;
    return cdi_engine_apply(recogniser->engine, record, known_at, err) != CDI_OUTCOME_REJECTED;
}

static bool as_reported(const struct cdi_tables *tables, const struct cdi_sim_report *report, const struct cdi_due *due)
{
    uint16_t offence = cdi_tables_offence(tables, cdi_text_of(report->kind->klass));
    bool same = offence != CDI_OFFENCE_NONE && due->count == report->due;
    for (uint8_t i = 0; same && i < due->count; i++)
        same = tables->offences[due->units[i].offence].family == tables->offences[offence].family;
    return same;
}

static bool compare(void *context, const struct cdi_alert *alert)
{
    struct cdi_recogniser *recogniser = context;
    size_t count;
    const struct cdi_sim_report *truth = cdi_sim_truth(recogniser->sim, &count),
                                *report = cdi_sim_find(recogniser->sim, alert->force, alert->incident, alert->report),
                                *first = cdi_sim_find(recogniser->sim, alert->force, alert->incident, 0);
    const struct cdi_due *due = &alert->judgement->due;
    if (first == NULL || due->count == 0)
        return true;
    if (report == NULL)
        recogniser->invented[first - truth] = true;     /* a further report of the log that was never made */
    else
        recogniser->right[report - truth] = report->due > 0 && as_reported(recogniser->tables, report, due);
    return true;
}

/* What is misread of one report may be laid at the other's door: of a log all is understood, or nothing. */
static void judge_whole_logs(struct cdi_recogniser *recogniser, const struct cdi_sim_report *truth, size_t count)
{
    for (size_t i = 0, last; i < count; i = last) {
        bool right = !recogniser->invented[i];
        for (last = i; last < count && truth[last].log == truth[i].log; last++)
            right = right && recogniser->right[last];
        for (size_t at = i; at < last; at++)
            recogniser->right[at] = right;
    }
}

bool *cdi_recogniser_compare(struct cdi_recogniser *recogniser, const struct cdi_sim *sim)
{
    struct cdi_effects effects;
    size_t count;
    const struct cdi_sim_report *truth = cdi_sim_truth(sim, &count);
    free(recogniser->invented);
    recogniser->right = calloc(count + 1, sizeof *recogniser->right);
    recogniser->invented = calloc(count + 1, sizeof *recogniser->invented);
    if (recogniser->right == NULL || recogniser->invented == NULL) {
        free(recogniser->right);
        return NULL;
    }
    recogniser->sim = sim;
    for (size_t i = 0; i < count; i++)
        recogniser->right[i] = truth[i].due == 0;       /* of what is not due nothing may be said */
    while (cdi_engine_settle(recogniser->engine, &effects))
        ;
    cdi_engine_each(recogniser->engine, false, compare, recogniser);
    judge_whole_logs(recogniser, truth, count);
    return recogniser->right;
}
