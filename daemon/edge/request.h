/* Floor: edge.  A request, as its sender wrote it: nothing is decoded yet. */
#ifndef CDI_EDGE_REQUEST_H
#define CDI_EDGE_REQUEST_H

#include "cdiwatch/error.h"
#include "cdiwatch/text.h"

enum { CDI_REQUEST_PARAMETERS_MOST = 32, CDI_REQUEST_PATH_MOST = 256, CDI_REQUEST_QUERY_MOST = 4096 };

/* One of what follows the '?'; `value` is NONE where there is no '='. */
struct cdi_parameter { struct cdi_text name, value; };

/* All borrowed. */
struct cdi_request {
    const char *method, *path;                  /* the path without what follows a '?' */
    const struct cdi_parameter *parameters;
    size_t parameter_count;                     /* may be more than CDI_REQUEST_PARAMETERS_MOST: then only so many are here */
    const char *host, *if_none_match;           /* headers; NULL: not said */
    bool body;                                  /* one comes, or may come */
};

/* Takes what `text` says with its %XX undone into `room`, and moves *used.  False: a '%' without its two digits, what is no UTF-8, a control
 * character, or no room; err says which. */
bool cdi_request_decode(struct cdi_text text, char *room, size_t size, size_t *used, struct cdi_text *out, struct cdi_error *err);

/* Whether the values of an If-None-Match name this tag, which has its quotes: "\"5-17\"". */
bool cdi_request_has_tag(const char *if_none_match, const char *tag);

/* Whether a Host header names this machine itself, whatever the port: localhost, 127.*, [::1].  A page elsewhere that has its own name point here
 * (DNS rebinding) sends that name. */
bool cdi_request_host_is_local(const char *host);

#endif
