/* Any bytes as requests.  The first byte says how: to the routes as method, path, headers and parameters, a line each; or as they are to the real
 * server on a socket.  Whatever comes, the answer is one of a few, whole, and well-formed: documents as JSON, pages as markup. */
#include <errno.h>

#include "../unit/small_view.h"
#include "codec/json.h"
#include "edge/httpd.h"
#include "edge/listening.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINES = 12, IDLE_MOST = 6, ANSWER_MOST = 1 << 20, DEPTH_MOST = 64 };

static struct small_desk desk;
static uv_loop_t loop;
static struct cdi_address address;
static struct cdi_json *json;
static char answer[ANSWER_MOST];

/* Floods of the last hours, and tallies: of an area that is hostile, and of none. */
static void put_groups(void)
{
    static const struct { const char *key, *area; } areas[] = { { "/a<b>&\"'c", "\"a<b>&\\\"'c\"" }, { "", "null" } };
    char key[80], data[400];
    for (size_t i = 0; i < sizeof areas / sizeof areas[0]; i++) {
        snprintf(key, sizeof key, "dpp/digest/breach%s", areas[i].key);
        snprintf(data, sizeof data, "{\"force\":\"dpp\",\"area\":%s,\"stage\":\"breach\",\"version\":1,\"reports\":412,\"from\":\"2026-11-04T2%zu:00:00.000Z\","
                 "\"until\":\"2026-11-04T22:00:00.000Z\",\"gravest\":[]}", areas[i].area, i);
        small_view_put(&desk.small, key, data);
        snprintf(key, sizeof key, "dpp/tally/%s/2026-11-04", areas[i].key[0] == '\0' ? "" : areas[i].key + 1);
        snprintf(data, sizeof data, "{\"force\":\"dpp\",\"area\":%s,\"day\":\"2026-11-04\",\"version\":1,\"rows\":[]}", areas[i].area);
        small_view_put(&desk.small, key, data);
    }
}

static void prepare(void)
{
    struct cdi_error err = { 0 };
    small_desk_open(&desk);
    for (unsigned i = 0; i < 120; i++)
        small_view_report(&desk.small, &(struct small_report){ .number = i, .due_in_ms = ((int64_t)i - 60) * 600000, .force = i % 5 == 0 ? "ken" : NULL,
                                                               .state = i % 4 == 0 ? "satisfied" : NULL, .bcu = i % 3 == 0 ? "a<b>&\\\"'c" : NULL });
    put_groups();
    small_view_commit(&desk.small);
    json = cdi_json_create(CDI_JSON_READER_SIMDJSON, &err);
    CDI_ASSERT(json != NULL && uv_loop_init(&loop) == 0 && cdi_address_read(CDI_TEXT("127.0.0.1:0"), &address, &err));
    CDI_ASSERT(cdi_httpd_start(&loop, cdi_listen(&address, &err), &desk.routes, &err) != NULL);
}

/* ---- what an answer must be ---- */

static bool is_known(int status)
{
    static const int known[] = { 200, 304, 400, 404, 405, 414, 421 };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i] == status)
            return true;
    return false;
}

/* Every element that begins ends, in the right order. */
static void check_markup(const char *text)
{
    const char *open[DEPTH_MOST];
    size_t depth = 0;
    for (const char *at = text; (at = strchr(at, '<')) != NULL; at++) {
        bool ends = at[1] == '/';
        const char *name = at + (ends ? 2 : 1);
        size_t size = strcspn(name, " >\n");
        CDI_ASSERT(strchr(name, '>') != NULL);
        if (name[0] == '!' || strncmp(name, "meta", size) == 0 || strncmp(name, "link", size) == 0)
            continue;
        CDI_ASSERT(depth < DEPTH_MOST && strncmp(name, "script", 6) != 0);
        if (ends)
            CDI_ASSERT(depth > 0 && strncmp(open[--depth], name, size) == 0);
        else
            open[depth++] = name;
    }
    CDI_ASSERT(depth == 0);
}

static void check(const struct cdi_response *response)
{
    const struct cdi_json_node *nodes;
    struct cdi_error err = { 0 };
    CDI_ASSERT(is_known(response->status) && response->type != NULL && !response->body.failed);
    CDI_ASSERT((response->status == 304) == (response->body.size == 0));
    CDI_ASSERT(response->allow == (response->status == 405) && response->retry_after_s == 0);
    if (response->body.size == 0)
        return;
    CDI_ASSERT(strlen(response->body.at) == response->body.size);
    if (strcmp(response->type, "application/json") == 0)
        CDI_ASSERT(cdi_json_read(json, response->body.at, response->body.size, &nodes, &err));
    if (response->page)
        check_markup(response->body.at);
}

/* ---- to the routes ---- */

static const char *const paths[] = { "/", "/api/v1/alerts", "/alerts/9e3779b1000000000000000000000001", "/api/v1/alerts/9e3779b1000000000000000000000001",
                                     "/api/v1/digests", "/api/v1/tallies" };
enum { PATHS = sizeof paths / sizeof paths[0] };

static void ask_routes(char *text)
{
    const char *lines[LINES] = { NULL };
    struct cdi_parameter parameters[CDI_REQUEST_PARAMETERS_MOST];
    struct cdi_response response;
    char *next;
    size_t count = 0;
    for (; count < LINES && text != NULL; text = next, count++) {
        if ((next = strchr(text, '\n')) != NULL)
            *next++ = '\0';
        lines[count] = text;
    }
    struct cdi_request request = { .method = count > 3 && lines[3][0] != '\0' ? lines[3] : "GET", .path = lines[0], .if_none_match = count > 2 ? lines[2] : NULL,
                                   .host = count > 4 && lines[4][0] != '\0' ? lines[4] : NULL, .parameters = parameters };
    if (lines[0][0] >= '0' && lines[0][0] < '0' + PATHS && lines[0][1] == '\0')
        request.path = paths[lines[0][0] - '0'];
    char *query = count > 1 && lines[1][0] != '\0' ? strdup(lines[1]) : NULL;
    if (query != NULL)
        request.parameter_count = small_parameters(query, parameters);
    cdi_routes_answer(&desk.routes, &request, &response);
    check(&response);
    cdi_body_free(&response.body);
    free(query);
}

/* ---- to the server ---- */

/* Gone at once, not politely: the library sees some who go otherwise only when their time is over, and has room for 64. */
static void leave(int fd)
{
    const struct linger at_once = { .l_onoff = 1 };
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(fd);
    for (int turns = 0; turns < IDLE_MOST; turns++)
        uv_run(&loop, UV_RUN_NOWAIT);
}

static int reach(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    CDI_ASSERT(fd >= 0);
    while (connect(fd, &address.at.any, address.size) != 0) {
        CDI_ASSERT(errno == EINPROGRESS || errno == EALREADY || errno == EINTR);
        uv_run(&loop, UV_RUN_NOWAIT);
    }
    return fd;
}

/* Until nothing moves any more: both sides are this thread. */
static void ask_server(const char *bytes, size_t size)
{
    size_t sent = 0, used = 0;
    int fd = reach();
    for (int idle = 0; idle < IDLE_MOST; idle++) {
        ssize_t some = sent < size ? send(fd, bytes + sent, size - sent, MSG_NOSIGNAL) : 0;
        sent += some > 0 ? (size_t)some : 0;
        idle = some > 0 ? 0 : idle;
        uv_run(&loop, UV_RUN_NOWAIT);
        some = recv(fd, answer + used, sizeof answer - 1 - used, 0);
        used += some > 0 ? (size_t)some : 0;
        idle = some > 0 ? 0 : idle;
        if (some == 0 || (some < 0 && errno != EAGAIN))
            break;
    }
    leave(fd);
    answer[used] = '\0';
    CDI_ASSERT(used == 0 || (strncmp(answer, "HTTP/1.", 7) == 0 && strstr(answer, "\r\n\r\n") != NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (json == NULL)
        prepare();
    if (size == 0)
        return 0;
    if (data[0] % 4 == 0) {
        ask_server((const char *)data + 1, size - 1);
        return 0;
    }
    char *text = strndup((const char *)data + 1, size - 1);
    CDI_ASSERT(text != NULL);
    ask_routes(text);
    free(text);
    return 0;
}
