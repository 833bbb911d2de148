/* Floor: commands.  What was published against what is true, stage by stage.  What the words of a log do not tell is left out and counted
 * by itself: that is the lexicon's doing, not the daemon's. */
#ifndef CDI_COMMANDS_DEMO_SCORE_H
#define CDI_COMMANDS_DEMO_SCORE_H

#include "edge/config.h"
#include "edge/message.h"
#include "edge/reading.h"
#include "sim/simulator.h"

struct cdi_score;

/* All borrowed.  NULL on failure. */
struct cdi_score *cdi_score_create(const struct cdi_config *config, struct cdi_reading *reading, const struct cdi_sim *sim,
                                   struct cdi_error *err);
void cdi_score_destroy(struct cdi_score *score);

bool cdi_score_sent(struct cdi_score *score, const struct cdi_sim_message *message, struct cdi_error *err);     /* to the inputs */
bool cdi_score_alert(struct cdi_score *score, const struct cdi_message *message, struct cdi_error *err);
bool cdi_score_changelog(struct cdi_score *score, const struct cdi_message *message, struct cdi_error *err);

/* How many reports have reached each stage by what was published so far. */
void cdi_score_reached(const struct cdi_score *score, size_t reached[CDI_STAGE_COUNT]);
/* Up to when everything was judged and published; NONE: not all shards have judged yet. */
struct cdi_instant cdi_score_judged(const struct cdi_score *score);

struct cdi_verdict { size_t due, raised, missed, invented; };
struct cdi_verdicts {
    struct cdi_verdict stages[CDI_STAGE_COUNT];
    size_t logs, crimes, further;               /* up to then: logs, those that disclose crime at first, those that do so again later */
    size_t unheard, misread;                    /* reports not understood; harmless logs taken for crimes */
    size_t taken_back;                          /* breaches that were published, and then a message came */
};
/* Of all up to cdi_score_judged(), which must have been said.  False: no memory. */
bool cdi_score_settle(struct cdi_score *score, struct cdi_verdicts *verdicts, struct cdi_error *err);

#endif
