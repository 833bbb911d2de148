/* Floor: codec.  What a message's headers say of its value: JSON that the decoder reads, or something else.  CloudEvents come
 * structured (the whole event is the value: content-type application/cloudevents+json, unwrapped by the decoder) or binary (the
 * value is the data, the attributes are headers ce_...).  Either way the value goes to the decoder as it is. */
#ifndef CDI_CODEC_CONTENT_H
#define CDI_CODEC_CONTENT_H

#include "cdiwatch/error.h"
#include "cdiwatch/text.h"

/* The headers that matter here. */
#define CDI_CONTENT_HEADER_LIST(X) \
    X(TYPE, "content-type") X(ENCODING, "content-encoding") X(SPECVERSION, "ce_specversion")
enum cdi_content_header {
#define X(upper, name) CDI_CONTENT_##upper,
    CDI_CONTENT_HEADER_LIST(X)
#undef X
    CDI_CONTENT_HEADER_COUNT
};

/* Values, NONE where there was no such header.  All zero: no header at all, which is plain JSON. */
struct cdi_content { struct cdi_text headers[CDI_CONTENT_HEADER_COUNT]; };

/* One header of a message, whichever it is; names are read without regard to case, the last of one name counts.  The value is
 * borrowed; NONE (a header without a value) says nothing. */
void cdi_content_take(struct cdi_content *content, struct cdi_text name, struct cdi_text value);

/* False: NOT_JSON, saying which header (`where`: "header content-type") and what to do.  A message without a value is for the
 * caller: it is out of scope, whatever its headers. */
bool cdi_content_readable(const struct cdi_content *content, struct cdi_error *err);

#endif
