/* Floor: core.  Every case of a shard, packed, with the indexes that find it: by reference, by who names it, by the tokens of
 * its persons and places.  Cases are known by handles, which stay until they are dropped.  What is loaded is a copy: it
 * stays valid until its scratch is reset, whatever is stored meanwhile. */
#ifndef CDI_CORE_CASELOAD_H
#define CDI_CORE_CASELOAD_H

#include "core/state.h"

struct cdi_caseload;

enum { CDI_CASES_DEFAULT = 10000000 };          /* of each kind */
enum { CDI_POSTINGS_PER_KEY_MAX = 65536 };      /* cases under one token or reference: more are held, not found by it, and counted */
#define CDI_HANDLE_NONE UINT32_MAX

struct cdi_caseload_limits { uint32_t cases[CDI_CASE_KIND_COUNT]; };    /* 0: the default */

struct cdi_caseload *cdi_caseload_create(const struct cdi_caseload_limits *limits, struct cdi_error *err);
void cdi_caseload_destroy(struct cdi_caseload *load);

/* HANDLE_NONE if there is no such case. */
uint32_t cdi_caseload_find(const struct cdi_caseload *load, enum cdi_case_kind kind, struct cdi_text force,
                           struct cdi_text reference);
/* Whether the handle holds this very case: cheaper than to find it, for who has an idea where it is. */
bool cdi_caseload_is(const struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t handle, struct cdi_text force,
                     struct cdi_text reference);
/* The incident one of whose reports would have this alert id, and the report's key; HANDLE_NONE: there is no such incident. */
uint32_t cdi_caseload_find_alert(const struct cdi_caseload *load, struct cdi_alert_id alert, uint32_t *report);
/* Cases that will be sought soon: their memory is fetched while something else is worked on.  Gives for each the handle under which it
 * likely is held, or HANDLE_NONE; likely, for nobody has looked. */
enum { CDI_SOUGHT_AT_ONCE = 32 };               /* more would be gone from the cache again */
struct cdi_sought { enum cdi_case_kind kind; struct cdi_text force, reference; };
void cdi_caseload_expect(const struct cdi_caseload *load, const struct cdi_sought *sought, size_t count, uint32_t *likely);
/* Finds the case or makes it, with nothing said about it; *added says which (may be NULL).  HANDLE_NONE: the limit is reached. */
uint32_t cdi_caseload_add(struct cdi_caseload *load, enum cdi_case_kind kind, struct cdi_text force, struct cdi_text reference,
                          bool *added, struct cdi_error *err);
void cdi_caseload_drop(struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t handle);

/* A day, in days since 1970, that somebody noted of the case; 0 once it is stored again. */
uint16_t cdi_caseload_day(const struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t handle);
void cdi_caseload_set_day(struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t handle, uint16_t day);
/* Load: copies out.  A crime's load is light; there is no lighter view. */
void cdi_caseload_incident(const struct cdi_caseload *load, uint32_t handle, struct cdi_incident_case *into,
                           struct cdi_scratch *scratch);
void cdi_caseload_crime(const struct cdi_caseload *load, uint32_t handle, struct cdi_crime_case *into,
                        struct cdi_scratch *scratch);
void cdi_caseload_waiting(const struct cdi_caseload *load, uint32_t handle, struct cdi_waiting_case *into,
                          struct cdi_scratch *scratch);

/* Store: packs, and brings the indexes up to date; the case is now CHANGED (below).  Force and reference must be the case's
 * own.  False: larger than a case may be (LIMIT), and it keeps what it had; or no memory. */
bool cdi_caseload_store_incident(struct cdi_caseload *load, uint32_t handle, const struct cdi_incident_case *from,
                                 struct cdi_error *err);
bool cdi_caseload_store_crime(struct cdi_caseload *load, uint32_t handle, const struct cdi_crime_case *from,
                              struct cdi_error *err);
/* The same of a case that is found as before: who it names, its persons, places and time are what they were, whoever said
 * them last.  Most events are such. */
bool cdi_caseload_restate_incident(struct cdi_caseload *load, uint32_t handle, const struct cdi_incident_case *from,
                                   struct cdi_error *err);
bool cdi_caseload_restate_crime(struct cdi_caseload *load, uint32_t handle, const struct cdi_crime_case *from,
                                struct cdi_error *err);
bool cdi_caseload_store_waiting(struct cdi_caseload *load, uint32_t handle, const struct cdi_waiting_case *from,
                                struct cdi_error *err);

/* The packed case, for a state record.  Borrowed until the case is stored again or dropped. */
struct cdi_text cdi_caseload_packed(const struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t handle);
/* Takes a packed case in, as it was given out; replaces the case if it is there.  False: CORRUPT or LIMIT. */
bool cdi_caseload_restore(struct cdi_caseload *load, enum cdi_case_kind kind, struct cdi_text packed, uint32_t *handle,
                          struct cdi_error *err);

/* Who names whom, explicitly.  A named case need not be known. */
enum cdi_naming {
    CDI_NAMING_CRIMES_OF_INCIDENT,              /* crimes whose `incidents` hold the reference */
    CDI_NAMING_INCIDENTS_OF_CRIME,              /* incidents whose `crimes`, disposal or deeds name the reference */
    CDI_NAMING_CHILDREN,                        /* incidents whose parent is the reference: of an incident or of a crime */
    CDI_NAMING_DUPLICATES                       /* crimes cancelled as duplicates of the reference */
};
/* Handles of the cases that name it, in order of (time, force, reference), the first `room` of them; *more (may be NULL) says
 * that there are others.  A case may be among them that only shares a 32-bit hash: look before you believe. */
size_t cdi_caseload_naming(const struct cdi_caseload *load, enum cdi_naming naming, struct cdi_text force,
                           struct cdi_text reference, uint32_t *handles, size_t room, bool *more);

/* Cases of a kind that share a person token (id, name, phone, or sound and birth date) or a place (uprn, place text,
 * postcode, a grid cell within about a kilometre) with the search, of the same force, timed within the window.  An
 * incident's time is its receipt, a crime's its report, else its recording.  The first `room` in order of (distance in
 * time to the minute, force, reference); *more as above; the same caution about hashes.  A crime that names an incident says
 * whose it is, and is not found so. */
struct cdi_search {
    struct cdi_text force;
    const struct cdi_person *persons;
    uint16_t person_count;
    const struct cdi_location *location;        /* may be NULL */
    struct cdi_instant around;
    struct cdi_span before, after;
};
size_t cdi_caseload_candidates(struct cdi_caseload *load, enum cdi_case_kind kind, const struct cdi_search *search,
                               uint32_t *handles, size_t room, bool *more);

/* Two queues, in each a case at most once, first in first out: incidents to be judged again; cases whose state record has to
 * be written. */
enum cdi_queue { CDI_QUEUE_JUDGE, CDI_QUEUE_CHANGED, CDI_QUEUE_COUNT };
bool cdi_caseload_queue(struct cdi_caseload *load, enum cdi_queue queue, enum cdi_case_kind kind, uint32_t handle,
                        struct cdi_error *err);
bool cdi_caseload_take(struct cdi_caseload *load, enum cdi_queue queue, enum cdi_case_kind *kind, uint32_t *handle);
size_t cdi_caseload_queued(const struct cdi_caseload *load, enum cdi_queue queue);
/* The case that will be taken after so many others; false: there are not so many.  It may have been dropped since. */
bool cdi_caseload_ahead(const struct cdi_caseload *load, enum cdi_queue queue, size_t others, enum cdi_case_kind *kind, uint32_t *handle);
bool cdi_caseload_waits(const struct cdi_caseload *load, enum cdi_queue queue, enum cdi_case_kind kind, uint32_t handle);

size_t cdi_caseload_count(const struct cdi_caseload *load, enum cdi_case_kind kind);
/* Handles in use of a kind lie below this bound; cdi_caseload_holds() tells which they are. */
uint32_t cdi_caseload_bound(const struct cdi_caseload *load, enum cdi_case_kind kind);
bool cdi_caseload_holds(const struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t handle);
void cdi_caseload_key(const struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t handle, struct cdi_text *force,
                      struct cdi_text *reference);                              /* borrowed until the next store or drop */
/* Orders two cases of a kind by force and reference: less than 0, 0 or more. */
int cdi_caseload_key_order(const struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t a, uint32_t b);
/* Orders two incidents by the alert id of their report 0; a `tie` for core/schedule.h (context: the caseload). */
uint32_t cdi_caseload_alert_front(const void *load, uint32_t handle);  /* its first four bytes as a number */
int cdi_caseload_alert_order(const void *load, uint32_t a, uint32_t b);

/* Lets memory go where much less is held than once was.  Handles keep their cases; free ones at the end may be given out anew as if
 * they had never been.  Gives back the bound of the incidents' handles. */
uint32_t cdi_caseload_tidy(struct cdi_caseload *load);

/* Where the memory is, and which limits were met. */
struct cdi_caseload_account {
    size_t packed_bytes;                        /* blobs as packed */
    size_t arena_bytes;                         /* blobs and lists as allocated */
    size_t case_bytes, table_bytes, posting_bytes, queue_bytes;
    uint64_t crowded;                           /* postings left out at CDI_POSTINGS_PER_KEY_MAX */
    uint64_t cut;                               /* searches for candidates that found more than there was room for */
};
struct cdi_caseload_account cdi_caseload_account(const struct cdi_caseload *load);

#endif
