/* Floor: codec.  Bytes of one message, or one CSV row, to one record.  Names, dates of birth, phone numbers and free text
 * stop here. */
#ifndef CDI_CODEC_DECODE_H
#define CDI_CODEC_DECODE_H

#include "cdiwatch/error.h"
#include "cdiwatch/record.h"

struct cdi_source;      /* codec/source.h: a source table */
struct cdi_lexicon;     /* codec/lexicon.h: phrases, compiled */
struct cdi_tokeniser;   /* codec/tokens.h: the keyed hash */
struct cdi_boilerplate; /* codec/boilerplate.h: rationales that say nothing */

#define CDI_JSON_READER_LIST(X) X(SIMDJSON, simdjson) X(JANSSON, jansson)
enum cdi_json_reader {
#define X(upper, word) CDI_JSON_READER_##upper,
    CDI_JSON_READER_LIST(X)
#undef X
    CDI_JSON_READER_COUNT
};

struct cdi_decoder_parts {
    const struct cdi_source *source;            /* all borrowed; must outlive the decoder */
    struct cdi_lexicon *lexicon;
    struct cdi_tokeniser *tokeniser;
    const struct cdi_boilerplate *boilerplate;
    enum cdi_json_reader reader;
};

struct cdi_decoder;
struct cdi_decoder *cdi_decoder_create(const struct cdi_decoder_parts *parts, struct cdi_error *err);
void cdi_decoder_destroy(struct cdi_decoder *decoder);

/* Who is told what a message is about before its texts are looked through, which takes longest: kind, force and reference of the record are there
 * by then, if it has them; it may be refused yet.  One listener at a time; NULL: nobody. */
void cdi_decoder_listen(struct cdi_decoder *decoder, void (*about)(void *context, const struct cdi_record *record), void *context);

enum { CDI_MESSAGE_MAX = 1024 * 1024 };

/* On success *record is borrowed until the decoder's next call.  It is NULL for a deletion in a Debezium envelope, which changes
 * nothing: count it as out of scope.  `seen_at` is the broker's time of the message, or in
 * replay the end of what is read; a time more than 5 minutes ahead of it is OUT_OF_BOUNDS.  On failure err says what,
 * where (JSON pointer or column) and never holds a value from the message.  No allocation once warm. */
bool cdi_decode_message(struct cdi_decoder *decoder, enum cdi_feed feed, const char *bytes, size_t size,
                        struct cdi_instant seen_at, const struct cdi_record **record, struct cdi_error *err);

/* The same for one CSV row: cells in the order of the header that cdi_decode_header() was given. */
bool cdi_decode_header(struct cdi_decoder *decoder, enum cdi_feed feed, const struct cdi_text *names, size_t count,
                       struct cdi_error *err);
bool cdi_decode_row(struct cdi_decoder *decoder, enum cdi_feed feed, const struct cdi_text *cells, size_t count,
                    struct cdi_instant seen_at, const struct cdi_record **record, struct cdi_error *err);

/* Only when the row or message became known, for ordering an export before it is decoded: cheap. */
bool cdi_decode_known_at(struct cdi_decoder *decoder, enum cdi_feed feed, const char *bytes, size_t size,
                         struct cdi_instant *known_at, struct cdi_error *err);
bool cdi_decode_row_known_at(struct cdi_decoder *decoder, enum cdi_feed feed, const struct cdi_text *cells, size_t count,
                             struct cdi_instant *known_at, struct cdi_error *err);

#endif
