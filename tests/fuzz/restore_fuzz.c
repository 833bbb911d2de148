/* Any bytes as state records, restored into an engine that then judges and says them: refused, or lived with.  Each record is
 * a byte for its kind, two for its size, and the packed case. */
#include "../unit/table_files.h"
#include "codec/encode_alert.h"
#include "cdiwatch/engine.h"
#include "core/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct cdi_rulebook *read_rules(void)
{
    struct table_files files = { .count = 0 };
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    struct cdi_rulebook *rules = table_files_read(&files) ? cdi_rulebook_read(files.files, files.count, NULL, NULL, &err) : NULL;
    CDI_ASSERT(rules != NULL);
    table_files_free(&files);
    return rules;
}

static void restore(struct cdi_engine *engine, enum cdi_case_kind kind, struct cdi_text packed, struct cdi_scratch *scratch)
{
    struct cdi_text force, reference;
    if (cdi_unpack_key(packed, &force, &reference))
        (void)cdi_engine_restore(engine, cdi_state_key(force, kind, reference, scratch), packed, NULL);
}

static void settle(struct cdi_engine *engine, const struct cdi_rulebook *rules, struct cdi_alert_json *json)
{
    struct cdi_effects effects;
    bool more = true;
    while (more) {
        more = cdi_engine_settle(engine, &effects);
        for (size_t i = 0; i < effects.alert_count; i++)
            CDI_ASSERT(cdi_encode_alert_data(json, &rules->tables, &effects.alerts[i], CDI_ALERT_FORM_WHOLE));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct cdi_rulebook *rules;
    static struct cdi_scratch scratch;
    static struct cdi_alert_json json;
    const struct cdi_engine_limits limits = { .incidents = 64, .crimes = 64, .slice = 64 };
    if (rules == NULL)
        rules = read_rules();
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, &limits, NULL);
    CDI_ASSERT(engine != NULL);
    for (size_t at = 0; size - at > 3;) {
        size_t length = (size_t)data[at + 1] << 8 | data[at + 2], left = size - at - 3;
        enum cdi_case_kind kind = (enum cdi_case_kind)(data[at] % CDI_CASE_KIND_COUNT);
        length = length < left ? length : left;
        restore(engine, kind, (struct cdi_text){ (const char *)data + at + 3, length }, &scratch);
        at += 3 + length;
    }
    cdi_engine_advance(engine, (struct cdi_instant){ INT64_C(1793880000000) });
    settle(engine, rules, &json);
    cdi_engine_advance(engine, (struct cdi_instant){ INT64_C(1803880000000) });
    settle(engine, rules, &json);
    cdi_engine_destroy(engine);
    cdi_scratch_reset(&scratch);
    return 0;
}
