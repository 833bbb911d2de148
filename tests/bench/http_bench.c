/* Answers over HTTP: the server on one processor, a client of eight connections on another, each of which asks again as soon as it has its answer
 * (keep-alive, not pipelined).  A view of 10,000 reports, of which every fourth is settled. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "../unit/small_view.h"
#include "edge/httpd.h"
#include "edge/listening.h"

enum { REPORTS = 10000, CONNECTIONS = 8, SECONDS = 3, ROOM = 4 << 20 };

struct connection { int fd; size_t used, wanted; char *at; };

static struct small_desk desk;

static void give_up(const char *what)
{
    perror(what);
    exit(1);
}

static double seconds_now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void stay_on(size_t processor)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    sched_setaffinity(0, sizeof set, &set);     /* where there is only one, both share it */
}

/* ---- the server ---- */

static void serve(int listening)
{
    uv_loop_t loop;
    struct cdi_error err = { 0 };
    stay_on(0);
    uv_loop_init(&loop);
    desk.routes.view = cdi_view_access_create(desk.small.path);          /* SQLite's connections are not for two processes */
    if (cdi_httpd_start(&loop, listening, &desk.routes, &err) == NULL)
        give_up(err.text);
    uv_run(&loop, UV_RUN_DEFAULT);
}

/* ---- the client ---- */

static void send_all(int fd, const char *request)
{
    if (send(fd, request, strlen(request), MSG_NOSIGNAL) != (ssize_t)strlen(request))
        give_up("send");
}

/* True: an answer is whole. */
static bool receive(struct connection *connection)
{
    ssize_t size = recv(connection->fd, connection->at + connection->used, ROOM - 1 - connection->used, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (size <= 0)
        give_up("recv");
    connection->used += (size_t)size;
    connection->at[connection->used] = '\0';
    if (connection->wanted == 0) {
        const char *end = strstr(connection->at, "\r\n\r\n"), *length = strstr(connection->at, "\r\nContent-Length: ");
        if (end == NULL)
            return false;
        connection->wanted = (size_t)(end + 4 - connection->at) + (length != NULL && length < end ? strtoul(length + 18, NULL, 10) : 0);
    }
    return connection->used >= connection->wanted;
}

static void reach(const struct cdi_address *address, struct connection *connection, int events)
{
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    connection->at = malloc(ROOM);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
    if (connection->at == NULL || connection->fd < 0 || connect(connection->fd, &address->at.any, address->size) != 0 ||
        epoll_ctl(events, EPOLL_CTL_ADD, connection->fd, &event) != 0)
        give_up("connect");
    connection->used = connection->wanted = 0;
}

/* One answer whole, for its tag and its size. */
static void ask_once(const struct cdi_address *address, const char *request, char tag[CDI_TAG_SIZE], int *status, size_t *size)
{
    int events = epoll_create1(EPOLL_CLOEXEC);
    struct connection connection;
    struct epoll_event event;
    reach(address, &connection, events);
    send_all(connection.fd, request);
    do
        epoll_wait(events, &event, 1, -1);
    while (!receive(&connection));
    const char *said = strstr(connection.at, "\r\nETag: ");
    snprintf(tag, CDI_TAG_SIZE, "%.*s", said == NULL ? 0 : (int)strcspn(said + 8, "\r"), said == NULL ? "" : said + 8);
    *status = atoi(connection.at + 9);
    *size = connection.wanted;
    close(connection.fd);
    close(events);
    free(connection.at);
}

static uint64_t ask_for(const struct cdi_address *address, const char *request, double seconds)
{
    struct connection connections[CONNECTIONS];
    struct epoll_event ready[CONNECTIONS];
    uint64_t answers = 0;
    int events = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < CONNECTIONS; i++) {
        reach(address, &connections[i], events);
        send_all(connections[i].fd, request);
    }
    for (double end = seconds_now() + seconds; seconds_now() < end;) {
        int count = epoll_wait(events, ready, CONNECTIONS, 100);
        for (int i = 0; i < count; i++) {
            struct connection *connection = ready[i].data.ptr;
            if (!receive(connection))
                continue;
            answers++;
            connection->used = connection->wanted = 0;
            send_all(connection->fd, request);
        }
    }
    for (int i = 0; i < CONNECTIONS; i++) {
        close(connections[i].fd);
        free(connections[i].at);
    }
    close(events);
    return answers;
}

/* ---- one row ---- */

static void measure(const char *name, const char *path, bool with_tag)
{
    struct cdi_address address;
    struct cdi_error err = { 0 };
    char request[400], tag[CDI_TAG_SIZE];
    int status;
    size_t size;
    cdi_address_read(CDI_TEXT("127.0.0.1:0"), &address, &err);
    int listening = cdi_listen(&address, &err);
    pid_t server = fork();
    if (server == 0)
        serve(listening);
    close(listening);
    snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path);
    ask_once(&address, request, tag, &status, &size);
    if (with_tag) {
        snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: %s\r\n\r\n", path, tag);
        ask_once(&address, request, tag, &status, &size);
    }
    ask_for(&address, request, 0.3);
    double begun = seconds_now();
    uint64_t answers = ask_for(&address, request, SECONDS);
    double took = seconds_now() - begun;
    struct rusage used;
    kill(server, SIGKILL);
    wait4(server, NULL, 0, &used);
    double cpu = (double)used.ru_utime.tv_sec + (double)used.ru_stime.tv_sec + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    double share = cpu / (took + 0.3);
    printf("%-34s %3d %6zu bytes %8.0f a second with %3.0f %% of a processor: %8.0f a second of it, %2.0f %% of which is the kernel's\n", name, status,
           size, (double)answers / took, 100 * share, (double)answers / took / share,
           100 * ((double)used.ru_stime.tv_sec + (double)used.ru_stime.tv_usec / 1e6) / cpu);
    fflush(stdout);
}

int main(void)
{
    small_desk_open(&desk);
    double begun = seconds_now();
    for (unsigned i = 0; i < REPORTS; i++)
        small_view_report(&desk.small, &(struct small_report){ .number = i, .due_in_ms = (int64_t)i * 1000, .state = i % 4 == 0 ? "satisfied" : "open",
                                                               .bcu = (const char *[]){ "North", "South", "East", "West" }[i % 4] });
    small_view_commit(&desk.small);
    printf("%d reports into the view in %.2f s\n", (int)REPORTS, seconds_now() - begun);
    stay_on(1);
    measure("/livez", "/livez", false);
    measure("/api/v1/alerts?limit=50", "/api/v1/alerts?limit=50", false);
    measure("the same, not changed", "/api/v1/alerts?limit=50", true);
    measure("... bcu=East&unanswered=true", "/api/v1/alerts?limit=50&bcu=East&unanswered=true", false);
    measure("/api/v1/alerts/ID", "/api/v1/alerts/9e3779b1000000000000000000000001", false);
    measure("/ (50 rows)", "/", false);
    measure("/alerts/ID", "/alerts/9e3779b1000000000000000000000001", false);
    small_desk_close(&desk);
    return 0;
}
