/* Floor: commands.  What a command that reads exports needs first: tables, source tables, the key, the rows in order. */
#ifndef CDI_COMMANDS_INPUTS_H
#define CDI_COMMANDS_INPUTS_H

#include "commands/arguments.h"
#include "commands/refusals.h"
#include "edge/exports.h"
#include "edge/rulebook.h"

struct cdi_inputs {
    struct cdi_rulebook *rulebook;
    struct cdi_source *sources[CDI_FEED_COUNT];
    struct cdi_tokeniser *tokeniser;
    struct cdi_exports *exports;
    struct cdi_exports_counts counts;
    struct cdi_refusals refusals;
};

/* The files of one feed, and the source table that reads them (a name, or a file). */
struct cdi_inputs_feed { const char *source; const char *const *files; size_t count; };

/* Reads everything; problems are said.  Rows known after `until` are left out (NONE: none are).  Whatever it returns,
 * cdi_inputs_release() gives back what was taken. */
enum cdi_exit cdi_inputs_read(struct cdi_inputs *inputs, const struct cdi_arguments *arguments,
                              const struct cdi_inputs_feed feeds[CDI_FEED_COUNT], struct cdi_instant until);
void cdi_inputs_release(struct cdi_inputs *inputs);

/* The row as a record, or false: refused, which was said and counted. */
bool cdi_inputs_decode(struct cdi_inputs *inputs, size_t row, struct cdi_instant seen_at, const struct cdi_record **record);

#endif
