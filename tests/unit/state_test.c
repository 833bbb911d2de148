#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "codec/changelog.h"
#include "core/tally.h"
#include "core/traces.h"
#include "core/turns.h"
#include "random_case.h"

enum { ROUNDS = 3000 };

static void random_reports(uint64_t *seed, struct cdi_incident_case *into, struct cdi_scratch *scratch)
{
    into->report_count = (uint16_t)random_below(seed, 3);
    into->reports = cdi_scratch_take(scratch, 3 * sizeof *into->reports);
    into->event_count = into->report_count == 0 ? 0 : (uint16_t)random_below(seed, 4);
    into->events = cdi_scratch_take(scratch, 4 * sizeof *into->events);
    for (uint16_t i = 0; i < into->event_count; i++)
        into->events[i] = (struct cdi_alert_event){ random_instant(seed), random_word(seed) };
    for (uint16_t i = 0; i < into->report_count; i++) {
        struct cdi_report_state *report = &into->reports[i];
        cdi_report_state_empty(report, random_below(seed, 9));
        report->version = random_below(seed, 400);
        report->published = random_one_in(seed, 2) ? 0 : random_next(seed);
        report->state = (enum cdi_state)random_below(seed, CDI_STATE_COUNT);
        report->stage = (enum cdi_stage)random_below(seed, CDI_STAGE_COUNT);
        report->lifecycle = (enum cdi_lifecycle)random_below(seed, CDI_LIFECYCLE_COUNT);
        report->risk = (enum cdi_risk)random_below(seed, CDI_RISK_COUNT);
        report->marks = random_below(seed, 512);
        report->escalation = random_below(seed, 2);
        report->detected_late_by_s = (int64_t)random_below(seed, 5) - 2;
        report->owner = random_one_in(seed, 2) ? CDI_TEXT_NONE : random_word(seed);
        if (random_one_in(seed, 2))
            report->acknowledged_until = random_instant(seed);
        if (random_one_in(seed, 2))
            report->stage_at[CDI_STAGE_WARNING] = random_instant(seed);
        report->event_count = i == 0 ? into->event_count : 0;
    }
}

static struct cdi_deed *random_deeds(uint64_t *seed, uint16_t *count, struct cdi_scratch *scratch)
{
    *count = (uint16_t)random_below(seed, 3);
    struct cdi_deed *deeds = cdi_scratch_take(scratch, 3 * sizeof *deeds);
    for (uint16_t i = 0; i < *count; i++) {
        deeds[i] = (struct cdi_deed){ .report = random_below(seed, 9), .verb = (enum cdi_verb)random_below(seed, CDI_VERB_COUNT),
            .at = random_instant(seed), .by = random_word(seed), .role = random_word(seed), .request = random_word(seed),
            .text = random_word(seed), .crime = random_word(seed), .disposed = random_one_in(seed, 2) };
        random_disposal(seed, &deeds[i].disposal, random_instant(seed));
    }
    return deeds;
}

/* What a case counts for: nothing, or one row. */
static struct cdi_text random_contribution(uint64_t *seed, struct cdi_scratch *scratch)
{
    static struct cdi_tally_item item;
    struct cdi_text taken = CDI_TEXT("C1");
    item = (struct cdi_tally_item){ .area = CDI_TEXT("East"), .day = (int32_t)random_below(seed, 20000),
                                    .key = { .category = (uint8_t)random_below(seed, CDI_CATEGORY_COUNT + 1) } };
    cdi_tally_item_add(&item, random_below(seed, CDI_TALLY_COUNTS), random_below(seed, 3));
    const struct cdi_contribution contribution = { &item, &taken, 1, random_below(seed, 2) };
    return cdi_contribution_pack(&contribution, scratch);
}

static void random_incident_case(uint64_t *seed, struct cdi_incident_case *into, struct cdi_scratch *scratch)
{
    struct cdi_incident message;
    memset(into, 0, sizeof *into);
    cdi_incident_case_empty(into, CDI_TEXT("dpp"), CDI_TEXT("DPP-20261104-0412"));
    for (uint32_t n = random_below(seed, 5); n > 0; n--) {
        random_incident(seed, &message, scratch);
        cdi_merge_incident(&into->facts, &message, scratch);
    }
    if (random_one_in(seed, 3))
        into->facts.settled = (struct cdi_settled){ random_instant(seed), random_one_in(seed, 2) ? 0 : (uint32_t)random_next(seed) };
    random_reports(seed, into, scratch);
    into->deeds = random_deeds(seed, &into->deed_count, scratch);
}

static bool same_texts(const struct cdi_text *a, const struct cdi_text *b, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++)
        if (!cdi_text_same(a[i], b[i]))
            return false;
    return true;
}

/* Field by field where a join would notice: a packed case joins its original without any change, and the other way round. */
static void what_is_packed_is_what_is_unpacked(void **state)
{
    (void)state;
    uint64_t first = random_seed("pack and unpack");
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    for (uint64_t round = 0; round < ROUNDS; round++, cdi_scratch_reset(&scratch)) {
        uint64_t seed = first + round;
        struct cdi_incident_case before, after;
        struct cdi_error err = { .code = CDI_ERROR_NONE };
        random_incident_case(&seed, &before, &scratch);
        struct cdi_text packed = cdi_pack_incident(&before, &scratch);
        if (!cdi_unpack_incident(packed, &after, &scratch, &err))
            fail_msg("%s; SEED=%llu", err.text, (unsigned long long)(first + round));
        assert_true(cdi_text_same(packed, cdi_pack_incident(&after, &scratch)));
        assert_false(cdi_merge_incident(&after.facts, &before.facts, &scratch));
        assert_false(cdi_merge_incident(&before.facts, &after.facts, &scratch));
        assert_true(same_texts(after.facts.crimes, before.facts.crimes, before.facts.crime_count));
        assert_true(cdi_instant_same(after.facts.settled.until, before.facts.settled.until));
        assert_int_equal(after.facts.settled.told, before.facts.settled.told);
        assert_int_equal(before.report_count, after.report_count);
        for (uint16_t i = 0; i < before.report_count; i++) {
            before.reports[i].owner = after.reports[i].owner;           /* same text, elsewhere: compared above, packed */
            assert_memory_equal(&before.reports[i], &after.reports[i], sizeof before.reports[i]);
        }
    }
    cdi_scratch_free(&scratch);
}

static void a_crime_is_unpacked_as_it_was_packed(void **state)
{
    (void)state;
    uint64_t first = random_seed("pack and unpack crimes");
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    for (uint64_t round = 0; round < ROUNDS; round++, cdi_scratch_reset(&scratch)) {
        uint64_t seed = first + round;
        struct cdi_crime_case before, after;
        struct cdi_crime message;
        cdi_crime_case_empty(&before, CDI_TEXT("dpp"), CDI_TEXT("DPP/20261105/014"));
        for (uint32_t n = random_below(&seed, 5); n > 0; n--) {
            random_crime(&seed, &message, &scratch);
            cdi_merge_crime(&before.facts, &message, &scratch);
        }
        before.counted = random_contribution(&seed, &scratch);
        before.takers = random_below(&seed, 2);
        before.named = random_one_in(&seed, 4);
        before.taken = random_one_in(&seed, 4);
        before.added_count = (uint8_t)random_below(&seed, 4);
        before.added = cdi_scratch_take(&scratch, 4 * sizeof *before.added);
        for (size_t i = 0; i < before.added_count; i++)
            before.added[i] = random_instant(&seed);
        struct cdi_text packed = cdi_pack_crime(&before, &scratch);
        assert_true(cdi_unpack_crime(packed, &after, &scratch, NULL));
        assert_true(cdi_text_same(packed, cdi_pack_crime(&after, &scratch)));
        assert_int_equal(after.takers, before.takers);
        assert_true(cdi_text_same(after.counted, before.counted));
        assert_false(cdi_merge_crime(&after.facts, &before.facts, &scratch));
        assert_false(cdi_merge_crime(&before.facts, &after.facts, &scratch));
    }
    cdi_scratch_free(&scratch);
}

static void instants_far_from_each_other_are_told_exactly(void **state)
{
    (void)state;
    static const int64_t instants[] = { INT64_C(1) << 59, -(INT64_C(1) << 59), 0, -1, 999, 253402300799999, -62135596800000 };
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    for (size_t i = 0; i < sizeof instants / sizeof *instants; i++)
        for (size_t j = 0; j < sizeof instants / sizeof *instants; j++) {
            struct cdi_incident_case before, after;
            cdi_incident_case_empty(&before, CDI_TEXT("dpp"), CDI_TEXT("1"));
            before.facts.received_at.ms = instants[i];
            before.facts.event_at.ms = instants[j];
            assert_true(cdi_unpack_incident(cdi_pack_incident(&before, &scratch), &after, &scratch, NULL));
            assert_int_equal(after.facts.received_at.ms, instants[i]);
            assert_int_equal(after.facts.event_at.ms, instants[j]);
        }
    cdi_scratch_free(&scratch);
}

static void an_instant_that_nobody_can_have_said_is_refused(void **state)
{
    (void)state;
    static const int64_t instants[] = { INT64_MAX, INT64_MIN + 1, (INT64_C(1) << 59) + 1 };
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    for (size_t i = 0; i < sizeof instants / sizeof *instants; i++) {
        struct cdi_incident_case before, after;
        cdi_incident_case_empty(&before, CDI_TEXT("dpp"), CDI_TEXT("1"));
        before.facts.event_at.ms = instants[i];
        assert_false(cdi_unpack_incident(cdi_pack_incident(&before, &scratch), &after, &scratch, NULL));
    }
    cdi_scratch_free(&scratch);
}

static void a_place_that_no_grid_has_is_refused(void **state)
{
    (void)state;
    static const struct { int32_t easting, northing; bool held; } places[] = {
        { CDI_GRID_FARTHEST, -CDI_GRID_FARTHEST, true }, { 241200, CDI_GRID_NONE, true }, { CDI_GRID_FARTHEST + 1, 0, false },
        { 0, -CDI_GRID_FARTHEST - 1, false }, { INT32_MAX, 0, false }, { 0, INT32_MIN + 1, false },
    };
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct cdi_incident_case before, after;
        cdi_incident_case_empty(&before, CDI_TEXT("dpp"), CDI_TEXT("1"));
        before.facts.location = (struct cdi_location){ .said_at = { 1000 }, .easting = places[i].easting, .northing = places[i].northing };
        bool held = cdi_unpack_incident(cdi_pack_incident(&before, &scratch), &after, &scratch, NULL);
        assert_int_equal(held, places[i].held);
        assert_true(!held || (after.facts.location.easting == places[i].easting && after.facts.location.northing == places[i].northing));
    }
    cdi_scratch_free(&scratch);
}

static void a_state_record_with_any_bit_turned_is_refused(void **state)
{
    (void)state;
    uint64_t seed = random_seed("bit flips");
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    for (int round = 0; round < 5; round++, cdi_scratch_reset(&scratch)) {
        struct cdi_incident_case incident;
        struct cdi_text inside;
        random_incident_case(&seed, &incident, &scratch);
        struct cdi_text record = cdi_changelog_seal(CDI_CASE_INCIDENT, cdi_pack_incident(&incident, &scratch), &scratch);
        assert_true(cdi_changelog_open(record, CDI_CASE_INCIDENT, &inside, NULL));
        char *bytes = cdi_scratch_take(&scratch, record.size);
        for (size_t bit = 0; bit < record.size * 8; bit++) {
            struct cdi_error err = { .code = CDI_ERROR_NONE };
            memcpy(bytes, record.at, record.size);
            bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
            assert_false(cdi_changelog_open((struct cdi_text){ bytes, record.size }, CDI_CASE_INCIDENT, &inside, &err));
            assert_int_equal(err.code, CDI_ERROR_CORRUPT);
        }
        for (size_t size = 0; size < record.size; size++)
            assert_false(cdi_changelog_open((struct cdi_text){ record.at, size }, CDI_CASE_INCIDENT, &inside, NULL));
    }
    cdi_scratch_free(&scratch);
}

static struct cdi_text repacked(enum cdi_case_kind kind, struct cdi_text packed, struct cdi_scratch *scratch)
{
    struct cdi_incident_case incident;
    struct cdi_crime_case crime;
    struct cdi_waiting_case waiting;
    if (kind == CDI_CASE_INCIDENT)
        return cdi_unpack_incident(packed, &incident, scratch, NULL) ? cdi_pack_incident(&incident, scratch) : CDI_TEXT_NONE;
    if (kind == CDI_CASE_CRIME)
        return cdi_unpack_crime(packed, &crime, scratch, NULL) ? cdi_pack_crime(&crime, scratch) : CDI_TEXT_NONE;
    return cdi_unpack_waiting(packed, &waiting, scratch, NULL) ? cdi_pack_waiting(&waiting, scratch) : CDI_TEXT_NONE;
}

static struct cdi_text random_packed(uint64_t *seed, enum cdi_case_kind kind, struct cdi_scratch *scratch)
{
    struct cdi_incident_case incident;
    struct cdi_crime_case crime;
    struct cdi_crime message;
    if (kind == CDI_CASE_INCIDENT) {
        random_incident_case(seed, &incident, scratch);
        return cdi_pack_incident(&incident, scratch);
    }
    if (kind == CDI_CASE_CRIME) {
        cdi_crime_case_empty(&crime, CDI_TEXT("dpp"), CDI_TEXT("DPP/20261105/014"));
        for (uint32_t n = 1 + random_below(seed, 4); n > 0; n--) {
            random_crime(seed, &message, scratch);
            cdi_merge_crime(&crime.facts, &message, scratch);
        }
        return cdi_pack_crime(&crime, scratch);
    }
    struct cdi_waiting_case waiting = { .force = CDI_TEXT("dpp"), .alert = CDI_TEXT("0123456789abcdef01234567") };
    waiting.deeds = random_deeds(seed, &waiting.deed_count, scratch);
    return cdi_pack_waiting(&waiting, scratch);
}

/* The sum of the envelope finds what a disk did; this is what another program may have written. */
static void a_packed_case_with_any_byte_changed_is_refused_or_read_the_same_ever_after(void **state)
{
    (void)state;
    static const int others[] = { 0x00, 0x01, 0x7F, 0x80, 0xFF };
    uint64_t seed = random_seed("packed otherwise"), refused = 0, read = 0;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY, work = CDI_SCRATCH_EMPTY;
    for (int round = 0; round < 60; round++, cdi_scratch_reset(&scratch)) {
        enum cdi_case_kind kind = (enum cdi_case_kind)(round % CDI_CASE_KIND_COUNT);
        struct cdi_text packed = random_packed(&seed, kind, &scratch);
        char *bytes = cdi_scratch_take(&scratch, packed.size);
        for (size_t i = 0; i < packed.size * 5; i++, cdi_scratch_reset(&work)) {
            memcpy(bytes, packed.at, packed.size);
            bytes[i / 5] = (char)others[i % 5];
            struct cdi_text once = repacked(kind, (struct cdi_text){ bytes, packed.size }, &work);
            refused += !cdi_text_said(once);
            read += cdi_text_said(once);
            assert_true(!cdi_text_said(once) || cdi_text_same(once, repacked(kind, once, &work)));
        }
        for (size_t size = 0; size < packed.size; size++)
            assert_false(cdi_text_said(repacked(kind, (struct cdi_text){ packed.at, size }, &work)));
    }
    assert_true(refused > 0 && read > 0);
    cdi_scratch_free(&work);
    cdi_scratch_free(&scratch);
}

static void a_record_of_another_version_names_both_versions(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_text record = cdi_changelog_seal(CDI_CASE_CRIME, CDI_TEXT("anything"), &scratch), inside;
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    char *bytes = (char *)(uintptr_t)record.at;
    bytes[2] = 9;
    assert_false(cdi_changelog_open(record, CDI_CASE_CRIME, &inside, &err));
    assert_non_null(strstr(err.text, "version 9"));
    assert_non_null(strstr(err.text, "versions 1 to 2"));
    bytes[2] = 0;
    assert_false(cdi_changelog_open(record, CDI_CASE_CRIME, &inside, NULL));
    cdi_scratch_free(&scratch);
}

/* ---- records that programs of version 1 have written ---- */

static struct cdi_text from_hex(const char *hex, struct cdi_scratch *scratch)
{
    size_t size = strlen(hex) / 2;
    char *bytes = cdi_scratch_take(scratch, size);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)strtoul((const char[]){ hex[2 * i], hex[2 * i + 1], '\0' }, NULL, 16);
    return (struct cdi_text){ bytes, size };
}

static struct cdi_text opened_hex(const char *hex, enum cdi_case_kind kind, struct cdi_scratch *scratch)
{
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    struct cdi_text packed = CDI_TEXT_NONE;
    if (!cdi_changelog_open(from_hex(hex, scratch), kind, &packed, &err))
        fail_msg("%s", err.text);
    return packed;
}

/* L1, opened as ADM-LOST, an hour later as OPN-BURG, decided NEG both times without a date; before turns of a reason were kept, and since. */
static const char *const incidents_of_1[] = {
    "43570100a21a8d76ad70892e3004647070034c319440e881f4ba3580e10102000980e1014f504e2d425552470204000941444d2d4c4f53548480e101144e45470300",
    "43570100c545df4c3eadc5323004647070034c319440e881f4ba3580e10102000980e1014f504e2d425552470304000941444d2d4c4f53540500044e45478480e101144e45470300",
};
static const char crime_of_1[] =
    "4357010112466db672d174a431046470700343318040e8e2f5ba350a000300384e09fce0017265636f726465640300fce001053130354182fce0018000";
static const char *const traces_of_1[] = {      /* before a trace told which families were known, and since */
    "4357010c6bd7f67d0634bc843c022a193166353363333861613664363861303336633135383135331da0eb6a",
    "4357010cb75f537f8f352b783c022a193166353363333861613664363861303336633135383135331da0eb6a05000080",
};
static const struct cdi_instant first_said = { INT64_C(1793826845000) }, said_again = { INT64_C(1793830445000) };

static void what_version_1_wrote_is_read_and_written_as_version_2(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_incident_case incident;
    struct cdi_crime_case crime;
    struct cdi_trace trace;
    for (size_t i = 0; i < 2; i++) {
        const struct cdi_incident *facts = &incident.facts;
        assert_true(cdi_unpack_incident(opened_hex(incidents_of_1[i], CDI_CASE_INCIDENT, &scratch), &incident, &scratch, NULL));
        assert_true(cdi_text_is(facts->reference, "L1") && cdi_text_is(facts->opened_as.text, "OPN-BURG") && cdi_text_is(facts->disposal.reason, "NEG"));
        assert_int_equal(cdi_turn_first(facts->turns, facts->turn_count, CDI_TURN_OPENED, CDI_TEXT("ADM-LOST")).ms, first_said.ms);
        assert_int_equal(cdi_reason_said_at(facts).ms, i == 0 ? said_again.ms : first_said.ms);     /* what the first did not keep nobody knows */
        struct cdi_text again = cdi_pack_incident(&incident, &scratch), record = cdi_changelog_seal(CDI_CASE_INCIDENT, again, &scratch);
        assert_true(record.at[2] == CDI_CHANGELOG_VERSION && again.at[0] == (4 << 4 | CDI_CASE_INCIDENT));
        assert_true(cdi_text_same(again, repacked(CDI_CASE_INCIDENT, again, &scratch)));
        assert_true(cdi_unpack_trace(opened_hex(traces_of_1[i], CDI_CASE_TRACE, &scratch), &trace, NULL));
        assert_true(trace.dropped == first_said.ms / 1000 && trace.told == (i == 0 ? 0 : 0x80000005u));
    }
    assert_true(cdi_unpack_crime(opened_hex(crime_of_1, CDI_CASE_CRIME, &scratch), &crime, &scratch, NULL));
    assert_true(cdi_text_is(crime.facts.klass.text, "8N") && cdi_text_is(crime.facts.status.text, "recorded"));
    assert_int_equal(cdi_turn_first(crime.facts.turns, crime.facts.turn_count, CDI_TURN_CLASS, CDI_TEXT("105A")).ms, first_said.ms);
    cdi_scratch_free(&scratch);
}

static void a_key_is_read_back_though_its_reference_has_slashes(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_text key = cdi_state_key(CDI_TEXT("dpp"), CDI_CASE_CRIME, CDI_TEXT("DPP/20261105/014"), &scratch), force, reference;
    enum cdi_case_kind kind;
    assert_true(cdi_text_is(key, "dpp/crime/DPP/20261105/014"));
    assert_true(cdi_state_read_key(key, &force, &kind, &reference, NULL));
    assert_true(cdi_text_is(force, "dpp") && kind == CDI_CASE_CRIME && cdi_text_is(reference, "DPP/20261105/014"));
    assert_false(cdi_state_read_key(CDI_TEXT("dpp/alert/1"), &force, &kind, &reference, NULL));
    assert_false(cdi_state_read_key(CDI_TEXT("dpp"), &force, &kind, &reference, NULL));
    cdi_scratch_free(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_packed_is_what_is_unpacked),
        cmocka_unit_test(a_crime_is_unpacked_as_it_was_packed),
        cmocka_unit_test(instants_far_from_each_other_are_told_exactly),
        cmocka_unit_test(an_instant_that_nobody_can_have_said_is_refused),
        cmocka_unit_test(a_place_that_no_grid_has_is_refused),
        cmocka_unit_test(a_state_record_with_any_bit_turned_is_refused),
        cmocka_unit_test(a_packed_case_with_any_byte_changed_is_refused_or_read_the_same_ever_after),
        cmocka_unit_test(a_record_of_another_version_names_both_versions),
        cmocka_unit_test(what_version_1_wrote_is_read_and_written_as_version_2),
        cmocka_unit_test(a_key_is_read_back_though_its_reference_has_slashes),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
