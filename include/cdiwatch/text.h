/* Floor: core.  A borrowed run of UTF-8 bytes: no terminator, never owned. */
#ifndef CDIWATCH_TEXT_H
#define CDIWATCH_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct cdi_text { const char *at; size_t size; };

#define CDI_TEXT(literal) ((struct cdi_text){ (literal), sizeof(literal) - 1 })
#define CDI_TEXT_NONE ((struct cdi_text){ NULL, 0 })
/* For printf("%.*s", CDI_TEXT_ARGS(text)). */
#define CDI_TEXT_ARGS(text) ((int)(text).size), ((text).at == NULL ? "" : (text).at)

static inline bool cdi_text_said(struct cdi_text text) { return text.at != NULL; }
struct cdi_text cdi_text_of(const char *string);                         /* NULL gives NONE */
/* NONE equals only NONE. */
static inline bool cdi_text_same(struct cdi_text a, struct cdi_text b)
{
    return a.size == b.size && (a.at == b.at || (a.at != NULL && b.at != NULL && memcmp(a.at, b.at, a.size) == 0));
}
bool cdi_text_is(struct cdi_text text, const char *string);
bool cdi_text_is_caseless(struct cdi_text text, const char *string);     /* ASCII letters only */
int cdi_text_compare(struct cdi_text a, struct cdi_text b);              /* bytes, then length; total order; NONE first */
bool cdi_text_among(const struct cdi_text *texts, size_t count, struct cdi_text text);     /* is one of them the same? */
uint64_t cdi_text_hash(struct cdi_text text, uint64_t seed);             /* XXH3, 64 bits; NONE and "" differ */

#endif
