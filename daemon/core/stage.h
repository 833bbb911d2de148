/* Floor: core.  Step 6, timed: stages are instants derived from the facts and the judge time, never from when the program ran
 * (DESIGN.md step 6; DOMAIN.md R8, R9, R10).  Absences are sure up to `sure`, which is `now` unless the force is held: stages
 * before breach hold at `now`, and are marked unsure beyond `sure`; breach, `breached` and overdue days are of `sure` alone. */
#ifndef CDI_CORE_STAGE_H
#define CDI_CORE_STAGE_H

#include "core/judgement.h"

#define CDI_N100_CHECK  CDI_DAYS(1)             /* R15, from its recording */
#define CDI_N100_REVIEW CDI_DAYS(14)
enum { CDI_OVERDUE_DAILY = 90 };                /* days that are counted one by one; then by the week */

void cdi_stage(const struct cdi_tables *tables, const struct cdi_disclosed *disclosed, const struct cdi_due *due,
               const struct cdi_linked *linked, const struct cdi_compared *compared, struct cdi_instant now, struct cdi_instant sure,
               struct cdi_timed *timed);

#endif
