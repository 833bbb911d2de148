/* How fast the engine takes messages in and judges, what an open incident costs, and how both grow with what is held.
 *   engine_bench [INCIDENTS]      also with so many incidents held (5000000: 2.5 GB, three minutes)
 * With huge pages (edge/huge_pages.h), as cdiwatch runs. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "cdiwatch/engine.h"
#include "core/caseload.h"
#include "core/judgement.h"
#include "core/link.h"
#include "core/merge.h"
#include "edge/huge_pages.h"
#include "embedded_rules.h"

/* Messages are made a few at a time, as a decoder leaves them: still in the cache. */
enum { OPEN_INCIDENTS = 100000, FEW_INCIDENTS = 10000, EVENTS = 1000000, EVENTS_OF_A_SETTLE = 20000, MADE_AT_A_TIME = 32, PAIRS = 4000000,
       BLOCK = 300 * 9000 };

static struct cdi_rulebook *rules;
static struct cdi_instant start = { 1793000000000 };
static uint64_t seed = 88172645463325252u;

static uint64_t dice(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* Of this process alone: the machine may be shared. */
static double seconds(void)
{
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

struct message {
    struct cdi_record record;
    char reference[24], other[24];
    struct cdi_text names[1];
    struct cdi_person persons[2];
    struct cdi_entry entries[1];
    struct cdi_finding findings[3];
};

static struct cdi_instant later(struct cdi_instant at, int64_t s) { return (struct cdi_instant){ at.ms + s * 1000 }; }

static void place(struct cdi_location *location, uint32_t i, struct cdi_instant at)
{
    location->said_at = at;
    location->uprn = 0x9E3779B97F4A7C15u * (i + 1);
    location->postcode = 0xC2B2AE3D27D4EB4Fu * (i / 16 + 1);
    location->easting = 200000 + (int32_t)(i % 300 + i / BLOCK * 300) * 1000;      /* each in a cell of its own, none beyond what is a place */
    location->northing = 200000 + (int32_t)(i % BLOCK / 300) * 1000;
}

static void person(struct cdi_person *person, uint32_t i, struct cdi_instant at)
{
    *person = (struct cdi_person){ .said_at = at, .role = CDI_PERSON_ROLE_VICTIM, .age_band = CDI_AGE_BAND_ADULT };
    for (uint64_t kind = 0; kind < CDI_TOKEN_COUNT; kind++)
        person->tokens[kind] = 0xD6E8FEB86659FD93u * ((uint64_t)i * CDI_TOKEN_COUNT + kind + 1);
}

/* The fixture of an open incident: one person, one place, one linked crime, three findings. */
static void incident(struct message *m, uint32_t i, struct cdi_instant received, struct cdi_instant said)
{
    struct cdi_incident *incident = &m->record.incident;
    m->record.kind = CDI_RECORD_KIND_INCIDENT;
    snprintf(m->reference, sizeof m->reference, "DPP-20261104-%06u", i);
    cdi_incident_empty(incident, CDI_TEXT("dpp"), cdi_text_of(m->reference));
    incident->event_at = said;
    incident->received_at = received;
    incident->source = (struct cdi_word){ said, CDI_TEXT("storm") };
    incident->opened_as = (struct cdi_word){ said, CDI_TEXT("crime_violence") };
    incident->channel = (struct cdi_word){ said, CDI_TEXT("999") };
    incident->caller_role = (struct cdi_word){ said, CDI_TEXT("victim") };
    place(&incident->location, i, said);
    person(&m->persons[0], i, said);
    incident->persons = m->persons;
    incident->person_count = 1;
    m->entries[0] = (struct cdi_entry){ .said_at = said, .seq = 1, .at = received, .role = CDI_ENTRY_ROLE_CALL_TAKER,
                                        .finding_count = 3, .text_hash = i + 1 };
    for (size_t f = 0; f < 3; f++)
        m->findings[f] = (struct cdi_finding){ .phrase = rules->tables.evidence.phrases[f].key,
                                               .assertion = CDI_ASSERTION_ASSERTED };
    incident->entries = m->entries;
    incident->entry_count = 1;
    incident->findings = m->findings;
    incident->finding_count = 3;
}

static void update(struct message *m, uint32_t i, struct cdi_instant said)
{
    struct cdi_incident *incident = &m->record.incident;
    m->record.kind = CDI_RECORD_KIND_INCIDENT;
    snprintf(m->reference, sizeof m->reference, "DPP-20261104-%06u", i);
    cdi_incident_empty(incident, CDI_TEXT("dpp"), cdi_text_of(m->reference));
    incident->event_at = said;
    incident->unit = (struct cdi_word){ said, (dice() & 1) != 0 ? CDI_TEXT("CR-3") : CDI_TEXT("CR-4") };
}

static void crime(struct message *m, uint32_t i, struct cdi_instant recorded, struct cdi_instant said)
{
    struct cdi_crime *crime = &m->record.crime;
    m->record.kind = CDI_RECORD_KIND_CRIME;
    snprintf(m->reference, sizeof m->reference, "DPP/20261105/%06u", i);
    snprintf(m->other, sizeof m->other, "DPP-20261104-%06u", i);
    cdi_crime_empty(crime, CDI_TEXT("dpp"), cdi_text_of(m->reference));
    crime->event_at = said;
    crime->klass = (struct cdi_word){ said, CDI_TEXT("105A") };
    crime->status = (struct cdi_word){ said, CDI_TEXT("recorded") };
    crime->recorded_at = (struct cdi_when){ said, recorded };
    place(&crime->location, i, said);
    m->names[0] = cdi_text_of(m->other);
    crime->incidents = m->names;
    crime->incident_count = 1;
}

static uint64_t published;

static double settle_all(struct cdi_engine *engine)
{
    struct cdi_effects effects;
    double longest = 0;
    bool more = true;
    while (more) {
        double began = seconds();
        more = cdi_engine_settle(engine, &effects);
        double took = seconds() - began;
        longest = took > longest ? took : longest;
        published += effects.alert_count;
    }
    return longest;
}

static void apply(struct cdi_engine *engine, const struct message *m)
{
    struct cdi_error err = { 0 };
    if (cdi_engine_apply(engine, &m->record, m->record.known_at, &err) == CDI_OUTCOME_REJECTED) {
        fprintf(stderr, "engine_bench: %s\n", err.text);
        exit(1);
    }
}

static void fill(struct cdi_engine *engine, uint32_t incidents, bool crimes)
{
    struct message m;
    memset(&m, 0, sizeof m);
    for (uint32_t i = 0; i < incidents; i++) {
        incident(&m, i, crimes ? later(start, (int64_t)(i % 3600)) : start, later(start, 4000));
        apply(engine, &m);
        if (crimes) {
            crime(&m, i, later(start, 9000), later(start, 9000));
            apply(engine, &m);
        }
    }
}

/* Half say another unit, a quarter a log again, a quarter a crime again. */
static void make(struct message *m, uint32_t incidents, struct cdi_instant said)
{
    uint32_t which = (uint32_t)(dice() % incidents);
    switch (dice() % 4) {
    case 0: crime(m, which, later(start, 9000), said); break;
    case 1: incident(m, which, later(start, (int64_t)(which % 3600)), said); break;
    default: update(m, which, said); break;
    }
}

static double apply_mixed(struct cdi_engine *engine, uint32_t incidents, struct cdi_instant said)
{
    static struct message made[MADE_AT_A_TIME];
    const struct cdi_record *records[MADE_AT_A_TIME];
    double applying = 0;
    for (uint32_t done = 0; done < EVENTS_OF_A_SETTLE; done += MADE_AT_A_TIME) {
        for (size_t i = 0; i < MADE_AT_A_TIME; i++)
            make(&made[i], incidents, said);
        for (size_t i = 0; i < MADE_AT_A_TIME; i++)
            records[i] = &made[i].record;
        double began = seconds();
        cdi_engine_expect(engine, records, MADE_AT_A_TIME);
        for (size_t i = 0; i < MADE_AT_A_TIME; i++)
            apply(engine, &made[i]);
        applying += seconds() - began;
    }
    return applying;
}

/* Microseconds an event. */
static double bench_events(uint32_t incidents)
{
    struct cdi_error err = { 0 };
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, NULL, &err);
    double began = seconds(), applying = 0, settling = 0;
    fill(engine, incidents, true);
    settle_all(engine);
    printf("engine: fill %u incidents and crimes: %.2f s, %.1f bytes per open incident with its crime (at most: 600)\n", incidents,
           seconds() - began, (double)cdi_engine_bytes(engine) / incidents);
    for (uint32_t done = 0; done < EVENTS; done += EVENTS_OF_A_SETTLE) {
        struct cdi_instant said = later(start, 10000 + done / 1000);
        applying += apply_mixed(engine, incidents, said);
        cdi_engine_advance(engine, said);
        began = seconds();
        settle_all(engine);
        settling += seconds() - began;
    }
    struct cdi_engine_cuts cuts = cdi_engine_cuts(engine);
    printf("engine: searches that found more than are looked at: %" PRIu64 ", cases not found by a token: %" PRIu64 "\n", cuts.searches,
           cuts.cases);
    cdi_engine_destroy(engine);
    printf("engine: %d mixed events over %u open incidents: %.0f events/s (apply %.2f us, settle %.2f us an event; at least: 700000)\n",
           EVENTS, incidents, EVENTS / (applying + settling), applying * 1e6 / EVENTS, settling * 1e6 / EVENTS);
    return (applying + settling) * 1e6 / EVENTS;
}

static void bench_pairs(void)
{
    static struct message log, recorded;
    static struct cdi_disclosed disclosed;
    struct cdi_link link;
    int64_t weights = 0;
    incident(&log, 1, start, start);
    disclosed.received_at = start;
    disclosed.count = 1;
    disclosed.items[0].likely = true;
    double began = seconds();
    for (uint32_t i = 0; i < PAIRS; i++) {
        if (i % 1024 == 0)
            crime(&recorded, 1 + i / 1024 % 2, later(start, i), later(start, i));
        recorded.persons[0] = log.persons[0];
        recorded.record.crime.persons = recorded.persons;
        recorded.record.crime.person_count = 1;
        cdi_link_score(&rules->tables, &log.record.incident, &disclosed, &recorded.record.crime, &link);
        weights += link.weight;
    }
    double took = seconds() - began;
    printf("engine: pairs scored: %.0f a second (at least: 2000000), weight %.1f bits a pair\n", PAIRS / took,
           (double)weights / PAIRS / 1000);
}

static void bench_deadlines(void)
{
    struct cdi_error err = { 0 };
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, NULL, &err);
    fill(engine, OPEN_INCIDENTS, false);
    settle_all(engine);
    published = 0;
    cdi_engine_advance(engine, later(start, 24 * 3600 + 1));
    double began = seconds(), longest = settle_all(engine);
    printf("engine: %d deadlines at one instant: %.2f s, longest slice %.1f ms, %" PRIu64 " published (at most: 5 s, 50 ms)\n",
           OPEN_INCIDENTS, seconds() - began, longest * 1000, published);
    cdi_engine_destroy(engine);
}

int main(int argc, char **argv)
{
    unsigned long many = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    cdi_huge_pages(argv);
    rules = embedded_rules();
    double few = bench_events(FEW_INCIDENTS), usual = bench_events(OPEN_INCIDENTS);
    printf("engine: an event costs %.2f times what it does with %d incidents held\n", usual / few, FEW_INCIDENTS);
    if (many != 0 && many <= CDI_CASES_DEFAULT)
        printf("engine: an event costs %.2f times what it does with %d incidents held (at most: 2)\n",
               bench_events((uint32_t)many) / few, FEW_INCIDENTS);
    bench_pairs();
    bench_deadlines();
    cdi_rulebook_destroy(rules);
    return 0;
}
