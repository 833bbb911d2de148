#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "cdiwatch/error.h"
#include "cdiwatch/text.h"
#include "cdiwatch/vocabulary.h"

static void every_word_of_every_list_leads_back_to_its_value(void **state)
{
    (void)state;
#define X(lower, upper) \
    for (int i = 0; i < CDI_##upper##_COUNT; i++) { \
        enum cdi_##lower back = (enum cdi_##lower)0; \
        assert_true(cdi_##lower##_from(cdi_text_of(cdi_##lower##_word((enum cdi_##lower)i)), &back)); \
        assert_int_equal(back, i); \
    }
    CDI_VOCABULARY(X)
#undef X
}

static void an_unknown_word_leaves_the_value_as_it_was(void **state)
{
    (void)state;
    enum cdi_stage stage = CDI_STAGE_URGENT;
    assert_false(cdi_stage_from(CDI_TEXT("Breach"), &stage));
    assert_false(cdi_stage_from(CDI_TEXT(""), &stage));
    assert_false(cdi_stage_from(CDI_TEXT_NONE, &stage));
    assert_int_equal(stage, CDI_STAGE_URGENT);
    assert_string_equal(cdi_stage_word((enum cdi_stage)99), "unknown");
}

static void texts_are_ordered_by_bytes_then_length_and_the_unsaid_come_first(void **state)
{
    (void)state;
    static const struct cdi_text ascending[] = {
        { NULL, 0 }, { "", 0 }, { "A", 1 }, { "A\0", 2 }, { "AB", 2 }, { "B", 1 }, { "\xc3\xa9", 2 },
    };
    for (int i = 0; i < 7; i++)
        for (int j = 0; j < 7; j++)
            assert_int_equal(cdi_text_compare(ascending[i], ascending[j]), (i > j) - (i < j));
}

static void the_unsaid_is_not_the_empty_text(void **state)
{
    (void)state;
    assert_false(cdi_text_same(CDI_TEXT_NONE, CDI_TEXT("")));
    assert_true(cdi_text_same(CDI_TEXT_NONE, CDI_TEXT_NONE));
    assert_true(cdi_text_hash(CDI_TEXT_NONE, 1) != cdi_text_hash(CDI_TEXT(""), 1));
    assert_true(cdi_text_is_caseless(CDI_TEXT("PSW-dom"), "psw-DOM"));
    assert_false(cdi_text_is_caseless(CDI_TEXT("PSW-DO"), "PSW-DOM"));
}

static void the_first_failure_wins(void **state)
{
    (void)state;
    struct cdi_error err = { 0 };
    assert_false(cdi_fail_at(&err, CDI_ERROR_BAD_TIME, "/received_at", "first %d", 1));
    assert_false(cdi_fail(&err, CDI_ERROR_MISSING, "second"));
    assert_int_equal(err.code, CDI_ERROR_BAD_TIME);
    assert_string_equal(err.where, "/received_at");
    assert_string_equal(err.text, "first 1");
    assert_false(cdi_fail(NULL, CDI_ERROR_MISSING, "nobody listens"));
    cdi_error_clear(&err);
    assert_false(cdi_fail(&err, CDI_ERROR_MISSING, "third"));
    assert_string_equal(err.where, "");
    assert_string_equal(cdi_error_word(err.code), "missing");
}

static void a_failure_too_long_for_its_room_is_cut_not_spilt(void **state)
{
    (void)state;
    struct cdi_error err = { 0 };
    char long_text[2 * CDI_ERROR_TEXT_SIZE];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    assert_false(cdi_fail_at(&err, CDI_ERROR_SYSTEM, long_text, "%s", long_text));
    assert_int_equal(strlen(err.text), CDI_ERROR_TEXT_SIZE - 1);
    assert_int_equal(strlen(err.where), CDI_ERROR_WHERE_SIZE - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_of_every_list_leads_back_to_its_value),
        cmocka_unit_test(an_unknown_word_leaves_the_value_as_it_was),
        cmocka_unit_test(texts_are_ordered_by_bytes_then_length_and_the_unsaid_come_first),
        cmocka_unit_test(the_unsaid_is_not_the_empty_text),
        cmocka_unit_test(the_first_failure_wins),
        cmocka_unit_test(a_failure_too_long_for_its_room_is_cut_not_spilt),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
