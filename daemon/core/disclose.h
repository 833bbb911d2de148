/* Floor: core.  Step 1: which crimes a log discloses, on the balance of probability, and when it first did. */
#ifndef CDI_CORE_DISCLOSE_H
#define CDI_CORE_DISCLOSE_H

#include "core/judgement.h"

/* Report 0 of the incident: what the whole log discloses, clocked from receipt if anything was likely at first contact, else
 * from the entry that first made it so (R1).  Nothing likely: no report (R22).  `incident` is merged: entries by (at, seq).
 * Fills all of *disclosed that its counts say. */
void cdi_disclose(const struct cdi_tables *tables, const struct cdi_incident *incident, struct cdi_disclosed *disclosed);

#endif
