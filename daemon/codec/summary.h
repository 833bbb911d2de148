/* Floor: codec.  What a list says of a document: each part in few plain words, the same on a terminal and on a page. */
#ifndef CDI_CODEC_SUMMARY_H
#define CDI_CODEC_SUMMARY_H

#include "cdiwatch/tables.h"
#include "codec/body.h"
#include "codec/document.h"

/* The parts, and what stands above them.
 * TIME "3 h 12 min left", "overdue by 2 days 4 h", "settled", "watched"; REFERENCE "DPP-1" or "DPP-1, report 7"; CRIMES "assault with injury (8N); threats
 * (3B)"; WHY the one or two strongest points; STATE and STAGE in short; TODO "2 due, 1 recorded; lacks a supervisor's endorsement"; the others
 * empty where nothing is said. */
#define CDI_SUMMARY_LIST(X) \
    X(TIME, time, "Time left") X(REFERENCE, reference, "Report") X(OPENED, opened, "Opened as") X(CRIMES, crimes, "Likely crime") \
    X(WHY, why, "Why") X(RISK, risk, "Risk") X(STATE, state, "State") X(STAGE, stage, "Stage") X(TODO, todo, "To do") \
    X(AREA, area, "Area") X(OWNER, owner, "Owner") X(MARKS, marks, "Marks") \
    X(WATCHES, watches, "Watched for")
enum cdi_summary_part {
#define X(upper, lower, title) CDI_SUMMARY_##upper,
    CDI_SUMMARY_LIST(X)
#undef X
    CDI_SUMMARY_COUNT
};
const char *cdi_summary_title(enum cdi_summary_part part);

/* Begin with all zero; made again and again in the same room; cdi_body_free(&words) at the end. */
struct cdi_summary {
    struct cdi_body words;                      /* if it has failed, the parts are cut short */
    size_t begins[CDI_SUMMARY_COUNT + 1];
};

/* `document` is the data object of an alert; `now` is what "left" is counted from. */
void cdi_summary_make(struct cdi_summary *summary, const struct cdi_tables *tables, struct cdi_value document, struct cdi_instant now);
/* Made harmless (codec/harmless.h), on one line; not yet fit for HTML.  Borrowed from the summary. */
struct cdi_text cdi_summary_text(const struct cdi_summary *summary, enum cdi_summary_part part);

/* No crime or reason is asked of anybody any more: recorded, cleared, superseded or not disclosed. */
bool cdi_summary_settled(struct cdi_value document);
/* Nothing is likely, and a watch holds: somebody has to look at it all the same. */
bool cdi_summary_watched(struct cdi_value document);
/* R15: the victim has confirmed what was reported. */
bool cdi_summary_confirmed(struct cdi_value document);
/* Adds what the document's disposal lacks, "; " between; how many things it lacks. */
size_t cdi_summary_missing(struct cdi_body *out, struct cdi_value document);

#endif
