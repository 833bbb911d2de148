/* Floor: commands.  Documents, and tallies, for the commands that show them: from a running daemon, from its view, or from a file of documents.  Who asks does
 * not know which. */
#ifndef CDI_COMMANDS_ALERTS_SOURCE_H
#define CDI_COMMANDS_ALERTS_SOURCE_H

#include "cdiwatch/tables.h"
#include "codec/body.h"
#include "codec/document.h"
#include "commands/arguments.h"
#include "edge/view_query.h"

#define CDI_OPTIONS_ALERTS \
    { "at", CDI_TAKES_ONE, "ADDRESS:PORT", false, "127.0.0.1:8080", "where the daemon answers: http.listen of its configuration" }, \
    { "view", CDI_TAKES_ONE, "FILE", false, NULL, "read this view (view.file of the configuration) instead of asking a daemon" }
#define CDI_OPTION_AS_OF \
    { "as-of", CDI_TAKES_ONE, "TIME", false, "now, by the daemon's clock if one is asked", \
      "the time that \"left\" and \"ago\" are counted from: 2026-11-05T08:00:00Z, 2026-11-05T08:00:00 (local) or 2026-11-05 (its end)" }

struct cdi_alerts;

/* By --at and --view of the command, which must have CDI_OPTIONS_ALERTS; with `file`, from there.  Anything but CDI_EXIT_OK: said what is wrong. */
enum cdi_exit cdi_alerts_open(const struct cdi_arguments *arguments, const char *file, struct cdi_alerts **alerts);
void cdi_alerts_close(struct cdi_alerts *alerts);                       /* NULL is fine */

/* A document, as its bytes and read; borrowed during the call.  False: stop. */
typedef bool (*cdi_alerts_take)(void *context, struct cdi_text bytes, struct cdi_value document);

/* The first `limit` that fit, in the order of a view.  *more: there are others.  Not from a file. */
enum cdi_exit cdi_alerts_list(struct cdi_alerts *alerts, const struct cdi_view_filter *filter, size_t limit, cdi_alerts_take take, void *context,
                              bool *more);

/* Before a list by this watch from a view: whether there is such a watch; else CDI_EXIT_USAGE, and which there are.  A daemon says so itself. */
enum cdi_exit cdi_alerts_watch(struct cdi_alerts *alerts, const struct cdi_tables *tables, struct cdi_text watch);

/* All tallies that fit (codec/encode_tally.h), in the order of a view.  Not from a file. */
enum cdi_exit cdi_alerts_tallies(struct cdi_alerts *alerts, const struct cdi_view_tally_filter *filter, cdi_alerts_take take, void *context);

/* What an alert's id, the 4 or more first letters of one, or an incident's reference means. */
enum { CDI_FOUND_MOST = 64 };
struct cdi_found_alert {
    struct cdi_body bytes;
    char alert[40];
    int64_t version;
    bool by_reference;                          /* the incident is called so */
};
struct cdi_found {
    struct cdi_found_alert alerts[CDI_FOUND_MOST];
    size_t count;                               /* each alert once, by its last version */
    bool more;                                  /* there were others */
    bool refused;                               /* some of the input could not be read, and it was said */
};
/* Begins with all zero; cdi_found_release() in any case.  CDI_EXIT_OK also where nothing was found. */
enum cdi_exit cdi_alerts_find(struct cdi_alerts *alerts, struct cdi_text wanted, struct cdi_found *found);
void cdi_found_release(struct cdi_found *found);
/* Complains that nothing was found, or lists what may be meant; the exit code. */
enum cdi_exit cdi_alerts_not_one(struct cdi_alerts *alerts, const char *wanted, const struct cdi_found *found);

/* Reads one that was found; borrowed until the next reading.  False: it is no document. */
bool cdi_alerts_read(struct cdi_alerts *alerts, struct cdi_text bytes, struct cdi_value *document);

/* The time of --as-of, or now: the daemon's, which may be simulated.  False: said what is wrong. */
bool cdi_alerts_now(struct cdi_alerts *alerts, const struct cdi_arguments *arguments, struct cdi_instant *now);

/* Adds how fresh all this is, in sentences: nothing more may be believed of it.  Not of a file. */
void cdi_alerts_freshness(struct cdi_alerts *alerts, struct cdi_body *out);

#endif
