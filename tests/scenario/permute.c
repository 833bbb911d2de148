/* DESIGN.md "What is promised about order": the same messages in another order, some said twice, judged in between at any
 * time, forces held and released, some with a restart in between, end in the same documents.  SEED of the environment, else 1. */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

/* Which messages, in which order: each once, a third of them again. */
static size_t deal(uint64_t *seed, size_t count, size_t *order)
{
    size_t all = count;
    for (size_t i = 0; i < count; i++) {
        order[i] = i;
        if (draw_below(seed, 3) == 0)
            order[all++] = i;
    }
    for (size_t i = all; i > 1; i--) {
        size_t other = draw_below(seed, i), swap = order[i - 1];
        order[i - 1] = order[other];
        order[other] = swap;
    }
    return all;
}

static struct cdi_instant time_bound(const struct story *story, const size_t *untold, size_t count, struct cdi_span delay)
{
    struct cdi_instant bound = story->clock.now;
    for (size_t i = 0; i < count; i++)
        bound = cdi_instant_earlier(bound, cdi_instant_after(story->messages[untold[i]].known_at, delay));
    return bound;
}

/* A judge time between the last one and `until`: the state may be looked at whenever it likes. */
static void judge_somewhere(struct story *story, struct world *world, uint64_t *seed, struct cdi_instant until)
{
    struct cdi_instant from = cdi_instant_later(world->judged, story->clock.start);
    int64_t room = cdi_instant_between(from, until).ms;
    if (room > 0 && draw_below(seed, 2) == 0)
        world_judge(world, (struct cdi_instant){ from.ms + (int64_t)(draw(seed) % (uint64_t)room) });
    else
        world_settle(world);
}

/* A force is held from where it was judged on, or its hold moves on, or is lifted. */
static void hold_somewhere(struct story *story, struct world *world, uint64_t *seed)
{
    if (world->force_count == 0 || draw_below(seed, 3) != 0)
        return;
    struct cdi_text force = cdi_text_of(world->forces[draw_below(seed, world->force_count)].code);
    struct cdi_instant before = world_held(world, force), until = CDI_INSTANT_NONE;
    struct cdi_instant from = cdi_instant_said(before) ? before : cdi_instant_later(world->judged, story->clock.start);
    int64_t room = cdi_instant_between(from, story->clock.now).ms;
    if (!cdi_instant_said(before) || draw_below(seed, 2) == 0)
        until.ms = from.ms + (room > 0 ? (int64_t)(draw(seed) % (uint64_t)room) : 0);
    world_hold(world, force, until);
}

/* The world that this order ends in; false: it does not come so far (err says why). */
static bool play(struct story *story, struct world *world, uint64_t *seed, const size_t *order, size_t count, struct cdi_span delay,
                 struct cdi_error *err)
{
    struct cdi_error refusal;
    if (!world_open(world, story->world.rules, err))
        return false;
    for (size_t i = 0; i < count;) {
        for (size_t batch = 1 + draw_below(seed, 4); batch > 0 && i < count; batch--)
            world_tell(world, &story->messages[order[i++]], &refusal);
        hold_somewhere(story, world, seed);
        judge_somewhere(story, world, seed, time_bound(story, order + i, count - i, delay));
        if (draw_below(seed, 4) == 0 && !world_restart(world, err))
            return false;
    }
    if (draw_below(seed, 2) == 0)
        world_judge(world, story->clock.now);   /* in the end lifted late, or in time */
    world_release(world);
    world_judge(world, story->clock.now);
    return true;
}

/* ---- the ends ---- */

/* The documents that exist, every report, and the tallies: three lists that must all be the same. */
struct end { char *documents, *reports, *tallies; };

/* Only current reports are compared: whether anybody saw a report before it was superseded, or before the entry that disclosed
 * it was written anew, depends on when somebody looked. */
static char *keep_current(char *lines)
{
    char *to = lines;
    for (char *from = lines, *next; *from != '\0'; from = next) {
        next = strchr(from, '\n') + 1;
        *(next - 1) = '\0';
        bool gone = strstr(from, "\"state\":\"not_disclosed\"") != NULL && strstr(from, "\"watches\":[]") != NULL;
        bool past = gone || strstr(from, "\"state\":\"superseded\"") != NULL;
        *(next - 1) = '\n';
        if (!past) {
            memmove(to, from, (size_t)(next - from));
            to += next - from;
        }
    }
    *to = '\0';
    return lines;
}

static struct end end_of(struct world *world)
{
    return (struct end){ keep_current(world_documents(world, true, CDI_ALERT_FORM_CANONICAL)),
                         keep_current(world_documents(world, false, CDI_ALERT_FORM_CANONICAL)), world_tallies(world, false) };
}

static void end_free(struct end *end)
{
    free(end->documents);
    free(end->reports);
    free(end->tallies);
}

static void show_line(struct story *story, const char *whose, const char *line)
{
    fprintf(story->talk, "#     %s %.*s\n", whose, (int)strcspn(line, "\n"), line);
}

/* The first line in which the two lists differ. */
static void show_difference(struct story *story, const char *told, const char *permuted)
{
    while (*told != '\0' && *permuted != '\0') {
        size_t size = strcspn(told, "\n") + 1;
        if (strncmp(told, permuted, size) != 0)
            break;
        told += size;
        permuted += size;
    }
    show_line(story, "as told: ", *told == '\0' ? "(no more)" : told);
    show_line(story, "permuted:", *permuted == '\0' ? "(no more)" : permuted);
}

static void compare(struct story *story, unsigned line, struct world *world, const struct end *told, uint64_t seed,
                    const size_t *order, size_t count)
{
    bool dropped = world->dropped || story->world.dropped;      /* then a crime may have come again and counted twice */
    struct end permuted = end_of(world);
    char *problem = NULL;
    if (!world_published(world, &problem))
        story_fail(story, line, "in another order, what was last published is not what the engine says; SEED=%llu:\n# %s",
                   (unsigned long long)seed, problem);
    free(problem);
    const struct { const char *what, *told, *permuted; } lists[] = {
        { "documents", told->documents, permuted.documents }, { "reports", told->reports, permuted.reports },
        { "tallies", told->tallies, dropped ? told->tallies : permuted.tallies }
    };
    size_t differs = 0;
    while (differs < 3 && strcmp(lists[differs].told, lists[differs].permuted) == 0)
        differs++;
    if (differs < 3) {
        story_fail(story, line, "another order ends in other %s; SEED=%llu; messages, from 1:", lists[differs].what,
                   (unsigned long long)seed);
        fprintf(story->talk, "#    ");
        for (size_t i = 0; i < count; i++)
            fprintf(story->talk, " %zu", order[i] + 1);
        fputc('\n', story->talk);
        show_difference(story, lists[differs].told, lists[differs].permuted);
    }
    end_free(&permuted);
}

void permute_run(struct story *story, unsigned line, unsigned rounds, struct cdi_span delay)
{
    uint64_t first = first_seed();
    size_t *order = calloc(2 * story->message_count + 1, sizeof *order);
    CDI_ASSERT(order != NULL);
    story_judge(story);
    struct end told = end_of(&story->world);
    unsigned before = story->failures;
    for (uint64_t round = 0; round < rounds && story->failures == before; round++) {
        uint64_t seed = first + round;
        struct world world;
        struct cdi_error err = { 0 };
        size_t count = deal(&seed, story->message_count, order);
        if (play(story, &world, &seed, order, count, delay, &err))
            compare(story, line, &world, &told, first + round, order, count);
        else
            story_fail(story, line, "SEED=%llu: cannot go on: %s", (unsigned long long)(first + round), err.text);
        world_close(&world);
    }
    end_free(&told);
    free(order);
}
