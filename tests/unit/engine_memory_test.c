/* What nobody waits for any more leaves nothing behind: months of a force through the engine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/arena.h"
#include "core/engine_inside.h"
#include "months.h"
#include "shipped_rules.h"

enum { DAILY = 40, SURGE = 16000, WINDOW = 36 + 36 + 1 };        /* days until a log, and then its trace, is gone, and the next midnight */

/* What cases are held in goes by whole chunks. */
static size_t about(size_t bytes) { return bytes + bytes / 8 + CDI_ARENA_BLOCK_MAX; }

static struct months begin(void)
{
    struct months months = { .engine = cdi_engine_create(&rules->tables, NULL, NULL) };
    assert_non_null(months.engine);
    return months;
}

static void days(struct months *months, int count)
{
    while (count-- > 0)
        assert_true(months_pass(months, DAILY));
}

static void in_even_flow_memory_does_not_grow_from_month_to_month(void **state)
{
    (void)state;
    struct months months = begin();
    days(&months, 2 * WINDOW);
    size_t base = cdi_engine_bytes(months.engine);
    days(&months, 2 * WINDOW);
    assert_in_range(cdi_engine_bytes(months.engine), 1, about(base));
    cdi_engine_destroy(months.engine);
}

static void after_a_surge_memory_returns_to_its_base_when_the_window_has_passed(void **state)
{
    (void)state;
    struct months months = begin();
    days(&months, 2 * WINDOW);
    size_t base = cdi_engine_bytes(months.engine);
    assert_true(months_pass(&months, SURGE));
    size_t high = cdi_engine_bytes(months.engine);
    assert_true(high > 2 * about(base));               /* else nothing would be proved */
    days(&months, 2 * WINDOW);                  /* the surge, and then those who came while it was there: their handles lie behind it */
    assert_in_range(cdi_engine_bytes(months.engine), 1, about(base));
    cdi_engine_destroy(months.engine);
}

static void when_all_is_dropped_next_to_nothing_is_held(void **state)
{
    (void)state;
    struct months months = begin();
    assert_true(months_pass(&months, SURGE));
    size_t high = cdi_engine_bytes(months.engine);
    for (int day = 0; day < WINDOW + 1; day++)
        assert_true(months_pass(&months, 0));
    struct cdi_dropped dropped = cdi_engine_dropped(months.engine);
    assert_int_equal(dropped.incidents, SURGE);
    assert_int_equal(dropped.crimes, SURGE);
    assert_int_equal(months.deleted, SURGE / 10);               /* each document that there was */
    assert_in_range(cdi_engine_bytes(months.engine), 1, high / 32);         /* the tallies of two months are */
    assert_false(cdi_instant_said(cdi_engine_next_deadline(months.engine)));
    cdi_engine_destroy(months.engine);
}

/* An officer's entry of today in the log of that number, which was received so many days ago. */
static void enter_anew(struct months *months, uint32_t n, int64_t ago)
{
    char reference[24];
    struct cdi_instant at = months_at(months, 60);
    struct cdi_entry entry = { .said_at = at, .seq = 9, .at = at, .role = CDI_ENTRY_ROLE_OFFICER };
    struct cdi_record record = { .kind = CDI_RECORD_KIND_INCIDENT };
    snprintf(reference, sizeof reference, "L-%u", n);
    cdi_incident_empty(&record.incident, CDI_TEXT("dpp"), cdi_text_of(reference));
    record.incident.event_at = at;
    record.incident.received_at = cdi_instant_after(at, CDI_DAYS(-ago));
    record.incident.entries = &entry;
    record.incident.entry_count = 1;
    assert_true(months_tell(months, &record, at));
}

static void what_is_told_anew_of_what_was_dropped_leaves_as_little(void **state)
{
    enum { ANEW = 4000, AGAIN = 3 };
    (void)state;
    struct months months = begin();
    assert_true(months_pass(&months, 0));
    size_t base = cdi_engine_bytes(months.engine);
    for (uint32_t round = 1; round <= AGAIN; round++) {
        for (uint32_t n = 0; n < ANEW; n++)
            enter_anew(&months, n, 100);
        for (int day = 0; day < 40; day++)
            assert_true(months_pass(&months, 0));
        assert_int_equal(cdi_engine_dropped(months.engine).incidents, round * ANEW);
        assert_in_range(months.engine->traces.count, ANEW, ANEW);       /* one each, however often */
    }
    for (int day = 0; day < WINDOW + 1; day++)
        assert_true(months_pass(&months, 0));
    assert_int_equal(months.engine->traces.count, 0);
    assert_in_range(cdi_engine_bytes(months.engine), 1, about(base));
    assert_false(cdi_instant_said(cdi_engine_next_deadline(months.engine)));
    cdi_engine_destroy(months.engine);
}

/* A crime of another kind at the place and time of many open reports: each is asked whether it may take it. */
static bool crime_beside(struct months *months, uint32_t n)
{
    char reference[24];
    struct cdi_instant at = months_at(months, 300);
    struct cdi_record record = { .kind = CDI_RECORD_KIND_CRIME };
    struct cdi_crime *crime = &record.crime;
    cdi_crime_empty(crime, CDI_TEXT("dpp"), (snprintf(reference, sizeof reference, "B-%u", n), cdi_text_of(reference)));
    crime->event_at = at;
    crime->klass = (struct cdi_word){ at, CDI_TEXT("92A") };
    crime->status = (struct cdi_word){ at, CDI_TEXT("recorded") };
    crime->recorded_at = (struct cdi_when){ at, at };
    crime->location = (struct cdi_location){ .said_at = at, .postcode = 1, .easting = 200000, .northing = 200000 };
    return months_tell(months, &record, at);
}

static size_t scratch_bytes(const struct cdi_scratch *scratch)
{
    size_t bytes = 0;
    for (const struct cdi_scratch_chunk *chunk = scratch->first; chunk != NULL; chunk = chunk->next)
        bytes += chunk->size;
    return bytes;
}

static void what_a_sweep_works_out_of_one_crime_is_given_back_before_the_next(void **state)
{
    enum { OPEN = 15, BESIDE = 1500, KEPT = 900 };
    (void)state;
    struct months months = begin();
    for (uint32_t i = 0; i < OPEN; i++) {
        char log[24];
        snprintf(log, sizeof log, "L-%u", i);
        assert_true(months_log(&months, cdi_text_of(log), i, months_at(&months, i)));
    }
    for (uint32_t i = 0; i < BESIDE; i++)
        assert_true(crime_beside(&months, i));
    months_settle(&months, months_at(&months, 400));
    size_t judged = scratch_bytes(&months.engine->work);
    months.day += KEPT;
    months_settle(&months, months_at(&months, 0));
    assert_in_range(scratch_bytes(&months.engine->work), 1, judged + 8 * CDI_ARENA_BLOCK_MAX);        /* and not so much for each crime */
    cdi_engine_destroy(months.engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_even_flow_memory_does_not_grow_from_month_to_month),
        cmocka_unit_test(after_a_surge_memory_returns_to_its_base_when_the_window_has_passed),
        cmocka_unit_test(when_all_is_dropped_next_to_nothing_is_held),
        cmocka_unit_test(what_is_told_anew_of_what_was_dropped_leaves_as_little),
        cmocka_unit_test(what_a_sweep_works_out_of_one_crime_is_given_back_before_the_next),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, read_rules, free_rules);
}
