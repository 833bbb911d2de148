/* Floor: commands.  What the ways to documents share (alerts_source.h).  For alerts_*.c. */
#ifndef CDI_COMMANDS_ALERTS_INSIDE_H
#define CDI_COMMANDS_ALERTS_INSIDE_H

#include "commands/alerts_source.h"
#include "edge/files.h"
#include "edge/listening.h"

/* One way to documents; each function says itself what is wrong. */
struct cdi_alerts_way {
    enum cdi_exit (*list)(struct cdi_alerts *alerts, const struct cdi_view_filter *filter, size_t limit, cdi_alerts_take take, void *context,
                          bool *more);
    enum cdi_exit (*tallies)(struct cdi_alerts *alerts, const struct cdi_view_tally_filter *filter, cdi_alerts_take take, void *context);
    enum cdi_exit (*find)(struct cdi_alerts *alerts, struct cdi_text wanted, struct cdi_found *found);
    bool (*now)(struct cdi_alerts *alerts, struct cdi_instant *now);
    void (*freshness)(struct cdi_alerts *alerts, struct cdi_body *out);
};
extern const struct cdi_alerts_way cdi_alerts_by_http, cdi_alerts_by_view, cdi_alerts_by_file;

struct cdi_alerts {
    const struct cdi_alerts_way *way;
    struct cdi_json *json;
    const char *where;                          /* as people call it; borrowed from the arguments */
    struct cdi_address address;
    struct cdi_view_reader *reader;
    struct cdi_file file;
    struct cdi_body status;                     /* the daemon's last /api/v1/status; empty: not asked yet */
};

/* The data object: the document itself, or within the event around it. */
struct cdi_value cdi_alerts_data(struct cdi_value top);

/* Remembers the document if it fits.  For ways' `find`. */
void cdi_found_take(struct cdi_found *found, struct cdi_text wanted, struct cdi_text bytes, struct cdi_value document);

/* Could this be an alert's id, or the beginning of one? */
bool cdi_alerts_is_id(struct cdi_text wanted);

#endif
