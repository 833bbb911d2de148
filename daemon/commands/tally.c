/* What the reports of some days came to, by area and category. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/encode_tally.h"
#include "codec/json_layout.h"
#include "codec/tally_lines.h"
#include "codec/words.h"
#include "codec/wrap.h"
#include "commands/alerts_source.h"
#include "commands/commands.h"
#include "commands/configured.h"
#include "commands/shared_options.h"
#include "commands/talk.h"
#include "core/tally.h"
#include "core/tally_row.h"
#include "edge/terminal.h"

static enum cdi_exit tally_run(const struct cdi_arguments *arguments);

enum { NAME_WIDTH = 24, NAME_SIZE = 400, AREAS_MOST = 512 };

static const struct cdi_option options[] = {
    { "from", CDI_TAKES_ONE, "DAY", false, "the first there is", "the first day of receipt, by local time: 2026-11-04" },
    { "to", CDI_TAKES_ONE, "DAY", false, "the last there is", "the last day of receipt" },
    { "force", CDI_TAKES_ONE, "CODE", false, NULL, "only those of this force" },
    { "area", CDI_TAKES_ONE, "NAME", false, NULL, "only those of this basic command unit" },
    { "json", CDI_TAKES_NOTHING, NULL, false, NULL, "print the tallies as they were published, one a line: by area, day, channel and source" },
    CDI_OPTIONS_ALERTS, CDI_OPTIONS_END
};
static const char *const description[] = {
    "Sums up what the reports received on some days came to, an area after the other and by category: how many crimes were due, which were "
    "recorded, in time or the same day, and after how long; and the crimes that no log tells of.",
    "These are figures of what the logs disclose to a machine: no rate of compliance, which needs people who read them.",
    NULL
};
static const char *const examples[] = {
    "cdiwatch tally --from 2026-11-01 --to 2026-11-30", "cdiwatch tally --force dpp --area East --json > east.ndjson",
    "cdiwatch tally --view /var/lib/cdiwatch/view.sqlite", NULL
};
const struct cdi_command cdi_tally_command = {
    "tally", "sum up what reports came to, by area and category", description, options, examples, tally_run
};

/* Of one force and area. */
struct place { char *force, *area; struct cdi_tally sum; };

struct summing {
    struct place places[AREAS_MOST];
    size_t count;
    bool raw, chosen, full, failed;
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

static void print_line(struct summing *summing, struct cdi_text bytes)
{
    struct cdi_body line = { .at = NULL };
    cdi_json_line(&line, bytes);
    if (!line.failed)
        puts(line.at);
    summing->failed |= line.failed;
    cdi_body_free(&line);
}

static bool take(void *context, struct cdi_text bytes, struct cdi_value data)
{
    struct summing *summing = context;
    if (summing->raw) {
        print_line(summing, bytes);
        return !summing->failed;
    }
    struct place *place = place_for(summing, cdi_member_text(data, "force"), cdi_member_text(data, "area"));
    if (place != NULL)
        cdi_read_tally(data, CDI_TALLY_BY_CATEGORY, &place->sum);
    return true;
}

/* ---- which ---- */

static bool read_day(const struct cdi_arguments *arguments, const char *name, int32_t *day)
{
    if (!cdi_argument_given(arguments, name) ||
        (cdi_tally_day_from(cdi_text_of(cdi_argument(arguments, name)), day) && *day != CDI_TALLY_UNDATED))
        return true;
    cdi_complain("--%s should be a day, such as 2026-11-04", name);
    return false;
}

static bool read_filter(const struct cdi_arguments *arguments, struct cdi_view_tally_filter *filter)
{
    *filter = (struct cdi_view_tally_filter){ .from = INT32_MIN, .to = INT32_MAX };
    filter->force = cdi_text_of(cdi_argument(arguments, "force"));
    filter->area = cdi_text_of(cdi_argument(arguments, "area"));
    if (!read_day(arguments, "from", &filter->from) || !read_day(arguments, "to", &filter->to))
        return false;
    if (filter->from > filter->to)
        cdi_complain("--to is a day before --from: then there are no tallies");
    return filter->from <= filter->to;
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

/* How fresh the figures are stands beneath them. */
static void add_end(const struct summing *summing, struct cdi_alerts *alerts, bool any, struct cdi_body *out)
{
    struct cdi_body words = { .at = NULL };
    cdi_body_say(out, "%s%s\n", any ? "\n" : "", any ? cdi_words_tally() : summing->chosen ? "No tally fits." : "There are no tallies yet.");
    if (summing->full)
        cdi_body_say(out, "There are more areas than these %d: name a force.\n", (int)AREAS_MOST);
    cdi_alerts_freshness(alerts, &words);
    cdi_wrap(out, cdi_terminal_table_width(stdout), 0, 0, (struct cdi_text){ words.at, words.size });
    out->failed |= words.failed;
    cdi_body_free(&words);
}

static void print_all(struct summing *summing, struct cdi_alerts *alerts)
{
    bool any = false;
    struct cdi_body out = { .at = NULL };
    qsort(summing->places, summing->count, sizeof *summing->places, by_place);
    for (size_t i = 0; i < summing->count; i++)
        any |= has_lines(&summing->places[i].sum);
    if (any)
        cdi_tally_titles(&out, NAME_WIDTH);
    for (size_t i = 0; i < summing->count; i++)
        print_place(&summing->places[i], &out);
    add_end(summing, alerts, any, &out);
    summing->failed |= out.failed;
    if (!out.failed)
        fputs(out.at, stdout);
    cdi_body_free(&out);
}

static enum cdi_exit sum_up(struct summing *summing, struct cdi_alerts *alerts, const struct cdi_view_tally_filter *filter)
{
    enum cdi_exit result = cdi_alerts_tallies(alerts, filter, take, summing);
    if (result == CDI_EXIT_OK && !summing->raw)
        print_all(summing, alerts);
    if (summing->failed) {
        cdi_complain("not enough memory: the figures are not whole");
        result = CDI_EXIT_DATA;
    }
    return result;
}

static enum cdi_exit tally_run(const struct cdi_arguments *arguments)
{
    struct cdi_view_tally_filter filter;
    struct cdi_alerts *alerts = NULL;
    if (!read_filter(arguments, &filter))
        return CDI_EXIT_USAGE;
    struct summing *summing = calloc(1, sizeof *summing);
    CDI_ASSERT(summing != NULL);
    summing->raw = cdi_argument_given(arguments, "json");
    summing->chosen = filter.from != INT32_MIN || filter.to != INT32_MAX || filter.force.size > 0 || filter.area.size > 0;
    enum cdi_exit result = cdi_alerts_open(arguments, NULL, &alerts);
    if (result == CDI_EXIT_OK)
        result = sum_up(summing, alerts, &filter);
    for (size_t i = 0; i < summing->count; i++) {
        free(summing->places[i].force);
        free(summing->places[i].area);
        cdi_tally_release(&summing->places[i].sum);
    }
    cdi_alerts_close(alerts);
    free(summing);
    return result;
}
