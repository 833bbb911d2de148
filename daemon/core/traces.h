/* Floor: core.  What is left of cases that were dropped (core/retention.h): 20 bytes each, so that a message which comes again is
 * known to be late and does not make the case anew, unless it tells what nobody knew then (core/late.h). */
#ifndef CDI_CORE_TRACES_H
#define CDI_CORE_TRACES_H

#include "core/state.h"

/* Whose it is: of a log the bytes that its alerts' ids have in common (cdiwatch/alert.h), so that an action finds it too; of a crime
 * as many of a hash of its own. */
struct cdi_trace {
    uint8_t front[CDI_ALERT_FRONT];
    uint32_t dropped;                           /* seconds since 1970, a part of one counts whole; 0: none */
    uint32_t told;                              /* of a log: cdi_settled.told; of a crime bits of its class, 0: none */
};
_Static_assert(sizeof(struct cdi_trace) == 20, "what is left of a case is 20 bytes");

struct cdi_trace cdi_trace_of_log(struct cdi_text force, struct cdi_text reference);
struct cdi_trace cdi_trace_of_crime(struct cdi_text force, struct cdi_text reference);
struct cdi_trace cdi_trace_of_alert(struct cdi_alert_id alert);

/* All zero holds none. */
struct cdi_traces {
    struct cdi_trace *slots;
    size_t capacity, count;
    struct cdi_trace *changed;                  /* whose records are to be written, in order; one dropped at 0 is gone */
    size_t changed_first, changed_count, changed_room;
};
void cdi_traces_free(struct cdi_traces *traces);
size_t cdi_traces_bytes(const struct cdi_traces *traces);

bool cdi_traces_hold(const struct cdi_traces *traces, const struct cdi_trace *trace);      /* whenever it was dropped */
bool cdi_traces_find(const struct cdi_traces *traces, struct cdi_trace *trace);            /* the same, and the rest of it */
/* Each notes that the record has to be written; nothing is noted of what was restored. */
bool cdi_traces_add(struct cdi_traces *traces, struct cdi_trace trace, struct cdi_instant dropped_at, struct cdi_error *err);
bool cdi_traces_restore(struct cdi_traces *traces, const struct cdi_trace *trace, struct cdi_error *err);
void cdi_traces_withdraw(struct cdi_traces *traces, const struct cdi_trace *trace);    /* the other way: it never was */
bool cdi_traces_remove(struct cdi_traces *traces, const struct cdi_trace *trace, struct cdi_error *err);
/* Those dropped at or before then go. */
bool cdi_traces_expire(struct cdi_traces *traces, struct cdi_instant until, struct cdi_error *err);
bool cdi_traces_next_changed(struct cdi_traces *traces, struct cdi_trace *trace);
size_t cdi_traces_changed(const struct cdi_traces *traces);

/* As a state record: of no force, since its bytes name none; its reference is the front in hexadecimal digits. */
struct cdi_text cdi_trace_key(const struct cdi_trace *trace, struct cdi_scratch *scratch);
struct cdi_text cdi_pack_trace(const struct cdi_trace *trace, struct cdi_scratch *scratch);
/* False: CORRUPT. */
bool cdi_trace_read_reference(struct cdi_text reference, struct cdi_trace *trace, struct cdi_error *err);
bool cdi_unpack_trace(struct cdi_text packed, struct cdi_trace *trace, struct cdi_error *err);

#endif
