#include "edge/view_query.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "edge/clock.h"
#include "edge/view_inside.h"
#include "edge/view_row.h"

enum { STATEMENTS_KEPT = 16, ALERT_DIGITS = 32, DIGITS_LEAST = 4 };
enum { STEPS_BETWEEN = 1000 };                  /* of SQLite's machine, from one look at the clock to the next: well under a millisecond */

/* From one value to the next greater: a step in the index for each value, however many reports have it.  Where no index begins with the column all
 * reports are looked at. */
#define EACH_BY_INDEX(column) "WITH RECURSIVE v(x) AS (SELECT min(" column ") FROM alert WHERE " column " IS NOT NULL UNION ALL SELECT (SELECT " \
    "min(" column ") FROM alert WHERE " column " > v.x) FROM v WHERE v.x IS NOT NULL) SELECT x FROM v WHERE x IS NOT NULL LIMIT ?1"
#define EACH(column) "SELECT DISTINCT " column " FROM alert WHERE " column " IS NOT NULL ORDER BY 1 LIMIT ?1"

enum fixed { STAMP, FIND, DOCUMENT, FEEDS, TALLIES, DIGESTS, VALUES, FIXED_COUNT = VALUES + CDI_VIEW_COLUMN_COUNT };
static const char *const fixed_sql[FIXED_COUNT] = {
    [STAMP] = "SELECT view, changes FROM meta",
    [FIND] = "SELECT n FROM (SELECT n, answered, due_at, risk, alert FROM alert WHERE incident = ?1 UNION "
             "SELECT n, answered, due_at, risk, alert FROM alert WHERE alert >= ?2 AND alert < ?3) ORDER BY answered, due_at, risk, alert",
    [DOCUMENT] = "SELECT d.bytes, a.sum FROM alert a CROSS JOIN document d ON d.n = a.n WHERE a.n = ?1",
    [FEEDS] = "SELECT bytes, sum FROM feed ORDER BY force, feed",
    [TALLIES] = "SELECT bytes, sum, day, force, area FROM tally WHERE (day, force, area) > (?1, ?2, ?3) AND day >= ?4 AND day <= ?5 "
                "AND (?6 IS NULL OR force = ?6) AND (?7 IS NULL OR area = ?7) ORDER BY day, force, area LIMIT ?8",
    [DIGESTS] = "SELECT bytes, sum, until, force, stage, area FROM digest WHERE until <= ?1 AND (until < ?1 OR (force, stage, area) > (?2, ?3, ?4)) "
                "AND until >= ?5 AND (?6 IS NULL OR force = ?6) AND (?7 IS NULL OR stage = ?7) AND (?8 IS NULL OR area = ?8) "
                "ORDER BY until DESC, force, stage, area LIMIT ?9",
    [VALUES + CDI_VIEW_COLUMN_FORCE] = EACH_BY_INDEX("force"), [VALUES + CDI_VIEW_COLUMN_BCU] = EACH_BY_INDEX("bcu"),
    [VALUES + CDI_VIEW_COLUMN_BEAT] = EACH("beat"), [VALUES + CDI_VIEW_COLUMN_OWNER] = EACH("owner"),
};

/* A list or a count with these conditions. */
struct kept { uint32_t conditions; bool count; sqlite3_stmt *statement; };

struct cdi_view_reader {
    char *path;
    sqlite3 *db;
    dev_t device;                               /* which file it was when it was opened */
    ino_t inode;
    sqlite3_stmt *fixed[FIXED_COUNT];
    struct kept kept[STATEMENTS_KEPT];
    size_t replaced;
    struct cdi_span until;                      /* elapsed */
};

const char *cdi_view_sort_word(enum cdi_view_sort sort)
{
    static const char *const words[CDI_VIEW_SORT_COUNT] = {
#define X(upper, word) #word,
        CDI_VIEW_SORT_LIST(X)
#undef X
    };
    return words[sort];
}

/* ---- life ---- */

static bool is_there(const struct cdi_view_reader *reader, struct cdi_error *err)
{
    struct stat status;
    return (stat(reader->path, &status) == 0 && status.st_dev == reader->device && status.st_ino == reader->inode) ||
           cdi_fail(err, CDI_ERROR_SYSTEM, "the view %s is gone, or another one stands in its place: open it again", reader->path);
}

static bool prepare_all(struct cdi_view_reader *reader, struct cdi_error *err)
{
    for (int i = 0; i < FIXED_COUNT; i++)
        if ((reader->fixed[i] = cdi_view_prepare(reader->db, reader->path, fixed_sql[i], err)) == NULL)
            return false;
    return true;
}

struct cdi_view_reader *cdi_view_reader_open(const char *path, struct cdi_error *err)
{
    struct cdi_view_stamp stamp;
    struct stat status;
    struct cdi_view_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL || (reader->path = strdup(path)) == NULL) {
        free(reader);
        cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory to read the view");
        return NULL;
    }
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode)) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "there is no view at %s yet: cdiwatch run makes it, where view.file names it", path);
    } else {
        reader->device = status.st_dev;
        reader->inode = status.st_ino;
        reader->db = cdi_view_connect(path, SQLITE_OPEN_READONLY, err);
        if (reader->db != NULL && cdi_view_is_ours(reader->db, path, err) && prepare_all(reader, err) &&
            cdi_view_stamp(reader, &stamp, err))
            return reader;
    }
    cdi_view_reader_close(reader);
    return NULL;
}

void cdi_view_reader_close(struct cdi_view_reader *reader)
{
    if (reader == NULL)
        return;
    for (int i = 0; i < FIXED_COUNT; i++)
        sqlite3_finalize(reader->fixed[i]);
    for (int i = 0; i < STATEMENTS_KEPT; i++)
        sqlite3_finalize(reader->kept[i].statement);
    sqlite3_close(reader->db);
    free(reader->path);
    free(reader);
}

/* ---- not for ever ---- */

static int is_late(void *context)
{
    const struct cdi_view_reader *reader = context;
    return cdi_clock_elapsed().ms > reader->until.ms;
}

void cdi_view_reader_until(struct cdi_view_reader *reader, struct cdi_span until)
{
    reader->until = until;
    sqlite3_progress_handler(reader->db, STEPS_BETWEEN, is_late, reader);
}

/* ---- what all queries do ---- */

/* A statement that is not reset holds what it has read, and the writer cannot tidy up behind it. */
static void done(sqlite3_stmt *statement)
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
}

/* False: there is no further row; *good says whether that is because of a failure. */
static bool step(struct cdi_view_reader *reader, sqlite3_stmt *statement, bool *good, struct cdi_error *err)
{
    int code = sqlite3_step(statement);
    if (code == SQLITE_INTERRUPT)
        *good = cdi_fail(err, CDI_ERROR_SYSTEM, "this takes too long among so many reports: ask for fewer of them (without an answer, of a "
                         "force, of an area)");
    else if (code != SQLITE_ROW && code != SQLITE_DONE)
        *good = cdi_view_fail(err, reader->db, reader->path, "read it");
    return code == SQLITE_ROW;
}

/* Whether the bytes are those that were written: the first two columns are the document and its sum. */
static bool document_of(struct cdi_view_reader *reader, sqlite3_stmt *statement, struct cdi_text *document, struct cdi_error *err)
{
    *document = cdi_view_text(statement, 0);
    return cdi_view_sum(*document) == (uint64_t)sqlite3_column_int64(statement, 1) ||
           cdi_fail(err, CDI_ERROR_CORRUPT, "the view %s: a document is not what was written; restart the daemon, which rebuilds it",
                    reader->path);
}

/* ---- the stamp ---- */

bool cdi_view_stamp(struct cdi_view_reader *reader, struct cdi_view_stamp *stamp, struct cdi_error *err)
{
    sqlite3_stmt *statement = reader->fixed[STAMP];
    bool good = is_there(reader, err), found = good && step(reader, statement, &good, err);
    if (found)
        *stamp = (struct cdi_view_stamp){ (uint64_t)sqlite3_column_int64(statement, 0), (uint64_t)sqlite3_column_int64(statement, 1) };
    done(statement);
    return good && (found || cdi_fail(err, CDI_ERROR_CORRUPT, "the view %s: it does not say what it is", reader->path));
}

/* ---- the cursor ---- */

struct place { int64_t answered, due_at, risk; struct cdi_text alert; };

/* Of each order: its first letter, so that none is taken for another's. */
static const char sort_letters[CDI_VIEW_SORT_COUNT] = { [CDI_VIEW_SORT_DEADLINE] = '1', [CDI_VIEW_SORT_RISK] = '2' };

/* The letter, answered, due_at and risk in hex, the alert. */
static void write_cursor(sqlite3_stmt *statement, enum cdi_view_sort sort, char out[CDI_VIEW_CURSOR_SIZE])
{
    struct cdi_text alert = cdi_view_text(statement, 5);
    (void)snprintf(out, CDI_VIEW_CURSOR_SIZE, "%c%d%016" PRIx64 "%02x%.*s", sort_letters[sort],
                   sqlite3_column_int(statement, 2) != 0, (uint64_t)sqlite3_column_int64(statement, 3),
                   (unsigned)sqlite3_column_int(statement, 4) & 0xFF, CDI_TEXT_ARGS(alert));
}

static bool read_hex(const char *at, int digits, uint64_t *out)
{
    *out = 0;
    for (int i = 0; i < digits; i++) {
        const char *digit = at[i] == '\0' ? NULL : strchr("0123456789abcdef", at[i]);
        if (digit == NULL)
            return false;
        *out = *out << 4 | (uint64_t)(digit - "0123456789abcdef");
    }
    return true;
}

static bool read_cursor(const char *text, enum cdi_view_sort sort, struct place *place, struct cdi_error *err)
{
    uint64_t due_at, risk, half;
    bool good = strlen(text) == 2 + 16 + 2 + ALERT_DIGITS && text[0] == sort_letters[sort] && (text[1] == '0' || text[1] == '1') &&
        read_hex(text + 2, 16, &due_at) && read_hex(text + 18, 2, &risk) && read_hex(text + 20, 16, &half) && read_hex(text + 36, 16, &half);
    if (!good)
        return cdi_fail(err, CDI_ERROR_BAD_VALUE, "this is no cursor of such a list: use `next` of the answer before, as it is, with the same "
                        "`sort`, or begin without one");
    *place = (struct place){ text[1] == '1', (int64_t)due_at, (int64_t)risk, { text + 20, ALERT_DIGITS } };
    return true;
}

/* ---- lists and counts ---- */

static sqlite3_stmt *statement_for(struct cdi_view_reader *reader, uint32_t conditions, bool count, struct cdi_error *err)
{
    char sql[CDI_VIEW_SQL_SIZE];
    for (int i = 0; i < STATEMENTS_KEPT; i++)
        if (reader->kept[i].statement != NULL && reader->kept[i].conditions == conditions && reader->kept[i].count == count)
            return reader->kept[i].statement;
    struct kept *kept = &reader->kept[reader->replaced++ % STATEMENTS_KEPT];
    sqlite3_finalize(kept->statement);
    cdi_view_sql(conditions, count, sql);
    *kept = (struct kept){ conditions, count, cdi_view_prepare(reader->db, reader->path, sql, err) };
    return kept->statement;
}

/* What a condition that is not there would need is bound to nothing. */
static void bind_filter(sqlite3_stmt *statement, const struct cdi_view_filter *filter)
{
    const struct cdi_text texts[] = { filter->force, filter->bcu, filter->beat, filter->unit, filter->owner, filter->incident };
    const int64_t numbers[] = { filter->states, filter->stages, filter->risks, filter->lifecycles, filter->marks, filter->due_from.ms,
                                filter->due_before.ms, filter->received_from.ms, filter->received_before.ms };
    int at = 1;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        cdi_view_bind_text(statement, at++, texts[i]);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        sqlite3_bind_int64(statement, at++, numbers[i]);
    cdi_view_bind_text(statement, 22, filter->watch);
}

static void bind_place(sqlite3_stmt *statement, const struct place *place)
{
    sqlite3_bind_int64(statement, 17, place->answered);
    sqlite3_bind_int64(statement, 18, place->due_at);
    sqlite3_bind_int64(statement, 19, place->risk);
    cdi_view_bind_text(statement, 20, place->alert);
}

/* One more is asked for than is given: whether there is more. */
static bool give(struct cdi_view_reader *reader, sqlite3_stmt *statement, enum cdi_view_sort sort, size_t limit, cdi_view_take take,
                 void *context, char next[CDI_VIEW_CURSOR_SIZE], struct cdi_error *err)
{
    bool good = true, goes_on = true;
    char last[CDI_VIEW_CURSOR_SIZE] = "";
    struct cdi_text document;
    for (size_t given = 0; good && step(reader, statement, &good, err); given++) {
        if (given == limit || !goes_on) {
            memcpy(next, last, sizeof last);
            break;
        }
        good = document_of(reader, statement, &document, err);
        goes_on = good && take(context, document);
        write_cursor(statement, sort, last);
    }
    return good;
}

bool cdi_view_list(struct cdi_view_reader *reader, const struct cdi_view_filter *filter, const char *after, size_t limit,
                   cdi_view_take take, void *context, char next[CDI_VIEW_CURSOR_SIZE], struct cdi_error *err)
{
    struct place place = { .answered = 0 };
    bool begins = after == NULL || *after == '\0';
    next[0] = '\0';
    if (limit == 0 || limit > CDI_VIEW_LIMIT_MOST)
        return cdi_fail(err, CDI_ERROR_BAD_VALUE, "the limit should be 1 to %d", CDI_VIEW_LIMIT_MOST);
    if (!begins && !read_cursor(after, filter->sort, &place, err))
        return false;
    if (filter->unanswered && place.answered != 0)
        return true;                            /* past all of them */
    sqlite3_stmt *statement = statement_for(reader, cdi_view_conditions(filter, !begins), false, err);
    if (statement == NULL)
        return false;
    bind_filter(statement, filter);
    if (!begins)
        bind_place(statement, &place);
    sqlite3_bind_int64(statement, 21, (sqlite3_int64)limit + 1);
    bool good = give(reader, statement, filter->sort, limit, take, context, next, err);
    done(statement);
    return good;
}

bool cdi_view_count(struct cdi_view_reader *reader, const struct cdi_view_filter *filter, uint64_t *count, struct cdi_error *err)
{
    struct cdi_view_filter counted = *filter;
    counted.sort = CDI_VIEW_SORT_DEADLINE;      /* the same statement for both */
    sqlite3_stmt *statement = statement_for(reader, cdi_view_conditions(&counted, false), true, err);
    if (statement == NULL)
        return false;
    bind_filter(statement, filter);
    bool good = true;
    *count = step(reader, statement, &good, err) ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;
    done(statement);
    return good;
}

/* ---- by name ---- */

/* The first and what is past the last alert that begin so; false: it is no such beginning. */
static bool read_beginning(struct cdi_text wanted, char first[ALERT_DIGITS], char past[ALERT_DIGITS])
{
    if (wanted.size < DIGITS_LEAST || wanted.size > ALERT_DIGITS)
        return false;
    for (size_t i = 0; i < wanted.size; i++) {
        char c = wanted.at[i] >= 'A' && wanted.at[i] <= 'F' ? (char)(wanted.at[i] + ('a' - 'A')) : wanted.at[i];
        if (memchr("0123456789abcdef", c, 16) == NULL)
            return false;
        first[i] = past[i] = c;
    }
    past[wanted.size - 1]++;                    /* no digit is the one before it: '9' and 'f' become what no digit is */
    return true;
}

static bool give_document(struct cdi_view_reader *reader, int64_t n, cdi_view_take take, void *context, bool *goes_on,
                          struct cdi_error *err)
{
    struct cdi_text document;
    sqlite3_stmt *statement = reader->fixed[DOCUMENT];
    bool good = true;
    sqlite3_bind_int64(statement, 1, n);
    if (step(reader, statement, &good, err) && (good = document_of(reader, statement, &document, err)))
        *goes_on = take(context, document);
    done(statement);
    return good;
}

bool cdi_view_find(struct cdi_view_reader *reader, struct cdi_text wanted, size_t limit, cdi_view_take take, void *context, size_t *found,
                   struct cdi_error *err)
{
    char first[ALERT_DIGITS], past[ALERT_DIGITS];
    sqlite3_stmt *statement = reader->fixed[FIND];
    bool good = true, goes_on = true, alert = read_beginning(wanted, first, past);
    cdi_view_bind_text(statement, 1, wanted);
    cdi_view_bind_text(statement, 2, alert ? (struct cdi_text){ first, wanted.size } : CDI_TEXT_NONE);
    cdi_view_bind_text(statement, 3, alert ? (struct cdi_text){ past, wanted.size } : CDI_TEXT_NONE);
    for (*found = 0; good && step(reader, statement, &good, err); (*found)++)
        if (*found < limit && goes_on)
            good = give_document(reader, sqlite3_column_int64(statement, 0), take, context, &goes_on, err);
    done(statement);
    return good;
}

/* ---- feeds, tallies, digests and values ---- */

bool cdi_view_feeds(struct cdi_view_reader *reader, cdi_view_take take, void *context, struct cdi_error *err)
{
    struct cdi_text document;
    sqlite3_stmt *statement = reader->fixed[FEEDS];
    bool good = true;
    while (good && step(reader, statement, &good, err)) {
        good = document_of(reader, statement, &document, err);
        if (good && !take(context, document))
            break;
    }
    done(statement);
    return good;
}

/* Those are named by a number and texts.  A cursor: 16 digits of the number and the bytes of the texts, a NUL between two, in hex. */
enum { NAMES_MOST = 3 };
struct named { int64_t number; struct cdi_text texts[NAMES_MOST]; char room[CDI_VIEW_DIGEST_CURSOR_SIZE / 2]; };

static char *put_hex(char *at, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        *at++ = "0123456789abcdef"[(unsigned char)bytes[i] >> 4];
        *at++ = "0123456789abcdef"[(unsigned char)bytes[i] & 15];
    }
    *at = '\0';
    return at;
}

/* Of the row; the columns from the third on are what names it.  What we wrote fits; of another's file no more is taken than fits. */
static void write_named_cursor(sqlite3_stmt *statement, size_t texts, char *out, size_t room)
{
    char *at = out + sprintf(out, "%016" PRIx64, (uint64_t)sqlite3_column_int64(statement, 2));
    for (size_t i = 0; i < texts; i++) {
        struct cdi_text text = cdi_view_text(statement, 3 + (int)i);
        size_t left = (room - 1 - (size_t)(at - out)) / 2;
        if (i > 0 && left > 0) {
            at = put_hex(at, "", 1);
            left--;
        }
        at = put_hex(at, text.at, text.size < left ? text.size : left);
    }
}

static bool read_named_cursor(const char *cursor, size_t texts, struct named *place)
{
    uint64_t number, byte;
    size_t size = strlen(cursor) / 2, found = 0;
    if (strlen(cursor) % 2 != 0 || size < 8 || size - 8 >= sizeof place->room || !read_hex(cursor, 16, &number))
        return false;
    place->number = (int64_t)number;
    for (size_t i = 0, begins = 0; i <= size - 8; i++) {        /* the last one ends with the cursor */
        if (i < size - 8 && !read_hex(cursor + 16 + 2 * i, 2, &byte))
            return false;
        place->room[i] = i < size - 8 ? (char)byte : '\0';
        if (place->room[i] != '\0')
            continue;
        if (found == texts)
            return false;
        place->texts[found++] = (struct cdi_text){ place->room + begins, i - begins };
        begins = i + 1;
    }
    return found == texts;
}

/* Where a list begins: after the cursor, or else at `first`. */
static bool begin_named(const char *after, int64_t first, size_t texts, size_t limit, struct named *place, struct cdi_error *err)
{
    *place = (struct named){ .number = first, .texts = { CDI_TEXT(""), CDI_TEXT(""), CDI_TEXT("") } };
    if (limit == 0 || limit > CDI_VIEW_LIMIT_MOST)
        return cdi_fail(err, CDI_ERROR_BAD_VALUE, "the limit should be 1 to %d", CDI_VIEW_LIMIT_MOST);
    return after == NULL || *after == '\0' || read_named_cursor(after, texts, place) ||
           cdi_fail(err, CDI_ERROR_BAD_VALUE, "this is no cursor: use `next` of the answer before, as it is, or begin without one");
}

static bool give_named(struct cdi_view_reader *reader, sqlite3_stmt *statement, size_t texts, size_t limit, cdi_view_take take, void *context,
                       char *next, size_t room, struct cdi_error *err)
{
    char last[CDI_VIEW_DIGEST_CURSOR_SIZE] = "";
    struct cdi_text document;
    bool good = true, goes_on = true;
    next[0] = '\0';
    for (size_t given = 0; good && step(reader, statement, &good, err); given++) {
        if (given == limit || !goes_on) {
            strcpy(next, last);
            break;
        }
        good = document_of(reader, statement, &document, err);
        goes_on = good && take(context, document);
        write_named_cursor(statement, texts, last, room);
    }
    done(statement);
    return good;
}

static struct cdi_text said_or_none(struct cdi_text text) { return text.size > 0 ? text : CDI_TEXT_NONE; }

bool cdi_view_tallies(struct cdi_view_reader *reader, const struct cdi_view_tally_filter *filter, const char *after, size_t limit,
                      cdi_view_take take, void *context, char next[CDI_VIEW_TALLY_CURSOR_SIZE], struct cdi_error *err)
{
    enum { TEXTS = 2 };
    struct named place;
    sqlite3_stmt *statement = reader->fixed[TALLIES];
    if (!begin_named(after, INT32_MIN, TEXTS, limit, &place, err))      /* no force is empty: before all */
        return false;
    sqlite3_bind_int64(statement, 1, place.number);
    for (int i = 0; i < TEXTS; i++)
        cdi_view_bind_text(statement, 2 + i, place.texts[i]);
    sqlite3_bind_int64(statement, 4, filter->from);
    sqlite3_bind_int64(statement, 5, filter->to);
    cdi_view_bind_text(statement, 6, said_or_none(filter->force));
    cdi_view_bind_text(statement, 7, said_or_none(filter->area));
    sqlite3_bind_int64(statement, 8, (sqlite3_int64)limit + 1);
    return give_named(reader, statement, TEXTS, limit, take, context, next, CDI_VIEW_TALLY_CURSOR_SIZE, err);
}

bool cdi_view_digests(struct cdi_view_reader *reader, const struct cdi_view_digest_filter *filter, const char *after, size_t limit,
                      cdi_view_take take, void *context, char next[CDI_VIEW_DIGEST_CURSOR_SIZE], struct cdi_error *err)
{
    enum { TEXTS = 3 };
    struct named place;
    sqlite3_stmt *statement = reader->fixed[DIGESTS];
    if (!begin_named(after, INT64_MAX, TEXTS, limit, &place, err))
        return false;
    sqlite3_bind_int64(statement, 1, place.number);
    for (int i = 0; i < TEXTS; i++)
        cdi_view_bind_text(statement, 2 + i, place.texts[i]);
    sqlite3_bind_int64(statement, 5, filter->since.ms == 0 ? INT64_MIN : filter->since.ms);
    cdi_view_bind_text(statement, 6, said_or_none(filter->force));
    cdi_view_bind_text(statement, 7, said_or_none(filter->stage));
    cdi_view_bind_text(statement, 8, said_or_none(filter->area));
    sqlite3_bind_int64(statement, 9, (sqlite3_int64)limit + 1);
    return give_named(reader, statement, TEXTS, limit, take, context, next, CDI_VIEW_DIGEST_CURSOR_SIZE, err);
}

bool cdi_view_values(struct cdi_view_reader *reader, enum cdi_view_column column, size_t limit, cdi_view_take take, void *context,
                     struct cdi_error *err)
{
    sqlite3_stmt *statement = reader->fixed[VALUES + column];
    bool good = true;
    sqlite3_bind_int64(statement, 1, limit < INT32_MAX ? (sqlite3_int64)limit : INT32_MAX);
    while (step(reader, statement, &good, err))
        if (!take(context, cdi_view_text(statement, 0)))
            break;
    done(statement);
    return good;
}
