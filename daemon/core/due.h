/* Floor: core.  Step 2: how many crimes are due for what was disclosed. */
#ifndef CDI_CORE_DUE_H
#define CDI_CORE_DUE_H

#include "core/judgement.h"

/* The principal crime once for each victim (R5, R17), and whatever is recorded besides it always.  Nothing likely: none. */
void cdi_due(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_disclosed *disclosed,
             struct cdi_due *due);

#endif
