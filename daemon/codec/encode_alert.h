/* Floor: codec.  The document of one report as JSON: fields, order and formats are DESIGN.md's ("The alert").
 *
 * Integers only reach here, and are written so: p with three decimals ("0.930"); weights with at least one decimal and no
 * needless zero after it ("0.8", "-2.0", "6.125"); instants in UTC with Z.  What was not said is null, a list without members
 * []; `stage` is null before the first.  `rule` is kind:name ("opened:PSW-DOM"), or the kind alone where nothing is named
 * ("prior").  `likely` lists what is likely, `victim` the token of the victim of the first unit due of that class.  `late_by_s`
 * is how far a crime's recording is past the report's deadline in whole seconds, else 0.  A disposal whose reason is unknown to us
 * has the reason null; `refused` says in a word of CDI_REFUSAL_LIST why a reason that lacks nothing does not clear all the same.
 *
 * Beyond DESIGN.md's: `unanswered` lists the classes of the crimes that are due and not answered; of a linked crime `standing` says
 * what it is worth (counts, n100, answered: cancelled with all that needs, withdrawn: cancelled without, or no recorded crime any
 * more) and `answers` the class of the crime due that it answers, null if none.  Where an N100 clears the report, `next_stage_at`
 * is its check after a day, then its review after fourteen.  `published` also holds what was answered to an action that was
 * refused ("refused: VERB REQUEST: why").  In the evidence of a scored pair `common` is true where the likeness weighs less because many
 * share it (frequencies.csv); else it is not there. */
#ifndef CDI_CODEC_ENCODE_ALERT_H
#define CDI_CODEC_ENCODE_ALERT_H

#include "cdiwatch/alert.h"
#include "cdiwatch/tables.h"

/* A buffer that grows and is used again: begin with all zero, free `at` at the end.  No terminator. */
struct cdi_alert_json { char *at; size_t size, room; };

enum cdi_alert_form {
    CDI_ALERT_FORM_WHOLE,
    CDI_ALERT_FORM_CANONICAL    /* only what is promised not to depend on the order of messages: without version,
                                   detected_late_by_s, published and the marks unsure and late_message */
};

/* The `data` object: replay's line, without its line end.  What was in `out` is replaced; no allocation once it is large
 * enough.  The tables are those the judgement was made with.  False: no memory. */
bool cdi_encode_alert_data(struct cdi_alert_json *out, const struct cdi_tables *tables, const struct cdi_alert *alert,
                           enum cdi_alert_form form);

/* The whole CloudEvents 1.0 document, for the topic of alerts. */
bool cdi_encode_alert_event(struct cdi_alert_json *out, const struct cdi_tables *tables, const struct cdi_alert *alert);

#endif
