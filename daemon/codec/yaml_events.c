/* libyaml's events into a small tree with its places. */
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "codec/yaml_document.h"

/* A container being filled. */
struct open_node { struct cdi_yaml_node *node, *last; struct cdi_text key; uint32_t key_line, key_column; bool has_key; };

struct builder {
    struct cdi_yaml *yaml;
    struct open_node open[CDI_YAML_DEPTH_MAX];
    size_t depth, nodes, documents;
    struct cdi_error *err;
};

static bool fail_mark(struct builder *builder, const yaml_mark_t *mark, const char *words)
{
    char where[CDI_ERROR_WHERE_SIZE];

    cdi_yaml_where(builder->yaml, (uint32_t)mark->line + 1, (uint32_t)mark->column + 1, where);
    return cdi_fail_at(builder->err, CDI_ERROR_CONFIGURATION, where, "%s", words);
}

static bool has_key(const struct cdi_yaml_node *map, struct cdi_text key)
{
    for (const struct cdi_yaml_node *child = map->first; child != NULL; child = child->next)
        if (cdi_text_same(child->key, key))
            return true;
    return false;
}

/* A value where a map waits for a key. */
static bool take_key(struct builder *builder, struct open_node *map, const yaml_event_t *event, struct cdi_text text)
{
    if (cdi_text_is(text, "<<"))
        return fail_mark(builder, &event->start_mark, "merge keys (<<) are not used here: write the keys out");
    if (map->node->count == CDI_YAML_KEYS_MAX)
        return fail_mark(builder, &event->start_mark, "a map of more than 4096 keys: make it smaller");
    if (has_key(map->node, text)) {
        char where[CDI_ERROR_WHERE_SIZE];
        cdi_yaml_where(builder->yaml, (uint32_t)event->start_mark.line + 1, (uint32_t)event->start_mark.column + 1, where);
        return cdi_fail_at(builder->err, CDI_ERROR_CONFIGURATION, where,
                           "\"%.*s\" stands twice in the same map: keep one of the two", text.size > 60 ? 60 : (int)text.size, text.at);
    }
    map->key = text;
    map->key_line = (uint32_t)event->start_mark.line + 1;
    map->key_column = (uint32_t)event->start_mark.column + 1;
    map->has_key = true;
    return true;
}

/* A new node in its place in the tree; NULL: refused. */
static struct cdi_yaml_node *add_node(struct builder *builder, enum cdi_yaml_kind kind, const yaml_event_t *event)
{
    struct open_node *parent = builder->depth > 0 ? &builder->open[builder->depth - 1] : NULL;
    struct cdi_yaml_node *node;

    if (builder->nodes++ == CDI_YAML_NODES_MAX) {
        fail_mark(builder, &event->start_mark, "the file holds more than 100000 values: make it smaller");
        return NULL;
    }
    node = cdi_yaml_take(builder->yaml, 1, sizeof *node);
    node->kind = kind;
    node->line = (uint32_t)event->start_mark.line + 1;
    node->column = (uint32_t)event->start_mark.column + 1;
    if (parent == NULL) {
        builder->yaml->root = node;
        return node;
    }
    if (parent->node->kind == CDI_YAML_MAP) {
        node->key = parent->key;
        node->key_line = parent->key_line;
        node->key_column = parent->key_column;
        parent->has_key = false;
    }
    if (parent->last == NULL)
        parent->node->first = node;
    else
        parent->last->next = node;
    parent->last = node;
    parent->node->count++;
    return node;
}

static bool take_value(struct builder *builder, const yaml_event_t *event)
{
    struct open_node *parent = builder->depth > 0 ? &builder->open[builder->depth - 1] : NULL;
    struct cdi_text text = { (const char *)event->data.scalar.value, event->data.scalar.length };
    struct cdi_yaml_node *node;

    if (event->data.scalar.anchor != NULL || event->data.scalar.tag != NULL)
        return fail_mark(builder, &event->start_mark, "anchors (&) and tags (!) are not used here: write the plain value");
    text = cdi_yaml_keep(builder->yaml, text);
    if (parent != NULL && parent->node->kind == CDI_YAML_MAP && !parent->has_key)
        return take_key(builder, parent, event, text);
    if ((node = add_node(builder, CDI_YAML_VALUE, event)) == NULL)
        return false;
    node->text = text;
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return true;
}

static bool open_container(struct builder *builder, const yaml_event_t *event, enum cdi_yaml_kind kind, bool marked)
{
    struct open_node *parent = builder->depth > 0 ? &builder->open[builder->depth - 1] : NULL;
    struct cdi_yaml_node *node;

    if (marked)
        return fail_mark(builder, &event->start_mark, "anchors (&) and tags (!) are not used here: write the plain value");
    if (parent != NULL && parent->node->kind == CDI_YAML_MAP && !parent->has_key)
        return fail_mark(builder, &event->start_mark, "a key must be a single value; quote it if it begins with [ or {");
    if (builder->depth == CDI_YAML_DEPTH_MAX)
        return fail_mark(builder, &event->start_mark, "nested more than 16 deep: nothing here needs that, check the indentation");
    if ((node = add_node(builder, kind, event)) == NULL)
        return false;
    builder->open[builder->depth++] = (struct open_node){ .node = node };
    return true;
}

static bool take_event(struct builder *builder, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return take_value(builder, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_container(builder, event, CDI_YAML_LIST,
                              event->data.sequence_start.anchor != NULL || event->data.sequence_start.tag != NULL);
    case YAML_MAPPING_START_EVENT:
        return open_container(builder, event, CDI_YAML_MAP,
                              event->data.mapping_start.anchor != NULL || event->data.mapping_start.tag != NULL);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        builder->depth--;
        return true;
    case YAML_ALIAS_EVENT:
        return fail_mark(builder, &event->start_mark, "aliases (*) are not used here: write the value out, or quote it");
    case YAML_DOCUMENT_START_EVENT:
        if (builder->documents++ > 0)
            return fail_mark(builder, &event->start_mark, "a second document begins here: keep one document a file");
        return true;
    default:
        return true;
    }
}

/* libyaml's own words are short and hold nothing of the file. */
static bool fail_parser(struct builder *builder, const yaml_parser_t *parser)
{
    char where[CDI_ERROR_WHERE_SIZE];

    if (parser->error == YAML_READER_ERROR) {
        cdi_yaml_where(builder->yaml, (uint32_t)parser->mark.line + 1, 0, where);
        return cdi_fail_at(builder->err, CDI_ERROR_CONFIGURATION, where,
                           "at or after this line: %s; save the file as UTF-8 text", parser->problem);
    }
    cdi_yaml_where(builder->yaml, (uint32_t)parser->problem_mark.line + 1, (uint32_t)parser->problem_mark.column + 1, where);
    return cdi_fail_at(builder->err, CDI_ERROR_CONFIGURATION, where, "not YAML: %s; check indentation, colons and quotes",
                       parser->problem == NULL ? "unreadable" : parser->problem);
}

static bool build(struct builder *builder, yaml_parser_t *parser)
{
    yaml_event_t event;
    bool good = true, ended = false;

    while (good && !ended) {
        if (!yaml_parser_parse(parser, &event))
            return fail_parser(builder, parser);
        good = take_event(builder, &event);
        ended = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    return good;
}

struct cdi_yaml *cdi_yaml_read(const char *file, struct cdi_text bytes, struct cdi_error *err)
{
    struct cdi_yaml *yaml = calloc(1, sizeof *yaml);
    struct builder builder = { .yaml = yaml, .err = err };
    yaml_parser_t parser;
    bool good;

    if (yaml == NULL || !yaml_parser_initialize(&parser)) {
        free(yaml);
        cdi_fail(err, CDI_ERROR_SYSTEM, "no memory to read %s", file);
        return NULL;
    }
    yaml->file = cdi_yaml_keep(yaml, cdi_text_of(file));
    if (bytes.size > CDI_YAML_SIZE_MAX) {
        good = cdi_fail_at(err, CDI_ERROR_CONFIGURATION, file, "the file is larger than 1 MB: nothing here needs that");
    } else {
        yaml_parser_set_input_string(&parser, (const unsigned char *)(bytes.size == 0 ? "" : bytes.at), bytes.size);
        good = build(&builder, &parser);
    }
    yaml_parser_delete(&parser);
    if (good && yaml->root == NULL)
        good = cdi_fail_at(err, CDI_ERROR_CONFIGURATION, file, "the file says nothing: write at least its required keys");
    if (!good) {
        cdi_yaml_destroy(yaml);
        return NULL;
    }
    return yaml;
}

void cdi_yaml_destroy(struct cdi_yaml *yaml)
{
    if (yaml == NULL)
        return;
    cdi_scratch_free(&yaml->memory);
    free(yaml);
}
