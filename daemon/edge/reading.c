#include "edge/reading.h"

#include <stdlib.h>

#include "codec/frequencies.h"

/* Who hears of problems, and the first of them. */
struct hearing { cdi_complaint complain; void *context; struct cdi_error *err; size_t problems; };

static void hear(void *context, const struct cdi_error *problem)
{
    struct hearing *hearing = context;
    if (hearing->problems++ == 0)
        cdi_fail_at(hearing->err, problem->code, problem->where, "%s", problem->text);
    if (hearing->complain != NULL)
        hearing->complain(hearing->context, problem);
}

/* Tables say their own problems, unless they could not even be read. */
static void load_rules(struct cdi_reading *reading, const struct cdi_config *config, struct hearing *hearing)
{
    struct cdi_error problem = { 0 };
    size_t before = hearing->problems;
    reading->rulebook = cdi_rulebook_load(cdi_text_said(config->tables) ? config->tables.at : NULL, hear, hearing, &problem);
    if (reading->rulebook == NULL && hearing->problems == before)
        hear(hearing, &problem);
}

static bool load_source(struct cdi_reading *reading, const struct cdi_config *config, enum cdi_feed feed, struct cdi_error *err)
{
    const char *name = config->sources[feed].at;
    reading->sources[feed] = cdi_source_load(name, err);
    if (reading->sources[feed] == NULL || reading->sources[feed]->feeds[feed].said)
        return reading->sources[feed] != NULL;
    return cdi_fail_at(err, CDI_ERROR_CONFIGURATION, name, "this source table says nothing of %s; name another for them under "
                       "sources:, or add a section '%s:'", cdi_feed_word(feed), cdi_feed_word(feed));
}

static bool make_decoder(struct cdi_reading *reading, const struct cdi_config *config, enum cdi_feed feed, struct cdi_error *err)
{
    struct cdi_decoder_parts parts = { .source = reading->sources[feed], .lexicon = reading->rulebook->lexicon,
                                       .tokeniser = reading->tokeniser, .boilerplate = reading->rulebook->boilerplate,
                                       .reader = config->reader };
    reading->decoders[feed] = cdi_decoder_create(&parts, err);
    return reading->decoders[feed] != NULL;
}

/* For each feed, whatever became of the others. */
static void for_feeds(struct cdi_reading *reading, const struct cdi_config *config, struct hearing *hearing,
                      bool (*step)(struct cdi_reading *, const struct cdi_config *, enum cdi_feed, struct cdi_error *))
{
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++) {
        struct cdi_error problem = { 0 };
        if (!step(reading, config, (enum cdi_feed)feed, &problem))
            hear(hearing, &problem);
    }
}

static void load_all(struct cdi_reading *reading, const struct cdi_config *config, struct hearing *hearing)
{
    struct cdi_error problem = { 0 };
    load_rules(reading, config, hearing);
    for_feeds(reading, config, hearing, load_source);
    reading->tokeniser = cdi_tokeniser_load(config->key.at, NULL, 0, &problem);
    if (reading->tokeniser == NULL)
        hear(hearing, &problem);
    if (hearing->problems == 0 &&
        !cdi_frequencies_bind(reading->rulebook->frequencies, &reading->rulebook->tables, reading->tokeniser, &problem))
        hear(hearing, &problem);
    if (hearing->problems == 0)
        for_feeds(reading, config, hearing, make_decoder);
}

struct cdi_reading *cdi_reading_load(const struct cdi_config *config, cdi_complaint complain, void *context, struct cdi_error *err)
{
    struct hearing hearing = { complain, context, err, 0 };
    struct cdi_error problem = { 0 };
    struct cdi_reading *reading = calloc(1, sizeof *reading);
    if (reading != NULL)
        load_all(reading, config, &hearing);
    else if (!cdi_fail(&problem, CDI_ERROR_SYSTEM, "no memory for the tables"))
        hear(&hearing, &problem);
    if (hearing.problems == 0)
        return reading;
    cdi_reading_destroy(reading);
    return NULL;
}

void cdi_reading_destroy(struct cdi_reading *reading)
{
    if (reading == NULL)
        return;
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++) {
        cdi_decoder_destroy(reading->decoders[feed]);
        cdi_source_destroy(reading->sources[feed]);
    }
    cdi_tokeniser_destroy(reading->tokeniser);
    cdi_rulebook_destroy(reading->rulebook);
    free(reading);
}
