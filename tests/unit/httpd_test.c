/* Requests as bytes on a socket, right ones and any others, to the server on a loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "edge/http_get.h"
#include "edge/httpd.h"
#include "edge/listening.h"
#include "small_view.h"

enum { ANSWER_MOST = 64 * 1024, TURNS_MOST = 300000 };

static uv_loop_t loop;
static struct cdi_httpd *httpd;
static struct cdi_address address;
static struct small_desk desk;                 /* with one report */

static int setup(void **state)
{
    struct cdi_error err = { 0 };
    (void)state;
    small_desk_open(&desk);
    small_view_report(&desk.small, &(struct small_report){ .number = 1 });
    small_view_commit(&desk.small);
    if (uv_loop_init(&loop) != 0 || !cdi_address_read(CDI_TEXT("127.0.0.1:0"), &address, &err))
        return -1;
    httpd = cdi_httpd_start(&loop, cdi_listen(&address, &err), &desk.routes, &err);
    return httpd == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    (void)state;
    cdi_httpd_stop(httpd);
    uv_run(&loop, UV_RUN_DEFAULT);
    small_desk_close(&desk);
    return uv_loop_close(&loop);
}

static int reach(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, &address.at.any, address.size), 0);
    return fd;
}

static void turn(void)
{
    uv_run(&loop, UV_RUN_NOWAIT);
    usleep(200);
}

/* What comes on the socket until `enough` is in it (NULL: until the other side closes). */
static const char *heard(int fd, const char *enough)
{
    static char answer[ANSWER_MOST];
    size_t used = 0;
    answer[0] = '\0';
    for (int turns = 0; turns < TURNS_MOST; turns++) {
        turn();
        ssize_t size = recv(fd, answer + used, sizeof answer - 1 - used, MSG_DONTWAIT);
        if (size == 0)
            return answer;
        if (size > 0)
            used += (size_t)size;
        answer[used] = '\0';
        if (enough != NULL && strstr(answer, enough) != NULL)
            return answer;
    }
    fail_msg("nothing more came after %zu bytes", used);
    return NULL;
}

static void tell(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) {
            bytes += sent;
            size -= (size_t)sent;
        }
        turn();
        char at;
        if (sent < 0 && recv(fd, &at, 1, MSG_PEEK | MSG_DONTWAIT) >= 0)
            return;                             /* it has answered already, and takes no more */
    }
}

static const char *ask(const char *request)
{
    int fd = reach();
    tell(fd, request, strlen(request));
    const char *answer = heard(fd, NULL);
    close(fd);
    return answer;
}

#define LIVE "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
#define HEAD " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"

static void still_answers(void)
{
    assert_non_null(strstr(ask("GET /livez" HEAD "\r\n"), "\r\n\r\nlive\n"));
}

/* ---- right ones ---- */

#define ONE "9e3779b1000000000000000000000001"  /* the report's id */

static void every_answer_has_the_strict_headers(void **state)
{
    static const struct { const char *request, *policy, *keep; } requests[] = {
#define OTHERS "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
#define PAGES "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'self'; img-src 'self'; form-action 'self'"
        { "GET /livez" HEAD "\r\n", OTHERS, "no-store" }, { "GET /readyz" HEAD "\r\n", OTHERS, "no-store" },
        { "GET /metrics" HEAD "\r\n", OTHERS, "no-store" }, { "GET /api/v1/status" HEAD "\r\n", OTHERS, "no-store" },
        { "GET /api/v1/alerts" HEAD "\r\n", OTHERS, "private, no-cache" }, { "GET /api/v1/alerts/" ONE HEAD "\r\n", OTHERS, "private, no-cache" },
        { "GET /api/v1/alerts?limit=0" HEAD "\r\n", OTHERS, "no-store" }, { "GET /" HEAD "\r\n", PAGES, "no-store" },
        { "GET /?show=x" HEAD "\r\n", PAGES, "no-store" }, { "GET /alerts/" ONE HEAD "\r\n", PAGES, "no-store" },
        { "GET /alerts/x" HEAD "\r\n", PAGES, "no-store" }, { "GET /style.css" HEAD "\r\n", OTHERS, "public, no-cache" },
        { "GET /favicon.ico" HEAD "\r\n", OTHERS, "public, no-cache" }, { "GET /nothing" HEAD "\r\n", OTHERS, "no-store" },
        { "POST /livez" HEAD "\r\n", OTHERS, "no-store" }, { "POST /" HEAD "\r\n", PAGES, "no-store" }, { "HEAD /metrics" HEAD "\r\n", OTHERS, "no-store" },
    };
    static const char *const headers[] = { "\r\nX-Content-Type-Options: nosniff\r\n", "\r\nReferrer-Policy: no-referrer\r\n", "\r\nContent-Type: ",
                                           "\r\nCross-Origin-Opener-Policy: same-origin\r\n", "\r\nCross-Origin-Resource-Policy: same-origin\r\n",
                                           "\r\nPermissions-Policy: camera=(), " };
    char line[200];
    (void)state;
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        const char *answer = ask(requests[i].request);
        for (size_t j = 0; j < sizeof headers / sizeof headers[0]; j++)
            if (strstr(answer, headers[j]) == NULL)
                fail_msg("%s lacks %s", requests[i].request, headers[j]);
        snprintf(line, sizeof line, "\r\nContent-Security-Policy: %s\r\n", requests[i].policy);
        if (strstr(answer, line) == NULL)
            fail_msg("%s has another policy: %.900s", requests[i].request, answer);
        snprintf(line, sizeof line, "\r\nCache-Control: %s\r\n", requests[i].keep);
        if (strstr(answer, line) == NULL)
            fail_msg("%s is kept otherwise: %.900s", requests[i].request, answer);
        assert_null(strstr(answer, "unsafe"));
        assert_null(strstr(answer, "\r\nServer:"));
    }
}

static void what_holds_still_is_not_told_again(void **state)
{
    char request[300], tag[CDI_TAG_SIZE];
    (void)state;
    const char *answer = ask("GET /api/v1/alerts?limit=3" HEAD "\r\n"), *said = strstr(answer, "\r\nETag: ");
    assert_non_null(said);
    snprintf(tag, sizeof tag, "%.*s", (int)strcspn(said + 8, "\r"), said + 8);
    snprintf(request, sizeof request, "GET /api/v1/alerts?limit=3" HEAD "If-None-Match: %s\r\n\r\n", tag);
    answer = ask(request);
    assert_non_null(strstr(answer, "HTTP/1.1 304 Not Modified\r\n"));
    assert_non_null(strstr(answer, tag));
    assert_null(strstr(answer, "\r\nContent-Type:"));
    assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
}

static void who_should_ask_again_is_told_when(void **state)
{
    (void)state;
    desk.feed.level_at = CDI_INSTANT_NONE;
    const char *answer = ask("GET /api/v1/alerts" HEAD "\r\n");
    assert_non_null(strstr(answer, "HTTP/1.1 503 "));
    assert_non_null(strstr(answer, "\r\nRetry-After: 2\r\n"));
}

static void head_is_get_without_the_body(void **state)
{
    (void)state;
    const char *answer = ask("HEAD /livez" HEAD "\r\n");
    assert_non_null(strstr(answer, "HTTP/1.1 200 OK\r\n"));
    assert_non_null(strstr(answer, "\r\nContent-Length: 5\r\n"));
    assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
}

static void a_connection_serves_one_request_after_the_other(void **state)
{
    (void)state;
    int fd = reach();
    for (int i = 0; i < 3; i++) {
        tell(fd, LIVE, strlen(LIVE));
        assert_non_null(heard(fd, "\r\n\r\nlive\n"));
    }
    tell(fd, LIVE LIVE, strlen(LIVE LIVE));
    assert_non_null(heard(fd, "\r\n\r\nlive\nHTTP/1.1 200 OK"));
    close(fd);
    assert_int_equal(*cdi_meter_at(&desk.meters, CDI_METER_OF_HTTP_REQUESTS, 0, 0), 5);
}

static void a_request_that_comes_byte_by_byte_is_answered(void **state)
{
    static const char request[] = "GET /livez" HEAD "\r\n";
    (void)state;
    int fd = reach();
    for (size_t i = 0; i + 1 < sizeof request; i++)
        tell(fd, request + i, 1);
    assert_non_null(strstr(heard(fd, NULL), "\r\n\r\nlive\n"));
    close(fd);
}

struct asked { int status; bool good; struct cdi_body body; struct cdi_error err; };

static void ask_work(uv_work_t *work)
{
    struct asked *asked = work->data;
    asked->good = cdi_http_get(&address, "/metrics", &asked->status, &asked->body, &asked->err);
}

static void asked_done(uv_work_t *work, int status)
{
    (void)status;
    ((struct asked *)work->data)->err.code = CDI_ERROR_COUNT;   /* done */
}

static void our_own_client_understands_it(void **state)
{
    struct asked asked = { .status = 0 };
    uv_work_t work = { .data = &asked };
    (void)state;
    assert_int_equal(uv_queue_work(&loop, &work, ask_work, asked_done), 0);
    while (asked.err.code != CDI_ERROR_COUNT)
        turn();
    assert_true(asked.good && asked.status == 200);
    assert_memory_equal(asked.body.at, "# HELP cdiwatch_", 16);
    assert_true(asked.body.at[asked.body.size - 1] == '\n');
    cdi_body_free(&asked.body);
}

/* ---- wrong ones ---- */

static void what_is_wrong_has_its_status(void **state)
{
    static const struct { const char *request; int status; } wrong[] = {
        { "POST /metrics" HEAD "Content-Length: 3\r\n\r\nabc", 405 }, { "DELETE /readyz" HEAD "\r\n", 405 }, { "get /livez" HEAD "\r\n", 405 },
        { "POST /metrics" HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 405 }, { "OPTIONS /metrics" HEAD "\r\n", 405 },
        { "GET /metrics" HEAD "Content-Length: 3\r\n\r\nabc", 400 }, { "GET /metrics" HEAD "Content-Length: 99999999999\r\n\r\n", 400 },
        { "GET /metrics" HEAD "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400 }, { "GET /metrics?a=b" HEAD "\r\n", 400 },
        { "GET /metrics?%00" HEAD "\r\n", 400 }, { "GET /nothing" HEAD "\r\n", 404 }, { "GET /%2e%2e/metrics" HEAD "\r\n", 404 },
        { "GET /metrics%0d%0aX:%20y" HEAD "\r\n", 404 }, { "GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n", 400 },
        { "GET /livez" HEAD "Content-Length: 0\r\n\r\n", 200 }, { "HEAD /livez?x" HEAD "\r\n", 400 },
        { "GET /livez%00" HEAD "\r\n", 404 }, { "GET /livez%2f" HEAD "\r\n", 404 }, { "GET //livez" HEAD "\r\n", 404 }, { "GET /../livez" HEAD "\r\n", 404 },
        { "GET /alerts/..%2f..%2fetc%2fpasswd" HEAD "\r\n", 404 }, { "GET /alerts/\xff" HEAD "\r\n", 404 }, { "GET /api/v1/alerts/%00" HEAD "\r\n", 400 },
        { "GET /api/v1/alerts?force=%00" HEAD "\r\n", 400 }, { "GET /api/v1/alerts?force=%ff" HEAD "\r\n", 400 }, { "GET /api/v1/alerts?force=%zz" HEAD "\r\n", 400 },
        { "GET /api/v1/alerts?limit=1&limit=1" HEAD "\r\n", 400 }, { "GET /api/v1/alerts?" HEAD "\r\n", 200 }, { "GET /api/v1/alerts?&" HEAD "\r\n", 400 },
        { "GET /api/v1/alerts?limit" HEAD "\r\n", 400 }, { "GET /api/v1/alerts?limit=" HEAD "\r\n", 400 }, { "GET /api/v1/alerts?due_from=2026-11-04T21:14:05+00:00" HEAD "\r\n", 400 },
        { "GET /api/v1/alerts?due_from=2026-11-04T21:14:05%2B00:00" HEAD "\r\n", 200 }, { "GET /?force=North+East&show=all" HEAD "\r\n", 200 },
        { "GET http://localhost/livez" HEAD "\r\n", 404 }, { "GET /livez#x" HEAD "\r\n", 404 }, { "OPTIONS *" HEAD "\r\n", 404 },
        { "GET /livez HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 421 }, { "GET /livez HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", 421 },
        { "GET / HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: close\r\n\r\n", 200 }, { "GET /livez HTTP/1.0\r\n\r\n", 200 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *answer = ask(wrong[i].request);
        if (strncmp(answer, "HTTP/1.1 ", 9) != 0 || atoi(answer + 9) != wrong[i].status)
            fail_msg("%s: not %d but %.80s", wrong[i].request, wrong[i].status, answer);
    }
    still_answers();
}

static void what_is_too_long_is_refused_and_costs_only_itself(void **state)
{
    static const char *const begins[] = { "GET /", "GET /livez HTTP/1.1\r\nHost: localhost\r\nX: ", "GET /livez?", "GET /api/v1/alerts?force=" };
    static char request[200 * 1024];
    (void)state;
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        memset(request, 'a', sizeof request);
        memcpy(request, begins[i], strlen(begins[i]));
        int fd = reach();
        tell(fd, request, sizeof request);
        for (int turns = 0; turns < 100; turns++)
            turn();
        char answer[64] = "";
        ssize_t size = recv(fd, answer, sizeof answer - 1, MSG_DONTWAIT);
        assert_true(size <= 0 || strncmp(answer, "HTTP/1.1 4", 10) == 0);
        close(fd);
        still_answers();
    }
}

static void one_who_says_half_a_request_is_in_nobody_s_way(void **state)
{
    int half[20];
    (void)state;
    for (size_t i = 0; i < sizeof half / sizeof half[0]; i++) {
        half[i] = reach();
        tell(half[i], "GET /liv", 8);
    }
    still_answers();
    for (size_t i = 0; i < sizeof half / sizeof half[0]; i++)
        close(half[i]);
    still_answers();
}

/* More than there may be at once: the library sees some of them go only when their time is over. */
static void those_who_go_before_the_answer_are_forgotten(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++) {
        int fd = reach();
        tell(fd, LIVE, (size_t)i % sizeof LIVE);
        close(fd);
        turn();
    }
    still_answers();
}

/* Right requests with bytes changed, dropped, doubled. */
static void any_bytes_at_all_do_no_harm(void **state)
{
    static const char *const seeds[] = { "GET /metrics" HEAD "\r\n", "POST /readyz" HEAD "Content-Length: 3\r\n\r\nabc",
                                         "GET /api/v1/status" HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
                                         "HEAD /livez?a=%41&b" HEAD "Cookie: a=b; c\r\nExpect: 100-continue\r\n\r\n",
                                         "GET /api/v1/alerts?force=a%20b&state=open,withdrawn&limit=3" HEAD "If-None-Match: \"1-2\", *\r\n\r\n",
                                         "GET /?show=all&stage=&risk=rape" HEAD "\r\n" };
    const char *said = getenv("SEED");
    unsigned seed = said != NULL ? (unsigned)strtoul(said, NULL, 10) : 1;
    (void)state;
    print_message("# SEED=%u\n", seed);
    srand(seed);
    for (int round = 0; round < 1500; round++) {
        char request[400];
        const char *from = seeds[rand() % 6];
        size_t size = strlen(from);
        memcpy(request, from, size);
        for (int changes = rand() % 6; changes >= 0; changes--) {
            size_t at = (size_t)rand() % size;
            if (rand() % 3 == 0) {
                memmove(request + at, request + at + 1, --size - at);
            } else {
                request[at] = (char)(rand() % 4 == 0 ? "\r\n :%?\0/"[rand() % 8] : rand());
            }
        }
        int fd = reach();
        tell(fd, request, size);
        shutdown(fd, SHUT_WR);
        turn();
        close(fd);
    }
    still_answers();
}

static void at_its_end_it_cuts_what_is_going_on(void **state)
{
    (void)state;
    int fd = reach();
    tell(fd, LIVE, strlen(LIVE) - 2);
    cdi_httpd_stop(httpd);
    uv_run(&loop, UV_RUN_DEFAULT);
    char answer;
    assert_true(recv(fd, &answer, 1, MSG_DONTWAIT) <= 0);
    close(fd);
    httpd = NULL;                               /* which may be stopped, too */
}

static void nobody_there_is_told_from_one_who_is_no_daemon(void **state)
{
    struct cdi_address nowhere = address;
    struct cdi_body body;
    struct cdi_error err = { 0 };
    int status;
    (void)state;
    int taken = socket(AF_INET, SOCK_STREAM, 0);                /* who has a port and does not listen keeps others from it */
    nowhere.size = sizeof nowhere.at.v4;
    nowhere.at.v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    assert_int_equal(bind(taken, &nowhere.at.any, nowhere.size), 0);
    assert_int_equal(getsockname(taken, &nowhere.at.any, &nowhere.size), 0);
    assert_false(cdi_http_get(&nowhere, "/livez", &status, &body, &err));
    assert_int_equal(status, 0);
    assert_non_null(strstr(err.text, "nobody answers on 127.0.0.1:"));
    close(taken);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_answer_has_the_strict_headers), TEST(what_holds_still_is_not_told_again), TEST(who_should_ask_again_is_told_when), TEST(head_is_get_without_the_body), TEST(a_connection_serves_one_request_after_the_other),
        TEST(a_request_that_comes_byte_by_byte_is_answered), TEST(our_own_client_understands_it), TEST(what_is_wrong_has_its_status),
        TEST(what_is_too_long_is_refused_and_costs_only_itself), TEST(one_who_says_half_a_request_is_in_nobody_s_way),
        TEST(those_who_go_before_the_answer_are_forgotten), TEST(any_bytes_at_all_do_no_harm), TEST(at_its_end_it_cuts_what_is_going_on),
        TEST(nobody_there_is_told_from_one_who_is_no_daemon),
    };
#undef TEST
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
