/* Floor: codec.  What both JSON readers make of a document: a run of nodes in document order.  C and C++ read this header. */
#ifndef CDI_CODEC_JSON_NODE_H
#define CDI_CODEC_JSON_NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum cdi_json_type {
    CDI_JSON_NULL, CDI_JSON_BOOLEAN, CDI_JSON_INTEGER, CDI_JSON_REAL, CDI_JSON_TEXT, CDI_JSON_ARRAY, CDI_JSON_OBJECT
};

/* Containers nested more deeply than this are refused. */
enum { CDI_JSON_DEPTH_MAX = 64 };

/* One value.  The children of a container follow it: the first is at its own index + 1, the sibling after a child at
 * child.next, and container.next is what follows the whole container. */
struct cdi_json_node {
    const char *key;                            /* of a member; NULL in arrays and at the top */
    uint32_t key_size;
    uint32_t next;
    uint32_t type;                              /* enum cdi_json_type */
    uint32_t size;                              /* bytes of a text */
    union {
        const char *text;                       /* UTF-8; may hold a NUL */
        int64_t integer;
        double real;
        bool boolean;
    } is;
};

/* The run, reused from message to message. */
struct cdi_json_nodes {
    struct cdi_json_node *at;
    uint32_t count, room;
    uint32_t *buckets;                          /* of cdi_json_keys_differ() */
    size_t bucket_room;
};
/* Makes room for one more; false: no memory. */
bool cdi_json_nodes_grow(struct cdi_json_nodes *nodes);
/* No key of the object (an index) is there twice.  Cheap for small objects, linear for large ones. */
bool cdi_json_keys_differ(struct cdi_json_nodes *nodes, uint32_t object);
/* Every \u escape of a surrogate is half of a right pair.  `bytes` is otherwise well-formed JSON. */
bool cdi_json_surrogates_pair(const char *bytes, size_t size);

/* The readers.  read() fills the run and leaves texts and keys valid until its next call; false: refused. */
void *cdi_json_simdjson_create(void);
void cdi_json_simdjson_destroy(void *reader);
bool cdi_json_simdjson_read(void *reader, const char *bytes, size_t size, struct cdi_json_nodes *nodes);
void *cdi_json_jansson_create(void);
void cdi_json_jansson_destroy(void *reader);
bool cdi_json_jansson_read(void *reader, const char *bytes, size_t size, struct cdi_json_nodes *nodes);

#ifdef __cplusplus
}
#endif

#endif
