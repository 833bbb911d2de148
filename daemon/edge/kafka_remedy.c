#include "edge/kafka_remedy.h"

#include <stddef.h>

#include "edge/kafka_inside.h"

/* Codes that mean more than librdkafka's flags say. */
static const struct { rd_kafka_resp_err_t code; enum cdi_remedy remedy; } known[] = {
    { RD_KAFKA_RESP_ERR_NO_ERROR, CDI_REMEDY_NONE },
    /* Rights and credentials. */
    { RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, CDI_REMEDY_STOP },
    { RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, CDI_REMEDY_STOP },
    { RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, CDI_REMEDY_STOP },
    { RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, CDI_REMEDY_STOP },
    { RD_KAFKA_RESP_ERR__AUTHENTICATION, CDI_REMEDY_STOP },
    { RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, CDI_REMEDY_STOP },
    /* Another process runs under our name: whoever began anew would only turn that one out, and so on for ever. */
    { RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, CDI_REMEDY_STOP },
    /* What the broker will never take. */
    { RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, CDI_REMEDY_STOP },
    { RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, CDI_REMEDY_STOP },
    { RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, CDI_REMEDY_STOP },
    /* Somebody else has the shard. */
    { RD_KAFKA_RESP_ERR__FENCED, CDI_REMEDY_RENEW },
    { RD_KAFKA_RESP_ERR_PRODUCER_FENCED, CDI_REMEDY_RENEW },
    { RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, CDI_REMEDY_RENEW },
    { RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, CDI_REMEDY_RENEW },
    { RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, CDI_REMEDY_RENEW },
    { RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, CDI_REMEDY_RENEW },
};

enum cdi_remedy cdi_kafka_remedy(const struct cdi_kafka_fault *fault)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].code == (rd_kafka_resp_err_t)fault->code)
            return known[i].remedy;
    if (fault->fatal)
        return CDI_REMEDY_RENEW;
    if (fault->requires_abort)
        return CDI_REMEDY_REDO;
    if (fault->retriable || fault->code == RD_KAFKA_RESP_ERR__TIMED_OUT)
        return CDI_REMEDY_AGAIN;
    return CDI_REMEDY_RENEW;                    /* what we do not understand is doubtful */
}
