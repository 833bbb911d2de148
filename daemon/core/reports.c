/* How a log falls into reports.  The law (DOMAIN.md):
 *   R1 what call-takers wrote within 60 minutes of receipt and before any officer is report 0, clocked from receipt; a crime that
 *      first becomes likely in a later entry is clocked from that entry;
 *   R2 a new report only if a later entry raises the number due, or discloses a crime outside the event told before: another
 *      family, another occasion, another victim.  The same event described better stays in its report.
 * Our reading, entry by entry as the log grew:
 *   1. the first report is what was likely at first contact, else at the first entry after which anything is;
 *   2. a family (R4) that becomes likely later and is no degree of one told before (`degrees`) opens a report, if that entry's own
 *      words make it likely without the log's codes: a word that only tips what the opening code suggests discloses nothing, nor
 *      does what is only other words for what the entry tells besides;
 *      A graver degree stays in its report, or is one of its own (reports_graver.c);
 *   3. so does, once for a family, a crime told to be of another occasion whose own words make it likely without the log's codes;
 *      conduct apart, which goes on (R6);
 *   4. and a victim more than were told or named before;
 *   5. and the victim who confirms a rape that was told before, where a third party told it or an N100 explained it by then (R15);
 *      What supervisors and systems write opens none but a confirmation's;
 *   6. what is then told of a family, in the whole log, belongs to its report.  A report that nothing is left of is none;
 *   7. of a log that was dropped and is held anew, what was told before is settled: only what an entry since tells is a report, and it
 *      is read beside what is known to have been told before, if that is not said again. */
#include "core/reports_inside.h"

#include <string.h>

enum { FIRST_CONTACT_MINUTES = 60 };

static bool at_first_contact(const struct cdi_growth *growth, size_t entry)
{
    const struct cdi_incident *incident = growth->cut->reading.incident;
    const struct cdi_entry *at = &incident->entries[entry];
    if (cdi_entry_anew(incident, at))
        return false;
    if (entry == growth->keyed)
        return true;
    return entry < growth->officers && cdi_by_call_taker(at) &&
           at->at.ms - incident->received_at.ms <= CDI_MINUTES(FIRST_CONTACT_MINUTES).ms;
}

/* Something was found in it, and it is believed. */
static bool tells(const struct cdi_growth *growth, size_t entry)
{
    const struct cdi_entry *at = &growth->cut->reading.incident->entries[entry];
    return at->finding_count != 0 && cdi_believed(&growth->cut->reading, at);
}

/* The place of the next entry after first contact that tells something; entry_count: there is none. */
static size_t next_telling(const struct cdi_growth *growth)
{
    size_t next = growth->next, count = growth->cut->reading.incident->entry_count;
    while (next < count && (!tells(growth, next) || at_first_contact(growth, next)))
        next++;
    return next;
}

/* When the next of them was written. */
static void look_ahead(struct cdi_growth *growth)
{
    const struct cdi_incident *incident = growth->cut->reading.incident;
    size_t following = next_telling(growth);
    growth->following = following < incident->entry_count ? incident->entries[following].at : CDI_INSTANT_NONE;
}

/* A log that is sent whole says itself which families it told of. */
static uint32_t not_said_again(const struct cdi_incident *incident)
{
    for (size_t i = 0; i < incident->entry_count; i++)
        if (cdi_entry_settled(incident, &incident->entries[i]))
            return incident->settled.told & ~CDI_FAMILIES_ALL;
    return incident->settled.told;
}

/* Of more than can be told nobody knows whether one is a further one. */
static struct cdi_piece gone_piece(uint32_t before)
{
    int victims = 0;
    while (victims < CDI_SETTLED_VICTIMS_MOST && (before >> (CDI_SETTLED_VICTIMS_AT + victims) & 1) != 0)
        victims++;
    bool known = (before & CDI_FAMILIES_ALL) != 0 && victims < CDI_SETTLED_VICTIMS_MOST;
    return (struct cdi_piece){ .families = before & CDI_FAMILIES_ALL, .told = known ? (uint8_t)victims : 0 };
}

static void first_reading(struct cdi_cut *cut, struct cdi_growth *growth)
{
    const struct cdi_incident *incident = cut->reading.incident;
    memset(&growth->held, 0, sizeof growth->held);
    growth->cut = cut;
    growth->officers = growth->next = 0;
    growth->keyed = cdi_keyed_by(incident);
    growth->before = not_said_again(incident);
    growth->gone = gone_piece(growth->before);
    growth->entry = NULL;
    growth->known = growth->occasions = growth->stood = growth->worded = 0;
    growth->confirmed = false;
    while (growth->officers < incident->entry_count &&
           (growth->officers == growth->keyed || incident->entries[growth->officers].role != CDI_ENTRY_ROLE_OFFICER))
        growth->officers++;
    for (size_t i = 0; i < growth->officers; i++)
        if (at_first_contact(growth, i))
            cdi_read_entry(&cut->reading, &incident->entries[i], &growth->held);
    look_ahead(growth);
}

static bool read_on(struct cdi_growth *growth)
{
    const struct cdi_incident *incident = growth->cut->reading.incident;
    size_t at = next_telling(growth);
    if (at == incident->entry_count)
        return false;
    growth->entry = &incident->entries[at];
    growth->next = at + 1;
    growth->known |= cdi_told_before(growth) & CDI_FAMILIES_ALL;
    look_ahead(growth);
    growth->earlier = growth->held;
    cdi_read_entry(&growth->cut->reading, growth->entry, &growth->held);
    return true;
}

/* ---- what a finding is about ---- */

/* The families of which it makes a class likelier, with all that is held. */
uint32_t cdi_families_told(const struct cdi_reading *reading, const struct cdi_held *held, size_t finding)
{
    uint16_t phrase = cdi_reading_phrase(reading, finding);
    uint32_t families = 0;
    if (phrase == CDI_PHRASE_NONE || reading->incident->findings[finding].assertion != CDI_ASSERTION_ASSERTED)
        return 0;
    const struct cdi_phrase *words = &reading->evidence->phrases[phrase];
    const struct cdi_evidence_weight *weight = &reading->evidence->weights[words->weight_first];
    for (const struct cdi_evidence_weight *last = weight + words->weight_count; weight < last; weight++)
        if (weight->klass != CDI_CLASS_ANY && cdi_worth(reading, held, phrase, weight) > 0)
            families |= UINT32_C(1) << cdi_reading_offence(reading, weight->klass)->family |
                        (uint32_t)cdi_told_by(reading->tables, words->key, reading->evidence->classes[weight->klass]) << CDI_KIND_BREACH;
    return families;
}

void cdi_hold_caller(struct cdi_reading *reading)
{
    const struct cdi_incident *incident = reading->incident;
    memset(&reading->held, 0, sizeof reading->held);
    reading->caller_only = true;
    for (size_t i = 0; i < incident->entry_count; i++)
        if (cdi_by_call_taker(&incident->entries[i]))
            cdi_read_entry(reading, &incident->entries[i], &reading->held);
}

void cdi_hold_other_occasion(const struct cdi_reading *reading, size_t entry, struct cdi_held *held)
{
    const struct cdi_entry *at = &reading->incident->entries[entry];
    memset(held, 0, sizeof *held);
    for (size_t i = at->finding_first; i < (size_t)at->finding_first + at->finding_count; i++)
        if (reading->incident->findings[i].other_occasion != 0)
            cdi_hold_finding(reading, at, i, held);
}

void cdi_hold_entry(const struct cdi_reading *reading, const struct cdi_entry *entry, struct cdi_held *held)
{
    memset(held, 0, sizeof *held);
    cdi_read_entry(reading, entry, held);
}

/* ---- 1. The first report ---- */

/* Other occasions that are told with the first report are part of what it tells. */
static void note_occasions(struct cdi_growth *growth, size_t entries)
{
    const struct cdi_reading *reading = &growth->cut->reading;
    for (size_t e = 0; e < entries; e++) {
        const struct cdi_entry *entry = &reading->incident->entries[e];
        if (growth->entry == NULL && !at_first_contact(growth, e))
            continue;
        for (size_t i = entry->finding_first; i < (size_t)entry->finding_first + entry->finding_count; i++)
            if (reading->incident->findings[i].other_occasion != 0)
                growth->occasions |= cdi_families_told(reading, &growth->held, i);
    }
}

/* Victims that the first report tells of: in its words, or named within the hour, before anything is told later. */
static uint8_t victims_at_first(const struct cdi_growth *growth, uint32_t families, size_t entries, struct cdi_instant from)
{
    const struct cdi_reading *reading = &growth->cut->reading;
    struct cdi_instant until = cdi_instant_earlier(cdi_instant_after(from, CDI_MINUTES(FIRST_CONTACT_MINUTES)), growth->following);
    uint8_t told = 1, named = cdi_victims(reading->incident, until);
    for (size_t e = 0; e < entries; e++) {
        uint8_t here = cdi_victims_told(reading, &growth->held, &reading->incident->entries[e], families);
        if ((growth->entry != NULL || at_first_contact(growth, e)) && here > told)
            told = here;
    }
    return named > told ? named : told;
}

static void open_first(struct cdi_growth *growth, bool growing)
{
    struct cdi_cut *cut = growth->cut;
    const struct cdi_incident *incident = cut->reading.incident;
    struct cdi_piece *piece = &cut->pieces[cut->count++];
    size_t entries = growth->entry == NULL ? growth->officers : growth->next;
    *piece = (struct cdi_piece){ .received_at = incident->received_at, .families = CDI_FAMILIES_ALL, .opening = true,
                                 .victims_from = CDI_INSTANT_NONE, .victims_until = CDI_INSTANT_NONE };
    if (growth->entry != NULL) {
        piece->key = growth->entry->seq;
        piece->received_at = cdi_instant_later(growth->entry->at, incident->received_at);
    }
    cdi_note_rape(growth);
    if (!growing)
        return;
    growth->known = cdi_likely_families(&cut->reading, &growth->sums);
    cdi_note_standing(growth);
    note_occasions(growth, entries);
    piece->told = victims_at_first(growth, growth->known, entries, piece->received_at);
}

/* ---- 2 to 5. Later ones ---- */

/* What the entry's own words make likely without the codes: families outside what is known, and those that tell graver what is. */
struct news { uint32_t families, graver; };

static struct news newly_disclosed(struct cdi_growth *growth)
{
    struct cdi_reading *reading = &growth->cut->reading;
    uint32_t likely = cdi_likely_families(reading, &growth->sums), told = 0;
    struct news news = { cdi_outside(likely, growth->known), cdi_told_graver(growth, likely) };
    uint8_t classes[CDI_DISCLOSURES_MAX];
    struct cdi_sums words;
    struct cdi_held own;
    growth->known |= likely;
    if ((news.families | news.graver) == 0)
        return news;
    cdi_hold_entry(reading, growth->entry, &own);
    cdi_weigh_words(reading, &own, &words);
    reading->so_far = &own;
    size_t count = cdi_standing_alone(reading, &words, CDI_FAMILIES_ALL, classes);
    for (size_t i = 0; i < count; i++)
        told |= cdi_reading_kinds(reading, &words, classes[i], CDI_FAMILIES_ALL);
    uint32_t rape = cdi_rape_told(reading, &words);
    told |= rape;
    reading->so_far = &growth->held;
    reading->graver |= (news.families | news.graver) & rape;
    return (struct news){ news.families & told, news.graver & told };
}

/* A report of this entry, of these families. */
static void open_report(struct cdi_growth *growth, const struct news *news, const struct cdi_further *further)
{
    struct cdi_cut *cut = growth->cut;
    if (cut->count == CDI_REPORTS_AT_ONCE) {
        cut->truncated = true;
        return;
    }
    uint8_t told = cdi_victims_told(&cut->reading, &growth->held, growth->entry, news->families);
    struct cdi_instant event_told_at = cdi_event_told_at(growth, news->graver);
    for (size_t i = 0; i < cut->count; i++)
        cut->pieces[i].families &= ~(news->families | further->graver);
    cut->pieces[cut->count++] = (struct cdi_piece){
        .key = growth->entry->seq, .received_at = cdi_instant_later(growth->entry->at, cut->reading.incident->received_at),
        .families = news->families, .graver = news->graver, .event_told_at = event_told_at, .told = told > 1 ? told : 1,
        .further = *further, .victims_from = growth->entry->at, .victims_until = CDI_INSTANT_NONE,
    };
}

static void open_later(struct cdi_growth *growth)
{
    struct cdi_cut *cut = growth->cut;
    struct news news = { 0, 0 };
    struct cdi_further further = cdi_confirmation(growth);
    bool heard = cdi_by_who_hears(growth->entry);
    if (!further.told && heard)
        further = cdi_other_occasion(growth);
    if (heard && !further.told && growth->gone.told != 0)
        further = cdi_other_victims(growth, &growth->gone);
    for (size_t i = 0, count = cut->count; heard && !further.told && i < count; i++)
        further = cdi_other_victims(growth, &cut->pieces[i]);
    if (heard)
        news = newly_disclosed(growth);
    news.graver &= ~further.graver;
    if (further.other_victims)                  /* it is they who suffered more, not whom was told of before */
        news.graver &= ~(UINT32_C(1) << cdi_reading_offence(&cut->reading, further.klass)->family);
    uint32_t own = cdi_with_own_clock(growth, news.graver);
    cut->reading.graver |= news.graver & ~own;
    news = (struct news){ news.families | own, own };
    if (news.families != 0 || further.told)
        open_report(growth, &news, &further);
    if (further.other_victims && news.families == 0)
        growth->held = growth->earlier;         /* nor are these words of what was told before */
    else if (heard)
        cdi_note_standing(growth);
}

/* ---- 6. What belongs to which ---- */

/* What the caller disclosed stands until a reason ends it (NEG, NCL, NSIR ... with what they need; R11 to R13): the caller may
 * take it back, in any entry of a call-taker; officers and supervisors add to it or tell it better, and do not silence it. */
static void stand_by_caller(struct cdi_cut *cut, struct cdi_piece *piece)
{
    struct cdi_reading *reading = &cut->reading;
    struct cdi_held whole = reading->held;
    struct cdi_sums sums;
    cdi_hold_caller(reading);
    if (memcmp(&reading->held, &whole, sizeof whole) != 0) {
        cdi_weigh(reading, &reading->held, &sums);
        piece->class_count = (uint8_t)cdi_standing(reading, &sums, piece->families, piece->classes, &cut->truncated);
        piece->caller_only = true;
    }
    reading->held = whole;
    reading->caller_only = false;
}

const struct cdi_sums *cdi_leave_out_others(struct cdi_cut *cut, struct cdi_rest *rest)
{
    struct cdi_reading *reading = &cut->reading;
    for (size_t i = 0; i < cut->count; i++)
        if (cut->pieces[i].further.told && cut->pieces[i].further.other_victims && cut->pieces[i].families == 0)
            reading->left_out[reading->left_out_count++] = &reading->incident->entries[cut->pieces[i].further.entry];
    if (reading->left_out_count == 0)
        return &cut->sums;                      /* nearly always */
    rest->whole = reading->held;
    memset(&reading->held, 0, sizeof reading->held);
    for (size_t i = 0; i < reading->incident->entry_count; i++)
        if (cdi_believed(reading, &reading->incident->entries[i]))
            cdi_read_entry(reading, &reading->incident->entries[i], &reading->held);
    cdi_weigh(reading, &reading->held, &rest->sums);
    return &rest->sums;
}

void cdi_hold_all_again(struct cdi_cut *cut, const struct cdi_rest *rest)
{
    if (cut->reading.left_out_count != 0)
        cut->reading.held = rest->whole;
    cut->reading.left_out_count = 0;
}

static void keep_what_stands(struct cdi_cut *cut)
{
    uint8_t kept = 0;
    struct cdi_rest rest;
    const struct cdi_sums *sums = cdi_leave_out_others(cut, &rest);
    for (size_t i = 0; i < cut->count; i++) {
        struct cdi_piece *piece = &cut->pieces[i];
        if (piece->families != 0)
            piece->class_count = (uint8_t)cdi_standing(&cut->reading, sums, piece->families, piece->classes,
                                                       &cut->truncated);
        if (piece->class_count == 0 && piece->families != 0 && !cut->reading.caller_only)
            stand_by_caller(cut, piece);
        if (piece->class_count != 0 || piece->further.told)
            cut->pieces[kept++] = *piece;
    }
    cut->count = kept;
    cdi_hold_all_again(cut, &rest);
}

/* What stands in the whole log; if nothing does, in what the caller says, which is then all that is read. */
static uint8_t what_stands(struct cdi_cut *cut, uint8_t classes[CDI_DISCLOSURES_MAX])
{
    size_t count = cdi_standing(&cut->reading, &cut->sums, CDI_FAMILIES_ALL, classes, &cut->truncated);
    if (count != 0)
        return (uint8_t)count;
    struct cdi_held whole = cut->reading.held;
    cdi_hold_caller(&cut->reading);
    if (memcmp(&cut->reading.held, &whole, sizeof whole) == 0)
        return 0;
    cdi_weigh(&cut->reading, &cut->reading.held, &cut->sums);
    count = cdi_standing(&cut->reading, &cut->sums, CDI_FAMILIES_ALL, classes, &cut->truncated);
    if (count == 0) {                           /* then the sums are of the whole log again: what it suggests most is watched for */
        cut->reading.held = whole;
        cut->reading.caller_only = false;
        cdi_weigh(&cut->reading, &cut->reading.held, &cut->sums);
    }
    return (uint8_t)count;
}

/* Nearly every log is one report: may a later entry have opened another? */
static bool may_fall_apart(struct cdi_growth *growth)
{
    struct cdi_reading *reading = &growth->cut->reading;
    const struct cdi_incident *incident = reading->incident;
    reading->so_far = NULL;
    uint32_t likely = cdi_likely_families(reading, &growth->cut->sums);
    bool hidden = cdi_graver(likely, cdi_standing_families(reading, &growth->cut->sums)) != 0;
    reading->so_far = &growth->held;
    if (hidden || cdi_outside(likely, growth->known) != 0 || cdi_graver(likely, growth->stood) != 0)
        return true;
    for (size_t e = 0; e < incident->entry_count; e++) {
        const struct cdi_entry *entry = &incident->entries[e];
        if (!tells(growth, e) || at_first_contact(growth, e))
            continue;
        if (cdi_by_call_taker(entry) || cdi_victim(incident, entry->at, CDI_INSTANT_NONE, 0) != NULL || cdi_entry_confirms(reading, entry))
            return true;                        /* the caller's word may stand though the log as a whole says otherwise */
        for (size_t i = entry->finding_first; i < (size_t)entry->finding_first + entry->finding_count; i++)
            if (incident->findings[i].other_occasion != 0 || incident->findings[i].victims != 0)
                return true;
    }
    return false;
}

/* All that the log is known to have told has been entered since: its codes are of that, and told nothing before. */
static bool only_anew(const struct cdi_growth *growth)
{
    const struct cdi_incident *incident = growth->cut->reading.incident;
    for (size_t i = 0; i < incident->entry_count; i++)
        if (cdi_entry_settled(incident, &incident->entries[i]))
            return false;
    return cdi_instant_said(incident->settled.until) && (growth->before & CDI_FAMILIES_ALL) == 0;
}

/* False: it is one report, of all that stands. */
static bool fell_apart(struct cdi_growth *growth)
{
    struct cdi_cut *cut = growth->cut;
    uint8_t classes[CDI_DISCLOSURES_MAX];
    bool more = false, later = next_telling(growth) < cut->reading.incident->entry_count;
    bool at_first = !later || !only_anew(growth);
    if (later || growth->whole)
        cdi_weigh(&cut->reading, &growth->held, &growth->sums);
    if (at_first && (!later || cdi_standing(&cut->reading, &growth->sums, CDI_FAMILIES_ALL, classes, &more) != 0)) {
        open_first(growth, later || growth->whole);
        if (!later || (!growth->whole && !may_fall_apart(growth)))
            return false;
    }
    while (read_on(growth)) {
        cdi_weigh(&cut->reading, &growth->held, &growth->sums);
        if (cut->count != 0 || (cdi_told_before(growth) & CDI_FAMILIES_ALL) != 0)
            open_later(growth);
        else if (cdi_standing(&cut->reading, &growth->sums, CDI_FAMILIES_ALL, classes, &more) != 0)
            open_first(growth, true);
    }
    return true;
}

static void leave_settled(struct cdi_cut *cut)
{
    struct cdi_instant until = cut->reading.incident->settled.until;
    uint8_t kept = 0;
    for (size_t i = 0; cdi_instant_said(until) && i < cut->count; i++)
        if (cdi_instant_before(until, cut->pieces[i].received_at))
            cut->pieces[kept++] = cut->pieces[i];
    cut->settled = cdi_instant_said(until) && (kept < cut->count || (cut->reading.incident->settled.told & CDI_FAMILIES_ALL) != 0);
    cut->count = cdi_instant_said(until) ? kept : cut->count;
}

/* False: nothing is likely, or the log has no clock (no receipt), or is a test and no log. */
static bool read_whole(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_past *past,
                       struct cdi_cut *cut, uint8_t classes[CDI_DISCLOSURES_MAX], uint8_t *count)
{
    cut->count = 0;
    cut->truncated = cut->asks_n100 = cut->settled = false;
    cdi_read_log(&cut->reading, tables, incident, past);
    if (!cdi_instant_said(incident->received_at) || (cut->reading.opened != NULL && cut->reading.opened->excluded))
        return false;
    cdi_weigh(&cut->reading, &cut->reading.held, &cut->sums);
    *count = what_stands(cut, classes);
    return *count != 0;
}

static bool grow(struct cdi_growth *growth, struct cdi_cut *cut)
{
    first_reading(cut, growth);
    cut->reading.so_far = &growth->held;
    bool apart = fell_apart(growth);
    cut->reading.so_far = NULL;
    return apart;
}

void cdi_cut_explained(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_past *past,
                       struct cdi_instant explained_at, struct cdi_cut *cut)
{
    struct cdi_growth growth = { .explained_at = explained_at };
    uint8_t classes[CDI_DISCLOSURES_MAX], count;
    if (!read_whole(tables, incident, past, cut, classes, &count))
        return;
    if (grow(&growth, cut)) {
        keep_what_stands(cut);
    } else {
        if (cut->reading.graver != 0)
            count = (uint8_t)cdi_standing(&cut->reading, &cut->sums, CDI_FAMILIES_ALL, classes, &cut->truncated);
        cut->pieces[0].class_count = count;
        memcpy(cut->pieces[0].classes, classes, count);
    }
    leave_settled(cut);
}

/* How many victims the log has told of, or named. */
static uint32_t victims_known(const struct cdi_growth *growth)
{
    const struct cdi_cut *cut = growth->cut;
    uint8_t most = cdi_victims(cut->reading.incident, CDI_INSTANT_NONE);
    most = growth->gone.told > most ? growth->gone.told : most;
    for (size_t i = 0; i < cut->count; i++)
        most = cut->pieces[i].told > most ? cut->pieces[i].told : most;
    return CDI_SETTLED_VICTIMS(most < CDI_SETTLED_VICTIMS_MOST ? most : CDI_SETTLED_VICTIMS_MOST);
}

uint32_t cdi_known_families(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_past *past)
{
    struct cdi_growth growth = { .explained_at = CDI_INSTANT_NONE, .whole = true };
    uint32_t before = incident->settled.told & (CDI_FAMILIES_ALL | CDI_SETTLED_VICTIMS(CDI_SETTLED_VICTIMS_MOST));
    uint8_t classes[CDI_DISCLOSURES_MAX], count;
    struct cdi_cut cut;
    if (!read_whole(tables, incident, past, &cut, classes, &count))
        return before;
    uint32_t known = cdi_likely_families(&cut.reading, &cut.sums), stood = cdi_standing_families(&cut.reading, &cut.sums);
    if (grow(&growth, &cut)) {
        known = growth.known;
        stood = growth.stood;
    }
    return before | (known & ~cdi_graver(known, stood)) | victims_known(&growth);
}

void cdi_cut_log(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_past *past,
                 struct cdi_cut *cut)
{
    cdi_cut_explained(tables, incident, past, CDI_INSTANT_NONE, cut);
}

/* ---- what it is for later logs ---- */

/* By what stands in it. */
static uint8_t kinds_disclosed(const struct cdi_tables *tables, const struct cdi_incident *incident)
{
    struct cdi_cut cut;
    uint8_t classes[CDI_DISCLOSURES_MAX], kinds = 0;
    cut.truncated = false;
    cdi_read_log(&cut.reading, tables, incident, NULL);
    cdi_weigh(&cut.reading, &cut.reading.held, &cut.sums);
    size_t count = what_stands(&cut, classes);
    for (size_t i = 0; i < count; i++) {
        const struct cdi_offence *offence = cdi_reading_offence(&cut.reading, classes[i]);
        kinds |= (uint8_t)((offence->category != CDI_CATEGORY_OTHER) << CDI_PAST_KIND_VIOLENCE);
        kinds |= (uint8_t)((offence->family == CDI_FAMILY_CONDUCT) << CDI_PAST_KIND_CONDUCT);
    }
    return kinds;
}

uint8_t cdi_own_kinds(const struct cdi_tables *tables, const struct cdi_incident *incident, uint8_t wanted)
{
    const uint8_t disclosed = 1u << CDI_PAST_KIND_VIOLENCE | 1u << CDI_PAST_KIND_CONDUCT;
    uint8_t kinds = 0;
    const struct cdi_incident_code *opened = cdi_evidence_code(&tables->evidence, incident->opened_as.text);
    if (opened != NULL && opened->excluded)
        return 0;
    uint8_t told = cdi_grounds_of(tables, incident);
    kinds |= (uint8_t)((told >> CDI_GROUND_TARGETED & 1) << CDI_PAST_KIND_CONDUCT);
    kinds |= (uint8_t)((told >> CDI_GROUND_PERSONAL & 1) << CDI_PAST_KIND_PERSONAL);
    kinds |= (uint8_t)((told >> CDI_GROUND_DOMESTIC & 1) << CDI_PAST_KIND_DOMESTIC);
    kinds |= (uint8_t)((told >> CDI_GROUND_ASB_PERSONAL & 1) << CDI_PAST_KIND_ASB_PERSONAL);
    kinds |= (uint8_t)((told >> CDI_GROUND_PARTNERS & 1) << CDI_PAST_KIND_PARTNERS);
    return (wanted & disclosed & ~kinds) != 0 ? kinds | kinds_disclosed(tables, incident) : kinds;
}
