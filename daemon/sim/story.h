/* Floor: sim.  One log from the call to its end, as the messages that two systems send of it. */
#ifndef CDI_SIM_STORY_H
#define CDI_SIM_STORY_H

#include "codec/json_text.h"
#include "sim/chance.h"
#include "sim/post.h"
#include "sim/simulator.h"

/* Chances are in a thousand. */
struct cdi_sim_rates {
    uint32_t disclosing, hidden, several, referral;                 /* of logs; of crimes; of what can be; of crimes */
    uint32_t never, cleared, unproven, cancelled, withdrawn;        /* of crimes */
    uint32_t late;                                                  /* of the others, which are recorded */
    uint32_t later;                                                 /* more disclosed to an officer: of crimes that may */
    uint32_t repeated, delayed;                                     /* of messages; of updates */
};

struct cdi_sim_place { const char *force, *bcu; };

/* What a story is told with. */
struct cdi_sim_teller {
    const struct cdi_sim_rates *rates;
    struct cdi_chance *chance;
    struct cdi_sim_post *post;
    struct cdi_json_text *json;
    struct cdi_sim_counts *counts;
};

/* Draws what happens to log `number` of the force and posts all its messages.  How many reports it is, one or two, filled in `truth`;
 * 0: no memory. */
enum { CDI_SIM_REPORTS_MAX = 2 };
size_t cdi_sim_tell(const struct cdi_sim_teller *teller, const struct cdi_sim_place *place, uint32_t number,
                    struct cdi_instant received_at, struct cdi_sim_report truth[CDI_SIM_REPORTS_MAX]);
/* A sign of life on both feeds. */
bool cdi_sim_tell_heartbeat(const struct cdi_sim_teller *teller, const char *force, struct cdi_instant at);

#endif
