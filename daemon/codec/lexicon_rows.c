#include "codec/lexicon_rows.h"

#include <xxhash.h>

enum { PATTERN_MAX = 4000 };

static const char *const kinds[] = { CDI_PHRASE_KIND_LIST(CDI_BIND_STRING) };
static const char *const marks[] = { CDI_PHRASE_MARK_LIST(CDI_BIND_STRING) };

static const struct cdi_bind_column columns[] = {
    { "phrase", CDI_BIND_TEXT, offsetof(struct cdi_phrase_row, phrase), .required = true, .most = CDI_WORD_MAX },
    { "kind", CDI_BIND_WORD, offsetof(struct cdi_phrase_row, kind), .required = false, .empty = CDI_PHRASE_KIND_EVIDENCE,
      CDI_BIND_WORDS(kinds) },
    { "pattern", CDI_BIND_TEXT, offsetof(struct cdi_phrase_row, pattern), .required = true, .most = PATTERN_MAX },
    { "words", CDI_BIND_TEXT, offsetof(struct cdi_phrase_row, words), .required = false },
    { "marks", CDI_BIND_SET, offsetof(struct cdi_phrase_row, marks), .required = false, CDI_BIND_WORDS(marks) },
};

bool cdi_phrase_rows_read(struct cdi_binder *binder, const char *name, struct cdi_text bytes, struct cdi_bound *bound)
{
    /* The bound rows point to their table, so it outlives this call. */
    struct cdi_bind_table *table = cdi_table_store_take(binder->store, 1, sizeof *table);
    *bound = (struct cdi_bound){ .count = 0 };
    if (table == NULL)
        return cdi_bind_fail_file(binder, name, "no memory to read the table");
    *table = (struct cdi_bind_table){ name, columns, sizeof columns / sizeof *columns, sizeof(struct cdi_phrase_row), 1, 0 };
    return cdi_bind(binder, table, bytes, bound);
}

bool cdi_phrase_marked(const struct cdi_phrase_row *row, enum cdi_phrase_mark mark)
{
    return (row->marks >> mark & 1) != 0;
}

uint8_t cdi_phrase_tells_of(const struct cdi_phrase_row *row)
{
    for (uint8_t mark = CDI_PHRASE_MARK_OF_6; mark >= CDI_PHRASE_MARK_OF_3; mark--)
        if (cdi_phrase_marked(row, (enum cdi_phrase_mark)mark))
            return (uint8_t)(mark - CDI_PHRASE_MARK_OF_3 + 3);
    return 2;
}

uint32_t cdi_phrase_key(struct cdi_text name)
{
    return XXH32(name.at, name.size, 0);
}
