#include "edge/shard_inside.h"

#include <stdlib.h>
#include <string.h>

#include "codec/changelog.h"
#include "codec/content.h"
#include "core/clock_state.h"
#include "core/judge.h"
#include "edge/faults.h"
#include "edge/kafka_consumer.h"
#include "edge/log.h"

enum { SLICE = 4096, HEADERS_MAX = 64 };
enum { LETTER_MAX = 2 * 1024 * 1024 - 64 * 1024 };              /* what surely fits where dead letters go (topics.c), framing included */
/* A feed may be read this far, in broker time, ahead of another that is behind: what they say of one another is then near, and
 * memory in catch-up is bounded. */
#define LEAD_MAX CDI_HOURS(1)
#define CAUGHT_UP_WITHIN CDI_MINUTES(1)         /* of the broker's end: a feed in full flow may never be seen at it */

/* ---- life ---- */

struct cdi_shard *cdi_shard_create(const struct cdi_shard_parts *parts, struct cdi_error *err)
{
    static const enum cdi_feed feeds[CDI_FEED_COUNT] = { CDI_FEED_INCIDENTS, CDI_FEED_CRIMES, CDI_FEED_ACTIONS };
    const struct cdi_engine_limits limits = { .slice = SLICE, .incidents = (uint32_t)parts->config->held_incidents,
                                              .crimes = (uint32_t)parts->config->held_crimes };
    struct cdi_shard *shard = calloc(1, sizeof *shard);
    if (shard == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for a shard");
        return NULL;
    }
    shard->parts = *parts;
    shard->whole = true;
    shard->restored = CDI_INSTANT_NONE;
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++)
        shard->intakes[feed] = (struct cdi_intake){ .position = CDI_OFFSET_NONE, .low = CDI_INSTANT_NONE };
    shard->engine = cdi_engine_create(&parts->reading->rulebook->tables, &limits, err);
    shard->judge = cdi_judge_create(err);
    shard->filling = cdi_outbox_create();
    shard->spare = cdi_outbox_create();
    if (shard->engine != NULL && shard->judge != NULL && shard->filling != NULL && shard->spare != NULL &&
        cdi_judge_assign(shard->judge, feeds, CDI_FEED_COUNT, err))
        return shard;
    cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for a shard");
    cdi_shard_destroy(shard);
    return NULL;
}

void cdi_shard_destroy(struct cdi_shard *shard)
{
    if (shard == NULL)
        return;
    cdi_outbox_destroy(shard->filling);
    cdi_outbox_destroy(shard->spare);
    cdi_judge_destroy(shard->judge);
    cdi_engine_destroy(shard->engine);
    cdi_flood_free(&shard->flood);
    cdi_scratch_free(&shard->work);
    free(shard->json.at);
    free(shard);
}

int32_t cdi_shard_number(const struct cdi_shard *shard) { return shard->parts.number; }
struct cdi_outbox *cdi_shard_outbox(struct cdi_shard *shard) { return shard->filling; }
const struct cdi_shard_counts *cdi_shard_counts(const struct cdi_shard *shard) { return &shard->counts; }

/* ---- forces ---- */

/* Silence is judged by force and feed: the feed's own word stands for whatever writes to its topic. */
static struct cdi_text feed_name(enum cdi_feed feed) { return cdi_text_of(cdi_feed_word(feed)); }

static bool limit_silence(struct cdi_shard *shard, struct cdi_text force, enum cdi_feed feed, struct cdi_error *err)
{
    return cdi_judge_silence_limit(shard->judge, force, feed_name(feed), shard->parts.reading->sources[feed]->silence_limit, err);
}

/* Whoever is heard in one feed must be heard in both that assert absence: a force whose crimes never came is not accused. */
static bool expect_force(struct cdi_shard *shard, struct cdi_text force, struct cdi_instant from, struct cdi_error *err)
{
    static const enum cdi_feed asserting[] = { CDI_FEED_INCIDENTS, CDI_FEED_CRIMES };
    for (size_t i = 0; i < sizeof asserting / sizeof asserting[0]; i++)
        if (!limit_silence(shard, force, asserting[i], err) ||
            !cdi_judge_expect(shard->judge, force, feed_name(asserting[i]), from, err))
            return false;
    return true;
}

static bool force_known(struct cdi_shard *shard, struct cdi_text force)
{
    if (shard->last_force < shard->force_count && cdi_text_is(force, shard->forces[shard->last_force]))
        return true;
    for (size_t i = 0; i < shard->force_count; i++)
        if (cdi_text_is(force, shard->forces[i])) {
            shard->last_force = i;
            return true;
        }
    return false;
}

/* A force is in the partition where its key belongs, or else in two before long: each would know half of it. */
static bool meet_force(struct cdi_shard *shard, struct cdi_text force, const struct cdi_message *message, struct cdi_error *err)
{
    if (force_known(shard, force))
        return true;
    int32_t partitions = (int32_t)shard->parts.config->partitions, belongs = cdi_force_partition(force, partitions);
    if (belongs != shard->parts.number)
        return cdi_fail(err, CDI_ERROR_CONFIGURATION, "%s, partition %d, offset %lld: its force belongs in partition %d of %d; a "
                        "force in two partitions would be judged by halves. Let the sender key by force code with partitioner "
                        "murmur2_random (librdkafka's own default is another), or send through `cdiwatch rekey`; then stop cdiwatch, wait "
                        "for its session to end (45 s) and move the group past this offset with kafka-consumer-groups.sh --reset-offsets",
                        shard->parts.config->topics[message->feed].at, message->partition, (long long)message->offset, belongs,
                        partitions);
    if (!expect_force(shard, force, message->broker_time, err))
        return false;
    if (shard->force_count < CDI_SHARD_FORCES_MAX && force.size <= CDI_FORCE_MAX) {
        memcpy(shard->forces[shard->force_count], force.at, force.size);
        shard->forces[shard->force_count++][force.size] = '\0';
    }
    return true;
}

/* ---- restoring ---- */

static bool restore_clock(struct cdi_shard *shard, struct cdi_text packed, struct cdi_error *err)
{
    struct cdi_clock_state clock;
    if (!cdi_unpack_clock(packed, &clock, err))
        return false;
    cdi_judge_restore(shard->judge, &clock);
    shard->restored = cdi_judge_time(shard->judge);
    cdi_judge_stand(shard->judge, true);
    return true;
}

static bool restore_feed(struct cdi_shard *shard, struct cdi_text packed, struct cdi_error *err)
{
    struct cdi_feed_state state;
    enum cdi_feed feed;
    return cdi_unpack_feed(packed, &state, err) && cdi_judge_restore_feed(shard->judge, &state, err) &&
           (!cdi_feed_from(state.source, &feed) || limit_silence(shard, state.force, feed, err));
}

static bool restore_flood(struct cdi_shard *shard, struct cdi_text packed, struct cdi_error *err)
{
    struct cdi_digest digest;
    return cdi_unpack_flood(packed, &digest, err) && cdi_flood_restore(&shard->flood, &digest, err);
}

bool cdi_shard_restore(struct cdi_shard *shard, struct cdi_text key, struct cdi_text value, struct cdi_error *err)
{
    enum cdi_case_kind kind;
    struct cdi_text force, reference, packed = CDI_TEXT_NONE;
    if (!cdi_state_read_key(key, &force, &kind, &reference, err))
        return false;
    if (value.size > 0 && !cdi_changelog_open(value, kind, &packed, err))
        return false;
    if (kind == CDI_CASE_CLOCK)
        return value.size == 0 || restore_clock(shard, packed, err);
    if (kind == CDI_CASE_FEED)
        return value.size == 0 || restore_feed(shard, packed, err);
    if (kind == CDI_CASE_FLOOD)
        return value.size == 0 || restore_flood(shard, packed, err);
    return cdi_engine_restore(shard->engine, key, packed, err);
}

void cdi_shard_begin_at(struct cdi_shard *shard, enum cdi_feed feed, int64_t offset)
{
    shard->intakes[feed].position = offset;
}

/* ---- reading ---- */

static void count(struct cdi_shard *shard, const struct cdi_message *message, enum cdi_outcome outcome)
{
    struct cdi_intake *intake = &shard->intakes[message->feed];
    shard->counts.outcomes[message->feed][outcome]++;
    intake->position = message->offset + 1;
    intake->low = cdi_instant_later(intake->low, message->broker_time);
    intake->at_end = intake->level = false;
    intake->yielded = true;
    shard->moved = true;
    cdi_judge_applied(shard->judge, (uint32_t)message->feed, message->broker_time);
}

static bool readable(const struct cdi_message *message, struct cdi_error *err)
{
    struct cdi_content content = { .headers = { CDI_TEXT_NONE } };
    struct cdi_text name, value;
    bool any = false;
    for (size_t i = 0; cdi_message_header(message, i, &name, &value); i++, any = true)
        cdi_content_take(&content, name, value);
    return !any || cdi_content_readable(&content, err);
}

/* With the headers it came with, so that it can be sent again as it was.  One that no letter can hold is only told of: a letter
 * that the broker refuses would stop the shard at it for good. */
static bool send_dead_letter(struct cdi_shard *shard, const struct cdi_message *message, enum cdi_deadletter_stage stage,
                             const struct cdi_error *problem, struct cdi_error *err)
{
    struct cdi_header headers[HEADERS_MAX];
    const struct cdi_deadletter letter = {
        .topic = shard->parts.config->topics[message->feed], .partition = message->partition, .offset = message->offset,
        .shard = (uint32_t)shard->parts.number, .stage = stage, .error = problem
    };
    cdi_scratch_reset(&shard->work);
    if (!cdi_deadletter_headers(&letter, headers, &shard->work))
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for a dead letter");
    size_t count = CDI_DEADLETTER_HEADER_COUNT, bytes = message->key.size + message->value.size;
    for (size_t i = 0; count < HEADERS_MAX && cdi_message_header(message, i, &headers[count].name, &headers[count].value); i++, count++)
        bytes += headers[count].name.size + headers[count].value.size;
    bool fits = bytes <= LETTER_MAX;
    struct cdi_outbox_record record = { .topic = CDI_TOPIC_DEADLETTERS, .key = fits ? message->key : CDI_TEXT_NONE,
                                        .value = fits ? message->value : CDI_TEXT_NONE, .headers = headers,
                                        .header_count = fits ? count : CDI_DEADLETTER_HEADER_COUNT };
    struct cdi_log_about about = { shard->parts.number, letter.topic.at, message->partition, message->offset, problem };
    cdi_log_about(CDI_LOG_WARNING, "rejected", &about, fits ? "a message is now a dead letter" : "a message is now a dead letter, without its "
                  "bytes: they are too many, and stay only where it came from");
    return cdi_outbox_add(shard->filling, &record) || cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for a dead letter");
}

static bool reject(struct cdi_shard *shard, const struct cdi_message *message, enum cdi_deadletter_stage stage,
                   const struct cdi_error *problem, struct cdi_error *err)
{
    if (problem->code == CDI_ERROR_SYSTEM)      /* no fault of the message */
        return cdi_fail(err, CDI_ERROR_SYSTEM, "%s", problem->text);
    if (!send_dead_letter(shard, message, stage, problem, err))
        return false;
    shard->counts.letters[problem->code]++;
    count(shard, message, CDI_OUTCOME_REJECTED);
    return true;
}

/* A shard that is full stops before the message: passed over, it would be lost, and whoever it is about would get no help. */
static bool has_room(const struct cdi_shard *shard, const struct cdi_message *message, const struct cdi_record *record, struct cdi_error *err)
{
    struct cdi_error problem = { 0 };
    return cdi_engine_has_room(shard->engine, record, message->broker_time, &problem) ||
           cdi_fail(err, problem.code, "%s, partition %d, offset %lld: %s. Nothing is lost: raise limits.incidents or limits.crimes, with memory "
                    "for it, and start again; reading goes on at this message", shard->parts.config->topics[message->feed].at,
                    message->partition, (long long)message->offset, problem.text);
}

static bool apply(struct cdi_shard *shard, const struct cdi_message *message, const struct cdi_record *record, struct cdi_error *err)
{
    struct cdi_error problem = { 0 };
    struct cdi_text force = cdi_record_force(record);
    if (!meet_force(shard, force, message, &problem)) {
        if (problem.code == CDI_ERROR_LIMIT)    /* there is room for thousands: something else stands in the field */
            return reject(shard, message, CDI_DEADLETTER_APPLY, &problem, err);
        return cdi_fail(err, problem.code, "%s", problem.text);
    }
    if (!has_room(shard, message, record, err))
        return false;
    shard->whole &= record->kind == CDI_RECORD_KIND_HEARTBEAT;
    enum cdi_outcome outcome = cdi_engine_apply(shard->engine, record, message->broker_time, &problem);
    if (outcome == CDI_OUTCOME_REJECTED)
        return reject(shard, message, CDI_DEADLETTER_APPLY, &problem, err);
    if (message->feed != CDI_FEED_ACTIONS && !cdi_judge_heard(shard->judge, force, feed_name(message->feed), message->broker_time, err))
        return false;
    count(shard, message, outcome);
    cdi_fault(CDI_FAULT_APPLIED);
    return true;
}

static bool time_is_the_brokers(const struct cdi_shard *shard, const struct cdi_message *message, struct cdi_error *err)
{
    if (cdi_instant_said(message->broker_time) && (!message->producer_time || shard->parts.config->allow_create_time))
        return true;
    return cdi_fail(err, CDI_ERROR_CONFIGURATION, "%s, partition %d, offset %lld: the time of this message is not the broker's; what a feed is known "
                    "to have said is measured by when the broker got it. Set message.timestamp.type=LogAppendTime on the topic (`cdiwatch "
                    "topics --check` lists what else differs), or, for replays and tests, allow_create_time: true",
                    shard->parts.config->topics[message->feed].at, message->partition, (long long)message->offset);
}

static void expect(void *engine, const struct cdi_record *record) { cdi_engine_expect(engine, &record, 1); }

/* While the texts of a message are looked through, what is known of its log or crime is fetched. */
static bool decode(struct cdi_shard *shard, const struct cdi_message *message, const struct cdi_record **record, struct cdi_error *err)
{
    struct cdi_decoder *decoder = shard->parts.reading->decoders[message->feed];
    cdi_decoder_listen(decoder, expect, shard->engine);
    bool good = cdi_decode_message(decoder, message->feed, message->value.at, message->value.size, message->broker_time, record, err);
    cdi_decoder_listen(decoder, NULL, NULL);    /* it is other shards' too */
    return good;
}

bool cdi_shard_take(struct cdi_shard *shard, const struct cdi_message *message, struct cdi_error *err)
{
    struct cdi_error problem = { 0 };
    const struct cdi_record *record;
    if (!time_is_the_brokers(shard, message, err))
        return false;
    if (!cdi_text_said(message->value)) {       /* a deletion changes nothing */
        count(shard, message, CDI_OUTCOME_OUT_OF_SCOPE);
        return true;
    }
    if (!readable(message, &problem) || !decode(shard, message, &record, &problem))
        return reject(shard, message, CDI_DEADLETTER_DECODE, &problem, err);
    if (record != NULL)
        return apply(shard, message, record, err);
    count(shard, message, CDI_OUTCOME_OUT_OF_SCOPE);
    return true;
}

static void see_level(struct cdi_shard *shard, enum cdi_feed feed)
{
    struct cdi_intake *intake = &shard->intakes[feed];
    if (!intake->asked || intake->position < intake->end || (!intake->yielded && !intake->at_end))
        return;
    intake->asked = false;
    intake->level = intake->yielded = intake->caught_up = true;
    cdi_judge_level(shard->judge, (uint32_t)feed, intake->asked_at);
}

/* What lies between the last message and the end (control records, what was aborted) is read too.  It is committed, for else a feed
 * that is quiet for longer than its topic keeps would seem to have lost something, and one that began at the end would begin
 * at a later end the next time. */
void cdi_shard_at_end(struct cdi_shard *shard, enum cdi_feed feed, int64_t offset)
{
    struct cdi_intake *intake = &shard->intakes[feed];
    intake->at_end = intake->caught_up = true;
    if (offset > intake->position) {
        intake->position = offset;
        shard->moved = true;
    }
    see_level(shard, feed);
}

void cdi_shard_end_known(struct cdi_shard *shard, enum cdi_feed feed, int64_t offset, struct cdi_instant asked_at)
{
    struct cdi_intake *intake = &shard->intakes[feed];
    intake->asked = intake->end_known = true;
    intake->end = offset;
    intake->asked_at = asked_at;
    intake->level = false;
    intake->caught_up |= cdi_instant_said(intake->low) &&
                         !cdi_instant_before(cdi_instant_after(intake->low, CAUGHT_UP_WITHIN), asked_at);
    see_level(shard, feed);
}

/* The other is behind, and either has said nothing yet or too little. */
static bool waits_for(const struct cdi_intake *other, struct cdi_instant other_head, struct cdi_instant head)
{
    if (other->at_end || cdi_instant_said(other_head))
        return false;
    return !cdi_instant_said(other->low) || cdi_instant_before(cdi_instant_after(other->low, LEAD_MAX), head);
}

bool cdi_shard_may_take(const struct cdi_shard *shard, const struct cdi_instant head[CDI_FEED_COUNT], enum cdi_feed *feed)
{
    int first = -1;
    for (int f = 0; f < CDI_FEED_COUNT; f++)
        if (cdi_instant_said(head[f]) && (first < 0 || cdi_instant_before(head[f], head[first])))
            first = f;
    for (int f = 0; first >= 0 && f < CDI_FEED_COUNT; f++)
        if (f != first && waits_for(&shard->intakes[f], head[f], head[first]))
            return false;
    *feed = (enum cdi_feed)(first < 0 ? 0 : first);
    return first >= 0;
}

/* ---- judging ---- */

/* How far the engine is told that time has passed.  After downtime what was missed is taken in first, at the time of the
 * predecessor: of what is past by then one thing is said, how it is now, and not stage by stage how it was; and what is due at
 * once comes out of the engine's deadlines, the gravest first. */
struct cdi_instant cdi_shard_time_told(const struct cdi_shard *shard)
{
    return shard->resumed || !cdi_instant_said(shard->restored) ? cdi_judge_time(shard->judge) : shard->restored;
}

/* Nothing is left to be taken in or judged at the time of the predecessor: true the first time. */
static bool resume(struct cdi_shard *shard)
{
    bool before = shard->resumed;
    shard->resumed = true;
    for (int feed = CDI_FEED_INCIDENTS; feed <= CDI_FEED_CRIMES; feed++)
        shard->resumed &= before || shard->intakes[feed].caught_up;
    cdi_judge_stand(shard->judge, !shard->resumed);
    return shard->resumed && !before;
}

/* The engine is told the time, and how far each force's absences are sure. */
static bool tell_time(struct cdi_shard *shard, struct cdi_error *err)
{
    struct cdi_judge_hold hold;
    struct cdi_judge_feed feed;
    while (cdi_judge_next_hold(shard->judge, &hold))
        if (!cdi_engine_hold(shard->engine, hold.force, hold.sure_until, err))
            return false;
    while (cdi_judge_next_changed(shard->judge, &feed))
        if (!cdi_shard_put_feed(shard, &feed))
            return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for what is to be published");
    if (cdi_instant_said(cdi_shard_time_told(shard)))
        cdi_engine_advance(shard->engine, cdi_shard_time_told(shard));
    return true;
}

bool cdi_shard_settle(struct cdi_shard *shard, bool *more, bool *whole, struct cdi_error *err)
{
    struct cdi_effects effects;
    if (!tell_time(shard, err))
        return false;
    *more = cdi_engine_settle(shard->engine, &effects);
    if (!cdi_shard_put_effects(shard, &effects))
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for what is to be published");
    shard->counts.dropped = cdi_engine_dropped(shard->engine);
    shard->whole = *whole = effects.change_count < SLICE;       /* fewer than a slice: none is left */
    bool caught_up = shard->resumed || !cdi_instant_said(shard->restored);      /* else the rest of a flood is still to come */
    if (!*more && caught_up && !cdi_shard_tell_floods(shard))
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for what is to be published");
    if (!*more)
        *more = resume(shard);
    cdi_fault(CDI_FAULT_SETTLED);
    return true;
}

/* ---- what can be said about it ---- */

/* -1: not known.  What the end counts beyond messages (marks of transactions) is read past too. */
static int64_t lag(const struct cdi_intake *intake)
{
    if (!intake->end_known || intake->position < 0)
        return -1;
    return intake->position < intake->end ? intake->end - intake->position : 0;
}

void cdi_shard_status(const struct cdi_shard *shard, struct cdi_shard_status *status)
{
    *status = (struct cdi_shard_status){ .judge_time = cdi_shard_time_told(shard), .bytes = cdi_engine_bytes(shard->engine),
                                          .cuts = cdi_engine_cuts(shard->engine), .ready = true };
    for (int feed = 0; feed < CDI_FEED_COUNT; feed++) {
        status->lag[feed] = lag(&shard->intakes[feed]);
        status->positions[feed] = shard->intakes[feed].position;
        status->level[feed] = shard->intakes[feed].level;
        status->ready &= feed == CDI_FEED_ACTIONS || shard->intakes[feed].yielded || shard->intakes[feed].at_end;
    }
    cdi_engine_watching(shard->engine, status->watching);
    memcpy(status->outcomes, shard->counts.outcomes, sizeof status->outcomes);
    status->waiting = cdi_judge_waits_for(shard->judge, &status->waits_for);
    status->silent = cdi_judge_silent(shard->judge, status->silences, CDI_SILENCES_SHOWN);
    for (size_t i = 0; i < status->silent && i < CDI_SILENCES_SHOWN; i++)
        status->silences[i].force = cdi_shard_sayable(status->silences[i].force);
}

struct adding { struct cdi_recent *recent; int32_t today; };

static bool add_recent(void *context, const struct cdi_tally *tally)
{
    const struct adding *adding = context;
    cdi_recent_add(adding->recent, cdi_shard_sayable(tally->force), tally, adding->today);
    return true;
}

void cdi_shard_recent(const struct cdi_shard *shard, struct cdi_recent *recent)
{
    struct cdi_instant judged = cdi_shard_time_told(shard);
    if (!cdi_instant_said(judged))
        return;
    struct adding adding = { recent, cdi_zone_day(shard->parts.reading->rulebook->tables.zone, judged) };
    cdi_engine_tallies(shard->engine, false, add_recent, &adding, NULL);
}
