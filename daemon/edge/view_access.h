/* Floor: edge.  The view as those who answer requests use it: opened when it is first asked for, and anew when it has gone or become another. */
#ifndef CDI_EDGE_VIEW_ACCESS_H
#define CDI_EDGE_VIEW_ACCESS_H

#include "codec/json.h"
#include "edge/view_query.h"

struct cdi_view_access;

/* NULL: no memory. */
struct cdi_view_access *cdi_view_access_create(const char *path);
void cdi_view_access_destroy(struct cdi_view_access *access);           /* NULL is fine */

/* The loop that answers also judges: no answer reads for longer. */
enum { CDI_VIEW_ACCESS_MS = 1000 };

/* To read it now, with what it is now, for CDI_VIEW_ACCESS_MS; borrowed until the next call.  NULL: there is none that can be read; err says
 * why. */
struct cdi_view_reader *cdi_view_access_reader(struct cdi_view_access *access, struct cdi_view_stamp *stamp, struct cdi_error *err);

/* For looking into documents; one at a time. */
struct cdi_json *cdi_view_access_json(struct cdi_view_access *access);

#endif
