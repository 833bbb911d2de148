/* What comes too late, and what of it is new all the same. */
#include "core/late.h"

#include "core/retention.h"

static struct cdi_instant earlier_by(struct cdi_instant at, struct cdi_span span)
{
    return cdi_instant_after(at, (struct cdi_span){ -span.ms });
}

/* What counts as settled by a message that came then.  False: nothing of the log was ever dropped, for all that is known. */
static bool settled_by(const struct cdi_engine *engine, const struct cdi_incident *message, struct cdi_instant known_at,
                       struct cdi_settled *settled)
{
    const struct cdi_span *kept_for = engine->tables->kept_for;
    struct cdi_trace trace = cdi_trace_of_log(message->force, message->reference);
    bool traced = cdi_traces_find(&engine->traces, &trace);
    *settled = CDI_SETTLED_NOTHING;
    if (!traced && !cdi_received_too_long_ago(engine->tables, message->received_at, known_at))
        return false;
    settled->until = earlier_by(known_at, kept_for[CDI_KEPT_CRIME]);
    settled->told = CDI_SETTLED_RAPE_UNCONFIRMED;       /* for all that is known, an N100 explained it */
    if (traced) {
        struct cdi_instant dropped = { (int64_t)trace.dropped * 1000 };
        settled->until = cdi_instant_later(settled->until, earlier_by(dropped, kept_for[CDI_KEPT_LOG]));
        settled->told = trace.told;
    }
    return true;
}

/* A system tells nothing: "archived", written into every old log in one night, would bring all of them back. */
static bool tells_since(const struct cdi_incident *message, struct cdi_instant until)
{
    for (size_t i = 0; i < message->entry_count; i++)
        if (cdi_instant_before(until, message->entries[i].at) && message->entries[i].role != CDI_ENTRY_ROLE_SYSTEM)
            return true;
    return false;
}

bool cdi_engine_log_late(const struct cdi_engine *engine, const struct cdi_incident *message, struct cdi_instant known_at,
                         struct cdi_settled *settled)
{
    *settled = CDI_SETTLED_NOTHING;
    return !engine->keep_all && settled_by(engine, message, known_at, settled) && !tells_since(message, settled->until);
}

void cdi_settle_from(struct cdi_incident *log, struct cdi_settled settled)
{
    log->settled.until = cdi_instant_earlier(log->settled.until, settled.until);
    log->settled.told |= settled.told;
    log->received_at = cdi_instant_earlier(log->received_at, log->settled.until);
}

bool cdi_engine_settle_log(const struct cdi_engine *engine, const struct cdi_incident *message, struct cdi_instant known_at,
                           struct cdi_incident *log)
{
    struct cdi_settled settled;
    struct cdi_instant until = log->settled.until, received_at = log->received_at;
    if (!cdi_instant_said(until) || !settled_by(engine, log, known_at, &settled) || !tells_since(message, settled.until))
        return false;
    cdi_settle_from(log, settled);
    return log->settled.until.ms != until.ms || log->received_at.ms != received_at.ms;
}

bool cdi_engine_alert_late(const struct cdi_engine *engine, struct cdi_alert_id alert, struct cdi_instant done_at)
{
    struct cdi_trace trace = cdi_trace_of_alert(alert);
    return cdi_traces_find(&engine->traces, &trace) && done_at.ms <= (int64_t)trace.dropped * 1000;
}
