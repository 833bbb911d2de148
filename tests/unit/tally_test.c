/* Lags in buckets, and the cells of tallies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/lag.h"
#include "core/state.h"
#include "core/tally.h"
#include "core/tally_row.h"
#include "random_case.h"

/* ---- lags ---- */

static int64_t random_lag(uint64_t *seed)
{
    uint32_t bits = random_below(seed, 33);
    uint64_t lag = (uint64_t)random_below(seed, UINT32_MAX) + 1;
    return (int64_t)(bits == 32 ? lag : lag & ((UINT64_C(1) << bits) - 1));
}

static int by_size(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void add_lag(struct cdi_tally_row *row, int64_t lag) { cdi_tally_row_add(row, CDI_TALLY_LAGS + cdi_lag_bucket(lag), 1); }

static void every_lag_is_told_within_the_stated_error(void **state)
{
    (void)state;
    uint64_t seed = random_seed("lags");
    for (int64_t lag = 0; lag < 64; lag++)
        assert_int_equal(cdi_lag_seconds(cdi_lag_bucket(lag)), lag);
    for (int round = 0; round < 200000; round++) {
        int64_t lag = random_lag(&seed), told = cdi_lag_seconds(cdi_lag_bucket(lag));
        if (llabs(told - lag) * CDI_LAG_ERROR_ONE_IN > lag)
            fail_msg("%lld is told as %lld", (long long)lag, (long long)told);
    }
    assert_int_equal(cdi_lag_bucket(-5), 0);
    assert_int_equal(cdi_lag_bucket(CDI_LAG_MAX_S), CDI_LAG_BUCKETS - 1);
    assert_int_equal(cdi_lag_bucket(INT64_MAX), CDI_LAG_BUCKETS - 1);
    for (uint16_t bucket = 1; bucket < CDI_LAG_BUCKETS; bucket++) {
        assert_true(cdi_lag_seconds(bucket) > cdi_lag_seconds(bucket - 1));
        assert_int_equal(cdi_lag_bucket(cdi_lag_seconds(bucket)), bucket);
    }
}

static void percentiles_are_near_those_of_the_sorted_lags(void **state)
{
    (void)state;
    static const unsigned percents[] = { 1, 50, 90, 95, 99, 100 };
    uint64_t seed = random_seed("percentiles");
    for (int round = 0; round < 300; round++) {
        int64_t lags[200];
        size_t count = 1 + random_below(&seed, 200);
        struct cdi_tally_row row = { .parts = NULL };
        for (size_t i = 0; i < count; i++)
            add_lag(&row, lags[i] = random_lag(&seed));
        qsort(lags, count, sizeof *lags, by_size);
        assert_int_equal(cdi_lag_count(&row), count);
        for (size_t p = 0; p < sizeof percents / sizeof *percents; p++) {
            int64_t want = lags[(count * percents[p] + 99) / 100 - 1], got = cdi_lag_percentile(&row, percents[p]);
            if (llabs(got - want) * CDI_LAG_ERROR_ONE_IN > want)
                fail_msg("p%u of %zu lags is %lld, told as %lld", percents[p], count, (long long)want, (long long)got);
        }
        cdi_tally_row_release(&row);
    }
}

static bool same_parts(const struct cdi_tally_row *a, const struct cdi_tally_row *b)
{
    bool same = a->part_count == b->part_count;
    for (uint32_t i = 0; same && i < a->part_count; i++)
        same = a->parts[i].slot == b->parts[i].slot && a->parts[i].count == b->parts[i].count;
    return same;
}

static void rows_that_are_joined_are_as_if_counted_together(void **state)
{
    (void)state;
    uint64_t seed = random_seed("joined rows");
    for (int round = 0; round < 300; round++) {
        struct cdi_tally_row all = { .parts = NULL }, parts[3] = { { .parts = NULL } }, joined = { .parts = NULL };
        for (uint32_t n = random_below(&seed, 200); n > 0; n--) {
            int64_t lag = random_lag(&seed);
            add_lag(&all, lag);
            add_lag(&parts[random_below(&seed, 3)], lag);
        }
        for (size_t i = 0; i < 3; i++) {
            cdi_tally_row_join(&joined, &parts[2 - i]);
            cdi_tally_row_release(&parts[2 - i]);
        }
        assert_true(same_parts(&all, &joined));
        cdi_tally_row_release(&all);
        cdi_tally_row_release(&joined);
    }
}

static void of_no_lags_there_is_no_percentile(void **state)
{
    (void)state;
    struct cdi_tally_row row = { .parts = NULL };
    assert_int_equal(cdi_lag_percentile(&row, 50), -1);
    cdi_tally_row_add(&row, CDI_TALLY_REPORTS, 4);
    assert_int_equal(cdi_lag_percentile(&row, 50), -1);
    cdi_tally_row_release(&row);
}

/* ---- days ---- */

static void days_are_read_as_they_are_written(void **state)
{
    (void)state;
    static const char *const wrong[] = { "", "2026-11-4", "2026-11-04T", "2026-02-29", "2026/11/04", "26-11-04", "2026-00-01", "UNDATED" };
    char text[CDI_TALLY_DAY_SIZE];
    int32_t day;
    for (int32_t want = -20000; want < 60000; want += 13) {
        cdi_tally_day_format(want, text);
        assert_true(cdi_tally_day_from(cdi_text_of(text), &day));
        assert_int_equal(day, want);
    }
    cdi_tally_day_format(20761, text);
    assert_string_equal(text, "2026-11-04");
    assert_true(cdi_tally_day_from(CDI_TEXT("undated"), &day));
    assert_int_equal(day, CDI_TALLY_UNDATED);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(cdi_tally_day_from(cdi_text_of(wrong[i]), &day));
}

/* ---- cells ---- */

enum { CASES = 40 };

static struct cdi_text one_of(uint64_t *seed, const char *const *words, uint32_t count)
{
    return cdi_text_of(words[random_below(seed, count)]);
}

static struct cdi_text random_contribution(uint64_t *seed, struct cdi_scratch *scratch)
{
    static const char *const words[] = { "East", "West", NULL, "" };
    static struct cdi_tally_item items[3];
    uint32_t count = random_below(seed, 4);
    for (uint32_t i = 0; i < count; i++) {
        items[i] = (struct cdi_tally_item){ .area = one_of(seed, words, 4), .day = (int32_t)(100 + random_below(seed, 3)) };
        items[i].key = (struct cdi_tally_key){ random_below(seed, 2), (uint8_t)random_below(seed, 5), one_of(seed, words, 3),
                                               one_of(seed, words, 3) };
        for (uint32_t n = random_below(seed, 6); n > 0; n--)
            cdi_tally_item_add(&items[i], random_below(seed, CDI_TALLY_LAGS + CDI_LAG_BUCKETS), random_below(seed, 3));
    }
    const struct cdi_contribution contribution = { items, NULL, count, 0 };
    return cdi_contribution_pack(&contribution, scratch);
}

/* What is counted, and nothing of how it came to that. */
static bool write_tally(void *context, const struct cdi_tally *tally)
{
    FILE *out = context;
    for (uint32_t r = 0; r < tally->row_count; r++) {
        const struct cdi_tally_row *row = &tally->rows[r];
        fprintf(out, "%.*s %.*s %d %d %d %.*s %.*s:", CDI_TEXT_ARGS(tally->force), CDI_TEXT_ARGS(tally->area), (int)tally->day,
                (int)row->key.of, (int)row->key.category, CDI_TEXT_ARGS(row->key.channel), CDI_TEXT_ARGS(row->key.source));
        for (uint32_t i = 0; i < row->part_count; i++)
            fprintf(out, " %u=%u", row->parts[i].slot, row->parts[i].count);
        fputc('\n', out);
    }
    return true;
}

static char *written(const struct cdi_tallies *tallies)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    cdi_tallies_each(tallies, write_tally, out);
    fclose(out);
    return text;
}

static void assert_same(const struct cdi_tallies *a, const struct cdi_tallies *b)
{
    char *left = written(a), *right = written(b);
    assert_string_equal(left, right);
    free(left);
    free(right);
}

/* Another one, from the state records of this. */
static struct cdi_tallies *restarted(struct cdi_tallies *tallies, struct cdi_tallies *shelf, struct cdi_scratch *scratch)
{
    struct cdi_text force, reference, packed;
    struct cdi_error err = { 0 };
    while (cdi_tallies_next_state(tallies, &force, &reference, &packed, scratch))
        if (!cdi_tallies_restore(shelf, force, reference, packed, &err))
            fail_msg("%s", err.text);
    return shelf;
}

static void whatever_moves_in_between_what_counts_in_the_end_is_what_is_counted(void **state)
{
    (void)state;
    uint64_t first = random_seed("cells");
    for (uint64_t round = 0; round < 60; round++) {
        uint64_t seed = first + round;
        struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
        struct cdi_text held[CASES] = { { NULL, 0 } };
        struct cdi_tallies *moved = cdi_tallies_create(0), *afresh = cdi_tallies_create(0), *shelf = cdi_tallies_create(0);
        for (uint32_t n = random_below(&seed, 400); n > 0; n--) {
            uint32_t which = random_below(&seed, CASES);
            struct cdi_text after = random_contribution(&seed, &scratch);
            assert_true(!cdi_text_said(after) || cdi_contribution_valid(after));
            cdi_tallies_move(moved, CDI_TEXT("dpp"), held[which], after);
            held[which] = after;
            if (random_one_in(&seed, 10))
                restarted(moved, shelf, &scratch);
        }
        for (size_t i = CASES; i > 0; i--)
            cdi_tallies_move(afresh, CDI_TEXT("dpp"), CDI_TEXT_NONE, held[i - 1]);
        assert_same(moved, afresh);
        assert_same(restarted(moved, shelf, &scratch), afresh);
        cdi_tallies_destroy(moved);
        cdi_tallies_destroy(afresh);
        cdi_tallies_destroy(shelf);
        cdi_scratch_free(&scratch);
    }
}

static struct cdi_text one_report(struct cdi_text area, int32_t day, struct cdi_text channel, struct cdi_scratch *scratch)
{
    struct cdi_tally_item item = { .area = area, .day = day, .key = { .channel = channel } };
    cdi_tally_item_add(&item, CDI_TALLY_REPORTS, 1);
    const struct cdi_contribution contribution = { &item, NULL, 1, 0 };
    return cdi_contribution_pack(&contribution, scratch);
}

static bool count_rows(void *context, const struct cdi_tally *tally)
{
    uint32_t *rows = context;
    rows[0]++;
    rows[1] += tally->row_count;
    for (uint32_t i = 0; i < tally->row_count; i++)
        rows[2] += cdi_tally_count(&tally->rows[i], CDI_TALLY_REPORTS);
    return true;
}

static void beyond_the_words_told_apart_it_counts_as_other_and_is_taken_off_there(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_tallies *tallies = cdi_tallies_create(0);
    struct cdi_text held[100];
    uint32_t rows[3] = { 0 };
    char word[24];
    for (int i = 0; i < 100; i++) {
        snprintf(word, sizeof word, "channel %d", i);
        held[i] = one_report(CDI_TEXT("East"), 1, cdi_scratch_text(&scratch, cdi_text_of(word)), &scratch);
        cdi_tallies_move(tallies, CDI_TEXT("dpp"), CDI_TEXT_NONE, held[i]);
        cdi_tallies_move(tallies, CDI_TEXT("dpp"), CDI_TEXT_NONE,
                         one_report(cdi_scratch_text(&scratch, cdi_text_of(word)), 2, CDI_TEXT_NONE, &scratch));
    }
    cdi_tallies_each(tallies, count_rows, rows);
    assert_int_equal(rows[0], 1 + CDI_TALLY_AREAS_MAX + 1);
    assert_int_equal(rows[1], CDI_TALLY_WORDS_MAX + 1 + CDI_TALLY_AREAS_MAX + 1);
    assert_int_equal(rows[2], 200);
    for (int i = 0; i < 100; i++)
        cdi_tallies_move(tallies, CDI_TEXT("dpp"), held[i], CDI_TEXT_NONE);
    memset(rows, 0, sizeof rows);
    cdi_tallies_each(tallies, count_rows, rows);
    assert_int_equal(rows[2], 100);
    cdi_tallies_destroy(tallies);
    cdi_scratch_free(&scratch);
}

static void one_force_of_many_areas_leaves_another_its_own(void **state)
{
    static const char *const forces[] = { "aaa", "dpp", "zzz" };
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_tallies *tallies = cdi_tallies_create(0);
    uint32_t rows[3] = { 0 };
    char word[24];
    for (int i = 0; i < 100; i++)
        for (size_t f = 0; f < 3; f++) {
            snprintf(word, sizeof word, "area %d", i);
            if (f == 1 || i < 10)
                cdi_tallies_move(tallies, cdi_text_of(forces[f]), CDI_TEXT_NONE,
                                 one_report(cdi_scratch_text(&scratch, cdi_text_of(word)), 2, CDI_TEXT_NONE, &scratch));
        }
    for (size_t f = 0; f < 3; f++)              /* a day on which nobody has many yet */
        cdi_tallies_move(tallies, cdi_text_of(forces[f]), CDI_TEXT_NONE, one_report(CDI_TEXT("area 99"), 3, CDI_TEXT_NONE, &scratch));
    cdi_tallies_each(tallies, count_rows, rows);
    assert_int_equal(rows[0], 10 + CDI_TALLY_AREAS_MAX + 1 + 10 + 3);
    assert_int_equal(rows[2], 123);
    cdi_tallies_destroy(tallies);
    cdi_scratch_free(&scratch);
}

static void a_cell_is_given_up_after_its_days_once_its_document_is_made(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_tallies *tallies = cdi_tallies_create(3);
    struct cdi_text report = one_report(CDI_TEXT("East"), 10, CDI_TEXT_NONE, &scratch), force, reference, packed;
    uint32_t rows[3] = { 0 };
    cdi_tallies_today(tallies, 10);
    cdi_tallies_move(tallies, CDI_TEXT("dpp"), CDI_TEXT_NONE, report);
    cdi_tallies_today(tallies, 14);             /* before anybody made its document */
    cdi_tallies_move(tallies, CDI_TEXT("dpp"), report, CDI_TEXT_NONE);          /* too late */
    const struct cdi_tally *tally = cdi_tallies_next_document(tallies, (struct cdi_instant){ 5 });
    assert_non_null(tally);
    assert_int_equal(tally->version, 1);
    assert_int_equal(cdi_tally_count(&tally->rows[0], CDI_TALLY_REPORTS), 1);
    assert_true(cdi_tallies_next_state(tallies, &force, &reference, &packed, &scratch));
    assert_true(cdi_text_is(reference, "East/1970-01-11"));
    assert_false(cdi_text_said(packed));
    assert_false(cdi_tallies_any_state(tallies) || cdi_tallies_any_document(tallies));
    cdi_tallies_each(tallies, count_rows, rows);
    assert_int_equal(rows[0], 0);
    cdi_tallies_move(tallies, CDI_TEXT("dpp"), CDI_TEXT_NONE, report);
    assert_false(cdi_tallies_any_state(tallies) || cdi_tallies_any_document(tallies));
    cdi_tallies_destroy(tallies);
    cdi_scratch_free(&scratch);
}

static void a_document_that_was_put_off_is_not_forgotten_by_a_restart(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_tallies *tallies = cdi_tallies_create(0), *next = cdi_tallies_create(0), *last = cdi_tallies_create(0);
    cdi_tallies_move(tallies, CDI_TEXT("dpp"), CDI_TEXT_NONE, one_report(CDI_TEXT("a/b"), 10, CDI_TEXT("999"), &scratch));
    restarted(tallies, next, &scratch);
    assert_true(cdi_tallies_any_document(next));
    assert_int_equal(cdi_tallies_next_document(next, (struct cdi_instant){ 5 })->version, 1);
    assert_false(cdi_tallies_any_document(restarted(next, last, &scratch)));
    assert_same(last, tallies);
    cdi_tallies_destroy(tallies);
    cdi_tallies_destroy(next);
    cdi_tallies_destroy(last);
    cdi_scratch_free(&scratch);
}

static void bytes_that_are_not_ours_are_refused(void **state)
{
    (void)state;
    uint64_t seed = random_seed("broken contributions");
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    for (int round = 0; round < 3000; round++, cdi_scratch_reset(&scratch)) {
        struct cdi_text packed = random_contribution(&seed, &scratch);
        if (packed.size == 0)
            continue;
        char *copy = (char *)cdi_scratch_text(&scratch, packed).at;
        copy[random_below(&seed, (uint32_t)packed.size)] ^= (char)(1 << random_below(&seed, 8));
        if (!cdi_contribution_valid((struct cdi_text){ copy, packed.size }))
            continue;
        struct cdi_tallies *tallies = cdi_tallies_create(0);    /* then it can be counted, whatever it says */
        cdi_tallies_move(tallies, CDI_TEXT("dpp"), CDI_TEXT_NONE, (struct cdi_text){ copy, packed.size });
        cdi_tallies_destroy(tallies);
        assert_false(cdi_contribution_valid((struct cdi_text){ copy, packed.size - 1 }));
    }
    struct cdi_tallies *tallies = cdi_tallies_create(0);
    assert_false(cdi_tallies_restore(tallies, CDI_TEXT("dpp"), CDI_TEXT("East"), CDI_TEXT("x"), NULL));
    assert_false(cdi_tallies_restore(tallies, CDI_TEXT("dpp"), CDI_TEXT("East/2026-11-04"), CDI_TEXT("x"), NULL));
    cdi_tallies_destroy(tallies);
    cdi_scratch_free(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_lag_is_told_within_the_stated_error),
        cmocka_unit_test(percentiles_are_near_those_of_the_sorted_lags),
        cmocka_unit_test(rows_that_are_joined_are_as_if_counted_together),
        cmocka_unit_test(of_no_lags_there_is_no_percentile),
        cmocka_unit_test(days_are_read_as_they_are_written),
        cmocka_unit_test(whatever_moves_in_between_what_counts_in_the_end_is_what_is_counted),
        cmocka_unit_test(beyond_the_words_told_apart_it_counts_as_other_and_is_taken_off_there),
        cmocka_unit_test(one_force_of_many_areas_leaves_another_its_own),
        cmocka_unit_test(a_cell_is_given_up_after_its_days_once_its_document_is_made),
        cmocka_unit_test(a_document_that_was_put_off_is_not_forgotten_by_a_restart),
        cmocka_unit_test(bytes_that_are_not_ours_are_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
