/* Reports that reach a stage in great number: what of them is told in one digest, and that who goes on counts on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "codec/encode_digest.h"
#include "core/flood.h"
#include "core/judgement.h"
#include "random_case.h"

static const struct cdi_instant NOW = { 1762338000000 };       /* 2025-11-05T10:20:00Z */

/* A document that says for the first time that the n-th report is breached. */
struct told { struct cdi_judgement judgement; struct cdi_alert_event event; struct cdi_alert alert; char incident[16]; };

static struct told *tell(struct told *told, unsigned n, struct cdi_text bcu, enum cdi_risk risk, struct cdi_instant due_at)
{
    memset(told, 0, sizeof *told);
    snprintf(told->incident, sizeof told->incident, "L%u", n);
    told->event = (struct cdi_alert_event){ NOW, CDI_TEXT("breach") };
    told->judgement.disclosed.risk = risk;
    told->judgement.timed.due_at = due_at;
    told->alert = (struct cdi_alert){ .force = CDI_TEXT("dpp"), .incident = cdi_text_of(told->incident), .bcu = bcu, .time = NOW,
        .judgement = &told->judgement, .published = &told->event, .published_count = 1,
        .id = cdi_alert_id(CDI_TEXT("dpp"), cdi_text_of(told->incident), 0) };
    return told;
}

static void add(struct cdi_flood *flood, unsigned from, unsigned count, struct cdi_text bcu, enum cdi_risk risk)
{
    struct told told;
    for (unsigned n = from; n < from + count; n++)
        assert_true(cdi_flood_add(flood, &tell(&told, n, bcu, risk, (struct cdi_instant){ NOW.ms - 1000 * n })->alert));
}

static void a_version_begins_a_stage_only_where_it_is_published_for_it(void **state)
{
    (void)state;
    struct told told;
    assert_int_equal(cdi_alert_began(&tell(&told, 1, CDI_TEXT_NONE, CDI_RISK_OTHER, NOW)->alert), CDI_STAGE_BREACH);
    told.event.at.ms--;                         /* said by an earlier version */
    assert_int_equal(cdi_alert_began(&told.alert), CDI_STAGE_NONE);
    told.event = (struct cdi_alert_event){ NOW, CDI_TEXT("satisfied") };
    assert_int_equal(cdi_alert_began(&told.alert), CDI_STAGE_NONE);
    told.alert.published_count = 0;
    assert_int_equal(cdi_alert_began(&told.alert), CDI_STAGE_NONE);
}

static void ninety_nine_are_no_flood_and_leave_nothing(void **state)
{
    (void)state;
    struct cdi_flood flood = { .groups = NULL };
    struct cdi_digest digest;
    size_t at = 0;
    add(&flood, 0, CDI_FLOOD_AT - 1, CDI_TEXT("East"), CDI_RISK_OTHER);
    assert_false(cdi_flood_end(&flood, &at, &digest));
    at = 0;
    assert_false(cdi_flood_next_changed(&flood, &at, &digest));
    assert_int_equal(flood.count, 0);
    cdi_flood_free(&flood);
}

static void each_group_has_its_digest_with_the_gravest_first(void **state)
{
    (void)state;
    struct cdi_flood flood = { .groups = NULL };
    struct cdi_digest digest;
    struct cdi_alert_json json = { .at = NULL };
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    size_t at = 0, told = 0;
    add(&flood, 0, 60, CDI_TEXT("East"), CDI_RISK_OTHER);
    add(&flood, 1000, 2, CDI_TEXT("East"), CDI_RISK_RAPE);
    add(&flood, 60, 60, CDI_TEXT("East"), CDI_RISK_OTHER);
    add(&flood, 200, 150, CDI_TEXT_NONE, CDI_RISK_VIOLENCE);
    add(&flood, 500, 20, CDI_TEXT("West"), CDI_RISK_RAPE);
    while (cdi_flood_end(&flood, &at, &digest)) {
        told++;
        assert_int_equal(digest.version, 1);
        if (!cdi_text_said(digest.bcu)) {
            assert_int_equal(digest.reports, 150);
            continue;
        }
        assert_true(cdi_text_is(digest.bcu, "East"));
        assert_int_equal(digest.reports, 122);
        assert_int_equal(digest.risks[CDI_RISK_RAPE], 2);
        assert_int_equal(digest.gravest_count, CDI_FLOOD_GRAVEST);
        assert_true(cdi_text_is(digest.gravest[0].incident, "L1001"));          /* the earlier deadline first */
        assert_true(cdi_text_is(digest.gravest[1].incident, "L1000"));
        assert_true(cdi_text_is(digest.gravest[2].incident, "L119"));
        assert_true(cdi_text_is(digest.gravest[9].incident, "L112"));
        assert_int_equal(digest.first_due_at.ms, NOW.ms - 1001000);
        assert_int_equal(digest.last_due_at.ms, NOW.ms);
        assert_true(cdi_encode_digest_event(&json, &digest));
        assert_non_null(memmem(json.at, json.size, "\"id\":\"dpp/digest/breach/East:1\"", 30));
        assert_non_null(memmem(json.at, json.size, "\"reports\":122,\"risks\":{\"rape\":2,\"other\":120}", 44));
        assert_true(cdi_text_is(cdi_digest_key(&digest, &scratch), "dpp/digest/breach/East"));
    }
    assert_int_equal(told, 2);
    free(json.at);
    cdi_scratch_free(&scratch);
    cdi_flood_free(&flood);
}

/* The changelog: the last record of East, and of no area. */
struct records { struct cdi_scratch scratch; struct cdi_text packed[2]; };

/* What has changed is written; another reads all that was, and goes on. */
static void hand_over(struct cdi_flood *from, struct cdi_flood *to, struct records *records)
{
    struct cdi_digest digest;
    for (size_t at = 0; cdi_flood_next_changed(from, &at, &digest);)
        records->packed[cdi_text_said(digest.bcu) ? 0 : 1] = cdi_pack_flood(&digest, &records->scratch);
    for (size_t i = 0; i < 2; i++)
        if (records->packed[i].size > 0) {
            assert_true(cdi_unpack_flood(records->packed[i], &digest, NULL));
            assert_true(cdi_flood_restore(to, &digest, NULL));
        }
    cdi_flood_free(from);
}

/* What is told in the end: of East, and of no area. */
static void digests(struct cdi_flood *flood, struct cdi_text packed[2], struct cdi_scratch *scratch)
{
    struct cdi_digest digest;
    for (size_t at = 0; cdi_flood_end(flood, &at, &digest);)
        packed[cdi_text_said(digest.bcu) ? 0 : 1] = cdi_pack_flood(&digest, scratch);
}

static void who_goes_on_in_the_midst_of_a_flood_tells_of_all_of_it(void **state)
{
    (void)state;
    uint64_t seed = random_seed("a flood handed over");
    for (int round = 0; round < 50; round++) {
        struct cdi_flood whole = { .groups = NULL }, parts = { .groups = NULL };
        struct records records = { .scratch = CDI_SCRATCH_EMPTY };
        for (unsigned n = 0; n < 400; n++) {
            enum cdi_risk risk = (enum cdi_risk)random_below(&seed, CDI_RISK_COUNT);
            struct cdi_text bcu = random_one_in(&seed, 2) ? CDI_TEXT("East") : CDI_TEXT_NONE;
            add(&whole, n, 1, bcu, risk);
            add(&parts, n, 1, bcu, risk);
            if (random_one_in(&seed, 60)) {
                struct cdi_flood next = { .groups = NULL };
                hand_over(&parts, &next, &records);
                parts = next;
            }
        }
        struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
        struct cdi_text at_once[2], in_parts[2];
        digests(&whole, at_once, &scratch);
        digests(&parts, in_parts, &scratch);
        for (int area = 0; area < 2; area++)
            assert_true(at_once[area].size > 100 && cdi_text_same(at_once[area], in_parts[area]));
        cdi_flood_free(&whole);
        cdi_flood_free(&parts);
        cdi_scratch_free(&records.scratch);
        cdi_scratch_free(&scratch);
    }
}

static void a_group_that_was_told_of_counts_its_digests_over_a_restart(void **state)
{
    (void)state;
    struct cdi_flood flood = { .groups = NULL }, next = { .groups = NULL };
    struct records records = { .scratch = CDI_SCRATCH_EMPTY };
    struct cdi_digest digest;
    size_t at = 0;
    add(&flood, 0, 150, CDI_TEXT("East"), CDI_RISK_HATE);
    assert_true(cdi_flood_end(&flood, &at, &digest));
    hand_over(&flood, &next, &records);
    add(&next, 0, 50, CDI_TEXT("East"), CDI_RISK_HATE);
    at = 0;
    assert_false(cdi_flood_end(&next, &at, &digest));
    add(&next, 0, 120, CDI_TEXT("East"), CDI_RISK_HATE);
    at = 0;
    assert_true(cdi_flood_end(&next, &at, &digest));
    assert_int_equal(digest.version, 2);
    assert_int_equal(digest.reports, 120);
    cdi_flood_free(&next);
    cdi_scratch_free(&records.scratch);
}

static void what_was_not_packed_by_us_is_refused(void **state)
{
    (void)state;
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct cdi_flood flood = { .groups = NULL };
    struct cdi_digest digest;
    size_t at = 0;
    add(&flood, 0, 120, CDI_TEXT("East"), CDI_RISK_HATE);
    assert_true(cdi_flood_next_changed(&flood, &at, &digest));
    struct cdi_text packed = cdi_pack_flood(&digest, &scratch);
    for (size_t size = 0; size < packed.size; size++)
        assert_false(cdi_unpack_flood((struct cdi_text){ packed.at, size }, &digest, NULL));
    assert_true(cdi_unpack_flood(packed, &digest, NULL));
    cdi_flood_free(&flood);
    cdi_scratch_free(&scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_version_begins_a_stage_only_where_it_is_published_for_it),
        cmocka_unit_test(ninety_nine_are_no_flood_and_leave_nothing),
        cmocka_unit_test(each_group_has_its_digest_with_the_gravest_first),
        cmocka_unit_test(who_goes_on_in_the_midst_of_a_flood_tells_of_all_of_it),
        cmocka_unit_test(a_group_that_was_told_of_counts_its_digests_over_a_restart),
        cmocka_unit_test(what_was_not_packed_by_us_is_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
