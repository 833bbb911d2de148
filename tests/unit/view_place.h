/* A folder with a view in it; documents as the product's own encoders write them, with what they say beside them; and all that a view
 * answers, as bytes. */
#ifndef CDI_TESTS_VIEW_PLACE_H
#define CDI_TESTS_VIEW_PLACE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/encode_alert.h"
#include "codec/encode_feed.h"
#include "core/judgement.h"
#include "edge/view_apply.h"
#include "edge/view_query.h"
#include "random_case.h"

enum { VIEW_PARTITIONS = 3 };
#define VIEW_TOPIC "alerts"

struct view_place { char folder[64], path[96]; struct cdi_view *view; };

static inline void place_make(struct view_place *place)
{
    /* In memory if there is room: what is tried are killed processes, not lost power, and a disk's syncs would take most of the time. */
    snprintf(place->folder, sizeof place->folder, "%s/cdiwatch-view-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof place->path, "%s/view.sqlite", place->folder);
    place->view = NULL;
}

static inline void place_remove(struct view_place *place)
{
    static const char *const endings[] = { "", "-wal", "-shm", "-lock" };
    char path[128];
    cdi_view_close(place->view);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        snprintf(path, sizeof path, "%s%s", place->path, endings[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(place->folder), 0);
}

#define good_or_fail(call) do { if (!(call)) fail_msg("%s", err.text); } while (0)

/* Opens the view that is there, or makes one; false: it was rebuilt, `err` says why. */
static inline bool place_open(struct view_place *place, struct cdi_error *why)
{
    struct cdi_error err = { 0 };
    bool made;
    cdi_error_clear(why);
    cdi_view_close(place->view);
    place->view = cdi_view_open(place->path, VIEW_TOPIC, VIEW_PARTITIONS, &err);
    good_or_fail(place->view != NULL);
    if (cdi_view_begin(place->view, &made, why))
        return true;
    if (why->code != CDI_ERROR_CORRUPT)
        fail_msg("%s", why->text);
    good_or_fail(cdi_view_rebuild(place->view, &err));
    return false;
}

/* ---- documents ---- */

static struct cdi_offence view_offences[] = {
    { .klass = { "105A", 4 }, .category = CDI_CATEGORY_VAP, .family = CDI_FAMILY_ASSAULT },
    { .klass = { "8N", 2 }, .category = CDI_CATEGORY_VAP, .family = CDI_FAMILY_ASSAULT_INJURY },
};
static struct cdi_watch_rule view_watches[] = { { .key = { "hate", 4 } }, { .key = { "opened_domestic", 15 } } };
static const struct cdi_tables view_tables = { .offences = view_offences, .offence_count = 2, .watches = view_watches, .watch_count = 2,
                                               .watches_known = 2 };

/* A message of the topic; key and value are owned.  `alert` holds what the document says (its judgement is not kept). */
struct told {
    struct cdi_alert alert;
    enum cdi_stage stage;
    enum cdi_risk risk;
    uint32_t watches;                           /* of view_watches, as bits */
    struct cdi_instant due_at, received_at;
    char key[64], incident[24], id[33];
    char *value;
    size_t size;
    struct cdi_text document;
};

static inline struct cdi_text one_of(uint64_t *seed, const char *const *words, size_t count)
{
    return cdi_text_of(words[random_below(seed, (uint32_t)count)]);
}

/* The data object of an event that an encoder of ours wrote: it is the last member. */
static inline struct cdi_text data_of(const char *value, size_t size)
{
    const char *data = memmem(value, size, "\"data\":", 7);
    assert_non_null(data);
    return (struct cdi_text){ data + 7, size - (size_t)(data + 7 - value) - 1 };
}

static inline void random_judgement(uint64_t *seed, struct cdi_judgement *judgement)
{
    const struct cdi_instant received = { INT64_C(1793826845000) + (int64_t)random_below(seed, 50) * 600000 };
    memset(judgement, 0, sizeof *judgement);
    judgement->disclosed = (struct cdi_disclosed){ .count = 1, .likely = true, .risk = (enum cdi_risk)random_below(seed, CDI_RISK_COUNT) };
    judgement->disclosed.items[0] = (struct cdi_disclosure){ .offence = 0, .p = 930, .likely = true, .addend_count = 2, .addends = {
        { .kind = CDI_ADDEND_PRIOR, .weight = -2000 }, { .kind = CDI_ADDEND_PHRASE, .name = CDI_TEXT("hit"), .entry = 4, .weight = 2125 } } };
    judgement->due = (struct cdi_due){ .count = 1, .units = { { .offence = 0, .victim = random_next(seed) } } };
    judgement->compared = (struct cdi_compared){ .due = 1 };
    judgement->timed = (struct cdi_timed){ .stage = (enum cdi_stage)random_below(seed, CDI_STAGE_COUNT), .received_at = received,
                                           .same_day_at = received, .due_at = cdi_instant_after(received, CDI_HOURS(24)),
                                           .next_stage_at = CDI_INSTANT_NONE };
}

/* Report `which` in that version; what else it says is by chance. */
static inline struct told random_told(uint64_t *seed, uint32_t which, uint32_t version)
{
    static const char *const forces[] = { "dpp", "wst", "cal" }, *const areas[] = { "East", "West", "a b", NULL },
        *const names[] = { "j.smith", "k \"q\" \\ {[", "\xC3\xA9}", NULL };
    struct cdi_judgement judgement;
    struct told told = { .risk = 0 };
    struct cdi_alert_json json = { .at = NULL };
    struct cdi_watch watches[2];
    random_judgement(seed, &judgement);
    judgement.watched.items = watches;
    told.watches = random_below(seed, 4);
    for (uint8_t place = 0; place < 2; place++)
        if ((told.watches >> place & 1) != 0)
            watches[judgement.watched.count++] = (struct cdi_watch){ .place = place, .since = judgement.timed.received_at };
    snprintf(told.incident, sizeof told.incident, "DPP-%u", which / 2);
    told.alert = (struct cdi_alert){
        .id = cdi_alert_id(CDI_TEXT("dpp"), cdi_text_of(told.incident), which), .version = version, .report = which % 2,
        .time = judgement.timed.received_at, .force = cdi_text_of(forces[which % 3]), .incident = cdi_text_of(told.incident),
        .bcu = one_of(seed, areas, 4), .beat = one_of(seed, areas, 4), .unit = one_of(seed, names, 4), .owner = one_of(seed, names, 4),
        .lifecycle = (enum cdi_lifecycle)random_below(seed, CDI_LIFECYCLE_COUNT), .state = (enum cdi_state)random_below(seed, CDI_STATE_COUNT),
        .marks = random_below(seed, 1u << CDI_MARK_COUNT), .judgement = &judgement,
    };
    assert_true(cdi_encode_alert_event(&json, &view_tables, &told.alert));
    told.stage = judgement.timed.stage;
    told.risk = judgement.disclosed.risk;
    told.due_at = judgement.timed.due_at;
    told.received_at = judgement.timed.received_at;
    told.alert.judgement = NULL;
    told.alert.incident = CDI_TEXT_NONE;        /* told.incident has it, wherever this is moved to */
    told.value = json.at;
    told.size = json.size;
    told.document = data_of(json.at, json.size);
    cdi_alert_id_format(told.alert.id, told.id);
    snprintf(told.key, sizeof told.key, "%s/%s", forces[which % 3], told.id);
    return told;
}

static inline struct told random_feed(uint64_t *seed, const char *force, const char *source, uint32_t version)
{
    struct told told = { .risk = 0 };
    struct cdi_alert_json json = { .at = NULL };
    const struct cdi_judge_feed feed = { .state = { .force = cdi_text_of(force), .source = cdi_text_of(source), .version = version,
                                                    .stale = random_one_in(seed, 2), .heard_at = random_instant(seed),
                                                    .stale_since = CDI_INSTANT_NONE }, .limit = CDI_HOURS(4) };
    assert_true(cdi_encode_feed_event(&json, &feed, random_instant(seed), random_instant(seed)));
    told.value = json.at;
    told.size = json.size;
    told.document = data_of(json.at, json.size);
    snprintf(told.key, sizeof told.key, "%s/feed/%s", force, source);
    return told;
}

static inline void told_free(struct told *told)
{
    free(told->value);
    told->value = NULL;
}

/* ---- a message ---- */

static inline struct cdi_message message_of(int32_t partition, int64_t offset, struct cdi_text key, struct cdi_text value)
{
    return (struct cdi_message){ .partition = partition, .offset = offset, .broker_time = { INT64_C(1793826845000) + offset }, .key = key,
                                 .value = value };
}

static inline enum cdi_view_taken say(struct view_place *place, int32_t partition, int64_t offset, struct cdi_text key,
                                      struct cdi_text value, struct cdi_error *err)
{
    const struct cdi_message message = message_of(partition, offset, key, value);
    cdi_error_clear(err);
    return cdi_view_apply(place->view, &message, err);
}

static inline void tell(struct view_place *place, int32_t partition, int64_t offset, const struct told *told)
{
    struct cdi_error err = { 0 };
    if (say(place, partition, offset, cdi_text_of(told->key), (struct cdi_text){ told->value, told->size }, &err) != CDI_VIEW_TAKEN)
        fail_msg("%s %s", err.where, err.text);
}

static inline void commit(struct view_place *place)
{
    struct cdi_error err = { 0 };
    good_or_fail(cdi_view_commit(place->view, &err));
}

/* ---- all that it answers ---- */

struct answered { char *at; size_t size, count; };

static inline bool answered_take(void *context, struct cdi_text document)
{
    struct answered *answered = context;
    answered->at = realloc(answered->at, answered->size + document.size + 1);
    assert_non_null(answered->at);
    memcpy(answered->at + answered->size, document.at, document.size);
    answered->at[answered->size + document.size] = '\n';
    answered->size += document.size + 1;
    answered->count++;
    return true;
}

static inline struct cdi_view_reader *reader_open(const struct view_place *place)
{
    struct cdi_error err = { 0 };
    struct cdi_view_reader *reader = cdi_view_reader_open(place->path, &err);
    good_or_fail(reader != NULL);
    return reader;
}

/* All that the filter lets through, page by page. */
static inline struct answered list_all(struct cdi_view_reader *reader, const struct cdi_view_filter *filter, size_t limit)
{
    struct cdi_error err = { 0 };
    struct answered answered = { .at = NULL };
    char next[CDI_VIEW_CURSOR_SIZE], after[CDI_VIEW_CURSOR_SIZE] = "";
    do {
        size_t before = answered.count;
        good_or_fail(cdi_view_list(reader, filter, after, limit, answered_take, &answered, next, &err));
        assert_true(answered.count - before <= limit && (answered.count > before || next[0] == '\0'));
        memcpy(after, next, sizeof after);
    } while (after[0] != '\0');
    return answered;
}

/* Every document and every feed. */
static inline struct answered dump(const struct view_place *place)
{
    struct cdi_error err = { 0 };
    struct cdi_view_reader *reader = reader_open(place);
    struct answered answered = list_all(reader, &(struct cdi_view_filter){ .states = 0 }, CDI_VIEW_LIMIT_MOST);
    good_or_fail(cdi_view_feeds(reader, answered_take, &answered, &err));
    cdi_view_reader_close(reader);
    return answered;
}

static inline bool same_answer(const struct answered *a, const struct answered *b)
{
    return a->size == b->size && (a->size == 0 || memcmp(a->at, b->at, a->size) == 0);
}

/* Of each test its own: setup and teardown. */
static inline int make(void **state)
{
    static struct view_place place;
    struct cdi_error why = { 0 };
    place_make(&place);
    assert_true(place_open(&place, &why));
    *state = &place;
    return 0;
}

static inline int unmake(void **state)
{
    place_remove(*state);
    return 0;
}

#endif
