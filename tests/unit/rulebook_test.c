/* All tables together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "codec/boilerplate.h"
#include "table_files.h"

struct complaints { struct cdi_error first; char text[20000]; size_t count; };

static void note(void *context, const struct cdi_error *problem)
{
    struct complaints *complaints = context;
    size_t size = strlen(complaints->text);
    if (complaints->count++ == 0)
        complaints->first = *problem;
    snprintf(complaints->text + size, sizeof complaints->text - size, "%s: %s\n", problem->where, problem->text);
}

static struct cdi_rulebook *read_files(const struct table_files *files, struct complaints *complaints, struct cdi_error *err)
{
    *complaints = (struct complaints){ .count = 0 };
    *err = (struct cdi_error){ .code = CDI_ERROR_NONE };
    return cdi_rulebook_read(files->files, files->count, note, complaints, err);
}

static void the_shipped_tables_make_a_rulebook(void **state)
{
    static struct complaints complaints;
    struct table_files files;
    struct cdi_error err;
    (void)state;
    assert_true(table_files_read(&files));
    struct cdi_rulebook *rulebook = read_files(&files, &complaints, &err);
    assert_string_equal(complaints.text, "");
    assert_non_null(rulebook);
    table_files_free(&files);                   /* nothing in a rulebook is borrowed from the files */
    assert_int_equal(rulebook->tables.zone.name, CDI_ZONE_LONDON);
    assert_non_null(rulebook->lexicon);
    assert_int_equal(cdi_rationale_of(rulebook->boilerplate, CDI_TEXT("no further action required")), CDI_RATIONALE_BOILERPLATE);
    assert_true(cdi_tables_offence(&rulebook->tables, CDI_TEXT("8N")) != CDI_OFFENCE_NONE);
    cdi_rulebook_destroy(rulebook);
    cdi_rulebook_destroy(NULL);
}

static void every_problem_of_every_table_is_told_and_the_first_is_the_failure(void **state)
{
    static struct complaints complaints;
    struct table_files files;
    struct cdi_error err;
    (void)state;
    assert_true(table_files_read(&files));
    for (size_t i = 0; i < files.count; i++) {
        if (strcmp(files.files[i].name, "stages.csv") != 0 && strcmp(files.files[i].name, "match.csv") != 0)
            continue;
        free((void *)(uintptr_t)files.files[i].bytes.at);
        files.files[i].bytes = (struct cdi_text){ strdup("what,is,this\n1,2,3\n"), 19 };
    }
    assert_null(read_files(&files, &complaints, &err));
    assert_true(complaints.count > 8);
    assert_non_null(strstr(complaints.text, "stages.csv:1: the column \"risk\" is missing"));
    assert_non_null(strstr(complaints.text, "match.csv:1: the column \"level\" is missing"));
    assert_int_equal(err.code, CDI_ERROR_CONFIGURATION);
    assert_string_equal(err.where, complaints.first.where);
    assert_string_equal(err.text, complaints.first.text);
    table_files_free(&files);
}

static void a_file_that_is_no_table_is_an_error(void **state)
{
    static struct complaints complaints;
    struct table_files files;
    struct cdi_error err;
    (void)state;
    assert_true(table_files_read(&files));
    files.files[files.count++] = (struct cdi_table_file){ strdup("stage.csv"), { strdup("x\n"), 2 } };
    assert_null(read_files(&files, &complaints, &err));
    assert_string_equal(complaints.text, "stage.csv: no table has this name; did you mean stages.csv?\n");
    table_files_free(&files);
}

static void no_tables_at_all_are_each_missed_by_name(void **state)
{
    static struct complaints complaints;
    const struct table_files none = { .count = 0 };
    struct cdi_error err;
    (void)state;
    assert_null(read_files(&none, &complaints, &err));
    assert_non_null(strstr(complaints.text, "offence_codes.csv: the table is missing"));
    assert_non_null(strstr(complaints.text, "boilerplate.csv: the table is missing"));
    assert_non_null(strstr(complaints.text, "phrases.csv: the table is missing"));
    assert_null(cdi_rulebook_read(NULL, 0, NULL, NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_tables_make_a_rulebook),
        cmocka_unit_test(every_problem_of_every_table_is_told_and_the_first_is_the_failure),
        cmocka_unit_test(a_file_that_is_no_table_is_an_error),
        cmocka_unit_test(no_tables_at_all_are_each_missed_by_name),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
