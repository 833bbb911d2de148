#include "codec/document.h"

#include <string.h>

#include "codec/timeformat.h"

static const struct cdi_value not_said = { NULL, NULL };

static bool is_a(struct cdi_value value, enum cdi_json_type type)
{
    return value.node != NULL && value.node->type == (uint32_t)type;
}

static struct cdi_value child_at(struct cdi_value parent, uint32_t index)
{
    uint32_t end = parent.node->next;
    if (index >= end)
        return not_said;
    return (struct cdi_value){ parent.nodes, parent.nodes + index };
}

struct cdi_value cdi_value_first(struct cdi_value list)
{
    if (!is_a(list, CDI_JSON_ARRAY) && !is_a(list, CDI_JSON_OBJECT))
        return not_said;
    return child_at(list, (uint32_t)(list.node - list.nodes) + 1);
}

struct cdi_value cdi_value_next(struct cdi_value list, struct cdi_value item)
{
    return child_at(list, item.node->next);
}

size_t cdi_value_count(struct cdi_value list)
{
    size_t count = 0;
    for (struct cdi_value item = cdi_value_first(list); item.node != NULL; item = cdi_value_next(list, item))
        count++;
    return count;
}

struct cdi_value cdi_value_member(struct cdi_value object, const char *key)
{
    if (!is_a(object, CDI_JSON_OBJECT))
        return not_said;
    size_t size = strlen(key);
    for (struct cdi_value item = cdi_value_first(object); item.node != NULL; item = cdi_value_next(object, item))
        if (item.node->key_size == size && memcmp(item.node->key, key, size) == 0)
            return is_a(item, CDI_JSON_NULL) ? not_said : item;
    return not_said;
}

struct cdi_text cdi_value_text(struct cdi_value value)
{
    if (!is_a(value, CDI_JSON_TEXT))
        return CDI_TEXT_NONE;
    return (struct cdi_text){ value.node->is.text, value.node->size };
}

int64_t cdi_value_integer(struct cdi_value value)
{
    return is_a(value, CDI_JSON_INTEGER) ? value.node->is.integer : 0;
}

int64_t cdi_value_thousandths(struct cdi_value value)
{
    if (is_a(value, CDI_JSON_INTEGER))
        return value.node->is.integer * 1000;
    if (!is_a(value, CDI_JSON_REAL) || value.node->is.real > 1e12 || value.node->is.real < -1e12)
        return 0;
    return (int64_t)(value.node->is.real * 1000 + (value.node->is.real < 0 ? -0.5 : 0.5));
}

bool cdi_value_true(struct cdi_value value)
{
    return is_a(value, CDI_JSON_BOOLEAN) && value.node->is.boolean;
}

struct cdi_instant cdi_value_instant(struct cdi_value value)
{
    struct cdi_timereading reading;
    if (!is_a(value, CDI_JSON_TEXT) || !cdi_rfc3339_read(cdi_value_text(value), &reading))
        return CDI_INSTANT_NONE;
    return reading.at;
}
