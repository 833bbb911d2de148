/* Floor: edge.  Which tallies or digests a request asks for, by a table as reports (edge/alert_query.h): force=, area=, limit=, cursor=; of tallies from= and to= (local days, both included), of digests stage= and since=. */
#ifndef CDI_EDGE_GROUP_QUERY_H
#define CDI_EDGE_GROUP_QUERY_H

#include "edge/query.h"
#include "edge/view_query.h"

enum cdi_group_query_of { CDI_QUERY_OF_TALLIES = 1, CDI_QUERY_OF_DIGESTS = 2 };

/* Texts are within `room`: it must stay where it is. */
struct cdi_group_query {
    struct cdi_view_tally_filter tallies;
    struct cdi_view_digest_filter digests;
    struct cdi_text after;                      /* a cursor; ends with a NUL */
    size_t limit;
    struct cdi_query_room room;
};

/* False: as cdi_query_read(). */
bool cdi_group_query_read(struct cdi_group_query *query, const struct cdi_request *request, enum cdi_group_query_of of, struct cdi_error *err);

#endif
