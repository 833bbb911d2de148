/* One file from beginning to end: a statement after the other, in simulated time. */
#include "scenario.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- statements ---- */

void story_judge(struct story *story)
{
    if (!story->down)
        world_judge(&story->world, story->clock.now);
}

static bool run_start(struct story *story, unsigned line, char *rest)
{
    struct clock unset = { { 0 }, { 0 } };
    char *at = next_word(&rest), *word = next_word(&rest), *force = word == NULL ? "dpp" : next_word(&rest);
    if (story->started || at == NULL || strchr("+-n", at[0]) != NULL || !clock_read(&unset, at, &story->clock.start))
        return story_break(story, line, "start is the first statement, once, and names a time with its offset");
    if (force == NULL || (word != NULL && strcmp(word, "force") != 0) || strlen(force) >= sizeof story->force)
        return story_break(story, line, "start TIME [force CODE]");
    strcpy(story->force, force);
    story->clock.now = story->clock.start;
    return story->started = true;
}

/* Rows of one instant are known together, as in replay: they are judged when time passes or something is asked. */
static void run_at(struct story *story, unsigned line, char *rest)
{
    struct cdi_instant to;
    char *word = next_word(&rest);
    if (word == NULL || !clock_read(&story->clock, word, &to) || cdi_instant_before(to, story->clock.now)) {
        story_break(story, line, "at needs a time that is not earlier than now, such as +20h");
        return;
    }
    story_judge(story);
    if (!story->down && !world_pass(&story->world, to))
        story_break(story, line, "next_deadline() does not lie after the judge time");
    story->clock.now = to;
}

static void run_hold(struct story *story, unsigned line, char *rest)
{
    struct cdi_instant until;
    char *force = next_word(&rest), *word = force == NULL ? NULL : next_word(&rest), *at = word == NULL ? NULL : next_word(&rest);
    if (at == NULL || strcmp(word, "until") != 0 || strlen(force) > CDI_FORCE_MAX || !clock_read(&story->clock, at, &until)) {
        story_break(story, line, "hold FORCE until TIME");
        return;
    }
    struct cdi_instant before = world_held(&story->world, cdi_text_of(force));
    if (cdi_instant_before(until, cdi_instant_said(before) ? before : story->world.judged))
        story_break(story, line, "a hold does not go back behind what was judged");
    else
        world_hold(&story->world, cdi_text_of(force), until);
}

static void run_release(struct story *story, unsigned line, char *rest)
{
    char *force = next_word(&rest);
    if (force == NULL || !cdi_instant_said(world_held(&story->world, cdi_text_of(force))))
        story_break(story, line, "release FORCE, one that is held");
    else
        world_hold(&story->world, cdi_text_of(force), CDI_INSTANT_NONE);
}

static bool holds_any(const struct story *story)
{
    bool held = false;
    for (size_t i = 0; i < story->world.force_count; i++)
        held = held || cdi_instant_said(story->world.forces[i].sure_until);
    return held;
}

static void run_restart(struct story *story, unsigned line)
{
    struct cdi_error err = { 0 };
    story_judge(story);
    world_settle(&story->world);                /* down: at the old judge time */
    char *before = world_documents(&story->world, false, CDI_ALERT_FORM_WHOLE), *counted = world_tallies(&story->world, false);
    if (!world_restart(&story->world, &err)) {
        story_break(story, line, "cannot restart: %s", err.text);
    } else {
        char *after = world_documents(&story->world, false, CDI_ALERT_FORM_WHOLE);
        if (strcmp(before, after) != 0) {
            story_fail(story, line, "the restart changed the documents; before and after:");
            story_indent(story, before);
            story_indent(story, after);
        }
        free(after);
        after = world_tallies(&story->world, false);
        if (strcmp(counted, after) != 0) {
            story_fail(story, line, "the restart changed the tallies; before and after:");
            story_indent(story, counted);
            story_indent(story, after);
        }
        free(after);
    }
    free(counted);
    free(before);
}

/* ---- messages ---- */

static void tell(struct story *story, struct message message)
{
    if (story->message_count == story->message_room) {
        story->message_room = story->message_room * 2 + 16;
        story->messages = realloc(story->messages, story->message_room * sizeof *story->messages);
        CDI_ASSERT(story->messages != NULL);
    }
    story->messages[story->message_count++] = message;
    story->outcome = world_tell(&story->world, &message, &story->refusal);
}

static void tell_again(struct story *story, unsigned line)
{
    if (story->message_count == 0) {
        story_break(story, line, "again, but no message was told yet");
        return;
    }
    struct message message = story->messages[story->message_count - 1];
    message.bytes = strdup(message.bytes);
    message.known_at = story->clock.now;
    CDI_ASSERT(message.bytes != NULL);
    tell(story, message);
}

/* A message that is rejected though nobody expects it is a mistake of the story's. */
static void run_message(struct story *story, const struct statement *statement, bool judged_next, const char *kind, char *rest)
{
    struct message message = { .bytes = NULL };
    if (strcmp(kind, "again") == 0)
        tell_again(story, statement->head.number);
    else if (message_build(story, statement, kind, rest, &message))
        tell(story, message);
    if (!story->broken && story->outcome == CDI_OUTCOME_REJECTED && !judged_next)
        story_fail(story, statement->head.number, "this message was rejected: %s at %s: %s (if it should be: expect-outcome rejected)",
                   cdi_error_word(story->refusal.code), story->refusal.where, story->refusal.text);
}

static bool one_of(const char *kind, const char *const *words)
{
    while (*words != NULL && strcmp(kind, *words) != 0)
        words++;
    return *words != NULL;
}

static void run_permute(struct story *story, unsigned line, char *rest)
{
    char *word = next_word(&rest), *within = next_word(&rest), *span = within == NULL ? NULL : next_word(&rest);
    struct cdi_instant last = cdi_instant_after(story->clock.start, DELAYED_AT_MOST);
    story->permuted = true;
    long rounds = word == NULL ? 0 : strtol(word, NULL, 10);
    bool said = within == NULL || (span != NULL && strcmp(within, "within") == 0 && clock_read(&story->clock, span, &last));
    if (rounds <= 0 || rounds > 10000 || !said || story->down || holds_any(story))
        story_break(story, line, "permute ROUNDS [within +SPAN], when the service is up and no force is held");
    else
        permute_run(story, line, story->rounds > 0 ? story->rounds : (unsigned)rounds, cdi_instant_between(story->clock.start, last));
}

static void run_statement(struct story *story, const struct statement *statement, const struct statement *next)
{
    static const char *const messages[] = { "incident", "crime", "action", "heartbeat", "raw", "again", NULL };
    unsigned line = statement->head.number;
    char *rest = statement->head.text, *kind = next_word(&rest);
    if (!story->started && strcmp(kind, "start") != 0) {
        story_break(story, line, "the first statement must be start");
    } else if (strcmp(kind, "start") == 0) {
        run_start(story, line, rest);
    } else if (one_of(kind, messages)) {
        run_message(story, statement, next != NULL && strncmp(next->head.text, "expect-outcome", 14) == 0, kind, rest);
    } else if (strncmp(kind, "expect", 6) == 0) {
        expect_run(story, statement, kind, rest);
    } else if (strcmp(kind, "at") == 0) {
        run_at(story, line, rest);
    } else if (strcmp(kind, "restart") == 0) {
        run_restart(story, line);
    } else if (strcmp(kind, "permute") == 0) {
        run_permute(story, line, rest);
    } else if (strcmp(kind, "down") == 0) {
        story_judge(story);
        story->down = true;
    } else if (strcmp(kind, "up") == 0) {
        story->down = false;
    } else if (strcmp(kind, "hold") == 0) {
        run_hold(story, line, rest);
    } else if (strcmp(kind, "release") == 0) {
        run_release(story, line, rest);
    } else {
        story_break(story, line, "no such statement: %s", kind);
    }
}

const char *expect_gone(struct story *story, const char *incident, uint32_t report)
{
    return world_gone(&story->world, cdi_text_of(story->force), cdi_text_of(incident), report);
}

json_t *expect_documents(struct story *story, bool documents_only, const char *incident)
{
    (void)incident;                             /* there are few: all of them are looked at */
    char *text = world_documents(&story->world, documents_only, CDI_ALERT_FORM_WHOLE);
    json_t *all = json_array();
    for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
        json_array_append_new(all, json_loadb(line, (size_t)(end - line), 0, NULL));
    free(text);
    return all;
}

json_t *expect_tallies(struct story *story)
{
    const struct shelf *shelf = &story->world.tallies;
    json_t *all = json_array();
    for (size_t i = 0; i < shelf->count; i++)
        json_array_append_new(all, json_loadb(shelf->items[i].value, shelf->items[i].value_size, 0, NULL));
    return all;
}

/* ---- the whole ---- */

enum { ROUNDS = 5 };

static void check_published(struct story *story, unsigned line, const char *when)
{
    char *problem = NULL;
    story_judge(story);
    if (!story->down && !world_published(&story->world, &problem)) {
        story_fail(story, line, "at the end%s, what was last published is not what the engine says:", when);
        story_indent(story, problem);
    }
    free(problem);
}

/* What holds at the end of every story. */
static void conclude(struct story *story, const struct script *script, bool verbose)
{
    unsigned last = script->statements[script->statement_count - 1].head.number;
    check_published(story, last, "");
    if (holds_any(story)) {
        world_release(&story->world);
        check_published(story, last, ", when no force is held any more");
    }
    if (!story->down && !story->permuted)
        permute_run(story, last, story->rounds > 0 ? story->rounds : ROUNDS, DELAYED_AT_MOST);
    if (!verbose)
        return;
    json_t *documents = expect_documents(story, false, NULL);
    story_show(story, documents);
    json_decref(documents);
    documents = expect_tallies(story);
    story_show(story, documents);
    json_decref(documents);
}

static void run_script(struct story *story, const struct script *script, bool verbose)
{
    if (!script->cited)
        story_fail(story, 1, "the first line must be a comment that names the rule: # DOMAIN.md R12: ...");
    for (size_t i = 0; i < script->statement_count && !story->broken; i++)
        run_statement(story, &script->statements[i], i + 1 < script->statement_count ? &script->statements[i + 1] : NULL);
    if (!story->started && !story->broken)
        story_fail(story, 1, "nothing is told here");
    else if (!story->broken)
        conclude(story, script, verbose);
}

static void release(struct story *story)
{
    for (size_t i = 0; i < story->message_count; i++)
        free(story->messages[i].bytes);
    free(story->messages);
    json_decref(story->mentioned);
    world_close(&story->world);
}

bool story_run(struct rules *rules, const char *path, unsigned number, const struct telling *telling)
{
    char *talk = NULL;
    size_t talk_size = 0;
    struct script script;
    struct cdi_error err = { 0 };
    struct story story = { .path = path, .rounds = telling->rounds, .talk = open_memstream(&talk, &talk_size), .mentioned = json_object() };
    CDI_ASSERT(story.talk != NULL && story.mentioned != NULL);
    if (!script_read(&script, path))
        story_fail(&story, 0, "cannot be read: %s", strerror(errno));
    else if (!world_open(&story.world, rules, &err))
        story_fail(&story, 0, "no engine: %s", err.text);
    else
        run_script(&story, &script, telling->verbose);
    if (telling->pool != NULL)
        pool_add(telling->pool, story.messages, story.message_count);
    script_free(&script);
    release(&story);
    fclose(story.talk);
    printf("%sok %u - %s\n%s", story.failures > 0 ? "not " : "", number, path, talk);
    fflush(stdout);
    free(talk);
    return story.failures == 0;
}
