/* Floor: core.  Inside the engine: dropping what nobody waits for any more.  What may go, when, and why not before is
 * core/retention.h's. */
#ifndef CDI_CORE_RETIRE_H
#define CDI_CORE_RETIRE_H

#include "core/engine_inside.h"

/* When the log may go if it hangs together with no other; NONE while one of its reports is not settled. */
struct cdi_instant cdi_engine_kept_until(struct cdi_engine *engine, const struct cdi_verdict *verdict);
/* Its time has come: drops it with all that go when it goes.  *gone false: one of these may not yet. */
bool cdi_engine_retire(struct cdi_engine *engine, uint32_t handle, bool *gone, struct cdi_error *err);
struct cdi_instant cdi_engine_next_midnight(const struct cdi_engine *engine);

/* A crime or waiting actions were stored: they are looked at when the next day begins. */
void cdi_engine_look_tomorrow(struct cdi_engine *engine);
void cdi_engine_sweep_from(struct cdi_engine *engine);  /* what was stored before there was a judge time */
/* A day has begun, and not all are looked at; so many at a time. */
bool cdi_engine_sweep_due(const struct cdi_engine *engine);
void cdi_engine_sweep(struct cdi_engine *engine, uint32_t budget);

/* Takes a case out of everything that knows its handle. */
void cdi_engine_forget(struct cdi_engine *engine, enum cdi_case_kind kind, uint32_t handle);
/* Records of what is gone, behind the first `count` of engine->changes, as far as there is room; gives back how many there are. */
size_t cdi_engine_collect_gone(struct cdi_engine *engine, size_t count);
size_t cdi_engine_gone_waiting(const struct cdi_engine *engine);

/* Of a crime that is not held: does the message come too late?  (Of a log: core/late.h.)  `recoded`: it was of another class when it was dropped. */
bool cdi_engine_crime_late(struct cdi_engine *engine, const struct cdi_crime *message, bool *recoded, struct cdi_error *err);

#endif
