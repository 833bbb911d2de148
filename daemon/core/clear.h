/* Floor: core.  Step 4, cleared: has a disposal all that its reason needs (disposals.csv; DOMAIN.md R11 to R16, R21)? */
#ifndef CDI_CORE_CLEAR_H
#define CDI_CORE_CLEAR_H

#include "core/judgement.h"

/* What step 4 must know besides the report: found by the engine. */
struct cdi_clear_facts {
    const struct cdi_disposal *disposal;        /* the log's, or a person's action */
    enum cdi_caller_role caller_role;
    bool parent_resolved;                       /* R16: known, resolved, not cyclic, and no less due there than here */
    bool crime_unfit;                           /* the crime named is known, and no recorded crime; or of conduct that ended
                                                   over three months before (R6) */
    struct cdi_instant rests_upon_at;           /* when the parent was resolved, or the crime named was recorded; NONE */
};

/* Somebody endorsed what was decided, after it was, and is not who decided it (R12). */
bool cdi_disposal_endorsed(const struct cdi_disposal *disposal);

extern const struct cdi_clearing cdi_clear_nothing;     /* no reason was given */

void cdi_clear(const struct cdi_tables *tables, const struct cdi_clear_facts *facts, const struct cdi_disclosed *disclosed,
               const struct cdi_due *due, const struct cdi_linked *linked, struct cdi_clearing *clearing);

/* `former` is what would clear the report, had something not happened at `withdrawn_at`: it was cleared from then until that
 * (R8).  What the clearing says of itself stands. */
void cdi_clear_formerly(struct cdi_clearing *clearing, const struct cdi_clearing *former, struct cdi_instant withdrawn_at);

#endif
