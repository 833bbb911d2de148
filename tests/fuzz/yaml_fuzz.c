/* Any bytes as a source table: read or refused with a place, never more. */
#include "codec/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    struct cdi_source *source = cdi_source_read("fuzz.yaml", (struct cdi_text){ (const char *)data, size }, &err);

    CDI_ASSERT((source == NULL) == (err.code != CDI_ERROR_NONE));
    CDI_ASSERT(source != NULL || err.where[0] != '\0');
    if (source != NULL) {
        struct cdi_text tail = { (const char *)data + size / 2, size / 2 };
        struct cdi_text written;
        struct cdi_instant at;
        char out[CDI_REFERENCE_MAX];
        for (size_t feed = 0; feed < CDI_FEED_COUNT; feed++)
            for (size_t i = 0; i < source->feeds[feed].line_count; i++) {
                const struct cdi_source_setting *settings;
                size_t count;
                if (source->feeds[feed].lines[i].map != NULL)
                    cdi_source_map_find(source->feeds[feed].lines[i].map, tail, &settings, &count);
            }
        cdi_source_time(source, tail, CDI_DAY_END, &at, NULL);
        cdi_reference_normalise(&source->references[0], tail, (struct cdi_instant){ 1793826840000 }, out, &written);
    }
    cdi_source_destroy(source);
    return 0;
}
