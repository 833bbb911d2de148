/* Vectorscan finds the words of the vocabulary, all at once and as plain strings: of all ways to use it, the one whose cost does
 * not grow with the number of patterns.  What the words make together is found from them (codec/findings). */
#include "codec/lexicon.h"

#include <hs/hs.h>
#include <stdlib.h>
#include <string.h>

#include "codec/findings.h"

struct cdi_lexicon {
    hs_database_t *database;
    hs_scratch_t *scratch;
    struct cdi_rules rules;
    uint8_t *begins; /* of each word of the vocabulary: it is the beginning of words */
    char *folded; /* room for text_room bytes of text */
    struct cdi_lexicon_word *words;
    size_t text_room;
    struct {
        uint32_t end, word;
    } matches[CDI_MEETINGS_MAX];
    struct cdi_meeting meetings[CDI_MEETINGS_MAX];
    size_t match_count;
};

static bool no_memory(struct cdi_binder *binder, const char *name)
{
    return cdi_bind_fail_file(binder, name, "no memory for the lexicon");
}

static bool compile(struct cdi_lexicon *lexicon, struct cdi_binder *binder, const char *name)
{
    size_t count = lexicon->rules.word_count;
    unsigned *numbers = calloc(count + 1, 2 * sizeof *numbers), *flags = numbers + count;
    size_t *lengths = calloc(count + 1, sizeof *lengths);
    hs_compile_error_t *problem = NULL;
    lexicon->begins = calloc(count + 1, 1);
    bool right = numbers != NULL && lengths != NULL && lexicon->begins != NULL;
    for (size_t i = 0; right && i < count; i++) {
        numbers[i] = (unsigned)i;
        lengths[i] = strlen(lexicon->rules.words[i]);
        lexicon->begins[i] = lexicon->rules.words[i][lengths[i] - 1] != ' ';
    }
    if (!right)
        no_memory(binder, name);
    else if (hs_compile_lit_multi((const char *const *)lexicon->rules.words, flags, numbers, lengths, (unsigned)count,
                                  HS_MODE_BLOCK, NULL, &lexicon->database, &problem) != HS_SUCCESS)
        right = cdi_bind_fail_file(binder, name, "the words cannot be compiled: %s",
                                   problem == NULL ? "no memory" : problem->message);
    else if (hs_alloc_scratch(lexicon->database, &lexicon->scratch) != HS_SUCCESS)
        right = no_memory(binder, name);
    hs_free_compile_error(problem);
    free(numbers);
    free(lengths);
    return right;
}

struct cdi_lexicon *cdi_lexicon_create(const char *name, struct cdi_text phrases_csv, struct cdi_error *err)
{
    struct cdi_error first = { .code = CDI_ERROR_NONE };
    struct cdi_binder binder = { .store = cdi_table_store_create(), .err = &first };
    struct cdi_lexicon *lexicon = calloc(1, sizeof *lexicon);
    struct cdi_bound rows;
    bool right = false;
    if (binder.store == NULL || lexicon == NULL)
        cdi_fail(&first, CDI_ERROR_SYSTEM, "no memory for the lexicon");
    else
        right = cdi_phrase_rows_read(&binder, name, phrases_csv, &rows) && cdi_rules_read(&binder, &rows, &lexicon->rules) &&
                compile(lexicon, &binder, name);
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
    hs_free_scratch(lexicon->scratch);
    hs_free_database(lexicon->database);
    cdi_rules_finish(&lexicon->rules);
    free(lexicon->begins);
    free(lexicon->folded);
    free(lexicon->words);
    free(lexicon);
}

static int take_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    struct cdi_lexicon *lexicon = context;
    (void)from;
    (void)flags;
    if (lexicon->match_count == CDI_MEETINGS_MAX)
        return 1;
    lexicon->matches[lexicon->match_count].end = (uint32_t)to;
    lexicon->matches[lexicon->match_count++].word = id;
    return 0;
}

static bool room_for(struct cdi_lexicon *lexicon, size_t size)
{
    if (size <= lexicon->text_room)
        return true;
    char *folded = realloc(lexicon->folded, cdi_words_room(2 * size));
    lexicon->folded = folded == NULL ? lexicon->folded : folded;
    struct cdi_lexicon_word *words = realloc(lexicon->words, 2 * size * sizeof *words);
    lexicon->words = words == NULL ? lexicon->words : words;
    if (folded == NULL || words == NULL)
        return false;
    lexicon->text_room = 2 * size;
    return true;
}

/* Which word of the text each match is: the last that starts before the match's end.  Vectorscan promises no order, so they are put
 * in order of place, then word: nearly sorted, and few. */
static size_t place_matches(struct cdi_lexicon *lexicon, size_t word_count)
{
    uint32_t place = 0;
    size_t count = 0;
    for (size_t i = 0; i < lexicon->match_count; i++) {
        uint32_t last = lexicon->matches[i].end - (lexicon->begins[lexicon->matches[i].word] ? 1 : 2);
        while (place > 0 && lexicon->words[place].start > last)
            place--;
        while (place + 1 < word_count && lexicon->words[place + 1].start <= last)
            place++;
        struct cdi_meeting meeting = { place, lexicon->matches[i].word };
        size_t j = count++;
        for (; j > 0 && (lexicon->meetings[j - 1].place > meeting.place ||
                         (lexicon->meetings[j - 1].place == meeting.place && lexicon->meetings[j - 1].word > meeting.word));
             j--)
            lexicon->meetings[j] = lexicon->meetings[j - 1];
        lexicon->meetings[j] = meeting;
    }
    return count;
}

size_t cdi_lexicon_find(struct cdi_lexicon *lexicon, struct cdi_text text, enum cdi_entry_role speaker,
                        struct cdi_finding *findings, size_t room, bool *more)
{
    size_t size;
    *more = false;
    /* What the system writes by itself (routing, address checks, markers) is nobody's account. */
    if (speaker == CDI_ENTRY_ROLE_SYSTEM || text.size == 0)
        return 0;
    if (!room_for(lexicon, text.size)) {
        *more = true;
        return 0;
    }
    size_t word_count = cdi_words(text, lexicon->folded, &size, lexicon->words);
    lexicon->match_count = 0;
    hs_error_t outcome = hs_scan(lexicon->database, lexicon->folded, (unsigned)size, 0, lexicon->scratch, take_match, lexicon);
    *more = outcome != HS_SUCCESS;
    size_t meeting_count = place_matches(lexicon, word_count);
    return cdi_findings(&lexicon->rules, lexicon->words, word_count, lexicon->meetings, meeting_count, findings, room, more);
}
