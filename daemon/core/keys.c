#include "core/keys.h"

#include <string.h>

enum { CELL_METRES = 1000 };

/* What a key is about; part of its hash. */
enum salt { SALT_REFERENCE = 16, SALT_ID, SALT_NAME, SALT_PHONE, SALT_SOUND_AND_BIRTH, SALT_UPRN, SALT_PLACE, SALT_POSTCODE, SALT_CELL, SALT_PAST };

static uint32_t mix(uint64_t force, enum salt salt, uint64_t token)
{
    uint64_t hash = (force ^ (uint64_t)salt * 0x9E3779B97F4A7C15u) + token * 0xD6E8FEB86659FD93u;
    hash = (hash ^ hash >> 32) * 0xD6E8FEB86659FD93u;
    hash = (hash ^ hash >> 29) * 0x9E3779B97F4A7C15u;
    return (uint32_t)(hash >> 32);
}

/* Each key once. */
static void put(struct cdi_keys *keys, uint32_t key)
{
    for (size_t i = 0; i < keys->count; i++)
        if (keys->keys[i] == key)
            return;
    CDI_ASSERT(keys->count < CDI_KEYS_MAX);
    keys->keys[keys->count++] = key;
}

static void put_token(struct cdi_keys *keys, uint64_t force, enum salt salt, uint64_t token)
{
    if (token != 0)
        put(keys, mix(force, salt, token));
}

static void put_persons(struct cdi_keys *keys, uint64_t force, const struct cdi_person *persons, uint16_t count)
{
    for (uint16_t i = 0; i < count; i++) {
        const uint64_t *tokens = persons[i].tokens;
        put_token(keys, force, SALT_ID, tokens[CDI_TOKEN_ID]);
        put_token(keys, force, SALT_NAME, tokens[CDI_TOKEN_NAME]);
        put_token(keys, force, SALT_PHONE, tokens[CDI_TOKEN_PHONE]);
        if (tokens[CDI_TOKEN_PHONETIC] != 0 && tokens[CDI_TOKEN_BIRTH] != 0)
            put_token(keys, force + tokens[CDI_TOKEN_BIRTH], SALT_SOUND_AND_BIRTH, tokens[CDI_TOKEN_PHONETIC]);
    }
}

static void put_cell(struct cdi_keys *keys, uint64_t force, int64_t east, int64_t north)
{
    put(keys, mix(force, SALT_CELL, (uint64_t)(east + (1 << 24)) << 32 | (uint64_t)(north + (1 << 24))));
}

static int64_t cell(int32_t metres)
{
    return metres >= 0 ? metres / CELL_METRES : -((-(int64_t)metres + CELL_METRES - 1) / CELL_METRES);
}

static void put_place(struct cdi_keys *keys, uint64_t force, const struct cdi_location *place, int around)
{
    put_token(keys, force, SALT_UPRN, place->uprn);
    put_token(keys, force, SALT_PLACE, place->text);
    put_token(keys, force, SALT_POSTCODE, place->postcode);
    if (place->easting == CDI_GRID_NONE || place->northing == CDI_GRID_NONE)
        return;
    for (int east = -around; east <= around; east++)
        for (int north = -around; north <= around; north++)
            put_cell(keys, force, cell(place->easting) + east, cell(place->northing) + north);
}

uint64_t cdi_keys_force(struct cdi_text force) { return cdi_text_hash(force, SALT_REFERENCE); }

static uint32_t reference_key(enum cdi_naming naming, uint64_t force, struct cdi_text reference)
{
    return (uint32_t)(cdi_text_hash(reference, force + (uint64_t)naming) >> 32);
}

uint32_t cdi_keys_reference(enum cdi_naming naming, struct cdi_text force, struct cdi_text reference)
{
    return reference_key(naming, cdi_keys_force(force), reference);
}

uint32_t cdi_keys_minute(struct cdi_instant at)
{
    if (!cdi_instant_said(at) || at.ms < 0)
        return 0;
    int64_t minute = at.ms / 60000;
    return minute > UINT32_MAX ? UINT32_MAX : (uint32_t)minute;
}

static void put_crime(struct cdi_keys *keys, uint64_t force, struct cdi_text crime)
{
    if (cdi_text_said(crime))
        put(keys, reference_key(CDI_NAMING_INCIDENTS_OF_CRIME, force, crime));
}

void cdi_keys_of_incident(const struct cdi_incident_case *of, struct cdi_keys *keys)
{
    const struct cdi_incident *incident = &of->facts;
    uint64_t force = cdi_keys_force(incident->force);
    keys->count = 0;
    keys->when = cdi_keys_minute(incident->received_at);
    for (uint16_t i = 0; i < incident->crime_count; i++)
        put(keys, reference_key(CDI_NAMING_INCIDENTS_OF_CRIME, force, incident->crimes[i]));
    put_crime(keys, force, incident->disposal.crime);
    for (uint16_t i = 0; i < incident->decision_count; i++)     /* ... and what a reason rested upon that another has taken the place of (R8) */
        put_crime(keys, force, incident->decisions[i].crime);
    for (uint16_t i = 0; i < of->deed_count; i++) {     /* what people confirmed, rejected or decided concerns the log as well */
        put_crime(keys, force, of->deeds[i].crime);
        if (of->deeds[i].disposed)
            put_crime(keys, force, of->deeds[i].disposal.crime);
    }
    if (cdi_text_said(incident->parent.text))
        put(keys, reference_key(CDI_NAMING_CHILDREN, force, incident->parent.text));
    put_persons(keys, force, incident->persons, incident->person_count);
    put_place(keys, force, &incident->location, 0);
}

void cdi_keys_of_crime(const struct cdi_crime *crime, struct cdi_keys *keys)
{
    uint64_t force = cdi_keys_force(crime->force);
    keys->count = 0;
    keys->when = cdi_keys_minute(cdi_instant_said(crime->reported_at.at) ? crime->reported_at.at : crime->recorded_at.at);
    for (uint16_t i = 0; i < crime->incident_count; i++)
        put(keys, reference_key(CDI_NAMING_CRIMES_OF_INCIDENT, force, crime->incidents[i]));
    if (cdi_text_said(crime->cancel.duplicate_of))
        put(keys, reference_key(CDI_NAMING_DUPLICATES, force, crime->cancel.duplicate_of));
    if (crime->incident_count != 0)
        return;                                 /* it says whose it is: nobody seeks it by its likeness */
    put_persons(keys, force, crime->persons, crime->person_count);
    put_place(keys, force, &crime->location, 0);
}

void cdi_keys_of_search(const struct cdi_search *search, struct cdi_keys *keys)
{
    uint64_t force = cdi_keys_force(search->force);
    keys->count = 0;
    keys->when = cdi_keys_minute(search->around);
    put_persons(keys, force, search->persons, search->person_count);
    if (search->location != NULL)
        put_place(keys, force, search->location, 1);
}

uint32_t cdi_keys_past(uint64_t force, enum cdi_past_key of, uint64_t token)
{
    uint32_t key = token == 0 ? 0 : mix(force, (enum salt)(SALT_PAST + (int)of), token);
    return token != 0 && key == 0 ? 1 : key;
}

uint32_t cdi_keys_print(const struct cdi_keys *keys)
{
    struct cdi_text bytes = { (const char *)keys->keys, keys->count * sizeof *keys->keys };
    return (uint32_t)cdi_text_hash(bytes, keys->when);
}
