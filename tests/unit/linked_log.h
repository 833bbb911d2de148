/* A log, its reports and what is due in them, and the crimes that name it, for the tests of step 3: which unit has which crime. */
#ifndef CDI_TESTS_LINKED_LOG_H
#define CDI_TESTS_LINKED_LOG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/link.h"
#include "core/merge.h"

enum { KILLING, RAPE, TOUCHED, THEFT, INJURY, N100, OFFENCES };    /* in order of class, as the tables are */
static struct cdi_offence offences[OFFENCES] = {
    [KILLING] = { .klass = { "1", 1 }, .family = CDI_FAMILY_HOMICIDE, .rank = 1 },      /* principal over the next two */
    [RAPE] = { .klass = { "19C", 3 }, .family = CDI_FAMILY_RAPE, .additional = true, .rank = 10 },
    [TOUCHED] = { .klass = { "20A", 3 }, .family = CDI_FAMILY_SEXUAL, .additional = true, .rank = 20 },
    [THEFT] = { .klass = { "49", 2 }, .family = CDI_FAMILY_THEFT, .additional = true },
    [INJURY] = { .klass = { "8N", 2 }, .family = CDI_FAMILY_ASSAULT_INJURY, .additional = true },
    [N100] = { .klass = { "N100", 4 }, .family = CDI_FAMILY_N100, .additional = true },
};
static struct cdi_tables tables = { .offences = offences, .offence_count = OFFENCES };

enum { REPORTS = CDI_REPORTS_AT_ONCE, CRIMES = REPORTS * CDI_LINKS_MAX };
static struct cdi_incident log_of;
static struct cdi_disclosed disclosed[REPORTS];
static struct cdi_due due[REPORTS];
static struct cdi_linked linked[REPORTS];
static struct cdi_claimant claimants[REPORTS];
static size_t report_count, crime_count;
static struct cdi_crime crimes[CRIMES];
static struct cdi_candidate candidates[CRIMES];
static struct cdi_turn turns[CRIMES][2];
static struct cdi_person persons[CRIMES][3];
static char names[CRIMES][8];
static struct cdi_candidate others[CDI_LINKS_MAX];

static inline struct cdi_instant hours(int64_t h) { return (struct cdi_instant){ INT64_C(1793790000000) + h * 3600000 }; }

static inline int fresh(void **state)
{
    (void)state;
    cdi_incident_empty(&log_of, CDI_TEXT("dpp"), CDI_TEXT("L1"));
    memset(due, 0, sizeof due);
    memset(linked, 0, sizeof linked);
    memset(persons, 0, sizeof persons);
    report_count = crime_count = 0;
    return 0;
}

static inline void report(int64_t hour)
{
    disclosed[report_count] = (struct cdi_disclosed){ .likely = true, .received_at = hours(hour), .report = (uint32_t)report_count };
    claimants[report_count] = (struct cdi_claimant){ &disclosed[report_count], candidates, 0, &due[report_count], &linked[report_count] };
    report_count++;
}

/* Due in the last report. */
static inline struct cdi_unit *unit(uint16_t offence)
{
    struct cdi_due *of = &due[report_count - 1];
    of->units[of->count] = (struct cdi_unit){ .offence = offence, .answered_by = CDI_UNANSWERED };
    return &of->units[of->count++];
}

/* One that names the log: C0, C1 ... */
static inline struct cdi_crime *crime(uint16_t offence, struct cdi_instant recorded_at)
{
    struct cdi_crime *made = &crimes[crime_count];
    snprintf(names[crime_count], sizeof names[0], "C%zu", crime_count);
    cdi_crime_empty(made, CDI_TEXT("dpp"), cdi_text_of(names[crime_count]));
    made->klass = (struct cdi_word){ recorded_at, offences[offence].klass };
    made->status = (struct cdi_word){ recorded_at, CDI_TEXT("recorded") };
    made->recorded_at.at = recorded_at;
    made->persons = persons[crime_count];
    candidates[crime_count++] = (struct cdi_candidate){ .crime = made, .how = CDI_HOW_EXPLICIT, .moved_at = CDI_INSTANT_NONE,
                                                        .added_at = CDI_INSTANT_NONE };
    return made;
}

static inline struct cdi_crime *n100(int64_t hour)
{
    struct cdi_crime *made = crime(N100, hours(hour));
    made->n100 = (struct cdi_word){ hours(hour), CDI_TEXT("100/02") };
    return made;
}

/* It is of its class only since then. */
static inline void was_before(struct cdi_crime *of, struct cdi_instant at, uint16_t offence)
{
    struct cdi_turn *its = turns[of - crimes];
    its[0] = (struct cdi_turn){ .kind = CDI_TURN_CLASS, .word = offences[offence].klass, .at = { at.ms - 3600000 } };
    its[1] = (struct cdi_turn){ .kind = CDI_TURN_CLASS, .word = of->klass.text, .at = at };
    of->klass.said_at = at;
    of->turns = its;
    of->turn_count = 2;
}

static inline void cancelled(struct cdi_crime *of, int64_t hour)
{
    struct cdi_turn *its = turns[of - crimes];
    its[0] = (struct cdi_turn){ .kind = CDI_TURN_STATUS, .word = CDI_TEXT("recorded"), .at = of->recorded_at.at };
    its[1] = (struct cdi_turn){ .kind = CDI_TURN_STATUS, .word = CDI_TEXT("cancelled"), .at = hours(hour) };
    of->turns = its;
    of->turn_count = 2;
    of->status = (struct cdi_word){ hours(hour), CDI_TEXT("cancelled") };
    of->cancel.said_at = hours(hour);
}

static inline void names_person(struct cdi_crime *of, enum cdi_person_role role, uint64_t id)
{
    of->persons[of->person_count++] = (struct cdi_person){ .role = role, .tokens = { [CDI_TOKEN_ID] = id } };
}

static inline void link_all(void)
{
    for (size_t r = 0; r < report_count; r++) {
        if (claimants[r].candidates == candidates)
            claimants[r].count = crime_count;
        for (size_t u = 0; u < due[r].count; u++)
            due[r].units[u].answered_by = CDI_UNANSWERED;
    }
    cdi_link_named(&tables, &log_of, claimants, report_count);
}

/* Which crime the unit has; "": none. */
static inline const char *has(size_t r, size_t u)
{
    uint8_t by = due[r].units[u].answered_by;
    if (by == CDI_UNANSWERED)
        return "";
    assert_true(by < linked[r].link_count && linked[r].links[by].allocated);
    return linked[r].links[by].crime.at;        /* the whole of its name */
}

#endif
