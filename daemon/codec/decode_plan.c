/* A source table's lines, turned round: from a member name or a column of theirs to what is done with its value. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/draft.h"

enum { PLAN_MAX = 4096 };                       /* nodes, and bindings, of one plan */

static bool plan_open(struct cdi_plan *plan)
{
    plan->nodes = calloc(PLAN_MAX, sizeof *plan->nodes);
    plan->bindings = calloc(PLAN_MAX, sizeof *plan->bindings);
    plan->node_count = plan->binding_count = 1;
    return plan->nodes != NULL && plan->bindings != NULL;
}

static uint16_t child_of(struct cdi_plan *plan, uint16_t parent, struct cdi_text key)
{
    uint16_t *link = &plan->nodes[parent].child;
    for (; *link != 0; link = &plan->nodes[*link].sibling)
        if (cdi_text_same(plan->nodes[*link].key, key))
            return *link;
    if (plan->node_count == PLAN_MAX)
        return 0;
    plan->nodes[plan->node_count].key = key;
    *link = plan->node_count;
    return plan->node_count++;
}

/* The node of a dotted path; 0: too many. */
static uint16_t node_of(struct cdi_plan *plan, struct cdi_text path)
{
    uint16_t node = 0;
    while (path.size > 0) {
        const char *dot = memchr(path.at, '.', path.size);
        struct cdi_text key = { path.at, dot == NULL ? path.size : (size_t)(dot - path.at) };
        node = child_of(plan, node, key);
        if (node == 0)
            return 0;
        size_t cut = dot == NULL ? path.size : key.size + 1;
        path = (struct cdi_text){ path.at + cut, path.size - cut };
    }
    return node;
}

/* Later bindings of the same value are done later. */
static bool bind(struct cdi_plan *plan, uint16_t *first, const struct cdi_binding *binding)
{
    if (plan->binding_count == PLAN_MAX)
        return false;
    uint16_t *link = first;
    while (*link != 0)
        link = &plan->bindings[*link].next;
    plan->bindings[plan->binding_count] = *binding;
    *link = plan->binding_count++;
    return true;
}

static bool bind_path(struct cdi_plan *plan, struct cdi_text path, const struct cdi_binding *binding)
{
    uint16_t node = node_of(plan, path);
    return node != 0 && bind(plan, &plan->nodes[node].binding, binding);
}

static bool complain(const struct cdi_source *source, const struct cdi_source_line *line, struct cdi_error *err)
{
    char where[CDI_ERROR_WHERE_SIZE];
    snprintf(where, sizeof where, "%.*s:%u:%u", CDI_TEXT_ARGS(source->file), line->row, line->column);
    return cdi_fail_at(err, CDI_ERROR_CONFIGURATION, where, "`%.*s` is no field of ours in this feed, or the table is too long",
                       CDI_TEXT_ARGS(line->target.ours));
}

static bool add_line(struct cdi_feed_plan *plan, const struct cdi_source *source, enum cdi_feed feed,
                     const struct cdi_source_line *line, struct cdi_error *err)
{
    bool set = line->step == CDI_SOURCE_SET;
    struct cdi_binding binding = { .field = set ? NULL : cdi_field_find(feed, line->target.ours), .line = line,
                                   .slot = set ? (int16_t)CDI_SLOT_EACH : line->target.slot };
    if (!set && binding.field == NULL)
        return complain(source, line, err);
    if (line->step == CDI_SOURCE_CONSTANT)
        return true;
    return bind_path(set ? &plan->sets : &plan->fields, line->theirs, &binding) || complain(source, line, err);
}

bool cdi_feed_plan_make(struct cdi_feed_plan *plan, const struct cdi_source *source, enum cdi_feed feed, struct cdi_error *err)
{
    const struct cdi_source_feed *lines = &source->feeds[feed];
    *plan = (struct cdi_feed_plan){ .said = lines->said };
    if (!lines->said)
        return true;
    if (!plan_open(&plan->fields) || !plan_open(&plan->sets))
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for a source table");
    size_t count;
    const struct cdi_field *fields = cdi_fields(feed, &count);
    for (size_t i = 0; lines->ours && i < count; i++) {
        struct cdi_binding binding = { .field = &fields[i], .slot = CDI_SLOT_EACH };
        if (!bind_path(&plan->fields, cdi_text_of(fields[i].path), &binding))
            return cdi_fail(err, CDI_ERROR_LIMIT, "more fields than %d", PLAN_MAX);
    }
    for (size_t i = 0; i < lines->line_count; i++)
        if (!add_line(plan, source, feed, &lines->lines[i], err))
            return false;
    plan->fields.of_members = plan->fields.binding_count;
    plan->sets.of_members = plan->sets.binding_count;
    return true;
}

static size_t column_of(const struct cdi_feed_plan *plan, struct cdi_text name)
{
    for (size_t i = 0; i < plan->column_count; i++)
        if (cdi_text_same(plan->names[i], name))
            return i;
    return SIZE_MAX;
}

/* The names are kept in the same block, after their array. */
static bool copy_names(struct cdi_feed_plan *plan, const struct cdi_text *names, size_t count)
{
    size_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        bytes += names[i].size;
    free(plan->names);
    free(plan->columns);
    plan->column_count = count;
    plan->names = malloc(count * sizeof *names + bytes + 1);
    plan->columns = calloc(count * 2 + 1, sizeof *plan->columns);
    if (plan->names == NULL || plan->columns == NULL)
        return false;
    plan->set_columns = plan->columns + count;
    char *at = (char *)(plan->names + count);
    for (size_t i = 0; i < count; i++) {
        struct cdi_text name = cdi_text_trimmed(names[i]);
        if (name.size > 0)
            memcpy(at, name.at, name.size);
        plan->names[i] = (struct cdi_text){ at, name.size };
        at += name.size;
    }
    return true;
}

/* In our own schema a column is a path: "persons.name", "persons[1].name". */
static const struct cdi_field *own_field(enum cdi_feed feed, struct cdi_text name, int16_t *slot)
{
    char path[CDI_WORD_MAX];
    const char *bracket = memchr(name.at, '[', name.size);
    *slot = CDI_SLOT_EACH;
    if (bracket == NULL)
        return cdi_field_find(feed, name);
    size_t head = (size_t)(bracket - name.at);
    if (name.size < head + 4 || name.size >= sizeof path || bracket[1] < '0' || bracket[1] > '9' || bracket[2] != ']')
        return NULL;
    *slot = (int16_t)(bracket[1] - '0');
    memcpy(path, name.at, head);
    memcpy(path + head, bracket + 3, name.size - head - 3);
    return cdi_field_find(feed, (struct cdi_text){ path, name.size - 3 });
}

static bool missing_column(const struct cdi_source *source, struct cdi_text name, struct cdi_error *err)
{
    char where[CDI_ERROR_WHERE_SIZE];
    snprintf(where, sizeof where, "column %.*s", CDI_TEXT_ARGS(name));
    return cdi_fail_at(err, CDI_ERROR_MISSING, where,
                       "the header has no such column, which source table %.*s reads: export it, or take its line out of the table",
                       CDI_TEXT_ARGS(source->name));
}

/* Two columns of one name: either could be meant.  Only those that are read matter: others may repeat, or have no name. */
static bool columns_are_single(const struct cdi_feed_plan *plan, struct cdi_error *err)
{
    char where[CDI_ERROR_WHERE_SIZE];
    for (size_t i = 0; i < plan->column_count; i++) {
        size_t first = column_of(plan, plan->names[i]);
        bool read = plan->columns[first] != 0 || plan->set_columns[first] != 0 || first == plan->known_at_column;
        if (first == i || !read)
            continue;
        snprintf(where, sizeof where, "column %.*s", CDI_TEXT_ARGS(plan->names[i]));
        return cdi_fail_at(err, CDI_ERROR_NOT_CSV, where,
                           "columns %zu and %zu of the header have the same name: rename or remove the one that is not meant",
                           first + 1, i + 1);
    }
    return true;
}

/* A file of something else is told by its first line, also where nothing follows. */
static bool something_is_read(const struct cdi_feed_plan *plan, struct cdi_error *err)
{
    for (size_t i = 0; i < plan->column_count; i++)
        if (plan->columns[i] != 0 || plan->set_columns[i] != 0)
            return true;
    return cdi_fail(err, CDI_ERROR_MISSING, "no column of the first line is one that the source table reads: "
                    "put the header there, or one JSON object a line");
}

static bool bind_columns(struct cdi_feed_plan *plan, const struct cdi_source *source, enum cdi_feed feed, struct cdi_error *err)
{
    const struct cdi_source_feed *lines = &source->feeds[feed];
    plan->fields.binding_count = plan->fields.of_members;
    plan->sets.binding_count = plan->sets.of_members;
    for (size_t i = 0; lines->ours && i < plan->column_count; i++) {
        struct cdi_binding binding = { .slot = CDI_SLOT_EACH };
        binding.field = own_field(feed, plan->names[i], &binding.slot);
        if (binding.field != NULL && !bind(&plan->fields, &plan->columns[i], &binding))
            return cdi_fail(err, CDI_ERROR_LIMIT, "more columns than %d", PLAN_MAX);
    }
    for (size_t i = 0; i < lines->line_count; i++) {
        const struct cdi_source_line *line = &lines->lines[i];
        if (line->step == CDI_SOURCE_CONSTANT)
            continue;
        size_t column = column_of(plan, line->theirs);
        if (column == SIZE_MAX)
            return missing_column(source, line->theirs, err);
        bool set = line->step == CDI_SOURCE_SET;
        struct cdi_binding binding = { .field = set ? NULL : cdi_field_find(feed, line->target.ours), .line = line,
                                       .slot = set ? (int16_t)CDI_SLOT_EACH : line->target.slot };
        if (!bind(set ? &plan->sets : &plan->fields, set ? &plan->set_columns[column] : &plan->columns[column], &binding))
            return complain(source, line, err);
        if (!set && plan->event_at_column == SIZE_MAX && cdi_text_is(line->target.ours, "event_at"))
            plan->event_at_column = column;
    }
    return true;
}

bool cdi_feed_plan_header(struct cdi_feed_plan *plan, const struct cdi_source *source, enum cdi_feed feed,
                          const struct cdi_text *names, size_t count, struct cdi_error *err)
{
    struct cdi_text known_at = source->feeds[feed].known_at.theirs;
    if (!copy_names(plan, names, count))
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for a header");
    plan->event_at_column = source->feeds[feed].ours ? column_of(plan, CDI_TEXT("event_at")) : SIZE_MAX;
    plan->known_at_column = cdi_text_said(known_at) ? column_of(plan, known_at) : SIZE_MAX;
    if (cdi_text_said(known_at) && plan->known_at_column == SIZE_MAX)
        return missing_column(source, known_at, err);
    return bind_columns(plan, source, feed, err) && something_is_read(plan, err) && columns_are_single(plan, err);
}

void cdi_feed_plan_free(struct cdi_feed_plan *plan)
{
    free(plan->fields.nodes);
    free(plan->fields.bindings);
    free(plan->sets.nodes);
    free(plan->sets.bindings);
    free(plan->columns);
    free(plan->names);
    *plan = (struct cdi_feed_plan){ 0 };
}
