/* Floor: core.  The very codes that the words of a log disclose, and not only a class: strangulation, the breach of an order (R5;
 * offence_codes.csv, column phrases). */
#ifndef CDI_CORE_TOLD_H
#define CDI_CORE_TOLD_H

#include "cdiwatch/tables.h"

/* Phrases that a log holds, a bit each. */
struct cdi_held_phrases { const uint64_t *asserted, *hearsay; };

/* What the words tell of a class. */
struct cdi_told {
    uint16_t rank;                              /* the gravest such code's; 0: the class's own */
    bool never_absorbed;                        /* such a code, by a 195 offence */
    bool breach;                                /* of an order: always recorded besides */
};
struct cdi_told cdi_told(const struct cdi_tables *tables, struct cdi_held_phrases said, uint16_t offence);

/* The n-th phrase that tells a code, if it is held and tells the breach of an order that is of this class; else CDI_PHRASE_NONE. */
uint16_t cdi_told_breach(const struct cdi_tables *tables, size_t n, struct cdi_held_phrases said, uint16_t offence);

/* Some code of the class is the breach of an order, told or not. */
bool cdi_told_breaches(const struct cdi_tables *tables, uint16_t offence);

/* Does the phrase tell a breach of an order that is of the class? */
bool cdi_told_by(const struct cdi_tables *tables, uint32_t phrase, uint16_t offence);

#endif
