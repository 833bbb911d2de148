#include "edge/kafka_mock.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "edge/kafka_inside.h"

#include <librdkafka/rdkafka_mock.h>

struct cdi_mock {
    rd_kafka_t *handle;
    rd_kafka_mock_cluster_t *cluster;
};

/* The mock cluster listens on whatever port the system gives it, and has no call to name one.  A relay in front of it would serve
 * only the first connection: clients go on to the port that the broker itself tells them.  So this program's bind() stands
 * before the C library's: it puts the wanted port in while a mock is started, and only in that thread. */
static _Thread_local uint16_t wanted_port;

/* Under a name of its own, for the C library's declaration has another type for each language. */
int cdi_mock_bind(int descriptor, const struct sockaddr *address, socklen_t size) __asm__("bind");
int cdi_mock_bind(int descriptor, const struct sockaddr *address, socklen_t size)
{
    int (*next)(int, const struct sockaddr *, socklen_t);
    void *found = dlsym(RTLD_NEXT, "bind");
    CDI_ASSERT(found != NULL);
    memcpy(&next, &found, sizeof next);
    if (wanted_port == 0 || address->sa_family != AF_INET || size != sizeof(struct sockaddr_in))
        return next(descriptor, address, size);
    struct sockaddr_in wanted;
    memcpy(&wanted, address, sizeof wanted);
    wanted.sin_port = htons(wanted_port);
    return next(descriptor, (const struct sockaddr *)&wanted, sizeof wanted);
}

/* Tried beforehand: a mock cluster that cannot listen stops the whole program (librdkafka 2.0.2). */
static bool is_free(uint16_t port, struct cdi_error *err)
{
    const struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port),
                                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int yes = 1, descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool bound = descriptor >= 0 && setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
                 bind(descriptor, (const struct sockaddr *)&address, sizeof address) == 0;
    int problem = errno;
    if (descriptor >= 0)
        close(descriptor);
    return bound || cdi_fail(err, CDI_ERROR_BROKER, "cannot listen on 127.0.0.1:%u: %s; name another port, or 0 for any", port,
                             strerror(problem));
}

static void prepare(rd_kafka_conf_t *conf)
{
    rd_kafka_conf_set_log_cb(conf, NULL);
}

static bool start(struct cdi_mock *mock, uint16_t port, struct cdi_error *err)
{
    mock->handle = cdi_kafka_new(RD_KAFKA_PRODUCER, NULL, NULL, prepare, mock, err);
    if (mock->handle == NULL || !is_free(port, err))
        return false;
    wanted_port = port;
    mock->cluster = rd_kafka_mock_cluster_new(mock->handle, 1);
    wanted_port = 0;
    return mock->cluster != NULL || cdi_fail(err, CDI_ERROR_BROKER, "the embedded broker does not start");
}

struct cdi_mock *cdi_mock_start(uint16_t port, struct cdi_error *err)
{
    struct cdi_mock *mock = calloc(1, sizeof *mock);
    if (mock == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory for the embedded broker");
        return NULL;
    }
    if (start(mock, port, err))
        return mock;
    cdi_mock_stop(mock);
    return NULL;
}

void cdi_mock_stop(struct cdi_mock *mock)
{
    if (mock == NULL)
        return;
    if (mock->cluster != NULL)
        rd_kafka_mock_cluster_destroy(mock->cluster);
    if (mock->handle != NULL)
        rd_kafka_destroy(mock->handle);
    free(mock);
}

const char *cdi_mock_address(const struct cdi_mock *mock)
{
    return rd_kafka_mock_cluster_bootstraps(mock->cluster);
}

bool cdi_mock_create_topic(struct cdi_mock *mock, const char *topic, int32_t partitions, struct cdi_error *err)
{
    rd_kafka_resp_err_t code = rd_kafka_mock_topic_create(mock->cluster, topic, (int)partitions, 1);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR || cdi_kafka_fail(err, code, "cannot make %s", topic);
}
