/* Floor: edge.  Floods of the log: of one event about one shard the first lines are shown, the others counted, and how many
 * they were is said once the flood's window is over.  Told the time; the caller keeps threads apart. */
#ifndef CDI_EDGE_LOG_FLOOD_H
#define CDI_EDGE_LOG_FLOOD_H

#include "cdiwatch/instant.h"
#include "edge/log.h"

enum { CDI_LOG_FLOOD_SHOWN = 20, CDI_LOG_FLOOD_KINDS = 128, CDI_LOG_EVENT_SIZE = 40 };
#define CDI_LOG_FLOOD_WINDOW CDI_SECONDS(10)

/* A kind of line: its event, its level (a flood of notices hides no error) and the shard it is about. */
struct cdi_log_kind {
    char event[CDI_LOG_EVENT_SIZE];             /* a longer word is told apart by its beginning */
    enum cdi_log_level level;
    int32_t shard;
    struct cdi_span since;                      /* when its window began */
    uint64_t met;                               /* lines since then, shown or not; 0: the row is free */
};
struct cdi_log_flood { struct cdi_log_kind kinds[CDI_LOG_FLOOD_KINDS]; };      /* all zero: nothing met yet */

/* May this line be shown?  Call it after cdi_log_flood_over() has said false. */
bool cdi_log_flood_admit(struct cdi_log_flood *flood, enum cdi_log_level level, const char *event, int32_t shard, struct cdi_span now);

/* Frees a row whose window is over (`all`: or is not) and that held lines back: true, and *over and *held say which and how
 * many.  Call it until it says false. */
bool cdi_log_flood_over(struct cdi_log_flood *flood, struct cdi_span now, bool all, struct cdi_log_kind *over, uint64_t *held);

#endif
