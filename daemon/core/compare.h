/* Floor: core.  Step 5, compared: do number and family of what is recorded answer what is due (DOMAIN.md R3, R4, R9, R19)? */
#ifndef CDI_CORE_COMPARE_H
#define CDI_CORE_COMPARE_H

#include "core/judgement.h"

void cdi_compare(const struct cdi_tables *tables, const struct cdi_disclosed *disclosed, const struct cdi_due *due,
                 const struct cdi_linked *linked, const struct cdi_clearing *clearing, struct cdi_compared *compared);

#endif
