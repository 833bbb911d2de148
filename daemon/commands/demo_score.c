#include "commands/demo_score.h"

#include <stdlib.h>

#include "codec/changelog.h"
#include "codec/json.h"
#include "codec/document.h"
#include "core/clock_state.h"
#include "edge/kafka_consumer.h"
#include "sim/recognise.h"

/* So shortly before the end it depends on how fast messages travel what was known. */
#define UNCERTAIN CDI_MINUTES(30)

/* Of one report, by its newest document: when each stage held; NONE: it did not.  taken_back: something was published that
 * a message then showed to be wrong. */
struct seen { struct cdi_instant stage_at[CDI_STAGE_COUNT]; bool taken_back; };

struct cdi_score {
    const struct cdi_config *config;
    struct cdi_reading *reading;
    const struct cdi_sim *sim;
    struct cdi_recogniser *recogniser;
    struct cdi_json *json;
    struct cdi_scratch scratch;
    struct seen *seen;                          /* as the truth is numbered */
    size_t seen_count;
    struct cdi_instant *judged;                 /* of each shard */
    bool *in_use;                               /* the shard has a force */
};

/* ---- taking in ---- */

bool cdi_score_sent(struct cdi_score *score, const struct cdi_sim_message *message, struct cdi_error *err)
{
    const struct cdi_record *record;
    score->in_use[cdi_force_partition(message->key, (int32_t)score->config->partitions)] = true;
    return message->feed != CDI_FEED_INCIDENTS ||
           (cdi_decode_message(score->reading->decoders[CDI_FEED_INCIDENTS], CDI_FEED_INCIDENTS, message->value.at,
                               message->value.size, message->at, &record, err) &&
            cdi_recogniser_take(score->recogniser, record, message->at, err));
}

static struct seen unseen(void)
{
    struct seen nothing = { .taken_back = false };
    for (int stage = 0; stage < CDI_STAGE_COUNT; stage++)
        nothing.stage_at[stage] = CDI_INSTANT_NONE;
    return nothing;
}

/* Where the report is kept; NULL: no memory. */
static struct seen *seen_of(struct cdi_score *score, const struct cdi_sim_report *report)
{
    size_t count;
    size_t i = (size_t)(report - cdi_sim_truth(score->sim, &count));
    if (count > score->seen_count) {
        struct seen *moved = realloc(score->seen, 2 * count * sizeof *moved);
        if (moved == NULL)
            return NULL;
        for (size_t new = score->seen_count; new < 2 * count; new++)
            moved[new] = unseen();
        score->seen = moved;
        score->seen_count = 2 * count;
    }
    return &score->seen[i];
}

static void take_document(struct seen *seen, struct cdi_value data)
{
    enum cdi_stage stage;
    enum cdi_mark mark;
    struct cdi_value history = cdi_value_member(data, "history"), marks = cdi_value_member(data, "marks");
    *seen = unseen();
    for (struct cdi_value item = cdi_value_first(history); cdi_value_said(item); item = cdi_value_next(history, item))
        if (cdi_stage_from(cdi_member_text(item, "what"), &stage))
            seen->stage_at[stage] = cdi_member_instant(item, "at");
    for (struct cdi_value item = cdi_value_first(marks); cdi_value_said(item); item = cdi_value_next(marks, item))
        seen->taken_back |= cdi_mark_from(cdi_value_text(item), &mark) && mark == CDI_MARK_LATE_MESSAGE;
}

bool cdi_score_alert(struct cdi_score *score, const struct cdi_message *message, struct cdi_error *err)
{
    const struct cdi_json_node *nodes;
    if (message->value.at == NULL)
        return true;                            /* long settled, and forgotten */
    if (!cdi_json_read(score->json, message->value.at, message->value.size, &nodes, err))
        return false;
    struct cdi_value data = cdi_value_member((struct cdi_value){ nodes, nodes }, "data");
    const struct cdi_sim_report *report =
        cdi_sim_find(score->sim, cdi_member_text(data, "force"), cdi_member_text(data, "incident"),
                     (uint32_t)cdi_value_integer(cdi_value_member(data, "report")));
    if (report == NULL)
        return true;                            /* a feed, a tally, or a report that was never made: the log is misread */
    struct seen *seen = seen_of(score, report);
    if (seen == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory for the demo");
    take_document(seen, data);
    return true;
}

bool cdi_score_changelog(struct cdi_score *score, const struct cdi_message *message, struct cdi_error *err)
{
    struct cdi_text packed;
    struct cdi_clock_state clock;
    cdi_scratch_reset(&score->scratch);
    if (!cdi_text_same(message->key, cdi_clock_key(&score->scratch)) || message->value.at == NULL)
        return true;
    if (!cdi_changelog_open(message->value, CDI_CASE_CLOCK, &packed, err) || !cdi_unpack_clock(packed, &clock, err))
        return false;
    score->judged[message->partition] = clock.judge_time;
    return true;
}

/* ---- what it comes to ---- */

void cdi_score_reached(const struct cdi_score *score, size_t reached[CDI_STAGE_COUNT])
{
    for (int stage = 0; stage < CDI_STAGE_COUNT; stage++)
        reached[stage] = 0;
    for (size_t i = 0; i < score->seen_count; i++)
        for (int stage = 0; stage < CDI_STAGE_COUNT; stage++)
            reached[stage] += cdi_instant_said(score->seen[i].stage_at[stage]);
}

struct cdi_instant cdi_score_judged(const struct cdi_score *score)
{
    struct cdi_instant least = { INT64_MAX };
    for (int64_t i = 0; i < score->config->partitions; i++)
        if (score->in_use[i] && cdi_instant_before(score->judged[i], least))
            least = score->judged[i];           /* NONE is before all */
    return least.ms == INT64_MAX ? CDI_INSTANT_NONE : least;
}

/* When the report truly reaches the stage; NONE: never. */
static struct cdi_instant truly_at(const struct cdi_tables *tables, const struct cdi_sim_report *report, enum cdi_stage stage)
{
    struct cdi_span after = tables->stages[report->kind->risk].after[stage];
    struct cdi_instant at = cdi_instant_after(report->received_at, after);
    if (!cdi_sim_reaches(report, after))
        return CDI_INSTANT_NONE;
    bool answered_then = cdi_instant_said(report->reopened_at) && !cdi_instant_before(at, report->answered_at);
    return answered_then ? cdi_instant_later(at, report->reopened_at) : at;
}

static void judge_stage(struct cdi_verdict *verdict, struct cdi_instant truly, struct cdi_instant seen, struct cdi_instant end)
{
    struct cdi_instant sure = { end.ms - UNCERTAIN.ms };
    bool due = cdi_instant_said(truly), raised = cdi_instant_said(seen) && !cdi_instant_before(end, seen);
    if (due && cdi_instant_before(sure, truly))
        return;                                 /* not yet, or it is too early to say */
    verdict->due += due;
    verdict->raised += raised;
    verdict->missed += due && !raised;
    verdict->invented += raised && !due;
}

static void judge_report(struct cdi_score *score, const struct cdi_sim_report *report, size_t i, struct cdi_instant end,
                         struct cdi_verdicts *verdicts)
{
    for (int stage = CDI_STAGE_NOTICE; stage < CDI_STAGE_COUNT; stage++)
        judge_stage(&verdicts->stages[stage], truly_at(&score->reading->rulebook->tables, report, (enum cdi_stage)stage),
                    i < score->seen_count ? score->seen[i].stage_at[stage] : CDI_INSTANT_NONE, end);
}

bool cdi_score_settle(struct cdi_score *score, struct cdi_verdicts *verdicts, struct cdi_error *err)
{
    size_t count;
    struct cdi_instant end = cdi_score_judged(score);
    const struct cdi_sim_report *truth = cdi_sim_truth(score->sim, &count);
    bool *right = cdi_recogniser_compare(score->recogniser, score->sim);
    *verdicts = (struct cdi_verdicts){ 0 };
    if (right == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory for the demo");
    for (size_t i = 0; i < count; i++) {
        if (!cdi_instant_before(truth[i].received_at, end))
            continue;
        verdicts->logs += truth[i].report == 0;
        verdicts->crimes += truth[i].report == 0 && truth[i].due > 0;
        verdicts->further += truth[i].report != 0;
        verdicts->unheard += truth[i].due > 0 && !right[i];
        verdicts->misread += truth[i].due == 0 && !right[i];
        verdicts->taken_back += i < score->seen_count && score->seen[i].taken_back;
        if (right[i])
            judge_report(score, &truth[i], i, end, verdicts);
    }
    free(right);
    return true;
}

/* ---- life ---- */

struct cdi_score *cdi_score_create(const struct cdi_config *config, struct cdi_reading *reading, const struct cdi_sim *sim,
                                   struct cdi_error *err)
{
    struct cdi_score *score = calloc(1, sizeof *score);
    if (score == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory for the demo");
        return NULL;
    }
    *score = (struct cdi_score){ .config = config, .reading = reading, .sim = sim };
    score->judged = calloc((size_t)config->partitions, sizeof *score->judged);
    score->in_use = calloc((size_t)config->partitions, sizeof *score->in_use);
    score->json = cdi_json_create(CDI_JSON_READER_SIMDJSON, err);
    score->recogniser = cdi_recogniser_create(&reading->rulebook->tables, err);
    for (int64_t i = 0; score->judged != NULL && i < config->partitions; i++)
        score->judged[i] = CDI_INSTANT_NONE;
    if (score->judged != NULL && score->in_use != NULL && score->json != NULL && score->recogniser != NULL)
        return score;
    cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory for the demo");
    cdi_score_destroy(score);
    return NULL;
}

void cdi_score_destroy(struct cdi_score *score)
{
    if (score == NULL)
        return;
    cdi_recogniser_destroy(score->recogniser);
    cdi_json_destroy(score->json);
    cdi_scratch_free(&score->scratch);
    free(score->seen);
    free(score->judged);
    free(score->in_use);
    free(score);
}
