#include "edge/group_query.h"

#include "core/tally.h"
#include "edge/alert_query.h"

static bool read_day(const struct cdi_query_row *row, struct cdi_text value, void *to, struct cdi_error *err)
{
    (void)row;
    return (cdi_tally_day_from(value, to) && *(int32_t *)to != CDI_TALLY_UNDATED) ||
           cdi_fail(err, CDI_ERROR_BAD_TIME, "should be a day, such as 2026-11-04");
}

static const char *stage_word(unsigned value)
{
    enum cdi_stage stage = (enum cdi_stage)(CDI_STAGE_NOTICE + value);
    return stage < CDI_STAGE_COUNT ? cdi_stage_word(stage) : NULL;
}

enum { BOTH = CDI_QUERY_OF_TALLIES | CDI_QUERY_OF_DIGESTS };
static const struct cdi_query_row rows[] = {
#define AT(member) offsetof(struct cdi_group_query, member)
    { "force", BOTH, cdi_query_text, AT(tallies.force), CDI_FORCE_MAX, NULL },
    { "area", BOTH, cdi_query_text, AT(tallies.area), CDI_WORD_MAX, NULL },
    { "from", CDI_QUERY_OF_TALLIES, read_day, AT(tallies.from), 0, NULL },
    { "to", CDI_QUERY_OF_TALLIES, read_day, AT(tallies.to), 0, NULL },
    { "stage", CDI_QUERY_OF_DIGESTS, cdi_query_word_text, AT(digests.stage), 0, stage_word },
    { "since", CDI_QUERY_OF_DIGESTS, cdi_query_time, AT(digests.since), 0, NULL },
    { "limit", BOTH, cdi_query_limit, AT(limit), 0, NULL },
    { "cursor", BOTH, cdi_query_cursor, AT(after), CDI_VIEW_DIGEST_CURSOR_SIZE - 1, NULL },
#undef AT
};

bool cdi_group_query_read(struct cdi_group_query *query, const struct cdi_request *request, enum cdi_group_query_of of, struct cdi_error *err)
{
    uint32_t seen;
    query->tallies = (struct cdi_view_tally_filter){ .from = INT32_MIN, .to = INT32_MAX };
    query->digests = (struct cdi_view_digest_filter){ .since = { 0 } };
    query->after = CDI_TEXT_NONE;
    query->limit = CDI_QUERY_LIMIT;
    query->room.used = 0;
    if (!cdi_query_read(rows, sizeof rows / sizeof rows[0], of, false, request, query, &query->room, &seen, err))
        return false;
    query->digests.force = query->tallies.force;
    query->digests.area = query->tallies.area;
    return query->tallies.from <= query->tallies.to ||
           cdi_fail_at(err, CDI_ERROR_BAD_VALUE, "to", "is a day before `from`: then there are no tallies");
}
