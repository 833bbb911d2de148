/* Plain sentences, as anybody would say them, against the shipped tables: each of the common crimes, told by its victim in one
 * sentence, is likely and of the right family under a neutral code; what is no crime is not likely. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "codec/tables.h"
#include "core/disclose.h"
#include "shipped_rules.h"

struct saying { const char *opened, *text, *klass; };

static struct cdi_disclosed said(const char *opened, const char *text, const char *caller)
{
    struct cdi_disclosed disclosed;
    struct cdi_finding findings[64];
    bool more;
    struct cdi_entry entry = { .seq = 1, .role = CDI_ENTRY_ROLE_CALL_TAKER };
    entry.finding_count = (uint16_t)cdi_lexicon_find(rules->lexicon, cdi_text_of(text), entry.role, findings, 64, &more);
    struct cdi_incident incident = { .opened_as.text = cdi_text_of(opened), .caller_role.text = cdi_text_of(caller),
                                     .entries = &entry, .entry_count = 1, .findings = findings,
                                     .finding_count = entry.finding_count, .settled = CDI_SETTLED_NOTHING };
    struct cdi_cut cut;
    cdi_cut_log(&rules->tables, &incident, NULL, &cut);
    cdi_disclose(&cut, 0, &disclosed);
    return disclosed;
}

static enum cdi_family family_of(const char *klass)
{
    const struct cdi_tables *tables = &rules->tables;
    for (size_t i = 0; i < tables->offence_count; i++)
        if (cdi_text_is(tables->offences[i].klass, klass))
            return tables->offences[i].family;
    fail_msg("no class %s", klass);
    return CDI_FAMILY_COUNT;
}

static bool family_likely(const struct cdi_disclosed *disclosed, const char *klass)
{
    for (size_t i = 0; i < disclosed->count; i++)
        if (rules->tables.offences[disclosed->items[i].offence].family == family_of(klass))
            return true;
    return false;
}

static void each_is_likely(const struct saying *sayings, size_t count)
{
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        struct cdi_disclosed disclosed = said(sayings[i].opened, sayings[i].text, "victim");
        if (family_likely(&disclosed, sayings[i].klass))
            continue;
        print_error("%s, not %s: %s\n", disclosed.likely ? "another family" : "not likely", sayings[i].klass, sayings[i].text);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

#define EACH_IS_LIKELY(...)                                                     \
    static const struct saying sayings[] = { __VA_ARGS__ };                     \
    (void)state;                                                                \
    each_is_likely(sayings, sizeof sayings / sizeof *sayings)

static void violence_in_plain_words_is_likely(void **state)
{
    EACH_IS_LIKELY(
        { "PSW-CFS", "caller says he has been punched", "105A" },
        { "PSW-CFS", "my husband slapped me", "105A" },
        { "PSW-CFS", "a man pushed me against a wall", "105A" },
        { "PSW-CFS", "she grabbed me by the arm", "105A" },
        { "PSW-CFS", "he pulled my hair", "105A" },
        { "PSW-CFS", "a woman spat in my face", "105A" },
        { "PSW-CFS", "someone threw a bottle at me", "105A" },
        { "PSW-CFS", "i have been assaulted by my neighbour", "105A" },
        { "PSW-CFS", "he kicked me in the leg", "105A" },
        { "PSW-CFS", "he punched me and i have a black eye", "8N" },
        { "PSW-CFS", "she hit me with a plate and my head is bleeding", "8N" },
        { "PSW-CFS", "two lads beat me up and broke my nose", "8N" },
        { "PSW-CFS", "he headbutted me and my lip is cut", "8N" },
        { "PSW-CFS", "she bit me on the arm", "8N" },
        { "PSW-CFS", "my partner strangled me", "8N" },
        { "PSW-CFS", "he put his hands round my throat and i could not breathe", "8N" },
        { "PSW-CFS", "my son has been stabbed in the leg", "5D" },
        { "OPN-VIOL", "a man punched another man outside the pub", "105A" },
        { "OPN-VIOL", "he and his friend were both punched, both have cut lips", "8N" },
        { "PSW-CFS", "he threatened to kill me and i believe he will", "3B" },
        { "PSW-CFS", "the dog next door bit my daughter on the hand", "8N" });
}

static void conduct_and_messages_in_plain_words_are_likely(void **state)
{
    EACH_IS_LIKELY(
        { "PSW-CFS", "my neighbour keeps harassing me every day", "8L" },
        { "OPN-HAR", "he keeps shouting abuse at me whenever i go out", "8L" },
        { "PSW-CFS", "my ex keeps following me home from work", "8Q" },
        { "OPN-HAR", "my ex boyfriend turned up at my work again and will not stop texting", "8Q" },
        { "PSW-CFS", "i found a tracker on my car and i think it is my ex", "8Q" },
        { "PSW-CFS", "i am being stalked", "8Q" },
        { "PSW-DOM", "he controls all my money and will not let me see my family", "8U" },
        { "PSW-DOM", "he takes my wages and checks my phone", "8U" },
        { "PSW-CFS", "someone sent me a threatening message on facebook", "8R" },
        { "PSW-CFS", "i have received an anonymous letter saying i will die", "8R" },
        { "PSW-DOM", "he locked me in the bedroom and would not let me leave", "36" },
        { "PSW-CFS", "they are threatening to post my photos unless i pay, it is blackmail", "35" },
        { "PSW-CFS", "my ex has posted naked photos of me online", "88C" });
}

/* Nobody consented to many things besides. */
static void a_car_that_is_taken_without_consent_is_that(void **state)
{
    EACH_IS_LIKELY(
        { "PSW-CFS", "my car was taken without my consent", "48" },
        { "PSW-CFS", "car taken without consent", "48" },
        { "OPN-VEH", "her son has taken her car without her consent", "48" });
}

static void sexual_crimes_in_plain_words_are_likely(void **state)
{
    EACH_IS_LIKELY(
        { "PSW-CFS", "i was raped last year", "19C" },
        { "PSW-CFS", "he had sex with me without my consent", "19C" },
        { "PSW-CFS", "i woke up and he was having sex with me", "19C" },
        { "PSW-CFS", "a man groped me on the bus", "20A" },
        { "PSW-CFS", "he put his hand up my skirt", "20A" },
        { "PSW-CFS", "a man touched my bottom in the queue", "20A" },
        { "PSW-CFS", "i was sexually assaulted at a party", "20A" },
        { "PSW-CFS", "a man exposed himself to me in the park", "88E" },
        { "PSW-CFS", "a man got his penis out in front of me", "88E" },
        { "OPN-SEX", "a stranger grabbed my breast", "20A" });
}

static void theft_in_plain_words_is_likely(void **state)
{
    EACH_IS_LIKELY(
        { "PSW-CFS", "my phone has been stolen", "49" },
        { "OPN-THEFT", "somebody has taken my bag", "49" },
        { "PSW-CFS", "someone stole my lawnmower from the garden", "49" },
        { "PSW-CFS", "my bike has been stolen from outside the library", "44" },
        { "OPN-THEFT", "bike stolen from the station", "44" },
        { "OPN-THEFT", "a man has walked out of the shop without paying for a trolley of meat", "46" },
        { "OPN-THEFT", "shoplifter has taken six bottles of vodka", "46" },
        { "OPN-THEFT", "driver filled up with petrol and drove off without paying", "49A" },
        { "OPN-THEFT", "passenger ran off without paying the taxi fare", "49A" },
        { "PSW-CFS", "my car has been stolen from the drive", "48" },
        { "OPN-VEH", "van stolen overnight", "48" },
        { "OPN-VEH", "tools stolen from my van", "45" },
        { "OPN-VEH", "someone broke into my car and took my laptop", "45" },
        { "PSW-CFS", "a man was trying the car door handles on our street", "126" },
        { "PSW-CFS", "my purse was stolen from my handbag on the bus", "39" },
        { "PSW-CFS", "a lad on a moped snatched my phone", "39" },
        { "PSW-CFS", "i have been robbed at knifepoint", "34B" },
        { "OPN-ROB", "two men threatened me and took my phone", "34B" },
        { "PSW-CFS", "he pulled a knife and demanded my wallet", "34B" },
        { "OPN-BURG", "my house has been broken into and jewellery stolen", "28I" },
        { "PSW-CFS", "we have been burgled", "28I" },
        { "PSW-CFS", "someone has broken into the church", "30C" },
        { "OPN-BURG", "our shed was broken into overnight", "28I" },
        { "PSW-SUSP", "somebody tried to break in through my back door", "28J" });
}

static void damage_disorder_and_hate_in_plain_words_are_likely(void **state)
{
    EACH_IS_LIKELY(
        { "PSW-CFS", "someone has smashed my window", "58A" },
        { "OPN-DAM", "my car has been scratched with a key", "58C" },
        { "PSW-CFS", "all four of my tyres have been slashed", "58C" },
        { "OPN-DAM", "a man smashed the window of the pub", "58B" },
        { "OPN-DAM", "youths are smashing up the bus shelter", "58D" },
        { "ASB-NUIS", "graffiti has been sprayed on my wall", "58D" },
        { "OPN-DAM", "my fence has been kicked down", "58D" },
        { "PSW-CFS", "someone set fire to my bin", "56B" },
        { "PSW-CFS", "my shed was deliberately set on fire", "56B" },
        { "PSW-CFS", "he threatened to smash my windows", "59" },
        { "OPN-PO", "a man is shouting abuse and squaring up to people", "9A" },
        { "OPN-PO", "a driver got out and threatened me", "9A" },
        { "OPN-HATE", "a man shouted racist abuse at me", "9B" },
        { "OPN-HATE", "he called me a paki and shouted abuse", "9B" },
        { "PSW-CFS", "he has breached his restraining order by coming to my house", "8L" },
        { "PSW-CFS", "he has breached his non molestation order", "66" });
}

static void possession_and_exploitation_in_plain_words_are_likely(void **state)
{
    EACH_IS_LIKELY(
        { "OPN-DRUG", "found in possession of cannabis", "92D" },
        { "OPN-DRUG", "there is a cannabis factory next door", "92A" },
        { "OPN-WPN", "he was carrying a knife in his waistband", "10D" },
        { "PSW-CFS", "my son was carrying a machete", "10D" },
        { "PSW-CFS", "a police officer was assaulted", "104" },
        { "PSW-CFS", "a patient punched a nurse", "8T" },
        { "PSW-CFS", "i am made to work without pay and they hold my passport, it is modern slavery", "106" },
        { "PSW-CFS", "a man is grooming my daughter who is 13", "88A" },
        { "PSW-CFS", "she left the children home alone and the house is filthy, it is neglect", "11A" },
        { "PSW-CFS", "my drink was spiked", "8N" },
        { "PSW-CFS", "a stranger tried to pull my child into a van", "13" });
}

static void what_is_no_crime_in_plain_words_is_not_likely(void **state)
{
    static const struct saying sayings[] = {
        { .opened = "ADM-LOST", .text = "i have lost my purse" }, { .opened = "ADM-LOST", .text = "lost phone on the train" },
        { .opened = "ADM-LOST", .text = "found a wallet in the street and wants to hand it in" },
        { .opened = "ADM-LOST", .text = "dropped her keys in the car park" },
        { .opened = "ADM-LOST", .text = "passport mislaid when moving house" },
        { .opened = "PSW-CFS", .text = "my mother has fallen over and cannot get up" },
        { .opened = "PSW-CFS", .text = "elderly man fell off his bike, no other vehicle involved" },
        { .opened = "PSW-CFS", .text = "caller has not seen his neighbour since monday" },
        { .opened = "PSW-CFS", .text = "please check on my father, he is not answering the phone" },
        { .opened = "PSW-CFS", .text = "a man looks unwell on a bench" },
        { .opened = "PSW-CFS", .text = "patient has left the ward and is confused" },
        { .opened = "PSW-CFS", .text = "she slipped on the ice and hurt her wrist" },
        { .opened = "PSW-CFS", .text = "child stuck in a tree" },
        { .opened = "PSW-CFS", .text = "he feels low and wants to talk to somebody" },
        { .opened = "PSW-MISP", .text = "my daughter has not come home from school" },
        { .opened = "PSW-MISP", .text = "resident with dementia missing from the care home" },
        { .opened = "ASB-NUIS", .text = "loud music from next door all night" },
        { .opened = "ASB-NUIS", .text = "children playing football in the street" },
        { .opened = "ASB-NUIS", .text = "noisy party across the road" },
        { .opened = "ASB-NUIS", .text = "fireworks being let off in the park" },
        { .opened = "ASB-ENV", .text = "bonfire smoke is coming into my house" },
        { .opened = "ASB-ENV", .text = "rubbish has been left on the verge" },
        { .opened = "ASB-PERS", .text = "neighbour parks too close to my drive" },
        { .opened = "TRA-RTCD", .text = "two cars have bumped at the lights and exchanged details" },
        { .opened = "TRA-RTCI", .text = "car has hit a lamp post, driver is out and walking" },
        { .opened = "TRA-HWY", .text = "a tree is blocking the road" }, { .opened = "TRA-HWY", .text = "traffic lights are out" },
        { .opened = "TRA-ROFF", .text = "car parked on double yellow lines" },
        { .opened = "PSW-ANIM", .text = "a dog is loose on the main road" },
        { .opened = "PSW-ANIM", .text = "sheep have got out of the field" },
        { .opened = "PSW-ANIM", .text = "injured swan by the canal" },
        { .opened = "PSW-CIVL", .text = "builder has not finished the work and will not answer calls" },
        { .opened = "PSW-CIVL", .text = "landlord will not return the deposit, it is a civil matter" },
        { .opened = "PSW-CIVL", .text = "argument over a boundary, civil dispute" },
        { .opened = "PSW-CIVL", .text = "wants a refund from a shop" },
        { .opened = "PSW-DOM", .text = "couple arguing about money, verbal only, no violence" },
        { .opened = "PSW-DOM", .text = "he has not hit her and she is not hurt" },
        { .opened = "PSW-ALRM", .text = "house alarm ringing, all secure" },
        { .opened = "PSW-ALRM", .text = "alarm set off by mistake" },
        { .opened = "PSW-SUSP", .text = "a man is walking slowly down the road" },
        { .opened = "PSW-SUSP", .text = "an unknown car is parked outside" },
        { .opened = "PSW-SUSP", .text = "door to the office was left open, nothing taken" },
        { .opened = "PSW-DEATH", .text = "my wife has died in her sleep, it was expected" },
        { .opened = "PSW-ABAN", .text = "silent call, line cleared" },
        { .opened = "ADM-CONT", .text = "wants to speak to her officer about a court date" },
        { .opened = "ADM-CONT", .text = "how do i renew my firearms certificate" },
        { .opened = "ADM-MSG", .text = "please ask the sergeant to ring me" },
        { .opened = "ADM-CONT", .text = "thanks the officers for their help" },
        { .opened = "OPN-THEFT", .text = "my car was not stolen, my brother had moved it" },
        { .opened = "OPN-THEFT", .text = "purse was not stolen, it has turned up at home, caller has found it" },
    };
    size_t wrong = 0;
    (void)state;
    for (size_t i = 0; i < sizeof sayings / sizeof *sayings; i++)
        if (said(sayings[i].opened, sayings[i].text, "victim").likely) {
            print_error("likely: %s\n", sayings[i].text);
            wrong++;
        }
    assert_int_equal(wrong, 0);
}

static void a_crime_opening_alone_is_likely(void **state)
{
    static const struct saying codes[] = {
        { "OPN-VIOL", "", "105A" }, { "OPN-SEX", "", "20A" }, { "OPN-ROB", "", "34B" }, { "OPN-BURG", "", "28I" },
        { "OPN-VEH", "", "48" }, { "OPN-THEFT", "", "49" }, { "OPN-DAM", "", "58D" }, { "OPN-HAR", "", "8L" },
        { "OPN-HATE", "", "9B" }, { "OPN-MS", "", "106" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct cdi_disclosed disclosed = said(codes[i].opened, "", "unknown");
        assert_true(family_likely(&disclosed, codes[i].klass));
    }
    assert_false(said("OPN-PO", "", "unknown").likely);
    assert_false(said("OPN-DRUG", "", "unknown").likely);
    assert_false(said("PSW-DOM", "", "victim").likely);
    assert_false(said("ASB-PERS", "", "victim").likely);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(violence_in_plain_words_is_likely),
        cmocka_unit_test(conduct_and_messages_in_plain_words_are_likely),
        cmocka_unit_test(sexual_crimes_in_plain_words_are_likely),
        cmocka_unit_test(a_car_that_is_taken_without_consent_is_that),
        cmocka_unit_test(theft_in_plain_words_is_likely),
        cmocka_unit_test(damage_disorder_and_hate_in_plain_words_are_likely),
        cmocka_unit_test(possession_and_exploitation_in_plain_words_are_likely),
        cmocka_unit_test(what_is_no_crime_in_plain_words_is_not_likely),
        cmocka_unit_test(a_crime_opening_alone_is_likely),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, read_rules, free_rules);
}
