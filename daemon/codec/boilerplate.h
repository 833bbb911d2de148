/* Floor: codec.  Whether a rationale says anything (ruling R21): absent, boilerplate or given. */
#ifndef CDI_CODEC_BOILERPLATE_H
#define CDI_CODEC_BOILERPLATE_H

#include "cdiwatch/vocabulary.h"
#include "codec/table_bind.h"

struct cdi_boilerplate;

/* boilerplate.csv into the binder's store, which owns it.  NULL if it complained. */
struct cdi_boilerplate *cdi_boilerplate_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count);

/* ABSENT: not said, or nothing but spaces.  BOILERPLATE: fewer than 15 letters, or the whole of it a phrase of the table,
 * compared by its letters and digits alone, whatever their case.  GIVEN: anything else; its worth is not judged. */
enum cdi_rationale cdi_rationale_of(const struct cdi_boilerplate *boilerplate, struct cdi_text text);

#endif
