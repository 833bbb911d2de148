/* A document in words: both forms say the same, whatever the document holds neither obeys it, and no word of ours lacks words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/explain.h"
#include "codec/harmless.h"
#include "codec/summary.h"
#include "codec/words.h"
#include "edge/rulebook.h"

static struct cdi_rulebook *rulebook;
static struct cdi_json *json;
static const struct cdi_instant now = { INT64_C(1793707200000) };       /* 2026-11-03T12:00:00Z */

static int open_tables(void **state)
{
    (void)state;
    rulebook = cdi_rulebook_load(NULL, NULL, NULL, NULL);
    json = cdi_json_create(CDI_JSON_READER_JANSSON, NULL);
    return rulebook == NULL || json == NULL ? -1 : 0;
}

static int close_tables(void **state)
{
    (void)state;
    cdi_rulebook_destroy(rulebook);
    cdi_json_destroy(json);
    return 0;
}

static struct cdi_value read_document(const char *text)
{
    const struct cdi_json_node *nodes = NULL;
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    if (!cdi_json_read(json, text, strlen(text), &nodes, &err))
        fail_msg("%s in %s", err.text, text);
    return (struct cdi_value){ nodes, nodes };
}

/* ---- every word has words ---- */

#define ALL_HAVE_WORDS(list, upper, words) \
    for (int i = 0; i < CDI_##upper##_COUNT; i++) { \
        struct cdi_text word = cdi_text_of(cdi_##list##_word((enum cdi_##list)i)), said = words(word); \
        if (said.size == 0 || memchr(said.at, '_', said.size) != NULL) \
            fail_msg(#words " has no words for %s", word.at); \
    }

static void every_word_of_a_document_has_words(void **state)
{
    (void)state;
    ALL_HAVE_WORDS(past_kin, PAST_KIN, cdi_words_past_kin)
    ALL_HAVE_WORDS(past_kind, PAST_KIND, cdi_words_past_kind)
    ALL_HAVE_WORDS(state, STATE, cdi_words_state)
    ALL_HAVE_WORDS(state, STATE, cdi_words_state_short)
    ALL_HAVE_WORDS(state, STATE, cdi_words_event)
    ALL_HAVE_WORDS(stage, STAGE, cdi_words_stage)
    ALL_HAVE_WORDS(stage, STAGE, cdi_words_event)
    ALL_HAVE_WORDS(lifecycle, LIFECYCLE, cdi_words_lifecycle)
    ALL_HAVE_WORDS(mark, MARK, cdi_words_mark)
    ALL_HAVE_WORDS(mark, MARK, cdi_words_mark_short)
    ALL_HAVE_WORDS(risk, RISK, cdi_words_risk)
    ALL_HAVE_WORDS(category, CATEGORY, cdi_words_category)
    ALL_HAVE_WORDS(caller_role, CALLER_ROLE, cdi_words_caller)
    ALL_HAVE_WORDS(qualifier, QUALIFIER, cdi_words_qualifier)
    ALL_HAVE_WORDS(disposal_field, DISPOSAL_FIELD, cdi_words_missing)
    ALL_HAVE_WORDS(refusal, REFUSAL, cdi_words_refused)
    ALL_HAVE_WORDS(how, HOW, cdi_words_how)
}

static void every_reason_and_every_class_has_words_and_its_key(void **state)
{
    char words[CDI_WORDS_SIZE], key[40];
    (void)state;
    for (int i = CDI_REASON_NONE + 1; i < CDI_REASON_COUNT; i++) {
        struct cdi_text reason = cdi_text_of(cdi_reason_word((enum cdi_reason)i));
        snprintf(key, sizeof key, " (%s)", reason.at);
        assert_non_null(strstr(cdi_words_reason(&rulebook->tables, reason, words), key));
        assert_true(strlen(words) > strlen(key));
    }
    for (size_t i = 0; i < rulebook->tables.offence_count; i++) {
        snprintf(key, sizeof key, " (%.*s)", CDI_TEXT_ARGS(rulebook->tables.offences[i].klass));
        assert_non_null(strstr(cdi_words_class(&rulebook->tables, rulebook->tables.offences[i].klass, words), key));
        assert_true(strlen(words) > strlen(key));
    }
    assert_non_null(strstr(cdi_words_reason(&rulebook->tables, CDI_TEXT_NONE, words), "ends nothing"));
}

static void unknown_words_stay_what_they_are_side_by_side(void **state)
{
    (void)state;
    struct cdi_text one = cdi_words_mark(CDI_TEXT("rumoured")), other = cdi_words_mark(CDI_TEXT("hushed_up"));
    assert_true(cdi_text_is(one, "rumoured"));
    assert_true(cdi_text_is(other, "hushed_up"));
    assert_true(cdi_text_is(cdi_words_stage(CDI_TEXT("dusk")), "dusk"));
    assert_true(cdi_text_is(cdi_words_event(CDI_TEXT("dusk")), "dusk"));
}

static void unsure_is_said_so_that_it_is_true_of_a_match_and_of_a_silence(void **state)
{
    (void)state;
    const char *words = cdi_words_mark(CDI_TEXT("unsure")).at;
    assert_non_null(strstr(words, "comparing"));
    assert_non_null(strstr(words, "source"));
}

/* ---- both forms say the same ---- */

/* Words parted by single spaces: line ends, indents and the dashes of points are the form's. */
static void squeeze(struct cdi_body *out, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        bool space = *at == ' ' || *at == '\n';
        if (!space)
            cdi_body_add(out, at, 1);
        else if (out->size > 0 && out->at[out->size - 1] != ' ')
            cdi_body_add(out, " ", 1);
    }
}

/* What is left of HTML without its elements; a label has its colon. */
static char *without_markup(const char *html)
{
    static const struct { const char *markup, *means; } known[] = {
        { "</dt><dd>", ": " }, { "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { "&quot;", "\"" }, { "&#39;", "'" },
    };
    struct cdi_body plain = { .at = NULL }, squeezed = { .at = NULL };
    while (*html != '\0') {
        size_t i = 0, size = 1;
        while (i < sizeof known / sizeof *known && strncmp(html, known[i].markup, strlen(known[i].markup)) != 0)
            i++;
        if (i < sizeof known / sizeof *known) {
            cdi_body_say(&plain, "%s", known[i].means);
            size = strlen(known[i].markup);
        } else if (*html == '<') {
            size = strcspn(html, ">") + 1;
        } else {
            cdi_body_add(&plain, html, 1);
        }
        html += size;
    }
    squeeze(&squeezed, plain.at);
    cdi_body_free(&plain);
    return squeezed.at;
}

/* The text form after its title, a block a line, without the dashes of points. */
static char *without_layout(const char *text)
{
    struct cdi_body plain = { .at = NULL }, squeezed = { .at = NULL };
    for (const char *line = strchr(text, '\n') + 1; *line != '\0'; line += strcspn(line, "\n"), line += *line == '\n') {
        const char *from = strncmp(line, "    - ", 6) == 0 ? line + 6 : line;
        cdi_body_say(&plain, "%.*s\n", (int)strcspn(from, "\n"), from);
    }
    squeeze(&squeezed, plain.at);
    cdi_body_free(&plain);
    return squeezed.at;
}

static void both_forms_say_the_same(struct cdi_value document)
{
    struct cdi_body text = { .at = NULL }, html = { .at = NULL };
    cdi_explain_text(&text, 100000, false, &rulebook->tables, document, NULL, now);
    cdi_explain_html(&html, &rulebook->tables, document, NULL, now);
    assert_false(text.failed || html.failed);
    char *from_text = without_layout(text.at), *from_html = without_markup(html.at);
    assert_string_equal(from_text, from_html);
    free(from_text);
    free(from_html);
    cdi_body_free(&text);
    cdi_body_free(&html);
}

/* Every part that a document may have. */
static const char whole[] =
    "{\"alert\":\"5f3a\",\"incident\":\"D-1\",\"report\":4,\"area\":{\"bcu\":\"North\",\"beat\":\"N4\"},\"unit\":\"CR-3\",\"opened_as\":\"PSW-DOM\","
    "\"closed_as\":\"X<Y\",\"channel\":\"999\",\"caller_role\":\"victim\",\"state\":\"matched_unverified\",\"stage\":\"breach\","
    "\"lifecycle\":\"acknowledged\",\"marks\":[\"breached\",\"unsure\"],\"watches\":[\"opened_domestic\",\"later_word\"],\"risk\":\"da_violence\","
    "\"watch_reasons\":[{\"watch\":\"opened_domestic\",\"since\":\"2026-11-02T05:00:00Z\",\"because\":[{\"rule\":\"opened:PSW-DOM\"},"
    "{\"rule\":\"term:cuckooing\",\"entry\":3,\"said\":\"negated\"},{\"rule\":\"class:8N\",\"p\":0.31},{\"rule\":\"without:recorded\"}]}],"
    "\"received_at\":\"2026-11-01T09:00:00Z\",\"same_day_at\":\"2026-11-02T00:00:00Z\",\"due_at\":\"2026-11-02T09:00:00Z\","
    "\"next_stage_at\":\"2026-11-03T13:00:00Z\",\"detected_late_by_s\":7200,\"overdue_days\":2,\"likely\":[{\"class\":\"8N\",\"category\":\"VAP\","
    "\"p\":0.93,\"evidence\":[{\"rule\":\"prior\",\"weight\":-6.0},{\"rule\":\"opened:PSW-DOM\",\"weight\":0.8},"
    "{\"rule\":\"phrase:hit\",\"entry\":4,\"weight\":4.1,\"negated\":false},{\"rule\":\"phrase:verbal_only\",\"weight\":-2,\"negated\":true},"
    "{\"rule\":\"qualifier:domestic\",\"weight\":2.0},{\"rule\":\"channel:999\",\"weight\":0.1}]},{\"class\":\"105A\",\"category\":\"VAP\",\"p\":1,"
    "\"evidence\":[{\"rule\":\"phrase:hit\",\"entry\":4,\"weight\":3.0,\"negated\":false}]}],\"due\":2,\"recorded\":1,"
    "\"linked\":[{\"crime\":\"C-7\",\"class\":\"105A\",\"how\":\"scored\",\"weight\":9,\"recorded_at\":\"2026-11-03T10:30:00Z\",\"late_by_s\":5400}],"
    "\"alternatives\":[{\"crime\":\"C-7\",\"class\":\"105A\",\"evidence\":[{\"level\":\"same uprn\",\"weight\":5.1}]},{\"crime\":\"C-9\","
    "\"class\":\"8N\",\"evidence\":[{\"level\":\"same phone\",\"weight\":5.1},{\"level\":\"elsewhere\",\"weight\":-1}]}],"
    "\"disposal\":{\"reason\":\"NEG\",\"missing\":[\"rationale\",\"endorsed_by\"],\"endorsed_by\":\"S \\\"4\\\"\"},\"owner\":\"j.smith\","
    "\"acknowledged_until\":\"2026-11-03T15:00:00Z\",\"escalation\":2,\"notes\":[{\"at\":\"2026-11-03T11:00:00Z\",\"by\":\"j.smith\","
    "\"text\":\"rang & <left> word\"}],\"history\":[{\"at\":\"2026-11-02T09:00:00Z\",\"what\":\"breach\"}],\"published\":["
    "{\"at\":\"2026-11-02T09:00:01Z\",\"what\":\"breach\"},{\"at\":\"2026-11-02T19:00:00Z\",\"what\":\"retracted: late message\"}]}";

static char *form_of(struct cdi_value document, bool html)
{
    struct cdi_body body = { .at = NULL };
    if (html)
        cdi_explain_html(&body, &rulebook->tables, document, NULL, now);
    else
        cdi_explain_text(&body, 80, false, &rulebook->tables, document, NULL, now);
    assert_false(body.failed);
    return body.at;
}

static void holds_all(const char *text, const char *const *wanted)
{
    for (; *wanted != NULL; wanted++)
        if (strstr(text, *wanted) == NULL)
            fail_msg("'%s' is not in:\n%s", *wanted, text);
}

static void whatever_the_document_says_both_forms_say_it_alike(void **state)
{
    (void)state;
    both_forms_say_the_same(read_document(whole));
    both_forms_say_the_same(read_document("{}"));
    both_forms_say_the_same(read_document("{\"state\":\"cleared\",\"stage\":null,\"disposal\":{\"reason\":null,\"missing\":[]}}"));
    both_forms_say_the_same(read_document("{\"likely\":[1,{}],\"marks\":{\"a\":2},\"linked\":[[]],\"history\":[null],\"late\":9e99}"));
}

static void the_page_is_sections_with_headings_lists_and_instants(void **state)
{
    (void)state;
    char *html = form_of(read_document(whole), true);
    static const char *const wanted[] = {
        "<section>\n<h2>What was reported</h2>\n", "<dl>\n<dt>Risk</dt><dd>domestic violence</dd>\n", "<li>The 24 hours passed",
        "<dt>Owner</dt><dd>j.smith</dd>", "<dt>Acknowledged until</dt><dd><time datetime=\"2026-11-03T15:00:00Z\">Tue 3 Nov 2026 15:00</time>, in 3 h 0 min</dd>",
        "<dt>Watched for</dt><dd>opened as domestic, closed without a crime, since <time datetime=\"2026-11-02T05:00:00Z\">Mon 2 Nov 2026 05:00</time>: "
        "it was opened as Domestic incident (PSW-DOM); the log says, and denies: a home taken over by dealers (entry 3); assault with injury (8N), "
        "31 in 100; no crime is recorded</dd>", "<dt>Watched for</dt><dd>later_word</dd>", "rang &amp; &lt;left&gt; word", "taken back: a message came late",
        "2 acknowledgements ran out", "became known 2 h 0 min after", "C-7 was only found by comparing", "S &quot;4&quot;", NULL
    };
    holds_all(html, wanted);
    assert_null(strstr(html, "style"));
    static const char *const paired[] = { "section", "ul", "dl", "p", "li", "h2", "dd", "dt", "time" };
    for (size_t i = 0; i < sizeof paired / sizeof *paired; i++) {
        char tag[20];
        int depth = 0, seen = 0;
        for (const char *at = html; (at = strchr(at, '<')) != NULL; at++) {
            snprintf(tag, sizeof tag, "/%s>", paired[i]);
            depth -= strncmp(at + 1, tag, strlen(tag)) == 0;
            bool opens = strncmp(at + 1, paired[i], strlen(paired[i])) == 0 && strchr(" >", at[1 + strlen(paired[i])]) != NULL;
            depth += opens;
            seen += opens;
            assert_in_range(depth, 0, 1);
        }
        assert_true(depth == 0 && seen > 0);
    }
    free(html);
}

/* ---- what to do ---- */

static void says(const char *document, const char *wanted, const char *unwanted)
{
    char *text = form_of(read_document(document), true);
    if (strstr(text, wanted) == NULL)
        fail_msg("'%s' is not in:\n%s", wanted, text);
    if (unwanted != NULL && strstr(text, unwanted) != NULL)
        fail_msg("'%s' is in:\n%s", unwanted, text);
    free(text);
}

#define LIKELY(klass) "\"due\":1,\"recorded\":0,\"likely\":[{\"class\":\"" klass "\",\"evidence\":[]}]"

static void a_record_is_looked_at_before_another_is_made(void **state)
{
    (void)state;
    says("{\"state\":\"matched_unverified\"," LIKELY("58C") ",\"linked\":[{\"crime\":\"C-1\",\"class\":\"48\",\"how\":\"explicit\"}]}",
         "<li>A crime is linked, but it is not what is due", "only found by comparing");
    says("{\"state\":\"matched_unverified\",\"due\":2,\"recorded\":1,\"linked\":[{\"crime\":\"C-1\",\"how\":\"explicit\"}]}",
         "<li>Record 1 more crime,", "it is not what is due");
    static const char closed[] = "{\"state\":\"open\",\"due\":1,\"recorded\":0,\"likely\":[{\"class\":\"8N\",\"evidence\":["
                                 "{\"rule\":\"closed:CRM\",\"weight\":3.5}]}],\"linked\":[%s]}";
    char text[400];
    snprintf(text, sizeof text, closed, "");
    says(text, "The log was closed as a crime, but no crime record is linked", NULL);
    snprintf(text, sizeof text, closed, "{\"crime\":\"C-1\",\"how\":\"explicit\"}");
    says(text, "<li>Record 1 crime,", "closed as a crime, but");
}

static void what_the_recording_rule_asks_of_this_report_is_said(void **state)
{
    (void)state;
    says("{\"state\":\"open\",\"caller_role\":\"other\"," LIKELY("92A") "}", "points to prove", "third party");
    says("{\"state\":\"open\",\"caller_role\":\"witness\"," LIKELY("8N") "}", "A third party reports it", "points to prove");
    says("{\"state\":\"open\",\"caller_role\":\"professional\"," LIKELY("8N") "}", "<li>Record 1 crime,", "third party");
    says("{\"state\":\"open\",\"risk\":\"rape\"," LIKELY("19C") "}", "needs an N100", "third party");
    says("{\"state\":\"open\",\"risk\":\"child\"," LIKELY("8N") "}", "<li>Record 1 crime,", "N100");
}

static void an_incomplete_decision_is_completed_or_the_crime_recorded_and_that_is_said_once(void **state)
{
    (void)state;
    says("{\"state\":\"incomplete_clear\"," LIKELY("8N") ",\"disposal\":{\"reason\":\"NEG\",\"missing\":[\"rationale\"]}}",
         "Complete the decision with: a rationale that says why. Or record what is due.", "or enter the reason");
    says("{\"state\":\"incomplete_clear\"," LIKELY("8N") ",\"disposal\":{\"reason\":\"CRI-1A\",\"missing\":[],\"refused\":\"caller\"}}",
         "It does not end this report: not for a report by this caller.", "Complete the decision");
}

static void what_was_settled_late_or_unendorsed_still_asks_for_something(void **state)
{
    (void)state;
    says("{\"state\":\"satisfied\",\"marks\":[\"late\",\"late_without_rationale\"]}", "say why it was recorded late.", "Have the registrar");
    says("{\"state\":\"satisfied\",\"marks\":[\"late\",\"late_without_oversight\"]}", "Have the registrar look", "say why it was recorded late.");
    says("{\"state\":\"satisfied\",\"marks\":[\"late\"]}", "<p>Nothing, unless", "Have the registrar");
    says("{\"state\":\"cleared\",\"marks\":[\"unendorsed\",\"victim_not_told\"]}", "Have the decision endorsed", "Have the registrar");
    says("{\"state\":\"cleared\",\"marks\":[\"victim_not_told\"]}", "See that the victim is told", "Have the decision endorsed");
    says("{\"state\":\"satisfied\",\"marks\":[\"unendorsed\"]}", "<p>Nothing, unless", "Have the decision endorsed");
}

static void how_the_number_due_came_about_is_said(void **state)
{
    (void)state;
    static const char two[] = "{\"due\":%d,\"likely\":[{\"class\":\"58C\"},{\"class\":\"48\"}]}";
    char text[200];
    snprintf(text, sizeof text, two, 1);
    says(text, "(principal crime rule): criminal damage to a vehicle (58C).", "for each victim");
    snprintf(text, sizeof text, two, 2);
    says(text, "2 crimes are due", "principal crime rule");
    says("{\"due\":2,\"likely\":[{\"class\":\"8N\"}]}", "for several victims, owners or offenders.", "principal crime rule");
    says("{\"state\":\"open\",\"due\":2,\"unanswered\":[\"8N\",\"48\"]}",
         "<dt>Still to be answered</dt><dd>assault with injury (8N); theft of a vehicle (48)</dd>", NULL);
    says("{\"state\":\"cleared\",\"due\":1,\"unanswered\":[\"8N\"]}", "1 crime is due", "Still to be answered");
}

static void the_earlier_logs_that_it_goes_by_are_said(void **state)
{
    (void)state;
    static const char earlier[] =
        "{\"likely\":[{\"class\":\"8L\",\"p\":0.6,\"evidence\":[{\"rule\":\"history:course_of_conduct\",\"weight\":2.0,\"times\":%d,\"days\":90}]}],"
        "\"earlier\":[{\"incident\":\"DPP-1\",\"received_at\":\"2026-11-01T09:00:00Z\",\"same\":\"pair\",\"kinds\":[\"conduct\",\"domestic\"]}]}";
    static const char *const times[] = { "(once in 90 days)", "(twice in 90 days)", "(3 times in 90 days)" };
    char text[600];
    for (int i = 1; i <= 3; i++) {
        snprintf(text, sizeof text, earlier, i);
        says(text, "it is not the first: the same person targeted the same victim before ", NULL);
        says(text, times[i - 1], NULL);
    }
    says(text, "Earlier logs that this goes by", NULL);
    says(text, "DPP-1, the same victim and suspect: somebody was targeted, domestic.", NULL);
    says("{\"likely\":[{\"class\":\"8L\",\"p\":0.6,\"evidence\":[]}]}", "harassment (8L)", "Earlier logs");
}

static void what_the_victim_confirmed_is_no_third_partys_report_any_more(void **state)
{
    (void)state;
    static const char log[] = "{\"state\":\"open\",\"risk\":\"rape\",\"caller_role\":\"other\",\"due\":1,\"likely\":[{\"class\":\"19C\"%s}]}";
    char text[200];
    snprintf(text, sizeof text, log, "");
    says(text, "ask the victim", "has confirmed it");
    says(text, "needs an N100", NULL);
    snprintf(text, sizeof text, log, ",\"confirmed\":true");
    says(text, "The victim has confirmed it: it is to be recorded", "ask the victim");
    says(text, "a report of its own", "needs an N100");
}

static void the_force_that_records_it_is_named(void **state)
{
    (void)state;
    says("{\"disposal\":{\"reason\":\"CRI-2\",\"missing\":[],\"other_force\":\"ken\"}}", "<dt>The other force</dt><dd>ken</dd>", NULL);
    says("{\"disposal\":{\"reason\":\"NSIR\",\"missing\":[]}}", "The stated reason", "other force");
}

#define AT(time) "{\"at\":\"2026-11-02T" time "Z\",\"what\":\"breach\"}"

static void what_was_published_at_its_time_is_not_said_twice(void **state)
{
    (void)state;
    says("{\"history\":[" AT("09:00:00") "],\"published\":[" AT("09:04:59") "]}", "The clock", "What was published");
    says("{\"history\":[" AT("09:00:00") "],\"published\":[" AT("09:05:00") "]}", "What was published", NULL);
    says("{\"history\":[" AT("09:00:00") "],\"published\":[]}", "The clock", "What was published");
    says("{\"history\":[],\"published\":[" AT("09:00:00") "]}", "What was published", NULL);
    says("{\"detected_late_by_s\":299}", "The clock", "became known");
    says("{\"detected_late_by_s\":300}", "became known 5 min after", NULL);
}

static void of_stages_that_began_in_one_instant_the_last_is_shown(void **state)
{
    (void)state;
    says("{\"history\":[{\"at\":\"2026-11-02T09:00:00Z\",\"what\":\"urgent\"},{\"at\":\"2026-11-02T09:00:00Z\",\"what\":\"breach\"}]}",
         "overdue: past the deadline", "urgent:");
    says("{\"history\":[{\"at\":\"2026-11-02T09:00:00Z\",\"what\":\"open\"},{\"at\":\"2026-11-02T09:00:00Z\",\"what\":\"breach\"}]}",
         "open: no crime is recorded", NULL);
    says("{\"history\":[{\"at\":\"2026-11-02T08:00:00Z\",\"what\":\"urgent\"},{\"at\":\"2026-11-02T09:00:00Z\",\"what\":\"breach\"}]}",
         "urgent:", NULL);
}

static void what_a_linked_crime_is_worth_is_said(void **state)
{
    static const char linked[] = "{\"linked\":[{\"crime\":\"C-1\",\"class\":\"49\",\"how\":\"explicit\",\"standing\":\"%s\",\"answers\":%s}]}";
    static const struct { const char *standing, *answers, *wanted, *unwanted; } cases[] = {
        { "counts", "\"49\"", "or the crime&#39;s to the log.</li>", "counted for" },
        { "counts", "\"42\"", "It is counted for theft of mail (42).", "none of what is due" },
        { "counts", "null", "It answers none of what is due.", "counted for" },
        { "answered", "\"49\"", "with all that this needs", "without all" },
        { "withdrawn", "null", "without all that this needs", "none of what is due" },
        { "none", "null", "It is no recorded crime", "recorded <time" },
        { "n100", "\"19C\"", "why the rape is not recorded", "counted for" },
    };
    char text[300];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(text, sizeof text, linked, cases[i].standing, cases[i].answers);
        says(text, cases[i].wanted, cases[i].unwanted);
    }
}

static void of_a_crime_it_is_said_whether_it_came_too_early_or_after_the_deadline(void **state)
{
#define LINKED(recorded, late, answers) \
    "\"received_at\":\"2026-11-02T09:00:00Z\",\"due\":1,\"recorded\":0,\"linked\":[{\"crime\":\"C-1\",\"class\":\"8L\",\"how\":\"explicit\"," \
    "\"recorded_at\":\"" recorded "\",\"late_by_s\":" late ",\"standing\":\"counts\",\"answers\":" answers "}]}"
    (void)state;
    says("{\"state\":\"matched_unverified\"," LINKED("2026-08-03T09:00:00Z", "0", "null"), "It was recorded before this was reported",
         "compare its class");
    says("{\"state\":\"matched_unverified\"," LINKED("2026-08-03T09:00:00Z", "0", "null"), "Only conduct goes on in one", "compare its class");
    says("{\"state\":\"matched_unverified\"," LINKED("2026-11-02T09:00:00Z", "0", "null"), "compare its class", "before this was reported");
    says("{\"state\":\"matched_unverified\",\"likely\":[{\"class\":\"8M\",\"graver\":true,\"evidence\":[]}]," LINKED("2026-11-02T08:00:00Z", "0", "null"),
         "have that crime reclassified as what is due", "Only conduct goes on in one");
    says("{\"state\":\"matched_unverified\",\"likely\":[{\"class\":\"8M\",\"evidence\":[]}]," LINKED("2026-11-02T08:00:00Z", "0", "null"),
         "Only conduct goes on in one", "reclassified");
    says("{\"state\":\"satisfied\",\"marks\":[\"late\"]," LINKED("2026-11-03T10:00:00Z", "3600", "\"8L\""), "late by 1 h 0 min",
         "answered otherwise");
    says("{\"state\":\"satisfied\",\"marks\":[]," LINKED("2026-11-03T10:00:00Z", "3600", "\"8L\""), "answered otherwise", "late by");
}

static void what_a_replay_tells_of_a_later_time_than_it_is_read_at_is_said_to_lie_ahead(void **state)
{
    static const char ahead[] = "It was judged up to <time datetime=\"2026-11-03T12:05:01Z\">";
    (void)state;
    says("{\"state\":\"open\",\"stage\":\"breach\",\"history\":[{\"at\":\"2026-11-03T12:05:01Z\",\"what\":\"breach\"}]}", ahead, NULL);
    says("{\"state\":\"open\",\"history\":[{\"at\":\"2026-11-03T09:00:00Z\",\"what\":\"open\"}],"
         "\"published\":[{\"at\":\"2026-11-03T12:05:01Z\",\"what\":\"breach\"},{\"at\":\"2026-11-03T11:00:00Z\",\"what\":\"notice\"}]}",
         ahead, NULL);
    says("{\"state\":\"open\",\"stage\":\"breach\",\"history\":[{\"at\":\"2026-11-03T12:05:00Z\",\"what\":\"breach\"}]}", "overdue", "judged up to");
    says("{\"state\":\"open\"}", "What to do next", "judged up to");
}

/* ---- hostile documents ---- */

static void no_value_of_a_document_reaches_html_as_markup_or_a_terminal_as_a_command(void **state)
{
    static const char *const fields[] = { "incident", "alert", "unit", "opened_as", "closed_as", "channel", "caller_role", "state", "stage",
                                          "lifecycle", "risk", "owner" };
    static const char hostile[] = "<script>\\\"'&\\u001b[31m\\u009b1m\\u202eX\\u0007\\u007f\\nY</dd>";
    char text[4000];
    (void)state;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        snprintf(text, sizeof text,
                 "{\"%s\":\"%s\",\"marks\":[\"%s\"],\"watches\":[\"%s\"],\"area\":{\"bcu\":\"%s\"},\"notes\":[{\"by\":\"%s\",\"text\":\"%s\"}],"
                 "\"likely\":[{\"class\":\"%s\",\"evidence\":[{\"rule\":\"phrase:%s\",\"weight\":3}]}],\"linked\":[{\"crime\":\"%s\"}],"
                 "\"disposal\":{\"reason\":\"%s\",\"missing\":[\"%s\"],\"endorsed_by\":\"%s\"},\"history\":[{\"what\":\"%s\"}]}",
                 fields[i], hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile, hostile);
        struct cdi_value document = read_document(text);
        char *html = form_of(document, true), *terminal = form_of(document, false);
        assert_null(strstr(html, "<script"));
        assert_non_null(strstr(html, "&lt;script&gt;&quot;&#39;&amp; [31m 1m X  "));
        for (const char *at = html; *at != '\0'; at++)
            assert_true(*at == '\n' || ((unsigned char)*at >= 0x20 && *at != 0x7F));
        assert_null(strstr(html, "\u202e"));
        for (const char *at = terminal; *at != '\0'; at++)
            assert_true(*at == '\n' || ((unsigned char)*at >= 0x20 && *at != 0x7F));
        assert_null(strstr(terminal, "\xC2\x9B"));
        both_forms_say_the_same(document);
        free(html);
        free(terminal);
    }
}

static void bytes_that_are_no_utf8_become_the_replacement_character(void **state)
{
    static const struct { const char *given, *wanted; } cases[] = {
        { "a\xFF" "b", "a\uFFFD" "b" }, { "\xC3", "\uFFFD" }, { "\xC0\xAF", "\uFFFD\uFFFD" }, { "\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD" },
        { "\xF5\x80\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD" }, { "\xE2\x82", "\uFFFD\uFFFD" }, { "\u00e9\u20ac\U0001F6A8", "\u00e9\u20ac\U0001F6A8" },
        { "a\xC2\x85" "b\u2028c\u2066d", "a b c d" }, { "", "" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cdi_body out = { .at = NULL };
        cdi_harmless_add(&out, cdi_text_of(cases[i].given));
        assert_string_equal(out.at == NULL ? "" : out.at, cases[i].wanted);
        cdi_body_free(&out);
    }
}

/* ---- the summary ---- */

static void part_is(const char *document, enum cdi_summary_part part, const char *wanted)
{
    struct cdi_summary summary = { .words = { .at = NULL } };
    cdi_summary_make(&summary, &rulebook->tables, read_document(document), now);
    struct cdi_text got = cdi_summary_text(&summary, part);
    if (!cdi_text_is(got, wanted))
        fail_msg("%s of %s: got '%.*s', wanted '%s'", cdi_summary_title(part), document, CDI_TEXT_ARGS(got), wanted);
    cdi_body_free(&summary.words);
}

static void a_list_says_a_document_in_few_words(void **state)
{
    (void)state;
    part_is(whole, CDI_SUMMARY_TIME, "overdue by 27 h 0 min");
    part_is(whole, CDI_SUMMARY_REFERENCE, "D-1, disclosed in entry 4");
    part_is(whole, CDI_SUMMARY_OPENED, "Domestic incident (PSW-DOM)");
    part_is(whole, CDI_SUMMARY_CRIMES, "assault with injury (8N); assault without injury (105A)");
    part_is(whole, CDI_SUMMARY_WHY, "somebody was hit; flagged: domestic abuse");
    part_is("{\"likely\":[{\"evidence\":[{\"rule\":\"qualifier:domestic\",\"weight\":3.5},{\"rule\":\"qualifier:child\",\"weight\":3.6},"
            "{\"rule\":\"phrase:hit\",\"weight\":0.1}]}]}", CDI_SUMMARY_WHY, "somebody was hit; flagged: a child");
    part_is(whole, CDI_SUMMARY_RISK, "domestic violence");
    part_is(whole, CDI_SUMMARY_STATE, "open, not all recorded");
    part_is(whole, CDI_SUMMARY_STAGE, "overdue");
    part_is(whole, CDI_SUMMARY_TODO, "2 due, 1 recorded; lacks a rationale that says why, a supervisor's endorsement (not by the author)");
    part_is("{\"state\":\"matched_unverified\",\"due\":1,\"recorded\":0}", CDI_SUMMARY_STATE, "open, a match to check");
    part_is("{\"state\":\"matched_unverified\",\"due\":1,\"recorded\":0}", CDI_SUMMARY_TODO, "1 due, 0 recorded; a crime record to check");
    part_is(whole, CDI_SUMMARY_AREA, "North, N4");
    part_is(whole, CDI_SUMMARY_OWNER, "j.smith");
    part_is(whole, CDI_SUMMARY_MARKS, "breached; not sure yet");
}

static void a_document_that_says_nothing_is_summed_up_too(void **state)
{
    (void)state;
    static const char *const wanted[CDI_SUMMARY_COUNT] = {
        [CDI_SUMMARY_TIME] = "no deadline", [CDI_SUMMARY_CRIMES] = "none is likely now", [CDI_SUMMARY_TODO] = "0 due, 0 recorded",
    };
    for (int part = 0; part < CDI_SUMMARY_COUNT; part++)
        part_is("{}", (enum cdi_summary_part)part, wanted[part] != NULL ? wanted[part] : "");
}

static void time_left_counts_down_to_the_deadline_and_up_after_it(void **state)
{
    (void)state;
    part_is("{\"state\":\"open\",\"due_at\":\"2026-11-03T15:12:00Z\"}", CDI_SUMMARY_TIME, "3 h 12 min left");
    part_is("{\"state\":\"open\",\"due_at\":\"2026-11-03T12:00:00Z\"}", CDI_SUMMARY_TIME, "less than a minute left");
    part_is("{\"state\":\"open\",\"due_at\":\"2026-11-01T08:00:00Z\"}", CDI_SUMMARY_TIME, "overdue by 2 days 4 h");
    part_is("{\"state\":\"satisfied\",\"due_at\":\"2026-11-01T08:00:00Z\"}", CDI_SUMMARY_TIME, "settled");
}

static void the_strongest_points_are_told_once_and_none_that_speaks_against(void **state)
{
    (void)state;
    part_is("{\"likely\":[{\"evidence\":[{\"rule\":\"qualifier:hate\",\"weight\":1},{\"rule\":\"qualifier:weapon\",\"weight\":2},"
            "{\"rule\":\"qualifier:child\",\"weight\":3}]},{\"evidence\":[{\"rule\":\"qualifier:hate\",\"weight\":4},"
            "{\"rule\":\"qualifier:child\",\"weight\":5},{\"rule\":\"qualifier:child\",\"weight\":2},{\"rule\":\"prior\",\"weight\":-9}]}]}",
            CDI_SUMMARY_WHY, "flagged: a child; flagged: hate");
    part_is("{\"likely\":[{\"evidence\":[{\"rule\":\"prior\",\"weight\":-9},{\"rule\":\"phrase:hit\",\"weight\":2,\"negated\":true}]}]}",
            CDI_SUMMARY_WHY, "");
}

static void many_crimes_are_cut_short_and_the_rest_counted(void **state)
{
    (void)state;
    part_is("{\"likely\":[{\"class\":\"8N\"},{\"class\":\"8N\"},{\"class\":\"Q1\"},{\"class\":\"Q2\"},{\"class\":\"Q3\"},{\"class\":\"Q4\"},"
            "{\"class\":\"Q5\"}]}", CDI_SUMMARY_CRIMES, "assault with injury (8N); class Q1; class Q2; class Q3; and 2 more");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_of_a_document_has_words),
        cmocka_unit_test(every_reason_and_every_class_has_words_and_its_key),
        cmocka_unit_test(unknown_words_stay_what_they_are_side_by_side),
        cmocka_unit_test(unsure_is_said_so_that_it_is_true_of_a_match_and_of_a_silence),
        cmocka_unit_test(whatever_the_document_says_both_forms_say_it_alike),
        cmocka_unit_test(the_page_is_sections_with_headings_lists_and_instants),
        cmocka_unit_test(a_record_is_looked_at_before_another_is_made),
        cmocka_unit_test(what_the_recording_rule_asks_of_this_report_is_said),
        cmocka_unit_test(an_incomplete_decision_is_completed_or_the_crime_recorded_and_that_is_said_once),
        cmocka_unit_test(what_was_settled_late_or_unendorsed_still_asks_for_something),
        cmocka_unit_test(how_the_number_due_came_about_is_said),
        cmocka_unit_test(what_a_linked_crime_is_worth_is_said),
        cmocka_unit_test(of_a_crime_it_is_said_whether_it_came_too_early_or_after_the_deadline),
        cmocka_unit_test(what_a_replay_tells_of_a_later_time_than_it_is_read_at_is_said_to_lie_ahead),
        cmocka_unit_test(the_earlier_logs_that_it_goes_by_are_said),
        cmocka_unit_test(what_the_victim_confirmed_is_no_third_partys_report_any_more),
        cmocka_unit_test(the_force_that_records_it_is_named),
        cmocka_unit_test(what_was_published_at_its_time_is_not_said_twice),
        cmocka_unit_test(of_stages_that_began_in_one_instant_the_last_is_shown),
        cmocka_unit_test(no_value_of_a_document_reaches_html_as_markup_or_a_terminal_as_a_command),
        cmocka_unit_test(bytes_that_are_no_utf8_become_the_replacement_character),
        cmocka_unit_test(a_list_says_a_document_in_few_words),
        cmocka_unit_test(a_document_that_says_nothing_is_summed_up_too),
        cmocka_unit_test(time_left_counts_down_to_the_deadline_and_up_after_it),
        cmocka_unit_test(the_strongest_points_are_told_once_and_none_that_speaks_against),
        cmocka_unit_test(many_crimes_are_cut_short_and_the_rest_counted),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, open_tables, close_tables);
}
