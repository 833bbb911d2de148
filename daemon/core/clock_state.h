/* Floor: core.  What the judge clock must remember over a restart, as state records beside the cases (core/state.h): the judge
 * time of the shard, under the key of cdi_clock_key(); and each source of a force, under cdi_state_key(force, CDI_CASE_FEED,
 * source).  Sealing the value is codec/changelog.h's. */
#ifndef CDI_CORE_CLOCK_STATE_H
#define CDI_CORE_CLOCK_STATE_H

#include "core/state.h"

/* `silence_at`: the judge time at which silence was last judged; what was applied since may have moved the judge time on. */
struct cdi_clock_state { struct cdi_instant judge_time, silence_at; };

struct cdi_feed_state {
    struct cdi_text force, source;
    struct cdi_instant heard_at, expected_from; /* NONE: never */
    bool stale;                                 /* silent beyond its limit, and the world was told */
    struct cdi_instant stale_since;             /* where it fell silent, or last had; NONE: it never had */
    uint32_t version;                           /* of the document last published about it; 0: none yet */
};

/* One clock a shard: "*" is no force's code. */
#define CDI_CLOCK_FORCE CDI_TEXT("*")
#define CDI_CLOCK_REFERENCE CDI_TEXT("judge")
struct cdi_text cdi_clock_key(struct cdi_scratch *scratch);     /* the clock's key: force, kind, reference above */

/* Packs into the scratch; the result is borrowed from it. */
struct cdi_text cdi_pack_clock(const struct cdi_clock_state *from, struct cdi_scratch *scratch);
struct cdi_text cdi_pack_feed(const struct cdi_feed_state *from, struct cdi_scratch *scratch);
/* Texts are borrowed from `packed`.  False: these bytes were not packed by us (CORRUPT). */
bool cdi_unpack_clock(struct cdi_text packed, struct cdi_clock_state *into, struct cdi_error *err);
bool cdi_unpack_feed(struct cdi_text packed, struct cdi_feed_state *into, struct cdi_error *err);

#endif
