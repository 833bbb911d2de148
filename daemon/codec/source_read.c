/* A source table from its YAML: the keys, and what may stand beside what. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "codec/fields.h"
#include "codec/nearest.h"
#include "codec/source_map.h"

/* The table and the document whose memory it lives in. */
struct document { struct cdi_source source; struct cdi_yaml *yaml; struct cdi_source_map *maps; size_t map_count; };

struct text_item { struct cdi_text text; };
struct constant_item { struct cdi_text ours, value; };
struct map_item { struct cdi_text name; const struct cdi_yaml_node *node; };
struct reference_spec { int letters; struct cdi_text drop; struct cdi_yaml_items shapes; };
struct feed_spec {
    struct cdi_yaml_items constants;
    const struct cdi_yaml_node *constants_node, *fields, *sets, *known_at, *event_at;
};
struct spec {
    struct cdi_text name;
    struct cdi_span silence_limit;
    const struct cdi_yaml_node *zone, *times, *maps, *separator;
    struct reference_spec references[CDI_REFERENCE_KIND_COUNT];
    const struct cdi_yaml_node *feeds[CDI_FEED_COUNT];
};
struct line_spec { struct cdi_text from, map, split; int day; };

#define X(upper, word) #word,
static const char *const case_words[] = { CDI_REFERENCE_CASE_LIST(X) NULL };
#undef X
static const char *const day_words[] = { "start", "end", NULL };

#define KEY(struct_, member, ...) { .name = #member, .offset = offsetof(struct struct_, member), __VA_ARGS__ }
#define END { .name = NULL }

static const struct cdi_yaml_key shape_keys[] = {
    { .name = "spoken", .type = CDI_YAML_TEXT, .offset = offsetof(struct cdi_reference_shape, spoken), .required = true,
      .least = 1, .most = 100 },
    { .name = "written", .type = CDI_YAML_TEXT, .offset = offsetof(struct cdi_reference_shape, written), .required = true,
      .least = 1, .most = 100 },
    END,
};
static const struct cdi_yaml_key shape_item = { .type = CDI_YAML_STRUCT, .keys = shape_keys };
static const struct cdi_yaml_key reference_keys[] = {
    { .name = "case", .type = CDI_YAML_WORD, .offset = offsetof(struct reference_spec, letters), .words = case_words,
      .standard = "keep" },
    { .name = "drop", .type = CDI_YAML_TEXT, .offset = offsetof(struct reference_spec, drop), .least = 0, .most = 20 },
    { .name = "shapes", .type = CDI_YAML_LIST_OF, .offset = offsetof(struct reference_spec, shapes), .item = &shape_item,
      .size = sizeof(struct cdi_reference_shape), .most = CDI_REFERENCE_SHAPES_MAX },
    END,
};
static const struct cdi_yaml_key references_keys[] = {
#define X(upper, word) { .name = #word, .type = CDI_YAML_STRUCT, .keys = reference_keys, \
        .offset = CDI_REFERENCE_KIND_##upper * sizeof(struct reference_spec) },
    CDI_REFERENCE_KIND_LIST(X)
#undef X
    END,
};
static const struct cdi_yaml_key feeds_keys[] = {
#define X(upper, word) { .name = #word, .type = CDI_YAML_ANY, \
        .offset = CDI_FEED_##upper * sizeof(const struct cdi_yaml_node *) },
    CDI_FEED_LIST(X)
#undef X
    END,
};
static const struct cdi_yaml_key csv_keys[] = {
    { .name = "separator", .type = CDI_YAML_ANY, .offset = 0 },
    END,
};
static const struct cdi_yaml_key keys[] = {
    KEY(spec, name, .type = CDI_YAML_TEXT, .required = true, .least = 1, .most = CDI_WORD_MAX),
    KEY(spec, silence_limit, .type = CDI_YAML_SPAN, .standard = "4h", .least = 60000, .most = 7 * 86400000LL),
    KEY(spec, zone, .type = CDI_YAML_ANY),
    KEY(spec, times, .type = CDI_YAML_ANY),
    { .name = "csv", .type = CDI_YAML_STRUCT, .offset = offsetof(struct spec, separator), .keys = csv_keys },
    KEY(spec, references, .type = CDI_YAML_STRUCT, .keys = references_keys),
    KEY(spec, maps, .type = CDI_YAML_ANY),
    KEY(spec, feeds, .type = CDI_YAML_STRUCT, .keys = feeds_keys, .required = true),
    END,
};

static const struct cdi_yaml_key constant_item = { .type = CDI_YAML_TEXT, .offset = offsetof(struct constant_item, value) };
static const struct cdi_yaml_key feed_keys[] = {
    KEY(feed_spec, constants, .type = CDI_YAML_MAP_OF, .item = &constant_item, .size = sizeof(struct constant_item)),
    KEY(feed_spec, fields, .type = CDI_YAML_ANY),
    KEY(feed_spec, sets, .type = CDI_YAML_ANY),
    KEY(feed_spec, known_at, .type = CDI_YAML_ANY),
    KEY(feed_spec, event_at, .type = CDI_YAML_ANY),
    END,
};
static const struct cdi_yaml_key line_keys[] = {
    KEY(line_spec, from, .type = CDI_YAML_TEXT, .required = true, .least = 1, .most = 200),
    KEY(line_spec, map, .type = CDI_YAML_TEXT),
    KEY(line_spec, split, .type = CDI_YAML_TEXT, .least = 1, .most = 1),
    KEY(line_spec, day, .type = CDI_YAML_WORD, .words = day_words),
    END,
};

/* "UTC", "Europe/London", or hours east as "+01:00". */
static bool read_zone(struct document *doc, const struct cdi_yaml_node *node, struct cdi_error *err)
{
    static const char *const names[] = { "UTC", NULL, "Europe/London", "America/Los_Angeles" };
    struct cdi_text text = node->text;

    doc->source.zone_said = true;
    for (size_t i = 0; i < CDI_ZONE_COUNT; i++)
        if (names[i] != NULL && cdi_text_is(text, names[i])) {
            doc->source.zone.name = (enum cdi_zone_name)i;
            return true;
        }
    if (node->kind == CDI_YAML_VALUE && text.size == 6 && (text.at[0] == '+' || text.at[0] == '-') && text.at[3] == ':') {
        int digits[4] = { text.at[1] - '0', text.at[2] - '0', text.at[4] - '0', text.at[5] - '0' };
        int minutes = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3];
        bool good = digits[2] < 6 && minutes <= 14 * 60;
        for (size_t i = 0; i < 4; i++)
            good = good && digits[i] >= 0 && digits[i] <= 9;
        doc->source.zone = (struct cdi_zone){ CDI_ZONE_FIXED, (int16_t)(text.at[0] == '-' ? -minutes : minutes) };
        if (good)
            return true;
    }
    return cdi_yaml_fail(doc->yaml, node, err, "\"zone\" should be UTC, Europe/London, America/Los_Angeles, or an offset like \"+01:00\"");
}

static bool read_times(struct document *doc, const struct cdi_yaml_node *node, struct cdi_error *err)
{
    struct cdi_timeformat *times = &doc->source.times;

    if (node->kind != CDI_YAML_LIST || node->count > CDI_TIMEFORMATS_MAX)
        return cdi_yaml_fail(doc->yaml, node, err, "\"times\" should be a list of at most 8 formats, such as [\"%%d/%%m/%%Y %%H:%%M\"]");
    for (const struct cdi_yaml_node *child = node->first; child != NULL; child = child->next) {
        struct cdi_error problem = { .code = CDI_ERROR_NONE };
        if (child->kind != CDI_YAML_VALUE)
            return cdi_yaml_fail(doc->yaml, child, err, "a time format is a text");
        if (!cdi_timeformat_check(child->text, &problem))
            return cdi_yaml_fail(doc->yaml, child, err, "%s", problem.text);
        times->formats[times->count++] = child->text;
    }
    return true;
}

static bool read_separator(struct document *doc, const struct cdi_yaml_node *node, struct cdi_error *err)
{
    if (node->kind != CDI_YAML_VALUE || node->text.size != 1 || strchr(",;|\t", node->text.at[0]) == NULL)
        return cdi_yaml_fail(doc->yaml, node, err, "\"separator\" should be one of \",\" \";\" \"|\" \"\\t\", in double quotes");
    doc->source.separator = node->text.at[0];
    return true;
}

static bool read_references(struct document *doc, const struct spec *spec, struct cdi_error *err)
{
    for (size_t kind = 0; kind < CDI_REFERENCE_KIND_COUNT; kind++) {
        const struct reference_spec *from = &spec->references[kind];
        struct cdi_reference_rule *to = &doc->source.references[kind];
        const struct cdi_reference_shape *shapes = from->shapes.items;
        to->letters = (enum cdi_reference_case)from->letters;
        to->drop = from->drop;
        for (to->shape_count = 0; to->shape_count < from->shapes.count; to->shape_count++) {
            struct cdi_error problem = { .code = CDI_ERROR_NONE };
            to->shapes[to->shape_count] = shapes[to->shape_count];
            if (!cdi_reference_check(&shapes[to->shape_count], &problem))
                return cdi_yaml_fail(doc->yaml, cdi_yaml_root(doc->yaml), err, "shape %zu of \"references\": %s", to->shape_count + 1,
                                     problem.text);
        }
    }
    return true;
}

static bool read_maps(struct document *doc, const struct cdi_yaml_node *node, struct cdi_error *err)
{
    if (node->kind != CDI_YAML_MAP)
        return cdi_yaml_fail(doc->yaml, node, err, "\"maps\" should be a map of named maps");
    doc->maps = cdi_yaml_take(doc->yaml, node->count, sizeof *doc->maps);
    for (const struct cdi_yaml_node *child = node->first; child != NULL; child = child->next)
        if (!cdi_source_map_read(doc->yaml, child, &doc->maps[doc->map_count++], err))
            return false;
    return true;
}

static bool fail_no_map(struct document *doc, const struct cdi_yaml_node *node, struct cdi_text name, struct cdi_error *err)
{
    const char **names = cdi_yaml_take(doc->yaml, doc->map_count + 1, sizeof *names), *near;

    for (size_t i = 0; i < doc->map_count; i++)
        names[i] = doc->maps[i].name.at;
    near = cdi_nearest(name, names);
    return near != NULL ? cdi_yaml_fail(doc->yaml, node, err, "there is no such map under \"maps\": did you mean \"%s\"?", near)
                        : cdi_yaml_fail(doc->yaml, node, err, "there is no such map under \"maps\": add it there");
}

/* A field of ours that does not exist. */
static bool fail_no_field(struct document *doc, enum cdi_feed feed, struct cdi_text path, const struct cdi_yaml_node *node,
                          struct cdi_error *err)
{
    size_t count;
    const struct cdi_field *fields = cdi_fields(feed, &count);
    const char **names = cdi_yaml_take(doc->yaml, count + 1, sizeof *names), *near;

    for (size_t i = 0; i < count; i++)
        names[i] = fields[i].path;
    near = cdi_nearest(path, names);
    return near != NULL ? cdi_yaml_fail_key(doc->yaml, node, err, "%s have no such field: did you mean \"%s\"?", cdi_feed_word(feed), near)
                        : cdi_yaml_fail_key(doc->yaml, node, err, "%s have no such field: see the schema for the names", cdi_feed_word(feed));
}

static bool read_target(struct document *doc, enum cdi_feed feed, const struct cdi_yaml_node *node,
                        struct cdi_source_target *target, struct cdi_error *err)
{
    if (!cdi_source_target_read(node->key, doc->yaml, target))
        return cdi_yaml_fail_key(doc->yaml, node, err, "this should name a field of ours, as in persons[1].role");
    return cdi_field_find(feed, target->ours) != NULL || fail_no_field(doc, feed, target->ours, node, err);
}

/* The fields that a map sets, once it is known for which feed. */
static bool check_settings(struct document *doc, enum cdi_feed feed, const struct cdi_source_entry *entries, size_t count,
                           struct cdi_error *err)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < entries[i].setting_count; j++) {
            struct cdi_text ours = entries[i].settings[j].target.ours;
            if (cdi_text_said(ours) && cdi_field_find(feed, ours) == NULL)
                return fail_no_field(doc, feed, ours, entries[i].node, err);
        }
    return true;
}

/* `their_column` or {from: their_column, map: NAME, split: ";", day: end}. */
static bool read_line(struct document *doc, enum cdi_feed feed, const struct cdi_yaml_node *node, struct cdi_source_line *line,
                      struct cdi_error *err)
{
    struct line_spec spec = { .day = (int)line->day };

    line->row = node->line;
    line->column = node->column;
    if (node->kind == CDI_YAML_VALUE && !cdi_yaml_empty(node))
        spec.from = node->text;
    else if (!cdi_yaml_bind(doc->yaml, node, line_keys, &spec, err))
        return false;
    line->theirs = spec.from;
    line->split = spec.split.size > 0 ? spec.split.at[0] : '\0';
    line->day = (enum cdi_source_day)spec.day;
    if (!cdi_text_said(spec.map))
        return line->step != CDI_SOURCE_SET || cdi_yaml_fail(doc->yaml, node, err, "\"map\" is missing here: add it");
    for (size_t i = 0; i < doc->map_count; i++)
        if (cdi_text_same(doc->maps[i].name, spec.map))
            line->map = &doc->maps[i];
    if (line->map == NULL)
        return fail_no_map(doc, node, spec.map, err);
    if (line->step == CDI_SOURCE_SET && line->map->bare)
        return cdi_yaml_fail(doc->yaml, node, err, "under \"sets\" every value of the map must name its fields: {field: word}");
    return check_settings(doc, feed, line->map->whole, line->map->whole_count, err) &&
           check_settings(doc, feed, line->map->prefixes, line->map->prefix_count, err);
}

static bool read_constants(struct document *doc, enum cdi_feed feed, const struct cdi_yaml_node *node,
                           struct cdi_source_line *lines, size_t *count, struct cdi_error *err)
{
    for (const struct cdi_yaml_node *child = node == NULL ? NULL : node->first; child != NULL; child = child->next) {
        struct cdi_source_line line = { .step = CDI_SOURCE_CONSTANT, .constant = child->text, .row = child->line,
                                        .column = child->column };
        if (!read_target(doc, feed, child, &line.target, err))
            return false;
        lines[(*count)++] = line;
    }
    return true;
}

static bool read_fields(struct document *doc, enum cdi_feed feed, const struct cdi_yaml_node *node, enum cdi_source_step step,
                        struct cdi_source_line *lines, size_t *count, struct cdi_error *err)
{
    for (const struct cdi_yaml_node *child = node == NULL ? NULL : node->first; child != NULL; child = child->next) {
        struct cdi_source_line line = { .step = step };
        if (step == CDI_SOURCE_FIELD && !read_target(doc, feed, child, &line.target, err))
            return false;
        if (!read_line(doc, feed, child, &line, err))
            return false;
        lines[(*count)++] = line;
    }
    return true;
}

/* `constants` once more, as a node: its keys are targets with places. */
static const struct cdi_yaml_node *child_of(const struct cdi_yaml_node *node, const char *key)
{
    for (const struct cdi_yaml_node *child = node->first; child != NULL; child = child->next)
        if (cdi_text_is(child->key, key))
            return cdi_yaml_empty(child) ? NULL : child;
    return NULL;
}

static bool read_feed(struct document *doc, enum cdi_feed which, const struct cdi_yaml_node *node, struct cdi_error *err)
{
    struct cdi_source_feed *feed = &doc->source.feeds[which];
    struct cdi_source_line *lines;
    struct feed_spec spec = { 0 };
    size_t room;

    if (!cdi_yaml_bind(doc->yaml, node, feed_keys, &spec, err))
        return false;
    if (spec.fields != NULL && spec.fields->kind != CDI_YAML_MAP)
        return cdi_yaml_fail(doc->yaml, spec.fields, err, "\"fields\" should be a map (lines of \"our field: their column\", indented)");
    if (spec.sets != NULL && spec.sets->kind != CDI_YAML_LIST)
        return cdi_yaml_fail(doc->yaml, spec.sets, err, "\"sets\" should be a list (lines of \"- {from: their column, map: NAME}\")");
    if (spec.event_at != NULL && !cdi_text_is(spec.event_at->text, "kafka"))
        return cdi_yaml_fail(doc->yaml, spec.event_at, err, "\"event_at\" here can only be kafka (the broker's time); a column goes under "
                                                            "\"fields\"");
    room = spec.constants.count + (spec.fields == NULL ? 0 : spec.fields->count) + (spec.sets == NULL ? 0 : spec.sets->count);
    feed->lines = lines = cdi_yaml_take(doc->yaml, room, sizeof *lines);
    feed->said = true;
    feed->ours = spec.fields == NULL;
    feed->event_at_kafka = spec.event_at != NULL;
    feed->known_at.day = CDI_DAY_END;
    feed->known_at.step = CDI_SOURCE_FIELD;
    return read_constants(doc, which, child_of(node, "constants"), lines, &feed->line_count, err) &&
           read_fields(doc, which, spec.fields, CDI_SOURCE_FIELD, lines, &feed->line_count, err) &&
           read_fields(doc, which, spec.sets, CDI_SOURCE_SET, lines, &feed->line_count, err) &&
           (spec.known_at == NULL || read_line(doc, which, spec.known_at, &feed->known_at, err));
}

static bool read_all(struct document *doc, struct cdi_error *err)
{
    struct spec spec = { 0 };

    if (!cdi_yaml_bind(doc->yaml, cdi_yaml_root(doc->yaml), keys, &spec, err))
        return false;
    doc->source.name = spec.name;
    doc->source.silence_limit = spec.silence_limit;
    doc->source.separator = ',';
    if ((spec.zone != NULL && !read_zone(doc, spec.zone, err)) || (spec.times != NULL && !read_times(doc, spec.times, err)) ||
        (spec.separator != NULL && !read_separator(doc, spec.separator, err)) || !read_references(doc, &spec, err) ||
        (spec.maps != NULL && !read_maps(doc, spec.maps, err)))
        return false;
    for (size_t feed = 0; feed < CDI_FEED_COUNT; feed++)
        if (spec.feeds[feed] != NULL && !read_feed(doc, (enum cdi_feed)feed, spec.feeds[feed], err))
            return false;
    return true;
}

struct cdi_source *cdi_source_read(const char *file, struct cdi_text yaml, struct cdi_error *err)
{
    struct document *doc = calloc(1, sizeof *doc);

    if (doc == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "no memory to read %s", file);
        return NULL;
    }
    doc->yaml = cdi_yaml_read(file, yaml, err);
    if (doc->yaml == NULL || !read_all(doc, err)) {
        cdi_source_destroy(&doc->source);
        return NULL;
    }
    doc->source.file = cdi_yaml_keep(doc->yaml, cdi_text_of(file));
    return &doc->source;
}

void cdi_source_destroy(struct cdi_source *source)
{
    struct document *doc = (struct document *)source;      /* its first member */

    if (doc == NULL)
        return;
    cdi_yaml_destroy(doc->yaml);
    free(doc);
}
