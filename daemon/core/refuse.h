/* Floor: core.  Which actions of people count for nothing, and why: said to whoever did it, in the document's `published`. */
#ifndef CDI_CORE_REFUSE_H
#define CDI_CORE_REFUSE_H

#include "core/state.h"

/* How the report stood when the action was taken. */
struct cdi_standing_then {
    enum cdi_lifecycle lifecycle;
    bool open;                                  /* it was not answered yet */
    bool seen;                                  /* somebody had done something about it before */
    struct cdi_instant received_at;
};

/* Why the n-th deed of the case, which is about this report, is refused; NULL: it counts. */
const char *cdi_deed_refused(const struct cdi_incident_case *incident, uint32_t report, size_t n,
                             const struct cdi_standing_then *then);

#endif
