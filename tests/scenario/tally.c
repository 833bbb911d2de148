/* expect-tally AREA DAY [of=crimes] [category=...] [channel=...] [source=...] key=value ...: what the tally of an area and day, as last
 * published, counts in the rows that fit.  A key is a count, summed over them, or a path into the only one. */
#include "scenario.h"

#include <stdlib.h>
#include <string.h>

enum { FILTERS = 4 };
static const char *const filter_names[FILTERS] = { "of", "category", "channel", "source" };

struct wanted { const char *filters[FILTERS]; };

static bool is_filter(struct wanted *wanted, const struct pair *pair)
{
    for (size_t i = 0; i < FILTERS; i++)
        if (pair->operation == '=' && strcmp(pair->key, filter_names[i]) == 0) {
            wanted->filters[i] = pair->value;
            return true;
        }
    return false;
}

static bool fits(const struct wanted *wanted, const json_t *row)
{
    for (size_t i = 0; i < FILTERS; i++) {
        const char *said = json_string_value(json_object_get(row, filter_names[i]));
        if (wanted->filters[i] != NULL && strcmp(wanted->filters[i], said == NULL ? "none" : said) != 0)
            return false;
    }
    return true;
}

static const json_t *find_tally(const json_t *tallies, const char *force, const char *area, const char *day)
{
    for (size_t i = 0; i < json_array_size(tallies); i++) {
        const json_t *tally = json_array_get(tallies, i);
        const char *said = json_string_value(json_object_get(tally, "area")), *on = json_string_value(json_object_get(tally, "day"));
        if (strcmp(json_string_value(json_object_get(tally, "force")), force) == 0 && strcmp(said == NULL ? "none" : said, area) == 0 &&
            strcmp(on == NULL ? "undated" : on, day) == 0)
            return tally;
    }
    return NULL;
}

static const json_t *value_at(const json_t *row, const char *path)
{
    size_t size = strcspn(path, ".");
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)size, path);
    const json_t *value = json_object_get(row, name);
    return path[size] == '\0' || value == NULL ? value : value_at(value, path + size + 1);
}

/* The sum over the rows that fit; `rows` counts them.  What is null in any of them is "none". */
static void gather(const struct wanted *wanted, const json_t *rows, const char *path, char *out, size_t room)
{
    long long sum = 0, fitting = 0;
    bool none = false;
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i), *value = value_at(row, path);
        if (!fits(wanted, row))
            continue;
        fitting++;
        none |= json_is_null(value);
        sum += json_integer_value(value);
    }
    if (none)
        snprintf(out, room, "none");
    else
        snprintf(out, room, "%lld", strcmp(path, "rows") == 0 ? fitting : sum);
}

static bool known(const char *path)
{
    static const char *const families[] = { "rows", "reasons.", "n100.", "cancelled.", "lag." };
    for (unsigned count = 0; count < CDI_TALLY_COUNTS; count++)
        if (strcmp(path, cdi_tally_count_word((enum cdi_tally_slot)count)) == 0)
            return true;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (strncmp(path, families[i], strlen(families[i])) == 0)
            return true;
    return false;
}

static void expect_pairs(struct story *story, unsigned line, struct wanted *wanted, const json_t *tally, char *rest)
{
    struct pair pair;
    char got[32];
    while (next_pair(&rest, &pair)) {
        if (is_filter(wanted, &pair))
            continue;
        gather(wanted, json_object_get(tally, "rows"), pair.key, got, sizeof got);
        if (!known(pair.key))
            story_break(story, line, "a tally has no %s", pair.key);
        else if ((strcmp(got, pair.value) == 0) != (pair.operation == '='))
            story_fail(story, line, "expected %s%c%s, got %s", pair.key, pair.operation, pair.value, got);
    }
    if (pair.key != NULL)
        story_break(story, line, "key=value is wanted here, not: %s", pair.key);
}

void expect_tally(struct story *story, const struct statement *statement, char *rest)
{
    unsigned line = statement->head.number, before = story->failures;
    char *area = next_word(&rest), *day = area == NULL ? NULL : next_word(&rest);
    struct wanted wanted = { { "reports" } };
    if (day == NULL) {
        story_break(story, line, "expect-tally AREA DAY key=value ...");
        return;
    }
    json_t *tallies = expect_tallies(story);
    const json_t *tally = find_tally(tallies, story->force, area, day);
    expect_pairs(story, line, &wanted, tally, rest);
    for (size_t i = 0; i < statement->body_count; i++)
        expect_pairs(story, statement->body[i].number, &wanted, tally, statement->body[i].text);
    if (story->failures > before)
        story_show(story, tally == NULL ? tallies : tally);
    json_decref(tallies);
}
