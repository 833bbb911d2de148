/* tests/tables/bad/TABLE.CASE.csv stands in for TABLE.csv; TABLE.CASE.want holds every complaint, a line each, and is empty for
 * what is fine.  With UPDATE=1 in the environment the .want files are written anew: read the difference before you keep it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "codec/boilerplate.h"
#include "codec/frequencies.h"
#include "codec/table_read.h"
#include "table_files.h"

#define FOLDER "tests/tables/bad"

struct complaints { char text[60000]; size_t size; };

static void note(void *context, const struct cdi_error *problem)
{
    struct complaints *complaints = context;
    int wrote = snprintf(complaints->text + complaints->size, sizeof complaints->text - complaints->size, "%s: %s\n",
                         problem->where, problem->text);
    assert_true(wrote > 0 && (size_t)wrote < sizeof complaints->text - complaints->size);
    complaints->size += (size_t)wrote;
}

static bool is_evidence(const char *table)
{
    for (size_t i = 0; cdi_evidence_files[i] != NULL; i++)
        if (strcmp(cdi_evidence_files[i], table) == 0)
            return true;
    return false;
}

/* All tables but those of evidence and of history, and these too if `table`, the one that is replaced, is of them. */
static void load(const struct table_files *tables, const char *table, struct complaints *complaints)
{
    struct cdi_tables read = { 0 };
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    struct cdi_binder binder = { .store = cdi_table_store_create(), .tables = &read, .complain = note, .context = complaints,
                                 .err = &err };
    complaints->size = 0;
    complaints->text[0] = '\0';
    bool right = cdi_offences_read(&binder, tables->files, tables->count);
    right = cdi_disposals_read(&binder, tables->files, tables->count) && right;
    right = cdi_stages_read(&binder, tables->files, tables->count) && right;
    right = cdi_retention_read(&binder, tables->files, tables->count) && right;
    right = cdi_match_read(&binder, tables->files, tables->count) && right;
    right = cdi_watches_read(&binder, tables->files, tables->count) && right;
    right = cdi_boilerplate_read(&binder, tables->files, tables->count) != NULL && right;
    right = cdi_frequencies_read(&binder, tables->files, tables->count) != NULL && right;
    bool history = strcmp(table, "history.csv") == 0;
    if (is_evidence(table) || history)
        right = cdi_evidence_read(&binder, tables->files, tables->count) && right;
    if (history)
        right = cdi_history_read(&binder, tables->files, tables->count) && right;
    assert_int_equal(right, binder.problems == 0);
    assert_int_equal(right, err.code == CDI_ERROR_NONE);
    assert_int_equal(right, complaints->size == 0);
    cdi_table_store_destroy(binder.store);
}

static bool check_case(const char *name, struct complaints *complaints)
{
    char path[600], table[100];
    struct table_files tables;
    assert_true(table_files_read(&tables));
    snprintf(table, sizeof table, "%.*s.csv", (int)strcspn(name, "."), name);
    snprintf(path, sizeof path, FOLDER "/%s", name);
    assert_true(table_files_replace(&tables, table, file_bytes(path)));
    load(&tables, table, complaints);
    snprintf(path, sizeof path, FOLDER "/%.*s.want", (int)(strlen(name) - strlen(".csv")), name);
    if (getenv("UPDATE") != NULL) {
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(complaints->text, file);
        fclose(file);
    }
    struct cdi_text want = file_bytes(path);
    bool same = cdi_text_is(want, complaints->text);
    if (!same)
        print_error("%s\nwanted:\n%sgot:\n%s", name, want.at == NULL ? "(no .want file)\n" : want.at, complaints->text);
    free((void *)(uintptr_t)want.at);
    table_files_free(&tables);
    return same;
}

static void every_broken_table_gets_exactly_its_complaints(void **state)
{
    static struct complaints complaints;
    struct dirent **entries;
    int wrong = 0, cases = 0;
    (void)state;
    int count = scandir(FOLDER, &entries, NULL, alphasort);
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        const char *dot = strrchr(entries[i]->d_name, '.');
        if (dot != NULL && strcmp(dot, ".csv") == 0) {
            cases++;
            wrong += !check_case(entries[i]->d_name, &complaints);
        }
        free(entries[i]);
    }
    free(entries);
    print_message("# %d broken tables\n", cases);
    assert_int_equal(wrong, 0);
}

static void the_shipped_tables_are_right(void **state)
{
    static struct complaints complaints;
    struct table_files tables;
    (void)state;
    assert_true(table_files_read(&tables));
    load(&tables, "", &complaints);
    assert_string_equal(complaints.text, "");
    table_files_free(&tables);
}

static void a_missing_table_is_named(void **state)
{
    static struct complaints complaints;
    struct table_files tables = { .count = 0 };
    (void)state;
    load(&tables, "", &complaints);
    assert_non_null(strstr(complaints.text, "stages.csv: the table is missing"));
    assert_non_null(strstr(complaints.text, "offences.csv: the table is missing"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_tables_are_right),
        cmocka_unit_test(a_missing_table_is_named),
        cmocka_unit_test(every_broken_table_gets_exactly_its_complaints),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
