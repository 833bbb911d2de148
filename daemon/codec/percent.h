/* Floor: codec.  Any bytes as a value within the query of a URL (RFC 3986): all but letters, digits and -._~ as %XX. */
#ifndef CDI_CODEC_PERCENT_H
#define CDI_CODEC_PERCENT_H

#include "cdiwatch/text.h"
#include "codec/body.h"

void cdi_percent_add(struct cdi_body *out, struct cdi_text text);

#endif
