#include "codec/encode_deadletter.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/json_text.h"

static const char *const names[] = {
#define X(upper, name) name,
    CDI_DEADLETTER_HEADER_LIST(X)
#undef X
};
static const char *const stages[] = {
#define X(upper, word) #word,
    CDI_DEADLETTER_STAGE_LIST(X)
#undef X
};

const char *cdi_deadletter_header_name(enum cdi_deadletter_header header)
{
    return header < CDI_DEADLETTER_HEADER_COUNT ? names[header] : "unknown";
}

static struct cdi_text number(int64_t value, struct cdi_scratch *scratch)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%" PRId64, value);
    return cdi_scratch_text(scratch, (struct cdi_text){ digits, (size_t)size });
}

/* {"code":"bad_time","where":"/received_at","text":"..."} */
static bool write_error(const struct cdi_error *error, struct cdi_scratch *scratch, struct cdi_text *value)
{
    struct cdi_json_text json = { .at = NULL };
    cdi_json_open(&json, NULL, '{');
    cdi_json_string(&json, "code", cdi_text_of(cdi_error_word(error->code)));
    cdi_json_string(&json, "where", cdi_text_of(error->where));
    cdi_json_string(&json, "text", cdi_text_of(error->text));
    cdi_json_close(&json, '}');
    if (!json.failed)
        *value = cdi_scratch_text(scratch, (struct cdi_text){ json.at, json.size });
    free(json.at);
    return !json.failed;
}

bool cdi_deadletter_headers(const struct cdi_deadletter *letter, struct cdi_header headers[CDI_DEADLETTER_HEADER_COUNT],
                            struct cdi_scratch *scratch)
{
    struct cdi_text code = cdi_text_of(cdi_error_word(letter->error->code)), error;
    CDI_ASSERT(letter->stage < CDI_DEADLETTER_STAGE_COUNT);
    if (!write_error(letter->error, scratch, &error))
        return false;
    const struct cdi_text values[CDI_DEADLETTER_HEADER_COUNT] = {
        [CDI_DEADLETTER_HEADER_TOPIC] = cdi_scratch_text(scratch, letter->topic),
        [CDI_DEADLETTER_HEADER_PARTITION] = number(letter->partition, scratch),
        [CDI_DEADLETTER_HEADER_OFFSET] = number(letter->offset, scratch),
        [CDI_DEADLETTER_HEADER_CONNECTOR_NAME] = CDI_TEXT("cdiwatch"),
        [CDI_DEADLETTER_HEADER_TASK_ID] = number(letter->shard, scratch),
        [CDI_DEADLETTER_HEADER_STAGE] = cdi_text_of(stages[letter->stage]),
        [CDI_DEADLETTER_HEADER_CLASS_NAME] = code,
        [CDI_DEADLETTER_HEADER_EXCEPTION_CLASS_NAME] = code,
        [CDI_DEADLETTER_HEADER_EXCEPTION_MESSAGE] = cdi_scratch_text(scratch, cdi_text_of(letter->error->text)),
        [CDI_DEADLETTER_HEADER_ERROR] = error,
    };
    for (size_t i = 0; i < CDI_DEADLETTER_HEADER_COUNT; i++)
        headers[i] = (struct cdi_header){ cdi_text_of(names[i]), values[i] };
    return true;
}
