/* Floor: edge.  What a batch of messages comes to before it is written to the view: of each key what stands at its end, so that a report that changed
 * several times is written once, and in order of the keys, so that rows that lie together are.  Knows neither Kafka nor SQLite. */
#ifndef CDI_EDGE_VIEW_BATCH_H
#define CDI_EDGE_VIEW_BATCH_H

#include "core/scratch.h"
#include "edge/view_row.h"

enum { CDI_VIEW_BATCH_KEYS = 8192, CDI_VIEW_BATCH_SLOTS = 2 * CDI_VIEW_BATCH_KEYS, CDI_VIEW_BATCH_BYTES = 16 << 20 };

/* Of a key: whether it was deleted, and what was said since; NULL: nothing. */
struct cdi_view_due { struct cdi_text key; const struct cdi_view_row *gone, *said; };

/* All zero holds nothing. */
struct cdi_view_batch {
    struct cdi_view_due due[CDI_VIEW_BATCH_KEYS];
    uint16_t slots[CDI_VIEW_BATCH_SLOTS];       /* by hash: the number in `due`, and 1; 0: nobody's */
    size_t count, bytes;
    struct cdi_scratch room;
};

/* Takes a copy of the row.  `key`: of the message. */
void cdi_view_batch_take(struct cdi_view_batch *batch, struct cdi_text key, const struct cdi_view_row *row);
bool cdi_view_batch_full(const struct cdi_view_batch *batch);           /* to be written before the next */

/* Writes each by `write`, the deletion before what was said since, until it fails; holds nothing then. */
typedef bool (*cdi_view_write)(void *context, const struct cdi_view_row *row, struct cdi_error *err);
bool cdi_view_batch_write(struct cdi_view_batch *batch, cdi_view_write write, void *context, struct cdi_error *err);
void cdi_view_batch_clear(struct cdi_view_batch *batch);

/* Of two rows of a key the greater version; of equal ones the greater bytes. */
bool cdi_view_row_wins(const struct cdi_view_row *row, int64_t version, struct cdi_text document);

#endif
