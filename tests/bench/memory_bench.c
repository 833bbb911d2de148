/* Where each byte of an open incident goes: one person (five tokens), one place, one linked crime, three findings. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/caseload.h"
#include "core/merge.h"
#include "core/schedule.h"

enum { INCIDENTS = 100000 };

static struct cdi_instant at(int64_t seconds) { return (struct cdi_instant){ 1793826845000 + seconds * 1000 }; }

static uint64_t token(uint32_t n, uint32_t which) { return (uint64_t)(n + 1) * 0x9E3779B97F4A7C15u ^ (uint64_t)which << 59; }

static struct cdi_person person_of(uint32_t n, struct cdi_instant said_at)
{
    struct cdi_person person = { .said_at = said_at, .role = CDI_PERSON_ROLE_VICTIM, .age_band = CDI_AGE_BAND_ADULT };
    for (uint32_t i = 0; i < CDI_TOKEN_COUNT; i++)
        person.tokens[i] = token(n, i);
    return person;
}

static struct cdi_location place_of(uint32_t n, struct cdi_instant said_at)
{
    return (struct cdi_location){ said_at, token(n, 7), token(n / 15, 8), 0, 241200 + (int32_t)(n % 9000), 220050 + (int32_t)(n % 7000) };
}

static void fill_incident(struct cdi_incident_case *incident, uint32_t n, struct cdi_text reference, struct cdi_text crime,
                          struct cdi_scratch *scratch)
{
    struct cdi_instant said = at(n % 86400);
    cdi_incident_case_empty(incident, CDI_TEXT("dpp"), reference);
    struct cdi_incident *facts = &incident->facts;
    facts->received_at = at((int64_t)(n % 86400) - 355);
    facts->event_at = said;
    facts->source = (struct cdi_word){ said, CDI_TEXT("storm") };
    facts->opened_as = (struct cdi_word){ said, CDI_TEXT("PSW-DOM") };
    facts->channel = (struct cdi_word){ said, CDI_TEXT("999") };
    facts->caller_role = (struct cdi_word){ said, CDI_TEXT("victim") };
    facts->unit = (struct cdi_word){ said, CDI_TEXT("CR-3") };
    facts->area = (struct cdi_area){ said, CDI_TEXT("Carmarthenshire"), CDI_TEXT("LL21") };
    facts->location = place_of(n, said);
    facts->qualifiers = 1u << CDI_QUALIFIER_DOMESTIC | 1u << CDI_QUALIFIER_ALCOHOL;
    facts->person_count = facts->entry_count = facts->crime_count = 1;
    facts->finding_count = 3;
    facts->persons = cdi_scratch_take(scratch, sizeof *facts->persons);
    *facts->persons = person_of(n, said);
    facts->crimes = cdi_scratch_take(scratch, sizeof *facts->crimes);
    *facts->crimes = crime;
    facts->entries = cdi_scratch_take(scratch, sizeof *facts->entries);
    *facts->entries = (struct cdi_entry){ said, 1, facts->received_at, CDI_ENTRY_ROLE_CALL_TAKER, 0, 3, token(n, 9) };
    facts->findings = cdi_scratch_take(scratch, 3 * sizeof *facts->findings);
    for (uint32_t i = 0; i < 3; i++)
        facts->findings[i] = (struct cdi_finding){ 0x1234567 * (i + 1), CDI_ASSERTION_ASSERTED, 0, 0, 0 };
    incident->report_count = 1;
    incident->reports = cdi_scratch_take(scratch, sizeof *incident->reports);
    cdi_report_state_empty(incident->reports, 0);
}

static void fill_crime(struct cdi_crime_case *crime, uint32_t n, struct cdi_text reference, struct cdi_text incident,
                       struct cdi_scratch *scratch)
{
    struct cdi_instant said = at(n % 86400 + 41000);
    struct cdi_crime *facts = &crime->facts;
    cdi_crime_case_empty(crime, CDI_TEXT("dpp"), reference);
    facts->event_at = said;
    facts->source = (struct cdi_word){ said, CDI_TEXT("niche") };
    facts->klass = (struct cdi_word){ said, CDI_TEXT("105A") };
    facts->code = (struct cdi_word){ said, CDI_TEXT("105/01") };
    facts->status = (struct cdi_word){ said, CDI_TEXT("recorded") };
    facts->recorded_at = (struct cdi_when){ said, said };
    facts->reported_at = (struct cdi_when){ said, at(n % 86400) };
    facts->person_count = facts->incident_count = 1;
    facts->persons = cdi_scratch_take(scratch, sizeof *facts->persons);
    *facts->persons = person_of(n, said);
    facts->incidents = cdi_scratch_take(scratch, sizeof *facts->incidents);
    *facts->incidents = incident;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void row(const char *what, size_t bytes) { printf("%-44s %8.1f bytes an incident\n", what, (double)bytes / INCIDENTS); }

/* One event on a known incident: find, load, join, and store where it changed; half of them change it. */
static double events_per_second(struct cdi_caseload *load, struct cdi_scratch *scratch)
{
    enum { EVENTS = 1000000 };
    double start = now();
    for (uint32_t i = 0; i < EVENTS; i++, cdi_scratch_reset(scratch)) {
        struct cdi_incident_case incident;
        struct cdi_incident message;
        char reference[32];
        uint32_t n = (uint32_t)((uint64_t)i * 7919 % INCIDENTS);
        struct cdi_text name = { reference, (size_t)snprintf(reference, sizeof reference, "DPP-20261104-%06u", n) };
        uint32_t handle = cdi_caseload_find(load, CDI_CASE_INCIDENT, CDI_TEXT("dpp"), name);
        cdi_caseload_incident(load, handle, &incident, scratch);
        cdi_incident_empty(&message, CDI_TEXT("dpp"), name);
        message.event_at = at(90000 + (i & 1 ? i : 0));
        message.unit = (struct cdi_word){ message.event_at, CDI_TEXT("CR-4") };
        if (cdi_merge_incident(&incident.facts, &message, scratch))
            cdi_caseload_store_incident(load, handle, &incident, NULL);
    }
    return EVENTS / (now() - start);
}

int main(void)
{
    struct cdi_caseload *load = cdi_caseload_create(NULL, NULL);
    struct cdi_schedule *schedule = cdi_schedule_create(NULL, NULL, NULL);
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    size_t incident_bytes = 0, crime_bytes = 0;
    double start = now();
    for (uint32_t n = 0; n < INCIDENTS; n++, cdi_scratch_reset(&scratch)) {
        struct cdi_incident_case incident;
        struct cdi_crime_case crime;
        char a[32], b[32];
        struct cdi_text incident_name = { a, (size_t)snprintf(a, sizeof a, "DPP-20261104-%06u", n) };
        struct cdi_text crime_name = { b, (size_t)snprintf(b, sizeof b, "DPP/20261105/%06u", n) };
        fill_incident(&incident, n, incident_name, crime_name, &scratch);
        fill_crime(&crime, n, crime_name, incident_name, &scratch);
        uint32_t handle = cdi_caseload_add(load, CDI_CASE_INCIDENT, CDI_TEXT("dpp"), incident_name, NULL, NULL);
        cdi_caseload_store_incident(load, handle, &incident, NULL);
        incident_bytes += cdi_caseload_packed(load, CDI_CASE_INCIDENT, handle).size;
        cdi_schedule_set(schedule, handle, at(86400 + n % 86400), CDI_RISK_DA_VIOLENCE, NULL);
        handle = cdi_caseload_add(load, CDI_CASE_CRIME, CDI_TEXT("dpp"), crime_name, NULL, NULL);
        cdi_caseload_store_crime(load, handle, &crime, NULL);
        crime_bytes += cdi_caseload_packed(load, CDI_CASE_CRIME, handle).size;
    }
    double filled = INCIDENTS * 2 / (now() - start);
    struct cdi_caseload_account account = cdi_caseload_account(load);
    size_t timers = cdi_schedule_bytes(schedule);
    row("incident, packed", incident_bytes);
    row("crime, packed", crime_bytes);
    row("arena beyond these (rounding, lists, reserve)", account.arena_bytes - incident_bytes - crime_bytes);
    row("cases (handle, size, time)", account.case_bytes);
    row("tables by reference", account.table_bytes);
    row("postings (persons, places, references)", account.posting_bytes);
    row("timers", timers);
    row("total", account.arena_bytes + account.case_bytes + account.table_bytes + account.posting_bytes + timers);
    row("beside it: queues of a burst, given back never", account.queue_bytes);
    printf("%-44s %8.0f a second\n", "cases created and stored", filled);
    printf("%-44s %8.0f a second\n", "events: find, load, join, store half", events_per_second(load, &scratch));
    cdi_scratch_free(&scratch);
    cdi_schedule_destroy(schedule);
    cdi_caseload_destroy(load);
    return 0;
}
