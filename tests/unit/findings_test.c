/* What the lexicon finds in an entry, and how it takes it: the promises of codec/lexicon, codec/findings and codec/lexicon_rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/lexicon.h"
#include "codec/lexicon_rows.h"

static const char phrases[] =
    "phrase,kind,pattern,words,marks\n"
    "him,list,him|her|me,,\n"
    "deny,negates,(no|not|nil|never|denies|without),,\n"
    "second,hearsay,heard that,,\n"
    "again,other,last month,,\n"
    "more,victims,(both|too),,\n"
    "more,victims,three people,,of_3\n"
    "house,no_denial,no #,,\n"
    "asked,question,asked (if|whether),,\n"
    "reply,reply,(if|whether) he (hit|slapped) {him} she said no,,\n"
    "reply,reply,(if|whether) he (hit|slapped) {him} and she said no,,\n"
    "not_all,takes_back,(but|later|yes),,\n"
    "register,record,(niche|pnc|previous),,\n"
    "hit,,(hit|punched|slapped) {him},somebody was hit,\n"
    "assault,,(assault|aslt|assaulted),assault,\n"
    "injury,,bruis*,an injury,\n"
    "injury,,(cut|mark) to ~2 (face|arm),,\n"
    "throat,,by the throat,held by the throat,\n"
    "kept_in,,would not let {him} leave,not allowed to leave,\n"
    "age,,# yo,an age,\n"
    "no_offence,fact,no offences,someone wrote no offences,\n";

static struct cdi_lexicon *lexicon;

static int open_lexicon(void **state)
{
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    (void)state;
    lexicon = cdi_lexicon_create(cdi_text_of(phrases), CDI_TEXT_NONE, &err);
    if (lexicon == NULL)
        print_error("%s: %s\n", err.where, err.text);
    return lexicon == NULL ? -1 : 0;
}

static int close_lexicon(void **state)
{
    (void)state;
    cdi_lexicon_destroy(lexicon);
    return 0;
}

/* The finding of that phrase; NULL if there is none. */
static const struct cdi_finding *found(const char *text, const char *phrase)
{
    static struct cdi_finding findings[16];
    bool more;
    size_t count = cdi_lexicon_find(lexicon, cdi_text_of(text), CDI_ENTRY_ROLE_CALL_TAKER, findings, 16, &more);
    assert_false(more);
    for (size_t i = 0; i < count; i++)
        if (findings[i].phrase == cdi_phrase_key(cdi_text_of(phrase)))
            return &findings[i];
    return NULL;
}

enum { ABSENT = -1 };

static int meant(const char *text, const char *phrase)
{
    const struct cdi_finding *finding = found(text, phrase);
    return finding == NULL ? ABSENT : finding->assertion;
}

static void a_phrase_is_found_whatever_its_case_spacing_and_apostrophes(void **state)
{
    static const char *const texts[] = {
        "HE HIT HER", "he  hit\n her", "he 'hit' her", "(hit her)", "HE\xE2\x80\x99S HIT HER", "then-hit her", "1950: hit her",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(meant(texts[i], "hit"), CDI_ASSERTION_ASSERTED);
}

static void only_whole_words_count_unless_a_beginning_is_asked_for(void **state)
{
    (void)state;
    assert_int_equal(meant("white herring", "hit"), ABSENT);
    assert_int_equal(meant("he hit heroics", "hit"), ABSENT);
    assert_int_equal(meant("arm badly bruised", "injury"), CDI_ASSERTION_ASSERTED);
    assert_int_equal(meant("unbruised fruit", "injury"), ABSENT);
}

static void control_room_abbreviations_are_words_of_a_pattern(void **state)
{
    (void)state;
    assert_int_equal(meant("INF RPTS ASLT O/S PUB", "assault"), CDI_ASSERTION_ASSERTED);
}

static void a_few_words_may_stand_where_the_pattern_says_so_and_no_more(void **state)
{
    (void)state;
    assert_int_equal(meant("cut to face", "injury"), CDI_ASSERTION_ASSERTED);
    assert_int_equal(meant("cut to his left arm", "injury"), CDI_ASSERTION_ASSERTED);
    assert_int_equal(meant("cut to what was once his arm", "injury"), ABSENT);
    assert_int_equal(meant("girl 14yo", "age"), CDI_ASSERTION_ASSERTED);
}

static void a_pattern_never_runs_into_the_next_sentence(void **state)
{
    (void)state;
    assert_int_equal(meant("there was a cut to. Arm of the chair gone", "injury"), ABSENT);
}

static void a_denial_before_it_denies_to_the_end_of_its_clause(void **state)
{
    static const struct { const char *text; int meant; } cases[] = {
        { "no assault", CDI_ASSERTION_NEGATED },
        { "denies he hit her", CDI_ASSERTION_NEGATED },
        { "no complaints of assault or anything else", CDI_ASSERTION_NEGATED },
        { "no reply at door. assault reported", CDI_ASSERTION_ASSERTED },
        { "no weapons but there was an assault", CDI_ASSERTION_ASSERTED },
        { "no weapons - assault on partner", CDI_ASSERTION_ASSERTED },
        { "not known to us and lives with his mum and dad somewhere in town since the assault", CDI_ASSERTION_ASSERTED },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *phrase = strstr(cases[i].text, "hit her") != NULL ? "hit" : "assault";
        assert_int_equal(meant(cases[i].text, phrase), cases[i].meant);
    }
}

static void an_answer_after_it_denies_it(void **state)
{
    (void)state;
    assert_int_equal(meant("bruising? no", "injury"), CDI_ASSERTION_NEGATED);
    assert_int_equal(meant("BRUISING - NIL", "injury"), CDI_ASSERTION_NEGATED);
    assert_int_equal(meant("assault: never", "assault"), CDI_ASSERTION_NEGATED);
    assert_int_equal(meant("bruising? yes", "injury"), CDI_ASSERTION_ASSERTED);
    assert_int_equal(meant("bruising. No camera", "injury"), CDI_ASSERTION_ASSERTED);
}

static void what_she_was_asked_is_denied_by_her_no_if_that_is_all_she_says(void **state)
{
    static const struct { const char *text; int meant; } cases[] = {
        { "asked if he hit her, she said no", CDI_ASSERTION_NEGATED },
        { "asked whether he hit her and she said no. all in order", CDI_ASSERTION_NEGATED },
        { "asked whether he hit her, she said no - parties separated", CDI_ASSERTION_NEGATED },
        { "asked if he hit her", CDI_ASSERTION_ASSERTED },
        { "asked if he hit her, she said yes", CDI_ASSERTION_ASSERTED },
        { "asked if he hit her, he said no", CDI_ASSERTION_ASSERTED },
        { "asked if he hit her, she said no comment", CDI_ASSERTION_ASSERTED },
        { "asked if he hit her, she said no but cried", CDI_ASSERTION_ASSERTED },
        { "asked if he hit her, she said no. later she told her mum that he had", CDI_ASSERTION_ASSERTED },
        { "asked if he hit her. she said no", CDI_ASSERTION_ASSERTED },
        { "she wonders if he hit her, she said no", CDI_ASSERTION_ASSERTED },
        { "asked if he hit me, she said yes, asked if he slapped me, she said no", CDI_ASSERTION_ASSERTED },
        { "he hit her, asked if he slapped her she said no", CDI_ASSERTION_ASSERTED },
        { "asked if he slapped her she said no. he hit her", CDI_ASSERTION_ASSERTED },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(meant(cases[i].text, "hit"), cases[i].meant);
}

static void a_pattern_that_holds_a_denial_is_not_denied_by_it(void **state)
{
    (void)state;
    assert_int_equal(meant("he would not let her leave", "kept_in"), CDI_ASSERTION_ASSERTED);
}

static void a_fact_about_the_log_is_never_denied(void **state)
{
    (void)state;
    assert_int_equal(meant("not happy, no offences", "no_offence"), CDI_ASSERTION_ASSERTED);
}

static void hearsay_is_second_hand(void **state)
{
    (void)state;
    assert_int_equal(meant("heard that he hit her", "hit"), CDI_ASSERTION_HEARSAY);
}

static void the_number_of_a_house_denies_nothing(void **state)
{
    (void)state;
    assert_int_equal(meant("at no 14 he hit her", "hit"), CDI_ASSERTION_ASSERTED);
    assert_int_equal(meant("no he hit her", "hit"), CDI_ASSERTION_NEGATED);
    assert_int_equal(meant("he never hit her at no 14", "hit"), CDI_ASSERTION_NEGATED);
}

static void the_strongest_way_of_saying_it_stands(void **state)
{
    (void)state;
    assert_int_equal(meant("no assault he says. she says assault", "assault"), CDI_ASSERTION_ASSERTED);
    assert_int_equal(meant("she says assault. he says no assault", "assault"), CDI_ASSERTION_ASSERTED);
}

static void another_occasion_and_further_victims_are_marked(void **state)
{
    (void)state;
    assert_int_equal(found("last month he hit her", "hit")->other_occasion, 1);
    assert_int_equal(found("tonight he hit her", "hit")->other_occasion, 0);
    assert_int_equal(found("he hit her and slapped me too", "hit")->victims, 1);
    assert_int_equal(found("he hit her", "hit")->victims, 0);
    assert_int_equal(found("he hit her and three people more", "hit")->victims, 2);
    assert_int_equal(found("three people, both hit her", "hit")->victims, 2);
}

static void what_is_read_from_a_register_is_not_disclosed_now(void **state)
{
    (void)state;
    assert_int_equal(meant("NICHE: 2 LOGS, ASSAULT IN MAY", "assault"), ABSENT);
    assert_int_equal(meant("PNC CHECK DONE. assault on wife tonight", "assault"), CDI_ASSERTION_ASSERTED);
    assert_int_equal(meant("caller mentions niche, assault tonight", "assault"), CDI_ASSERTION_ASSERTED);
}

static void what_the_system_writes_is_nobodys_account(void **state)
{
    struct cdi_finding findings[4];
    bool more;
    (void)state;
    assert_int_equal(cdi_lexicon_find(lexicon, CDI_TEXT("ASSAULT"), CDI_ENTRY_ROLE_SYSTEM, findings, 4, &more), 0);
}

static void findings_beyond_the_room_are_said_to_be_there(void **state)
{
    struct cdi_finding findings[1];
    bool more;
    (void)state;
    assert_int_equal(cdi_lexicon_find(lexicon, CDI_TEXT("assault, bruising"), CDI_ENTRY_ROLE_OFFICER, findings, 1, &more), 1);
    assert_true(more);
}

static void any_bytes_at_all_are_read_without_harm(void **state)
{
    char text[600];
    struct cdi_finding findings[16];
    bool more;
    const char *given = getenv("SEED");
    unsigned seed = given == NULL ? 7 : (unsigned)strtoul(given, NULL, 10);
    (void)state;
    for (int round = 0; round < 2000; round++) {
        size_t size = (size_t)(rand_r(&seed) % (int)sizeof text);
        for (size_t i = 0; i < size; i++)
            text[i] = (char)(rand_r(&seed) % 3 == 0 ? rand_r(&seed) : " hit her. no assault-bruise"[rand_r(&seed) % 27]);
        cdi_lexicon_find(lexicon, (struct cdi_text){ text, size }, CDI_ENTRY_ROLE_CALL_TAKER, findings, 16, &more);
    }
}

static void a_bad_pattern_is_refused_with_its_place_and_what_to_do(void **state)
{
    static const struct { const char *row, *where, *words; } cases[] = {
        { "a,,{nobody} hit,words,", "phrases.csv:2:3", "no list above" },
        { "a,,~ hit,words,", "phrases.csv:2:3", "between two words" },
        { "a,,hit ~,words,", "phrases.csv:2:3", "ends with a word" },
        { "a,,ex-partner,words,", "phrases.csv:2:3", "not one word" },
        { "a,spam,hit,words,", "phrases.csv:2:2", "not one of its words" },
        { "a,,,words,", "phrases.csv:2:3", "" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char bytes[200];
        struct cdi_error err = { .code = CDI_ERROR_NONE };
        snprintf(bytes, sizeof bytes, "phrase,kind,pattern,words,marks\n%s\n", cases[i].row);
        assert_null(cdi_lexicon_create(cdi_text_of(bytes), CDI_TEXT_NONE, &err));
        assert_string_equal(err.where, cases[i].where);
        assert_non_null(strstr(err.text, cases[i].words));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_phrase_is_found_whatever_its_case_spacing_and_apostrophes),
        cmocka_unit_test(only_whole_words_count_unless_a_beginning_is_asked_for),
        cmocka_unit_test(control_room_abbreviations_are_words_of_a_pattern),
        cmocka_unit_test(a_few_words_may_stand_where_the_pattern_says_so_and_no_more),
        cmocka_unit_test(a_pattern_never_runs_into_the_next_sentence),
        cmocka_unit_test(a_denial_before_it_denies_to_the_end_of_its_clause),
        cmocka_unit_test(an_answer_after_it_denies_it),
        cmocka_unit_test(what_she_was_asked_is_denied_by_her_no_if_that_is_all_she_says),
        cmocka_unit_test(a_pattern_that_holds_a_denial_is_not_denied_by_it),
        cmocka_unit_test(a_fact_about_the_log_is_never_denied),
        cmocka_unit_test(hearsay_is_second_hand),
        cmocka_unit_test(the_strongest_way_of_saying_it_stands),
        cmocka_unit_test(the_number_of_a_house_denies_nothing),
        cmocka_unit_test(another_occasion_and_further_victims_are_marked),
        cmocka_unit_test(what_is_read_from_a_register_is_not_disclosed_now),
        cmocka_unit_test(what_the_system_writes_is_nobodys_account),
        cmocka_unit_test(findings_beyond_the_room_are_said_to_be_there),
        cmocka_unit_test(any_bytes_at_all_are_read_without_harm),
        cmocka_unit_test(a_bad_pattern_is_refused_with_its_place_and_what_to_do),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, open_lexicon, close_lexicon);
}
