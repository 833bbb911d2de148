#include "edge/view_row.h"

#include <string.h>

#include "cdiwatch/record.h"
#include "cdiwatch/vocabulary.h"
#include "codec/document.h"
#include "core/tally.h"

enum { ALERT_DIGITS = 32 };
#define BIT(value) (UINT32_C(1) << (value))

uint64_t cdi_view_sum(struct cdi_text bytes)
{
    return cdi_text_hash(bytes, 0);
}

/* ---- where `data` stands in the bytes; they are well-formed JSON ---- */

static size_t after_space(struct cdi_text text, size_t i)
{
    while (i < text.size && memchr(" \t\r\n", text.at[i], 4) != NULL)
        i++;
    return i;
}

static size_t after_string(struct cdi_text text, size_t i)
{
    for (i++; i < text.size && text.at[i] != '"'; i++)
        i += text.at[i] == '\\';
    return i + 1;
}

static size_t after_value(struct cdi_text text, size_t i)
{
    size_t depth = 0;
    do {
        char c = i < text.size ? text.at[i] : '}';
        if (c == '"') {
            i = after_string(text, i);
            continue;
        }
        if (depth == 0 && memchr(",}] \t\r\n", c, 7) != NULL)
            return i;
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        i++;
    } while (i < text.size && (depth > 0 || memchr(",}] \t\r\n", text.at[i], 7) == NULL));
    return i;
}

/* The end of the last member's value: before the bracket that ends the document. */
static size_t before_end(struct cdi_text text)
{
    size_t i = text.size;
    while (i > 0 && text.at[i - 1] != '}')
        i--;
    for (i -= i > 0; i > 0 && memchr(" \t\r\n", text.at[i - 1], 4) != NULL; i--)
        ;
    return i;
}

/* `last`: it is known to be the document's last member, and need not be walked through.  NONE: it is not there, or its key is written with
 * escapes, as nobody's encoder does. */
static struct cdi_text member_bytes(struct cdi_text text, struct cdi_text key, bool last)
{
    for (size_t i = after_space(text, 0); i < text.size && text.at[i] != '}';) {
        size_t begin = after_space(text, i + 1), end = after_string(text, begin);       /* past '{' or ',' */
        size_t value = after_space(text, after_space(text, end) + 1);
        bool found = end - begin - 2 == key.size && memcmp(text.at + begin + 1, key.at, key.size) == 0;
        size_t next = found && last ? before_end(text) : after_value(text, value);
        if (next > text.size || next < value)
            break;
        if (found)
            return (struct cdi_text){ text.at + value, next - value };
        i = after_space(text, next);
    }
    return CDI_TEXT_NONE;
}

/* ---- the document ---- */

static bool is_alert(struct cdi_text name)
{
    for (size_t i = 0; i < name.size; i++)
        if (memchr("0123456789abcdef", name.at[i], 16) == NULL)
            return false;
    return name.size == ALERT_DIGITS;
}

static bool missing(struct cdi_error *err, const char *where)
{
    return cdi_fail_at(err, CDI_ERROR_MISSING, where, "it is not there, or not what it ought to be");
}

/* The state, and whether it has an answer. */
static void read_state(struct cdi_value data, struct cdi_view_row *row)
{
    enum cdi_state state;
    bool known = cdi_state_from(cdi_member_text(data, "state"), &state);
    row->state = known ? BIT(state) : 0;
    row->answered = known && state != CDI_STATE_OPEN && state != CDI_STATE_MATCHED_UNVERIFIED && state != CDI_STATE_INCOMPLETE_CLEAR;
}

static void read_words(struct cdi_value data, struct cdi_view_row *row)
{
    enum cdi_stage stage = CDI_STAGE_NONE;
    enum cdi_lifecycle lifecycle;
    enum cdi_risk risk;
    enum cdi_mark mark;
    struct cdi_text said = cdi_member_text(data, "stage");
    struct cdi_value marks = cdi_value_member(data, "marks");
    row->stage = !cdi_text_said(said) || cdi_stage_from(said, &stage) ? BIT(stage) : 0;
    row->lifecycle = cdi_lifecycle_from(cdi_member_text(data, "lifecycle"), &lifecycle) ? BIT(lifecycle) : 0;
    row->risk = cdi_risk_from(cdi_member_text(data, "risk"), &risk) ? (int64_t)risk : CDI_RISK_COUNT;
    for (struct cdi_value one = cdi_value_first(marks); cdi_value_said(one); one = cdi_value_next(marks, one))
        row->marks |= cdi_mark_from(cdi_value_text(one), &mark) ? BIT(mark) : 0;
}

static struct cdi_text read_watches(struct cdi_value data, char room[CDI_VIEW_WATCHES_SIZE])
{
    size_t size = 0;
    struct cdi_value watches = cdi_value_member(data, "watches");
    for (struct cdi_value one = cdi_value_first(watches); cdi_value_said(one); one = cdi_value_next(watches, one)) {
        struct cdi_text key = cdi_value_text(one);
        size_t at = size > 0 ? size : 1;
        if (key.size == 0 || key.size + 1 > CDI_VIEW_WATCHES_SIZE - at)
            continue;
        room[0] = ' ';
        memcpy(room + at, key.at, key.size);
        room[at + key.size] = ' ';
        size = at + key.size + 1;
    }
    return size == 0 ? CDI_TEXT_NONE : (struct cdi_text){ room, size };
}

static bool read_alert(struct cdi_value data, char watches[CDI_VIEW_WATCHES_SIZE], struct cdi_view_row *row, struct cdi_error *err)
{
    struct cdi_value area = cdi_value_member(data, "area");
    row->name = cdi_member_text(data, "alert");
    row->incident = cdi_member_text(data, "incident");
    if (!is_alert(row->name))
        return missing(err, "/data/alert");
    if (row->incident.size == 0)
        return missing(err, "/data/incident");
    row->bcu = cdi_member_text(area, "bcu");
    row->beat = cdi_member_text(area, "beat");
    row->unit = cdi_member_text(data, "unit");
    row->owner = cdi_member_text(data, "owner");
    row->due_at = cdi_member_instant(data, "due_at");
    row->received_at = cdi_member_instant(data, "received_at");
    read_state(data, row);
    read_words(data, row);
    row->watches = read_watches(data, watches);
    return true;
}

/* What is null of area or day is not known; the day is there all the same. */
static bool read_tally(struct cdi_value data, struct cdi_view_row *row, struct cdi_error *err)
{
    struct cdi_text day = cdi_member_text(data, "day");
    row->bcu = cdi_member_text(data, "area");
    row->day = CDI_TALLY_UNDATED;
    return (cdi_value_said(cdi_value_member(data, "rows")) || missing(err, "/data/rows")) &&
           (!cdi_text_said(day) || cdi_tally_day_from(day, &row->day) || missing(err, "/data/day"));
}

static bool read_digest(struct cdi_value data, struct cdi_view_row *row, struct cdi_error *err)
{
    row->name = cdi_member_text(data, "stage");
    row->bcu = cdi_member_text(data, "area");
    row->until = cdi_member_instant(data, "until");
    return (row->name.size > 0 || missing(err, "/data/stage")) && (cdi_instant_said(row->until) || missing(err, "/data/until")) &&
           (cdi_value_integer(cdi_value_member(data, "reports")) > 0 || missing(err, "/data/reports"));
}

/* `document`: the bytes of `data`. */
static bool read_data(struct cdi_value data, struct cdi_text document, char watches[CDI_VIEW_WATCHES_SIZE], struct cdi_view_row *row,
                      struct cdi_error *err)
{
    row->document = document;
    row->sum = cdi_view_sum(document);
    row->force = cdi_member_text(data, "force");
    row->version = cdi_value_integer(cdi_value_member(data, "version"));
    if (row->force.size == 0)
        return missing(err, "/data/force");
    if (row->version < 1)
        return missing(err, "/data/version");
    if (row->kind == CDI_VIEW_ALERT)
        return read_alert(data, watches, row, err);
    if (row->kind == CDI_VIEW_TALLY)
        return read_tally(data, row, err);
    if (row->kind == CDI_VIEW_DIGEST)
        return read_digest(data, row, err);
    row->name = cdi_member_text(data, "feed");
    return row->name.size > 0 || missing(err, "/data/feed");
}

/* ---- the key ---- */

static const struct { struct cdi_text part; enum cdi_view_kind kind; } parts[] = {
    { { "feed/", 5 }, CDI_VIEW_FEED }, { { "tally/", 6 }, CDI_VIEW_TALLY }, { { "digest/", 7 }, CDI_VIEW_DIGEST }
};

static bool has_nul(struct cdi_text text)
{
    return text.size > 0 && memchr(text.at, '\0', text.size) != NULL;
}

/* STAGE or STAGE/AREA. */
static bool read_digest_name(struct cdi_view_row *row)
{
    const char *slash = memchr(row->name.at, '/', row->name.size);
    if (slash == NULL)
        return true;
    size_t stage = (size_t)(slash - row->name.at);
    row->bcu = (struct cdi_text){ slash + 1, row->name.size - stage - 1 };
    row->name.size = stage;
    return stage > 0 && row->bcu.size > 0;
}

/* FORCE/ALERT, FORCE/feed/SOURCE, FORCE/tally/AREA/DAY or FORCE/digest/STAGE/AREA; source and area may have slashes, force and stage have none. */
static bool read_key(struct cdi_text key, struct cdi_view_row *row)
{
    const char *slash = key.size > 0 ? memchr(key.at, '/', key.size) : NULL;
    if (slash == NULL || slash == key.at)
        return false;
    size_t force = (size_t)(slash - key.at);
    struct cdi_text rest = { slash + 1, key.size - force - 1 };
    row->force = (struct cdi_text){ key.at, force };
    row->kind = CDI_VIEW_ALERT;
    row->name = rest;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (rest.size > parts[i].part.size && memcmp(rest.at, parts[i].part.at, parts[i].part.size) == 0) {
            row->kind = parts[i].kind;
            row->name = (struct cdi_text){ rest.at + parts[i].part.size, rest.size - parts[i].part.size };
        }
    if (row->kind == CDI_VIEW_TALLY)
        return force <= CDI_FORCE_MAX && cdi_tally_read_reference(row->name, &row->bcu, &row->day) && !has_nul(row->bcu);
    if (row->kind == CDI_VIEW_DIGEST)
        return force <= CDI_FORCE_MAX && read_digest_name(row) && row->name.size <= CDI_WORD_MAX && row->bcu.size <= CDI_WORD_MAX &&
               !has_nul(row->name) && !has_nul(row->bcu);
    return row->kind == CDI_VIEW_FEED || is_alert(rest);
}

/* What is deleted by its key must have been written under it. */
static bool check_key(struct cdi_text key, struct cdi_view_row *row, struct cdi_error *err)
{
    struct cdi_view_row said = { .kind = CDI_VIEW_UNKNOWN };
    bool same = read_key(key, &said) && said.kind == row->kind && cdi_text_same(said.force, row->force);
    if (same && row->kind == CDI_VIEW_TALLY) {
        same = said.day == row->day && cdi_text_same(said.bcu, row->bcu);
        row->name = said.name;
    }
    if (row->kind == CDI_VIEW_DIGEST)
        same = same && cdi_text_same(said.bcu, row->bcu);
    return (same && cdi_text_same(said.name, row->name)) ||
           cdi_fail(err, CDI_ERROR_BAD_VALUE, "its key is not that of its document");
}

static enum cdi_view_kind kind_of(struct cdi_text type)
{
    if (cdi_text_is(type, "cdiwatch.alert.v1"))
        return CDI_VIEW_ALERT;
    if (cdi_text_is(type, "cdiwatch.feed.v1"))
        return CDI_VIEW_FEED;
    if (cdi_text_is(type, "cdiwatch.digest.v1"))
        return CDI_VIEW_DIGEST;
    return cdi_text_is(type, "cdiwatch.tally.v1") ? CDI_VIEW_TALLY : CDI_VIEW_UNKNOWN;
}

bool cdi_view_row_read(struct cdi_json *json, struct cdi_text key, struct cdi_text value, char watches[CDI_VIEW_WATCHES_SIZE],
                       struct cdi_view_row *row, struct cdi_error *err)
{
    const struct cdi_json_node *nodes;
    *row = (struct cdi_view_row){ .kind = CDI_VIEW_UNKNOWN, .gone = !cdi_text_said(value), .due_at = CDI_INSTANT_NONE,
                                  .received_at = CDI_INSTANT_NONE, .until = CDI_INSTANT_NONE };
    if (row->gone) {                            /* of a kind that is not shown: nothing to delete */
        if (!read_key(key, row))
            row->kind = CDI_VIEW_UNKNOWN;
        return true;
    }
    if (!cdi_json_read(json, value.at, value.size, &nodes, err))
        return false;
    struct cdi_value event = { nodes, nodes };
    struct cdi_text type = cdi_member_text(event, "type");
    if (!cdi_text_said(type))
        return missing(err, "/type");
    row->kind = kind_of(type);
    if (row->kind == CDI_VIEW_UNKNOWN)
        return true;
    struct cdi_value data = cdi_value_member(event, "data");
    if (!cdi_value_said(data))
        return missing(err, "/data");
    struct cdi_text document = member_bytes(value, CDI_TEXT("data"), data.node->next == nodes->next);
    if (!cdi_text_said(document))
        return missing(err, "/data");
    return read_data(data, document, watches, row, err) && check_key(key, row, err);
}

bool cdi_view_row_of(struct cdi_json *json, enum cdi_view_kind kind, struct cdi_text document, char watches[CDI_VIEW_WATCHES_SIZE],
                     struct cdi_view_row *row, struct cdi_error *err)
{
    const struct cdi_json_node *nodes;
    *row = (struct cdi_view_row){ .kind = kind, .due_at = CDI_INSTANT_NONE, .received_at = CDI_INSTANT_NONE, .until = CDI_INSTANT_NONE };
    return cdi_json_read(json, document.at, document.size, &nodes, err) &&
           read_data((struct cdi_value){ nodes, nodes }, document, watches, row, err);
}
