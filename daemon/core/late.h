/* Floor: core.  Inside the engine: a log of which nothing is held any more (core/retention.h), or never was, and of which a message
 * comes.  What stood in it was settled and may have been dropped, with the crimes that answered it: nobody is accused of that again.  But
 * what was entered in it since is a disclosure like any other, with a clock of its own (R1, R2), and whom it is about needs help:
 *   - a message that tells nothing since is late: counted, and no more;
 *   - one that does makes the log a case again, in which all that was written until then counts as settled (cdi_incident.settled): it
 *     opens no report, and no watch.  It goes again as any log does.
 * Until when?  Whatever was written before the log was last told of was known.  Of what was written since and not told for longer than a
 * crime is kept, the crime may have come and be gone.  The later of the two; of a log of which not even a trace is left the latter. */
#ifndef CDI_CORE_LATE_H
#define CDI_CORE_LATE_H

#include "core/engine_inside.h"

/* Of a message about a log that is not held: is it late?  If not, *settled is what it begins with. */
bool cdi_engine_log_late(const struct cdi_engine *engine, const struct cdi_incident *message, struct cdi_instant known_at,
                         struct cdi_settled *settled);
/* The log begins so.  One whose receipt nobody says was received before then, for all that is known. */
void cdi_settle_from(struct cdi_incident *log, struct cdi_settled settled);
/* The message was merged: from when on the log is told anew is the earliest that any message tells, whichever came first.  True: it is another
 * than before. */
bool cdi_engine_settle_log(const struct cdi_engine *engine, const struct cdi_incident *message, struct cdi_instant known_at,
                           struct cdi_incident *log);
/* An action on an alert of such a log; one done since may be about what is told anew. */
bool cdi_engine_alert_late(const struct cdi_engine *engine, struct cdi_alert_id alert, struct cdi_instant done_at);

#endif
