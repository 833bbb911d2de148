#include "edge/view_apply.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edge/view_batch.h"
#include "edge/view_check.h"
#include "edge/view_file.h"
#include "edge/view_row.h"

/* The WAL is copied back from so many pages on, and cut to nothing where readers have kept that from happening. */
enum { WAL_COPIED_PAGES = 8192, WAL_CUT_PAGES = 32768 };

#define PARAMETERS "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18"
#define UNORDERED "version = ?2, sum = ?3, received_at = ?7, state = ?8, stage = ?9, lifecycle = ?10, marks = ?11, beat = ?15, unit = ?16, " \
                  "owner = ?17, watches = ?18"
#define ORDERED "answered = ?4, due_at = ?5, risk = ?6, force = ?12, bcu = ?14"

enum statement {
    BEGIN, COMMIT, ROLLBACK,
    FIND, OLD_BYTES, ADD, ADD_BYTES, CHANGE, MOVE, RENAME, CHANGE_BYTES, DELETE, DELETE_BYTES,
    FIND_FEED, PUT_FEED, DELETE_FEED,
    FIND_TALLY, PUT_TALLY, DELETE_TALLY,
    FIND_DIGEST, PUT_DIGEST, DELETE_DIGEST,
    PUT_PLACE, PUT_META, PUT_CLUSTER,
    STATEMENT_COUNT
};
/* MOVE also writes what the row is ordered by, and with it the indexes; RENAME the incident too, which stays what it is unless somebody else
 * publishes: CHANGE is for the many documents that stay where they are. */
static const char *const statements_sql[STATEMENT_COUNT] = {
    [BEGIN] = "BEGIN IMMEDIATE", [COMMIT] = "COMMIT", [ROLLBACK] = "ROLLBACK",
    [FIND] = "SELECT n, version, sum, answered, due_at, risk, force, incident, bcu FROM alert WHERE alert = ?1",
    [OLD_BYTES] = "SELECT bytes FROM document WHERE n = ?1",
    [ADD] = "INSERT INTO alert (alert, version, sum, answered, due_at, risk, received_at, state, stage, lifecycle, marks, force, incident, bcu, "
            "beat, unit, owner, watches) VALUES (" PARAMETERS ")",
    [ADD_BYTES] = "INSERT INTO document (n, bytes) VALUES (?1, ?2)",
    [CHANGE] = "UPDATE alert SET " UNORDERED " WHERE n = ?19",
    [MOVE] = "UPDATE alert SET " UNORDERED ", " ORDERED " WHERE n = ?19",
    [RENAME] = "UPDATE alert SET " UNORDERED ", " ORDERED ", incident = ?13 WHERE n = ?19",
    [CHANGE_BYTES] = "UPDATE document SET bytes = ?2 WHERE n = ?1",
    [DELETE] = "DELETE FROM alert WHERE n = ?1",
    [DELETE_BYTES] = "DELETE FROM document WHERE n = ?1",
    [FIND_FEED] = "SELECT version, sum, bytes FROM feed WHERE force = ?1 AND feed = ?2",
    [PUT_FEED] = "INSERT OR REPLACE INTO feed (force, feed, version, sum, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
    [DELETE_FEED] = "DELETE FROM feed WHERE force = ?1 AND feed = ?2",
    [FIND_TALLY] = "SELECT version, sum, bytes FROM tally WHERE force = ?1 AND day = ?2 AND area = ?3",
    [PUT_TALLY] = "INSERT OR REPLACE INTO tally (force, day, area, version, sum, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [DELETE_TALLY] = "DELETE FROM tally WHERE force = ?1 AND day = ?2 AND area = ?3",
    [FIND_DIGEST] = "SELECT version, sum, bytes FROM digest WHERE force = ?1 AND stage = ?2 AND area = ?3",
    [PUT_DIGEST] = "INSERT OR REPLACE INTO digest (force, stage, area, version, sum, bytes, until) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    [DELETE_DIGEST] = "DELETE FROM digest WHERE force = ?1 AND stage = ?2 AND area = ?3",
    [PUT_PLACE] = "INSERT OR REPLACE INTO place (partition, next, sum) VALUES (?1, ?2, ?3)",
    [PUT_META] = "UPDATE meta SET changes = changes + ?1, newest_at = ?2",
    [PUT_CLUSTER] = "UPDATE meta SET cluster = ?1",
};

struct place { int64_t next, committed; };

struct cdi_view {
    char *path, *topic;
    int lock;
    int32_t partitions;
    struct place *places;
    struct cdi_json *json;
    sqlite3 *db;                                /* NULL: not begun */
    sqlite3_stmt *statements[STATEMENT_COUNT];
    dev_t device;
    ino_t inode;
    uint64_t id;
    struct cdi_instant newest, newest_committed;
    bool open, changed;                         /* a transaction is; it changed what readers see */
    struct cdi_view_batch batch;                /* what it has not written yet */
};

/* ---- statements ---- */

/* Runs one that gives no rows. */
static bool run(struct cdi_view *view, enum statement which, struct cdi_error *err)
{
    sqlite3_stmt *statement = view->statements[which];
    bool good = sqlite3_step(statement) == SQLITE_DONE;
    if (!good)
        cdi_view_fail(err, view->db, view->path, "write it");
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return good;
}

/* The first row of one that looks for it; false: there is none, or *good says that it failed.  To be reset by the caller. */
static bool look(struct cdi_view *view, enum statement which, bool *good, struct cdi_error *err)
{
    int code = sqlite3_step(view->statements[which]);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        *good = cdi_view_fail(err, view->db, view->path, "read it");
    return code == SQLITE_ROW;
}

static void reset(struct cdi_view *view, enum statement which)
{
    sqlite3_reset(view->statements[which]);
    sqlite3_clear_bindings(view->statements[which]);
}

static void bind_bytes(struct cdi_view *view, enum statement which, int at, struct cdi_text bytes)
{
    sqlite3_bind_blob64(view->statements[which], at, bytes.at, bytes.size, SQLITE_STATIC);
}

/* ---- opening and closing the file ---- */

static void disconnect(struct cdi_view *view)
{
    for (int i = 0; i < STATEMENT_COUNT; i++) {
        sqlite3_finalize(view->statements[i]);
        view->statements[i] = NULL;
    }
    sqlite3_close(view->db);
    view->db = NULL;
    view->open = false;
    cdi_view_batch_clear(&view->batch);
}

/* A reader that closes after us cannot copy the WAL back, and a copy of the file alone would say that there is nothing. */
static void copy_back(struct cdi_view *view)
{
    if (view->db == NULL)
        return;
    if (view->open)
        sqlite3_exec(view->db, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_wal_checkpoint_v2(view->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

/* After each commit.  Copying back never waits; cutting waits for readers that still read from the WAL, which are quick. */
static int on_wal(void *context, sqlite3 *db, const char *name, int pages)
{
    (void)context;
    if (pages >= WAL_COPIED_PAGES)
        sqlite3_wal_checkpoint_v2(db, name, pages >= WAL_CUT_PAGES ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return SQLITE_OK;
}

static bool connect(struct cdi_view *view, struct cdi_error *err)
{
    struct stat status;
    view->db = cdi_view_connect(view->path, SQLITE_OPEN_READWRITE, err);
    if (view->db == NULL)
        return false;
    if (stat(view->path, &status) != 0)
        return cdi_view_fail(err, view->db, view->path, "find it");
    view->device = status.st_dev;
    view->inode = status.st_ino;
    sqlite3_wal_hook(view->db, on_wal, view);
    return cdi_view_do(view->db, view->path, "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY", err);
}

/* Without a WAL, readers and the writer would wait for each other. */
static bool use_wal(struct cdi_view *view, struct cdi_error *err)
{
    sqlite3_stmt *statement = cdi_view_prepare(view->db, view->path, "PRAGMA journal_mode = WAL", err);
    bool stepped = statement != NULL && sqlite3_step(statement) == SQLITE_ROW;
    bool good = stepped && cdi_text_is(cdi_view_text(statement, 0), "wal");
    if (!stepped)
        cdi_view_fail(err, view->db, view->path, "use it");
    else if (!good)
        cdi_fail(err, CDI_ERROR_SYSTEM, "the view %s: its file system has no shared memory for SQLite's WAL; name a file on a local disk "
                 "in view.file", view->path);
    sqlite3_finalize(statement);
    return good;
}

static bool prepare_all(struct cdi_view *view, struct cdi_error *err)
{
    for (int i = 0; i < STATEMENT_COUNT; i++)
        if ((view->statements[i] = cdi_view_prepare(view->db, view->path, statements_sql[i], err)) == NULL)
            return false;
    return true;
}

/* What the topic is named, so that a view is not filled from two of them. */
static bool read_meta(struct cdi_view *view, struct cdi_error *err)
{
    sqlite3_stmt *statement = cdi_view_prepare(view->db, view->path, "SELECT view, newest_at, topic FROM meta", err);
    bool good = statement != NULL && sqlite3_step(statement) == SQLITE_ROW;
    if (good) {
        view->id = (uint64_t)sqlite3_column_int64(statement, 0);
        view->newest = view->newest_committed = (struct cdi_instant){ sqlite3_column_int64(statement, 1) };
        good = cdi_text_is(cdi_view_text(statement, 2), view->topic) ||
               cdi_fail(err, CDI_ERROR_CORRUPT, "the view %s: it is of another topic than %s", view->path, view->topic);
    } else
        cdi_fail(err, CDI_ERROR_CORRUPT, "the view %s: it does not say what it is", view->path);
    sqlite3_finalize(statement);
    return good;
}

static bool read_places(struct cdi_view *view, struct cdi_error *err)
{
    sqlite3_stmt *statement = cdi_view_prepare(view->db, view->path, "SELECT partition, next FROM place", err);
    int code = SQLITE_ERROR;
    for (int32_t i = 0; i < view->partitions; i++)
        view->places[i] = (struct place){ CDI_VIEW_FROM_BEGINNING, CDI_VIEW_FROM_BEGINNING };
    while (statement != NULL && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        int64_t partition = sqlite3_column_int64(statement, 0), next = sqlite3_column_int64(statement, 1);
        if (partition >= 0 && partition < view->partitions)
            view->places[partition] = (struct place){ next, next };
    }
    sqlite3_finalize(statement);
    return code == SQLITE_DONE || cdi_view_fail(err, view->db, view->path, "read it");
}

static bool make(struct cdi_view *view, struct cdi_error *err)
{
    char name[CDI_VIEW_PATH_SIZE];
    uint64_t id;
    sqlite3 *db = cdi_view_file_make(view->path, name, err) ? cdi_view_connect(name, SQLITE_OPEN_READWRITE, err) : NULL;
    if (db == NULL)
        return false;
    sqlite3_randomness(sizeof id, &id);
    char *head = sqlite3_mprintf("PRAGMA application_id = %d; PRAGMA user_version = %d; INSERT INTO meta VALUES (1, %lld, 0, %lld, %Q, NULL)",
                                 CDI_VIEW_APPLICATION, CDI_VIEW_SCHEMA, (long long)id, (long long)CDI_INSTANT_NONE.ms, view->topic);
    bool good = cdi_view_do(db, name, "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; BEGIN IMMEDIATE", err) &&
        cdi_view_do(db, name, cdi_view_schema, err) &&
        cdi_view_do(db, name, head, err) && cdi_view_do(db, name, "COMMIT", err);
    sqlite3_free(head);
    sqlite3_close(db);
    return good && cdi_view_file_place(view->path, err);
}

static bool settle_in(struct cdi_view *view, struct cdi_error *err)
{
    return read_meta(view, err) && read_places(view, err) && prepare_all(view, err);
}

bool cdi_view_begin(struct cdi_view *view, bool *made, struct cdi_error *err)
{
    struct stat status;
    disconnect(view);
    *made = stat(view->path, &status) != 0 || status.st_size == 0;
    bool good = (!*made || make(view, err)) && connect(view, err) && cdi_view_is_ours(view->db, view->path, err) && use_wal(view, err) &&
        (*made || cdi_view_check(view->db, view->path, view->json, err)) && settle_in(view, err);
    if (!good)
        disconnect(view);
    return good;
}

bool cdi_view_rebuild(struct cdi_view *view, struct cdi_error *err)
{
    bool made;
    disconnect(view);
    return cdi_view_file_remove(view->path, err) && cdi_view_begin(view, &made, err);
}

/* ---- life ---- */

struct cdi_view *cdi_view_open(const char *path, const char *topic, int32_t partitions, struct cdi_error *err)
{
    struct cdi_view *view = calloc(1, sizeof *view);
    if (view == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory for the view");
        return NULL;
    }
    *view = (struct cdi_view){ .path = strdup(path), .topic = strdup(topic), .lock = -1, .partitions = partitions,
                               .places = calloc((size_t)partitions + 1, sizeof *view->places),
                               .json = cdi_json_create(CDI_JSON_READER_SIMDJSON, err) };
    if (view->path == NULL || view->topic == NULL || view->places == NULL || view->json == NULL)
        cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory for the view");
    else if ((view->lock = cdi_view_file_lock(path, err)) >= 0)
        return view;
    cdi_view_close(view);
    return NULL;
}

void cdi_view_close(struct cdi_view *view)
{
    if (view == NULL)
        return;
    copy_back(view);
    disconnect(view);
    if (view->lock >= 0)
        close(view->lock);
    cdi_json_destroy(view->json);
    free(view->places);
    free(view->topic);
    free(view->path);
    free(view);
}

int64_t cdi_view_next(const struct cdi_view *view, int32_t partition)
{
    CDI_ASSERT(partition >= 0 && partition < view->partitions);
    return view->places[partition].next;
}

struct cdi_instant cdi_view_newest(const struct cdi_view *view)
{
    return view->newest;
}

bool cdi_view_there(struct cdi_view *view, struct cdi_error *err)
{
    struct stat status;
    return (stat(view->path, &status) == 0 && status.st_dev == view->device && status.st_ino == view->inode) ||
           cdi_fail(err, CDI_ERROR_CORRUPT, "the view %s was deleted, or replaced by another file", view->path);
}

/* ---- transactions ---- */

static void undo(struct cdi_view *view)
{
    if (view->db != NULL && !sqlite3_get_autocommit(view->db))
        run(view, ROLLBACK, NULL);
    for (int32_t i = 0; i < view->partitions; i++)
        view->places[i].next = view->places[i].committed;
    view->newest = view->newest_committed;
    view->open = view->changed = false;
    cdi_view_batch_clear(&view->batch);
}

static bool begin(struct cdi_view *view, struct cdi_error *err)
{
    if (!view->open)
        view->open = run(view, BEGIN, err);
    return view->open;
}

static bool write_places(struct cdi_view *view, struct cdi_error *err)
{
    sqlite3_stmt *statement = view->statements[PUT_PLACE];
    for (int32_t i = 0; i < view->partitions; i++) {
        if (view->places[i].next == view->places[i].committed)
            continue;
        sqlite3_bind_int(statement, 1, i);
        sqlite3_bind_int64(statement, 2, view->places[i].next);
        sqlite3_bind_int64(statement, 3, (int64_t)cdi_view_place_sum(view->id, i, view->places[i].next));
        if (!run(view, PUT_PLACE, err))
            return false;
    }
    sqlite3_bind_int(view->statements[PUT_META], 1, view->changed);
    sqlite3_bind_int64(view->statements[PUT_META], 2, view->newest.ms);
    return run(view, PUT_META, err);
}

static bool write_row(void *context, const struct cdi_view_row *row, struct cdi_error *err);

static bool write_batch(struct cdi_view *view, struct cdi_error *err) { return cdi_view_batch_write(&view->batch, write_row, view, err); }

bool cdi_view_commit(struct cdi_view *view, struct cdi_error *err)
{
    if (!view->open)
        return true;
    if (!cdi_view_there(view, err) || !write_batch(view, err) || !write_places(view, err) || !run(view, COMMIT, err)) {
        undo(view);
        return false;
    }
    for (int32_t i = 0; i < view->partitions; i++)
        view->places[i].committed = view->places[i].next;
    view->newest_committed = view->newest;
    view->open = view->changed = false;
    return true;
}

bool cdi_view_belongs(struct cdi_view *view, struct cdi_text cluster, struct cdi_error *err)
{
    sqlite3_stmt *statement = cdi_view_prepare(view->db, view->path, "SELECT cluster FROM meta", err);
    bool good = statement != NULL && sqlite3_step(statement) == SQLITE_ROW;
    struct cdi_text known = good ? cdi_view_text(statement, 0) : CDI_TEXT_NONE;
    bool said = cdi_text_said(known);
    if (!good)
        cdi_view_fail(err, view->db, view->path, "read it");
    else if (said && !cdi_text_same(known, cluster))
        good = cdi_fail(err, CDI_ERROR_CORRUPT, "the view %s: it is of another cluster", view->path);
    sqlite3_finalize(statement);
    if (!good || said)
        return good;
    cdi_view_bind_text(view->statements[PUT_CLUSTER], 1, cluster);
    return run(view, PUT_CLUSTER, err);
}

/* ---- alerts ---- */

static void bind_row(sqlite3_stmt *statement, const struct cdi_view_row *row)
{
    const int64_t numbers[] = { row->version, (int64_t)row->sum, row->answered, row->due_at.ms, row->risk, row->received_at.ms, row->state,
                                row->stage, row->lifecycle, row->marks };
    const struct cdi_text texts[] = { row->force, row->incident, row->bcu, row->beat, row->unit, row->owner,
                                      row->watches };
    int at = 1;
    cdi_view_bind_text(statement, at++, row->name);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sqlite3_bind_int64(statement, at++, numbers[i]);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        cdi_view_bind_text(statement, at++, texts[i]);
}

/* What stands there of the alert. */
struct found { bool there, moves, renamed; int64_t n, version; uint64_t sum; };

static bool find(struct cdi_view *view, const struct cdi_view_row *row, struct found *found, struct cdi_error *err)
{
    sqlite3_stmt *statement = view->statements[FIND];
    bool good = true;
    cdi_view_bind_text(statement, 1, row->name);
    found->there = look(view, FIND, &good, err);
    if (found->there) {
        found->n = sqlite3_column_int64(statement, 0);
        found->version = sqlite3_column_int64(statement, 1);
        found->sum = (uint64_t)sqlite3_column_int64(statement, 2);
        found->moves = (sqlite3_column_int(statement, 3) != 0) != row->answered || sqlite3_column_int64(statement, 4) != row->due_at.ms ||
            sqlite3_column_int64(statement, 5) != row->risk || !cdi_text_same(cdi_view_text(statement, 6), row->force) ||
            !cdi_text_same(cdi_view_text(statement, 8), row->bcu);
        found->renamed = !cdi_text_same(cdi_view_text(statement, 7), row->incident);
    }
    reset(view, FIND);
    return good;
}

static bool wins(struct cdi_view *view, const struct cdi_view_row *row, const struct found *found, bool *good, struct cdi_error *err)
{
    if (!found->there || row->version != found->version)
        return !found->there || row->version > found->version;
    if (row->sum == found->sum)
        return false;
    sqlite3_bind_int64(view->statements[OLD_BYTES], 1, found->n);
    bool greater = look(view, OLD_BYTES, good, err) && cdi_view_row_wins(row, found->version, cdi_view_text(view->statements[OLD_BYTES], 0));
    reset(view, OLD_BYTES);
    return greater;
}

static bool put_bytes(struct cdi_view *view, enum statement which, int64_t n, struct cdi_text bytes, struct cdi_error *err)
{
    sqlite3_bind_int64(view->statements[which], 1, n);
    bind_bytes(view, which, 2, bytes);
    return run(view, which, err);
}

static bool put_alert(struct cdi_view *view, const struct cdi_view_row *row, struct cdi_error *err)
{
    struct found found;
    bool good = find(view, row, &found, err);
    if (!good || !wins(view, row, &found, &good, err))
        return good;
    view->changed = true;
    enum statement which = !found.there ? ADD : found.renamed ? RENAME : found.moves ? MOVE : CHANGE;
    bind_row(view->statements[which], row);
    if (!found.there)
        return run(view, ADD, err) && put_bytes(view, ADD_BYTES, sqlite3_last_insert_rowid(view->db), row->document, err);
    sqlite3_bind_int64(view->statements[which], 19, found.n);
    return run(view, which, err) && put_bytes(view, CHANGE_BYTES, found.n, row->document, err);
}

static bool delete_alert(struct cdi_view *view, const struct cdi_view_row *row, struct cdi_error *err)
{
    struct found found;
    bool good = find(view, row, &found, err);
    if (!good || !found.there)
        return good;
    view->changed = true;
    sqlite3_bind_int64(view->statements[DELETE], 1, found.n);
    sqlite3_bind_int64(view->statements[DELETE_BYTES], 1, found.n);
    return run(view, DELETE, err) && run(view, DELETE_BYTES, err);
}

/* ---- feeds, tallies and digests ---- */

/* Those are named by a few columns, and nothing else is asked of them. */
static const struct shelf { enum statement find, put, delete; } shelves[] = {
    [CDI_VIEW_FEED] = { FIND_FEED, PUT_FEED, DELETE_FEED },
    [CDI_VIEW_TALLY] = { FIND_TALLY, PUT_TALLY, DELETE_TALLY },
    [CDI_VIEW_DIGEST] = { FIND_DIGEST, PUT_DIGEST, DELETE_DIGEST },
};

/* How many columns name it. */
static int bind_name(sqlite3_stmt *statement, const struct cdi_view_row *row)
{
    cdi_view_bind_text(statement, 1, row->force);
    if (row->kind == CDI_VIEW_FEED) {
        cdi_view_bind_text(statement, 2, row->name);
        return 2;
    }
    if (row->kind == CDI_VIEW_DIGEST)
        cdi_view_bind_text(statement, 2, row->name);
    else
        sqlite3_bind_int64(statement, 2, row->day);
    cdi_view_bind_text(statement, 3, cdi_text_said(row->bcu) ? row->bcu : CDI_TEXT(""));
    return 3;
}

static bool put_on(struct cdi_view *view, const struct shelf *shelf, const struct cdi_view_row *row, struct cdi_error *err)
{
    sqlite3_stmt *looked = view->statements[shelf->find], *put = view->statements[shelf->put];
    bool good = true;
    bind_name(looked, row);
    bool there = look(view, shelf->find, &good, err);
    int64_t version = there ? sqlite3_column_int64(looked, 0) : 0;
    bool newer = !there || cdi_view_row_wins(row, version, cdi_view_text(looked, 2));
    reset(view, shelf->find);
    if (!good || !newer)
        return good;
    view->changed = true;
    int at = bind_name(put, row);
    sqlite3_bind_int64(put, at + 1, row->version);
    sqlite3_bind_int64(put, at + 2, (int64_t)row->sum);
    bind_bytes(view, shelf->put, at + 3, row->document);
    if (row->kind == CDI_VIEW_DIGEST)
        sqlite3_bind_int64(put, at + 4, row->until.ms);
    return run(view, shelf->put, err);
}

static bool delete_from(struct cdi_view *view, const struct shelf *shelf, const struct cdi_view_row *row, struct cdi_error *err)
{
    bind_name(view->statements[shelf->delete], row);
    bool good = run(view, shelf->delete, err);
    view->changed = view->changed || (good && sqlite3_changes(view->db) > 0);
    return good;
}

/* ---- a message ---- */

static bool write_row(void *context, const struct cdi_view_row *row, struct cdi_error *err)
{
    struct cdi_view *view = context;
    if (row->kind == CDI_VIEW_ALERT)
        return row->gone ? delete_alert(view, row, err) : put_alert(view, row, err);
    const struct shelf *shelf = &shelves[row->kind];
    return row->gone ? delete_from(view, shelf, row, err) : put_on(view, shelf, row, err);
}

enum cdi_view_taken cdi_view_apply(struct cdi_view *view, const struct cdi_message *message, struct cdi_error *err)
{
    char watches[CDI_VIEW_WATCHES_SIZE];
    struct cdi_view_row row;
    struct cdi_error problem = { .code = CDI_ERROR_NONE };
    CDI_ASSERT(message->partition >= 0 && message->partition < view->partitions);
    bool good = cdi_view_row_read(view->json, message->key, message->value, watches, &row, err);
    enum cdi_view_taken taken = !good ? CDI_VIEW_MALFORMED : row.kind == CDI_VIEW_UNKNOWN ? CDI_VIEW_SKIPPED : CDI_VIEW_TAKEN;
    if (!begin(view, &problem) || (cdi_view_batch_full(&view->batch) && !write_batch(view, &problem))) {
        undo(view);
        cdi_error_clear(err);
        if (err != NULL)
            *err = problem;
        return CDI_VIEW_FAILED;
    }
    view->places[message->partition].next = message->offset + 1;
    if (taken == CDI_VIEW_TAKEN) {
        cdi_view_batch_take(&view->batch, message->key, &row);
        view->newest = cdi_instant_later(view->newest, message->broker_time);
    }
    return taken;
}
