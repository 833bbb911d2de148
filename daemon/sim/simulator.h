/* Floor: sim.  Three made-up forces of different size, as their two systems would tell of them in our own schema, and the truth of
 * every report: what was reported, what was recorded when, and so which stages it must reach.  Pure: no clock, no files; all that
 * happens is a function of the seed and the start.
 *
 * National rates (DOMAIN.md): one crime in 20 is never recorded, 22 % of those recorded are late.  What else happens, and how often, is
 * simulator.c's table of rates.  Now and then the victim tells an officer of something else: a further report of the log.  Crimes name
 * their log. */
#ifndef CDI_SIM_SIMULATOR_H
#define CDI_SIM_SIMULATOR_H

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "sim/kinds.h"

/* What becomes of a report. */
#define CDI_SIM_FATE_LIST(X) \
    X(HARMLESS, harmless)             /* nothing was due */ \
    X(IN_TIME, in_time) X(LATE, late) \
    X(NEVER, never)                   /* no crime, or one too few where two are due */ \
    X(CLEARED, cleared)               /* a disposal with all the evidence that it needs */ \
    X(UNPROVEN, unproven)             /* a disposal without it */ \
    X(CANCELLED, cancelled)           /* recorded, then cancelled with all that this needs: it stays answered */ \
    X(WITHDRAWN, withdrawn)           /* recorded, then cancelled as an error before the deadline: open again */
enum cdi_sim_fate {
#define X(upper, word) CDI_SIM_##upper,
    CDI_SIM_FATE_LIST(X)
#undef X
    CDI_SIM_FATE_COUNT
};
const char *cdi_sim_fate_word(enum cdi_sim_fate fate);

enum { CDI_SIM_FORCE_SIZE = 8, CDI_SIM_REFERENCE_SIZE = 24 };

/* The truth of one report. */
struct cdi_sim_report {
    uint32_t log, report;                       /* number of the log; 0: first contact, else the entry that disclosed it */
    char force[CDI_SIM_FORCE_SIZE], incident[CDI_SIM_REFERENCE_SIZE];
    const struct cdi_sim_kind *kind;
    enum cdi_sim_fate fate;
    uint8_t due;                                /* crimes */
    bool hidden, referral;                      /* opened as something else; came in by mail from a professional */
    struct cdi_instant received_at, answered_at, reopened_at;       /* NONE: never */
};

/* It is unanswered at some time from that long after receipt on.  No answer comes within a quarter of an hour of a whole hour
 * after receipt, where stages begin, so that this does not hang on how fast messages travel. */
bool cdi_sim_reaches(const struct cdi_sim_report *report, struct cdi_span after);

/* `at`: when it is sent, not before any that came earlier. */
struct cdi_sim_message { enum cdi_feed feed; struct cdi_instant at; struct cdi_text key, value; };

struct cdi_sim;

/* NULL: no memory. */
struct cdi_sim *cdi_sim_create(uint64_t seed, struct cdi_instant start, struct cdi_error *err);
void cdi_sim_destroy(struct cdi_sim *sim);

/* When the next message is sent; there always is one, if there is memory. */
bool cdi_sim_peek(struct cdi_sim *sim, struct cdi_instant *at, struct cdi_error *err);
/* Takes it; borrowed until the next call. */
bool cdi_sim_next(struct cdi_sim *sim, struct cdi_sim_message *message, struct cdi_error *err);

/* Of every log of which a message may have been sent, in order of its receipt, the first report before a further one; borrowed until
 * the next call. */
const struct cdi_sim_report *cdi_sim_truth(const struct cdi_sim *sim, size_t *count);

/* One of these; NULL: there is no such report. */
const struct cdi_sim_report *cdi_sim_find(const struct cdi_sim *sim, struct cdi_text force, struct cdi_text incident, uint32_t report);

struct cdi_sim_counts { uint64_t messages, repeated, delayed; };        /* sent; posted twice; posted hours late */
struct cdi_sim_counts cdi_sim_counts(const struct cdi_sim *sim);

#endif
