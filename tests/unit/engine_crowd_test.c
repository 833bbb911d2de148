/* More likenesses than are looked at: one evening in one street, everybody reports the same, and more crimes are recorded than anybody named.
 * A crime still answers one report at most, and nothing hangs on what came first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cdiwatch/engine.h"
#include "core/judgement.h"
#include "core/merge.h"
#include "shipped_rules.h"

enum { LOGS = 131, CRIMES = 4 };          /* logs: more than are found of one component */

static struct cdi_instant minutes(int64_t m) { return (struct cdi_instant){ INT64_C(1793790000000) + m * 60000 }; }

static void hear(struct cdi_engine *engine, struct cdi_record *record)
{
    struct cdi_error err = { 0 };
    if (cdi_engine_apply(engine, record, minutes(0), &err) == CDI_OUTCOME_REJECTED)
        fail_msg("%s", err.text);
}

static struct cdi_location the_street(void)
{
    return (struct cdi_location){ .said_at = minutes(0), .uprn = 7, .easting = CDI_GRID_NONE, .northing = CDI_GRID_NONE };
}

static void hear_log(struct cdi_engine *engine, unsigned number)
{
    char reference[16];
    struct cdi_record record = { .kind = CDI_RECORD_KIND_INCIDENT };
    snprintf(reference, sizeof reference, "L%03u", number);
    cdi_incident_empty(&record.incident, CDI_TEXT("dpp"), cdi_text_of(reference));
    record.incident.event_at = record.incident.received_at = minutes(0);
    record.incident.opened_as = (struct cdi_word){ minutes(0), CDI_TEXT("OPN-BURG") };
    record.incident.location = the_street();
    hear(engine, &record);
}

static void hear_crime(struct cdi_engine *engine, unsigned number)
{
    char reference[16];
    struct cdi_record record = { .kind = CDI_RECORD_KIND_CRIME };
    snprintf(reference, sizeof reference, "C%03u", number);
    cdi_crime_empty(&record.crime, CDI_TEXT("dpp"), cdi_text_of(reference));
    record.crime.event_at = minutes(30);
    record.crime.klass = (struct cdi_word){ minutes(30), CDI_TEXT("28I") };
    record.crime.status = (struct cdi_word){ minutes(30), CDI_TEXT("recorded") };
    record.crime.recorded_at = record.crime.reported_at = (struct cdi_when){ minutes(30), minutes(30) };
    record.crime.location = the_street();
    hear(engine, &record);
}

/* Which crime each log was given, and to how many logs each crime. */
struct shares { char of[LOGS][8]; unsigned given[CRIMES]; bool truncated; };

static bool note_share(void *context, const struct cdi_alert *alert)
{
    struct shares *shares = context;
    const struct cdi_linked *linked = &alert->judgement->linked;
    unsigned log = (unsigned)strtoul(alert->incident.at + 1, NULL, 10);
    assert_in_range(linked->link_count, 0, 1);
    shares->truncated |= linked->truncated;
    if (linked->link_count == 0)
        return true;
    snprintf(shares->of[log], sizeof shares->of[log], "%.*s", (int)linked->links[0].crime.size, linked->links[0].crime.at);
    shares->given[strtoul(shares->of[log] + 1, NULL, 10)]++;
    return true;
}

static void settle(struct cdi_engine *engine)
{
    struct cdi_effects effects;
    while (cdi_engine_settle(engine, &effects))
        continue;
}

static struct shares shares_of(bool backwards, bool crimes_first)
{
    struct shares shares = { .truncated = false };
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, NULL, NULL);
    for (unsigned i = 0; crimes_first && i < CRIMES; i++)
        hear_crime(engine, backwards ? CRIMES - 1 - i : i);
    for (unsigned i = 0; i < LOGS; i++)
        hear_log(engine, backwards ? LOGS - 1 - i : i);
    for (unsigned i = 0; !crimes_first && i < CRIMES; i++)
        hear_crime(engine, backwards ? CRIMES - 1 - i : i);
    cdi_engine_advance(engine, minutes(60));
    settle(engine);
    cdi_engine_each(engine, false, note_share, &shares);
    cdi_engine_destroy(engine);
    return shares;
}

static void in_a_crowd_a_crime_answers_one_report_at_most_whatever_came_first(void **state)
{
    (void)state;
    struct shares first = shares_of(false, false), second = shares_of(true, true);
    unsigned given = 0;
    for (size_t crime = 0; crime < CRIMES; crime++) {
        assert_in_range(first.given[crime], 0, 1);
        given += first.given[crime];
    }
    assert_true(given > 0);
    assert_memory_equal(first.of, second.of, sizeof first.of);
    assert_memory_equal(first.given, second.given, sizeof first.given);
}

/* Each is judged beside all others: were they one slice, nothing else would be done meanwhile, and who watches the process would end it. */
static void a_crowd_is_judged_in_many_parts(void **state)
{
    (void)state;
    struct cdi_effects effects;
    enum { CROWD = 90 };
    unsigned parts = 1;
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, NULL, NULL);
    for (unsigned i = 0; i < CROWD; i++) {
        hear_log(engine, i);
        hear_crime(engine, i);
    }
    cdi_engine_advance(engine, minutes(60));
    while (cdi_engine_settle(engine, &effects))
        parts++;
    assert_in_range(parts, 4, CROWD);
    cdi_engine_destroy(engine);
}

/* A crime that names more logs than are held of one: those left out may be called unrecorded, and somebody must be able to see why. */
static void a_crime_that_names_more_logs_than_it_holds_is_counted_once(void **state)
{
    (void)state;
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, NULL, NULL);
    for (unsigned i = 0; i < CDI_REFERENCES_MAX + 3; i++) {
        char log[16];
        struct cdi_text name;
        struct cdi_record record = { .kind = CDI_RECORD_KIND_CRIME };
        snprintf(log, sizeof log, "L%03u", i);
        name = cdi_text_of(log);
        cdi_crime_empty(&record.crime, CDI_TEXT("dpp"), CDI_TEXT("C1"));
        record.crime.event_at = minutes(i);
        record.crime.incidents = &name;
        record.crime.incident_count = 1;
        hear(engine, &record);
        assert_int_equal(cdi_engine_cuts(engine).clipped, i >= CDI_REFERENCES_MAX);
    }
    cdi_engine_destroy(engine);
}

/* Duplicates of one log, nothing likely in any; by then they would all have been dropped. */
static struct cdi_engine_cuts after_sixty_days(unsigned logs, uint64_t *dropped)
{
    struct cdi_effects effects;
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, NULL, NULL);
    for (unsigned i = 0; i < logs; i++) {
        char reference[16];
        struct cdi_record record = { .kind = CDI_RECORD_KIND_INCIDENT };
        snprintf(reference, sizeof reference, "L%03u", i);
        cdi_incident_empty(&record.incident, CDI_TEXT("dpp"), cdi_text_of(reference));
        record.incident.event_at = record.incident.received_at = minutes(0);
        record.incident.opened_as = (struct cdi_word){ minutes(0), CDI_TEXT("ADM-MSG") };
        if (i > 0)
            record.incident.parent = (struct cdi_word){ minutes(0), CDI_TEXT("L000") };
        hear(engine, &record);
    }
    for (int64_t day = 0; day < 2; day++) {
        cdi_engine_advance(engine, minutes((60 + day) * 24 * 60));
        while (cdi_engine_settle(engine, &effects))
            ;
    }
    struct cdi_engine_cuts cuts = cdi_engine_cuts(engine);
    *dropped = cdi_engine_dropped(engine).incidents;
    cdi_engine_destroy(engine);
    return cuts;
}

static void logs_that_are_not_dropped_because_too_many_hang_together_are_counted(void **state)
{
    (void)state;
    uint64_t dropped;
    assert_int_equal(after_sixty_days(40, &dropped).kept, 0);
    assert_int_equal(dropped, 40);
    assert_true(after_sixty_days(257, &dropped).kept >= 257);
    assert_int_equal(dropped, 0);
}

static bool stop_at_second(void *context, const struct cdi_alert *alert)
{
    (void)alert;
    return ++*(unsigned *)context < 2;
}

static void who_has_seen_enough_reports_is_shown_no_more(void **state)
{
    (void)state;
    unsigned seen = 0;
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, NULL, NULL);
    for (unsigned i = 0; i < 5; i++)
        hear_log(engine, i);
    cdi_engine_each(engine, false, stop_at_second, &seen);
    assert_int_equal(seen, 2);
    cdi_engine_destroy(engine);
}

static void an_action_says_which_alert_and_carries_a_request(void **state)
{
    static const struct { const char *alert, *request; enum cdi_error_code code; const char *where; } rows[] = {
        { "0123456789abcdef0123456789abcde", "r1", CDI_ERROR_BAD_VALUE, "/alert" },
        { "0123456789abcdef0123456789abcdeg", "r1", CDI_ERROR_BAD_VALUE, "/alert" },
        { "0123456789ABCDEF0123456789abcdef", "r1", CDI_ERROR_BAD_VALUE, "/alert" },
        { "0123456789abcdef0123456789abcde/", "r1", CDI_ERROR_BAD_VALUE, "/alert" },
        { "0123456789abcdef0123456789abcdef", "", CDI_ERROR_MISSING, "/request" },
    };
    (void)state;
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, NULL, NULL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct cdi_error err = { 0 };
        struct cdi_record record = { .kind = CDI_RECORD_KIND_ACTION };
        record.action = (struct cdi_action){ .force = CDI_TEXT("dpp"), .alert = cdi_text_of(rows[i].alert), .by = CDI_TEXT("S1"), .at = minutes(1),
                                             .request = rows[i].request[0] == '\0' ? CDI_TEXT_NONE : cdi_text_of(rows[i].request),
                                             .verb = CDI_VERB_NOTE, .text = CDI_TEXT("seen") };
        cdi_disposal_empty(&record.action.disposal);
        assert_int_equal(cdi_engine_apply(engine, &record, minutes(1), &err), CDI_OUTCOME_REJECTED);
        assert_int_equal(err.code, rows[i].code);
        assert_string_equal(err.where, rows[i].where);
    }
    cdi_engine_destroy(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_a_crowd_a_crime_answers_one_report_at_most_whatever_came_first),
        cmocka_unit_test(a_crowd_is_judged_in_many_parts),
        cmocka_unit_test(a_crime_that_names_more_logs_than_it_holds_is_counted_once),
        cmocka_unit_test(logs_that_are_not_dropped_because_too_many_hang_together_are_counted),
        cmocka_unit_test(who_has_seen_enough_reports_is_shown_no_more),
        cmocka_unit_test(an_action_says_which_alert_and_carries_a_request),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, read_rules, free_rules);
}
