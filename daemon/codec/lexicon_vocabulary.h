/* Floor: codec.  The words that stand in patterns, each with its number, its *term*; found by the letters of a word of the text.
 *
 * A plain hash and not a multi-pattern matcher: the text is cut into words anyway, and most of its words ("her", "to", "male") stand
 * in some pattern, so that there is nothing to skip (see tests/bench/decode_bench.c for what it costs). */
#ifndef CDI_CODEC_LEXICON_VOCABULARY_H
#define CDI_CODEC_LEXICON_VOCABULARY_H

#include "codec/lexicon_words.h"

/* CDI_TERM_NUMBER: digits that stand in no pattern by themselves. */
enum { CDI_VOCABULARY_MAX = 8192, CDI_TERM_NONE = 0, CDI_TERM_NUMBER = 1, CDI_TERMS_FIRST };

struct cdi_vocabulary_slot {
    uint64_t first;                             /* the first letters; all there are, of most words */
    uint16_t term, size;
};
struct cdi_vocabulary_table {
    struct cdi_vocabulary_slot *slots;          /* open addressing; term CDI_TERM_NONE: empty */
    unsigned bits;                              /* 2 to the power of bits: how many */
    size_t used;
};

struct cdi_vocabulary {
    struct cdi_spelling *spellings;             /* of each term */
    bool *begins;                               /* each term: it is the beginning of words ("bruis*") */
    size_t count, room;
    struct cdi_vocabulary_table words, beginnings;
    uint32_t lengths[32][32];                   /* by the first two letters: bit n: a beginning of n letters */
};

bool cdi_vocabulary_begin(struct cdi_vocabulary *vocabulary); /* false: no memory */
/* The term of a word, or of a beginning of words; added if new.  CDI_TERM_NONE: no room, or no memory. */
uint16_t cdi_vocabulary_add(struct cdi_vocabulary *vocabulary, const struct cdi_spelling *spelling, bool begins);
void cdi_vocabulary_finish(struct cdi_vocabulary *vocabulary);

/* The word itself, else the longest beginning of it, else CDI_TERM_NUMBER or CDI_TERM_NONE. */
uint16_t cdi_vocabulary_find(const struct cdi_vocabulary *vocabulary, const struct cdi_spelling *spelling);

/* Whether what is met as `term` is also met as `other`: a beginning of it, any number, any word (CDI_TERM_NONE). */
bool cdi_vocabulary_within(const struct cdi_vocabulary *vocabulary, size_t term, size_t other);

#endif
