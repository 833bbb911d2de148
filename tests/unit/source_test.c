#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/source.h"

static struct cdi_source *read_text(const char *text)
{
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    struct cdi_source *source = cdi_source_read("try.yaml", cdi_text_of(text), &err);

    if (source == NULL)
        fail_msg("%s: %s", err.where, err.text);
    return source;
}

static void expect_complaint(const char *text, const char *where, const char *words)
{
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    struct cdi_source *source = cdi_source_read("try.yaml", cdi_text_of(text), &err);

    assert_null(source);
    if (strcmp(err.where, where) != 0 || strstr(err.text, words) == NULL)
        fail_msg("%s: \"%s\" is not %s: \"%s\"", err.where, err.text, where, words);
}

static int64_t time_of(const char *table, const char *text, enum cdi_source_day day)
{
    struct cdi_source *source = read_text(table);
    struct cdi_instant at = CDI_INSTANT_NONE;
    bool read = cdi_source_time(source, cdi_text_of(text), day, &at, NULL);

    cdi_source_destroy(source);
    return read ? at.ms / 1000 : -1;
}

static void every_shipped_source_table_is_good(void **state)
{
    static const char *const names[] = { "config/sources/cdiwatch.yaml", "config/sources/storm.yaml", "config/sources/controlworks.yaml",
                                         "config/sources/niche.yaml", "config/sources/connect.yaml", "tests/sources/usc.yaml",
                                         "tests/sources/lbpd.yaml" };
    static char bytes[65536];

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        FILE *file = fopen(names[i], "rb");
        struct cdi_error err = { .code = CDI_ERROR_NONE };
        struct cdi_source *source;
        assert_non_null(file);
        source = cdi_source_read(names[i], (struct cdi_text){ bytes, fread(bytes, 1, sizeof bytes, file) }, &err);
        fclose(file);
        if (source == NULL)
            fail_msg("%s: %s", err.where, err.text);
        cdi_source_destroy(source);
    }
}

static void a_map_compares_as_it_says(void **state)
{
    struct cdi_source *source = read_text(
        "name: t\nmaps:\n"
        "  exact: {compare: exact, values: {AbC: X}}\n"
        "  caseless: {values: {\"a  b\": X, \"ab*\": Y, \"abc*\": Z}, otherwise: drop}\n"
        "  letters: {compare: letters, values: {\"THEFT-PETTY - Plain\": X, \"REPORT TAKEN\": {closed_as: CRM, disposal.reason: NSIR}}, "
        "default: Q}\n"
        "feeds:\n  incidents:\n    fields:\n      opened_as: {from: a, map: exact}\n      closed_as: {from: b, map: caseless}\n"
        "      classified_as: {from: c, map: letters}\n");
    const struct cdi_source_line *lines = source->feeds[CDI_FEED_INCIDENTS].lines;
    const struct cdi_source_setting *settings;
    size_t count;

    (void)state;
    assert_int_equal(source->feeds[CDI_FEED_INCIDENTS].line_count, 3);
    assert_true(cdi_source_map_find(lines[0].map, CDI_TEXT("AbC"), &settings, &count) && count == 1);
    assert_false(cdi_source_map_find(lines[0].map, CDI_TEXT("abc"), &settings, &count));
    assert_true(cdi_source_map_find(lines[1].map, CDI_TEXT(" A B "), &settings, &count) && cdi_text_is(settings->value, "X"));
    assert_true(cdi_source_map_find(lines[1].map, CDI_TEXT("ABcd"), &settings, &count) && cdi_text_is(settings->value, "Z"));
    assert_true(cdi_source_map_find(lines[1].map, CDI_TEXT("abd"), &settings, &count) && cdi_text_is(settings->value, "Y"));
    assert_true(cdi_source_map_find(lines[1].map, CDI_TEXT("zzz"), &settings, &count) && count == 0);
    assert_true(cdi_source_map_find(lines[2].map, CDI_TEXT("Theft- Petty -Pla in 12"), &settings, &count) &&
                cdi_text_is(settings->value, "X") && !cdi_text_said(settings->target.ours));
    assert_true(cdi_source_map_find(lines[2].map, CDI_TEXT("report taken 3"), &settings, &count) && count == 2);
    assert_true(cdi_text_is(settings[0].target.ours, "closed_as") && cdi_text_is(settings[1].value, "NSIR"));
    assert_true(cdi_source_map_find(lines[2].map, CDI_TEXT("other"), &settings, &count) && cdi_text_is(settings->value, "Q"));
    cdi_source_destroy(source);
}

/* Nested, and others between them and the value in order. */
static void of_several_beginnings_the_longest_counts(void **state)
{
    static const struct { const char *value, *word; } wanted[] = {
        { "a", NULL }, { "ab", "AB" }, { "aba", "AB" }, { "abc", "AB" }, { "abcd", "ABCD" }, { "abcde", "ABCDE" }, { "abcdf", "ABCD" },
        { "abcdez", "ABCDE" }, { "abcx", "AB" }, { "abd", "ABD" }, { "abdzz", "ABD" }, { "abz", "AB" }, { "ac", NULL }, { "b", NULL },
        { "ba", "BA" }, { "bb", NULL }, { "zz", NULL }, { "  ", NULL },
    };
    struct cdi_source *source = read_text(
        "name: t\nmaps:\n"
        "  m: {values: {\"ab*\": AB, \"abcd*\": ABCD, \"abcde*\": ABCDE, \"abd*\": ABD, \"ba*\": BA, \"zzz*\": ZZZ, \" *\": BLANK}}\n"
        "feeds:\n  incidents:\n    fields:\n      opened_as: {from: a, map: m}\n");
    const struct cdi_source_setting *settings;
    size_t count;

    (void)state;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        bool found = cdi_source_map_find(source->feeds[CDI_FEED_INCIDENTS].lines[0].map, cdi_text_of(wanted[i].value), &settings, &count);
        if (found != (wanted[i].word != NULL) || (found && !cdi_text_is(settings->value, wanted[i].word)))
            fail_msg("of `%s` the beginning is not %s", wanted[i].value, wanted[i].word == NULL ? "none" : wanted[i].word);
    }
    cdi_source_destroy(source);
}

static void lines_stand_in_the_order_they_are_applied(void **state)
{
    struct cdi_source *source = read_text(
        "name: t\nmaps:\n  m: {values: {a: {closed_as: CRM}}}\nfeeds:\n  incidents:\n    sets:\n      - {from: x, map: m}\n"
        "    fields:\n      persons[1].name: VICTIM\n    constants: {force: f}\n    known_at: {from: seen, day: start}\n");
    const struct cdi_source_feed *feed = &source->feeds[CDI_FEED_INCIDENTS];

    (void)state;
    assert_int_equal(feed->line_count, 3);
    assert_int_equal(feed->lines[0].step, CDI_SOURCE_CONSTANT);
    assert_true(cdi_text_is(feed->lines[0].constant, "f"));
    assert_int_equal(feed->lines[1].step, CDI_SOURCE_FIELD);
    assert_int_equal(feed->lines[1].target.slot, 1);
    assert_true(cdi_text_is(feed->lines[1].target.ours, "persons.name"));
    assert_int_equal(feed->lines[2].step, CDI_SOURCE_SET);
    assert_int_equal(feed->known_at.day, CDI_DAY_START);
    assert_false(source->feeds[CDI_FEED_CRIMES].said);
    assert_int_equal(source->silence_limit.ms, 4 * 3600000);
    cdi_source_destroy(source);
}

static void times_are_read_in_the_zone_of_the_table(void **state)
{
    const char *london = "name: t\nzone: Europe/London\ntimes: [\"%d/%m/%Y %H:%M\", \"%Y-%m-%d\", \"%b %d %Y %I:%M %p\"]\nfeeds: {}\n";
    const char *pacific = "name: t\nzone: America/Los_Angeles\ntimes: [\"%Y-%m-%d\", \"%L\"]\nfeeds: {}\n";

    (void)state;
    assert_int_equal(time_of(london, "04/11/2026 21:14", CDI_DAY_START), 1793826840);
    assert_int_equal(time_of(london, "04/07/2026 21:14", CDI_DAY_START), 1783196040);
    assert_int_equal(time_of(london, "2026-11-04", CDI_DAY_START), 1793750400);
    assert_int_equal(time_of(london, "2026-11-04", CDI_DAY_END), 1793836800);
    assert_int_equal(time_of(london, "November 4 2026 9:14 PM", CDI_DAY_START), 1793826840);
    assert_int_equal(time_of(london, "2026-11-04T21:14:00Z", CDI_DAY_START), 1793826840);
    assert_int_equal(time_of(london, "31/02/2026 10:00", CDI_DAY_START), -1);
    assert_int_equal(time_of(london, "04/11/2026 21:14 x", CDI_DAY_START), -1);
    assert_int_equal(time_of(pacific, "2026-11-01", CDI_DAY_START), 1793516400);
    assert_int_equal(time_of(pacific, "2026-11-01", CDI_DAY_END), 1793606400);      /* a day of 25 hours */
    assert_int_equal(time_of(pacific, "1793826840000", CDI_DAY_START), 1793826840);
}

static void without_a_zone_a_time_must_bring_its_offset(void **state)
{
    (void)state;
    assert_int_equal(time_of("name: t\nfeeds: {}\n", "2026-11-04T21:14:00", CDI_DAY_START), -1);
    assert_int_equal(time_of("name: t\nfeeds: {}\n", "2026-11-04T22:14:00.250+01:00", CDI_DAY_START), 1793826840);
    assert_int_equal(time_of("name: t\nzone: \"+01:00\"\nfeeds: {}\n", "2026-11-04T22:14:00", CDI_DAY_START), 1793826840);
}

static void mistakes_are_said_with_their_place(void **state)
{
    (void)state;
    expect_complaint("feeds: {}\n", "try.yaml:1:1", "\"name\" is missing");
    expect_complaint("name: t\nfeeds: {incident: {}}\n", "try.yaml:2:9", "did you mean \"incidents\"");
    expect_complaint("name: t\nsilence_limit: 4\nfeeds: {}\n", "try.yaml:2:16", "with its unit");
    expect_complaint("name: t\nzone: Europe/Londn\nfeeds: {}\n", "try.yaml:2:7", "Europe/London");
    expect_complaint("name: t\ntimes: [\"%Q\"]\nfeeds: {}\n", "try.yaml:2:9", "not %Q");
    expect_complaint("name: t\ntimes: [\"%H:%M\"]\nfeeds: {}\n", "try.yaml:2:9", "a year, a month and a day");
    expect_complaint("name: t\ncsv: {separator: \"ab\"}\nfeeds: {}\n", "try.yaml:2:18", "separator");
    expect_complaint("name: t\nfeeds:\n  crimes:\n    fields: {recorded_t: x}\n", "try.yaml:4:14", "did you mean \"recorded_at\"");
    expect_complaint("name: t\nfeeds:\n  crimes:\n    fields: {class: {from: x, map: m}}\n", "try.yaml:4:21", "no such map");
    expect_complaint("name: t\nmaps: {m: {values: {a: b}}}\nfeeds:\n  crimes:\n    sets: [{from: x, map: m}]\n", "try.yaml:5:12",
                     "must name its fields");
    expect_complaint("name: t\nmaps: {m: {values: {a: {klass: b}}}}\nfeeds:\n  crimes:\n    sets: [{from: x, map: m}]\n",
                     "try.yaml:2:21", "did you mean \"class\"");
    expect_complaint("name: t\nmaps:\n  m:\n    values:\n      a b: x\n      A  B: y\nfeeds: {}\n", "try.yaml:6:7", "line 5");
    expect_complaint("name: t\nfeeds:\n  crimes:\n    event_at: x\n", "try.yaml:4:15", "kafka");
    expect_complaint("name: t\nreferences: {crime: {shapes: [{spoken: \"{numbr}\", written: \"x\"}]}}\nfeeds: {}\n", "try.yaml:1:1",
                     "{number}");
}

static void expect_reference(const struct cdi_reference_rule *rule, const char *text, int64_t near_s, const char *want)
{
    char out[CDI_REFERENCE_MAX];
    struct cdi_text reference;

    assert_true(cdi_reference_normalise(rule, cdi_text_of(text), (struct cdi_instant){ near_s * 1000 }, out, &reference));
    if (!cdi_text_is(reference, want))
        fail_msg("%.*s is not %s", CDI_TEXT_ARGS(reference), want);
}

static void references_come_to_one_spelling(void **state)
{
    struct cdi_source *source = read_text(
        "name: t\nreferences:\n  incident:\n    case: upper\n    drop: \" -\"\n    shapes:\n"
        "      - {spoken: \"log {number} of {day}/{month}\", written: \"D{year}{month}{day}{number:4}\"}\n"
        "      - {spoken: \"log {number} of {day}/{month}/{year}\", written: \"D{year}{month}{day}{number:4}\"}\nfeeds: {}\n");
    const struct cdi_reference_rule *rule = &source->references[CDI_REFERENCE_KIND_INCIDENT];
    char out[CDI_REFERENCE_MAX], long_text[200];
    struct cdi_text reference;

    (void)state;
    expect_reference(rule, " dpp-2026 1104 ", 1793826840, "DPP20261104");
    expect_reference(rule, "log 345 of 12/03", 1793826840, "D202603120345");
    expect_reference(rule, "LOG 345  of 31/12", 1793826840, "D202512310345");
    expect_reference(rule, "log 345 of 04/11", 1793826840, "D202611040345");
    expect_reference(rule, "log 345 of 29/02", 1793826840, "D202402290345");
    expect_reference(rule, "log 345 of 12/03/25", 1793826840, "D202503120345");
    expect_reference(rule, "log 345 of 45/03", 1793826840, "LOG345OF45/03");
    assert_true(cdi_reference_normalise(rule, CDI_TEXT(" - "), CDI_INSTANT_NONE, out, &reference));
    assert_false(cdi_text_said(reference));
    memset(long_text, 'x', sizeof long_text);
    assert_false(cdi_reference_normalise(rule, (struct cdi_text){ long_text, sizeof long_text }, CDI_INSTANT_NONE, out, &reference));
    cdi_source_destroy(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shipped_source_table_is_good),
        cmocka_unit_test(a_map_compares_as_it_says),
        cmocka_unit_test(of_several_beginnings_the_longest_counts),
        cmocka_unit_test(lines_stand_in_the_order_they_are_applied),
        cmocka_unit_test(times_are_read_in_the_zone_of_the_table),
        cmocka_unit_test(without_a_zone_a_time_must_bring_its_offset),
        cmocka_unit_test(mistakes_are_said_with_their_place),
        cmocka_unit_test(references_come_to_one_spelling),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
