/* A random history: messages drawn from all stories, which speak of the same few references and contradict each other.  In any
 * order, said twice, with restarts, they must end in the same documents.  SEED of the environment, else 1. */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

enum { HISTORIES = 40, MESSAGES_MAX = 24, ORDERS = 6 };

void pool_add(struct pool *pool, const struct message *messages, size_t count)
{
    if (pool->count + count > pool->room) {
        pool->room = pool->count + count + 256;
        pool->messages = realloc(pool->messages, pool->room * sizeof *pool->messages);
        CDI_ASSERT(pool->messages != NULL);
    }
    for (size_t i = 0; i < count; i++) {
        pool->messages[pool->count] = messages[i];
        pool->messages[pool->count].bytes = strdup(messages[i].bytes);
        CDI_ASSERT(pool->messages[pool->count].bytes != NULL);
        pool->count++;
    }
}

void pool_free(struct pool *pool)
{
    for (size_t i = 0; i < pool->count; i++)
        free(pool->messages[i].bytes);
    free(pool->messages);
}

static int by_known_at(const void *a, const void *b)
{
    int64_t left = ((const struct message *)a)->known_at.ms, right = ((const struct message *)b)->known_at.ms;
    return left < right ? -1 : left > right;
}

/* Of one time: references come again in other stories, and half a year later they are not the same logs any more. */
static bool near(struct cdi_instant a, struct cdi_instant b)
{
    int64_t apart = cdi_instant_between(a, b).ms;
    return (apart < 0 ? -apart : apart) <= CDI_DAYS(14).ms;
}

size_t pool_draw(const struct pool *pool, uint64_t *seed, size_t around, struct message *messages, size_t count)
{
    size_t drawn = 1, first = draw_below(seed, pool->count);
    messages[0] = pool->messages[first];
    for (size_t tries = 0; drawn < count && tries < 1000; tries++) {
        bool anywhere = around == 0 || draw_below(seed, 4) == 0;
        size_t next = draw_below(seed, anywhere ? pool->count : 2 * around) + (anywhere ? 0 : pool->count + first - around);
        messages[drawn] = pool->messages[next % pool->count];
        drawn += near(messages[0].known_at, messages[drawn].known_at);
    }
    qsort(messages, drawn, sizeof *messages, by_known_at);
    return drawn;
}

/* Whether a message about a log comes too late, or tells it anew, may depend on what came before it: only those that never do are drawn. */
static size_t never_late(struct rules *rules, struct message *messages, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct world alone;
        struct cdi_error err = { 0 };
        CDI_ASSERT(world_open(&alone, rules, &err));
        enum cdi_outcome outcome = world_tell(&alone, &messages[i], &err);
        world_settle(&alone);
        if (outcome != CDI_OUTCOME_LATE && !world_told_anew(&alone, CDI_TEXT_NONE))
            messages[kept++] = messages[i];
        world_close(&alone);
    }
    return kept;
}

/* One history, told as it became known, then in other orders.  The messages are borrowed from the pool. */
static void tell_history(struct story *story, const struct pool *pool, uint64_t history)
{
    uint64_t seed = history;
    struct message messages[MESSAGES_MAX];
    struct cdi_error refusal;
    size_t count = pool_draw(pool, &seed, 0, messages, 2 + draw_below(&seed, MESSAGES_MAX - 1));
    count = never_late(story->world.rules, messages, count);
    if (count == 0)
        return;
    story->messages = messages;
    story->message_count = count;
    story->clock = (struct clock){ messages[0].known_at, cdi_instant_after(messages[count - 1].known_at, CDI_HOURS(30)) };
    for (size_t i = 0; i < count; i++) {
        world_tell(&story->world, &messages[i], &refusal);
        world_judge(&story->world, messages[i].known_at);
    }
    permute_run(story, (unsigned)history, ORDERS, DELAYED_AT_MOST);
    if (story->failures == 0)
        return;
    fprintf(story->talk, "# repeat all histories with SEED=%llu; this one is:\n", (unsigned long long)first_seed());
    for (size_t i = 0; i < count; i++)
        fprintf(story->talk, "#     %zu: %s\n", i + 1, messages[i].bytes);
}

bool mix_run(struct rules *rules, const struct pool *pool, unsigned number)
{
    char *talk = NULL;
    size_t talk_size = 0;
    struct cdi_error err = { 0 };
    struct story story = { .path = "history", .talk = open_memstream(&talk, &talk_size) };
    CDI_ASSERT(story.talk != NULL);
    for (uint64_t history = 0; history < HISTORIES && story.failures == 0; history++) {
        if (!world_open(&story.world, rules, &err))
            story_fail(&story, 0, "no engine: %s", err.text);
        else
            tell_history(&story, pool, first_seed() + history);
        world_close(&story.world);
    }
    fclose(story.talk);
    printf("%sok %u - %d histories of messages from all stories, each in %d orders\n%s", story.failures > 0 ? "not " : "", number,
           HISTORIES, ORDERS, talk);
    free(talk);
    return story.failures == 0;
}
