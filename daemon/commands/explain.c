/* One alert, from the documents that replay wrote, in plain words. */
#include <stdlib.h>
#include <string.h>

#include "commands/commands.h"
#include "codec/document.h"
#include "codec/explain.h"
#include "commands/shared_options.h"
#include "commands/talk.h"
#include "commands/times.h"
#include "edge/clock.h"
#include "edge/files.h"
#include "edge/rulebook.h"
#include "edge/terminal.h"

static enum cdi_exit explain_run(const struct cdi_arguments *arguments);

static const struct cdi_option options[] = {
    { "ALERT", CDI_TAKES_WORD, "ALERT", true, NULL,
      "the alert's id or its first letters (4 or more), or the reference of the incident" },
    { "from", CDI_TAKES_ONE, "FILE", true, NULL,
      "documents as cdiwatch replay prints them; of several versions the last is taken" },
    { "at", CDI_TAKES_ONE, "TIME", false, "now",
      "the time that \"left\" and \"ago\" are counted from, as for cdiwatch replay --until" },
    CDI_OPTION_TABLES, CDI_OPTIONS_END
};
static const char *const description[] = {
    "Says of one report: what was reported and when, why it is thought a crime, how many are due, what was found on the crime "
    "system, what a stated reason for no crime lacks, the clocks, and what to do next. Local times are those of Europe/London.",
    NULL
};
static const char *const examples[] = {
    "cdiwatch explain DPP-20261104-0412 --from alerts.ndjson",
    "cdiwatch explain 5f3a --from alerts.ndjson --at 2026-11-05T08:00:00",
    NULL
};
const struct cdi_command cdi_explain_command = {
    "explain", "say in plain words why an alert exists", description, options, examples, explain_run
};

enum { PREFIX_LEAST = 4, FOUND_MAX = 16 };

/* The lines that fit what was asked for, one an alert: its last version. */
struct search {
    struct cdi_json *json;
    struct cdi_text wanted;
    struct { char alert[40]; struct cdi_text line; int64_t version; } found[FOUND_MAX];
    size_t count, bad;
};

/* A line is the document, or an event around it. */
static struct cdi_value document_of(const struct cdi_json_node *nodes)
{
    struct cdi_value top = { nodes, nodes }, data = cdi_value_member(top, "data");
    return cdi_value_said(data) ? data : top;
}

static bool fits(const struct search *search, struct cdi_text alert, struct cdi_text incident)
{
    if (cdi_text_same(incident, search->wanted))
        return true;
    return search->wanted.size >= PREFIX_LEAST && alert.size >= search->wanted.size &&
           memcmp(alert.at, search->wanted.at, search->wanted.size) == 0;
}

static void remember(struct search *search, struct cdi_text alert, int64_t version, struct cdi_text line)
{
    size_t i = 0;
    while (i < search->count && !cdi_text_is(alert, search->found[i].alert))
        i++;
    if (i == FOUND_MAX || alert.size >= sizeof search->found[i].alert)
        return;
    if (i == search->count)
        search->count++;
    else if (version < search->found[i].version)
        return;
    memcpy(search->found[i].alert, alert.at, alert.size);
    search->found[i].alert[alert.size] = '\0';
    search->found[i].line = line;
    search->found[i].version = version;
}

static void look_at_line(struct search *search, const char *path, struct cdi_text line, unsigned long long number)
{
    const struct cdi_json_node *nodes;
    struct cdi_error err = { 0 };
    if (!cdi_json_read(search->json, line.at, line.size, &nodes, &err)) {
        if (search->bad++ == 0)
            cdi_complain("%s:%llu: %s", path, number, err.text);
        return;
    }
    struct cdi_value document = document_of(nodes);
    struct cdi_text alert = cdi_member_text(document, "alert");
    if (!cdi_text_said(alert) || !fits(search, alert, cdi_member_text(document, "incident")))
        return;
    remember(search, alert, cdi_value_integer(cdi_value_member(document, "version")), line);
}

static void look_through(struct search *search, const char *path, struct cdi_text text)
{
    unsigned long long number = 1;
    for (size_t at = 0; at < text.size; number++) {
        const char *end = memchr(text.at + at, '\n', text.size - at);
        size_t size = end != NULL ? (size_t)(end - text.at) - at : text.size - at;
        if (size > strspn(text.at + at, " \t\r\n"))
            look_at_line(search, path, (struct cdi_text){ text.at + at, size }, number);
        at += size + 1;
    }
}

static void print_page(const struct cdi_tables *tables, struct cdi_value document, struct cdi_instant now)
{
    struct cdi_body page = { .at = NULL };
    cdi_explain_text(&page, cdi_terminal_width(stdout), cdi_terminal_colour(stdout), tables, document, now);
    fwrite(page.at, 1, page.size, stdout);
    cdi_body_free(&page);
}

static enum cdi_exit explain_found(struct search *search, const struct cdi_arguments *arguments, struct cdi_instant now)
{
    struct cdi_error err = { 0 };
    size_t problems = 0;
    const struct cdi_json_node *nodes;
    struct cdi_rulebook *rulebook =
        cdi_rulebook_load(cdi_argument(arguments, "tables"), cdi_complain_counting, &problems, &err);
    if (rulebook == NULL) {
        if (problems == 0)
            cdi_complain_error(&err);
        return CDI_EXIT_CONFIGURATION;
    }
    if (cdi_json_read(search->json, search->found[0].line.at, search->found[0].line.size, &nodes, &err))
        print_page(&rulebook->tables, document_of(nodes), now);
    cdi_rulebook_destroy(rulebook);
    return search->bad > 0 ? CDI_EXIT_DATA : CDI_EXIT_OK;
}

static enum cdi_exit not_one(const struct search *search, const char *wanted, const char *path)
{
    if (search->count == 0) {
        cdi_complain("no alert in %s has the id or incident '%s'", path, wanted);
        return search->bad > 0 ? CDI_EXIT_DATA : CDI_EXIT_USAGE;
    }
    cdi_complain("'%s' may mean several alerts; say which:", wanted);
    for (size_t i = 0; i < search->count; i++)
        cdi_say("  %s", search->found[i].alert);
    return CDI_EXIT_USAGE;
}

static enum cdi_exit explain_run(const struct cdi_arguments *arguments)
{
    const char *wanted = cdi_argument(arguments, "ALERT"), *path = cdi_argument(arguments, "from");
    struct cdi_instant now = cdi_clock_now();
    struct cdi_file file;
    struct cdi_error err = { 0 };
    if (cdi_argument_given(arguments, "at") && !cdi_time_argument("at", cdi_argument(arguments, "at"), &now))
        return CDI_EXIT_USAGE;
    if (!cdi_file_read(path, &file, &err)) {
        cdi_complain_error(&err);
        return err.code == CDI_ERROR_SYSTEM ? CDI_EXIT_USAGE : CDI_EXIT_DATA;
    }
    struct search search = { .json = cdi_json_create(CDI_JSON_READER_SIMDJSON, &err), .wanted = cdi_text_of(wanted) };
    enum cdi_exit result = CDI_EXIT_DATA;
    if (search.json == NULL) {
        cdi_complain_error(&err);
    } else {
        look_through(&search, path, cdi_file_text(&file));
        result = search.count == 1 ? explain_found(&search, arguments, now) : not_one(&search, wanted, path);
    }
    cdi_json_destroy(search.json);
    cdi_file_release(&file);
    return result;
}
