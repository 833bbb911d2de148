/* Floor: codec.  "Did you mean ...?" */
#ifndef CDI_CODEC_NEAREST_H
#define CDI_CODEC_NEAREST_H

#include "cdiwatch/text.h"

/* The word of a list (ended by NULL) that `text` is most likely a slip of: fewest letters left out, put in, changed or swapped,
 * at most a third of its length; the first of equals.  Case does not count.  NULL if none is near. */
const char *cdi_nearest(struct cdi_text text, const char *const *words);

#endif
