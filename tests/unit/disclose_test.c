/* Step 1: what a log discloses, since when, and what it says of itself.  Small tables of our own, so that every sum can be done in
 * the head; and promises that the shipped tables must keep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "codec/lexicon_rows.h"
#include "codec/tables.h"
#include "core/disclose.h"
#include "table_files.h"

static const struct cdi_table_file small[] = {
    { "phrases.csv", { .at =
        "phrase,kind,pattern,words,marks\n"
        "strangled,,strangled,was strangled,\n"
        "deny,negates,no,,\n"
        "hit,,hit,somebody was hit,\n"
        "injury,,bruise,an injury,\n"
        "ex,,ex,a former partner,domestic\n"
        "child,,child,a child,child\n"
        "smash,,smashed,something was broken,\n"
        "knife,,knife,a knife,\n"
        "raped,,raped,the log says rape,\n"
        "toy,,toy,it was a toy,\n"
        "unwilling,,refuses,will not support,never_lowers\n"
        "restraining,,restraining,a restraining order breached,\n"
        "order_breach,,molestation,another order breached,\n"
        "shpo,,shpo,a sexual harm order breached,\n"
        "section_20,,gbh,a wounding,\n"
        "deep_wound,,gash,a deep wound,\n"
        "message_kill,,texted,a message that threatens death,\n"
        "harass,,harassed,was harassed,\n"
        "affray,,affray,an affray,\n"
        "strangers,,strangers,offenders who do not know each other,apart\n" } },
    { "disclosures.csv", { .at =
        "phrase,meant,with,without,class,category,weight\n"
        "hit,,,,105A,,4000\n"
        "hit,,injury,,8N,,5000\n"
        "hit,negated,,,,,-1000\n"
        "smash,,,,58D,,3200\n"
        "knife,,,,10D,,3600\n"
        "raped,,,,19C,,9000\n"
        "toy,,,,,OTHER VAP,-3000\n"
        "unwilling,,,,,,200\n"
        "restraining,,,,8L,,4000\n"
        "harass,,,,8L,,3500\n"
        "harass,,,,8Q,,3600\n"
        "order_breach,,,,66,,4500\n"
        "affray,,,,66,,3500\n" } },
    { "incident_codes.csv", { .at =
        "code,words,RAPE,SEXUAL,VAP,OTHER,closed,marks\n"
        "ANY,any log,-3000,-3000,-3000,-3000,0,\n"
        "PSW-DOM,domestic,0,0,500,0,0,domestic\n"
        "OPN-DAM,damage,0,0,0,0,0,\n"
        "ASB-PERS,asb,0,0,0,0,0,asb_personal\n"
        "ADM-TEST,test,0,0,0,0,0,excluded\n"
        "CRM,crime,0,0,0,0,2500,\n" } },
    { "openings.csv", { .at = "code,class,weight\nOPN-DAM,58D,1000\n" } },
    { "qualifiers.csv", { .at = "qualifier,RAPE,SEXUAL,VAP,OTHER\nweapon,0,0,400,400\n" } },
    { "callers.csv", { .at = "caller,RAPE,SEXUAL,VAP,OTHER\nprofessional,700,700,700,0\n" } },
};

static struct cdi_rulebook *rulebook, *shipped;

static struct cdi_rulebook *read_rulebook(bool with_small)
{
    struct table_files files;
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    struct cdi_table_file given[TABLE_FILES_MAX];
    if (!table_files_read(&files))
        return NULL;
    for (size_t i = 0; i < files.count; i++) {
        given[i] = files.files[i];
        for (size_t j = 0; with_small && j < sizeof small / sizeof *small; j++)
            if (strcmp(given[i].name, small[j].name) == 0)
                given[i].bytes = cdi_text_of(small[j].bytes.at);
    }
    struct cdi_rulebook *read = cdi_rulebook_read(given, files.count, NULL, NULL, &err);
    if (read == NULL)
        print_error("%s: %s\n", err.where, err.text);
    table_files_free(&files);
    return read;
}

static int open_tables(void **state)
{
    (void)state;
    rulebook = read_rulebook(true);
    shipped = read_rulebook(false);
    return rulebook == NULL || shipped == NULL ? -1 : 0;
}

static int close_tables(void **state)
{
    (void)state;
    cdi_rulebook_destroy(rulebook);
    cdi_rulebook_destroy(shipped);
    return 0;
}

/* A log in short: "C hit|O bruise" are entries of a call-taker and an officer, ten minutes apart. */
struct log {
    struct cdi_incident incident;
    struct cdi_entry entries[8];
    struct cdi_finding findings[64];
    struct cdi_person persons[4];
};

static struct cdi_incident *written(struct log *log, const struct cdi_rulebook *rules, const char *opened, const char *text)
{
    *log = (struct log){ .incident = { .received_at = { 0 }, .opened_as.text = cdi_text_of(opened), .entries = log->entries,
                                       .findings = log->findings, .persons = log->persons, .settled = CDI_SETTLED_NOTHING } };
    struct cdi_incident *incident = &log->incident;
    while (*text != '\0') {
        size_t size = strcspn(text, "|");
        bool more;
        struct cdi_entry *entry = &log->entries[incident->entry_count++];
        entry->seq = incident->entry_count;
        entry->at = cdi_instant_after(incident->received_at, CDI_MINUTES(10 * (entry->seq - 1)));
        entry->role = text[0] == 'O' ? CDI_ENTRY_ROLE_OFFICER : CDI_ENTRY_ROLE_CALL_TAKER;
        entry->finding_first = incident->finding_count;
        entry->finding_count = (uint16_t)cdi_lexicon_find(rules->lexicon, (struct cdi_text){ text + 2, size - 2 }, entry->role,
                                                          log->findings + incident->finding_count, 16, &more);
        incident->finding_count = (uint16_t)(incident->finding_count + entry->finding_count);
        text += size + (text[size] == '|');
    }
    return incident;
}

static struct cdi_disclosed disclosed_by(const struct cdi_rulebook *rules, const struct cdi_incident *incident)
{
    struct cdi_disclosed disclosed;
    struct cdi_cut cut;
    cdi_cut_log(&rules->tables, incident, NULL, &cut);
    cdi_disclose(&cut, 0, &disclosed);
    return disclosed;
}

static bool likely(const struct cdi_rulebook *rules, const struct cdi_disclosed *disclosed, const char *klass)
{
    for (size_t i = 0; i < disclosed->count; i++)
        if (cdi_text_is(rules->tables.offences[disclosed->items[i].offence].klass, klass))
            return true;
    return false;
}

static void what_a_log_discloses_is_a_sum_of_table_rows(void **state)
{
    static const struct { const char *opened, *text, *klass; int64_t log_odds; } cases[] = {
        { "ADM-CONT", "C hit", "105A", 1000 },
        { "PSW-DOM", "C hit", "105A", 1500 },
        { "PSW-DOM", "C hit|C bruise", "8N", 2500 },
        { "OPN-DAM", "C smashed", "58D", 1200 },
        { "ADM-CONT", "C hit, refuses", "105A", 1200 },
    };
    struct log log;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cdi_disclosed disclosed = disclosed_by(rulebook, written(&log, rulebook, cases[i].opened, cases[i].text));
        assert_true(disclosed.likely);
        bool met = false;
        for (size_t j = 0; j < disclosed.count; j++)
            met = met || (cdi_text_is(rulebook->tables.offences[disclosed.items[j].offence].klass, cases[i].klass) &&
                          disclosed.items[j].log_odds == cases[i].log_odds);
        assert_true(met);
    }
}

static void the_addends_shown_add_up(void **state)
{
    struct log log;
    struct cdi_incident *incident = written(&log, rulebook, "PSW-DOM", "C hit|C bruise, refuses");
    incident->qualifiers = 1u << CDI_QUALIFIER_WEAPON;
    incident->caller_role.text = CDI_TEXT("professional");
    incident->closing.code = CDI_TEXT("CRM");
    struct cdi_disclosed disclosed = disclosed_by(rulebook, incident);
    (void)state;
    assert_true(disclosed.count > 0);
    for (size_t i = 0; i < disclosed.count; i++) {
        int64_t sum = 0;
        for (size_t j = 0; j < disclosed.items[i].addend_count; j++)
            sum += disclosed.items[i].addends[j].weight;
        assert_int_equal(sum, disclosed.items[i].log_odds);
    }
}

static void nothing_likely_is_no_report(void **state)
{
    struct log log;
    struct cdi_disclosed disclosed = disclosed_by(rulebook, written(&log, rulebook, "PSW-DOM", "C wants advice"));
    (void)state;
    assert_false(disclosed.likely);
    assert_int_equal(disclosed.count, 0);
}

static void a_denial_discloses_nothing_and_an_innocent_account_lowers(void **state)
{
    struct log log;
    struct cdi_disclosed denied = disclosed_by(rulebook, written(&log, rulebook, "PSW-DOM", "C no hit"));
    struct cdi_disclosed toy = disclosed_by(rulebook, written(&log, rulebook, "PSW-DOM", "C hit|C toy"));
    (void)state;
    assert_false(denied.likely);
    assert_false(toy.likely);
}

static void the_caller_may_take_it_back_an_officer_needs_a_reason(void **state)
{
    struct log log;
    struct cdi_disclosed explained = disclosed_by(rulebook, written(&log, rulebook, "PSW-DOM", "C hit|O toy"));
    (void)state;
    assert_true(explained.likely);
    assert_int_equal(explained.report, 0);
}

static void a_log_without_receipt_discloses_nothing_and_leaves_nothing_unsaid(void **state)
{
    struct log log;
    struct cdi_disclosed disclosed;
    (void)state;
    struct cdi_incident *incident = written(&log, rulebook, "PSW-DOM", "C hit");
    incident->received_at = CDI_INSTANT_NONE;
    memset(&disclosed, 0xA5, sizeof disclosed);
    struct cdi_cut cut;
    cdi_cut_log(&rulebook->tables, incident, NULL, &cut);
    cdi_disclose(&cut, 0, &disclosed);
    assert_false(disclosed.likely);
    assert_int_equal(disclosed.count, 0);
    assert_int_equal(disclosed.risk, CDI_RISK_OTHER);
    assert_false(cdi_instant_said(disclosed.received_at));
}

static void a_test_log_discloses_nothing(void **state)
{
    struct log log;
    struct cdi_disclosed disclosed = disclosed_by(rulebook, written(&log, rulebook, "ADM-TEST", "C raped"));
    (void)state;
    assert_false(disclosed.likely);
}

static void of_one_family_the_best_class_stands(void **state)
{
    struct log log;
    struct cdi_disclosed disclosed = disclosed_by(rulebook, written(&log, rulebook, "ADM-CONT", "C raped, hit"));
    (void)state;
    assert_true(likely(rulebook, &disclosed, "19C"));
    assert_false(likely(rulebook, &disclosed, "105A"));
}

static const struct cdi_disclosure *item_of(const struct cdi_rulebook *rules, const struct cdi_disclosed *disclosed,
                                            const char *klass)
{
    for (size_t i = 0; i < disclosed->count; i++)
        if (cdi_text_is(rules->tables.offences[disclosed->items[i].offence].klass, klass))
            return &disclosed->items[i];
    fail_msg("%s is not likely", klass);
    return NULL;
}

static void a_breach_of_an_order_stands_beside_conduct_of_its_family(void **state)
{
    struct log log;
    struct cdi_disclosed both = disclosed_by(rulebook, written(&log, rulebook, "ADM-CONT", "C harassed, restraining"));
    (void)state;
    assert_true(likely(rulebook, &both, "8Q"));
    assert_true(item_of(rulebook, &both, "8L")->breach);
    assert_true(item_of(rulebook, &both, "8L")->besides_breach);
    struct cdi_disclosed alone = disclosed_by(rulebook, written(&log, rulebook, "ADM-CONT", "C restraining"));
    assert_true(item_of(rulebook, &alone, "8L")->breach);
    assert_false(item_of(rulebook, &alone, "8L")->besides_breach);
    struct cdi_disclosed affray = disclosed_by(rulebook, written(&log, rulebook, "ADM-CONT", "C affray"));
    assert_false(item_of(rulebook, &affray, "66")->breach);
}

static void crimes_of_offenders_apart_are_not_one_event_in_other_words(void **state)
{
    struct log log;
    struct cdi_disclosed one = disclosed_by(rulebook, written(&log, rulebook, "ADM-CONT", "C hit bruise, smashed"));
    struct cdi_disclosed two = disclosed_by(rulebook, written(&log, rulebook, "ADM-CONT", "C hit bruise, smashed, strangers"));
    (void)state;
    assert_false(likely(rulebook, &one, "58D"));
    assert_true(likely(rulebook, &two, "8N"));
    assert_true(likely(rulebook, &two, "58D"));
}

static void first_contact_is_clocked_from_receipt_and_a_later_disclosure_from_its_entry(void **state)
{
    static const struct { const char *text; uint32_t since; int minutes; } cases[] = {
        { "C hit", 0, 0 },
        { "C wants advice|C hit", 0, 0 },
        { "C wants advice|O seen|O hit", 3, 20 },
        { "O seen|C hit", 2, 10 },              /* after an officer's entry it is no longer first contact */
        { "C wants|C wants|C wants|C wants|C wants|C wants|C wants|C hit", 8, 70 },
    };
    struct log log;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cdi_disclosed disclosed = disclosed_by(rulebook, written(&log, rulebook, "PSW-DOM", cases[i].text));
        assert_true(disclosed.likely);
        assert_int_equal(disclosed.report, cases[i].since);
        assert_int_equal(disclosed.received_at.ms, CDI_MINUTES(cases[i].minutes).ms);
    }
}

static void domestic_and_child_hold_if_anything_says_so(void **state)
{
    struct log log;
    struct cdi_incident *incident = written(&log, rulebook, "PSW-DOM", "C hit");
    (void)state;
    assert_true(disclosed_by(rulebook, incident).domestic);
    assert_true(disclosed_by(rulebook, written(&log, rulebook, "ADM-CONT", "C hit by ex")).domestic);
    assert_true(disclosed_by(rulebook, written(&log, rulebook, "ADM-CONT", "C hit a child")).child);
    incident = written(&log, rulebook, "ADM-CONT", "C hit");
    assert_false(disclosed_by(rulebook, incident).child);
    incident->person_count = 1;
    log.persons[0] = (struct cdi_person){ .role = CDI_PERSON_ROLE_VICTIM, .age_band = CDI_AGE_BAND_UNDER_13 };
    assert_true(disclosed_by(rulebook, incident).child);
    incident->person_count = 0;
    incident->qualifiers = 1u << CDI_QUALIFIER_DOMESTIC;
    assert_true(disclosed_by(rulebook, incident).domestic);
}

static void the_risk_is_the_worst_of_what_is_likely(void **state)
{
    static const struct { const char *opened, *text; enum cdi_risk risk; } cases[] = {
        { "ADM-CONT", "C raped", CDI_RISK_RAPE },
        { "ADM-CONT", "C hit a child", CDI_RISK_CHILD },
        { "PSW-DOM", "C hit", CDI_RISK_DA_VIOLENCE },
        { "ADM-CONT", "C hit", CDI_RISK_VIOLENCE },
        { "ADM-CONT", "C smashed", CDI_RISK_OTHER },
        { "ASB-PERS", "C smashed", CDI_RISK_ASB_PERSONAL },
    };
    struct log log;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(disclosed_by(rulebook, written(&log, rulebook, cases[i].opened, cases[i].text)).risk, cases[i].risk);
}

/* DOMAIN.md rule 3, over the shipped tables: for every log of a few words, each such qualifier leaves the odds or raises them. */
static void drink_drugs_illness_and_persistence_never_lower_the_odds(void **state)
{
    static const char *const texts[] = { "C husband punched her", "C window smashed", "C raped at party", "C keeps messaging her" };
    static const enum cdi_qualifier never[] = { CDI_QUALIFIER_ALCOHOL, CDI_QUALIFIER_DRUGS, CDI_QUALIFIER_MENTAL_HEALTH,
                                                CDI_QUALIFIER_REPEAT, CDI_QUALIFIER_LEARNING_DISABILITY, CDI_QUALIFIER_VULNERABLE };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        for (size_t j = 0; j < sizeof never / sizeof *never; j++) {
            struct log log;
            struct cdi_incident *incident = written(&log, shipped, "PSW-DOM", texts[i]);
            struct cdi_disclosed before = disclosed_by(shipped, incident);
            incident->qualifiers = 1u << never[j];
            struct cdi_disclosed after = disclosed_by(shipped, incident);
            assert_true(before.likely && after.likely);
            assert_true(after.items[0].log_odds >= before.items[0].log_odds);
        }
}

static void unwillingness_never_lowers_the_odds(void **state)
{
    struct log log;
    struct cdi_disclosed before = disclosed_by(shipped, written(&log, shipped, "PSW-DOM", "C husband punched her in the face"));
    struct cdi_disclosed after =
        disclosed_by(shipped, written(&log, shipped, "PSW-DOM", "C husband punched her in the face. will not make a statement"));
    (void)state;
    assert_true(before.likely && after.likely);
    assert_true(after.items[0].log_odds >= before.items[0].log_odds);
}

static void the_shipped_tables_know_the_common_crimes(void **state)
{
    static const struct { const char *opened, *text, *klass; } cases[] = {
        { "PSW-DOM", "C INF STS PTNR HAS PUNCHED HER IN THE FACE, SWELLING TO CHEEK", "8N" },
        { "PSW-DOM", "C boyfriend had his hands round her neck and she could not breathe", "8N" },
        { "OPN-VIOL", "C male pushed him, no injury", "105A" },
        { "OPN-BURG", "C came home to find back door forced and jewellery gone from bedroom", "28I" },
        { "OPN-ROB", "C two lads told him to hand over his phone or get stabbed, he gave it", "34B" },
        { "OPN-THEFT", "C shoplifter walked out without paying with two bottles of vodka", "46" },
        { "OPN-VEH", "C his car has been stolen overnight from the drive", "48" },
        { "OPN-HAR", "C her ex keeps messaging her from different numbers, followed her to work and turned up outside the house", "8Q" },
        { "OPN-SEX", "C female states she was raped last night", "19C" },
        { "OPN-MS", "C NRM referral, forced labour, passport kept by the boss", "106" },
    };
    struct log log;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cdi_disclosed disclosed = disclosed_by(shipped, written(&log, shipped, cases[i].opened, cases[i].text));
        if (!likely(shipped, &disclosed, cases[i].klass))
            print_error("%s\n", cases[i].text);
        assert_true(likely(shipped, &disclosed, cases[i].klass));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_log_discloses_is_a_sum_of_table_rows),
        cmocka_unit_test(the_addends_shown_add_up),
        cmocka_unit_test(nothing_likely_is_no_report),
        cmocka_unit_test(a_denial_discloses_nothing_and_an_innocent_account_lowers),
        cmocka_unit_test(the_caller_may_take_it_back_an_officer_needs_a_reason),
        cmocka_unit_test(a_log_without_receipt_discloses_nothing_and_leaves_nothing_unsaid),
        cmocka_unit_test(a_test_log_discloses_nothing),
        cmocka_unit_test(of_one_family_the_best_class_stands),
        cmocka_unit_test(a_breach_of_an_order_stands_beside_conduct_of_its_family),
        cmocka_unit_test(crimes_of_offenders_apart_are_not_one_event_in_other_words),
        cmocka_unit_test(first_contact_is_clocked_from_receipt_and_a_later_disclosure_from_its_entry),
        cmocka_unit_test(domestic_and_child_hold_if_anything_says_so),
        cmocka_unit_test(the_risk_is_the_worst_of_what_is_likely),
        cmocka_unit_test(drink_drugs_illness_and_persistence_never_lower_the_odds),
        cmocka_unit_test(unwillingness_never_lowers_the_odds),
        cmocka_unit_test(the_shipped_tables_know_the_common_crimes),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, open_tables, close_tables);
}
