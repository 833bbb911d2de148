#include "codec/source_map.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_MAX = 256 };       /* bytes of a value that can be in a map */

#define X(upper, word) #word,
static const char *const compare_words[] = { CDI_COMPARE_LIST(X) NULL };
#undef X
static const char *const otherwise_words[] = { "keep", "drop", NULL };

struct spec { int compare, otherwise; const struct cdi_yaml_node *standard, *values; };
static const struct cdi_yaml_key spec_keys[] = {
    { .name = "compare", .type = CDI_YAML_WORD, .offset = offsetof(struct spec, compare), .words = compare_words,
      .standard = "caseless" },
    { .name = "otherwise", .type = CDI_YAML_WORD, .offset = offsetof(struct spec, otherwise), .words = otherwise_words,
      .standard = "keep" },
    { .name = "default", .type = CDI_YAML_ANY, .offset = offsetof(struct spec, standard) },
    { .name = "values", .type = CDI_YAML_ANY, .offset = offsetof(struct spec, values), .required = true },
    { .name = NULL },
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* The value as it is compared, in `out`; false if it is longer than any in a map. */
static bool fold(enum cdi_compare compare, struct cdi_text value, char out[VALUE_MAX], struct cdi_text *folded)
{
    size_t used = 0;

    for (size_t i = 0; i < value.size; i++) {
        char c = value.at[i];
        bool letter = (lower(c) >= 'a' && lower(c) <= 'z') || (unsigned char)c >= 0x80;
        if (compare == CDI_COMPARE_LETTERS && !letter)
            continue;
        if (compare != CDI_COMPARE_EXACT) {
            if (is_space(c) && (used == 0 || out[used - 1] == ' '))
                continue;
            c = is_space(c) ? ' ' : lower(c);
        }
        if (used == VALUE_MAX)
            return false;
        out[used++] = c;
    }
    if (compare != CDI_COMPARE_EXACT && used > 0 && out[used - 1] == ' ')
        used--;
    *folded = (struct cdi_text){ out, used };
    return true;
}

static int by_value(const void *a, const void *b)
{
    return cdi_text_compare(((const struct cdi_source_entry *)a)->value, ((const struct cdi_source_entry *)b)->value);
}

static const struct cdi_source_entry *find(const struct cdi_source_entry *entries, size_t count, struct cdi_text value)
{
    struct cdi_source_entry wanted = { .value = value };

    return count == 0 ? NULL : bsearch(&wanted, entries, count, sizeof *entries, by_value);
}

static size_t shared(struct cdi_text a, struct cdi_text b)
{
    size_t same = 0;

    while (same < a.size && same < b.size && a.at[same] == b.at[same])
        same++;
    return same;
}

/* How many do not stand behind the value in order. */
static size_t up_to(const struct cdi_source_entry *entries, size_t count, struct cdi_text value)
{
    size_t below = 0;

    while (below < count) {
        size_t middle = below + (count - below) / 2;
        if (cdi_text_compare(entries[middle].value, value) <= 0)
            below = middle + 1;
        else
            count = middle;
    }
    return below;
}

/* The longest with which the value begins.  It stands before the value, and what stands between the two begins with it as well: so the
 * last before the value is it, or begins with it and only what the two share need be looked for. */
static const struct cdi_source_entry *find_prefix(const struct cdi_source_entry *entries, size_t count, struct cdi_text value)
{
    while (value.size > 0 && (count = up_to(entries, count, value)) > 0) {
        const struct cdi_source_entry *last = &entries[count - 1];
        value.size = shared(last->value, value);
        if (value.size > 0 && value.size == last->value.size)
            return last;
    }
    return NULL;
}

bool cdi_source_map_find(const struct cdi_source_map *map, struct cdi_text value, const struct cdi_source_setting **settings,
                         size_t *count)
{
    const struct cdi_source_entry *entry = NULL;
    struct cdi_text folded;
    char room[VALUE_MAX];

    if (fold(map->compare, value, room, &folded)) {
        entry = find(map->whole, map->whole_count, folded);
        if (entry == NULL)
            entry = find_prefix(map->prefixes, map->prefix_count, folded);
    }
    *settings = entry != NULL ? entry->settings : map->standard;
    *count = entry != NULL ? entry->setting_count : map->standard_count;
    return entry != NULL || map->otherwise != CDI_OTHERWISE_KEEP;
}

bool cdi_source_target_read(struct cdi_text path, struct cdi_yaml *yaml, struct cdi_source_target *target)
{
    const char *open = path.size == 0 ? NULL : memchr(path.at, '[', path.size), *close;
    size_t before, after;
    char *joined;
    int slot = 0;

    *target = (struct cdi_source_target){ path, CDI_SLOT_EACH };
    if (open == NULL)
        return path.size > 0;
    before = (size_t)(open - path.at);
    close = memchr(open, ']', path.size - before);
    if (close == NULL || close == open + 1 || close > open + 3)
        return false;
    for (const char *digit = open + 1; digit < close; digit++) {
        if (*digit < '0' || *digit > '9')
            return false;
        slot = slot * 10 + (*digit - '0');
    }
    after = path.size - (size_t)(close + 1 - path.at);
    joined = cdi_yaml_take(yaml, before + after + 1, 1);
    memcpy(joined, path.at, before);
    memcpy(joined + before, close + 1, after);
    *target = (struct cdi_source_target){ { joined, before + after }, (int16_t)slot };
    return slot < CDI_PERSONS_MAX && before > 0 && memchr(joined, '[', before + after) == NULL;
}

/* `value: OUR-WORD`, `value: {our.field: word, ...}` or `value:` (means nothing). */
static bool read_settings(struct cdi_yaml *yaml, const struct cdi_yaml_node *node, const struct cdi_source_setting **settings,
                          size_t *count, bool *bare, struct cdi_error *err)
{
    struct cdi_source_setting *made;

    *settings = NULL;
    *count = 0;
    if (cdi_yaml_empty(node))
        return true;
    if (node->kind == CDI_YAML_LIST)
        return cdi_yaml_fail(yaml, node, err, "this should be one of our words, or a map {field: word}");
    *settings = made = cdi_yaml_take(yaml, node->kind == CDI_YAML_MAP ? node->count : 1, sizeof *made);
    if (node->kind == CDI_YAML_VALUE) {
        made[(*count)++] = (struct cdi_source_setting){ { CDI_TEXT_NONE, CDI_SLOT_EACH }, node->text };
        *bare = true;
        return true;
    }
    for (const struct cdi_yaml_node *child = node->first; child != NULL; child = child->next) {
        if (child->kind != CDI_YAML_VALUE || cdi_yaml_empty(child))
            return cdi_yaml_fail(yaml, child, err, "\"%.*s\" should be one word", CDI_TEXT_ARGS(child->key));
        if (!cdi_source_target_read(child->key, yaml, &made[*count].target))
            return cdi_yaml_fail_key(yaml, child, err, "this should name a field of ours, as in persons[1].role");
        made[(*count)++].value = child->text;
    }
    return true;
}

static bool add_entry(struct cdi_yaml *yaml, const struct cdi_yaml_node *node, struct cdi_source_map *map, struct cdi_error *err)
{
    bool prefix = node->key.size > 1 && node->key.at[node->key.size - 1] == '*';
    struct cdi_text value = { node->key.at, node->key.size - (prefix ? 1 : 0) };
    struct cdi_source_entry *entry = prefix ? &map->prefixes[map->prefix_count++] : &map->whole[map->whole_count++];
    char room[VALUE_MAX];

    if (!fold(map->compare, value, room, &value))
        return cdi_yaml_fail_key(yaml, node, err, "a value of a map may have at most 256 bytes");
    if (value.size == 0 && map->compare == CDI_COMPARE_LETTERS)
        return cdi_yaml_fail_key(yaml, node, err, "only letters are compared here, and this has none");
    entry->value = cdi_yaml_keep(yaml, value);
    entry->node = node;
    return read_settings(yaml, node, &entry->settings, &entry->setting_count, &map->bare, err);
}

/* "Theft " and "THEFT" are one value to a caseless map. */
static bool sort_entries(struct cdi_yaml *yaml, struct cdi_source_entry *entries, size_t count, struct cdi_error *err)
{
    if (count > 1)
        qsort(entries, count, sizeof *entries, by_value);
    for (size_t i = 1; i < count; i++)
        if (by_value(&entries[i - 1], &entries[i]) == 0) {
            const struct cdi_yaml_node *a = entries[i - 1].node, *b = entries[i].node;
            bool later = a->key_line > b->key_line;
            return cdi_yaml_fail_key(yaml, later ? a : b, err, "as this map compares, this value stands in line %u already: keep one",
                                     later ? b->key_line : a->key_line);
        }
    return true;
}

bool cdi_source_map_read(struct cdi_yaml *yaml, const struct cdi_yaml_node *node, struct cdi_source_map *map,
                         struct cdi_error *err)
{
    struct spec spec = { 0 };

    if (!cdi_yaml_bind(yaml, node, spec_keys, &spec, err))
        return false;
    if (spec.values->kind != CDI_YAML_MAP)
        return cdi_yaml_fail(yaml, spec.values, err, "\"values\" should be a map (lines of \"their value: our word\", indented)");
    map->name = node->key;
    map->compare = (enum cdi_compare)spec.compare;
    map->otherwise = (enum cdi_source_otherwise)spec.otherwise;
    if (spec.standard != NULL) {
        if (map->otherwise == CDI_OTHERWISE_DROP)
            return cdi_yaml_fail(yaml, spec.standard, err, "\"default\" says what other values mean, \"otherwise: drop\" that they mean "
                                                           "nothing: keep one");
        map->otherwise = CDI_OTHERWISE_SET;
        if (!read_settings(yaml, spec.standard, &map->standard, &map->standard_count, &map->bare, err))
            return false;
    }
    map->whole = cdi_yaml_take(yaml, spec.values->count, sizeof *map->whole);
    map->prefixes = cdi_yaml_take(yaml, spec.values->count, sizeof *map->prefixes);
    for (const struct cdi_yaml_node *child = spec.values->first; child != NULL; child = child->next)
        if (!add_entry(yaml, child, map, err))
            return false;
    return sort_entries(yaml, map->whole, map->whole_count, err) && sort_entries(yaml, map->prefixes, map->prefix_count, err);
}
