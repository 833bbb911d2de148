/* What the two JSON readers share: the run of nodes, and what one library accepts and the other does not. */
#include "codec/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

struct cdi_json {
    enum cdi_json_reader which;
    void *reader;
    struct cdi_json_nodes nodes;
};

static const struct {
    void *(*create)(void);
    void (*destroy)(void *reader);
    bool (*read)(void *reader, const char *bytes, size_t size, struct cdi_json_nodes *nodes);
} readers[CDI_JSON_READER_COUNT] = {
    [CDI_JSON_READER_SIMDJSON] = { cdi_json_simdjson_create, cdi_json_simdjson_destroy, cdi_json_simdjson_read },
    [CDI_JSON_READER_JANSSON] = { cdi_json_jansson_create, cdi_json_jansson_destroy, cdi_json_jansson_read },
};

struct cdi_json *cdi_json_create(enum cdi_json_reader which, struct cdi_error *err)
{
    struct cdi_json *json = calloc(1, sizeof *json);
    if (json != NULL) {
        json->which = which;
        json->reader = readers[which].create();
        if (json->reader != NULL && cdi_json_nodes_grow(&json->nodes))
            return json;
        cdi_json_destroy(json);
    }
    cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for a JSON reader");
    return NULL;
}

void cdi_json_destroy(struct cdi_json *json)
{
    if (json == NULL)
        return;
    if (json->reader != NULL)
        readers[json->which].destroy(json->reader);
    free(json->nodes.at);
    free(json->nodes.buckets);
    free(json);
}

bool cdi_json_read(struct cdi_json *json, const char *bytes, size_t size, const struct cdi_json_node **nodes,
                   struct cdi_error *err)
{
    json->nodes.count = 0;
    /* Newer simdjson skips a byte-order mark, Jansson does not; and they differ over a NUL after a number at the top. */
    bool marked = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
    if (marked || size == 0 || memchr(bytes, '\0', size) != NULL || !readers[json->which].read(json->reader, bytes, size, &json->nodes))
        return cdi_fail(err, CDI_ERROR_NOT_JSON,
                        "not one well-formed JSON document (UTF-8, no key twice, at most %d deep, integers of 64 bits)",
                        CDI_JSON_DEPTH_MAX);
    *nodes = json->nodes.at;
    return true;
}

bool cdi_json_nodes_grow(struct cdi_json_nodes *nodes)
{
    if (nodes->count < nodes->room)
        return true;
    uint32_t room = nodes->room == 0 ? 256 : nodes->room * 2;
    struct cdi_json_node *at = realloc(nodes->at, room * sizeof *at);
    if (at == NULL)
        return false;
    nodes->at = at;
    nodes->room = room;
    return true;
}

static bool same_key(const struct cdi_json_node *a, const struct cdi_json_node *b)
{
    return a->key_size == b->key_size && memcmp(a->key, b->key, a->key_size) == 0;
}

/* Eight bits that differ for most keys: which of 256 marks to look at. */
static unsigned mark_of(const struct cdi_json_node *node)
{
    if (node->key_size == 0)
        return 0;
    const unsigned char *key = (const unsigned char *)node->key;
    unsigned mixed = node->key_size * 0x9Du + key[0] * 0x1Fu + key[node->key_size / 2] * 0x65u + key[node->key_size - 1] * 0xB3u;
    return (mixed ^ mixed >> 8) & 0xFF;
}

/* Through a table twice as large as the object. */
static bool many_differ(struct cdi_json_nodes *nodes, uint32_t object, uint32_t members)
{
    size_t room = 128;
    while (room < (size_t)members * 2)
        room *= 2;
    if (room > nodes->bucket_room) {
        uint32_t *buckets = realloc(nodes->buckets, room * sizeof *buckets);
        if (buckets == NULL)
            return false;
        nodes->buckets = buckets;
        nodes->bucket_room = room;
    }
    memset(nodes->buckets, 0, room * sizeof *nodes->buckets);
    const struct cdi_json_node *all = nodes->at;
    for (uint32_t i = object + 1; i < all[object].next; i = all[i].next) {
        size_t slot = (size_t)XXH3_64bits(all[i].key, all[i].key_size) & (room - 1);
        for (; nodes->buckets[slot] != 0; slot = (slot + 1) & (room - 1))
            if (same_key(&all[nodes->buckets[slot]], &all[i]))
                return false;
        nodes->buckets[slot] = i;
    }
    return true;
}

bool cdi_json_keys_differ(struct cdi_json_nodes *nodes, uint32_t object)
{
    const struct cdi_json_node *all = nodes->at;
    uint64_t marks[4] = { 0 };
    uint32_t members = 0;
    for (uint32_t i = object + 1; i < all[object].next; i = all[i].next) {
        if (++members > 48)
            break;
        unsigned mark = mark_of(&all[i]);
        uint64_t bit = UINT64_C(1) << (mark & 63);
        if (marks[mark >> 6] & bit)
            for (uint32_t k = object + 1; k < i; k = all[k].next)
                if (same_key(&all[k], &all[i]))
                    return false;
        marks[mark >> 6] |= bit;
    }
    if (members <= 48)
        return true;
    for (uint32_t i = object + 1; i < all[object].next; i = all[i].next)
        members++;
    return many_differ(nodes, object, members);
}

/* The four digits after "\u"; -1 if it is not such an escape. */
static int escaped_unit(const char *at, const char *end)
{
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u')
        return -1;
    int unit = 0;
    for (int i = 2; i < 6; i++) {
        int c = at[i] | 0x20;
        unit = unit * 16 + (c >= 'a' ? c - 'a' + 10 : at[i] - '0');
    }
    return unit;
}

bool cdi_json_surrogates_pair(const char *bytes, size_t size)
{
    const char *end = bytes + size;
    for (const char *at = bytes; (at = memchr(at, '\\', (size_t)(end - at))) != NULL;) {
        int unit = escaped_unit(at, end);
        if (unit < 0xD800 || unit > 0xDFFF) {
            at += unit < 0 ? 2 : 6;
            continue;
        }
        int second = escaped_unit(at + 6, end);
        if (unit > 0xDBFF || second < 0xDC00 || second > 0xDFFF)
            return false;
        at += 12;
    }
    return true;
}

static size_t append(char *out, size_t used, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        const char *piece = bytes[i] == '~' ? "~0" : bytes[i] == '/' ? "~1" : NULL;
        size_t length = piece == NULL ? 1 : 2;
        if (used + length >= CDI_ERROR_WHERE_SIZE)
            return used;
        memcpy(out + used, piece == NULL ? bytes + i : piece, length);
        used += length;
    }
    return used;
}

void cdi_json_pointer(const struct cdi_json_node *nodes, const struct cdi_json_node *node, char out[CDI_ERROR_WHERE_SIZE])
{
    uint32_t wanted = (uint32_t)(node - nodes), here = 0;
    size_t used = 0;
    while (here != wanted) {
        unsigned position = 0;
        uint32_t child = here + 1;
        for (; nodes[child].next <= wanted; child = nodes[child].next)
            position++;
        char number[16];
        const char *token = nodes[child].key;
        size_t size = nodes[child].key_size;
        if (token == NULL) {
            size = (size_t)snprintf(number, sizeof number, "%u", position);
            token = number;
        }
        if (used + 1 < CDI_ERROR_WHERE_SIZE)
            out[used++] = '/';
        used = append(out, used, token, size);
        here = child;
    }
    out[used] = '\0';
}
