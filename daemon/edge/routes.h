/* Floor: edge.  What is answered to which request.  Knows no socket: edge/httpd.h brings the requests. */
#ifndef CDI_EDGE_ROUTES_H
#define CDI_EDGE_ROUTES_H

#include "edge/standing.h"

struct cdi_request {
    const char *method, *path;                  /* the path without what follows a '?', decoded */
    bool query, body;                           /* something follows a '?'; a body comes, or may come */
};

struct cdi_response {
    int status;
    const char *type;                           /* of content; static */
    bool allow;                                 /* say which methods there are */
    struct cdi_body body;                       /* owned; also for HEAD, whose sender leaves it out */
};
#define CDI_ROUTES_METHODS "GET, HEAD"

struct cdi_routes {
    struct cdi_meters *meters;
    void (*look)(void *context, struct cdi_standing *standing);         /* fills it; routes free it */
    void *context;
};

/* Always gives an answer; one without memory for its body is a 503 without one. */
void cdi_routes_answer(const struct cdi_routes *routes, const struct cdi_request *request, struct cdi_response *response);

/* The paths that there are; NULL: no more. */
const char *cdi_routes_path(size_t i);

#endif
