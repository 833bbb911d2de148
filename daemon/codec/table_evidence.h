/* Floor: codec.  What the two loaders of the evidence share. */
#ifndef CDI_CODEC_TABLE_EVIDENCE_H
#define CDI_CODEC_TABLE_EVIDENCE_H

#include "codec/table_bind.h"

enum { CDI_EVIDENCE_WEIGHT_MOST = 20000 };      /* millibits either way: twenty bits are a million to one */

/* The number of an offence among the classes that evidence names; CDI_CLASS_ANY if there is no room. */
uint8_t cdi_evidence_class(struct cdi_binder *binder, uint16_t offence);

/* incident_codes.csv, openings.csv, qualifiers.csv, callers.csv. */
bool cdi_evidence_codes_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count);

#endif
