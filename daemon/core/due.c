/* Step 2.  The law: one crime per victim; several kinds against the same victim by the same offender are the most serious of
 * them, the principal crime; some are recorded whatever else is (DOMAIN.md, the recording rule 5; R5, R17).  Our reading:
 *   1. the gravest likely class that is not always recorded is principal, one crime for each victim;
 *   2. each likely class that is always recorded is one crime more;
 *   3. so is a crime on another occasion, or against others than were told of before (R2), once for each victim. */
#include "core/due.h"

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
        .rank = item->rank, .never_absorbed = item->never_absorbed, .person = person,
    };
}

/* One for each victim; `item` tells how many, and when they were named. */
static void add_units(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_disclosure *item,
                      struct cdi_due *due)
{
    bool state_based = tables->offences[item->offence].state_based;
    for (int n = 0; n == 0 || n < item->victims; n++)
        add_unit(due, item,
                 state_based ? NULL : cdi_victim(incident, item->victims_from, item->victims_until, (size_t)n), false);
}

void cdi_due(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_disclosed *disclosed,
             struct cdi_due *due)
{
    bool principal = false;
    due->count = 0;
    due->truncated = false;
    for (size_t i = 0; i < disclosed->count; i++) {
        const struct cdi_disclosure *item = &disclosed->items[i];
        const struct cdi_offence *offence = &tables->offences[item->offence];
        if (!item->likely || !offence->due)
            continue;
        if (offence->additional) {
            const struct cdi_person *victim = cdi_victim(incident, item->victims_from, item->victims_until, 0);
            add_unit(due, item, offence->state_based ? NULL : victim, true);
        } else if (item->separate || !principal) {
            principal = principal || !item->separate;
            add_units(tables, incident, item, due);
        }
    }
}
