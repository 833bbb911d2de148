#include "edge/log_journal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define SD_JOURNAL_SUPPRESS_LOCATION            /* CODE_FILE would always be this file */
#include <systemd/sd-journal.h>

bool cdi_log_is_journal(int descriptor, const char *stream)
{
    struct stat status;
    char *end;
    if (stream == NULL || fstat(descriptor, &status) != 0)
        return false;
    uintmax_t device = strtoumax(stream, &end, 10);
    if (end == stream || *end != ':')
        return false;
    const char *second = end + 1;
    uintmax_t inode = strtoumax(second, &end, 10);
    return end != second && *end == '\0' && device == (uintmax_t)status.st_dev && inode == (uintmax_t)status.st_ino;
}

/* Fields of one entry; their texts lie in `room`. */
enum { FIELDS_MAX = 10, ROOM = 2 * CDI_LOG_LINE_SIZE };
struct fields { struct iovec items[FIELDS_MAX]; int count; char room[ROOM]; size_t used; };

__attribute__((format(printf, 2, 3)))
static void add(struct fields *fields, const char *format, ...)
{
    va_list arguments;
    size_t room = sizeof fields->room - fields->used;
    CDI_ASSERT(fields->count < FIELDS_MAX);
    va_start(arguments, format);
    int wanted = vsnprintf(fields->room + fields->used, room, format, arguments);
    va_end(arguments);
    if (wanted < 0 || (size_t)wanted >= room)   /* a field that is not whole would be a wrong one */
        return;
    fields->items[fields->count++] = (struct iovec){ fields->room + fields->used, (size_t)wanted };
    fields->used += (size_t)wanted + 1;
}

static void add_about(struct fields *fields, const struct cdi_log_about *about)
{
    if (about->shard >= 0)
        add(fields, "CDIWATCH_SHARD=%" PRId32, about->shard);
    if (about->topic != NULL)
        add(fields, "CDIWATCH_TOPIC=%s", about->topic);
    if (about->partition >= 0)
        add(fields, "CDIWATCH_PARTITION=%" PRId32, about->partition);
    if (about->offset >= 0)
        add(fields, "CDIWATCH_OFFSET=%" PRId64, about->offset);
    if (about->problem == NULL || about->problem->code == CDI_ERROR_NONE)
        return;
    add(fields, "CDIWATCH_ERROR=%s", cdi_error_word(about->problem->code));
    if (about->problem->where[0] != '\0')
        add(fields, "CDIWATCH_WHERE=%s", about->problem->where);
}

/* Ours are in the order of syslog's, which begins three higher: emergency, alert and critical are for a whole system. */
static int priority(enum cdi_log_level level)
{
    return (int)level + 3;
}

bool cdi_log_journal_send(const struct cdi_log_entry *entry)
{
    struct fields fields = { .count = 0 };
    char message[CDI_LOG_LINE_SIZE];
    (void)cdi_log_message(entry, message);
    add(&fields, "MESSAGE=%s", message);
    add(&fields, "PRIORITY=%d", priority(entry->level));
    add(&fields, "SYSLOG_IDENTIFIER=cdiwatch");
    add(&fields, "CDIWATCH_EVENT=%s", entry->event);
    add_about(&fields, entry->about);
    return sd_journal_sendv(fields.items, fields.count) >= 0;
}
