/* Floor: codec.  phrases.csv and terms.csv compiled once; free text in, findings out. */
#ifndef CDI_CODEC_LEXICON_H
#define CDI_CODEC_LEXICON_H

#include "cdiwatch/error.h"
#include "cdiwatch/record.h"

struct cdi_lexicon;

/* The bytes of phrases.csv and terms.csv (borrowed during the call; terms NONE: there are none).  Complaints say file:line:column. */
struct cdi_lexicon *cdi_lexicon_create(struct cdi_text phrases_csv, struct cdi_text terms_csv, struct cdi_error *err);
void cdi_lexicon_destroy(struct cdi_lexicon *lexicon);

/* Findings of one entry in the order of their end in the text, at most `room`; *more says that there were others.  Not
 * thread-safe: the lexicon has one room for the words of a text. */
size_t cdi_lexicon_find(struct cdi_lexicon *lexicon, struct cdi_text text, enum cdi_entry_role speaker,
                        struct cdi_finding *findings, size_t room, bool *more);

#endif
