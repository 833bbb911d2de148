/* Batches of the view: what is written of one at its end is what each of its messages would have come to by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "edge/view_batch.h"
#include "view_place.h"

enum { ROUNDS = 40, MESSAGES = 120, REPORTS = 6 };

/* Of a few keys any version, a feed among them, or a deletion, under any force. */
static struct told random_message(uint64_t *seed, bool *gone)
{
    static const char *const forces[] = { "dpp", "wst", "cal" };
    uint32_t which = random_below(seed, REPORTS + 1), version = 1 + random_below(seed, 4);
    struct told told = which == REPORTS ? random_feed(seed, "dpp", "niche", version) : random_told(seed, which, version);
    *gone = random_one_in(seed, 5);
    if (*gone && which < REPORTS)
        memcpy(told.key, forces[random_below(seed, 3)], 3);
    return told;
}

/* What a view answers that is committed after `each` messages; 0: now and then. */
static struct answered lived(uint64_t seed, uint64_t cuts, bool each)
{
    struct view_place place;
    struct cdi_error err = { 0 };
    place_make(&place);
    good_or_fail(place_open(&place, &err));
    for (int64_t i = 0; i < MESSAGES; i++) {
        bool gone;
        struct told told = random_message(&seed, &gone);
        struct cdi_text value = gone ? CDI_TEXT_NONE : (struct cdi_text){ told.value, told.size };
        assert_int_equal(say(&place, 0, i, cdi_text_of(told.key), value, &err), CDI_VIEW_TAKEN);
        if (each || random_one_in(&cuts, 25))
            commit(&place);
        told_free(&told);
    }
    commit(&place);
    struct answered answered = dump(&place);
    place_remove(&place);
    return answered;
}

static void a_batch_comes_to_what_its_messages_do_one_by_one(void **state)
{
    (void)state;
    uint64_t first = random_seed("batches of the view");
    size_t there = 0;
    for (uint64_t seed = first; seed < first + ROUNDS; seed++) {
        struct answered wanted = lived(seed, 0, true), got = lived(seed, seed, false);
        if (!same_answer(&wanted, &got))
            fail_msg("%zu documents, and %zu one by one; SEED=%llu", got.count, wanted.count, (unsigned long long)seed);
        there += wanted.count;
        free(wanted.at);
        free(got.at);
    }
    assert_true(there > ROUNDS && there < ROUNDS * (REPORTS + 1));      /* some are there in the end, and some are not */
}

/* ---- the batch itself ---- */

struct written { char text[64]; size_t count; };

static bool note(void *context, const struct cdi_view_row *row, struct cdi_error *err)
{
    struct written *written = context;
    (void)err;
    written->count++;
    size_t used = strlen(written->text);
    snprintf(written->text + used, sizeof written->text - used, "%.*s%s%lld ", CDI_TEXT_ARGS(row->name), row->gone ? "-" : "=", (long long)row->version);
    return written->count < 4;
}

static void take(struct cdi_view_batch *batch, const char *name, int64_t version, const char *document)
{
    const struct cdi_view_row row = { .kind = CDI_VIEW_FEED, .force = CDI_TEXT("dpp"), .name = cdi_text_of(name), .version = version,
                                      .document = cdi_text_of(document), .gone = document == NULL };
    cdi_view_batch_take(batch, cdi_text_of(name), &row);
}

static void each_key_is_written_once_in_order_and_nothing_is_left(void **state)
{
    static struct cdi_view_batch batch;
    struct written written = { .count = 0 }, none = { .count = 0 };
    (void)state;
    take(&batch, "c", 3, "x");
    take(&batch, "a", 1, "x");
    take(&batch, "c", 2, "y");                  /* older */
    take(&batch, "a", 2, "x");
    take(&batch, "b", 7, "x");
    take(&batch, "b", 0, NULL);
    take(&batch, "b", 1, "x");                  /* after its deletion */
    assert_false(cdi_view_batch_write(&batch, note, &written, NULL));   /* the fourth fails */
    assert_string_equal(written.text, "a=2 b-0 b=1 c=3 ");
    assert_true(cdi_view_batch_write(&batch, note, &none, NULL));
    assert_int_equal(none.count, 0);
}

static void a_batch_is_full_by_its_keys_or_its_bytes(void **state)
{
    static struct cdi_view_batch batch;
    char name[16];
    char *document = malloc(CDI_VIEW_BATCH_BYTES / 4 + 1);
    (void)state;
    assert_non_null(document);
    memset(document, 'x', CDI_VIEW_BATCH_BYTES / 4);
    document[CDI_VIEW_BATCH_BYTES / 4] = '\0';
    for (int i = 0; i < CDI_VIEW_BATCH_KEYS; i++) {
        assert_false(cdi_view_batch_full(&batch));
        snprintf(name, sizeof name, "%d", i);
        take(&batch, name, 1, "x");
    }
    assert_true(cdi_view_batch_full(&batch));
    cdi_view_batch_clear(&batch);
    for (int i = 0; i < 4; i++) {
        assert_false(cdi_view_batch_full(&batch));
        take(&batch, "a", i + 1, document);
    }
    assert_true(cdi_view_batch_full(&batch));
    cdi_view_batch_clear(&batch);
    free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_comes_to_what_its_messages_do_one_by_one), cmocka_unit_test(each_key_is_written_once_in_order_and_nothing_is_left),
        cmocka_unit_test(a_batch_is_full_by_its_keys_or_its_bytes),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("batches of the view", tests, NULL, NULL);
}
