/* build/tests/scenario [-v] [--rounds COUNT] [FILE.scn ...]: every story (all of tests/scenarios when none is named, but for
 * those of tests/judge, which begin with J), one TAP test each.
 * -v shows how each one ended; --rounds permutes each in so many orders.  When all were told, their messages are mixed,
 * and histories of them restarted; then others go on after they were dropped. */
#include "scenario.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    struct telling telling = { .rounds = 0 };
    int at = 1;
    for (; at < argc && argv[at][0] == '-'; at++) {
        telling.verbose |= strcmp(argv[at], "-v") == 0;
        if (strcmp(argv[at], "--rounds") == 0 && at + 1 < argc)
            telling.rounds = (unsigned)strtoul(argv[++at], NULL, 10);
    }
    char **paths = argv + at;
    size_t count = (size_t)(argc - at);
    glob_t all = { .gl_pathc = 0 };
    if (count == 0 && glob("tests/scenarios/[!J]*.scn", 0, NULL, &all) == 0) {
        paths = all.gl_pathv;
        count = all.gl_pathc;
    }
    struct rules *rules = rules_load();
    if (rules == NULL || count == 0) {
        printf("Bail out! %s\n", rules == NULL ? "the shipped tables cannot be read" : "no scenario is here");
        rules_free(rules);
        return 1;
    }
    bool good = true, mixed = paths == all.gl_pathv;
    struct pool pool = { .messages = NULL };
    telling.pool = mixed ? &pool : NULL;
    printf("1..%zu\n", count + (mixed ? 3 : 0));
    for (size_t i = 0; i < count; i++)
        good = story_run(rules, paths[i], (unsigned)i + 1, &telling) && good;
    if (mixed)
        good = mix_run(rules, &pool, (unsigned)count + 1) && good;
    if (mixed)
        good = resume_run(rules, &pool, (unsigned)count + 2) && good;
    if (mixed)
        good = anew_run(rules, (unsigned)count + 3) && good;
    pool_free(&pool);
    rules_free(rules);
    globfree(&all);
    return good ? 0 : 1;
}
