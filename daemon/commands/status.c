#include <stdio.h>
#include <string.h>

#include "commands/commands.h"
#include "commands/configured.h"
#include "codec/document.h"
#include "commands/shared_options.h"
#include "commands/talk.h"
#include "edge/http_get.h"

enum { LINE_SIZE = 1000 };

static enum cdi_exit status_run(const struct cdi_arguments *arguments);

static const struct cdi_option options[] = {
    { "at", CDI_TAKES_ONE, "ADDRESS:PORT", false, "127.0.0.1:8080", "where the daemon answers: http.listen of its configuration" },
    { "json", CDI_TAKES_NOTHING, NULL, false, NULL, "print what the daemon says as it is, /api/v1/status" },
    CDI_OPTIONS_END
};
static const char *const description[] = {
    "Asks a running daemon how it stands: whether it judges every report of its shards up to now, and if not, why.",
    "Exits with 0 if it is live and ready, with 1 if it is not, the reasons a line each, and with 3 if no daemon answers there.",
    NULL
};
static const char *const examples[] = { "cdiwatch status", "cdiwatch status --at 127.0.0.1:8081 --json", NULL };
const struct cdi_command cdi_status_command = {
    "status", "say how a running daemon stands", description, options, examples, status_run
};

static void say(const char *before, struct cdi_text text)
{
    char line[LINE_SIZE];
    printf("%s%s", before, cdi_harmless(text.at == NULL ? "" : text.at, text.size, line, sizeof line));
}

static void print_shard(struct cdi_value shard)
{
    struct cdi_text time = cdi_member_text(shard, "judge_time"), waits = cdi_member_text(shard, "waits_for");
    struct cdi_value silent = cdi_value_member(shard, "silent");
    printf("shard %lld: ", (long long)cdi_value_integer(cdi_value_member(shard, "shard")));
    say("", cdi_member_text(shard, "state"));
    if (cdi_text_said(time))
        say(", judged up to ", time);
    if (cdi_text_said(waits))
        say(", where this is read to: ", waits);
    putchar('\n');
    for (struct cdi_value one = cdi_value_first(silent); cdi_value_said(one); one = cdi_value_next(silent, one)) {
        say("  silent: ", cdi_member_text(one, "feed"));
        say(" of force ", cdi_member_text(one, "force"));
        putchar('\n');
    }
}

static void print_view(struct cdi_value view)
{
    struct cdi_text at = cdi_member_text(view, "level_at"), newest = cdi_member_text(view, "newest_at");
    struct cdi_value problem = cdi_value_member(view, "problem");
    if (!cdi_value_said(view)) {
        puts("view: none");
        return;
    }
    printf("view: %s", cdi_value_true(cdi_value_member(view, "level")) ? "level" : "not level");
    if (cdi_text_said(at))
        say(" at ", at);
    if (cdi_text_said(newest))
        say(", newest message of ", newest);
    if (cdi_value_said(problem))
        say("; it waits: ", cdi_member_text(problem, "text"));
    putchar('\n');
}

static void print_status(struct cdi_value status, bool ready)
{
    struct cdi_value reasons = cdi_value_member(status, "reasons"), shards = cdi_value_member(status, "shards");
    say("cdiwatch ", cdi_member_text(status, "version"));
    say(", instance ", cdi_member_text(status, "instance"));
    say(" of group ", cdi_member_text(status, "group"));
    say(", since ", cdi_member_text(status, "started_at"));
    printf(": %s\n", ready ? "live" : "not live");
    for (struct cdi_value one = cdi_value_first(reasons); cdi_value_said(one); one = cdi_value_next(reasons, one)) {
        say("", cdi_member_text(one, "why"));
        say(": ", cdi_member_text(one, "text"));
        putchar('\n');
    }
    for (struct cdi_value one = cdi_value_first(shards); cdi_value_said(one); one = cdi_value_next(shards, one))
        print_shard(one);
    print_view(cdi_value_member(status, "view"));
}

/* What came, printed; false: it is no status of cdiwatch's. */
static bool show(const struct cdi_body *body, bool as_json, bool *ready)
{
    const struct cdi_json_node *nodes;
    struct cdi_json *json = cdi_json_create(CDI_JSON_READER_SIMDJSON, NULL);
    bool good = json != NULL && body->size > 0 && cdi_json_read(json, body->at, body->size, &nodes, NULL);
    if (good) {
        struct cdi_value status = { nodes, nodes };
        good = cdi_text_said(cdi_member_text(status, "version")) && cdi_value_said(cdi_value_member(status, "ready"));
        *ready = good && cdi_value_true(cdi_value_member(status, "ready"));
        if (good && as_json)
            fwrite(body->at, 1, body->size, stdout);
        else if (good)
            print_status(status, *ready);
    }
    cdi_json_destroy(json);
    return good;
}

static enum cdi_exit status_run(const struct cdi_arguments *arguments)
{
    struct cdi_address address;
    struct cdi_error err = { 0 };
    struct cdi_body body = { .at = NULL };
    int status;
    bool ready = false;
    if (!cdi_address_read(cdi_text_of(cdi_argument(arguments, "at")), &address, &err) || address.off) {
        cdi_complain("--at should be an address and a port, such as 127.0.0.1:8080 or [::1]:8080");
        return CDI_EXIT_USAGE;
    }
    bool good = cdi_http_get(&address, "/api/v1/status", &status, &body, &err);
    if (good && (status != 200 || !show(&body, cdi_argument_given(arguments, "json"), &ready)))
        good = cdi_fail(&err, CDI_ERROR_SYSTEM, "what answers there does not answer as cdiwatch does");
    cdi_body_free(&body);
    if (good)
        return ready ? CDI_EXIT_OK : CDI_EXIT_NOT_READY;
    cdi_complain("%s; start it with cdiwatch run, or say with --at where it is (http.listen of its configuration)", err.text);
    return CDI_EXIT_NOT_RUNNING;
}
