#include "codec/wrap.h"

int cdi_columns(struct cdi_text text)
{
    int columns = 0;
    for (size_t i = 0; i < text.size; i++)
        columns += ((unsigned char)text.at[i] & 0xC0) != 0x80;      /* bytes that do not continue a character */
    return columns;
}

/* How many bytes from `at` on are spaces, or are none. */
static size_t run_of(struct cdi_text words, size_t at, bool spaces)
{
    size_t size = 0;
    while (at + size < words.size && (words.at[at + size] == ' ') == spaces)
        size++;
    return size;
}

void cdi_wrap(struct cdi_body *out, int width, int column, int indent, struct cdi_text words)
{
    bool first = true;                          /* of its line: no space before it, and never moved on */
    for (size_t at = 0; at < words.size;) {
        size_t size = run_of(words, at, false);
        int columns = cdi_columns((struct cdi_text){ words.at + at, size });
        if (!first && column + 1 + columns > width) {
            cdi_body_say(out, "\n%*s", indent, "");
            column = indent;
            first = true;
        }
        if (!first)
            cdi_body_add(out, " ", 1);
        cdi_body_add(out, words.at + at, size);
        column += columns + !first;
        first = false;
        at += size;
        at += run_of(words, at, true);
    }
    cdi_body_add(out, "\n", 1);
}
