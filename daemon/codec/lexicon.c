#include "codec/lexicon.h"

#include <stdlib.h>

#include "codec/findings.h"

struct cdi_lexicon {
    struct cdi_rules rules;
    struct cdi_lexicon_word *words; /* of the text being read */
    size_t room;
};

struct cdi_lexicon *cdi_lexicon_create(struct cdi_text phrases_csv, struct cdi_text terms_csv, struct cdi_error *err)
{
    struct cdi_error first = { .code = CDI_ERROR_NONE };
    struct cdi_binder binder = { .store = cdi_table_store_create(), .err = &first };
    struct cdi_lexicon *lexicon = calloc(1, sizeof *lexicon);
    struct cdi_bound rows, terms = { .count = 0 };
    bool right = false;
    if (binder.store == NULL || lexicon == NULL)
        cdi_fail(&first, CDI_ERROR_SYSTEM, "no memory for the lexicon");
    else
        right = cdi_phrase_rows_read(&binder, phrases_csv, &rows) &&
                (!cdi_text_said(terms_csv) || cdi_term_rows_read(&binder, terms_csv, &terms)) &&
                cdi_rules_read(&binder, &rows, &terms, &lexicon->rules);
    cdi_table_store_destroy(binder.store);
    if (right)
        return lexicon;
    cdi_fail_at(err, first.code, first.where, "%s", first.text);
    cdi_lexicon_destroy(lexicon);
    return NULL;
}

void cdi_lexicon_destroy(struct cdi_lexicon *lexicon)
{
    if (lexicon == NULL)
        return;
    cdi_rules_finish(&lexicon->rules);
    free(lexicon->words);
    free(lexicon);
}

/* At worst each byte of the text is a word ("1a1a"). */
static bool room_for(struct cdi_lexicon *lexicon, size_t size)
{
    if (size <= lexicon->room)
        return true;
    struct cdi_lexicon_word *words = realloc(lexicon->words, 2 * size * sizeof *words);
    if (words == NULL)
        return false;
    lexicon->words = words;
    lexicon->room = 2 * size;
    return true;
}

size_t cdi_lexicon_find(struct cdi_lexicon *lexicon, struct cdi_text text, enum cdi_entry_role speaker,
                        struct cdi_finding *findings, size_t room, bool *more)
{
    struct cdi_spelling spelling;
    size_t count = 0;
    *more = false;
    /* What the system writes by itself (routing, address checks, markers) is nobody's account. */
    if (speaker == CDI_ENTRY_ROLE_SYSTEM || text.size == 0)
        return 0;
    if (!room_for(lexicon, text.size)) {
        *more = true;
        return 0;
    }
    struct cdi_word_reader reader = cdi_word_reader(text);
    for (struct cdi_lexicon_word *word = lexicon->words; cdi_word_next(&reader, &spelling, &word->breaks); word++, count++)
        word->term = cdi_vocabulary_find(&lexicon->rules.vocabulary, &spelling);
    return cdi_findings(&lexicon->rules, lexicon->words, count, findings, room, more);
}
