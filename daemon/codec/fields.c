/* THE table of fields.  A field that is not here does not exist. */
#include "codec/fields.h"

#include "codec/draft.h"

#define AT(member) offsetof(struct cdi_draft, record.member)
#define PERSON_AT(member) offsetof(struct cdi_person, member)
#define ENTRY_AT(member) offsetof(struct cdi_entry, member)
#define NONE CDI_FIELD_NOWHERE

#define ROW(path, type, group, offset, said_at, room, words, names, ahead) \
    { path, CDI_FIELD_##type, CDI_GROUP_##group, offset, said_at, room, CDI_WORDS_##words, CDI_NAMES_##names, ahead }
/* A register of one value, its said_at beside it. */
#define REGISTER(path, type, member, value, room, words, names) \
    ROW(path, type, WHOLE, AT(member.value), AT(member.said_at), room, words, names, false)
#define WORD(path, member) REGISTER(path, WORD, member, text, CDI_WORD_MAX, OPEN, NEITHER)
#define CODE(path, member) REGISTER(path, CODE, member, text, CDI_REFERENCE_MAX, OPEN, NEITHER)
#define WHEN(path, member) REGISTER(path, TIME, member, at, 0, OPEN, NEITHER)
#define PLAIN(path, type, member, room) ROW(path, type, WHOLE, AT(member), NONE, room, OPEN, NEITHER, false)
#define NAMED(path, type, member, names) ROW(path, type, WHOLE, AT(member), NONE, CDI_REFERENCE_MAX, OPEN, names, false)
#define PERSON(path, type, offset) ROW("persons." path, type, PERSON, offset, NONE, 0, OPEN, NEITHER, false)
#define ENTRY(path, type, offset) ROW("entries." path, type, ENTRY, offset, NONE, 0, OPEN, NEITHER, false)
#define ANYTHING(path) ROW(path, IGNORED, WHOLE, 0, NONE, 0, OPEN, NEITHER, false)

/* One field of a disposal: `field` is its place in field_at. */
#define GROUND(path, type, base, member, field, room, names) \
    ROW("disposal." path, type, WHOLE, AT(base.member), AT(base.field_at[CDI_DISPOSAL_FIELD_##field]), room, OPEN, names, false)
#define DISPOSAL(base) \
    ROW("disposal.reason", WORD, WHOLE, AT(base.reason), AT(base.said_at), CDI_WORD_MAX, REASON, NEITHER, false), \
    GROUND("rationale", RATIONALE, base, rationale, RATIONALE, 0, NEITHER), \
    GROUND("by", CODE, base, by, BY, CDI_REFERENCE_MAX, NEITHER), \
    GROUND("by_role", WORD, base, by_role, BY_ROLE, CDI_WORD_MAX, NEITHER), \
    GROUND("decided_at", TIME, base, decided_at, DECIDED_AT, 0, NEITHER), \
    GROUND("endorsed_by", CODE, base, endorsed_by, ENDORSED_BY, CDI_REFERENCE_MAX, NEITHER), \
    GROUND("endorsed_role", WORD, base, endorsed_role, ENDORSED_ROLE, CDI_WORD_MAX, NEITHER), \
    GROUND("endorsed_at", TIME, base, endorsed_at, ENDORSED_AT, 0, NEITHER), \
    GROUND("victim_told_at", TIME, base, victim_told_at, VICTIM_TOLD_AT, 0, NEITHER), \
    GROUND("victim_contact_at", TIME, base, victim_contact_at, VICTIM_CONTACT_AT, 0, NEITHER), \
    GROUND("enquiries", GIVEN, base, enquiries, ENQUIRIES, 0, NEITHER), \
    GROUND("crime", REFERENCE, base, crime, CRIME, CDI_REFERENCE_MAX, CRIME), \
    GROUND("other_force", WORD, base, other_force, OTHER_FORCE, CDI_WORD_MAX, NEITHER), \
    GROUND("other_reference", CODE, base, other_reference, OTHER_REFERENCE, CDI_REFERENCE_MAX, NEITHER), \
    GROUND("rule", WORD, base, rule, RULE, CDI_WORD_MAX, NEITHER), \
    GROUND("element", GIVEN, base, element, ELEMENT, 0, NEITHER), \
    GROUND("n100", CODE, base, n100, N100, CDI_REFERENCE_MAX, NEITHER), \
    GROUND("n300", CODE, base, n300, N300, CDI_REFERENCE_MAX, NEITHER), \
    GROUND("category", WORD, base, category, CATEGORY, CDI_WORD_MAX, NEITHER)

#define SPOT(path, type, base, member) \
    ROW(path, type, WHOLE, AT(base.member), AT(base.said_at), 0, OPEN, NEITHER, false)
#define LOCATION(base) \
    SPOT("location.uprn", UPRN, base, uprn), SPOT("location.postcode", POSTCODE, base, postcode), \
    SPOT("location.easting", GRID, base, easting), SPOT("location.northing", GRID, base, northing), \
    SPOT("location.text", PLACE, base, text)
#define AREA(base) \
    REGISTER("area.bcu", WORD, base, bcu, CDI_WORD_MAX, OPEN, NEITHER), \
    REGISTER("area.beat", WORD, base, beat, CDI_WORD_MAX, OPEN, NEITHER)
#define PERSONS \
    PERSON("role", PERSON_ROLE, PERSON_AT(role)), PERSON("name", NAME, PERSON_AT(tokens)), \
    PERSON("dob", BIRTH, PERSON_AT(tokens[CDI_TOKEN_BIRTH])), PERSON("phone", PHONE, PERSON_AT(tokens[CDI_TOKEN_PHONE])), \
    PERSON("id", ID, PERSON_AT(tokens[CDI_TOKEN_ID]))
#define HEARTBEAT \
    ROW("heartbeat", WORD, WHOLE, offsetof(struct cdi_draft, heartbeat), NONE, CDI_WORD_MAX, OPEN, NEITHER, false), \
    ROW("at", TIME, WHOLE, offsetof(struct cdi_draft, at), NONE, 0, OPEN, NEITHER, false)

static const struct cdi_field incident_fields[] = {
    PLAIN("force", FORCE, incident.force, CDI_FORCE_MAX),
    NAMED("incident", REFERENCE, incident.reference, INCIDENT),
    PLAIN("event_at", TIME, incident.event_at, 0),
    WORD("source", incident.source),
    PLAIN("received_at", TIME, incident.received_at, 0),
    WORD("channel", incident.channel),
    REGISTER("caller_role", WORD, incident.caller_role, text, CDI_WORD_MAX, CALLER_ROLE, NEITHER),
    CODE("opened_as", incident.opened_as),
    CODE("classified_as", incident.classified_as),
    REGISTER("closed_as", CODE, incident.closing, code, CDI_REFERENCE_MAX, OPEN, NEITHER),
    REGISTER("closed_at", TIME, incident.closing, at, 0, OPEN, NEITHER),
    PLAIN("reopened_at", TIME, incident.reopened_at, 0),
    PLAIN("qualifiers", QUALIFIERS, incident.qualifiers, 0),
    AREA(incident.area),
    CODE("unit", incident.unit),
    ROW("appointment_at", TIME, WHOLE, AT(incident.appointment_at.at), AT(incident.appointment_at.said_at), 0, OPEN, NEITHER, true),
    LOCATION(incident.location),
    PERSONS,
    ENTRY("seq", INTEGER, ENTRY_AT(seq)),
    ENTRY("at", TIME, ENTRY_AT(at)),
    ENTRY("role", ENTRY_ROLE, ENTRY_AT(role)),
    ANYTHING("entries.category"),
    ENTRY("text", FREE_TEXT, ENTRY_AT(text_hash)),
    NAMED("crimes", REFERENCES, incident.crimes, CRIME),
    REGISTER("parent", REFERENCE, incident.parent, text, CDI_REFERENCE_MAX, OPEN, INCIDENT),
    WHEN("dash.completed_at", incident.dash_completed_at),
    WORD("dash.risk", incident.dash_risk),
    CODE("safeguarding", incident.safeguarding),
    DISPOSAL(incident.disposal),
    HEARTBEAT,
};

static const struct cdi_field crime_fields[] = {
    PLAIN("force", FORCE, crime.force, CDI_FORCE_MAX),
    NAMED("crime", REFERENCE, crime.reference, CRIME),
    PLAIN("event_at", TIME, crime.event_at, 0),
    WORD("source", crime.source),
    WHEN("recorded_at", crime.recorded_at),
    WHEN("reported_at", crime.reported_at),
    WHEN("committed_from", crime.committed_from),
    WHEN("committed_to", crime.committed_to),
    CODE("class", crime.klass),
    CODE("code", crime.code),
    REGISTER("status", WORD, crime.status, text, CDI_WORD_MAX, CRIME_STATUS, NEITHER),
    SPOT("cancel.type", CANCEL_TYPE, crime.cancel, type),
    REGISTER("cancel.by_role", WORD, crime.cancel, by_role, CDI_WORD_MAX, OPEN, NEITHER),
    SPOT("cancel.independent", BOOLEAN, crime.cancel, independent),
    SPOT("cancel.avi", GIVEN, crime.cancel, avi),
    REGISTER("cancel.other_force", WORD, crime.cancel, other_force, CDI_WORD_MAX, OPEN, NEITHER),
    REGISTER("cancel.reference", CODE, crime.cancel, reference, CDI_REFERENCE_MAX, OPEN, NEITHER),
    REGISTER("cancel.duplicate_of", REFERENCE, crime.cancel, duplicate_of, CDI_REFERENCE_MAX, OPEN, CRIME),
    SPOT("cancel.victim_told_at", TIME, crime.cancel, victim_told_at),
    NAMED("incidents", REFERENCES, crime.incidents, INCIDENT),
    PERSONS,
    PLAIN("flags", QUALIFIERS, crime.flags, 0),
    AREA(crime.area),
    CODE("unit", crime.unit),
    LOCATION(crime.location),
    CODE("n100", crime.n100),
    ROW("late.rationale", LATE_RATIONALE, WHOLE, AT(crime.late_rationale_at), AT(crime.late_rationale_at), 0, OPEN, NEITHER, false),
    WHEN("late.fcr_at", crime.late_fcr_at),
    HEARTBEAT,
};

static const struct cdi_field action_fields[] = {
    PLAIN("force", FORCE, action.force, CDI_FORCE_MAX),
    PLAIN("alert", CODE, action.alert, CDI_REFERENCE_MAX),
    PLAIN("action", VERB, action.verb, 0),
    PLAIN("by", CODE, action.by, CDI_REFERENCE_MAX),
    PLAIN("role", WORD, action.role, CDI_WORD_MAX),
    PLAIN("request", CODE, action.request, CDI_REFERENCE_MAX),
    PLAIN("assign_to", CODE, action.assign_to, CDI_REFERENCE_MAX),
    PLAIN("text", NOTE, action.text, CDI_NOTE_MAX),
    DISPOSAL(action.disposal),
    NAMED("crime", REFERENCE, action.crime, CRIME),
    HEARTBEAT,
};

static const struct { const struct cdi_field *fields; size_t count; } feeds[CDI_FEED_COUNT] = {
    [CDI_FEED_INCIDENTS] = { incident_fields, sizeof incident_fields / sizeof *incident_fields },
    [CDI_FEED_CRIMES] = { crime_fields, sizeof crime_fields / sizeof *crime_fields },
    [CDI_FEED_ACTIONS] = { action_fields, sizeof action_fields / sizeof *action_fields },
};

const struct cdi_field *cdi_fields(enum cdi_feed feed, size_t *count)
{
    *count = feeds[feed].count;
    return feeds[feed].fields;
}

const struct cdi_field *cdi_field_find(enum cdi_feed feed, struct cdi_text path)
{
    for (size_t i = 0; i < feeds[feed].count; i++)
        if (path.size != 0 && feeds[feed].fields[i].path[0] == path.at[0] && cdi_text_is(path, feeds[feed].fields[i].path))
            return &feeds[feed].fields[i];
    return NULL;
}

const char *cdi_field_type_words(enum cdi_field_type type)
{
    static const char *const words[CDI_FIELD_TYPE_COUNT] = {
#define X(upper, said) [CDI_FIELD_##upper] = said,
        CDI_FIELD_TYPE_LIST(X)
#undef X
    };
    return words[type];
}
