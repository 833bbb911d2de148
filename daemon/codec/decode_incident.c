/* An incident: an empty one, and what is left to do once all its members are read; and what every kind shares of that. */
#include <stdlib.h>
#include <string.h>

#include "codec/draft.h"

static const struct cdi_location no_location = { .said_at = { INT64_MIN }, .easting = CDI_GRID_NONE, .northing = CDI_GRID_NONE };
#define UNSAID { INT64_MIN }
#define NO_WORD { .said_at = UNSAID }
#define NO_WHEN { UNSAID, UNSAID }

static const struct cdi_incident empty = {
    .event_at = UNSAID, .received_at = UNSAID, .reopened_at = UNSAID,
    .source = NO_WORD, .opened_as = NO_WORD, .channel = NO_WORD, .classified_as = NO_WORD, .caller_role = NO_WORD,
    .unit = NO_WORD, .parent = NO_WORD, .safeguarding = NO_WORD, .dash_risk = NO_WORD,
    .appointment_at = NO_WHEN, .dash_completed_at = NO_WHEN, .closing = { .said_at = UNSAID, .at = UNSAID },
    .area = { .said_at = UNSAID }, .settled = { .until = UNSAID },
};

static void no_disposal(struct cdi_disposal *disposal)
{
    disposal->said_at = disposal->cut_at = CDI_INSTANT_NONE;
    disposal->decided_at = disposal->endorsed_at = disposal->victim_told_at = disposal->victim_contact_at = CDI_INSTANT_NONE;
    for (size_t i = 0; i < CDI_DISPOSAL_FIELD_COUNT; i++)
        disposal->field_at[i] = CDI_INSTANT_NONE;
}

void cdi_incident_begin(struct cdi_draft *draft)
{
    draft->record.kind = CDI_RECORD_KIND_INCIDENT;
    draft->record.incident = empty;
    draft->record.incident.location = no_location;
    no_disposal(&draft->record.incident.disposal);
}

void cdi_action_begin(struct cdi_draft *draft)
{
    draft->record.kind = CDI_RECORD_KIND_ACTION;
    draft->record.action = (struct cdi_action){ .verb = CDI_VERB_COUNT, .at = CDI_INSTANT_NONE };
    no_disposal(&draft->record.action.disposal);
}

bool cdi_finish_event_at(struct cdi_decoder *decoder, struct cdi_instant *event_at)
{
    if (cdi_instant_said(*event_at))
        return true;
    if (!decoder->parts.source->feeds[decoder->feed].event_at_kafka)
        return cdi_decoder_missing(decoder, "event_at");
    *event_at = cdi_instant_said(decoder->draft.record.known_at) ? decoder->draft.record.known_at : decoder->seen_at;
    return true;
}

void cdi_finish_registers(struct cdi_decoder *decoder, struct cdi_instant event_at)
{
    size_t count;
    const struct cdi_field *fields = cdi_fields(decoder->feed, &count);
    for (size_t i = 0; i < count; i++) {
        if (fields[i].said_at == CDI_FIELD_NOWHERE)
            continue;
        struct cdi_instant *said_at = (struct cdi_instant *)((char *)&decoder->draft + fields[i].said_at);
        if (said_at->ms == CDI_SAID_HERE.ms)
            *said_at = event_at;
    }
}

/* The grid's false origin is in the sea: who sends 0, 0 does not know the place, and all such logs would seem neighbours. */
void cdi_finish_location(struct cdi_location *location)
{
    if (location->easting == 0 && location->northing == 0)
        location->easting = location->northing = CDI_GRID_NONE;
}

void cdi_finish_disposal(struct cdi_disposal *disposal, struct cdi_instant event_at)
{
    for (size_t i = 0; i < CDI_DISPOSAL_FIELD_COUNT; i++)
        if (cdi_instant_said(disposal->field_at[i]))
            disposal->said_at = event_at;
}

void cdi_finish_persons(struct cdi_decoder *decoder, struct cdi_instant event_at, struct cdi_instant received_at)
{
    struct cdi_draft *draft = &decoder->draft;
    struct cdi_instant at = cdi_instant_said(received_at) ? received_at : event_at;
    for (unsigned i = 0; i < draft->person_count; i++) {
        draft->persons[i].said_at = event_at;
        if (draft->person_notes[i].born_said)
            draft->persons[i].age_band = cdi_age_band_at(&draft->person_notes[i].born, at);
        draft->person_notes[i].born = (struct cdi_civil){ 0 };
    }
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* In order of seq, as sent among equals.  Most messages are so already. */
static void order_entries(struct cdi_draft *draft)
{
    uint64_t *order = draft->entry_order;
    bool ordered = true;
    for (uint32_t i = 0; i < draft->entry_count; i++) {
        order[i] = (uint64_t)draft->entries[i].seq << 32 | i;
        ordered = ordered && (i == 0 || order[i - 1] < order[i]);
    }
    if (!ordered)
        qsort(order, draft->entry_count, sizeof *order, by_number);
    if (draft->entry_count > CDI_ENTRIES_MAX) {
        draft->truncated = true;
        draft->entry_count = CDI_ENTRIES_MAX;
    }
}

static struct cdi_wording *wording_of(struct cdi_decoder *decoder, uint64_t text_hash)
{
    return &decoder->wordings[text_hash % CDI_WORDINGS];
}

/* The findings of one entry, from what was found in the same wording before if it was. */
static size_t find(struct cdi_decoder *decoder, const struct cdi_entry *entry, struct cdi_text text, size_t found)
{
    struct cdi_draft *draft = &decoder->draft;
    struct cdi_wording *wording = wording_of(decoder, entry->text_hash);
    size_t room = CDI_FINDINGS_MAX - found;
    bool more = false;
    if (entry->text_hash != 0 && wording->hash == entry->text_hash && wording->role == entry->role && wording->count <= room) {
        memcpy(draft->findings + found, wording->findings, wording->count * sizeof *wording->findings);
        return wording->count;
    }
    size_t count = cdi_lexicon_find(decoder->parts.lexicon, text, entry->role, draft->findings + found, room, &more);
    draft->truncated |= more;
    if (!more && count <= CDI_WORDING_FINDINGS) {
        wording->hash = entry->text_hash;
        wording->role = (uint8_t)entry->role;
        wording->count = (uint8_t)count;
        memcpy(wording->findings, draft->findings + found, count * sizeof *wording->findings);
    }
    return count;
}

/* What an entry does not say of itself is its place in the message and the receipt of the log.  Where its wording is remembered is
 * fetched meanwhile: it is far away. */
static void finish_entry(struct cdi_decoder *decoder, const struct cdi_incident *incident, uint32_t place)
{
    struct cdi_draft *draft = &decoder->draft;
    uint32_t sent = (uint32_t)draft->entry_order[place];
    struct cdi_entry *entry = &draft->kept_entries[place];
    *entry = draft->entries[sent];
    entry->said_at = incident->event_at;
    if (!cdi_instant_said(entry->at))
        entry->at = cdi_instant_said(incident->received_at) ? incident->received_at : incident->event_at;
    entry->text_hash = cdi_token_text(decoder->parts.tokeniser, draft->entry_notes[sent].text);
    __builtin_prefetch(wording_of(decoder, entry->text_hash));
}

static size_t finish_entries(struct cdi_decoder *decoder, const struct cdi_incident *incident)
{
    struct cdi_draft *draft = &decoder->draft;
    size_t found = 0;
    for (uint32_t i = 0; i < draft->entry_count; i++)
        if (!draft->entry_notes[i].seq_said)
            draft->entries[i].seq = i + 1;
    order_entries(draft);
    for (uint32_t i = 0; i < draft->entry_count; i++)
        finish_entry(decoder, incident, i);
    for (uint32_t i = 0; i < draft->entry_count; i++) {
        struct cdi_entry *entry = &draft->kept_entries[i];
        struct cdi_text text = draft->entry_notes[(uint32_t)draft->entry_order[i]].text;
        entry->finding_first = (uint16_t)found;
        entry->finding_count = text.size == 0 ? 0 : (uint16_t)find(decoder, entry, text, found);
        found += entry->finding_count;
    }
    return found;
}

bool cdi_incident_finish(struct cdi_decoder *decoder)
{
    struct cdi_draft *draft = &decoder->draft;
    struct cdi_incident *incident = &draft->record.incident;
    if (!cdi_text_said(incident->force))
        return cdi_decoder_missing(decoder, "force");
    if (!cdi_text_said(incident->reference))
        return cdi_decoder_missing(decoder, "incident");
    if (!cdi_finish_event_at(decoder, &incident->event_at))
        return false;
    cdi_finish_location(&incident->location);
    cdi_finish_registers(decoder, incident->event_at);
    cdi_finish_disposal(&incident->disposal, incident->event_at);
    cdi_finish_persons(decoder, incident->event_at, incident->received_at);
    incident->finding_count = (uint16_t)finish_entries(decoder, incident);
    incident->persons = draft->persons;
    incident->person_count = draft->person_count;
    incident->entries = draft->kept_entries;
    incident->entry_count = (uint16_t)draft->entry_count;
    incident->findings = draft->findings;
    incident->crimes = draft->references;
    incident->crime_count = draft->reference_count;
    incident->truncated = draft->truncated;
    incident->doubtful_time = draft->doubtful_time;
    return true;
}
