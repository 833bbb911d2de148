/* Floor: core.  Step 1, second half: which crimes a report discloses, on the balance of probability, and why. */
#ifndef CDI_CORE_DISCLOSE_H
#define CDI_CORE_DISCLOSE_H

#include "core/reports.h"

/* Fills all of *disclosed that its counts say.  A cut without pieces: nothing is disclosed, whatever `piece` is. */
void cdi_disclose(struct cdi_cut *cut, size_t piece, struct cdi_disclosed *disclosed);

#endif
