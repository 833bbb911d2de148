/* Floor: codec.  Looking into a published document.  What is absent and what is null read the same: not said. */
#ifndef CDI_CODEC_DOCUMENT_H
#define CDI_CODEC_DOCUMENT_H

#include "cdiwatch/instant.h"
#include "cdiwatch/text.h"
#include "codec/json.h"

/* One value within a document; node NULL: not said. */
struct cdi_value { const struct cdi_json_node *nodes, *node; };

struct cdi_value cdi_value_member(struct cdi_value object, const char *key);
struct cdi_text cdi_value_text(struct cdi_value value);                 /* NONE if it is no text */
int64_t cdi_value_integer(struct cdi_value value);                      /* 0 if it is no integer */
int64_t cdi_value_thousandths(struct cdi_value value);                  /* of a number with decimals */
bool cdi_value_true(struct cdi_value value);
struct cdi_instant cdi_value_instant(struct cdi_value value);

/* for (item = cdi_value_first(list); item.node != NULL; item = cdi_value_next(list, item)) */
struct cdi_value cdi_value_first(struct cdi_value list);
struct cdi_value cdi_value_next(struct cdi_value list, struct cdi_value item);
size_t cdi_value_count(struct cdi_value list);

static inline bool cdi_value_said(struct cdi_value value) { return value.node != NULL; }
static inline struct cdi_text cdi_member_text(struct cdi_value object, const char *key)
{
    return cdi_value_text(cdi_value_member(object, key));
}
static inline struct cdi_instant cdi_member_instant(struct cdi_value object, const char *key)
{
    return cdi_value_instant(cdi_value_member(object, key));
}

#endif
