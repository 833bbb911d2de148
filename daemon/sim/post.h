/* Floor: sim.  Messages that wait until they are sent: a heap by (time, order of posting). */
#ifndef CDI_SIM_POST_H
#define CDI_SIM_POST_H

#include "cdiwatch/instant.h"
#include "cdiwatch/text.h"
#include "cdiwatch/vocabulary.h"

struct cdi_sim_letter {
    struct cdi_instant at;
    uint64_t order;
    enum cdi_feed feed;
    const char *force;                          /* static */
    char *bytes;                                /* owned */
    size_t size;
};

struct cdi_sim_post { struct cdi_sim_letter *letters; size_t count, room; uint64_t posted; };

/* Copies the bytes; false: no memory. */
bool cdi_sim_post_put(struct cdi_sim_post *post, struct cdi_instant at, enum cdi_feed feed, const char *force, struct cdi_text bytes);
/* The first one; there must be one.  Free its bytes. */
struct cdi_sim_letter cdi_sim_post_take(struct cdi_sim_post *post);
void cdi_sim_post_release(struct cdi_sim_post *post);

#endif
