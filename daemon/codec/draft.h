/* Floor: codec.  The message being decoded, and what decode*.c share. */
#ifndef CDI_CODEC_DRAFT_H
#define CDI_CODEC_DRAFT_H

#include "codec/boilerplate.h"
#include "codec/decode.h"
#include "codec/fields.h"
#include "codec/json.h"
#include "codec/lexicon.h"
#include "codec/source.h"
#include "codec/tokens.h"

/* The place of a text that is kept: values that a normaliser or a row's memory would lose. */
enum { CDI_ARENA_SIZE = 64 * 1024 };

/* A register that this message wrote, until it is known when the message spoke. */
#define CDI_SAID_HERE ((struct cdi_instant){ INT64_MAX })

/* What a person or an entry needs until the whole message is read.  `key` tells elements apart: see cdi_draft_person(). */
struct cdi_draft_person { int64_t key; bool born_said; struct cdi_civil born; };
struct cdi_draft_entry { int64_t key; bool seq_said; struct cdi_text text; };

/* The fields' offsets are of this struct. */
struct cdi_draft {
    struct cdi_record record;
    struct cdi_text heartbeat;
    struct cdi_instant at;                      /* of an action or a heartbeat */
    bool truncated, doubtful_time;
    uint32_t known_fields;                      /* members that the table of fields knows */
    uint16_t person_count, reference_count;
    uint32_t entry_count, entry_room;
    struct cdi_text references[CDI_REFERENCES_MAX];
    struct cdi_person persons[CDI_PERSONS_MAX];
    struct cdi_draft_person person_notes[CDI_PERSONS_MAX];
    struct cdi_entry *entries;                  /* grown: the first CDI_ENTRIES_MAX in order of seq stay */
    struct cdi_draft_entry *entry_notes;
    uint64_t *entry_order;                      /* seq, then place in the message */
    struct cdi_entry kept_entries[CDI_ENTRIES_MAX];
    struct cdi_finding findings[CDI_FINDINGS_MAX];
    size_t arena_used;
    char arena[CDI_ARENA_SIZE];
};

/* A scalar, from JSON, from a cell or from a source table's map. */
struct cdi_value {
    enum cdi_json_type type;
    struct cdi_text text;
    union { int64_t integer; double real; bool boolean; } is;
    bool cell;                                  /* everything is text in a cell: numbers and booleans are read from it */
    bool ours;                                  /* already in our words: no normaliser, no zone */
};

/* What is done with one value of theirs. */
struct cdi_binding {
    const struct cdi_field *field;              /* NULL: the line's map names the targets */
    const struct cdi_source_line *line;         /* NULL: our own schema */
    int16_t slot;
    uint16_t next;                              /* further binding of the same value; 0: none (0 itself is no binding) */
};

/* A member name on a path of theirs.  Index 0 is the top of the document; 0 elsewhere means none. */
struct cdi_plan_node { struct cdi_text key; uint16_t child, sibling, hint, binding; };
struct cdi_plan {
    struct cdi_plan_node *nodes;
    struct cdi_binding *bindings;
    uint16_t node_count, binding_count, of_members;     /* the first `of_members` bindings are the nodes', the others columns' */
};

/* A log is sent whole at every update: the findings of a wording that has been met lately are remembered under its keyed
 * hash.  Nothing of the text is in here. */
enum { CDI_WORDINGS = 131072, CDI_WORDING_FINDINGS = 6 };
struct cdi_wording {
    uint64_t hash;
    uint8_t role, count;
    struct cdi_finding findings[CDI_WORDING_FINDINGS];
};

/* How one feed is read: by its members or by its columns. */
struct cdi_feed_plan {
    bool said;
    struct cdi_plan fields, sets;               /* in two walks, because a set wins over a field */
    uint16_t *columns, *set_columns;            /* of a header: first binding of each column in fields, in sets */
    struct cdi_text *names;                     /* the header's, in one block */
    size_t column_count, known_at_column, event_at_column;      /* of the last two SIZE_MAX: none */
};

struct cdi_decoder {
    struct cdi_decoder_parts parts;
    struct cdi_json *json;
    struct cdi_feed_plan plans[CDI_FEED_COUNT];
    struct cdi_wording *wordings;
    void (*about)(void *context, const struct cdi_record *record);
    void *about_context;
    enum cdi_feed feed;
    /* of the message being decoded */
    struct cdi_instant seen_at, near;
    const struct cdi_json_node *nodes, *here;   /* where we are, for complaints: a node, ... */
    struct cdi_text column;                     /* ... or a column */
    int64_t element;                            /* the node of the array's object that we are in; -1: none */
    struct cdi_error *err;
    struct cdi_draft draft;
};

/* Complains where the decoder is. */
bool cdi_decoder_refuse(struct cdi_decoder *decoder, enum cdi_error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool cdi_decoder_missing(struct cdi_decoder *decoder, const char *field);

/* decode_plan.c */
bool cdi_feed_plan_make(struct cdi_feed_plan *plan, const struct cdi_source *source, enum cdi_feed feed, struct cdi_error *err);
bool cdi_feed_plan_header(struct cdi_feed_plan *plan, const struct cdi_source *source, enum cdi_feed feed,
                          const struct cdi_text *names, size_t count, struct cdi_error *err);
void cdi_feed_plan_free(struct cdi_feed_plan *plan);

/* decode_walk.c: everything that a document or a row says, into the draft. */
bool cdi_decode_walk(struct cdi_decoder *decoder, const struct cdi_json_node *document);
bool cdi_decode_cells(struct cdi_decoder *decoder, const struct cdi_text *cells, size_t count);
/* A text is trimmed. */
void cdi_json_value(const struct cdi_json_node *node, struct cdi_value *value);

/* decode_value.c: one value into one field. */
bool cdi_decode_value(struct cdi_decoder *decoder, const struct cdi_field *field, int16_t slot,
                      const struct cdi_source_line *line, const struct cdi_value *value);
struct cdi_text cdi_text_trimmed(struct cdi_text text);
/* Kept until the next message; false: refused. */
bool cdi_draft_keep(struct cdi_decoder *decoder, struct cdi_text text, struct cdi_text *kept);

/* decode_time.c.  The bounds are checked unless the field may be ahead. */
bool cdi_decode_time(struct cdi_decoder *decoder, const struct cdi_value *value, const struct cdi_source_line *line, bool may_be_ahead,
                     struct cdi_instant *at);
bool cdi_decode_birth(struct cdi_decoder *decoder, struct cdi_text text, struct cdi_civil *born);

/* decode_incident.c, decode_crime.c, decode_action.c: an empty draft, and what is left to do once all is read. */
void cdi_incident_begin(struct cdi_draft *draft);
bool cdi_incident_finish(struct cdi_decoder *decoder);
void cdi_crime_begin(struct cdi_draft *draft);
bool cdi_crime_finish(struct cdi_decoder *decoder);
void cdi_action_begin(struct cdi_draft *draft);
bool cdi_action_finish(struct cdi_decoder *decoder);
/* Shared by them. */
bool cdi_finish_event_at(struct cdi_decoder *decoder, struct cdi_instant *event_at);
void cdi_finish_registers(struct cdi_decoder *decoder, struct cdi_instant event_at);
void cdi_finish_disposal(struct cdi_disposal *disposal, struct cdi_instant event_at);
void cdi_finish_location(struct cdi_location *location);
void cdi_finish_persons(struct cdi_decoder *decoder, struct cdi_instant event_at, struct cdi_instant received_at);

#endif
