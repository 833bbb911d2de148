#include "sim/simulator.h"

#include <stdlib.h>
#include <string.h>

#include "sim/story.h"

/* never and late are the national figures of 2025 (DOMAIN.md); the others are by judgement. */
static const struct cdi_sim_rates rates = {
    .disclosing = 300, .hidden = 150, .several = 150, .referral = 60,
    .never = 50, .cleared = 50, .unproven = 20, .cancelled = 15, .withdrawn = 10,
    .late = 220, .later = 200, .repeated = 30, .delayed = 40,
};

/* Logs a day; none of these forces exists. */
static const struct { struct cdi_sim_place place; uint32_t daily; } forces[] = {
    { { "eas", "Eastmere" }, 420 }, { { "cal", "Calderside" }, 200 }, { { "wst", "Westhaven" }, 90 },
};
enum { FORCES = sizeof forces / sizeof forces[0], HEARTBEAT_MINUTES = 30 };

/* How busy each hour of the day is, in thousandths of the mean. */
static const uint16_t busy[24] = { 800,  650,  500,  400,  350,  350,  450,  650,  850,  1000, 1100, 1150,
                                   1200, 1200, 1200, 1250, 1300, 1350, 1400, 1400, 1350, 1300, 1150, 950 };

struct cdi_sim {
    struct cdi_chance chance;
    struct cdi_sim_post post;
    struct cdi_json_text json;
    struct cdi_sim_counts counts;
    struct { struct cdi_instant next_log, next_heartbeat; } forces[FORCES];
    struct cdi_sim_report *truth;               /* in order of the logs' numbers */
    size_t truth_count, truth_room;
    uint32_t log_count;
    char *taken;                                /* what was last given out */
};

const char *cdi_sim_fate_word(enum cdi_sim_fate fate)
{
    static const char *const words[CDI_SIM_FATE_COUNT] = {
#define X(upper, word) #word,
        CDI_SIM_FATE_LIST(X)
#undef X
    };
    return words[fate];
}

bool cdi_sim_reaches(const struct cdi_sim_report *report, struct cdi_span after)
{
    if (report->due == 0)
        return false;
    return !cdi_instant_said(report->answered_at) || cdi_instant_said(report->reopened_at) ||
           cdi_instant_before(cdi_instant_after(report->received_at, after), report->answered_at);
}

/* ---- what happens next ---- */

static struct cdi_instant next_log(struct cdi_sim *sim, int force, struct cdi_instant at)
{
    int64_t mean = CDI_DAYS(1).ms / forces[force].daily * 1000 / busy[cdi_utc_to_civil(at).hour];
    return cdi_instant_after(at, (struct cdi_span){ cdi_chance_between(&sim->chance, 0, 2 * mean) / 1000 * 1000 });
}

static bool room_for_truth(struct cdi_sim *sim)
{
    if (sim->truth_count + CDI_SIM_REPORTS_MAX <= sim->truth_room)
        return true;
    size_t room = sim->truth_room == 0 ? 1024 : sim->truth_room * 2;
    struct cdi_sim_report *moved = realloc(sim->truth, room * sizeof *moved);
    if (moved == NULL)
        return false;
    sim->truth = moved;
    sim->truth_room = room;
    return true;
}

static bool happen(struct cdi_sim *sim, int force, bool log)
{
    const struct cdi_sim_teller teller = { &rates, &sim->chance, &sim->post, &sim->json, &sim->counts };
    struct cdi_instant at = log ? sim->forces[force].next_log : sim->forces[force].next_heartbeat;
    if (!log) {
        sim->forces[force].next_heartbeat = cdi_instant_after(at, CDI_MINUTES(HEARTBEAT_MINUTES));
        return cdi_sim_tell_heartbeat(&teller, forces[force].place.force, at);
    }
    if (!room_for_truth(sim))
        return false;
    sim->forces[force].next_log = next_log(sim, force, at);
    size_t reports = cdi_sim_tell(&teller, &forces[force].place, ++sim->log_count, at, &sim->truth[sim->truth_count]);
    sim->truth_count += reports;
    return reports != 0;
}

/* Of all that begins before the first message is sent, some message may have to be sent before it. */
static bool happen_until_sure(struct cdi_sim *sim)
{
    for (;;) {
        int first = 0;
        bool log = false;
        struct cdi_instant at = { INT64_MAX };
        for (int force = 0; force < FORCES; force++)
            for (int which = 0; which < 2; which++) {
                struct cdi_instant next = which ? sim->forces[force].next_log : sim->forces[force].next_heartbeat;
                if (!cdi_instant_before(next, at))
                    continue;
                at = next;
                first = force;
                log = which != 0;
            }
        if (sim->post.count > 0 && cdi_instant_before(sim->post.letters[0].at, at))
            return true;
        if (!happen(sim, first, log))
            return false;
    }
}

bool cdi_sim_peek(struct cdi_sim *sim, struct cdi_instant *at, struct cdi_error *err)
{
    if (!happen_until_sure(sim))
        return cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory for the simulator");
    *at = sim->post.letters[0].at;
    return true;
}

bool cdi_sim_next(struct cdi_sim *sim, struct cdi_sim_message *message, struct cdi_error *err)
{
    struct cdi_instant at;
    if (!cdi_sim_peek(sim, &at, err))
        return false;
    struct cdi_sim_letter letter = cdi_sim_post_take(&sim->post);
    free(sim->taken);
    sim->taken = letter.bytes;
    sim->counts.messages++;
    *message = (struct cdi_sim_message){ letter.feed, letter.at, cdi_text_of(letter.force), { letter.bytes, letter.size } };
    return true;
}

/* ---- life ---- */

struct cdi_sim *cdi_sim_create(uint64_t seed, struct cdi_instant start, struct cdi_error *err)
{
    struct cdi_sim *sim = calloc(1, sizeof *sim);
    if (sim == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "not enough memory for the simulator");
        return NULL;
    }
    sim->chance.state = seed;
    for (int force = 0; force < FORCES; force++) {
        sim->forces[force].next_heartbeat = start;
        sim->forces[force].next_log = next_log(sim, force, start);
    }
    return sim;
}

void cdi_sim_destroy(struct cdi_sim *sim)
{
    if (sim == NULL)
        return;
    cdi_sim_post_release(&sim->post);
    free(sim->json.at);
    free(sim->truth);
    free(sim->taken);
    free(sim);
}

const struct cdi_sim_report *cdi_sim_truth(const struct cdi_sim *sim, size_t *count)
{
    *count = sim->truth_count;
    return sim->truth;
}

/* Where the reports of the log begin, or would. */
static size_t place_of(const struct cdi_sim *sim, size_t log)
{
    size_t from = 0, to = sim->truth_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (sim->truth[middle].log < log)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

const struct cdi_sim_report *cdi_sim_find(const struct cdi_sim *sim, struct cdi_text force, struct cdi_text incident, uint32_t report)
{
    size_t number = 0, i = 0;
    while (i < incident.size && incident.at[i] != '-')
        i++;
    for (i++; i < incident.size && incident.at[i] >= '0' && incident.at[i] <= '9' && number <= sim->log_count; i++)
        number = number * 10 + (size_t)(incident.at[i] - '0');
    for (i = place_of(sim, number); i < sim->truth_count && sim->truth[i].log == number; i++)
        if (sim->truth[i].report == report)
            return cdi_text_is(incident, sim->truth[i].incident) && cdi_text_is(force, sim->truth[i].force) ? &sim->truth[i] : NULL;
    return NULL;
}

struct cdi_sim_counts cdi_sim_counts(const struct cdi_sim *sim)
{
    return sim->counts;
}
