/* Floor: codec.  How common surnames and places are (frequencies.csv), and the same as tokens of the key in use: for the weights of scored
 * links.  Persons are compared by tokens alone, so that a name can only be told to be common by the token that it would have. */
#ifndef CDI_CODEC_FREQUENCIES_H
#define CDI_CODEC_FREQUENCIES_H

#include "codec/table_bind.h"
#include "codec/tokens.h"

struct cdi_frequencies;

/* In the binder's store.  NULL: it complained. */
struct cdi_frequencies *cdi_frequencies_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count);

/* Makes `tables->common` for the tokens of that key; again for another key.  False: no memory. */
bool cdi_frequencies_bind(const struct cdi_frequencies *frequencies, struct cdi_tables *tables, struct cdi_tokeniser *tokeniser,
                          struct cdi_error *err);

/* 1000 x log2(more / less), rounded down; both at least 1, more >= less.  By integers, the same on every machine. */
int32_t cdi_log2_thousandths(uint64_t more, uint64_t less);

#endif
