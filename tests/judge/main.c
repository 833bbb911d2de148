/* build/tests/judge [-v] [--rounds COUNT] [--full] [FILE.scn ...]: every story of tests/scenarios that begins with J, one TAP test
 * each, and each in so many permutations (8).  --full: also once with floods as great as they say. */
#include "judge.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "edge/log.h"

static struct cdi_reading *load(struct cdi_config *config)
{
    static char key_file[] = "/tmp/cdiwatch-judge-XXXXXX";
    static const char key[] = "a key for the judgement stories, known to all";
    struct cdi_error err = { 0 };
    int made = mkstemp(key_file);
    if (made < 0 || write(made, key, sizeof key - 1) != (ssize_t)sizeof key - 1 || close(made) != 0)
        return NULL;
    *config = (struct cdi_config){ .partitions = PARTITIONS, .key = cdi_text_of(key_file), .reader = CDI_JSON_READER_SIMDJSON };
    for (int topic = 0; topic < CDI_TOPIC_COUNT; topic++)
        config->topics[topic] = cdi_text_of(cdi_topic_word((enum cdi_topic)topic));
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        config->sources[feed] = CDI_TEXT("cdiwatch");
    struct cdi_reading *reading = cdi_reading_load(config, NULL, NULL, &err);
    unlink(key_file);
    if (reading == NULL)
        printf("# %s\n", err.text);
    return reading;
}

int main(int argc, char **argv)
{
    bool verbose = false, full = false, good = true;
    unsigned rounds = 8;
    int at = 1;
    for (; at < argc && argv[at][0] == '-'; at++) {
        verbose |= strcmp(argv[at], "-v") == 0;
        full |= strcmp(argv[at], "--full") == 0;
        if (strcmp(argv[at], "--rounds") == 0 && at + 1 < argc)
            rounds = (unsigned)strtoul(argv[++at], NULL, 10);
    }
    char **paths = argv + at;
    size_t count = (size_t)(argc - at);
    glob_t all = { .gl_pathc = 0 };
    if (count == 0 && glob("tests/scenarios/J[0-9]*.scn", 0, NULL, &all) == 0) {
        paths = all.gl_pathv;
        count = all.gl_pathc;
    }
    struct cdi_config config;
    cdi_log_open(CDI_LOG_ERROR);
    struct cdi_reading *reading = load(&config);
    if (reading == NULL || count == 0) {
        printf("Bail out! %s\n", reading == NULL ? "the shipped tables cannot be read" : "no story is here");
        cdi_reading_destroy(reading);
        return 1;
    }
    printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        clock_t began = clock();
        good = rounds_run(&config, reading, paths[i], (unsigned)i + 1, rounds, full, verbose) && good;
        printf("# %.1f s\n", (double)(clock() - began) / CLOCKS_PER_SEC);
    }
    cdi_reading_destroy(reading);
    globfree(&all);
    return good ? 0 : 1;
}
