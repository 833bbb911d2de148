#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/state.h"
#include "core/turns.h"
#include "random_case.h"

enum { MESSAGES = 7, ROUNDS = 1500 };

/* Merges are compared by their packed bytes: equal bytes, equal facts. */
static struct cdi_text packed_incident(const struct cdi_incident *facts, struct cdi_scratch *scratch)
{
    struct cdi_incident_case whole = { .facts = *facts };
    return cdi_pack_incident(&whole, scratch);
}

static void shuffle(uint64_t *seed, size_t *order, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t other = random_below(seed, (uint32_t)i), kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
}

static void same_bytes(struct cdi_text a, struct cdi_text b, uint64_t seed)
{
    if (!cdi_text_same(a, b))
        fail_msg("not the same; SEED=%llu", (unsigned long long)seed);
}

static void any_order_repetition_and_grouping_of_incident_messages_merges_to_the_same(void **state)
{
    (void)state;
    uint64_t first = random_seed("incident messages");
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    for (uint64_t round = 0; round < ROUNDS; round++, cdi_scratch_reset(&scratch)) {
        uint64_t seed = first + round;
        struct cdi_incident messages[MESSAGES], in_order, shuffled, left, right;
        size_t order[2 * MESSAGES];
        for (size_t i = 0; i < MESSAGES; i++) {
            random_incident(&seed, &messages[i], &scratch);
            order[i] = order[i + MESSAGES] = i;
        }
        struct cdi_incident *const all[] = { &in_order, &shuffled, &left, &right };
        for (size_t i = 0; i < 4; i++)
            cdi_incident_empty(all[i], messages[0].force, messages[0].reference);
        for (size_t i = 0; i < MESSAGES; i++)
            cdi_merge_incident(&in_order, &messages[i], &scratch);
        shuffle(&seed, order, 2 * MESSAGES);
        for (size_t i = 0; i < 2 * MESSAGES; i++) {
            cdi_merge_incident(&shuffled, &messages[order[i]], &scratch);
            cdi_merge_incident(random_one_in(&seed, 2) ? &left : &right, &messages[order[i]], &scratch);
        }
        cdi_merge_incident(&left, &right, &scratch);
        struct cdi_text want = packed_incident(&in_order, &scratch);
        same_bytes(want, packed_incident(&shuffled, &scratch), first + round);
        same_bytes(want, packed_incident(&left, &scratch), first + round);
        for (size_t i = 0; i < MESSAGES; i++)
            if (cdi_merge_incident(&in_order, &messages[i], &scratch))
                fail_msg("a message said again changed something; SEED=%llu", (unsigned long long)(first + round));
        same_bytes(want, packed_incident(&in_order, &scratch), first + round);
    }
    cdi_scratch_free(&scratch);
}

static void any_order_repetition_and_grouping_of_crime_messages_merges_to_the_same(void **state)
{
    (void)state;
    uint64_t first = random_seed("crime messages");
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    for (uint64_t round = 0; round < ROUNDS; round++, cdi_scratch_reset(&scratch)) {
        uint64_t seed = first + round;
        struct cdi_crime messages[MESSAGES];
        struct cdi_crime_case in_order, left, right;
        size_t order[2 * MESSAGES];
        for (size_t i = 0; i < MESSAGES; i++) {
            random_crime(&seed, &messages[i], &scratch);
            order[i] = order[i + MESSAGES] = i;
        }
        cdi_crime_case_empty(&in_order, messages[0].force, messages[0].reference);
        right = left = in_order;
        for (size_t i = 0; i < MESSAGES; i++)
            cdi_merge_crime(&in_order.facts, &messages[i], &scratch);
        shuffle(&seed, order, 2 * MESSAGES);
        for (size_t i = 0; i < 2 * MESSAGES; i++)
            cdi_merge_crime(random_one_in(&seed, 2) ? &left.facts : &right.facts, &messages[order[i]], &scratch);
        cdi_merge_crime(&left.facts, &right.facts, &scratch);
        same_bytes(cdi_pack_crime(&in_order, &scratch), cdi_pack_crime(&left, &scratch), first + round);
        for (size_t i = 0; i < MESSAGES; i++)
            assert_false(cdi_merge_crime(&in_order.facts, &messages[i], &scratch));
    }
    cdi_scratch_free(&scratch);
}

static struct cdi_instant at(int64_t minute) { return (struct cdi_instant){ 1793826845000 + minute * 60000 }; }

static struct cdi_disposal decision(int64_t minute, const char *reason)
{
    struct cdi_disposal disposal;
    cdi_disposal_empty(&disposal);
    disposal.said_at = at(minute);
    disposal.reason = cdi_text_of(reason);
    return disposal;
}

static void endorse(struct cdi_disposal *disposal, const char *by)
{
    disposal->endorsed_by = cdi_text_of(by);
    disposal->field_at[CDI_DISPOSAL_FIELD_ENDORSED_BY] = disposal->said_at;
}

static void an_endorsement_of_one_reason_does_not_pass_to_another(void **state)
{
    (void)state;
    struct cdi_disposal merged, first = decision(1, "NEG"), second = decision(5, "NCL");
    endorse(&first, "S1");
    cdi_disposal_empty(&merged);
    assert_true(cdi_merge_disposal(&merged, &first));
    assert_true(cdi_text_is(merged.endorsed_by, "S1"));
    assert_true(cdi_merge_disposal(&merged, &second));
    assert_true(cdi_text_is(merged.reason, "NCL"));
    assert_false(cdi_text_said(merged.endorsed_by));
    assert_true(cdi_instant_same(merged.cut_at, at(1)));
}

static void fields_said_later_without_a_reason_join_the_one_that_stands(void **state)
{
    (void)state;
    struct cdi_disposal merged = decision(1, "NEG"), later = decision(3, NULL);
    endorse(&later, "S2");
    assert_true(cdi_merge_disposal(&merged, &later));
    assert_true(cdi_text_is(merged.reason, "NEG"));
    assert_true(cdi_text_is(merged.endorsed_by, "S2"));
    assert_false(cdi_merge_disposal(&merged, &later));
}

static void a_person_known_by_id_keeps_the_name_that_a_later_message_leaves_out(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_person named = { .said_at = at(0), .role = CDI_PERSON_ROLE_VICTIM }, bare = named;
    named.tokens[CDI_TOKEN_ID] = bare.tokens[CDI_TOKEN_ID] = 7;
    named.tokens[CDI_TOKEN_NAME] = 9;
    bare.said_at = at(2);
    struct cdi_incident into, message;
    cdi_incident_empty(&into, CDI_TEXT("dpp"), CDI_TEXT("1"));
    message = into;
    message.person_count = 1;
    message.persons = &named;
    assert_true(cdi_merge_incident(&into, &message, &scratch));
    message.persons = &bare;
    assert_true(cdi_merge_incident(&into, &message, &scratch));
    assert_int_equal(into.person_count, 1);
    assert_int_equal(into.persons[0].tokens[CDI_TOKEN_NAME], 9);
    assert_int_equal(into.persons[0].older_ms[CDI_TOKEN_NAME], 2 * 60000);
    cdi_scratch_free(&scratch);
}

static void whoever_holds_the_persons_of_before_still_has_them_after_a_merge(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_person bare = { .said_at = at(0), .role = CDI_PERSON_ROLE_VICTIM }, aged = bare;
    bare.tokens[CDI_TOKEN_ID] = aged.tokens[CDI_TOKEN_ID] = 7;
    aged.said_at = at(2);
    aged.age_band = CDI_AGE_BAND_UNDER_10;
    struct cdi_incident into, message;
    cdi_incident_empty(&into, CDI_TEXT("dpp"), CDI_TEXT("1"));
    message = into;
    message.person_count = 1;
    message.persons = &bare;
    assert_true(cdi_merge_incident(&into, &message, &scratch));
    const struct cdi_person *before = into.persons;
    assert_false(cdi_merge_incident(&into, &message, &scratch));
    assert_ptr_equal(into.persons, before);
    message.persons = &aged;
    assert_true(cdi_merge_incident(&into, &message, &scratch));
    assert_ptr_not_equal(into.persons, before);
    assert_int_equal(before->age_band, CDI_AGE_BAND_UNKNOWN);
    assert_int_equal(into.persons->age_band, CDI_AGE_BAND_UNDER_10);
    cdi_scratch_free(&scratch);
}

static void an_older_version_after_a_newer_one_changes_nothing_that_the_newer_said(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_incident newer, older;
    cdi_incident_empty(&newer, CDI_TEXT("dpp"), CDI_TEXT("1"));
    older = newer;
    newer.event_at = at(5);
    newer.channel = (struct cdi_word){ at(5), CDI_TEXT("999") };
    older.event_at = at(1);
    older.channel = (struct cdi_word){ at(1), CDI_TEXT("101") };
    assert_false(cdi_merge_incident(&newer, &older, &scratch));
    assert_true(cdi_text_is(newer.channel.text, "999"));
    cdi_scratch_free(&scratch);
}

static void each_saying_of_what_a_crime_is_is_remembered_once_and_in_order(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_crime crime, message;
    cdi_crime_empty(&crime, CDI_TEXT("dpp"), CDI_TEXT("C1"));
    const struct { int minute; struct cdi_text status; } said[] = {
        { 9, CDI_TEXT("cancelled") }, { 3, CDI_TEXT("recorded") }, { 5, CDI_TEXT("cancelled") }, { 1, CDI_TEXT("recorded") },
    };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        cdi_crime_empty(&message, CDI_TEXT("dpp"), CDI_TEXT("C1"));
        message.event_at = at(said[i].minute);
        message.status = (struct cdi_word){ at(said[i].minute), said[i].status };
        assert_true(cdi_merge_crime(&crime, &message, &scratch));
        assert_false(cdi_merge_crime(&crime, &message, &scratch));
    }
    assert_int_equal(crime.turn_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_true(crime.turns[i].at.ms == at((const int64_t[]){ 1, 3, 5, 9 }[i]).ms && cdi_turn_repeats(crime.turns, i) == (i == 1 || i == 3));
    assert_true(cdi_text_is(crime.status.text, "cancelled"));
    assert_int_equal(cdi_turn_first(crime.turns, crime.turn_count, CDI_TURN_STATUS, CDI_TEXT("cancelled")).ms, at(5).ms);
    assert_int_equal(cdi_turn_first(crime.turns, crime.turn_count, CDI_TURN_STATUS, CDI_TEXT("recorded")).ms, at(1).ms);
    assert_true(cdi_text_is(cdi_turn_before(crime.turns, crime.turn_count, CDI_TURN_STATUS, at(5))->word, "recorded"));
    assert_null(cdi_turn_before(crime.turns, crime.turn_count, CDI_TURN_STATUS, at(1)));
    cdi_scratch_free(&scratch);
}

static void a_row_that_is_sent_whole_again_tells_nothing_new_of_a_crime(void **state)
{
    (void)state;
    static const char *const words[] = { "recorded", "recorded", "cancelled", "cancelled", "recorded" };
    struct cdi_turn turns[5], other = { CDI_TURN_CLASS, CDI_TEXT("8N"), at(9) };
    for (size_t i = 0; i < 5; i++)
        turns[i] = (struct cdi_turn){ CDI_TURN_STATUS, cdi_text_of(words[i]), at((int64_t)i) };
    const bool news[] = { true, false, true, false, true };
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(cdi_turns_tell_same(turns, i, turns, i + 1), !news[i]);
    assert_true(cdi_turns_tell_same(turns, 5, turns, 5));
    assert_false(cdi_turns_tell_same(turns, 1, &other, 1));
    assert_false(cdi_turns_tell_same(turns, 1, turns + 1, 1));      /* from another time on */
}

/* Once only the first saying of each value was written. */
static void what_a_crime_is_now_it_said_though_that_was_not_written(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_crime_case whole, restored;
    struct cdi_turn turns[] = { { CDI_TURN_STATUS, CDI_TEXT("recorded"), at(1) }, { CDI_TURN_STATUS, CDI_TEXT("cancelled"), at(3) } };
    cdi_crime_case_empty(&whole, CDI_TEXT("dpp"), CDI_TEXT("C1"));
    whole.facts.event_at = at(5);
    whole.facts.status = (struct cdi_word){ at(5), CDI_TEXT("recorded") };
    whole.facts.turns = turns;
    whole.facts.turn_count = 2;
    assert_true(cdi_unpack_crime(cdi_pack_crime(&whole, &scratch), &restored, &scratch, NULL));
    assert_int_equal(restored.facts.turn_count, 3);
    assert_true(restored.facts.turns[2].at.ms == at(5).ms && cdi_text_is(restored.facts.turns[2].word, "recorded"));
    cdi_scratch_free(&scratch);
}

static void beyond_its_room_a_crime_forgets_what_only_repeats(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_crime crime, message;
    cdi_crime_empty(&crime, CDI_TEXT("dpp"), CDI_TEXT("C1"));
    for (int minute = 0; minute < 100; minute++) {      /* recorded but for one minute of each ten */
        cdi_crime_empty(&message, CDI_TEXT("dpp"), CDI_TEXT("C1"));
        message.event_at = at(minute);
        message.status = (struct cdi_word){ at(minute), minute % 10 == 5 ? CDI_TEXT("cancelled") : CDI_TEXT("recorded") };
        cdi_merge_crime(&crime, &message, &scratch);
    }
    assert_int_equal(crime.turn_count, CDI_TURNS_MAX);
    for (int minute = 5; minute < 100; minute += 10) {
        struct cdi_instant began = at(minute), ended = at(minute + 1);
        size_t found = 0;
        for (size_t i = 0; i < crime.turn_count; i++)
            found += !cdi_turn_repeats(crime.turns, i) && (crime.turns[i].at.ms == began.ms || crime.turns[i].at.ms == ended.ms);
        assert_int_equal(found, 2);
    }
    cdi_scratch_free(&scratch);
}

/* R11: for a decision that says no date.  A, again, then B, and A once more is a decision of then. */
static void a_reason_that_is_said_again_was_decided_when_it_was_first_said(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_incident_case whole = { .facts = { .force = CDI_TEXT_NONE } }, restored;
    struct cdi_incident message;
    const struct { int minute; struct cdi_text reason; int decided; } said[] = {
        { 7, CDI_TEXT("NEG"), 7 }, { 3, CDI_TEXT("NEG"), 3 }, { 9, CDI_TEXT("NEG"), 3 },
        { 11, CDI_TEXT("NCL"), 11 }, { 12, CDI_TEXT("NCL"), 11 }, { 14, CDI_TEXT("NEG"), 14 },
    };
    cdi_incident_empty(&whole.facts, CDI_TEXT("dpp"), CDI_TEXT("1"));
    assert_false(cdi_instant_said(cdi_reason_said_at(&whole.facts)));
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        cdi_incident_empty(&message, CDI_TEXT("dpp"), CDI_TEXT("1"));
        message.event_at = message.disposal.said_at = at(said[i].minute);
        message.disposal.reason = said[i].reason;
        assert_true(cdi_merge_incident(&whole.facts, &message, &scratch));
        assert_int_equal(cdi_reason_said_at(&whole.facts).ms, at(said[i].decided).ms);
        assert_true(cdi_unpack_incident(cdi_pack_incident(&whole, &scratch), &restored, &scratch, NULL));
        assert_int_equal(cdi_reason_said_at(&restored.facts).ms, at(said[i].decided).ms);
        whole = restored;
    }
    whole.facts.settled.until = at(2);          /* told anew: it may have been decided on before */
    assert_int_equal(cdi_reason_said_at(&whole.facts).ms, at(2).ms);
    cdi_scratch_free(&scratch);
}

static void beyond_its_limit_a_log_keeps_its_first_entries_and_says_so(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_incident up, down, message;
    cdi_incident_empty(&message, CDI_TEXT("dpp"), CDI_TEXT("1"));
    up = down = message;
    struct cdi_entry entry = { .said_at = at(0), .at = at(0) };
    message.entries = &entry;
    message.entry_count = 1;
    for (uint32_t i = 0; i < CDI_ENTRIES_MAX + 5; i++) {
        entry.seq = i;
        cdi_merge_incident(&up, &message, &scratch);
        entry.seq = CDI_ENTRIES_MAX + 4 - i;
        cdi_merge_incident(&down, &message, &scratch);
    }
    assert_int_equal(up.entry_count, CDI_ENTRIES_MAX);
    assert_true(up.truncated);
    assert_int_equal(up.entries[CDI_ENTRIES_MAX - 1].seq, CDI_ENTRIES_MAX - 1);
    same_bytes(packed_incident(&up, &scratch), packed_incident(&down, &scratch), 0);
    cdi_scratch_free(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_repetition_and_grouping_of_incident_messages_merges_to_the_same),
        cmocka_unit_test(any_order_repetition_and_grouping_of_crime_messages_merges_to_the_same),
        cmocka_unit_test(an_endorsement_of_one_reason_does_not_pass_to_another),
        cmocka_unit_test(fields_said_later_without_a_reason_join_the_one_that_stands),
        cmocka_unit_test(a_person_known_by_id_keeps_the_name_that_a_later_message_leaves_out),
        cmocka_unit_test(whoever_holds_the_persons_of_before_still_has_them_after_a_merge),
        cmocka_unit_test(a_row_that_is_sent_whole_again_tells_nothing_new_of_a_crime),
        cmocka_unit_test(what_a_crime_is_now_it_said_though_that_was_not_written),
        cmocka_unit_test(beyond_its_room_a_crime_forgets_what_only_repeats),
        cmocka_unit_test(each_saying_of_what_a_crime_is_is_remembered_once_and_in_order),
        cmocka_unit_test(a_reason_that_is_said_again_was_decided_when_it_was_first_said),
        cmocka_unit_test(an_older_version_after_a_newer_one_changes_nothing_that_the_newer_said),
        cmocka_unit_test(beyond_its_limit_a_log_keeps_its_first_entries_and_says_so),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
