/* Floor: core.  Reports that reach a stage in great number at once, as after downtime, are told of by one digest a group beside
 * their documents (DESIGN.md "A flood is judged in slices, most severe first, and grouped"): nobody reads a hundred alerts one
 * by one, and nobody who is called out for each must be called a hundred times.  A group is a force, an area (bcu) and a stage. */
#ifndef CDI_CORE_FLOOD_H
#define CDI_CORE_FLOOD_H

#include "cdiwatch/alert.h"
#include "cdiwatch/record.h"
#include "core/state.h"

enum {
    CDI_FLOOD_AT = 100,                         /* reports of one group judged in one go: from here on they are a flood */
    CDI_FLOOD_GRAVEST = 10,                     /* named in the digest */
    CDI_FLOOD_GROUPS_MAX = 4096                 /* areas beyond them are counted with those that name none */
};

struct cdi_digest_report { struct cdi_alert_id id; enum cdi_risk risk; struct cdi_instant due_at; struct cdi_text incident; };
struct cdi_digest {
    struct cdi_text force, bcu;                 /* bcu NONE: no area named */
    enum cdi_stage stage;
    uint32_t version;                           /* of the digest last published, or to be; 0: none yet */
    uint32_t reports, risks[CDI_RISK_COUNT];    /* that reached the stage, and of which risk */
    struct cdi_instant from, until;             /* judge times between which their documents said so */
    struct cdi_instant first_due_at, last_due_at;
    uint32_t gravest_count;                     /* in order of (risk, due_at, id) */
    struct cdi_digest_report gravest[CDI_FLOOD_GRAVEST];
};

/* All zero has no groups. */
struct cdi_flood_group;
struct cdi_flood { struct cdi_flood_group **groups; size_t count, room; };
void cdi_flood_free(struct cdi_flood *flood);

/* The stage that this version of the document is the first to say; CDI_STAGE_NONE: it is published for something else. */
enum cdi_stage cdi_alert_began(const struct cdi_alert *alert);

/* Counts a document that is about to be published, if it is the first to say its stage.  False: no memory. */
bool cdi_flood_add(struct cdi_flood *flood, const struct cdi_alert *alert);

/* Nothing waits to be judged any more: the groups are told of, one after the other, and begin anew.  *at begins at 0; what it gives is
 * borrowed until the next call.  False: no more. */
bool cdi_flood_end(struct cdi_flood *flood, size_t *at, struct cdi_digest *digest);

/* Groups whose state record (kind CDI_CASE_FLOOD) has to be written since it was last taken, under cdi_flood_key(): so that whoever
 * goes on in the midst of a flood counts on.  A small group that came and went in one go has none.  False: no more. */
bool cdi_flood_next_changed(struct cdi_flood *flood, size_t *at, struct cdi_digest *digest);
struct cdi_text cdi_flood_key(const struct cdi_digest *digest, struct cdi_scratch *scratch);   /* force/flood/STAGE/BCU */
struct cdi_text cdi_pack_flood(const struct cdi_digest *digest, struct cdi_scratch *scratch);
/* Texts are borrowed from `packed`.  False: these bytes were not packed by us (CORRUPT). */
bool cdi_unpack_flood(struct cdi_text packed, struct cdi_digest *into, struct cdi_error *err);
bool cdi_flood_restore(struct cdi_flood *flood, const struct cdi_digest *digest, struct cdi_error *err);

#endif
