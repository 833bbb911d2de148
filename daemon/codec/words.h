/* Floor: codec.  What the words of a document mean to a sergeant. */
#ifndef CDI_CODEC_WORDS_H
#define CDI_CODEC_WORDS_H

#include "cdiwatch/tables.h"

enum { CDI_WORDS_SIZE = 400 };

/* Each answers a word that it does not know with the word itself; the result is a literal or the word's own bytes, as its writer left them. */
struct cdi_text cdi_words_state(struct cdi_text state);                 /* "It has been recorded." */
struct cdi_text cdi_words_state_short(struct cdi_text state);           /* "recorded" */
struct cdi_text cdi_words_stage(struct cdi_text stage);                 /* "warning"; of one not said as of `none` */
struct cdi_text cdi_words_flood(struct cdi_text stage);                 /* "became overdue at once", of reports in great number */
struct cdi_text cdi_words_lifecycle(struct cdi_text lifecycle);         /* "Nobody has taken it on yet." */
struct cdi_text cdi_words_mark(struct cdi_text mark);                   /* a sentence or two */
struct cdi_text cdi_words_mark_short(struct cdi_text mark);             /* "not endorsed" */
struct cdi_text cdi_words_risk(struct cdi_text risk);
struct cdi_text cdi_words_event(struct cdi_text what);                  /* of `history` and `published` */
struct cdi_text cdi_words_category(struct cdi_text category);
struct cdi_text cdi_words_caller(struct cdi_text caller_role);
struct cdi_text cdi_words_qualifier(struct cdi_text qualifier);
struct cdi_text cdi_words_refused(struct cdi_text refusal);             /* why a disposal that lacks nothing ends nothing */
struct cdi_text cdi_words_missing(struct cdi_text field);               /* a field of a disposal: "when the victim was told" */
struct cdi_text cdi_words_standing(struct cdi_text standing);           /* what a linked crime is worth: a sentence */
struct cdi_text cdi_words_how(struct cdi_text how);                     /* how a crime was linked */
struct cdi_text cdi_words_past_kin(struct cdi_text kin);                /* of an earlier log: "the same victim and suspect" */
struct cdi_text cdi_words_past_kind(struct cdi_text kind);              /* what it was: "somebody was targeted" */

/* These fill `out` and give it back; what does not fit is cut. */
/* "assault without injury (105A)" */
const char *cdi_words_class(const struct cdi_tables *tables, struct cdi_text klass, char out[CDI_WORDS_SIZE]);
/* "domestic incident (PSW-DOM)" */
const char *cdi_words_code(const struct cdi_tables *tables, struct cdi_text code, char out[CDI_WORDS_SIZE]);
/* A reason, "NEG"; one not said is a word that is none of the reasons. */
const char *cdi_words_reason(const struct cdi_tables *tables, struct cdi_text reason, char out[CDI_WORDS_SIZE]);
/* An addend by its rule, "phrase:hit": what it says of the log, as a sentence or in few words. */
enum cdi_rule_form { CDI_RULE_SENTENCE, CDI_RULE_SHORT };
const char *cdi_words_rule(const struct cdi_tables *tables, struct cdi_text rule, bool negated, enum cdi_rule_form form,
                           char out[CDI_WORDS_SIZE]);
/* What the columns of a tally's figures mean: a few sentences. */
const char *cdi_words_tally(void);
/* A watch by its key: what people look for; the key itself where the tables do not know it. */
struct cdi_text cdi_words_watch(const struct cdi_tables *tables, struct cdi_text key);
/* A fact by which a watch holds, by its rule and how its words were meant: "opened:PSW-DOM", "term:cuckooing", "without:recorded". */
const char *cdi_words_fact(const struct cdi_tables *tables, struct cdi_text rule, struct cdi_text said, char out[CDI_WORDS_SIZE]);
/* "strongly for" */
const char *cdi_words_weight(int64_t millibits);

#endif
