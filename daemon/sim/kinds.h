/* Floor: sim.  What people ring about, and how call-takers write it down.  Written from how logs read and not from the lexicon:
 * a wording here that the lexicon does not know is a finding about the lexicon. */
#ifndef CDI_SIM_KINDS_H
#define CDI_SIM_KINDS_H

#include "cdiwatch/vocabulary.h"

enum { CDI_SIM_LIST_MAX = 8 };                  /* of the lists below, with the NULL that ends them */

struct cdi_sim_kind {
    const char *klass;                          /* the class that is due; NULL: no crime was reported */
    enum cdi_risk risk;
    uint16_t weight;                            /* how often, among those with a crime or among those without */
    const char *qualifier;                      /* of the log; NULL: none */
    const char *opened[CDI_SIM_LIST_MAX], *hidden[CDI_SIM_LIST_MAX];    /* codes: as what it is; as something else */
    const char *first[CDI_SIM_LIST_MAX], *then[CDI_SIM_LIST_MAX];       /* what the call-taker writes: first, and after it */
    const char *closed[CDI_SIM_LIST_MAX];       /* codes that it is closed under */
    bool several;                               /* it may be done to two victims at once: two crimes are due */
    const char *told[CDI_SIM_LIST_MAX];         /* what an officer writes who is told of it later, in a log about something else */
};

extern const struct cdi_sim_kind cdi_sim_crimes[], cdi_sim_harmless[];
extern const size_t cdi_sim_crime_count, cdi_sim_harmless_count;

#endif
