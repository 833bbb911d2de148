/* The simulator's promises: the same seed gives the same bytes, its rates are those it names, and what it calls the truth is what the
 * engine finds, where the words are understood. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/decode.h"
#include "codec/source.h"
#include "codec/tokens.h"
#include "core/judgement.h"
#include "sim/recognise.h"
#include "sim/simulator.h"
#include "table_files.h"

enum { DAYS = 4 };
static const struct cdi_instant start = { 1793836800000 };      /* 2026-11-05T00:00:00Z */

static struct table_files files;
static struct cdi_rulebook *rules;
static struct cdi_source *source;
static struct cdi_tokeniser *tokeniser;
static struct cdi_decoder *decoder;

static int open_all(void **state)
{
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    (void)state;
    rules = table_files_read(&files) ? cdi_rulebook_read(files.files, files.count, NULL, NULL, &err) : NULL;
    source = cdi_source_read("test", CDI_TEXT("name: cdiwatch\nfeeds:\n  incidents: {}\n  crimes: {}\n  actions: {}\n"), &err);
    tokeniser = cdi_tokeniser_create("0123456789abcdef0123456789abcdef", 32, &err);
    if (rules == NULL || source == NULL || tokeniser == NULL)
        return -1;
    const struct cdi_decoder_parts parts = { source, rules->lexicon, tokeniser, rules->boilerplate, CDI_JSON_READER_SIMDJSON };
    decoder = cdi_decoder_create(&parts, &err);
    return decoder != NULL ? 0 : -1;
}

static int close_all(void **state)
{
    (void)state;
    cdi_decoder_destroy(decoder);
    cdi_tokeniser_destroy(tokeniser);
    cdi_source_destroy(source);
    cdi_rulebook_destroy(rules);
    table_files_free(&files);
    return 0;
}

static uint64_t seed_or(uint64_t otherwise)
{
    const char *seed = getenv("SEED");
    return seed != NULL ? strtoull(seed, NULL, 10) : otherwise;
}

static struct cdi_sim *simulator(uint64_t seed)
{
    struct cdi_error err = { 0 };
    struct cdi_sim *sim = cdi_sim_create(seed, start, &err);
    assert_non_null(sim);
    return sim;
}

/* False: it is sent after `until`, and still waits. */
static bool next_before(struct cdi_sim *sim, struct cdi_instant until, struct cdi_sim_message *message)
{
    struct cdi_error err = { 0 };
    struct cdi_instant at;
    assert_true(cdi_sim_peek(sim, &at, &err));
    if (!cdi_instant_before(at, until))
        return false;
    assert_true(cdi_sim_next(sim, message, &err));
    assert_int_equal(message->at.ms, at.ms);
    return true;
}

static const struct cdi_record *decoded(const struct cdi_sim_message *message)
{
    const struct cdi_record *record = NULL;
    struct cdi_error err = { 0 };
    if (!cdi_decode_message(decoder, message->feed, message->value.at, message->value.size, message->at, &record, &err))
        fail_msg("%s: %s in %.*s", err.where, err.text, CDI_TEXT_ARGS(message->value));
    return record;
}

static void the_same_seed_says_the_same_bytes_and_another_seed_others(void **state)
{
    struct cdi_sim *sims[] = { simulator(7), simulator(7), simulator(8) };
    struct cdi_sim_message a, b, c;
    size_t other = 0;
    (void)state;
    for (int i = 0; i < 4000; i++) {
        assert_true(next_before(sims[0], (struct cdi_instant){ INT64_MAX }, &a));
        assert_true(next_before(sims[1], (struct cdi_instant){ INT64_MAX }, &b));
        assert_true(next_before(sims[2], (struct cdi_instant){ INT64_MAX }, &c));
        assert_true(a.at.ms == b.at.ms && a.feed == b.feed && cdi_text_same(a.key, b.key) && cdi_text_same(a.value, b.value));
        other += !cdi_text_same(a.value, c.value);
    }
    assert_true(other > 3900);
    for (size_t i = 0; i < 3; i++)
        cdi_sim_destroy(sims[i]);
}

static void every_message_decodes_when_it_is_sent_and_none_is_sent_before_an_earlier_one(void **state)
{
    struct cdi_sim *sim = simulator(seed_or(11));
    struct cdi_sim_message message;
    struct cdi_instant last = start;
    size_t kinds[CDI_RECORD_KIND_COUNT] = { 0 };
    (void)state;
    while (next_before(sim, cdi_instant_after(start, CDI_DAYS(DAYS)), &message)) {
        assert_false(cdi_instant_before(message.at, last));
        last = message.at;
        kinds[decoded(&message)->kind]++;
    }
    assert_true(kinds[CDI_RECORD_KIND_INCIDENT] > 5000 && kinds[CDI_RECORD_KIND_CRIME] > 400);
    assert_int_equal(kinds[CDI_RECORD_KIND_HEARTBEAT], DAYS * 48 * 3 * 2);
    cdi_sim_destroy(sim);
}

static void within(const char *what, size_t part, size_t whole, double least, double most)
{
    double share = (double)part / (double)whole;
    print_message("# %s: %zu of %zu, %.3f\n", what, part, whole, share);
    if (share < least || share > most)
        fail_msg("%s: %.3f is not within %.3f and %.3f", what, share, least, most);
}

/* Of 60 days: bounds are about five deviations wide. */
static void what_happens_is_as_frequent_as_it_is_said_to_be(void **state)
{
    struct cdi_sim *sim = simulator(seed_or(3));
    struct cdi_sim_message message;
    size_t count, fates[CDI_SIM_FATE_COUNT] = { 0 }, hidden = 0, several = 0, due, by_force[3] = { 0 }, further = 0, logs;
    (void)state;
    while (next_before(sim, cdi_instant_after(start, CDI_DAYS(60)), &message))
        ;
    const struct cdi_sim_report *truth = cdi_sim_truth(sim, &count);
    for (size_t i = 0; i < count; i++) {
        if (truth[i].report != 0) {
            further++;
            assert_int_equal(truth[i].log, truth[i - 1].log);
            assert_true(cdi_instant_before(truth[i - 1].received_at, truth[i].received_at));
            assert_ptr_equal(cdi_sim_find(sim, cdi_text_of(truth[i].force), cdi_text_of(truth[i].incident), truth[i].report), &truth[i]);
            continue;
        }
        fates[truth[i].fate]++;
        hidden += truth[i].hidden;
        several += truth[i].due > 1;
        by_force[truth[i].force[0] == 'e' ? 0 : truth[i].force[0] == 'c' ? 1 : 2]++;
    }
    logs = count - further;
    due = logs - fates[CDI_SIM_HARMLESS];
    within("logs that disclose a crime", due, logs, 0.28, 0.32);
    within("of those, that disclose more later", further, due, 0.018, 0.038);
    within("never recorded", fates[CDI_SIM_NEVER], due, 0.040, 0.060);
    within("late, of those recorded", fates[CDI_SIM_LATE], fates[CDI_SIM_LATE] + fates[CDI_SIM_IN_TIME], 0.20, 0.24);
    within("cleared", fates[CDI_SIM_CLEARED], due, 0.040, 0.060);
    within("disposed of without evidence", fates[CDI_SIM_UNPROVEN], due, 0.013, 0.027);
    within("cancelled or withdrawn", fates[CDI_SIM_CANCELLED] + fates[CDI_SIM_WITHDRAWN], due, 0.017, 0.033);
    within("hidden", hidden, due, 0.13, 0.17);
    within("two crimes in one", several, due, 0.03, 0.06);
    within("logs of the largest force", by_force[0], logs, 0.55, 0.63);
    within("logs of the smallest force", by_force[2], logs, 0.10, 0.15);
    assert_true(cdi_sim_counts(sim).repeated > 0 && cdi_sim_counts(sim).delayed > 0);
    cdi_sim_destroy(sim);
}

/* ---- the truth ---- */

struct comparison {
    struct cdi_sim *sim;
    struct cdi_instant until;
    bool *right;
    bool *seen;                                 /* [truth * CDI_STAGE_COUNT + stage]: the engine says that it held */
    size_t wrong;
};

static bool take_stages(void *context, const struct cdi_alert *alert)
{
    struct comparison *comparison = context;
    size_t count;
    const struct cdi_sim_report *report = cdi_sim_find(comparison->sim, alert->force, alert->incident, alert->report);
    if (report == NULL)
        return true;                            /* its log is misread, and left out as a whole */
    size_t i = (size_t)(report - cdi_sim_truth(comparison->sim, &count));
    for (int stage = CDI_STAGE_NOTICE; stage < CDI_STAGE_COUNT; stage++)
        comparison->seen[i * CDI_STAGE_COUNT + (size_t)stage] |= cdi_instant_said(alert->judgement->timed.stage_at[stage]);
    return true;
}

/* Time passes as it does in `replay`: message by message, each judged when it is known. */
static void play(struct comparison *comparison, struct cdi_engine *engine, struct cdi_recogniser *recogniser)
{
    struct cdi_sim_message message;
    struct cdi_effects effects;
    struct cdi_error err = { 0 };
    while (next_before(comparison->sim, comparison->until, &message)) {
        const struct cdi_record *record = decoded(&message);
        assert_int_not_equal(cdi_engine_apply(engine, record, message.at, &err), CDI_OUTCOME_REJECTED);
        assert_true(cdi_recogniser_take(recogniser, record, message.at, &err));
    }
    cdi_engine_advance(engine, comparison->until);
    while (cdi_engine_settle(engine, &effects))
        ;
    cdi_engine_each(engine, true, take_stages, comparison);
    comparison->right = cdi_recogniser_compare(recogniser, comparison->sim);
    assert_non_null(comparison->right);
}

static void compare_stage(struct comparison *comparison, const struct cdi_sim_report *report, size_t i, enum cdi_stage stage)
{
    struct cdi_span after = rules->tables.stages[report->kind->risk].after[stage];
    bool reached = cdi_instant_before(cdi_instant_after(report->received_at, after), comparison->until) && cdi_sim_reaches(report, after);
    if (reached == comparison->seen[i * CDI_STAGE_COUNT + (size_t)stage])
        return;
    comparison->wrong++;
    print_message("# %s, %s of class %s: %s %s\n", report->incident, cdi_sim_fate_word(report->fate),
                  report->kind->klass != NULL ? report->kind->klass : "none", cdi_stage_word(stage), reached ? "is missing" : "is false");
}

static void where_the_words_are_understood_the_engine_finds_the_truth(void **state)
{
    struct comparison comparison = { .sim = simulator(seed_or(5)), .until = cdi_instant_after(start, CDI_DAYS(DAYS)) };
    struct cdi_error err = { 0 };
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, &(struct cdi_engine_limits){ 0 }, &err);
    struct cdi_recogniser *recogniser = cdi_recogniser_create(&rules->tables, &err);
    size_t count, missed = 0, invented = 0, further = 0;
    (void)state;
    assert_true(engine != NULL && recogniser != NULL);
    comparison.seen = calloc(100000, sizeof *comparison.seen);
    assert_non_null(comparison.seen);
    play(&comparison, engine, recogniser);
    const struct cdi_sim_report *truth = cdi_sim_truth(comparison.sim, &count);
    assert_true(count * CDI_STAGE_COUNT <= 100000);
    for (size_t i = 0; i < count; i++) {
        further += comparison.right[i] && truth[i].report != 0;
        missed += !comparison.right[i] && truth[i].due > 0;
        invented += !comparison.right[i] && truth[i].due == 0;
        for (int stage = CDI_STAGE_NOTICE; comparison.right[i] && stage < CDI_STAGE_COUNT; stage++)
            compare_stage(&comparison, &truth[i], i, (enum cdi_stage)stage);
        if (!comparison.right[i])
            print_message("# not understood: %s %s due %d of class %s%s\n", truth[i].incident, cdi_sim_fate_word(truth[i].fate), truth[i].due,
                          truth[i].kind->klass != NULL ? truth[i].kind->klass : "none", truth[i].hidden ? ", hidden" : "");
    }
    print_message("# of %zu reports %zu are not understood, %zu harmless logs are taken for crimes; %zu were disclosed later, and understood\n",
                  count, missed, invented, further);
    assert_true(further > 0);
    assert_int_equal(comparison.wrong, 0);
    free(comparison.right);
    free(comparison.seen);
    cdi_recogniser_destroy(recogniser);
    cdi_engine_destroy(engine);
    cdi_sim_destroy(comparison.sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_says_the_same_bytes_and_another_seed_others),
        cmocka_unit_test(every_message_decodes_when_it_is_sent_and_none_is_sent_before_an_earlier_one),
        cmocka_unit_test(what_happens_is_as_frequent_as_it_is_said_to_be),
        cmocka_unit_test(where_the_words_are_understood_the_engine_finds_the_truth),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, open_all, close_all);
}
