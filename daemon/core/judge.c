#include "core/judge.h"

#include <stdlib.h>
#include <string.h>

/* What one partition is known to have said: everything up to `low`. */
struct partition { enum cdi_feed feed; bool asserts, yielded; struct cdi_instant low; };

enum { TABLE_SLOTS = CDI_JUDGE_SOURCES_MAX * 2, NO_SOURCE = CDI_JUDGE_SOURCES_MAX };   /* never full */
_Static_assert((TABLE_SLOTS & (TABLE_SLOTS - 1)) == 0, "the table is walked by a mask: a power of two");

struct source {
    char *names;                                        /* the force, then the source */
    uint32_t force_size, source_size, version;
    uint16_t force, next_of_force;                      /* NO_SOURCE: the last */
    bool stale, turned, changed, live_when_restored;
    struct cdi_instant heard_at, expected_from, stale_since;
    struct cdi_instant remembered;                      /* heard_at as last taken */
    struct cdi_instant assured;                         /* never counted silent before: judged already */
    struct cdi_span limit;
};

struct force {
    uint64_t hash;
    uint16_t first;                                     /* of its sources */
    struct cdi_instant hold, told;                      /* NONE: not held */
};

struct cdi_judge {
    struct partition partitions[CDI_JUDGE_PARTITIONS_MAX];
    uint32_t partition_count;
    struct cdi_instant time;
    struct cdi_instant restored;                        /* when the predecessor last looked who is silent */
    struct source sources[CDI_JUDGE_SOURCES_MAX];
    uint32_t source_count, stale_count;
    uint16_t table[TABLE_SLOTS];                        /* 1 + index of a source; 0: free */
    struct force forces[CDI_JUDGE_SOURCES_MAX];
    uint32_t force_count, told_to;                      /* forces before told_to were told of their holds */
    uint16_t changed[CDI_JUDGE_SOURCES_MAX];            /* sources not taken since they changed */
    uint32_t changed_count, last;
    struct cdi_instant calm_until, looked_at;           /* no source falls silent before; when last looked */
    bool stands;
    bool touched;                                       /* something said of a source since may change what is silent */
};

struct cdi_judge *cdi_judge_create(struct cdi_error *err)
{
    struct cdi_judge *judge = calloc(1, sizeof *judge);
    if (judge == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for the judge clock");
        return NULL;
    }
    judge->time = judge->restored = judge->looked_at = CDI_INSTANT_NONE;
    judge->calm_until.ms = INT64_MAX;
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

/* ---- partitions ---- */

/* The first that has not yielded; else the first with the least low mark.  NULL: none asserts absence. */
static const struct partition *hindmost(const struct cdi_judge *judge)
{
    const struct partition *least = NULL;
    for (uint32_t i = 0; i < judge->partition_count; i++) {
        const struct partition *partition = &judge->partitions[i];
        if (!partition->asserts)
            continue;
        if (!partition->yielded)
            return partition;
        if (least == NULL || cdi_instant_before(partition->low, least->low))
            least = partition;
    }
    return least;
}

bool cdi_judge_waits_for(const struct cdi_judge *judge, struct cdi_judge_wait *wait)
{
    const struct partition *least = hindmost(judge);
    if (least == NULL)
        return false;
    *wait = (struct cdi_judge_wait){ least->feed, (uint32_t)(least - judge->partitions), least->yielded, least->low };
    return true;
}

/* The least low mark, once each partition that asserts absence has yielded something; it never takes the time back. */
static void judge_move(struct cdi_judge *judge)
{
    const struct partition *least = hindmost(judge);
    if (least != NULL && least->yielded)
        judge->time = cdi_instant_later(judge->time, least->low);
}

bool cdi_judge_assign(struct cdi_judge *judge, const enum cdi_feed *feeds, uint32_t count, struct cdi_error *err)
{
    if (count > CDI_JUDGE_PARTITIONS_MAX)
        return cdi_fail(err, CDI_ERROR_LIMIT, "%u partitions are assigned to one shard; the limit is %d", count,
                        CDI_JUDGE_PARTITIONS_MAX);
    judge->partition_count = count;
    for (uint32_t i = 0; i < count; i++)
        judge->partitions[i] = (struct partition){ feeds[i], feeds[i] != CDI_FEED_ACTIONS, false, CDI_INSTANT_NONE };
    return true;
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
    partition_reach(judge, index, cdi_instant_after(broker_time, (struct cdi_span){ -1 }));
}

void cdi_judge_level(struct cdi_judge *judge, uint32_t index, struct cdi_instant asked_at)
{
    partition_reach(judge, index, cdi_instant_after(asked_at, (struct cdi_span){ -CDI_JUDGE_LEVEL_MARGIN.ms }));
}

struct cdi_instant cdi_judge_time(const struct cdi_judge *judge) { return judge->time; }

/* ---- sources ---- */

static struct cdi_text source_force(const struct source *source)
{
    return (struct cdi_text){ source->names, source->force_size };
}

static struct cdi_text source_name(const struct source *source)
{
    return (struct cdi_text){ source->names + source->force_size, source->source_size };
}

/* CDI_JUDGE_SOURCES_MAX: not known. */
static uint32_t force_find(const struct cdi_judge *judge, struct cdi_text force, uint64_t hash)
{
    for (uint32_t i = 0; i < judge->force_count; i++)
        if (judge->forces[i].hash == hash && cdi_text_same(source_force(&judge->sources[judge->forces[i].first]), force))
            return i;
    return CDI_JUDGE_SOURCES_MAX;
}

static void force_join(struct cdi_judge *judge, struct source *source)
{
    uint64_t hash = cdi_text_hash(source_force(source), 0);
    uint32_t force = force_find(judge, source_force(source), hash);
    source->next_of_force = NO_SOURCE;
    if (force == CDI_JUDGE_SOURCES_MAX) {
        force = judge->force_count++;
        judge->forces[force] = (struct force){ .hash = hash, .hold = CDI_INSTANT_NONE, .told = CDI_INSTANT_NONE };
    } else {
        source->next_of_force = judge->forces[force].first;
    }
    source->force = (uint16_t)force;
    judge->forces[force].first = (uint16_t)(source - judge->sources);
}

/* The name is kept even of a source that says none: "" is a source too. */
static bool source_create(struct cdi_judge *judge, struct cdi_text force, struct cdi_text name, struct cdi_error *err)
{
    if (judge->source_count == CDI_JUDGE_SOURCES_MAX)
        return cdi_fail(err, CDI_ERROR_LIMIT, "more than %d pairs of force and source: is it a force's code that the "
                        "sender writes as the force?", CDI_JUDGE_SOURCES_MAX);
    char *names = malloc(force.size + name.size + 1);
    if (names == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for another source");
    memcpy(names, force.at, force.size);
    memcpy(names + force.size, name.at, name.size);
    struct source *source = &judge->sources[judge->source_count++];
    *source = (struct source){
        .names = names, .force_size = (uint32_t)force.size, .source_size = (uint32_t)name.size, .heard_at = CDI_INSTANT_NONE,
        .expected_from = CDI_INSTANT_NONE, .stale_since = CDI_INSTANT_NONE, .remembered = CDI_INSTANT_NONE,
        .assured = CDI_INSTANT_NONE, .limit = CDI_JUDGE_SILENCE_DEFAULT,
    };
    force_join(judge, source);
    return true;
}

static bool source_is(const struct source *source, struct cdi_text force, struct cdi_text name)
{
    return cdi_text_same(source_name(source), name) && cdi_text_same(source_force(source), force);
}

/* Finds or makes; NULL at the limit.  Mostly it is the one of the last time. */
static struct source *source_of(struct cdi_judge *judge, struct cdi_text force, struct cdi_text name, struct cdi_error *err)
{
    force.at = force.at == NULL ? "" : force.at;
    name.at = name.at == NULL ? "" : name.at;
    if (judge->last < judge->source_count && source_is(&judge->sources[judge->last], force, name))
        return &judge->sources[judge->last];
    size_t at = cdi_text_hash(name, cdi_text_hash(force, 0)) & (TABLE_SLOTS - 1);
    while (judge->table[at] != 0 && !source_is(&judge->sources[judge->table[at] - 1], force, name))
        at = (at + 1) & (TABLE_SLOTS - 1);
    if (judge->table[at] == 0) {
        if (!source_create(judge, force, name, err))
            return NULL;
        judge->table[at] = (uint16_t)judge->source_count;
    }
    judge->last = judge->table[at] - 1u;
    return &judge->sources[judge->last];
}

/* Where its silence becomes longer than it may be.  NONE: neither heard nor expected, so not silent either. */
static struct cdi_instant silent_from(const struct cdi_judge *judge, const struct source *source)
{
    bool heard = cdi_instant_said(source->heard_at);
    struct cdi_instant from = cdi_instant_after(heard ? source->heard_at : source->expected_from, source->limit);
    if (!cdi_instant_said(from))
        return from;
    from = cdi_instant_later(from, source->assured);
    return source->live_when_restored ? cdi_instant_later(from, judge->restored) : from;
}

static void mark_changed(struct cdi_judge *judge, struct source *source)
{
    if (!source->changed)
        judge->changed[judge->changed_count++] = (uint16_t)(source - judge->sources);
    source->changed = true;
}

/* It may fall silent earlier than was known `before`; but what was judged is not taken back. */
static void count_anew(struct cdi_judge *judge, struct source *source, struct cdi_instant before)
{
    source->assured = cdi_instant_later(source->assured, cdi_instant_earlier(before, judge->time));
    judge->calm_until = cdi_instant_earlier(judge->calm_until, silent_from(judge, source));
    judge->touched = true;
}

bool cdi_judge_heard(struct cdi_judge *judge, struct cdi_text force, struct cdi_text name, struct cdi_instant broker_time,
                     struct cdi_error *err)
{
    struct source *source = source_of(judge, force, name, err);
    if (source == NULL)
        return false;
    if (!cdi_instant_before(source->heard_at, broker_time))
        return true;
    bool first = !cdi_instant_said(source->heard_at);
    struct cdi_instant before = silent_from(judge, source);
    source->heard_at = broker_time;
    if (first)
        count_anew(judge, source, before);
    if (first || !cdi_instant_said(source->remembered) ||
        cdi_instant_between(source->remembered, broker_time).ms >= CDI_JUDGE_HEARD_STEP.ms)
        mark_changed(judge, source);
    judge->touched |= source->stale;
    return true;
}

bool cdi_judge_expect(struct cdi_judge *judge, struct cdi_text force, struct cdi_text name, struct cdi_instant from,
                      struct cdi_error *err)
{
    struct source *source = source_of(judge, force, name, err);
    if (source == NULL)
        return false;
    if (!cdi_instant_said(from) || (cdi_instant_said(source->expected_from) && !cdi_instant_before(from, source->expected_from)))
        return true;
    struct cdi_instant before = silent_from(judge, source);
    source->expected_from = from;
    count_anew(judge, source, before);
    mark_changed(judge, source);
    return true;
}

bool cdi_judge_silence_limit(struct cdi_judge *judge, struct cdi_text force, struct cdi_text name, struct cdi_span limit,
                             struct cdi_error *err)
{
    struct source *source = source_of(judge, force, name, err);
    if (source == NULL)
        return false;
    struct cdi_instant before = silent_from(judge, source);
    source->limit = limit.ms == 0 ? CDI_JUDGE_SILENCE_DEFAULT : limit;
    if (cdi_instant_said(before))
        count_anew(judge, source, before);
    return true;
}

/* ---- who is silent ---- */

/* Fallen silent and heard again before anybody took it, it never happened. */
static void turn(struct cdi_judge *judge, struct source *source, struct cdi_instant from)
{
    source->stale = !source->stale;
    judge->stale_count += source->stale ? 1 : UINT32_MAX;       /* one more, or one less */
    source->turned = !source->turned;
    source->version += source->turned ? 1 : UINT32_MAX;
    if (source->stale)
        source->stale_since = from;
    mark_changed(judge, source);
}

static void look_at(struct cdi_judge *judge, struct source *source)
{
    struct cdi_instant from = silent_from(judge, source);
    bool silent = cdi_instant_said(from) && cdi_instant_before(from, judge->time);
    if (judge->stands && source->stale) {
        from = source->stale_since;
        silent = true;
    }
    if (silent != source->stale)
        turn(judge, source, from);
    if (silent)
        judge->forces[source->force].hold = cdi_instant_earlier(judge->forces[source->force].hold, from);
    else
        judge->calm_until = cdi_instant_earlier(judge->calm_until, from);
}

/* Nearly always at once: nobody is silent, and nobody can have fallen silent yet. */
static void look(struct cdi_judge *judge)
{
    if (!cdi_instant_said(judge->time))
        return;
    bool same = !judge->touched && judge->time.ms == judge->looked_at.ms;
    bool calm = judge->stale_count == 0 && !cdi_instant_before(judge->calm_until, judge->time);
    judge->looked_at = judge->time;
    judge->touched = false;
    if (same || calm)
        return;
    judge->calm_until.ms = INT64_MAX;
    judge->told_to = 0;
    for (uint32_t i = 0; i < judge->force_count; i++)
        judge->forces[i].hold = CDI_INSTANT_NONE;
    for (uint32_t i = 0; i < judge->source_count; i++)
        look_at(judge, &judge->sources[i]);
}

static struct cdi_instant force_time(const struct cdi_judge *judge, const struct force *force)
{
    struct cdi_instant time = judge->time;
    for (uint16_t i = force->first; i != NO_SOURCE && cdi_instant_said(time); i = judge->sources[i].next_of_force)
        time = cdi_instant_earlier(time, silent_from(judge, &judge->sources[i]));
    return time;
}

struct cdi_instant cdi_judge_force_time(const struct cdi_judge *judge, struct cdi_text force)
{
    force.at = force.at == NULL ? "" : force.at;
    uint32_t known = force_find(judge, force, cdi_text_hash(force, 0));
    return known == CDI_JUDGE_SOURCES_MAX ? judge->time : force_time(judge, &judge->forces[known]);
}

bool cdi_judge_next_force(const struct cdi_judge *judge, size_t *at, struct cdi_text *force, struct cdi_instant *time)
{
    if (*at >= judge->force_count)
        return false;
    const struct force *next = &judge->forces[(*at)++];
    *force = source_force(&judge->sources[next->first]);
    *time = force_time(judge, next);
    return true;
}

bool cdi_judge_next_hold(struct cdi_judge *judge, struct cdi_judge_hold *hold)
{
    look(judge);
    while (judge->told_to < judge->force_count) {
        struct force *force = &judge->forces[judge->told_to++];
        if (cdi_instant_same(force->hold, force->told))
            continue;
        force->told = force->hold;
        *hold = (struct cdi_judge_hold){ source_force(&judge->sources[force->first]), force->hold };
        return true;
    }
    return false;
}

void cdi_judge_retell(struct cdi_judge *judge)
{
    judge->told_to = 0;
    for (uint32_t i = 0; i < judge->force_count; i++)
        judge->forces[i].told = CDI_INSTANT_NONE;
}

void cdi_judge_stand(struct cdi_judge *judge, bool stands)
{
    judge->touched |= judge->stands != stands;
    judge->stands = stands;
}

static int by_name(const struct cdi_silence *a, const struct cdi_silence *b)
{
    int result = cdi_text_compare(a->force, b->force);
    return result != 0 ? result : cdi_text_compare(a->source, b->source);
}

size_t cdi_judge_silent(const struct cdi_judge *judge, struct cdi_silence *silent, size_t room)
{
    size_t count = 0;
    for (uint32_t i = 0; i < judge->source_count; i++) {
        const struct source *source = &judge->sources[i];
        struct cdi_instant from = silent_from(judge, source);
        if (!cdi_instant_said(from) || !cdi_instant_before(from, judge->time))
            continue;
        struct cdi_silence one = { source_force(source), source_name(source), source->heard_at };
        size_t at = count;
        for (; at > 0 && by_name(&one, &silent[at - 1]) < 0; at--)
            if (at < room)
                silent[at] = silent[at - 1];
        if (at < room)
            silent[at] = one;
        count += count < room;
    }
    return count;
}

/* ---- what is remembered ---- */

bool cdi_judge_next_changed(struct cdi_judge *judge, struct cdi_judge_feed *feed)
{
    look(judge);
    if (judge->changed_count == 0)
        return false;
    struct source *source = &judge->sources[judge->changed[--judge->changed_count]];
    *feed = (struct cdi_judge_feed){
        .state = { source_force(source), source_name(source), source->heard_at, source->expected_from, source->stale,
                   source->stale_since, source->version },
        .limit = source->limit, .turned = source->turned,
    };
    source->remembered = source->heard_at;
    source->changed = source->turned = false;
    return true;
}

struct cdi_clock_state cdi_judge_clock(const struct cdi_judge *judge)
{
    return (struct cdi_clock_state){ judge->time, cdi_instant_later(judge->looked_at, judge->restored) };
}

void cdi_judge_restore(struct cdi_judge *judge, const struct cdi_clock_state *state)
{
    judge->time = cdi_instant_later(judge->time, state->judge_time);
    judge->restored = cdi_instant_later(judge->restored, state->silence_at);
}

bool cdi_judge_restore_feed(struct cdi_judge *judge, const struct cdi_feed_state *state, struct cdi_error *err)
{
    struct source *source = source_of(judge, state->force, state->source, err);
    if (source == NULL)
        return false;
    judge->stale_count += (uint32_t)state->stale - (uint32_t)source->stale;
    source->heard_at = source->remembered = state->heard_at;
    source->expected_from = state->expected_from;
    source->stale = state->stale;
    source->stale_since = state->stale_since;
    source->version = state->version;
    source->assured = state->stale ? state->stale_since : CDI_INSTANT_NONE;
    source->live_when_restored = !state->stale;
    judge->calm_until = cdi_instant_earlier(judge->calm_until, silent_from(judge, source));
    judge->touched = true;
    return true;
}
