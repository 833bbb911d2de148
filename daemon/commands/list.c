/* The reports that want something of somebody, earliest deadline or gravest risk first. */
#include <stdio.h>
#include <string.h>

#include "codec/json_layout.h"
#include "codec/page.h"
#include "codec/summary.h"
#include "codec/time_words.h"
#include "codec/wrap.h"
#include "commands/alerts_source.h"
#include "commands/commands.h"
#include "commands/numbers.h"
#include "commands/shared_options.h"
#include "commands/table.h"
#include "commands/talk.h"
#include "edge/alert_query.h"
#include "edge/rulebook.h"
#include "edge/terminal.h"

static enum cdi_exit list_run(const struct cdi_arguments *arguments);

enum { LIMIT_MOST = 100000 };

static const struct cdi_option options[] = {
    { "force", CDI_TAKES_ONE, "CODE", false, NULL, "only those of this force" },
    { "bcu", CDI_TAKES_ONE, "NAME", false, NULL, "only those of this basic command unit" },
    { "owner", CDI_TAKES_ONE, "NAME", false, NULL, "only those that this person has taken on" },
    { "stage", CDI_TAKES_ONE, "WORDS", false, NULL, "only those at these stages: notice, warning, urgent, breach; several with commas" },
    { "state", CDI_TAKES_ONE, "WORDS", false, "those that are not answered", "only those in these states: open, satisfied, cleared, ..." },
    { "risk", CDI_TAKES_ONE, "WORDS", false, NULL, "only those of these risks: rape, child, da_violence, stalking, ..." },
    { "watch", CDI_TAKES_ONE, "WATCH", false, NULL,
      "only those that are watched for this (a key of watches.csv: hate, opened_domestic, ...; any), also those in which no crime is likely" },
    { "all", CDI_TAKES_NOTHING, NULL, false, NULL, "also those that are settled, after the others" },
    { "sort", CDI_TAKES_ONE, "WORD", false, "deadline",
      "what comes first: deadline, the nearest; or risk, the gravest, and of each risk the nearest deadline" },
    { "limit", CDI_TAKES_ONE, "NUMBER", false, "100", "this many at most" },
    { "json", CDI_TAKES_NOTHING, NULL, false, NULL, "print the documents as they are, one a line" },
    CDI_OPTION_AS_OF, CDI_OPTIONS_ALERTS, CDI_OPTION_TABLES, CDI_OPTIONS_END
};
static const char *const description[] = {
    "Lists reports of crime that are not answered, the nearest deadline or the gravest risk first: how much time is left, what was reported, which crime is likely and "
    "why, and how it stands. Ends with how many there are and how fresh the list is.",
    "What is shown on a narrow terminal is the same with fewer columns, or a report after the other.",
    "Exits with 0 also if the list is empty, and with 3 if no daemon answers there.",
    NULL
};
static const char *const examples[] = {
    "cdiwatch list", "cdiwatch list --bcu North --stage urgent,breach", "cdiwatch list --sort risk", "cdiwatch list --watch opened_domestic",
    "cdiwatch list --view /var/lib/cdiwatch/view.sqlite --all --json > all.ndjson",
    NULL
};
const struct cdi_command cdi_list_command = {
    "list", "list the reports that are not answered", description, options, examples, list_run
};

/* ---- which ---- */

static void complain_none_of(const char *name, struct cdi_text given, const char *(*word_of)(int value), int count)
{
    struct cdi_body words = { .at = NULL };
    for (int value = 0; value < count; value++)
        cdi_body_say(&words, "%s%s", value > 0 ? ", " : "", word_of(value));
    cdi_complain("--%s: '%.*s' is none of: %s", name, CDI_TEXT_ARGS(given), words.at != NULL ? words.at : "");
    cdi_body_free(&words);
}

/* "a,b" of a closed list as a set; false: said which words there are. */
static bool read_set(const struct cdi_arguments *arguments, const char *name, bool (*from)(struct cdi_text word, int *value),
                     const char *(*word_of)(int value), int count, uint32_t *set)
{
    if (!cdi_argument_given(arguments, name))
        return true;
    for (const char *at = cdi_argument(arguments, name), *end; at != NULL; at = *end == ',' ? end + 1 : NULL) {
        int value;
        end = at + strcspn(at, ",");
        if (from((struct cdi_text){ at, (size_t)(end - at) }, &value)) {
            *set |= 1u << value;
            continue;
        }
        complain_none_of(name, (struct cdi_text){ at, (size_t)(end - at) }, word_of, count);
        return false;
    }
    return true;
}

#define CLOSED_LIST(lower) \
    static bool lower##_from(struct cdi_text word, int *out) \
    { \
        enum cdi_##lower value; \
        bool known = cdi_##lower##_from(word, &value); \
        *out = known ? (int)value : 0; \
        return known; \
    } \
    static const char *lower##_word(int value) { return cdi_##lower##_word((enum cdi_##lower)value); }
CLOSED_LIST(stage)
CLOSED_LIST(state)
CLOSED_LIST(risk)

static const char *sort_word(int value) { return cdi_view_sort_word((enum cdi_view_sort)value); }

static bool read_sort(const char *word, enum cdi_view_sort *sort)
{
    for (*sort = CDI_VIEW_SORT_DEADLINE; *sort < CDI_VIEW_SORT_COUNT; ++*sort)
        if (strcmp(word, cdi_view_sort_word(*sort)) == 0)
            return true;
    complain_none_of("sort", cdi_text_of(word), sort_word, CDI_VIEW_SORT_COUNT);
    return false;
}

static bool read_filter(const struct cdi_arguments *arguments, struct cdi_view_filter *filter)
{
    filter->force = cdi_text_of(cdi_argument(arguments, "force"));
    filter->bcu = cdi_text_of(cdi_argument(arguments, "bcu"));
    filter->owner = cdi_text_of(cdi_argument(arguments, "owner"));
    bool all = cdi_argument_given(arguments, "all"), state = cdi_argument_given(arguments, "state");
    if (all && state) {
        cdi_complain("--all and --state exclude each other: --all is every state");
        return false;
    }
    filter->watch = cdi_text_of(cdi_argument(arguments, "watch"));
    filter->unanswered = !all && !state && !cdi_argument_given(arguments, "watch");
    return read_sort(cdi_argument(arguments, "sort"), &filter->sort) &&
           read_set(arguments, "stage", stage_from, stage_word, CDI_STAGE_COUNT, &filter->stages) &&
           read_set(arguments, "state", state_from, state_word, CDI_STATE_COUNT, &filter->states) &&
           read_set(arguments, "risk", risk_from, risk_word, CDI_RISK_COUNT, &filter->risks);
}

/* ---- how ---- */

/* Which parts are columns, by the width; the first layout that fits is taken, and if none does, a block a report. */
struct layout { enum cdi_summary_part parts[CDI_SUMMARY_COUNT]; size_t count; int from; };
static const struct layout layouts[] = {
    { { CDI_SUMMARY_TIME, CDI_SUMMARY_REFERENCE, CDI_SUMMARY_OPENED, CDI_SUMMARY_CRIMES, CDI_SUMMARY_WHY, CDI_SUMMARY_RISK, CDI_SUMMARY_STATE,
        CDI_SUMMARY_AREA }, 8, 140 },
    { { CDI_SUMMARY_TIME, CDI_SUMMARY_REFERENCE, CDI_SUMMARY_CRIMES, CDI_SUMMARY_WHY, CDI_SUMMARY_RISK, CDI_SUMMARY_STATE }, 6, 100 },
    { { CDI_SUMMARY_TIME, CDI_SUMMARY_REFERENCE, CDI_SUMMARY_CRIMES, CDI_SUMMARY_WHY, CDI_SUMMARY_STATE }, 5, 76 },
};
static const struct { int least, share; } sizes[CDI_SUMMARY_COUNT] = {
    [CDI_SUMMARY_TIME] = { 12, 2 }, [CDI_SUMMARY_REFERENCE] = { 17, 0 }, [CDI_SUMMARY_OPENED] = { 12, 2 }, [CDI_SUMMARY_CRIMES] = { 14, 3 },
    [CDI_SUMMARY_WHY] = { 14, 4 }, [CDI_SUMMARY_RISK] = { 11, 1 }, [CDI_SUMMARY_STATE] = { 11, 1 }, [CDI_SUMMARY_AREA] = { 10, 1 },
};
static const enum cdi_summary_part block_parts[] = {
    CDI_SUMMARY_OPENED, CDI_SUMMARY_CRIMES, CDI_SUMMARY_WHY, CDI_SUMMARY_RISK, CDI_SUMMARY_STATE, CDI_SUMMARY_TODO, CDI_SUMMARY_AREA,
    CDI_SUMMARY_WATCHES,
};

struct listing {
    bool json, colour, titled, failed;
    int width;
    const struct layout *layout;                /* NULL: blocks */
    struct cdi_table_column columns[CDI_TABLE_COLUMNS_MOST];
    struct cdi_rulebook *rulebook;
    struct cdi_instant now;
    struct cdi_summary summary;
    struct cdi_body out;
    size_t count;
};

static void lay_out(struct listing *listing)
{
    listing->width = cdi_terminal_table_width(stdout);
    listing->colour = cdi_terminal_colour(stdout);
    for (size_t i = 0; i < sizeof layouts / sizeof *layouts && listing->layout == NULL; i++) {
        const struct layout *layout = &layouts[i];
        for (size_t j = 0; j < layout->count; j++)
            listing->columns[j] = (struct cdi_table_column){ cdi_summary_title(layout->parts[j]), sizes[layout->parts[j]].least,
                                                             sizes[layout->parts[j]].share, 0 };
        if (listing->width >= layout->from && cdi_table_fit(listing->columns, layout->count, listing->width))
            listing->layout = layout;
    }
}

/* Red what is overdue, yellow what will be within the hour. */
static const char *colour_of(const struct listing *listing, struct cdi_value document)
{
    struct cdi_instant due_at = cdi_member_instant(document, "due_at");
    if (!listing->colour || cdi_summary_settled(document) || !cdi_instant_said(due_at))
        return NULL;
    if (cdi_instant_before(due_at, listing->now))
        return "\033[1;31m";
    return cdi_instant_before(due_at, cdi_instant_after(listing->now, CDI_HOURS(1))) ? "\033[33m" : NULL;
}

static void add_row(struct listing *listing, const char *colour)
{
    struct cdi_text cells[CDI_TABLE_COLUMNS_MOST];
    const struct layout *layout = listing->layout;
    for (size_t i = 0; i < layout->count; i++)
        cells[i] = cdi_summary_text(&listing->summary, layout->parts[i]);
    if (!listing->titled)
        cdi_table_titles(&listing->out, listing->columns, layout->count, listing->colour);
    listing->titled = true;
    cdi_table_row(&listing->out, listing->columns, layout->count, cells, colour);
}

/* "D-1, report 7: 3 h 12 min left", and beneath it what else there is, a label and its words. */
static void add_block(struct listing *listing, const char *colour)
{
    struct cdi_text reference = cdi_summary_text(&listing->summary, CDI_SUMMARY_REFERENCE);
    struct cdi_text time = cdi_summary_text(&listing->summary, CDI_SUMMARY_TIME);
    struct cdi_page page = cdi_page_text(&listing->out, listing->width, false);
    cdi_body_say(&listing->out, "%s", colour != NULL ? colour : "");
    cdi_page_words(&page, CDI_PAGE_ITEM, "%.*s: %.*s", CDI_TEXT_ARGS(reference), CDI_TEXT_ARGS(time));
    cdi_body_say(&listing->out, "%s", colour != NULL ? "\033[0m" : "");
    page.in_section = true;
    for (size_t i = 0; i < sizeof block_parts / sizeof *block_parts; i++) {
        struct cdi_text words = cdi_summary_text(&listing->summary, block_parts[i]);
        if (words.size == 0)
            continue;
        cdi_page_begin_fact(&page, cdi_summary_title(block_parts[i]));
        cdi_page_say(&page, "%.*s", CDI_TEXT_ARGS(words));
        cdi_page_end(&page);
    }
    cdi_page_close(&page);
}

/* What was added goes out: a list may be long. */
static void put_out(struct listing *listing)
{
    if (listing->out.size > 0)
        fwrite(listing->out.at, 1, listing->out.size, stdout);
    listing->failed |= listing->out.failed || listing->summary.words.failed;
    listing->out.size = 0;
}

static bool take(void *context, struct cdi_text bytes, struct cdi_value document)
{
    struct listing *listing = context;
    listing->count++;
    if (listing->json) {
        cdi_json_line(&listing->out, bytes);
        cdi_body_add(&listing->out, "\n", 1);
    } else {
        cdi_summary_make(&listing->summary, &listing->rulebook->tables, document, listing->now);
        if (listing->layout != NULL)
            add_row(listing, colour_of(listing, document));
        else
            add_block(listing, colour_of(listing, document));
    }
    put_out(listing);
    return !listing->failed;
}

/* ---- the footer ---- */

static bool take_first(void *context, struct cdi_text bytes, struct cdi_value document)
{
    (void)bytes, (void)document;
    *(bool *)context = true;
    return false;
}

/* Of a list that is empty: the force or area of which there is no report at all.  A typo is no all-clear. */
static enum cdi_exit say_unheld(struct cdi_alerts *alerts, const struct cdi_view_filter *filter, struct cdi_body *words)
{
    const char *name;
    struct cdi_view_filter question;
    for (size_t n = 0; cdi_query_of_place(filter, n, &question, &name); n++) {
        bool any = false, more;
        enum cdi_exit result = cdi_alerts_list(alerts, &question, 1, take_first, &any, &more);
        if (result != CDI_EXIT_OK)
            return result;
        if (any)
            continue;
        cdi_body_say(words, "No report with this --%s is held at all: it may be written otherwise. ", name);
        break;
    }
    return CDI_EXIT_OK;
}

static void say_count(struct listing *listing, bool more, struct cdi_body *words)
{
    if (more)
        cdi_body_say(words, "The first %zu report%s; there are more (--limit). ", listing->count, listing->count == 1 ? "" : "s");
    else if (listing->count == 0)
        cdi_body_say(words, "No report fits. ");
    else
        cdi_body_say(words, "%zu report%s. ", listing->count, listing->count == 1 ? "" : "s");
}

/* With the table on stdout; of documents for a program on stderr, and only what it must know. */
static enum cdi_exit print_footer(struct listing *listing, struct cdi_alerts *alerts, const struct cdi_view_filter *filter, bool more)
{
    struct cdi_body words = { .at = NULL };
    say_count(listing, more, &words);
    size_t counted = words.size;
    enum cdi_exit result = listing->count == 0 ? say_unheld(alerts, filter, &words) : CDI_EXIT_OK;
    if (!listing->json) {
        cdi_alerts_freshness(alerts, &words);
        if (listing->count > 0)
            cdi_body_add(&listing->out, "\n", 1);
        cdi_wrap(&listing->out, listing->width, 0, 0, (struct cdi_text){ words.at, words.size });
        put_out(listing);
    } else if (more || words.size > counted) {
        cdi_say("%s", words.at != NULL ? words.at : "");
    }
    listing->failed |= words.failed;
    cdi_body_free(&words);
    return result;
}

/* ---- the whole ---- */

/* The tables say what is meant, and which watches there are. */
static enum cdi_exit load_tables(struct listing *listing, const struct cdi_arguments *arguments)
{
    struct cdi_error err = { 0 };
    size_t problems = 0;
    listing->rulebook = cdi_rulebook_load(cdi_argument(arguments, "tables"), cdi_complain_counting, &problems, &err);
    if (listing->rulebook == NULL && problems == 0)
        cdi_complain_error(&err);
    return listing->rulebook == NULL ? CDI_EXIT_CONFIGURATION : CDI_EXIT_OK;
}

static enum cdi_exit list_from(struct cdi_alerts *alerts, const struct cdi_arguments *arguments, const struct cdi_view_filter *filter, long limit)
{
    bool more;
    struct listing listing = { .json = cdi_argument_given(arguments, "json") };
    if (!listing.json && !cdi_alerts_now(alerts, arguments, &listing.now))
        return CDI_EXIT_USAGE;
    enum cdi_exit result = listing.json && filter->watch.size == 0 ? CDI_EXIT_OK : load_tables(&listing, arguments);
    if (result == CDI_EXIT_OK && filter->watch.size > 0)
        result = cdi_alerts_watch(alerts, &listing.rulebook->tables, filter->watch);
    lay_out(&listing);
    if (result == CDI_EXIT_OK && (result = cdi_alerts_list(alerts, filter, (size_t)limit, take, &listing, &more)) == CDI_EXIT_OK)
        result = print_footer(&listing, alerts, filter, more);
    if (listing.failed) {
        cdi_complain("not enough memory: the list is not whole");
        result = CDI_EXIT_DATA;
    }
    cdi_body_free(&listing.out);
    cdi_body_free(&listing.summary.words);
    cdi_rulebook_destroy(listing.rulebook);
    return result;
}

static enum cdi_exit list_run(const struct cdi_arguments *arguments)
{
    long limit;
    struct cdi_alerts *alerts;
    struct cdi_view_filter filter = { .unanswered = false };
    if (!read_filter(arguments, &filter) || !cdi_number_argument(arguments, "limit", 1, LIMIT_MOST, &limit))
        return CDI_EXIT_USAGE;
    enum cdi_exit result = cdi_alerts_open(arguments, NULL, &alerts);
    if (result == CDI_EXIT_OK)
        result = list_from(alerts, arguments, &filter, limit);
    cdi_alerts_close(alerts);
    return result;
}
