/* Floor: edge.  Reading the view: the current document of each report, as the feed (edge/feed.h) has written them into SQLite.  A
 * connection of its own, that only reads; for one thread.  Knows no engine. */
#ifndef CDI_EDGE_VIEW_QUERY_H
#define CDI_EDGE_VIEW_QUERY_H

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "cdiwatch/record.h"
#include "cdiwatch/text.h"
#include "cdiwatch/vocabulary.h"

struct cdi_view_reader;

/* Opens the view that is at `path`.  NULL: there is none, or it is not one of this version's; err says what to do. */
struct cdi_view_reader *cdi_view_reader_open(const char *path, struct cdi_error *err);
void cdi_view_reader_close(struct cdi_view_reader *reader);             /* NULL is fine */

/* Elapsed time after which a query that still looks gives up, as SYSTEM; as long as nothing is said, none does.  Who reads on a loop that has
 * other work says it anew for each answer: a filter that hardly any report fits may be a look at all of them. */
void cdi_view_reader_until(struct cdi_view_reader *reader, struct cdi_span until);

/* What tells two readings apart: which view it is (another one after it was rebuilt) and how often it has changed since.  The same stamp:
 * every query answers the same bytes.  False: the view is gone or unreadable: close, and open again. */
struct cdi_view_stamp { uint64_t view, changes; };
bool cdi_view_stamp(struct cdi_view_reader *reader, struct cdi_view_stamp *stamp, struct cdi_error *err);

/* What comes first among reports that are, or are not, answered. */
#define CDI_VIEW_SORT_LIST(X) X(DEADLINE, deadline) X(RISK, risk)
enum cdi_view_sort {
#define X(upper, word) CDI_VIEW_SORT_##upper,
    CDI_VIEW_SORT_LIST(X)
#undef X
    CDI_VIEW_SORT_COUNT
};
const char *cdi_view_sort_word(enum cdi_view_sort sort);

/* Which documents, and in which order: those of which everything that is said here is true.  Begin with all zero: all documents.  Texts are borrowed.  Sets are bits
 * 1u << value; 0 says nothing.  Reports without a stage are CDI_STAGE_NONE's bit. */
#define CDI_VIEW_WATCH_ANY "any"
struct cdi_view_filter {
    struct cdi_text force, bcu, beat, unit, owner, incident;            /* equal, byte for byte; size 0 says nothing */
    uint32_t states, stages, risks, lifecycles;
    uint32_t marks;                                                     /* has at least one of them */
    struct cdi_text watch;                                              /* this watch holds, or CDI_VIEW_WATCH_ANY; size 0 says nothing */
    struct cdi_instant due_from, due_before, received_from, received_before;   /* from <= instant < before; ms 0 says nothing */
    bool unanswered;                                                    /* open, matched_unverified or incomplete_clear */
    enum cdi_view_sort sort;                                            /* not of what is counted */
};

/* The order is total: unanswered reports before the others, then (due_at, risk, alert id); by risk: (risk, due_at, alert id).  A cursor says
 * "after this one": 1 to CDI_VIEW_CURSOR_SIZE - 1 characters of [A-Za-z0-9_-], good as long as its reader likes, whatever changes in between, for
 * lists of its order. */
enum { CDI_VIEW_CURSOR_SIZE = 96, CDI_VIEW_LIMIT_MOST = 500 };

/* A document as published, the data object; borrowed during the call.  False: stop. */
typedef bool (*cdi_view_take)(void *context, struct cdi_text document);

/* A failure of any query is BAD_VALUE (what was asked), SYSTEM (it cannot be read now) or CORRUPT (the file is damaged: cdi_feed_doubt()). */

/* At most `limit` of them, after `after` (NULL or "": from the first).  `next`: the cursor of what follows the last one given; "": there is no
 * more.  False: err says why; CDI_ERROR_BAD_VALUE where `after` is no cursor, or `limit` is not 1 to CDI_VIEW_LIMIT_MOST. */
bool cdi_view_list(struct cdi_view_reader *reader, const struct cdi_view_filter *filter, const char *after, size_t limit,
                   cdi_view_take take, void *context, char next[CDI_VIEW_CURSOR_SIZE], struct cdi_error *err);

/* How many documents fit. */
bool cdi_view_count(struct cdi_view_reader *reader, const struct cdi_view_filter *filter, uint64_t *count, struct cdi_error *err);

/* The document of an alert by its 32 hex digits, or by 4 or more of the first; or all reports of an incident by its reference, exactly.
 * *found: how many fit; the first `limit` of them, in the order above, are given to `take`. */
bool cdi_view_find(struct cdi_view_reader *reader, struct cdi_text wanted, size_t limit, cdi_view_take take, void *context, size_t *found,
                   struct cdi_error *err);

/* The last document of each feed of each force (codec/encode_feed.h), in order of (force, feed). */
bool cdi_view_feeds(struct cdi_view_reader *reader, cdi_view_take take, void *context, struct cdi_error *err);

/* Tallies (codec/encode_tally.h) of these days, in order of (day, force, area); begin with all of them.  A cursor as above, but longer. */
struct cdi_view_tally_filter { struct cdi_text force, area; int32_t from, to; };   /* size 0 says nothing; both days included */
enum { CDI_VIEW_TALLY_CURSOR_SIZE = 2 * (8 + CDI_FORCE_MAX + 1 + CDI_WORD_MAX) + 1 };
bool cdi_view_tallies(struct cdi_view_reader *reader, const struct cdi_view_tally_filter *filter, const char *after, size_t limit,
                      cdi_view_take take, void *context, char next[CDI_VIEW_TALLY_CURSOR_SIZE], struct cdi_error *err);

/* Digests of floods (codec/encode_digest.h) that went on at `since` or later, the last of each group: the newest first, then by force, stage and
 * area.  Begin with all zero: all of them. */
struct cdi_view_digest_filter { struct cdi_text force, stage, area; struct cdi_instant since; };    /* size 0 says nothing; ms 0 neither */
enum { CDI_VIEW_DIGEST_CURSOR_SIZE = 2 * (8 + CDI_FORCE_MAX + 1 + 2 * CDI_WORD_MAX + 1) + 1 };
bool cdi_view_digests(struct cdi_view_reader *reader, const struct cdi_view_digest_filter *filter, const char *after, size_t limit,
                      cdi_view_take take, void *context, char next[CDI_VIEW_DIGEST_CURSOR_SIZE], struct cdi_error *err);

/* The values that there are, each once, in byte order: for choices on a page. */
#define CDI_VIEW_COLUMN_LIST(X) X(FORCE, force) X(BCU, bcu) X(BEAT, beat) X(OWNER, owner)
enum cdi_view_column {
#define X(upper, word) CDI_VIEW_COLUMN_##upper,
    CDI_VIEW_COLUMN_LIST(X)
#undef X
    CDI_VIEW_COLUMN_COUNT
};
bool cdi_view_values(struct cdi_view_reader *reader, enum cdi_view_column column, size_t limit, cdi_view_take take, void *context,
                     struct cdi_error *err);

#endif
