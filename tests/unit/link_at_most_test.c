/* What is known of a pair before the log's words are read may leave nothing out that its score could reach. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "core/link.h"
#include "core/merge.h"

enum { PAIRS = 200000 };

static struct cdi_offence offences[] = {
    { .klass = { "105A", 4 }, .family = CDI_FAMILY_ASSAULT, .category = CDI_CATEGORY_VAP, .rank = 90 },
    { .klass = { "49", 2 }, .family = CDI_FAMILY_THEFT, .category = CDI_CATEGORY_OTHER, .rank = 95 },
    { .klass = { "8L", 2 }, .family = CDI_FAMILY_CONDUCT, .category = CDI_CATEGORY_VAP, .rank = 40, .conduct = true },
    { .klass = { "8N", 2 }, .family = CDI_FAMILY_ASSAULT_INJURY, .category = CDI_CATEGORY_VAP, .rank = 50 },
};
static struct cdi_tables tables = { .offences = offences, .offence_count = 4, .zone = { CDI_ZONE_LONDON, 0 } };
static uint64_t seed;

static uint32_t dice(uint32_t sides)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % sides;
}

static struct cdi_instant some_time(void) { return (struct cdi_instant){ 1793786400000 + (int64_t)dice(20 * 24 * 60) * 60000 }; }

static void draw_place(struct cdi_location *place)
{
    place->uprn = dice(3);
    place->postcode = dice(3);
    place->text = dice(3);
    place->easting = dice(4) == 0 ? CDI_GRID_NONE : (int32_t)dice(3000);
    place->northing = place->easting == CDI_GRID_NONE ? CDI_GRID_NONE : (int32_t)dice(3000);
}

static uint16_t draw_persons(struct cdi_person persons[2])
{
    uint16_t count = (uint16_t)dice(3);
    for (uint16_t i = 0; i < count; i++)
        for (size_t kind = 0; kind < CDI_TOKEN_COUNT; kind++)
            persons[i].tokens[kind] = dice(4);
    return count;
}

static void draw_area(struct cdi_area *area)
{
    static const char *const words[] = { NULL, "A", "B" };
    area->bcu = cdi_text_of(words[dice(3)]);
    area->beat = cdi_text_of(words[dice(3)]);
}

static void draw_report(struct cdi_disclosed *disclosed, const struct cdi_incident *log)
{
    disclosed->received_at = log->received_at;
    if (log->entry_count > 0 && dice(2) == 0)
        disclosed->received_at = cdi_instant_later(log->entries[dice(log->entry_count)].at, log->received_at);
    disclosed->count = (uint8_t)(1 + dice(2));
    for (size_t i = 0; i < disclosed->count; i++) {
        disclosed->items[i].offence = (uint16_t)dice(4);
        disclosed->items[i].likely = dice(4) != 0;
    }
}

static void no_pair_weighs_more_than_at_most_nor_counts_where_it_never_may(void **state)
{
    static struct cdi_disclosed disclosed;
    (void)state;
    for (uint32_t n = 0; n < PAIRS; n++) {
        uint64_t began = seed;
        struct cdi_incident log;
        struct cdi_crime crime;
        struct cdi_person of_log[2] = { { .role = CDI_PERSON_ROLE_VICTIM } }, of_crime[2] = { { .role = CDI_PERSON_ROLE_VICTIM } };
        struct cdi_entry entries[2] = { { .at = some_time() }, { .at = some_time() } };
        struct cdi_link link;
        for (int level = 0; n % 64 == 0 && level < CDI_MATCH_LEVEL_COUNT; level++)      /* no order among them is relied upon */
            tables.match.weight[level] = (int32_t)dice(20000) - 8000;
        cdi_incident_empty(&log, CDI_TEXT("dpp"), CDI_TEXT("L"));
        cdi_crime_empty(&crime, CDI_TEXT("dpp"), CDI_TEXT("C"));
        log.received_at = some_time();
        log.entries = entries;
        log.entry_count = (uint16_t)dice(3);
        crime.recorded_at.at = some_time();
        crime.reported_at.at = dice(2) == 0 ? some_time() : CDI_INSTANT_NONE;
        crime.klass.text = dice(5) == 0 ? CDI_TEXT_NONE : offences[dice(4)].klass;
        draw_place(&log.location);
        draw_place(&crime.location);
        draw_area(&log.area);
        draw_area(&crime.area);
        log.persons = of_log;
        log.person_count = draw_persons(of_log);
        crime.persons = of_crime;
        crime.person_count = draw_persons(of_crime);
        draw_report(&disclosed, &log);
        struct cdi_candidate candidate = { .crime = &crime, .how = CDI_HOW_SCORED, .added_at = CDI_INSTANT_NONE,
                                           .moved_at = CDI_INSTANT_NONE };
        cdi_link_score(&tables, &log, &disclosed, &crime, &link);
        int64_t most = cdi_link_at_most(&tables, &log, &crime);
        int64_t weight = cdi_link_weight(&tables, &log, &disclosed, &crime);
        bool in_time = cdi_link_in_time(&tables, &log, &disclosed, &candidate);
        bool wrong = most == INT64_MIN ? in_time && weight != INT64_MIN : weight > most || (weight != INT64_MIN && weight != link.weight);
        if (wrong)
            fail_msg("SEED=%llu: at most %lld, yet %lld", (unsigned long long)began, (long long)most, (long long)weight);
    }
}

int main(void)
{
    seed = getenv("SEED") != NULL ? strtoull(getenv("SEED"), NULL, 10) : 20261128;
    const struct CMUnitTest tests[] = { cmocka_unit_test(no_pair_weighs_more_than_at_most_nor_counts_where_it_never_may) };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
