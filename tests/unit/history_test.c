/* The history records: what a record says of later logs, that it says the same when its case is gone, and what it costs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/history_inside.h"
#include "random_case.h"

#define BIT(kind) (1u << CDI_PAST_KIND_##kind)
#define WITHIN    CDI_DAYS(90)

static struct cdi_instant start = { INT64_C(1793826845000) };   /* 2026-11-04 */

struct place {
    struct cdi_caseload *load;
    struct cdi_history *history;
    struct cdi_scratch scratch;
};

static int make(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    place->load = cdi_caseload_create(NULL, NULL);
    place->history = cdi_history_create(place->load, NULL);
    *state = place;
    return place->load != NULL && place->history != NULL ? 0 : -1;
}

static int unmake(void **state)
{
    struct place *place = *state;
    cdi_history_destroy(place->history);
    cdi_caseload_destroy(place->load);
    cdi_scratch_free(&place->scratch);
    free(place);
    return 0;
}

/* A log of few words. */
struct log {
    struct cdi_incident facts;
    struct cdi_person persons[6];
    uint32_t handle;
};

static void begin(struct place *place, struct log *log, const char *reference, int64_t hours)
{
    memset(log, 0, sizeof *log);
    cdi_incident_empty(&log->facts, CDI_TEXT("dpp"), cdi_text_of(reference));
    log->facts.received_at = cdi_instant_after(start, CDI_HOURS(hours));
    log->facts.persons = log->persons;
    log->handle = cdi_caseload_add(place->load, CDI_CASE_INCIDENT, log->facts.force, log->facts.reference, NULL, NULL);
    assert_true(log->handle != CDI_HANDLE_NONE);
}

static struct cdi_person *add(struct log *log, enum cdi_person_role role, uint64_t name)
{
    struct cdi_person *person = &log->persons[log->facts.person_count++];
    person->role = role;
    person->tokens[CDI_TOKEN_NAME] = name;
    return person;
}

static void between(struct place *place, struct log *log, const char *reference, int64_t hours, uint64_t victim, uint64_t suspect)
{
    begin(place, log, reference, hours);
    if (victim != 0)
        add(log, CDI_PERSON_ROLE_VICTIM, victim);
    if (suspect != 0)
        add(log, CDI_PERSON_ROLE_SUSPECT, suspect);
}

static void remember(struct place *place, const struct log *log, unsigned kinds)
{
    assert_true(cdi_history_put(place->history, log->handle, &log->facts, (uint8_t)kinds, NULL));
    assert_false(cdi_history_differs(place->history, log->handle, &log->facts, (uint8_t)kinds));
}

static struct cdi_past past_of(struct place *place, const struct log *log)
{
    struct cdi_past past;
    cdi_history_past(place->history, log->handle, &log->facts, WITHIN, &place->scratch, &past);
    return past;
}

static void a_log_is_told_of_those_before_it_nearest_kin_first(void **state)
{
    struct place *place = *state;
    struct log logs[6];
    between(place, &logs[0], "SUSPECT", 10, 7, 2);
    between(place, &logs[1], "PAIR-1", 20, 1, 2);
    between(place, &logs[2], "VICTIM", 30, 1, 8);
    between(place, &logs[3], "PAIR-2", 40, 1, 2);
    between(place, &logs[4], "LATER", 60, 1, 2);
    between(place, &logs[5], "NOW", 50, 1, 2);
    for (size_t i = 0; i < 6; i++)
        remember(place, &logs[i], BIT(CONDUCT) | (i == 1 ? BIT(DOMESTIC) : 0));
    struct cdi_past past = past_of(place, &logs[5]);
    static const struct { const char *reference; enum cdi_past_kin kin; } wanted[] = {
        { "PAIR-2", CDI_PAST_KIN_PAIR }, { "PAIR-1", CDI_PAST_KIN_PAIR }, { "VICTIM", CDI_PAST_KIN_VICTIM }, { "SUSPECT", CDI_PAST_KIN_SUSPECT },
    };
    assert_int_equal(past.count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_true(cdi_text_is(past.logs[i].reference, wanted[i].reference));
        assert_int_equal(past.logs[i].kin, wanted[i].kin);
    }
    assert_int_equal(past.logs[1].kinds, BIT(CONDUCT) | BIT(DOMESTIC));
}

static void a_log_for_which_no_number_or_force_is_left_has_no_record_and_is_no_error(void **state)
{
    struct place *place = *state;
    struct log logs[3];
    struct cdi_error err = { 0 };
    for (size_t i = 0; i < 3; i++)
        between(place, &logs[i], i == 0 ? "FIRST" : i == 1 ? "SECOND" : "THIRD", (int64_t)i * 10, 1, 2);
    remember(place, &logs[0], BIT(CONDUCT));
    uint32_t held = place->history->cells;
    place->history->cells = CELLS_MAX - 1;      /* as if: it would take 640 MB */
    assert_true(cdi_history_put(place->history, logs[1].handle, &logs[1].facts, BIT(CONDUCT), &err));
    place->history->cells = held;
    assert_int_equal(cdi_history_account(place->history).logs, 1);
    assert_int_equal(cdi_history_account(place->history).crowded, 1);
    place->history->force_count = FORCES_MAX;
    logs[1].facts.force = CDI_TEXT("one too many");
    assert_true(cdi_history_put(place->history, logs[1].handle, &logs[1].facts, BIT(CONDUCT), &err));
    assert_int_equal(cdi_history_account(place->history).logs, 1);
    assert_int_equal(cdi_history_account(place->history).crowded, 2);
    remember(place, &logs[2], BIT(CONDUCT));
    assert_int_equal(past_of(place, &logs[2]).count, 1);
    assert_true(cdi_text_is(past_of(place, &logs[2]).logs[0].reference, "FIRST"));
}

static void who_is_who_goes_by_number_then_by_name_and_birth(void **state)
{
    static const struct { uint64_t id, name, birth, phone; bool same; } cases[] = {
        { 5, 9, 0, 0, true }, { 6, 1, 3, 0, false }, { 0, 1, 3, 0, true }, { 0, 1, 0, 0, true }, { 0, 1, 4, 0, false }, { 0, 9, 3, 4, false },
    };
    struct place *place = *state;
    struct log first, log;
    begin(place, &first, "FIRST", 0);
    *add(&first, CDI_PERSON_ROLE_VICTIM, 1) = (struct cdi_person){ .role = CDI_PERSON_ROLE_VICTIM, .tokens = {
        [CDI_TOKEN_ID] = 5, [CDI_TOKEN_NAME] = 1, [CDI_TOKEN_BIRTH] = 3, [CDI_TOKEN_PHONE] = 4 } };
    remember(place, &first, BIT(DOMESTIC));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin(place, &log, "LOG", 20);
        struct cdi_person *person = add(&log, CDI_PERSON_ROLE_VICTIM, cases[i].name);
        person->tokens[CDI_TOKEN_ID] = cases[i].id;
        person->tokens[CDI_TOKEN_BIRTH] = cases[i].birth;
        person->tokens[CDI_TOKEN_PHONE] = cases[i].phone;
        remember(place, &log, BIT(DOMESTIC));
        assert_int_equal(past_of(place, &log).count, cases[i].same);
    }
}

static void without_a_name_telephone_and_birth_together_tell_a_person(void **state)
{
    struct place *place = *state;
    struct log logs[3];
    for (size_t i = 0; i < 3; i++) {
        begin(place, &logs[i], i == 0 ? "A" : i == 1 ? "B" : "C", (int64_t)i * 20);
        struct cdi_person *person = add(&logs[i], CDI_PERSON_ROLE_VICTIM, 0);
        person->tokens[CDI_TOKEN_PHONE] = 4;
        person->tokens[CDI_TOKEN_BIRTH] = i == 1 ? 8 : 7;
        remember(place, &logs[i], BIT(DOMESTIC));
    }
    assert_int_equal(past_of(place, &logs[1]).count, 0);
    assert_int_equal(past_of(place, &logs[2]).count, 1);
    assert_true(cdi_text_is(past_of(place, &logs[2]).logs[0].reference, "A"));
}

static void who_rings_as_the_victim_is_the_victim_where_none_is_listed(void **state)
{
    struct place *place = *state;
    struct log first, log;
    between(place, &first, "FIRST", 0, 1, 0);
    remember(place, &first, BIT(DOMESTIC));
    begin(place, &log, "LOG", 20);
    add(&log, CDI_PERSON_ROLE_CALLER, 1);
    log.facts.caller_role.text = CDI_TEXT("victim");
    remember(place, &log, BIT(DOMESTIC));
    assert_int_equal(past_of(place, &log).count, 1);
    log.facts.caller_role.text = CDI_TEXT("witness");
    remember(place, &log, BIT(DOMESTIC));
    assert_int_equal(past_of(place, &log).count, 0);
}

static void a_place_is_the_same_where_somebody_lives_and_not_where_anybody_passes(void **state)
{
    struct place *place = *state;
    struct log first, log;
    between(place, &first, "FIRST", 0, 1, 0);
    between(place, &log, "LOG", 20, 2, 0);
    first.facts.location.uprn = log.facts.location.uprn = 77;
    remember(place, &first, BIT(ASB_PERSONAL));
    remember(place, &log, BIT(ASB_PERSONAL));
    struct cdi_past past = past_of(place, &log);
    assert_int_equal(past.count, 1);
    assert_int_equal(past.logs[0].kin, CDI_PAST_KIN_PLACE);
    remember(place, &first, BIT(VIOLENCE));
    assert_int_equal(past_of(place, &log).count, 0);
}

static void the_window_is_exact_to_the_second_and_the_log_itself_is_none(void **state)
{
    struct place *place = *state;
    struct log first, log;
    between(place, &first, "FIRST", 0, 1, 2);
    between(place, &log, "LOG", 90 * 24, 1, 2);
    remember(place, &first, BIT(CONDUCT));
    remember(place, &log, BIT(CONDUCT));
    assert_int_equal(past_of(place, &log).count, 1);
    log.facts.received_at.ms += 1000;
    remember(place, &log, BIT(CONDUCT));
    assert_int_equal(past_of(place, &log).count, 0);
    log.facts.received_at = first.facts.received_at;
    remember(place, &log, BIT(CONDUCT));
    assert_int_equal(past_of(place, &log).count, 0);
}

static void the_parent_of_a_log_is_no_history_of_it(void **state)
{
    struct place *place = *state;
    struct log first, log;
    between(place, &first, "FIRST", 0, 1, 2);
    between(place, &log, "LOG", 20, 1, 2);
    log.facts.parent.text = CDI_TEXT("FIRST");
    remember(place, &first, BIT(CONDUCT));
    remember(place, &log, BIT(CONDUCT));
    assert_int_equal(past_of(place, &log).count, 0);
}

static void occasions_are_hours_apart_and_counted_by_kin_and_kind(void **state)
{
    struct cdi_instant now = cdi_instant_after(start, CDI_DAYS(40));
    struct cdi_past past = { .count = 5, .logs = {
        { CDI_TEXT("A"), cdi_instant_after(now, CDI_HOURS(-5)), CDI_PAST_KIN_PAIR, BIT(CONDUCT) },
        { CDI_TEXT("B"), cdi_instant_after(now, CDI_HOURS(-6)), CDI_PAST_KIN_PAIR, BIT(CONDUCT) },
        { CDI_TEXT("C"), cdi_instant_after(now, CDI_HOURS(-11)), CDI_PAST_KIN_PAIR, BIT(CONDUCT) | BIT(DOMESTIC) },
        { CDI_TEXT("D"), cdi_instant_after(now, CDI_HOURS(-12)), CDI_PAST_KIN_VICTIM, BIT(DOMESTIC) },
        { CDI_TEXT("E"), cdi_instant_after(now, CDI_DAYS(-30)), CDI_PAST_KIN_PAIR, BIT(DOMESTIC) } } };
    const uint8_t pair = 1u << CDI_PAST_KIN_PAIR, either = pair | 1u << CDI_PAST_KIN_VICTIM;
    (void)state;
    assert_int_equal(cdi_past_occasions(&past, now, pair, BIT(CONDUCT), 90), 1);
    assert_int_equal(cdi_past_occasions(&past, now, pair, BIT(DOMESTIC), 90), 2);
    assert_int_equal(cdi_past_occasions(&past, now, pair, BIT(DOMESTIC), 30), 2);
    assert_int_equal(cdi_past_occasions(&past, now, pair, BIT(DOMESTIC), 29), 1);
    assert_int_equal(cdi_past_occasions(&past, now, either, BIT(CONDUCT) | BIT(DOMESTIC), 90), 3);
    assert_int_equal(cdi_past_occasions(&past, now, 1u << CDI_PAST_KIN_PLACE, 0xFF, 90), 0);
}

static void the_logs_after_it_are_those_that_it_says_something_of(void **state)
{
    struct place *place = *state;
    struct log logs[4];
    size_t count;
    between(place, &logs[0], "FIRST", 0, 1, 2);
    between(place, &logs[1], "NEXT", 20, 1, 3);
    between(place, &logs[2], "OTHER", 20, 4, 5);
    between(place, &logs[3], "TOO-LATE", 91 * 24, 1, 2);
    for (size_t i = 0; i < 4; i++)
        remember(place, &logs[i], BIT(CONDUCT));
    const uint32_t *handles = cdi_history_later(place->history, logs[0].handle, WITHIN, &place->scratch, &count);
    assert_int_equal(count, 1);
    assert_int_equal(handles[0], logs[1].handle);
    cdi_history_later(place->history, logs[3].handle, WITHIN, &place->scratch, &count);
    assert_int_equal(count, 0);
}

/* Found by name, by number and as another cell of theirs, and remembered in each order of them; two are of the same second. */
static void the_logs_after_it_come_by_time_and_reference_once_each_whatever_was_remembered_first(void **state)
{
    enum { LATER = 4 };
    static const char *const references[LATER] = { "D", "B", "C", "A" };
    static const int64_t hours[LATER] = { 10, 20, 20, 30 };
    struct place *place = *state;
    struct log first, logs[LATER];
    size_t count;
    between(place, &first, "FIRST", 0, 1, 2);
    first.persons[0].tokens[CDI_TOKEN_ID] = 3;
    remember(place, &first, BIT(CONDUCT));
    for (size_t order = 0; order < 2 * LATER; order++) {
        size_t from = order % LATER, by = order < LATER ? 1 : LATER - 1;
        for (size_t i = 0; i < LATER; i++) {
            struct log *log = &logs[(from + i * by) % LATER];
            between(place, log, references[log - logs], hours[log - logs], 1, 2);
            log->persons[0].tokens[CDI_TOKEN_ID] = 3;
            add(log, CDI_PERSON_ROLE_VICTIM, 1);
            remember(place, log, BIT(CONDUCT));
        }
        const uint32_t *handles = cdi_history_later(place->history, first.handle, WITHIN, &place->scratch, &count);
        assert_int_equal(count, LATER);
        for (size_t i = 0; i < LATER; i++)
            assert_int_equal(handles[i], logs[i].handle);
        for (size_t i = 0; i < LATER; i++) {
            cdi_history_drop(place->history, logs[i].handle);
            cdi_caseload_drop(place->load, CDI_CASE_INCIDENT, logs[i].handle);
        }
    }
}

/* With further victims, whose records follow the first. */
static void a_kept_record_says_what_its_case_said_also_after_it_was_packed(void **state)
{
    static const char *const references[] = { "DPP-20261104-0412", "a reference longer than twenty-four half bytes", "7", "123456789012345678901234" };
    struct place *place = *state;
    struct log first, log;
    uint32_t number;
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        between(place, &first, references[i], 0, 10 + i, 20 + i);
        if (i % 2 == 1)
            add(&first, CDI_PERSON_ROLE_VICTIM, 30 + i);
        between(place, &log, "LOG", 20, i % 2 == 1 ? 30 + i : 10 + i, 20 + i);
        remember(place, &first, BIT(CONDUCT));
        remember(place, &log, BIT(CONDUCT));
        struct cdi_past before = past_of(place, &log);
        assert_true(cdi_history_keep(place->history, first.handle, &number, NULL));
        cdi_caseload_drop(place->load, CDI_CASE_INCIDENT, first.handle);
        assert_true(cdi_history_kept(place->history, number));
        for (int packed = 0; packed < 2; packed++) {
            struct cdi_past after = past_of(place, &log);
            assert_int_equal(after.count, 1);
            assert_int_equal(before.count, 1);
            assert_true(cdi_text_is(after.logs[0].reference, references[i]));
            assert_int_equal(after.logs[0].kin, CDI_PAST_KIN_PAIR);
            assert_int_equal(after.logs[0].received_at.ms, before.logs[0].received_at.ms);
            struct cdi_text bytes = cdi_history_pack(place->history, number, &place->scratch);
            if (packed == 1)
                cdi_history_forget(place->history, number);
            assert_true(cdi_history_unpack(place->history, bytes, NULL));
            number = cdi_history_find(place->history, CDI_TEXT("dpp"), cdi_text_of(references[i]));
            assert_true(number != CDI_HANDLE_NONE);
            struct cdi_text again = cdi_history_pack(place->history, number, &place->scratch);
            assert_true(cdi_text_same(bytes, again));
        }
        cdi_history_forget(place->history, number);
        assert_int_equal(past_of(place, &log).count, 0);
        cdi_history_drop(place->history, log.handle);
    }
    assert_int_equal(cdi_history_account(place->history).logs, 0);
    assert_int_equal(cdi_history_account(place->history).records, 0);
}

/* Until it goes again there are two records of it: which of them was made first, as after a restart, says nothing. */
static void a_log_that_is_told_anew_says_the_same_wherever_its_two_records_lie(void **state)
{
    struct place *place = *state;
    struct log first, log;
    uint32_t number;
    struct cdi_past past[2];
    between(place, &first, "FIRST", 0, 1, 2);
    between(place, &log, "LOG", 20, 1, 2);
    remember(place, &log, BIT(CONDUCT));
    remember(place, &first, BIT(CONDUCT));
    assert_true(cdi_history_keep(place->history, first.handle, &number, NULL));
    struct cdi_text bytes = cdi_history_pack(place->history, number, &place->scratch);
    for (int kept_first = 0; kept_first < 2; kept_first++) {
        cdi_history_forget(place->history, cdi_history_find(place->history, CDI_TEXT("dpp"), CDI_TEXT("FIRST")));
        cdi_history_drop(place->history, first.handle);
        if (kept_first == 1)
            assert_true(cdi_history_unpack(place->history, bytes, NULL));
        remember(place, &first, BIT(DOMESTIC));
        if (kept_first == 0)
            assert_true(cdi_history_unpack(place->history, bytes, NULL));
        past[kept_first] = past_of(place, &log);
        assert_int_equal(past[kept_first].count, 2);
    }
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(past[0].logs[i].kinds, past[1].logs[i].kinds);
}

static void bytes_that_were_not_packed_by_us_are_refused(void **state)
{
    struct place *place = *state;
    struct log log;
    uint32_t number;
    between(place, &log, "LOG", 0, 1, 2);
    remember(place, &log, BIT(CONDUCT));
    assert_true(cdi_history_keep(place->history, log.handle, &number, NULL));
    struct cdi_text packed = cdi_history_pack(place->history, number, &place->scratch);
    cdi_history_forget(place->history, number);
    for (size_t size = 0; size < packed.size; size++) {
        struct cdi_error err = { 0 };
        assert_false(cdi_history_unpack(place->history, (struct cdi_text){ packed.at, size }, &err));
        assert_int_equal(err.code, CDI_ERROR_CORRUPT);
    }
    assert_int_equal(cdi_history_account(place->history).logs, 0);
}

static void a_name_that_is_everywhere_says_nothing(void **state)
{
    struct place *place = *state;
    struct log log;
    char reference[16];
    for (int i = 0; i <= CDI_HISTORY_CROWD; i++) {
        snprintf(reference, sizeof reference, "L%d", i);
        between(place, &log, reference, i, 1, 0);
        remember(place, &log, BIT(DOMESTIC));
    }
    assert_int_equal(past_of(place, &log).count, CDI_PAST_OF_KIN);      /* 512 before it: just not too many */
    snprintf(reference, sizeof reference, "L%d", CDI_HISTORY_CROWD + 1);
    between(place, &log, reference, CDI_HISTORY_CROWD + 1, 1, 0);
    remember(place, &log, BIT(DOMESTIC));
    assert_int_equal(past_of(place, &log).count, 0);
}

/* core/history.h, "Where its bytes go". */
static void a_kept_record_with_its_share_of_indexes_is_at_most_64_bytes(void **state)
{
    enum { LOGS = 100000 };
    struct place *place = *state;
    struct log log;
    char reference[24];
    uint32_t number;
    for (unsigned i = 0; i < LOGS; i++) {
        snprintf(reference, sizeof reference, "DPP-20261104-%04u", i % 10000);
        reference[12] = (char)('0' + i / 10000);
        between(place, &log, reference, i % 2000, 0x9E3779B97F4A7C15u * (i + 1), 0xD6E8FEB86659FD93u * (i + 1));
        log.persons[0].tokens[CDI_TOKEN_BIRTH] = i + 1;
        log.facts.location.uprn = 0xC2B2AE3D27D4EB4Fu * (i + 1);
        remember(place, &log, BIT(DOMESTIC));
        assert_true(cdi_history_keep(place->history, log.handle, &number, NULL));
        cdi_caseload_drop(place->load, CDI_CASE_INCIDENT, log.handle);
    }
    struct cdi_history_account account = cdi_history_account(place->history);
    assert_int_equal(account.logs, LOGS);
    assert_int_equal(account.crowded, 0);
    size_t bytes = account.record_bytes + account.index_bytes + account.reference_bytes;
    print_message("# %.1f bytes a history record (%.1f of them its index)\n", (double)bytes / LOGS, (double)account.index_bytes / LOGS);
    assert_true(bytes <= 64 * (size_t)LOGS);
}

/* ---- against a plain list ---- */

enum { LOGS = 120, ROUNDS = 3000 };

struct plain { struct log log; char reference[32]; uint8_t kinds; bool held, kept; };

static uint64_t name_key(const struct cdi_person *person)
{
    const uint64_t *tokens = person->tokens;
    return tokens[CDI_TOKEN_NAME] != 0                                       ? tokens[CDI_TOKEN_NAME]
           : tokens[CDI_TOKEN_PHONE] != 0 && tokens[CDI_TOKEN_BIRTH] != 0 ? 1000 + tokens[CDI_TOKEN_PHONE] * 100 + tokens[CDI_TOKEN_BIRTH]
                                                                             : 0;
}

static bool plainly_same(const struct cdi_person *a, const struct cdi_person *b)
{
    const uint64_t *x = a->tokens, *y = b->tokens;
    if (x[CDI_TOKEN_ID] != 0 && y[CDI_TOKEN_ID] != 0)
        return x[CDI_TOKEN_ID] == y[CDI_TOKEN_ID];
    bool parted = x[CDI_TOKEN_BIRTH] != 0 && y[CDI_TOKEN_BIRTH] != 0 && x[CDI_TOKEN_BIRTH] != y[CDI_TOKEN_BIRTH];
    return name_key(a) != 0 && name_key(a) == name_key(b) && !parted;
}

static bool share(const struct log *a, const struct log *b, enum cdi_person_role role)
{
    for (size_t i = 0; i < a->facts.person_count; i++)
        for (size_t j = 0; j < b->facts.person_count; j++)
            if (a->persons[i].role == role && b->persons[j].role == role && plainly_same(&a->persons[i], &b->persons[j]))
                return true;
    return false;
}

static bool at_home(uint8_t kinds) { return (kinds & (BIT(DOMESTIC) | BIT(ASB_PERSONAL) | BIT(CONDUCT))) != 0; }

static bool plainly_kin(const struct plain *a, const struct plain *b, enum cdi_past_kin *kin)
{
    bool victim = share(&a->log, &b->log, CDI_PERSON_ROLE_VICTIM), suspect = share(&a->log, &b->log, CDI_PERSON_ROLE_SUSPECT);
    bool place = at_home(a->kinds) && at_home(b->kinds) && a->log.facts.location.uprn != 0 &&
                 a->log.facts.location.uprn == b->log.facts.location.uprn;
    *kin = victim && suspect ? CDI_PAST_KIN_PAIR : victim ? CDI_PAST_KIN_VICTIM : suspect ? CDI_PAST_KIN_SUSPECT : CDI_PAST_KIN_PLACE;
    return victim || suspect || place;
}

static int plain_order(const void *x, const void *y)
{
    const struct cdi_past_log *a = x, *b = y;
    if (a->kin != b->kin)
        return a->kin < b->kin ? -1 : 1;
    if (a->received_at.ms != b->received_at.ms)
        return a->received_at.ms > b->received_at.ms ? -1 : 1;
    return cdi_text_compare(a->reference, b->reference);
}

static struct cdi_past plain_past(const struct plain *logs, const struct plain *of)
{
    struct cdi_past_log found[LOGS];
    struct cdi_past past = { .count = 0 };
    size_t count = 0, of_kin[CDI_PAST_KIN_COUNT] = { 0 };
    for (size_t i = 0; i < LOGS; i++) {
        enum cdi_past_kin kin;
        int64_t before = (of->log.facts.received_at.ms - logs[i].log.facts.received_at.ms) / 1000;
        if ((logs[i].held || logs[i].kept) && before > 0 && before <= WITHIN.ms / 1000 && plainly_kin(&logs[i], of, &kin))
            found[count++] = (struct cdi_past_log){ cdi_text_of(logs[i].reference), logs[i].log.facts.received_at, kin, logs[i].kinds };
    }
    qsort(found, count, sizeof *found, plain_order);
    for (size_t i = 0; i < count; i++) {
        bool told = of_kin[found[i].kin] == CDI_PAST_OF_KIN;
        for (size_t j = 0; !told && j < past.count; j++)
            told = past.logs[j].kin == found[i].kin && past.logs[j].kinds == found[i].kinds &&
                   past.logs[j].received_at.ms - found[i].received_at.ms < CDI_OCCASION.ms;
        if (!told) {
            past.logs[past.count++] = found[i];
            of_kin[found[i].kin]++;
        }
    }
    return past;
}

static void random_log(struct place *place, uint64_t *seed, struct plain *plain)
{
    begin(place, &plain->log, plain->reference, random_below(seed, 150 * 24));
    plain->kinds = (uint8_t)(1 + random_below(seed, (1 << CDI_PAST_KIND_COUNT) - 1));
    plain->log.facts.location.uprn = random_below(seed, 4);
    for (uint32_t i = random_below(seed, 5); i > 0; i--) {
        struct cdi_person *person = add(&plain->log, random_one_in(seed, 2) ? CDI_PERSON_ROLE_VICTIM : CDI_PERSON_ROLE_SUSPECT, random_below(seed, 6));
        person->tokens[CDI_TOKEN_ID] = random_below(seed, 5);
        person->tokens[CDI_TOKEN_BIRTH] = random_below(seed, 3);
        person->tokens[CDI_TOKEN_PHONE] = random_below(seed, 3);
    }
    plain->held = true;
    plain->kept = false;
}

/* One log comes, changes, is dropped with its case, or stays when its case goes. */
static void random_step(struct place *place, uint64_t *seed, struct plain *logs)
{
    struct plain *log = &logs[random_below(seed, LOGS)];
    uint32_t number = cdi_history_find(place->history, CDI_TEXT("dpp"), cdi_text_of(log->reference));
    assert_int_equal(log->kept, number != CDI_HANDLE_NONE);
    if (log->kept) {
        cdi_history_forget(place->history, number);
        log->kept = false;
    } else if (log->held && random_one_in(seed, 3)) {
        assert_true(cdi_history_keep(place->history, log->log.handle, &number, NULL));
        cdi_caseload_drop(place->load, CDI_CASE_INCIDENT, log->log.handle);
        log->kept = number != CDI_HANDLE_NONE;
        log->held = false;
    } else {
        random_log(place, seed, log);
        remember(place, &log->log, log->kinds);
    }
}

static void the_records_say_what_a_plain_list_says(void **state)
{
    struct place *place = *state;
    static struct plain logs[LOGS];
    uint64_t seed = random_seed("the records say what a plain list says");
    memset(logs, 0, sizeof logs);
    for (size_t i = 0; i < LOGS; i++)
        snprintf(logs[i].reference, sizeof logs[i].reference, i % 7 == 0 ? "a long reference, number %zu" : "DPP-%zu", i);
    for (size_t round = 0; round < ROUNDS; round++) {
        random_step(place, &seed, logs);
        const struct plain *of = &logs[random_below(&seed, LOGS)];
        if (!of->held)
            continue;
        struct cdi_past is = past_of(place, &of->log), wanted = plain_past(logs, of);
        assert_int_equal(is.count, wanted.count);
        for (size_t i = 0; i < is.count; i++) {
            assert_true(cdi_text_same(is.logs[i].reference, wanted.logs[i].reference));
            assert_int_equal(is.logs[i].kin, wanted.logs[i].kin);
            assert_int_equal(is.logs[i].kinds, wanted.logs[i].kinds);
            assert_int_equal(is.logs[i].received_at.ms, wanted.logs[i].received_at.ms);
        }
        cdi_scratch_reset(&place->scratch);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)
        TEST(a_log_is_told_of_those_before_it_nearest_kin_first),
        TEST(a_log_for_which_no_number_or_force_is_left_has_no_record_and_is_no_error),
        TEST(who_is_who_goes_by_number_then_by_name_and_birth),
        TEST(without_a_name_telephone_and_birth_together_tell_a_person),
        TEST(who_rings_as_the_victim_is_the_victim_where_none_is_listed),
        TEST(a_place_is_the_same_where_somebody_lives_and_not_where_anybody_passes),
        TEST(the_window_is_exact_to_the_second_and_the_log_itself_is_none),
        TEST(the_parent_of_a_log_is_no_history_of_it),
        TEST(occasions_are_hours_apart_and_counted_by_kin_and_kind),
        TEST(the_logs_after_it_are_those_that_it_says_something_of),
        TEST(the_logs_after_it_come_by_time_and_reference_once_each_whatever_was_remembered_first),
        TEST(a_kept_record_says_what_its_case_said_also_after_it_was_packed),
        TEST(a_log_that_is_told_anew_says_the_same_wherever_its_two_records_lie),
        TEST(bytes_that_were_not_packed_by_us_are_refused),
        TEST(a_name_that_is_everywhere_says_nothing),
        TEST(a_kept_record_with_its_share_of_indexes_is_at_most_64_bytes),
        TEST(the_records_say_what_a_plain_list_says),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
