/* build/tests/scenario [-v] [FILE.scn ...]: every story (all of tests/scenarios when none is named, but for
 * those of tests/judge, which begin with J), one TAP test each.
 * -v shows how each one ended.  When all were told, their messages are mixed. */
#include "scenario.h"

#include <glob.h>
#include <string.h>

int main(int argc, char **argv)
{
    bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
    char **paths = argv + 1 + verbose;
    size_t count = (size_t)(argc - 1 - verbose);
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
    printf("1..%zu\n", count + mixed);
    for (size_t i = 0; i < count; i++)
        good = story_run(rules, paths[i], (unsigned)i + 1, verbose, mixed ? &pool : NULL) && good;
    if (mixed)
        good = mix_run(rules, &pool, (unsigned)count + 1) && good;
    pool_free(&pool);
    rules_free(rules);
    globfree(&all);
    return good ? 0 : 1;
}
