#include "edge/exports.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/csv.h"
#include "edge/interrupt.h"
#include "edge/terminal.h"

enum { BLOCK_SIZE = 1024 * 1024, STRAY_SHARE = 10, LOOK_EVERY = 4096 };
#define STRAY_GAP CDI_DAYS(366)

/* Files of one feed with the same columns share a decoder; those of JSON lines have no columns. */
struct reader {
    enum cdi_feed feed;
    bool csv;
    char *columns;                              /* the header, packed like a row; owned */
    size_t columns_size;
    struct cdi_decoder *decoder;
};

/* One row: JSON lies in its file; CSV cells are packed in a block: their sizes, then their bytes. */
struct row {
    struct cdi_instant known_at;
    const char *at;
    uint64_t line;
    uint32_t file, size;                        /* bytes of JSON, or number of cells */
};

struct source_file { const char *path; enum cdi_feed feed; uint32_t reader; };

struct block { struct block *next; size_t used, room; char bytes[]; };

struct cdi_exports {
    struct cdi_file *files;
    struct source_file *about;
    size_t file_count;
    struct reader *readers;
    size_t reader_count;
    struct row *rows;
    size_t row_count, row_room;
    struct block *blocks;
};

/* What one pass over a file carries along. */
struct pass {
    struct cdi_exports *exports;
    const struct cdi_exports_parts *parts;
    uint32_t file;
    bool header_read;
    struct cdi_instant until;
    cdi_refused refused;
    void *context;
    struct cdi_exports_counts *counts;
    struct cdi_progress *progress;
    struct cdi_error *err;
};

static bool no_memory(struct cdi_error *err)
{
    return cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory for this many rows; split the exports by month");
}

struct cdi_exports *cdi_exports_create(struct cdi_error *err)
{
    struct cdi_exports *exports = calloc(1, sizeof *exports);
    if (exports == NULL)
        no_memory(err);
    return exports;
}

void cdi_exports_destroy(struct cdi_exports *exports)
{
    if (exports == NULL)
        return;
    for (size_t i = 0; i < exports->file_count; i++)
        cdi_file_release(&exports->files[i]);
    for (size_t i = 0; i < exports->reader_count; i++) {
        cdi_decoder_destroy(exports->readers[i].decoder);
        free(exports->readers[i].columns);
    }
    for (struct block *block = exports->blocks, *next; block != NULL; block = next) {
        next = block->next;
        free(block);
    }
    free(exports->files);
    free(exports->about);
    free(exports->readers);
    free(exports->rows);
    free(exports);
}

bool cdi_exports_add(struct cdi_exports *exports, enum cdi_feed feed, const char *path, struct cdi_error *err)
{
    size_t count = exports->file_count;
    struct cdi_file *files = realloc(exports->files, (count + 1) * sizeof *files);
    if (files == NULL)
        return no_memory(err);
    exports->files = files;
    struct source_file *about = realloc(exports->about, (count + 1) * sizeof *about);
    if (about == NULL)
        return no_memory(err);
    exports->about = about;
    if (!cdi_file_read(path, &files[count], err))
        return false;
    about[count] = (struct source_file){ path, feed, 0 };
    exports->file_count++;
    return true;
}

const struct cdi_file *cdi_exports_files(const struct cdi_exports *exports, size_t *count)
{
    *count = exports->file_count;
    return exports->files;
}

/* ---- rows ---- */

static char *block_take(struct cdi_exports *exports, size_t size)
{
    struct block *block = exports->blocks;
    size = (size + 7) & ~(size_t)7;
    if (block == NULL || block->room - block->used < size) {
        size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
        block = malloc(sizeof *block + room);
        if (block == NULL)
            return NULL;
        *block = (struct block){ exports->blocks, 0, room };
        exports->blocks = block;
    }
    block->used += size;
    return block->bytes + block->used - size;
}

static bool row_add(struct cdi_exports *exports, struct row row)
{
    if (exports->row_count == exports->row_room) {
        size_t room = exports->row_room < 1024 ? 1024 : exports->row_room * 2;
        struct row *rows = realloc(exports->rows, room * sizeof *rows);
        if (rows == NULL)
            return false;
        exports->rows = rows;
        exports->row_room = room;
    }
    exports->rows[exports->row_count++] = row;
    return true;
}

static size_t packed_size(const struct cdi_text *cells, size_t count)
{
    size_t size = count * sizeof(uint32_t);
    for (size_t i = 0; i < count; i++)
        size += cells[i].size;
    return size;
}

static void pack_cells(const struct cdi_text *cells, size_t count, char *out)
{
    char *bytes = out + count * sizeof(uint32_t);
    for (size_t i = 0; i < count; i++) {
        uint32_t size = (uint32_t)cells[i].size;
        memcpy(out + i * sizeof size, &size, sizeof size);
        if (size > 0)
            memcpy(bytes, cells[i].at, size);
        bytes += size;
    }
}

static void unpack_cells(const char *packed, size_t count, struct cdi_text *cells)
{
    const char *bytes = packed + count * sizeof(uint32_t);
    for (size_t i = 0; i < count; i++) {
        uint32_t size;
        memcpy(&size, packed + i * sizeof size, sizeof size);
        cells[i] = (struct cdi_text){ bytes, size };
        bytes += size;
    }
}

/* ---- refusing ---- */

/* Puts file and line before what the decoder said of the place within the row. */
static void locate(const struct cdi_exports *exports, uint32_t file, uint64_t line, struct cdi_error *err)
{
    char within[CDI_ERROR_WHERE_SIZE];
    memcpy(within, err->where, sizeof within);
    within[60] = '\0';                          /* a long path of a file must not push the line number out */
    snprintf(err->where, sizeof err->where, "%.72s:%llu%s%.60s", exports->about[file].path, (unsigned long long)line,
             within[0] != '\0' ? ": " : "", within);
}

static void refuse(struct pass *pass, const struct cdi_error *problem)
{
    pass->counts->refused++;
    pass->refused(pass->context, pass->exports->about[pass->file].feed, problem);
}

/* A row whose time was read, or was not: kept, left for later, or refused. */
static bool place(struct pass *pass, struct row row, bool timed, struct cdi_error *problem)
{
    if (!timed) {
        locate(pass->exports, pass->file, row.line, problem);
        refuse(pass, problem);
        return true;
    }
    if (!cdi_instant_said(row.known_at)) {
        pass->counts->deletions++;
        return true;
    }
    if (cdi_instant_said(pass->until) && cdi_instant_before(pass->until, row.known_at)) {
        pass->counts->unread++;
        return true;
    }
    return row_add(pass->exports, row) || no_memory(pass->err);
}

/* ---- readers ---- */

/* The reader for these columns (CSV) or for lines of JSON; made when it is the first of its kind. */
static bool choose_reader(struct pass *pass, bool csv, const struct cdi_text *cells, size_t count)
{
    struct cdi_exports *exports = pass->exports;
    enum cdi_feed feed = exports->about[pass->file].feed;
    size_t size = packed_size(cells, count);
    char *columns = malloc(size + 1);
    struct reader *readers = realloc(exports->readers, (exports->reader_count + 1) * sizeof *readers);
    if (readers != NULL)
        exports->readers = readers;
    if (columns == NULL || readers == NULL) {
        free(columns);
        return no_memory(pass->err);
    }
    pack_cells(cells, count, columns);
    for (size_t i = 0; i < exports->reader_count; i++)
        if (readers[i].feed == feed && readers[i].csv == csv && readers[i].columns_size == size &&
            memcmp(readers[i].columns, columns, size) == 0) {
            exports->about[pass->file].reader = (uint32_t)i;
            free(columns);
            return true;
        }
    struct cdi_decoder_parts parts = { .source = pass->parts->sources[feed], .lexicon = pass->parts->rulebook->lexicon,
                                       .tokeniser = pass->parts->tokeniser, .boilerplate = pass->parts->rulebook->boilerplate,
                                       .reader = CDI_JSON_READER_SIMDJSON };
    readers[exports->reader_count] = (struct reader){ feed, csv, columns, size, cdi_decoder_create(&parts, pass->err) };
    exports->about[pass->file].reader = (uint32_t)exports->reader_count++;
    return readers[exports->reader_count - 1].decoder != NULL;
}

static struct cdi_decoder *decoder_of(const struct cdi_exports *exports, uint32_t file)
{
    return exports->readers[exports->about[file].reader].decoder;
}

/* ---- passes ---- */

/* The whole header in one cell: a spreadsheet on the Continent, or a tool, has parted the columns by something else. */
static bool other_separator(const struct cdi_csv_row *row, struct cdi_error *problem)
{
    static const struct { char at; const char *plural, *written; } others[] = {
        { ';', "semicolons", ";" }, { '\t', "tabs", "\\t" }, { '|', "bars", "|" }, { ',', "commas", "," },
    };
    for (size_t i = 0; row->count == 1 && i < sizeof others / sizeof *others; i++)
        if (memchr(row->cells[0].at, others[i].at, row->cells[0].size) != NULL) {
            cdi_fail(problem, CDI_ERROR_NOT_CSV,
                     "the columns are separated by %s: write `csv: {separator: \"%s\"}` in the source table, or export with commas",
                     others[i].plural, others[i].written);
            return true;
        }
    return false;
}

static bool read_header(struct pass *pass, const struct cdi_csv_row *row)
{
    struct cdi_error problem = { 0 };
    uint32_t file = pass->file;
    pass->header_read = true;
    if (row->problem.code != CDI_ERROR_NONE)
        return cdi_fail_at(pass->err, row->problem.code, row->problem.where, "%s", row->problem.text);
    if (!choose_reader(pass, true, row->cells, row->count))
        return false;
    if (!other_separator(row, &problem) &&
        cdi_decode_header(decoder_of(pass->exports, file), pass->exports->about[file].feed, row->cells, row->count, &problem))
        return true;
    locate(pass->exports, file, row->line, &problem);
    return cdi_fail_at(pass->err, problem.code, problem.where, "%s", problem.text);
}

static bool read_csv_row(void *context, const struct cdi_csv_row *row)
{
    struct pass *pass = context;
    if (!pass->header_read)
        return read_header(pass, row);
    if (row->problem.code != CDI_ERROR_NONE) {
        refuse(pass, &row->problem);
        return true;
    }
    struct cdi_error problem = { 0 };
    struct row found = { .line = row->line, .file = pass->file, .size = (uint32_t)row->count };
    char *packed = block_take(pass->exports, packed_size(row->cells, row->count));
    if (packed == NULL)
        return no_memory(pass->err);
    pack_cells(row->cells, row->count, packed);
    found.at = packed;
    bool timed = cdi_decode_row_known_at(decoder_of(pass->exports, pass->file), pass->exports->about[pass->file].feed, row->cells,
                                         row->count, &found.known_at, &problem);
    if (pass->exports->row_count % LOOK_EVERY == 0 && cdi_interrupted())
        return cdi_fail(pass->err, CDI_ERROR_SYSTEM, "interrupted");
    return place(pass, found, timed, &problem);
}

static bool read_csv(struct pass *pass, struct cdi_text text)
{
    const struct source_file *about = &pass->exports->about[pass->file];
    char separator = pass->parts->sources[about->feed]->separator;
    struct cdi_csv *csv = cdi_csv_create(about->path, separator, read_csv_row, pass, pass->err);
    bool done = csv != NULL && cdi_csv_feed(csv, text.at, text.size, pass->err) && cdi_csv_end(csv, pass->err);
    cdi_csv_destroy(csv);
    return done;
}

static bool is_blank(const char *at, size_t size)
{
    while (size > 0 && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n'))
        at++, size--;
    return size == 0;
}

static bool read_json_line(struct pass *pass, const char *at, size_t size, uint64_t line)
{
    struct cdi_error problem = { 0 };
    struct row found = { .at = at, .line = line, .file = pass->file, .size = (uint32_t)size };
    bool timed = cdi_decode_known_at(decoder_of(pass->exports, pass->file), pass->exports->about[pass->file].feed, at, size,
                                     &found.known_at, &problem);
    if (line % LOOK_EVERY == 0 && cdi_interrupted())
        return cdi_fail(pass->err, CDI_ERROR_SYSTEM, "interrupted");
    return place(pass, found, timed, &problem);
}

static bool read_json(struct pass *pass, struct cdi_text text)
{
    uint64_t line = 1;
    if (!choose_reader(pass, false, NULL, 0))
        return false;
    for (size_t at = 0; at < text.size; line++) {
        const char *end = memchr(text.at + at, '\n', text.size - at);
        size_t size = end != NULL ? (size_t)(end - text.at) - at : text.size - at;
        if (!is_blank(text.at + at, size) && !read_json_line(pass, text.at + at, size, line))
            return false;
        at += size + 1;
    }
    return true;
}

/* ---- what kind of file ---- */

/* The first byte that is not white space on the line at *rest, which moves on to the next; 0: blank. */
static char first_byte(struct cdi_text *rest)
{
    char found = '\0';
    while (rest->size > 0) {
        char byte = *rest->at;
        rest->at++, rest->size--;
        if (byte == '\n')
            break;
        if (found == '\0' && byte != ' ' && byte != '\t' && byte != '\r')
            found = byte;
    }
    return found;
}

/* JSON lines if one of the first two lines that are not blank begins like an object: one may be damaged. */
static bool looks_like_json(struct cdi_text text, bool *array)
{
    int seen = 0;
    while (text.size > 0 && seen < 2) {
        char first = first_byte(&text);
        *array |= seen == 0 && first == '[';
        if (first == '{')
            return true;
        seen += first != '\0';
    }
    return false;
}

static bool read_file(struct pass *pass)
{
    struct cdi_text text = cdi_file_text(&pass->exports->files[pass->file]);
    const char *path = pass->exports->about[pass->file].path;
    bool array = false;
    if (text.size >= 2 && (memcmp(text.at, "\xFF\xFE", 2) == 0 || memcmp(text.at, "\xFE\xFF", 2) == 0))
        return cdi_fail_at(pass->err, CDI_ERROR_NOT_CSV, path, "is UTF-16; save it as CSV UTF-8");
    if (text.size >= 3 && memcmp(text.at, "\xEF\xBB\xBF", 3) == 0)
        text = (struct cdi_text){ text.at + 3, text.size - 3 };
    if (is_blank(text.at, text.size))
        return true;                            /* a feed that said nothing */
    if (looks_like_json(text, &array) && !array)
        return read_json(pass, text);
    if (array)
        return cdi_fail_at(pass->err, CDI_ERROR_NOT_JSON, path, "is a JSON array; one object a line is wanted (jq -c '.[]')");
    return read_csv(pass, text);
}

/* ---- order ---- */

static int compare_rows(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    if (a->known_at.ms != b->known_at.ms)
        return a->known_at.ms < b->known_at.ms ? -1 : 1;
    if (a->file != b->file)                     /* files are held in the order of their feeds */
        return a->file < b->file ? -1 : 1;
    return a->line != b->line ? a->line < b->line ? -1 : 1 : 0;
}

/* Rows before the last gap of more than a year, if what comes after it is few. */
static size_t rows_before_strays(const struct row *rows, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        if (cdi_instant_between(rows[i - 2].known_at, rows[i - 1].known_at).ms <= STRAY_GAP.ms)
            continue;
        if ((count - (i - 1)) * STRAY_SHARE > i - 1)
            break;
        count = i - 1;
    }
    return count;
}

static void refuse_strays(struct pass *pass)
{
    struct cdi_exports *exports = pass->exports;
    size_t kept = rows_before_strays(exports->rows, exports->row_count);
    for (size_t i = kept; i < exports->row_count; i++) {
        struct cdi_error problem = { 0 };
        cdi_fail(&problem, CDI_ERROR_OUT_OF_BOUNDS,
                 "known more than a year after all other rows: a mistyped year? Correct it, or give --until to have it read");
        pass->file = exports->rows[i].file;
        locate(exports, pass->file, exports->rows[i].line, &problem);
        refuse(pass, &problem);
    }
    exports->row_count = kept;
}

bool cdi_exports_index(struct cdi_exports *exports, const struct cdi_exports_parts *parts, struct cdi_instant until,
                       cdi_refused refused, void *context, struct cdi_exports_counts *counts, struct cdi_error *err)
{
    struct cdi_progress progress;
    struct pass pass = { exports, parts, 0, false, until, refused, context, counts, &progress, err };
    bool done = true;
    *counts = (struct cdi_exports_counts){ 0, 0, 0, 0 };
    cdi_progress_start(&progress, "reading", exports->file_count);
    for (uint32_t i = 0; done && i < exports->file_count; i++) {
        pass.file = i;
        pass.header_read = false;
        done = read_file(&pass);
        cdi_progress_at(&progress, i + 1);
    }
    cdi_progress_end(&progress);
    if (!done)
        return false;
    if (exports->row_count > 0)
        qsort(exports->rows, exports->row_count, sizeof *exports->rows, compare_rows);
    if (!cdi_instant_said(until))
        refuse_strays(&pass);
    counts->rows = exports->row_count;
    return true;
}

struct cdi_export_row cdi_exports_row(const struct cdi_exports *exports, size_t i)
{
    const struct row *row = &exports->rows[i];
    return (struct cdi_export_row){ exports->about[row->file].feed, row->known_at };
}

bool cdi_exports_decode(struct cdi_exports *exports, size_t i, struct cdi_instant seen_at, const struct cdi_record **record,
                        struct cdi_error *err)
{
    const struct row *row = &exports->rows[i];
    const struct reader *reader = &exports->readers[exports->about[row->file].reader];
    struct cdi_text cells[CDI_CSV_COLUMNS_MAX];
    bool done;
    if (reader->csv) {
        unpack_cells(row->at, row->size, cells);
        done = cdi_decode_row(reader->decoder, reader->feed, cells, row->size, seen_at, record, err);
    } else {
        done = cdi_decode_message(reader->decoder, reader->feed, row->at, row->size, seen_at, record, err);
    }
    if (!done)
        locate(exports, row->file, row->line, err);
    return done;
}

void cdi_exports_locate(const struct cdi_exports *exports, size_t i, struct cdi_error *err)
{
    locate(exports, exports->rows[i].file, exports->rows[i].line, err);
}
