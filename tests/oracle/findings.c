/* What only the decoder can know of messages, a JSON line for each line read, in order: what the text says (findings), whether
 * rationales are given, the tokens that persons and places become, the alert of a log's first report.  The oracle reads everything else from the message itself.
 *   findings KEY_FILE incidents|crimes|actions < FILE       a line that cannot be read gives null */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../bench/embedded_rules.h"
#include "cdiwatch/alert.h"
#include "codec/decode.h"
#include "codec/json_text.h"
#include "edge/rulebook.h"

/* Of the first report of the log. */
static void alert(struct cdi_json_text *out, const struct cdi_incident *incident)
{
    char hex[33];
    cdi_alert_id_format(cdi_alert_id(incident->force, incident->reference, 0), hex);
    cdi_json_string(out, "alert", cdi_text_of(hex));
}

static void token(struct cdi_json_text *out, const char *key, uint64_t value)
{
    char hex[17];
    snprintf(hex, sizeof hex, "%016" PRIx64, value);
    cdi_json_string(out, key, value != 0 ? cdi_text_of(hex) : CDI_TEXT_NONE);
}

static void persons(struct cdi_json_text *out, const struct cdi_person *persons, size_t count)
{
    cdi_json_open(out, "persons", '[');
    for (size_t i = 0; i < count; i++) {
        cdi_json_open(out, NULL, '{');
        cdi_json_string(out, "role", cdi_text_of(cdi_person_role_word(persons[i].role)));
        cdi_json_string(out, "age", cdi_text_of(cdi_age_band_word(persons[i].age_band)));
        for (int kind = 0; kind < CDI_TOKEN_COUNT; kind++)
            token(out, cdi_token_word((enum cdi_token)kind), persons[i].tokens[kind]);
        cdi_json_close(out, '}');
    }
    cdi_json_close(out, ']');
}

static void place(struct cdi_json_text *out, const struct cdi_location *location)
{
    cdi_json_open(out, "place", '{');
    token(out, "uprn", location->uprn);
    token(out, "postcode", location->postcode);
    token(out, "text", location->text);
    cdi_json_close(out, '}');
}

static void finding(struct cdi_json_text *out, const struct cdi_evidence *evidence, const struct cdi_finding *finding)
{
    uint16_t phrase = cdi_evidence_phrase(evidence, finding->phrase);
    cdi_json_open(out, NULL, '{');
    cdi_json_string(out, "phrase", phrase != CDI_PHRASE_NONE ? evidence->phrases[phrase].name : CDI_TEXT_NONE);
    cdi_json_string(out, "meant", cdi_text_of(cdi_assertion_word((enum cdi_assertion)finding->assertion)));
    cdi_json_bool(out, "other", finding->other_occasion != 0);
    cdi_json_integer(out, "victims", finding->victims);
    cdi_json_close(out, '}');
}

static void entries(struct cdi_json_text *out, const struct cdi_evidence *evidence, const struct cdi_incident *incident)
{
    cdi_json_open(out, "entries", '[');
    for (size_t i = 0; i < incident->entry_count; i++) {
        const struct cdi_entry *entry = &incident->entries[i];
        cdi_json_open(out, NULL, '{');
        cdi_json_integer(out, "seq", entry->seq);
        cdi_json_open(out, "findings", '[');
        for (size_t k = 0; k < entry->finding_count; k++)
            finding(out, evidence, &incident->findings[entry->finding_first + k]);
        cdi_json_close(out, ']');
        cdi_json_close(out, '}');
    }
    cdi_json_close(out, ']');
}

static void rationale(struct cdi_json_text *out, const struct cdi_disposal *disposal)
{
    cdi_json_string(out, "rationale", cdi_text_of(cdi_rationale_word(disposal->rationale)));
}

static void say(struct cdi_json_text *out, const struct cdi_evidence *evidence, const struct cdi_record *record)
{
    cdi_json_open(out, NULL, '{');
    switch (record->kind) {
    case CDI_RECORD_KIND_INCIDENT:
        alert(out, &record->incident);
        persons(out, record->incident.persons, record->incident.person_count);
        place(out, &record->incident.location);
        rationale(out, &record->incident.disposal);
        entries(out, evidence, &record->incident);
        break;
    case CDI_RECORD_KIND_CRIME:
        persons(out, record->crime.persons, record->crime.person_count);
        place(out, &record->crime.location);
        cdi_json_bool(out, "late_rationale", cdi_instant_said(record->crime.late_rationale_at));
        break;
    case CDI_RECORD_KIND_ACTION: rationale(out, &record->action.disposal); break;
    case CDI_RECORD_KIND_HEARTBEAT:
    case CDI_RECORD_KIND_COUNT: break;
    }
    cdi_json_close(out, '}');
}

static struct cdi_decoder *decoder_of(struct cdi_rulebook *rules, const char *key, struct cdi_error *err)
{
    struct cdi_source *source = cdi_source_load("cdiwatch", err);
    struct cdi_tokeniser *tokeniser = cdi_tokeniser_load(key, NULL, 0, err);
    const struct cdi_decoder_parts parts = { source, rules->lexicon, tokeniser, rules->boilerplate, CDI_JSON_READER_JANSSON };
    return source != NULL && tokeniser != NULL ? cdi_decoder_create(&parts, err) : NULL;
}

int main(int count, char *words[])
{
    struct cdi_rulebook *rules = embedded_rules();
    struct cdi_error err = { 0 };
    struct cdi_json_text out = { 0 };
    enum cdi_feed feed;
    char *line = NULL;
    size_t room = 0;
    if (count != 3 || !cdi_feed_from(cdi_text_of(words[2]), &feed)) {
        fprintf(stderr, "usage: findings KEY_FILE incidents|crimes|actions < FILE\n");
        return 64;
    }
    struct cdi_decoder *decoder = decoder_of(rules, words[1], &err);
    if (decoder == NULL) {
        fprintf(stderr, "%s: %s\n", err.where, err.text);
        return 1;
    }
    for (ssize_t size; (size = getline(&line, &room, stdin)) > 0;) {
        const struct cdi_record *record = NULL;
        size -= line[size - 1] == '\n';
        out.size = 0;
        out.comma = false;
        if (cdi_decode_message(decoder, feed, line, (size_t)size, (struct cdi_instant){ INT64_MAX / 2 }, &record, &err) && record != NULL)
            say(&out, &rules->tables.evidence, record);
        else
            cdi_json_null(&out, NULL);
        fwrite(out.at, 1, out.size, stdout);
        putchar('\n');
    }
    free(line);
    free(out.at);
    cdi_decoder_destroy(decoder);
    cdi_rulebook_destroy(rules);
    return ferror(stdout) || fflush(stdout) != 0;
}
