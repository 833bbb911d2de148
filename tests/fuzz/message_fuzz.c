/* Any bytes, through both readers and the whole decoder: equal records or equal refusals, and the complaint of none holds a
 * value of the message.  The first byte chooses the feed. */
#include "../wire/harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct harness *opened(void)
{
    static struct harness harness;
    static bool ready;
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    if (ready)
        return &harness;
    struct cdi_source *source =
        cdi_source_read("fuzz", CDI_TEXT("name: cdiwatch\nfeeds:\n  incidents: {}\n  crimes: {}\n  actions: {}\n"), &err);
    ready = harness_open(&harness, source, &err);
    if (!ready) {
        fprintf(stderr, "%s: %s\n", err.where, err.text);
        abort();
    }
    return &harness;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct harness *harness = opened();
    enum cdi_feed feed = (enum cdi_feed)(data[0] % CDI_FEED_COUNT);
    const char *bytes = (const char *)data + 1;
    char *ours = harness_decode(harness, CDI_JSON_READER_SIMDJSON, feed, bytes, size - 1);
    char *reference = harness_decode(harness, CDI_JSON_READER_JANSSON, feed, bytes, size - 1);
    if (strcmp(ours, reference) != 0) {
        fprintf(stderr, "simdjson:\n%s\njansson:\n%s\n", ours, reference);
        abort();
    }
    struct cdi_instant known_at[2];
    for (int reader = 0; reader < CDI_JSON_READER_COUNT; reader++)
        (void)cdi_decode_known_at(harness->decoders[reader], feed, bytes, size - 1, &known_at[reader], NULL);
    if (known_at[0].ms != known_at[1].ms)
        abort();
    free(ours);
    free(reference);
    return 0;
}
