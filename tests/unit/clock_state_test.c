/* What the judge clock remembers: packed, read back, and refused where it is not what was written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "codec/changelog.h"
#include "core/clock_state.h"
#include "random_case.h"

enum { ROUNDS = 3000 };

static struct cdi_instant some_instant(uint64_t *seed)
{
    return random_one_in(seed, 4) ? CDI_INSTANT_NONE : random_instant(seed);
}

static void the_clock_is_unpacked_as_it_was_packed(void **state)
{
    (void)state;
    uint64_t seed = random_seed("pack and unpack the clock");
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    for (int round = 0; round < ROUNDS; round++, cdi_scratch_reset(&scratch)) {
        struct cdi_clock_state before = { some_instant(&seed), some_instant(&seed) }, after;
        assert_true(cdi_unpack_clock(cdi_pack_clock(&before, &scratch), &after, NULL));
        assert_int_equal(before.judge_time.ms, after.judge_time.ms);
        assert_int_equal(before.silence_at.ms, after.silence_at.ms);
    }
    cdi_scratch_free(&scratch);
}

static void a_feed_is_unpacked_as_it_was_packed(void **state)
{
    (void)state;
    uint64_t seed = random_seed("pack and unpack feeds");
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    for (int round = 0; round < ROUNDS; round++, cdi_scratch_reset(&scratch)) {
        struct cdi_feed_state before = { CDI_TEXT("dpp"), random_word(&seed), some_instant(&seed), some_instant(&seed),
                                         random_one_in(&seed, 2), some_instant(&seed), (uint32_t)random_next(&seed) }, after;
        assert_true(cdi_unpack_feed(cdi_pack_feed(&before, &scratch), &after, NULL));
        assert_true(cdi_text_same(before.force, after.force) && cdi_text_same(before.source, after.source));
        assert_int_equal(before.heard_at.ms, after.heard_at.ms);
        assert_int_equal(before.expected_from.ms, after.expected_from.ms);
        assert_int_equal(before.stale_since.ms, after.stale_since.ms);
        assert_true(before.stale == after.stale && before.version == after.version);
    }
    cdi_scratch_free(&scratch);
}

static void what_is_cut_or_goes_on_is_refused(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_feed_state feed = { CDI_TEXT("dpp"), CDI_TEXT("niche"), { 1 }, { 2 }, true, { 3 }, 4 };
    struct cdi_clock_state clock = { { 1 }, { 2 } };
    const struct cdi_text records[] = { cdi_pack_feed(&feed, &scratch), cdi_pack_clock(&clock, &scratch) };
    for (size_t i = 0; i < 2; i++) {
        char *longer = cdi_scratch_take(&scratch, records[i].size + 1);
        memcpy(longer, records[i].at, records[i].size);
        longer[records[i].size] = '\0';
        for (size_t size = 0; size <= records[i].size + 1; size++) {
            struct cdi_error err = { .code = CDI_ERROR_NONE };
            struct cdi_text cut = { longer, size };
            if (size == records[i].size)
                continue;
            assert_false(i == 0 ? cdi_unpack_feed(cut, &feed, &err) : cdi_unpack_clock(cut, &clock, &err));
            assert_int_equal(err.code, CDI_ERROR_CORRUPT);
        }
        assert_false(i == 0 ? cdi_unpack_clock(records[i], &clock, NULL) : cdi_unpack_feed(records[i], &feed, NULL));
    }
    cdi_scratch_free(&scratch);
}

static void they_are_sealed_like_any_state_record(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_clock_state clock = { { 1 }, { 2 } };
    struct cdi_text packed = cdi_pack_clock(&clock, &scratch), inside;
    struct cdi_text record = cdi_changelog_seal(CDI_CASE_CLOCK, packed, &scratch);
    assert_true(cdi_changelog_open(record, CDI_CASE_CLOCK, &inside, NULL));
    assert_true(cdi_text_same(inside, packed));
    assert_false(cdi_changelog_open(record, CDI_CASE_FEED, &inside, NULL));
    assert_false(cdi_changelog_open(record, CDI_CASE_INCIDENT, &inside, NULL));
    cdi_scratch_free(&scratch);
}

static void their_keys_tell_their_kind(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_text force, reference;
    enum cdi_case_kind kind;
    assert_true(cdi_text_is(cdi_clock_key(&scratch), "*/clock/judge"));
    assert_true(cdi_state_read_key(cdi_clock_key(&scratch), &force, &kind, &reference, NULL));
    assert_int_equal(kind, CDI_CASE_CLOCK);
    struct cdi_text key = cdi_state_key(CDI_TEXT("dpp"), CDI_CASE_FEED, CDI_TEXT("a/b"), &scratch);
    assert_true(cdi_text_is(key, "dpp/feed/a/b"));
    assert_true(cdi_state_read_key(key, &force, &kind, &reference, NULL));
    assert_true(kind == CDI_CASE_FEED && cdi_text_is(reference, "a/b"));
    cdi_scratch_free(&scratch);
}

/* Written by one version, read by the next: a kind's number is on every state record. */
static void the_kinds_keep_their_numbers(void **state)
{
    static const struct { enum cdi_case_kind kind; int number; const char *word; } kinds[] = {
        { CDI_CASE_INCIDENT, 0, "incident" }, { CDI_CASE_CRIME, 1, "crime" }, { CDI_CASE_WAITING, 2, "waiting" },
        { CDI_CASE_CLOCK, 8, "clock" }, { CDI_CASE_FEED, 9, "feed" }, { CDI_CASE_FLOOD, 10, "flood" },
        { CDI_CASE_HISTORY, 11, "history" }, { CDI_CASE_TRACE, 12, "trace" }, { CDI_CASE_TALLY, 13, "tally" },
    };
    (void)state;
    size_t named = 0;
    for (int kind = 0; kind < CDI_STATE_KIND_END; kind++)
        named += strcmp(cdi_case_kind_word((enum cdi_case_kind)kind), "unknown") != 0;
    assert_int_equal(named, sizeof kinds / sizeof *kinds);
    for (size_t i = 0; i < named; i++) {
        enum cdi_case_kind kind;
        assert_int_equal(kinds[i].kind, kinds[i].number);
        assert_string_equal(cdi_case_kind_word(kinds[i].kind), kinds[i].word);
        assert_true(cdi_case_kind_from(cdi_text_of(kinds[i].word), &kind) && kind == kinds[i].kind);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_clock_is_unpacked_as_it_was_packed),
        cmocka_unit_test(a_feed_is_unpacked_as_it_was_packed),
        cmocka_unit_test(what_is_cut_or_goes_on_is_refused),
        cmocka_unit_test(they_are_sealed_like_any_state_record),
        cmocka_unit_test(their_keys_tell_their_kind),
        cmocka_unit_test(the_kinds_keep_their_numbers),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
