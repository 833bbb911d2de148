/* Floor: edge.  Whether a view holds what was written into it. */
#ifndef CDI_EDGE_VIEW_CHECK_H
#define CDI_EDGE_VIEW_CHECK_H

#include "codec/json.h"
#include "edge/view_inside.h"

/* All of it: SQLite's own structure, and each row against its document and its sum.  False, CORRUPT: it does not; SYSTEM: it cannot be
 * read now. */
bool cdi_view_check(sqlite3 *db, const char *path, struct cdi_json *json, struct cdi_error *err);

/* What stands in place.sum. */
uint64_t cdi_view_place_sum(uint64_t view, int32_t partition, int64_t next);

#endif
