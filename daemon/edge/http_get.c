#include "edge/http_get.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { ANSWER_S = 5, ANSWER_BYTES_MOST = 16 * 1024 * 1024, PIECE = 16 * 1024 };

static int reach(const struct cdi_address *address, struct cdi_error *err)
{
    char said[CDI_ADDRESS_TEXT_SIZE];
    const struct timeval limit = { .tv_sec = ANSWER_S };
    int fd = socket(address->at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0 &&
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0 && connect(fd, &address->at.any, address->size) == 0)
        return fd;
    cdi_address_format(address, said);
    cdi_fail(err, CDI_ERROR_SYSTEM, "nobody answers on %s: %s", said, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool send_request(int fd, const struct cdi_address *address, const char *path)
{
    char said[CDI_ADDRESS_TEXT_SIZE];
    struct cdi_body request = { .at = NULL };
    cdi_address_format(address, said);
    cdi_body_say(&request, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nAccept-Encoding: identity\r\n\r\n", path, said);
    bool good = !request.failed && send(fd, request.at, request.size, MSG_NOSIGNAL) == (ssize_t)request.size;
    cdi_body_free(&request);
    return good;
}

/* To the end, which the other side makes. */
static bool receive(int fd, struct cdi_body *whole)
{
    char piece[PIECE];
    ssize_t size;
    while ((size = recv(fd, piece, sizeof piece, 0)) > 0 && whole->size < ANSWER_BYTES_MOST)
        cdi_body_add(whole, piece, (size_t)size);
    return size == 0 && !whole->failed && whole->size > 0;
}

/* Our own daemon says how long its body is, and never sends it in chunks. */
static bool take_apart(const struct cdi_body *whole, int *status, struct cdi_body *body)
{
    static const char version[] = "HTTP/1.1 ", length[] = "\r\nContent-Length: ";
    const char *end = strstr(whole->at, "\r\n\r\n"), *said = strcasestr(whole->at, length);
    if (strncmp(whole->at, version, sizeof version - 1) != 0 || end == NULL || said == NULL || said > end)
        return false;
    size_t size = whole->size - (size_t)(end + 4 - whole->at);
    if (strtoull(said + sizeof length - 1, NULL, 10) != size)
        return false;
    *status = (int)strtol(whole->at + sizeof version - 1, NULL, 10);
    cdi_body_add(body, end + 4, size);
    return *status >= 100 && *status <= 599 && !body->failed;
}

bool cdi_http_get(const struct cdi_address *address, const char *path, int *status, struct cdi_body *body, struct cdi_error *err)
{
    struct cdi_body whole = { .at = NULL };
    *status = 0;
    *body = (struct cdi_body){ .at = NULL };
    int fd = reach(address, err);
    if (fd < 0)
        return false;
    *status = -1;
    bool good = send_request(fd, address, path) && receive(fd, &whole) && take_apart(&whole, status, body);
    close(fd);
    cdi_body_free(&whole);
    if (good)
        return true;
    *status = -1;
    cdi_body_free(body);
    return cdi_fail(err, CDI_ERROR_SYSTEM, "what answers there does not answer as cdiwatch does, or not within %d s", ANSWER_S);
}
