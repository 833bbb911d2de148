/* Properties of the view: whatever comes in whatever order, wherever it is cut, closed, killed or damaged, the same view results. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "edge/view_file.h"
#include "view_place.h"

enum { REPORTS = 25, VERSIONS = 6, MESSAGES = REPORTS * VERSIONS + 6, SAID = 2 * MESSAGES, ROUNDS = 10, DAMAGES = 100, KILLS = 12 };

struct story { struct told told[MESSAGES]; };

/* Several versions of each report, now and then two documents of one version; two feeds. */
static void story_make(struct story *story, uint64_t *seed)
{
    size_t count = 0;
    for (uint32_t which = 0; which < REPORTS; which++)
        for (uint32_t version = 1; version <= VERSIONS; version++)
            story->told[count++] = random_told(seed, which, random_one_in(seed, 5) ? VERSIONS / 2 : version);
    for (uint32_t version = 1; version <= 3; version++) {
        story->told[count++] = random_feed(seed, "dpp", "storm", version);
        story->told[count++] = random_feed(seed, "dpp", "niche", version);
    }
    assert_int_equal(count, MESSAGES);
}

static void story_free(struct story *story)
{
    for (size_t i = 0; i < MESSAGES; i++)
        told_free(&story->told[i]);
}

/* Every message twice; `seed` NULL: in their order. */
static void order_make(size_t order[SAID], uint64_t *seed)
{
    for (size_t i = 0; i < SAID; i++)
        order[i] = i % MESSAGES;
    for (size_t i = SAID; seed != NULL && i > 1; i--) {
        size_t other = random_below(seed, (uint32_t)i), kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
}

/* From where the view says that it goes on; message i of the order is offset i of partition 1. */
static void tell_all(struct view_place *place, const struct story *story, const size_t order[SAID], uint64_t *seed)
{
    struct cdi_error why = { 0 };
    int64_t next = cdi_view_next(place->view, 1);
    for (size_t i = next < 0 ? 0 : (size_t)next; i < SAID; i++) {
        tell(place, 1, (int64_t)i, &story->told[order[i]]);
        if (seed != NULL && random_one_in(seed, 8))
            commit(place);
        if (seed != NULL && random_one_in(seed, 40)) {          /* what was not committed is told again */
            assert_true(place_open(place, &why));
            next = cdi_view_next(place->view, 1);
            assert_true(next <= (int64_t)i + 1);
            i = next < 0 ? SIZE_MAX : (size_t)next - 1;
        }
    }
    commit(place);
}

/* What a view in a place of its own answers, told in the order given. */
static struct answered lived(const struct story *story, const size_t order[SAID], uint64_t *seed)
{
    struct view_place place;
    struct cdi_error why = { 0 };
    place_make(&place);
    assert_true(place_open(&place, &why));
    tell_all(&place, story, order, seed);
    struct answered answered = dump(&place);
    place_remove(&place);
    return answered;
}

static void any_order_cut_anywhere_and_closed_anywhere_gives_the_same_view(void **state)
{
    (void)state;
    uint64_t first = random_seed("orders of the view");
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint64_t seed = first + round;
        size_t order[SAID];
        struct story story;
        story_make(&story, &seed);
        order_make(order, NULL);
        struct answered wanted = lived(&story, order, NULL);
        order_make(order, &seed);
        struct answered got = lived(&story, order, &seed);
        if (!same_answer(&wanted, &got) || wanted.count != REPORTS + 2)
            fail_msg("another view; SEED=%llu", (unsigned long long)(first + round));
        free(wanted.at);
        free(got.at);
        story_free(&story);
    }
}

/* ---- damage ---- */

static void flip(const char *path, uint64_t *seed)
{
    int file = open(path, O_RDWR);
    off_t size = lseek(file, 0, SEEK_END);
    uint8_t byte;
    assert_true(file >= 0 && size > 0);
    for (uint32_t i = random_below(seed, 4) + 1; i > 0; i--) {
        off_t at = random_one_in(seed, 3) ? (off_t)random_below(seed, 100) : (off_t)(random_next(seed) % (uint64_t)size);
        assert_int_equal(pread(file, &byte, 1, at), 1);
        byte ^= (uint8_t)(1u << random_below(seed, 8));
        assert_int_equal(pwrite(file, &byte, 1, at), 1);
    }
    close(file);
}

static void cut(const char *path, uint64_t *seed)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(truncate(path, (off_t)(random_next(seed) % (uint64_t)status.st_size)), 0);
}

static void overwrite(const char *path, uint64_t *seed)
{
    int file = open(path, O_RDWR);
    uint64_t words[512];
    off_t size = lseek(file, 0, SEEK_END);
    assert_true(file >= 0 && size > 0);
    for (size_t i = 0; i < 512; i++)
        words[i] = random_one_in(seed, 2) ? random_next(seed) : 0;
    assert_true(pwrite(file, words, sizeof words, (off_t)(random_next(seed) % (uint64_t)size)) > 0);
    close(file);
}

static void copy(const char *from, const char *to)
{
    char bytes[65536];
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ssize_t size;
    assert_true(in >= 0 && out >= 0);
    while ((size = read(in, bytes, sizeof bytes)) > 0)
        assert_int_equal(write(out, bytes, (size_t)size), size);
    close(in);
    close(out);
}

/* Damage that does no harm (to room that nothing stands in) may stay; whatever happens, after it is told what it has not heard the view
 * is as it was. */
static void a_damaged_file_is_as_it_was_or_rebuilt(void **state)
{
    struct view_place place;
    struct cdi_error why = { 0 };
    struct story story;
    size_t order[SAID], rebuilt = 0;
    char whole[128];
    uint64_t first = random_seed("damage to the view"), seed = first;
    (void)state;
    story_make(&story, &seed);
    order_make(order, NULL);
    place_make(&place);
    assert_true(place_open(&place, &why));
    tell_all(&place, &story, order, NULL);
    struct answered wanted = dump(&place);
    cdi_view_close(place.view);
    place.view = NULL;
    snprintf(whole, sizeof whole, "%s-whole", place.path);
    copy(place.path, whole);
    for (uint64_t round = 0; round < DAMAGES; round++) {
        seed = first + round;
        copy(whole, place.path);
        (round % 4 == 0 ? cut : round % 4 == 1 ? overwrite : flip)(place.path, &seed);
        rebuilt += !place_open(&place, &why) || cdi_view_next(place.view, 1) == CDI_VIEW_FROM_BEGINNING;
        tell_all(&place, &story, order, NULL);
        struct answered got = dump(&place);
        if (!same_answer(&wanted, &got))
            fail_msg("%zu of %zu documents; SEED=%llu", got.count, wanted.count, (unsigned long long)seed);
        free(got.at);
        cdi_view_close(place.view);
        place.view = NULL;
    }
    assert_true(rebuilt > DAMAGES / 3);
    unlink(whole);
    free(wanted.at);
    story_free(&story);
    place_remove(&place);
}

/* A reader meets the file before the writer has looked at it. */
static void a_reader_of_a_damaged_file_fails_or_is_right(void **state)
{
    struct view_place place;
    struct cdi_error err = { 0 };
    struct story story;
    size_t order[SAID];
    char whole[128];
    uint64_t first = random_seed("damage to what is read"), seed = first;
    (void)state;
    story_make(&story, &seed);
    order_make(order, NULL);
    place_make(&place);
    assert_true(place_open(&place, &err));
    tell_all(&place, &story, order, NULL);
    cdi_view_close(place.view);
    place.view = NULL;
    snprintf(whole, sizeof whole, "%s-whole", place.path);
    copy(place.path, whole);
    for (uint64_t round = 0; round < DAMAGES; round++) {
        struct answered got = { .at = NULL };
        char next[CDI_VIEW_CURSOR_SIZE];
        struct cdi_view_stamp stamp;
        seed = first + round;
        copy(whole, place.path);
        (round % 4 == 0 ? cut : round % 4 == 1 ? overwrite : flip)(place.path, &seed);
        cdi_error_clear(&err);
        struct cdi_view_reader *reader = cdi_view_reader_open(place.path, &err);
        bool good = reader != NULL && cdi_view_stamp(reader, &stamp, &err) &&
            cdi_view_list(reader, &(struct cdi_view_filter){ .unanswered = round % 2 == 0 }, NULL, 50, answered_take, &got, next, &err) &&
            cdi_view_feeds(reader, answered_take, &got, &err);
        if (good != (err.code == CDI_ERROR_NONE))
            fail_msg("fails without a word, or the reverse: %s; SEED=%llu", err.text, (unsigned long long)seed);
        for (size_t i = 0, begin = 0; i < got.size; i++) {       /* what is given is what was written */
            bool found = false;
            if (got.at[i] != '\n')
                continue;
            for (size_t j = 0; !found && j < MESSAGES; j++)
                found = cdi_text_same(story.told[j].document, (struct cdi_text){ got.at + begin, i - begin });
            if (!found)
                fail_msg("a document that nobody wrote; SEED=%llu", (unsigned long long)seed);
            begin = i + 1;
        }
        free(got.at);
        cdi_view_reader_close(reader);
    }
    unlink(whole);
    story_free(&story);
    place_remove(&place);
}

/* ---- kill -9 ---- */

static void killed_at_any_moment_it_holds_what_its_offsets_say(void **state)
{
    struct view_place place, other;
    struct cdi_error why = { 0 };
    struct story story;
    size_t order[SAID];
    uint64_t first = random_seed("kills"), seed = first;
    int64_t next = 0;
    (void)state;
    story_make(&story, &seed);
    order_make(order, &seed);
    place_make(&place);
    for (int kill_number = 0; kill_number < KILLS; kill_number++) {
        pid_t child = fork();
        if (child == 0) {                       /* tells the same for ever, with a commit after each message */
            if (!place_open(&place, &why))
                _exit(3);
            for (int64_t i = cdi_view_next(place.view, 1) < 0 ? 0 : cdi_view_next(place.view, 1);; i++) {
                tell(&place, 1, i, &story.told[order[i % SAID]]);
                commit(&place);
            }
        }
        const struct timespec wait = { .tv_nsec = (long)random_below(&seed, 30) * 1000000 };
        nanosleep(&wait, NULL);
        int status;
        assert_true(child > 0 && kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child);
        assert_true(WIFSIGNALED(status));       /* and did not end by itself */
        if (!place_open(&place, &why))
            fail_msg("%s; SEED=%llu", why.text, (unsigned long long)first);
        assert_true(cdi_view_next(place.view, 1) >= next || next == 0);
        next = cdi_view_next(place.view, 1);
        place_make(&other);                     /* told just so much */
        assert_true(place_open(&other, &why));
        for (int64_t i = 0; i < next; i++)
            tell(&other, 1, i, &story.told[order[i % SAID]]);
        commit(&other);
        struct answered wanted = dump(&other), got = dump(&place);
        if (!same_answer(&wanted, &got))
            fail_msg("%zu documents, wanted %zu; SEED=%llu", got.count, wanted.count, (unsigned long long)first);
        free(wanted.at);
        free(got.at);
        place_remove(&other);
        cdi_view_close(place.view);
        place.view = NULL;
    }
    place_remove(&place);
    story_free(&story);
}

/* ---- the place ---- */

static void a_place_is_one_process_s_alone(void **state)
{
    struct view_place place;
    struct cdi_error err = { 0 };
    char said[32];
    (void)state;
    place_make(&place);
    assert_true(place_open(&place, &err));
    assert_null(cdi_view_open(place.path, VIEW_TOPIC, VIEW_PARTITIONS, &err));
    assert_int_equal(err.code, CDI_ERROR_CONFIGURATION);
    snprintf(said, sizeof said, "process %ld", (long)getpid());
    assert_true(strstr(err.text, said) != NULL && strstr(err.text, place.path) != NULL);
    cdi_error_clear(&err);
    assert_true(place_open(&place, &err));      /* closed, it is free */
    place_remove(&place);
}

static void write_bytes(const char *path, const char *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* A key, say, or another program's database, named by mistake. */
static void a_file_that_is_somebody_else_s_is_left_alone(void **state)
{
    static const char database[100] = "SQLite format 3", key[] = "a secret that there is once";
    const struct { const char *bytes; size_t size; } files[] = { { database, sizeof database }, { key, sizeof key }, { "\n", 1 } };
    struct view_place place;
    char found[128];
    (void)state;
    place_make(&place);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct cdi_error err = { 0 };
        write_bytes(place.path, files[i].bytes, files[i].size);
        assert_null(cdi_view_open(place.path, VIEW_TOPIC, VIEW_PARTITIONS, &err));
        assert_int_equal(err.code, CDI_ERROR_CONFIGURATION);
        assert_non_null(strstr(err.text, "no view"));
        FILE *file = fopen(place.path, "rb");
        assert_non_null(file);
        assert_int_equal(fread(found, 1, sizeof found, file), files[i].size);
        assert_memory_equal(found, files[i].bytes, files[i].size);
        assert_int_equal(fclose(file), 0);
    }
    assert_int_equal(unlink(place.path), 0);
    place_remove(&place);
}

/* A view that was copied has no lock; one that has one was a view, whatever has become of it. */
static void a_view_that_was_brought_here_and_what_is_left_of_one_are_taken(void **state)
{
    struct view_place place;
    struct cdi_error err = { 0 };
    char lock[128];
    (void)state;
    place_make(&place);
    assert_true(place_open(&place, &err));
    cdi_view_close(place.view);
    place.view = NULL;
    snprintf(lock, sizeof lock, "%s-lock", place.path);
    assert_int_equal(unlink(lock), 0);
    assert_true(place_open(&place, &err));
    cdi_view_close(place.view);
    place.view = NULL;
    write_bytes(place.path, "rubbish", 7);
    assert_false(place_open(&place, &err));
    place_remove(&place);
}

static void another_cluster_or_topic_is_found(void **state)
{
    struct view_place place;
    struct cdi_error err = { 0 };
    bool made;
    (void)state;
    place_make(&place);
    assert_true(place_open(&place, &err));
    assert_true(cdi_view_belongs(place.view, CDI_TEXT("one"), &err));
    assert_true(place_open(&place, &err) && cdi_view_belongs(place.view, CDI_TEXT("one"), &err));
    assert_false(cdi_view_belongs(place.view, CDI_TEXT("other"), &err));
    assert_int_equal(err.code, CDI_ERROR_CORRUPT);
    cdi_view_close(place.view);
    cdi_error_clear(&err);
    place.view = cdi_view_open(place.path, "other", VIEW_PARTITIONS, &err);
    assert_non_null(place.view);
    assert_false(cdi_view_begin(place.view, &made, &err));
    assert_int_equal(err.code, CDI_ERROR_CORRUPT);
    assert_non_null(strstr(err.text, "another topic"));
    cdi_error_clear(&err);
    assert_true(cdi_view_rebuild(place.view, &err) && cdi_view_belongs(place.view, CDI_TEXT("other"), &err));
    place_remove(&place);
}

/* Somebody deletes only the file: what stands beside it is of no view that there is. */
static void what_stands_beside_a_file_that_is_gone_is_not_taken_for_its_own(void **state)
{
    struct view_place place;
    struct cdi_error err = { 0 };
    uint64_t seed = 21;
    char wal[128], kept[128];
    (void)state;
    place_make(&place);
    assert_true(place_open(&place, &err));
    struct told told = random_told(&seed, 0, 1);
    tell(&place, 1, 0, &told);
    commit(&place);
    snprintf(wal, sizeof wal, "%s-wal", place.path);
    snprintf(kept, sizeof kept, "%s-kept", place.path);
    copy(wal, kept);
    cdi_view_close(place.view);
    place.view = NULL;
    assert_int_equal(unlink(place.path), 0);
    assert_int_equal(rename(kept, wal), 0);
    assert_true(place_open(&place, &err));
    assert_int_equal(cdi_view_next(place.view, 1), CDI_VIEW_FROM_BEGINNING);
    struct answered nothing = dump(&place);
    assert_int_equal(nothing.count, 0);
    told_free(&told);
    place_remove(&place);
}

static void the_file_is_whole_by_itself_once_its_writer_has_closed_it(void **state)
{
    struct view_place place;
    struct cdi_error err = { 0 };
    struct stat status;
    uint64_t seed = 24;
    char wal[128];
    (void)state;
    place_make(&place);
    assert_true(place_open(&place, &err));
    struct told told = random_told(&seed, 0, 1);
    tell(&place, 1, 0, &told);
    commit(&place);
    struct cdi_view_reader *reader = reader_open(&place);
    struct answered all = dump(&place);
    assert_int_equal(all.count, 1);
    snprintf(wal, sizeof wal, "%s-wal", place.path);
    assert_true(stat(wal, &status) == 0 && status.st_size > 0);
    cdi_view_close(place.view);
    place.view = NULL;
    assert_true(stat(wal, &status) != 0 || status.st_size == 0);
    cdi_view_reader_close(reader);
    free(all.at);
    told_free(&told);
    place_remove(&place);
}

static void deleted_while_it_is_written_is_met_at_the_next_commit(void **state)
{
    struct view_place place;
    struct cdi_error err = { 0 };
    uint64_t seed = 22;
    (void)state;
    place_make(&place);
    assert_true(place_open(&place, &err));
    struct told told = random_told(&seed, 0, 1);
    struct cdi_view_reader *reader = reader_open(&place);
    assert_int_equal(unlink(place.path), 0);
    tell(&place, 1, 0, &told);
    assert_false(cdi_view_commit(place.view, &err));
    assert_int_equal(err.code, CDI_ERROR_CORRUPT);
    assert_int_equal(cdi_view_next(place.view, 1), CDI_VIEW_FROM_BEGINNING);
    struct cdi_view_stamp stamp;
    cdi_error_clear(&err);
    assert_false(cdi_view_stamp(reader, &stamp, &err));
    assert_null(cdi_view_reader_open(place.path, &err));
    cdi_error_clear(&err);
    assert_true(cdi_view_rebuild(place.view, &err));
    assert_false(cdi_view_stamp(reader, &stamp, &err));
    cdi_view_reader_close(reader);
    tell(&place, 1, 0, &told);
    commit(&place);
    struct answered all = dump(&place);
    assert_int_equal(all.count, 1);
    free(all.at);
    told_free(&told);
    place_remove(&place);
}

/* A limit on the size of files stands for the disk's. */
static void a_disk_that_is_full_undoes_the_batch_and_is_got_over(void **state)
{
    struct view_place place;
    struct cdi_error err = { 0 };
    struct story story;
    struct rlimit limit, before;
    size_t order[SAID];
    uint64_t seed = 23;
    (void)state;
    story_make(&story, &seed);
    order_make(order, NULL);
    place_make(&place);
    assert_true(place_open(&place, &err));
    tell(&place, 1, 0, &story.told[0]);
    commit(&place);
    assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR && getrlimit(RLIMIT_FSIZE, &before) == 0);
    limit = (struct rlimit){ 60000, before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    for (int64_t i = 1; i < MESSAGES; i++)
        tell(&place, 1, i, &story.told[i]);
    bool committed = cdi_view_commit(place.view, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(committed);
    assert_int_equal(err.code, CDI_ERROR_SYSTEM);
    assert_int_equal(cdi_view_next(place.view, 1), 1);
    struct answered still = dump(&place), wanted = lived(&story, order, NULL);
    assert_int_equal(still.count, 1);
    tell_all(&place, &story, order, NULL);
    struct answered got = dump(&place);
    assert_true(same_answer(&wanted, &got));
    free(still.at);
    free(wanted.at);
    free(got.at);
    place_remove(&place);
    story_free(&story);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_cut_anywhere_and_closed_anywhere_gives_the_same_view),
        cmocka_unit_test(a_damaged_file_is_as_it_was_or_rebuilt), cmocka_unit_test(a_reader_of_a_damaged_file_fails_or_is_right),
        cmocka_unit_test(killed_at_any_moment_it_holds_what_its_offsets_say), cmocka_unit_test(a_place_is_one_process_s_alone),
        cmocka_unit_test(a_file_that_is_somebody_else_s_is_left_alone),
        cmocka_unit_test(a_view_that_was_brought_here_and_what_is_left_of_one_are_taken),
        cmocka_unit_test(another_cluster_or_topic_is_found),
        cmocka_unit_test(what_stands_beside_a_file_that_is_gone_is_not_taken_for_its_own),
        cmocka_unit_test(deleted_while_it_is_written_is_met_at_the_next_commit),
        cmocka_unit_test(the_file_is_whole_by_itself_once_its_writer_has_closed_it),
        cmocka_unit_test(a_disk_that_is_full_undoes_the_batch_and_is_got_over),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("the view, whatever happens", tests, NULL, NULL);
}
