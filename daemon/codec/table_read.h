/* Floor: codec.  The loaders of the tables that cdi_rulebook_read() puts together, a file each; table_evidence.c besides.  Each
 * complains of every problem it finds and returns whether there was none. */
#ifndef CDI_CODEC_TABLE_READ_H
#define CDI_CODEC_TABLE_READ_H

#include "codec/table_bind.h"

/* offences.csv and offence_codes.csv into tables->offences and ->codes, each sorted by its text, and checked against each other.
 * If offences.csv itself is wrong, offence_count stays 0: what names classes cannot be read then. */
bool cdi_offences_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count);
/* disposals.csv: a row for every reason of the vocabulary. */
bool cdi_disposals_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count);
/* stages.csv: a row for every risk, ascending to the breach at exactly 24 h. */
bool cdi_stages_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count);
/* retention.csv: a row for every kind that is kept, none shorter than the rules need. */
bool cdi_retention_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count);
/* match.csv: a row for every level, its weight that of its m and u. */
bool cdi_match_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count);
/* history.csv, after the evidence: what earlier logs add; and which phrases tell the grounds that it asks for. */
bool cdi_history_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count);
/* watches.csv, before the terms of terms.csv are read; whether each can hold at all, after them. */
bool cdi_watches_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count);
bool cdi_watches_check(struct cdi_binder *binder);

#endif
