/* Floor: codec.  phrases.csv as rows: read by the lexicon, which compiles the patterns, and by the evidence, which names the
 * phrases. */
#ifndef CDI_CODEC_LEXICON_ROWS_H
#define CDI_CODEC_LEXICON_ROWS_H

#include "codec/table_bind.h"

/* What a row's pattern is for. */
#define CDI_PHRASE_KIND_LIST(X) \
    X(EVIDENCE, evidence)       /* something that may have happened: asserted, denied or hearsay */ \
    X(FACT, fact)               /* about the log itself: never denied, whatever stands before it */ \
    X(LIST, list)               /* words for {name} in patterns below it */ \
    X(NEGATES, negates)         /* denies what follows in its clause */ \
    X(HEARSAY, hearsay)         /* what follows in its clause is second hand */ \
    X(OTHER, other)             /* what follows in its sentence is another occasion */ \
    X(VICTIMS, victims)         /* one more person suffered what is near it */ \
    X(RECORD, record)           /* at the start of a sentence: it reads from a register, of something known before */
enum cdi_phrase_kind {
#define X(upper, word) CDI_PHRASE_KIND_##upper,
    CDI_PHRASE_KIND_LIST(X)
#undef X
    CDI_PHRASE_KIND_COUNT
};

struct cdi_phrase_row {
    struct cdi_text phrase, pattern, words;
    int kind;                                   /* enum cdi_phrase_kind */
    uint64_t marks;                             /* CDI_PHRASE_... */
};
/* R19: the text says so; and DOMAIN.md rule 3: drink, drugs, mental health, persistence, unwillingness never lower p. */
enum { CDI_PHRASE_DOMESTIC = 1, CDI_PHRASE_CHILD = 2, CDI_PHRASE_HATE = 4, CDI_PHRASE_NEVER_LOWERS = 8 };

/* Rows in the file's order, as cdi_bind() gives them. */
bool cdi_phrase_rows_read(struct cdi_binder *binder, const char *name, struct cdi_text bytes, struct cdi_bound *bound);

/* The key of a phrase: XXH32 of its name. */
uint32_t cdi_phrase_key(struct cdi_text name);

#endif
