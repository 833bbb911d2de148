#include "codec/harmless.h"

#include <string.h>

/* How many bytes the well-formed UTF-8 character at `at` has, and which one it is; 0: it is none. */
static size_t character_at(const unsigned char *at, size_t size, uint32_t *code)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    size_t count = at[0] < 0x80 ? 1 : at[0] >> 5 == 6 ? 2 : at[0] >> 4 == 14 ? 3 : at[0] >> 3 == 30 ? 4 : 0;
    if (count == 0 || count > size)
        return 0;
    *code = count == 1 ? at[0] : at[0] & (0x7Fu >> count);
    for (size_t i = 1; i < count; i++) {
        if (at[i] >> 6 != 2)
            return 0;
        *code = *code << 6 | (at[i] & 0x3Fu);
    }
    return *code < least[count] || *code > 0x10FFFF || *code >> 11 == 0xD800 >> 11 ? 0 : count;
}

static bool is_harmful(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x200E || code == 0x200F || (code >= 0x2028 && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

static const char *reference_of(uint32_t code)
{
    switch (code) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

enum form { AS_TEXT, AS_HTML, AS_JSON };

static void add(struct cdi_body *out, struct cdi_text text, enum form form)
{
    for (size_t at = 0; at < text.size;) {
        uint32_t code = 0;
        size_t size = character_at((const unsigned char *)text.at + at, text.size - at, &code);
        const char *reference = form == AS_HTML && size > 0 ? reference_of(code) : NULL;
        if (size == 0)
            cdi_body_add(out, "\xEF\xBF\xBD", 3);
        else if (is_harmful(code) && form == AS_JSON)
            cdi_body_say(out, "\\u%04x", (unsigned)code);
        else if (is_harmful(code))
            cdi_body_add(out, " ", 1);
        else if (reference != NULL)
            cdi_body_add(out, reference, strlen(reference));
        else
            cdi_body_add(out, text.at + at, size);
        at += size > 0 ? size : 1;
    }
}

void cdi_harmless_add(struct cdi_body *out, struct cdi_text text)
{
    add(out, text, AS_TEXT);
}

void cdi_html_add(struct cdi_body *out, struct cdi_text text)
{
    add(out, text, AS_HTML);
}

void cdi_json_harmless_add(struct cdi_body *out, struct cdi_text text)
{
    add(out, text, AS_JSON);
}
