/* Any bytes as state records, restored into an engine that then judges and says them: refused, or lived with.  Each record is
 * a byte for its kind (any number: the engine has only cases and tallies), two for its size, and the packed case.  Odd sizes hold the force
 * for a while. */
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
    if (!cdi_unpack_key(packed, &force, &reference))
        return;
    if (packed.size % 2 == 1)
        (void)cdi_engine_hold(engine, force, (struct cdi_instant){ INT64_C(1793800000000) }, NULL);
    if (cdi_text_is(cdi_text_of(cdi_case_kind_word(kind)), "unknown"))
        return;
    struct cdi_text key = cdi_state_key(force, kind, reference, scratch);
    bool restored = cdi_engine_restore(engine, key, packed, NULL);
    CDI_ASSERT(!restored || kind < CDI_CASE_KIND_COUNT || kind == CDI_CASE_HISTORY || kind == CDI_CASE_TALLY ||
               kind == CDI_CASE_TRACE);
    if (restored || kind != CDI_CASE_INCIDENT)
        return;
    char *longer = cdi_scratch_take(scratch, packed.size + 2);          /* the same, counting for nothing */
    memcpy(longer, packed.at, packed.size);
    longer[packed.size] = longer[packed.size + 1] = 0;
    (void)cdi_engine_restore(engine, key, (struct cdi_text){ longer, packed.size + 2 }, NULL);
}

static void release(struct cdi_engine *engine, struct cdi_text packed)
{
    struct cdi_text force, reference;
    if (cdi_unpack_key(packed, &force, &reference))
        CDI_ASSERT(force.size > CDI_FORCE_MAX || cdi_engine_hold(engine, force, CDI_INSTANT_NONE, NULL));
}

/* The next record of the input; false: no more. */
static bool next_record(const uint8_t *data, size_t size, size_t *at, enum cdi_case_kind *kind, struct cdi_text *packed)
{
    if (size - *at <= 3)
        return false;
    size_t length = (size_t)data[*at + 1] << 8 | data[*at + 2], left = size - *at - 3;
    *kind = (enum cdi_case_kind)(data[*at] % CDI_STATE_KIND_END);
    *packed = (struct cdi_text){ (const char *)data + *at + 3, length < left ? length : left };
    *at += 3 + packed->size;
    return true;
}

static void settle(struct cdi_engine *engine, const struct cdi_rulebook *rules, struct cdi_alert_json *json)
{
    struct cdi_effects effects;
    bool more = true;
    while (more) {
        more = cdi_engine_settle(engine, &effects);
        for (size_t i = 0; i < effects.alert_count; i++)
            CDI_ASSERT(effects.alerts[i].gone || cdi_encode_alert_data(json, &rules->tables, &effects.alerts[i], CDI_ALERT_FORM_WHOLE));
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
    enum cdi_case_kind kind;
    struct cdi_text packed;
    for (size_t at = 0; next_record(data, size, &at, &kind, &packed);)
        restore(engine, kind, packed, &scratch);
    cdi_engine_advance(engine, (struct cdi_instant){ INT64_C(1793880000000) });
    settle(engine, rules, &json);
    for (size_t at = 0; next_record(data, size, &at, &kind, &packed);)
        release(engine, packed);
    settle(engine, rules, &json);
    cdi_engine_advance(engine, (struct cdi_instant){ INT64_C(1803880000000) });
    settle(engine, rules, &json);
    cdi_engine_destroy(engine);
    cdi_scratch_reset(&scratch);
    return 0;
}
