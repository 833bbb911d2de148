/* Floor: core.  Deadlines: a hierarchical timing wheel with ticks of one second.  What is due comes out in exact order of
 * (due_at, risk, tie), in slices as large as the caller wants.  One deadline a handle. */
#ifndef CDI_CORE_SCHEDULE_H
#define CDI_CORE_SCHEDULE_H

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "cdiwatch/vocabulary.h"

struct cdi_schedule;

/* `tie` orders two handles that are due at the same instant with the same risk (by alert id: negative, zero, positive);
 * NULL: by handle.  `front` gives the front of what `tie` compares, so that it is seldom asked: a lesser front comes first;
 * NULL: always ask. */
struct cdi_schedule *cdi_schedule_create(uint32_t (*front)(const void *context, uint32_t handle),
                                         int (*tie)(const void *context, uint32_t a, uint32_t b), const void *context);
void cdi_schedule_destroy(struct cdi_schedule *schedule);

/* Sets or moves the deadline of a handle; an instant of NONE removes it.  Any instant may be given, also a past one: it is
 * due at once.  False on failure (memory). */
bool cdi_schedule_set(struct cdi_schedule *schedule, uint32_t handle, struct cdi_instant due_at, enum cdi_risk risk,
                      struct cdi_error *err);
void cdi_schedule_remove(struct cdi_schedule *schedule, uint32_t handle);       /* no-op where there is none */
struct cdi_instant cdi_schedule_of(const struct cdi_schedule *schedule, uint32_t handle);   /* NONE: none */

/* Takes out up to `room` handles due at or before `now`, most urgent first; `now` never goes back (an earlier one counts as
 * the latest given).  A full result says that more may wait. */
size_t cdi_schedule_pop(struct cdi_schedule *schedule, struct cdi_instant now, uint32_t *handles, size_t room);
/* The earliest deadline set, exactly; NONE: there is none. */
struct cdi_instant cdi_schedule_next(struct cdi_schedule *schedule);
/* No handle from `bound` on is in use: gives memory back where that is worth it. */
void cdi_schedule_tidy(struct cdi_schedule *schedule, uint32_t bound);
size_t cdi_schedule_count(const struct cdi_schedule *schedule);
size_t cdi_schedule_bytes(const struct cdi_schedule *schedule);                 /* memory held, for the account */

#endif
