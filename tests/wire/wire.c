/* Every message under tests/wire, through both readers: the record, or the exact complaint, of the .want beside it.
 *   tests/wire/SYSTEM/CASE.json   through config/sources/SYSTEM.yaml (bad: cdiwatch); a CASE that begins with "crime" or "action"
 *                                 is of that feed, else of incidents.  CASE.csv: a header and rows, an outcome a row.
 *   wire --write                  writes the .want files anew: read the difference before committing it */
#include <dirent.h>

#include "codec/csv.h"
#include "harness.h"

static unsigned count, failures;
static bool writing;

static void report(bool good, const char *name)
{
    printf("%sok %u - %s\n", good ? "" : "not ", ++count, name);
    failures += !good;
}

static char *slurp(const char *path, size_t *size)
{
    FILE *in = fopen(path, "rb");
    char *bytes = calloc(1, 1 << 20);
    *size = 0;
    if (in == NULL || bytes == NULL) {
        if (in != NULL)
            fclose(in);
        free(bytes);
        return NULL;
    }
    *size = fread(bytes, 1, (1 << 20) - 1, in);
    fclose(in);
    return bytes;
}

static enum cdi_feed feed_of(const char *name)
{
    return strncmp(name, "crime", 5) == 0 ? CDI_FEED_CRIMES : strncmp(name, "action", 6) == 0 ? CDI_FEED_ACTIONS : CDI_FEED_INCIDENTS;
}

static void check(const char *path, const char *got)
{
    char want_path[600];
    size_t size;
    snprintf(want_path, sizeof want_path, "%.*s.want", (int)(strrchr(path, '.') - path), path);
    if (writing) {
        FILE *out = fopen(want_path, "wb");
        if (out != NULL) {
            fputs(got, out);
            fclose(out);
        }
    }
    char *want = slurp(want_path, &size);
    bool good = want != NULL && strcmp(want, got) == 0;
    report(good, path);
    if (!good)
        printf("# wanted:\n# %s\n# got:\n# %s\n", want == NULL ? "(no .want)" : want, got);
    free(want);
}

static void check_json(struct harness *harness, const char *path, const char *name)
{
    size_t size;
    char *bytes = slurp(path, &size);
    if (bytes == NULL) {
        report(false, path);
        return;
    }
    char *got = harness_decode(harness, CDI_JSON_READER_SIMDJSON, feed_of(name), bytes, size);
    char *reference = harness_decode(harness, CDI_JSON_READER_JANSSON, feed_of(name), bytes, size);
    check(path, got);
    if (strcmp(got, reference) != 0) {
        report(false, "both readers give the same record");
        printf("# %s\n# simdjson:\n# %s\n# jansson:\n# %s\n", path, got, reference);
    }
    free(got);
    free(reference);
    free(bytes);
}

struct rows { struct harness *harness; enum cdi_feed feed; FILE *out; bool headed; };

static bool take_row(void *context, const struct cdi_csv_row *row)
{
    struct rows *rows = context;
    struct cdi_decoder *decoder = rows->harness->decoders[0];
    const struct cdi_record *record = NULL;
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    if (row->problem.code != CDI_ERROR_NONE) {
        dump_outcome(rows->out, false, NULL, &row->problem);
        return true;
    }
    if (!rows->headed) {
        rows->headed = cdi_decode_header(decoder, rows->feed, row->cells, row->count, &err);
        if (!rows->headed)
            dump_outcome(rows->out, false, NULL, &err);
        return rows->headed;
    }
    bool decoded = cdi_decode_row(decoder, rows->feed, row->cells, row->count, HARNESS_SEEN_AT, &record, &err);
    dump_outcome(rows->out, decoded, record, &err);
    return true;
}

static void check_csv(struct harness *harness, const char *path, const char *name)
{
    size_t size, length = 0;
    char *bytes = slurp(path, &size), *got = NULL;
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    struct rows rows = { harness, feed_of(name), open_memstream(&got, &length), false };
    struct cdi_csv *csv = cdi_csv_create(name, harness->parts.source->separator, take_row, &rows, &err);
    if (bytes != NULL && csv != NULL && rows.out != NULL && (!cdi_csv_feed(csv, bytes, size, &err) || !cdi_csv_end(csv, &err))
        && err.code != CDI_ERROR_NONE)
        dump_outcome(rows.out, false, NULL, &err);
    fclose(rows.out);
    cdi_csv_destroy(csv);
    check(path, got);
    free(got);
    free(bytes);
}

static int case_of(const struct dirent *entry)
{
    const char *dot = strrchr(entry->d_name, '.');
    return dot != NULL && (strcmp(dot, ".json") == 0 || strcmp(dot, ".csv") == 0);
}

/* Five million bytes are not kept in the repository. */
static void check_large(struct harness *harness)
{
    size_t size = 5 * 1000 * 1000;
    char *bytes = malloc(size);
    if (bytes == NULL)
        return;
    memset(bytes, ' ', size);
    bytes[0] = '{';
    bytes[size - 1] = '}';
    for (int reader = 0; reader < CDI_JSON_READER_COUNT; reader++) {
        char *got = harness_decode(harness, (enum cdi_json_reader)reader, CDI_FEED_INCIDENTS, bytes, size);
        report(strcmp(got, "too_large at \"\": a message is at most 1048576 bytes\n") == 0, "bad: 5 MB");
        free(got);
    }
    free(bytes);
}

static bool check_system(const char *system)
{
    char path[600];
    size_t size;
    struct dirent **entries;
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    struct harness harness = { 0 };
    bool bad = strcmp(system, "bad") == 0;
    snprintf(path, sizeof path, "config/sources/%s.yaml", bad ? "cdiwatch" : system);
    char *yaml = slurp(path, &size);
    struct cdi_source *source = yaml == NULL ? NULL : cdi_source_read(path, (struct cdi_text){ yaml, size }, &err);
    bool good = harness_open(&harness, source, &err);
    if (!good)
        printf("# %s: %s\n", err.where, err.text);
    snprintf(path, sizeof path, "tests/wire/%s", system);
    int found = good ? scandir(path, &entries, case_of, alphasort) : 0;
    for (int i = 0; i < found; i++) {
        snprintf(path, sizeof path, "tests/wire/%s/%s", system, entries[i]->d_name);
        (strcmp(strrchr(path, '.'), ".json") == 0 ? check_json : check_csv)(&harness, path, entries[i]->d_name);
        free(entries[i]);
    }
    if (found > 0)
        free(entries);
    if (bad && good)
        check_large(&harness);
    harness_close(&harness);
    cdi_source_destroy(source);
    free(yaml);
    return good;
}

static int folder_of(const struct dirent *entry)
{
    return entry->d_type == DT_DIR && entry->d_name[0] != '.';
}

int main(int argc, char *argv[])
{
    struct dirent **systems;
    writing = argc > 1 && strcmp(argv[1], "--write") == 0;
    int found = scandir("tests/wire", &systems, folder_of, alphasort);
    for (int i = 0; i < found; i++) {
        if (!check_system(systems[i]->d_name))
            report(false, systems[i]->d_name);
        free(systems[i]);
    }
    if (found > 0)
        free(systems);
    printf("1..%u\n", count);
    return failures != 0;
}
