/* Floor: codec.  A YAML file from memory, bound into C structs by a table of keys.  Every complaint says file:line:column, what
 * is wrong and what to do.  Only what a configuration needs is YAML here: one document of maps, lists and single values;
 * anchors, aliases, tags and merge keys are refused, so what stands in the file is what is meant. */
#ifndef CDI_CODEC_YAML_H
#define CDI_CODEC_YAML_H

#include "cdiwatch/error.h"
#include "cdiwatch/text.h"

enum { CDI_YAML_SIZE_MAX = 1024 * 1024, CDI_YAML_DEPTH_MAX = 16, CDI_YAML_KEYS_MAX = 4096, CDI_YAML_NODES_MAX = 100000 };

enum cdi_yaml_kind { CDI_YAML_VALUE, CDI_YAML_LIST, CDI_YAML_MAP };

/* Lines and columns count from 1; a column counts characters. */
struct cdi_yaml_node {
    enum cdi_yaml_kind kind;
    uint32_t line, column;
    struct cdi_text key;                        /* in a map; else NONE */
    uint32_t key_line, key_column;
    struct cdi_text text;                       /* of a VALUE */
    bool quoted;                                /* "4h" is never a span, "null" never nothing */
    size_t count;                               /* children; no two in a map have the same key */
    const struct cdi_yaml_node *first, *next;
};

struct cdi_yaml;
/* `file` names the bytes in complaints (copied).  NULL on failure. */
struct cdi_yaml *cdi_yaml_read(const char *file, struct cdi_text bytes, struct cdi_error *err);
void cdi_yaml_destroy(struct cdi_yaml *yaml);   /* and every node, text, list and map that was bound from it */
const struct cdi_yaml_node *cdi_yaml_root(const struct cdi_yaml *yaml);
/* Nothing was written: `key:`, `key: ~`, `key: null`. */
bool cdi_yaml_empty(const struct cdi_yaml_node *node);

enum cdi_yaml_type {
    CDI_YAML_TEXT,                              /* struct cdi_text */
    CDI_YAML_INT,                               /* int64_t, least..most */
    CDI_YAML_BOOL,                              /* bool: true or false */
    CDI_YAML_SPAN,                              /* struct cdi_span: 500ms, 90s, 30m, 4h, 2d; least..most in milliseconds */
    CDI_YAML_SIZE,                              /* int64_t: 64K, 512M, 2G (1K is 1024); least..most in bytes */
    CDI_YAML_WORD,                              /* int: index into `words` */
    CDI_YAML_STRUCT,                            /* a map of `keys`, bound at `offset` */
    CDI_YAML_LIST_OF,                           /* struct cdi_yaml_items: a list, each item bound by `item` */
    CDI_YAML_MAP_OF,                            /* the same of a map; each item begins with its key, a struct cdi_text */
    CDI_YAML_ANY                                /* const struct cdi_yaml_node *: for its reader to look into; NULL: not there */
};

/* In the document's memory. */
struct cdi_yaml_items { void *items; size_t count; };

/* One key of a map.  A key that is absent or empty takes its `standard`, written as in the file; without one its bytes stay as
 * the caller left them (zero for items).  A STRUCT that is absent has its own keys' standards. */
struct cdi_yaml_key {
    const char *name;                           /* NULL ends a table; of an `item`: not used */
    enum cdi_yaml_type type;
    size_t offset;
    bool required;
    const char *standard;
    int64_t least, most;                        /* both 0: any; of TEXT: bytes; of LIST_OF and MAP_OF: items */
    const char *const *words;                   /* ended by NULL */
    const struct cdi_yaml_key *keys;            /* of STRUCT */
    const struct cdi_yaml_key *item;            /* of LIST_OF and MAP_OF: one key, at its offset within the item */
    size_t size;                                /* of an item */
};

/* Binds `node`, which must be a map, into `out`.  Stops at the first mistake. */
bool cdi_yaml_bind(struct cdi_yaml *yaml, const struct cdi_yaml_node *node, const struct cdi_yaml_key *keys, void *out,
                   struct cdi_error *err);

/* The same, but goes on after a mistake: each is complained of, and what it spoilt stays as the caller left it.  How many
 * there were. */
size_t cdi_yaml_bind_all(struct cdi_yaml *yaml, const struct cdi_yaml_node *node, const struct cdi_yaml_key *keys, void *out,
                         void (*complain)(void *context, const struct cdi_error *problem), void *context);

/* A SIZE as it is written; false: it is none. */
bool cdi_yaml_size(struct cdi_text text, int64_t *bytes);

/* A complaint of the caller's own about a node, at its value or at its key.  Always false. */
bool cdi_yaml_fail(const struct cdi_yaml *yaml, const struct cdi_yaml_node *node, struct cdi_error *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
bool cdi_yaml_fail_key(const struct cdi_yaml *yaml, const struct cdi_yaml_node *node, struct cdi_error *err,
                       const char *format, ...) __attribute__((format(printf, 4, 5)));
/* "file:line:column" of a value. */
void cdi_yaml_where(const struct cdi_yaml *yaml, uint32_t line, uint32_t column, char out[CDI_ERROR_WHERE_SIZE]);

/* Room in the document's memory, zeroed; a copy of a text there, a NUL after it, as after every text of a node. */
void *cdi_yaml_take(struct cdi_yaml *yaml, size_t count, size_t size);
struct cdi_text cdi_yaml_keep(struct cdi_yaml *yaml, struct cdi_text text);

#endif
