/* What each failure of a transaction means for us, row by row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <librdkafka/rdkafka.h>

#include "edge/kafka_remedy.h"

struct row { rd_kafka_resp_err_t code; bool fatal, retriable, requires_abort; enum cdi_remedy remedy; };

static void each(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct cdi_kafka_fault fault = { rows[i].code, rows[i].fatal, rows[i].retriable, rows[i].requires_abort };
        if (cdi_kafka_remedy(&fault) != rows[i].remedy)
            fail_msg("row %zu, %s: remedy %d, expected %d", i, rd_kafka_err2name(rows[i].code), (int)cdi_kafka_remedy(&fault),
                     (int)rows[i].remedy);
    }
}
#define EACH(...) do { const struct row rows[] = { __VA_ARGS__ }; each(rows, sizeof rows / sizeof rows[0]); } while (0)

static void what_went_well_needs_no_remedy(void **state)
{
    (void)state;
    EACH({ RD_KAFKA_RESP_ERR_NO_ERROR, false, false, false, CDI_REMEDY_NONE });
}

static void what_is_not_decided_yet_is_called_again(void **state)
{
    (void)state;
    EACH({ RD_KAFKA_RESP_ERR__TIMED_OUT, false, true, false, CDI_REMEDY_AGAIN },
         { RD_KAFKA_RESP_ERR__TIMED_OUT, false, false, false, CDI_REMEDY_AGAIN },
         { RD_KAFKA_RESP_ERR__TRANSPORT, false, true, false, CDI_REMEDY_AGAIN },
         { RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS, false, true, false, CDI_REMEDY_AGAIN },
         { RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, false, true, false, CDI_REMEDY_AGAIN },
         { RD_KAFKA_RESP_ERR_NOT_COORDINATOR, false, true, false, CDI_REMEDY_AGAIN },
         { RD_KAFKA_RESP_ERR__CONFLICT, false, true, false, CDI_REMEDY_AGAIN });
}

static void what_is_surely_not_committed_is_aborted_and_done_again(void **state)
{
    (void)state;
    EACH({ RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, false, false, true, CDI_REMEDY_REDO },
         { RD_KAFKA_RESP_ERR__PURGE_QUEUE, false, false, true, CDI_REMEDY_REDO },
         { RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID, false, false, true, CDI_REMEDY_REDO },
         { RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, false, true, true, CDI_REMEDY_REDO },
         { RD_KAFKA_RESP_ERR__STATE, false, false, true, CDI_REMEDY_REDO });
}

static void whoever_is_fenced_begins_anew_whatever_the_flags_say(void **state)
{
    (void)state;
    EACH({ RD_KAFKA_RESP_ERR__FENCED, true, false, false, CDI_REMEDY_RENEW },
         { RD_KAFKA_RESP_ERR_PRODUCER_FENCED, true, false, false, CDI_REMEDY_RENEW },
         { RD_KAFKA_RESP_ERR_PRODUCER_FENCED, false, true, true, CDI_REMEDY_RENEW },
         { RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, false, false, true, CDI_REMEDY_RENEW },
         { RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, false, false, true, CDI_REMEDY_RENEW },
         { RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, false, false, true, CDI_REMEDY_RENEW },
         { RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, false, true, true, CDI_REMEDY_RENEW });
}

static void what_is_fatal_or_not_understood_is_doubtful(void **state)
{
    (void)state;
    EACH({ RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, true, false, false, CDI_REMEDY_RENEW },
         { RD_KAFKA_RESP_ERR__INCONSISTENT, true, false, true, CDI_REMEDY_RENEW },
         { RD_KAFKA_RESP_ERR_UNKNOWN, false, false, false, CDI_REMEDY_RENEW },
         { RD_KAFKA_RESP_ERR__STATE, false, false, false, CDI_REMEDY_RENEW });
}

static void what_only_a_person_can_mend_stops_it_whatever_the_flags_say(void **state)
{
    (void)state;
    EACH({ RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, true, false, false, CDI_REMEDY_STOP },
         { RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, false, false, true, CDI_REMEDY_STOP },
         { RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, false, false, true, CDI_REMEDY_STOP },
         { RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, true, false, false, CDI_REMEDY_STOP },
         { RD_KAFKA_RESP_ERR__AUTHENTICATION, false, true, false, CDI_REMEDY_STOP },
         { RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, false, false, true, CDI_REMEDY_STOP },
         { RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, false, false, true, CDI_REMEDY_STOP },
         { RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, true, false, false, CDI_REMEDY_STOP });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_went_well_needs_no_remedy),
        cmocka_unit_test(what_is_not_decided_yet_is_called_again),
        cmocka_unit_test(what_is_surely_not_committed_is_aborted_and_done_again),
        cmocka_unit_test(whoever_is_fenced_begins_anew_whatever_the_flags_say),
        cmocka_unit_test(what_is_fatal_or_not_understood_is_doubtful),
        cmocka_unit_test(what_only_a_person_can_mend_stops_it_whatever_the_flags_say),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
