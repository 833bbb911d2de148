/* An engine from the state records that an earlier one gave out. */
#include <string.h>

#include "core/retire.h"

/* An empty value: it is gone, and so is what an earlier record said. */
static void forget(struct cdi_engine *engine, enum cdi_case_kind kind, struct cdi_text force, struct cdi_text reference)
{
    uint32_t handle = cdi_caseload_find(engine->load, kind, force, reference);
    if (handle != CDI_HANDLE_NONE)
        cdi_engine_forget(engine, kind, handle);
}

static bool restore_trace(struct cdi_engine *engine, struct cdi_text reference, struct cdi_text value, struct cdi_error *err)
{
    struct cdi_trace trace, inside;
    if (!cdi_trace_read_reference(reference, &trace, err))
        return false;
    if (value.size == 0) {
        cdi_traces_withdraw(&engine->traces, &trace);
        return true;
    }
    if (!cdi_unpack_trace(value, &inside, err))
        return false;
    if (memcmp(inside.front, trace.front, sizeof trace.front) != 0)
        return cdi_fail(err, CDI_ERROR_CORRUPT, "a state record is not about its key; rebuild the changelog from the inputs");
    cdi_engine_look_tomorrow(engine);
    return cdi_traces_restore(&engine->traces, &inside, err);
}

/* A history record that stands alone. */
static bool restore_history(struct cdi_engine *engine, struct cdi_text force, struct cdi_text reference, struct cdi_text value,
                            struct cdi_error *err)
{
    cdi_engine_look_tomorrow(engine);
    if (value.size != 0)
        return cdi_history_unpack(engine->history, value, err);
    uint32_t number = cdi_history_find(engine->history, force, reference);
    if (number != CDI_HANDLE_NONE)
        cdi_history_forget(engine->history, number);
    return true;
}

static bool restore_case(struct cdi_engine *engine, enum cdi_case_kind kind, struct cdi_text packed, struct cdi_text counted,
                         struct cdi_error *err)
{
    uint32_t handle;
    if (!cdi_caseload_restore(engine->load, kind, packed, &handle, err))
        return false;
    if (kind != CDI_CASE_INCIDENT) {
        cdi_engine_look_tomorrow(engine);
        return kind != CDI_CASE_CRIME || cdi_engine_count_later(engine, handle, err);
    }
    struct cdi_incident_case incident;
    cdi_caseload_incident(engine->load, handle, &incident, &engine->work);
    return cdi_engine_remember(engine, handle, &incident.facts, err) && cdi_engine_count_restored(engine, handle, counted, err) &&
           cdi_engine_mark(engine, handle, CDI_REACH_SELF, err);
}

bool cdi_engine_restore(struct cdi_engine *engine, struct cdi_text key, struct cdi_text value, struct cdi_error *err)
{
    enum cdi_case_kind kind;
    struct cdi_text force, reference, inner_force, inner_reference, packed = value, counted = CDI_TEXT_NONE;
    cdi_engine_begin(engine);
    if (!cdi_state_read_key(key, &force, &kind, &reference, err))
        return false;
    if (kind == CDI_CASE_TRACE)
        return restore_trace(engine, reference, value, err);
    if (kind == CDI_CASE_TALLY)
        return cdi_tallies_restore(engine->tallies, force, reference, value, err);
    if (kind >= CDI_CASE_KIND_COUNT && kind != CDI_CASE_HISTORY)
        return cdi_fail(err, CDI_ERROR_CORRUPT, "a state record of kind %s is the judge clock's, and no case of the engine's",
                        cdi_case_kind_word(kind));
    if (value.size == 0 && kind != CDI_CASE_HISTORY) {
        forget(engine, kind, force, reference);
        return true;
    }
    if (kind == CDI_CASE_INCIDENT && !cdi_engine_record_split(value, &packed, &counted, err))
        return false;
    if (value.size != 0 && (!cdi_unpack_key(packed, &inner_force, &inner_reference) || !cdi_text_same(force, inner_force) ||
                            !cdi_text_same(reference, inner_reference)))
        return cdi_fail(err, CDI_ERROR_CORRUPT, "a state record is not about its key; rebuild the changelog from the inputs");
    return kind == CDI_CASE_HISTORY ? restore_history(engine, force, reference, value, err) :
           restore_case(engine, kind, packed, counted, err);
}
