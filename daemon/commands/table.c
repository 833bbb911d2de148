#include "commands/table.h"

#include "codec/wrap.h"

#define PLAIN "\033[0m"

bool cdi_table_fit(struct cdi_table_column *columns, size_t count, int width)
{
    int left = width - CDI_TABLE_GAP * ((int)count - 1), shares = 0;
    for (size_t i = 0; i < count; i++) {
        left -= columns[i].least;
        shares += columns[i].share;
    }
    if (left < 0)
        return false;
    for (size_t i = 0; i < count; i++) {
        int more = shares > 0 ? left * columns[i].share / shares : 0;
        columns[i].width = columns[i].least + more;
        left -= more;
        shares -= columns[i].share;
    }
    return true;
}

/* How many bytes of the first `columns` characters there are. */
static size_t bytes_of(struct cdi_text text, int columns)
{
    size_t size = 0;
    for (; size < text.size; size++)
        if (((unsigned char)text.at[size] & 0xC0) != 0x80 && columns-- == 0)
            break;
    return size;
}

/* Takes from `rest` what fits on a line: whole words, or of a word that is too long as much as fits. */
static struct cdi_text line_of(struct cdi_text *rest, int width)
{
    size_t fits = bytes_of(*rest, width), size = fits;
    if (fits < rest->size) {
        while (size > 0 && rest->at[size] != ' ')
            size--;
        size = size > 0 ? size : fits;
    }
    struct cdi_text line = { rest->at, size };
    while (size < rest->size && rest->at[size] == ' ')
        size++;
    *rest = (struct cdi_text){ rest->at + size, rest->size - size };
    return line;
}

/* One line of a row; false: nothing is left of any cell, and nothing was added. */
static bool add_line(struct cdi_body *out, const struct cdi_table_column *columns, size_t count, struct cdi_text *rests, const char *colour)
{
    bool any = false;
    int spaces = 0;
    for (size_t i = 0; i < count; i++)
        any |= rests[i].size > 0;
    for (size_t i = 0; any && i < count; i++) {
        struct cdi_text line = line_of(&rests[i], columns[i].width);
        bool painted = colour != NULL && i == 0 && line.size > 0;
        if (line.size > 0)
            cdi_body_say(out, "%*s%s%.*s%s", spaces, "", painted ? colour : "", CDI_TEXT_ARGS(line), painted ? PLAIN : "");
        spaces = (line.size > 0 ? 0 : spaces) + columns[i].width - cdi_columns(line) + CDI_TABLE_GAP;
    }
    if (any)
        cdi_body_add(out, "\n", 1);
    return any;
}

void cdi_table_row(struct cdi_body *out, const struct cdi_table_column *columns, size_t count, const struct cdi_text *cells, const char *colour)
{
    struct cdi_text rests[CDI_TABLE_COLUMNS_MOST];
    for (size_t i = 0; i < count; i++)
        rests[i] = cells[i];
    while (add_line(out, columns, count, rests, colour))
        ;
}

void cdi_table_titles(struct cdi_body *out, const struct cdi_table_column *columns, size_t count, bool colour)
{
    struct cdi_text titles[CDI_TABLE_COLUMNS_MOST];
    for (size_t i = 0; i < count; i++)
        titles[i] = cdi_text_of(columns[i].title);
    cdi_body_say(out, "%s", colour ? "\033[1m" : "");
    cdi_table_row(out, columns, count, titles, NULL);
    cdi_body_say(out, "%s", colour ? PLAIN : "");
    for (size_t i = 0; i < count; i++) {
        for (int column = 0; column < columns[i].width; column++)
            cdi_body_add(out, "-", 1);
        cdi_body_say(out, "%*s", i + 1 < count ? CDI_TABLE_GAP : 0, "");
    }
    cdi_body_add(out, "\n", 1);
}
