/* Floor: codec.  Is it text at all? */
#ifndef CDI_CODEC_UTF8_H
#define CDI_CODEC_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Well-formed UTF-8 without NUL: no overlong form, no surrogate, nothing above U+10FFFF. */
bool cdi_utf8_text(const char *bytes, size_t size);

#endif
