/* The reference JSON reader: Jansson.  It allocates a tree for each message; for checking the other, not for speed. */
#include "codec/json_node.h"

#include <jansson.h>
#include <stdlib.h>

struct reader { json_t *document; };

void *cdi_json_jansson_create(void)
{
    return calloc(1, sizeof(struct reader));
}

void cdi_json_jansson_destroy(void *opaque)
{
    struct reader *reader = opaque;
    json_decref(reader->document);
    free(reader);
}

static bool flatten(json_t *value, const char *key, size_t key_size, unsigned depth, struct cdi_json_nodes *nodes);

static bool flatten_children(json_t *value, unsigned depth, struct cdi_json_nodes *nodes)
{
    if (depth > CDI_JSON_DEPTH_MAX)
        return false;
    if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++)
            if (!flatten(json_array_get(value, i), NULL, 0, depth, nodes))
                return false;
        return true;
    }
    for (void *i = json_object_iter(value); i != NULL; i = json_object_iter_next(value, i))
        if (!flatten(json_object_iter_value(i), json_object_iter_key(i), json_object_iter_key_len(i), depth, nodes))
            return false;
    return true;
}

static void scalar(struct cdi_json_node *node, json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        node->type = CDI_JSON_OBJECT;
        break;
    case JSON_ARRAY:
        node->type = CDI_JSON_ARRAY;
        break;
    case JSON_STRING:
        node->type = CDI_JSON_TEXT;
        node->is.text = json_string_value(value);
        node->size = (uint32_t)json_string_length(value);
        break;
    case JSON_INTEGER:
        node->type = CDI_JSON_INTEGER;
        node->is.integer = json_integer_value(value);
        break;
    case JSON_REAL:
        node->type = CDI_JSON_REAL;
        node->is.real = json_real_value(value);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        node->type = CDI_JSON_BOOLEAN;
        node->is.boolean = json_is_true(value);
        break;
    case JSON_NULL:
        node->type = CDI_JSON_NULL;
        break;
    }
}

static bool flatten(json_t *value, const char *key, size_t key_size, unsigned depth, struct cdi_json_nodes *nodes)
{
    if (!cdi_json_nodes_grow(nodes))
        return false;
    uint32_t index = nodes->count++;
    nodes->at[index] = (struct cdi_json_node){ .key = key, .key_size = (uint32_t)key_size };
    scalar(&nodes->at[index], value);
    bool good = nodes->at[index].type < CDI_JSON_ARRAY || flatten_children(value, depth + 1, nodes);
    nodes->at[index].next = nodes->count;
    return good;
}

bool cdi_json_jansson_read(void *opaque, const char *bytes, size_t size, struct cdi_json_nodes *nodes)
{
    struct reader *reader = opaque;
    json_decref(reader->document);
    reader->document = json_loadb(bytes, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    return reader->document != NULL && flatten(reader->document, NULL, 0, 0, nodes);
}
