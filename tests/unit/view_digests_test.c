/* Digests of floods in the view: written as last said, and listed newest first, in pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>

#include "view_place.h"

struct one { const char *force, *stage, *area, *until; int version; };

static void digest_of(char *out, size_t room, const struct one *one)
{
    const char *quote = *one->area ? "\"" : "";
    snprintf(out, room, "{\"force\":\"%s\",\"area\":%s%s%s,\"stage\":\"%s\",\"version\":%d,\"reports\":100,\"until\":\"2026-11-%s:00.000Z\"}",
             one->force, quote, *one->area ? one->area : "null", quote, one->stage, one->version, one->until);
}

static void say_digest(struct view_place *place, int64_t offset, const struct one *one)
{
    char key[128], data[256], event[400];
    struct cdi_error err = { 0 };
    digest_of(data, sizeof data, one);
    snprintf(key, sizeof key, "%s/digest/%s%s%s", one->force, one->stage, *one->area ? "/" : "", one->area);
    snprintf(event, sizeof event, "{\"type\":\"cdiwatch.digest.v1\",\"data\":%s}", data);
    if (say(place, 0, offset, cdi_text_of(key), cdi_text_of(event), &err) != CDI_VIEW_TAKEN)
        fail_msg("%s: %s", key, err.text);
}

static bool gather(void *context, struct cdi_text document)
{
    strncat(context, document.at, document.size);
    return true;
}

/* The digests that fit, in pages of that many. */
static const char *digests_of(struct view_place *place, struct cdi_view_digest_filter filter, size_t limit)
{
    static char all[2048];
    char next[CDI_VIEW_DIGEST_CURSOR_SIZE] = "";
    struct cdi_error err = { 0 };
    struct cdi_view_reader *reader = reader_open(place);
    all[0] = '\0';
    do {
        char after[CDI_VIEW_DIGEST_CURSOR_SIZE];
        strcpy(after, next);
        assert_true(cdi_view_digests(reader, &filter, after, limit, gather, all, next, &err));
    } while (next[0] != '\0');
    cdi_view_reader_close(reader);
    return all;
}

static const char *wanted(const struct one *ones, size_t count)
{
    static char all[2048];
    all[0] = '\0';
    for (size_t i = 0; i < count; i++)
        digest_of(all + strlen(all), sizeof all - strlen(all), &ones[i]);
    return all;
}

static const struct one ordered[] = {
    { "wmp", "breach", "North", "05T03:00", 1 }, { "dpp", "breach", "", "04T03:00", 1 }, { "dpp", "breach", "East", "04T03:00", 2 },
    { "dpp", "urgent", "East/West", "04T03:00", 3 }, { "dpp", "notice", "East", "04T02:00", 1 },
};
enum { COUNT = sizeof ordered / sizeof ordered[0] };

static void say_all(struct view_place *place)
{
    static const struct one before = { "dpp", "breach", "East", "05T09:00", 1 };
    say_digest(place, 0, &ordered[4]);
    say_digest(place, 1, &before);
    for (int i = 0; i < 4; i++)
        say_digest(place, 2 + i, &ordered[i]);
    say_digest(place, 6, &before);              /* again: the later version stands */
    commit(place);
}

static void digests_are_listed_newest_first_as_last_said(void **state)
{
    struct view_place *place = *state;
    const struct cdi_view_digest_filter all = { .since = { 0 } };
    say_all(place);
    for (size_t limit = 1; limit < COUNT + 2; limit++)
        assert_string_equal(digests_of(place, all, limit), wanted(ordered, COUNT));
}

static void a_filter_of_digests_gives_those_that_fit(void **state)
{
    struct view_place *place = *state;
    say_all(place);
    struct cdi_view_digest_filter filter = { .force = CDI_TEXT("dpp") };
    assert_string_equal(digests_of(place, filter, 2), wanted(ordered + 1, 4));
    filter.stage = CDI_TEXT("breach");
    assert_string_equal(digests_of(place, filter, 1), wanted(ordered + 1, 2));
    filter.area = CDI_TEXT("East");
    assert_string_equal(digests_of(place, filter, 50), wanted(ordered + 2, 1));
    filter = (struct cdi_view_digest_filter){ .since = { INT64_C(1793761200000) } };         /* 2026-11-04T03:00:00Z */
    assert_string_equal(digests_of(place, filter, 50), wanted(ordered, 4));
    filter.since.ms++;
    assert_string_equal(digests_of(place, filter, 50), wanted(ordered, 1));
}

static void a_digest_goes_by_its_key_and_the_file_holds(void **state)
{
    struct view_place *place = *state;
    const struct cdi_view_digest_filter all = { .since = { 0 } };
    struct cdi_error err = { 0 };
    say_all(place);
    assert_int_equal(say(place, 0, 7, CDI_TEXT("wmp/digest/breach/North"), CDI_TEXT_NONE, &err), CDI_VIEW_TAKEN);
    assert_int_equal(say(place, 0, 8, CDI_TEXT("dpp/digest/breach"), CDI_TEXT_NONE, &err), CDI_VIEW_TAKEN);
    commit(place);
    assert_string_equal(digests_of(place, all, 50), wanted(ordered + 2, 3));
    assert_true(place_open(place, &err));       /* what is left is looked at, and holds */
    assert_string_equal(digests_of(place, all, 50), wanted(ordered + 2, 3));
}

static void spoil(struct view_place *place, const char *sql)
{
    sqlite3 *db;
    cdi_view_close(place->view);
    place->view = NULL;
    assert_int_equal(sqlite3_open(place->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_true(sqlite3_changes(db) > 0);
    sqlite3_close(db);
}

static void a_digest_that_was_changed_in_the_file_is_found(void **state)
{
    static const char *const changes[] = { "UPDATE digest SET bytes = CAST(replace(CAST(bytes AS TEXT), '100', '101') AS BLOB) WHERE area = 'East'",
                                           "UPDATE digest SET until = until + 1 WHERE area = 'East'", "UPDATE digest SET area = 'North' WHERE area = ''" };
    struct view_place *place = *state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct cdi_error err = { 0 };
        say_all(place);
        spoil(place, changes[i]);
        assert_false(place_open(place, &err));
        assert_int_equal(err.code, CDI_ERROR_CORRUPT);
    }
}

static void what_is_no_cursor_of_digests_is_said(void **state)
{
    struct view_place *place = *state;
    static const char *const wrong[] = { "x", "0000000000000000", "0000000000005119647070", "00000000000051196470700062", "zz",
                                         "000000000000511964707000620000", "00000000000051196470700062006" };
    const struct cdi_view_digest_filter all = { .since = { 0 } };
    struct cdi_view_reader *reader = reader_open(place);
    char next[CDI_VIEW_DIGEST_CURSOR_SIZE], got[64] = "";
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct cdi_error err = { 0 };
        if (cdi_view_digests(reader, &all, wrong[i], 5, gather, got, next, &err) || err.code != CDI_ERROR_BAD_VALUE)
            fail_msg("%s is taken for a cursor", wrong[i]);
    }
    assert_false(cdi_view_digests(reader, &all, "", 0, gather, got, next, NULL));
    cdi_view_reader_close(reader);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)
    const struct CMUnitTest tests[] = {
        TEST(digests_are_listed_newest_first_as_last_said), TEST(a_filter_of_digests_gives_those_that_fit),
        TEST(a_digest_goes_by_its_key_and_the_file_holds), TEST(a_digest_that_was_changed_in_the_file_is_found),
        TEST(what_is_no_cursor_of_digests_is_said),
    };
#undef TEST
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
