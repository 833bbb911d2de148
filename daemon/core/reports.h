/* Floor: core.  Step 1, first half: how a log falls into reports (R1, R2).  A report is one disclosure, with a clock of its own. */
#ifndef CDI_CORE_REPORTS_H
#define CDI_CORE_REPORTS_H

#include "core/reading.h"

/* A crime of a family that the log told of before: on another occasion, against somebody else, or confirmed by the victim. */
struct cdi_further {
    bool told;
    uint8_t klass;                              /* within cdi_evidence.classes */
    bool confirms;                              /* R15: the rape itself that was told before */
    bool own_words;                             /* told by the words of `entry`, and by them alone: ... */
    bool other_victims;                         /* ... by all of them; else by those about another occasion */
    uint16_t entry;                             /* its place in the log */
    uint8_t victims;                            /* how many it is due for */
    uint32_t graver;                            /* its family, where only a lesser degree of it was told before */
};

/* One report, as it was cut. */
struct cdi_piece {
    uint32_t key;                               /* 0, or the seq of the entry that disclosed it */
    struct cdi_instant received_at;
    uint32_t families;                          /* 1u << enum cdi_family: what of the log is told in this report */
    uint32_t graver;                            /* of these the ones that tell graver what an earlier report told ... */
    struct cdi_instant event_told_at;           /* ... and when that was received */
    uint8_t class_count, classes[CDI_DISCLOSURES_MAX];  /* likely, of these families */
    bool caller_only;                           /* they stand by what the caller said, whatever an officer wrote of it */
    bool opening;                               /* the first report of the log: victims that are only named are its own */
    uint8_t told;                               /* victims told of so far */
    uint8_t victims_most;                       /* further ones are due in later reports; 0: there are none */
    struct cdi_instant victims_from, victims_until;     /* when its victims were first named; NONE: whenever */
    struct cdi_further further;
};

struct cdi_cut {
    struct cdi_reading reading;
    struct cdi_sums sums;                       /* of the whole log */
    bool truncated;
    bool settled;                               /* a report of what was told before counts as settled */
    bool asks_n100;                             /* had an N100 been there before, the log would fall into more reports */
    uint8_t count;
    struct cdi_piece pieces[CDI_REPORTS_AT_ONCE];       /* in the order of the log */
};

/* What is left of the log without the entries that tell only what other victims suffered, who have reports of their own, is held, and its sums
 * are returned; where there are none, that is all.  Until all is held again, with the same `rest`. */
struct cdi_rest { struct cdi_held whole; struct cdi_sums sums; };
const struct cdi_sums *cdi_leave_out_others(struct cdi_cut *cut, struct cdi_rest *rest);
void cdi_hold_all_again(struct cdi_cut *cut, const struct cdi_rest *rest);

/* Nothing likely, or no receipt: no piece (R22).  `incident` is merged: entries by (at, seq); it and `past`, what earlier logs say of it
 * (NULL: nothing), are borrowed by the cut. */
void cdi_cut_log(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_past *past,
                 struct cdi_cut *cut);
/* The same where an N100 was recorded, or decided on, for the log: since when.  Worth looking for one where asks_n100 is set (R15). */
void cdi_cut_explained(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_past *past,
                       struct cdi_instant explained_at, struct cdi_cut *cut);
/* What the log is by its own evidence, for later ones (core/history.h): 1u << enum cdi_past_kind.  Which class it discloses is only
 * looked into where one of `wanted` hangs on it. */
uint8_t cdi_own_kinds(const struct cdi_tables *tables, const struct cdi_incident *incident, uint8_t wanted);

/* The families that the log is known to tell of: of each, whatever an entry adds later is the same event, better told.  With what counts
 * as settled (cdi_settled.told), and without a graver degree that is likely and never stood: nobody was asked to record that.  And the victims
 * told of or named (CDI_SETTLED_VICTIMS). */
uint32_t cdi_known_families(const struct cdi_tables *tables, const struct cdi_incident *incident, const struct cdi_past *past);

/* Which piece tells of what the entry `seq` (or first contact: 0) disclosed, where that is the key of none: where its words weigh
 * most, else the last piece before it.  False: the log has no such entry, or no piece. */
bool cdi_cut_successor(const struct cdi_cut *cut, uint32_t seq, size_t *piece);

#endif
