/* What the bench's logs tell: invented, in the manner of control rooms.  Of each kind: how it is opened, as what it is
 * recorded (NULL: no crime), and three entries: what the caller says, what is found, how it ends. */
#ifndef CDI_TESTS_BENCH_STORIES_H
#define CDI_TESTS_BENCH_STORIES_H

#include <stdbool.h>
#include <stddef.h>

struct story { const char *opened_as, *klass, *code, *qualifiers, *said, *found, *ended; };

static const struct story crimes[] = {
    { "PSW-DOM", "105A", "105/01", "\"domestic\",\"alcohol\"",
      "INF STS EX PARTNER HAS TURNED UP AT HER H/A, SHOUTING, AND PUNCHED HER TO THE FACE. HE HAS LEFT ON FOOT TOWARDS THE SHOPS",
      "OIC STATES IP SEEN, DISTRESSED, NO VISIBLE INJURY, CONFIRMS SHE WAS PUNCHED ONCE. BWV ON. DASH TO FOLLOW",
      "MALE CIRCULATED FOR ASSAULT, SAFEGUARDING LEFT WITH IP, CRIME TO BE RECORDED" },
    { "OPN-VIOL", "8N", "008/06", "\"alcohol\"",
      "CLR IS DOOR STAFF, MALE HAS BEEN HIT OVER THE HEAD WITH A BOTTLE IN THE SMOKING AREA, BLEEDING HEAVILY, OFFENDER STILL ON SCENE",
      "AMBO CREW WITH IP, CUT TO THE FOREHEAD APPROX 4CM WILL NEED STITCHES. TWO WITNESSES OUTSIDE",
      "ONE MALE ARRESTED FOR ASSAULT WITH INJURY, EN ROUTE CUSTODY, CRIME TO FOLLOW" },
    { "OPN-BURG", "28I", "028/01", "",
      "HOUSE BROKEN INTO WHILE INF WAS AT WORK, REAR WINDOW SMASHED, JEWELLERY AND LAPTOP STOLEN FROM THE BEDROOM",
      "ENTRY BY REAR WINDOW, UNTIDY SEARCH UPSTAIRS. CSI REQUESTED. NEIGHBOURS TO BE SPOKEN TO AFTER 17:00",
      "HOUSE TO HOUSE DONE, NO CCTV. BURGLARY TO BE RECORDED, OIC WILL UPDATE IP BY TELEPHONE" },
    { "OPN-VEH", "48", "048/01", "",
      "VEH TAKEN FROM THE DRIVE OVERNIGHT, BOTH SETS OF KEYS STILL WITH OWNER. WHITE TRANSIT VAN WITH TOOLS IN THE BACK HAS BEEN STOLEN",
      "VEHICLE CONFIRMED STOLEN, MARKERS PLACED, LAST SEEN ON CAMERA 03:12 NORTHBOUND", "NO FURTHER SIGHTINGS, CRIME TO BE RECORDED AND TRACKER COMPANY INFORMED" },
    { "OPN-THEFT", "46", "046/00", "",
      "STORE DETECTIVE STS FEMALE HAS WALKED OUT WITH A TROLLEY OF MEAT AND SPIRITS WITHOUT PAYING, KNOWN TO STAFF. SHOPLIFTING, VALUE 180",
      "STATEMENT AND CCTV DISC FROM MANAGER. SUSPECT IS A REGULAR, NAMED BY STAFF", "NO TRACE OF FEMALE ON AREA SEARCH, SHOPLIFTING TO BE RECORDED" },
    { "OPN-DAM", "58C", "058/00", "",
      "INF RETURNED TO CAR AND FOUND THE DRIVERS WINDOW SMASHED AND BOTH TYRES SLASHED, BELIEVES IT IS TO DO WITH A DISPUTE OVER PARKING",
      "DAMAGE SEEN AND PHOTOGRAPHED, NOTHING STOLEN. DOORBELL CAMERA OPPOSITE", "NAMED NEIGHBOUR TO BE INTERVIEWED, CRIMINAL DAMAGE TO BE RECORDED" },
    { "OPN-HAR", "8L", "195/94", "",
      "FEMALE IS BEING HARASSED BY HER EX, HE KEEPS CALLING AND MESSAGING DAY AND NIGHT AND HAS BEEN OUTSIDE HER WORK EVERY DAY THIS WEEK",
      "STATEMENT TAKEN, 60 CALLS AND MESSAGES ON HER PHONE SINCE MONDAY, SHE IS VERY FRIGHTENED", "HARASSMENT TO BE RECORDED, MALE TO BE ARRESTED WHEN FOUND" },
    { "OPN-ROB", "34B", "034/02", "\"youth\",\"weapon\"",
      "MALE ON PHONE STATES TWO LADS HAVE ROBBED HIM AT KNIFEPOINT BY THE UNDERPASS, TAKEN HIS PHONE AND WALLET, RAN TOWARDS THE ESTATE",
      "AREA SEARCH NEGATIVE, DOG UNIT FROM THE UNDERPASS TO THE CAR PARK. DESCRIPTION CIRCULATED", "ROBBERY TO BE RECORDED, IP TAKEN HOME, PHONE SHOWS IN THE NEXT STREET" },
};

static const struct story others[] = {
    { "PSW-CFS", NULL, NULL, "\"vulnerable\"", "CONCERN FOR AN ELDERLY NEIGHBOUR, CURTAINS DRAWN SINCE YESTERDAY AND MILK ON THE STEP, NO ANSWER AT THE DOOR",
      "OCCUPANT SAFE AND WELL, HAD BEEN AT HIS DAUGHTERS. KEY SAFE NUMBER UPDATED", "ALL IN ORDER, NO FURTHER ACTION FOR POLICE" },
    { "TRA-HWY", NULL, NULL, "", "LORRY SHED ITS LOAD OF GRAVEL ACROSS BOTH LANES OF THE BYPASS, TRAFFIC BACKING UP TO THE ROUNDABOUT",
      "ONE LANE OPEN, HIGHWAYS ON THE WAY WITH A SWEEPER, ETA 40 MINS", "ROAD CLEAR AND OPEN BOTH WAYS" },
    { "PSW-ALRM", NULL, NULL, "", "MONITORED ALARM, TWO ZONES ACTIVATED AT A WAREHOUSE, KEYHOLDER INFORMED AND TRAVELLING",
      "PREMISES SECURE ON ARRIVAL, FAULTY SENSOR ON ROLLER SHUTTER", "RESET BY KEYHOLDER, FALSE ALARM" },
    { "PSW-MISP", NULL, NULL, "", "RESIDENT OF A CARE HOME HAS WANDERED OFF IN SLIPPERS, USUALLY WALKS TO THE PARK, HAS DEMENTIA",
      "FOUND SITTING ON A BENCH BY THE POND, COLD BUT WELL", "RETURNED TO STAFF, CARE PLAN TO BE REVIEWED" },
    { "ASB-NUIS", NULL, NULL, "\"youth\"", "GROUP OF YOUTHS PLAYING LOUD MUSIC ON THE GREEN AND REVVING MOPEDS, HAPPENS MOST EVENINGS",
      "MOVED ON, NAMES TAKEN, NOBODY GIVING ANY TROUBLE", "WORDS OF ADVICE GIVEN, NEIGHBOURHOOD TEAM INFORMED" },
    { "ADM-LOST", NULL, NULL, "", "CLR HAS FOUND A SET OF HOUSE KEYS WITH A GREEN FOB OUTSIDE THE LIBRARY AND WILL HAND THEM IN",
      "PROPERTY BOOKED IN AT FRONT COUNTER", "OWNER COLLECTED, LOG CLOSED" },
    { "TRA-RTCD", NULL, NULL, "", "TWO CARS HAVE BUMPED AT THE LIGHTS, BOTH DRIVERS EXCHANGING DETAILS, ONE VEHICLE BLOCKING THE NEARSIDE LANE",
      "VEHICLES MOVED TO THE LAYBY, DETAILS EXCHANGED, NOBODY HURT", "RECOVERY ATTENDED, LANE CLEAR" },
};

static const char *const forces[] = { "met", "gmp", "wmp", "wyp", "tvp", "mer", "ham", "esx", "ken", "nth", "dpp", "sxp" };
static const char *const bcus[] = { "North", "South", "East", "West", "Central" };
static const char *const streets[] = { "High St", "Station Rd", "Church Lane", "Mill Lane", "Park Avenue", "Victoria Rd", "The Green", "Kings Rd" };
static const char *const channels[] = { "999", "101", "online", "counter" };
static const char *const firsts[] = { "Alan", "Bethan", "Carys", "David", "Elin", "Farah", "Gareth", "Hannah", "Imran", "Joanne", "Kelly",
    "Liam", "Megan", "Nadia", "Owen", "Priya", "Rhys", "Sian", "Tomasz", "Wendy", "Yusuf", "Zoe", "Callum", "Donna" };
static const char *const lasts[] = { "Adams", "Begum", "Clarke", "Davies", "Evans", "Foster", "Griffiths", "Hughes", "Iqbal", "Jones",
    "Kowalski", "Lewis", "Morgan", "Nowak", "Owens", "Patel", "Quinn", "Roberts", "Singh", "Thomas", "Underwood", "Vaughan", "Williams",
    "Young", "Barker", "Chaudhry", "Dixon", "Ellis", "Fletcher", "Grant", "Holt", "Irvine" };
static const char *const heads[] = { "Ash", "Brad", "Crow", "Dal", "Eden", "Farn", "Gar", "Hart", "Ing", "Kirk", "Lang", "Mar", "Nor", "Oak",
    "Pem", "Ramp", "Stan", "Thorn", "Ul", "Wal", "Win", "Wood", "York", "Bex" };
static const char *const tails[] = { "ley", "ford", "by", "ton", "ham", "worth", "field", "wick", "bury", "stone", "more", "well", "land", "shaw",
    "croft", "gate", "holme", "ridge", "combe", "den", "mouth", "bridge", "hurst", "thorpe" };

enum {
    CRIME_STORIES = sizeof crimes / sizeof *crimes, OTHER_STORIES = sizeof others / sizeof *others,
    FORCES = sizeof forces / sizeof *forces, BCUS = sizeof bcus / sizeof *bcus, STREETS = sizeof streets / sizeof *streets,
    CHANNELS = sizeof channels / sizeof *channels, FIRSTS = sizeof firsts / sizeof *firsts, LASTS = sizeof lasts / sizeof *lasts,
    HEADS = sizeof heads / sizeof *heads, TAILS = sizeof tails / sizeof *tails
};

#endif
