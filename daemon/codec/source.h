/* Floor: codec.  A source table (config/sources/NAME.yaml): how one system's exports and messages say what our schema says.
 * Read once from memory, then only looked at.  All texts live as long as the table. */
#ifndef CDI_CODEC_SOURCE_H
#define CDI_CODEC_SOURCE_H

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "cdiwatch/record.h"
#include "codec/reference.h"
#include "codec/timeformat.h"

/* One field of ours that a value sets.  `ours` is a path of DESIGN.md's schema with dots, arrays silent: "incident",
 * "area.bcu", "disposal.reason", "persons.name", "qualifiers".  `slot` tells elements apart where one flat row fills several:
 * "persons[1].name" is {"persons.name", 1}; CDI_SLOT_EACH: the element that the value stands in (JSON), or element 0 (CSV). */
enum { CDI_SLOT_EACH = -1 };
struct cdi_source_target { struct cdi_text ours; int16_t slot; };

/* What one value of theirs means: one or several of our fields.  A target whose `ours` is NONE is the field that the map was
 * asked for.  Values are text as in a CSV cell, already in our words: no map, normaliser or zone applies to them. */
struct cdi_source_setting { struct cdi_source_target target; struct cdi_text value; };

struct cdi_source_map;

/* Which settings a value has.  true with *count > 0: these; true with *count == 0: the value means nothing to us (drop);
 * false: not in the map, keep the value as it is. */
bool cdi_source_map_find(const struct cdi_source_map *map, struct cdi_text value, const struct cdi_source_setting **settings,
                         size_t *count);

/* One line of a feed.  Applied in this order, the later winning: constants, then fields, then sets. */
enum cdi_source_step {
    CDI_SOURCE_CONSTANT,                        /* `constant` goes to `target`, whatever the message says */
    CDI_SOURCE_FIELD,                           /* `theirs` goes to `target`, through `map` if there is one */
    CDI_SOURCE_SET                              /* `theirs` through `map`, whose settings name their targets */
};
enum cdi_source_day { CDI_DAY_START, CDI_DAY_END };
struct cdi_source_line {
    enum cdi_source_step step;
    struct cdi_source_target target;            /* SET: none */
    struct cdi_text theirs;                     /* JSON path with dots, arrays silent; or the CSV column's whole name */
    struct cdi_text constant;
    const struct cdi_source_map *map;           /* NULL: as it is */
    char split;                                 /* several values in one text, between these; 0: one value */
    enum cdi_source_day day;                    /* a date without a time is which end of that local day (default: start) */
    uint32_t row, column;                       /* of the YAML file, from 1: for complaints */
};

struct cdi_source_feed {
    bool said;                                  /* false: the file has no such feed */
    bool ours;                                  /* no `fields`: every field of ours stands under its own name */
    bool event_at_kafka;                        /* event_at is the broker's time; in replay the row's known_at */
    const struct cdi_source_line *lines;        /* sorted by step */
    size_t line_count;
    /* When a row became known: theirs NONE if the table does not say, then event_at is it.  A date alone means the END of
     * that local day unless the table says `day: start`: before it nobody can be sure that the row was there. */
    struct cdi_source_line known_at;
};

struct cdi_source {
    struct cdi_text file;                       /* as given, for complaints */
    struct cdi_text name;
    struct cdi_span silence_limit;
    struct cdi_zone zone;                       /* of times that bring no offset */
    bool zone_said;                             /* false: a time without an offset cannot be read */
    char separator;                             /* of CSV */
    struct cdi_timeformat times;
    struct cdi_reference_rule references[CDI_REFERENCE_KIND_COUNT];
    struct cdi_source_feed feeds[CDI_FEED_COUNT];
};

/* `file` names the bytes in complaints (file:line:column).  NULL on failure. */
struct cdi_source *cdi_source_read(const char *file, struct cdi_text yaml, struct cdi_error *err);
void cdi_source_destroy(struct cdi_source *source);

/* Reads a time as the table says: its formats in their order, else RFC 3339.  *doubtful (may be NULL) is set to true, never to
 * false, if the local time was ambiguous or skipped.  false: cannot be read (BAD_TIME is for the caller to say, who knows where). */
bool cdi_source_time(const struct cdi_source *source, struct cdi_text text, enum cdi_source_day day, struct cdi_instant *at,
                     bool *doubtful);

#endif
