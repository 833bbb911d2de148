#include "core/traces.h"

#include <stdlib.h>
#include <string.h>

#include "core/clock_state.h"
#include "core/pack.h"
#include "core/postings.h"

enum { DIGITS = 2 * CDI_ALERT_FRONT };

struct cdi_trace cdi_trace_of_alert(struct cdi_alert_id alert)
{
    struct cdi_trace trace = { .dropped = 0 };
    memcpy(trace.front, alert.bytes, sizeof trace.front);
    return trace;
}

struct cdi_trace cdi_trace_of_log(struct cdi_text force, struct cdi_text reference)
{
    return cdi_trace_of_alert(cdi_alert_id(force, reference, 0));
}

struct cdi_trace cdi_trace_of_crime(struct cdi_text force, struct cdi_text reference)
{
    struct cdi_trace trace = { .dropped = 0 };
    uint64_t hashes[2];
    hashes[0] = cdi_text_hash(reference, cdi_text_hash(force, CDI_CASE_CRIME));
    hashes[1] = cdi_text_hash(reference, hashes[0]);
    memcpy(trace.front, hashes, sizeof trace.front);
    return trace;
}

void cdi_traces_free(struct cdi_traces *traces)
{
    free(traces->slots);
    free(traces->changed);
    *traces = (struct cdi_traces){ .slots = NULL };
}

size_t cdi_traces_bytes(const struct cdi_traces *traces)
{
    return (traces->capacity + traces->changed_room) * sizeof *traces->slots;
}

/* ---- the table: linear probing, as core/postings ---- */

static size_t home_of(const struct cdi_traces *traces, const struct cdi_trace *trace)
{
    uint32_t hash;
    memcpy(&hash, trace->front, sizeof hash);
    return cdi_share(hash, traces->capacity);
}

/* Where it is, or belongs. */
static size_t slot_of(const struct cdi_traces *traces, const struct cdi_trace *trace)
{
    size_t at = home_of(traces, trace);
    while (traces->slots[at].dropped != 0 && memcmp(traces->slots[at].front, trace->front, sizeof trace->front) != 0)
        at = cdi_table_next(at, traces->capacity);
    return at;
}

bool cdi_traces_hold(const struct cdi_traces *traces, const struct cdi_trace *trace)
{
    return traces->count != 0 && traces->slots[slot_of(traces, trace)].dropped != 0;
}

bool cdi_traces_find(const struct cdi_traces *traces, struct cdi_trace *trace)
{
    if (!cdi_traces_hold(traces, trace))
        return false;
    *trace = traces->slots[slot_of(traces, trace)];
    return true;
}

static bool resize(struct cdi_traces *traces, size_t capacity, struct cdi_error *err)
{
    const struct cdi_traces old = *traces;
    struct cdi_trace *slots = calloc(capacity, sizeof *slots);
    if (slots == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for what is left of cases that were dropped");
    traces->slots = slots;
    traces->capacity = capacity;
    for (size_t i = 0; i < old.capacity; i++)
        if (old.slots[i].dropped != 0)
            slots[slot_of(traces, &old.slots[i])] = old.slots[i];
    free(old.slots);
    return true;
}

static void clear(struct cdi_traces *traces, size_t gap)
{
    size_t capacity = traces->capacity;
    for (size_t at = cdi_table_next(gap, capacity); traces->slots[at].dropped != 0; at = cdi_table_next(at, capacity))
        if (cdi_table_distance(home_of(traces, &traces->slots[at]), at, capacity) >= cdi_table_distance(gap, at, capacity)) {
            traces->slots[gap] = traces->slots[at];
            gap = at;
        }
    traces->slots[gap].dropped = 0;
    traces->count--;
}

/* ---- what is to be written ---- */

static bool note(struct cdi_traces *traces, const struct cdi_trace *trace, struct cdi_error *err)
{
    if (traces->changed_count == traces->changed_room) {
        size_t room = traces->changed_room * 2 + 64;
        struct cdi_trace *changed = realloc(traces->changed, room * sizeof *changed);
        if (changed == NULL)
            return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for what is left of cases that were dropped");
        traces->changed = changed;
        traces->changed_room = room;
    }
    traces->changed[traces->changed_count++] = *trace;
    return true;
}

bool cdi_traces_next_changed(struct cdi_traces *traces, struct cdi_trace *trace)
{
    if (traces->changed_first < traces->changed_count) {
        *trace = traces->changed[traces->changed_first++];
        return true;
    }
    free(traces->changed);                      /* many at once are rare */
    traces->changed = NULL;
    traces->changed_first = traces->changed_count = traces->changed_room = 0;
    return false;
}

size_t cdi_traces_changed(const struct cdi_traces *traces) { return traces->changed_count - traces->changed_first; }

bool cdi_traces_restore(struct cdi_traces *traces, const struct cdi_trace *trace, struct cdi_error *err)
{
    CDI_ASSERT(trace->dropped != 0);
    if (cdi_table_full(traces->count, traces->capacity) && !resize(traces, cdi_table_larger(traces->capacity), err))
        return false;
    struct cdi_trace *slot = &traces->slots[slot_of(traces, trace)];
    traces->count += slot->dropped == 0;
    *slot = *trace;
    return true;
}

bool cdi_traces_add(struct cdi_traces *traces, struct cdi_trace trace, struct cdi_instant dropped_at, struct cdi_error *err)
{
    int64_t s = (dropped_at.ms + 999) / 1000;
    trace.dropped = s < 1 ? 1 : s > UINT32_MAX ? UINT32_MAX : (uint32_t)s;
    return cdi_traces_restore(traces, &trace, err) && note(traces, &trace, err);
}

void cdi_traces_withdraw(struct cdi_traces *traces, const struct cdi_trace *trace)
{
    if (cdi_traces_hold(traces, trace))
        clear(traces, slot_of(traces, trace));
}

bool cdi_traces_remove(struct cdi_traces *traces, const struct cdi_trace *trace, struct cdi_error *err)
{
    struct cdi_trace gone = *trace;
    if (!cdi_traces_hold(traces, trace))
        return true;
    gone.dropped = 0;
    clear(traces, slot_of(traces, trace));
    return note(traces, &gone, err);
}

bool cdi_traces_expire(struct cdi_traces *traces, struct cdi_instant until, struct cdi_error *err)
{
    struct cdi_traces expired = { .slots = NULL };
    bool good = true;
    for (size_t i = 0; good && i < traces->capacity; i++)
        if (traces->slots[i].dropped != 0 && (int64_t)traces->slots[i].dropped * 1000 <= until.ms)
            good = note(&expired, &traces->slots[i], err);
    for (size_t i = 0; good && i < expired.changed_count; i++)
        good = cdi_traces_remove(traces, &expired.changed[i], err);
    cdi_traces_free(&expired);
    size_t least = cdi_table_fits(traces->count);
    return good && (traces->capacity <= 2 * least || resize(traces, least, err));
}

/* ---- state records ---- */

static struct cdi_text reference_of(const struct cdi_trace *trace, char out[DIGITS])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof trace->front; i++) {
        out[2 * i] = digits[trace->front[i] >> 4];
        out[2 * i + 1] = digits[trace->front[i] & 15];
    }
    return (struct cdi_text){ out, DIGITS };
}

struct cdi_text cdi_trace_key(const struct cdi_trace *trace, struct cdi_scratch *scratch)
{
    char reference[DIGITS];
    return cdi_state_key(CDI_CLOCK_FORCE, CDI_CASE_TRACE, reference_of(trace, reference), scratch);
}

struct cdi_text cdi_pack_trace(const struct cdi_trace *trace, struct cdi_scratch *scratch)
{
    char reference[DIGITS];
    struct cdi_writer w = cdi_writer_start(scratch, CDI_CASE_TRACE, CDI_CLOCK_FORCE, reference_of(trace, reference));
    cdi_put_fixed(&w, trace->dropped, sizeof trace->dropped);
    if (trace->told != 0)
        cdi_put_fixed(&w, trace->told, sizeof trace->told);
    return cdi_writer_done(&w);
}

bool cdi_trace_read_reference(struct cdi_text reference, struct cdi_trace *trace, struct cdi_error *err)
{
    *trace = (struct cdi_trace){ .dropped = 0 };
    bool good = reference.size == DIGITS;
    for (size_t i = 0; good && i < DIGITS; i++) {
        char c = reference.at[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        good = digit >= 0;
        trace->front[i / 2] = (uint8_t)(trace->front[i / 2] << 4 | (digit & 15));
    }
    return good || cdi_fail(err, CDI_ERROR_CORRUPT, "the key of a trace is not %d hexadecimal digits; rebuild the changelog from the inputs",
                            DIGITS);
}

bool cdi_unpack_trace(struct cdi_text packed, struct cdi_trace *trace, struct cdi_error *err)
{
    struct cdi_reader r;
    struct cdi_text force, reference;
    if (!cdi_reader_start(&r, packed, CDI_CASE_TRACE, NULL, &force, &reference))
        return cdi_reader_done(&r, err);
    if (!cdi_trace_read_reference(reference, trace, err))
        return false;
    trace->dropped = (uint32_t)cdi_get_fixed(&r, sizeof trace->dropped);
    bool told = r.at != r.end;
    if (told)
        trace->told = (uint32_t)cdi_get_fixed(&r, sizeof trace->told);
    r.failed = r.failed || trace->dropped == 0 || (told && trace->told == 0) || !cdi_text_same(force, CDI_CLOCK_FORCE);
    return cdi_reader_done(&r, err);
}
