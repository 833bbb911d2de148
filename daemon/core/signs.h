/* Floor: core.  What of a log the watches go by (watches.csv): one bit a sign, and where it is seen. */
#ifndef CDI_CORE_SIGNS_H
#define CDI_CORE_SIGNS_H

#include "core/reports.h"

struct cdi_signs {
    bool none;                                  /* no clock without a receipt; a test is no log: nothing is watched */
    uint32_t held;                              /* 1u << enum cdi_sign */
    struct cdi_cause causes[CDI_SIGN_COUNT];    /* of those that are held: from when, and by what */
    struct cdi_instant received_at, appointment_at;
    struct cdi_instant settled_until;           /* cdi_settled.until: what began by then is not watched again */
    bool partial;                               /* of such a log only what is new was sent: what it lacks may have been said before */
    struct cdi_instant lost_at;                 /* when a crime that was recorded for it last stopped counting; NONE: never */
    uint32_t terms;                             /* 1u << place of a watch: a term of it was said; */
    struct cdi_cause term_causes[CDI_WATCHES_MAX];      /* the first of them */
    const struct cdi_offence *suggested;        /* where nothing is likely: what is likeliest; NULL: nothing is named */
    int32_t log_odds;                           /* how likely, millibits */
};

/* What the log itself says; the engine adds what is known besides (cdi_sign_note). */
void cdi_signs_read(const struct cdi_cut *cut, struct cdi_signs *signs);

/* Of a sign that is seen twice the earlier counts, of two alike the one that was noted first. */
void cdi_sign_note(struct cdi_signs *signs, enum cdi_sign sign, const struct cdi_cause *cause);

static inline bool cdi_sign_held(uint32_t signs, enum cdi_sign sign)
{
    return (signs >> sign & 1) != 0;
}

#endif
