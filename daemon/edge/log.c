#include "edge/log.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "edge/clock.h"
#include "edge/log_flood.h"
#include "edge/log_journal.h"
#include "edge/log_line.h"

static atomic_int least_level = CDI_LOG_NOTICE;
static atomic_bool to_journal;
static struct cdi_log_flood flood;
static pthread_mutex_t flood_lock = PTHREAD_MUTEX_INITIALIZER;

bool cdi_log_level_from(struct cdi_text word, enum cdi_log_level *out)
{
    for (enum cdi_log_level level = 0; level < CDI_LOG_LEVEL_COUNT; level++) {
        if (!cdi_text_is(word, cdi_log_level_word(level)))
            continue;
        *out = level;
        return true;
    }
    return false;
}

void cdi_log_open(enum cdi_log_level least)
{
    atomic_store(&least_level, (int)least);
    atomic_store(&to_journal, cdi_log_is_journal(STDERR_FILENO, getenv("JOURNAL_STREAM")));
}

/* One write, so that lines of threads do not mix.  What cannot be written has nobody left to be told to. */
static void write_line(const struct cdi_log_entry *entry)
{
    char line[CDI_LOG_LINE_SIZE];
    size_t size = cdi_log_line(entry, line), done = 0;
    while (done < size) {
        ssize_t wrote = write(STDERR_FILENO, line + done, size - done);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return;
        done += (size_t)wrote;
    }
}

static void say(enum cdi_log_level level, const char *event, const struct cdi_log_about *about, const char *words)
{
    const struct cdi_log_entry entry = { cdi_clock_now(), level, event, about, words };
    if (!atomic_load(&to_journal) || !cdi_log_journal_send(&entry))
        write_line(&entry);
}

static bool next_held(bool all, struct cdi_log_kind *over, uint64_t *held)
{
    pthread_mutex_lock(&flood_lock);
    bool found = cdi_log_flood_over(&flood, cdi_clock_elapsed(), all, over, held);
    pthread_mutex_unlock(&flood_lock);
    return found;
}

void cdi_log_tell_held(bool all)
{
    struct cdi_log_kind over;
    uint64_t held;
    int kept = errno;
    while (next_held(all, &over, &held)) {
        char words[128];
        struct cdi_log_about about = CDI_LOG_ABOUT_NOTHING;
        about.shard = over.shard;
        (void)snprintf(words, sizeof words, "%s: %" PRIu64 " more lines like it within 10 s, not shown", over.event, held);
        say(over.level, "log_flood", &about, words);
    }
    errno = kept;
}

static bool admit(enum cdi_log_level level, const char *event, int32_t shard)
{
    pthread_mutex_lock(&flood_lock);
    bool admitted = cdi_log_flood_admit(&flood, level, event, shard, cdi_clock_elapsed());
    pthread_mutex_unlock(&flood_lock);
    return admitted;
}

__attribute__((format(printf, 4, 0)))
static void log_words(enum cdi_log_level level, const char *event, const struct cdi_log_about *about, const char *format, va_list arguments)
{
    char words[CDI_LOG_LINE_SIZE + 1];          /* longer than any line: what is cut here, the line cuts earlier and says so */
    int kept = errno;
    if ((int)level > atomic_load(&least_level))
        return;
    cdi_log_tell_held(false);
    if (admit(level, event, about->shard)) {
        (void)vsnprintf(words, sizeof words, format, arguments);
        say(level, event, about, words);
    }
    errno = kept;
}

void cdi_log(enum cdi_log_level level, const char *event, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    log_words(level, event, &CDI_LOG_ABOUT_NOTHING, format, arguments);
    va_end(arguments);
}

void cdi_log_about(enum cdi_log_level level, const char *event, const struct cdi_log_about *about, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    log_words(level, event, about != NULL ? about : &CDI_LOG_ABOUT_NOTHING, format, arguments);
    va_end(arguments);
}

/* Syslog's 0 to 3 all mean that something is broken. */
static enum cdi_log_level from_syslog(int syslog_level)
{
    int level = syslog_level - 3;
    return level < CDI_LOG_ERROR ? CDI_LOG_ERROR : level > CDI_LOG_DEBUG ? CDI_LOG_DEBUG : (enum cdi_log_level)level;
}

void cdi_log_kafka(int syslog_level, const char *facility, const char *words)
{
    char event[CDI_LOG_EVENT_SIZE] = "kafka_";
    size_t used = sizeof "kafka_" - 1;
    for (const char *at = facility; *at != '\0' && used < sizeof event - 1; at++)
        event[used++] = isalnum((unsigned char)*at) ? (char)tolower((unsigned char)*at) : '_';
    cdi_log(from_syslog(syslog_level), event, "%s", words);
}
