/* build/tests/scenario [-v] [FILE.scn ...]: every story (all of tests/scenarios when none is named), one TAP test each.
 * -v shows how each one ended. */
#include "scenario.h"

#include <glob.h>
#include <string.h>

int main(int argc, char **argv)
{
    bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
    char **paths = argv + 1 + verbose;
    size_t count = (size_t)(argc - 1 - verbose);
    glob_t all = { .gl_pathc = 0 };
    if (count == 0 && glob("tests/scenarios/*.scn", 0, NULL, &all) == 0) {
        paths = all.gl_pathv;
        count = all.gl_pathc;
    }
    struct rules *rules = rules_load();
    if (rules == NULL || count == 0) {
        printf("Bail out! %s\n", rules == NULL ? "the shipped tables cannot be read" : "no scenario is here");
        rules_free(rules);
        return 1;
    }
    bool good = true;
    printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++)
        good = story_run(rules, paths[i], (unsigned)i + 1, verbose) && good;
    rules_free(rules);
    globfree(&all);
    return good ? 0 : 1;
}
