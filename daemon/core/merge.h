/* Floor: core.  Merging of messages (DESIGN.md "Messages"): a join, so that what results is a function of the set of messages
 * whatever their order, grouping or repetition.
 *
 * Registers: the last writer by (said_at, hash of the value).  received_at: the earliest; reopened_at: the latest.
 * Qualifiers, flags, references: union.  Persons: by role and id, else name, else all tokens; each token by its own last
 * writer.  Entries: by seq, the greater (said_at, hash).  Disposal: the reason is a register; cut_at is the latest instant at
 * which another reason was given; fields said after it merge each by its own last writer.  (Two reasons said at the very
 * same instant therefore leave a reason without fields: it does not clear until it is said again.) */
#ifndef CDI_CORE_MERGE_H
#define CDI_CORE_MERGE_H

#include "cdiwatch/record.h"
#include "core/scratch.h"

/* Findings kept of one entry; those beyond it set `truncated`. */
enum { CDI_ENTRY_FINDINGS_MAX = 64 };

/* Nothing said yet, about that force and reference (borrowed). */
void cdi_incident_empty(struct cdi_incident *into, struct cdi_text force, struct cdi_text reference);
void cdi_crime_empty(struct cdi_crime *into, struct cdi_text force, struct cdi_text reference);
void cdi_disposal_empty(struct cdi_disposal *into);

/* Joins `message` (or another merge) into `into`; false: every part of it lost or equalled, and nothing changed.  Texts that
 * won are borrowed from the message; arrays that changed are new, in the scratch.  Beyond the limits of record.h the first
 * of each array's order are kept and `truncated` is set. */
bool cdi_merge_incident(struct cdi_incident *into, const struct cdi_incident *message, struct cdi_scratch *scratch);
bool cdi_merge_crime(struct cdi_crime *into, const struct cdi_crime *message, struct cdi_scratch *scratch);
bool cdi_merge_disposal(struct cdi_disposal *into, const struct cdi_disposal *message);
bool cdi_merge_entries(struct cdi_incident *into, const struct cdi_incident *message, struct cdi_scratch *scratch);

#endif
