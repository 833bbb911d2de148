/* Floor: codec.  The envelope of a state record: version, kind, checksum, then the packed case (core/state.h). */
#ifndef CDI_CODEC_CHANGELOG_H
#define CDI_CODEC_CHANGELOG_H

#include "cdiwatch/error.h"
#include "core/scratch.h"
#include "core/state.h"

/* The version is raised whenever records are written that a program of before would misread or could not read: it refuses them by that.  This one
 * reads all from the oldest on. */
enum { CDI_CHANGELOG_VERSION = 2, CDI_CHANGELOG_OLDEST = 1, CDI_CHANGELOG_HEADER = 12 };
/* The record's bytes, in the scratch. */
struct cdi_text cdi_changelog_seal(enum cdi_case_kind kind, struct cdi_text packed, struct cdi_scratch *scratch);
/* The packed case inside, borrowed from `record`.  False: CORRUPT, saying whether it is the version, the kind or the
 * checksum. */
bool cdi_changelog_open(struct cdi_text record, enum cdi_case_kind kind, struct cdi_text *packed, struct cdi_error *err);

#endif
