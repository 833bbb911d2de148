/* What the wire cases, the fuzz harness and the benchmark share: a decoder over small tables of its own, and a record as text. */
#ifndef CDI_TESTS_HARNESS_H
#define CDI_TESTS_HARNESS_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/boilerplate.h"
#include "codec/decode.h"
#include "codec/lexicon.h"
#include "codec/source.h"
#include "codec/tokens.h"

static const char harness_boilerplate[] = "phrase\nno further action\nas above\n";
static const char harness_phrases[] =
    "phrase,kind,pattern,words,marks\nhit,,(punched|hit|kicked) (her|him|me|inf),somebody was hit,\nno,negates,no|not|denies,not so,\n";
/* 2026-11-05T12:00:00Z */
#define HARNESS_SEEN_AT ((struct cdi_instant){ INT64_C(1793880000000) })

struct harness {
    struct cdi_decoder_parts parts;
    struct cdi_table_store *store;
    struct cdi_decoder *decoders[CDI_JSON_READER_COUNT];
};

static inline bool harness_open(struct harness *harness, struct cdi_source *source, struct cdi_error *err)
{
    struct cdi_tables tables = { 0 };
    struct cdi_table_file file = { "boilerplate.csv", { harness_boilerplate, sizeof harness_boilerplate - 1 } };
    harness->store = cdi_table_store_create();
    struct cdi_binder binder = { .store = harness->store, .tables = &tables, .err = err };
    harness->parts.source = source;
    harness->parts.tokeniser = cdi_tokeniser_create("0123456789abcdef0123456789abcdef", 32, err);
    harness->parts.lexicon = cdi_lexicon_create(cdi_text_of(harness_phrases), CDI_TEXT_NONE, err);
    harness->parts.boilerplate = cdi_boilerplate_read(&binder, &file, 1);
    bool good = source != NULL && harness->parts.tokeniser != NULL && harness->parts.lexicon != NULL
        && harness->parts.boilerplate != NULL;
    for (int reader = 0; good && reader < CDI_JSON_READER_COUNT; reader++) {
        harness->parts.reader = (enum cdi_json_reader)reader;
        harness->decoders[reader] = cdi_decoder_create(&harness->parts, err);
        good = harness->decoders[reader] != NULL;
    }
    return good;
}

static inline void harness_close(struct harness *harness)
{
    for (int reader = 0; reader < CDI_JSON_READER_COUNT; reader++)
        cdi_decoder_destroy(harness->decoders[reader]);
    cdi_lexicon_destroy(harness->parts.lexicon);
    cdi_tokeniser_destroy(harness->parts.tokeniser);
    cdi_table_store_destroy(harness->store);
}

static inline void dump_time(FILE *out, const char *name, struct cdi_instant at)
{
    char text[CDI_INSTANT_TEXT_SIZE];
    if (!cdi_instant_said(at))
        return;
    cdi_instant_format(at, text);
    fprintf(out, "%s %s\n", name, text);
}

static inline void dump_text(FILE *out, const char *name, struct cdi_text text)
{
    if (cdi_text_said(text))
        fprintf(out, "%s %.*s\n", name, CDI_TEXT_ARGS(text));
}

static inline void dump_set(FILE *out, const char *name, uint32_t set)
{
    for (unsigned i = 0; i < CDI_QUALIFIER_COUNT; i++)
        if (set >> i & 1)
            fprintf(out, "%s %s\n", name, cdi_qualifier_word((enum cdi_qualifier)i));
}

static inline void dump_token(FILE *out, const char *name, uint64_t token)
{
    if (token != 0)
        fprintf(out, "%s %016" PRIx64 "\n", name, token);
}

static inline void dump_persons(FILE *out, const struct cdi_person *persons, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "person %s %s\n", cdi_person_role_word(persons[i].role), cdi_age_band_word(persons[i].age_band));
        for (unsigned k = 0; k < CDI_TOKEN_COUNT; k++) {
            char name[32];
            snprintf(name, sizeof name, "  %s", cdi_token_word((enum cdi_token)k));
            dump_token(out, name, persons[i].tokens[k]);
        }
    }
}

static inline void dump_place(FILE *out, const struct cdi_area *area, const struct cdi_location *location)
{
    dump_text(out, "bcu", area->bcu);
    dump_text(out, "beat", area->beat);
    dump_token(out, "uprn", location->uprn);
    dump_token(out, "postcode", location->postcode);
    dump_token(out, "place", location->text);
    if (location->easting != CDI_GRID_NONE)
        fprintf(out, "easting %" PRId32 "\n", location->easting);
    if (location->northing != CDI_GRID_NONE)
        fprintf(out, "northing %" PRId32 "\n", location->northing);
}

static inline void dump_disposal(FILE *out, const struct cdi_disposal *disposal)
{
    if (!cdi_instant_said(disposal->said_at))
        return;
    dump_text(out, "disposal", disposal->reason);
    fprintf(out, "  rationale %s\n", cdi_rationale_word(disposal->rationale));
    for (unsigned i = 0; i < CDI_DISPOSAL_FIELD_COUNT; i++)
        if (cdi_instant_said(disposal->field_at[i]))
            fprintf(out, "  says %s\n", cdi_disposal_field_word((enum cdi_disposal_field)i));
    dump_text(out, "  by", disposal->by);
    dump_text(out, "  by_role", disposal->by_role);
    dump_time(out, "  decided_at", disposal->decided_at);
    dump_text(out, "  endorsed_by", disposal->endorsed_by);
    dump_time(out, "  endorsed_at", disposal->endorsed_at);
    dump_time(out, "  victim_told_at", disposal->victim_told_at);
    dump_text(out, "  crime", disposal->crime);
    dump_text(out, "  other_reference", disposal->other_reference);
}

static inline void dump_incident(FILE *out, const struct cdi_incident *incident)
{
    dump_text(out, "force", incident->force);
    dump_text(out, "incident", incident->reference);
    dump_time(out, "event_at", incident->event_at);
    dump_text(out, "source", incident->source.text);
    dump_time(out, "  said_at", incident->source.said_at);
    dump_time(out, "received_at", incident->received_at);
    dump_text(out, "channel", incident->channel.text);
    dump_text(out, "caller_role", incident->caller_role.text);
    dump_text(out, "opened_as", incident->opened_as.text);
    dump_text(out, "classified_as", incident->classified_as.text);
    dump_text(out, "closed_as", incident->closing.code);
    dump_time(out, "closed_at", incident->closing.at);
    dump_time(out, "reopened_at", incident->reopened_at);
    dump_set(out, "qualifier", incident->qualifiers);
    dump_text(out, "unit", incident->unit.text);
    dump_time(out, "appointment_at", incident->appointment_at.at);
    dump_place(out, &incident->area, &incident->location);
    dump_persons(out, incident->persons, incident->person_count);
    for (size_t i = 0; i < incident->entry_count; i++) {
        const struct cdi_entry *entry = &incident->entries[i];
        fprintf(out, "entry %" PRIu32 " %s wording %016" PRIx64 "\n", entry->seq, cdi_entry_role_word(entry->role), entry->text_hash);
        dump_time(out, "  at", entry->at);
        for (size_t k = entry->finding_first; k < (size_t)entry->finding_first + entry->finding_count; k++)
            fprintf(out, "  finding %08" PRIx32 " %s\n", incident->findings[k].phrase,
                    cdi_assertion_word((enum cdi_assertion)incident->findings[k].assertion));
    }
    for (size_t i = 0; i < incident->crime_count; i++)
        dump_text(out, "crime", incident->crimes[i]);
    dump_text(out, "parent", incident->parent.text);
    dump_time(out, "dash", incident->dash_completed_at.at);
    dump_text(out, "dash risk", incident->dash_risk.text);
    dump_text(out, "safeguarding", incident->safeguarding.text);
    dump_disposal(out, &incident->disposal);
    fprintf(out, "%s%s", incident->truncated ? "truncated\n" : "", incident->doubtful_time ? "doubtful time\n" : "");
}

static inline void dump_crime(FILE *out, const struct cdi_crime *crime)
{
    dump_text(out, "force", crime->force);
    dump_text(out, "crime", crime->reference);
    dump_time(out, "event_at", crime->event_at);
    dump_text(out, "source", crime->source.text);
    dump_time(out, "recorded_at", crime->recorded_at.at);
    dump_time(out, "reported_at", crime->reported_at.at);
    dump_time(out, "committed_from", crime->committed_from.at);
    dump_time(out, "committed_to", crime->committed_to.at);
    dump_text(out, "class", crime->klass.text);
    dump_text(out, "code", crime->code.text);
    dump_text(out, "status", crime->status.text);
    if (cdi_instant_said(crime->cancel.said_at))
        fprintf(out, "cancel %s%s%s\n", cdi_cancel_type_word(crime->cancel.type), crime->cancel.independent ? " independent" : "",
                crime->cancel.avi ? " avi" : "");
    dump_text(out, "  by_role", crime->cancel.by_role);
    dump_text(out, "  duplicate_of", crime->cancel.duplicate_of);
    dump_time(out, "  victim_told_at", crime->cancel.victim_told_at);
    for (size_t i = 0; i < crime->incident_count; i++)
        dump_text(out, "incident", crime->incidents[i]);
    dump_persons(out, crime->persons, crime->person_count);
    dump_set(out, "flag", crime->flags);
    dump_text(out, "unit", crime->unit.text);
    dump_text(out, "n100", crime->n100.text);
    dump_place(out, &crime->area, &crime->location);
    dump_time(out, "late rationale given", crime->late_rationale_at);
    dump_time(out, "late fcr", crime->late_fcr_at.at);
    fprintf(out, "%s%s", crime->truncated ? "truncated\n" : "", crime->doubtful_time ? "doubtful time\n" : "");
}

static inline void dump_action(FILE *out, const struct cdi_action *action)
{
    dump_text(out, "force", action->force);
    dump_text(out, "alert", action->alert);
    fprintf(out, "action %s\n", cdi_verb_word(action->verb));
    dump_text(out, "by", action->by);
    dump_text(out, "role", action->role);
    dump_time(out, "at", action->at);
    dump_text(out, "request", action->request);
    dump_text(out, "assign_to", action->assign_to);
    dump_text(out, "text", action->text);
    dump_text(out, "crime", action->crime);
    dump_disposal(out, &action->disposal);
}

/* What a message came to: its record, or its complaint. */
static inline void dump_outcome(FILE *out, bool decoded, const struct cdi_record *record, const struct cdi_error *err)
{
    if (!decoded) {
        fprintf(out, "%s at \"%s\": %s\n", cdi_error_word(err->code), err->where, err->text);
        return;
    }
    if (record == NULL) {
        fprintf(out, "deleted: changes nothing\n");
        return;
    }
    fprintf(out, "kind %s\n", cdi_record_kind_word(record->kind));
    dump_time(out, "known_at", record->known_at);
    if (record->kind == CDI_RECORD_KIND_INCIDENT)
        dump_incident(out, &record->incident);
    else if (record->kind == CDI_RECORD_KIND_CRIME)
        dump_crime(out, &record->crime);
    else if (record->kind == CDI_RECORD_KIND_ACTION)
        dump_action(out, &record->action);
    else
        fprintf(out, "force %.*s\nof %.*s\n", CDI_TEXT_ARGS(record->heartbeat.force), CDI_TEXT_ARGS(record->heartbeat.feed_source));
    if (record->unknown_words > 0)
        fprintf(out, "unknown words %" PRIu32 "\n", record->unknown_words);
}

/* Decodes by one reader; the caller frees the text. */
static inline char *harness_decode(struct harness *harness, enum cdi_json_reader reader, enum cdi_feed feed, const char *bytes,
                                   size_t size)
{
    char *text = NULL;
    size_t length = 0;
    const struct cdi_record *record = NULL;
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    bool decoded = cdi_decode_message(harness->decoders[reader], feed, bytes, size, HARNESS_SEEN_AT, &record, &err);
    FILE *out = open_memstream(&text, &length);
    if (out == NULL)
        abort();
    dump_outcome(out, decoded, record, &err);
    fclose(out);
    return text;
}

#endif
