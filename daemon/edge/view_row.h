/* Floor: edge.  What a message of the topic of alerts means to the view: which row it is, what the row is filtered and ordered by, and the
 * document, byte for byte.  Knows neither Kafka nor SQLite. */
#ifndef CDI_EDGE_VIEW_ROW_H
#define CDI_EDGE_VIEW_ROW_H

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "cdiwatch/text.h"
#include "codec/json.h"

enum { CDI_VIEW_WATCHES_SIZE = 1400 };          /* of 32 watches with the longest keys */

enum cdi_view_kind {
    CDI_VIEW_ALERT, CDI_VIEW_FEED, CDI_VIEW_TALLY, CDI_VIEW_DIGEST,
    CDI_VIEW_UNKNOWN                            /* a well-formed document of a type that the view does not show */
};

/* Texts and the document are borrowed from key, value, reader and `watches`: valid until the reader's next call.  What was not said is NONE. */
struct cdi_view_row {
    enum cdi_view_kind kind;
    bool gone;                                  /* the key has no document any more: only kind, force and name are said */
    struct cdi_text force, name;                /* the alert's 32 hex digits, the feed, area and day, or the digest's stage; with the force (of a
                                                 * digest: and bcu, the area), the key */
    int64_t version;
    struct cdi_text document;                   /* the data object */
    uint64_t sum;                               /* of the document's bytes */
    /* Of an alert: */
    bool answered;                              /* none of open, matched_unverified, incomplete_clear; a word that is not known is shown */
    struct cdi_instant due_at, received_at;
    int64_t risk;                               /* CDI_RISK_COUNT: a word that is not known, after all others */
    struct cdi_text incident, bcu, beat, unit, owner;
    int32_t day;                                /* of a tally, with bcu the area: CDI_TALLY_UNDATED where none is known */
    struct cdi_instant until;                   /* of a digest */
    uint32_t state, stage, lifecycle, marks;    /* bits, 1u << value; a word that is not known has none */
    struct cdi_text watches;                    /* " hate opened_domestic ": each between spaces; what does not fit is left out */
};

/* `value` of NONE is a tombstone; `watches` is room for them.  False: err says why it cannot be used, and never holds a value of it. */
bool cdi_view_row_read(struct cdi_json *json, struct cdi_text key, struct cdi_text value, char watches[CDI_VIEW_WATCHES_SIZE],
                       struct cdi_view_row *row, struct cdi_error *err);

/* The row of a document that is no feed's, as it stands in the view. */
bool cdi_view_row_of(struct cdi_json *json, enum cdi_view_kind kind, struct cdi_text document, char watches[CDI_VIEW_WATCHES_SIZE],
                     struct cdi_view_row *row, struct cdi_error *err);

uint64_t cdi_view_sum(struct cdi_text bytes);

#endif
