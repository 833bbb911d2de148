/* Floor: edge.  SQLite, for the files that speak to it (view_*.c) and for nobody else; and the schema that they share.
 *
 *   alert      what is filtered and ordered by, a narrow row for each; `n` is also the number of its document.  `answered` is 0 or 1;
 *              instants in ms, INT64_MIN for none; state, stage, lifecycle and marks as bits
 *   document   the data object, byte for byte; alert.sum is of its bytes, as the sums of the other tables are
 *   feed       the last document of each feed of each force
 *   tally      the last tally of each force, day and area ('' where none was said); an index of its own gives them by day
 *   digest     the last digest of each force, stage and area (''...); an index of its own gives them newest first
 *   place      the offset to be read next, of each partition of which something was read; sum: of what stands there
 *   meta       one row: what the view is of, and the change counter
 *
 * application_id and user_version (the schema's) are in the file's header. */
#ifndef CDI_EDGE_VIEW_INSIDE_H
#define CDI_EDGE_VIEW_INSIDE_H

#include <sqlite3.h>

#include "edge/view_query.h"

enum { CDI_VIEW_APPLICATION = 0x43444957, CDI_VIEW_SCHEMA = 6, CDI_VIEW_PATIENCE_MS = 2000 };

/* Makes all of it, in an empty file; the caller's transaction. */
extern const char cdi_view_schema[];

/* Fills err by what SQLite said last: CORRUPT where the file is of no more use, else SYSTEM.  Always false. */
bool cdi_view_fail(struct cdi_error *err, sqlite3 *db, const char *path, const char *doing);

/* Opens what is there, and nothing else.  `flags`: SQLITE_OPEN_READONLY or _READWRITE.  NULL: err says why. */
sqlite3 *cdi_view_connect(const char *path, int flags, struct cdi_error *err);

/* False, CORRUPT: it is no view, or one of another version. */
bool cdi_view_is_ours(sqlite3 *db, const char *path, struct cdi_error *err);

sqlite3_stmt *cdi_view_prepare(sqlite3 *db, const char *path, const char *sql, struct cdi_error *err);
bool cdi_view_do(sqlite3 *db, const char *path, const char *sql, struct cdi_error *err);

void cdi_view_bind_text(sqlite3_stmt *statement, int at, struct cdi_text text);         /* NONE is null; kept by the caller */
struct cdi_text cdi_view_text(sqlite3_stmt *statement, int column);                     /* null is NONE; until the next step */

/* Which of the filter's conditions are there, and its order, as bits; and the rows that fulfil them, in order, or their number. */
enum { CDI_VIEW_SQL_SIZE = 1500 };
uint32_t cdi_view_conditions(const struct cdi_view_filter *filter, bool after);
void cdi_view_sql(uint32_t conditions, bool count, char sql[CDI_VIEW_SQL_SIZE]);

#endif
