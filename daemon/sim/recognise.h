/* Floor: sim.  What of the truth can be known from the words at all: reads the logs alone, without crimes, and compares what they
 * disclose to the tables and the lexicon with what was really reported.  So a report that is missed because nobody understood its
 * words is told apart from one that is missed although they were understood. */
#ifndef CDI_SIM_RECOGNISE_H
#define CDI_SIM_RECOGNISE_H

#include "cdiwatch/engine.h"
#include "sim/simulator.h"

struct cdi_recogniser;

/* The tables are borrowed.  NULL: no memory. */
struct cdi_recogniser *cdi_recogniser_create(const struct cdi_tables *tables, struct cdi_error *err);
void cdi_recogniser_destroy(struct cdi_recogniser *recogniser);

/* What is no log is passed over. */
bool cdi_recogniser_take(struct cdi_recogniser *recogniser, const struct cdi_record *record, struct cdi_instant known_at,
                         struct cdi_error *err);

/* right[i], of truth i: as many crimes are seen to be due as are, of the right families (R4), in this and the log's other report, and
 * no further report is; of a harmless log nothing.  An array as long as the truth, free() it; NULL: no memory. */
bool *cdi_recogniser_compare(struct cdi_recogniser *recogniser, const struct cdi_sim *sim);

#endif
