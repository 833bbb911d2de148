/* Floor: edge.  Writing the view: the messages of the topic of alerts into SQLite, and how far each partition is read in the same
 * transaction.  Of any messages, in whatever order, as often as they come, the same view results: of each key the greatest version, of
 * equal versions the greater bytes.  (A tombstone deletes what came before it.)  The file holds nothing that the topic does not: one that
 * cannot be used is deleted and filled again from the beginning.  For one thread at a time.
 *
 * Failures: CORRUPT, the file cannot be used, cdi_view_rebuild(); SYSTEM, the host refuses for now (a full disk), try again later. */
#ifndef CDI_EDGE_VIEW_APPLY_H
#define CDI_EDGE_VIEW_APPLY_H

#include "cdiwatch/error.h"
#include "edge/message.h"

struct cdi_view;

/* Takes the place: it is this process's until it is closed or the process ends.  NULL: there cannot be a view there
 * (edge/view_file.h), or another process has it; err says what to do. */
struct cdi_view *cdi_view_open(const char *path, const char *topic, int32_t partitions, struct cdi_error *err);
/* What is not committed is dropped.  NULL is fine. */
void cdi_view_close(struct cdi_view *view);

/* Begins with the file that is there, all of which is looked at; one that is not there is made.  Again after a failure. */
bool cdi_view_begin(struct cdi_view *view, bool *made, struct cdi_error *err);
/* Deletes the file and what belongs to it, and makes an empty one. */
bool cdi_view_rebuild(struct cdi_view *view, struct cdi_error *err);

/* Whose topic it is: remembered if it was not known yet.  CORRUPT: it is of another cluster. */
bool cdi_view_belongs(struct cdi_view *view, struct cdi_text cluster, struct cdi_error *err);

/* Still the file at its path.  CORRUPT: somebody deleted or replaced it. */
bool cdi_view_there(struct cdi_view *view, struct cdi_error *err);

/* The offset to be read next, what is not committed included; CDI_VIEW_FROM_BEGINNING: nothing was read of it. */
#define CDI_VIEW_FROM_BEGINNING INT64_C(-2)
int64_t cdi_view_next(const struct cdi_view *view, int32_t partition);
/* The broker's time of the newest message in it; NONE: there is none, or it had none. */
struct cdi_instant cdi_view_newest(const struct cdi_view *view);

enum cdi_view_taken {
    CDI_VIEW_TAKEN,                             /* also what changes nothing */
    CDI_VIEW_SKIPPED,                           /* of a type that is not shown */
    CDI_VIEW_MALFORMED,                         /* err says why, without a value of it; skipped */
    CDI_VIEW_FAILED                             /* of the file; nothing since the last commit is there any more */
};
enum cdi_view_taken cdi_view_apply(struct cdi_view *view, const struct cdi_message *message, struct cdi_error *err);
/* All that was applied since the last one, at once.  False: none of it. */
bool cdi_view_commit(struct cdi_view *view, struct cdi_error *err);

#endif
