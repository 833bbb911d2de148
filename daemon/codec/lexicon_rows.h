/* Floor: codec.  phrases.csv and terms.csv as rows: read by the lexicon, which compiles the patterns, and by the evidence, which
 * names the phrases. */
#ifndef CDI_CODEC_LEXICON_ROWS_H
#define CDI_CODEC_LEXICON_ROWS_H

#include "codec/table_bind.h"

/* What a row's pattern is for. */
#define CDI_PHRASE_KIND_LIST(X) \
    X(EVIDENCE, evidence)       /* something that may have happened: asserted, denied or hearsay */ \
    X(FACT, fact)               /* about the log itself: never denied, whatever stands before it */ \
    X(TERM, term)               /* a row of terms.csv: found wherever it is said */ \
    X(LIST, list)               /* words for {name} in patterns below it */ \
    X(NEGATES, negates)         /* denies what follows in its clause */ \
    X(HEARSAY, hearsay)         /* what follows in its clause is second hand */ \
    X(OTHER, other)             /* what follows in its sentence is another occasion */ \
    X(VICTIMS, victims)         /* two persons, or as many as its marks say, suffered what is near it */ \
    X(NO_DENIAL, no_denial)     /* the word before its last is no denial ("at no 14") */ \
    X(QUESTION, question)       /* what follows in its sentence is asked ("asked whether") */ \
    X(REPLY, reply)             /* the whole of a question and of her no: denies what was asked if the no is her last word */ \
    X(TAKES_BACK, takes_back)   /* after a no in reply it says that the no may not be all ("but", "later") */ \
    X(RECORD, record)           /* at the start of a sentence: it reads from a register, of something known before */
enum cdi_phrase_kind {
#define X(upper, word) CDI_PHRASE_KIND_##upper,
    CDI_PHRASE_KIND_LIST(X)
#undef X
    CDI_PHRASE_KIND_COUNT
};

struct cdi_phrase_row {
    struct cdi_text phrase, pattern, words;
    struct cdi_text watch;                      /* of a term */
    int kind;                                   /* enum cdi_phrase_kind */
    uint64_t marks;                             /* CDI_PHRASE_... */
};
/* R19: the text says so; DOMAIN.md rule 3: drink, drugs, mental health, persistence, unwillingness never lower p; and what is
 * counted (R17): offenders of whom each did it, or who acted each on their own; victims who are owners each of his own; of how
 * many a phrase tells, if not of two; and what history goes by (history.csv); that the victim
 * confirms a rape (R15). */
#define CDI_PHRASE_MARK_LIST(X) \
    X(DOMESTIC, domestic) X(CHILD, child) X(HATE, hate) X(NEVER_LOWERS, never_lowers) X(OFFENDERS, offenders) X(APART, apart) \
    X(CONFIRMS, confirms) X(OWNERS, owners) X(TARGETED, targeted) X(REPEATED, repeated) X(PARTNERS, partners) \
    X(OF_3, of_3) X(OF_4, of_4) X(OF_5, of_5) X(OF_6, of_6)
enum cdi_phrase_mark {
#define X(upper, word) CDI_PHRASE_MARK_##upper,
    CDI_PHRASE_MARK_LIST(X)
#undef X
    CDI_PHRASE_MARK_COUNT
};
bool cdi_phrase_marked(const struct cdi_phrase_row *row, enum cdi_phrase_mark mark);
/* How many it tells of: two, if its marks do not say. */
uint8_t cdi_phrase_tells_of(const struct cdi_phrase_row *row);

/* Rows in the file's order, as cdi_bind() gives them: of phrases.csv, which may hold no term; of terms.csv, all of them terms. */
bool cdi_phrase_rows_read(struct cdi_binder *binder, struct cdi_text bytes, struct cdi_bound *bound);
bool cdi_term_rows_read(struct cdi_binder *binder, struct cdi_text bytes, struct cdi_bound *bound);

/* The key of a phrase: XXH32 of its name. */
uint32_t cdi_phrase_key(struct cdi_text name);

#endif
