/* Floor: codec.  Text as the words that patterns are made of. */
#ifndef CDI_CODEC_LEXICON_WORDS_H
#define CDI_CODEC_LEXICON_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cdiwatch/text.h"

/* What stands between a word and the one before it. */
enum {
    CDI_BREAK_CLAUSE = 1,                       /* a colon, a dash, "but": another thought begins */
    CDI_BREAK_SENTENCE = 2,
    CDI_BREAK_ANSWER = 4                        /* a question mark, a colon, a dash: what follows may be the answer */
};

/* The letters of a word, the first in the lowest byte, so that short words are compared as one number. */
enum { CDI_SPELLING_PARTS = 3, CDI_SPELLING_MAX = 8 * CDI_SPELLING_PARTS };
struct cdi_spelling {
    uint64_t part[CDI_SPELLING_PARTS];
    uint32_t size;                              /* above CDI_SPELLING_MAX: it goes on, and only its beginning is here */
};

struct cdi_word_reader {
    const unsigned char *at, *begin, *end;
};
static inline struct cdi_word_reader cdi_word_reader(struct cdi_text text)
{
    const unsigned char *begin = (const unsigned char *)text.at;
    return (struct cdi_word_reader){ begin, begin, begin + text.size };
}

/* The next word: of lower-case letters, of digits, or a run of asterisks.  Apostrophes are dropped, so "DOESN'T" is "doesnt" and
 * "14yo" is two words.  False at the end. */
bool cdi_word_next(struct cdi_word_reader *reader, struct cdi_spelling *spelling, uint8_t *breaks);

#endif
