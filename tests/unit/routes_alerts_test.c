/* Every route by every method, with every wrong input; and the documents for programs, byte for byte. */
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

/* A path of the table with an id that there is in the place of ID. */
static const char *path_of(size_t i)
{
    static char path[128];
    const char *known = cdi_routes_path(i);
    char id[33];
    if (known == NULL)
        return NULL;
    small_id(1, id);
    size_t size = strlen(known);
    bool has_id = size > 2 && strcmp(known + size - 2, "ID") == 0;
    snprintf(path, sizeof path, "%.*s%s", (int)(has_id ? size - 2 : size), known, has_id ? id : "");
    return path;
}

static void put(unsigned number, int64_t due_in_ms)
{
    small_view_report(&desk.small, &(struct small_report){ .number = number, .due_in_ms = due_in_ms });
}

/* ---- routes, methods, wrong input ---- */

static void every_route_answers_get_and_head_and_nothing_else(void **state)
{
    static const char *const others[] = { "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "GETX", "" };
    size_t count = 0;
    (void)state;
    put(1, 0);
    small_view_commit(&desk.small);
    for (const char *path; (path = path_of(count)) != NULL; count++) {
        assert_true(small_answers(&desk, path, 200, ""));
        assert_false(desk.response.allow);
        assert_true(desk.response.body.size > 0);
        small_ask_as(&desk, path, (struct cdi_request){ .method = "HEAD" });
        assert_int_equal(desk.response.status, 200);
        for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
            assert_non_null(strstr(small_ask_as(&desk, path, (struct cdi_request){ .method = others[i] }), CDI_ROUTES_METHODS));
            assert_int_equal(desk.response.status, 405);
            assert_true(desk.response.allow);
        }
    }
    assert_int_equal(count, 12);
    assert_int_equal(*cdi_meter_at(&desk.meters, CDI_METER_OF_HTTP_REQUESTS, 0, 0), 12 * 12);
}

static void a_body_or_an_unknown_parameter_is_refused_on_every_route(void **state)
{
    (void)state;
    for (size_t i = 0; path_of(i) != NULL; i++) {
        assert_non_null(strstr(small_ask_as(&desk, path_of(i), (struct cdi_request){ .body = true }), "body"));
        assert_int_equal(desk.response.status, 400);
        char url[200];
        snprintf(url, sizeof url, "%s?zq-canary-9411=zq-canary-9411", path_of(i));
        assert_true(small_answers(&desk, url, 400, "parameter"));
        assert_null(strstr(desk.response.body.at, "zq-canary"));
    }
}

/* Nothing comes back of what was asked, and each in the form that was asked for. */
static void any_other_path_is_not_found(void **state)
{
    static const char *const others[] = { "", "//", "/metrics/", "//metrics", "/Metrics", "/metric", "/metricss", "/api/v1", "/api/v1/status/", "/../metrics",
                                          "*", "/zq-canary-9411", "/alerts", "/alerts/", "/alerts/a/b", "/alerts/%2e%2e", "/api/v1/alerts/",
                                          "/api/v1/alerts/a/b", "/%6detrics", "/style.css/", "/alerts/zq-canary-9411", "/alerts/ID", "/index.html",
                                          "/\xff", "/alerts/\xC3\x28", "/livez%00", "/alerts/<b>zq-canary</b>" };
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        for (size_t method = 0; method < 2; method++) {
            const char *body = small_ask_as(&desk, others[i], (struct cdi_request){ .method = method == 0 ? "GET" : "HEAD" });
            if (desk.response.status != 404)
                fail_msg("%s: %d", others[i], desk.response.status);
            assert_null(strstr(body, "zq-canary"));
            bool api = strncmp(others[i], "/api/", 5) == 0, page = strncmp(others[i], "/alerts/", 8) == 0;
            assert_string_equal(desk.response.type, api ? "application/json" : page ? "text/html; charset=utf-8" : "text/plain; charset=utf-8");
            assert_non_null(strstr(body, api ? "{\"error\":{\"code\":\"not_found\",\"parameter\":null,\"text\":" : page ? "<h1>Not found</h1>" : "/metrics\n"));
        }
}

static void a_path_that_is_too_long_is_said_to_be(void **state)
{
    static char path[9000];
    (void)state;
    memset(path, 'a', sizeof path - 1);
    memcpy(path, "/alerts/", 8);
    assert_true(small_answers(&desk, path, 414, "<h1>"));
    memcpy(path, "/api/v1/", 8);
    assert_true(small_answers(&desk, path, 414, "\"code\":\"too_long\""));
    memcpy(path, "/zzzzzz/", 8);
    assert_true(small_answers(&desk, path, 414, "no path here"));
}

static void an_id_that_is_none_is_told_from_one_that_is_not_there(void **state)
{
    (void)state;
    assert_true(small_answers(&desk, "/api/v1/alerts/zz", 400, "\"code\":\"bad_request\""));
    assert_true(small_answers(&desk, "/api/v1/alerts/0000000000000000000000000000000A", 400, "32 digits"));
    assert_true(small_answers(&desk, "/api/v1/alerts/000000000000000000000000000000000", 400, "32 digits"));
    assert_true(small_answers(&desk, "/api/v1/alerts/00000000000000000000000000000000", 404, "\"code\":\"not_found\""));
    assert_true(small_answers(&desk, "/alerts/00000000000000000000000000000000", 404, "<h1>Not found</h1>"));
}

static void a_parameter_that_is_wrong_is_named_in_the_answer(void **state)
{
    (void)state;
    assert_true(small_answers(&desk, "/api/v1/alerts?limit=0", 400, "{\"error\":{\"code\":\"bad_parameter\",\"parameter\":\"limit\",\"text\":\"should be a whole number from 1 "
                        "to 500\"}}\n"));
    assert_true(small_answers(&desk, "/api/v1/alerts?state=open&state=open", 400, "\"parameter\":\"state\",\"text\":\"is said twice"));
    assert_true(small_answers(&desk, "/api/v1/alerts?due_from=soon", 400, "\"parameter\":\"due_from\""));
    assert_true(small_answers(&desk, "/api/v1/alerts?cursor=zz", 400, "\"parameter\":\"cursor\""));
    assert_true(small_answers(&desk, "/api/v1/alerts?foo", 400, "\"parameter\":null,\"text\":\"there is no such parameter"));
    assert_true(small_answers(&desk, "/?stage=foo", 400, "stage: should be one or more of these"));
    assert_true(small_answers(&desk, "/?cursor=zz", 400, "<h1>This cannot be answered</h1>"));
}

static void a_watch_that_neither_the_tables_nor_any_document_has_is_refused(void **state)
{
    (void)state;
    small_view_report(&desk.small, &(struct small_report){ .number = 11, .due_in_ms = 5000, .watches = "\"of_other_tables\"" });
    small_view_commit(&desk.small);
    assert_true(small_answers(&desk, "/api/v1/alerts?watch=of_other_table", 400, "\"code\":\"bad_parameter\",\"parameter\":\"watch\",\"text\":\"should be a watch of "
                        "watches.csv, or any; there are: rape, modern_slavery, hate,"));
    assert_true(small_answers(&desk, "/api/v1/alerts?watch=hate,rape", 400, ", registrar_terms\"}}\n"));
    assert_true(small_answers(&desk, "/api/v1/alerts?watch=of_other_tables", 200, "\"D-11\""));
    assert_true(small_answers(&desk, "/api/v1/alerts?watch=of_other_tables&force=nobody", 200, "{\"alerts\":[],\"next\":null,\"none_held_of\":\"force\"}"));
    assert_true(small_answers(&desk, "/api/v1/alerts?watch=hate", 200, "{\"alerts\":[],\"next\":null}"));
    assert_true(small_answers(&desk, "/api/v1/alerts?watch=any", 200, "\"D-11\""));
}

static void an_empty_list_tells_a_quiet_place_from_one_that_nobody_knows(void **state)
{
    (void)state;
    small_view_report(&desk.small, &(struct small_report){ .number = 31, .force = "ken", .bcu = "East", .beat = "E1", .state = "satisfied", .due_in_ms = 5000 });
    small_view_commit(&desk.small);
    assert_true(small_answers(&desk, "/api/v1/alerts?force=ken&bcu=East&beat=E1&unanswered=true", 200, "{\"alerts\":[],\"next\":null}\n"));
    assert_true(small_answers(&desk, "/api/v1/alerts?force=kenn&bcu=East", 200, "{\"alerts\":[],\"next\":null,\"none_held_of\":\"force\"}\n"));
    assert_true(small_answers(&desk, "/api/v1/alerts?force=ken&bcu=Est", 200, "\"none_held_of\":\"bcu\"}\n"));
    assert_true(small_answers(&desk, "/api/v1/alerts?force=ken&bcu=East&beat=E2", 200, "\"none_held_of\":\"beat\"}\n"));
    assert_true(small_answers(&desk, "/api/v1/alerts?unanswered=true&state=cleared", 200, "{\"alerts\":[],\"next\":null}\n"));
}

/* Who has read one page of a list goes on, though the last document with the watch has gone since. */
static void a_list_by_a_watch_goes_on_where_nothing_bears_it_any_more(void **state)
{
    char next[CDI_VIEW_CURSOR_SIZE], url[200];
    (void)state;
    for (unsigned i = 0; i < 2; i++)
        small_view_report(&desk.small, &(struct small_report){ .number = 20 + i, .due_in_ms = 5000 + i, .watches = "\"of_other_tables\"" });
    small_view_commit(&desk.small);
    const char *body = small_ask(&desk, "/api/v1/alerts?watch=of_other_tables&limit=1");
    const char *at = strstr(body, "\"next\":\"");
    assert_non_null(at);
    snprintf(next, sizeof next, "%.*s", (int)strcspn(at + 8, "\""), at + 8);
    for (unsigned i = 0; i < 2; i++)
        small_view_report(&desk.small, &(struct small_report){ .number = 20 + i, .version = 9, .due_in_ms = 5000 + i });
    small_view_commit(&desk.small);
    snprintf(url, sizeof url, "/api/v1/alerts?watch=of_other_tables&limit=1&cursor=%s", next);
    assert_true(small_answers(&desk, url, 200, "{\"alerts\":[],\"next\":null}"));
    assert_true(small_answers(&desk, "/api/v1/alerts?watch=of_other_tables", 400, "bad_parameter"));
}

static void who_asks_by_another_name_is_refused_where_only_this_machine_may(void **state)
{
    (void)state;
    for (size_t i = 0; path_of(i) != NULL; i++) {
        small_ask_as(&desk, path_of(i), (struct cdi_request){ .host = "evil.example" });
        assert_int_equal(desk.response.status, 421);
        small_ask_as(&desk, path_of(i), (struct cdi_request){ .host = "localhost:8080" });
        assert_int_not_equal(desk.response.status, 421);
    }
    desk.routes.here = false;
    small_ask_as(&desk, "/livez", (struct cdi_request){ .host = "cdiwatch.example" });
    assert_int_equal(desk.response.status, 200);
}

/* ---- never a wrong empty list ---- */

static void assert_unavailable(const char *words)
{
    static const char *const urls[] = { "/", "/alerts/00000000000000000000000000000000", "/api/v1/alerts", "/api/v1/alerts/00000000000000000000000000000000",
                                        "/api/v1/alerts?alert=0000", "/api/v1/tallies", "/api/v1/digests" };
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        assert_true(small_answers(&desk, urls[i], 503, words));
        assert_true(desk.response.retry_after_s > 0);
        assert_int_equal(desk.response.keep, CDI_KEEP_NOTHING);
        assert_int_equal(desk.response.tag[0], '\0');
        assert_non_null(strstr(desk.response.body.at, strncmp(urls[i], "/api/", 5) == 0 ? "\"code\":\"unavailable\"" : "<h1>Not available"));
    }
    assert_true(small_answers(&desk, "/livez", 200, "live"));
}

static void a_list_that_is_not_kept_or_not_whole_yet_is_unavailable(void **state)
{
    (void)state;
    put(1, 0);
    small_view_commit(&desk.small);
    desk.off = true;
    assert_unavailable("view.file");
    desk.off = false;
    desk.feed = (struct cdi_feed_standing){ .level_at = CDI_INSTANT_NONE, .applied = 12 };
    assert_unavailable("not whole yet: 12 messages so far");
    cdi_fail(&desk.feed.problem, CDI_ERROR_BROKER, "nobody answers");
    assert_unavailable("nobody answers");
}

static void a_view_that_is_begun_anew_while_it_is_read_gives_no_list(void **state)
{
    static const char *const urls[] = { "/", "/alerts/00000000000000000000000000000000", "/api/v1/alerts", "/api/v1/alerts/00000000000000000000000000000000" };
    (void)state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        desk.feed.level_at.ms = SMALL_NOW;
        desk.whole_for = 1;
        assert_true(small_answers(&desk, urls[i], 503, "not whole yet"));
    }
}

static void a_damaged_file_is_reported_to_who_can_look_at_it(void **state)
{
    (void)state;
    put(1, 0);
    small_view_commit(&desk.small);
    cdi_view_close(desk.small.view);            /* who closes it last writes all of it into the one file */
    desk.small.view = NULL;
    FILE *file = fopen(desk.small.path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 4096, SEEK_SET), 0);           /* the first page says what it is: that stays */
    for (int i = 0; i < 65536; i++)
        fputc('z', file);
    assert_int_equal(fclose(file), 0);
    assert_true(small_answers(&desk, "/api/v1/alerts", 503, "unavailable"));
    assert_true(desk.doubts > 0);
}

static void a_list_that_was_whole_once_is_shown_though_it_is_behind(void **state)
{
    (void)state;
    desk.feed = (struct cdi_feed_standing){ .level = false, .level_at = { SMALL_NOW - 7200000 } };
    assert_true(small_answers(&desk, "/api/v1/alerts", 200, "{\"alerts\":[],\"next\":null}\n"));
    assert_true(small_answers(&desk, "/", 200, "Behind: it is known to have been whole last at "));
}

static void a_file_that_has_gone_is_unavailable_until_there_is_another(void **state)
{
    (void)state;
    put(1, 0);
    small_view_commit(&desk.small);
    assert_true(small_answers(&desk, "/api/v1/alerts", 200, "\"D-1\""));
    cdi_view_close(desk.small.view);
    desk.small.view = NULL;
    small_view_close(&desk.small);
    assert_unavailable("cannot be read");
    small_view_open(&desk.small);
    cdi_view_access_destroy(desk.routes.view);
    desk.routes.view = cdi_view_access_create(desk.small.path);
    put(2, 0);
    small_view_commit(&desk.small);
    assert_true(small_answers(&desk, "/api/v1/alerts", 200, "\"D-2\""));
}

static void a_view_that_is_begun_anew_is_seen_by_who_has_the_old_one_open(void **state)
{
    struct cdi_error err = { 0 };
    (void)state;
    put(1, 0);
    small_view_commit(&desk.small);
    assert_true(small_answers(&desk, "/api/v1/alerts", 200, "\"D-1\""));
    assert_true(cdi_view_rebuild(desk.small.view, &err));
    put(2, 0);
    small_view_commit(&desk.small);
    assert_true(small_answers(&desk, "/api/v1/alerts", 200, "{\"alerts\":[{\"alert\":"));
    assert_null(strstr(desk.response.body.at, "\"D-1\""));
    assert_non_null(strstr(desk.response.body.at, "\"D-2\""));
}

/* ---- documents ---- */

static void documents_are_answered_byte_for_byte(void **state)
{
    /* As no encoder of ours would write it: blanks, an escape, a number with an exponent. */
    static const char odd[] = "{ \"alert\" :\"00000000000000000000000000000abc\",\"version\":1,  \"force\":\"dpp\",\"incident\":\"D-\\u0041\",\"state\":\"open\",\"x\":1E2 }";
    char document[4096], wanted[8192], id[33], url[64];
    (void)state;
    put(1, 0);
    small_view_put(&desk.small, "dpp/00000000000000000000000000000abc", odd);
    small_view_commit(&desk.small);
    assert_true(small_answers(&desk, "/api/v1/alerts/00000000000000000000000000000abc", 200, odd));
    assert_int_equal(desk.response.body.size, strlen(odd));
    small_document(&(struct small_report){ .number = 1 }, document, sizeof document);
    small_id(1, id);
    snprintf(url, sizeof url, "/api/v1/alerts/%s", id);
    assert_string_equal(small_ask(&desk, url), document);
    snprintf(wanted, sizeof wanted, "{\"alerts\":[%s],\"next\":null}\n", document);
    snprintf(url, sizeof url, "/api/v1/alerts?alert=%.8s", id);
    assert_string_equal(small_ask(&desk, url), wanted);
    assert_string_equal(small_ask(&desk, "/api/v1/alerts?incident=D-1"), wanted);
    assert_string_equal(desk.response.type, "application/json");
}

static void an_incident_s_reference_is_no_id_however_it_looks(void **state)
{
    (void)state;
    small_view_report(&desk.small, &(struct small_report){ .number = 5, .incident = "abcd1234" });
    small_view_commit(&desk.small);
    assert_true(small_answers(&desk, "/api/v1/alerts?alert=abcd1234", 200, "{\"alerts\":[],\"next\":null}"));
    assert_true(small_answers(&desk, "/api/v1/alerts?incident=abcd1234", 200, "{\"alerts\":[{"));
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at++)
        count++;
    return count;
}

static void each_filter_lets_through_what_it_says(void **state)
{
    static const struct { const char *query; size_t count; } filters[] = {
        { "", 6 }, { "?force=ken", 1 }, { "?force=ke", 0 }, { "?bcu=South", 1 }, { "?beat=B9", 1 }, { "?unit=CR-3", 6 }, { "?owner=j.smith", 1 },
        { "?state=satisfied", 1 }, { "?state=open,satisfied", 6 }, { "?stage=breach", 1 }, { "?risk=rape,hate", 1 }, { "?lifecycle=closed", 1 },
        { "?mark=late,breached", 1 }, { "?unanswered=true", 5 }, { "?unanswered=false", 6 }, { "?due_from=2026-11-05T00:00:04Z", 3 },
        { "?due_before=2026-11-05T00:00:04Z", 3 }, { "?received_from=2026-11-04T00:00:06Z&received_before=2026-11-04T00:00:07Z", 1 },
        { "?limit=2", 2 }, { "?force=ken&bcu=South", 0 }, { "?force=dpp&bcu=South&state=open", 1 },
    };
    static const struct small_report reports[] = {
        { .number = 1, .due_in_ms = 1000, .force = "ken" }, { .number = 2, .due_in_ms = 2000, .bcu = "South", .beat = "B9" },
        { .number = 3, .due_in_ms = 3000, .owner = "j.smith", .stage = "breach" },
        { .number = 4, .due_in_ms = 4000, .state = "satisfied", .lifecycle = "closed" }, { .number = 5, .due_in_ms = 5000, .risk = "rape" },
        { .number = 6, .due_in_ms = 6000, .marks = "\"breached\",\"unsure\"" },
    };
    char url[200];
    (void)state;
    for (size_t i = 0; i < sizeof reports / sizeof reports[0]; i++)
        small_view_report(&desk.small, &reports[i]);
    small_view_commit(&desk.small);
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        snprintf(url, sizeof url, "/api/v1/alerts%s", filters[i].query);
        size_t count = count_of(small_ask(&desk, url), "\"alert\":\"");
        if (desk.response.status != 200 || count != filters[i].count)
            fail_msg("%s: %d, %zu: %s", url, desk.response.status, count, desk.response.body.at);
    }
}

/* ---- tags ---- */

static void an_answer_holds_until_the_view_changes(void **state)
{
    char first[CDI_TAG_SIZE], other[CDI_TAG_SIZE];
    (void)state;
    put(1, 0);
    small_view_commit(&desk.small);
    assert_true(small_answers(&desk, "/api/v1/alerts?limit=5", 200, "D-1"));
    memcpy(first, desk.response.tag, sizeof first);
    assert_true(first[0] == '"' && desk.response.keep == CDI_KEEP_PRIVATE);
    small_ask_as(&desk, "/api/v1/alerts?limit=5", (struct cdi_request){ .if_none_match = first });
    assert_int_equal(desk.response.status, 304);
    assert_int_equal(desk.response.body.size, 0);
    assert_string_equal(desk.response.tag, first);
    small_ask_as(&desk, "/api/v1/alerts?limit=6", (struct cdi_request){ .if_none_match = first });
    assert_int_equal(desk.response.status, 200);
    memcpy(other, desk.response.tag, sizeof other);
    assert_string_not_equal(other, first);
    put(2, 0);
    small_view_commit(&desk.small);
    small_ask_as(&desk, "/api/v1/alerts?limit=5", (struct cdi_request){ .if_none_match = first });
    assert_int_equal(desk.response.status, 200);
    assert_non_null(strstr(desk.response.body.at, "D-2"));
    assert_true(small_answers(&desk, "/api/v1/alerts?limit=0", 400, "error"));
    assert_int_equal(desk.response.tag[0], '\0');
}

static void one_document_holds_until_it_changes_whatever_else_does(void **state)
{
    char id[33], url[64], tag[CDI_TAG_SIZE];
    (void)state;
    put(1, 0);
    small_view_commit(&desk.small);
    small_id(1, id);
    snprintf(url, sizeof url, "/api/v1/alerts/%s", id);
    assert_true(small_answers(&desk, url, 200, "D-1"));
    memcpy(tag, desk.response.tag, sizeof tag);
    put(2, 0);
    small_view_commit(&desk.small);
    small_ask_as(&desk, url, (struct cdi_request){ .if_none_match = tag });
    assert_int_equal(desk.response.status, 304);
    assert_int_equal(desk.response.body.size, 0);
    small_view_report(&desk.small, &(struct small_report){ .number = 1, .version = 2, .state = "satisfied" });
    small_view_commit(&desk.small);
    small_ask_as(&desk, url, (struct cdi_request){ .if_none_match = tag });
    assert_int_equal(desk.response.status, 200);
    assert_non_null(strstr(desk.response.body.at, "\"satisfied\""));
}

/* ---- walking ---- */

enum { WALKED = 300, STEPS_MOST = 4000 };

/* Takes the numbers and the cursor of an answer: the same is asked for, from there. */
static const char *take_page(const char *body, unsigned seen[WALKED], char url[256])
{
    for (const char *at = body; (at = strstr(at, "\"incident\":\"D-")) != NULL; at++) {
        unsigned number = (unsigned)strtoul(at + 14, NULL, 10);
        assert_true(number < WALKED);
        seen[number]++;
    }
    const char *next = strstr(body, "],\"next\":\"");
    char *cursor = strstr(url, "&cursor=");
    size_t kept = cursor != NULL ? (size_t)(cursor - url) : strlen(url);
    if (next != NULL)
        snprintf(url + kept, 256 - kept, "&cursor=%.*s", (int)strcspn(next + 10, "\""), next + 10);
    return next;
}

static unsigned seed_of_now(void)
{
    const char *said = getenv("SEED");
    unsigned seed = said != NULL ? (unsigned)strtoul(said, NULL, 10) : 20261105u;
    print_message("# SEED=%u\n", seed);
    srand(seed);
    return seed;
}

static struct small_report walked(unsigned number, int64_t due_in_ms)
{
    static const char *const risks[] = { "other", "rape", "child" };
    return (struct small_report){ .number = number, .due_in_ms = due_in_ms, .risk = risks[number % 3] };
}

/* While somebody walks, others come, change without moving, move, and go. */
static void walk(const char *sort)
{
    unsigned seen[WALKED] = { 0 };
    bool moved[WALKED] = { false };
    char url[256];
    const char *next = url;
    int steps = 0;
    snprintf(url, sizeof url, "/api/v1/alerts?limit=7%s", sort);
    for (unsigned i = 0; i < WALKED; i++)
        small_view_drop(&desk.small, i);
    for (unsigned i = 0; i < 200; i++) {
        const struct small_report report = walked(i, (int64_t)(i % 40) * 60000);
        small_view_report(&desk.small, &report);
    }
    small_view_commit(&desk.small);
    for (unsigned i = 200; next != NULL && steps < STEPS_MOST; steps++) {
        assert_true(small_answers(&desk, url, 200, "\"next\":"));
        next = take_page(desk.response.body.at, seen, url);
        unsigned one = (unsigned)rand() % 200;
        struct small_report come = walked(i, rand() % 2400000);
        switch (rand() % 4) {
        case 0: moved[one] = true; small_view_drop(&desk.small, one); break;
        case 1: moved[one] = true; small_view_report(&desk.small, &(struct small_report){ .number = one, .version = 2 + steps, .state = "satisfied" }); break;
        case 2: if (i < WALKED) { moved[i++] = true; small_view_report(&desk.small, &come); } break;
        default: break;
        }
        for (unsigned same = 0; same < 3; same++) {
            unsigned which = (unsigned)rand() % 200;
            struct small_report stays = walked(which, (int64_t)(which % 40) * 60000);
            stays.version = 2 + steps;
            stays.stage = rand() % 2 == 0 ? "urgent" : "notice";
            stays.owner = "x";
            if (!moved[which])
                small_view_report(&desk.small, &stays);
        }
        small_view_commit(&desk.small);
    }
    assert_null(next);
    for (unsigned i = 0; i < 200; i++)
        if (!moved[i] && seen[i] != 1)
            fail_msg("D-%u was seen %u times", i, seen[i]);
}

static void who_walks_by_cursor_meets_each_that_stays_exactly_once(void **state)
{
    (void)state;
    seed_of_now();
    walk("");
    walk("&sort=risk");
}

/* Ten documents of a megabyte, one of which alone is longer than an answer ought to be. */
static void what_is_long_is_answered_in_pieces_that_leave_nothing_out(void **state)
{
    enum { DOCUMENTS = 10, MEGABYTE = 1 << 20, LONGEST = 5 * MEGABYTE };
    unsigned seen[WALKED] = { 0 };
    char url[256] = "/api/v1/alerts?limit=500", id[33], key[64];
    char *note = malloc(LONGEST + 64), *document = malloc(LONGEST + 4096);
    const char *next = url;
    int answers_given = 0;
    (void)state;
    assert_true(note != NULL && document != NULL);
    for (unsigned i = 0; i < DOCUMENTS; i++) {
        int size = snprintf(note, 64, "{\"text\":\"");
        size_t length = i == 3 ? LONGEST : MEGABYTE;
        memset(note + size, 'x', length);
        memcpy(note + size + length, "\"}", 3);
        small_document(&(struct small_report){ .number = i, .notes = note, .due_in_ms = (int64_t)i * 60000 }, document, LONGEST + 4096);
        small_id(i, id);
        snprintf(key, sizeof key, "dpp/%s", id);
        small_view_put(&desk.small, key, document);
    }
    small_view_commit(&desk.small);
    for (; next != NULL && answers_given < 20; answers_given++) {
        assert_true(small_answers(&desk, url, 200, "\"next\":"));
        assert_true(desk.response.body.size < LONGEST + 6 * MEGABYTE);
        next = take_page(desk.response.body.at, seen, url);
    }
    assert_true(answers_given > 1 && answers_given < 20);
    for (unsigned i = 0; i < DOCUMENTS; i++)
        assert_int_equal(seen[i], 1);
    free(document);
    free(note);
}

/* ---- nothing of a person ---- */

static void no_bytes_of_a_request_come_back_or_do_harm(void **state)
{
    static const char alphabet[] = "/?&=%,aA0-_.~\"'<>\xC3\xA9\x01 alertsapiv1force=open&limit=cursor";
    char url[400];
    (void)state;
    seed_of_now();
    put(1, 0);
    small_view_commit(&desk.small);
    for (int round = 0; round < 20000; round++) {
        size_t size = (size_t)snprintf(url, sizeof url, "%s", (const char *[]){ "/api/v1/alerts?", "/?", "/alerts/", "/", "" }[rand() % 5]);
        for (size_t more = (size_t)rand() % 60; more > 0; more--)
            url[size++] = (char)(rand() % 20 == 0 ? 1 + rand() % 255 : alphabet[(size_t)rand() % (sizeof alphabet - 1)]);
        url[size] = '\0';
        small_ask(&desk, url);
        int status = desk.response.status;
        if (status != 200 && status != 400 && status != 404 && status != 414)
            fail_msg("%s: %d", url, status);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_route_answers_get_and_head_and_nothing_else), TEST(a_body_or_an_unknown_parameter_is_refused_on_every_route),
        TEST(any_other_path_is_not_found), TEST(a_path_that_is_too_long_is_said_to_be),
        TEST(an_id_that_is_none_is_told_from_one_that_is_not_there), TEST(a_parameter_that_is_wrong_is_named_in_the_answer),
        TEST(a_watch_that_neither_the_tables_nor_any_document_has_is_refused), TEST(an_empty_list_tells_a_quiet_place_from_one_that_nobody_knows),
        TEST(a_watch_that_neither_the_tables_nor_any_document_has_is_refused), TEST(a_list_by_a_watch_goes_on_where_nothing_bears_it_any_more),
        TEST(who_asks_by_another_name_is_refused_where_only_this_machine_may), TEST(a_list_that_is_not_kept_or_not_whole_yet_is_unavailable),
        TEST(a_view_that_is_begun_anew_while_it_is_read_gives_no_list), TEST(a_damaged_file_is_reported_to_who_can_look_at_it),
        TEST(a_list_that_was_whole_once_is_shown_though_it_is_behind), TEST(a_file_that_has_gone_is_unavailable_until_there_is_another),
        TEST(a_view_that_is_begun_anew_is_seen_by_who_has_the_old_one_open), TEST(documents_are_answered_byte_for_byte),
        TEST(an_incident_s_reference_is_no_id_however_it_looks), TEST(each_filter_lets_through_what_it_says),
        TEST(an_answer_holds_until_the_view_changes), TEST(one_document_holds_until_it_changes_whatever_else_does),
        TEST(who_walks_by_cursor_meets_each_that_stays_exactly_once), TEST(what_is_long_is_answered_in_pieces_that_leave_nothing_out),
        TEST(no_bytes_of_a_request_come_back_or_do_harm),
    };
#undef TEST
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
