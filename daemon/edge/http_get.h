/* Floor: edge.  Asking a running daemon one thing over HTTP. */
#ifndef CDI_EDGE_HTTP_GET_H
#define CDI_EDGE_HTTP_GET_H

#include "codec/body.h"
#include "edge/listening.h"

/* `path` as it goes over the wire: what needs it is percent-encoded (codec/percent.h).  Blocks, some seconds at most.  *status is that of the
 * answer, and `body` begins empty and is then the caller's to free.  False: there is nobody (*status 0), or what came was no answer
 * (*status -1); err says which. */
bool cdi_http_get(const struct cdi_address *address, const char *path, int *status, struct cdi_body *body, struct cdi_error *err);

#endif
