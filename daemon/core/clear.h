/* Floor: core.  Step 4, cleared: has a disposal all that its reason needs (disposals.csv; DOMAIN.md R11 to R16, R21)? */
#ifndef CDI_CORE_CLEAR_H
#define CDI_CORE_CLEAR_H

#include "core/judgement.h"

/* What step 4 must know besides the report: found by the engine. */
struct cdi_clear_facts {
    const struct cdi_disposal *disposal;        /* the log's, or a person's action */
    enum cdi_caller_role caller_role;
    bool parent_resolved;                       /* R16: known, resolved, not cyclic, and no less due there than here */
    bool crime_too_old;                         /* R6: the crime named is of conduct that ended over three months before */
};

void cdi_clear(const struct cdi_tables *tables, const struct cdi_clear_facts *facts, const struct cdi_disclosed *disclosed,
               const struct cdi_due *due, const struct cdi_linked *linked, struct cdi_clearing *clearing);

#endif
