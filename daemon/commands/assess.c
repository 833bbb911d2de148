/* What logs disclose, a line each, before any clearing or linking: for audit desks, and for measuring the rules. */
#include <stdlib.h>

#include "codec/encode_assess.h"
#include "commands/commands.h"
#include "commands/inputs.h"
#include "commands/output.h"
#include "commands/shared_options.h"
#include "commands/talk.h"
#include "core/caseload.h"
#include "core/disclose.h"
#include "core/due.h"
#include "core/merge.h"
#include "edge/clock.h"
#include "edge/interrupt.h"
#include "edge/terminal.h"

static enum cdi_exit assess_run(const struct cdi_arguments *arguments);

static const struct cdi_option options[] = {
    { "FILE", CDI_TAKES_WORDS, "FILE", true, NULL, "exports of the command and control system" },
    { "source", CDI_TAKES_ONE, "NAME|FILE", false, "cdiwatch",
      "the source table that reads them: storm, controlworks, cdiwatch (our own schema), or a file of yours" },
    CDI_OPTION_OUT, CDI_OPTION_TABLES, CDI_OPTION_KEY, CDI_OPTIONS_END
};
static const char *const description[] = {
    "Prints, for each incident, which crimes its log discloses on the balance of probability, why, and how many are due: one "
    "JSON object a line, in order of force and reference. Nothing is cleared and no crime record is looked for.",
    "Rows about the same incident are merged first. Files are as for cdiwatch replay.",
    NULL
};
static const char *const examples[] = {
    "cdiwatch assess --source storm storm-2026-11.csv.gz",
    "cdiwatch assess --source ./ours.yaml --out assessed.ndjson logs.csv",
    NULL
};
const struct cdi_command cdi_assess_command = {
    "assess", "say which crimes incident logs disclose", description, options, examples, assess_run
};

struct assess {
    struct cdi_inputs inputs;
    struct cdi_caseload *load;
    struct cdi_scratch scratch;
    struct cdi_output output;
    struct cdi_json_text json;
    struct cdi_judgement judgement;
    uint64_t likely, due, out_of_scope;
};

/* ---- merging ---- */

static bool merge_incident(struct assess *assess, const struct cdi_incident *message, struct cdi_error *err)
{
    struct cdi_incident_case incident;
    uint32_t handle = cdi_caseload_add(assess->load, CDI_CASE_INCIDENT, message->force, message->reference, NULL, err);
    if (handle == CDI_HANDLE_NONE)
        return false;
    cdi_scratch_reset(&assess->scratch);
    cdi_caseload_incident(assess->load, handle, &incident, &assess->scratch);
    if (!cdi_merge_incident(&incident.facts, message, &assess->scratch))
        return true;
    return cdi_caseload_store_incident(assess->load, handle, &incident, err);
}

static bool merge_rows(struct assess *assess)
{
    struct cdi_progress progress;
    const struct cdi_record *record;
    size_t count = assess->inputs.counts.rows;
    struct cdi_instant end = CDI_INSTANT_NONE;
    if (count > 0)                              /* times in a row may be a little after it became known, as for replay */
        end = cdi_instant_after(cdi_exports_row(assess->inputs.exports, count - 1).known_at, CDI_HOURS(48));
    assess->out_of_scope = assess->inputs.counts.deletions;
    cdi_progress_start(&progress, "merging", count);
    for (size_t row = 0; row < count && !cdi_interrupted(); row++) {
        struct cdi_error problem = { 0 };
        cdi_progress_at(&progress, row);
        if (!cdi_inputs_decode(&assess->inputs, row, end, &record))
            continue;
        if (record->kind != CDI_RECORD_KIND_INCIDENT) {
            assess->out_of_scope++;
        } else if (!merge_incident(assess, &record->incident, &problem)) {
            cdi_exports_locate(assess->inputs.exports, row, &problem);
            cdi_refusals_take(&assess->inputs.refusals, CDI_FEED_INCIDENTS, &problem);
        }
    }
    cdi_progress_end(&progress);
    return !cdi_interrupted();
}

/* ---- order ---- */

struct place { struct cdi_text force, reference; uint32_t handle; };

static int by_reference(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    int order = cdi_text_compare(a->force, b->force);
    return order != 0 ? order : cdi_text_compare(a->reference, b->reference);
}

/* All incidents in order of (force, reference); owned by the caller; NULL: no memory. */
static struct place *ordered(const struct cdi_caseload *load, size_t *count)
{
    struct place *places = calloc(cdi_caseload_count(load, CDI_CASE_INCIDENT) + 1, sizeof *places);
    *count = 0;
    for (uint32_t handle = 0; places != NULL && handle < cdi_caseload_bound(load, CDI_CASE_INCIDENT); handle++) {
        if (!cdi_caseload_holds(load, CDI_CASE_INCIDENT, handle))
            continue;
        struct place *place = &places[(*count)++];
        place->handle = handle;
        cdi_caseload_key(load, CDI_CASE_INCIDENT, handle, &place->force, &place->reference);
    }
    if (*count > 0)
        qsort(places, *count, sizeof *places, by_reference);
    return places;
}

/* ---- judging ---- */

static void write_incident(struct assess *assess, uint32_t handle)
{
    struct cdi_incident_case incident;
    struct cdi_cut cut;
    const struct cdi_tables *tables = &assess->inputs.rulebook->tables;
    cdi_scratch_reset(&assess->scratch);
    cdi_caseload_incident(assess->load, handle, &incident, &assess->scratch);
    cdi_cut_log(tables, &incident.facts, NULL, &cut);
    cdi_encode_assess_begin(&assess->json, &incident.facts);
    for (size_t i = 0; i < cut.count; i++) {
        cdi_disclose(&cut, i, &assess->judgement.disclosed);
        cdi_due(tables, &incident.facts, &assess->judgement.disclosed, &assess->judgement.due);
        cdi_encode_assess_report(&assess->json, tables, &assess->judgement);
        assess->due += assess->judgement.due.count;
    }
    cdi_encode_assess_end(&assess->json, &incident.facts);
    fwrite(assess->json.at, 1, assess->json.size, assess->output.stream);
    fputc('\n', assess->output.stream);
    assess->likely += cut.count != 0;
}

static bool write_incidents(struct assess *assess)
{
    size_t count;
    struct place *places = ordered(assess->load, &count);
    for (size_t i = 0; places != NULL && i < count && !cdi_interrupted() && !ferror(assess->output.stream); i++)
        write_incident(assess, places[i].handle);
    free(places);
    return places != NULL && !assess->json.failed;
}

/* ---- the command ---- */

static enum cdi_exit finish(struct assess *assess, struct cdi_span started)
{
    struct cdi_error err = { 0 };
    if (!cdi_output_finish(&assess->output, &err)) {
        cdi_complain_error(&err);
        return CDI_EXIT_WRITE;
    }
    int64_t ms = cdi_clock_elapsed().ms - started.ms;
    cdi_say("incidents  %zu, of which %llu disclose crime, %llu crimes due; %zu rows in %lld ms",
            cdi_caseload_count(assess->load, CDI_CASE_INCIDENT), (unsigned long long)assess->likely,
            (unsigned long long)assess->due, assess->inputs.counts.rows, (long long)ms);
    if (assess->out_of_scope > 0)
        cdi_say("           %llu rows were not about incidents", (unsigned long long)assess->out_of_scope);
    cdi_refusals_say(&assess->inputs.refusals);
    return assess->inputs.refusals.count > 0 ? CDI_EXIT_DATA : CDI_EXIT_OK;
}

static enum cdi_exit assess_files(struct assess *assess, const struct cdi_arguments *arguments)
{
    struct cdi_error err = { 0 };
    struct cdi_span started = cdi_clock_elapsed();
    struct cdi_inputs_feed feeds[CDI_FEED_COUNT] = { { "cdiwatch", NULL, 0 }, { "cdiwatch", NULL, 0 }, { "cdiwatch", NULL, 0 } };
    feeds[CDI_FEED_INCIDENTS].source = cdi_argument(arguments, "source");
    feeds[CDI_FEED_INCIDENTS].files = cdi_argument_values(arguments, "FILE", &feeds[CDI_FEED_INCIDENTS].count);
    /* No time passes here, so that no row can be too late. */
    enum cdi_exit result = cdi_inputs_read(&assess->inputs, arguments, feeds, (struct cdi_instant){ INT64_MAX });
    if (result != CDI_EXIT_OK)
        return result;
    assess->load = cdi_caseload_create(&(struct cdi_caseload_limits){ { 0 } }, &err);
    if (assess->load == NULL || !cdi_output_open(&assess->output, cdi_argument(arguments, "out"), &err)) {
        cdi_complain_error(&err);
        return CDI_EXIT_WRITE;
    }
    bool whole = merge_rows(assess) && write_incidents(assess);
    if (cdi_interrupted() || !whole) {
        cdi_output_give_up(&assess->output);
        cdi_complain(cdi_interrupted() ? "interrupted" : "not enough memory; split the export by month");
        return cdi_interrupted() ? CDI_EXIT_INTERRUPTED : CDI_EXIT_DATA;
    }
    return finish(assess, started);
}

static enum cdi_exit assess_run(const struct cdi_arguments *arguments)
{
    struct assess *assess = calloc(1, sizeof *assess);      /* a judgement is too large for the stack's taste */
    if (assess == NULL) {
        cdi_complain("not enough memory");
        return CDI_EXIT_DATA;
    }
    enum cdi_exit result = assess_files(assess, arguments);
    cdi_caseload_destroy(assess->load);
    cdi_scratch_free(&assess->scratch);
    cdi_inputs_release(&assess->inputs);
    free(assess->json.at);
    free(assess);
    return result;
}
