/* Floor: core.  The tally of one area and local day of receipt (DESIGN.md "Topics"): what its reports of crime came to, counted by
 * category, channel and source; and the crimes that no log tells of, timed from when they were reported (R18).
 *
 * It counts what a machine can see: of OPEN say "reports with an unresolved crime question", and never divide by it to get a
 * rate of compliance (DOMAIN.md "What people do with it"). */
#ifndef CDIWATCH_TALLY_H
#define CDIWATCH_TALLY_H

#include "cdiwatch/instant.h"
#include "cdiwatch/text.h"
#include "cdiwatch/vocabulary.h"

/* What is counted, by its JSON name.  A report counts under the category of the first crime that it is due; a crime that is due
 * under its own.  A crime is on time up to the second of its deadline (R10); one recorded before the log was opened has the lag 0.
 * In the rows of crimes without a log RECORDED counts them, and nothing is due. */
#define CDI_TALLY_COUNT_LIST(X) \
    X(REPORTS, reports)                 /* reports that are due a crime */ \
    X(DUE, due)                         /* crimes due; a rape that the victim confirmed (R15) once, where it was told first */ \
    X(RECORDED, recorded)               /* of those, recorded; an N100 and a cancelled crime are none */ \
    X(UNANSWERED, unanswered)           /* of those due, neither recorded nor explained by anything, and their report not cleared */ \
    X(ON_TIME, on_time)                 /* of those recorded, within 24 h of the report, or explained by an N100 until then */ \
    X(SAME_DAY, same_day)               /* of those recorded, before the next local midnight */ \
    X(OPEN, open)                       /* reports that neither crimes nor a reason answer: with an unresolved crime question */ \
    X(BREACHED, breached)               /* reports that bear the mark */ \
    X(CLEARED, cleared)                 /* reports that a reason ends; which, `reasons` says */ \
    X(INCOMPLETE_CLEAR, incomplete_clear)       /* of those open, with a reason that lacks something */ \
    X(UNENDORSED, unendorsed)           /* reports with a reason that nobody endorsed who should have */ \
    X(LATE_WITHOUT_RATIONALE, late_without_rationale)   /* reports, or crimes without a log */ \
    X(LATE_WITHOUT_OVERSIGHT, late_without_oversight) \
    X(SUPERVISED, supervised)           /* reports in whose log a supervisor wrote */ \
    X(SUPERVISOR_ENTRIES, supervisor_entries)   /* entries by supervisors in the logs of reports */ \
    X(UNMEASURED, unmeasured)           /* logs whose receipt is not known, so that they have no report; crimes recorded without
                                           a log of which it is not said when they were reported */
/* Everything that is counted has a number, its slot: the counts above, then four families with bases of their own, so that what
 * is written keeps its meaning when a list grows. */
enum cdi_tally_slot {
#define X(upper, lower) CDI_TALLY_##upper,
    CDI_TALLY_COUNT_LIST(X)
#undef X
    CDI_TALLY_COUNTS,
    CDI_TALLY_REASONS = 64,             /* + enum cdi_reason: reports that it ends */
    CDI_TALLY_N100 = 96,                /* + 3 * (number - 1) + enum cdi_tally_age: reports that an N100 explains, 100/01 to 100/03 */
    CDI_TALLY_CANCELLED = 112,          /* + enum cdi_cancel_type: crimes cancelled, C1 to C5, with a log or without */
    CDI_TALLY_LAGS = 128                /* + bucket (core/lag.h): crimes recorded so long after the report */
};
_Static_assert(CDI_TALLY_COUNTS <= CDI_TALLY_REASONS && CDI_TALLY_REASONS + CDI_REASON_COUNT <= CDI_TALLY_N100 &&
               CDI_TALLY_CANCELLED + CDI_CANCEL_TYPE_COUNT <= CDI_TALLY_LAGS, "each slot counts one thing");
/* How old an N100 is that still stands (R15): it is checked after a day and reviewed after fourteen. */
#define CDI_TALLY_AGE_LIST(X) X(DAY, under_1_day) X(FORTNIGHT, under_14_days) X(OLDER, over_14_days)
enum cdi_tally_age {
#define X(upper, lower) CDI_TALLY_AGE_##upper,
    CDI_TALLY_AGE_LIST(X)
#undef X
    CDI_TALLY_AGES
};
const char *cdi_tally_count_word(enum cdi_tally_slot count);    /* below CDI_TALLY_COUNTS */
const char *cdi_tally_age_word(enum cdi_tally_age age);

/* Of what a row counts. */
enum cdi_tally_of { CDI_TALLY_OF_REPORTS, CDI_TALLY_OF_CRIMES };
struct cdi_tally_part { uint16_t slot; uint32_t count; };

/* Where something counts.  Not said is NONE, and no word: what cannot be measured must not look like nothing. */
struct cdi_tally_key {
    enum cdi_tally_of of;
    uint8_t category;                           /* enum cdi_category; CDI_CATEGORY_COUNT: not known */
    struct cdi_text channel, source;            /* of crimes no channel */
};
struct cdi_tally_row {
    struct cdi_tally_key key;
    struct cdi_tally_part *parts;               /* by slot; what is 0 is not there */
    uint32_t part_count, part_room;
};

#define CDI_TALLY_UNDATED INT32_MIN
/* As published.  A tally with no rows is one that had some: everything it counted has moved elsewhere. */
struct cdi_tally {
    struct cdi_text force, area;                /* area: the BCU; NONE: not said */
    int32_t day;                                /* local day of receipt, from 1970-01-01; CDI_TALLY_UNDATED: it is not known */
    uint32_t version;
    struct cdi_instant time;                    /* judge time at publication */
    struct cdi_tally_row *rows;                 /* by (of, category, channel, source) */
    uint32_t row_count, row_room;
};
uint32_t cdi_tally_count(const struct cdi_tally_row *row, unsigned slot);

/* "2026-11-04", or "undated". */
enum { CDI_TALLY_DAY_SIZE = 16 };
void cdi_tally_day_format(int32_t day, char out[CDI_TALLY_DAY_SIZE]);
bool cdi_tally_day_from(struct cdi_text text, int32_t *day);

#endif
