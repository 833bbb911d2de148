#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/caseload.h"
#include "core/merge.h"
#include "random_case.h"

enum { CRIMES = 40, STEPS = 4000, ROOM = 64 };

static struct cdi_text crime_reference(uint32_t n, struct cdi_scratch *scratch)
{
    char text[16];
    snprintf(text, sizeof text, "C/%02u", n);
    return cdi_scratch_text(scratch, cdi_text_of(text));
}

/* What the caseload should hold, kept the plain way: one packed crime each. */
struct naive { bool held; struct cdi_text packed; uint32_t handle; };

static bool shares(const struct cdi_crime *crime, const struct cdi_search *search)
{
    if (crime->incident_count != 0)
        return false;                                   /* it says whose it is */
    const struct cdi_location *a = &crime->location, *b = search->location;
    if ((a->uprn != 0 && a->uprn == b->uprn) || (a->postcode != 0 && a->postcode == b->postcode) ||
        (a->text != 0 && a->text == b->text))
        return true;
    for (uint16_t i = 0; i < crime->person_count; i++)
        for (uint16_t j = 0; j < search->person_count; j++) {
            const uint64_t *x = crime->persons[i].tokens, *y = search->persons[j].tokens;
            if ((x[CDI_TOKEN_ID] != 0 && x[CDI_TOKEN_ID] == y[CDI_TOKEN_ID]) ||
                (x[CDI_TOKEN_NAME] != 0 && x[CDI_TOKEN_NAME] == y[CDI_TOKEN_NAME]) ||
                (x[CDI_TOKEN_PHONE] != 0 && x[CDI_TOKEN_PHONE] == y[CDI_TOKEN_PHONE]) ||
                (x[CDI_TOKEN_PHONETIC] != 0 && x[CDI_TOKEN_PHONETIC] == y[CDI_TOKEN_PHONETIC] && x[CDI_TOKEN_BIRTH] != 0 &&
                 x[CDI_TOKEN_BIRTH] == y[CDI_TOKEN_BIRTH]))
                return true;
        }
    return false;
}

static int64_t minute_of(const struct cdi_crime *crime)
{
    struct cdi_instant at = cdi_instant_said(crime->reported_at.at) ? crime->reported_at.at : crime->recorded_at.at;
    return cdi_instant_said(at) ? at.ms / 60000 : 0;
}

static void check_search(uint64_t *seed, struct cdi_caseload *load, const struct naive *naive, struct cdi_scratch *scratch)
{
    struct cdi_location place = { .uprn = random_token(seed), .postcode = random_token(seed), .text = random_token(seed),
                                  .easting = CDI_GRID_NONE, .northing = CDI_GRID_NONE };
    struct cdi_search search = { .force = CDI_TEXT("dpp"), .location = &place, .around = random_instant(seed),
                                 .before = CDI_MINUTES(4), .after = CDI_MINUTES(2) };
    search.persons = random_persons(seed, &search.person_count, search.around, scratch);
    uint32_t found[ROOM], want = 0;
    bool more;
    size_t count = cdi_caseload_candidates(load, CDI_CASE_CRIME, &search, found, ROOM, &more);
    int64_t around = search.around.ms / 60000, last = -1;
    for (uint32_t i = 0; i < CRIMES; i++) {
        struct cdi_crime_case crime;
        if (!naive[i].held || !cdi_unpack_crime(naive[i].packed, &crime, scratch, NULL) || !shares(&crime.facts, &search))
            continue;
        int64_t minute = minute_of(&crime.facts);
        want += minute >= (search.around.ms - search.before.ms) / 60000 && minute <= (search.around.ms + search.after.ms) / 60000;
    }
    assert_int_equal(count, want);
    for (size_t i = 0; i < count; i++) {
        struct cdi_crime_case crime;
        cdi_caseload_crime(load, found[i], &crime, scratch);
        int64_t minute = minute_of(&crime.facts), distance = minute > around ? minute - around : around - minute;
        assert_true(distance >= last);
        last = distance;
    }
}

static void check_naming(const struct cdi_caseload *load, const struct naive *naive, struct cdi_scratch *scratch)
{
    uint32_t found[ROOM], want = 0;
    for (uint32_t i = 0; i < CRIMES; i++) {
        struct cdi_crime_case crime;
        bool names = false;
        if (naive[i].held && cdi_unpack_crime(naive[i].packed, &crime, scratch, NULL))
            for (uint16_t r = 0; r < crime.facts.incident_count; r++)
                names = names || cdi_text_is(crime.facts.incidents[r], "R2");
        want += names;
    }
    assert_int_equal(cdi_caseload_naming(load, CDI_NAMING_CRIMES_OF_INCIDENT, CDI_TEXT("dpp"), CDI_TEXT("R2"), found, ROOM, NULL),
                     want);
}

static void store_and_search_agree_with_looking_at_every_case(void **state)
{
    (void)state;
    uint64_t first = random_seed("caseload and search"), seed = first;
    struct cdi_caseload *load = cdi_caseload_create(NULL, NULL);
    struct cdi_scratch kept = CDI_SCRATCH_EMPTY, scratch = CDI_SCRATCH_EMPTY;
    struct naive naive[CRIMES] = { { false, CDI_TEXT_NONE, 0 } };
    for (int step = 0; step < STEPS; step++, cdi_scratch_reset(&scratch)) {
        uint32_t n = random_below(&seed, CRIMES);
        struct cdi_text reference = crime_reference(n, &scratch);
        if (random_one_in(&seed, 5) && naive[n].held) {
            cdi_caseload_drop(load, CDI_CASE_CRIME, naive[n].handle);
            naive[n].held = false;
        } else {
            struct cdi_crime_case crime = { .counted = CDI_TEXT_NONE };
            bool added;
            cdi_crime_case_empty(&crime, CDI_TEXT("dpp"), reference);
            random_crime(&seed, &crime.facts, &scratch);
            crime.facts.reference = reference;
            naive[n].handle = cdi_caseload_add(load, CDI_CASE_CRIME, CDI_TEXT("dpp"), reference, &added, NULL);
            assert_int_equal(added, !naive[n].held);
            assert_true(cdi_caseload_store_crime(load, naive[n].handle, &crime, NULL));
            naive[n].packed = cdi_scratch_text(&kept, cdi_pack_crime(&crime, &scratch));
            naive[n].held = true;
        }
        uint32_t asked = random_below(&seed, CRIMES);
        uint32_t handle = cdi_caseload_find(load, CDI_CASE_CRIME, CDI_TEXT("dpp"), crime_reference(asked, &scratch));
        assert_int_equal(handle, naive[asked].held ? naive[asked].handle : CDI_HANDLE_NONE);
        if (naive[asked].held)
            assert_true(cdi_text_same(cdi_caseload_packed(load, CDI_CASE_CRIME, handle), naive[asked].packed));
        check_search(&seed, load, naive, &scratch);
        check_naming(load, naive, &scratch);
    }
    cdi_scratch_free(&kept);
    cdi_scratch_free(&scratch);
    cdi_caseload_destroy(load);
}

static void what_is_restored_is_found_and_packed_as_it_was(void **state)
{
    (void)state;
    uint64_t seed = random_seed("restore");
    struct cdi_caseload *load = cdi_caseload_create(NULL, NULL), *again = cdi_caseload_create(NULL, NULL);
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    for (uint32_t n = 0; n < CRIMES; n++) {
        struct cdi_incident_case incident;
        cdi_incident_case_empty(&incident, CDI_TEXT("dpp"), CDI_TEXT("1"));
        random_incident(&seed, &incident.facts, &scratch);
        incident.facts.reference = crime_reference(n, &scratch);
        uint32_t handle = cdi_caseload_add(load, CDI_CASE_INCIDENT, CDI_TEXT("dpp"), incident.facts.reference, NULL, NULL);
        assert_true(cdi_caseload_store_incident(load, handle, &incident, NULL));
    }
    enum cdi_case_kind kind;
    for (uint32_t handle; cdi_caseload_take(load, CDI_QUEUE_CHANGED, &kind, &handle);) {
        struct cdi_text packed = cdi_caseload_packed(load, kind, handle), force, reference;
        uint32_t restored;
        assert_true(cdi_caseload_restore(again, kind, packed, &restored, NULL));
        cdi_caseload_key(load, kind, handle, &force, &reference);
        assert_int_equal(cdi_caseload_find(again, kind, force, reference), restored);
        for (uint32_t report = 0, found; report <= 70000; report = report * 251 + 7) {
            assert_int_equal(cdi_caseload_find_alert(again, cdi_alert_id(force, reference, report), &found), restored);
            assert_int_equal(found, report);
        }
        assert_true(cdi_text_same(cdi_caseload_packed(again, kind, restored), packed));
    }
    assert_int_equal(cdi_caseload_count(again, CDI_CASE_INCIDENT), CRIMES);
    assert_int_equal(cdi_caseload_queued(again, CDI_QUEUE_CHANGED), 0);
    uint32_t ours[ROOM], theirs[ROOM];
    size_t count = cdi_caseload_naming(load, CDI_NAMING_INCIDENTS_OF_CRIME, CDI_TEXT("dpp"), CDI_TEXT("R1"), ours, ROOM, NULL);
    assert_int_equal(cdi_caseload_naming(again, CDI_NAMING_INCIDENTS_OF_CRIME, CDI_TEXT("dpp"), CDI_TEXT("R1"), theirs, ROOM, NULL),
                     count);
    cdi_scratch_free(&scratch);
    cdi_caseload_destroy(load);
    cdi_caseload_destroy(again);
}

static void a_case_is_queued_once_and_not_after_it_was_dropped(void **state)
{
    (void)state;
    struct cdi_caseload *load = cdi_caseload_create(NULL, NULL);
    uint32_t first = cdi_caseload_add(load, CDI_CASE_INCIDENT, CDI_TEXT("dpp"), CDI_TEXT("1"), NULL, NULL), handle;
    uint32_t second = cdi_caseload_add(load, CDI_CASE_INCIDENT, CDI_TEXT("dpp"), CDI_TEXT("2"), NULL, NULL);
    enum cdi_case_kind kind;
    for (int i = 0; i < 3; i++) {
        assert_true(cdi_caseload_queue(load, CDI_QUEUE_JUDGE, CDI_CASE_INCIDENT, second, NULL));
        assert_true(cdi_caseload_queue(load, CDI_QUEUE_JUDGE, CDI_CASE_INCIDENT, first, NULL));
    }
    cdi_caseload_drop(load, CDI_CASE_INCIDENT, first);
    assert_true(cdi_caseload_take(load, CDI_QUEUE_JUDGE, &kind, &handle));
    assert_int_equal(handle, second);
    assert_false(cdi_caseload_take(load, CDI_QUEUE_JUDGE, &kind, &handle));
    cdi_caseload_destroy(load);
}

static void what_is_expected_is_likely_where_it_is_found(void **state)
{
    (void)state;
    struct cdi_caseload *load = cdi_caseload_create(NULL, NULL);
    struct cdi_sought sought[CDI_SOUGHT_AT_ONCE];
    char references[CDI_SOUGHT_AT_ONCE][8];
    uint32_t likely[CDI_SOUGHT_AT_ONCE];
    for (uint32_t i = 0; i < CDI_SOUGHT_AT_ONCE; i++) {
        snprintf(references[i], sizeof references[i], "R%u", i / 2);
        sought[i] = (struct cdi_sought){ i % 2 == 0 ? CDI_CASE_INCIDENT : CDI_CASE_CRIME, CDI_TEXT("dpp"), cdi_text_of(references[i]) };
    }
    cdi_caseload_expect(load, sought, CDI_SOUGHT_AT_ONCE, likely);
    for (uint32_t i = 0; i < CDI_SOUGHT_AT_ONCE; i++)
        assert_int_equal(likely[i], CDI_HANDLE_NONE);
    for (uint32_t i = 0; i < CDI_SOUGHT_AT_ONCE; i += 3)
        assert_int_not_equal(cdi_caseload_add(load, sought[i].kind, sought[i].force, sought[i].reference, NULL, NULL), CDI_HANDLE_NONE);
    cdi_caseload_expect(load, sought, CDI_SOUGHT_AT_ONCE, likely);
    for (uint32_t i = 0; i < CDI_SOUGHT_AT_ONCE; i++) {
        assert_int_equal(likely[i], cdi_caseload_find(load, sought[i].kind, sought[i].force, sought[i].reference));
        assert_int_equal(likely[i] != CDI_HANDLE_NONE, i % 3 == 0);
    }
    cdi_caseload_destroy(load);
}

static void a_handle_holds_a_case_of_this_very_force_and_reference(void **state)
{
    (void)state;
    struct cdi_caseload *load = cdi_caseload_create(NULL, NULL);
    char longest[CDI_REFERENCE_MAX + 1];
    memset(longest, 'R', sizeof longest);
    const struct cdi_text references[] = { CDI_TEXT("R1"), CDI_TEXT("R12"), CDI_TEXT("R2"), { longest, CDI_REFERENCE_MAX } };
    const struct cdi_text others[] = { CDI_TEXT(""), CDI_TEXT_NONE, CDI_TEXT("R"), { longest, CDI_REFERENCE_MAX + 1 } };
    for (size_t i = 0; i < 4; i++) {
        uint32_t handle = cdi_caseload_add(load, CDI_CASE_INCIDENT, CDI_TEXT("dpp"), references[i], NULL, NULL);
        for (size_t j = 0; j < 4; j++)
            assert_int_equal(cdi_caseload_is(load, CDI_CASE_INCIDENT, handle, CDI_TEXT("dpp"), references[j]), i == j);
        for (size_t j = 0; j < 4; j++)
            assert_false(cdi_caseload_is(load, CDI_CASE_INCIDENT, handle, CDI_TEXT("dpp"), others[j]));
        assert_false(cdi_caseload_is(load, CDI_CASE_INCIDENT, handle, CDI_TEXT("dp"), references[i]));
        assert_false(cdi_caseload_is(load, CDI_CASE_INCIDENT, handle, CDI_TEXT("ches"), references[i]));
        assert_false(cdi_caseload_is(load, CDI_CASE_CRIME, handle, CDI_TEXT("dpp"), references[i]));
    }
    uint32_t dropped = cdi_caseload_find(load, CDI_CASE_INCIDENT, CDI_TEXT("dpp"), CDI_TEXT("R2"));
    cdi_caseload_drop(load, CDI_CASE_INCIDENT, dropped);
    assert_false(cdi_caseload_is(load, CDI_CASE_INCIDENT, dropped, CDI_TEXT("dpp"), CDI_TEXT("R2")));
    assert_int_equal(cdi_caseload_add(load, CDI_CASE_INCIDENT, CDI_TEXT("dpp"), CDI_TEXT("R3"), NULL, NULL), dropped);
    assert_false(cdi_caseload_is(load, CDI_CASE_INCIDENT, dropped, CDI_TEXT("dpp"), CDI_TEXT("R2")));
    assert_true(cdi_caseload_is(load, CDI_CASE_INCIDENT, dropped, CDI_TEXT("dpp"), CDI_TEXT("R3")));
    assert_false(cdi_caseload_is(load, CDI_CASE_INCIDENT, CDI_HANDLE_NONE, CDI_TEXT("dpp"), CDI_TEXT("R3")));
    cdi_caseload_destroy(load);
}

static void the_limit_on_cases_is_an_error_and_the_same_force_and_reference_are_one_case(void **state)
{
    (void)state;
    struct cdi_caseload_limits limits = { { 1, 1, 1 } };
    struct cdi_caseload *load = cdi_caseload_create(&limits, NULL);
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    uint32_t handle = cdi_caseload_add(load, CDI_CASE_INCIDENT, CDI_TEXT("dpp"), CDI_TEXT("1"), NULL, &err);
    assert_int_equal(cdi_caseload_add(load, CDI_CASE_INCIDENT, CDI_TEXT("dpp"), CDI_TEXT("1"), NULL, &err), handle);
    assert_int_equal(cdi_caseload_add(load, CDI_CASE_INCIDENT, CDI_TEXT("ches"), CDI_TEXT("1"), NULL, &err), CDI_HANDLE_NONE);
    assert_int_equal(err.code, CDI_ERROR_LIMIT);
    cdi_caseload_destroy(load);
}

/* A postcode that a system writes where it knows none: the log that is one too many is kept like any other. */
static void a_token_that_too_many_share_does_not_keep_a_case_out(void **state)
{
    (void)state;
    struct cdi_error err = { 0 };
    struct cdi_caseload *load = cdi_caseload_create(NULL, &err);
    struct cdi_crime_case crime = { .counted = CDI_TEXT_NONE };
    char reference[16];
    for (uint32_t i = 0; i <= CDI_POSTINGS_PER_KEY_MAX; i++) {
        snprintf(reference, sizeof reference, "C%u", i);
        uint32_t handle = cdi_caseload_add(load, CDI_CASE_CRIME, CDI_TEXT("dpp"), cdi_text_of(reference), NULL, &err);
        cdi_crime_case_empty(&crime, CDI_TEXT("dpp"), cdi_text_of(reference));
        crime.facts.location = (struct cdi_location){ .said_at = { i }, .postcode = 7, .easting = CDI_GRID_NONE,
                                                      .northing = CDI_GRID_NONE };
        assert_true(cdi_caseload_store_crime(load, handle, &crime, &err));
    }
    assert_int_equal(cdi_caseload_count(load, CDI_CASE_CRIME), CDI_POSTINGS_PER_KEY_MAX + 1);
    assert_int_equal(cdi_caseload_account(load).crowded, 1);
    cdi_caseload_destroy(load);
}

static void bytes_that_are_no_packed_case_are_refused(void **state)
{
    (void)state;
    struct cdi_caseload *load = cdi_caseload_create(NULL, NULL);
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    assert_false(cdi_caseload_restore(load, CDI_CASE_CRIME, CDI_TEXT("not a case"), NULL, &err));
    assert_int_equal(err.code, CDI_ERROR_CORRUPT);
    assert_int_equal(cdi_caseload_count(load, CDI_CASE_CRIME), 0);
    cdi_caseload_destroy(load);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(store_and_search_agree_with_looking_at_every_case),
        cmocka_unit_test(what_is_restored_is_found_and_packed_as_it_was),
        cmocka_unit_test(a_case_is_queued_once_and_not_after_it_was_dropped),
        cmocka_unit_test(what_is_expected_is_likely_where_it_is_found),
        cmocka_unit_test(a_handle_holds_a_case_of_this_very_force_and_reference),
        cmocka_unit_test(the_limit_on_cases_is_an_error_and_the_same_force_and_reference_are_one_case),
        cmocka_unit_test(a_token_that_too_many_share_does_not_keep_a_case_out),
        cmocka_unit_test(bytes_that_are_no_packed_case_are_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
