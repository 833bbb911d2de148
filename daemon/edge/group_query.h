/* Floor: edge.  Which tallies or digests a request asks for, read as strictly as the parameters of reports (edge/alert_query.h): force=, area=,
 * limit=, cursor=; of tallies from= and to= (local days, both included), of digests stage= and since=. */
#ifndef CDI_EDGE_GROUP_QUERY_H
#define CDI_EDGE_GROUP_QUERY_H

#include "edge/request.h"
#include "edge/view_query.h"

enum cdi_group_query_of { CDI_QUERY_OF_TALLIES = 1, CDI_QUERY_OF_DIGESTS = 2 };

/* Texts are within `room`: it must stay where it is. */
struct cdi_group_query {
    struct cdi_view_tally_filter tallies;
    struct cdi_view_digest_filter digests;
    char after[CDI_VIEW_DIGEST_CURSOR_SIZE];    /* a cursor; "": from the first */
    size_t limit;
    char room[CDI_REQUEST_QUERY_MOST];
    size_t used;
};

/* False: err->where is the parameter's name, "" where it is none in particular; err says what is wrong and what to do, never what was sent. */
bool cdi_group_query_read(struct cdi_group_query *query, const struct cdi_request *request, enum cdi_group_query_of of, struct cdi_error *err);

#endif
