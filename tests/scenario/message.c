/* A statement into the JSON message that a police system would have sent.  Which keys there are, and what they hold, is the
 * decoder's table of fields (codec/fields.c): what is not there does not exist here either. */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

#include "codec/fields.h"

struct making {
    struct story *story;
    enum cdi_feed feed;
    json_t *whole;
    struct cdi_instant known_at;
    unsigned line;
};

/* ---- values ---- */

static json_t *time_value(struct making *making, const char *value)
{
    struct cdi_instant at;
    char text[CDI_INSTANT_TEXT_SIZE];
    if (value[0] >= '0' && value[0] <= '9')
        return json_string(value);              /* as written: the decoder is to judge it */
    if (!clock_read(&making->story->clock, value, &at))
        return NULL;
    cdi_instant_format(at, text);
    return json_string(text);
}

static json_t *list_value(const char *value)
{
    json_t *list = json_array();
    for (size_t size; *value != '\0'; value += size + (value[size] == ',')) {
        size = strcspn(value, ",");
        json_array_append_new(list, json_stringn(value, size));
    }
    return list;
}

/* NULL: the value is none of this type. */
static json_t *value_of(struct making *making, enum cdi_field_type type, const char *value)
{
    char *end;
    if (strcmp(value, "null") == 0)
        return json_null();
    switch (type) {
    case CDI_FIELD_TIME:
        return time_value(making, value);
    case CDI_FIELD_INTEGER:
    case CDI_FIELD_GRID: {
        long long number = strtoll(value, &end, 10);
        return *value == '\0' || *end != '\0' ? NULL : json_integer(number);
    }
    case CDI_FIELD_BOOLEAN:
        return strcmp(value, "true") == 0 ? json_true() : strcmp(value, "false") == 0 ? json_false() : NULL;
    case CDI_FIELD_REFERENCES:
    case CDI_FIELD_QUALIFIERS:
        return list_value(value);
    default:
        return json_string(value);
    }
}

/* Puts a value at a dotted path beneath `object`, making what is between. */
static void put(json_t *object, const char *path, json_t *value)
{
    size_t size = strcspn(path, ".");
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)size, path);
    if (path[size] == '\0') {
        json_object_set_new(object, name, value);
        return;
    }
    json_t *inner = json_object_get(object, name);
    if (inner == NULL) {
        inner = json_object();
        json_object_set_new(object, name, inner);
    }
    put(inner, path + size + 1, value);
}

/* key=value within `section` (NULL: of the whole).  An element of an array is an object of its own: `object`. */
static bool set(struct making *making, json_t *object, const char *section, const char *key, const char *value)
{
    char path[96];
    snprintf(path, sizeof path, "%s%s%s", section == NULL ? "" : section, section == NULL ? "" : ".", key);
    const struct cdi_field *field = cdi_field_find(making->feed, cdi_text_of(path));
    if (field == NULL)
        return story_break(making->story, making->line, "%s have no field %s", cdi_feed_word(making->feed), path);
    json_t *filled = value_of(making, field->type, value);
    if (filled == NULL)
        return story_break(making->story, making->line, "%s holds %s, not: %s", path, cdi_field_type_words(field->type), value);
    put(object, field->group == CDI_GROUP_WHOLE ? path : key, filled);
    return true;
}

static bool set_default(struct making *making, const char *key, const char *value)
{
    return json_object_get(making->whole, key) != NULL || set(making, making->whole, NULL, key, value);
}

static bool not_a_pair(struct making *making, const struct pair *pair)
{
    return pair->key == NULL || story_break(making->story, making->line, "key=value is wanted here, not: %s", pair->key);
}

static bool set_all(struct making *making, json_t *object, const char *section, char *rest)
{
    struct pair pair;
    while (next_pair(&rest, &pair)) {
        if (pair.operation != '=')
            return story_break(making->story, making->line, "%s=... is wanted here", pair.key);
        if (!set(making, object, section, pair.key, pair.value))
            return false;
    }
    return not_a_pair(making, &pair);
}

/* ---- bodies ---- */

/* One more element of the array `name`. */
static json_t *element(struct making *making, const char *name)
{
    json_t *array = json_object_get(making->whole, name), *object = json_object();
    if (array == NULL) {
        array = json_array();
        json_object_set_new(making->whole, name, array);
    }
    json_array_append_new(array, object);
    return object;
}

/* entry SEQ ROLE TIME TEXT to the end of the line */
static bool add_entry(struct making *making, char *rest)
{
    char *seq = next_word(&rest), *role = next_word(&rest), *at = next_word(&rest);
    if (at == NULL)
        return story_break(making->story, making->line, "entry SEQ ROLE TIME TEXT");
    json_t *entry = element(making, "entries");
    return set(making, entry, "entries", "seq", seq) && set(making, entry, "entries", "at", at) &&
           set(making, entry, "entries", "role", role) && set(making, entry, "entries", "text", rest);
}

static bool add_person(struct making *making, const char *role, char *rest)
{
    json_t *person = element(making, "persons");
    return set(making, person, "persons", "role", role) && set_all(making, person, "persons", rest);
}

/* domestic child, or L1 L2 */
static void add_words(struct making *making, const char *name, char *rest)
{
    json_t *list = json_object_get(making->whole, name);
    if (list == NULL) {
        list = json_array();
        json_object_set_new(making->whole, name, list);
    }
    for (char *word; (word = next_word(&rest)) != NULL;)
        json_array_append_new(list, json_string(word));
}

static bool add_line(struct making *making, const struct line *line)
{
    enum cdi_person_role role;
    char *rest = line->text, *word = next_word(&rest);
    making->line = line->number;
    if (strcmp(word, "entry") == 0)
        return add_entry(making, rest);
    if (cdi_person_role_from(cdi_text_of(word), &role))
        return add_person(making, word, rest);
    const struct cdi_field *field = cdi_field_find(making->feed, cdi_text_of(word));
    if (field == NULL)
        return set_all(making, making->whole, word, rest);
    if (field->type != CDI_FIELD_REFERENCES && field->type != CDI_FIELD_QUALIFIERS)
        return story_break(making->story, line->number, "%s=... belongs to the first line", word);
    add_words(making, word, rest);
    return true;
}

/* ---- heads ---- */

/* True the first time that this kind of record with this reference is mentioned. */
static bool first_mention(struct story *story, const char *kind, const char *reference)
{
    char key[200];
    snprintf(key, sizeof key, "%s %s", kind, reference);
    bool first = json_object_get(story->mentioned, key) == NULL;
    json_object_set_new(story->mentioned, key, json_true());
    return first;
}

/* known_at=TIME is the runner's own key: when the message came.  The others are fields. */
static bool set_head(struct making *making, char *rest)
{
    struct pair pair;
    while (next_pair(&rest, &pair)) {
        if (strcmp(pair.key, "known_at") != 0) {
            if (pair.operation != '=' || !set(making, making->whole, NULL, pair.key, pair.value))
                return making->story->broken ? false : story_break(making->story, making->line, "%s=... is wanted here", pair.key);
        } else if (!clock_read(&making->story->clock, pair.value, &making->known_at)) {
            return story_break(making->story, making->line, "known_at is not a time");
        }
    }
    return not_a_pair(making, &pair);
}

static bool make_incident(struct making *making, char *rest)
{
    char *reference = next_word(&rest);
    if (reference == NULL)
        return story_break(making->story, making->line, "incident REFERENCE key=value ...");
    put(making->whole, "incident", json_string(reference));
    if (!set_head(making, rest) || !set_default(making, "event_at", "now"))
        return false;
    return !first_mention(making->story, "incident", reference) ||
           (set_default(making, "received_at", "now") && set_default(making, "channel", "101") &&
            set_default(making, "caller_role", "victim") && set_default(making, "opened_as", "PSW-CFS"));
}

static bool make_crime(struct making *making, char *rest)
{
    char *reference = next_word(&rest);
    if (reference == NULL)
        return story_break(making->story, making->line, "crime REFERENCE key=value ...");
    put(making->whole, "crime", json_string(reference));
    if (!set_head(making, rest) || !set_default(making, "event_at", "now"))
        return false;
    return !first_mention(making->story, "crime", reference) ||
           (set_default(making, "recorded_at", "now") && set_default(making, "status", "recorded"));
}

/* Takes report=SEQ (else 0) out of the line, which it shortens. */
static uint32_t take_report(char *rest)
{
    char *said = strstr(rest, "report="), *end;
    if (said == NULL)
        return 0;
    uint32_t report = (uint32_t)strtoul(said + 7, &end, 10);
    memmove(said, end, strlen(end) + 1);
    return report;
}

static bool make_action(struct making *making, char *rest)
{
    struct story *story = making->story;
    char *verb = next_word(&rest), *incident = next_word(&rest), id[33], request[32];
    if (incident == NULL)
        return story_break(story, making->line, "action VERB INCIDENT key=value ...");
    uint32_t report = take_report(rest);
    cdi_alert_id_format(cdi_alert_id(cdi_text_of(story->force), cdi_text_of(incident), report), id);
    snprintf(request, sizeof request, "request-%03u", ++story->requests);
    put(making->whole, "alert", json_string(id));
    put(making->whole, "action", json_string(verb));
    return set_head(making, rest) && set_default(making, "at", "now") && set_default(making, "by", "desk-1") &&
           set_default(making, "role", "supervisor") && set_default(making, "request", request);
}

static bool make_heartbeat(struct making *making, char *rest)
{
    char *source = next_word(&rest);
    if (source == NULL)
        return story_break(making->story, making->line, "heartbeat SOURCE");
    put(making->whole, "heartbeat", json_string(source));
    return set_head(making, rest) && set_default(making, "at", "now");
}

/* ---- statements ---- */

static const struct { const char *kind; enum cdi_feed feed; bool (*make)(struct making *making, char *rest); } makers[] = {
    { "incident", CDI_FEED_INCIDENTS, make_incident },
    { "crime", CDI_FEED_CRIMES, make_crime },
    { "action", CDI_FEED_ACTIONS, make_action },
    { "heartbeat", CDI_FEED_INCIDENTS, make_heartbeat },
};

static bool build_raw(struct story *story, unsigned line, char *rest, struct message *message)
{
    char *feed = next_word(&rest);
    if (feed == NULL || !cdi_feed_from(cdi_text_of(feed), &message->feed))
        return story_break(story, line, "raw incidents|crimes|actions BYTES");
    message->bytes = strdup(rest);
    message->known_at = story->clock.now;
    return message->bytes != NULL;
}

bool message_build(struct story *story, const struct statement *statement, const char *kind, char *rest,
                   struct message *message)
{
    size_t at = 0;
    if (strcmp(kind, "raw") == 0)
        return build_raw(story, statement->head.number, rest, message);
    while (strcmp(makers[at].kind, kind) != 0)
        at++;
    struct making making = { .story = story, .feed = makers[at].feed, .whole = json_object(),
                             .known_at = story->clock.now, .line = statement->head.number };
    put(making.whole, "force", json_string(story->force));
    bool good = makers[at].make(&making, rest);
    for (size_t i = 0; good && i < statement->body_count; i++)
        good = add_line(&making, &statement->body[i]);
    if (good)
        *message = (struct message){ making.feed, json_dumps(making.whole, JSON_COMPACT), making.known_at };
    json_decref(making.whole);
    return good && message->bytes != NULL;
}
