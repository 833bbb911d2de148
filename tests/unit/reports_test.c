/* Step 1, first half: how a log falls into reports (DOMAIN.md R1, R2), with the shipped tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "codec/lexicon_rows.h"
#include "codec/tables.h"
#include "core/degrees.h"
#include "core/disclose.h"
#include "core/due.h"
#include "core/merge.h"
#include "core/reports_inside.h"
#include "shipped_rules.h"

enum { ENTRIES = 8, FINDINGS = 128 };

/* "C text|O text": entries of a call-taker and an officer, 1, 2, 3 ..., half an hour apart. */
struct log {
    struct cdi_incident incident;
    struct cdi_entry entries[ENTRIES];
    struct cdi_finding findings[FINDINGS];
    struct cdi_person persons[4];
    struct cdi_cut cut;
};

static struct cdi_instant minutes(int64_t count) { return (struct cdi_instant){ count * 60000 }; }

static void write_log(struct log *log, const char *text)
{
    struct cdi_incident *incident = &log->incident;
    memset(log, 0, sizeof *log);
    cdi_incident_empty(incident, CDI_TEXT("dpp"), CDI_TEXT("A"));
    incident->received_at = minutes(0);
    incident->opened_as.text = CDI_TEXT("PSW-CFS");
    incident->entries = log->entries;
    incident->findings = log->findings;
    incident->persons = log->persons;
    for (size_t size; *text != '\0'; text += size + (text[size] == '|')) {
        struct cdi_entry *entry = &log->entries[incident->entry_count];
        bool more;
        size = strcspn(text, "|");
        *entry = (struct cdi_entry){ .seq = ++incident->entry_count, .at = minutes(30 * (incident->entry_count - 1)),
                                     .role = text[0] == 'O' ? CDI_ENTRY_ROLE_OFFICER : CDI_ENTRY_ROLE_CALL_TAKER,
                                     .finding_first = incident->finding_count };
        entry->finding_count = (uint16_t)cdi_lexicon_find(rules->lexicon, (struct cdi_text){ text + 2, size - 2 }, entry->role,
                                                          log->findings + incident->finding_count,
                                                          FINDINGS - incident->finding_count, &more);
        incident->finding_count = (uint16_t)(incident->finding_count + entry->finding_count);
    }
}

static void name_victim(struct log *log, uint64_t id, struct cdi_instant first_at)
{
    log->persons[log->incident.person_count++] = (struct cdi_person){
        .role = CDI_PERSON_ROLE_VICTIM, .tokens = { [CDI_TOKEN_ID] = id }, .said_at = minutes(600),
        .first_ms = minutes(600).ms - first_at.ms,
    };
}

static struct cdi_due due_of(struct log *log, size_t piece)
{
    struct cdi_disclosed disclosed;
    struct cdi_due due;
    cdi_disclose(&log->cut, piece, &disclosed);
    cdi_due(&rules->tables, &log->incident, &disclosed, &due);
    return due;
}

static void cut(struct log *log) { cdi_cut_log(&rules->tables, &log->incident, NULL, &log->cut); }

#define HIT "HER PARTNER PUNCHED HER IN THE FACE, NOSE BLEEDING"
#define RAPED "SHE DISCLOSED THAT HE RAPED HER IN MARCH"
#define CONFIRMED "SPOKEN TO IP, IP CONFIRMS SHE WAS RAPED BY HER PARTNER"

static void each_disclosure_has_its_key_and_its_clock(void **state)
{
    static const struct { const char *text; size_t count; struct { uint32_t key; int at; } reports[3]; } cases[] = {
        { "C WANTS ADVICE", 0, { { 0 } } },
        { "C " HIT, 1, { { 0, 0 } } },
        { "C WANTS ADVICE|O " HIT, 1, { { 2, 30 } } },
        { "C " HIT "|O " RAPED, 2, { { 0, 0 }, { 2, 30 } } },
        { "C " HIT "|C " RAPED, 1, { { 0, 0 } } },
        { "C " HIT "|O NO REPLY|C " RAPED, 2, { { 0, 0 }, { 3, 60 } } },
        { "C WANTS ADVICE|O " HIT "|O " RAPED, 2, { { 2, 30 }, { 3, 60 } } },
        { "C " HIT "|O " RAPED "|O AGAIN " RAPED, 2, { { 0, 0 }, { 2, 30 } } },
        { "C " HIT "|O HE PUNCHED HER IN THE FACE, BRUISED", 1, { { 0, 0 } } },
        { "C MALE PUNCHED IN THE FACE, NOSE BLEEDING|O HE WAS BEATEN TO DEATH", 1, { { 0, 0 } } },
        { "C MALE BEATEN TO DEATH, HIS CAR WAS DAMAGED, TYRES SLASHED|O HOUSE WAS BROKEN INTO, BURGLARY", 1, { { 0, 0 } } },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static struct log log;
        write_log(&log, cases[i].text);
        cut(&log);
        print_message("# %s\n", cases[i].text);
        assert_int_equal(log.cut.count, cases[i].count);
        for (size_t r = 0; r < cases[i].count; r++) {
            assert_int_equal(log.cut.pieces[r].key, cases[i].reports[r].key);
            assert_int_equal(log.cut.pieces[r].received_at.ms, minutes(cases[i].reports[r].at).ms);
            assert_int_equal(due_of(&log, r).count, 1);
        }
    }
}

/* Both entries tell of an injury: the report of the second occasion has the second's. */
static void what_is_told_of_another_occasion_is_known_from_its_own_entry(void **state)
{
    static struct log log;
    struct cdi_disclosed disclosed;
    size_t phrases = 0;
    (void)state;
    write_log(&log, "C " HIT "|O ON A DIFFERENT OCCASION TWO MONTHS AGO HE PUNCHED HER IN THE RIBS, BRUISED");
    cut(&log);
    assert_int_equal(log.cut.count, 2);
    cdi_disclose(&log.cut, 1, &disclosed);
    for (size_t i = 0; i < disclosed.items[0].addend_count; i++)
        if (disclosed.items[0].addends[i].kind == CDI_ADDEND_PHRASE) {
            assert_int_equal(disclosed.items[0].addends[i].entry, 2);
            phrases++;
        }
    assert_true(phrases > 0);
}

static void a_victim_named_later_than_another_is_due_in_the_report_that_tells_of_him(void **state)
{
    static struct log log;
    (void)state;
    write_log(&log, "C A DOORMAN PUNCHED HIM IN THE FACE, CUT LIP|O SPOKE TO FEMALE, PUNCHED IN THE MOUTH BY THE DOORMAN");
    name_victim(&log, 7, minutes(1));
    name_victim(&log, 3, minutes(31));
    cut(&log);
    assert_int_equal(log.cut.count, 2);
    struct cdi_due first = due_of(&log, 0), second = due_of(&log, 1);
    assert_int_equal(first.count, 1);
    assert_int_equal(first.units[0].victim, 7);
    assert_int_equal(second.count, 1);
    assert_int_equal(second.units[0].victim, 3);
}

/* Nothing of the fight: who is named with it is no further victim of that. */
static void an_entry_that_tells_nothing_of_a_crime_tells_of_no_victim_of_it(void **state)
{
    static struct log log;
    (void)state;
    write_log(&log, "C A DOORMAN PUNCHED HIM IN THE FACE, CUT LIP|O WRAP OF COCAINE FOUND ON THE DOORMAN");
    name_victim(&log, 7, minutes(1));
    name_victim(&log, 3, minutes(31));
    cut(&log);
    assert_int_equal(log.cut.count, 2);
    assert_false(log.cut.pieces[1].further.told);
    assert_int_equal(due_of(&log, 1).count, 1);
    assert_true(rules->tables.offences[due_of(&log, 1).units[0].offence].family == CDI_FAMILY_DRUGS);
}

static void victims_of_something_else_are_no_further_victims_of_what_was_told(void **state)
{
    static struct log log;
    (void)state;
    write_log(&log, "C A DOORMAN PUNCHED HIM IN THE FACE, CUT LIP|O HE SEXUALLY TOUCHED BOTH GIRLS, TOUCHED THEIR BREASTS");
    cut(&log);
    assert_int_equal(log.cut.count, 2);
    assert_false(log.cut.pieces[1].further.told);
    assert_int_equal(due_of(&log, 0).count, 1);
    assert_int_equal(due_of(&log, 1).count, 2);
}

static void what_has_no_victim_has_no_further_one(void **state)
{
    static struct log log;
    (void)state;
    write_log(&log, "O MALE FOUND IN POSSESSION OF A WRAP OF COCAINE|O WRAP OF COCAINE ON ALL OF THEM, BOTH MALES");
    cut(&log);
    assert_int_equal(log.cut.count, 1);
    assert_true(rules->tables.offences[due_of(&log, 0).units[0].offence].family == CDI_FAMILY_DRUGS);
    write_log(&log, "O " HIT ", WRAP OF COCAINE FOUND ON HIM|O A SECOND VICTIM WAS PUNCHED IN THE FACE BY HIM, NOSE BLEEDING");
    cut(&log);
    assert_int_equal(log.cut.count, 2);         /* not so the graver crime of the two */
    assert_true(log.cut.pieces[1].further.told);
}

static void of_one_house_the_owners_named_later_are_no_further_victims(void **state)
{
    static struct log log;
    (void)state;
    write_log(&log, "C HOUSE BROKEN INTO, BURGLARY, JEWELLERY STOLEN|O HOUSE BROKEN INTO BY THE KITCHEN WINDOW, BURGLARY");
    name_victim(&log, 7, minutes(1));
    name_victim(&log, 3, minutes(31));
    cut(&log);
    assert_int_equal(log.cut.count, 1);
}

static void of_another_occasion_each_victim_that_it_tells_of_is_due(void **state)
{
    static struct log log;
    (void)state;
    write_log(&log, "C " HIT "|O ON A DIFFERENT OCCASION LAST MONTH HE PUNCHED BOTH GIRLS IN THE FACE, BRUISED");
    cut(&log);
    assert_int_equal(log.cut.count, 2);
    assert_int_equal(due_of(&log, 1).count, 2);
}

static void what_stands_alone_owes_nothing_to_what_was_told_graver_before(void **state)
{
    static struct log log;
    struct cdi_reading *reading = &log.cut.reading;
    uint8_t alone[CDI_DISCLOSURES_MAX], beside[CDI_DISCLOSURES_MAX];
    struct cdi_sums sums;
    bool more = false;
    (void)state;
    write_log(&log, "O MALE WAS STABBED TO DEATH");
    cdi_read_log(reading, &rules->tables, &log.incident, NULL);
    cdi_weigh_words(reading, &reading->held, &sums);
    reading->graver = 0;
    assert_int_equal(cdi_standing(reading, &sums, CDI_FAMILIES_ALL, beside, &more), 1);
    reading->graver = CDI_FAMILIES_ALL;
    assert_int_equal(cdi_standing(reading, &sums, CDI_FAMILIES_ALL, beside, &more), 2);
    assert_int_equal(cdi_standing_alone(reading, &sums, CDI_FAMILIES_ALL, alone), 1);
    assert_int_equal(reading->graver, CDI_FAMILIES_ALL);
}

enum { MANY_CLASSES = 70, LATE_CLASS = 67 };     /* more than one word of bits */

/* By its own class's words, and likely with all of them; the class is a late one of many, all of that family. */
static uint32_t told_of(enum cdi_family family, int32_t own, int32_t besides)
{
    static uint16_t classes[MANY_CLASSES];
    static struct cdi_evidence evidence = { .classes = classes, .class_count = MANY_CLASSES };
    struct cdi_offence offence = { .family = family };
    const struct cdi_tables tables = { .offences = &offence, .offence_count = 1 };
    static struct cdi_reading reading;
    struct cdi_sums words = { .categories = { 0 } };
    reading.tables = &tables;
    reading.evidence = &evidence;
    evidence.category_of[LATE_CLASS] = CDI_CATEGORY_RAPE;
    words.classes[LATE_CLASS] = own;
    words.named[LATE_CLASS / 64] = UINT64_C(1) << (LATE_CLASS % 64);
    words.categories[CDI_CATEGORY_RAPE] = besides;
    uint32_t told = cdi_rape_told(&reading, &words);
    reading.tables = NULL;
    return told;
}

static void rape_is_told_by_words_of_rape_that_make_it_likely(void **state)
{
    (void)state;
    assert_int_equal(told_of(CDI_FAMILY_RAPE, 3000, -3000), CDI_FAMILY_BIT(RAPE));
    assert_int_equal(told_of(CDI_FAMILY_RAPE, 3000, -3001), 0);
    assert_int_equal(told_of(CDI_FAMILY_RAPE, 2999, 0), 0);     /* a child, somebody frightened: found beside rape, and beside much else */
    assert_int_equal(told_of(CDI_FAMILY_SEXUAL, 5000, 0), 0);
}

#define TOLD_BY_A_FRIEND "C FRIEND SAYS FEMALE WAS RAPED AT A PARTY"

static void what_the_victim_confirms_is_a_report_after_a_third_partys_or_an_n100(void **state)
{
    static const struct { const char *caller, *text; int n100_at; uint32_t key; bool asks; } cases[] = {
        { "other", TOLD_BY_A_FRIEND "|O IP CONFIRMS SHE WAS RAPED", -1, 2, false },
        { "witness", TOLD_BY_A_FRIEND "|O SPOKEN TO IP WHO STATES SHE WAS RAPED|O VICTIM CONFIRMS RAPE", -1, 2, false },
        { "other", TOLD_BY_A_FRIEND "|O IP DENIES SHE WAS RAPED", -1, 0, false },
        { "other", TOLD_BY_A_FRIEND "|O WILL BE RECORDED IF IP CONFIRMS SHE WAS RAPED", -1, 0, false },
        { "other", TOLD_BY_A_FRIEND "|C FRIEND SAYS IP CONFIRMS SHE WAS RAPED", -1, 0, false },
        { "professional", TOLD_BY_A_FRIEND "|O IP CONFIRMS SHE WAS RAPED", -1, 0, true },
        { "professional", TOLD_BY_A_FRIEND "|O IP CONFIRMS SHE WAS RAPED", 30, 2, true },
        { "victim", TOLD_BY_A_FRIEND "|O IP CONFIRMS SHE WAS RAPED", 31, 0, true },
        { "other", "C WANTS ADVICE|O IP CONFIRMS SHE WAS RAPED", -1, 0, false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        static struct log log;
        write_log(&log, cases[i].text);
        log.incident.caller_role.text = cdi_text_of(cases[i].caller);
        print_message("# %s, %s\n", cases[i].caller, cases[i].text);
        cdi_cut_explained(&rules->tables, &log.incident, NULL, cases[i].n100_at < 0 ? CDI_INSTANT_NONE : minutes(cases[i].n100_at), &log.cut);
        assert_int_equal(log.cut.asks_n100, cases[i].asks);
        assert_int_equal(log.cut.count, cases[i].key != 0 ? 2 : 1);
        if (cases[i].key == 0)
            continue;
        assert_int_equal(log.cut.pieces[1].key, cases[i].key);
        assert_int_equal(due_of(&log, 1).count, 1);
        assert_true(due_of(&log, 1).units[0].confirms);
    }
}

static void names_that_all_came_at_once_say_nothing_of_when(void **state)
{
    static struct log log;
    (void)state;
    write_log(&log, "C A DOORMAN PUNCHED HIM IN THE FACE, CUT LIP|O SPOKE TO FEMALE, PUNCHED IN THE MOUTH BY THE DOORMAN");
    name_victim(&log, 7, minutes(300));
    name_victim(&log, 3, minutes(300));
    cut(&log);
    assert_int_equal(log.cut.count, 1);
    assert_int_equal(due_of(&log, 0).count, 2);
}

static void no_victim_is_due_twice_or_forgotten(void **state)
{
    static struct log log;
    (void)state;
    for (int later = 0; later < 3; later++) {
        write_log(&log, "C A DOORMAN PUNCHED HIM IN THE FACE, CUT LIP|O A SECOND VICTIM WAS PUNCHED IN THE FACE BY THE DOORMAN|"
                        "O AREA SEARCHED");
        name_victim(&log, 7, minutes(1));
        for (int i = 0; i < later; i++)
            name_victim(&log, 3 - (uint64_t)i, minutes(i == 0 ? 31 : 200));
        cut(&log);
        size_t due = 0;
        for (size_t r = 0; r < log.cut.count; r++)
            due += due_of(&log, r).count;
        assert_int_equal(due, later < 2 ? 2 : 3);
    }
}

static void what_takes_the_place_of_an_entrys_report_tells_of_the_same(void **state)
{
    static struct log log;
    size_t piece = 99;
    (void)state;
    write_log(&log, "C " HIT "|O " RAPED "|O FOUND IN POSSESSION OF A WRAP OF COCAINE|O AGAIN " RAPED);
    cut(&log);
    assert_int_equal(log.cut.count, 3);
    assert_true(cdi_cut_successor(&log.cut, 4, &piece));
    assert_int_equal(log.cut.pieces[piece].key, 2);         /* the same disclosure, not the latest report */
    assert_true(cdi_cut_successor(&log.cut, 1, &piece));
    assert_int_equal(log.cut.pieces[piece].key, 0);
    assert_false(cdi_cut_successor(&log.cut, 17, &piece));  /* no such entry */
}

/* Entry by entry, every log grows reports and the ones before keep their keys while nothing contradicts them. */
static void a_log_that_only_grows_keeps_the_reports_it_had(void **state)
{
    static const char *const grown[] = { "C " HIT, "C " HIT "|O " RAPED, "C " HIT "|O " RAPED "|O WRAP OF COCAINE FOUND ON HIM",
                                         "C " HIT "|O " RAPED "|O WRAP OF COCAINE FOUND ON HIM|O SHE CONFIRMS HE PUNCHED HER" };
    static struct log log;
    uint32_t keys[CDI_REPORTS_AT_ONCE];
    size_t count = 0;
    (void)state;
    for (size_t i = 0; i < sizeof grown / sizeof *grown; i++) {
        write_log(&log, grown[i]);
        cut(&log);
        assert_true(log.cut.count >= count);
        for (size_t r = 0; r < count; r++)
            assert_int_equal(log.cut.pieces[r].key, keys[r]);
        count = log.cut.count;
        for (size_t r = 0; r < count; r++)
            keys[r] = log.cut.pieces[r].key;
    }
    assert_int_equal(count, 3);
}

/* ---- logs that were dropped and are told anew ---- */

#define ALL_SETTLED(log, entries) (log)->incident.settled.until = minutes(30 * ((entries) - 1))

static void what_is_settled_is_no_report_and_what_was_written_since_is_what_it_was(void **state)
{
    static const struct { const char *text; int settled; size_t count; uint32_t key; } cases[] = {
        { "C " HIT "|O " RAPED, 1, 1, 2 },
        { "C " HIT "|O " RAPED, 2, 0, 0 },
        { "C " HIT "|O FILE REVIEWED|O " RAPED, 2, 1, 3 },
        { "C WANTS ADVICE|C " HIT, 1, 1, 2 },           /* nobody is at first contact any more */
        { "C " HIT "|O " HIT, 1, 0, 0 },                /* the same event */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct log log;
        write_log(&log, cases[i].text);
        ALL_SETTLED(&log, cases[i].settled);
        cut(&log);
        assert_int_equal(log.cut.count, cases[i].count);
        if (cases[i].count == 0)
            continue;
        assert_int_equal(log.cut.pieces[0].key, cases[i].key);
        assert_int_equal(log.cut.pieces[0].received_at.ms, minutes(30 * (cases[i].key - 1)).ms);
    }
}

/* Only the new entry is there: what is known of the rest is what its trace tells. */
static void what_is_told_since_is_read_beside_what_was_known(void **state)
{
    static const struct { const char *text; uint32_t told; size_t count; bool confirms; } cases[] = {
        { "O " RAPED, 0, 1, false },
        { "O " RAPED, 1u << CDI_FAMILY_ASSAULT, 1, false },
        { "O " RAPED, 1u << CDI_FAMILY_RAPE, 0, false },
        { "O " RAPED, 1u << CDI_FAMILY_SEXUAL, 1, false },      /* told graver, ... */
        { "O " RAPED, 1u << CDI_FAMILY_SEXUAL | 1u << CDI_FAMILY_RAPE, 0, false },     /* ... unless that had been recorded */
        { "O " HIT, 1u << CDI_FAMILY_HOMICIDE, 0, false },      /* a lesser degree of it */
        { "O " CONFIRMED, 1u << CDI_FAMILY_RAPE, 0, false },
        { "O " CONFIRMED, 1u << CDI_FAMILY_RAPE | CDI_SETTLED_RAPE_UNCONFIRMED, 1, true },
        { "O " CONFIRMED, 1u << CDI_FAMILY_RAPE | CDI_SETTLED_RAPE_UNCONFIRMED | CDI_SETTLED_RAPE_RECORDED, 0, false },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct log log;
        write_log(&log, cases[i].text);
        log.incident.settled = (struct cdi_settled){ minutes(-60), cases[i].told };
        log.incident.received_at = minutes(-60);
        cut(&log);
        assert_int_equal(log.cut.count, cases[i].count);
        assert_int_equal(log.cut.count != 0 && log.cut.pieces[0].further.confirms, cases[i].confirms);
    }
}

/* The rape that was recorded before it was dropped is not the one that has been told since. */
static void a_rape_recorded_before_says_nothing_of_one_told_since(void **state)
{
    const uint32_t recorded = CDI_SETTLED_RAPE_RECORDED;
    const struct { const char *text; uint32_t told; int settled; size_t count; } cases[] = {
        { "O " RAPED "|O " CONFIRMED, 1u << CDI_FAMILY_DAMAGE | recorded, -60, 2 },
        { "C " HIT "|O " RAPED "|O " CONFIRMED, 1u << CDI_FAMILY_ASSAULT_INJURY | recorded, 0, 2 },
        { "O WRAP OF COCAINE FOUND ON HIM|O " CONFIRMED, 1u << CDI_FAMILY_RAPE | recorded, -60, 1 },
        { "O " CONFIRMED, 1u << CDI_FAMILY_RAPE | recorded, -60, 0 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct log log;
        write_log(&log, cases[i].text);
        log.incident.settled = (struct cdi_settled){ minutes(cases[i].settled), cases[i].told };
        log.incident.received_at = minutes(-60);
        log.incident.caller_role.text = CDI_TEXT("other");
        memset(&log.cut, 0xFF, sizeof log.cut);         /* whatever was there before */
        cut(&log);
        print_message("# %s\n", cases[i].text);
        assert_int_equal(log.cut.count, cases[i].count);
        assert_int_equal(log.cut.count == 2 && log.cut.pieces[1].further.confirms, cases[i].count == 2);
    }
}

static void known_is_what_others_than_supervisors_told(void **state)
{
    struct log log;
    (void)state;
    write_log(&log, "C " HIT "|O " RAPED);
    uint32_t known = cdi_known_families(&rules->tables, &log.incident, NULL);
    assert_true((known >> CDI_FAMILY_RAPE & 1) != 0);
    log.entries[1].role = CDI_ENTRY_ROLE_SUPERVISOR;
    assert_int_equal(cdi_known_families(&rules->tables, &log.incident, NULL) >> CDI_FAMILY_RAPE & 1, 0);
    log.incident.settled = (struct cdi_settled){ minutes(0), 1u << CDI_FAMILY_DRUGS | CDI_SETTLED_RAPE_RECORDED };
    assert_true((cdi_known_families(&rules->tables, &log.incident, NULL) >> CDI_FAMILY_DRUGS & 1) != 0);
}

/* The victims of a log that was dropped, and what became of its rape, share the bits with its families. */
static void what_is_known_besides_families_is_no_family(void **state)
{
    const uint32_t besides = CDI_SETTLED_VICTIMS(CDI_SETTLED_VICTIMS_MOST) | CDI_SETTLED_RAPE_RECORDED | CDI_SETTLED_RAPE_UNCONFIRMED;
    (void)state;
    for (uint32_t left = besides; left != 0; left &= left - 1)
        assert_int_equal(cdi_graver(CDI_FAMILIES_ALL, left & -left), 0);
    for (int family = 0; family < CDI_FAMILY_COUNT; family++)
        assert_int_equal(cdi_graver(CDI_FAMILIES_ALL, 1u << family | besides), cdi_graver(CDI_FAMILIES_ALL, 1u << family));
}

/* What was done about a report that is settled counts for none of those told since. */
static void a_settled_report_has_no_successor(void **state)
{
    struct log log;
    size_t piece = 9;
    (void)state;
    write_log(&log, "C " HIT "|O " RAPED);
    ALL_SETTLED(&log, 1);
    cut(&log);
    assert_false(cdi_cut_successor(&log.cut, 0, &piece));
    assert_false(cdi_cut_successor(&log.cut, 1, &piece));
    assert_true(cdi_cut_successor(&log.cut, 2, &piece));
    assert_int_equal(piece, 0);
    write_log(&log, "C WANTS ADVICE|O " RAPED);         /* nothing was: there is none whose it could be */
    ALL_SETTLED(&log, 1);
    cut(&log);
    assert_true(cdi_cut_successor(&log.cut, 0, &piece));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_disclosure_has_its_key_and_its_clock),
        cmocka_unit_test(what_is_told_of_another_occasion_is_known_from_its_own_entry),
        cmocka_unit_test(a_victim_named_later_than_another_is_due_in_the_report_that_tells_of_him),
        cmocka_unit_test(what_the_victim_confirms_is_a_report_after_a_third_partys_or_an_n100),
        cmocka_unit_test(an_entry_that_tells_nothing_of_a_crime_tells_of_no_victim_of_it),
        cmocka_unit_test(victims_of_something_else_are_no_further_victims_of_what_was_told),
        cmocka_unit_test(what_has_no_victim_has_no_further_one),
        cmocka_unit_test(of_one_house_the_owners_named_later_are_no_further_victims),
        cmocka_unit_test(of_another_occasion_each_victim_that_it_tells_of_is_due),
        cmocka_unit_test(what_stands_alone_owes_nothing_to_what_was_told_graver_before),
        cmocka_unit_test(rape_is_told_by_words_of_rape_that_make_it_likely),
        cmocka_unit_test(names_that_all_came_at_once_say_nothing_of_when),
        cmocka_unit_test(no_victim_is_due_twice_or_forgotten),
        cmocka_unit_test(what_takes_the_place_of_an_entrys_report_tells_of_the_same),
        cmocka_unit_test(a_log_that_only_grows_keeps_the_reports_it_had),
        cmocka_unit_test(what_is_settled_is_no_report_and_what_was_written_since_is_what_it_was),
        cmocka_unit_test(what_is_told_since_is_read_beside_what_was_known),
        cmocka_unit_test(a_rape_recorded_before_says_nothing_of_one_told_since),
        cmocka_unit_test(known_is_what_others_than_supervisors_told),
        cmocka_unit_test(what_is_known_besides_families_is_no_family),
        cmocka_unit_test(a_settled_report_has_no_successor),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, read_rules, free_rules);
}
