/* Floor: edge.  The log of a daemon: one line per event worth a line.  To the journal with fields if stderr is the journal's
 * ($JOURNAL_STREAM), else to stderr as text.  Any thread may call it.  A line never holds a value of an input field: topic,
 * partition, offset, code and JSON pointer are enough to find the message. */
#ifndef CDI_EDGE_LOG_H
#define CDI_EDGE_LOG_H

#include <stdint.h>

#include "cdiwatch/error.h"
#include "cdiwatch/text.h"

#define CDI_LOG_LEVEL_LIST(X) X(ERROR, error) X(WARNING, warning) X(NOTICE, notice) X(INFO, info) X(DEBUG, debug)
enum cdi_log_level {
#define X(upper, word) CDI_LOG_##upper,
    CDI_LOG_LEVEL_LIST(X)
#undef X
    CDI_LOG_LEVEL_COUNT
};
bool cdi_log_level_from(struct cdi_text word, enum cdi_log_level *out);

/* What is less than `least` is not said.  Without a call: NOTICE, to stderr. */
void cdi_log_open(enum cdi_log_level least);

/* What a line is about; -1 and NULL: nothing of the kind.  A NULL in its place: about nothing. */
struct cdi_log_about { int32_t shard; const char *topic; int32_t partition; int64_t offset; const struct cdi_error *problem; };
#define CDI_LOG_ABOUT_NOTHING ((struct cdi_log_about){ -1, NULL, -1, -1, NULL })

/* `event` is a stable word for machines (CDIWATCH_EVENT in the journal): "shard_ready", "commit_failed".  The words of
 * about->problem follow those of the format, after a colon: do not say them twice.  errno is kept.  Of one event, level and
 * shard 20 lines are shown in 10 seconds and the others counted. */
void cdi_log(enum cdi_log_level level, const char *event, const char *format, ...) __attribute__((format(printf, 3, 4)));
void cdi_log_about(enum cdi_log_level level, const char *event, const struct cdi_log_about *about, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A line of librdkafka's: its level is syslog's (0 to 7), the event becomes "kafka_" and the facility. */
void cdi_log_kafka(int syslog_level, const char *facility, const char *words);

/* Says how many lines of a flood were not shown.  The next line of any kind does it too; with `all`, also of floods that may
 * still go on: the last thing before the end. */
void cdi_log_tell_held(bool all);

#endif
