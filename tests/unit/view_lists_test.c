/* Lists of the view, in each order: against a plain search through everything; and cursors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>

#include "edge/clock.h"
#include "edge/view_inside.h"
#include "view_place.h"

enum { REPORTS = 240, FILTERS = 600 };

/* ---- lists, against a plain search ---- */

static bool set_has(uint32_t set, uint32_t bits) { return set == 0 || (set & bits) != 0; }
static bool text_has(struct cdi_text wanted, struct cdi_text said) { return wanted.size == 0 || cdi_text_same(wanted, said); }
static bool span_has(struct cdi_instant from, struct cdi_instant before, struct cdi_instant at)
{
    return (from.ms == 0 || at.ms >= from.ms) && (before.ms == 0 || at.ms < before.ms);
}

static bool watch_has(struct cdi_text wanted, const struct told *told)
{
    bool has = wanted.size == 0 || (cdi_text_is(wanted, CDI_VIEW_WATCH_ANY) && told->watches != 0);
    for (uint8_t place = 0; place < 2; place++)
        has |= (told->watches >> place & 1) != 0 && cdi_text_same(wanted, view_watches[place].key);
    return has;
}

static bool unanswered(const struct told *told)
{
    return told->alert.state == CDI_STATE_OPEN || told->alert.state == CDI_STATE_MATCHED_UNVERIFIED ||
        told->alert.state == CDI_STATE_INCOMPLETE_CLEAR;
}

static bool fits(const struct cdi_view_filter *filter, const struct told *told)
{
    const struct cdi_alert *alert = &told->alert;
    return text_has(filter->force, alert->force) && text_has(filter->bcu, alert->bcu) && text_has(filter->beat, alert->beat) &&
        text_has(filter->unit, alert->unit) && text_has(filter->owner, alert->owner) &&
        text_has(filter->incident, cdi_text_of(told->incident)) && set_has(filter->states, 1u << alert->state) &&
        set_has(filter->stages, 1u << told->stage) && set_has(filter->risks, 1u << told->risk) &&
        watch_has(filter->watch, told) && set_has(filter->lifecycles, 1u << alert->lifecycle) && set_has(filter->marks, alert->marks) &&
        span_has(filter->due_from, filter->due_before, told->due_at) &&
        span_has(filter->received_from, filter->received_before, told->received_at) && (!filter->unanswered || unanswered(told));
}

static int by_deadline(const void *a, const void *b)
{
    const struct told *x = a, *y = b;
    if (unanswered(x) != unanswered(y))
        return unanswered(x) ? -1 : 1;
    if (x->due_at.ms != y->due_at.ms)
        return x->due_at.ms < y->due_at.ms ? -1 : 1;
    return x->risk != y->risk ? (x->risk < y->risk ? -1 : 1) : memcmp(x->id, y->id, 32);
}

static int by_risk(const void *a, const void *b)
{
    const struct told *x = a, *y = b;
    bool apart = unanswered(x) == unanswered(y) && x->risk != y->risk;
    return apart ? (x->risk < y->risk ? -1 : 1) : by_deadline(a, b);
}

static struct cdi_view_filter random_filter(uint64_t *seed, const struct told *told, size_t count)
{
    const struct told *like = &told[random_below(seed, (uint32_t)count)];      /* so that most filters let something through */
    struct cdi_view_filter filter = { .unanswered = random_one_in(seed, 4) };
    filter.force = random_one_in(seed, 3) ? like->alert.force : CDI_TEXT_NONE;
    filter.bcu = random_one_in(seed, 6) ? like->alert.bcu : CDI_TEXT_NONE;
    filter.beat = random_one_in(seed, 8) ? like->alert.beat : CDI_TEXT_NONE;
    filter.unit = random_one_in(seed, 8) ? like->alert.unit : CDI_TEXT_NONE;
    filter.owner = random_one_in(seed, 8) ? like->alert.owner : CDI_TEXT_NONE;
    filter.incident = random_one_in(seed, 12) ? cdi_text_of(like->incident) : CDI_TEXT_NONE;
    filter.states = random_one_in(seed, 4) ? random_below(seed, 1u << CDI_STATE_COUNT) : 0;
    filter.stages = random_one_in(seed, 4) ? random_below(seed, 1u << CDI_STAGE_COUNT) : 0;
    filter.risks = random_one_in(seed, 5) ? random_below(seed, 1u << CDI_RISK_COUNT) : 0;
    filter.lifecycles = random_one_in(seed, 6) ? random_below(seed, 1u << CDI_LIFECYCLE_COUNT) : 0;
    filter.marks = random_one_in(seed, 6) ? random_below(seed, 1u << CDI_MARK_COUNT) : 0;
    static const char *const watches[] = { "hate", "ate", "opened_domestic", CDI_VIEW_WATCH_ANY };
    filter.watch = random_one_in(seed, 5) ? cdi_text_of(watches[random_below(seed, 4)]) : CDI_TEXT_NONE;
    filter.due_from.ms = random_one_in(seed, 5) ? like->due_at.ms : 0;
    filter.due_before.ms = random_one_in(seed, 5) ? like->due_at.ms + 600000 * (int64_t)random_below(seed, 20) : 0;
    filter.received_from.ms = random_one_in(seed, 6) ? like->received_at.ms - 600000 * (int64_t)random_below(seed, 20) : 0;
    filter.received_before.ms = random_one_in(seed, 6) ? like->received_at.ms : 0;
    return filter;
}

static void check_filter(struct cdi_view_reader *reader, const struct told *told, const struct cdi_view_filter *filter, size_t limit,
                         uint64_t seed)
{
    struct cdi_error err = { 0 };
    struct answered wanted = { .at = NULL }, got = list_all(reader, filter, limit);
    uint64_t count;
    for (size_t i = 0; i < REPORTS; i++)
        if (fits(filter, &told[i]))
            answered_take(&wanted, told[i].document);
    good_or_fail(cdi_view_count(reader, filter, &count, &err));
    if (!same_answer(&wanted, &got) || count != wanted.count)
        fail_msg("listed %zu, counted %llu, wanted %zu; SEED=%llu", got.count, (unsigned long long)count, wanted.count,
                 (unsigned long long)seed);
    free(wanted.at);
    free(got.at);
}

static void a_list_is_what_a_plain_search_through_everything_finds(void **state)
{
    struct view_place *place = *state;
    uint64_t seed = random_seed("filters"), first = seed;
    struct told *told = calloc(REPORTS, sizeof *told);
    assert_non_null(told);
    for (uint32_t i = 0; i < REPORTS; i++) {
        told[i] = random_told(&seed, i, 1);
        tell(place, 0, i, &told[i]);
    }
    commit(place);
    for (uint32_t i = 0; i < REPORTS; i += 3) {         /* some change, and with it their place in the order */
        told_free(&told[i]);
        told[i] = random_told(&seed, i, 2);
        tell(place, 0, REPORTS + i, &told[i]);
    }
    commit(place);
    struct cdi_view_reader *reader = reader_open(place);
    for (int i = 0; i < 2 * FILTERS; i++) {
        enum cdi_view_sort sort = i < FILTERS ? CDI_VIEW_SORT_DEADLINE : CDI_VIEW_SORT_RISK;
        if (i % FILTERS == 0)
            qsort(told, REPORTS, sizeof *told, sort == CDI_VIEW_SORT_RISK ? by_risk : by_deadline);
        struct cdi_view_filter filter = i % FILTERS == 0 ? (struct cdi_view_filter){ .states = 0 } : random_filter(&seed, told, REPORTS);
        filter.sort = sort;
        check_filter(reader, told, &filter, 1 + random_below(&seed, 60), first);
    }
    cdi_view_reader_close(reader);
    for (uint32_t i = 0; i < REPORTS; i++)
        told_free(&told[i]);
    free(told);
}

/* The index of the order within the area, the force, the watched logs or all. */
static void index_for(const struct cdi_view_filter *filter, char out[60])
{
    bool risk = filter->sort == CDI_VIEW_SORT_RISK;
    if (filter->force.size > 0 || filter->bcu.size > 0) {
        const char *column = filter->bcu.size > 0 ? "bcu" : "force";
        snprintf(out, 60, "INDEX alert_%s%s (%s=?", column, risk ? "_risk" : "", column);
    } else if (filter->watch.size > 0) {
        snprintf(out, 60, "INDEX alert_watched%s", risk ? "_risk" : "");
    } else {
        snprintf(out, 60, "INDEX alert_%s", risk ? "risk" : "order");
    }
}

/* What SQLite says it will do; the WHERE of a page of an unanswered list, and so on. */
static void no_list_is_sorted(void **state)
{
    struct view_place *place = *state;
    const struct cdi_view_filter filters[] = {
        { .states = 0 }, { .unanswered = true }, { .force = CDI_TEXT("dpp") }, { .force = CDI_TEXT("dpp"), .unanswered = true },
        { .force = CDI_TEXT("dpp"), .bcu = CDI_TEXT("West"), .states = 3, .due_before = { 5 } },
        { .bcu = CDI_TEXT("West") }, { .bcu = CDI_TEXT("West"), .unanswered = true },
        { .unanswered = true, .due_from = { 3 }, .due_before = { 5 }, .risks = 1 }, { .owner = CDI_TEXT("x"), .received_from = { 1 } },
        { .watch = CDI_TEXT(CDI_VIEW_WATCH_ANY) }, { .watch = CDI_TEXT("hate"), .unanswered = true },
    };
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    for (size_t i = 0; i < 4 * sizeof filters / sizeof *filters; i++) {
        char sql[CDI_VIEW_SQL_SIZE + 32] = "EXPLAIN QUERY PLAN ";
        char plan[500] = "", index[60];
        sqlite3_stmt *statement;
        struct cdi_view_filter filter = filters[i / 4];
        filter.sort = i / 2 % 2 == 1 ? CDI_VIEW_SORT_RISK : CDI_VIEW_SORT_DEADLINE;
        cdi_view_sql(cdi_view_conditions(&filter, i % 2 == 1), false, sql + strlen(sql));
        assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
        while (sqlite3_step(statement) == SQLITE_ROW)
            strncat(plan, (const char *)sqlite3_column_text(statement, 3), sizeof plan - strlen(plan) - 1);
        sqlite3_finalize(statement);
        index_for(&filter, index);
        if (strstr(plan, "TEMP B-TREE") != NULL || strstr(plan, index) == NULL)
            fail_msg("filter %zu: %s, not %s", i / 4, plan, index);
    }
    sqlite3_close(db);
}

/* Whose time is over before he asks: what SQLite does at once he is still told. */
static void a_query_that_must_look_at_all_reports_gives_up_when_its_time_is_over(void **state)
{
    struct view_place *place = *state;
    const struct cdi_view_filter nobodys = { .beat = CDI_TEXT("nowhere") };
    struct cdi_error err = { 0 };
    struct answered got = { .at = NULL };
    char next[CDI_VIEW_CURSOR_SIZE];
    uint64_t seed = 31, count;
    for (uint32_t i = 0; i < 4 * REPORTS; i++) {
        struct told told = random_told(&seed, i, 1);
        tell(place, 0, i, &told);
        told_free(&told);
    }
    commit(place);
    struct cdi_view_reader *reader = reader_open(place);
    cdi_view_reader_until(reader, (struct cdi_span){ cdi_clock_elapsed().ms - 1 });
    assert_false(cdi_view_list(reader, &nobodys, NULL, 50, answered_take, &got, next, &err));
    assert_int_equal(err.code, CDI_ERROR_SYSTEM);
    assert_non_null(strstr(err.text, "too long"));
    cdi_error_clear(&err);
    assert_false(cdi_view_count(reader, &nobodys, &count, &err));
    cdi_error_clear(&err);
    assert_int_equal(got.count, 0);
    cdi_view_reader_until(reader, (struct cdi_span){ cdi_clock_elapsed().ms + 3600000 });
    good_or_fail(cdi_view_list(reader, &nobodys, NULL, 50, answered_take, &got, next, &err));
    good_or_fail(cdi_view_count(reader, &nobodys, &count, &err));
    assert_int_equal(count, 0);
    cdi_view_reader_close(reader);
}

/* ---- cursors and limits ---- */

static bool take_two(void *context, struct cdi_text document)
{
    answered_take(context, document);
    return ((struct answered *)context)->count < 2;
}

static void a_cursor_goes_on_after_the_last_that_was_given_whatever_changed(void **state)
{
    struct view_place *place = *state;
    struct cdi_error err = { 0 };
    uint64_t seed = 9;
    char next[CDI_VIEW_CURSOR_SIZE], last[CDI_VIEW_CURSOR_SIZE];
    struct answered got = { .at = NULL };
    for (uint32_t i = 0; i < 5; i++) {
        struct told told = random_told(&seed, i, 1);
        tell(place, 0, i, &told);
        told_free(&told);
    }
    commit(place);
    struct answered all = dump(place);
    struct cdi_view_reader *reader = reader_open(place);
    const struct cdi_view_filter filter = { .states = 0 };
    good_or_fail(cdi_view_list(reader, &filter, NULL, 4, take_two, &got, next, &err));
    assert_int_equal(got.count, 2);
    const struct cdi_view_filter by_risk = { .sort = CDI_VIEW_SORT_RISK };
    assert_false(cdi_view_list(reader, &by_risk, next, 3, answered_take, &got, last, &err));     /* of a list in another order */
    assert_int_equal(err.code, CDI_ERROR_BAD_VALUE);
    cdi_error_clear(&err);
    for (const char *c = next; *c != '\0'; c++)
        assert_non_null(strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", *c));
    good_or_fail(cdi_view_list(reader, &filter, next, 3, answered_take, &got, last, &err));
    assert_string_equal(last, "");
    assert_true(same_answer(&all, &got));
    const struct cdi_text gone = { next + 20, 32 };     /* the one that the cursor names is deleted: it still says after whom */
    char key[64];
    for (int i = 0; i < 3; i++) {
        snprintf(key, sizeof key, "%s/%.*s", i == 0 ? "dpp" : i == 1 ? "wst" : "cal", CDI_TEXT_ARGS(gone));
        assert_int_equal(say(place, 0, 10 + i, cdi_text_of(key), CDI_TEXT_NONE, &err), CDI_VIEW_TAKEN);
    }
    commit(place);
    struct answered rest = { .at = NULL };
    good_or_fail(cdi_view_list(reader, &filter, next, 3, answered_take, &rest, last, &err));
    assert_int_equal(rest.count, 3);
    assert_memory_equal(rest.at, all.at + all.size - rest.size, rest.size);
    cdi_view_reader_close(reader);
    free(got.at);
    free(all.at);
    free(rest.at);
}

static void what_is_no_cursor_and_no_limit_is_said(void **state)
{
    struct view_place *place = *state;
    static const char *const bad[] = { "x", "1", "10000001a1b2c3d4e5000123456789abcdef0123456789abcde",
        "20000001a1b2c3d4e5f000123456789abcdef0123456789abcdef", "12000001a1b2c3d4e5f00123456789abcdef0123456789abcdef",
        "10000001a1b2c3d4e5f00123456789abcdef0123456789abcdeF", "' OR 1=1 --" };
    char next[CDI_VIEW_CURSOR_SIZE];
    struct answered got = { .at = NULL };
    struct cdi_view_reader *reader = reader_open(place);
    const struct cdi_view_filter filter = { .states = 0 };
    for (size_t i = 0; i < sizeof bad / sizeof *bad + 2; i++) {
        struct cdi_error err = { 0 };
        bool cursor = i < sizeof bad / sizeof *bad;
        size_t limit = cursor ? 1 : i == sizeof bad / sizeof *bad ? 0 : CDI_VIEW_LIMIT_MOST + 1;
        assert_false(cdi_view_list(reader, &filter, cursor ? bad[i] : NULL, limit, answered_take, &got, next, &err));
        assert_int_equal(err.code, CDI_ERROR_BAD_VALUE);
    }
    assert_int_equal(got.count, 0);
    cdi_view_reader_close(reader);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)
    const struct CMUnitTest tests[] = {
        TEST(a_list_is_what_a_plain_search_through_everything_finds), TEST(no_list_is_sorted),
        TEST(a_query_that_must_look_at_all_reports_gives_up_when_its_time_is_over),
        TEST(a_cursor_goes_on_after_the_last_that_was_given_whatever_changed), TEST(what_is_no_cursor_and_no_limit_is_said),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("lists of the view", tests, NULL, NULL);
}
