/* Floor: edge.  Which tallies a request asks for: force=, area=, from= and to= (local days, both included), limit=, cursor=.  Read as strictly as
 * the parameters of reports (edge/alert_query.h). */
#ifndef CDI_EDGE_TALLY_QUERY_H
#define CDI_EDGE_TALLY_QUERY_H

#include "edge/request.h"
#include "edge/view_query.h"

/* Texts are within `room`: it must stay where it is. */
struct cdi_tally_query {
    struct cdi_view_tally_filter filter;
    char after[CDI_VIEW_TALLY_CURSOR_SIZE];     /* a cursor; "": from the first */
    size_t limit;
    char room[CDI_REQUEST_QUERY_MOST];
    size_t used;
};

/* False: err->where is the parameter's name, "" where it is none in particular; err says what is wrong and what to do, never what was sent. */
bool cdi_tally_query_read(struct cdi_tally_query *query, const struct cdi_request *request, struct cdi_error *err);

#endif
