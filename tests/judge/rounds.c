/* The same story otherwise.  Of delivery: everything happens when the story says, but is read, cut into batches, said twice, judged,
 * committed and interrupted differently; every expectation holds at its place.  Of arrival: each message comes at any time from
 * its own on, in any order; the documents in the end are the same, byte for byte.  Seeds count up from SEED (1). */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

struct file { const struct cdi_config *config; const struct cdi_reading *reading; const char *path; FILE *talk; bool full; };

/* ---- one round ---- */

static void open_round(struct play *play, const struct file *file, struct manner manner)
{
    *play = (struct play){ .manner = manner, .full = file->full };
    play_open(play, file->config, file->reading);
    play->story.path = file->path;
    play->story.talk = file->talk;
    play->story.mentioned = json_object();
}

static void close_round(struct play *play)
{
    json_decref(play->story.mentioned);
    play_close(play);
}

/* All that was sent is read and committed, and each shard has come as far as it can be sure. */
static bool all_read(struct play *play, struct cdi_instant judged)
{
    for (int p = 0; p < PARTITIONS; p++) {
        struct cdi_shard_status status;
        cdi_shard_status(play->lanes[p].shard, &status);
        if (status.judge_time.ms != judged.ms)
            return story_break(&play->story, 0, "shard %d is judged up to %lld ms from where it could be", p,
                               (long long)(status.judge_time.ms - judged.ms));
        for (int feed = 0; feed < CDI_FEED_COUNT; feed++) {
            int64_t end = (int64_t)play->broker.inputs[feed][p].count, committed = play->broker.committed[feed][p];
            if (committed != end && (end != 0 || committed != CDI_OFFSET_NONE))
                return story_break(&play->story, 0, "%s of shard %d is committed up to %lld, and ends at %lld",
                                   cdi_feed_word((enum cdi_feed)feed), p, (long long)committed, (long long)end);
        }
    }
    return true;
}

static const char *member(const char *document, const char *name, size_t *size)
{
    const char *at = strstr(document, name);
    *size = at == NULL ? 0 : strcspn(at + strlen(name), "\"");
    return at == NULL ? NULL : at + strlen(name);
}

/* Each document that exists was published last as it is. */
static bool published(struct play *play, const char *documents)
{
    for (const char *line = documents, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        char key[64];
        size_t id_size, force_size, size = (size_t)(end - line);
        const char *id = member(line, "\"alert\":\"", &id_size), *force = member(line, "\"force\":\"", &force_size);
        snprintf(key, sizeof key, "%.*s/%.*s", (int)force_size, force, (int)id_size, id);
        const struct writing *last = topic_last(&play->broker.alerts, cdi_text_of(key));
        const char *data = last == NULL ? NULL : strstr(last->value, "\"data\":");
        if (data == NULL || strlen(data + 7) < size || strncmp(data + 7, line, size) != 0)
            return story_break(&play->story, 0, "what was last published is not what the state amounts to:\n# %s\n# %.*s",
                               data == NULL ? "nothing" : data, (int)size, line);
    }
    return true;
}

/* The documents in the end, and every report; the caller's.  NULL: the round is broken. */
static char *end_of(struct play *play)
{
    char *problem = NULL, *documents = NULL, *reports = NULL, *whole = NULL;
    struct cdi_instant judged = play->story.broken ? CDI_INSTANT_NONE : story_conclude(play);
    if (play->story.broken || !all_read(play, judged))
        return NULL;
    bool good = (whole = ending_of(play, judged, true, CDI_ALERT_FORM_WHOLE, &problem)) != NULL && published(play, whole) &&
                (documents = ending_of(play, judged, true, CDI_ALERT_FORM_CANONICAL, &problem)) != NULL &&
                (reports = ending_of(play, judged, false, CDI_ALERT_FORM_CANONICAL, &problem)) != NULL;
    if (good) {
        documents = realloc(documents, strlen(documents) + strlen(reports) + 16);
        CDI_ASSERT(documents != NULL);
        strcat(strcat(documents, "all reports:\n"), reports);
    } else if (problem != NULL) {
        story_break(&play->story, 0, "%s", problem);
    }
    free(problem);
    free(reports);
    free(whole);
    return documents;
}

/* ---- arrivals ---- */

static int by_time(const void *a, const void *b)
{
    const struct told *x = a, *y = b;
    return (x->at.ms > y->at.ms) - (x->at.ms < y->at.ms);
}

/* Not before it was said; at any time from then on, or soon, or in time, or all in the end. */
static struct cdi_instant arrival(struct play *play, struct cdi_instant said, struct cdi_instant end, size_t habit)
{
    int64_t room = cdi_instant_between(said, end).ms;
    int64_t most = habit == 0 ? 0 : habit == 1 ? CDI_HOURS(2).ms : room;
    if (most > room)
        most = room;
    if (habit == 3)
        return end;
    return (struct cdi_instant){ said.ms + (most == 0 ? 0 : (int64_t)draw_below(&play->manner.seed, (size_t)most + 1)) };
}

/* What the story told, dealt out anew: each once, a third of them again. */
static struct told *deal(struct play *play, const struct play *story, struct cdi_instant end, size_t *count)
{
    struct told *dealt = calloc(2 * story->told_count + 1, sizeof *dealt);
    CDI_ASSERT(dealt != NULL);
    size_t habit = play->manner.plain ? 0 : draw_below(&play->manner.seed, 4);
    *count = 0;
    for (size_t i = 0; i < story->told_count; i++)
        for (int copies = !play->manner.plain && draw_below(&play->manner.seed, 3) == 0 ? 2 : 1; copies > 0; copies--) {
            size_t at = play->manner.plain ? *count : draw_below(&play->manner.seed, *count + 1);
            dealt[*count] = dealt[at];          /* those of one instant in any order */
            dealt[at] = story->told[i];
            dealt[at].at = arrival(play, story->told[i].at, end, habit);
            ++*count;
        }
    qsort(dealt, *count, sizeof *dealt, by_time);
    return dealt;
}

/* The messages of `story`, which was played, in other arrivals; the end is the same instant. */
static char *play_arrivals(const struct file *file, const struct play *story, struct cdi_instant end, struct manner manner, bool *failed)
{
    struct play play;
    open_round(&play, file, manner);
    play.story.started = true;
    play.story.clock.start = play.story.clock.now = story->story.clock.start;
    for (size_t i = 0; i < story->force_count; i++)
        play_force(&play, story->forces[i].code);
    struct told *dealt = deal(&play, story, end, &play.due_count);
    play.due = dealt;
    while (play.due_count > 0 && !cdi_instant_before(play.story.clock.now, play.due->at)) {
        play_send(&play, play.due++);
        play.due_count--;
    }
    play_pass(&play, end);
    play_flush(&play);
    char *result = end_of(&play);
    *failed = play.story.failures > 0;
    free(dealt);
    close_round(&play);
    return result;
}

/* ---- comparing ---- */

static bool same_end(const struct file *file, const char *expected, const char *got)
{
    if (got == NULL || strcmp(expected, got) == 0)
        return got != NULL;
    while (*expected != '\0' && *got != '\0') {
        size_t size = strcspn(expected, "\n") + 1;
        if (strncmp(expected, got, size) != 0)
            break;
        expected += size;
        got += size;
    }
    fprintf(file->talk, "# %s: the end is another:\n#     as told:  %.*s\n#     here:     %.*s\n", file->path, (int)strcspn(expected, "\n"),
            expected, (int)strcspn(got, "\n"), got);
    return false;
}

static bool deliver_otherwise(const struct file *file, const char *expected, uint64_t seed)
{
    struct play play;
    open_round(&play, file, (struct manner){ .seed = seed });
    story_play(&play, file->path);
    char *end = end_of(&play);
    bool good = play.story.failures == 0 && same_end(file, expected, end);
    free(end);
    close_round(&play);
    return good;
}

static bool arrive_otherwise(const struct file *file, const struct play *told, const char *expected, uint64_t seed)
{
    bool failed;
    struct cdi_instant end = cdi_instant_after(told->story.clock.now, CDI_SECONDS(-20));
    char *got = play_arrivals(file, told, end, (struct manner){ .plain = seed == 0, .seed = seed }, &failed);
    bool good = !failed && same_end(file, expected, got);
    free(got);
    return good;
}

static bool permute(const struct file *file, const struct play *told, const char *expected, unsigned rounds)
{
    uint64_t first = first_seed();
    struct file small = *file;
    small.full = false;
    if (!arrive_otherwise(&small, told, expected, 0)) {
        fprintf(file->talk, "# %s: told without anything that happens around\n", file->path);
        return false;
    }
    for (uint64_t seed = first; seed < first + rounds; seed++)
        if (seed % 2 == 0 ? !arrive_otherwise(&small, told, expected, seed) : !deliver_otherwise(&small, expected, seed)) {
            fprintf(file->talk, "# %s: SEED=%llu, %s\n", file->path, (unsigned long long)seed,
                    seed % 2 == 0 ? "in another arrival" : "in another delivery");
            return false;
        }
    return true;
}

/* ---- the whole ---- */

static void show(struct play *play)
{
    json_t *documents = expect_documents(&play->story, false, NULL);
    story_show(&play->story, documents);
    json_decref(documents);
}

/* As told, and plainly; `then` looks on before it is gone. */
static bool play_plainly(const struct file *file, unsigned rounds, bool verbose)
{
    struct play play;
    open_round(&play, file, (struct manner){ .plain = true });
    story_play(&play, file->path);
    char *end = end_of(&play);
    if (verbose)
        show(&play);
    bool good = play.story.failures == 0 && end != NULL;
    if (good && rounds > 0)
        good = permute(file, &play, end, rounds);
    free(end);
    close_round(&play);
    return good;
}

bool rounds_run(const struct cdi_config *config, const struct cdi_reading *reading, const char *path, unsigned number,
                unsigned rounds, bool full, bool verbose)
{
    char *talk = NULL;
    size_t size = 0;
    struct file file = { config, reading, path, open_memstream(&talk, &size), false };
    CDI_ASSERT(file.talk != NULL);
    bool good = play_plainly(&file, rounds, verbose);
    if (good && full) {                         /* what floods, floods once in full */
        file.full = true;
        good = play_plainly(&file, 0, false);
    }
    fclose(file.talk);
    printf("%sok %u - %s\n%s", good ? "" : "not ", number, path, talk);
    fflush(stdout);
    free(talk);
    return good;
}
