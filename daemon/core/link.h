/* Floor: core.  Step 3, linked: which crimes answer which units.  DESIGN.md step 3; DOMAIN.md R3, R4, R6, R7, R15, R19. */
#ifndef CDI_CORE_LINK_H
#define CDI_CORE_LINK_H

#include "core/judgement.h"

enum { CDI_CANDIDATES_MAX = 96 };               /* crimes looked at for one report; the first in (how, crime) order */

/* A crime that may belong to a log, and how it was found. */
struct cdi_candidate {
    const struct cdi_crime *crime;
    enum cdi_how how;                           /* EXPLICIT: one names the other; CONFIRMED by a human; SCORED: only found */
    bool moved;                                 /* reached from a crime cancelled as its duplicate (C3, R7) ... */
    struct cdi_instant moved_at;                /* ... then; NONE */
    bool spent;                                 /* such a duplicate: it answers until then, and is not shown */
    struct cdi_instant spent_at;
    bool inherited;                             /* the log's parent, or one whose parent it is, names or is named by it (R20) */
    struct cdi_instant added_at;                /* latest earlier receipt of a log that names it (R6); NONE */
};

/* The last hours before the deadline, in which what is recorded or cancelled in haste is marked. */
#define CDI_SHORTLY_BEFORE CDI_HOURS(4)
bool cdi_link_shortly_before(const struct cdi_disclosed *disclosed, struct cdi_instant at);

enum cdi_standing cdi_crime_standing(const struct cdi_tables *tables, const struct cdi_crime *crime);
/* When it was recorded; a source that does not say is taken to have recorded it when it first said that it was. */
struct cdi_instant cdi_crime_recorded_at(const struct cdi_crime *crime);
/* Until when it was what it was before it was cancelled, as it now is, or was no recorded crime any more (R8); NONE: it stands. */
struct cdi_instant cdi_crime_ended_at(const struct cdi_tables *tables, const struct cdi_crime *crime, enum cdi_standing standing);
/* What it was worth by what had been said at `at`, not before it was recorded; and in `then` the crime with the class, code, status and
 * type of cancellation that it had. */
enum cdi_standing cdi_crime_standing_by(const struct cdi_tables *tables, const struct cdi_crime *crime, struct cdi_instant at,
                                        struct cdi_crime *then);
/* When one of these was said to be another, the first after `last` (NONE: ever); NONE: no more. */
struct cdi_instant cdi_crime_next_turn(const struct cdi_crime *crime, struct cdi_instant last);
/* 1u << enum cdi_mark: what must be seen of it; those of lateness as if it were late. */
uint32_t cdi_crime_marks(const struct cdi_tables *tables, const struct cdi_crime *crime, enum cdi_standing standing);
enum cdi_crime_status cdi_crime_status(const struct cdi_crime *crime);
/* By its class: whatever kind of N100 it names, a record of another class is none. */
bool cdi_crime_is_n100(const struct cdi_tables *tables, const struct cdi_crime *crime);
uint16_t cdi_crime_rank(const struct cdi_tables *tables, const struct cdi_crime *crime, uint16_t offence);
uint16_t cdi_crime_offence(const struct cdi_tables *tables, const struct cdi_crime *crime);

/* How well a crime of this class answers a unit (R4), best first.  Up to PRINCIPAL it satisfies. */
enum cdi_fit {
    CDI_FIT_CLASS_VICTIM, CDI_FIT_CLASS, CDI_FIT_FAMILY_VICTIM, CDI_FIT_FAMILY, CDI_FIT_PRINCIPAL, CDI_FIT_LESSER
};
enum cdi_fit cdi_link_fit(const struct cdi_tables *tables, const struct cdi_unit *unit, const struct cdi_crime *crime);

/* Does one of them tell graver the event of which the other tells?  One crime may answer both. */
bool cdi_link_one_event(const struct cdi_tables *tables, const struct cdi_unit *unit, const struct cdi_unit *other);

/* ... and what a crime that was recorded before the unit's report is worth to it: only where an earlier report told of the event. */
enum cdi_fit cdi_link_fit_since(const struct cdi_tables *tables, const struct cdi_unit *unit, const struct cdi_crime *crime,
                                struct cdi_instant event_told_at);

/* One report that crimes may answer, with its explicit and confirmed candidates. */
struct cdi_claimant {
    const struct cdi_disclosed *disclosed;
    const struct cdi_candidate *candidates;
    size_t count;
    struct cdi_due *due;
    struct cdi_linked *linked;
};
/* The reports of one log, in its order: fills each linked->links and answers units; `truncated` it sets and leaves.  Needs no other
 * log: a crime named by several logs answers one unit in each (R3). */
void cdi_link_named(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_claimant *claimants,
                    size_t count);

/* What link.c, link_answer.c and link_share.c share.  The candidates' links, the log's own before its parent's, then in
 * (how, crime) order; `sorted` has CDI_LINKS_MAX places and gets the candidate of each. */
void cdi_link_take(const struct cdi_tables *tables, const struct cdi_claimant *claimant, struct cdi_candidate *sorted);
/* What a named crime is worth to one unit; LESSER never answers, nor does what comes too early. */
enum cdi_fit cdi_link_named_fit(const struct cdi_tables *tables, const struct cdi_incident *incident,
                                const struct cdi_disclosed *disclosed, const struct cdi_candidate *candidate,
                                const struct cdi_link *link, const struct cdi_unit *unit);
/* R15: one N100 for a victim and an offender, so that a second one of the same two explains no second rape. */
bool cdi_link_pair_explained(const struct cdi_candidate *sorted, const struct cdi_linked *linked, size_t n100);
/* The link `l` answers the unit, from when it is one that does. */
void cdi_link_answer(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_claimant *of,
                     const struct cdi_candidate *sorted, size_t l, struct cdi_unit *unit);
/* R8.  Has any of the crimes been cancelled or recoded, or might one of the parent's have answered before one of the log's own?
 * Else there is nothing to look back to. */
bool cdi_link_changed(const struct cdi_candidate *sorted, const struct cdi_linked *linked);
/* When one of them was recorded, cancelled or recoded, the first after `last` (NONE: of all); NONE: no more. */
struct cdi_instant cdi_link_next_change(const struct cdi_candidate *sorted, const struct cdi_linked *linked, struct cdi_instant last);
/* The crimes as they were then: changes the standing of links and the crimes of candidates. */
enum { CDI_FORMER_MAX = 8 };                    /* crimes of one report that were recoded; more are taken as they are */
struct cdi_former { size_t count; struct cdi_crime crimes[CDI_FORMER_MAX]; };
void cdi_link_as_they_were(const struct cdi_tables *tables, struct cdi_candidate *sorted, struct cdi_linked *linked,
                           struct cdi_instant at, struct cdi_former *former);
/* As `then` says that the units were answered at `at`: a spell begins, goes on or ends, and what was open is noted.  To be told of
 * all changes in their order, and of the last one at the end. */
void cdi_link_look_back(const struct cdi_disclosed *disclosed, const struct cdi_due *then, struct cdi_instant at,
                        struct cdi_linked *linked);
void cdi_link_looked_back(struct cdi_linked *linked, struct cdi_instant last);
/* `since`: of each unit, from when it has had an answer without a gap, whichever crime or N100 that was; NONE: as its crime
 * says.  What was answered in time is not late (R10, R15). */
void cdi_link_date(const struct cdi_claimant *of, const struct cdi_instant *since);
/* ... of `count` units, of which these (1u << its index) are open now: begins, goes on or ends. */
void cdi_link_note_since(uint32_t open, size_t count, struct cdi_instant at, struct cdi_instant *since);
uint32_t cdi_link_open_units(const struct cdi_due *due);
void cdi_link_keep_some(const struct cdi_claimant *of, const bool *shown);      /* of its links those that are shown */
/* Two reports or more (R3): a crime answers one unit of one of them, the earliest of its family first. */
void cdi_link_share(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_claimant *claimants,
                    size_t count);

/* From when a crime that nobody named answers the unit: its recording, or when it became of a class that does. */
struct cdi_instant cdi_link_answers_from(const struct cdi_tables *tables, const struct cdi_unit *unit, const struct cdi_crime *crime);

/* The weight of one pair, INT64_MIN if they share neither a place nor a person; and its addends as well: `link` is filled as a scored link. */
int64_t cdi_link_weight(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_disclosed *disclosed,
                        const struct cdi_crime *crime);
void cdi_link_score(const struct cdi_tables *tables, const struct cdi_incident *incident,
                    const struct cdi_disclosed *disclosed, const struct cdi_crime *crime, struct cdi_link *link);

/* At most what a pair weighs, whatever the log discloses; INT64_MIN: no report of it is in time for the crime (R3, R6), or they share
 * nothing.  A crime that cannot even be kept is nothing to the log, and neither is judged again, nor examined, for the other. */
int64_t cdi_link_at_most(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_crime *crime);

/* May this crime answer this report at all?  R3: not a disclosure made after it was recorded; R6: conduct apart. */
bool cdi_link_in_time(const struct cdi_tables *tables, const struct cdi_incident *incident,
                      const struct cdi_disclosed *disclosed, const struct cdi_candidate *candidate);

/* R6: by its own dates a crime of conduct goes on until then, whichever logs were added to it. */
bool cdi_link_conduct_lasts(const struct cdi_tables *tables, const struct cdi_crime *crime, struct cdi_instant disclosed_at);

/* Takes a scored link into the alternatives, kept in (weight, crime) order. */
void cdi_link_keep(struct cdi_linked *linked, const struct cdi_link *link);

/* One report of a connected component of scored pairs. */
struct cdi_contender {
    struct cdi_text reference;                  /* of the incident */
    uint32_t order;                             /* among the reports of the incident */
    struct cdi_instant received_at;             /* of the report */
    struct cdi_instant event_told_at;           /* cdi_disclosed.event_told_at, for what is told graver */
    struct cdi_due *due;
    struct cdi_linked *linked;
};
struct cdi_pair {
    struct cdi_contender *contender;
    const struct cdi_crime *crime;
    uint32_t taken;                             /* which of the component's crimes it is */
    bool once;                                  /* the crime was cancelled since, or became an N100: it answers nothing now ... */
    bool spent;                                 /* ... and is that, or went into another (R7): it is not shown */
    bool answers;                               /* filled by allocate: it got the crime, or did when that was another */
    int64_t log_weight;                         /* filled by allocate, as the next: best weight of the crime with the incident */
    uint8_t near;
    struct cdi_link link;
};
/* Greedy in (weight desc, crime, incident) order over the whole component: a crime answers one unit of one report, within an
 * incident of the earliest of its family (R3).  Sorts `pairs`; `taken` has a place for each crime: true for none but those that a log took which was
 * dropped since. */
void cdi_link_allocate(const struct cdi_tables *tables, struct cdi_pair *pairs, size_t count, bool *taken);
/* What the crime, as it is or was, answers of a unit; LESSER: nothing. */
enum cdi_fit cdi_link_scored_fit(const struct cdi_tables *tables, const struct cdi_pair *pair, const struct cdi_crime *crime,
                                 const struct cdi_unit *unit);
/* What a crime that was withdrawn leaves to be seen, in its link: until when it was one, and whether that was in haste. */
void cdi_link_withdraw(const struct cdi_tables *tables, const struct cdi_disclosed *disclosed, const struct cdi_crime *crime,
                       struct cdi_link *link);
/* R8, after allocate: where crimes that name the report's log changed, or what it has got by likeness did, when all was answered by both as they
 * then were; and each unit that it has by likeness from when it has been answered without a gap. */
void cdi_link_look_back_alike(const struct cdi_tables *tables, const struct cdi_disclosed *disclosed, const struct cdi_pair *pairs,
                              size_t count, const struct cdi_contender *contender);

/* Scored links never satisfy these (R19): rape, domestic, child, and so N100; as the log says, or the crime's own flags. */
bool cdi_link_explicit_only(const struct cdi_disclosed *disclosed);
/* So this one answers only once a human has confirmed it. */
bool cdi_link_unconfirmed(const struct cdi_disclosed *disclosed, const struct cdi_link *link);
bool cdi_crime_explicit_only(const struct cdi_tables *tables, const struct cdi_crime *crime);

#endif
