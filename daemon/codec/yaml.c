/* The binder: a table of keys against the tree. */
#include "codec/yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cdiwatch/instant.h"
#include "codec/nearest.h"
#include "codec/yaml_document.h"

enum { SHOWN_MAX = 60 };        /* bytes of a key or value that a complaint repeats */

static int shown(struct cdi_text text)
{
    return text.size > SHOWN_MAX ? SHOWN_MAX : (int)text.size;
}

const struct cdi_yaml_node *cdi_yaml_root(const struct cdi_yaml *yaml)
{
    return yaml->root;
}

void *cdi_yaml_take(struct cdi_yaml *yaml, size_t count, size_t size)
{
    void *room = cdi_scratch_take(&yaml->memory, count == 0 ? 1 : count * size);

    return memset(room, 0, count * size);
}

struct cdi_text cdi_yaml_keep(struct cdi_yaml *yaml, struct cdi_text text)
{
    char *copy = cdi_yaml_take(yaml, text.size + 1, 1);

    if (text.size > 0)
        memcpy(copy, text.at, text.size);
    return (struct cdi_text){ copy, text.size };
}

void cdi_yaml_where(const struct cdi_yaml *yaml, uint32_t line, uint32_t column, char out[CDI_ERROR_WHERE_SIZE])
{
    if (column == 0)
        snprintf(out, CDI_ERROR_WHERE_SIZE, "%.*s:%u", CDI_TEXT_ARGS(yaml->file), line);
    else
        snprintf(out, CDI_ERROR_WHERE_SIZE, "%.*s:%u:%u", CDI_TEXT_ARGS(yaml->file), line, column);
}

static bool fail_v(const struct cdi_yaml *yaml, uint32_t line, uint32_t column, struct cdi_error *err, const char *format,
                   va_list args)
{
    char where[CDI_ERROR_WHERE_SIZE], text[CDI_ERROR_TEXT_SIZE];

    cdi_yaml_where(yaml, line, column, where);
    vsnprintf(text, sizeof text, format, args);
    return cdi_fail_at(err, CDI_ERROR_CONFIGURATION, where, "%s", text);
}

bool cdi_yaml_fail(const struct cdi_yaml *yaml, const struct cdi_yaml_node *node, struct cdi_error *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fail_v(yaml, node->line, node->column, err, format, args);
    va_end(args);
    return false;
}

bool cdi_yaml_fail_key(const struct cdi_yaml *yaml, const struct cdi_yaml_node *node, struct cdi_error *err,
                       const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fail_v(yaml, node->key_line, node->key_column, err, format, args);
    va_end(args);
    return false;
}

bool cdi_yaml_empty(const struct cdi_yaml_node *node)
{
    return node == NULL || (node->kind == CDI_YAML_VALUE && !node->quoted &&
        (node->text.size == 0 || cdi_text_is(node->text, "~") || cdi_text_is(node->text, "null")));
}

/* Whole decimal digits with an optional sign, in front of whatever follows. */
static bool read_digits(struct cdi_text text, int64_t *value, struct cdi_text *rest)
{
    bool negative = text.size > 0 && text.at[0] == '-';
    size_t at = negative ? 1 : 0, first = at;
    int64_t sum = 0;

    for (; at < text.size && text.at[at] >= '0' && text.at[at] <= '9'; at++) {
        if (at - first == 15)
            return false;
        sum = sum * 10 + (text.at[at] - '0');
    }
    *value = negative ? -sum : sum;
    *rest = (struct cdi_text){ text.at + at, text.size - at };
    return at > first;
}

static bool within(const struct cdi_yaml_key *key, int64_t value)
{
    return (key->least == 0 && key->most == 0) || (value >= key->least && value <= key->most);
}

/* Smallest first; ended by a NULL name. */
struct unit { const char *name; int64_t factor; };
static const struct unit span_units[] = {
    { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 }, { NULL, 0 },
};
static const struct unit size_units[] = { { "K", 1 << 10 }, { "M", 1 << 20 }, { "G", 1 << 30 }, { NULL, 0 } };

static bool read_measure(struct cdi_text text, const struct unit *units, int64_t *out)
{
    struct cdi_text unit;
    int64_t value;

    if (!read_digits(text, &value, &unit))
        return false;
    for (; units->name != NULL; units++)
        if (cdi_text_is(unit, units->name) && value <= INT64_MAX / units->factor && value >= INT64_MIN / units->factor) {
            *out = value * units->factor;
            return true;
        }
    return false;
}

/* In the largest unit that divides it. */
static const char *measure_words(int64_t value, const struct unit *units, char out[32])
{
    const struct unit *unit = units;

    for (; units->name != NULL; units++)
        if (value >= units->factor && value % units->factor == 0)
            unit = units;
    snprintf(out, 32, "%lld%s", (long long)(value / unit->factor), unit->name);
    return out;
}

bool cdi_yaml_size(struct cdi_text text, int64_t *bytes)
{
    return read_measure(text, size_units, bytes);
}

static bool bind_text(const struct cdi_yaml *yaml, const struct cdi_yaml_node *node, const struct cdi_yaml_key *key,
                      struct cdi_text *out, struct cdi_error *err)
{
    if (!within(key, (int64_t)node->text.size))
        return cdi_yaml_fail(yaml, node, err, "\"%s\" should have %lld to %lld characters", key->name, (long long)key->least,
                             (long long)key->most);
    *out = node->text;
    return true;
}

static bool bind_int(const struct cdi_yaml *yaml, const struct cdi_yaml_node *node, const struct cdi_yaml_key *key, int64_t *out,
                     struct cdi_error *err)
{
    struct cdi_text rest;
    int64_t value;

    if (node->quoted || !read_digits(node->text, &value, &rest) || rest.size > 0)
        return cdi_yaml_fail(yaml, node, err, "\"%s\" should be a whole number, without quotes or a unit", key->name);
    if (!within(key, value))
        return cdi_yaml_fail(yaml, node, err, "\"%s\" should be between %lld and %lld", key->name, (long long)key->least,
                             (long long)key->most);
    *out = value;
    return true;
}

/* A SPAN or a SIZE. */
static bool bind_measure(const struct cdi_yaml *yaml, const struct cdi_yaml_node *node, const struct cdi_yaml_key *key,
                         int64_t *out, struct cdi_error *err)
{
    const struct unit *units = key->type == CDI_YAML_SPAN ? span_units : size_units;
    char least[32], most[32];
    int64_t value;

    if (node->quoted || !read_measure(node->text, units, &value))
        return cdi_yaml_fail(yaml, node, err, key->type == CDI_YAML_SPAN ?
                             "\"%s\" should be a time span with its unit: 500ms, 90s, 30m, 4h or 2d" :
                             "\"%s\" should be a size with its unit, without quotes: 64K, 512M or 2G", key->name);
    if (!within(key, value))
        return cdi_yaml_fail(yaml, node, err, "\"%s\" should be between %s and %s", key->name,
                             measure_words(key->least, units, least), measure_words(key->most, units, most));
    *out = value;
    return true;
}

static bool bind_bool(const struct cdi_yaml *yaml, const struct cdi_yaml_node *node, const struct cdi_yaml_key *key, bool *out,
                      struct cdi_error *err)
{
    *out = cdi_text_is(node->text, "true");
    if (node->quoted || (!*out && !cdi_text_is(node->text, "false")))
        return cdi_yaml_fail(yaml, node, err, "\"%s\" should be true or false", key->name);
    return true;
}

static bool bind_word(const struct cdi_yaml *yaml, const struct cdi_yaml_node *node, const struct cdi_yaml_key *key, int *out,
                      struct cdi_error *err)
{
    const char *near;
    char list[CDI_ERROR_TEXT_SIZE / 2] = "";
    size_t used = 0;

    for (int i = 0; key->words[i] != NULL; i++) {
        if (cdi_text_is(node->text, key->words[i])) {
            *out = i;
            return true;
        }
        if (used < sizeof list)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i == 0 ? "" : ", ", key->words[i]);
    }
    near = cdi_nearest(node->text, key->words);
    if (near != NULL)
        return cdi_yaml_fail(yaml, node, err, "\"%s\" cannot be \"%.*s\": did you mean \"%s\"?", key->name, shown(node->text),
                             node->text.at, near);
    return cdi_yaml_fail(yaml, node, err, "\"%s\" cannot be \"%.*s\": choose one of %s", key->name, shown(node->text),
                         node->text.at, list);
}

static bool bind_one(struct cdi_yaml *yaml, const struct cdi_yaml_node *node, const struct cdi_yaml_key *key, void *out,
                     struct cdi_error *err);
static void bind_standard(struct cdi_yaml *yaml, const struct cdi_yaml_key *key, void *out);

/* After a mistake: complained of, and on to the next key, if somebody wants to hear them all; else the end. */
static bool go_on(struct cdi_yaml *yaml, const struct cdi_error *problem, struct cdi_error *err)
{
    if (yaml->complain != NULL) {
        yaml->complain(yaml->context, problem);
        yaml->complaints++;
        return true;
    }
    return cdi_fail_at(err, problem->code, problem->where, "%s", problem->text);
}

static bool bind_items(struct cdi_yaml *yaml, const struct cdi_yaml_node *node, const struct cdi_yaml_key *key,
                       struct cdi_yaml_items *out, struct cdi_error *err)
{
    struct cdi_yaml_key item = *key->item;
    unsigned char *room;

    item.name = key->name;
    if (!within(key, (int64_t)node->count))
        return cdi_yaml_fail(yaml, node, err, "\"%s\" should have %lld to %lld items", key->name, (long long)key->least,
                             (long long)key->most);
    out->items = room = cdi_yaml_take(yaml, node->count, key->size);
    out->count = 0;
    for (const struct cdi_yaml_node *child = node->first; child != NULL; child = child->next) {
        unsigned char *at = room + out->count++ * key->size;
        if (key->type == CDI_YAML_MAP_OF) {
            memcpy(at, &child->key, sizeof child->key);
            item.name = child->key.at;
        }
        struct cdi_error problem = { .code = CDI_ERROR_NONE };
        if (!bind_one(yaml, child, &item, at + item.offset, &problem) && !go_on(yaml, &problem, err))
            return false;
    }
    return true;
}

/* A wrong kind of node, in words. */
static bool right_kind(const struct cdi_yaml *yaml, const struct cdi_yaml_node *node, const struct cdi_yaml_key *key,
                       struct cdi_error *err)
{
    enum cdi_yaml_kind kind = CDI_YAML_VALUE;
    static const char *const words[] = { "a single value", "a list (lines that begin with \"- \", or [a, b])",
                                         "a map (lines of \"key: value\", indented)" };

    if (key->type == CDI_YAML_ANY)
        return true;
    if (key->type == CDI_YAML_LIST_OF)
        kind = CDI_YAML_LIST;
    else if (key->type == CDI_YAML_STRUCT || key->type == CDI_YAML_MAP_OF)
        kind = CDI_YAML_MAP;
    return node->kind == kind || cdi_yaml_fail(yaml, node, err, "\"%s\" should be %s", key->name, words[kind]);
}

static bool bind_one(struct cdi_yaml *yaml, const struct cdi_yaml_node *node, const struct cdi_yaml_key *key, void *out,
                     struct cdi_error *err)
{
    if (!right_kind(yaml, node, key, err))
        return false;
    switch (key->type) {
    case CDI_YAML_TEXT: return bind_text(yaml, node, key, out, err);
    case CDI_YAML_INT: return bind_int(yaml, node, key, out, err);
    case CDI_YAML_BOOL: return bind_bool(yaml, node, key, out, err);
    case CDI_YAML_SPAN: return bind_measure(yaml, node, key, &((struct cdi_span *)out)->ms, err);
    case CDI_YAML_SIZE: return bind_measure(yaml, node, key, out, err);
    case CDI_YAML_WORD: return bind_word(yaml, node, key, out, err);
    case CDI_YAML_STRUCT: return cdi_yaml_bind(yaml, node, key->keys, out, err);
    case CDI_YAML_LIST_OF:
    case CDI_YAML_MAP_OF: return bind_items(yaml, node, key, out, err);
    case CDI_YAML_ANY: *(const struct cdi_yaml_node **)out = node; return true;
    }
    return false;
}

/* What an absent key means.  A standard that its own table refuses is a bug of ours. */
static void bind_standard(struct cdi_yaml *yaml, const struct cdi_yaml_key *key, void *out)
{
    static const struct cdi_yaml_node nothing = { .kind = CDI_YAML_MAP };
    struct cdi_yaml_node node = { .kind = CDI_YAML_VALUE, .text = cdi_text_of(key->standard) };

    if (key->type == CDI_YAML_STRUCT)
        CDI_ASSERT(cdi_yaml_bind(yaml, &nothing, key->keys, out, NULL));
    else if (key->standard != NULL)
        CDI_ASSERT(bind_one(yaml, &node, key, out, NULL));
}

static bool fail_unknown(const struct cdi_yaml *yaml, const struct cdi_yaml_node *child, const struct cdi_yaml_key *keys,
                         struct cdi_error *err)
{
    const char *names[64], *near;
    size_t count = 0;

    for (; keys[count].name != NULL && count < 63; count++)
        names[count] = keys[count].name;
    names[count] = NULL;
    near = cdi_nearest(child->key, names);
    if (near != NULL)
        return cdi_yaml_fail_key(yaml, child, err, "there is no key \"%.*s\" here: did you mean \"%s\"?", shown(child->key),
                                 child->key.at, near);
    return cdi_yaml_fail_key(yaml, child, err, "there is no key \"%.*s\" here: remove it", shown(child->key), child->key.at);
}

static bool bind_child(struct cdi_yaml *yaml, const struct cdi_yaml_node *child, const struct cdi_yaml_key *keys, void *out,
                       struct cdi_error *err)
{
    const struct cdi_yaml_key *key = keys;

    while (key->name != NULL && !cdi_text_is(child->key, key->name))
        key++;
    if (key->name == NULL)
        return fail_unknown(yaml, child, keys, err);
    return cdi_yaml_empty(child) || bind_one(yaml, child, key, (unsigned char *)out + key->offset, err);
}

/* A key that `node` says nothing of. */
static bool bind_absent(struct cdi_yaml *yaml, const struct cdi_yaml_node *node, const struct cdi_yaml_key *key, void *out,
                        struct cdi_error *err)
{
    if (key->required)
        return cdi_yaml_fail(yaml, node, err, "\"%s\" is missing here: add it", key->name);
    bind_standard(yaml, key, (unsigned char *)out + key->offset);
    return true;
}

bool cdi_yaml_bind(struct cdi_yaml *yaml, const struct cdi_yaml_node *node, const struct cdi_yaml_key *keys, void *out,
                   struct cdi_error *err)
{
    if (node->kind != CDI_YAML_MAP)
        return cdi_yaml_fail(yaml, node, err, "this should be a map (lines of \"key: value\", indented)");
    for (const struct cdi_yaml_node *child = node->first; child != NULL; child = child->next) {
        struct cdi_error problem = { .code = CDI_ERROR_NONE };
        if (!bind_child(yaml, child, keys, out, &problem) && !go_on(yaml, &problem, err))
            return false;
    }
    for (const struct cdi_yaml_key *key = keys; key->name != NULL; key++) {
        struct cdi_error problem = { .code = CDI_ERROR_NONE };
        const struct cdi_yaml_node *child = node->first;
        while (child != NULL && !cdi_text_is(child->key, key->name))
            child = child->next;
        if (cdi_yaml_empty(child) && !bind_absent(yaml, node, key, out, &problem) && !go_on(yaml, &problem, err))
            return false;
    }
    return true;
}

size_t cdi_yaml_bind_all(struct cdi_yaml *yaml, const struct cdi_yaml_node *node, const struct cdi_yaml_key *keys, void *out,
                         void (*complain)(void *context, const struct cdi_error *problem), void *context)
{
    struct cdi_error problem = { .code = CDI_ERROR_NONE };

    yaml->complain = complain;
    yaml->context = context;
    yaml->complaints = 0;
    if (!cdi_yaml_bind(yaml, node, keys, out, &problem))
        go_on(yaml, &problem, NULL);
    yaml->complain = NULL;
    return yaml->complaints;
}
