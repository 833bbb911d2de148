/* Floor: edge.  A line of the log as an entry of systemd's journal, with fields. */
#ifndef CDI_EDGE_LOG_JOURNAL_H
#define CDI_EDGE_LOG_JOURNAL_H

#include "edge/log_line.h"

/* Does `stream` ($JOURNAL_STREAM: "device:inode", or NULL) name what `descriptor` writes to?  Without this look nothing can be
 * known: sending to a journal that is not there succeeds, and the entry is gone. */
bool cdi_log_is_journal(int descriptor, const char *stream);

/* MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, CDIWATCH_EVENT and what the entry is about.  False: the journal refused it. */
bool cdi_log_journal_send(const struct cdi_log_entry *entry);

#endif
