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

/* One history, told as it became known, then in other orders.  The messages are borrowed from the pool. */
static void tell_history(struct story *story, const struct pool *pool, uint64_t history)
{
    uint64_t seed = history;
    struct message messages[MESSAGES_MAX];
    struct cdi_error refusal;
    size_t count = 2 + draw_below(&seed, MESSAGES_MAX - 1);
    for (size_t i = 0; i < count; i++)
        messages[i] = pool->messages[draw_below(&seed, pool->count)];
    qsort(messages, count, sizeof *messages, by_known_at);
    story->messages = messages;
    story->message_count = count;
    story->clock = (struct clock){ messages[0].known_at, cdi_instant_after(messages[count - 1].known_at, CDI_HOURS(30)) };
    for (size_t i = 0; i < count; i++) {
        world_tell(&story->world, &messages[i], &refusal);
        world_judge(&story->world, messages[i].known_at);
    }
    permute_run(story, (unsigned)history, ORDERS);
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
