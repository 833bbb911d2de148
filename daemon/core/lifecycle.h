/* Floor: core.  What people did about a report, folded in order of (at, request): a function of the set of their actions, of
 * the judgement's instants and of the judge time (DESIGN.md "Alert life cycle"). */
#ifndef CDI_CORE_LIFECYCLE_H
#define CDI_CORE_LIFECYCLE_H

#include "core/decisions.h"
#include "core/judgement.h"
#include "core/state.h"

#define CDI_ACKNOWLEDGED_FOR CDI_HOURS(4)       /* an acknowledgement expires then, or at the next stage */

/* Takes an action into a set of deeds, once per request and report; of two such the lesser in the set's order.  False:
 * known already, or the set is full (CDI_DEEDS_MAX).  The array is new, in the scratch; texts are borrowed. */
bool cdi_deeds_join(struct cdi_deed **deeds, uint16_t *count, const struct cdi_deed *deed, struct cdi_scratch *scratch);

/* Below, what was done about a report whose place another has taken counts for that one (cdi_deed.counts_for) as far as it
 * is handed on: its owner, its notes, and what was said of its links. */

/* False: the set is full, which is said (LIMIT), because somebody did it.  It is full by its bytes, too, so that what is published of the log
 * always fits beside it: what did not would be published again and again as the same version. */
enum { CDI_DEEDS_BYTES_MAX = 512 * 1024 };
bool cdi_deeds_have_room(const struct cdi_deed *deeds, uint16_t count, const struct cdi_deed *deed, struct cdi_error *err);

/* What a human last said of this crime and report: -1 rejected, 0 nothing, 1 confirmed. */
int cdi_deeds_on_link(const struct cdi_incident_case *incident, uint32_t report, struct cdi_text crime);
/* Has a human confirmed this crime to any report of the log, and not taken it back? */
bool cdi_deeds_confirmed(const struct cdi_incident_case *incident, struct cdi_text crime);

/* The disposal that counts for a report received then: the last `clear` not undone by a later `reopen`, else the log's own unless
 * undone so, or decided before the report was disclosed; with the first endorsement by somebody other than its author, if it has none
 * itself.  Nothing given: reason NONE.  `formers` gets those that stood before, and until when: undone, or replaced by what was decided since. */
enum { CDI_FORMERS_MAX = 10 };                  /* the first of them */
struct cdi_formers { uint8_t count; struct cdi_undone items[CDI_FORMERS_MAX]; };
void cdi_deeds_disposal(const struct cdi_incident_case *incident, uint32_t report, struct cdi_instant received_at,
                        struct cdi_disposal *disposal, struct cdi_formers *formers);

struct cdi_lifecycle_view {
    enum cdi_lifecycle lifecycle;
    struct cdi_text owner;
    struct cdi_instant acknowledged_until;      /* NONE unless acknowledged */
    struct cdi_instant wake_at;                 /* when passing time next changes it */
    const char **refused;                       /* as given, by deed */
    uint32_t escalation;                        /* acknowledgements that expired with the question open */
};
/* `refused` has a place for each deed: why it counts for nothing (core/refuse.h), or NULL. */
void cdi_lifecycle(const struct cdi_incident_case *incident, uint32_t report, const struct cdi_judgement *judgement,
                   struct cdi_instant now, const char **refused, struct cdi_lifecycle_view *view);

#endif
