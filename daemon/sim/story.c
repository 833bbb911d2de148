#include "sim/story.h"

#include <stdio.h>
#include <string.h>

#define COMMAND_AND_CONTROL "storm"
#define CRIME_SYSTEM "niche"

enum { NAME_SIZE = 40 };

struct person { char name[NAME_SIZE], born[16], phone[16], id[16]; };

struct story {
    const struct cdi_sim_teller *teller;
    const struct cdi_sim_place *place;
    struct cdi_sim_report *truth;
    uint32_t number;
    struct person victims[3];                   /* the last of a further report */
    bool whole;                                 /* false: no memory */
};

static struct cdi_json_text *json_of(struct story *story) { return story->teller->json; }
static struct cdi_chance *chance_of(struct story *story) { return story->teller->chance; }

static struct cdi_instant minutes_after(struct cdi_instant at, int64_t minutes)
{
    return cdi_instant_after(at, CDI_MINUTES(minutes));
}

/* Some hours and 15 to 35 minutes: stages begin at whole hours after receipt, and nothing happens near them. */
static struct cdi_instant hours_after(struct story *story, struct cdi_instant at, int64_t least, int64_t most)
{
    return minutes_after(at, 60 * cdi_chance_between(chance_of(story), least, most) + cdi_chance_between(chance_of(story), 15, 35));
}

/* ---- writing ---- */

static void word(struct story *story, const char *key, const char *value)
{
    cdi_json_string(json_of(story), key, cdi_text_of(value));
}

static void when(struct story *story, const char *key, struct cdi_instant at)
{
    cdi_json_instant(json_of(story), key, at);
}

static void one_of_list(struct story *story, const char *key, const char *value)
{
    cdi_json_open(json_of(story), key, '[');
    if (value != NULL)
        word(story, NULL, value);
    cdi_json_close(json_of(story), ']');
}

static void begin(struct story *story, const char *kind, const char *reference, const char *source, struct cdi_instant event_at)
{
    struct cdi_json_text *json = json_of(story);
    json->size = 0;
    json->comma = false;
    cdi_json_open(json, NULL, '{');
    word(story, "force", story->truth->force);
    word(story, kind, reference);
    when(story, "event_at", event_at);
    word(story, "source", source);
}

static void post(struct story *story, enum cdi_feed feed, struct cdi_instant at)
{
    const struct cdi_sim_teller *teller = story->teller;
    struct cdi_json_text *json = teller->json;
    cdi_json_close(json, '}');
    struct cdi_text bytes = { json->at, json->size };
    story->whole &= !json->failed && cdi_sim_post_put(teller->post, at, feed, story->place->force, bytes);
    if (!story->whole || !cdi_chance_holds(teller->chance, teller->rates->repeated))
        return;
    teller->counts->repeated++;
    story->whole = cdi_sim_post_put(teller->post, minutes_after(at, cdi_chance_between(teller->chance, 1, 40)), feed,
                                    story->place->force, bytes);
}

/* What somebody adds to a log; now and then it comes late. */
static void post_update(struct story *story, struct cdi_instant event_at)
{
    struct cdi_instant at = cdi_instant_after(event_at, CDI_SECONDS(cdi_chance_between(chance_of(story), 5, 90)));
    if (cdi_chance_holds(chance_of(story), story->teller->rates->delayed)) {
        story->teller->counts->delayed++;
        at = minutes_after(at, cdi_chance_between(chance_of(story), 60, 180));
    }
    post(story, CDI_FEED_INCIDENTS, at);
}

static void entry(struct story *story, int64_t seq, struct cdi_instant at, const char *role, const char *text)
{
    struct cdi_json_text *json = json_of(story);
    cdi_json_open(json, "entries", '[');
    cdi_json_open(json, NULL, '{');
    cdi_json_integer(json, "seq", seq);
    when(story, "at", at);
    word(story, "role", role);
    word(story, "category", "remarks");
    word(story, "text", text);
    cdi_json_close(json, '}');
    cdi_json_close(json, ']');
}

/* ---- persons and places ---- */

/* Numbers that Ofcom keeps for drama; no two persons of a force share anything that identifies them. */
static void draw_person(struct story *story, struct person *person, uint32_t which)
{
    static const char *const first[] = { "Alice", "Ben", "Carys", "Dilip", "Ewan", "Farah", "Gareth", "Hannah", "Imran", "Joanna", "Kofi",
                                         "Leila", "Megan", "Nadia", "Owen", "Priya", "Rhys", "Sian", "Tomasz", "Wendy", NULL };
    static const char *const last[] = { "Ashworth", "Bevan", "Chowdhury", "Davies", "Eccles", "Fielding", "Griffiths", "Hussain", "Ingham",
                                        "Jenkins", "Kowalski", "Llewellyn", "Mistry", "Nuttall", "Okafor", "Pritchard", "Quinn", NULL };
    struct cdi_chance *chance = chance_of(story);
    snprintf(person->name, sizeof person->name, "%s %s", cdi_chance_of(chance, first), cdi_chance_of(chance, last));
    snprintf(person->born, sizeof person->born, "%04u-%02u-%02u", 1946 + cdi_chance_below(chance, 60), 1 + cdi_chance_below(chance, 12),
             1 + cdi_chance_below(chance, 28));
    snprintf(person->phone, sizeof person->phone, "07700 900%03u", cdi_chance_below(chance, 1000));
    snprintf(person->id, sizeof person->id, "N-%u", story->number * 4 + which);
}

static void write_victim(struct story *story, const struct person *person, bool whole)
{
    struct cdi_json_text *json = json_of(story);
    cdi_json_open(json, NULL, '{');
    word(story, "role", "victim");
    word(story, "id", person->id);
    if (whole) {
        word(story, "name", person->name);
        word(story, "dob", person->born);
        word(story, "phone", person->phone);
    }
    cdi_json_close(json, '}');
}

static void write_area(struct story *story)
{
    struct cdi_json_text *json = json_of(story);
    char beat[8];
    snprintf(beat, sizeof beat, "B%02u", story->number % 17);
    cdi_json_open(json, "area", '{');
    word(story, "bcu", story->place->bcu);
    word(story, "beat", beat);
    cdi_json_close(json, '}');
}

static void write_location(struct story *story)
{
    char uprn[24];
    snprintf(uprn, sizeof uprn, "%llu", 100100000000ULL + (unsigned long long)story->number * 7);
    cdi_json_open(json_of(story), "location", '{');
    word(story, "uprn", uprn);
    cdi_json_close(json_of(story), '}');
}

/* ---- the log ---- */

static void open_log(struct story *story)
{
    static const char *const channels[] = { "999", "101", "101", "online", NULL };
    const struct cdi_sim_report *truth = story->truth;
    const struct cdi_sim_kind *kind = truth->kind;
    struct cdi_chance *chance = chance_of(story);
    struct cdi_instant keyed = minutes_after(truth->received_at, truth->referral ? cdi_chance_between(chance, 30, 200) : 2);
    const char *code = cdi_chance_of(chance, truth->hidden ? kind->hidden : kind->opened);
    begin(story, "incident", truth->incident, truth->referral ? "protection" : COMMAND_AND_CONTROL, keyed);
    when(story, "received_at", truth->received_at);
    word(story, "channel", truth->referral ? "referral" : cdi_chance_of(chance, channels));
    word(story, "caller_role", truth->referral ? "professional" : kind->klass != NULL ? "victim" : "other");
    word(story, "opened_as", code);
    one_of_list(story, "qualifiers", kind->qualifier);
    write_area(story);
    write_location(story);
    cdi_json_open(json_of(story), "persons", '[');
    for (uint8_t i = 0; i < truth->due; i++)
        write_victim(story, &story->victims[i], true);
    cdi_json_close(json_of(story), ']');
    entry(story, 1, minutes_after(truth->received_at, 1), "call_taker", cdi_chance_of(chance, kind->first));
    post(story, CDI_FEED_INCIDENTS, cdi_instant_after(keyed, CDI_SECONDS(20)));
    struct cdi_instant more = minutes_after(truth->received_at, cdi_chance_between(chance, 4, 25));
    begin(story, "incident", truth->incident, COMMAND_AND_CONTROL, more);
    entry(story, 2, more, "call_taker", cdi_chance_of(chance, kind->then));
    post_update(story, more);
}

static void attend_and_close(struct story *story)
{
    static const char *const attended[] = { "ATTENDED AND SPOKE TO INF, DETAILS TAKEN", "AT SCENE, INF SEEN, WILL UPDATE LATER",
                                            "UNIT HAS VISITED THE CALLER", "SEEN BY OFFICER, BODY WORN ON", NULL };
    const struct cdi_sim_report *truth = story->truth;
    struct cdi_chance *chance = chance_of(story);
    struct cdi_instant at = minutes_after(truth->received_at, cdi_chance_between(chance, 65, 300));
    if (cdi_chance_holds(chance, 600)) {
        begin(story, "incident", truth->incident, COMMAND_AND_CONTROL, at);
        word(story, "unit", "R-12");
        entry(story, 3, at, "officer", cdi_chance_of(chance, attended));
        post_update(story, at);
    }
    at = minutes_after(at, cdi_chance_between(chance, 30, 900));
    begin(story, "incident", truth->incident, COMMAND_AND_CONTROL, at);
    word(story, "closed_as", cdi_chance_of(chance, truth->kind->closed));
    when(story, "closed_at", at);
    post_update(story, at);
}

/* With evidence, source and time, told and endorsed; or as it is done in a hurry. */
static void dispose(struct story *story, struct cdi_instant at, bool proven)
{
    static const char *const rationales[] = {
        "CCTV of the whole evening was seen by the officer at 14:10 and shows that nobody was near, the caller agrees",
        "Two independent witnesses named in the log saw all of it and say that it was an accident, the caller accepts this", NULL };
    static const char *const hurried[] = { "no crime", "as above", "n/a", NULL };
    struct cdi_json_text *json = json_of(story);
    begin(story, "incident", story->truth->incident, COMMAND_AND_CONTROL, at);
    cdi_json_open(json, "disposal", '{');
    word(story, "reason", "NEG");
    word(story, "rationale", cdi_chance_of(chance_of(story), proven ? rationales : hurried));
    word(story, "by", "C1182");
    word(story, "by_role", "officer");
    when(story, "decided_at", at);
    if (proven) {
        word(story, "endorsed_by", "S4412");
        word(story, "endorsed_role", "sergeant");
        when(story, "endorsed_at", at);
        when(story, "victim_told_at", at);
    }
    cdi_json_close(json, '}');
    post(story, CDI_FEED_INCIDENTS, minutes_after(at, cdi_chance_between(chance_of(story), 1, 4)));
}

/* ---- the crime ---- */

static void begin_crime(struct story *story, uint8_t which, struct cdi_instant event_at)
{
    char reference[CDI_SIM_REFERENCE_SIZE + 16];
    snprintf(reference, sizeof reference, "%s/C%06u/%u", story->truth->force, story->number, which + 1u);
    begin(story, "crime", reference, CRIME_SYSTEM, event_at);
}

static void record_crime(struct story *story, uint8_t which, struct cdi_instant at)
{
    const struct cdi_sim_report *truth = story->truth;
    struct cdi_json_text *json = json_of(story);
    begin_crime(story, which, at);
    when(story, "recorded_at", at);
    when(story, "reported_at", truth->received_at);
    when(story, "committed_from", minutes_after(truth->received_at, -50));
    when(story, "committed_to", minutes_after(truth->received_at, -20));
    word(story, "class", truth->kind->klass);
    word(story, "status", "recorded");
    one_of_list(story, "incidents", truth->incident);
    cdi_json_open(json, "persons", '[');
    write_victim(story, &story->victims[which], false);
    cdi_json_close(json, ']');
    one_of_list(story, "flags", truth->kind->qualifier);
    write_area(story);
    if (truth->fate == CDI_SIM_LATE) {
        cdi_json_open(json, "late", '{');
        word(story, "rationale", "backlog in the crime management unit, seen at the morning meeting");
        when(story, "fcr_at", at);
        cdi_json_close(json, '}');
    }
    post(story, CDI_FEED_CRIMES, minutes_after(at, cdi_chance_between(chance_of(story), 1, 5)));
}

static void cancel_crime(struct story *story, uint8_t which, struct cdi_instant at, bool proven)
{
    struct cdi_json_text *json = json_of(story);
    begin_crime(story, which, at);
    word(story, "status", "cancelled");
    cdi_json_open(json, "cancel", '{');
    word(story, "type", proven ? "C2" : "C4");
    word(story, "by_role", proven ? "FCR" : "supervisor");
    cdi_json_bool(json, "independent", proven);
    if (proven) {
        word(story, "avi", "footage of the doorbell camera shows that it did not happen, seen by the registrar");
        when(story, "victim_told_at", at);
    }
    cdi_json_close(json, '}');
    post(story, CDI_FEED_CRIMES, minutes_after(at, cdi_chance_between(chance_of(story), 1, 5)));
}

/* ---- fate ---- */

static enum cdi_sim_fate draw_fate(struct story *story)
{
    const struct cdi_sim_rates *rates = story->teller->rates;
    bool rape = story->truth->kind->risk == CDI_RISK_RAPE;      /* its ways out are others: explained by an N100, not negated */
    const struct { enum cdi_sim_fate fate; uint32_t rate; } fates[] = {
        { CDI_SIM_NEVER, rates->never }, { CDI_SIM_CLEARED, rape ? 0 : rates->cleared }, { CDI_SIM_UNPROVEN, rates->unproven },
        { CDI_SIM_CANCELLED, rape ? 0 : rates->cancelled }, { CDI_SIM_WITHDRAWN, rates->withdrawn },
    };
    uint32_t drawn = cdi_chance_below(chance_of(story), 1000);
    for (size_t i = 0; i < sizeof fates / sizeof fates[0]; drawn -= fates[i++].rate)
        if (drawn < fates[i].rate)
            return fates[i].fate;
    return cdi_chance_holds(chance_of(story), rates->late) ? CDI_SIM_LATE : CDI_SIM_IN_TIME;
}

/* Kinds of which one is not the other told better. */
enum event { PROPERTY, VIOLENCE, CONDUCT, SEXUAL };

static enum event event_of(const struct cdi_sim_kind *kind)
{
    static const struct { const char *klass; enum event event; } events[] = {
        { "8N", VIOLENCE }, { "105A", VIOLENCE }, { "8L", CONDUCT }, { "8Q", CONDUCT }, { "19C", SEXUAL },
    };
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        if (strcmp(kind->klass, events[i].klass) == 0)
            return events[i].event;
    return PROPERTY;
}

static void record_all(struct story *story, struct cdi_instant at)
{
    for (uint8_t i = 0; i < story->truth->due; i++)
        record_crime(story, i, at);
}

/* Most crimes are recorded early: the earlier of two draws. */
static struct cdi_instant soon(struct story *story)
{
    struct cdi_instant received_at = story->truth->received_at;
    struct cdi_instant a = hours_after(story, received_at, 0, 22), b = hours_after(story, received_at, 0, 22);
    return cdi_instant_earlier(a, b);
}

static void live_through(struct story *story)
{
    struct cdi_sim_report *truth = story->truth;
    switch (truth->fate) {
    case CDI_SIM_IN_TIME:
        record_all(story, truth->answered_at = soon(story));
        break;
    case CDI_SIM_LATE:
        record_all(story, truth->answered_at = hours_after(story, truth->received_at, 24, 70));
        break;
    case CDI_SIM_NEVER:
        if (truth->due > 1)                     /* one is recorded and the other forgotten */
            record_crime(story, 0, soon(story));
        break;
    case CDI_SIM_CLEARED:
        dispose(story, truth->answered_at = hours_after(story, truth->received_at, 4, 20), true);
        break;
    case CDI_SIM_UNPROVEN:
        dispose(story, hours_after(story, truth->received_at, 4, 20), false);
        break;
    case CDI_SIM_CANCELLED:
    case CDI_SIM_WITHDRAWN:
        record_all(story, truth->answered_at = hours_after(story, truth->received_at, 0, 8));
        struct cdi_instant ended = minutes_after(truth->answered_at, 60 * cdi_chance_between(chance_of(story), 2, 12));
        for (uint8_t i = 0; i < truth->due; i++)
            cancel_crime(story, i, ended, truth->fate == CDI_SIM_CANCELLED);
        if (truth->fate == CDI_SIM_WITHDRAWN)
            truth->reopened_at = ended;
        break;
    case CDI_SIM_HARMLESS:
    case CDI_SIM_FATE_COUNT:
        break;
    }
}

/* ---- telling ---- */

static const struct cdi_sim_kind *draw_kind(struct cdi_chance *chance, const struct cdi_sim_kind *kinds, size_t count)
{
    uint32_t whole = 0;
    for (size_t i = 0; i < count; i++)
        whole += kinds[i].weight;
    uint32_t drawn = cdi_chance_below(chance, whole);
    size_t i = 0;
    for (; drawn >= kinds[i].weight; i++)
        drawn -= kinds[i].weight;
    return &kinds[i];
}

static void draw_log(struct story *story)
{
    const struct cdi_sim_rates *rates = story->teller->rates;
    struct cdi_chance *chance = chance_of(story);
    struct cdi_sim_report *truth = story->truth;
    bool crime = cdi_chance_holds(chance, rates->disclosing);
    truth->kind = crime ? draw_kind(chance, cdi_sim_crimes, cdi_sim_crime_count)
                        : draw_kind(chance, cdi_sim_harmless, cdi_sim_harmless_count);
    if (!crime)
        return;
    truth->due = truth->kind->several && cdi_chance_holds(chance, rates->several) ? 2 : 1;
    truth->hidden = cdi_chance_holds(chance, rates->hidden);
    truth->referral = cdi_chance_holds(chance, rates->referral);
    truth->fate = draw_fate(story);
    for (uint32_t i = 0; i < truth->due; i++)
        draw_person(story, &story->victims[i], i);
}

/* Where a reason is stated, or a crime cancelled, it would be a question to which report that belongs. */
static bool may_disclose_more(const struct story *story)
{
    const struct cdi_sim_report *truth = story->truth;
    return truth->due == 1 && truth->kind->qualifier == NULL && !truth->referral &&
           (truth->fate == CDI_SIM_IN_TIME || truth->fate == CDI_SIM_LATE || truth->fate == CDI_SIM_NEVER);
}

/* The same victim tells an officer of something else, which is another report.  False: not this time. */
static bool disclose_more(struct story *story, struct cdi_sim_report *further)
{
    enum { ENTRY = 4, WHICH = 2 };
    const struct cdi_sim_rates *rates = story->teller->rates;
    struct cdi_chance *chance = chance_of(story);
    if (!may_disclose_more(story) || !cdi_chance_holds(chance, rates->later))
        return false;
    const struct cdi_sim_kind *kind = draw_kind(chance, cdi_sim_crimes, cdi_sim_crime_count);
    if (kind->told[0] == NULL || event_of(kind) == event_of(story->truth->kind))
        return false;
    struct cdi_instant at = minutes_after(story->truth->received_at, cdi_chance_between(chance, 70, 400));
    *further = (struct cdi_sim_report){ .log = story->number, .report = ENTRY, .kind = kind, .due = 1, .received_at = at,
                                        .answered_at = CDI_INSTANT_NONE, .reopened_at = CDI_INSTANT_NONE };
    memcpy(further->force, story->truth->force, sizeof further->force);
    memcpy(further->incident, story->truth->incident, sizeof further->incident);
    begin(story, "incident", further->incident, COMMAND_AND_CONTROL, at);
    entry(story, ENTRY, at, "officer", cdi_chance_of(chance, kind->told));
    post_update(story, at);
    story->victims[WHICH] = story->victims[0];
    story->truth = further;
    further->fate = cdi_chance_holds(chance, rates->never) ? CDI_SIM_NEVER
                    : cdi_chance_holds(chance, rates->late) ? CDI_SIM_LATE
                                                            : CDI_SIM_IN_TIME;
    if (further->fate != CDI_SIM_NEVER) {
        further->answered_at = further->fate == CDI_SIM_LATE ? hours_after(story, at, 24, 70) : soon(story);
        record_crime(story, WHICH, further->answered_at);
    }
    return true;
}

size_t cdi_sim_tell(const struct cdi_sim_teller *teller, const struct cdi_sim_place *place, uint32_t number,
                    struct cdi_instant received_at, struct cdi_sim_report truth[CDI_SIM_REPORTS_MAX])
{
    struct story story = { .teller = teller, .place = place, .truth = truth, .number = number, .whole = true };
    truth[0] = (struct cdi_sim_report){ .log = number, .received_at = received_at, .answered_at = CDI_INSTANT_NONE, .reopened_at = CDI_INSTANT_NONE };
    snprintf(truth->force, sizeof truth->force, "%s", place->force);
    snprintf(truth->incident, sizeof truth->incident, "%s-%06u", place->force, number);
    draw_log(&story);
    open_log(&story);
    attend_and_close(&story);
    live_through(&story);
    size_t reports = disclose_more(&story, &truth[1]) ? 2 : 1;
    return story.whole ? reports : 0;
}

static bool heartbeat(const struct cdi_sim_teller *teller, const char *force, struct cdi_instant at, enum cdi_feed feed,
                      const char *source)
{
    struct cdi_json_text *json = teller->json;
    json->size = 0;
    json->comma = false;
    cdi_json_open(json, NULL, '{');
    cdi_json_string(json, "force", cdi_text_of(force));
    cdi_json_string(json, "heartbeat", cdi_text_of(source));
    cdi_json_instant(json, "at", at);
    cdi_json_close(json, '}');
    return !json->failed && cdi_sim_post_put(teller->post, at, feed, force, (struct cdi_text){ json->at, json->size });
}

bool cdi_sim_tell_heartbeat(const struct cdi_sim_teller *teller, const char *force, struct cdi_instant at)
{
    return heartbeat(teller, force, at, CDI_FEED_INCIDENTS, COMMAND_AND_CONTROL) &&
           heartbeat(teller, force, at, CDI_FEED_CRIMES, CRIME_SYSTEM);
}
