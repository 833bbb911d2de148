/* A document against what the story expects of it: a table of keys, each where it stands in the document. */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

/* How the values of a key are gathered from the document; an array is looked into with `member`. */
enum shape {
    SHAPE_VALUE,                                /* one value; null is "none" */
    SHAPE_TIME,                                 /* the same, a time */
    SHAPE_FIRST,                                /* the member of an array's first object */
    SHAPE_SET,                                  /* an array, its order of no account; empty is "none" */
    SHAPE_LIST                                  /* an array, in its order */
};
struct key { const char *name, *path, *member; enum shape shape; };

static const struct key keys[] = {
    { "state", "state", NULL, SHAPE_VALUE },
    { "stage", "stage", NULL, SHAPE_VALUE },
    { "lifecycle", "lifecycle", NULL, SHAPE_VALUE },
    { "risk", "risk", NULL, SHAPE_VALUE },
    { "due", "due", NULL, SHAPE_VALUE },
    { "recorded", "recorded", NULL, SHAPE_VALUE },
    { "report", "report", NULL, SHAPE_VALUE },
    { "received_at", "received_at", NULL, SHAPE_TIME },
    { "due_at", "due_at", NULL, SHAPE_TIME },
    { "same_day_at", "same_day_at", NULL, SHAPE_TIME },
    { "next_stage_at", "next_stage_at", NULL, SHAPE_TIME },
    { "acknowledged_until", "acknowledged_until", NULL, SHAPE_TIME },
    { "overdue_days", "overdue_days", NULL, SHAPE_VALUE },
    { "detected_late_by_s", "detected_late_by_s", NULL, SHAPE_VALUE },
    { "owner", "owner", NULL, SHAPE_VALUE },
    { "escalation", "escalation", NULL, SHAPE_VALUE },
    { "unit", "unit", NULL, SHAPE_VALUE },
    { "bcu", "area.bcu", NULL, SHAPE_VALUE },
    { "beat", "area.beat", NULL, SHAPE_VALUE },
    { "opened_as", "opened_as", NULL, SHAPE_VALUE },
    { "classified_as", "classified_as", NULL, SHAPE_VALUE },
    { "closed_as", "closed_as", NULL, SHAPE_VALUE },
    { "channel", "channel", NULL, SHAPE_VALUE },
    { "caller_role", "caller_role", NULL, SHAPE_VALUE },
    { "marks", "marks", NULL, SHAPE_SET },
    { "watches", "watches", NULL, SHAPE_SET },
    { "watched_since", "watch_reasons", "since", SHAPE_TIME },
    { "because", "watch_reasons", "because", SHAPE_SET },
    { "likely", "likely", "class", SHAPE_SET },
    { "category", "likely", "category", SHAPE_FIRST },
    { "unanswered", "unanswered", NULL, SHAPE_SET },
    { "standing", "linked", "standing", SHAPE_FIRST },
    { "answers", "linked", "answers", SHAPE_FIRST },
    { "linked", "linked", "crime", SHAPE_SET },
    { "how", "linked", "how", SHAPE_FIRST },
    { "late_by_s", "linked", "late_by_s", SHAPE_FIRST },
    { "alternatives", "alternatives", "crime", SHAPE_SET },
    { "reason", "disposal.reason", NULL, SHAPE_VALUE },
    { "missing", "disposal.missing", NULL, SHAPE_SET },
    { "refused", "disposal.refused", NULL, SHAPE_VALUE },
    { "endorsed_by", "disposal.endorsed_by", NULL, SHAPE_VALUE },
    { "other_force", "disposal.other_force", NULL, SHAPE_VALUE },
    { "notes", "notes", "text", SHAPE_LIST },
    { "history", "history", "what", SHAPE_LIST },
    { "published", "published", "what", SHAPE_LIST },
    /* Of a digest. */
    { "reports", "reports", NULL, SHAPE_VALUE },
    { "gravest", "gravest", "risk", SHAPE_LIST },
};

static const struct key *key_find(const char *name)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

/* ---- words ---- */

/* What a key holds, or is expected to hold: texts, borrowed or owned by `bytes`. */
enum { WORDS_MAX = 64, WORD_SIZE = 128 };
struct words { size_t count; char items[WORDS_MAX][WORD_SIZE]; };

static void add_word(struct words *words, const char *text, size_t size)
{
    if (words->count < WORDS_MAX)
        snprintf(words->items[words->count++], WORD_SIZE, "%.*s", (int)size, text);
}

/* Of what a watch is known by, each fact is its rule. */
static void add_value(struct words *words, const json_t *value)
{
    char number[32];
    for (size_t i = 0; json_is_array(value) && i < json_array_size(value); i++)
        add_value(words, json_object_get(json_array_get(value, i), "rule"));
    if (json_is_string(value)) {
        add_word(words, json_string_value(value), json_string_length(value));
    } else if (json_is_integer(value)) {
        snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
        add_word(words, number, strlen(number));
    }
}

static const json_t *at_path(const json_t *document, const char *path)
{
    size_t size = strcspn(path, ".");
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)size, path);
    const json_t *value = json_object_get(document, name);
    return path[size] == '\0' ? value : at_path(value, path + size + 1);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void sort_words(struct words *words)
{
    qsort(words->items, words->count, WORD_SIZE, by_text);
}

static void gather(struct words *words, const struct key *key, const json_t *document)
{
    const json_t *value = at_path(document, key->path);
    words->count = 0;
    if (!json_is_array(value)) {
        add_value(words, value);
        return;
    }
    size_t count = json_array_size(value);
    for (size_t i = 0; i < count && (i == 0 || key->shape != SHAPE_FIRST); i++) {
        const json_t *item = json_array_get(value, i);
        add_value(words, key->member == NULL ? item : json_object_get(item, key->member));
    }
}

/* "a,b"; "none" and "null" are no word at all.  false: a time that cannot be read. */
static bool split(const struct story *story, struct words *words, const struct key *key, const char *value)
{
    struct cdi_instant at;
    char text[CDI_INSTANT_TEXT_SIZE];
    words->count = 0;
    if (strcmp(value, "none") == 0 || strcmp(value, "null") == 0)
        return true;
    if (key->shape == SHAPE_TIME) {
        if (!clock_read(&story->clock, value, &at))
            return false;
        add_word(words, text, cdi_instant_format(at, text));
    } else if (key->shape == SHAPE_VALUE) {
        add_word(words, value, strlen(value));
    } else {
        for (size_t size; *value != '\0'; value += size + (value[size] == ',')) {
            size = strcspn(value, ",");
            add_word(words, value, size);
        }
    }
    return true;
}

static bool same(const struct words *a, const struct words *b)
{
    bool equal = a->count == b->count;
    for (size_t i = 0; equal && i < a->count; i++)
        equal = strcmp(a->items[i], b->items[i]) == 0;
    return equal;
}

/* How many of `wanted` are among `got`. */
static size_t among(const struct words *wanted, const struct words *got)
{
    size_t found = 0;
    for (size_t i = 0; i < wanted->count; i++)
        for (size_t j = 0; j < got->count; j++)
            if (strcmp(wanted->items[i], got->items[j]) == 0) {
                found++;
                break;
            }
    return found;
}

/* Of numbers, or times, which are as long as each other: -1, 0 or 1; 2: not one of each. */
static int compare(const struct words *wanted, const struct words *got)
{
    if (wanted->count != 1 || got->count != 1)
        return 2;
    char *end;
    long long limit = strtoll(wanted->items[0], &end, 10), number = strtoll(got->items[0], NULL, 10);
    int order = *end == '\0' ? (number > limit) - (number < limit) : strcmp(got->items[0], wanted->items[0]);
    return (order > 0) - (order < 0);
}

static bool holds(const struct key *key, char operation, struct words *wanted, struct words *got)
{
    if (operation == '<' || operation == '>')
        return compare(wanted, got) == (operation == '<' ? -1 : 1);
    if (operation == '~')
        return wanted->count > 0 && among(wanted, got) == wanted->count;
    if (operation == '!')
        return wanted->count == 0 ? got->count > 0 : among(wanted, got) == 0;
    if (key->shape == SHAPE_SET) {
        sort_words(wanted);
        sort_words(got);
    }
    return same(wanted, got);
}

static void join(const struct words *words, char *out, size_t room)
{
    size_t used = (size_t)snprintf(out, room, "%s", words->count == 0 ? "none" : "");
    for (size_t i = 0; i < words->count && used + WORD_SIZE < room; i++)
        used += (size_t)snprintf(out + used, room - used, "%s%s", i > 0 ? "," : "", words->items[i]);
}

/* ---- one document ---- */

/* Every key of one line.  Counts what does not hold, and breaks the story at what cannot be understood. */
void expect_line(struct story *story, unsigned line, const json_t *document, char *rest)
{
    static struct words wanted, got;
    static char text[WORDS_MAX * WORD_SIZE];
    struct pair pair;
    while (next_pair(&rest, &pair)) {
        const struct key *key = key_find(pair.key);
        if (key == NULL) {
            story_break(story, line, "a document has no %s that could be expected", pair.key);
        } else if (!split(story, &wanted, key, pair.value)) {
            story_break(story, line, "%s=%s is not a time", pair.key, pair.value);
        } else {
            gather(&got, key, document);
            bool good = holds(key, pair.operation, &wanted, &got);
            join(&got, text, sizeof text);
            if (!good)
                story_fail(story, line, "expected %s%c%s, got %s", pair.key, pair.operation, pair.value, text);
        }
    }
    if (pair.key != NULL)
        story_break(story, line, "key=value, key~value, key!value, key>value or key<value is wanted here, not: %s", pair.key);
}

static const json_t *find(const json_t *documents, const char *incident, json_int_t report)
{
    for (size_t i = 0; i < json_array_size(documents); i++) {
        const json_t *document = json_array_get(documents, i);
        const char *name = json_string_value(json_object_get(document, "incident"));
        if (name != NULL && strcmp(name, incident) == 0 && json_integer_value(json_object_get(document, "report")) == report)
            return document;
    }
    return NULL;
}

static void expect_fields(struct story *story, const struct statement *statement, const json_t *document, char *rest)
{
    unsigned before = story->failures;
    expect_line(story, statement->head.number, document, rest);
    for (size_t i = 0; i < statement->body_count; i++)
        expect_line(story, statement->body[i].number, document, statement->body[i].text);
    if (story->failures > before)
        story_show(story, document);
}

/* ---- statements ---- */

/* report=SEQ directly behind the reference; else 0. */
static json_int_t report_of(char **rest)
{
    if (strncmp(*rest, "report=", 7) != 0)
        return 0;
    return strtoll(next_word(rest) + 7, NULL, 10);
}

/* A log in which nothing is likely is no report, though it has a document while a watch holds of it. */
static bool only_watched(const json_t *document)
{
    const char *state = json_string_value(json_object_get(document, "state"));
    return state != NULL && strcmp(state, "not_disclosed") == 0 && json_array_size(json_object_get(document, "watches")) != 0;
}

static void expect_report(struct story *story, const struct statement *statement, const char *kind, char *rest)
{
    unsigned line = statement->head.number;
    char *incident = next_word(&rest);
    if (incident == NULL) {
        story_break(story, line, "%s REFERENCE [report=SEQ]", kind);
        return;
    }
    json_int_t report = report_of(&rest);
    json_t *documents = expect_documents(story, strstr(kind, "document") != NULL, incident);
    const json_t *document = find(documents, incident, report);
    if (strcmp(kind, "expect-no-report") == 0 && only_watched(document))
        document = NULL;
    bool wanted = strcmp(kind, "expect-no-document") != 0 && strcmp(kind, "expect-no-report") != 0;
    if (wanted && document == NULL) {
        story_fail(story, line, "expected report %lld of %s, got none; there are:", (long long)report, incident);
        story_show(story, documents);
    } else if (!wanted && document != NULL) {
        story_fail(story, line, "expected no %s of %s, got:", strrchr(kind, '-') + 1, incident);
        story_show(story, document);
    } else if (document != NULL) {
        expect_fields(story, statement, document, rest);
    }
    json_decref(documents);
}

static void expect_no_more(struct story *story, unsigned line, char *rest)
{
    char *incident = next_word(&rest);
    if (incident == NULL) {
        story_break(story, line, "expect-gone REFERENCE [report=SEQ]");
        return;
    }
    const char *problem = expect_gone(story, incident, (uint32_t)report_of(&rest));
    if (problem != NULL)
        story_fail(story, line, "expected %s to be gone: %s", incident, problem);
}

static void expect_count(struct story *story, unsigned line, char *rest)
{
    char *word = next_word(&rest), *end;
    unsigned long wanted = word == NULL ? 0 : strtoul(word, &end, 10);
    if (word == NULL || *end != '\0') {
        story_break(story, line, "expect-documents COUNT");
        return;
    }
    json_t *documents = expect_documents(story, true, NULL);
    if (json_array_size(documents) != wanted) {
        story_fail(story, line, "expected %lu documents, got %zu:", wanted, json_array_size(documents));
        story_show(story, documents);
    }
    json_decref(documents);
}

static void expect_outcome(struct story *story, unsigned line, char *rest)
{
    struct pair pair;
    char *word = next_word(&rest);
    const char *got = cdi_outcome_word(story->outcome);
    if (word == NULL || story->message_count == 0)
        story_break(story, line, "expect-outcome WORD follows a message");
    else if (strcmp(word, got) != 0)
        story_fail(story, line, "expected the last message to be %s, got %s %s %s", word, got, story->refusal.where,
                   story->refusal.text);
    while (next_pair(&rest, &pair)) {
        bool code = strcmp(pair.key, "code") == 0;
        const char *said = code ? cdi_error_word(story->refusal.code) : story->refusal.where;
        if (!code && strcmp(pair.key, "where") != 0)
            story_break(story, line, "expect-outcome knows where= and code=, not %s", pair.key);
        else if (strcmp(said, pair.value) != 0)
            story_fail(story, line, "expected %s=%s, got %s (%s)", pair.key, pair.value, said, story->refusal.text);
    }
    if (pair.key != NULL)
        story_break(story, line, "expect-outcome WORD [where=] [code=], not: %s", pair.key);
}

void expect_run(struct story *story, const struct statement *statement, const char *kind, char *rest)
{
    static const char *const of_report[] = { "expect", "expect-document", "expect-no-document", "expect-no-report" };
    unsigned line = statement->head.number;
    if (strcmp(kind, "expect-outcome") == 0) {
        expect_outcome(story, line, rest);
        return;
    }
    story_judge(story);
    if (strcmp(kind, "expect-documents") == 0) {
        expect_count(story, line, rest);
        return;
    }
    if (strcmp(kind, "expect-tally") == 0) {
        expect_tally(story, statement, rest);
        return;
    }
    if (strcmp(kind, "expect-gone") == 0) {
        expect_no_more(story, line, rest);
        return;
    }
    for (size_t i = 0; i < sizeof of_report / sizeof *of_report; i++)
        if (strcmp(kind, of_report[i]) == 0) {
            expect_report(story, statement, kind, rest);
            return;
        }
    story_break(story, line, "no such statement: %s", kind);
}
