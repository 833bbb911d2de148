/* Step 3 among several reports of one log (R3, R10), with random reports and crimes: which of them were answered at a deadline is
 * told by the crimes recorded by then, whatever is recorded later. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "codec/tables.h"
#include "core/link.h"
#include "core/merge.h"
#include "shipped_rules.h"

enum { REPORTS = 3, UNITS = 2, CRIMES = 5, HISTORIES = 4000 };

static uint64_t seed;

static uint64_t below(uint64_t bound)               /* xorshift64* */
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return (seed * UINT64_C(0x2545F4914F6CDD1D) >> 33) % bound;
}

static struct cdi_instant hours(int64_t count) { return (struct cdi_instant){ count * 3600000 }; }

/* Reports an hour to twelve apart, crimes of these classes for one of two victims or for nobody named, in the order recorded. */
struct history {
    struct cdi_incident incident;
    struct cdi_person victims[2];
    struct cdi_disclosed disclosed[REPORTS];
    struct cdi_due due[REPORTS];
    struct cdi_crime crimes[CRIMES];
    struct cdi_linked linked[REPORTS];
    struct cdi_candidate candidates[CRIMES];
};
static const char *const classes[] = { "5D", "8N", "105A", "58A", "49", "8L" };
static const char *const names[CRIMES] = { "C4", "C0", "C3", "C1", "C2" };

static struct cdi_text any_class(void) { return cdi_text_of(classes[below(sizeof classes / sizeof *classes)]); }

static void draw_history(struct history *history)
{
    int64_t at = 0;
    memset(history, 0, sizeof *history);
    cdi_incident_empty(&history->incident, CDI_TEXT("dpp"), CDI_TEXT("A"));
    for (size_t v = 0; v < 2; v++)
        history->victims[v] = (struct cdi_person){ .role = CDI_PERSON_ROLE_VICTIM, .tokens = { [CDI_TOKEN_ID] = v + 1 } };
    for (size_t r = 0; r < REPORTS; r++) {
        history->disclosed[r].received_at = hours(at);
        history->disclosed[r].report = (uint32_t)r;
        history->due[r].count = (uint8_t)(1 + below(UNITS));
        for (size_t u = 0; u < history->due[r].count; u++)
            history->due[r].units[u] = (struct cdi_unit){ .offence = cdi_tables_offence(&rules->tables, any_class()),
                                                          .person = below(3) == 0 ? NULL : &history->victims[below(2)] };
        at += 1 + (int64_t)below(12);
    }
    at = 0;
    for (size_t c = 0; c < CRIMES; c++) {
        struct cdi_crime *crime = &history->crimes[c];
        cdi_crime_empty(crime, CDI_TEXT("dpp"), cdi_text_of(names[c]));
        at += (int64_t)below(15);
        crime->recorded_at.at = hours(at);
        crime->klass.text = any_class();
        crime->persons = &history->victims[below(2)];
        crime->person_count = (uint16_t)below(2);
        history->candidates[c] = (struct cdi_candidate){ .crime = crime, .how = CDI_HOW_EXPLICIT, .moved_at = CDI_INSTANT_NONE,
                                                         .added_at = CDI_INSTANT_NONE };
    }
}

/* With the first of its crimes. */
static void link_first(struct history *history, size_t crimes)
{
    struct cdi_claimant claimants[REPORTS];
    for (size_t r = 0; r < REPORTS; r++) {
        for (size_t u = 0; u < history->due[r].count; u++)
            history->due[r].units[u].answered_by = CDI_UNANSWERED;
        claimants[r] = (struct cdi_claimant){ &history->disclosed[r], history->candidates, crimes, &history->due[r], &history->linked[r] };
    }
    cdi_link_named(&rules->tables, &history->incident, claimants, REPORTS);
}

static bool answered_by_then(const struct cdi_due *due, struct cdi_instant then)
{
    for (size_t u = 0; u < due->count; u++)
        if (due->units[u].answered_by == CDI_UNANSWERED || cdi_instant_before(then, due->units[u].answered_at))
            return false;
    return true;
}

static size_t recorded_by(const struct history *history, struct cdi_instant then)
{
    size_t count = 0;
    while (count < CRIMES && !cdi_instant_before(then, history->crimes[count].recorded_at.at))
        count++;
    return count;
}

static void what_was_answered_at_a_deadline_is_told_by_the_crimes_recorded_by_then(void **state)
{
    static struct history history;
    size_t answered = 0, moved = 0;
    (void)state;
    for (size_t n = 0; n < HISTORIES; n++) {
        seed = n * 2654435761u + 1;
        draw_history(&history);
        for (size_t r = 0; r < REPORTS; r++) {
            struct cdi_instant due_at = cdi_instant_after(history.disclosed[r].received_at, CDI_HOURS(24));
            link_first(&history, recorded_by(&history, due_at));
            bool then = answered_by_then(&history.due[r], due_at);
            struct cdi_text by = then ? history.linked[r].links[history.due[r].units[0].answered_by].crime : CDI_TEXT_NONE;
            link_first(&history, CRIMES);
            if (then != answered_by_then(&history.due[r], due_at))
                fail_msg("history %zu, report %zu: answered at its deadline: %d, said to have been: %d", n, r, then, !then);
            answered += then;
            moved += then && !cdi_text_same(by, history.linked[r].links[history.due[r].units[0].answered_by].crime);
        }
    }
    assert_true(answered > HISTORIES / 2);
    assert_true(moved > HISTORIES / 100);       /* it is about something: crimes do take each other's place */
}

/* R3: and no crime answers two. */
static void a_crime_answers_one_unit_of_all_reports(void **state)
{
    static struct history history;
    (void)state;
    for (size_t n = 0; n < HISTORIES; n++) {
        size_t units = 0, crimes = 0;
        seed = n * 2654435761u + 1;
        draw_history(&history);
        link_first(&history, CRIMES);
        for (size_t c = 0; c < CRIMES; c++) {
            bool used = false;
            for (size_t r = 0; r < REPORTS; r++)
                for (size_t u = 0; u < history.due[r].count; u++) {
                    uint8_t by = history.due[r].units[u].answered_by;
                    bool this = by != CDI_UNANSWERED && cdi_text_same(history.linked[r].links[by].crime, cdi_text_of(names[c]));
                    units += this;
                    used = used || this;
                }
            crimes += used;
        }
        assert_int_equal(units, crimes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_answered_at_a_deadline_is_told_by_the_crimes_recorded_by_then),
        cmocka_unit_test(a_crime_answers_one_unit_of_all_reports),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, read_rules, free_rules);
}
