/* Step 2.  The law: one crime per victim; several kinds against the same victim by the same offender are the most serious of
 * them, the principal crime; some are recorded whatever else is (DOMAIN.md, the recording rule 5; R5, R17).  Our reading:
 *   1. a class counts by what offences.csv says: by victim, by offender, by household or owner, or once (finished incident);
 *   2. of the likely classes that are not always recorded the gravest is principal, for as many as it counts; victims whom the
 *      text names besides, of a lesser class only, have the gravest of those;
 *   3. where offenders acted each on their own, each of these classes is a crime of its own;
 *   4. a crime on another occasion, or against others than were told of before, is due besides (R2);
 *   5. each likely class that is always recorded is as many crimes more as it counts.  Of a class that has breaches of orders,
 *      that is the breach; what else it holds (affray; the harassment beside a breach) is one of 2. */
#include "core/due.h"
#include "core/told.h"

/* What the log says of those involved besides what each class does. */
struct involved {
    uint8_t each;                               /* so many offenders did it, each for himself; 1 if it does not say */
    bool apart;                                 /* they had nothing to do with each other */
    bool owners;                                /* the victims are owners each of his own */
};

static uint64_t best_token(const struct cdi_person *person)
{
    if (person == NULL)
        return 0;
    if (person->tokens[CDI_TOKEN_ID] != 0)
        return person->tokens[CDI_TOKEN_ID];
    return person->tokens[CDI_TOKEN_NAME] != 0 ? person->tokens[CDI_TOKEN_NAME] : person->tokens[CDI_TOKEN_PHONE];
}

static void add_unit(struct cdi_due *due, const struct cdi_disclosure *item, const struct cdi_person *person, bool additional)
{
    if (due->count == CDI_UNITS_MAX) {
        due->truncated = true;
        return;
    }
    due->units[due->count++] = (struct cdi_unit){
        .offence = item->offence, .victim = best_token(person), .additional = additional, .answered_by = CDI_UNANSWERED,
        .rank = item->rank, .never_absorbed = item->never_absorbed, .confirms = item->confirms, .graver = item->graver,
        .person = person,
    };
}

static struct involved involved_in(const struct cdi_tables *tables, const struct cdi_incident *incident)
{
    struct involved involved = { .each = 1 };
    for (size_t i = 0; i < incident->finding_count; i++) {
        uint16_t phrase = cdi_evidence_phrase(&tables->evidence, incident->findings[i].phrase);
        if (phrase == CDI_PHRASE_NONE || incident->findings[i].assertion != CDI_ASSERTION_ASSERTED)
            continue;
        const struct cdi_phrase *words = &tables->evidence.phrases[phrase];
        involved.each = words->offenders > involved.each ? words->offenders : involved.each;
        involved.apart = involved.apart || words->apart;
        involved.owners = involved.owners || words->owners;
    }
    return involved;
}

/* Those of its victims whom the log lists. */
static unsigned listed(const struct cdi_incident *incident, const struct cdi_disclosure *item)
{
    unsigned count = 0;
    while (count < item->victims && cdi_victim(incident, item->victims_from, item->victims_until, count) != NULL)
        count++;
    return count;
}

/* How many crimes of the class, against `victims`: what one is, the table says. */
static unsigned crimes(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_disclosure *item,
                       unsigned victims, const struct involved *involved)
{
    unsigned persons = victims > 0 ? victims : 1, told = item->told > 0 ? item->told : 1, named = listed(incident, item);
    switch (tables->offences[item->offence].counts) {
    case CDI_COUNTS_VICTIM:
        return persons;
    case CDI_COUNTS_OFFENDER:                   /* of words only: "his mate too" tells of the offender, not of another victim */
        named = (named > 0 ? named : 1) * (item->separate ? 1 : involved->each);
        return named > persons ? named : persons;
    case CDI_COUNTS_OWNER:
        return involved->owners && persons > told ? persons : told;
    case CDI_COUNTS_INCIDENT:
    case CDI_COUNTS_COUNT:
        break;
    }
    return 1;
}

/* Recorded whatever else is. */
static bool additional(const struct cdi_tables *tables, const struct cdi_disclosure *item)
{
    return item->breach || (tables->offences[item->offence].additional && !cdi_told_breaches(tables, item->offence));
}

/* One of those of which only the gravest is recorded for a victim. */
static bool principal(const struct cdi_tables *tables, const struct cdi_disclosure *item)
{
    return item->likely && tables->offences[item->offence].due && (!additional(tables, item) || item->besides_breach);
}

/* Crimes of the item, from the `from`-th to before the `to`-th; several offenders against one victim come one after the other. */
static void add_units(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_disclosure *item,
                      unsigned from, unsigned to, bool besides, struct cdi_due *due)
{
    const struct cdi_offence *offence = &tables->offences[item->offence];
    unsigned named = listed(incident, item), each = offence->counts == CDI_COUNTS_OFFENDER && named > 0 ? to / named : 1;
    for (unsigned n = from; n < to; n++)
        add_unit(due, item,
                 offence->state_based ? NULL
                                      : cdi_victim(incident, item->victims_from, item->victims_until, each > 1 ? n / each : n),
                 besides);
}

/* An assault is one, with injury or without. */
static bool same_kind(const struct cdi_offence *a, const struct cdi_offence *b)
{
    enum cdi_family first = a->family == CDI_FAMILY_ASSAULT_INJURY ? CDI_FAMILY_ASSAULT : a->family;
    return first == (b->family == CDI_FAMILY_ASSAULT_INJURY ? CDI_FAMILY_ASSAULT : b->family);
}

/* Something graver of its kind is due. */
static bool of_a_kind(const struct cdi_tables *tables, const struct cdi_due *due, const struct cdi_disclosure *item)
{
    for (size_t i = 0; i < due->count; i++)
        if (same_kind(&tables->offences[due->units[i].offence], &tables->offences[item->offence]))
            return true;
    return false;
}

static void add_principals(const struct cdi_tables *tables, const struct cdi_incident *incident,
                           const struct cdi_disclosed *disclosed, struct cdi_due *due)
{
    const struct involved involved = involved_in(tables, incident);
    unsigned known = 0;                         /* victims who have their principal crime */
    for (size_t i = 0; i < disclosed->count; i++) {
        const struct cdi_disclosure *item = &disclosed->items[i];
        if (!principal(tables, item) || item->separate)
            continue;
        /* The persons listed suffered the principal crime, for all that is known; of a lesser one only those whom the text names. */
        uint8_t victims = known == 0 ? item->victims : item->told;
        unsigned count = crimes(tables, incident, item, victims, &involved);
        bool own = involved.apart && !of_a_kind(tables, due, item);
        add_units(tables, incident, item, own ? 0 : known, count, false, due);
        known = count > known ? count : known;
    }
}

void cdi_due(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_disclosed *disclosed,
             struct cdi_due *due)
{
    const struct involved involved = involved_in(tables, incident);
    due->count = 0;
    due->truncated = false;
    add_principals(tables, incident, disclosed, due);
    for (size_t i = 0; i < disclosed->count; i++) {
        const struct cdi_disclosure *item = &disclosed->items[i];
        bool besides = additional(tables, item);
        if (item->likely && tables->offences[item->offence].due && (besides || item->separate))
            add_units(tables, incident, item, 0,
                      item->breach ? 1 : crimes(tables, incident, item, item->victims, &involved), besides, due);
    }
}
