/* Restart equality: a random history of months, its messages drawn from all stories.  At a random point the state is written to
 * records and restored into a new engine; from there on both must publish the same, in the same order, and end with the same
 * documents and the same state records, byte for byte.  And what an engine that drops still holds must at any time be as in one that
 * keeps all.  SEED of the environment, else 1; POINTS, else 500. */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

enum { POINTS = 500, MESSAGES_MAX = 24, STEPS = 14, KEPT_ONE_IN = 3, QUIET_STEPS = 10, NEAR = 8 };

struct history {
    struct message messages[MESSAGES_MAX];
    size_t count, told;
    uint64_t seed;
    struct cdi_instant now;
};

/* ---- what happens ---- */

static struct cdi_instant later(struct cdi_instant at, uint64_t *seed)
{
    static const int64_t most_ms[] = { 60000, 3600000, 36000000, 86400000, 864000000, INT64_C(3456000000) };
    return (struct cdi_instant){ at.ms + (int64_t)(draw(seed) % (uint64_t)most_ms[draw_below(seed, 6)]) };
}

/* One step of the history in one world.  The same seed does the same in another: what is drawn depends on nothing that is read. */
static void step(struct history *history, struct world *world, size_t told, uint64_t *seed)
{
    struct cdi_error refusal;
    for (size_t i = history->told; i < told; i++)
        world_tell(world, &history->messages[i], &refusal);
    if (told > 0 && draw_below(seed, 4) == 0)
        world_tell(world, &history->messages[draw_below(seed, told)], &refusal);        /* said twice */
    if (world->force_count > 0 && draw_below(seed, 5) == 0) {
        struct cdi_text force = cdi_text_of(world->forces[draw_below(seed, world->force_count)].code);
        world_hold(world, force, draw_below(seed, 2) == 0 ? CDI_INSTANT_NONE : cdi_instant_later(world_held(world, force), world->judged));
    }
    world_settle(world);                        /* what has come is judged before time passes: when deadlines wake it is not told */
    if (draw_below(seed, 3) != 0)
        world_pass(world, history->now);
    world_judge(world, history->now);
}

static void begin(struct history *history, const struct pool *pool, uint64_t number)
{
    *history = (struct history){ .seed = number * 0x9E3779B97F4A7C15u + 1 };
    history->count = pool_draw(pool, &history->seed, NEAR, history->messages, 2 + draw_below(&history->seed, MESSAGES_MAX - 1));
    history->now = history->messages[0].known_at;
}

/* Time goes on, and so many messages have come by then. */
static size_t advance(struct history *history, bool far)
{
    uint64_t *seed = &history->seed;
    struct cdi_instant next = later(history->now, seed);
    size_t told = history->told;
    if (!far)
        next = cdi_instant_earlier(next, cdi_instant_after(history->now, CDI_DAYS(1)));
    for (size_t most = draw_below(seed, 6); most > 0 && told < history->count; most--)
        next = cdi_instant_later(next, history->messages[told++].known_at);
    history->now = next;
    return told;
}

/* ---- restart equality ---- */

static bool equal(struct story *story, uint64_t number, struct world *told, struct world *restored)
{
    char *documents[2] = { world_documents(told, false, CDI_ALERT_FORM_WHOLE), world_documents(restored, false, CDI_ALERT_FORM_WHOLE) };
    char *log[2] = { world_log(told), world_log(restored) };
    const char *problem = world_same_records(told, restored);
    if (problem != NULL)
        story_fail(story, (unsigned)number, "after a restart the state records end otherwise: %s", problem);
    for (int i = 0; i < 2; i++) {
        const char *const *texts = i == 0 ? (const char *const *)log : (const char *const *)documents;
        size_t at = 0, size;
        while (texts[0][at] != '\0' && texts[0][at] == texts[1][at])
            at++;
        if (texts[0][at] == texts[1][at])
            continue;
        while (at > 0 && texts[0][at - 1] != '\n')
            at--;
        size = strcspn(texts[0] + at, "\n");
        story_fail(story, (unsigned)number, "after a restart %s is otherwise:\n#   without: %.*s\n#   with:    %.*s",
                   i == 0 ? "what is published" : "what it ends in", (int)size, texts[0] + at, (int)strcspn(texts[1] + at, "\n"), texts[1] + at);
    }
    free(documents[0]);
    free(documents[1]);
    free(log[0]);
    free(log[1]);
    return story->failures == 0;
}

/* How far the history went before and after, for the figures. */
struct figures { size_t points, dropped, held; };

static void restart_at_a_point(struct story *story, struct rules *rules, const struct pool *pool, uint64_t number, struct figures *figures)
{
    struct history history;
    struct world told = { .rules = rules }, restored = { .rules = rules };
    struct cdi_error err = { 0 };
    begin(&history, pool, number);
    size_t point = 1 + draw_below(&history.seed, STEPS - 1);
    bool good = world_open(&told, rules, &err);
    for (size_t i = 0; good && i < STEPS; i++) {
        size_t count = advance(&history, true);
        uint64_t ours = draw(&history.seed), theirs = ours;
        step(&history, &told, count, &ours);
        if (i > point)
            step(&history, &restored, count, &theirs);
        history.told = count;
        if (i == point)
            good = world_fork(&told, &restored, &err);
    }
    if (good)
        equal(story, number, &told, &restored);
    else
        story_fail(story, (unsigned)number, "cannot be restored: %s", err.text);
    figures->points++;
    figures->dropped += told.deleted.count;
    figures->held += told.documents.count;
    world_close(&told);
    world_close(&restored);
}

/* ---- dropping changes nothing else ---- */

/* A log that was received long ago, when it was first heard of: what watched it before is not shown. */
static bool told_anew(const struct world *world, const char *line)
{
    const char *incident = strstr(line, "\"incident\":\"");
    incident += incident == NULL ? 0 : strlen("\"incident\":\"");
    return incident != NULL && world_told_anew(world, (struct cdi_text){ incident, strcspn(incident, "\"") });
}

static bool of_log(const json_t *a, const json_t *b)
{
    return json_equal(json_object_get(a, "force"), json_object_get(b, "force")) &&
           json_equal(json_object_get(a, "incident"), json_object_get(b, "incident"));
}

/* What a log told first, and by an entry of long after its receipt: where nothing is dropped that may be its report 0, of the same crimes. */
static bool told_first(const char *all, const char *line)
{
    json_t *document = json_loads(line, 0, NULL);
    bool found = false;
    for (size_t size; !found && *all != '\0'; all += size + 1) {
        size = strcspn(all, "\n");
        json_t *other = json_loadb(all, size, 0, NULL);
        found = of_log(document, other) && json_integer_value(json_object_get(other, "report")) == 0 &&
                json_equal(json_object_get(document, "likely"), json_object_get(other, "likely"));
        json_decref(other);
    }
    json_decref(document);
    return found;
}

/* What a victim confirms in a log of which not even a trace is left is due, for nobody knows what an N100 explained (R15). */
static bool confirms(const char *line)
{
    json_t *document = json_loads(line, 0, NULL), *first = json_array_get(json_object_get(document, "likely"), 0);
    bool confirmed = json_is_true(json_object_get(first, "confirmed"));
    json_decref(document);
    return confirmed;
}

/* Every report that the one world holds is in the other, and the same. */
static void within(struct story *story, uint64_t number, struct world *dropping, struct world *keeping)
{
    char *some = world_documents(dropping, false, CDI_ALERT_FORM_CANONICAL), *all = world_documents(keeping, false, CDI_ALERT_FORM_CANONICAL);
    for (char *line = some, *end; (end = strchr(line, '\n')) != NULL && story->failures == 0; line = end + 1) {
        *end = '\0';
        bool anew = told_anew(dropping, line);
        if (!documents_hold(all, line, anew) && !(anew && (told_first(all, line) || confirms(line)))) {
            char key[60];
            snprintf(key, sizeof key, "%.*s", 44, line);        /* {"alert":"<32 digits>" */
            const char *other = strstr(all, key);
            story_fail(story, (unsigned)number, "what was dropped is missed by what is held:\n#   held:     %s\n#   were all: %.*s", line,
                       other == NULL ? 0 : (int)strcspn(other, "\n"), other == NULL ? "" : other);
        }
    }
    free(some);
    free(all);
}

static void drop_and_keep(struct story *story, struct rules *rules, const struct pool *pool, uint64_t number)
{
    struct history history;
    struct world dropping = { .rules = rules }, keeping = { .rules = rules };
    struct cdi_error err = { 0 };
    begin(&history, pool, number);
    bool good = world_open(&dropping, rules, &err) && world_open_keeping(&keeping, rules, &err);
    while (good && history.told < history.count) {
        size_t count = advance(&history, false);
        uint64_t ours = draw(&history.seed), theirs = ours;
        step(&history, &dropping, count, &ours);
        step(&history, &keeping, count, &theirs);
        history.told = count;
    }
    world_release(&dropping);
    world_release(&keeping);
    for (size_t i = 0; good && i < QUIET_STEPS && story->failures == 0; i++) {
        history.now = later(cdi_instant_after(history.now, CDI_DAYS(2)), &history.seed);
        world_pass(&dropping, history.now);
        world_judge(&dropping, history.now);
        world_judge(&keeping, history.now);
        within(story, number, &dropping, &keeping);
    }
    if (!good)
        story_fail(story, (unsigned)number, "no engine: %s", err.text);
    world_close(&dropping);
    world_close(&keeping);
}

bool resume_run(struct rules *rules, const struct pool *pool, unsigned number)
{
    char *talk = NULL, *said = getenv("POINTS");
    size_t talk_size = 0, points = said == NULL ? POINTS : strtoul(said, NULL, 10);
    struct story story = { .path = "history", .talk = open_memstream(&talk, &talk_size) };
    struct figures figures = { 0 };
    CDI_ASSERT(story.talk != NULL);
    for (uint64_t point = 0; point < points && story.failures == 0; point++) {
        restart_at_a_point(&story, rules, pool, first_seed() + point, &figures);
        if (point % KEPT_ONE_IN == 0 && story.failures == 0)
            drop_and_keep(&story, rules, pool, first_seed() + point);
        if (story.failures > 0)
            fprintf(story.talk, "# repeat it with POINTS=1 SEED=%llu\n", (unsigned long long)(first_seed() + point));
    }
    fclose(story.talk);
    printf("%sok %u - a restart at each of %zu points changes nothing, nor does dropping (%zu documents deleted on the way, %zu there in the end; "
           "SEED=%llu)\n%s", story.failures > 0 ? "not " : "", number, figures.points, figures.dropped, figures.held,
           (unsigned long long)first_seed(), talk);
    free(talk);
    return story.failures == 0;
}
