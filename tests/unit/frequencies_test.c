/* Names and places that many share: read, made tokens of a key, and looked up by them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "codec/frequencies.h"
#include "random_case.h"

static const char KEY[] = "a key of at least thirty-two bytes";
static struct cdi_tables tables;
static struct cdi_table_store *store;
static struct cdi_error err;

static struct cdi_frequencies *read_rows(const char *rows)
{
    char bytes[2000];
    snprintf(bytes, sizeof bytes, "kind,value,per_million\nsurname,ANY,1500\nplace,ANY,300\nuprn,ANY,200\npostcode,ANY,1000\n%s", rows);
    struct cdi_table_file file = { "frequencies.csv", cdi_text_of(bytes) };
    err = (struct cdi_error){ .code = CDI_ERROR_NONE };
    struct cdi_binder binder = { .store = store, .tables = &tables, .err = &err };
    return cdi_frequencies_read(&binder, &file, 1);
}

static struct cdi_tokeniser *bind_rows(const char *rows, const char *key)
{
    struct cdi_tokeniser *tokeniser = cdi_tokeniser_create(key, strlen(key), NULL);
    struct cdi_frequencies *frequencies = read_rows(rows);
    assert_non_null(frequencies);
    assert_true(cdi_frequencies_bind(frequencies, &tables, tokeniser, NULL));
    return tokeniser;
}

static int32_t of_name(struct cdi_tokeniser *tokeniser, const char *name)
{
    return cdi_tables_common(&tables, cdi_token_phonetic(tokeniser, cdi_text_of(name)));
}

static int open_store(void **state)
{
    (void)state;
    memset(&tables, 0, sizeof tables);
    store = cdi_table_store_create();
    return store == NULL;
}

static int close_store(void **state)
{
    (void)state;
    cdi_table_store_destroy(store);
    return 0;
}

static void each_doubling_beyond_the_ordinary_takes_one_bit(void **state)
{
    (void)state;
    struct cdi_tokeniser *tokeniser = bind_rows("surname,Smith,12000\nsurname,Walker,3000\nsurname,Quill,1500\nsurname,Rare,10\n", KEY);
    assert_int_equal(of_name(tokeniser, "Jan Smith"), -3000);
    assert_int_equal(of_name(tokeniser, "WALKER, Tom"), -1000);
    assert_int_equal(of_name(tokeniser, "Pat Quill"), 0);
    assert_int_equal(of_name(tokeniser, "Pat Rare"), 0);
    assert_int_equal(of_name(tokeniser, "Pat Nobody"), 0);
    cdi_tokeniser_destroy(tokeniser);
}

static void a_surname_counts_by_its_sound_with_any_first_name(void **state)
{
    (void)state;
    struct cdi_tokeniser *tokeniser = bind_rows("surname,Clark,2400\nsurname,Clarke,3600\n", KEY);
    for (char initial = 'A'; initial <= 'Z'; initial++) {
        char name[] = "X Clerk";
        name[0] = initial;
        assert_int_equal(of_name(tokeniser, name), -2000);
    }
    cdi_tokeniser_destroy(tokeniser);
}

static void a_place_is_known_as_it_is_written_and_by_its_numbers(void **state)
{
    (void)state;
    struct cdi_tokeniser *tokeniser = bind_rows("place,\"Royal Hospital, Casualty\",2400\nuprn,100100112299,800\npostcode,sa31 1ab,8000\n", KEY);
    assert_int_equal(cdi_tables_common(&tables, cdi_token_place(tokeniser, CDI_TEXT("ROYAL HOSPITAL CASUALTY"))), -3000);
    assert_int_equal(cdi_tables_common(&tables, cdi_token_uprn(tokeniser, CDI_TEXT("100100112299"))), -2000);
    assert_int_equal(cdi_tables_common(&tables, cdi_token_postcode(tokeniser, CDI_TEXT("SA311AB"))), -3000);
    assert_int_equal(cdi_tables_common(&tables, cdi_token_postcode(tokeniser, CDI_TEXT("SA31 1AC"))), 0);
    cdi_tokeniser_destroy(tokeniser);
}

static void tables_that_are_bound_to_no_key_know_nothing_common(void **state)
{
    (void)state;
    assert_int_equal(cdi_tables_common(&tables, 1), 0);
    struct cdi_tokeniser *one = bind_rows("surname,Smith,12000\n", KEY);
    struct cdi_tokeniser *other = cdi_tokeniser_create("another key of thirty-two bytes too", 35, NULL);
    assert_int_equal(of_name(other, "Jan Smith"), 0);
    assert_int_equal(cdi_tables_common(&tables, 0), 0);
    cdi_tokeniser_destroy(one);
    cdi_tokeniser_destroy(other);
}

static void the_logarithm_is_that_of_the_library_to_a_thousandth(void **state)
{
    (void)state;
    uint64_t seed = random_seed("log2 by integers");
    for (int round = 0; round < 20000; round++) {
        uint64_t less = 1 + random_below(&seed, 1000000), more = less + random_below(&seed, 1000000000);
        double exact = 1000 * log2((double)more / (double)less);
        assert_true(fabs(exact - cdi_log2_thousandths(more, less)) <= 1.01);
    }
    assert_int_equal(cdi_log2_thousandths(1, 1), 0);
    assert_int_equal(cdi_log2_thousandths(2, 1), 1000);
    assert_int_equal(cdi_log2_thousandths(1000000, 1), 19931);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
    (void)state;
    assert_null(read_rows("surname,4711,2000\n"));
    assert_string_equal(err.where, "frequencies.csv:6:2");
    assert_non_null(strstr(err.text, "no surname"));
    assert_null(read_rows("surname,Smith,12000\nsurname,Smith,1000\n"));
    assert_null(read_rows("street,High Street,5000\n"));
    assert_null(read_rows("place,Hospital,0\n"));
    struct cdi_table_file file = { "frequencies.csv", CDI_TEXT("kind,value,per_million\nsurname,ANY,1\nplace,ANY,1\nuprn,ANY,1\nuprn,7,1\n") };
    struct cdi_binder binder = { .store = store, .tables = &tables, .err = &err };
    err.code = CDI_ERROR_NONE;
    assert_null(cdi_frequencies_read(&binder, &file, 1));
    assert_non_null(strstr(err.text, "postcode,ANY has no row"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_doubling_beyond_the_ordinary_takes_one_bit, open_store, close_store),
        cmocka_unit_test_setup_teardown(a_surname_counts_by_its_sound_with_any_first_name, open_store, close_store),
        cmocka_unit_test_setup_teardown(a_place_is_known_as_it_is_written_and_by_its_numbers, open_store, close_store),
        cmocka_unit_test_setup_teardown(tables_that_are_bound_to_no_key_know_nothing_common, open_store, close_store),
        cmocka_unit_test(the_logarithm_is_that_of_the_library_to_a_thousandth),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_said_with_its_line, open_store, close_store),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
