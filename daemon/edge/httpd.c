#include "edge/httpd.h"

#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* At its limit of connections the library looks away from the socket that listens, and back only when it is called the next time after one
 * has gone: nothing wakes it for that. */
enum { AT_LEAST_EACH_MS = 250 };
enum { CONNECTIONS = 64, TIMEOUT_S = 5, REQUEST_BYTES = 16 * 1024 };   /* REQUEST_BYTES: request line and headers */

struct cdi_httpd {
    struct MHD_Daemon *daemon;
    const struct cdi_routes *routes;
    uv_poll_t poll;                             /* the library's epoll descriptor */
    uv_timer_t timer;                           /* when it wants to be called although nothing came */
    int handles_open;
};

/* ---- answering ---- */

static const struct { const char *name, *value; } headers[] = {
    { "Cross-Origin-Opener-Policy", "same-origin" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { "Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()" },
    { "Referrer-Policy", "no-referrer" },
    { "X-Content-Type-Options", "nosniff" },
};
/* A page of ours loads our style and icon and sends our form; nothing else loads anything. */
#define POLICY "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
#define POLICY_OF_PAGES POLICY "style-src 'self'; img-src 'self'; form-action 'self'"
#define POLICY_OF_OTHERS POLICY "form-action 'none'"

static void add_headers(struct MHD_Response *response, const struct cdi_response *answer)
{
    static const char *const keeps[CDI_KEEP_COUNT] = {
#define X(upper, words) words,
        CDI_KEEP_LIST(X)
#undef X
    };
    char seconds[16];
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        MHD_add_response_header(response, headers[i].name, headers[i].value);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, keeps[answer->keep]);
    MHD_add_response_header(response, "Content-Security-Policy", answer->page ? POLICY_OF_PAGES : POLICY_OF_OTHERS);
    if (answer->status != MHD_HTTP_NOT_MODIFIED)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->type);
    if (answer->tag[0] != '\0')
        MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, answer->tag);
    if (answer->allow)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, CDI_ROUTES_METHODS);
    if (answer->retry_after_s > 0) {
        snprintf(seconds, sizeof seconds, "%d", answer->retry_after_s);
        MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
    }
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, struct cdi_response *answer)
{
    bool empty = answer->body.size == 0;
    if (empty)
        cdi_body_free(&answer->body);
    struct MHD_Response *response = MHD_create_response_from_buffer(answer->body.size, empty ? "" : answer->body.at,
                                                                    empty ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_FREE);
    if (response == NULL) {
        cdi_body_free(&answer->body);
        return MHD_NO;
    }
    add_headers(response, answer);
    enum MHD_Result result = MHD_queue_response(connection, (unsigned)answer->status, response);
    MHD_destroy_response(response);
    return result;
}

/* ---- asking ---- */

static const char *header_of(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static bool has_body(struct MHD_Connection *connection)
{
    const char *length = header_of(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
    return (length != NULL && strcmp(length, "0") != 0) || header_of(connection, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL;
}

/* The library would undo %XX in place, also a %00, and leave what is no %XX as it is: it is told not to, and the routes do it strictly. */
static size_t leave_as_it_is(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

struct gathered { struct cdi_parameter *at; size_t count; };

static enum MHD_Result gather(void *context, enum MHD_ValueKind kind, const char *name, size_t name_size, const char *value, size_t value_size)
{
    struct gathered *gathered = context;
    (void)kind;
    if (gathered->count < CDI_REQUEST_PARAMETERS_MOST)
        gathered->at[gathered->count] = (struct cdi_parameter){ { name, name_size }, { value, value == NULL ? 0 : value_size } };
    gathered->count++;
    return MHD_YES;
}

/* First the headers alone are here.  What is refused is so at once, before a body is read, and that ends the connection; what is not has none,
 * and is answered at the second call, so that the connection may go on. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *path, const char *method,
                                  const char *version, const char *body, size_t *body_size, void **state)
{
    static char seen;
    const struct cdi_httpd *httpd = context;
    struct cdi_parameter parameters[CDI_REQUEST_PARAMETERS_MOST];
    struct gathered gathered = { parameters, 0 };
    struct cdi_request request = { .method = method, .path = path, .parameters = parameters, .body = has_body(connection) };
    struct cdi_response response;
    (void)version;
    (void)body;
    (void)body_size;
    if (*state == NULL && !request.body) {
        *state = &seen;
        return MHD_YES;
    }
    MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, gather, &gathered);
    request.parameter_count = gathered.count;
    request.host = header_of(connection, MHD_HTTP_HEADER_HOST);
    request.if_none_match = header_of(connection, MHD_HTTP_HEADER_IF_NONE_MATCH);
    cdi_routes_answer(httpd->routes, &request, &response);
    return send_answer(connection, &response);
}

/* ---- the loop ---- */

static void turn(struct cdi_httpd *httpd);

static void on_poll(uv_poll_t *poll, int status, int events)
{
    (void)status;
    (void)events;
    turn(poll->data);
}

static void on_timer(uv_timer_t *timer) { turn(timer->data); }

static void turn(struct cdi_httpd *httpd)
{
    MHD_UNSIGNED_LONG_LONG wait_ms;
    MHD_run(httpd->daemon);
    if (MHD_get_timeout(httpd->daemon, &wait_ms) != MHD_YES || wait_ms > AT_LEAST_EACH_MS)
        wait_ms = AT_LEAST_EACH_MS;
    uv_timer_start(&httpd->timer, on_timer, wait_ms, 0);
}

/* ---- life ---- */

static struct MHD_Daemon *open_daemon(struct cdi_httpd *httpd, int listening)
{
    return MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, httpd, MHD_OPTION_LISTEN_SOCKET, listening,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_S,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)REQUEST_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                            MHD_OPTION_UNESCAPE_CALLBACK, leave_as_it_is, NULL, MHD_OPTION_END);
}

struct cdi_httpd *cdi_httpd_start(uv_loop_t *loop, int listening, const struct cdi_routes *routes, struct cdi_error *err)
{
    struct cdi_httpd *httpd = calloc(1, sizeof *httpd);
    if (httpd == NULL || (httpd->daemon = open_daemon(httpd, listening)) == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "cannot answer HTTP: no memory, or no file descriptors");
        close(listening);
        free(httpd);
        return NULL;
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(httpd->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    httpd->routes = routes;
    CDI_ASSERT(info != NULL && uv_poll_init(loop, &httpd->poll, info->epoll_fd) == 0 && uv_timer_init(loop, &httpd->timer) == 0);
    httpd->poll.data = httpd->timer.data = httpd;
    uv_poll_start(&httpd->poll, UV_READABLE, on_poll);
    return httpd;
}

static void on_closed(uv_handle_t *handle)
{
    struct cdi_httpd *httpd = handle->data;
    if (--httpd->handles_open > 0)
        return;
    MHD_stop_daemon(httpd->daemon);             /* closes what libuv must have let go before */
    free(httpd);
}

void cdi_httpd_stop(struct cdi_httpd *httpd)
{
    if (httpd == NULL)
        return;
    httpd->handles_open = 2;
    uv_close((uv_handle_t *)&httpd->poll, on_closed);
    uv_close((uv_handle_t *)&httpd->timer, on_closed);
}
