/* Floor: edge.  HTTP on the daemon's own loop: what comes in is limited in size, time and number, and goes to edge/routes.h. */
#ifndef CDI_EDGE_HTTPD_H
#define CDI_EDGE_HTTPD_H

#include <uv.h>

#include "edge/routes.h"

struct cdi_httpd;

/* Answers on a socket that listens, which is its own from now on, also where this fails.  `routes` is borrowed.  NULL on failure. */
struct cdi_httpd *cdi_httpd_start(uv_loop_t *loop, int listening, const struct cdi_routes *routes, struct cdi_error *err);
/* Cuts what is going on; the loop must turn once more after it.  NULL is fine. */
void cdi_httpd_stop(struct cdi_httpd *httpd);

#endif
