/* The shipped offences and codes agree with the list of facts that they were made from, where that list is at hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "codec/table_read.h"
#include "codec/table_rows.h"
#include "table_files.h"

static struct cdi_tables tables;
static struct cdi_binder binder;
static struct cdi_error err;

static int read_shipped(void **state)
{
    struct table_files files;
    (void)state;
    binder = (struct cdi_binder){ .store = cdi_table_store_create(), .tables = &tables, .err = &err };
    bool right = table_files_read(&files) && cdi_offences_read(&binder, files.files, files.count);
    table_files_free(&files);
    return right ? 0 : -1;
}

static int drop_shipped(void **state)
{
    (void)state;
    cdi_table_store_destroy(binder.store);
    return 0;
}

/* The reference's rows; skips the test, aloud, where it is not there. */
static struct cdi_table_rows reference(const char *name)
{
    char path[400];
    struct cdi_table_rows rows;
    const char *shared = getenv("SHARED");
    snprintf(path, sizeof path, "%s/reference/%s", shared == NULL ? "../shared" : shared, name);
    struct cdi_text bytes = file_bytes(path);
    if (!cdi_text_said(bytes)) {
        print_message("# no %s: name the folder of shared data in SHARED\n", path);
        skip();
    }
    assert_true(cdi_table_rows_read(&binder, name, bytes, &rows));
    free((void *)(uintptr_t)bytes.at);
    return rows;
}

static struct cdi_text cell(const struct cdi_table_rows *rows, size_t row, const char *column)
{
    for (size_t i = 0; i < rows->rows[0].count; i++)
        if (cdi_text_is(rows->cells[rows->rows[0].first + i], column))
            return rows->cells[rows->rows[row].first + i];
    fail_msg("no column %s", column);
    return CDI_TEXT_NONE;
}

static uint16_t rank(struct cdi_text text)
{
    return text.size == 0 ? CDI_RANK_NONE : (uint16_t)atoi(text.at);
}

static void every_class_of_the_list_is_here_with_its_category_rank_and_scope(void **state)
{
    (void)state;
    struct cdi_table_rows rows = reference("offences.csv");
    assert_int_equal(rows.row_count - 1, tables.offence_count);
    for (size_t i = 1; i < rows.row_count; i++) {
        struct cdi_text klass = cell(&rows, i, "ho_code");
        uint16_t index = cdi_tables_offence(&tables, klass);
        if (index == CDI_OFFENCE_NONE)
            fail_msg("no class %s", klass.at);
        const struct cdi_offence *offence = &tables.offences[index];
        assert_string_equal(cell(&rows, i, "hmicfrs_category").at, cdi_category_word(offence->category));
        assert_int_equal(rank(cell(&rows, i, "principal_rank")), offence->rank);
        assert_int_equal(cdi_text_is(cell(&rows, i, "in_cdi_scope"), "Y"), offence->due);
        if (cdi_text_is(cell(&rows, i, "victim_or_state"), "S"))
            assert_true(offence->state_based);
        if (cdi_text_is(cell(&rows, i, "victim_or_state"), "V"))
            assert_false(offence->state_based);
    }
    cdi_table_rows_finish(&rows);
}

static void every_code_of_the_list_is_here_with_its_rank(void **state)
{
    size_t without_class = 0;
    (void)state;
    struct cdi_table_rows rows = reference("offence_codes.csv");
    for (size_t i = 1; i < rows.row_count; i++) {
        struct cdi_text code = cell(&rows, i, "ho_offence_code");
        if (cell(&rows, i, "ho_class").size == 0) {
            without_class++;
            continue;
        }
        const struct cdi_offence_code *row = cdi_tables_code(&tables, code);
        if (row == NULL)
            fail_msg("no code %s", code.at);
        if (cell(&rows, i, "principal_rank").size > 0)
            assert_int_equal(rank(cell(&rows, i, "principal_rank")), row->rank);
    }
    assert_int_equal(without_class, 2);         /* two of fraud, whose class Report Fraud decides */
    cdi_table_rows_finish(&rows);
}

/* A code may be of several classes (058/00 is any criminal damage); the one it leads to is one of the list's. */
static void every_code_leads_to_a_class_that_the_list_gives_it(void **state)
{
    (void)state;
    struct cdi_table_rows rows = reference("offence_codes.csv");
    for (uint16_t i = 0; i < tables.code_count; i++) {
        bool named = false, listed = false;
        for (size_t j = 1; j < rows.row_count; j++) {
            if (!cdi_text_same(cell(&rows, j, "ho_offence_code"), tables.codes[i].code))
                continue;
            listed = true;
            named = named || cdi_text_same(cell(&rows, j, "ho_class"), tables.offences[tables.codes[i].offence].klass);
        }
        if (listed && !named)
            fail_msg("%s is not of %s", tables.codes[i].code.at, tables.offences[tables.codes[i].offence].klass.at);
        if (!listed)            /* the reported incidents have codes in the list of classes only */
            assert_false(tables.offences[tables.codes[i].offence].due);
    }
    cdi_table_rows_finish(&rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_class_of_the_list_is_here_with_its_category_rank_and_scope),
        cmocka_unit_test(every_code_of_the_list_is_here_with_its_rank),
        cmocka_unit_test(every_code_leads_to_a_class_that_the_list_gives_it),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, read_shipped, drop_shipped);
}
