/* Floor: edge.  Follows the topic of alerts, all partitions, without a group, into the view (edge/view_apply.h), on a thread of its own: what
 * SQLite takes never delays the loop that judges, and what it refuses never ends it.  Knows no engine. */
#ifndef CDI_EDGE_FEED_H
#define CDI_EDGE_FEED_H

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "edge/config.h"

struct cdi_feed_follower;

/* How far it is; the host's clock where it is an instant of ours. */
struct cdi_feed_standing {
    bool level;                                 /* the view shows all that the topic held at level_at, which is of the last seconds */
    struct cdi_instant level_at;                /* last time that this was known; NONE: never yet, or of a view that was begun anew since */
    struct cdi_instant newest_at;               /* the broker's time of the newest message in the view; NONE: there is none */
    uint64_t applied;                           /* messages taken into the view by this process */
    uint64_t skipped, malformed;                /* of them none: a type that is not shown; one that cannot be used */
    uint64_t rebuilt;                           /* how often it was begun anew because it could not be used */
    struct cdi_error problem;                   /* why it does not go on at the moment; NONE: it does */
};

/* Takes the place and begins to follow.  The thread opens the view, rebuilding one that is lost, corrupt, of another version or of another
 * cluster, which the log says; a broker that is away or a full disk is waited for.  NULL: there cannot be a view at that place; err says
 * what to do.  `config` is borrowed, and has a view (cdi_config_has_view()). */
struct cdi_feed_follower *cdi_feed_start(const struct cdi_config *config, struct cdi_error *err);
/* Asks it to end, and does not wait. */
void cdi_feed_end(struct cdi_feed_follower *follower);
/* Ends within two seconds of having been asked, with what was taken committed.  False: it did not, and its thread, which Kafka holds, is
 * left behind: what it has borrowed must stay until the process ends.  NULL is fine. */
bool cdi_feed_stop(struct cdi_feed_follower *follower);

/* Any thread. */
void cdi_feed_look(struct cdi_feed_follower *follower, struct cdi_feed_standing *standing);
/* A reader met what looks CORRUPT: all of the view is looked at again, and it is rebuilt if it is.  Any thread. */
void cdi_feed_doubt(struct cdi_feed_follower *follower);

#endif
