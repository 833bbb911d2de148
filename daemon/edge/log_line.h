/* Floor: edge.  A line of the log as text.  Works on memory: it is told the time and writes nowhere. */
#ifndef CDI_EDGE_LOG_LINE_H
#define CDI_EDGE_LOG_LINE_H

#include "cdiwatch/instant.h"
#include "edge/log.h"

/* Below PIPE_BUF: a line of one write(2) is whole also in a pipe that others write to. */
enum { CDI_LOG_LINE_SIZE = 2048 };

const char *cdi_log_level_word(enum cdi_log_level level);

struct cdi_log_entry {
    struct cdi_instant at;
    enum cdi_log_level level;
    const char *event;
    const struct cdi_log_about *about;
    const char *words;
};

/* The words for people: those of the entry and, after a colon, those of the problem it is about.  Ended by a NUL.  Control
 * characters, and what is no UTF-8, become \xNN; what is too long is cut at a whole character and ends in " [cut]". */
size_t cdi_log_message(const struct cdi_log_entry *entry, char out[CDI_LOG_LINE_SIZE]);

/* "2026-11-04T21:14:05.123Z warning shard_ready shard=3 topic=cdi.crimes partition=3 offset=17 error=missing where=/a: words" and
 * a line end; what the entry is not about is left out.  Made harmless and cut in the same way. */
size_t cdi_log_line(const struct cdi_log_entry *entry, char out[CDI_LOG_LINE_SIZE]);

#endif
