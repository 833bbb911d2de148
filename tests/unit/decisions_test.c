#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/decisions.h"
#include "core/merge.h"
#include "core/registers.h"
#include "core/state.h"

static struct cdi_scratch scratch;
static struct cdi_incident log_of;

static struct cdi_instant at(int64_t minute) { return (struct cdi_instant){ INT64_C(1793790000000) + minute * 60000 }; }

static int begin(void **state)
{
    (void)state;
    cdi_scratch_reset(&scratch);
    cdi_incident_empty(&log_of, cdi_text_of("dpp"), cdi_text_of("L1"));
    return 0;
}

/* A message that gives a reason, and whose reference that is; either may be NULL. */
static bool say(int64_t minute, const char *reason, const char *n100)
{
    struct cdi_incident message;
    cdi_incident_empty(&message, log_of.force, log_of.reference);
    message.event_at = message.disposal.said_at = at(minute);
    message.disposal.reason = reason != NULL ? cdi_text_of(reason) : CDI_TEXT_NONE;
    if (n100 != NULL) {
        message.disposal.n100 = cdi_text_of(n100);
        message.disposal.field_at[CDI_DISPOSAL_FIELD_N100] = at(minute);
    }
    return cdi_merge_incident(&log_of, &message, &scratch);
}

static void stood(const struct cdi_undone *before, const char *reason, const char *n100, int64_t said, int64_t until)
{
    assert_true(cdi_text_is(before->disposal.reason, reason));
    assert_true(n100 == NULL ? !cdi_text_said(before->disposal.n100) : cdi_text_is(before->disposal.n100, n100));
    assert_int_equal(before->disposal.said_at.ms, at(said).ms);
    assert_int_equal(before->at.ms, at(until).ms);
}

static void what_was_said_first_stood_until_more_was_said(void **state)
{
    struct cdi_undone before[CDI_DECISIONS_MAX];
    (void)state;
    assert_int_equal(cdi_decisions_before(&log_of, before), 0);
    say(1, "N100-01", NULL);
    assert_int_equal(cdi_decisions_before(&log_of, before), 0);
    say(4, NULL, "N/1");
    say(9, "CRI-2", NULL);
    say(12, "N100-01", "N/2");
    assert_int_equal(cdi_decisions_before(&log_of, before), 3);
    stood(&before[0], "N100-01", NULL, 1, 4);
    stood(&before[1], "N100-01", "N/1", 1, 9);  /* decided when the reason was first said */
    stood(&before[2], "CRI-2", NULL, 9, 12);    /* another reason has none of its fields */
}

static void what_is_said_again_was_said_when_it_was_first(void **state)
{
    struct cdi_undone before[CDI_DECISIONS_MAX];
    (void)state;
    say(9, "CRI-2", NULL);
    say(20, "CRI-3", NULL);
    say(30, "CRI-2", NULL);
    assert_int_equal(log_of.decision_count, 2);
    assert_true(say(3, "CRI-2", NULL));         /* older than all that is known of it */
    assert_false(say(3, "CRI-2", NULL));
    assert_int_equal(cdi_decisions_before(&log_of, before), 1);
    stood(&before[0], "CRI-2", NULL, 3, 20);
}

static void without_a_reason_nothing_stood(void **state)
{
    struct cdi_undone before[CDI_DECISIONS_MAX];
    (void)state;
    say(1, NULL, "N/1");
    say(4, "N100-01", NULL);
    say(6, NULL, "N/2");
    assert_int_equal(cdi_decisions_before(&log_of, before), 1);
    stood(&before[0], "N100-01", "N/1", 4, 6);
}

static void of_more_than_there_is_room_for_the_first_are_kept(void **state)
{
    static const char *const references[] = { "N/0", "N/1", "N/2", "N/3", "N/4", "N/5", "N/6", "N/7", "N/8", "N/9" };
    (void)state;
    for (int64_t i = 9; i >= 1; i--) {
        say(i, "N100-01", references[i]);
        assert_int_equal(log_of.truncated, i <= 9 - CDI_DECISIONS_MAX);     /* the ninth is told of, whichever is left out */
    }
    assert_int_equal(log_of.decision_count, CDI_DECISIONS_MAX);
    assert_int_equal(log_of.decisions[0].said_at.ms, at(1).ms);
    assert_int_equal(log_of.decisions[CDI_DECISIONS_MAX - 1].said_at.ms, at(CDI_DECISIONS_MAX).ms);
    say(0, "N100-01", references[0]);
    assert_int_equal(log_of.decisions[0].said_at.ms, at(0).ms);
    assert_int_equal(log_of.decisions[CDI_DECISIONS_MAX - 1].said_at.ms, at(CDI_DECISIONS_MAX - 1).ms);
}

static void one_that_is_left_out_is_told_of_once(void **state)
{
    static const char *const references[] = { "N/0", "N/1", "N/2", "N/3", "N/4", "N/5", "N/6", "N/7", "N/8" };
    (void)state;
    for (int64_t i = 0; i < CDI_DECISIONS_MAX; i++)
        say(i, "N100-01", references[i]);
    say(20, "N100-01", references[3]);                  /* again */
    assert_false(log_of.truncated);
    struct cdi_incident message;
    cdi_incident_empty(&message, log_of.force, log_of.reference);
    message.event_at = message.disposal.said_at = at(20);
    message.disposal.reason = cdi_text_of("N100-01");
    message.disposal.n100 = cdi_text_of(references[8]);
    message.disposal.field_at[CDI_DISPOSAL_FIELD_N100] = at(20);
    assert_true(cdi_decisions_of_incident(&log_of, &message, &scratch));
    assert_true(log_of.truncated);
    assert_int_equal(log_of.decision_count, CDI_DECISIONS_MAX);
    assert_false(cdi_decisions_of_incident(&log_of, &message, &scratch));
}

/* A message of one field, empty or not; the reason may be NULL. */
static void say_field(int64_t minute, const char *reason, size_t field, bool given)
{
    struct cdi_incident message;
    struct cdi_disposal *disposal = &message.disposal;
    cdi_incident_empty(&message, log_of.force, log_of.reference);
    message.event_at = disposal->said_at = at(minute);
    disposal->reason = reason != NULL ? cdi_text_of(reason) : CDI_TEXT_NONE;
    disposal->field_at[field] = at(minute);
    void *value = cdi_member(disposal, cdi_disposal_members[field].offset);
    switch (given ? cdi_disposal_members[field].kind : CDI_DISPOSAL_MEMBERS) {
    case CDI_DISPOSAL_TEXT:
        *(struct cdi_text *)value = CDI_TEXT("X");
        break;
    case CDI_DISPOSAL_INSTANT:
        *(struct cdi_instant *)value = at(0);
        break;
    case CDI_DISPOSAL_FLAG:
        *(bool *)value = true;
        break;
    case CDI_DISPOSAL_RATIONALE_KIND:
        disposal->rationale = CDI_RATIONALE_GIVEN;
        break;
    }
    cdi_merge_incident(&log_of, &message, &scratch);
}

static void each_field_makes_another_disposal_of_it(void **state)
{
    for (size_t field = 0; field < CDI_DISPOSAL_MEMBERS; field++) {
        begin(state);
        say(1, "CRI-2", NULL);
        say_field(2, "CRI-2", field, false);             /* said, if only to be empty */
        assert_int_equal(log_of.decision_count, 2);
        say_field(3, "CRI-2", field, true);
        assert_int_equal(log_of.decision_count, 3);
    }
}

static void what_was_said_before_a_reason_is_of_the_one_before(void **state)
{
    struct cdi_undone before[CDI_DECISIONS_MAX];
    for (size_t field = 0; field < CDI_DISPOSAL_MEMBERS; field++) {
        begin(state);
        say(1, "CRI-2", NULL);
        say_field(3, NULL, field, true);
        say(4, "CRI-3", NULL);
        say(9, "CRI-3", "N/1");
        assert_int_equal(cdi_decisions_before(&log_of, before), 3);
        stood(&before[1], "CRI-2", field == CDI_DISPOSAL_FIELD_N100 ? "X" : NULL, 1, 4);
        assert_int_equal(before[1].disposal.field_at[field].ms, at(3).ms);
        stood(&before[2], "CRI-3", NULL, 4, 9);
        assert_false(cdi_instant_said(before[2].disposal.field_at[field]));
    }
}

/* A message of a reason that differs in its reference, into the decisions alone. */
static bool joins(int64_t minute, const char *n100)
{
    struct cdi_incident message;
    cdi_incident_empty(&message, log_of.force, log_of.reference);
    message.disposal.said_at = message.disposal.field_at[CDI_DISPOSAL_FIELD_N100] = at(minute);
    message.disposal.reason = CDI_TEXT("N100-01");
    message.disposal.n100 = cdi_text_of(n100);
    return cdi_decisions_of_incident(&log_of, &message, &scratch);
}

static void only_what_changes_them_is_a_change(void **state)
{
    static const char *const references[] = { "N/0", "N/1", "N/2", "N/3", "N/4", "N/5", "N/6", "N/7" };
    (void)state;
    for (int64_t i = 0; i < CDI_DECISIONS_MAX; i++)
        assert_true(joins(10 * i, references[i]));
    assert_true(joins(80, "N/8"));              /* no room for what is later than all of them, and that is news once */
    assert_false(joins(80, "N/8"));
    assert_int_equal(log_of.decisions[7].said_at.ms, at(70).ms);
    assert_true(joins(65, "N/8"));              /* only the last makes room */
    assert_int_equal(log_of.decisions[6].said_at.ms, at(60).ms);
    assert_int_equal(log_of.decisions[7].said_at.ms, at(65).ms);
    assert_false(joins(65, "N/8"));
    assert_false(joins(99, "N/0"));
}

static void a_merged_record_brings_each_that_it_knows(void **state)
{
    (void)state;
    say(4, "CRI-2", NULL);
    say(9, "CRI-3", NULL);
    struct cdi_incident merged = log_of;
    cdi_incident_empty(&log_of, merged.force, merged.reference);
    say(2, "NCL", NULL);
    assert_true(cdi_merge_incident(&log_of, &merged, &scratch));
    assert_int_equal(log_of.decision_count, 3);
    assert_int_equal(log_of.decisions[1].said_at.ms, at(4).ms);
    assert_int_equal(log_of.decisions[2].said_at.ms, at(9).ms);
    assert_false(cdi_merge_incident(&log_of, &merged, &scratch));
}

static void comes_back(void)
{
    struct cdi_incident_case whole = { .facts = log_of }, back;
    assert_true(cdi_unpack_incident(cdi_pack_incident(&whole, &scratch), &back, &scratch, NULL));
    assert_true(cdi_decisions_same(&log_of, &back.facts));
}

static void it_is_written_only_where_the_disposal_does_not_tell_as_much(void **state)
{
    (void)state;
    comes_back();
    assert_true(cdi_decisions_told(&log_of));
    say(4, "N100-01", "N/1");
    assert_true(cdi_decisions_told(&log_of));
    comes_back();
    say(9, "N100-01", "N/1");
    assert_false(cdi_decisions_told(&log_of));
    comes_back();
    say(12, "N100-02", NULL);
    assert_false(cdi_decisions_told(&log_of));
    comes_back();
    struct cdi_incident other = log_of;
    say(13, "N100-02", "N/3");
    assert_false(cdi_decisions_same(&log_of, &other));
    other = log_of;
    say(11, "N100-02", NULL);                   /* earlier than was known */
    assert_false(cdi_decisions_same(&log_of, &other));
    other = log_of;
    say(2, "N100-01", "N/1");                   /* so is the first of all */
    assert_false(cdi_decisions_same(&log_of, &other));
}

static void of_one_that_is_read_each_field_was_said_when_it_was(void **state)
{
    struct cdi_incident_case back;
    for (size_t field = 0; field < CDI_DISPOSAL_MEMBERS; field++) {
        begin(state);
        say_field(4, "CRI-2", field, true);
        say_field(9, "CRI-2", field, true);
        struct cdi_incident_case whole = { .facts = log_of };
        assert_true(cdi_unpack_incident(cdi_pack_incident(&whole, &scratch), &back, &scratch, NULL));
        assert_int_equal(back.facts.decision_count, 1);
        assert_int_equal(back.facts.disposal.field_at[field].ms, at(9).ms);
        assert_int_equal(back.facts.decisions[0].field_at[field].ms, at(4).ms);
    }
}

/* Into room that holds something else. */
static bool is_read(void)
{
    struct cdi_incident_case whole = { .facts = log_of }, back;
    struct cdi_text bytes = cdi_pack_incident(&whole, &scratch);
    struct cdi_scratch_mark mark = cdi_scratch_mark(&scratch);
    memset(cdi_scratch_take(&scratch, 16384), 0x7F, 16384);
    cdi_scratch_rewind(&scratch, mark);
    return cdi_unpack_incident(bytes, &back, &scratch, NULL);
}

/* Nobody writes decisions without the disposal that they came to, nor one that is later than it. */
static void what_cannot_have_been_written_is_refused(void **state)
{
    struct cdi_disposal said;
    (void)state;
    say(4, "N100-01", "N/1");
    say(9, "N100-01", "N/1");
    assert_true(is_read());
    said = log_of.disposal;
    log_of.decisions[0].said_at = at(10);
    assert_false(is_read());
    log_of.decisions[0].said_at = at(4);
    cdi_disposal_empty(&log_of.disposal);
    assert_false(is_read());
    log_of.disposal = said;
    say(12, "N100-02", NULL);
    assert_true(is_read());
    said = log_of.disposal;
    cdi_disposal_empty(&log_of.disposal);
    assert_false(is_read());
    log_of.disposal = said;
    struct cdi_disposal first = log_of.decisions[0];
    log_of.decisions[0] = log_of.decisions[1];
    assert_false(is_read());                    /* one twice */
    log_of.decisions[1] = first;
    assert_false(is_read());                    /* the later first */
}

static void none_is_never_written(void **state)
{
    static const uint8_t none = 0;
    (void)state;
    for (int written = 0; written < 2; written++) {
        struct cdi_reader r = { .at = &none, .end = &none + 1, .scratch = &scratch };
        cdi_get_decisions(&r, &log_of, written != 0);
        assert_int_equal(log_of.decision_count, 0);
        assert_true(r.failed == (written != 0));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, begin)
    const struct CMUnitTest tests[] = {
        TEST(what_was_said_first_stood_until_more_was_said),
        TEST(what_is_said_again_was_said_when_it_was_first),
        TEST(without_a_reason_nothing_stood),
        TEST(of_more_than_there_is_room_for_the_first_are_kept),
        TEST(one_that_is_left_out_is_told_of_once),
        TEST(each_field_makes_another_disposal_of_it),
        TEST(what_was_said_before_a_reason_is_of_the_one_before),
        TEST(only_what_changes_them_is_a_change),
        TEST(a_merged_record_brings_each_that_it_knows),
        TEST(of_one_that_is_read_each_field_was_said_when_it_was),
        TEST(it_is_written_only_where_the_disposal_does_not_tell_as_much),
        TEST(what_cannot_have_been_written_is_refused),
        TEST(none_is_never_written),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
