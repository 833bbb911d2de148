/* Step 2.  The law: one crime per victim; several kinds against the same victim by the same offender are the most serious of
 * them, the principal crime; some are recorded whatever else is (DOMAIN.md, the recording rule 5; R5, R17).  Our reading:
 *   1. the gravest likely class that is not always recorded is principal, one crime for each victim;
 *   2. each likely class that is always recorded is one crime more. */
#include "core/due.h"

static void add_unit(struct cdi_due *due, uint16_t offence, uint64_t victim, bool additional)
{
    if (due->count == CDI_UNITS_MAX) {
        due->truncated = true;
        return;
    }
    due->units[due->count++] = (struct cdi_unit){ offence, victim, additional, CDI_UNANSWERED };
}

/* The best token of the n-th person in the role; 0 if the log names fewer. */
static uint64_t victim_token(const struct cdi_incident *incident, int n)
{
    for (size_t i = 0; i < incident->person_count; i++) {
        const struct cdi_person *person = &incident->persons[i];
        if (person->role != CDI_PERSON_ROLE_VICTIM || n-- > 0)
            continue;
        if (person->tokens[CDI_TOKEN_ID] != 0)
            return person->tokens[CDI_TOKEN_ID];
        return person->tokens[CDI_TOKEN_NAME] != 0 ? person->tokens[CDI_TOKEN_NAME] : person->tokens[CDI_TOKEN_PHONE];
    }
    return 0;
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
            add_unit(due, item->offence, offence->state_based ? 0 : victim_token(incident, 0), true);
        } else if (!principal) {
            principal = true;
            for (int n = 0; n == 0 || n < item->victims; n++)
                add_unit(due, item->offence, offence->state_based ? 0 : victim_token(incident, n), false);
        }
    }
}
