/* The view: what is written into it and what it answers, each rule by itself; but for lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "view_place.h"

static struct answered found_by(struct view_place *place, const char *wanted, size_t limit, size_t *found)
{
    struct cdi_error err = { 0 };
    struct answered answered = { .at = NULL };
    struct cdi_view_reader *reader = reader_open(place);
    good_or_fail(cdi_view_find(reader, cdi_text_of(wanted), limit, answered_take, &answered, found, &err));
    cdi_view_reader_close(reader);
    return answered;
}

static void holds_only(struct view_place *place, const struct told *told)
{
    struct answered all = dump(place);
    assert_int_equal(all.count, told != NULL);
    if (told != NULL) {
        assert_int_equal(all.size, told->document.size + 1);
        assert_memory_equal(all.at, told->document.at, told->document.size);
    }
    free(all.at);
}

/* ---- writing ---- */

static void a_document_is_kept_byte_for_byte(void **state)
{
    struct view_place *place = *state;
    uint64_t seed = 3;
    struct told told = random_told(&seed, 0, 7);
    tell(place, 0, 5, &told);
    commit(place);
    holds_only(place, &told);
    assert_int_equal(cdi_view_next(place->view, 0), 6);
    assert_int_equal(cdi_view_next(place->view, 1), CDI_VIEW_FROM_BEGINNING);
    assert_int_equal(cdi_view_newest(place->view).ms, INT64_C(1793826845005));
    told_free(&told);
}

static void spaces_and_another_order_of_members_are_kept_too(void **state)
{
    struct view_place *place = *state;
    struct cdi_error err = { 0 };
    static const char value[] = " { \"data\" : {\"alert\" :\"0123456789abcdef0123456789abcdef\", \"force\":\"dpp\",\"incident\":\"}]\\\"\",\n"
        "\"version\": 1, \"x\":[{},[ ]],\"area\":{}} , \"n\":-1.5e3,\"t\":true,\"type\":\"cdiwatch.alert.v1\",\"datas\":null }\n";
    static const char document[] = "{\"alert\" :\"0123456789abcdef0123456789abcdef\", \"force\":\"dpp\",\"incident\":\"}]\\\"\",\n"
        "\"version\": 1, \"x\":[{},[ ]],\"area\":{}}\n";
    assert_int_equal(say(place, 0, 0, CDI_TEXT("dpp/0123456789abcdef0123456789abcdef"), cdi_text_of(value), &err), CDI_VIEW_TAKEN);
    commit(place);
    struct answered all = dump(place);
    assert_int_equal(all.size, strlen(document));
    assert_memory_equal(all.at, document, all.size);
    free(all.at);
}

static void the_greater_version_wins_whatever_comes_first(void **state)
{
    struct view_place *place = *state;
    uint64_t seed = 4;
    struct told older = random_told(&seed, 0, 2), newer = random_told(&seed, 0, 11);
    tell(place, 0, 0, &newer);
    commit(place);
    tell(place, 0, 1, &older);
    commit(place);
    holds_only(place, &newer);
    told_free(&older);
    told_free(&newer);
}

static void of_one_version_the_greater_bytes_win(void **state)
{
    struct view_place *place = *state;
    uint64_t seed = 5;
    struct told one = random_told(&seed, 0, 2), other = random_told(&seed, 0, 2);
    const struct told *greater = cdi_text_compare(one.document, other.document) > 0 ? &one : &other;
    for (int round = 0; round < 2; round++) {
        tell(place, 0, round * 2, round == 0 ? &one : &other);
        tell(place, 0, round * 2 + 1, round == 0 ? &other : &one);
        commit(place);
        holds_only(place, greater);
    }
    told_free(&one);
    told_free(&other);
}

static void a_tombstone_deletes_by_its_key(void **state)
{
    struct view_place *place = *state;
    struct cdi_error err = { 0 };
    uint64_t seed = 6;
    struct told told = random_told(&seed, 0, 2), feed = random_feed(&seed, "dpp", "niche/x", 3);
    tell(place, 0, 0, &told);
    tell(place, 0, 1, &feed);
    commit(place);
    assert_int_equal(say(place, 0, 2, cdi_text_of(told.key), CDI_TEXT_NONE, &err), CDI_VIEW_TAKEN);
    commit(place);
    holds_only(place, &feed);
    assert_int_equal(say(place, 0, 3, cdi_text_of(feed.key), CDI_TEXT_NONE, &err), CDI_VIEW_TAKEN);
    commit(place);
    holds_only(place, NULL);
    tell(place, 0, 4, &told);                   /* and what comes after it is there */
    commit(place);
    holds_only(place, &told);
    told_free(&told);
    told_free(&feed);
}

static void what_is_not_shown_is_skipped_and_what_is_malformed_is_said_without_a_value(void **state)
{
    struct view_place *place = *state;
    struct cdi_error err = { 0 };
    uint64_t seed = 7;
    struct told told = random_told(&seed, 0, 1);
    const struct { const char *key, *value, *where; enum cdi_view_taken taken; } cases[] = {
        { "dpp/pack", "{\"type\":\"cdiwatch.pack.v1\",\"data\":{}}", "", CDI_VIEW_SKIPPED },
        { "k", "{\"type\":\"cdiwatch.tally.v1\",\"data\":{\"force\":\"canary\",\"version\":1}}", "/data/rows", CDI_VIEW_MALFORMED },
        { "k", "{\"type\":\"cdiwatch.tally.v1\",\"data\":{\"force\":\"canary\",\"version\":1,\"day\":\"canary\",\"rows\":[]}}", "/data/day",
          CDI_VIEW_MALFORMED },
        { "canary/tally/East/2026-11-05", "{\"type\":\"cdiwatch.tally.v1\",\"data\":{\"force\":\"canary\",\"version\":1,\"area\":\"East\","
          "\"day\":\"2026-11-04\",\"rows\":[]}}", "", CDI_VIEW_MALFORMED },
        { "canary/digest/breach/East", "{\"type\":\"cdiwatch.digest.v1\",\"data\":{\"force\":\"canary\",\"version\":1,\"area\":\"East\","
          "\"reports\":100,\"until\":\"2026-11-04T03:00:00Z\"}}", "/data/stage", CDI_VIEW_MALFORMED },
        { "canary/digest/breach/East", "{\"type\":\"cdiwatch.digest.v1\",\"data\":{\"force\":\"canary\",\"version\":1,\"area\":\"East\","
          "\"stage\":\"breach\",\"reports\":100,\"until\":\"canary\"}}", "/data/until", CDI_VIEW_MALFORMED },
        { "canary/digest/breach/East", "{\"type\":\"cdiwatch.digest.v1\",\"data\":{\"force\":\"canary\",\"version\":1,\"area\":\"East\","
          "\"stage\":\"breach\",\"until\":\"2026-11-04T03:00:00Z\"}}", "/data/reports", CDI_VIEW_MALFORMED },
        { "canary/digest/breach/East", "{\"type\":\"cdiwatch.digest.v1\",\"data\":{\"force\":\"canary\",\"version\":1,\"area\":null,"
          "\"stage\":\"breach\",\"reports\":100,\"until\":\"2026-11-04T03:00:00Z\"}}", "", CDI_VIEW_MALFORMED },
        { "canary/digest/urgent/East", "{\"type\":\"cdiwatch.digest.v1\",\"data\":{\"force\":\"canary\",\"version\":1,\"area\":\"East\","
          "\"stage\":\"breach\",\"reports\":100,\"until\":\"2026-11-04T03:00:00Z\"}}", "", CDI_VIEW_MALFORMED },
        { "canary", "canary", "", CDI_VIEW_MALFORMED }, { "canary", "", "", CDI_VIEW_MALFORMED },
        { "canary", "[]", "/type", CDI_VIEW_MALFORMED },
        { "k", "{\"type\":\"cdiwatch.alert.v1\"}", "/data", CDI_VIEW_MALFORMED },
        { "k", "{\"type\":\"cdiwatch.alert.v1\",\"d\\u0061ta\":{}}", "/data", CDI_VIEW_MALFORMED },
        { "k", "{\"type\":\"cdiwatch.alert.v1\",\"data\":\"canary\"}", "/data/force", CDI_VIEW_MALFORMED },
        { "k", "{\"type\":\"cdiwatch.alert.v1\",\"data\":{\"force\":\"canary\"}}", "/data/version", CDI_VIEW_MALFORMED },
        { "k", "{\"type\":\"cdiwatch.alert.v1\",\"data\":{\"force\":\"canary\",\"version\":1,\"alert\":\"canary\"}}", "/data/alert",
          CDI_VIEW_MALFORMED },
        { "k", "{\"type\":\"cdiwatch.feed.v1\",\"data\":{\"force\":\"canary\",\"version\":1}}", "/data/feed", CDI_VIEW_MALFORMED },
        { "canary/feed/n", "{\"type\":\"cdiwatch.feed.v1\",\"data\":{\"force\":\"canary\",\"version\":1,\"feed\":\"m\"}}", "",
          CDI_VIEW_MALFORMED },
        { "canary", told.value, "", CDI_VIEW_MALFORMED }, { "wst/00112233445566778899aabbccddeeff", told.value, "", CDI_VIEW_MALFORMED },
    };
    told.value[told.size] = '\0';
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum cdi_view_taken taken = say(place, 1, (int64_t)i, cdi_text_of(cases[i].key), cdi_text_of(cases[i].value), &err);
        if (taken != cases[i].taken || (taken == CDI_VIEW_MALFORMED) != (err.code != CDI_ERROR_NONE) || strstr(err.text, "canary") != NULL ||
            strstr(err.where, cases[i].where) == NULL)
            fail_msg("case %zu: %d, %s: %s", i, (int)taken, err.where, err.text);
    }
    commit(place);
    holds_only(place, NULL);
    assert_int_equal(cdi_view_next(place->view, 1), sizeof cases / sizeof *cases);
    told_free(&told);
}

static void what_is_not_committed_is_not_there(void **state)
{
    struct view_place *place = *state;
    struct cdi_error why = { 0 };
    uint64_t seed = 8;
    struct told told = random_told(&seed, 0, 1);
    tell(place, 0, 0, &told);
    holds_only(place, NULL);
    assert_true(place_open(place, &why));       /* closed without a commit */
    assert_int_equal(cdi_view_next(place->view, 0), CDI_VIEW_FROM_BEGINNING);
    holds_only(place, NULL);
    told_free(&told);
}

static void words_that_are_not_known_hide_no_report(void **state)
{
    struct view_place *place = *state;
    struct cdi_error err = { 0 };
    static const char value[] = "{\"type\":\"cdiwatch.alert.v1\",\"data\":{\"alert\":\"0123456789abcdef0123456789abcdef\",\"force\":\"dpp\","
        "\"incident\":\"I\",\"version\":1,\"state\":\"unheard_of\",\"stage\":\"later\",\"risk\":\"worse\",\"lifecycle\":\"odd\",\"marks\":[\"new\",4]}}";
    uint64_t count = 0;
    assert_int_equal(say(place, 0, 0, CDI_TEXT("dpp/0123456789abcdef0123456789abcdef"), cdi_text_of(value), &err), CDI_VIEW_TAKEN);
    commit(place);
    struct cdi_view_reader *reader = reader_open(place);
    assert_true(cdi_view_count(reader, &(struct cdi_view_filter){ .unanswered = true }, &count, &err));
    assert_int_equal(count, 1);
    assert_true(cdi_view_count(reader, &(struct cdi_view_filter){ .states = UINT32_MAX }, &count, &err));
    assert_int_equal(count, 0);
    cdi_view_reader_close(reader);
}

/* ---- by name, feeds, values ---- */

static void an_alert_is_found_by_its_digits_and_an_incident_by_its_reference(void **state)
{
    struct view_place *place = *state;
    uint64_t seed = 10;
    size_t found;
    struct told one = random_told(&seed, 0, 1), other = random_told(&seed, 1, 1), third = random_told(&seed, 2, 1);
    tell(place, 0, 0, &one);
    tell(place, 0, 1, &other);
    tell(place, 0, 2, &third);
    commit(place);
    char wanted[40];
    snprintf(wanted, sizeof wanted, "%.32s", third.id);         /* alone of its log: reports of one log begin alike */
    for (size_t digits = 32; digits >= 8; digits--) {
        wanted[digits] = '\0';
        wanted[digits - 1] = (char)(wanted[digits - 1] >= 'a' ? wanted[digits - 1] - 32 : wanted[digits - 1]);
        struct answered got = found_by(place, wanted, 5, &found);
        assert_int_equal(found, 1);
        assert_memory_equal(got.at, third.document.at, third.document.size);
        free(got.at);
    }
    snprintf(wanted, sizeof wanted, "%.24s", one.id);
    struct answered got = found_by(place, wanted, 1, &found);
    assert_int_equal(found, 2);
    free(got.at);
    got = found_by(place, "DPP-0", 1, &found);
    assert_int_equal(found, 2);
    assert_int_equal(got.count, 1);
    free(got.at);
    static const char *const nothing[] = { "DPP-", "dpp-0", "", "000", "zzzz", "ffffffffffffffffffffffffffffffff0" };
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        got = found_by(place, nothing[i], 5, &found);
        assert_int_equal(found, 0);
        assert_int_equal(got.count, 0);
    }
    told_free(&one);
    told_free(&other);
    told_free(&third);
}

static void feeds_and_values_are_there_once_and_in_order(void **state)
{
    struct view_place *place = *state;
    struct cdi_error err = { 0 };
    uint64_t seed = 11;
    static const char *const sources[][2] = { { "wst", "a" }, { "dpp", "storm" }, { "dpp", "niche" } };
    struct answered wanted = { .at = NULL }, got = { .at = NULL };
    struct told feeds[3];
    for (int i = 0; i < 3; i++) {
        struct told older = random_feed(&seed, sources[i][0], sources[i][1], 1);
        feeds[i] = random_feed(&seed, sources[i][0], sources[i][1], 2);
        tell(place, 1, 2 * i, &feeds[i]);
        tell(place, 1, 2 * i + 1, &older);
        told_free(&older);
    }
    for (int i = 2; i >= 0; i--)
        answered_take(&wanted, feeds[i].document);
    for (uint32_t i = 0; i < 40; i++) {
        struct told told = random_told(&seed, i, 1);
        tell(place, 0, i, &told);
        told_free(&told);
    }
    commit(place);
    struct cdi_view_reader *reader = reader_open(place);
    good_or_fail(cdi_view_feeds(reader, answered_take, &got, &err));
    assert_true(same_answer(&wanted, &got));
    static const char *const values[CDI_VIEW_COLUMN_COUNT] = { "cal\ndpp\nwst\n", "East\nWest\na b\n", "East\nWest\na b\n",
                                                               "j.smith\nk \"q\" \\ {[\n\xC3\xA9}\n" };
    for (enum cdi_view_column column = 0; column < CDI_VIEW_COLUMN_COUNT; column++) {
        got.size = 0;
        good_or_fail(cdi_view_values(reader, column, 10, answered_take, &got, &err));
        assert_int_equal(got.size, strlen(values[column]));
        assert_memory_equal(got.at, values[column], got.size);
        got.size = got.count = 0;
        good_or_fail(cdi_view_values(reader, column, 2, answered_take, &got, &err));
        assert_int_equal(got.count, 2);
    }
    cdi_view_reader_close(reader);
    free(got.at);
    free(wanted.at);
    for (int i = 0; i < 3; i++)
        told_free(&feeds[i]);
}

/* ---- the stamp ---- */

static struct cdi_view_stamp stamp_of(struct cdi_view_reader *reader)
{
    struct cdi_error err = { 0 };
    struct cdi_view_stamp stamp;
    good_or_fail(cdi_view_stamp(reader, &stamp, &err));
    return stamp;
}

static void the_stamp_changes_when_an_answer_may(void **state)
{
    struct view_place *place = *state;
    struct cdi_error err = { 0 };
    uint64_t seed = 12;
    struct told told = random_told(&seed, 0, 1);
    struct cdi_view_reader *reader = reader_open(place);
    struct cdi_view_stamp before = stamp_of(reader);
    tell(place, 0, 0, &told);
    assert_int_equal(stamp_of(reader).changes, before.changes);
    commit(place);
    struct cdi_view_stamp after = stamp_of(reader);
    assert_true(after.view == before.view && after.changes != before.changes);
    tell(place, 0, 1, &told);                   /* says nothing new */
    commit(place);
    assert_int_equal(stamp_of(reader).changes, after.changes);
    assert_int_equal(cdi_view_next(place->view, 0), 2);
    good_or_fail(cdi_view_rebuild(place->view, &err));
    assert_false(cdi_view_stamp(reader, &after, &err));
    cdi_view_reader_close(reader);
    reader = reader_open(place);
    assert_true(stamp_of(reader).view != before.view);
    cdi_view_reader_close(reader);
    told_free(&told);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)
    const struct CMUnitTest tests[] = {
        TEST(a_document_is_kept_byte_for_byte), TEST(spaces_and_another_order_of_members_are_kept_too),
        TEST(the_greater_version_wins_whatever_comes_first), TEST(of_one_version_the_greater_bytes_win),
        TEST(a_tombstone_deletes_by_its_key), TEST(what_is_not_shown_is_skipped_and_what_is_malformed_is_said_without_a_value),
        TEST(what_is_not_committed_is_not_there), TEST(words_that_are_not_known_hide_no_report),
        TEST(an_alert_is_found_by_its_digits_and_an_incident_by_its_reference), TEST(feeds_and_values_are_there_once_and_in_order),
        TEST(the_stamp_changes_when_an_answer_may),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("the view", tests, NULL, NULL);
}
