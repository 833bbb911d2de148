/* A document as it was published. */
#include <stdio.h>

#include "codec/json_layout.h"
#include "commands/alerts_source.h"
#include "commands/commands.h"
#include "commands/shared_options.h"
#include "commands/talk.h"

static enum cdi_exit show_run(const struct cdi_arguments *arguments);

static const struct cdi_option options[] = {
    { "ALERT", CDI_TAKES_WORD, "ALERT", true, NULL,
      "the alert's id or its first letters (4 or more), or the reference of the incident" },
    { "json", CDI_TAKES_NOTHING, NULL, false, NULL, "print it as it is, on one line" },
    CDI_OPTIONS_ALERTS, CDI_OPTIONS_END
};
static const char *const description[] = {
    "Prints the document of one report as it was published, laid out to be read. Of an incident all reports are printed, one after the other.",
    "Exits with 64 if there is none, or if several alerts begin so, which are named, and with 3 if no daemon answers there.",
    NULL
};
static const char *const examples[] = { "cdiwatch show DPP-20261104-0412", "cdiwatch show 5f3a --view /var/lib/cdiwatch/view.sqlite --json", NULL };
const struct cdi_command cdi_show_command = {
    "show", "print the document of an alert", description, options, examples, show_run
};

static bool print_document(const struct cdi_found_alert *found, bool as_it_is)
{
    struct cdi_body out = { .at = NULL };
    struct cdi_text bytes = { found->bytes.at, found->bytes.size };
    if (as_it_is)
        cdi_json_line(&out, bytes);
    else
        cdi_json_pretty(&out, bytes);
    cdi_body_add(&out, "\n", 1);
    bool good = !out.failed;
    if (good)
        fwrite(out.at, 1, out.size, stdout);
    else
        cdi_complain("not enough memory to print the document");
    cdi_body_free(&out);
    return good;
}

static enum cdi_exit show_found(struct cdi_alerts *alerts, const struct cdi_arguments *arguments, const struct cdi_found *found)
{
    bool one_incident = found->count > 0, good = true;
    for (size_t i = 0; i < found->count; i++)
        one_incident &= found->alerts[i].by_reference;
    if (found->count != 1 && !one_incident)
        return cdi_alerts_not_one(alerts, cdi_argument(arguments, "ALERT"), found);
    for (size_t i = 0; i < found->count && good; i++)
        good = print_document(&found->alerts[i], cdi_argument_given(arguments, "json"));
    if (found->more)
        cdi_say("The first %zu reports; there are more: cdiwatch list", found->count);
    return good ? CDI_EXIT_OK : CDI_EXIT_DATA;
}

static enum cdi_exit show_run(const struct cdi_arguments *arguments)
{
    struct cdi_alerts *alerts;
    struct cdi_found found = { .count = 0 };
    enum cdi_exit result = cdi_alerts_open(arguments, NULL, &alerts);
    if (result == CDI_EXIT_OK)
        result = cdi_alerts_find(alerts, cdi_text_of(cdi_argument(arguments, "ALERT")), &found);
    if (result == CDI_EXIT_OK)
        result = show_found(alerts, arguments, &found);
    cdi_found_release(&found);
    cdi_alerts_close(alerts);
    return result;
}
