/* Floor: edge.  Which reports a request asks for: its parameters, each a row of a table (edge/query.h). */
#ifndef CDI_EDGE_ALERT_QUERY_H
#define CDI_EDGE_ALERT_QUERY_H

#include "cdiwatch/tables.h"
#include "codec/body.h"
#include "edge/query.h"
#include "edge/view_query.h"

enum cdi_query_of { CDI_QUERY_OF_API, CDI_QUERY_OF_PAGE };

/* What the page's list shows at first, and instead. */
#define CDI_SHOW_LIST(X) X(UNANSWERED, unanswered) X(SETTLED, settled) X(WATCHED, watched) X(ALL, all)
enum cdi_show {
#define X(upper, word) CDI_SHOW_##upper,
    CDI_SHOW_LIST(X)
#undef X
    CDI_SHOW_COUNT
};
const char *cdi_show_word(enum cdi_show show);

/* The states that ask something of somebody, as a set. */
#define CDI_STATES_UNANSWERED (1u << CDI_STATE_OPEN | 1u << CDI_STATE_MATCHED_UNVERIFIED | 1u << CDI_STATE_INCOMPLETE_CLEAR)

enum { CDI_QUERY_LIMIT = 50, CDI_ALERT_DIGITS = 32, CDI_ALERT_DIGITS_LEAST = 4 };

/* Texts are within `room`: it must stay where it is. */
struct cdi_alert_query {
    struct cdi_view_filter filter;
    struct cdi_text alert;                      /* the first digits of an id: then nothing else is asked for */
    struct cdi_text after;                      /* a cursor; ends with a NUL */
    size_t limit;
    enum cdi_show show;                         /* of a page; in the filter already */
    struct cdi_query_room room;
};

/* False: as cdi_query_read(). */
bool cdi_alert_query_read(struct cdi_alert_query *query, const struct cdi_request *request, enum cdi_query_of of, struct cdi_error *err);

/* Whether a list by this watch may be meant: the tables have it, on or off, or a document bears it, of a daemon with other tables.  False with an
 * err that says nothing: nobody takes a list that is empty because a word is mistyped for one that is empty. */
bool cdi_query_watch(struct cdi_view_reader *reader, const struct cdi_tables *tables, struct cdi_text watch, struct cdi_error *err);
/* What it should be instead. */
void cdi_query_watch_words(struct cdi_body *words, const struct cdi_tables *tables);

/* An empty list by a force or area that is mistyped must not look like an all-clear.  The nth question whether there are reports of those at all, whatever else
 * `filter` asks for: of its force; of its bcu there; of its beat there.  *name: the parameter that is asked about.  False: there is no such question. */
bool cdi_query_of_place(const struct cdi_view_filter *filter, size_t n, struct cdi_view_filter *question, const char **name);
/* The first parameter whose question is answered by no.  NULL: there is none, or err says why it cannot be known. */
const char *cdi_query_unheld(struct cdi_view_reader *reader, const struct cdi_view_filter *filter, struct cdi_error *err);

/* 4 to 32 of the digits that ids are written with, or exactly 32. */
bool cdi_alert_digits(struct cdi_text text);
bool cdi_alert_id_is_whole(struct cdi_text text);

#endif
