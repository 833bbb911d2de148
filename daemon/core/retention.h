/* Floor: core.  How long something is kept that nobody waits for any more (config/tables/retention.csv); core/retire.c acts on it.
 * When something goes is a function of the facts and the judge time alone, never of when the program looked.
 *
 * A log goes when all of its reports are settled (by crimes, a reason, or because nothing is due) and for so long nothing was said of
 * it or of the crimes that it is linked with, and nobody has done anything about it.  What is open, incomplete, withdrawn or matched only
 * for its likeness to what needs a human is never settled, however old it is: it is a victim who gets no help.
 *
 * What may a log, settled and old, still be needed for?
 *   - a message about it: a decision undone, a crime cancelled, a close taken back.  That is what the days are for; what comes later is
 *     `late`, which its trace (core/traces.h) tells, unless it tells of something since (core/late.h);
 *   - its parent and its children, whose crimes answer it and which a duplicate is resolved with (R16, R20): they are judged together
 *     and go together, when the last of them may;
 *   - a crime that it named, or took by its likeness: other logs that are like it would be given it.  The crime remembers that
 *     (cdi_crime_case.named, .taken);
 *   - a crime of conduct that it was added to, which goes on from its receipt (R6).  The crime remembers when (.added);
 *   - the history of the next 90 days (course of conduct, repeat domestic): what that needs of it is a record of its own.
 * What may a crime be needed for?
 *   - any log that is held and that it names, that names it (as its crime, its parent, in a reason or an action), or that it is like:
 *     it stays as long as they do, and a report that is open keeps its crimes and its alternatives with it;
 *   - what was cancelled as a duplicate of it (R7), as long as that is needed;
 *   - a log that may still come: a likeness reaches over 30 days, conduct over three calendar months after its last date (R6), and the
 *     log may be told of so much later as a log is kept.
 * Actions for a log that never came, and traces, wait as long as the topics keep what they wait for, and a day more. */
#ifndef CDI_CORE_RETENTION_H
#define CDI_CORE_RETENTION_H

#include "core/judgement.h"
#include "core/state.h"
#include "cdiwatch/tables.h"

/* Since when a report has been settled as it is, for the log that it is in; NONE while it is not.  Not before a crime that it is linked
 * with was last told of: while that is worked on it may be cancelled, and the report with it be open again (R8).  A report of which
 * nothing is due is settled from its receipt. */
struct cdi_instant cdi_settled_at(const struct cdi_judgement *judgement);
/* When a log may go all of whose reports are settled, the last of them then (NONE: it has none). */
struct cdi_instant cdi_log_kept_until(const struct cdi_tables *tables, const struct cdi_incident_case *incident,
                                      struct cdi_instant settled_at);
/* When a crime may go that no log needs. */
struct cdi_instant cdi_crime_kept_until(const struct cdi_tables *tables, const struct cdi_crime_case *crime);
struct cdi_instant cdi_waiting_kept_until(const struct cdi_tables *tables, const struct cdi_waiting_case *waiting);

/* A log of which nothing is known, not even a trace, and that was received so long before the message about it came: whatever was
 * known of it has been dropped. */
bool cdi_received_too_long_ago(const struct cdi_tables *tables, struct cdi_instant received_at, struct cdi_instant known_at);

/* What is no log is looked at once a day: the last midnight (UTC) at or before `at`, and days since 1970. */
struct cdi_instant cdi_midnight(struct cdi_instant at);
uint16_t cdi_day_number(struct cdi_instant at);     /* 0: before then; UINT16_MAX: beyond its end (2149) */

#endif
