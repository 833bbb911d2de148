/* Tallies in the view: written as last said, and listed in pages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "view_place.h"

static void tally_of(char *out, size_t room, const char *force, const char *area, const char *day, int version)
{
    snprintf(out, room, "{\"force\":\"%s\",\"area\":%s%s%s,\"day\":%s%s%s,\"version\":%d,\"rows\":[]}", force, *area ? "\"" : "",
             *area ? area : "null", *area ? "\"" : "", *day ? "\"" : "", *day ? day : "null", *day ? "\"" : "", version);
}

static void say_tally(struct view_place *place, int64_t offset, const char *force, const char *area, const char *day, int version)
{
    char key[128], data[256], event[400];
    struct cdi_error err = { 0 };
    tally_of(data, sizeof data, force, area, day, version);
    snprintf(key, sizeof key, "%s/tally/%s/%s", force, area, *day ? day : "undated");
    snprintf(event, sizeof event, "{\"type\":\"cdiwatch.tally.v1\",\"data\":%s}", data);
    if (say(place, 0, offset, cdi_text_of(key), cdi_text_of(event), &err) != CDI_VIEW_TAKEN)
        fail_msg("%s: %s", key, err.text);
}

static bool gather_tally(void *context, struct cdi_text document)
{
    strncat(context, document.at, document.size);
    return true;
}

/* The tallies that fit, in pages of that many. */
static const char *tallies_of(struct view_place *place, struct cdi_view_tally_filter filter, size_t limit)
{
    static char all[2048];
    char next[CDI_VIEW_TALLY_CURSOR_SIZE] = "";
    struct cdi_error err = { 0 };
    struct cdi_view_reader *reader = reader_open(place);
    all[0] = '\0';
    do {
        char after[CDI_VIEW_TALLY_CURSOR_SIZE];
        strcpy(after, next);
        assert_true(cdi_view_tallies(reader, &filter, after, limit, gather_tally, all, next, &err));
    } while (next[0] != '\0');
    cdi_view_reader_close(reader);
    return all;
}

static void tallies_are_listed_by_day_force_and_area_as_last_said(void **state)
{
    struct view_place *place = *state;
    static const struct { const char *force, *area, *day; int version; } said[] = {
        { "wmp", "North", "2026-11-04", 1 }, { "dpp", "", "2026-11-04", 1 }, { "dpp", "East", "2026-11-04", 2 },
        { "dpp", "East", "2026-11-05", 7 }, { "dpp", "East", "2026-11-04", 1 }, { "dpp", "East/West", "", 3 },
    }, ordered[] = {
        { "dpp", "East/West", "", 3 }, { "dpp", "", "2026-11-04", 1 }, { "dpp", "East", "2026-11-04", 2 },
        { "wmp", "North", "2026-11-04", 1 }, { "dpp", "East", "2026-11-05", 7 },
    };
    struct cdi_view_tally_filter all = { .from = INT32_MIN, .to = INT32_MAX }, some = { .from = 20761, .to = 20761 };
    char want[2048] = "", one[256];
    struct cdi_error err = { 0 };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        say_tally(place, (int64_t)i, said[i].force, said[i].area, said[i].day, said[i].version);
    commit(place);
    for (size_t i = 0; i < sizeof ordered / sizeof *ordered; i++) {
        tally_of(one, sizeof one, ordered[i].force, ordered[i].area, ordered[i].day, ordered[i].version);
        strcat(want, one);
    }
    for (size_t limit = 1; limit < 7; limit++)
        assert_string_equal(tallies_of(place, all, limit), want);
    some.force = CDI_TEXT("dpp");
    some.area = CDI_TEXT("East");
    tally_of(one, sizeof one, "dpp", "East", "2026-11-04", 2);
    assert_string_equal(tallies_of(place, some, 50), one);
    assert_int_equal(say(place, 0, 6, CDI_TEXT("dpp/tally/East/2026-11-04"), CDI_TEXT_NONE, &err), CDI_VIEW_TAKEN);
    commit(place);
    assert_string_equal(tallies_of(place, some, 50), "");
    assert_true(place_open(place, &err));       /* and what is left is looked at, and holds */
    some.to++;
    tally_of(one, sizeof one, "dpp", "East", "2026-11-05", 7);
    assert_string_equal(tallies_of(place, some, 50), one);
}

static void what_is_no_cursor_of_tallies_is_said(void **state)
{
    struct view_place *place = *state;
    static const char *const wrong[] = { "x", "00000000", "0000000064707000f", "zz", "000000006470700", "0000000000005119647070", "000000000000511964707000456173740057" };
    const struct cdi_view_tally_filter all = { .from = INT32_MIN, .to = INT32_MAX };
    struct cdi_view_reader *reader = reader_open(place);
    char next[CDI_VIEW_TALLY_CURSOR_SIZE], got[64] = "";
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct cdi_error err = { 0 };
        assert_false(cdi_view_tallies(reader, &all, wrong[i], 5, gather_tally, got, next, &err));
        assert_int_equal(err.code, CDI_ERROR_BAD_VALUE);
    }
    assert_false(cdi_view_tallies(reader, &all, "", 0, gather_tally, got, next, NULL));
    cdi_view_reader_close(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tallies_are_listed_by_day_force_and_area_as_last_said, make, unmake),
        cmocka_unit_test_setup_teardown(what_is_no_cursor_of_tallies_is_said, make, unmake),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
