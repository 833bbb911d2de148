#include "core/judge.h"

#include <stdlib.h>
#include <string.h>

/* What one partition is known to have said: everything up to `low`. */
struct partition { bool asserts, yielded; struct cdi_instant low; };

struct source { char *names; uint32_t force_size, source_size; struct cdi_instant heard_at; struct cdi_span limit; };

enum { TABLE_SLOTS = CDI_JUDGE_SOURCES_MAX * 2 };       /* a power of two, never full */

struct cdi_judge {
    struct partition partitions[CDI_JUDGE_PARTITIONS_MAX];
    uint32_t partition_count;
    struct cdi_instant time;
    struct source sources[CDI_JUDGE_SOURCES_MAX];
    uint32_t source_count;
    uint16_t table[TABLE_SLOTS];                        /* 1 + index of a source; 0: free */
};

struct cdi_judge *cdi_judge_create(struct cdi_error *err)
{
    struct cdi_judge *judge = calloc(1, sizeof *judge);
    if (judge == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for the judge clock");
        return NULL;
    }
    judge->time = CDI_INSTANT_NONE;
    return judge;
}

void cdi_judge_destroy(struct cdi_judge *judge)
{
    if (judge == NULL)
        return;
    for (uint32_t i = 0; i < judge->source_count; i++)
        free(judge->sources[i].names);
    free(judge);
}

/* The least low mark, once each partition that asserts absence has yielded something; it never takes the time back. */
static void judge_move(struct cdi_judge *judge)
{
    struct cdi_instant least = CDI_INSTANT_NONE;
    for (uint32_t i = 0; i < judge->partition_count; i++) {
        const struct partition *partition = &judge->partitions[i];
        if (partition->asserts && !partition->yielded)
            return;
        if (partition->asserts)
            least = cdi_instant_earlier(least, partition->low);
    }
    judge->time = cdi_instant_later(judge->time, least);
}

bool cdi_judge_assign(struct cdi_judge *judge, const enum cdi_feed *feeds, uint32_t count, struct cdi_error *err)
{
    if (count > CDI_JUDGE_PARTITIONS_MAX)
        return cdi_fail(err, CDI_ERROR_LIMIT, "%u partitions are assigned to one shard; the limit is %d", count,
                        CDI_JUDGE_PARTITIONS_MAX);
    judge->partition_count = count;
    for (uint32_t i = 0; i < count; i++)
        judge->partitions[i] = (struct partition){ feeds[i] != CDI_FEED_ACTIONS, false, CDI_INSTANT_NONE };
    return true;
}

void cdi_judge_restore(struct cdi_judge *judge, struct cdi_instant judge_time)
{
    judge->time = cdi_instant_later(judge->time, judge_time);
}

static void partition_reach(struct cdi_judge *judge, uint32_t index, struct cdi_instant low)
{
    CDI_ASSERT(index < judge->partition_count);
    struct partition *partition = &judge->partitions[index];
    if (!cdi_instant_said(low))
        return;
    partition->low = cdi_instant_later(partition->low, low);
    partition->yielded = true;
    judge_move(judge);
}

void cdi_judge_applied(struct cdi_judge *judge, uint32_t index, struct cdi_instant broker_time)
{
    partition_reach(judge, index, broker_time);
}

void cdi_judge_level(struct cdi_judge *judge, uint32_t index, struct cdi_instant asked_at)
{
    partition_reach(judge, index, cdi_instant_after(asked_at, (struct cdi_span){ -CDI_JUDGE_LEVEL_MARGIN.ms }));
}

struct cdi_instant cdi_judge_time(const struct cdi_judge *judge) { return judge->time; }

static struct cdi_text source_force(const struct source *source)
{
    return (struct cdi_text){ source->names, source->force_size };
}

static struct cdi_text source_name(const struct source *source)
{
    return (struct cdi_text){ source->names + source->force_size, source->source_size };
}

/* The name is kept even of a source that says none: "" is a source too. */
static bool source_create(struct cdi_judge *judge, struct cdi_text force, struct cdi_text name, struct cdi_error *err)
{
    if (judge->source_count == CDI_JUDGE_SOURCES_MAX)
        return cdi_fail(err, CDI_ERROR_LIMIT, "more than %d pairs of force and source", CDI_JUDGE_SOURCES_MAX);
    char *names = malloc(force.size + name.size + 1);
    if (names == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for another source");
    if (force.size > 0)
        memcpy(names, force.at, force.size);
    if (name.size > 0)
        memcpy(names + force.size, name.at, name.size);
    judge->sources[judge->source_count++] = (struct source){ names, (uint32_t)force.size, (uint32_t)name.size,
                                                             CDI_INSTANT_NONE, CDI_JUDGE_SILENCE_DEFAULT };
    return true;
}

/* Finds or makes; NULL at the limit. */
static struct source *source_of(struct cdi_judge *judge, struct cdi_text force, struct cdi_text name, struct cdi_error *err)
{
    force.at = force.at == NULL ? "" : force.at;
    name.at = name.at == NULL ? "" : name.at;
    size_t at = cdi_text_hash(name, cdi_text_hash(force, 0)) & (TABLE_SLOTS - 1);
    for (; judge->table[at] != 0; at = (at + 1) & (TABLE_SLOTS - 1)) {
        struct source *source = &judge->sources[judge->table[at] - 1];
        if (cdi_text_same(source_force(source), force) && cdi_text_same(source_name(source), name))
            return source;
    }
    if (!source_create(judge, force, name, err))
        return NULL;
    judge->table[at] = (uint16_t)judge->source_count;
    return &judge->sources[judge->source_count - 1];
}

bool cdi_judge_heard(struct cdi_judge *judge, struct cdi_text force, struct cdi_text source, struct cdi_instant broker_time,
                     struct cdi_error *err)
{
    struct source *heard = source_of(judge, force, source, err);
    if (heard == NULL)
        return false;
    heard->heard_at = cdi_instant_later(heard->heard_at, broker_time);
    return true;
}

bool cdi_judge_silence_limit(struct cdi_judge *judge, struct cdi_text force, struct cdi_text source, struct cdi_span limit,
                             struct cdi_error *err)
{
    struct source *limited = source_of(judge, force, source, err);
    if (limited == NULL)
        return false;
    limited->limit = limit.ms == 0 ? CDI_JUDGE_SILENCE_DEFAULT : limit;
    return true;
}

/* NONE: not heard, so not silent either. */
static struct cdi_instant silent_from(const struct source *source)
{
    return cdi_instant_after(source->heard_at, source->limit);
}

struct cdi_instant cdi_judge_force_time(const struct cdi_judge *judge, struct cdi_text force)
{
    struct cdi_instant time = judge->time;
    for (uint32_t i = 0; i < judge->source_count && cdi_instant_said(time); i++)
        if (cdi_text_same(source_force(&judge->sources[i]), force))
            time = cdi_instant_earlier(time, silent_from(&judge->sources[i]));
    return time;
}

static int by_name(const void *x, const void *y)
{
    const struct cdi_silence *a = x, *b = y;
    int result = cdi_text_compare(a->force, b->force);
    return result != 0 ? result : cdi_text_compare(a->source, b->source);
}

size_t cdi_judge_silent(const struct cdi_judge *judge, struct cdi_silence *silent, size_t room)
{
    size_t count = 0;
    for (uint32_t i = 0; i < judge->source_count; i++) {
        const struct source *source = &judge->sources[i];
        struct cdi_instant from = silent_from(source);
        if (!cdi_instant_said(from) || !cdi_instant_before(from, judge->time))
            continue;
        struct cdi_silence one = { source_force(source), source_name(source), source->heard_at };
        if (count < room) {
            silent[count++] = one;
        } else {
            qsort(silent, count, sizeof *silent, by_name);
            if (room > 0 && by_name(&one, &silent[room - 1]) < 0)
                silent[room - 1] = one;
        }
    }
    if (count > 1)
        qsort(silent, count, sizeof *silent, by_name);
    return count;
}
