/* Floor: edge.  Rows of exported files, CSV or one JSON document a line (told apart by content), in the order in which they
 * became known, whatever their order in the files. */
#ifndef CDI_EDGE_EXPORTS_H
#define CDI_EDGE_EXPORTS_H

#include "cdiwatch/error.h"
#include "cdiwatch/record.h"
#include "codec/decode.h"
#include "codec/source.h"
#include "codec/tables.h"
#include "edge/files.h"

struct cdi_exports;

/* A row that is refused: err.where says file, line and JSON pointer or column; never a value of the row. */
typedef void (*cdi_refused)(void *context, enum cdi_feed feed, const struct cdi_error *problem);

struct cdi_exports *cdi_exports_create(struct cdi_error *err);
void cdi_exports_destroy(struct cdi_exports *exports);

/* Reads one file whole; it may be empty. */
bool cdi_exports_add(struct cdi_exports *exports, enum cdi_feed feed, const char *path, struct cdi_error *err);
/* All files read so far, for the key of the run. */
const struct cdi_file *cdi_exports_files(const struct cdi_exports *exports, size_t *count);

/* How to read the files of a feed: all borrowed. */
struct cdi_exports_parts {
    const struct cdi_source *sources[CDI_FEED_COUNT];
    const struct cdi_rulebook *rulebook;
    struct cdi_tokeniser *tokeniser;
};

/* What is found in the files: `rows` can be read, `refused` cannot be placed in time, `deletions` say only that
 * a row of theirs is gone and change nothing, `unread` became known after `until`. */
struct cdi_exports_counts { size_t rows, refused, deletions, unread; };

/* Finds the rows, when each became known, and their total order: by (known_at, feed, file, line).  Rows known after `until`
 * are left out.  With `until` NONE a few rows far in the future (a mistyped year) are refused, so that time does not run away
 * after them: rows that come more than a year after all others and are fewer than a tenth of them.  false if a file cannot be
 * read as its source table says (a column is missing): then nothing may be concluded from the others. */
bool cdi_exports_index(struct cdi_exports *exports, const struct cdi_exports_parts *parts, struct cdi_instant until,
                       cdi_refused refused, void *context, struct cdi_exports_counts *counts, struct cdi_error *err);

/* Row `i` of the order. */
struct cdi_export_row { enum cdi_feed feed; struct cdi_instant known_at; };
struct cdi_export_row cdi_exports_row(const struct cdi_exports *exports, size_t i);
/* Decodes it; the record is borrowed until the next call.  false: err as for cdi_refused. */
bool cdi_exports_decode(struct cdi_exports *exports, size_t i, struct cdi_instant seen_at, const struct cdi_record **record,
                        struct cdi_error *err);
/* Puts file and line of row `i` before what err says of the place within it: for refusals that come later. */
void cdi_exports_locate(const struct cdi_exports *exports, size_t i, struct cdi_error *err);

#endif
