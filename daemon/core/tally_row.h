/* Floor: core.  One row of a tally: sparse counts by slot, and how rows are added up.  Without memory the program stops. */
#ifndef CDI_CORE_TALLY_ROW_H
#define CDI_CORE_TALLY_ROW_H

#include "cdiwatch/tally.h"

void cdi_tally_row_add(struct cdi_tally_row *row, unsigned slot, uint32_t count);       /* up to UINT32_MAX */
void cdi_tally_row_take_off(struct cdi_tally_row *row, unsigned slot, uint32_t count);  /* down to 0, then it is not there */
void cdi_tally_row_join(struct cdi_tally_row *into, const struct cdi_tally_row *other); /* adds all; the key stays */
void cdi_tally_row_release(struct cdi_tally_row *row);                  /* of its parts */

/* of, category, channel, source: a total order, what was not said first. */
int cdi_tally_key_compare(const struct cdi_tally_key *a, const struct cdi_tally_key *b);
/* The row of this key in rows that are in order; made, with the key's texts as they are, if it is not there. */
struct cdi_tally_row *cdi_tally_row_for(struct cdi_tally *tally, const struct cdi_tally_key *key);
void cdi_tally_release(struct cdi_tally *tally);                        /* of its rows */

#endif
