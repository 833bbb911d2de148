#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/csv.h"

/* What was read, as one text: "line:cell|cell;" a row, "line!word;" a bad one. */
struct seen { char text[4096]; size_t used; };

static bool note(void *context, const struct cdi_csv_row *row)
{
    struct seen *seen = context;
    size_t room = sizeof seen->text - seen->used;

    if (room < 400)
        return true;
    if (row->problem.code != CDI_ERROR_NONE) {
        seen->used += (size_t)snprintf(seen->text + seen->used, room, "%s!%s;", row->problem.where, cdi_error_word(row->problem.code));
        return true;
    }
    seen->used += (size_t)snprintf(seen->text + seen->used, room, "%llu:", (unsigned long long)row->line);
    for (size_t i = 0; i < row->count && i < 20; i++)
        seen->used += (size_t)snprintf(seen->text + seen->used, sizeof seen->text - seen->used, "%s%.*s", i > 0 ? "|" : "",
                                       row->cells[i].size > 100 ? 100 : (int)row->cells[i].size, row->cells[i].at);
    seen->used += (size_t)snprintf(seen->text + seen->used, sizeof seen->text - seen->used, ";");
    return true;
}

static void read_all(const char *bytes, size_t size, size_t chunk, struct seen *seen)
{
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    struct cdi_csv *csv = cdi_csv_create("f", '\0', note, seen, &err);

    memset(seen, 0, sizeof *seen);
    for (size_t at = 0; at < size; at += chunk)
        assert_true(cdi_csv_feed(csv, bytes + at, size - at < chunk ? size - at : chunk, &err));
    assert_true(cdi_csv_end(csv, &err));
    cdi_csv_destroy(csv);
}

static void expect(const char *bytes, const char *want)
{
    struct seen seen;

    read_all(bytes, strlen(bytes), 1 << 20, &seen);
    assert_string_equal(seen.text, want);
    read_all(bytes, strlen(bytes), 5, &seen);
    assert_string_equal(seen.text, want);
}

static void rows_come_with_their_lines(void **state)
{
    (void)state;
    expect("a,b\nc,d\n", "1:a|b;2:c|d;");
    expect("a,b\r\nc,d", "1:a|b;2:c|d;");
    expect("a,b\rc,d", "1:a|b;1:c|d;");
    expect("\xEF\xBB\xBF" "a,b\n", "1:a|b;");
    expect("a\n\n\r\nb\n", "1:a;4:b;");
    expect("a, b ,\" c \"\n", "1:a|b| c ;");
    expect("a,b\n,,\nc,\n", "1:a|b;3:c|;");
    expect("", "");
}

static void quotes_hold_separators_line_ends_and_quotes(void **state)
{
    (void)state;
    expect("\"a,b\",\"c\nd\",\"e\"\"f\"\ng\n", "1:a,b|c\nd|e\"f;3:g;");
}

static void a_quote_never_closed_costs_its_own_line_only(void **state)
{
    (void)state;
    expect("a,b\nc,\"d\ne,f\ng,h\n", "1:a|b;f:2!not_csv;3:e|f;4:g|h;");
    expect("a,\"b", "f:1!not_csv;");
    expect("a,\"b\n", "f:1!not_csv;");
}

static void a_file_of_stray_quotes_ends(void **state)
{
    size_t size = 100000;
    char *bytes = malloc(size);
    struct seen seen;

    (void)state;
    for (size_t i = 0; i < size; i += 4)
        memcpy(bytes + i, "\"ab\n", 4);
    read_all(bytes, size, 65536, &seen);
    assert_non_null(strstr(seen.text, "f:1!not_csv;f:2!not_csv;"));
    free(bytes);
}

static void bytes_that_are_not_utf_8_cost_their_row_and_say_the_cell(void **state)
{
    (void)state;
    expect("a,b\nc,caf\xE9\ne,caf\xC3\xA9\n", "1:a|b;f:2:2!not_csv;3:e|caf\xC3\xA9;");
    expect("a\n\xC0\x80\n\xED\xA0\x80\n\xF4\x90\x80\x80\n\xF0\x9F\x98\x80\n", "1:a;f:2:1!not_csv;f:3:1!not_csv;f:4:1!not_csv;5:\xF0\x9F\x98\x80;");
}

static void a_nul_costs_its_row(void **state)
{
    struct seen seen;

    (void)state;
    read_all("a,b\nc\0c,d\ne,f\n", 14, 64, &seen);
    assert_string_equal(seen.text, "1:a|b;f:2:1!not_csv;3:e|f;");
}

static void a_million_columns_cost_their_row(void **state)
{
    size_t size = 2000000;
    char *bytes = malloc(size + 8);
    struct seen seen;

    (void)state;
    for (size_t i = 0; i < size; i += 2)
        memcpy(bytes + i, "x,", 2);
    memcpy(bytes + size, "\na,b\n", 5);
    read_all(bytes, size + 5, 65536, &seen);
    assert_string_equal(seen.text, "f:1:513!too_large;2:a|b;");
    free(bytes);
}

static void a_row_beyond_a_megabyte_is_skipped(void **state)
{
    size_t size = 3000000;
    char *bytes = malloc(size + 8);
    struct seen seen;

    (void)state;
    memset(bytes, 'x', size);
    memcpy(bytes + size, "\na,b\n", 5);
    read_all(bytes, size + 5, 100000, &seen);
    assert_string_equal(seen.text, "f:1!too_large;2:a|b;");
    free(bytes);
}

static void a_row_that_crosses_the_megabyte_in_its_last_bytes_loses_no_cell_unsaid(void **state)
{
    (void)state;
    enum { FIRST = CDI_CSV_ROW_MAX - 1000, WHOLE = CDI_CSV_ROW_MAX + 1000 };
    static char bytes[WHOLE];
    struct seen seen;
    memset(bytes, 'a', sizeof bytes);
    bytes[FIRST] = ',';
    memcpy(bytes + WHOLE - 5, "\nb,c\n", 5);
    read_all(bytes, sizeof bytes, sizeof bytes, &seen);
    assert_string_equal(seen.text, "f:1!too_large;2:b|c;");
}

static void another_kind_of_file_is_refused_as_a_whole(void **state)
{
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    struct seen seen = { .used = 0 };
    struct cdi_csv *csv = cdi_csv_create("f", ';', note, &seen, &err);

    (void)state;
    assert_false(cdi_csv_feed(csv, "\xFF\xFE" "a\0b\0", 6, &err));
    assert_int_equal(err.code, CDI_ERROR_NOT_CSV);
    cdi_csv_destroy(csv);
}

/* Chunks are only how bytes arrive: rows do not depend on them. */
static void rows_do_not_depend_on_chunks(void **state)
{
    const char *seed_text = getenv("SEED");
    uint64_t seed = seed_text == NULL ? 20261104 : strtoull(seed_text, NULL, 10);
    static const char letters[] = "a,\"\n\r b";

    (void)state;
    for (int round = 0; round < 2000; round++) {
        char bytes[64];
        size_t size = sizeof bytes;
        struct seen whole, parts;
        uint64_t first = seed;
        for (size_t i = 0; i < size; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            bytes[i] = letters[(seed >> 33) % (sizeof letters - 1)];
        }
        read_all(bytes, size, size, &whole);
        read_all(bytes, size, 4 + (seed >> 40) % 8, &parts);
        if (strcmp(whole.text, parts.text) != 0)
            fail_msg("SEED=%llu round %d: \"%s\" is not \"%s\"", (unsigned long long)first, round, whole.text, parts.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_with_their_lines),
        cmocka_unit_test(quotes_hold_separators_line_ends_and_quotes),
        cmocka_unit_test(a_quote_never_closed_costs_its_own_line_only),
        cmocka_unit_test(a_file_of_stray_quotes_ends),
        cmocka_unit_test(bytes_that_are_not_utf_8_cost_their_row_and_say_the_cell),
        cmocka_unit_test(a_nul_costs_its_row),
        cmocka_unit_test(a_million_columns_cost_their_row),
        cmocka_unit_test(a_row_beyond_a_megabyte_is_skipped),
        cmocka_unit_test(a_row_that_crosses_the_megabyte_in_its_last_bytes_loses_no_cell_unsaid),
        cmocka_unit_test(another_kind_of_file_is_refused_as_a_whole),
        cmocka_unit_test(rows_do_not_depend_on_chunks),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
