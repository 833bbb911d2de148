/* Floor: core.  Forces whose absences are sure only up to an instant (cdiwatch/engine.h: cdi_engine_hold), and the reports that
 * wait for that instant to move on.  A force stands here while it is held, and until the next settle after it was lifted:
 * where nothing is held, `count` is zero and nothing here costs anything. */
#ifndef CDI_CORE_HOLDS_H
#define CDI_CORE_HOLDS_H

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "cdiwatch/record.h"

/* A report that is judged again when absences are sure up to `at`. */
struct cdi_waiting_report { struct cdi_instant at; uint32_t handle; enum cdi_risk risk; };

struct cdi_hold {
    char force[CDI_FORCE_MAX];
    uint32_t force_size;
    bool held;                                  /* false: lifted, and not settled since */
    struct cdi_instant sure;
    struct cdi_waiting_report *heap;            /* the earliest first */
    uint32_t waiting, room;
};

/* All zero holds nothing. */
struct cdi_holds {
    struct cdi_hold *items;
    uint32_t count, room;
    uint32_t lifted;                            /* of them not held any more */
    uint32_t *places;                           /* of each handle: 1 + its place in its force's heap; 0: it does not wait */
    uint32_t place_room;
};

void cdi_holds_free(struct cdi_holds *holds);
size_t cdi_holds_bytes(const struct cdi_holds *holds);

/* NONE lifts.  `sure_until` counts as no earlier than what it was, or for a force that was not held than `judged`. */
bool cdi_holds_set(struct cdi_holds *holds, struct cdi_text force, struct cdi_instant sure_until, struct cdi_instant judged,
                   struct cdi_error *err);
/* `now`, or less where the force is held. */
struct cdi_instant cdi_holds_sure(const struct cdi_holds *holds, struct cdi_text force, struct cdi_instant now);
/* Everything was judged at the judge time: forces that are not held any more go. */
void cdi_holds_settled(struct cdi_holds *holds);

/* The report of a force that is held waits for `at`; NONE: for nothing any more. */
bool cdi_holds_wait(struct cdi_holds *holds, struct cdi_text force, const struct cdi_waiting_report *report,
                    struct cdi_error *err);
/* The first of a force that waits for nothing any more, because the hold moved on or was lifted; NULL: none.  Borrowed until
 * it is taken from the waiting by cdi_holds_wait() with NONE. */
const struct cdi_waiting_report *cdi_holds_freed(const struct cdi_holds *holds, struct cdi_text force);

#endif
