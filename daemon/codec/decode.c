/* Bytes of one message, or one row, to one record: unwraps the envelope, walks, finishes. */
#include "codec/decode.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/draft.h"

static const struct {
    void (*begin)(struct cdi_draft *draft);
    bool (*finish)(struct cdi_decoder *decoder);
} kinds[CDI_FEED_COUNT] = {
    [CDI_FEED_INCIDENTS] = { cdi_incident_begin, cdi_incident_finish },
    [CDI_FEED_CRIMES] = { cdi_crime_begin, cdi_crime_finish },
    [CDI_FEED_ACTIONS] = { cdi_action_begin, cdi_action_finish },
};

struct cdi_decoder *cdi_decoder_create(const struct cdi_decoder_parts *parts, struct cdi_error *err)
{
    struct cdi_decoder *decoder = calloc(1, sizeof *decoder);
    if (decoder == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for a decoder");
        return NULL;
    }
    decoder->parts = *parts;
    decoder->json = cdi_json_create(parts->reader, err);
    decoder->wordings = calloc(CDI_WORDINGS, sizeof *decoder->wordings);
    bool good = decoder->json != NULL
        && (decoder->wordings != NULL || cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for a decoder"));
    for (int feed = 0; good && feed < CDI_FEED_COUNT; feed++)
        good = cdi_feed_plan_make(&decoder->plans[feed], parts->source, (enum cdi_feed)feed, err);
    if (good)
        return decoder;
    cdi_decoder_destroy(decoder);
    return NULL;
}

void cdi_decoder_destroy(struct cdi_decoder *decoder)
{
    if (decoder == NULL)
        return;
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        cdi_feed_plan_free(&decoder->plans[feed]);
    cdi_json_destroy(decoder->json);
    free(decoder->draft.entries);
    free(decoder->draft.entry_notes);
    free(decoder->draft.entry_order);
    free(decoder->wordings);
    free(decoder);
}

void cdi_decoder_listen(struct cdi_decoder *decoder, void (*about)(void *context, const struct cdi_record *record), void *context)
{
    decoder->about = about;
    decoder->about_context = context;
}

static void where(const struct cdi_decoder *decoder, char out[CDI_ERROR_WHERE_SIZE])
{
    if (decoder->here != NULL)
        cdi_json_pointer(decoder->nodes, decoder->here, out);
    else if (cdi_text_said(decoder->column))
        snprintf(out, CDI_ERROR_WHERE_SIZE, "column %.*s", CDI_TEXT_ARGS(decoder->column));
    else
        out[0] = '\0';
}

bool cdi_decoder_refuse(struct cdi_decoder *decoder, enum cdi_error_code code, const char *format, ...)
{
    char place[CDI_ERROR_WHERE_SIZE], text[CDI_ERROR_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    where(decoder, place);
    return cdi_fail_at(decoder->err, code, place, "%s", text);
}

bool cdi_decoder_missing(struct cdi_decoder *decoder, const char *field)
{
    char place[CDI_ERROR_WHERE_SIZE];
    snprintf(place, sizeof place, decoder->nodes != NULL ? "/%s" : "column of %s", field);
    if (decoder->draft.known_fields == 0)
        return cdi_fail_at(decoder->err, CDI_ERROR_UNKNOWN_KIND, "", "holds no field of this feed: is it another feed's, or does it "
                           "need a source table?");
    return cdi_fail_at(decoder->err, CDI_ERROR_MISSING, place, "`%s` is required", field);
}

static const struct cdi_json_node *member(const struct cdi_json_node *nodes, const struct cdi_json_node *object, const char *key)
{
    size_t size = strlen(key);
    if (object->type != CDI_JSON_OBJECT)
        return NULL;
    for (const struct cdi_json_node *at = object + 1; at < nodes + object->next; at = nodes + at->next)
        if (at->key_size == size && memcmp(at->key, key, size) == 0)
            return at;
    return NULL;
}

/* Debezium: what happened to a row.  Only what it is afterwards matters to us. */
static bool unwrap_change(struct cdi_decoder *decoder, const struct cdi_json_node *envelope, const struct cdi_json_node *op,
                          const struct cdi_json_node **document)
{
    char what = op->type == CDI_JSON_TEXT && op->size == 1 ? op->is.text[0] : '\0';
    *document = NULL;
    if (what == 'd' || what == 't' || what == 'm')
        return true;
    decoder->here = op;
    if (what != 'c' && what != 'r' && what != 'u')
        return cdi_decoder_refuse(decoder, CDI_ERROR_BAD_VALUE, "no operation of a Debezium envelope: c, r, u, d, t or m");
    *document = member(decoder->nodes, envelope, "after");
    decoder->here = envelope;
    if (*document == NULL || (*document)->type == CDI_JSON_NULL)
        return cdi_decoder_refuse(decoder, CDI_ERROR_MISSING, "a Debezium envelope without `after`");
    return true;
}

/* Plain, CloudEvents or Debezium, the one perhaps inside the other.  *document is NULL for a deletion. */
static bool unwrap(struct cdi_decoder *decoder, const struct cdi_json_node **document)
{
    const struct cdi_json_node *nodes = decoder->nodes, *at = nodes, *found;
    for (int layers = 0; at != NULL && layers < 3; layers++) {
        if (member(nodes, at, "specversion") != NULL && (found = member(nodes, at, "data")) != NULL) {
            at = found;
            continue;
        }
        found = member(nodes, at, "payload");
        const struct cdi_json_node *envelope = found != NULL && found->type == CDI_JSON_OBJECT ? found : at;
        const struct cdi_json_node *op = member(nodes, envelope, "op");
        if (op == NULL || (member(nodes, envelope, "after") == NULL && member(nodes, envelope, "before") == NULL))
            break;
        if (!unwrap_change(decoder, envelope, op, &at))
            return false;
    }
    *document = at;
    decoder->here = at;
    return at == NULL || at->type == CDI_JSON_OBJECT
        || cdi_decoder_refuse(decoder, CDI_ERROR_WRONG_TYPE, "a message is an object");
}

static const struct cdi_json_node *by_path(const struct cdi_json_node *nodes, const struct cdi_json_node *at, struct cdi_text path)
{
    char key[CDI_REFERENCE_MAX + 1];
    while (at != NULL && path.size > 0) {
        const char *dot = memchr(path.at, '.', path.size);
        size_t size = dot == NULL ? path.size : (size_t)(dot - path.at), cut = size + (dot != NULL);
        if (size >= sizeof key)
            return NULL;
        memcpy(key, path.at, size);
        key[size] = '\0';
        at = member(nodes, at, key);
        path = (struct cdi_text){ path.at + cut, path.size - cut };
    }
    return at;
}

static bool time_of(struct cdi_decoder *decoder, const struct cdi_json_node *node, const struct cdi_source_line *line,
                    struct cdi_instant *at)
{
    struct cdi_value value;
    cdi_json_value(node, &value);
    return cdi_decode_time(decoder, &value, line, true, at);
}

/* NONE if the message does not say. */
static bool known_at_of(struct cdi_decoder *decoder, const struct cdi_json_node *document, struct cdi_instant *known_at)
{
    const struct cdi_source_line *line = &decoder->parts.source->feeds[decoder->feed].known_at;
    *known_at = CDI_INSTANT_NONE;
    const struct cdi_json_node *found = cdi_text_said(line->theirs) ? by_path(decoder->nodes, document, line->theirs) : NULL;
    if (found == NULL || found->type == CDI_JSON_NULL)
        return true;
    decoder->here = found;
    return time_of(decoder, found, line, known_at);
}

static void begin(struct cdi_decoder *decoder, enum cdi_feed feed, struct cdi_instant seen_at, struct cdi_error *err)
{
    struct cdi_draft *draft = &decoder->draft;
    cdi_token_forget(decoder->parts.tokeniser);
    decoder->feed = feed;
    decoder->seen_at = decoder->near = seen_at;
    decoder->nodes = decoder->here = NULL;
    decoder->column = CDI_TEXT_NONE;
    decoder->err = err;
    draft->record.known_at = draft->at = CDI_INSTANT_NONE;
    draft->record.unknown_words = 0;
    draft->heartbeat = CDI_TEXT_NONE;
    draft->truncated = draft->doubtful_time = false;
    draft->known_fields = draft->person_count = draft->reference_count = 0;
    draft->entry_count = 0;
    draft->arena_used = 0;
    kinds[feed].begin(draft);
}

static bool finish_heartbeat(struct cdi_decoder *decoder)
{
    struct cdi_draft *draft = &decoder->draft;
    struct cdi_record *record = &draft->record;
    struct cdi_heartbeat heartbeat = { .feed_source = draft->heartbeat, .at = draft->at };
    heartbeat.force = decoder->feed == CDI_FEED_INCIDENTS ? record->incident.force
        : decoder->feed == CDI_FEED_CRIMES ? record->crime.force : record->action.force;
    if (!cdi_text_said(heartbeat.force))
        return cdi_decoder_missing(decoder, "force");
    if (!cdi_instant_said(heartbeat.at))
        return cdi_decoder_missing(decoder, "at");
    record->kind = CDI_RECORD_KIND_HEARTBEAT;
    record->heartbeat = heartbeat;
    return true;
}

static bool finish(struct cdi_decoder *decoder, const struct cdi_record **record)
{
    if (decoder->about != NULL)
        decoder->about(decoder->about_context, &decoder->draft.record);
    cdi_token_answer(decoder->parts.tokeniser);
    bool good = cdi_text_said(decoder->draft.heartbeat) ? finish_heartbeat(decoder) : kinds[decoder->feed].finish(decoder);
    if (good)
        *record = &decoder->draft.record;
    return good;
}

static bool readable(struct cdi_decoder *decoder, enum cdi_feed feed, size_t size, struct cdi_error *err)
{
    if (!decoder->plans[feed].said)
        return cdi_fail(err, CDI_ERROR_CONFIGURATION, "source table %.*s has no such feed as %s",
                        CDI_TEXT_ARGS(decoder->parts.source->name), cdi_feed_word(feed));
    return size <= CDI_MESSAGE_MAX
        || cdi_fail(err, CDI_ERROR_TOO_LARGE, "a message is at most %d bytes", CDI_MESSAGE_MAX);
}

/* Also what shapes of references without a year are near to. */
static void place_in_time(struct cdi_decoder *decoder, const struct cdi_json_node *document)
{
    const struct cdi_source *source = decoder->parts.source;
    struct cdi_instant at = decoder->draft.record.known_at;
    struct cdi_error problem = { .code = CDI_ERROR_NONE }, *err = decoder->err;
    if (source->references[0].shape_count + source->references[1].shape_count == 0)
        return;
    const struct cdi_source_feed *feed = &source->feeds[decoder->feed];
    for (size_t i = 0; i < feed->line_count && !cdi_instant_said(at); i++)
        if (feed->lines[i].step == CDI_SOURCE_FIELD && cdi_text_is(feed->lines[i].target.ours, "event_at")) {
            const struct cdi_json_node *node = document == NULL ? NULL : by_path(decoder->nodes, document, feed->lines[i].theirs);
            decoder->err = &problem;
            if (node != NULL)
                (void)time_of(decoder, node, &feed->lines[i], &at);
            decoder->err = err;
        }
    if (cdi_instant_said(at))
        decoder->near = at;
}

bool cdi_decode_message(struct cdi_decoder *decoder, enum cdi_feed feed, const char *bytes, size_t size,
                        struct cdi_instant seen_at, const struct cdi_record **record, struct cdi_error *err)
{
    const struct cdi_json_node *document;
    struct cdi_error unasked = { .code = CDI_ERROR_NONE };
    *record = NULL;
    begin(decoder, feed, seen_at, err == NULL ? &unasked : err);
    if (!readable(decoder, feed, size, decoder->err)
        || !cdi_json_read(decoder->json, bytes, size, &decoder->nodes, decoder->err) || !unwrap(decoder, &document))
        return false;
    if (document == NULL)
        return true;
    if (!known_at_of(decoder, document, &decoder->draft.record.known_at))
        return false;
    place_in_time(decoder, document);
    return cdi_decode_walk(decoder, document) && finish(decoder, record);
}

bool cdi_decode_known_at(struct cdi_decoder *decoder, enum cdi_feed feed, const char *bytes, size_t size,
                         struct cdi_instant *known_at, struct cdi_error *err)
{
    const struct cdi_json_node *document;
    struct cdi_error unasked = { .code = CDI_ERROR_NONE };
    *known_at = CDI_INSTANT_NONE;
    begin(decoder, feed, CDI_INSTANT_NONE, err == NULL ? &unasked : err);
    if (!readable(decoder, feed, size, decoder->err)
        || !cdi_json_read(decoder->json, bytes, size, &decoder->nodes, decoder->err) || !unwrap(decoder, &document))
        return false;
    if (document == NULL)
        return true;
    if (!known_at_of(decoder, document, known_at))
        return false;
    const struct cdi_source_feed *lines = &decoder->parts.source->feeds[feed];
    for (size_t i = 0; i < lines->line_count && !cdi_instant_said(*known_at); i++) {
        const struct cdi_source_line *line = &lines->lines[i];
        if (line->step != CDI_SOURCE_FIELD || !cdi_text_is(line->target.ours, "event_at"))
            continue;
        decoder->here = by_path(decoder->nodes, document, line->theirs);
        if (decoder->here != NULL && decoder->here->type != CDI_JSON_NULL
            && !time_of(decoder, decoder->here, line, known_at))
            return false;
    }
    const struct cdi_json_node *own = lines->ours ? member(decoder->nodes, document, "event_at") : NULL;
    if (own == NULL && lines->ours)
        own = member(decoder->nodes, document, "at");
    decoder->here = own;
    if (cdi_instant_said(*known_at) || own == NULL)
        return cdi_instant_said(*known_at) || cdi_decoder_missing(decoder, "event_at");
    return time_of(decoder, own, NULL, known_at);
}

bool cdi_decode_header(struct cdi_decoder *decoder, enum cdi_feed feed, const struct cdi_text *names, size_t count,
                       struct cdi_error *err)
{
    return readable(decoder, feed, 0, err)
        && cdi_feed_plan_header(&decoder->plans[feed], decoder->parts.source, feed, names, count, err);
}

/* The cell of a column, read as a time; NONE if there is no such column or the cell is blank. */
static bool time_cell(struct cdi_decoder *decoder, const struct cdi_text *cells, size_t count, size_t column,
                      const struct cdi_source_line *line, struct cdi_instant *at)
{
    const struct cdi_feed_plan *plan = &decoder->plans[decoder->feed];
    struct cdi_value value = { .type = CDI_JSON_TEXT, .cell = true };
    *at = CDI_INSTANT_NONE;
    if (column >= count)
        return true;
    value.text = cdi_text_trimmed(cells[column]);
    decoder->column = plan->names[column];
    return value.text.size == 0 || cdi_decode_time(decoder, &value, line, true, at);
}

static bool row_times(struct cdi_decoder *decoder, const struct cdi_text *cells, size_t count, struct cdi_instant *known_at,
                      struct cdi_instant *event_at)
{
    const struct cdi_feed_plan *plan = &decoder->plans[decoder->feed];
    const struct cdi_source_line *line = &decoder->parts.source->feeds[decoder->feed].known_at;
    if (count != plan->column_count)
        return cdi_decoder_refuse(decoder, CDI_ERROR_NOT_CSV, "%zu cells, but the header has %zu", count, plan->column_count);
    return time_cell(decoder, cells, count, plan->known_at_column, line, known_at)
        && time_cell(decoder, cells, count, plan->event_at_column, NULL, event_at);
}

bool cdi_decode_row(struct cdi_decoder *decoder, enum cdi_feed feed, const struct cdi_text *cells, size_t count,
                    struct cdi_instant seen_at, const struct cdi_record **record, struct cdi_error *err)
{
    struct cdi_error unasked = { .code = CDI_ERROR_NONE };
    struct cdi_instant event_at;
    *record = NULL;
    begin(decoder, feed, seen_at, err == NULL ? &unasked : err);
    if (!row_times(decoder, cells, count, &decoder->draft.record.known_at, &event_at))
        return false;
    struct cdi_instant said = cdi_instant_said(event_at) ? event_at : decoder->draft.record.known_at;
    if (cdi_instant_said(said))
        decoder->near = said;
    return cdi_decode_cells(decoder, cells, count) && finish(decoder, record);
}

bool cdi_decode_row_known_at(struct cdi_decoder *decoder, enum cdi_feed feed, const struct cdi_text *cells, size_t count,
                             struct cdi_instant *known_at, struct cdi_error *err)
{
    struct cdi_error unasked = { .code = CDI_ERROR_NONE };
    struct cdi_instant event_at;
    begin(decoder, feed, CDI_INSTANT_NONE, err == NULL ? &unasked : err);
    if (!row_times(decoder, cells, count, known_at, &event_at))
        return false;
    if (!cdi_instant_said(*known_at))
        *known_at = event_at;
    return cdi_instant_said(*known_at) || cdi_decoder_missing(decoder, "event_at");
}
