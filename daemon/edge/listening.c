#include "edge/listening.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOST_SIZE = INET6_ADDRSTRLEN, BACKLOG = 64, PORT_DIGITS = 5, PORT_MOST = 65535 };

static bool read_port(struct cdi_text text, in_port_t *port)
{
    unsigned long value = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        value = value * 10 + (unsigned long)(text.at[i] - '0');
    }
    *port = htons((in_port_t)value);
    return text.size > 0 && text.size <= PORT_DIGITS && value <= PORT_MOST;
}

/* The host within its brackets, if it has any. */
static bool read_host(struct cdi_text text, in_port_t port, struct cdi_address *address)
{
    char host[HOST_SIZE] = "";
    bool v6 = text.size >= 2 && text.at[0] == '[' && text.at[text.size - 1] == ']';
    struct cdi_text inside = v6 ? (struct cdi_text){ text.at + 1, text.size - 2 } : text;
    if (inside.size == 0 || inside.size >= sizeof host || memchr(inside.at, '\0', inside.size) != NULL)
        return false;
    memcpy(host, inside.at, inside.size);
    if (v6) {
        address->size = sizeof address->at.v6;
        address->at.v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = port };
        bool good = inet_pton(AF_INET6, host, &address->at.v6.sin6_addr) == 1;
        address->loopback = IN6_IS_ADDR_LOOPBACK(&address->at.v6.sin6_addr);
        return good;
    }
    address->size = sizeof address->at.v4;
    address->at.v4 = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = port };
    bool good = inet_pton(AF_INET, host, &address->at.v4.sin_addr) == 1;
    address->loopback = ntohl(address->at.v4.sin_addr.s_addr) >> 24 == 127;
    return good;
}

bool cdi_address_read(struct cdi_text text, struct cdi_address *address, struct cdi_error *err)
{
    in_port_t port;
    *address = (struct cdi_address){ .off = cdi_text_is(text, "off") };
    size_t colon = text.size;
    while (colon > 0 && text.at[colon - 1] != ':')
        colon--;
    if (address->off || (colon > 0 && read_port((struct cdi_text){ text.at + colon, text.size - colon }, &port) &&
                         read_host((struct cdi_text){ text.at, colon - 1 }, port, address)))
        return true;
    return cdi_fail(err, CDI_ERROR_CONFIGURATION, "should be an address and a port, such as 127.0.0.1:8080 or [::1]:8080 (names are not "
                    "looked up), or off");
}

void cdi_address_format(const struct cdi_address *address, char out[CDI_ADDRESS_TEXT_SIZE])
{
    char host[HOST_SIZE] = "";
    bool v6 = address->at.any.sa_family == AF_INET6;
    const void *from = v6 ? (const void *)&address->at.v6.sin6_addr : (const void *)&address->at.v4.sin_addr;
    if (address->off || inet_ntop(address->at.any.sa_family, from, host, sizeof host) == NULL)
        snprintf(out, CDI_ADDRESS_TEXT_SIZE, "off");
    else
        snprintf(out, CDI_ADDRESS_TEXT_SIZE, v6 ? "[%s]:%u" : "%s:%u", host,
                 (unsigned)ntohs(v6 ? address->at.v6.sin6_port : address->at.v4.sin_port));
}

int cdi_listen(struct cdi_address *address, struct cdi_error *err)
{
    char said[CDI_ADDRESS_TEXT_SIZE];
    int yes = 1, fd = socket(address->at.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    cdi_address_format(address, said);
    if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 && bind(fd, &address->at.any, address->size) == 0 &&
        listen(fd, BACKLOG) == 0 && getsockname(fd, &address->at.any, &address->size) == 0)
        return fd;
    cdi_fail(err, CDI_ERROR_CONFIGURATION, "cannot listen on %s: %s; choose another with http.listen, or off", said, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}
