/* Floor: codec.  Tallies as lines of figures for people: one layout, for replay's summary and for `cdiwatch tally`.  Shares are of what
 * stands in the column `recorded`, and never a rate of compliance: who has not been recorded is not in them. */
#ifndef CDI_CODEC_TALLY_LINES_H
#define CDI_CODEC_TALLY_LINES_H

#include "cdiwatch/tally.h"
#include "codec/body.h"

/* The titles; the figures of a row under a name of up to `width` columns.  Each without a line end.  What the columns mean
 * cdi_words_tally() says. */
void cdi_tally_titles(struct cdi_body *out, int width);
/* Whether its line would say anything: crimes that were only cancelled have a row, and no figure in these columns. */
bool cdi_tally_has_line(const struct cdi_tally_row *row);
void cdi_tally_line(struct cdi_body *out, int width, const char *name, const struct cdi_tally_row *row);

/* A heading for what follows: "reports", "no log"; and the category of a row. */
const char *cdi_tally_of_words(enum cdi_tally_of of);
const char *cdi_tally_category_words(uint8_t category);

#endif
