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

struct cdi_lexicon_word {
    uint32_t start;                             /* of its first letter in the folded text */
    uint8_t breaks;
    bool number;
};

/* Words of lower-case letters, of digits, or one '*' run of asterisks, each with one space before and after it; apostrophes are
 * dropped, so "DOESN'T" is "doesnt" and "14yo" is two words.  `folded` has room for cdi_words_room(text.size) bytes, `words` for as
 * many words.  Returns their number; *size is that of the folded text. */
size_t cdi_words(struct cdi_text text, char *folded, size_t *size, struct cdi_lexicon_word *words);
static inline size_t cdi_words_room(size_t size) { return 2 * size + 2; }

#endif
