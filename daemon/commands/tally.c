/* What the reports of some days came to, by area and category. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/encode_tally.h"
#include "codec/json_layout.h"
#include "codec/percent.h"
#include "codec/tally_lines.h"
#include "codec/words.h"
#include "commands/commands.h"
#include "commands/configured.h"
#include "commands/shared_options.h"
#include "commands/talk.h"
#include "core/tally_row.h"
#include "edge/http_get.h"

static enum cdi_exit tally_run(const struct cdi_arguments *arguments);

enum { PAGE = 100, NAME_WIDTH = 24, NAME_SIZE = 400, AREAS_MOST = 512 };

static const struct cdi_option options[] = {
    { "from", CDI_TAKES_ONE, "DAY", false, "the first there is", "the first day of receipt, by local time: 2026-11-04" },
    { "to", CDI_TAKES_ONE, "DAY", false, "the last there is", "the last day of receipt" },
    { "force", CDI_TAKES_ONE, "CODE", false, NULL, "only those of this force" },
    { "area", CDI_TAKES_ONE, "NAME", false, NULL, "only those of this basic command unit" },
    { "at", CDI_TAKES_ONE, "ADDRESS:PORT", false, "127.0.0.1:8080", "where the daemon answers: http.listen of its configuration" },
    { "json", CDI_TAKES_NOTHING, NULL, false, NULL, "print the tallies as they were published, one a line: by area, day, channel and source" },
    CDI_OPTIONS_END
};
static const char *const description[] = {
    "Sums up what the reports received on some days came to, an area after the other and by category: how many crimes were due, which were "
    "recorded, in time or the same day, and after how long; and the crimes that no log tells of.",
    "These are figures of what the logs disclose to a machine: no rate of compliance, which needs people who read them.",
    NULL
};
static const char *const examples[] = {
    "cdiwatch tally --from 2026-11-01 --to 2026-11-30", "cdiwatch tally --force dpp --area East --json > east.ndjson", NULL
};
const struct cdi_command cdi_tally_command = {
    "tally", "sum up what reports came to, by area and category", description, options, examples, tally_run
};

/* Of one force and area. */
struct place { char *force, *area; struct cdi_tally sum; };

struct summing {
    const struct cdi_arguments *arguments;
    struct cdi_address address;
    struct cdi_json *json;
    struct place places[AREAS_MOST];
    size_t count;
    bool raw, full;
    char next[1024];
};

/* ---- summing ---- */

static char *copy_of(struct cdi_text text)
{
    char *copy = strndup(text.at == NULL ? "" : text.at, text.size);
    CDI_ASSERT(copy != NULL);
    return copy;
}

static struct place *place_for(struct summing *summing, struct cdi_text force, struct cdi_text area)
{
    for (size_t i = 0; i < summing->count; i++) {
        struct place *place = &summing->places[i];
        if (cdi_text_is(force, place->force) && (area.size == 0 ? *place->area == '\0' : cdi_text_is(area, place->area)))
            return place;
    }
    summing->full |= summing->count == AREAS_MOST;
    if (summing->full)
        return NULL;
    summing->places[summing->count] = (struct place){ .force = copy_of(force), .area = copy_of(area) };
    return &summing->places[summing->count++];
}

static void take(struct summing *summing, struct cdi_value data)
{
    struct place *place = place_for(summing, cdi_member_text(data, "force"), cdi_member_text(data, "area"));
    if (place != NULL)
        cdi_read_tally(data, CDI_TALLY_BY_CATEGORY, &place->sum);
}

/* ---- asking ---- */

static void put(struct cdi_body *path, const char *name, const char *value)
{
    if (value == NULL || *value == '\0')
        return;
    cdi_body_say(path, "&%s=", name);
    cdi_percent_add(path, cdi_text_of(value));
}

static enum cdi_exit refused(struct cdi_value answer, int status)
{
    char line[NAME_SIZE];
    struct cdi_text text = cdi_member_text(cdi_value_member(answer, "error"), "text");
    struct cdi_text parameter = cdi_member_text(cdi_value_member(answer, "error"), "parameter");
    if (!cdi_text_said(text)) {
        cdi_complain("what answers there does not answer as cdiwatch does; say with --at where the daemon is");
        return CDI_EXIT_NOT_RUNNING;
    }
    if (cdi_text_said(parameter))
        cdi_complain("of what was asked, the daemon cannot use --%s:", cdi_harmless(parameter.at, parameter.size, line, sizeof line));
    cdi_complain("%s", cdi_harmless(text.at, text.size, line, sizeof line));
    return status == 503 ? CDI_EXIT_NOT_READY : status == 400 ? CDI_EXIT_USAGE : CDI_EXIT_DATA;
}

/* One page; `next` is "" behind the last. */
static enum cdi_exit take_page(struct summing *summing, const struct cdi_body *body, int status)
{
    enum { DEEP = 2 };                          /* {"tallies":[{... */
    const struct cdi_json_node *nodes;
    struct cdi_text json = { body->at, body->size }, object;
    struct cdi_value answer = { NULL, NULL };
    size_t at = 0;
    if (body->size > 0 && cdi_json_read(summing->json, body->at, body->size, &nodes, NULL))
        answer = (struct cdi_value){ nodes, nodes };
    struct cdi_value list = cdi_value_member(answer, "tallies");
    struct cdi_text next = cdi_member_text(answer, "next");
    if (status != 200 || !cdi_value_said(list) || next.size >= sizeof summing->next)
        return refused(answer, status);
    snprintf(summing->next, sizeof summing->next, "%.*s", CDI_TEXT_ARGS(next));
    for (struct cdi_value data = cdi_value_first(list); cdi_value_said(data); data = cdi_value_next(list, data)) {
        if (!summing->raw)
            take(summing, data);
        else if (cdi_json_object_at(json, DEEP, &at, &object))
            printf("%.*s\n", CDI_TEXT_ARGS(object));
    }
    return CDI_EXIT_OK;
}

static enum cdi_exit ask_page(struct summing *summing)
{
    static const char *const passed_on[] = { "from", "to", "force", "area" };
    struct cdi_body path = { .at = NULL }, body = { .at = NULL };
    struct cdi_error err = { 0 };
    int status = 0;
    cdi_body_say(&path, "/api/v1/tallies?limit=%d", PAGE);
    for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++)
        if (cdi_argument_given(summing->arguments, passed_on[i]))
            put(&path, passed_on[i], cdi_argument(summing->arguments, passed_on[i]));
    put(&path, "cursor", summing->next);
    enum cdi_exit result = CDI_EXIT_NOT_RUNNING;
    if (path.failed || !cdi_http_get(&summing->address, path.at, &status, &body, &err))
        cdi_complain("%s; start it with cdiwatch run, or say with --at where it is (http.listen of its configuration)", err.text);
    else
        result = take_page(summing, &body, status);
    cdi_body_free(&path);
    cdi_body_free(&body);
    return result;
}

/* ---- the table ---- */

static int by_place(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int order = strcmp(x->force, y->force);
    return order != 0 ? order : strcmp(x->area, y->area);
}

/* Not where all that was counted has moved elsewhere. */
static bool has_lines(const struct cdi_tally *sum)
{
    for (uint32_t i = 0; i < sum->row_count; i++)
        if (cdi_tally_has_line(&sum->rows[i]))
            return true;
    return false;
}

static void print_place(const struct place *place, struct cdi_body *out)
{
    char name[NAME_WIDTH + 16], force[NAME_SIZE], area[NAME_SIZE];
    if (!has_lines(&place->sum))
        return;
    cdi_body_say(out, "\n%s, %s\n", cdi_harmless(place->force, strlen(place->force), force, sizeof force),
                 *place->area == '\0' ? "no area said" : cdi_harmless(place->area, strlen(place->area), area, sizeof area));
    for (uint32_t i = 0; i < place->sum.row_count; i++) {
        const struct cdi_tally_row *row = &place->sum.rows[i];
        if (!cdi_tally_has_line(row))
            continue;
        snprintf(name, sizeof name, "  %s, %s", cdi_tally_of_words(row->key.of), cdi_tally_category_words(row->key.category));
        cdi_tally_line(out, NAME_WIDTH, name, row);
        cdi_body_say(out, "\n");
    }
}

static enum cdi_exit print_all(struct summing *summing)
{
    struct cdi_body out = { .at = NULL };
    qsort(summing->places, summing->count, sizeof *summing->places, by_place);
    cdi_tally_titles(&out, NAME_WIDTH);
    for (size_t i = 0; i < summing->count; i++)
        print_place(&summing->places[i], &out);
    cdi_body_say(&out, "\n%s\n", summing->count == 0 ? "There are no tallies of these days." : cdi_words_tally());
    if (summing->full)
        cdi_body_say(&out, "There are more areas than these %d: name a force.\n", (int)AREAS_MOST);
    bool good = !out.failed;
    if (good)
        fputs(out.at, stdout);
    cdi_body_free(&out);
    return good ? CDI_EXIT_OK : CDI_EXIT_DATA;
}

static enum cdi_exit sum_up(struct summing *summing)
{
    char before[sizeof summing->next];
    enum cdi_exit result;
    do {
        memcpy(before, summing->next, sizeof before);
        result = ask_page(summing);
    } while (result == CDI_EXIT_OK && summing->next[0] != '\0' && strcmp(before, summing->next) != 0);
    return result == CDI_EXIT_OK && !summing->raw ? print_all(summing) : result;
}

static enum cdi_exit tally_run(const struct cdi_arguments *arguments)
{
    struct cdi_error err = { 0 };
    struct summing *summing = calloc(1, sizeof *summing);
    CDI_ASSERT(summing != NULL);
    enum cdi_exit result = CDI_EXIT_USAGE;
    summing->arguments = arguments;
    summing->raw = cdi_argument_given(arguments, "json");
    summing->json = cdi_json_create(CDI_JSON_READER_SIMDJSON, &err);
    if (summing->json == NULL)
        cdi_complain_error(&err);
    else if (!cdi_address_read(cdi_text_of(cdi_argument(arguments, "at")), &summing->address, &err) || summing->address.off)
        cdi_complain("--at should be an address and a port, such as 127.0.0.1:8080 or [::1]:8080");
    else
        result = sum_up(summing);
    for (size_t i = 0; i < summing->count; i++) {
        free(summing->places[i].force);
        free(summing->places[i].area);
        cdi_tally_release(&summing->places[i].sum);
    }
    cdi_json_destroy(summing->json);
    free(summing);
    return result;
}
