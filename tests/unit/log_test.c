#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "edge/clock.h"
#include "edge/log_flood.h"
#include "edge/log_journal.h"
#include "edge/log_line.h"

/* The journal of this test: what would be sent to the real one, which need not be there, is kept here. */
static struct { char text[2 * CDI_LOG_LINE_SIZE]; int entries, answer; } journal;
int sd_journal_sendv(const struct iovec *fields, int count);
int sd_journal_sendv(const struct iovec *fields, int count)
{
    size_t used = 0;
    for (int i = 0; i < count; i++) {
        assert_true(used + fields[i].iov_len + 1 < sizeof journal.text);
        memcpy(journal.text + used, fields[i].iov_base, fields[i].iov_len);
        used += fields[i].iov_len;
        journal.text[used++] = '\n';
    }
    journal.text[used] = '\0';
    journal.entries++;
    return journal.answer;
}

static char *line_of(const char *event, const struct cdi_log_about *about, const char *words)
{
    static char line[CDI_LOG_LINE_SIZE];
    const struct cdi_log_entry entry = { { INT64_C(1793826845123) }, CDI_LOG_WARNING, event, about, words };
    size_t size = cdi_log_line(&entry, line);
    assert_int_equal(size, strlen(line));
    assert_int_equal(line[size - 1], '\n');
    return line;
}

static const char *message_of(const char *words)
{
    char *words_at = strstr(line_of("event", &CDI_LOG_ABOUT_NOTHING, words), ": ");
    words_at[strlen(words_at) - 1] = '\0';
    return words_at + 2;
}

static void a_line_is_time_level_event_what_it_is_about_and_words(void **state)
{
    (void)state;
    const struct cdi_error problem = { CDI_ERROR_BAD_TIME, "/received_at", "a time has an offset" };
    const struct cdi_log_about about = { 3, "cdi.crimes", 2, INT64_C(4294967296), &problem };
    assert_string_equal(line_of("rejected", &about, "to the dead letters"),
                        "2026-11-04T21:14:05.123Z warning rejected shard=3 topic=cdi.crimes partition=2 offset=4294967296 "
                        "error=bad_time where=/received_at: to the dead letters: a time has an offset\n");
}

static void what_a_line_is_not_about_is_left_out(void **state)
{
    (void)state;
    const struct cdi_error nothing = { 0 };
    struct cdi_log_about about = { 0, NULL, -1, 0, &nothing };
    assert_string_equal(line_of("e", &CDI_LOG_ABOUT_NOTHING, "w"), "2026-11-04T21:14:05.123Z warning e: w\n");
    assert_string_equal(line_of("e", &about, "w"), "2026-11-04T21:14:05.123Z warning e shard=0 offset=0: w\n");
}

static void the_time_has_its_milliseconds_also_when_they_are_zero(void **state)
{
    (void)state;
    char line[CDI_LOG_LINE_SIZE];
    const struct cdi_log_entry entry = { { 0 }, CDI_LOG_ERROR, "e", &CDI_LOG_ABOUT_NOTHING, "w" };
    (void)cdi_log_line(&entry, line);
    assert_string_equal(line, "1970-01-01T00:00:00.000Z error e: w\n");
}

static void control_characters_are_made_harmless(void **state)
{
    (void)state;
    assert_string_equal(message_of("a\nb\r\tc\x1b[31m\x7f"), "a\\x0ab\\x0d\\x09c\\x1b[31m\\x7f");
    assert_string_equal(message_of("\xc2\x9b" "2J"), "\\xc2\\x9b2J");
    assert_string_equal(message_of("\xe2\x80\xa8|\xe2\x80\xae|\xe2\x81\xa6"), "\\xe2\\x80\\xa8|\\xe2\\x80\\xae|\\xe2\\x81\\xa6");
}

static void what_is_no_utf8_is_made_harmless_and_what_is_stays(void **state)
{
    (void)state;
    assert_string_equal(message_of("Caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x9a\x93"), "Caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x9a\x93");
    assert_string_equal(message_of("\xff\xc0\x80"), "\\xff\\xc0\\x80");
    assert_string_equal(message_of("\xe0\x9f\xbf|\xed\xa0\x80|\xf0\x8f\xbf\xbf|\xf4\x90\x80\x80"),
                        "\\xe0\\x9f\\xbf|\\xed\\xa0\\x80|\\xf0\\x8f\\xbf\\xbf|\\xf4\\x90\\x80\\x80");
    assert_string_equal(message_of("half \xe2\x82"), "half \\xe2\\x82");
}

static void names_cannot_forge_a_line_either(void **state)
{
    (void)state;
    const struct cdi_error problem = { CDI_ERROR_MISSING, "/a\n/b", "t" };
    const struct cdi_log_about about = { -1, "cdi\ncrimes", -1, -1, &problem };
    const char *line = line_of("e\n", &about, "w");
    assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
}

static void a_long_line_is_cut_at_a_whole_character_and_says_so(void **state)
{
    (void)state;
    for (int before = 0; before < 4; before++) {
        char words[3 * CDI_LOG_LINE_SIZE] = "abcd";
        words[before] = '\0';
        for (int i = 0; i < CDI_LOG_LINE_SIZE; i++)
            memcpy(words + before + 2 * i, "\xc3\xa9", 3);
        const char *line = line_of("e", &CDI_LOG_ABOUT_NOTHING, words);
        const char *mark = strstr(line, " [cut]\n");
        assert_non_null(mark);
        assert_true(strlen(line) < CDI_LOG_LINE_SIZE && strlen(line) > CDI_LOG_LINE_SIZE - 8);
        assert_memory_equal(mark - 2, "\xc3\xa9", 2);
    }
}

static void every_level_has_its_word_and_no_other_word_is_one(void **state)
{
    (void)state;
    enum cdi_log_level level = CDI_LOG_INFO;
    assert_false(cdi_log_level_from(CDI_TEXT("loud"), &level));
    assert_false(cdi_log_level_from(CDI_TEXT_NONE, &level));
    assert_int_equal(level, CDI_LOG_INFO);
    for (enum cdi_log_level each = 0; each < CDI_LOG_LEVEL_COUNT; each++) {
        assert_true(cdi_log_level_from(cdi_text_of(cdi_log_level_word(each)), &level));
        assert_int_equal(level, each);
    }
}

static struct cdi_span at(int64_t ms) { return (struct cdi_span){ ms }; }

static void of_a_flood_the_first_lines_are_shown_and_the_others_counted(void **state)
{
    (void)state;
    struct cdi_log_flood flood = { 0 };
    struct cdi_log_kind over;
    uint64_t held = 0;
    for (int i = 0; i < 1000; i++)
        assert_int_equal(cdi_log_flood_admit(&flood, CDI_LOG_NOTICE, "rejected", 3, at(i)), i < CDI_LOG_FLOOD_SHOWN);
    assert_false(cdi_log_flood_over(&flood, at(9999), false, &over, &held));
    assert_true(cdi_log_flood_over(&flood, at(10000), false, &over, &held));
    assert_string_equal(over.event, "rejected");
    assert_int_equal(over.level, CDI_LOG_NOTICE);
    assert_int_equal(over.shard, 3);
    assert_int_equal(held, 1000 - CDI_LOG_FLOOD_SHOWN);
    assert_false(cdi_log_flood_over(&flood, at(10000), true, &over, &held));
    assert_true(cdi_log_flood_admit(&flood, CDI_LOG_NOTICE, "rejected", 3, at(10001)));
}

static void a_flood_hides_no_other_event_level_or_shard(void **state)
{
    (void)state;
    struct cdi_log_flood flood = { 0 };
    while (cdi_log_flood_admit(&flood, CDI_LOG_NOTICE, "rejected", 3, at(5)))
        continue;
    assert_true(cdi_log_flood_admit(&flood, CDI_LOG_ERROR, "rejected", 3, at(5)));
    assert_true(cdi_log_flood_admit(&flood, CDI_LOG_NOTICE, "rejected", 4, at(5)));
    assert_true(cdi_log_flood_admit(&flood, CDI_LOG_NOTICE, "commit_failed", 3, at(5)));
}

static void a_count_that_is_owed_is_never_lost_for_want_of_rows(void **state)
{
    (void)state;
    struct cdi_log_flood flood = { 0 };
    struct cdi_log_kind over;
    uint64_t held = 0;
    for (int i = 0; i < 21; i++)
        (void)cdi_log_flood_admit(&flood, CDI_LOG_NOTICE, "rejected", -1, at(0));
    for (int32_t shard = 0; shard < 10 * CDI_LOG_FLOOD_KINDS; shard++)
        assert_true(cdi_log_flood_admit(&flood, CDI_LOG_NOTICE, "shard_ready", shard, at(20000 + 500 * (int64_t)shard)));
    assert_true(cdi_log_flood_over(&flood, at(0), true, &over, &held));
    assert_string_equal(over.event, "rejected");
    assert_int_equal(held, 1);
}

/* Everything written to stderr between the two calls. */
static int stderr_kept = -1;
static FILE *caught;
static void catch_stderr(void)
{
    caught = tmpfile();
    assert_non_null(caught);
    assert_int_equal(fcntl(fileno(caught), F_SETFL, O_APPEND), 0);
    stderr_kept = dup(STDERR_FILENO);
    assert_true(dup2(fileno(caught), STDERR_FILENO) >= 0);
}

static char *caught_text(void)
{
    long size;
    assert_true(dup2(stderr_kept, STDERR_FILENO) >= 0);
    close(stderr_kept);
    assert_int_equal(fseek(caught, 0, SEEK_END), 0);
    assert_true((size = ftell(caught)) >= 0);
    rewind(caught);
    char *text = calloc(1, (size_t)size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)size, caught), size);
    fclose(caught);
    return text;
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *found = strstr(text, part); found != NULL; found = strstr(found + 1, part))
        count++;
    return count;
}

static void what_is_less_than_asked_for_is_not_said(void **state)
{
    (void)state;
    catch_stderr();
    cdi_log(CDI_LOG_INFO, "unasked", "at first it is NOTICE");
    cdi_log_open(CDI_LOG_WARNING);
    cdi_log(CDI_LOG_NOTICE, "less", "no");
    cdi_log(CDI_LOG_WARNING, "equal", "yes");
    cdi_log(CDI_LOG_ERROR, "more", "yes, %d", 2);
    char *text = caught_text();
    assert_null(strstr(text, "unasked"));
    assert_null(strstr(text, "less"));
    assert_non_null(strstr(text, " warning equal: yes\n"));
    assert_non_null(strstr(text, " error more: yes, 2\n"));
    free(text);
}

static void a_line_about_nothing_may_say_so_by_null_and_errno_is_kept(void **state)
{
    (void)state;
    catch_stderr();
    errno = ENOENT;
    cdi_log_about(CDI_LOG_ERROR, "null_about", NULL, "words");
    int kept = errno;
    char *text = caught_text();
    assert_int_equal(kept, ENOENT);
    assert_non_null(strstr(text, " error null_about: words\n"));
    free(text);
}

static void words_of_any_length_are_cut_by_the_line(void **state)
{
    (void)state;
    catch_stderr();
    cdi_log(CDI_LOG_ERROR, "long", "%*d", 100000, 7);
    char *text = caught_text();
    assert_non_null(strstr(text, " [cut]\n"));
    assert_true(strlen(text) < CDI_LOG_LINE_SIZE);
    free(text);
}

static void a_flood_is_counted_to_the_last_line(void **state)
{
    (void)state;
    enum { LINES = 500 };
    unsigned long counted = 0;
    catch_stderr();
    int64_t began = cdi_clock_elapsed().ms;
    for (int i = 0; i < LINES; i++)
        cdi_log(CDI_LOG_ERROR, "flooding", "again");
    bool one_window = cdi_clock_elapsed().ms - began < CDI_LOG_FLOOD_WINDOW.ms;
    cdi_log_tell_held(true);
    cdi_log_tell_held(true);
    char *text = caught_text();
    size_t shown = count_of(text, " error flooding: again\n");
    for (const char *found = strstr(text, "log_flood: flooding: "); found != NULL; found = strstr(found + 1, "log_flood: flooding: "))
        counted += strtoul(found + strlen("log_flood: flooding: "), NULL, 10);
    assert_int_equal(shown + counted, LINES);
    if (one_window)                             /* else the machine stood still for ten seconds */
        assert_int_equal(shown, CDI_LOG_FLOOD_SHOWN);
    free(text);
}

static void kafkas_levels_become_ours_and_its_facility_the_event(void **state)
{
    (void)state;
    cdi_log_open(CDI_LOG_DEBUG);
    catch_stderr();
    cdi_log_kafka(0, "FATAL", "zero");
    cdi_log_kafka(3, "FAIL", "three");
    cdi_log_kafka(4, "MAX POLL", "four");
    cdi_log_kafka(5, "GETPID", "five");
    cdi_log_kafka(6, "SESSTMOUT", "six %s");
    cdi_log_kafka(7, "a-facility-whose-name-is-longer-than-any-event-may-be", "seven");
    char *text = caught_text();
    assert_non_null(strstr(text, " error kafka_fatal: zero\n"));
    assert_non_null(strstr(text, " error kafka_fail: three\n"));
    assert_non_null(strstr(text, " warning kafka_max_poll: four\n"));
    assert_non_null(strstr(text, " notice kafka_getpid: five\n"));
    assert_non_null(strstr(text, " info kafka_sesstmout: six %s\n"));
    assert_non_null(strstr(text, " debug kafka_a_facility_whose_name_"));
    free(text);
}

enum { THREADS = 4, LINES_EACH = 300 };
static void *chatter(void *argument)
{
    const char *name = argument;
    for (int i = 0; i < LINES_EACH; i++) {
        char event[24];
        (void)snprintf(event, sizeof event, "%s_%d", name, i);
        cdi_log(CDI_LOG_ERROR, event, "%0500d end", i);
    }
    return NULL;
}

static void lines_of_threads_do_not_mix(void **state)
{
    (void)state;
    static char names[THREADS][4] = { "one", "two", "six", "ten" };
    pthread_t threads[THREADS];
    catch_stderr();
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, chatter, names[i]), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    char *text = caught_text(), *rest = text;
    size_t lines = 0;
    for (const char *line; (line = strsep(&rest, "\n")) != NULL && *line != '\0'; lines++) {
        const char *number = strrchr(line, '_'), *words = strstr(line, ": ");
        assert_true(number != NULL && words != NULL && strlen(words) == strlen(": ") + 500 + strlen(" end"));
        assert_int_equal(strtol(number + 1, NULL, 10), strtol(words + 2, NULL, 10));
    }
    assert_int_equal(lines, THREADS * LINES_EACH);
    free(text);
}

static void name_of(int descriptor, char out[64])
{
    struct stat status;
    assert_int_equal(fstat(descriptor, &status), 0);
    (void)snprintf(out, 64, "%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
}

static void the_journal_is_known_by_device_and_inode(void **state)
{
    (void)state;
    int pair[2];
    char right[64], other[64], longer[72];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    name_of(pair[0], right);
    name_of(pair[1], other);
    (void)snprintf(longer, sizeof longer, "%s7", right);
    assert_true(cdi_log_is_journal(pair[0], right));
    const char *wrong[] = { NULL, "", ":", "8", "8:", ":8", "x:y", other, longer };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(cdi_log_is_journal(pair[0], wrong[i]));
    close(pair[0]);
    close(pair[1]);
    assert_false(cdi_log_is_journal(pair[0], right));
}

/* stderr becomes `stream`, as the service manager would have it, unless $JOURNAL_STREAM is told of another. */
static void log_with_journal_stream(int named)
{
    char name[64];
    name_of(named, name);
    assert_int_equal(setenv("JOURNAL_STREAM", name, 1), 0);
    const struct cdi_error problem = { CDI_ERROR_BAD_TIME, "/received_at", "a time has an offset" };
    const struct cdi_log_about about = { 3, "cdi.crimes", 2, 17, &problem };
    cdi_log_open(CDI_LOG_NOTICE);
    cdi_log_about(CDI_LOG_WARNING, "rejected", &about, "to the\ndead letters");
    assert_int_equal(unsetenv("JOURNAL_STREAM"), 0);
    cdi_log_open(CDI_LOG_NOTICE);
}

static void an_entry_of_the_journal_has_its_fields(void **state)
{
    (void)state;
    journal.entries = 0;
    catch_stderr();
    log_with_journal_stream(STDERR_FILENO);
    char *text = caught_text();
    assert_string_equal(text, "");
    assert_int_equal(journal.entries, 1);
    assert_string_equal(journal.text,
                        "MESSAGE=to the\\x0adead letters: a time has an offset\nPRIORITY=4\nSYSLOG_IDENTIFIER=cdiwatch\n"
                        "CDIWATCH_EVENT=rejected\nCDIWATCH_SHARD=3\nCDIWATCH_TOPIC=cdi.crimes\nCDIWATCH_PARTITION=2\n"
                        "CDIWATCH_OFFSET=17\nCDIWATCH_ERROR=bad_time\nCDIWATCH_WHERE=/received_at\n");
    free(text);
}

static void a_stderr_that_was_redirected_gets_text_whatever_the_environment_says(void **state)
{
    (void)state;
    journal.entries = 0;
    catch_stderr();
    log_with_journal_stream(stderr_kept);
    char *text = caught_text();
    assert_int_equal(journal.entries, 0);
    assert_non_null(strstr(text, " warning rejected shard=3 "));
    free(text);
}

static void what_the_journal_refuses_goes_to_stderr(void **state)
{
    (void)state;
    journal.answer = -ENOBUFS;
    catch_stderr();
    log_with_journal_stream(STDERR_FILENO);
    char *text = caught_text();
    journal.answer = 0;
    assert_non_null(strstr(text, " warning rejected shard=3 "));
    free(text);
}

static void priorities_are_syslogs(void **state)
{
    (void)state;
    static const int wanted[CDI_LOG_LEVEL_COUNT] = {
        [CDI_LOG_ERROR] = 3, [CDI_LOG_WARNING] = 4, [CDI_LOG_NOTICE] = 5, [CDI_LOG_INFO] = 6, [CDI_LOG_DEBUG] = 7
    };
    for (enum cdi_log_level level = 0; level < CDI_LOG_LEVEL_COUNT; level++) {
        char field[32];
        const struct cdi_log_entry entry = { { 0 }, level, "e", &CDI_LOG_ABOUT_NOTHING, "w" };
        assert_true(cdi_log_journal_send(&entry));
        (void)snprintf(field, sizeof field, "\nPRIORITY=%d\n", wanted[level]);
        assert_non_null(strstr(journal.text, field));
        assert_null(strstr(journal.text, "CDIWATCH_SHARD"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_less_than_asked_for_is_not_said),      /* first: nobody has opened the log yet */
        cmocka_unit_test(a_line_is_time_level_event_what_it_is_about_and_words),
        cmocka_unit_test(what_a_line_is_not_about_is_left_out),
        cmocka_unit_test(the_time_has_its_milliseconds_also_when_they_are_zero),
        cmocka_unit_test(control_characters_are_made_harmless),
        cmocka_unit_test(what_is_no_utf8_is_made_harmless_and_what_is_stays),
        cmocka_unit_test(names_cannot_forge_a_line_either),
        cmocka_unit_test(a_long_line_is_cut_at_a_whole_character_and_says_so),
        cmocka_unit_test(every_level_has_its_word_and_no_other_word_is_one),
        cmocka_unit_test(of_a_flood_the_first_lines_are_shown_and_the_others_counted),
        cmocka_unit_test(a_flood_hides_no_other_event_level_or_shard),
        cmocka_unit_test(a_count_that_is_owed_is_never_lost_for_want_of_rows),
        cmocka_unit_test(a_line_about_nothing_may_say_so_by_null_and_errno_is_kept),
        cmocka_unit_test(words_of_any_length_are_cut_by_the_line),
        cmocka_unit_test(a_flood_is_counted_to_the_last_line),
        cmocka_unit_test(kafkas_levels_become_ours_and_its_facility_the_event),
        cmocka_unit_test(lines_of_threads_do_not_mix),
        cmocka_unit_test(the_journal_is_known_by_device_and_inode),
        cmocka_unit_test(an_entry_of_the_journal_has_its_fields),
        cmocka_unit_test(a_stderr_that_was_redirected_gets_text_whatever_the_environment_says),
        cmocka_unit_test(what_the_journal_refuses_goes_to_stderr),
        cmocka_unit_test(priorities_are_syslogs),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
