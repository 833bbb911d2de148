/* JSON laid out anew says what it said before; values fit for a URL; the elements of a list by their bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "codec/json_layout.h"
#include "codec/percent.h"

static void becomes(void (*make)(struct cdi_body *out, struct cdi_text text), const char *given, size_t size, const char *wanted)
{
    struct cdi_body out = { .at = NULL };
    make(&out, (struct cdi_text){ given, size });
    assert_string_equal(out.at == NULL ? "" : out.at, wanted);
    cdi_body_free(&out);
}

static void a_document_is_laid_out_a_member_a_line(void **state)
{
    (void)state;
    static const char given[] = " {\"a\":0.930,\n\"b\":[ ],\"c\":{},\"d\":[1,{\"e\":\"x,y:{\\\"[\"}],\"f\":null}\n";
    becomes(cdi_json_pretty, given, strlen(given),
            "{\n  \"a\": 0.930,\n  \"b\": [],\n  \"c\": {},\n  \"d\": [\n    1,\n    {\n      \"e\": \"x,y:{\\\"[\"\n    }\n  ],\n  \"f\": null\n}");
    becomes(cdi_json_pretty, "", 0, "");
    becomes(cdi_json_pretty, "17", 2, "17");
}

static void what_is_harmful_in_a_string_is_escaped_and_means_the_same(void **state)
{
    (void)state;
    static const char given[] = "[\"a\xC2\x9B" "b\x7F\u202e\u00e9\"]";
    becomes(cdi_json_pretty, given, strlen(given), "[\n  \"a\\u009bb\\u007f\\u202e\u00e9\"\n]");
}

static void a_line_has_no_line_ends_and_its_strings_are_as_they_were(void **state)
{
    (void)state;
    static const char given[] = "{ \"a b\" :\r\n\t[1 , 2.50],\n\"c\\\\\":\" \\\" \"}\n";
    becomes(cdi_json_line, given, strlen(given), "{\"a b\":[1,2.50],\"c\\\\\":\" \\\" \"}");
}

static void the_objects_of_a_list_are_found_by_their_bytes(void **state)
{
    (void)state;
    static const char given[] = "{\"alerts\":[{\"a\":\"}],{\"} , {\"b\":[{\"c\":{}}]},3,[{}]],\"next\":\"{\"}";
    struct cdi_text json = { given, sizeof given - 1 }, object;
    size_t at = 0;
    assert_true(cdi_json_object_at(json, 2, &at, &object));
    assert_true(cdi_text_is(object, "{\"a\":\"}],{\"}"));
    assert_true(cdi_json_object_at(json, 2, &at, &object));
    assert_true(cdi_text_is(object, "{\"b\":[{\"c\":{}}]}"));
    assert_false(cdi_json_object_at(json, 2, &at, &object));
    at = 0;
    assert_false(cdi_json_object_at(CDI_TEXT("{\"alerts\":[],\"next\":null}"), 2, &at, &object));
}

/* A reader has refused such text before; that nothing is read beyond its end is promised all the same. */
static void text_that_is_cut_short_is_read_to_its_end_and_no_further(void **state)
{
    (void)state;
    static const char whole[] = "{\"alerts\":[{\"a\":\"x\\\\\"}]}";
    for (size_t size = 0; size < sizeof whole; size++) {
        char *cut = test_malloc(size + (size == 0));
        memcpy(cut, whole, size);
        struct cdi_body out = { .at = NULL };
        struct cdi_text object;
        size_t at = 0;
        cdi_json_pretty(&out, (struct cdi_text){ cut, size });
        cdi_json_line(&out, (struct cdi_text){ cut, size });
        while (cdi_json_object_at((struct cdi_text){ cut, size }, 2, &at, &object))
            assert_true(object.at >= cut && object.at + object.size <= cut + size);
        cdi_body_free(&out);
        test_free(cut);
    }
}

static void a_value_in_a_url_is_what_it_was_and_nothing_of_it_parts_the_query(void **state)
{
    (void)state;
    static const char given[] = "az-AZ_09.~ &=?#%+/\\\"<\xC3\xA9\n";
    becomes(cdi_percent_add, given, sizeof given, "az-AZ_09.~%20%26%3D%3F%23%25%2B%2F%5C%22%3C%C3%A9%0A%00");
    becomes(cdi_percent_add, "", 0, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_laid_out_a_member_a_line),
        cmocka_unit_test(what_is_harmful_in_a_string_is_escaped_and_means_the_same),
        cmocka_unit_test(a_line_has_no_line_ends_and_its_strings_are_as_they_were),
        cmocka_unit_test(the_objects_of_a_list_are_found_by_their_bytes),
        cmocka_unit_test(text_that_is_cut_short_is_read_to_its_end_and_no_further),
        cmocka_unit_test(a_value_in_a_url_is_what_it_was_and_nothing_of_it_parts_the_query),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
