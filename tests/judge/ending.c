/* What the committed state records amount to, by an engine that knows nothing else. */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

#include "codec/changelog.h"
#include "codec/encode_tally.h"
#include "core/judgement.h"
#include "core/state.h"
#include "edge/rulebook.h"

struct ending { struct play *play; enum cdi_alert_form form; struct cdi_alert_json json; FILE *out; };

static const struct cdi_tables *tables_of(const struct play *play)
{
    return &play->reading->rulebook->tables;
}

static bool restore(struct play *play, struct cdi_engine *engine, int32_t partition, struct cdi_error *err)
{
    const struct topic *changelog = &play->broker.changelog[partition];
    for (size_t i = 0; i < changelog->count; i++) {
        const struct writing *item = &changelog->items[i];
        struct cdi_text key = { item->key, item->key_size }, force, reference, packed;
        enum cdi_case_kind kind;
        if (!topic_is_last(changelog, i) || item->value == NULL)
            continue;
        if (!cdi_state_read_key(key, &force, &kind, &reference, err))
            return false;
        if (cdi_case_kind_is_engines(kind) && (!cdi_changelog_open((struct cdi_text){ item->value, item->value_size }, kind, &packed, err) ||
                                               !cdi_engine_restore(engine, key, packed, err)))
            return false;
    }
    return true;
}

/* Only current reports are promised to be the same: whether anybody saw one before it was superseded depends on when he looked. */
static bool write_report(void *context, const struct cdi_alert *alert)
{
    struct ending *ending = context;
    bool gone = alert->state == CDI_STATE_NOT_DISCLOSED && alert->judgement->watched.count == 0;
    if (gone || alert->state == CDI_STATE_SUPERSEDED)
        return true;
    CDI_ASSERT(cdi_encode_alert_data(&ending->json, tables_of(ending->play), alert, ending->form));
    fprintf(ending->out, "%.*s\n", (int)ending->json.size, ending->json.at);
    return true;
}

static void complain(char **problem, const char *what, const char *rest)
{
    size_t size;
    FILE *out = open_memstream(problem, &size);
    fprintf(out, "%s%s", what, rest);
    fclose(out);
}

/* Whoever goes on from what was committed says nothing that was not said. */
static bool says_nothing(struct play *play, struct cdi_engine *engine, struct cdi_instant judged, char **problem)
{
    struct cdi_effects effects;
    struct cdi_alert_json json = { .at = NULL };
    bool more = true, quiet = true;
    cdi_engine_advance(engine, judged);
    while (more) {
        more = cdi_engine_settle(engine, &effects);
        if (!quiet || (effects.alert_count == 0 && effects.tally_count == 0))
            continue;
        quiet = false;
        if (effects.alert_count == 0) {
            complain(problem, "whoever goes on from what was committed publishes a tally again", "");
            continue;
        }
        if (effects.alerts[0].gone) {
            complain(problem, "whoever goes on from what was committed drops what was not dropped", "");
            continue;
        }
        CDI_ASSERT(cdi_encode_alert_data(&json, tables_of(play), &effects.alerts[0], CDI_ALERT_FORM_WHOLE));
        json.at[json.size - 1] = '\0';
        complain(problem, "whoever goes on from what was committed publishes again: ", json.at);
    }
    free(json.at);
    return quiet;
}

/* Where no time is named, as far as this shard has come, and whatever is said is let pass. */
static bool bring_to(struct play *play, struct cdi_engine *engine, int32_t partition, struct cdi_instant judged, char **problem)
{
    struct cdi_shard_status status;
    if (cdi_instant_said(judged))
        return says_nothing(play, engine, judged, problem);
    if (play->lanes[partition].shard == NULL)
        return true;
    cdi_shard_status(play->lanes[partition].shard, &status);
    if (cdi_instant_said(status.judge_time) && !says_nothing(play, engine, status.judge_time, problem)) {
        free(*problem);
        *problem = NULL;
    }
    return true;
}

static bool write_tally(void *context, const struct cdi_tally *tally)
{
    struct ending *ending = context;
    if (tally->row_count == 0)                  /* that something was once counted there is no fact */
        return true;
    CDI_ASSERT(cdi_encode_tally_data(&ending->json, tally, CDI_ALERT_FORM_CANONICAL));
    fprintf(ending->out, "%.*s\n", (int)ending->json.size, ending->json.at);
    return true;
}

/* As they are kept; counted afresh they come to the same. */
static bool write_tallies(struct cdi_engine *engine, struct ending *ending, char **problem)
{
    char *kept, *fresh;
    size_t kept_size, fresh_size;
    FILE *out = ending->out;
    ending->out = open_memstream(&kept, &kept_size);
    cdi_engine_tallies(engine, false, write_tally, ending, NULL);
    fclose(ending->out);
    ending->out = open_memstream(&fresh, &fresh_size);
    cdi_engine_tallies(engine, true, write_tally, ending, NULL);
    fclose(ending->out);
    ending->out = out;
    bool same = strcmp(kept, fresh) == 0;
    if (!same)
        complain(problem, "counted afresh the tallies are others: ", fresh);
    fputs(kept, out);
    free(kept);
    free(fresh);
    return same;
}

char *ending_of(struct play *play, struct cdi_instant judged, bool documents_only, enum cdi_alert_form form, char **problem)
{
    char *text = NULL;
    size_t size;
    struct ending ending = { .play = play, .form = form, .out = open_memstream(&text, &size) };
    bool good = true;
    *problem = NULL;
    for (int32_t p = 0; good && p < PARTITIONS; p++) {
        struct cdi_error err = { 0 };
        struct cdi_engine *engine = cdi_engine_create(tables_of(play), NULL, &err);
        good = engine != NULL && restore(play, engine, p, &err);
        if (!good)
            complain(problem, "the committed state cannot be restored: ", err.text);
        good = good && bring_to(play, engine, p, judged, problem);
        if (good)
            cdi_engine_each(engine, documents_only, write_report, &ending);
        if (good && !documents_only && form == CDI_ALERT_FORM_CANONICAL)
            good = write_tallies(engine, &ending, problem);
        cdi_engine_destroy(engine);
    }
    fclose(ending.out);
    free(ending.json.at);
    if (good)
        return text;
    free(text);
    return NULL;
}
