/* Floor: codec.  One binder for every table that a registrar edits: a list of columns says how the cells of a CSV file become the
 * members of a struct, one struct a row.  It finds every problem, not only the first, and says file:line:column, what is wrong
 * and what to do.
 *
 * A file: rows whose first cell begins with '#' are documentation, wherever they stand; the first other row holds the names of
 * the columns, in any order; then the rows.  Commas; a BOM, CRLF, quoted cells, spaces around a cell, and the empty rows and
 * columns that Excel leaves behind are all fine.  A column named "note" is for the registrar and never read. */
#ifndef CDI_CODEC_TABLE_BIND_H
#define CDI_CODEC_TABLE_BIND_H

#include "cdiwatch/error.h"
#include "cdiwatch/tables.h"
#include "codec/tables.h"

/* Memory that lives as long as the tables: the rows, their texts, and whatever a loader makes of them. */
struct cdi_table_store;
struct cdi_table_store *cdi_table_store_create(void);                   /* NULL: no memory */
void cdi_table_store_destroy(struct cdi_table_store *store);
/* Zeroed, aligned for anything; NULL if there is no memory.  `count` may be 0. */
void *cdi_table_store_take(struct cdi_table_store *store, size_t count, size_t size);
struct cdi_text cdi_table_store_text(struct cdi_table_store *store, struct cdi_text text);      /* a copy */

/* What every loader is handed.  `tables` is what has been read so far: CLASS cells are looked up in its offences, so these are
 * read first.  `complain` may be NULL; err holds the first problem; problems counts them. */
struct cdi_binder {
    struct cdi_table_store *store;
    struct cdi_tables *tables;
    void (*complain)(void *context, const struct cdi_error *problem);
    void *context;
    struct cdi_error *err;
    size_t problems;
};

/* What a cell holds, and what it becomes at `offset` in the row's struct.  Words, sets and flags ignore case. */
enum cdi_bind_kind {
    CDI_BIND_TEXT,                      /* struct cdi_text, copied; NONE if empty.  least..most: bytes (most 0: 1000) */
    CDI_BIND_INTEGER,                   /* int64_t, least..most (both 0: any); `empty` if empty */
    CDI_BIND_REAL,                      /* double: 0.25, 1e-5; least..most (both 0: any) are integers too */
    CDI_BIND_FLAG,                      /* bool: yes or no; empty is no */
    CDI_BIND_WORD,                      /* int: index into `words`; `empty` if empty */
    CDI_BIND_SET,                       /* uint64_t: 1 << index into `words`, several words parted by spaces; empty is 0 */
    CDI_BIND_CLASS,                     /* uint16_t: index of an offence by its class; CDI_OFFENCE_NONE if empty */
    CDI_BIND_SPAN                       /* struct cdi_span: 90m, 12h, 1d12h; least..most in milliseconds (both 0: any) */
};

struct cdi_bind_column {
    const char *name;
    enum cdi_bind_kind kind;
    size_t offset;
    bool required;                      /* the cell may not be empty */
    bool key;                           /* no two rows may have the same in all key columns */
    bool optional;                      /* the whole column may be missing: as if its cells were empty */
    int64_t least, most;
    int64_t empty;
    const char *const *words;           /* for WORD and SET: a list of strings, */
    size_t word_count;                  /*   NULLs among them are skipped */
};

/* The words of a vocabulary list, for a column's `words`:
 *   static const char *const families[] = { CDI_FAMILY_LIST(CDI_BIND_STRING) };
 *   { "family", CDI_BIND_WORD, offsetof(struct row, family), .required = true, CDI_BIND_WORDS(families) }, */
#define CDI_BIND_STRING(upper, word) #word,
#define CDI_BIND_WORDS(list) .words = (list), .word_count = sizeof(list) / sizeof *(list)

struct cdi_bind_table {
    const char *name;                   /* "stages.csv" */
    const struct cdi_bind_column *columns;
    size_t column_count;
    size_t row_size;
    size_t least_rows, most_rows;       /* most 0: 65,000 */
};

/* The rows, and where each came from.  In the store. */
struct cdi_bound {
    const struct cdi_bind_table *table;
    void *rows;                         /* row_size apart */
    size_t count;
    const uint32_t *lines;              /* of the file, from 1 */
    const uint32_t *places;             /* per column of the table: its place in the file from 1; 0: missing */
};

/* False if anything was wrong; every problem has then been complained about, and *bound holds the rows that were right, so that
 * cross-checks can go on and find more. */
bool cdi_bind(struct cdi_binder *binder, const struct cdi_bind_table *table, struct cdi_text bytes, struct cdi_bound *bound);

/* A problem that the loader itself finds: in row `row` (from 0) at the column named `column`; NULL: the whole row.  Always
 * false.  Say what is wrong and what to do. */
bool cdi_bind_fail(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, const char *column, const char *format,
                   ...) __attribute__((format(printf, 5, 6)));
/* A problem of the file as a whole. */
bool cdi_bind_fail_file(struct cdi_binder *binder, const char *file, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "did you mean": cdi_nearest() of codec/nearest.h over `count` words, NULLs among them skipped; NULL if none is near. */
const char *cdi_bind_nearest(struct cdi_text word, const char *const *words, size_t count);

/* The bytes of the file of that name; NONE, with a complaint, if it is not among them. */
struct cdi_text cdi_bind_file(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count, const char *name);

/* incident_codes.csv, phrases.csv, disclosures.csv, qualifiers.csv, callers.csv into tables->evidence: table_evidence.c.  Called
 * once, after the offences were read; false if it complained. */
bool cdi_evidence_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count);
/* The names of the files that it reads, ended by NULL. */
extern const char *const cdi_evidence_files[];

#endif
