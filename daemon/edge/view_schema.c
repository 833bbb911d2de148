/* The one schema, and what readers and writer do alike. */
#include "edge/view_inside.h"

#include <stdio.h>

/* Each order is an index, of all, within a force and within an area: no list is ever sorted. */
const char cdi_view_schema[] =
    "CREATE TABLE meta (one INTEGER PRIMARY KEY CHECK (one = 1), view INTEGER NOT NULL, changes INTEGER NOT NULL,"
    " newest_at INTEGER NOT NULL, topic TEXT NOT NULL, cluster TEXT) STRICT;"
    "CREATE TABLE place (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL, sum INTEGER NOT NULL) STRICT;"
    "CREATE TABLE alert (n INTEGER PRIMARY KEY, alert TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, sum INTEGER NOT NULL,"
    " answered INTEGER NOT NULL, due_at INTEGER NOT NULL, risk INTEGER NOT NULL, received_at INTEGER NOT NULL,"
    " state INTEGER NOT NULL, stage INTEGER NOT NULL, lifecycle INTEGER NOT NULL, marks INTEGER NOT NULL,"
    " force TEXT NOT NULL, incident TEXT NOT NULL, bcu TEXT, beat TEXT, unit TEXT, owner TEXT, watches TEXT) STRICT;"
    "CREATE INDEX alert_order ON alert (answered, due_at, risk, alert);"
    "CREATE INDEX alert_force ON alert (force, answered, due_at, risk, alert);"
    "CREATE INDEX alert_bcu ON alert (bcu, answered, due_at, risk, alert);"
    "CREATE INDEX alert_watched ON alert (answered, due_at, risk, alert) WHERE watches IS NOT NULL;"
    "CREATE INDEX alert_risk ON alert (answered, risk, due_at, alert);"
    "CREATE INDEX alert_force_risk ON alert (force, answered, risk, due_at, alert);"
    "CREATE INDEX alert_bcu_risk ON alert (bcu, answered, risk, due_at, alert);"
    "CREATE INDEX alert_watched_risk ON alert (answered, risk, due_at, alert) WHERE watches IS NOT NULL;"
    "CREATE INDEX alert_incident ON alert (incident);"
    "CREATE TABLE document (n INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;"
    "CREATE TABLE feed (force TEXT NOT NULL, feed TEXT NOT NULL, version INTEGER NOT NULL, sum INTEGER NOT NULL, bytes BLOB NOT NULL,"
    " PRIMARY KEY (force, feed)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE tally (force TEXT NOT NULL, day INTEGER NOT NULL, area TEXT NOT NULL, version INTEGER NOT NULL, sum INTEGER NOT NULL,"
    " bytes BLOB NOT NULL, PRIMARY KEY (force, day, area)) STRICT;"
    "CREATE UNIQUE INDEX tally_order ON tally (day, force, area);"
    "CREATE TABLE digest (force TEXT NOT NULL, stage TEXT NOT NULL, area TEXT NOT NULL, until INTEGER NOT NULL, version INTEGER NOT NULL,"
    " sum INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY (force, stage, area)) STRICT;"
    "CREATE UNIQUE INDEX digest_order ON digest (until DESC, force, stage, area);";

/* What a write or a read that failed says of the file.  A constraint that is broken, or a table that is not there, is an index that
 * disagrees with its table, or a schema that somebody else made. */
static enum cdi_error_code meaning(int code)
{
    if (code == SQLITE_IOERR_CORRUPTFS || code == SQLITE_READONLY_DBMOVED)
        return CDI_ERROR_CORRUPT;
    switch (code & 0xFF) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_FORMAT:
    case SQLITE_ERROR: return CDI_ERROR_CORRUPT;
    default: return CDI_ERROR_SYSTEM;
    }
}

static const char *remedy(int code)
{
    switch (code & 0xFF) {
    case SQLITE_FULL: return "; make room on that disk";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN: return "; the file and its folder must be readable and writable by the user that cdiwatch runs as";
    default: return "";
    }
}

bool cdi_view_fail(struct cdi_error *err, sqlite3 *db, const char *path, const char *doing)
{
    int code = db == NULL ? SQLITE_NOMEM : sqlite3_extended_errcode(db);
    const char *words = db == NULL ? sqlite3_errstr(code) : sqlite3_errmsg(db);
    return cdi_fail(err, meaning(code), "the view %s: cannot %s: %s%s", path, doing, words, remedy(code));
}

sqlite3 *cdi_view_connect(const char *path, int flags, struct cdi_error *err)
{
    sqlite3 *db = NULL;
    if (sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL) == SQLITE_OK) {
        sqlite3_busy_timeout(db, CDI_VIEW_PATIENCE_MS);
        sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
        if (cdi_view_do(db, path, "PRAGMA cell_size_check = ON; PRAGMA cache_size = -16384", err))
            return db;
    } else
        cdi_view_fail(err, db, path, "open it");
    sqlite3_close(db);
    return NULL;
}

static bool pragma(sqlite3 *db, const char *path, const char *sql, int64_t *value, struct cdi_error *err)
{
    sqlite3_stmt *statement = cdi_view_prepare(db, path, sql, err);
    bool good = statement != NULL && sqlite3_step(statement) == SQLITE_ROW;
    if (good)
        *value = sqlite3_column_int64(statement, 0);
    else
        cdi_view_fail(err, db, path, "read its header");
    sqlite3_finalize(statement);
    return good;
}

bool cdi_view_is_ours(sqlite3 *db, const char *path, struct cdi_error *err)
{
    int64_t application, schema;
    if (!pragma(db, path, "PRAGMA application_id", &application, err) || !pragma(db, path, "PRAGMA user_version", &schema, err))
        return false;
    if (application != CDI_VIEW_APPLICATION)
        return cdi_fail(err, CDI_ERROR_CORRUPT, "the view %s: the file is no view of cdiwatch's", path);
    return schema == CDI_VIEW_SCHEMA ||
           cdi_fail(err, CDI_ERROR_CORRUPT, "the view %s: it is of version %lld, and this cdiwatch reads version %d", path,
                    (long long)schema, CDI_VIEW_SCHEMA);
}

sqlite3_stmt *cdi_view_prepare(sqlite3 *db, const char *path, const char *sql, struct cdi_error *err)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
        cdi_view_fail(err, db, path, "use it");
    return statement;
}

bool cdi_view_do(sqlite3 *db, const char *path, const char *sql, struct cdi_error *err)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK || cdi_view_fail(err, db, path, "use it");
}

void cdi_view_bind_text(sqlite3_stmt *statement, int at, struct cdi_text text)
{
    if (cdi_text_said(text))
        sqlite3_bind_text64(statement, at, text.at, text.size, SQLITE_STATIC, SQLITE_UTF8);
    else
        sqlite3_bind_null(statement, at);
}

struct cdi_text cdi_view_text(sqlite3_stmt *statement, int column)
{
    const void *bytes = sqlite3_column_blob(statement, column);
    size_t size = (size_t)sqlite3_column_bytes(statement, column);
    if (sqlite3_column_type(statement, column) == SQLITE_NULL)
        return CDI_TEXT_NONE;
    return (struct cdi_text){ size > 0 ? bytes : "", size };
}
