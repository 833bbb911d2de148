/* What these stories expect: documents as they were last published, every version in its order, clocks, feeds, dead letters. */
#include "core/state.h"
#include "judge.h"

#include <stdlib.h>
#include <string.h>


void story_judge(struct story *story)
{
    (void)story;                                /* what is published is published: `at` brought everything to its end */
}

/* ---- documents ---- */

static json_t *data_of(const struct writing *item)
{
    json_t *event = json_loadb(item->value, item->value_size, 0, NULL), *data = json_object_get(event, "data");
    json_incref(data);
    json_decref(event);
    return data;
}

static bool is_about(const struct writing *item, const char *incident)
{
    char words[96];
    if (item->value == NULL || strstr(item->value, "\"type\":\"cdiwatch.alert.v1\"") == NULL)
        return false;
    snprintf(words, sizeof words, "\"incident\":\"%s\"", incident);
    return incident[0] == '\0' || strstr(item->value, words) != NULL;
}

static bool has(json_t *all, const json_t *data)
{
    for (size_t i = 0; i < json_array_size(all); i++)
        if (strcmp(json_string_value(json_object_get(json_array_get(all, i), "alert")),
                   json_string_value(json_object_get(data, "alert"))) == 0)
            return true;
    return false;
}

/* The last that was published of each; where nothing was, and documents were not asked for, what the state amounts to. */
json_t *expect_documents(struct story *story, bool documents_only, const char *incident)
{
    struct play *play = (struct play *)story;
    const struct topic *topic = &play->broker.alerts;
    json_t *all = json_array();
    for (size_t i = 0; i < topic->count; i++)
        if (is_about(&topic->items[i], incident == NULL ? "" : incident) && topic_is_last(topic, i))
            json_array_append_new(all, data_of(&topic->items[i]));
    if (documents_only)
        return all;
    char *problem, *lines = ending_of(play, CDI_INSTANT_NONE, false, CDI_ALERT_FORM_WHOLE, &problem);
    for (char *line = lines, *end; lines != NULL && (end = strchr(line, '\n')) != NULL; line = end + 1) {
        json_t *data = json_loadb(line, (size_t)(end - line), 0, NULL);
        if (!has(all, data))
            json_array_append(all, data);
        json_decref(data);
    }
    free(lines);
    free(problem);
    return all;
}

json_t *expect_tallies(struct story *story)
{
    const struct topic *topic = &((struct play *)story)->broker.alerts;
    json_t *all = json_array();
    for (size_t i = 0; i < topic->count; i++)
        if (topic_is_last(topic, i) && topic->items[i].value != NULL &&
            strstr(topic->items[i].value, "\"type\":\"cdiwatch.tally.v1\"") != NULL)
            json_array_append_new(all, data_of(&topic->items[i]));
    return all;
}

/* ---- versions ---- */

/* Every version of a report that was published, beside a line of the body each. */
static bool expect_versions(struct play *play, const struct statement *statement, char *rest)
{
    struct story *story = &play->story;
    char *incident = next_word(&rest);
    json_int_t report = strncmp(rest, "report=", 7) == 0 ? strtoll(rest + 7, NULL, 10) : 0;
    size_t seen = 0;
    unsigned before = story->failures;
    json_t *all = json_array();
    if (incident == NULL)
        return story_break(story, statement->head.number, "expect-versions REFERENCE [report=SEQ]");
    for (size_t i = 0; i < play->broker.alerts.count; i++) {
        json_t *data = is_about(&play->broker.alerts.items[i], incident) ? data_of(&play->broker.alerts.items[i]) : NULL;
        if (data != NULL && json_integer_value(json_object_get(data, "report")) == report) {
            json_array_append(all, data);
            if (seen < statement->body_count)
                expect_line(story, statement->body[seen].number, data, statement->body[seen].text);
            seen++;
        }
        json_decref(data);
    }
    if (seen != statement->body_count)
        story_fail(story, statement->head.number, "expected %zu versions of %s, got %zu", statement->body_count, incident, seen);
    if (story->failures > before)
        story_show(story, all);
    json_decref(all);
    return true;
}

const char *expect_gone(struct story *story, const char *incident, uint32_t report)
{
    struct play *play = (struct play *)story;
    const struct topic *changelog = play->broker.changelog;
    struct cdi_text force = cdi_text_of(story->force), reference = cdi_text_of(incident);
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    char key[CDI_FORCE_MAX + 1 + 33];
    CDI_ASSERT(force.size <= CDI_FORCE_MAX);
    snprintf(key, sizeof key, "%s/", story->force);
    cdi_alert_id_format(cdi_alert_id(force, reference, report), key + force.size + 1);
    const struct writing *alert = topic_last(&play->broker.alerts, cdi_text_of(key));
    const struct writing *record = topic_last(&changelog[cdi_force_partition(force, PARTITIONS)], cdi_state_key(force, CDI_CASE_INCIDENT, reference, &scratch));
    cdi_scratch_free(&scratch);
    if (alert == NULL)
        return "it never had a document";
    return alert->value != NULL ? "its document is there" : record != NULL && record->value != NULL ? "its state record is there" : NULL;
}

/* ---- clocks and feeds ---- */

static struct lane *lane_of(struct play *play, const char *force)
{
    return &play->lanes[cdi_force_partition(cdi_text_of(force), PARTITIONS)];
}

/* expect-judged FORCE to TIME | before TIME: the shard's judge time. */
static bool expect_judged(struct play *play, const struct statement *statement, char *rest)
{
    struct story *story = &play->story;
    struct cdi_instant limit;
    struct cdi_shard_status status;
    char *force = next_word(&rest), *word = force == NULL ? NULL : next_word(&rest), *at = word == NULL ? NULL : next_word(&rest);
    if (at == NULL || !clock_read(&story->clock, at, &limit) || (strcmp(word, "to") != 0 && strcmp(word, "before") != 0))
        return story_break(story, statement->head.number, "expect-judged FORCE to|before TIME");
    if (lane_of(play, force)->shard == NULL)
        return story_break(story, statement->head.number, "nobody judges now");
    cdi_shard_status(lane_of(play, force)->shard, &status);
    bool before = !cdi_instant_said(status.judge_time) || cdi_instant_before(status.judge_time, limit);
    char text[CDI_INSTANT_TEXT_SIZE] = "never";
    if (cdi_instant_said(status.judge_time))
        cdi_instant_format(status.judge_time, text);
    if (before != (strcmp(word, "before") == 0))
        story_fail(story, statement->head.number, "expected %s to be judged %s %s, got %s", force, word, at, text);
    return true;
}

/* expect-feed FORCE FEED stale|live: as last published; a feed of which nothing was said is live. */
static bool expect_feed(struct play *play, const struct statement *statement, char *rest)
{
    char key[64];
    char *force = next_word(&rest), *feed = force == NULL ? NULL : next_word(&rest), *word = feed == NULL ? NULL : next_word(&rest);
    if (word == NULL)
        return story_break(&play->story, statement->head.number, "expect-feed FORCE FEED stale|live");
    snprintf(key, sizeof key, "%s/feed/%s", force, feed);
    const struct writing *last = topic_last(&play->broker.alerts, cdi_text_of(key));
    json_t *data = last == NULL ? NULL : data_of(last);
    const char *state = data == NULL ? "live" : json_string_value(json_object_get(data, "state"));
    if (strcmp(state, word) != 0)
        story_fail(&play->story, statement->head.number, "expected %s of %s to be %s, got %s", feed, force, word, state);
    json_decref(data);
    return true;
}

/* expect-digest FORCE STAGE AREA|- key=value ...: the one that was published since `mark`; `none` that there was none. */
static bool expect_digest(struct play *play, const struct statement *statement, char *rest)
{
    struct story *story = &play->story;
    char key[160], *force = next_word(&rest), *stage = force == NULL ? NULL : next_word(&rest), *area = stage == NULL ? NULL : next_word(&rest);
    if (area == NULL)
        return story_break(story, statement->head.number, "expect-digest FORCE STAGE AREA|- none|key=value ...");
    snprintf(key, sizeof key, "%s/digest/%s%s%s", force, stage, strcmp(area, "-") == 0 ? "" : "/", strcmp(area, "-") == 0 ? "" : area);
    size_t count = 0, last = 0;
    for (size_t i = play->marked; i < play->broker.alerts.count; i++)
        if (strcmp(play->broker.alerts.items[i].key, key) == 0) {
            count++;
            last = i;
        }
    if (count != (strcmp(rest, "none") == 0 ? 0 : 1)) {
        story_fail(story, statement->head.number, "%zu digests under %s", count, key);
        return true;
    }
    json_t *data = count == 0 ? NULL : data_of(&play->broker.alerts.items[last]);
    if (data != NULL)
        expect_line(story, statement->head.number, data, rest);
    json_decref(data);
    return true;
}

static bool expect_number(struct play *play, const struct statement *statement, char *rest, const char *what, size_t got)
{
    char *word = next_word(&rest), *end = NULL;
    unsigned long wanted = word == NULL ? 0 : strtoul(word, &end, 10);
    if (word == NULL || *end != '\0')
        return story_break(&play->story, statement->head.number, "a number of %s is wanted here", what);
    if (got != wanted)
        story_fail(&play->story, statement->head.number, "expected %lu %s, got %zu", wanted, what, got);
    return true;
}

/* ---- floods ---- */

static int risk_of(const struct writing *item)
{
    const char *said = strstr(item->value, "\"risk\":\"");
    enum cdi_risk risk = CDI_RISK_COUNT;
    if (said != NULL)
        cdi_risk_from((struct cdi_text){ said + 8, strcspn(said + 8, "\"") }, &risk);
    return (int)risk;
}

/* Of each shard, what was published since `mark` came in order of risk; not where the process was killed in the midst of it: what is
 * left then is judged as it is found.  A force is in one shard. */
static bool expect_severest_first(struct play *play, const struct statement *statement)
{
    int worst[PARTITIONS] = { 0 };
    for (size_t i = play->marked; i < play->broker.alerts.count; i++) {
        const struct writing *item = &play->broker.alerts.items[i];
        if (!is_about(item, ""))
            continue;
        struct cdi_text force = { item->key, strcspn(item->key, "/") };
        int p = cdi_force_partition(force, PARTITIONS), risk = risk_of(item);
        if (risk < worst[p] && !play->lanes[p].killed) {
            story_fail(&play->story, statement->head.number, "a graver one comes behind a lesser one: number %zu since the mark", i - play->marked);
            return true;
        }
        worst[p] = risk;
    }
    return true;
}

bool says_run(struct play *play, const struct statement *statement, const char *kind, char *rest)
{
    if (strcmp(kind, "expect-versions") == 0)
        expect_versions(play, statement, rest);
    else if (strcmp(kind, "expect-judged") == 0)
        expect_judged(play, statement, rest);
    else if (strcmp(kind, "expect-feed") == 0)
        expect_feed(play, statement, rest);
    else if (strcmp(kind, "expect-digest") == 0)
        expect_digest(play, statement, rest);
    else if (strcmp(kind, "expect-deadletters") == 0)
        expect_number(play, statement, rest, "dead letters", play->broker.letter_count);
    else if (strcmp(kind, "expect-severest-first") == 0)
        expect_severest_first(play, statement);
    else
        return false;
    return true;
}
