/* Floor: codec.  What explain.c, explain_beside.c and explain_next.c share; nobody else includes it. */
#ifndef CDI_CODEC_EXPLAIN_INSIDE_H
#define CDI_CODEC_EXPLAIN_INSIDE_H

#include "codec/explain.h"
#include "codec/page.h"

struct explain {
    struct cdi_page page;
    const struct cdi_tables *tables;
    struct cdi_value document;
    const struct cdi_explain_beside *beside;    /* NULL: nothing is known of the log's other reports */
    struct cdi_instant now, due_at;
    int64_t due, recorded;
    bool settled;                               /* nothing is asked of anybody any more */
};

/* A block of its own, in the page's two forms. */
#define SAY(block, ...) cdi_page_words(&explain->page, CDI_PAGE_##block, __VA_ARGS__)

static inline bool state_is(const struct explain *explain, const char *state)
{
    return cdi_text_is(cdi_member_text(explain->document, "state"), state);
}

static inline struct cdi_value part(const struct explain *explain, const char *name)
{
    return cdi_value_member(explain->document, name);
}

/* explain.c: was the crime recorded before the report was made (R3); is it among those that are linked? */
bool cdi_explain_is_before(const struct explain *explain, struct cdi_value link);
bool cdi_explain_is_linked(const struct explain *explain, struct cdi_text crime);
/* What the disposal lacks; nothing if it lacks nothing. */
void cdi_explain_show_missing(struct explain *explain, enum cdi_page_block block, const char *before, const char *after);
bool cdi_explain_is_missing_something(const struct explain *explain);

/* explain_beside.c: does a later report of the log tell this one of `likely` graver? */
bool cdi_explain_is_told_graver(const struct explain *explain, struct cdi_value item);

/* explain_next.c: what to do next, as the recording rules ask of a report that stands so. */
void cdi_explain_next(struct explain *explain);
bool cdi_explain_is_marked(const struct explain *explain, const char *word);

#endif
