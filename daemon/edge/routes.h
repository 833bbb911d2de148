/* Floor: edge.  What is answered to which request.  Knows no socket: edge/httpd.h brings the requests. */
#ifndef CDI_EDGE_ROUTES_H
#define CDI_EDGE_ROUTES_H

#include "codec/tables.h"
#include "edge/feed.h"
#include "edge/request.h"
#include "edge/standing.h"
#include "edge/view_access.h"

/* Who may keep an answer: nobody; the one who asked, who asks each time whether it still holds; everybody, in the same way. */
#define CDI_KEEP_LIST(X) X(NOTHING, "no-store") X(PRIVATE, "private, no-cache") X(PUBLIC, "public, no-cache")
enum cdi_keep {
#define X(upper, words) CDI_KEEP_##upper,
    CDI_KEEP_LIST(X)
#undef X
    CDI_KEEP_COUNT
};

enum { CDI_TAG_SIZE = 72 };

struct cdi_response {
    int status;
    const char *type;                           /* of content; static */
    enum cdi_keep keep;
    bool allow;                                 /* say which methods there are */
    bool page;                                  /* a page of ours: it may load our style and send our form */
    int retry_after_s;                          /* 0: say nothing of it */
    char tag[CDI_TAG_SIZE];                     /* strong, with its quotes; "": none */
    struct cdi_body body;                       /* owned; also for HEAD, whose sender leaves it out */
};
#define CDI_ROUTES_METHODS "GET, HEAD"

struct cdi_routes {
    struct cdi_meters *meters;
    void (*look)(void *context, struct cdi_standing *standing);         /* fills it; routes free it */
    bool (*follow)(void *context, struct cdi_feed_standing *feed);      /* false: the view is switched off */
    void (*doubt)(void *context);                                       /* the file of the view is damaged */
    const struct cdi_tables *(*tables)(void *context);                  /* as they are now; borrowed for one answer */
    void *context;
    struct cdi_view_access *view;               /* borrowed; NULL where `follow` says false */
    bool here;                                  /* only this machine reaches it: whoever names another host is refused */
};

/* Always gives an answer; one without memory for its body is a 503 without one. */
void cdi_routes_answer(const struct cdi_routes *routes, const struct cdi_request *request, struct cdi_response *response);

/* The paths that there are, an ID where an alert's id stands; NULL: no more. */
const char *cdi_routes_path(size_t i);

#endif
