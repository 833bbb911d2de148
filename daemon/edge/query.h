/* Floor: edge.  The parameters of a request, read strictly by a table.  What is not known, said twice or wrong is refused, so that nobody takes an
 * unfiltered list for a filtered one. */
#ifndef CDI_EDGE_QUERY_H
#define CDI_EDGE_QUERY_H

#include "cdiwatch/instant.h"
#include "edge/request.h"

/* A parameter: whose it is (any bits), how it is read, and where it goes within the query. */
struct cdi_query_row {
    const char *name;
    unsigned of;
    bool (*read)(const struct cdi_query_row *row, struct cdi_text value, void *to, struct cdi_error *err);
    size_t offset, most;                        /* most: bytes of a text, or of a cursor */
    const char *(*word)(unsigned value);        /* of a closed list: NULL after its last */
};

/* What the texts of a query are within: it must stay where it is.  Begins with `used` 0. */
struct cdi_query_room { char at[CDI_REQUEST_QUERY_MOST + 1]; size_t used; };

/* Reads what `of` may have; `form`: an empty value says nothing, as a form sends it.  *seen: the rows that were said, as bits.  False: err->where
 * is the parameter's name, "" where it is none in particular; err says what is wrong and what to do, never what was sent. */
bool cdi_query_read(const struct cdi_query_row *rows, size_t count, unsigned of, bool form, const struct cdi_request *request, void *query,
                    struct cdi_query_room *room, uint32_t *seen, struct cdi_error *err);

/* ---- how values are read ---- */

typedef bool cdi_query_reader(const struct cdi_query_row *row, struct cdi_text value, void *to, struct cdi_error *err);
cdi_query_reader cdi_query_text;                /* struct cdi_text, as cursors are; each ends with a NUL */
cdi_query_reader cdi_query_cursor;
cdi_query_reader cdi_query_words;               /* some of the list: uint32_t, bits 1u << value */
cdi_query_reader cdi_query_word;                /* one of it: an enum */
cdi_query_reader cdi_query_word_text;           /* the same as struct cdi_text */
cdi_query_reader cdi_query_time;                /* struct cdi_instant; 0, which says nothing in a filter, is 1 */
cdi_query_reader cdi_query_yes;                 /* bool */
cdi_query_reader cdi_query_limit;               /* size_t, up to CDI_VIEW_LIMIT_MOST */

#endif
