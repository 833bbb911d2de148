/* Floor: codec.  A narrow interface over two JSON readers that accept, refuse and give exactly the same.  codec/decode walks
 * the nodes in document order. */
#ifndef CDI_CODEC_JSON_H
#define CDI_CODEC_JSON_H

#include "cdiwatch/error.h"
#include "codec/decode.h"
#include "codec/json_node.h"

struct cdi_json;

/* NULL on failure (memory). */
struct cdi_json *cdi_json_create(enum cdi_json_reader reader, struct cdi_error *err);
void cdi_json_destroy(struct cdi_json *json);

/* Refuses, always as NOT_JSON: what is not one well-formed document in UTF-8 without a byte-order mark; containers nested too
 * deeply; a key twice in one object; an integer beyond 64 bits (signed), a number beyond a double; a NUL in a key; half a
 * surrogate pair.  The first node is the document.  Borrowed until the next call.  No allocation once warm (simdjson). */
bool cdi_json_read(struct cdi_json *json, const char *bytes, size_t size, const struct cdi_json_node **nodes,
                   struct cdi_error *err);

/* The JSON pointer (RFC 6901) of a node.  Slow: for complaints. */
void cdi_json_pointer(const struct cdi_json_node *nodes, const struct cdi_json_node *node, char out[CDI_ERROR_WHERE_SIZE]);

#endif
