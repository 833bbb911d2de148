/* Floor: codec.  The envelope of a state record: version, kind, checksum, then the packed case (core/state.h). */
#ifndef CDI_CODEC_CHANGELOG_H
#define CDI_CODEC_CHANGELOG_H

#include "cdiwatch/error.h"
#include "core/scratch.h"
#include "core/state.h"

enum { CDI_CHANGELOG_VERSION = 1, CDI_CHANGELOG_HEADER = 12 };
enum { CDI_CHANGELOG_KEY_MAX = CDI_FORCE_MAX + 1 + 16 + 1 + CDI_REFERENCE_MAX };

/* "force/kind/reference"; what follows the second slash is the reference, slashes and all.  In the scratch. */
struct cdi_text cdi_changelog_key(struct cdi_text force, enum cdi_case_kind kind, struct cdi_text reference,
                                  struct cdi_scratch *scratch);
bool cdi_changelog_read_key(struct cdi_text key, struct cdi_text *force, enum cdi_case_kind *kind, struct cdi_text *reference,
                            struct cdi_error *err);

/* The record's bytes, in the scratch. */
struct cdi_text cdi_changelog_seal(enum cdi_case_kind kind, struct cdi_text packed, struct cdi_scratch *scratch);
/* The packed case inside, borrowed from `record`.  False: CORRUPT, saying whether it is the version, the kind or the
 * checksum. */
bool cdi_changelog_open(struct cdi_text record, enum cdi_case_kind kind, struct cdi_text *packed, struct cdi_error *err);

#endif
