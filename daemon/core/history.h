/* Floor: core.  What earlier logs of a force say for later ones (DOMAIN.md rule 6; DESIGN.md step 1): the history records of a
 * shard.  A record is made of a log's own evidence only: of what its words, codes and persons say, never of its history, its links
 * or the time, so that nothing recurs and what results is a function of the set of facts.  It is made of logs that can matter
 * (`kinds` is not 0) and that name a victim, a suspect or a place; while the case is held it follows the case, afterwards (keep) it
 * stands alone, until its windows have passed.
 *
 * Where its bytes go, of a log with one victim, one suspect and a place:
 *    4  received_at, in seconds
 *    8  the victim: 32 bits of the keyed name (or of telephone and birth, where there is no name), 32 of the system id
 *    8  the suspect, the same
 *    4  the place: the uprn, else the text; where it is domestic or somebody is targeted
 *    2  eight bits of the birth of each, which only tell people of one name apart
 *    2  kinds; the force
 *   12  whose it is: the handle of a held case; the reference of a kept one in half bytes (up to 24; a longer one is elsewhere)
 *   21  the index: about 5 bytes for each of what it is found by: two names, a place, and the reference of a kept one
 *   --
 *   61  and about 5 for each person of whom the system id is told besides the name.  Of further victims and suspects each pair has
 *       40 bytes more and its keys.  A held case has 4 bytes for the way from it to its record. */
#ifndef CDI_CORE_HISTORY_H
#define CDI_CORE_HISTORY_H

#include "core/caseload.h"
#include "core/judgement.h"

struct cdi_history;

enum {
    CDI_HISTORY_PERSONS_MAX = 8,                /* victims, and suspects, of one log; the first in the order of the log */
    CDI_HISTORY_CROWD = 512                     /* a name or place of more logs than that within a window says nothing */
};

/* The references of held cases are read from the caseload, which is borrowed.  NULL: no memory. */
struct cdi_history *cdi_history_create(const struct cdi_caseload *load, struct cdi_error *err);
void cdi_history_destroy(struct cdi_history *history);

/* Of which kins (1u << enum cdi_past_kin) other logs can be with this one, by the persons and places that it names. */
uint8_t cdi_history_kins(const struct cdi_incident *incident);
/* The record of a held case, in place of the one that it had; `kinds` (1u << enum cdi_past_kind) 0, no receipt, or nothing to be
 * found by: none.  Where it differs from the one before, the logs after it are to be judged again: later(), before and after. */
bool cdi_history_differs(const struct cdi_history *history, uint32_t handle, const struct cdi_incident *incident, uint8_t kinds);
bool cdi_history_put(struct cdi_history *history, uint32_t handle, const struct cdi_incident *incident, uint8_t kinds,
                     struct cdi_error *err);
void cdi_history_drop(struct cdi_history *history, uint32_t handle);

/* What logs received before this one, within the span, say of it.  Of a log without a record nothing.  References in the scratch. */
void cdi_history_past(const struct cdi_history *history, uint32_t handle, const struct cdi_incident *incident,
                      struct cdi_span within, struct cdi_scratch *scratch, struct cdi_past *past);
/* The held cases received after this one, within the span, of which its record says something; in the scratch, in order of (time,
 * force, reference): they are judged again, and published, in the same order whatever was remembered first. */
const uint32_t *cdi_history_later(const struct cdi_history *history, uint32_t handle, struct cdi_span within,
                                  struct cdi_scratch *scratch, size_t *count);

/* ---- Records that stand alone: for who drops full cases ---- */

/* The case is about to be dropped; its record stays, under a number of its own.  HANDLE_NONE in *number: it has none.  False: no
 * memory, and it follows the case as before. */
bool cdi_history_keep(struct cdi_history *history, uint32_t handle, uint32_t *number, struct cdi_error *err);
/* Numbers of kept records lie below this bound; kept() tells which they are. */
uint32_t cdi_history_bound(const struct cdi_history *history);
bool cdi_history_kept(const struct cdi_history *history, uint32_t number);
struct cdi_instant cdi_history_received_at(const struct cdi_history *history, uint32_t number);
void cdi_history_key(const struct cdi_history *history, uint32_t number, struct cdi_text *force, struct cdi_text *reference,
                     struct cdi_scratch *scratch);
/* HANDLE_NONE: no record is kept of it. */
uint32_t cdi_history_find(const struct cdi_history *history, struct cdi_text force, struct cdi_text reference);
/* Is a case held, received after it within the span, of which it says something? */
bool cdi_history_wanted(const struct cdi_history *history, uint32_t number, struct cdi_span within, struct cdi_scratch *scratch);
void cdi_history_forget(struct cdi_history *history, uint32_t number);

/* A kept record as a state record of kind CDI_CASE_HISTORY, in the scratch; and back, in place of one that is kept under the same
 * reference.  False: CORRUPT, or no memory. */
struct cdi_text cdi_history_pack(const struct cdi_history *history, uint32_t number, struct cdi_scratch *scratch);
bool cdi_history_unpack(struct cdi_history *history, struct cdi_text packed, struct cdi_error *err);

struct cdi_history_account {
    size_t logs, records, record_bytes, index_bytes, reference_bytes, held_bytes;   /* held: the way from cases to records */
    uint64_t crowded;                           /* keys not posted, being everywhere; logs for which no number was left, or of too many forces */
};
struct cdi_history_account cdi_history_account(const struct cdi_history *history);

#endif
