#include "edge/group_query.h"

#include <stdio.h>
#include <string.h>

#include "core/tally.h"
#include "edge/alert_query.h"

static bool read_text(struct cdi_text value, size_t most, struct cdi_text *out, struct cdi_error *err)
{
    *out = value;
    return (value.size > 0 && value.size <= most) ||
           cdi_fail(err, CDI_ERROR_BAD_VALUE, "should have 1 to %d bytes; to ask for all, leave it out", (int)most);
}

static bool read_force(struct cdi_group_query *query, struct cdi_text value, struct cdi_error *err)
{
    return read_text(value, CDI_FORCE_MAX, &query->tallies.force, err) && read_text(value, CDI_FORCE_MAX, &query->digests.force, err);
}

static bool read_area(struct cdi_group_query *query, struct cdi_text value, struct cdi_error *err)
{
    return read_text(value, CDI_WORD_MAX, &query->tallies.area, err) && read_text(value, CDI_WORD_MAX, &query->digests.area, err);
}

static bool read_day(struct cdi_text value, int32_t *day, struct cdi_error *err)
{
    return (cdi_tally_day_from(value, day) && *day != CDI_TALLY_UNDATED) ||
           cdi_fail(err, CDI_ERROR_BAD_TIME, "should be a day, such as 2026-11-04");
}

static bool read_from(struct cdi_group_query *query, struct cdi_text value, struct cdi_error *err)
{
    return read_day(value, &query->tallies.from, err);
}

static bool read_to(struct cdi_group_query *query, struct cdi_text value, struct cdi_error *err)
{
    return read_day(value, &query->tallies.to, err);
}

static bool read_stage(struct cdi_group_query *query, struct cdi_text value, struct cdi_error *err)
{
    enum cdi_stage stage = CDI_STAGE_NONE;
    char names[100] = "";
    size_t used = 0;
    query->digests.stage = value;
    for (enum cdi_stage each = CDI_STAGE_NOTICE; each < CDI_STAGE_COUNT; each++)
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used == 0 ? "" : ", ", cdi_stage_word(each));
    return (cdi_stage_from(value, &stage) && stage != CDI_STAGE_NONE) ||
           cdi_fail(err, CDI_ERROR_BAD_VALUE, "should be one of: %s", names);
}

static bool read_since(struct cdi_group_query *query, struct cdi_text value, struct cdi_error *err)
{
    return cdi_query_time(value, &query->digests.since, err);
}

static bool read_limit(struct cdi_group_query *query, struct cdi_text value, struct cdi_error *err)
{
    query->limit = 0;
    for (size_t i = 0; i < value.size && query->limit <= CDI_VIEW_LIMIT_MOST; i++)
        query->limit = value.at[i] >= '0' && value.at[i] <= '9' ? query->limit * 10 + (size_t)(value.at[i] - '0') : SIZE_MAX / 20;
    return (query->limit >= 1 && query->limit <= CDI_VIEW_LIMIT_MOST) ||
           cdi_fail(err, CDI_ERROR_OUT_OF_BOUNDS, "should be a whole number from 1 to %d", (int)CDI_VIEW_LIMIT_MOST);
}

static bool read_cursor(struct cdi_group_query *query, struct cdi_text value, struct cdi_error *err)
{
    if (value.size == 0 || value.size >= sizeof query->after || memchr(value.at, '\0', value.size) != NULL)
        return cdi_fail(err, CDI_ERROR_BAD_VALUE, "should be what the answer before gave; without it the list begins anew");
    memcpy(query->after, value.at, value.size);
    query->after[value.size] = '\0';
    return true;
}

enum { BOTH = CDI_QUERY_OF_TALLIES | CDI_QUERY_OF_DIGESTS };
static const struct {
    const char *name;
    unsigned of;                                /* whose it is */
    bool (*read)(struct cdi_group_query *query, struct cdi_text value, struct cdi_error *err);
} parameters[] = {
    { "force", BOTH, read_force }, { "area", BOTH, read_area }, { "from", CDI_QUERY_OF_TALLIES, read_from },
    { "to", CDI_QUERY_OF_TALLIES, read_to }, { "stage", CDI_QUERY_OF_DIGESTS, read_stage }, { "since", CDI_QUERY_OF_DIGESTS, read_since },
    { "limit", BOTH, read_limit }, { "cursor", BOTH, read_cursor },
};
enum { PARAMETER_COUNT = sizeof parameters / sizeof *parameters };

static bool refuse_unknown(enum cdi_group_query_of of, struct cdi_error *err)
{
    char names[100] = "";
    size_t used = 0;
    for (size_t i = 0; i < PARAMETER_COUNT; i++)
        if ((parameters[i].of & of) != 0)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used == 0 ? "" : ", ", parameters[i].name);
    return cdi_fail(err, CDI_ERROR_BAD_VALUE, "there is no such parameter; there are: %s", names);
}

static bool read_one(struct cdi_group_query *query, const struct cdi_parameter *said, enum cdi_group_query_of of, uint32_t *seen,
                     struct cdi_error *err)
{
    struct cdi_error problem = { 0 };
    struct cdi_text value;
    size_t i = 0;
    while (i < PARAMETER_COUNT && !((parameters[i].of & of) != 0 && cdi_text_is(said->name, parameters[i].name)))
        i++;
    if (i == PARAMETER_COUNT)
        return refuse_unknown(of, err);
    if ((*seen >> i & 1) != 0)
        return cdi_fail_at(err, CDI_ERROR_BAD_VALUE, parameters[i].name, "is said twice: say it once");
    *seen |= 1u << i;
    if (cdi_request_decode(said->value, query->room, sizeof query->room, &query->used, &value, &problem) &&
        parameters[i].read(query, value, &problem))
        return true;
    return cdi_fail_at(err, problem.code, parameters[i].name, "%s", problem.text);
}

bool cdi_group_query_read(struct cdi_group_query *query, const struct cdi_request *request, enum cdi_group_query_of of, struct cdi_error *err)
{
    uint32_t seen = 0;
    query->tallies = (struct cdi_view_tally_filter){ .from = INT32_MIN, .to = INT32_MAX };
    query->digests = (struct cdi_view_digest_filter){ .since = { 0 } };
    query->after[0] = '\0';
    query->limit = CDI_QUERY_LIMIT;
    query->used = 0;
    if (request->parameter_count > CDI_REQUEST_PARAMETERS_MOST)
        return cdi_fail(err, CDI_ERROR_TOO_LARGE, "there are more than %d parameters", (int)CDI_REQUEST_PARAMETERS_MOST);
    for (size_t i = 0; i < request->parameter_count; i++)
        if (!read_one(query, &request->parameters[i], of, &seen, err))
            return false;
    return query->tallies.from <= query->tallies.to ||
           cdi_fail_at(err, CDI_ERROR_BAD_VALUE, "to", "is a day before `from`: then there are no tallies");
}
