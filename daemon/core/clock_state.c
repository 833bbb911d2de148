#include "core/clock_state.h"

#include "core/pack.h"

struct cdi_text cdi_clock_key(struct cdi_scratch *scratch)
{
    return cdi_state_key(CDI_CLOCK_FORCE, CDI_CASE_CLOCK, CDI_CLOCK_REFERENCE, scratch);
}

struct cdi_text cdi_pack_clock(const struct cdi_clock_state *from, struct cdi_scratch *scratch)
{
    struct cdi_writer w = cdi_writer_start(scratch, CDI_CASE_CLOCK, CDI_CLOCK_FORCE, CDI_CLOCK_REFERENCE);
    cdi_put_instant(&w, from->judge_time);
    cdi_put_instant(&w, from->silence_at);
    return cdi_writer_done(&w);
}

bool cdi_unpack_clock(struct cdi_text packed, struct cdi_clock_state *into, struct cdi_error *err)
{
    struct cdi_reader r;
    struct cdi_text force, reference;
    *into = (struct cdi_clock_state){ CDI_INSTANT_NONE, CDI_INSTANT_NONE };
    if (!cdi_reader_start(&r, packed, CDI_CASE_CLOCK, NULL, &force, &reference))
        return cdi_reader_done(&r, err);
    into->judge_time = cdi_get_instant(&r);
    into->silence_at = cdi_get_instant(&r);
    r.failed = r.failed || !cdi_text_same(force, CDI_CLOCK_FORCE) || !cdi_text_same(reference, CDI_CLOCK_REFERENCE);
    return cdi_reader_done(&r, err);
}

struct cdi_text cdi_pack_feed(const struct cdi_feed_state *from, struct cdi_scratch *scratch)
{
    struct cdi_writer w = cdi_writer_start(scratch, CDI_CASE_FEED, from->force, from->source);
    cdi_put_number(&w, from->stale);
    cdi_put_number(&w, from->version);
    cdi_put_instant(&w, from->heard_at);
    cdi_put_instant(&w, from->expected_from);
    cdi_put_instant(&w, from->stale_since);
    return cdi_writer_done(&w);
}

bool cdi_unpack_feed(struct cdi_text packed, struct cdi_feed_state *into, struct cdi_error *err)
{
    struct cdi_reader r;
    *into = (struct cdi_feed_state){ .stale = false };
    if (!cdi_reader_start(&r, packed, CDI_CASE_FEED, NULL, &into->force, &into->source))
        return cdi_reader_done(&r, err);
    into->stale = cdi_get_count(&r, 1) != 0;
    into->version = (uint32_t)cdi_get_count(&r, UINT32_MAX);
    into->heard_at = cdi_get_instant(&r);
    into->expected_from = cdi_get_instant(&r);
    into->stale_since = cdi_get_instant(&r);
    return cdi_reader_done(&r, err);
}
