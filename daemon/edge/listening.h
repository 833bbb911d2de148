/* Floor: edge.  Where the daemon answers HTTP: an address as the configuration writes it, and the socket there. */
#ifndef CDI_EDGE_LISTENING_H
#define CDI_EDGE_LISTENING_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "cdiwatch/error.h"
#include "cdiwatch/text.h"

struct cdi_address {
    bool off;                                   /* nowhere: the rest is not set */
    bool loopback;                              /* reached from this machine alone */
    socklen_t size;
    union { struct sockaddr any; struct sockaddr_in v4; struct sockaddr_in6 v6; } at;
};
enum { CDI_ADDRESS_TEXT_SIZE = 64 };

/* "127.0.0.1:8080", "[::1]:8080" or "off".  False: something else; the words of err say what is wanted. */
bool cdi_address_read(struct cdi_text text, struct cdi_address *address, struct cdi_error *err);
void cdi_address_format(const struct cdi_address *address, char out[CDI_ADDRESS_TEXT_SIZE]);

/* A socket that listens there and never blocks; -1 on failure.  Port 0 becomes the one that the system chose, in *address. */
int cdi_listen(struct cdi_address *address, struct cdi_error *err);

#endif
