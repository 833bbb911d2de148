/* What comes too late about a log that was dropped, and what of it is new all the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/late.h"
#include "core/merge.h"
#include "shipped_rules.h"

#define LOG CDI_TEXT("L1")

static struct cdi_instant day(int64_t number) { return (struct cdi_instant){ INT64_C(1772323200000) + number * 86400000 }; }

static struct cdi_engine *begin(uint32_t incidents)
{
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, &(struct cdi_engine_limits){ .incidents = incidents }, NULL);
    assert_non_null(engine);
    return engine;
}

static void judge(struct cdi_engine *engine, struct cdi_instant at)
{
    struct cdi_effects effects;
    cdi_engine_advance(engine, at);
    while (cdi_engine_settle(engine, &effects))
        continue;
}

/* Of a log received on day 0, with an entry of each of these days. */
static struct cdi_record message_of(struct cdi_text reference, struct cdi_entry *entries, const int *days, size_t count, struct cdi_instant at)
{
    struct cdi_record record = { .kind = CDI_RECORD_KIND_INCIDENT };
    cdi_incident_empty(&record.incident, CDI_TEXT("dpp"), reference);
    record.incident.event_at = at;
    record.incident.received_at = day(0);
    record.incident.entries = entries;
    record.incident.entry_count = (uint16_t)count;
    for (size_t i = 0; i < count; i++)
        entries[i] = (struct cdi_entry){ .said_at = at, .seq = (uint32_t)days[i] + 1, .at = day(days[i]), .role = CDI_ENTRY_ROLE_OFFICER };
    return record;
}

static enum cdi_outcome tell(struct cdi_engine *engine, const int *days, size_t count, int at)
{
    struct cdi_entry entries[4];
    struct cdi_record record = message_of(LOG, entries, days, count, day(at));
    return cdi_engine_apply(engine, &record, day(at), NULL);
}
#define TELL(engine, at, ...) tell(engine, (const int[]){ __VA_ARGS__ }, sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int), at)

static struct cdi_instant settled_until(struct cdi_engine *engine)
{
    struct cdi_incident_case incident;
    uint32_t handle = cdi_caseload_find(engine->load, CDI_CASE_INCIDENT, CDI_TEXT("dpp"), LOG);
    if (handle == CDI_HANDLE_NONE)
        return CDI_INSTANT_NONE;
    cdi_caseload_incident(engine->load, handle, &incident, &engine->work);
    return incident.facts.settled.until;
}

static void what_tells_nothing_since_is_late_and_what_does_is_taken_once(void **state)
{
    (void)state;
    struct cdi_engine *engine = begin(0);
    assert_int_equal(TELL(engine, 0, 0), CDI_OUTCOME_ACCEPTED);
    judge(engine, day(36));
    assert_int_equal(cdi_engine_dropped(engine).incidents, 1);
    assert_int_equal(TELL(engine, 40, 0), CDI_OUTCOME_LATE);
    assert_int_equal(TELL(engine, 40, 0, 5), CDI_OUTCOME_LATE);         /* as old as a crime that was dropped */
    assert_false(cdi_instant_said(settled_until(engine)));
    assert_int_equal(TELL(engine, 40, 0, 5, 6), CDI_OUTCOME_ACCEPTED);
    assert_int_equal(settled_until(engine).ms, day(5).ms);
    assert_int_equal(TELL(engine, 40, 0, 5, 6), CDI_OUTCOME_DUPLICATE);
    judge(engine, day(74));
    assert_int_equal(cdi_engine_dropped(engine).incidents, 1);
    judge(engine, day(75));
    assert_int_equal(cdi_engine_dropped(engine).incidents, 2);
    assert_int_equal(TELL(engine, 76, 0, 5, 6, 40), CDI_OUTCOME_LATE);  /* it was told of on that day: known, had it been written */
    assert_int_equal(TELL(engine, 76, 0, 5, 6, 42), CDI_OUTCOME_ACCEPTED);
    cdi_engine_destroy(engine);
}

static void of_a_log_that_left_no_trace_the_receipt_tells_the_same(void **state)
{
    (void)state;
    struct cdi_engine *engine = begin(0);
    assert_int_equal(TELL(engine, 100, 0, 65), CDI_OUTCOME_LATE);
    assert_int_equal(TELL(engine, 100, 0, 66), CDI_OUTCOME_ACCEPTED);
    assert_int_equal(settled_until(engine).ms, day(65).ms);
    cdi_engine_destroy(engine);
    engine = begin(0);
    assert_int_equal(TELL(engine, 71, 0), CDI_OUTCOME_ACCEPTED);        /* not so long ago: nothing of it can have been dropped */
    assert_false(cdi_instant_said(settled_until(engine)));
    cdi_engine_destroy(engine);
}

/* Whichever of two messages comes first makes the log a case again. */
static void from_when_it_is_told_anew_is_the_same_in_any_order(void **state)
{
    (void)state;
    for (int first = 0; first < 2; first++) {
        struct cdi_engine *engine = begin(0);
        assert_int_equal(TELL(engine, 0, 0), CDI_OUTCOME_ACCEPTED);
        judge(engine, day(36));
        assert_int_equal(first == 0 ? TELL(engine, 40, 0, 39) : TELL(engine, 44, 0, 43), CDI_OUTCOME_ACCEPTED);
        assert_int_equal(first == 0 ? TELL(engine, 44, 0, 43) : TELL(engine, 40, 0, 39), CDI_OUTCOME_ACCEPTED);
        assert_int_equal(settled_until(engine).ms, day(5).ms);
        cdi_engine_destroy(engine);
    }
}

/* Else a shard would stop at a message that it then calls late, or take one that it has no room for. */
static void there_must_be_room_for_what_is_taken_and_for_nothing_else(void **state)
{
    (void)state;
    struct cdi_entry entries[4];
    struct cdi_error err = { 0 };
    struct cdi_engine *engine = begin(1);
    assert_int_equal(TELL(engine, 0, 0), CDI_OUTCOME_ACCEPTED);
    judge(engine, day(36));
    struct cdi_record other = message_of(CDI_TEXT("L2"), entries, (const int[]){ 36 }, 1, day(36));
    assert_int_equal(cdi_engine_apply(engine, &other, day(36), &err), CDI_OUTCOME_ACCEPTED);
    struct cdi_record late = message_of(LOG, entries, (const int[]){ 0 }, 1, day(40));
    assert_true(cdi_engine_has_room(engine, &late, day(40), &err));
    assert_int_equal(cdi_engine_apply(engine, &late, day(40), &err), CDI_OUTCOME_LATE);
    struct cdi_record anew = message_of(LOG, entries, (const int[]){ 0, 40 }, 2, day(40));
    assert_false(cdi_engine_has_room(engine, &anew, day(40), &err));
    assert_int_equal(err.code, CDI_ERROR_LIMIT);
    assert_int_equal(cdi_engine_apply(engine, &anew, day(40), &err), CDI_OUTCOME_REJECTED);
    judge(engine, day(72));                             /* the other goes */
    assert_true(cdi_engine_has_room(engine, &anew, day(40), &err));
    assert_int_equal(cdi_engine_apply(engine, &anew, day(40), &err), CDI_OUTCOME_ACCEPTED);
    cdi_engine_destroy(engine);
}

static enum cdi_outcome act(struct cdi_engine *engine, struct cdi_instant at)
{
    char id[33];
    struct cdi_record record = { .kind = CDI_RECORD_KIND_ACTION };
    cdi_alert_id_format(cdi_alert_id(CDI_TEXT("dpp"), LOG, 41), id);
    record.action = (struct cdi_action){ .force = CDI_TEXT("dpp"), .alert = cdi_text_of(id), .verb = CDI_VERB_NOTE, .at = at,
                                         .by = CDI_TEXT("desk"), .request = CDI_TEXT("r-1"), .text = CDI_TEXT("seen"),
                                         .disposal.said_at = CDI_INSTANT_NONE };
    return cdi_engine_apply(engine, &record, at, NULL);
}

static void what_was_done_since_waits_for_what_is_told_anew(void **state)
{
    (void)state;
    struct cdi_engine *engine = begin(0);
    assert_int_equal(TELL(engine, 0, 0), CDI_OUTCOME_ACCEPTED);
    judge(engine, day(36));
    assert_int_equal(act(engine, day(35)), CDI_OUTCOME_LATE);           /* when it was dropped, to the second */
    assert_int_equal(act(engine, day(40)), CDI_OUTCOME_ACCEPTED);
    assert_int_equal(cdi_caseload_count(engine->load, CDI_CASE_WAITING), 1);
    assert_int_equal(TELL(engine, 40, 0, 40), CDI_OUTCOME_ACCEPTED);
    judge(engine, day(41));
    assert_int_equal(cdi_caseload_count(engine->load, CDI_CASE_WAITING), 0);
    cdi_engine_destroy(engine);
}

static void who_keeps_all_knows_no_late_and_nothing_settled(void **state)
{
    (void)state;
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, &(struct cdi_engine_limits){ .keep_all = true }, NULL);
    assert_non_null(engine);
    assert_int_equal(TELL(engine, 100, 0), CDI_OUTCOME_ACCEPTED);
    assert_int_equal(TELL(engine, 200, 0, 199), CDI_OUTCOME_ACCEPTED);
    assert_false(cdi_instant_said(settled_until(engine)));
    cdi_engine_destroy(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_tells_nothing_since_is_late_and_what_does_is_taken_once),
        cmocka_unit_test(of_a_log_that_left_no_trace_the_receipt_tells_the_same),
        cmocka_unit_test(from_when_it_is_told_anew_is_the_same_in_any_order),
        cmocka_unit_test(there_must_be_room_for_what_is_taken_and_for_nothing_else),
        cmocka_unit_test(what_was_done_since_waits_for_what_is_told_anew),
        cmocka_unit_test(who_keeps_all_knows_no_late_and_nothing_settled),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, read_rules, free_rules);
}
