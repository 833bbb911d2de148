/* What `run` does with the stream but for Kafka: decode, apply, judge, encode, seal; in one process, by stage.
 *   path STREAM [MESSAGES_OF_A_BATCH [check]]     check: that what was published last of each report is what the engine says in the end */
#include <inttypes.h>
#include <time.h>

#include "../../wire/harness.h"
#include "../embedded_rules.h"
#include "cdiwatch/engine.h"
#include "codec/changelog.h"
#include "codec/encode_alert.h"
#include "edge/huge_pages.h"
#include "stream.h"

/* Allocations are counted beneath the C library's names. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
static uint64_t allocations;
void *malloc(size_t size) { return allocations++, __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return allocations++, __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { return allocations++, __libc_realloc(old, size); }

enum stage { DECODE, APPLY, SETTLE, ENCODE, SEAL, STAGES };
static const char *const names[STAGES] = { "decode alone", "apply", "settle", "encode documents", "seal state records" };
static struct { double us; uint64_t calls, allocations, bytes; } spent[STAGES];

/* Of this process alone: the machine may be shared.  Costs a system call, so that it is asked once a batch. */
static double now_us(void)
{
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec * 1e6 + (double)at.tv_nsec / 1e3;
}

struct lap { double us; uint64_t allocations; };
static struct lap begin(void) { return (struct lap){ now_us(), allocations }; }
static void end(struct lap lap, enum stage stage)
{
    spent[stage].us += now_us() - lap.us;
    spent[stage].allocations += allocations - lap.allocations;
}

static struct cdi_rulebook *rules;
static struct cdi_alert_json json;
static struct cdi_scratch scratch;

/* What was last published of each report: a table by the front of its id, kept only to check. */
enum { SAID_SLOTS = 1 << 21 };
static struct said { uint64_t id, hash; } *said;

static struct said *said_of(const struct cdi_alert *alert)
{
    uint64_t id;
    memcpy(&id, alert->id.bytes, sizeof id);
    size_t at = id % SAID_SLOTS;
    while (said[at].id != 0 && said[at].id != id)
        at = (at + 1) % SAID_SLOTS;
    said[at].id = id;
    return &said[at];
}

static uint64_t canonical_hash(const struct cdi_alert *alert)
{
    if (!cdi_encode_alert_data(&json, &rules->tables, alert, CDI_ALERT_FORM_CANONICAL))
        exit(1);
    return cdi_text_hash((struct cdi_text){ json.at, json.size }, 0);
}

static void publish(const struct cdi_effects *effects)
{
    for (size_t i = 0; said != NULL && i < effects->alert_count; i++)
        if (!effects->alerts[i].gone)
            said_of(&effects->alerts[i])->hash = canonical_hash(&effects->alerts[i]);
    struct lap lap = begin();
    for (size_t i = 0; i < effects->alert_count; i++) {
        if (effects->alerts[i].gone)
            continue;                           /* a tombstone */
        if (!cdi_encode_alert_event(&json, &rules->tables, &effects->alerts[i]))
            exit(1);
        spent[ENCODE].bytes += json.size;
    }
    spent[ENCODE].calls += effects->alert_count;
    end(lap, ENCODE);
    lap = begin();
    for (size_t i = 0; i < effects->change_count; i++) {
        struct cdi_error err = { 0 };
        struct cdi_text force, reference;
        enum cdi_case_kind kind;
        if (!cdi_state_read_key(effects->changes[i].key, &force, &kind, &reference, &err))
            exit(1);
        spent[SEAL].bytes += effects->changes[i].key.size + cdi_changelog_seal(kind, effects->changes[i].value, &scratch).size;
        cdi_scratch_reset(&scratch);
    }
    spent[SEAL].calls += effects->change_count;
    end(lap, SEAL);
}

static void judge(struct cdi_engine *engine, int64_t at_ms)
{
    struct cdi_effects effects;
    bool more = true;
    cdi_engine_advance(engine, (struct cdi_instant){ at_ms });
    while (more) {
        struct lap lap = begin();
        more = cdi_engine_settle(engine, &effects);
        end(lap, SETTLE);
        spent[SETTLE].calls++;
        publish(&effects);
    }
}

/* Alone first, so that it is known what of the second round is whose. */
static void decode_all(struct cdi_decoder *decoder, struct stream stream)
{
    const struct cdi_record *record;
    struct cdi_error err = { 0 };
    struct frame frame;
    struct lap lap = begin();
    for (; stream_next(&stream, &frame); spent[DECODE].calls++, spent[DECODE].bytes += frame.head.size)
        if (!cdi_decode_message(decoder, (enum cdi_feed)frame.head.feed, frame.value, frame.head.size,
                                (struct cdi_instant){ frame.head.at_ms }, &record, &err)) {
            fprintf(stderr, "%s: %s\n", err.where, err.text);
            exit(1);
        }
    end(lap, DECODE);
}

static void expect(void *engine, const struct cdi_record *record) { cdi_engine_expect(engine, &record, 1); }

static void take_all(struct cdi_engine *engine, struct cdi_decoder *decoder, struct stream stream, uint64_t batch)
{
    const struct cdi_record *record;
    struct cdi_error err = { 0 };
    struct frame frame = { 0 };
    struct lap lap = begin();
    cdi_decoder_listen(decoder, expect, engine);
    while (stream_next(&stream, &frame)) {
        struct cdi_instant at = { frame.head.at_ms };
        if (!cdi_decode_message(decoder, (enum cdi_feed)frame.head.feed, frame.value, frame.head.size, at, &record, &err) ||
            cdi_engine_apply(engine, record, at, &err) == CDI_OUTCOME_REJECTED)
            exit(1);
        if (++spent[APPLY].calls % batch != 0)
            continue;
        end(lap, APPLY);
        judge(engine, at.ms);
        lap = begin();
    }
    end(lap, APPLY);
    spent[APPLY].us -= spent[DECODE].us;
    judge(engine, frame.head.at_ms);
}

/* The product's own lexicon, not the harness's. */
static struct cdi_decoder *decoder_of(struct harness *harness)
{
    struct cdi_error err = { 0 };
    struct cdi_source *source = cdi_source_read("bench", CDI_TEXT("name: cdiwatch\nfeeds:\n  incidents: {}\n  crimes: {}\n"), &err);
    if (!harness_open(harness, source, &err))
        exit(1);
    harness->parts.lexicon = rules->lexicon;
    harness->parts.boilerplate = rules->boilerplate;
    harness->parts.reader = CDI_JSON_READER_SIMDJSON;
    struct cdi_decoder *decoder = cdi_decoder_create(&harness->parts, &err);
    if (decoder == NULL)
        exit(1);
    return decoder;
}

struct found { size_t documents, breached, other; uint64_t digest; };

static bool look(void *context, const struct cdi_alert *alert)
{
    struct found *found = context;
    uint64_t hash = canonical_hash(alert);
    found->documents++;
    found->breached += alert->marks >> CDI_MARK_BREACHED & 1;
    found->digest = found->digest * 31 + hash;
    found->other += said != NULL && said_of(alert)->hash != hash;
    return true;
}

static void report(struct cdi_engine *engine, uint64_t messages)
{
    double whole = 0;
    for (int i = 0; i < STAGES; i++) {
        whole += spent[i].us / (double)messages;
        printf("path: %-20s %7.3f us a message  %9" PRIu64 " calls  %7.3f us each  %7.3f allocations a message  %6.0f bytes each\n", names[i],
               spent[i].us / (double)messages, spent[i].calls, spent[i].us / (double)(spent[i].calls + !spent[i].calls),
               (double)spent[i].allocations / (double)messages, (double)spent[i].bytes / (double)(spent[i].calls + !spent[i].calls));
    }
    struct found found = { 0 };
    cdi_engine_each(engine, true, look, &found);
    printf("path: %-20s %7.3f us a message; engine %zu MiB\n", "whole", whole, cdi_engine_bytes(engine) >> 20);
    printf("path: %zu documents, digest %016" PRIx64 "; reports without a crime at 24 h: %zu", found.documents, found.digest,
           found.breached);
    if (said != NULL)
        printf("; last published otherwise: %zu", found.other);
    printf("\n");
}

int main(int count, char *arguments[])
{
    struct cdi_error err = { 0 };
    struct harness harness = { 0 };
    if (count < 2)
        return 64;
    cdi_huge_pages(arguments);
    uint64_t batch = count > 2 ? strtoull(arguments[2], NULL, 10) : 5000;
    rules = embedded_rules();
    struct stream stream = stream_open(arguments[1]);
    said = count > 3 ? calloc(SAID_SLOTS, sizeof *said) : NULL;
    struct cdi_decoder *decoder = decoder_of(&harness);
    struct cdi_engine *engine = cdi_engine_create(&rules->tables, NULL, &err);
    if (engine == NULL)
        return 1;
    decode_all(decoder, stream);
    take_all(engine, decoder, stream, batch);
    report(engine, spent[DECODE].calls);
    return 0;
}
