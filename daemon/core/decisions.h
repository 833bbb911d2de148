/* Floor: core.  What a log said of its disposal before it said what it says now: each disposal that a message gave, by when it was first given.
 * A function of the set of messages, as registers are, but nothing is lost by a later word: a log that had a complete reason at its deadline
 * had one, whatever reason has taken its place since (DOMAIN.md R8). */
#ifndef CDI_CORE_DECISIONS_H
#define CDI_CORE_DECISIONS_H

#include "cdiwatch/record.h"
#include "cdiwatch/vocabulary.h"
#include "core/pack.h"

/* When it was decided; of one that does not say, when its reason was first said. */
static inline struct cdi_instant cdi_disposal_decided_at(const struct cdi_disposal *disposal)
{
    return cdi_instant_said(disposal->decided_at) ? disposal->decided_at : disposal->said_at;
}

static inline bool cdi_reason_is_n100(enum cdi_reason reason)
{
    return reason == CDI_REASON_N100_01 || reason == CDI_REASON_N100_02 || reason == CDI_REASON_N100_03;
}

/* Takes the disposal of a message, or those of a merged record, into `into`, whose own disposal is as it was before.  True if something
 * changed.  Of more than CDI_DECISIONS_MAX the first that were given are kept, and `truncated` is set.  The array is new, in the scratch. */
bool cdi_decisions_of_incident(struct cdi_incident *into, const struct cdi_incident *message, struct cdi_scratch *scratch);
bool cdi_decisions_same(const struct cdi_incident *a, const struct cdi_incident *b);

/* Fields that were said before its reason first was are about the reason before, and go; `first`: when that was.  If another reason was given
 * after it too, nobody knows, and they stay. */
void cdi_disposal_of_reason(struct cdi_disposal *disposal, struct cdi_instant first);

/* A disposal as it stood, until then. */
struct cdi_undone { struct cdi_disposal disposal; struct cdi_instant at; };
/* Each that had a reason, as it stood until more was said; returns how many, CDI_DECISIONS_MAX - 1 at most. */
size_t cdi_decisions_before(const struct cdi_incident *log, struct cdi_undone *before);

/* Packed: only where the disposal does not tell as much itself; after it. */
bool cdi_decisions_told(const struct cdi_incident *incident);
void cdi_put_decisions(struct cdi_writer *w, const struct cdi_incident *incident);
void cdi_get_decisions(struct cdi_reader *r, struct cdi_incident *incident, bool written);

#endif
