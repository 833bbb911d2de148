/* A force's months through an engine, a day at a time: logs with a place, a victim and a crime that names them; for the test of its
 * memory and for the figures. */
#ifndef CDI_TESTS_MONTHS_H
#define CDI_TESTS_MONTHS_H

#include <stdio.h>
#include <string.h>

#include "cdiwatch/engine.h"
#include "core/merge.h"

struct months { struct cdi_engine *engine; int64_t day; uint32_t logs; uint64_t published, deleted; };

static inline struct cdi_instant months_at(const struct months *months, int64_t minute)
{
    return (struct cdi_instant){ INT64_C(1772323200000) + (months->day * 1440 + minute) * 60000 };  /* 2026-03-01 and so many days */
}

static inline bool months_tell(struct months *months, struct cdi_record *record, struct cdi_instant at)
{
    struct cdi_error err = { 0 };
    record->known_at = at;
    return cdi_engine_apply(months->engine, record, at, &err) == CDI_OUTCOME_ACCEPTED;
}

static inline void months_settle(struct months *months, struct cdi_instant at)
{
    struct cdi_effects effects;
    bool more = true;
    cdi_engine_advance(months->engine, at);
    while (more) {
        more = cdi_engine_settle(months->engine, &effects);
        for (size_t i = 0; i < effects.alert_count; i++)
            *(effects.alerts[i].gone ? &months->deleted : &months->published) += 1;
    }
}

static inline bool months_log(struct months *months, struct cdi_text reference, uint32_t n, struct cdi_instant at)
{
    struct cdi_record record = { .kind = CDI_RECORD_KIND_INCIDENT };
    struct cdi_person victim = { .said_at = at, .role = CDI_PERSON_ROLE_VICTIM, .age_band = CDI_AGE_BAND_ADULT };
    struct cdi_incident *incident = &record.incident;
    cdi_incident_empty(incident, CDI_TEXT("dpp"), reference);
    incident->event_at = incident->received_at = at;
    incident->opened_as = (struct cdi_word){ at, CDI_TEXT("OPN-BURG") };
    incident->caller_role = (struct cdi_word){ at, CDI_TEXT("victim") };
    incident->location = (struct cdi_location){ .said_at = at, .uprn = (n + 1) * UINT64_C(0x9E3779B97F4A7C15), .postcode = n / 16 + 1,
                                                .easting = (int32_t)(200000 + n % 90000), .northing = (int32_t)(200000 + n % 70000) };
    for (size_t kind = 0; kind < CDI_TOKEN_COUNT; kind++)
        victim.tokens[kind] = (n + 1) * UINT64_C(0xD6E8FEB86659FD93) + kind;
    incident->persons = &victim;
    incident->person_count = 1;
    return months_tell(months, &record, at);
}

static inline bool months_crime(struct months *months, struct cdi_text reference, struct cdi_text log, struct cdi_instant at)
{
    struct cdi_record record = { .kind = CDI_RECORD_KIND_CRIME };
    struct cdi_crime *crime = &record.crime;
    cdi_crime_empty(crime, CDI_TEXT("dpp"), reference);
    crime->event_at = at;
    crime->klass = (struct cdi_word){ at, CDI_TEXT("28I") };
    crime->status = (struct cdi_word){ at, CDI_TEXT("recorded") };
    crime->recorded_at = (struct cdi_when){ at, at };
    crime->incidents = &log;
    crime->incident_count = 1;
    return months_tell(months, &record, at);
}

/* A day with so many logs, their crimes recorded some hours later, every tenth at midnight, after its notice: those have documents.  False: one was refused. */
static inline bool months_pass(struct months *months, uint32_t logs)
{
    bool good = true;
    char log[24], crime[24];
    for (uint32_t i = 0; good && i < logs; i++, months->logs++) {
        snprintf(log, sizeof log, "L-%u", months->logs);
        good = months_log(months, cdi_text_of(log), months->logs, months_at(months, i % 600));
    }
    months_settle(months, months_at(months, 720));
    for (uint32_t i = 0; good && i < logs; i++) {
        snprintf(log, sizeof log, "L-%u", months->logs - logs + i);
        snprintf(crime, sizeof crime, "C-%u", months->logs - logs + i);
        good = i % 10 == 0 || months_crime(months, cdi_text_of(crime), cdi_text_of(log), months_at(months, i % 600 + 100));
    }
    months->day++;
    months_settle(months, months_at(months, 0));
    for (uint32_t i = 0; good && i < logs; i += 10) {
        snprintf(log, sizeof log, "L-%u", months->logs - logs + i);
        snprintf(crime, sizeof crime, "C-%u", months->logs - logs + i);
        good = months_crime(months, cdi_text_of(crime), cdi_text_of(log), months_at(months, 0));
    }
    return good;
}

#endif
