/* A view for the tests of commands, written as the daemon writes it: make_view FILE < documents, one a line, in their order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/body.h"
#include "codec/document.h"
#include "edge/view_apply.h"

static struct cdi_json *json;

/* The event around a document or a tally, under its key. */
static bool apply(struct cdi_view *view, int64_t offset, const char *line, size_t size, struct cdi_error *err)
{
    const struct cdi_json_node *nodes;
    struct cdi_body key = { .at = NULL }, value = { .at = NULL };
    if (!cdi_json_read(json, line, size, &nodes, err))
        return false;
    struct cdi_value document = { nodes, nodes };
    bool tally = cdi_value_said(cdi_value_member(document, "rows"));
    struct cdi_text day = cdi_member_text(document, "day");
    cdi_body_say(&key, "%.*s/", CDI_TEXT_ARGS(cdi_member_text(document, "force")));
    if (tally)
        cdi_body_say(&key, "tally/%.*s/%.*s", CDI_TEXT_ARGS(cdi_member_text(document, "area")), CDI_TEXT_ARGS(cdi_text_said(day) ? day : cdi_text_of("undated")));
    else
        cdi_body_say(&key, "%.*s", CDI_TEXT_ARGS(cdi_member_text(document, "alert")));
    cdi_body_say(&value, "{\"specversion\":\"1.0\",\"type\":\"cdiwatch.%s.v1\",\"data\":", tally ? "tally" : "alert");
    cdi_body_add(&value, line, size);
    cdi_body_say(&value, "}");
    const struct cdi_message message = { .offset = offset, .broker_time = { offset }, .key = { key.at, key.size }, .value = { value.at, value.size } };
    bool good = cdi_view_apply(view, &message, err) == CDI_VIEW_TAKEN;
    cdi_body_free(&key);
    cdi_body_free(&value);
    return good || cdi_fail(err, CDI_ERROR_BAD_VALUE, "the view skips it");
}

int main(int argc, char *argv[])
{
    bool made, good = argc == 2;
    char *line = NULL;
    size_t room = 0;
    struct cdi_error err = { 0 };
    struct cdi_view *view = good ? cdi_view_open(argv[1], "alerts", 1, &err) : NULL;
    json = cdi_json_create(CDI_JSON_READER_JANSSON, &err);
    good = view != NULL && json != NULL && cdi_view_begin(view, &made, &err);
    int64_t offset = 1;
    for (ssize_t size; good && (size = getline(&line, &room, stdin)) > 0; offset++)
        good = apply(view, offset, line, (size_t)size - (line[size - 1] == '\n'), &err);
    good = good && cdi_view_commit(view, &err);
    if (!good)
        fprintf(stderr, "make_view: line %lld: %s: %s\n", (long long)offset, err.where, err.text);
    cdi_view_close(view);
    cdi_json_destroy(json);
    free(line);
    return good ? 0 : 1;
}
