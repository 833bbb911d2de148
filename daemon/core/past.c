/* The part of the engine that remembers what logs say for later ones (core/history.h).  It follows each fact at once, before anything
 * is judged: so no judgement ever sees the history as it was, whatever came first. */
#include "core/engine_inside.h"

struct cdi_span cdi_engine_history_span(const struct cdi_engine *engine)
{
    return CDI_DAYS(engine->tables->evidence.history_days);
}

/* What its record says enters their evidence. */
static bool mark_later(struct cdi_engine *engine, uint32_t handle, struct cdi_error *err)
{
    size_t count;
    const uint32_t *handles = cdi_history_later(engine->history, handle, cdi_engine_history_span(engine), &engine->work, &count);
    for (size_t i = 0; i < count; i++)
        if (!cdi_engine_mark(engine, handles[i], CDI_REACH_NEIGHBOURS, err))
            return false;
    return true;
}

/* Of a log that no rule can ask for, as an earlier one or as one with a history, nothing is kept. */
static uint8_t kinds_that_matter(const struct cdi_engine *engine, const struct cdi_incident *facts)
{
    uint8_t kins = cdi_history_kins(facts), wanted = 0;
    struct cdi_incident judged;
    for (int kin = 0; kin < CDI_PAST_KIN_COUNT; kin++)
        wanted |= (kins >> kin & 1) != 0 ? engine->tables->evidence.history_kinds[kin] : 0;
    if (wanted == 0)
        return 0;
    cdi_engine_as_opened(facts, &judged);
    uint8_t kinds = cdi_own_kinds(engine->tables, &judged, wanted);
    return (kinds & wanted) != 0 ? kinds : 0;
}

bool cdi_engine_remember(struct cdi_engine *engine, uint32_t handle, const struct cdi_incident *facts, struct cdi_error *err)
{
    uint8_t kinds = kinds_that_matter(engine, facts);
    if (!cdi_history_differs(engine->history, handle, facts, kinds))
        return true;
    return mark_later(engine, handle, err) && cdi_history_put(engine->history, handle, facts, kinds, err) &&
           mark_later(engine, handle, err);
}
