#include "commands/alerts_inside.h"

#include <stdlib.h>
#include <string.h>

#include "codec/explain.h"
#include "codec/harmless.h"
#include "codec/words.h"
#include "commands/talk.h"
#include "commands/times.h"
#include "edge/alert_query.h"
#include "edge/clock.h"

enum { PREFIX_LEAST = 4 };

/* ---- opening and closing ---- */

static enum cdi_exit open_address(struct cdi_alerts *alerts, const char *address)
{
    struct cdi_error err = { 0 };
    alerts->where = address;
    alerts->way = &cdi_alerts_by_http;
    if (cdi_address_read(cdi_text_of(address), &alerts->address, &err) && !alerts->address.off)
        return CDI_EXIT_OK;
    cdi_complain("--at should be an address and a port, such as 127.0.0.1:8080 or [::1]:8080; a time is given with --as-of");
    return CDI_EXIT_USAGE;
}

/* What is not there is the command line's fault, what cannot be understood the data's. */
static enum cdi_exit complain(const struct cdi_error *err)
{
    cdi_complain_error(err);
    return err->code == CDI_ERROR_SYSTEM ? CDI_EXIT_USAGE : CDI_EXIT_DATA;
}

static enum cdi_exit open_view(struct cdi_alerts *alerts, const char *path)
{
    struct cdi_error err = { 0 };
    alerts->where = path;
    alerts->way = &cdi_alerts_by_view;
    alerts->reader = cdi_view_reader_open(path, &err);
    return alerts->reader != NULL ? CDI_EXIT_OK : complain(&err);
}

static enum cdi_exit open_file(struct cdi_alerts *alerts, const char *path)
{
    struct cdi_error err = { 0 };
    alerts->where = path;
    alerts->way = &cdi_alerts_by_file;
    return cdi_file_read(path, &alerts->file, &err) ? CDI_EXIT_OK : complain(&err);
}

enum cdi_exit cdi_alerts_open(const struct cdi_arguments *arguments, const char *file, struct cdi_alerts **out)
{
    bool at = cdi_argument_given(arguments, "at"), view = cdi_argument_given(arguments, "view");
    *out = NULL;
    if (at + view + (file != NULL) > 1) {
        cdi_complain("--at, --view%s exclude each other: documents come from one place", file != NULL ? " and --from" : "");
        return CDI_EXIT_USAGE;
    }
    struct cdi_alerts *alerts = calloc(1, sizeof *alerts);
    if (alerts == NULL || (alerts->json = cdi_json_create(CDI_JSON_READER_SIMDJSON, NULL)) == NULL) {
        cdi_complain("not enough memory to read documents");
        free(alerts);
        return CDI_EXIT_DATA;
    }
    enum cdi_exit result = file != NULL ? open_file(alerts, file)
                           : view       ? open_view(alerts, cdi_argument(arguments, "view"))
                                        : open_address(alerts, cdi_argument(arguments, "at"));
    if (result == CDI_EXIT_OK)
        *out = alerts;
    else
        cdi_alerts_close(alerts);
    return result;
}

void cdi_alerts_close(struct cdi_alerts *alerts)
{
    if (alerts == NULL)
        return;
    cdi_json_destroy(alerts->json);
    cdi_view_reader_close(alerts->reader);
    cdi_file_release(&alerts->file);
    cdi_body_free(&alerts->status);
    free(alerts);
}

/* ---- what every way does alike ---- */

struct cdi_value cdi_alerts_data(struct cdi_value top)
{
    struct cdi_value data = cdi_value_member(top, "data");
    return cdi_value_said(data) ? data : top;
}

bool cdi_alerts_read(struct cdi_alerts *alerts, struct cdi_text bytes, struct cdi_value *document)
{
    const struct cdi_json_node *nodes;
    if (!cdi_json_read(alerts->json, bytes.at, bytes.size, &nodes, NULL))
        return false;
    *document = cdi_alerts_data((struct cdi_value){ nodes, nodes });
    return true;
}

enum cdi_exit cdi_alerts_list(struct cdi_alerts *alerts, const struct cdi_view_filter *filter, size_t limit, cdi_alerts_take take, void *context,
                              bool *more)
{
    *more = false;
    return alerts->way->list(alerts, filter, limit, take, context, more);
}

enum cdi_exit cdi_alerts_tallies(struct cdi_alerts *alerts, const struct cdi_view_tally_filter *filter, cdi_alerts_take take, void *context)
{
    return alerts->way->tallies(alerts, filter, take, context);
}

enum cdi_exit cdi_alerts_watch(struct cdi_alerts *alerts, const struct cdi_tables *tables, struct cdi_text watch)
{
    struct cdi_error err = { 0 };
    if (alerts->reader == NULL || cdi_query_watch(alerts->reader, tables, watch, &err))
        return CDI_EXIT_OK;
    if (err.code != CDI_ERROR_NONE)
        return complain(&err);
    struct cdi_body words = { .at = NULL };
    cdi_query_watch_words(&words, tables);
    cdi_complain("--watch %s", words.at != NULL ? words.at : "");
    cdi_body_free(&words);
    return CDI_EXIT_USAGE;
}

bool cdi_alerts_now(struct cdi_alerts *alerts, const struct cdi_arguments *arguments, struct cdi_instant *now)
{
    if (cdi_argument_given(arguments, "as-of"))
        return cdi_time_argument("as-of", cdi_argument(arguments, "as-of"), now);
    if (alerts->way->now == NULL || !alerts->way->now(alerts, now))
        *now = cdi_clock_now();
    return true;
}

void cdi_alerts_freshness(struct cdi_alerts *alerts, struct cdi_body *out)
{
    if (alerts->way->freshness != NULL)
        alerts->way->freshness(alerts, out);
}

/* ---- finding ---- */

bool cdi_alerts_is_id(struct cdi_text wanted)
{
    if (wanted.size < PREFIX_LEAST || wanted.size > 32)
        return false;
    for (size_t i = 0; i < wanted.size; i++)
        if (memchr("0123456789abcdef", wanted.at[i], 16) == NULL)
            return false;
    return true;
}

static void remember(struct cdi_found_alert *found, struct cdi_text bytes, struct cdi_text alert, int64_t version, bool by_reference)
{
    found->bytes.size = 0;
    cdi_body_add(&found->bytes, bytes.at, bytes.size);
    memcpy(found->alert, alert.at, alert.size);
    found->alert[alert.size] = '\0';
    found->version = version;
    found->by_reference = by_reference;
}

void cdi_found_take(struct cdi_found *found, struct cdi_text wanted, struct cdi_text bytes, struct cdi_value document)
{
    struct cdi_text alert = cdi_member_text(document, "alert");
    bool by_reference = cdi_text_same(cdi_member_text(document, "incident"), wanted);
    bool by_id = wanted.size >= PREFIX_LEAST && alert.size >= wanted.size && memcmp(alert.at, wanted.at, wanted.size) == 0;
    int64_t version = cdi_value_integer(cdi_value_member(document, "version"));
    size_t i = 0;
    if (!cdi_text_said(alert) || alert.size >= sizeof found->alerts[0].alert || (!by_reference && !by_id))
        return;
    while (i < found->count && !cdi_text_is(alert, found->alerts[i].alert))
        i++;
    if (i < found->count && version < found->alerts[i].version)
        return;
    if (i == CDI_FOUND_MOST)
        found->more = true;
    else
        remember(&found->alerts[i], bytes, alert, version, by_reference);
    found->count += i == found->count && i < CDI_FOUND_MOST;
}

enum cdi_exit cdi_alerts_find(struct cdi_alerts *alerts, struct cdi_text wanted, struct cdi_found *found)
{
    enum cdi_exit result = alerts->way->find(alerts, wanted, found);
    for (size_t i = 0; i < found->count && result == CDI_EXIT_OK; i++)
        if (found->alerts[i].bytes.failed) {
            cdi_complain("not enough memory to read documents");
            result = CDI_EXIT_DATA;
        }
    return result;
}

void cdi_found_release(struct cdi_found *found)
{
    for (size_t i = 0; i < found->count; i++)
        cdi_body_free(&found->alerts[i].bytes);
    found->count = 0;
}

static void add_gist(struct cdi_body *out, struct cdi_value document)
{
    struct cdi_value likely = cdi_value_member(document, "likely");
    const char *between = ": ";
    cdi_explain_title(out, document);
    for (struct cdi_value item = cdi_value_first(likely); item.node != NULL; item = cdi_value_next(likely, item)) {
        cdi_body_say(out, "%s%.*s", between, CDI_TEXT_ARGS(cdi_member_text(item, "class")));
        between = ", ";
    }
    cdi_body_say(out, ". %.*s", CDI_TEXT_ARGS(cdi_words_state(cdi_member_text(document, "state"))));
}

/* "DPP-1, first report (alert 5f3a...): 8N. No crime is recorded for it ..." */
static void say_which(struct cdi_alerts *alerts, const struct cdi_found_alert *found)
{
    struct cdi_value document;
    struct cdi_body title = { .at = NULL }, harmless = { .at = NULL };
    if (cdi_alerts_read(alerts, (struct cdi_text){ found->bytes.at, found->bytes.size }, &document))
        add_gist(&title, document);
    cdi_harmless_add(&harmless, (struct cdi_text){ title.at, title.size });
    cdi_say("  %s", harmless.at != NULL ? harmless.at : "");
    cdi_body_free(&title);
    cdi_body_free(&harmless);
}

enum cdi_exit cdi_alerts_not_one(struct cdi_alerts *alerts, const char *wanted, const struct cdi_found *found)
{
    if (found->count == 0) {
        cdi_complain("no alert in %s has the id or incident '%s'", alerts->where, wanted);
        return found->refused ? CDI_EXIT_DATA : CDI_EXIT_USAGE;
    }
    cdi_complain("'%s' may mean several alerts; say which:", wanted);
    for (size_t i = 0; i < found->count; i++)
        say_which(alerts, &found->alerts[i]);
    if (found->more)
        cdi_say("  and others");
    return CDI_EXIT_USAGE;
}
