/* Floor: edge.  Follows the topic of alerts, all partitions, without a group, into the view (edge/view_apply.h), on a thread of its own: what
 * SQLite takes never delays the loop that judges.  Knows no engine. */
#ifndef CDI_EDGE_FEED_H
#define CDI_EDGE_FEED_H

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "edge/config.h"

struct cdi_feed_follower;

/* How far it is; the host's clock where it is an instant of ours. */
struct cdi_feed_standing {
    bool level;                                 /* the view shows all that the topic held at level_at */
    struct cdi_instant level_at;                /* last time that this was known; NONE: never yet */
    struct cdi_instant newest_at;               /* the broker's time of the newest message in the view; NONE: there is none */
    uint64_t applied;                           /* messages taken into the view by this process */
    uint64_t rebuilt;                           /* how often it was begun anew because it could not be used */
    struct cdi_error problem;                   /* why it does not go on at the moment; NONE: it does */
};

/* Opens the view, rebuilding one that is lost, corrupt, of another version or of another cluster, which the log says; and begins to follow.
 * NULL: there cannot be a view at that place; err says what to do.  `config` is borrowed. */
struct cdi_feed_follower *cdi_feed_start(const struct cdi_config *config, struct cdi_error *err);
/* Ends within seconds, with what was taken committed.  NULL is fine. */
void cdi_feed_stop(struct cdi_feed_follower *follower);

/* Any thread. */
void cdi_feed_look(struct cdi_feed_follower *follower, struct cdi_feed_standing *standing);

#endif
