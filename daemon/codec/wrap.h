/* Floor: codec.  Words broken into lines of a terminal's width. */
#ifndef CDI_CODEC_WRAP_H
#define CDI_CODEC_WRAP_H

#include "cdiwatch/text.h"
#include "codec/body.h"

/* Columns that UTF-8 takes, a character each. */
int cdi_columns(struct cdi_text text);

/* Adds `words`, broken at spaces to fit `width` columns; the first line is already `column` wide, the others start `indent` columns in.  A word
 * that is wider than a line is not broken.  Ends with a line end. */
void cdi_wrap(struct cdi_body *out, int width, int column, int indent, struct cdi_text words);

#endif
