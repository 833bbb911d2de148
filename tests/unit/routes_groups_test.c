/* Tallies and digests for programs: byte for byte, filtered, page by page, and every wrong question. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "small_view.h"

static struct small_desk desk;

static int setup(void **state)
{
    (void)state;
    small_desk_open(&desk);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    small_desk_close(&desk);
    return 0;
}

/* ---- tallies ---- */

#define EAST "{\"force\":\"dpp\",\"area\":\"East\",\"day\":\"2026-11-04\",\"version\":1,\"rows\":[]}"
#define WEST "{\"force\":\"dpp\",\"area\":\"West\",\"day\":\"2026-11-05\",\"version\":4,\"rows\":[]}"

static void tallies_are_given_as_published_by_force_area_and_days(void **state)
{
    char tag[CDI_TAG_SIZE];
    (void)state;
    small_view_put(&desk.small, "dpp/tally/West/2026-11-05", WEST);
    small_view_put(&desk.small, "dpp/tally/East/2026-11-04", EAST);
    small_view_commit(&desk.small);
    assert_true(small_answers(&desk, "/api/v1/tallies", 200, "{\"tallies\":[" EAST "," WEST "],\"next\":null}\n"));
    assert_int_equal(desk.response.keep, CDI_KEEP_PRIVATE);
    strcpy(tag, desk.response.tag);
    small_ask_as(&desk, "/api/v1/tallies", (struct cdi_request){ .if_none_match = tag });
    assert_int_equal(desk.response.status, 304);
    assert_true(small_answers(&desk, "/api/v1/tallies?from=2026-11-05", 200, "[" WEST "]"));
    assert_true(small_answers(&desk, "/api/v1/tallies?to=2026-11-04&force=dpp&area=East", 200, "[" EAST "]"));
    assert_true(small_answers(&desk, "/api/v1/tallies?force=wmp", 200, "{\"tallies\":[],\"next\":null}"));
    assert_true(small_answers(&desk, "/api/v1/tallies?limit=1", 200, "[" EAST "],\"next\":\""));
    char url[CDI_VIEW_TALLY_CURSOR_SIZE + 64], *next = strstr(desk.response.body.at, "\"next\":\"") + 8;
    snprintf(url, sizeof url, "/api/v1/tallies?limit=1&cursor=%.*s", (int)strcspn(next, "\""), next);
    assert_true(small_answers(&desk, url, 200, "[" WEST "],\"next\":null"));
}

static void tallies_that_are_asked_for_wrongly_are_refused(void **state)
{
    (void)state;
    assert_true(small_answers(&desk, "/api/v1/tallies?from=2026-02-30", 400, "\"parameter\":\"from\",\"text\":\"should be a day, such as 2026-11-04"));
    assert_true(small_answers(&desk, "/api/v1/tallies?to=undated", 400, "\"parameter\":\"to\""));
    assert_true(small_answers(&desk, "/api/v1/tallies?from=2026-11-05&to=2026-11-04", 400, "\"parameter\":\"to\""));
    assert_true(small_answers(&desk, "/api/v1/tallies?limit=501", 400, "1 to 500"));
    assert_true(small_answers(&desk, "/api/v1/tallies?force=", 400, "\"parameter\":\"force\""));
    assert_true(small_answers(&desk, "/api/v1/tallies?force=dpp&force=dpp", 400, "said twice"));
    assert_true(small_answers(&desk, "/api/v1/tallies?cursor=zq-canary", 400, "\"parameter\":\"cursor\""));
    assert_null(strstr(desk.response.body.at, "canary"));
    assert_true(small_answers(&desk, "/api/v1/tallies?state=open", 400, "there are: force, area, from, to, limit, cursor"));
}

/* ---- digests of floods ---- */

#define FLOOD(area, stage, until, reports) "{\"force\":\"dpp\",\"area\":" area ",\"stage\":\"" stage "\",\"version\":1,\"reports\":" reports \
    ",\"from\":\"2026-11-04T02:00:00.000Z\",\"until\":\"" until "\",\"gravest\":[]}"
#define OLDER FLOOD("\"East\"", "breach", "2026-11-04T03:00:00.000Z", "412")
#define NEWER FLOOD("null", "warning", "2026-11-05T03:00:00.000Z", "100")

static void digests_are_given_as_published_the_newest_first(void **state)
{
    char tag[CDI_TAG_SIZE], url[CDI_VIEW_DIGEST_CURSOR_SIZE + 64];
    (void)state;
    small_view_put(&desk.small, "dpp/digest/breach/East", OLDER);
    small_view_put(&desk.small, "dpp/digest/warning", NEWER);
    small_view_commit(&desk.small);
    assert_true(small_answers(&desk, "/api/v1/digests", 200, "{\"digests\":[" NEWER "," OLDER "],\"next\":null}\n"));
    assert_int_equal(desk.response.keep, CDI_KEEP_PRIVATE);
    strcpy(tag, desk.response.tag);
    small_ask_as(&desk, "/api/v1/digests", (struct cdi_request){ .if_none_match = tag });
    assert_int_equal(desk.response.status, 304);
    assert_true(small_answers(&desk, "/api/v1/digests?since=2026-11-04T03:00:00Z", 200, "[" NEWER "," OLDER "]"));
    assert_true(small_answers(&desk, "/api/v1/digests?since=2026-11-04T03:00:01Z", 200, "{\"digests\":[" NEWER "],"));
    assert_true(small_answers(&desk, "/api/v1/digests?stage=breach", 200, "{\"digests\":[" OLDER "],"));
    assert_true(small_answers(&desk, "/api/v1/digests?force=dpp&area=East", 200, "{\"digests\":[" OLDER "],"));
    assert_true(small_answers(&desk, "/api/v1/digests?force=wmp", 200, "{\"digests\":[],\"next\":null}"));
    assert_true(small_answers(&desk, "/api/v1/digests?limit=1", 200, "[" NEWER "],\"next\":\""));
    const char *next = strstr(desk.response.body.at, "\"next\":\"") + 8;
    snprintf(url, sizeof url, "/api/v1/digests?limit=1&cursor=%.*s", (int)strcspn(next, "\""), next);
    assert_true(small_answers(&desk, url, 200, "[" OLDER "],\"next\":null"));
}

static void digests_that_are_asked_for_wrongly_are_refused(void **state)
{
    (void)state;
    assert_true(small_answers(&desk, "/api/v1/digests?stage=zq-canary", 400, "\"parameter\":\"stage\",\"text\":\"should be one of these: notice, warning, urgent, breach"));
    assert_null(strstr(desk.response.body.at, "canary"));
    assert_true(small_answers(&desk, "/api/v1/digests?stage=none", 400, "\"parameter\":\"stage\""));
    assert_true(small_answers(&desk, "/api/v1/digests?since=2026-11-04", 400, "\"parameter\":\"since\",\"text\":\"should be a time with its offset"));
    assert_true(small_answers(&desk, "/api/v1/digests?limit=0", 400, "1 to 500"));
    assert_true(small_answers(&desk, "/api/v1/digests?area=", 400, "\"parameter\":\"area\""));
    assert_true(small_answers(&desk, "/api/v1/digests?force=dpp&force=dpp", 400, "said twice"));
    assert_true(small_answers(&desk, "/api/v1/digests?cursor=zq-canary", 400, "\"parameter\":\"cursor\""));
    assert_true(small_answers(&desk, "/api/v1/digests?from=2026-11-04", 400, "there are: force, area, stage, since, limit, cursor"));
    assert_true(small_answers(&desk, "/api/v1/tallies?since=2026-11-04T00:00:00Z", 400, "there are: force, area, from, to, limit, cursor"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(tallies_are_given_as_published_by_force_area_and_days), TEST(tallies_that_are_asked_for_wrongly_are_refused),
        TEST(digests_are_given_as_published_the_newest_first), TEST(digests_that_are_asked_for_wrongly_are_refused),
    };
#undef TEST
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
