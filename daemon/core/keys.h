/* Floor: core.  Under which keys a case is found: who it names, its persons, its places.  Every key is 32 bits of a hash that
 * holds the force. */
#ifndef CDI_CORE_KEYS_H
#define CDI_CORE_KEYS_H

#include "core/caseload.h"

enum { CDI_KEYS_MAX = CDI_PERSONS_MAX * 4 + CDI_REFERENCES_MAX + CDI_DEEDS_MAX * 2 + CDI_DECISIONS_MAX + 16 };

struct cdi_keys { uint32_t keys[CDI_KEYS_MAX]; size_t count; uint32_t when; };

/* Minutes since 1970; NONE and what is before then are 0. */
uint32_t cdi_keys_minute(struct cdi_instant at);
uint32_t cdi_keys_reference(enum cdi_naming naming, struct cdi_text force, struct cdi_text reference);
void cdi_keys_of_incident(const struct cdi_incident_case *of, struct cdi_keys *keys);
void cdi_keys_of_crime(const struct cdi_crime *crime, struct cdi_keys *keys);
/* What a search looks under: the cells around a place as well. */
void cdi_keys_of_search(const struct cdi_search *search, struct cdi_keys *keys);
/* By what a history record is found (core/history.h); `force` of cdi_keys_force().  0 for the token 0, which is not said, and for
 * no other. */
enum cdi_past_key {
    CDI_PAST_KEY_VICTIM, CDI_PAST_KEY_VICTIM_ID, CDI_PAST_KEY_SUSPECT, CDI_PAST_KEY_SUSPECT_ID, CDI_PAST_KEY_UPRN, CDI_PAST_KEY_PLACE
};
uint64_t cdi_keys_force(struct cdi_text force);
uint32_t cdi_keys_past(uint64_t force, enum cdi_past_key of, uint64_t token);
/* Changes when any key or the time does. */
uint32_t cdi_keys_print(const struct cdi_keys *keys);

#endif
