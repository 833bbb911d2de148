#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sodium.h>
#include <string.h>

#include "codec/tokens.h"
#include "codec/tokens_fold.h"

static const char key[] = "0123456789abcdef0123456789abcdef";

static struct cdi_tokeniser *tokeniser(void)
{
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    struct cdi_tokeniser *made = cdi_tokeniser_create(key, 32, &err);
    assert_non_null(made);
    return made;
}

static void a_copied_keyed_state_gives_the_vectors_of_rfc_4231(void **state)
{
    static const unsigned char want[] = { 0xb0, 0x34, 0x4c, 0x61, 0xd8, 0xdb, 0x38, 0x53 }, want_2[] = { 0x5b, 0xdc, 0xc1, 0x46 };
    unsigned char key_1[20], out[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state keyed, copy;
    (void)state;
    memset(key_1, 0x0b, sizeof key_1);
    crypto_auth_hmacsha256_init(&keyed, key_1, sizeof key_1);
    for (int again = 0; again < 2; again++) {
        copy = keyed;
        crypto_auth_hmacsha256_update(&copy, (const unsigned char *)"Hi There", 8);
        crypto_auth_hmacsha256_final(&copy, out);
        assert_memory_equal(out, want, sizeof want);
    }
    crypto_auth_hmacsha256_init(&keyed, (const unsigned char *)"Jefe", 4);
    crypto_auth_hmacsha256_update(&keyed, (const unsigned char *)"what do ya want for nothing?", 28);
    crypto_auth_hmacsha256_final(&keyed, out);
    assert_memory_equal(out, want_2, sizeof want_2);
}

static void a_token_is_the_first_64_bits_of_the_hmac_over_kind_and_value(void **state)
{
    unsigned char out[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state plain;
    uint64_t want = 0;
    struct cdi_tokeniser *made = tokeniser();
    (void)state;
    crypto_auth_hmacsha256_init(&plain, (const unsigned char *)key, 32);
    crypto_auth_hmacsha256_update(&plain, (const unsigned char *)"\5n8812", 6);
    crypto_auth_hmacsha256_final(&plain, out);
    for (int i = 0; i < 8; i++)
        want = want << 8 | out[i];
    assert_int_equal(cdi_token_id(made, CDI_TEXT("N-8812")), want);
    assert_int_equal(cdi_token_id(made, CDI_TEXT("N-8812")), want);     /* and again from the memo */
    cdi_tokeniser_destroy(made);
}

static void one_person_spelt_differently_has_one_name(void **state)
{
    static const char *const same[] = { "Zoe O'Neil-Smith", "ZOE ONEIL SMITH", "Mrs. Zo\xC3\xAB  O\xE2\x80\x99Neil Smith", "O'NEIL-SMITH, Zoe",
                                        "Miss Zoe\xCC\x88 ONeil-Smith" };
    struct cdi_tokeniser *made = tokeniser();
    uint64_t first = cdi_token_name(made, cdi_text_of(same[0]));
    (void)state;
    assert_int_not_equal(first, 0);
    for (size_t i = 1; i < sizeof same / sizeof *same; i++)
        assert_int_equal(cdi_token_name(made, cdi_text_of(same[i])), first);
    assert_int_not_equal(cdi_token_name(made, CDI_TEXT("Zoe Smith")), first);
    cdi_tokeniser_destroy(made);
}

static void values_that_name_nobody_have_no_token(void **state)
{
    static const char *const none[] = { "", " ", "Unknown", "N/K", "n.k", "-", "Mr" };
    struct cdi_tokeniser *made = tokeniser();
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        assert_int_equal(cdi_token_name(made, cdi_text_of(none[i])), 0);
        assert_int_equal(cdi_token_phonetic(made, cdi_text_of(none[i])), 0);
    }
    assert_int_equal(cdi_token_phone(made, CDI_TEXT("none")), 0);
    cdi_tokeniser_destroy(made);
}

static void surnames_that_sound_alike_with_one_initial_are_one(void **state)
{
    static const struct { const char *name, *want; } rows[] = {
        { "Robert Tymczak", "t522 r" }, { "Ann Pfister", "p236 a" }, { "Jo Ashcraft", "a261 j" }, { "Honeyman", "h555" },
        { "Smith, Adam", "s530 a" }, { "Mr Alan Smyth", "s530 a" } };
    char out[CDI_FOLD_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t size = cdi_fold_phonetic(cdi_text_of(rows[i].name), out);
        assert_int_equal(size, strlen(rows[i].want));
        assert_memory_equal(out, rows[i].want, size);
    }
}

/* What stands for a word that is no letter ("×"), or where the space for more ends, must not leave a name ending in a blank:
 * its last word would be read from beyond it. */
static void a_name_ends_in_a_letter_whatever_was_cut(void **state)
{
    (void)state;
    char out[CDI_FOLD_MAX], sound[CDI_FOLD_MAX], name[400];
    assert_int_equal(cdi_fold_name(CDI_TEXT("Ann \xC3\x97"), out), 3);
    assert_int_equal(cdi_fold_words(CDI_TEXT("a \xC3\x97 b"), out), 3);
    for (size_t size = 250; size < 260; size++) {
        name[0] = 's';
        name[1] = ',';
        memset(name + 2, 'a', size);
        size_t folded = cdi_fold_name((struct cdi_text){ name, size + 2 }, out);
        assert_in_range(folded, 1, CDI_FOLD_MAX);
        assert_int_not_equal(out[folded - 1], ' ');
        assert_in_range(cdi_fold_phonetic((struct cdi_text){ name, size + 2 }, sound), 4, 6);
    }
}

static void one_telephone_has_one_token(void **state)
{
    static const char *const same[] = { "07700 900123", "+44 7700 900123", "0044 7700-900123", "+44 (0)7700 900 123", "(07700) 900123" };
    char out[CDI_FOLD_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        assert_int_equal(cdi_fold_phone(cdi_text_of(same[i]), out), 11);
        assert_memory_equal(out, "07700900123", 11);
    }
}

static void equal_texts_of_different_kinds_have_different_tokens(void **state)
{
    struct cdi_tokeniser *made = tokeniser();
    (void)state;
    assert_int_not_equal(cdi_token_id(made, CDI_TEXT("1001")), cdi_token_uprn(made, CDI_TEXT("1001")));
    cdi_tokeniser_destroy(made);
}

static void another_key_gives_other_tokens_and_a_short_key_is_refused(void **state)
{
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    struct cdi_tokeniser *made = tokeniser(), *other = cdi_tokeniser_create("another key that is long enough....", 35, &err);
    (void)state;
    assert_int_not_equal(cdi_token_id(made, CDI_TEXT("N1")), cdi_token_id(other, CDI_TEXT("N1")));
    assert_int_not_equal(cdi_token_text(made, CDI_TEXT("N1")), cdi_token_text(other, CDI_TEXT("N1")));
    assert_null(cdi_tokeniser_create(key, 31, &err));
    assert_int_equal(err.code, CDI_ERROR_CONFIGURATION);
    cdi_tokeniser_destroy(made);
    cdi_tokeniser_destroy(other);
}

static void age_bands_change_on_the_birthday(void **state)
{
    struct cdi_civil born = { .year = 2010, .month = 11, .day = 5 }, day = { .year = 2026, .month = 11, .day = 4 };
    (void)state;
    assert_int_equal(cdi_age_band_at(&born, cdi_civil_to_utc(&day)), CDI_AGE_BAND_UNDER_16);
    day.day = 5;
    assert_int_equal(cdi_age_band_at(&born, cdi_civil_to_utc(&day)), CDI_AGE_BAND_UNDER_18);
    born.year = 2030;
    assert_int_equal(cdi_age_band_at(&born, cdi_civil_to_utc(&day)), CDI_AGE_BAND_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copied_keyed_state_gives_the_vectors_of_rfc_4231),
        cmocka_unit_test(a_token_is_the_first_64_bits_of_the_hmac_over_kind_and_value),
        cmocka_unit_test(one_person_spelt_differently_has_one_name),
        cmocka_unit_test(values_that_name_nobody_have_no_token),
        cmocka_unit_test(surnames_that_sound_alike_with_one_initial_are_one),
        cmocka_unit_test(a_name_ends_in_a_letter_whatever_was_cut),
        cmocka_unit_test(one_telephone_has_one_token),
        cmocka_unit_test(equal_texts_of_different_kinds_have_different_tokens),
        cmocka_unit_test(another_key_gives_other_tokens_and_a_short_key_is_refused),
        cmocka_unit_test(age_bands_change_on_the_birthday),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
