/* What a request asks for, read strictly: parameters, tags, hosts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codec/percent.h"
#include "edge/alert_query.h"

static struct cdi_alert_query query;
static struct cdi_error err;

static bool reads(enum cdi_query_of of, const char *name, const char *value)
{
    const struct cdi_parameter parameter = { cdi_text_of(name), cdi_text_of(value) };
    err = (struct cdi_error){ 0 };
    return cdi_alert_query_read(&query, &(struct cdi_request){ .parameters = &parameter, .parameter_count = 1 }, of, &err);
}

static bool api(const char *name, const char *value) { return reads(CDI_QUERY_OF_API, name, value); }

static bool refuses(const char *name, const char *value, const char *words)
{
    bool good = !api(name, value) && strcmp(err.where, name) == 0 && strstr(err.text, words) != NULL;
    if (!good)
        print_message("# %s=%s: %s: %s\n", name, value == NULL ? "(nothing)" : value, err.where, err.text);
    return good;
}

static void without_parameters_it_is_the_first_fifty_of_all(void **state)
{
    (void)state;
    const struct cdi_view_filter nothing = { .states = 0 };
    assert_true(cdi_alert_query_read(&query, &(struct cdi_request){ .parameter_count = 0 }, CDI_QUERY_OF_API, &err));
    assert_memory_equal(&query.filter, &nothing, sizeof nothing);
    assert_int_equal(query.limit, 50);
    assert_false(cdi_text_said(query.after) || cdi_text_said(query.alert));
}

static void each_parameter_sets_what_it_names(void **state)
{
    (void)state;
    assert_true(api("force", "dpp") && cdi_text_is(query.filter.force, "dpp"));
    assert_true(api("bcu", "North %26 South") && cdi_text_is(query.filter.bcu, "North & South"));
    assert_true(api("beat", "Ll%c3%A2n") && cdi_text_is(query.filter.beat, "Ll\xC3\xA2n"));
    assert_true(api("unit", "CR-3") && cdi_text_is(query.filter.unit, "CR-3"));
    assert_true(api("owner", "j.smith") && cdi_text_is(query.filter.owner, "j.smith"));
    assert_true(api("incident", "KEN 04-0865%2F26") && cdi_text_is(query.filter.incident, "KEN 04-0865/26"));
    assert_true(api("state", "open,withdrawn") && query.filter.states == (1u << CDI_STATE_OPEN | 1u << CDI_STATE_WITHDRAWN));
    assert_true(api("stage", "none") && query.filter.stages == 1u << CDI_STAGE_NONE);
    assert_true(api("risk", "other,rape,other") && query.filter.risks == (1u << CDI_RISK_OTHER | 1u << CDI_RISK_RAPE));
    assert_true(api("lifecycle", "cleared_unseen") && query.filter.lifecycles == 1u << CDI_LIFECYCLE_CLEARED_UNSEEN);
    assert_true(api("mark", "late%2Cbreached") && query.filter.marks == (1u << CDI_MARK_LATE | 1u << CDI_MARK_BREACHED));
    assert_true(api("due_from", "2026-11-04T21:14:05Z") && query.filter.due_from.ms == INT64_C(1793826845000));
    assert_true(api("due_before", "2026-11-04T22:14:05%2B01:00") && query.filter.due_before.ms == INT64_C(1793826845000));
    assert_true(api("received_from", "1970-01-01T00:00:00Z") && query.filter.received_from.ms == 1);    /* 0 would say nothing */
    assert_true(api("received_before", "2026-11-04T21:14:05.250Z") && query.filter.received_before.ms == INT64_C(1793826845250));
    assert_true(api("unanswered", "true") && query.filter.unanswered);
    assert_true(api("unanswered", "false") && !query.filter.unanswered);
    assert_true(api("sort", "risk") && query.filter.sort == CDI_VIEW_SORT_RISK);
    assert_true(api("sort", "deadline") && query.filter.sort == CDI_VIEW_SORT_DEADLINE);
    assert_true(api("limit", "1") && query.limit == 1);
    assert_true(api("limit", "500") && query.limit == 500);
    assert_true(api("cursor", "aZ09_-") && strcmp(query.after.at, "aZ09_-") == 0);
    assert_true(api("alert", "00ff") && cdi_text_is(query.alert, "00ff"));
}

static void a_wrong_value_is_refused_with_what_would_be_right(void **state)
{
    (void)state;
    assert_true(refuses("force", "", "1 to 200 bytes"));
    assert_true(refuses("force", NULL, "1 to 200 bytes"));
    assert_true(refuses("state", "", "open, matched_unverified, satisfied"));
    assert_true(refuses("state", "open,", "parted by commas"));
    assert_true(refuses("state", ",open", "parted by commas"));
    assert_true(refuses("state", "open, cleared", "parted by commas"));
    assert_true(refuses("state", "OPEN", "parted by commas"));
    assert_true(refuses("stage", "null", "none, notice, warning, urgent, breach"));
    assert_true(refuses("due_from", "2026-11-04", "with its offset"));
    assert_true(refuses("due_from", "2026-11-04T21:14:05", "with its offset"));
    assert_true(refuses("due_from", "2026-11-04T21:14:05 01:00", "%2B"));
    assert_true(refuses("due_from", "yesterday", "with its offset"));
    assert_true(refuses("sort", "", "one of these: deadline, risk"));
    assert_true(refuses("sort", "risk,deadline", "one of these: deadline, risk"));
    assert_true(refuses("unanswered", "1", "true or false"));
    static const char *const limits[] = { "0", "501", "-1", "+5", "1e2", "", " 5", "5 ", "0x10", "99999999999999999999999", "18446744073709551617" };
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        assert_true(refuses("limit", limits[i], "from 1 to 500"));
    assert_true(refuses("cursor", "", "the answer before"));
    assert_true(refuses("cursor", "a.b", "the answer before"));
    assert_true(refuses("cursor", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "the answer before"));
    assert_true(refuses("alert", "00f", "first 4 to 32 digits"));
    assert_true(refuses("alert", "00FF", "first 4 to 32 digits"));
    assert_true(refuses("alert", "000000000000000000000000000000000", "first 4 to 32 digits"));
}

static void what_cannot_be_decoded_is_refused(void **state)
{
    (void)state;
    assert_true(refuses("force", "%", "two hexadecimal digits"));
    assert_true(refuses("force", "a%4", "two hexadecimal digits"));
    assert_true(refuses("force", "%g0", "two hexadecimal digits"));
    assert_true(refuses("force", "%00", "not UTF-8"));
    assert_true(refuses("force", "a%0Ab", "control character"));
    assert_true(refuses("force", "%7f", "control character"));
    assert_true(refuses("force", "%ff", "not UTF-8"));
    assert_true(refuses("force", "\xC3", "not UTF-8"));
    assert_true(refuses("force", "%ed%a0%80", "not UTF-8"));
    static char long_one[CDI_REQUEST_QUERY_MOST + 2];
    memset(long_one, 'a', sizeof long_one - 1);
    assert_true(refuses("force", long_one, "longer than"));
    long_one[201] = '\0';
    assert_true(refuses("force", long_one, "1 to 200 bytes"));
    long_one[200] = '\0';
    assert_true(api("force", long_one));
}

static void what_is_not_known_or_said_twice_is_refused_and_not_said_again(void **state)
{
    const struct cdi_parameter twice[] = { { CDI_TEXT("state"), CDI_TEXT("open") }, { CDI_TEXT("limit"), CDI_TEXT("5") },
                                           { CDI_TEXT("state"), CDI_TEXT("open") } };
    const struct cdi_parameter beside[] = { { CDI_TEXT("limit"), CDI_TEXT("5") }, { CDI_TEXT("alert"), CDI_TEXT("00ff") } };
    (void)state;
    assert_false(api("zq-canary-9411", "zq-canary-9411"));
    assert_non_null(strstr(err.text, "there are: force, bcu, beat, unit, owner, incident, alert, state, stage, risk, lifecycle, mark, watch, due_from, "
                           "due_before, received_from, received_before, unanswered, sort, limit, cursor"));
    assert_null(strstr(err.text, "zq"));
    assert_null(strstr(err.text, "show"));
    static const char *const names[] = { "", "Force", "force ", "f%6Frce", "force[]" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_false(api(names[i], "dpp"));
    err = (struct cdi_error){ 0 };
    assert_false(cdi_alert_query_read(&query, &(struct cdi_request){ .parameters = twice, .parameter_count = 3 }, CDI_QUERY_OF_API, &err));
    assert_string_equal(err.where, "state");
    assert_non_null(strstr(err.text, "twice"));
    err = (struct cdi_error){ 0 };
    assert_false(cdi_alert_query_read(&query, &(struct cdi_request){ .parameters = beside, .parameter_count = 2 }, CDI_QUERY_OF_API, &err));
    assert_string_equal(err.where, "alert");
    err = (struct cdi_error){ 0 };
    assert_false(cdi_alert_query_read(&query, &(struct cdi_request){ .parameters = beside, .parameter_count = CDI_REQUEST_PARAMETERS_MOST + 1 },
                                      CDI_QUERY_OF_API, &err));
}

static void a_page_takes_what_its_form_sends(void **state)
{
    (void)state;
    assert_true(reads(CDI_QUERY_OF_PAGE, "force", "") && !cdi_text_said(query.filter.force));
    assert_true(query.filter.unanswered && query.show == CDI_SHOW_UNANSWERED);
    assert_true(reads(CDI_QUERY_OF_PAGE, "show", "settled") && !query.filter.unanswered);
    for (unsigned value = 0; value < CDI_STATE_COUNT; value++)   /* every state is in one of both groups */
        assert_true(((query.filter.states | CDI_STATES_UNANSWERED) & 1u << value) != 0);
    assert_int_equal(query.filter.states & CDI_STATES_UNANSWERED, 0);
    assert_true(reads(CDI_QUERY_OF_PAGE, "show", "all") && query.filter.states == 0 && !query.filter.unanswered);
    assert_true(reads(CDI_QUERY_OF_PAGE, "sort", "risk") && query.filter.sort == CDI_VIEW_SORT_RISK && query.filter.unanswered);
    assert_false(reads(CDI_QUERY_OF_PAGE, "show", "some"));
    assert_false(reads(CDI_QUERY_OF_PAGE, "limit", "5"));
    assert_false(reads(CDI_QUERY_OF_PAGE, "owner", "x"));
}

static void a_tag_is_found_among_those_that_were_sent(void **state)
{
    static const struct { const char *sent; bool has; } sent[] = {
        { NULL, false }, { "", false }, { "\"a-1\"", true }, { "W/\"a-1\"", true }, { "\"b\", \"a-1\"", true }, { "\"b\",W/\"a-1\" ,\"c\"", true }, { "*", true },
        { "\"a-12\"", false }, { "\"a-1", false }, { "a-1", false }, { "\"a-1\"x", false }, { "x\"a-1\"", false }, { ",,,", false }, { "\"b\" \"a-1\"", false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof sent / sizeof sent[0]; i++)
        if (cdi_request_has_tag(sent[i].sent, "\"a-1\"") != sent[i].has)
            fail_msg("%s", sent[i].sent);
}

static void only_names_of_this_machine_are_local(void **state)
{
    static const char *const local[] = { "localhost", "LocalHost:8080", "127.0.0.1", "127.0.0.1:65535", "[::1]", "[::1]:1", "localhost:" };
    static const char *const others[] = { "", "a", "localhost.example", "localhost:80.example", "127.0.0.1.example", "evil.example:8080", "[::1", "::1", "[::2]",
                                          "127.0.0.1:123456", "localhost:80 ", "127.0.0.1@evil.example", "0.0.0.0", "xlocalhost" };
    (void)state;
    for (size_t i = 0; i < sizeof local / sizeof local[0]; i++)
        if (!cdi_request_host_is_local(local[i]))
            fail_msg("%s", local[i]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (cdi_request_host_is_local(others[i]))
            fail_msg("%s", others[i]);
}

static void a_value_in_a_url_comes_back_as_it_was(void **state)
{
    char room[1100];
    (void)state;
    for (unsigned code = 0x20; code < 0x7F; code++) {
        const char at[3] = { 'a', (char)code, '\0' };
        struct cdi_body body = { .at = NULL };
        struct cdi_text out;
        size_t used = 0;
        cdi_percent_add(&body, (struct cdi_text){ at, 2 });
        assert_null(strpbrk(body.at, "&<>\"'+# "));
        assert_true(cdi_request_decode((struct cdi_text){ body.at, body.size }, room, sizeof room, &used, &out, NULL));
        assert_true(cdi_text_is(out, at));
        cdi_body_free(&body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_parameters_it_is_the_first_fifty_of_all), cmocka_unit_test(each_parameter_sets_what_it_names),
        cmocka_unit_test(a_wrong_value_is_refused_with_what_would_be_right), cmocka_unit_test(what_cannot_be_decoded_is_refused),
        cmocka_unit_test(what_is_not_known_or_said_twice_is_refused_and_not_said_again), cmocka_unit_test(a_page_takes_what_its_form_sends),
        cmocka_unit_test(a_tag_is_found_among_those_that_were_sent), cmocka_unit_test(only_names_of_this_machine_are_local),
        cmocka_unit_test(a_value_in_a_url_comes_back_as_it_was),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
