/* Floor: core.  What a record once said of itself: of a crime each time that its class, code, status or type of cancellation was said, of a
 * log when each opening code and reason was first said.  A function of the set of messages, as registers are, but nothing is lost by a
 * later word: a crime that was recorded, then cancelled, and then reinstated was no crime in between (DOMAIN.md R8, R10), however often
 * each of it is said again.  Beyond CDI_TURNS_MAX what only repeats goes first. */
#ifndef CDI_CORE_TURNS_H
#define CDI_CORE_TURNS_H

#include "cdiwatch/record.h"
#include "core/pack.h"

/* Takes what the registers of a message say, or the turns of a merged record, into `into`.  True if something changed.  The array is new,
 * in the scratch. */
bool cdi_turns_of_crime(struct cdi_crime *into, const struct cdi_crime *message, struct cdi_scratch *scratch);
bool cdi_turns_of_incident(struct cdi_incident *into, const struct cdi_incident *message, struct cdi_scratch *scratch);

/* When this was first said; NONE: never. */
struct cdi_instant cdi_turn_first(const struct cdi_turn *turns, size_t count, enum cdi_turn_kind kind, struct cdi_text word);
/* Does it say what was said before it of the same kind? */
bool cdi_turn_repeats(const struct cdi_turn *turns, size_t i);
/* The last value that was said before `at`; NULL: none. */
const struct cdi_turn *cdi_turn_before(const struct cdi_turn *turns, size_t count, enum cdi_turn_kind kind, struct cdi_instant at);
/* When the reason of a log was first said, since another was; of a log that is told anew nobody knows, so that it was before: what counts as
 * settled was decided on, and what is told now was not.  For a decision that says no date of its own (R11). */
struct cdi_instant cdi_reason_said_at(const struct cdi_incident *log);
/* The same but for what only repeats: a source that sends its rows whole says nothing new of a crime. */
bool cdi_turns_tell_same(const struct cdi_turn *a, size_t a_count, const struct cdi_turn *b, size_t b_count);
bool cdi_turns_same(const struct cdi_turn *a, size_t a_count, const struct cdi_turn *b, size_t b_count);

/* Packed: only where the registers do not tell as much themselves. */
bool cdi_turns_told_by_crime(const struct cdi_crime *crime);
bool cdi_turns_told_by_incident(const struct cdi_incident *incident);
void cdi_put_turns_of_crime(struct cdi_writer *w, const struct cdi_crime *crime);
void cdi_put_turns_of_incident(struct cdi_writer *w, const struct cdi_incident *incident);
/* After the registers; `written`: by the two above, else the registers tell.  That of the reason again once that has been read. */
void cdi_get_turns_of_crime(struct cdi_reader *r, struct cdi_crime *crime, bool written);
void cdi_get_turns_of_incident(struct cdi_reader *r, struct cdi_incident *incident, bool written);
void cdi_get_turns_of_reason(struct cdi_reader *r, struct cdi_incident *incident);

#endif
