#include "cdiwatch/text.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

struct cdi_text cdi_text_of(const char *string)
{
    return string == NULL ? CDI_TEXT_NONE : (struct cdi_text){ string, strlen(string) };
}

bool cdi_text_is(struct cdi_text text, const char *string)
{
    return cdi_text_same(text, cdi_text_of(string));
}

bool cdi_text_among(const struct cdi_text *texts, size_t count, struct cdi_text text)
{
    for (size_t i = 0; i < count; i++)
        if (cdi_text_same(texts[i], text))
            return true;
    return false;
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

bool cdi_text_is_caseless(struct cdi_text text, const char *string)
{
    if (text.at == NULL || string == NULL || strlen(string) != text.size)
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (lower(text.at[i]) != lower(string[i]))
            return false;
    return true;
}

int cdi_text_compare(struct cdi_text a, struct cdi_text b)
{
    if (a.at == NULL || b.at == NULL)
        return (a.at != NULL) - (b.at != NULL);
    size_t shared = a.size < b.size ? a.size : b.size;
    int order = shared == 0 ? 0 : memcmp(a.at, b.at, shared);
    if (order != 0)
        return order < 0 ? -1 : 1;
    return (a.size > b.size) - (a.size < b.size);
}

uint64_t cdi_text_hash(struct cdi_text text, uint64_t seed)
{
    static const uint64_t unsaid = UINT64_C(0x9E3779B97F4A7C15);
    return text.at == NULL ? seed ^ unsaid : XXH3_64bits_withSeed(text.at, text.size, seed);
}
