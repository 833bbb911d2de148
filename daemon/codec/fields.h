/* Floor: codec.  THE table of fields: every field of DESIGN.md "Messages", what kind of value it takes, where that goes and
 * how large it may be.  A source table names these fields; the decoder walks a document and looks its members up here. */
#ifndef CDI_CODEC_FIELDS_H
#define CDI_CODEC_FIELDS_H

#include "cdiwatch/record.h"

/* How a value is read, and what is kept of it. */
#define CDI_FIELD_TYPE_LIST(X) \
    X(FORCE, "a text")                /* kept, CDI_FORCE_MAX bytes */ \
    X(REFERENCE, "a text")            /* kept, normalised by the source table; beyond its room the message is refused */ \
    X(CODE, "a text")                 /* the same, not normalised */ \
    X(WORD, "a text")                 /* kept, CDI_WORD_MAX bytes; too long or outside its closed list: counted */ \
    X(NOTE, "a text")                 /* kept: what staff typed into an action */ \
    X(TIME, "a time")                 \
    X(BIRTH, "a date")                /* becomes a token and an age band */ \
    X(INTEGER, "a whole number")      \
    X(GRID, "a number")               /* metres, rounded */ \
    X(BOOLEAN, "true or false")       \
    X(GIVEN, "a text")                /* free text: only whether there was any */ \
    X(RATIONALE, "a text")            /* absent, boilerplate or given */ \
    X(LATE_RATIONALE, "a text")       /* the same, kept as when it was said */ \
    X(REFERENCES, "a list of texts")  \
    X(QUALIFIERS, "a list of texts")  /* a set of a closed list */ \
    X(NAME, "a text")                 /* tokens: name and phonetic */ \
    X(PHONE, "a text") X(ID, "a text") X(UPRN, "a text") X(POSTCODE, "a text") X(PLACE, "a text")    /* tokens */ \
    X(PERSON_ROLE, "a text") X(ENTRY_ROLE, "a text") X(VERB, "a text") X(CANCEL_TYPE, "a text") \
    X(FREE_TEXT, "a text")            /* an entry's wording: becomes findings */ \
    X(IGNORED, "anything")            /* known to the schema, of no use to us */
enum cdi_field_type {
#define X(upper, words) CDI_FIELD_##upper,
    CDI_FIELD_TYPE_LIST(X)
#undef X
    CDI_FIELD_TYPE_COUNT
};

/* Closed lists that a WORD is checked against. */
enum cdi_field_words { CDI_WORDS_OPEN, CDI_WORDS_CALLER_ROLE, CDI_WORDS_REASON, CDI_WORDS_CRIME_STATUS };

/* Which element a field belongs to. */
enum cdi_field_group { CDI_GROUP_WHOLE, CDI_GROUP_PERSON, CDI_GROUP_ENTRY };

/* Which references it is normalised as. */
enum cdi_field_names { CDI_NAMES_NEITHER, CDI_NAMES_INCIDENT, CDI_NAMES_CRIME };

enum { CDI_FIELD_NOWHERE = 0xFFFF };

struct cdi_field {
    const char *path;                           /* "area.bcu", "persons.name": dots, arrays silent */
    enum cdi_field_type type;
    enum cdi_field_group group;
    uint16_t offset;                            /* of the value, in the draft (codec/draft.h) or in the group's element */
    uint16_t said_at;                           /* of its register's said_at, stamped with event_at; CDI_FIELD_NOWHERE: none */
    uint16_t room;                              /* bytes that are kept */
    enum cdi_field_words words;
    enum cdi_field_names names;
    bool may_be_ahead;                          /* a time that is rightly in the future */
};

/* All fields of a feed, in the order of DESIGN.md.  Heartbeats may come in every feed: "heartbeat" and "at" are in each. */
const struct cdi_field *cdi_fields(enum cdi_feed feed, size_t *count);
/* NULL if the feed has no such field. */
const struct cdi_field *cdi_field_find(enum cdi_feed feed, struct cdi_text path);
/* "a text", "a time" ...: for complaints. */
const char *cdi_field_type_words(enum cdi_field_type type);

#endif
