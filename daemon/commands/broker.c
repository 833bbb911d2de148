#include <stdio.h>
#include <unistd.h>

#include "commands/commands.h"
#include "commands/configured.h"
#include "commands/numbers.h"
#include "commands/shared_options.h"
#include "commands/talk.h"
#include "edge/interrupt.h"
#include "edge/kafka_mock.h"
#include "edge/topics.h"

static enum cdi_exit broker_run(const struct cdi_arguments *arguments);

static const struct cdi_option options[] = {
    { "port", CDI_TAKES_ONE, "PORT", false, "9092", "where to listen, on 127.0.0.1; 0 for any port that is free" },
    { "partitions", CDI_TAKES_ONE, "N", false, "4", "how many partitions incidents, crimes, actions, alerts, changelog and "
      "deadletters have" },
    CDI_OPTIONS_END
};
static const char *const description[] = {
    "A broker for trying things, in this process: the topics are made, kcat and cdiwatch run can use it at once (the configuration "
    "must say allow_create_time: true). It ends with Ctrl-C, and then all is gone.",
    "It is not Kafka. Nothing is written to disk. Of each partition only the newest 5 MB are kept. What an aborted transaction wrote "
    "is seen by all. Offsets sent in transactions are dropped: run begins at the beginning again after each start. A run that has "
    "ended, however, is forgotten only after a minute or two: until then the next one says that it is joining. There are no rights "
    "and no passwords; only this host can reach it. Never use it for work.",
    NULL
};
static const char *const examples[] = {
    "cdiwatch broker",
    "cdiwatch broker --port 19092 &",
    "kcat -b 127.0.0.1:9092 -t cdi.alerts -C",
    NULL
};
const struct cdi_command cdi_broker_command = {
    "broker", "serve an embedded broker, for trying things", description, options, examples, broker_run
};

static bool make_topics(struct cdi_mock *mock, long shards, struct cdi_error *err)
{
    char name[64];
    for (int topic = 0; topic < CDI_TOPIC_COUNT; topic++) {
        (void)snprintf(name, sizeof name, "cdi.%s", cdi_topic_word((enum cdi_topic)topic));
        if (!cdi_mock_create_topic(mock, name, cdi_topic_partitions((enum cdi_topic)topic, shards), err))
            return false;
    }
    return true;
}

static enum cdi_exit serve(const struct cdi_mock *mock)
{
    cdi_complain("THIS IS NOT KAFKA: nothing is kept, nothing is aborted, transactional offsets are dropped, no rights. For trying "
                 "things only");
    printf("%s\n", cdi_mock_address(mock));
    if (fflush(stdout) != 0)
        return CDI_EXIT_WRITE;
    cdi_say("topics cdi.* are made; Ctrl-C ends it, and all is gone");
    while (!cdi_interrupted())
        sleep(1);                               /* a signal ends it early */
    return CDI_EXIT_OK;
}

static enum cdi_exit broker_run(const struct cdi_arguments *arguments)
{
    long port, shards;
    struct cdi_error err = { 0 };
    if (!cdi_number_argument(arguments, "port", 0, 65535, &port) || !cdi_number_argument(arguments, "partitions", 1, 1024, &shards))
        return CDI_EXIT_USAGE;
    struct cdi_mock *mock = cdi_mock_start((uint16_t)port, &err);
    enum cdi_exit result = CDI_EXIT_BROKER;
    if (mock != NULL && make_topics(mock, shards, &err))
        result = serve(mock);
    else
        cdi_complain_error(&err);
    cdi_mock_stop(mock);
    return result;
}
