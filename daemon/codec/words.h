/* Floor: codec.  What the words of a document mean to a sergeant. */
#ifndef CDI_CODEC_WORDS_H
#define CDI_CODEC_WORDS_H

#include "cdiwatch/tables.h"

enum { CDI_WORDS_SIZE = 400, CDI_WORD_MAX_TEXT = 128 };

/* Each answers a word it does not know with the word itself.  The result is a literal, of the tables, or in `out`;
 * an unknown word stays until the next one. */
const char *cdi_words_state(struct cdi_text state);
const char *cdi_words_mark(struct cdi_text mark);
const char *cdi_words_risk(struct cdi_text risk);
const char *cdi_words_event(struct cdi_text what);                      /* of the history */
const char *cdi_words_category(struct cdi_text category);
const char *cdi_words_caller(struct cdi_text caller_role);
const char *cdi_words_missing(struct cdi_text field);
/* "assault without injury (105A)" */
const char *cdi_words_class(const struct cdi_tables *tables, struct cdi_text klass, char out[CDI_WORDS_SIZE]);
/* "domestic incident (PSW-DOM)" */
const char *cdi_words_code(const struct cdi_tables *tables, struct cdi_text code, char out[CDI_WORDS_SIZE]);
/* An addend by its rule, "phrase:hit": what it says of the log. */
const char *cdi_words_rule(const struct cdi_tables *tables, struct cdi_text rule, bool negated, char out[CDI_WORDS_SIZE]);
/* A reason, "NEG". */
const char *cdi_words_reason(const struct cdi_tables *tables, struct cdi_text reason, char out[CDI_WORDS_SIZE]);
/* "speaks strongly for it" */
const char *cdi_words_weight(int64_t millibits);

#endif
