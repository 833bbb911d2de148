/* What the simulator's systems say in the first days of a story, as files that `cdiwatch replay` reads:
 *   story SEED DAYS FOLDER FORCE...     writes FOLDER/incidents.ndjson, crimes.ndjson, actions.ndjson; no FORCE: all of them */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/simulator.h"

static const struct cdi_instant start = { INT64_C(1792800000000) };     /* 2026-10-24T00:00:00Z: the clocks go back in the second night */

static bool wanted(struct cdi_text key, char *forces[], int count)
{
    for (int i = 0; i < count; i++)
        if (cdi_text_is(key, forces[i]))
            return true;
    return count == 0;
}

static void write_story(struct cdi_sim *sim, struct cdi_instant until, FILE *files[], char *forces[], int count)
{
    struct cdi_error err = { 0 };
    struct cdi_sim_message message;
    struct cdi_instant at;
    while (cdi_sim_peek(sim, &at, &err) && cdi_instant_before(at, until)) {
        if (!cdi_sim_next(sim, &message, &err))
            exit(1);
        if (wanted(message.key, forces, count))
            fprintf(files[message.feed], "%.*s\n", CDI_TEXT_ARGS(message.value));
    }
}

int main(int count, char *words[])
{
    struct cdi_error err = { 0 };
    FILE *files[CDI_FEED_COUNT];
    if (count < 4) {
        fprintf(stderr, "usage: story SEED DAYS FOLDER FORCE...\n");
        return 64;
    }
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s.ndjson", words[3], cdi_feed_word((enum cdi_feed)feed));
        files[feed] = fopen(path, "w");
        if (files[feed] == NULL) {
            perror(path);
            return 1;
        }
    }
    struct cdi_sim *sim = cdi_sim_create(strtoull(words[1], NULL, 10), start, &err);
    if (sim == NULL)
        return 1;
    write_story(sim, cdi_instant_after(start, CDI_DAYS(atoi(words[2]))), files, words + 4, count - 4);
    cdi_sim_destroy(sim);
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        if (fclose(files[feed]) != 0)
            return 1;
    return 0;
}
