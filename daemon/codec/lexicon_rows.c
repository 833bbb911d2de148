#include "codec/lexicon_rows.h"

#include <xxhash.h>

enum { PATTERN_MAX = 4000 };

/* The words of the kinds; those of phrases.csv are without the term, which has a file of its own. */
#define WORD_OF(upper, word) [CDI_PHRASE_KIND_##upper] = CDI_PHRASE_KIND_##upper == CDI_PHRASE_KIND_TERM ? NULL : #word,
static const char *const kinds[] = { CDI_PHRASE_KIND_LIST(WORD_OF) };
static const char *const marks[] = { CDI_PHRASE_MARK_LIST(CDI_BIND_STRING) };

static const struct cdi_bind_column columns[] = {
    { "phrase", CDI_BIND_TEXT, offsetof(struct cdi_phrase_row, phrase), .required = true, .most = CDI_WORD_MAX },
    { "kind", CDI_BIND_WORD, offsetof(struct cdi_phrase_row, kind), .required = false, .empty = CDI_PHRASE_KIND_EVIDENCE,
      CDI_BIND_WORDS(kinds) },
    { "pattern", CDI_BIND_TEXT, offsetof(struct cdi_phrase_row, pattern), .required = true, .most = PATTERN_MAX },
    { "words", CDI_BIND_TEXT, offsetof(struct cdi_phrase_row, words), .required = false },
    { "marks", CDI_BIND_SET, offsetof(struct cdi_phrase_row, marks), .required = false, CDI_BIND_WORDS(marks) },
};

static const struct cdi_bind_table phrases = { "phrases.csv", columns, sizeof columns / sizeof *columns,
                                               sizeof(struct cdi_phrase_row), 1, 0 };

static const struct cdi_bind_column term_columns[] = {
    { "term", CDI_BIND_TEXT, offsetof(struct cdi_phrase_row, phrase), .required = true, .key = true, .most = CDI_WORD_MAX },
    { "watch", CDI_BIND_TEXT, offsetof(struct cdi_phrase_row, watch), .required = true, .most = CDI_WORD_MAX },
    { "pattern", CDI_BIND_TEXT, offsetof(struct cdi_phrase_row, pattern), .required = true, .key = true, .most = PATTERN_MAX },
    { "words", CDI_BIND_TEXT, offsetof(struct cdi_phrase_row, words), .required = false },
};
static const struct cdi_bind_table terms = { "terms.csv", term_columns, sizeof term_columns / sizeof *term_columns,
                                             sizeof(struct cdi_phrase_row), 0, 0 };

bool cdi_phrase_rows_read(struct cdi_binder *binder, struct cdi_text bytes, struct cdi_bound *bound)
{
    return cdi_bind(binder, &phrases, bytes, bound);
}

bool cdi_term_rows_read(struct cdi_binder *binder, struct cdi_text bytes, struct cdi_bound *bound)
{
    bool right = cdi_bind(binder, &terms, bytes, bound);
    struct cdi_phrase_row *rows = bound->rows;
    for (size_t i = 0; i < bound->count; i++)
        rows[i].kind = CDI_PHRASE_KIND_TERM;
    return right;
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
