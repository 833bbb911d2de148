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

/* Can the rule ask for such a log, as an earlier one, or as one with a history?  Whether they were partners an earlier log may tell. */
static bool rule_asks_for(const struct cdi_history_rule *rule, uint8_t kins, uint8_t kinds)
{
    static const uint8_t told_as[CDI_GROUND_COUNT] = {
        [CDI_GROUND_TARGETED] = 1u << CDI_PAST_KIND_CONDUCT, [CDI_GROUND_PERSONAL] = 1u << CDI_PAST_KIND_PERSONAL,
        [CDI_GROUND_DOMESTIC] = 1u << CDI_PAST_KIND_DOMESTIC, [CDI_GROUND_ASB_PERSONAL] = 1u << CDI_PAST_KIND_ASB_PERSONAL,
    };
    bool told = true;
    for (int ground = 0; ground < CDI_GROUND_COUNT; ground++)
        told = told && ((rule->grounds >> ground & 1) == 0 || ground == CDI_GROUND_PARTNERS || (kinds & told_as[ground]) != 0);
    return (rule->kins & kins) != 0 && (told || (rule->kinds & kinds) != 0);
}

/* Of a log that no rule can ask for nothing is kept. */
static uint8_t kinds_that_matter(const struct cdi_engine *engine, const struct cdi_incident *facts)
{
    const struct cdi_evidence *evidence = &engine->tables->evidence;
    uint8_t kins = cdi_history_kins(facts), wanted = 0;
    struct cdi_incident judged;
    for (int kin = 0; kin < CDI_PAST_KIN_COUNT; kin++)
        wanted |= (kins >> kin & 1) != 0 ? evidence->history_kinds[kin] : 0;
    if (wanted == 0)
        return 0;
    cdi_engine_as_opened(engine->tables, facts, &judged);
    uint8_t kinds = cdi_own_kinds(engine->tables, &judged, wanted);
    for (size_t i = 0; i < evidence->history_count; i++)
        if (rule_asks_for(&evidence->history[i], kins, kinds))
            return kinds;
    return 0;
}

bool cdi_engine_remember(struct cdi_engine *engine, uint32_t handle, const struct cdi_incident *facts, struct cdi_error *err)
{
    bool dated = facts->received_at.ms != facts->settled.until.ms;      /* else nobody has said when it was received */
    uint8_t kinds = dated ? kinds_that_matter(engine, facts) : 0;
    if (!cdi_history_differs(engine->history, handle, facts, kinds))
        return true;
    return mark_later(engine, handle, err) && cdi_history_put(engine->history, handle, facts, kinds, err) &&
           mark_later(engine, handle, err);
}
