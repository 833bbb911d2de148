#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "codec/boilerplate.h"
#include "table_files.h"

static struct cdi_boilerplate *boilerplate;
static struct cdi_table_store *store;

static int read_shipped(void **state)
{
    struct table_files files;
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    (void)state;
    store = cdi_table_store_create();
    struct cdi_binder binder = { .store = store, .err = &err };
    boilerplate = table_files_read(&files) ? cdi_boilerplate_read(&binder, files.files, files.count) : NULL;
    table_files_free(&files);
    return boilerplate == NULL ? -1 : 0;
}

static int drop_shipped(void **state)
{
    (void)state;
    cdi_table_store_destroy(store);
    return 0;
}

static void what_is_empty_is_absent(void **state)
{
    (void)state;
    assert_int_equal(cdi_rationale_of(boilerplate, CDI_TEXT_NONE), CDI_RATIONALE_ABSENT);
    assert_int_equal(cdi_rationale_of(boilerplate, CDI_TEXT("")), CDI_RATIONALE_ABSENT);
    assert_int_equal(cdi_rationale_of(boilerplate, CDI_TEXT(" \t\r\n")), CDI_RATIONALE_ABSENT);
}

static void fewer_than_fifteen_letters_say_nothing(void **state)
{
    (void)state;
    assert_int_equal(cdi_rationale_of(boilerplate, CDI_TEXT("...")), CDI_RATIONALE_BOILERPLATE);
    assert_int_equal(cdi_rationale_of(boilerplate, CDI_TEXT("victim retract")), CDI_RATIONALE_BOILERPLATE);   /* 13 letters */
    assert_int_equal(cdi_rationale_of(boilerplate, CDI_TEXT("victims retract")), CDI_RATIONALE_BOILERPLATE);  /* 14 */
    assert_int_equal(cdi_rationale_of(boilerplate, CDI_TEXT("victim retracted")), CDI_RATIONALE_GIVEN);       /* 15 */
    assert_int_equal(cdi_rationale_of(boilerplate, CDI_TEXT("12345678901234567890")), CDI_RATIONALE_BOILERPLATE);
    /* A letter of two bytes is one letter. */
    assert_int_equal(cdi_rationale_of(boilerplate, CDI_TEXT("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9")),
                     CDI_RATIONALE_BOILERPLATE);
}

static void a_phrase_of_the_table_says_nothing_however_it_is_written(void **state)
{
    static const char *const empty_words[] = {
        "n/a", "No Crime", "as above", "no further action required", "NO FURTHER ACTION REQUIRED.", "No offences disclosed",
        "  no   further-action, required!! ", "words of advice given",
    };
    (void)state;
    for (size_t i = 0; i < sizeof empty_words / sizeof *empty_words; i++)
        assert_int_equal(cdi_rationale_of(boilerplate, cdi_text_of(empty_words[i])), CDI_RATIONALE_BOILERPLATE);
}

static void a_reason_that_holds_a_phrase_is_still_a_reason(void **state)
{
    char text[4000];
    (void)state;
    assert_int_equal(
        cdi_rationale_of(boilerplate, CDI_TEXT("No further action required: CCTV shows that he was at work in Leeds")),
        CDI_RATIONALE_GIVEN);
    memset(text, 'a', sizeof text);
    assert_int_equal(cdi_rationale_of(boilerplate, (struct cdi_text){ text, sizeof text }), CDI_RATIONALE_GIVEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_empty_is_absent),
        cmocka_unit_test(fewer_than_fifteen_letters_say_nothing),
        cmocka_unit_test(a_phrase_of_the_table_says_nothing_however_it_is_written),
        cmocka_unit_test(a_reason_that_holds_a_phrase_is_still_a_reason),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, read_shipped, drop_shipped);
}
