#include "commands/inputs.h"

#include <string.h>

#include "codec/frequencies.h"
#include "commands/talk.h"
#include "edge/interrupt.h"

static enum cdi_exit failed(const struct cdi_error *err, enum cdi_exit result)
{
    cdi_complain_error(err);
    return cdi_interrupted() ? CDI_EXIT_INTERRUPTED : result;
}

static bool read_files(struct cdi_inputs *inputs, const struct cdi_inputs_feed feeds[CDI_FEED_COUNT], struct cdi_error *err)
{
    inputs->exports = cdi_exports_create(err);
    for (int feed = 0; inputs->exports != NULL && feed < CDI_FEED_COUNT; feed++)
        for (size_t i = 0; i < feeds[feed].count; i++)
            if (!cdi_exports_add(inputs->exports, (enum cdi_feed)feed, feeds[feed].files[i], err))
                return false;
    return inputs->exports != NULL;
}

static bool read_configuration(struct cdi_inputs *inputs, const struct cdi_arguments *arguments,
                               const struct cdi_inputs_feed feeds[CDI_FEED_COUNT], struct cdi_error *err)
{
    size_t count;
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++) {
        inputs->sources[feed] = cdi_source_load(feeds[feed].source, err);
        if (inputs->sources[feed] == NULL)
            return false;
        if (feeds[feed].count > 0 && !inputs->sources[feed]->feeds[feed].said)
            return cdi_fail_at(err, CDI_ERROR_CONFIGURATION, feeds[feed].source, "this source table says nothing of %s; name "
                               "another for them, or add a section '%s:'", cdi_feed_word((enum cdi_feed)feed),
                               cdi_feed_word((enum cdi_feed)feed));
    }
    const struct cdi_file *files = cdi_exports_files(inputs->exports, &count);
    inputs->tokeniser = cdi_tokeniser_load(cdi_argument(arguments, "key"), files, count, err);
    return inputs->tokeniser != NULL &&
           cdi_frequencies_bind(inputs->rulebook->frequencies, &inputs->rulebook->tables, inputs->tokeniser, err);
}

enum cdi_exit cdi_inputs_read(struct cdi_inputs *inputs, const struct cdi_arguments *arguments,
                              const struct cdi_inputs_feed feeds[CDI_FEED_COUNT], struct cdi_instant until)
{
    struct cdi_error err = { 0 };
    size_t problems = 0;
    memset(inputs, 0, sizeof *inputs);
    if (!read_files(inputs, feeds, &err))
        return failed(&err, err.code == CDI_ERROR_SYSTEM ? CDI_EXIT_USAGE : CDI_EXIT_DATA);
    inputs->rulebook = cdi_rulebook_load(cdi_argument(arguments, "tables"), cdi_complain_counting, &problems, &err);
    if (inputs->rulebook == NULL && problems > 0)
        return CDI_EXIT_CONFIGURATION;          /* every problem was said */
    if (inputs->rulebook == NULL || !read_configuration(inputs, arguments, feeds, &err))
        return failed(&err, CDI_EXIT_CONFIGURATION);
    struct cdi_exports_parts parts = { .rulebook = inputs->rulebook, .tokeniser = inputs->tokeniser };
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        parts.sources[feed] = inputs->sources[feed];
    if (!cdi_exports_index(inputs->exports, &parts, until, cdi_refusals_take, &inputs->refusals, &inputs->counts, &err))
        return failed(&err, CDI_EXIT_DATA);
    return CDI_EXIT_OK;
}

void cdi_inputs_release(struct cdi_inputs *inputs)
{
    cdi_exports_destroy(inputs->exports);
    cdi_tokeniser_destroy(inputs->tokeniser);
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        cdi_source_destroy(inputs->sources[feed]);
    cdi_rulebook_destroy(inputs->rulebook);
}

bool cdi_inputs_decode(struct cdi_inputs *inputs, size_t row, struct cdi_instant seen_at, const struct cdi_record **record)
{
    struct cdi_error problem = { 0 };
    if (cdi_exports_decode(inputs->exports, row, seen_at, record, &problem))
        return true;
    cdi_refusals_take(&inputs->refusals, cdi_exports_row(inputs->exports, row).feed, &problem);
    return false;
}
