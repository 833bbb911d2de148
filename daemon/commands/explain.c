/* One alert in plain words: from a running daemon, its view, or the documents that replay wrote. */
#include <stdio.h>

#include "codec/explain.h"
#include "commands/alerts_source.h"
#include "commands/commands.h"
#include "commands/shared_options.h"
#include "commands/talk.h"
#include "edge/rulebook.h"
#include "edge/terminal.h"

static enum cdi_exit explain_run(const struct cdi_arguments *arguments);

static const struct cdi_option options[] = {
    { "ALERT", CDI_TAKES_WORD, "ALERT", true, NULL,
      "the alert's id or its first letters (4 or more), or the reference of the incident" },
    { "from", CDI_TAKES_ONE, "FILE", false, NULL,
      "documents as cdiwatch replay or cdiwatch list --json prints them, instead of asking a daemon; of several versions the last is taken" },
    CDI_OPTION_AS_OF, CDI_OPTIONS_ALERTS, CDI_OPTION_TABLES, CDI_OPTIONS_END
};
static const char *const description[] = {
    "Says of one report: what was reported and when, why it is thought a crime, how many are due, what was found on the crime "
    "system, what a stated reason for no crime lacks, the clocks, what was said about it, who is on it, and what to do next. "
    "Local times are those of Europe/London.",
    NULL
};
static const char *const examples[] = {
    "cdiwatch explain DPP-20261104-0412",
    "cdiwatch explain DPP-20261104-0412 --from alerts.ndjson --as-of 2026-11-05T08:00:00",
    "cdiwatch explain 5f3a --view /var/lib/cdiwatch/view.sqlite",
    NULL
};
const struct cdi_command cdi_explain_command = {
    "explain", "say in plain words why an alert exists", description, options, examples, explain_run
};

static enum cdi_exit print_page(const struct cdi_tables *tables, struct cdi_value document, const struct cdi_explain_beside *beside,
                                struct cdi_instant now)
{
    struct cdi_body page = { .at = NULL };
    cdi_explain_text(&page, cdi_terminal_width(stdout), cdi_terminal_colour(stdout), tables, document, beside, now);
    bool good = !page.failed;
    if (good)
        fwrite(page.at, 1, page.size, stdout);
    else
        cdi_complain("not enough memory to explain it");
    cdi_body_free(&page);
    return good ? CDI_EXIT_OK : CDI_EXIT_DATA;
}

static bool read_found(struct cdi_alerts *alerts, const struct cdi_found *found, size_t i, struct cdi_value *document)
{
    return cdi_alerts_read(alerts, (struct cdi_text){ found->alerts[i].bytes.at, found->alerts[i].bytes.size }, document);
}

/* The other reports of its log. */
static enum cdi_exit look_beside(struct cdi_alerts *alerts, const struct cdi_tables *tables, struct cdi_explain_beside *beside)
{
    struct cdi_value other;
    struct cdi_found found = { .count = 0 };
    enum cdi_exit result = beside->incident[0] == '\0' ? CDI_EXIT_OK : cdi_alerts_find(alerts, cdi_text_of(beside->incident), &found);
    for (size_t i = 0; i < found.count && result == CDI_EXIT_OK; i++)
        if (read_found(alerts, &found, i, &other))
            cdi_explain_beside_take(beside, tables, other);
    cdi_found_release(&found);
    return result;
}

static enum cdi_exit explain_found(struct cdi_alerts *alerts, const struct cdi_arguments *arguments, const struct cdi_found *found,
                                   struct cdi_instant now)
{
    struct cdi_value document;
    struct cdi_explain_beside beside;
    struct cdi_error err = { 0 };
    size_t problems = 0;
    struct cdi_rulebook *rulebook = cdi_rulebook_load(cdi_argument(arguments, "tables"), cdi_complain_counting, &problems, &err);
    if (rulebook == NULL) {
        if (problems == 0)
            cdi_complain_error(&err);
        return CDI_EXIT_CONFIGURATION;
    }
    enum cdi_exit result = CDI_EXIT_DATA;
    if (read_found(alerts, found, 0, &document)) {
        cdi_explain_beside_begin(&beside, document);
        result = look_beside(alerts, &rulebook->tables, &beside);
    }
    if (result == CDI_EXIT_OK && read_found(alerts, found, 0, &document))       /* once more: what was read in between has taken its place */
        result = print_page(&rulebook->tables, document, &beside, now);
    cdi_rulebook_destroy(rulebook);
    return result == CDI_EXIT_OK && found->refused ? CDI_EXIT_DATA : result;
}

static enum cdi_exit explain_run(const struct cdi_arguments *arguments)
{
    struct cdi_alerts *alerts;
    struct cdi_instant now;
    struct cdi_found found = { .count = 0 };
    const char *wanted = cdi_argument(arguments, "ALERT");
    enum cdi_exit result = cdi_alerts_open(arguments, cdi_argument(arguments, "from"), &alerts);
    if (result == CDI_EXIT_OK && !cdi_alerts_now(alerts, arguments, &now))
        result = CDI_EXIT_USAGE;
    if (result == CDI_EXIT_OK)
        result = cdi_alerts_find(alerts, cdi_text_of(wanted), &found);
    if (result == CDI_EXIT_OK)
        result = found.count == 1 ? explain_found(alerts, arguments, &found, now) : cdi_alerts_not_one(alerts, wanted, &found);
    cdi_found_release(&found);
    cdi_alerts_close(alerts);
    return result;
}
