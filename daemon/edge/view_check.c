/* SQLite finds what breaks its own structure; a bit that fell over within a document or a column, only we do. */
#include "edge/view_check.h"

#include <string.h>

#include "edge/view_row.h"

uint64_t cdi_view_place_sum(uint64_t view, int32_t partition, int64_t next)
{
    const uint64_t bytes[] = { view, (uint64_t)partition, (uint64_t)next };
    return cdi_view_sum((struct cdi_text){ (const char *)bytes, sizeof bytes });
}

static bool damaged(struct cdi_error *err, const char *path, const char *what)
{
    return cdi_fail(err, CDI_ERROR_CORRUPT, "the view %s is damaged: %s", path, what);
}

/* Calls `holds` for each row; false: one does not hold, or they cannot be read. */
static bool each(sqlite3 *db, const char *path, const char *sql, bool (*holds)(sqlite3_stmt *row, struct cdi_json *json),
                 struct cdi_json *json, const char *what, struct cdi_error *err)
{
    sqlite3_stmt *statement = cdi_view_prepare(db, path, sql, err);
    int code = SQLITE_ERROR;
    bool good = statement != NULL;
    while (good && (code = sqlite3_step(statement)) == SQLITE_ROW)
        good = holds(statement, json) || damaged(err, path, what);
    if (good && code != SQLITE_DONE)
        good = cdi_view_fail(err, db, path, "read it");
    sqlite3_finalize(statement);
    return good;
}

static bool structure_holds(sqlite3_stmt *row, struct cdi_json *json)
{
    (void)json;
    return cdi_text_is(cdi_view_text(row, 0), "ok");
}

static bool place_holds(sqlite3_stmt *row, struct cdi_json *json)
{
    (void)json;
    return (uint64_t)sqlite3_column_int64(row, 3) == cdi_view_place_sum((uint64_t)sqlite3_column_int64(row, 0),
                                                                        sqlite3_column_int(row, 1), sqlite3_column_int64(row, 2));
}

static bool sum_holds(sqlite3_stmt *row, struct cdi_json *json)
{
    (void)json;
    return cdi_view_sum(cdi_view_text(row, 0)) == (uint64_t)sqlite3_column_int64(row, 1);
}

static bool none_holds(sqlite3_stmt *row, struct cdi_json *json)
{
    (void)json;
    return sqlite3_column_int64(row, 0) == sqlite3_column_int64(row, 1);
}

/* The columns are derived from the document: they can be derived again. */
static bool alert_holds(sqlite3_stmt *stored, struct cdi_json *json)
{
    char watches[CDI_VIEW_WATCHES_SIZE];
    struct cdi_view_row row;
    if (!sum_holds(stored, json) || !cdi_view_row_of(json, CDI_VIEW_ALERT, cdi_view_text(stored, 0), watches, &row, NULL))
        return false;
    const int64_t numbers[] = { row.version, row.answered, row.due_at.ms, row.risk, row.received_at.ms, row.state, row.stage, row.lifecycle,
                                row.marks };
    const struct cdi_text texts[] = { row.name, row.force, row.incident, row.bcu, row.beat, row.unit, row.owner,
                                      row.watches };
    int column = 2;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (sqlite3_column_int64(stored, column++) != numbers[i])
            return false;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!cdi_text_same(cdi_view_text(stored, column++), texts[i]))
            return false;
    return true;
}

static bool tally_holds(sqlite3_stmt *stored, struct cdi_json *json)
{
    char watches[CDI_VIEW_WATCHES_SIZE];
    struct cdi_view_row row;
    if (!sum_holds(stored, json) || !cdi_view_row_of(json, CDI_VIEW_TALLY, cdi_view_text(stored, 0), watches, &row, NULL))
        return false;
    struct cdi_text area = cdi_text_said(row.bcu) ? row.bcu : CDI_TEXT("");
    return sqlite3_column_int64(stored, 2) == row.version && sqlite3_column_int64(stored, 3) == row.day &&
           cdi_text_same(cdi_view_text(stored, 4), row.force) && cdi_text_same(cdi_view_text(stored, 5), area);
}

static bool digest_holds(sqlite3_stmt *stored, struct cdi_json *json)
{
    char watches[CDI_VIEW_WATCHES_SIZE];
    struct cdi_view_row row;
    if (!sum_holds(stored, json) || !cdi_view_row_of(json, CDI_VIEW_DIGEST, cdi_view_text(stored, 0), watches, &row, NULL))
        return false;
    struct cdi_text area = cdi_text_said(row.bcu) ? row.bcu : CDI_TEXT("");
    return sqlite3_column_int64(stored, 2) == row.version && sqlite3_column_int64(stored, 3) == row.until.ms &&
           cdi_text_same(cdi_view_text(stored, 4), row.force) && cdi_text_same(cdi_view_text(stored, 5), row.name) &&
           cdi_text_same(cdi_view_text(stored, 6), area);
}

bool cdi_view_check(sqlite3 *db, const char *path, struct cdi_json *json, struct cdi_error *err)
{
    return each(db, path, "PRAGMA integrity_check(1)", structure_holds, json, "its structure is broken", err) &&
           each(db, path, "SELECT m.view, p.partition, p.next, p.sum FROM place p, meta m", place_holds, json,
                "how far it is read is not what was written", err) &&
           each(db, path, "SELECT d.bytes, a.sum, version, answered, due_at, risk, received_at, state, stage, lifecycle, marks, alert, force, "
                "incident, bcu, beat, unit, owner, watches FROM alert a LEFT JOIN document d ON d.n = a.n", alert_holds, json,
                "a document is not what was written", err) &&
           each(db, path, "SELECT (SELECT count(*) FROM alert), (SELECT count(*) FROM document)", none_holds, json,
                "documents and rows do not belong together", err) &&
           each(db, path, "SELECT bytes, sum, version, day, force, area FROM tally", tally_holds, json,
                "a tally is not what was written", err) &&
           each(db, path, "SELECT bytes, sum, version, until, force, stage, area FROM digest", digest_holds, json,
                "a digest is not what was written", err) &&
           each(db, path, "SELECT bytes, sum FROM feed", sum_holds, json, "the document of a feed is not what was written", err);
}
