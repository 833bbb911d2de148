#include "edge/log_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const level_words[CDI_LOG_LEVEL_COUNT] = {
#define X(upper, word) #word,
    CDI_LOG_LEVEL_LIST(X)
#undef X
};

const char *cdi_log_level_word(enum cdi_log_level level)
{
    return level_words[level];
}

/* The mark of a cut always has its room. */
static const char cut_mark[] = " [cut]";
enum { ENDING = sizeof cut_mark + 1 };          /* the mark, a line end and the NUL */

struct line { char *at; size_t used; bool cut; };

static void put(struct line *line, const char *bytes, size_t size)
{
    if (line->cut)
        return;
    if (size > CDI_LOG_LINE_SIZE - ENDING - line->used) {
        line->cut = true;
        bytes = cut_mark;
        size = sizeof cut_mark - 1;
    }
    memcpy(line->at + line->used, bytes, size);
    line->used += size;
}

static bool continues(const unsigned char *at, size_t first, size_t last)
{
    for (size_t i = first; i <= last; i++)
        if ((at[i] & 0xC0) != 0x80)             /* the NUL at the end does not */
            return false;
    return true;
}

/* Two bytes: all but the C1 controls, which some terminals obey. */
static size_t two(const unsigned char *at)
{
    return continues(at, 1, 1) && !(at[0] == 0xC2 && at[1] < 0xA0) ? 2 : 0;
}

/* Three bytes: no overlong form, no surrogate, and none of the characters that break lines or turn the direction of writing. */
static size_t three(const unsigned char *at)
{
    if (!continues(at, 1, 2) || (at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xED && at[1] > 0x9F))
        return 0;
    bool breaks = at[0] == 0xE2 && at[1] == 0x80 && at[2] >= 0xA8 && at[2] <= 0xAE;
    bool turns = at[0] == 0xE2 && at[1] == 0x81 && at[2] >= 0xA6 && at[2] <= 0xA9;
    return breaks || turns ? 0 : 3;
}

static size_t four(const unsigned char *at)
{
    bool there = continues(at, 1, 3) && !(at[0] == 0xF0 && at[1] < 0x90) && !(at[0] == 0xF4 && at[1] > 0x8F);
    return there ? 4 : 0;
}

/* Bytes of the character at the front that may be shown as it is; 0: not even its first byte. */
static size_t harmless(const unsigned char *at)
{
    if (at[0] < 0x80)
        return at[0] >= 0x20 && at[0] != 0x7F;
    if (at[0] >= 0xC2 && at[0] <= 0xDF)
        return two(at);
    if (at[0] >= 0xE0 && at[0] <= 0xEF)
        return three(at);
    return at[0] >= 0xF0 && at[0] <= 0xF4 ? four(at) : 0;
}

static void put_text(struct line *line, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0' && !line->cut) {
        size_t size = harmless(at);
        char escaped[sizeof "\\xNN"];
        if (size > 0) {
            put(line, (const char *)at, size);
        } else {
            (void)snprintf(escaped, sizeof escaped, "\\x%02x", (unsigned)*at);
            put(line, escaped, sizeof escaped - 1);
        }
        at += size > 0 ? size : 1;
    }
}

static void put_words(struct line *line, const struct cdi_log_entry *entry)
{
    const struct cdi_error *problem = entry->about->problem;
    put_text(line, entry->words);
    if (problem == NULL || problem->text[0] == '\0')
        return;
    if (entry->words[0] != '\0')
        put_text(line, ": ");
    put_text(line, problem->text);
}

static void put_number(struct line *line, const char *name, int64_t number)
{
    char text[64];
    if (number < 0)
        return;
    (void)snprintf(text, sizeof text, " %s=%" PRId64, name, number);
    put_text(line, text);
}

static void put_named(struct line *line, const char *name, const char *value)
{
    put_text(line, " ");
    put_text(line, name);
    put_text(line, "=");
    put_text(line, value);
}

static void put_about(struct line *line, const struct cdi_log_about *about)
{
    put_number(line, "shard", about->shard);
    if (about->topic != NULL)
        put_named(line, "topic", about->topic);
    put_number(line, "partition", about->partition);
    put_number(line, "offset", about->offset);
    if (about->problem == NULL || about->problem->code == CDI_ERROR_NONE)
        return;
    put_named(line, "error", cdi_error_word(about->problem->code));
    if (about->problem->where[0] != '\0')
        put_named(line, "where", about->problem->where);
}

size_t cdi_log_message(const struct cdi_log_entry *entry, char out[CDI_LOG_LINE_SIZE])
{
    struct line line = { .at = out };
    put_words(&line, entry);
    out[line.used] = '\0';
    return line.used;
}

/* Always with milliseconds, unlike cdi_instant_format(): columns that stand under each other are read faster. */
static void put_time(struct line *line, struct cdi_instant at)
{
    char text[96];
    struct cdi_civil civil = cdi_utc_to_civil(at);
    (void)snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ ", civil.year, civil.month, civil.day, civil.hour,
                   civil.minute, civil.second, civil.millisecond);
    put_text(line, text);
}

size_t cdi_log_line(const struct cdi_log_entry *entry, char out[CDI_LOG_LINE_SIZE])
{
    struct line line = { .at = out };
    put_time(&line, entry->at);
    put_text(&line, cdi_log_level_word(entry->level));
    put_text(&line, " ");
    put_text(&line, entry->event);
    put_about(&line, entry->about);
    put_text(&line, ": ");
    put_words(&line, entry);
    out[line.used] = '\n';
    out[line.used + 1] = '\0';
    return line.used + 1;
}
