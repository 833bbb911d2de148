/* Decoding against Jansson's parse of the same bytes, in one run: DESIGN.md's incident with three entries of control-room
 * text, with tokens and findings.  Warm: the same log is sent again, as at every update.  Cold: another person, other wordings each time. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../wire/harness.h"
#include "codec/json.h"

/* Allocations are counted beneath the C library's names. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
static uint64_t allocations;
void *malloc(size_t size)
{
    allocations++;
    return __libc_malloc(size);
}
void *calloc(size_t count, size_t size)
{
    allocations++;
    return __libc_calloc(count, size);
}
void *realloc(void *old, size_t size)
{
    allocations++;
    return __libc_realloc(old, size);
}

enum { ROUNDS = 7, MESSAGES = 4000, VARIANTS = 4000, SIZE = 2048 };

static const char message[] =
    "{\"force\":\"dpp\",\"incident\":\"DPP-20261104-0412\",\"event_at\":\"2026-11-04T21:20:00Z\",\"source\":\"storm\","
    "\"received_at\":\"2026-11-04T21:14:05Z\",\"channel\":\"999\",\"caller_role\":\"victim\",\"opened_as\":\"PSW-DOM\","
    "\"classified_as\":null,\"closed_as\":null,\"closed_at\":null,\"reopened_at\":null,\"qualifiers\":[\"domestic\",\"alcohol\"],"
    "\"area\":{\"bcu\":\"Carmarthenshire\",\"beat\":\"LL21\"},\"unit\":\"CR-3\",\"appointment_at\":null,"
    "\"location\":{\"uprn\":\"100100112233\",\"postcode\":\"SA31 1XX\",\"easting\":241200,\"northing\":220050,\"text\":\"14 High St\"},"
    "\"persons\":[{\"role\":\"victim\",\"name\":\"A Person %05d\",\"dob\":\"1990-01-02\",\"phone\":\"07700 90%05d\",\"id\":\"N-%05d\"}],"
    "\"entries\":[{\"seq\":1,\"at\":\"2026-11-04T21:14:05Z\",\"role\":\"call_taker\",\"category\":\"remarks\",\"text\":"
    "\"INF STS EX PARTNER HAS TURNED UP AT HER H/A AND PUNCHED HER TO THE FACE, LIP BLEEDING %05d\"},"
    "{\"seq\":2,\"at\":\"2026-11-04T21:16:40Z\",\"role\":\"dispatcher\",\"category\":\"remarks\",\"text\":"
    "\"CR-3 STATE 5, ETA 10 MINS. NO WEAPONS SEEN %05d\"},"
    "{\"seq\":3,\"at\":\"2026-11-04T21:19:30Z\",\"role\":\"officer\",\"category\":\"remarks\",\"text\":"
    "\"ATTENDED, MALE LEFT PRIOR. IP DECLINES TO PROSECUTE, STATEMENT REFUSED %05d\"}],"
    "\"crimes\":[],\"parent\":null,\"dash\":{\"completed_at\":null,\"risk\":null},\"safeguarding\":null}";

static struct harness harness;
static char (*variants)[SIZE];
static size_t sizes[VARIANTS];

static double now_us(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e6 + (double)at.tv_nsec / 1e3;
}

static void jansson_parse(size_t i)
{
    json_decref(json_loadb(variants[i], sizes[i], 0, NULL));
}

static struct cdi_json *reader;
static void simdjson_parse(size_t i)
{
    const struct cdi_json_node *nodes;
    (void)cdi_json_read(reader, variants[i], sizes[i], &nodes, NULL);
}

static void find(size_t i)
{
    static const char *const texts[] = { "INF STS EX PARTNER HAS TURNED UP AT HER H/A AND PUNCHED HER TO THE FACE, LIP BLEEDING",
                                         "CR-3 STATE 5, ETA 10 MINS. NO WEAPONS SEEN",
                                         "ATTENDED, MALE LEFT PRIOR. IP DECLINES TO PROSECUTE, STATEMENT REFUSED" };
    struct cdi_finding findings[64];
    bool more;
    (void)i;
    for (size_t k = 0; k < 3; k++)
        (void)cdi_lexicon_find(harness.parts.lexicon, cdi_text_of(texts[k]), CDI_ENTRY_ROLE_OFFICER, findings, 64, &more);
}

static void decode(size_t i)
{
    const struct cdi_record *record;
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    if (!cdi_decode_message(harness.decoders[0], CDI_FEED_INCIDENTS, variants[i], sizes[i], HARNESS_SEEN_AT, &record, &err)) {
        fprintf(stderr, "%s: %s\n", err.where, err.text);
        exit(1);
    }
}

static void decode_same(size_t i)
{
    (void)i;
    decode(0);
}

/* Each log a person, a phone, a system's number and three wordings that no log of an earlier round had. */
static void write_variants(int round)
{
    for (int i = 0; i < VARIANTS; i++) {
        int number = round * VARIANTS + i;
        sizes[i] = (size_t)snprintf(variants[i], SIZE, message, number, number, number, number, number, number);
    }
}

/* Best of the rounds, in microseconds a message; *counted: allocations a message, of the last round. */
static double measure(void (*work)(size_t), bool unseen, double *counted)
{
    double best = 1e18;
    for (int round = 0; round < ROUNDS; round++) {
        if (unseen)
            write_variants(round + 1);
        uint64_t before = allocations;
        double start = now_us();
        for (size_t i = 0; i < MESSAGES; i++)
            work(i % VARIANTS);
        double took = (now_us() - start) / MESSAGES;
        best = took < best ? took : best;
        *counted = (double)(allocations - before) / MESSAGES;
    }
    return best;
}

static char *slurp(const char *path, size_t *size)
{
    FILE *in = fopen(path, "rb");
    char *bytes = calloc(1, 1 << 20);
    *size = in == NULL || bytes == NULL ? 0 : fread(bytes, 1, (1 << 20) - 1, in);
    if (in != NULL)
        fclose(in);
    return bytes;
}

static bool prepare(struct cdi_source **source)
{
    size_t size;
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    *source = cdi_source_read("bench", CDI_TEXT("name: cdiwatch\nfeeds:\n  incidents: {}\n"), &err);
    char *phrases = slurp("config/tables/phrases.csv", &size);
    bool good = harness_open(&harness, *source, &err);
    cdi_decoder_destroy(harness.decoders[0]);
    cdi_lexicon_destroy(harness.parts.lexicon);
    harness.parts.lexicon = cdi_lexicon_create((struct cdi_text){ phrases, size }, CDI_TEXT_NONE, &err);
    harness.parts.reader = CDI_JSON_READER_SIMDJSON;
    harness.decoders[0] = good && harness.parts.lexicon != NULL ? cdi_decoder_create(&harness.parts, &err) : NULL;
    free(phrases);
    reader = cdi_json_create(CDI_JSON_READER_SIMDJSON, &err);
    variants = malloc(sizeof *variants * VARIANTS);
    if (harness.decoders[0] == NULL || variants == NULL || reader == NULL) {
        fprintf(stderr, "%s: %s\n", err.where, err.text);
        return false;
    }
    write_variants(0);
    return true;
}

int main(void)
{
    struct cdi_source *source;
    double parse_allocations, alone_allocations, warm_allocations, turn_allocations, cold_allocations, find_allocations;
    if (!prepare(&source))
        return 1;
    double parse = measure(jansson_parse, false, &parse_allocations), alone = measure(simdjson_parse, false, &alone_allocations);
    double warm = measure(decode_same, false, &warm_allocations), turn = measure(decode, false, &turn_allocations);
    double cold = measure(decode, true, &cold_allocations), found = measure(find, false, &find_allocations);
    printf("decode: Jansson's parse alone, %zu bytes        %8.2f us  %5.0f allocations\n", sizes[0], parse, parse_allocations);
    printf("decode: simdjson to nodes alone                 %8.2f us  %5.0f allocations\n", alone, alone_allocations);
    printf("decode: findings of the three entries alone     %8.2f us  %5.0f allocations\n", found, find_allocations);
    printf("decode: whole, a log sent again (at most 0.15)  %8.2f us  %5.0f allocations (at most 2), ratio %.3f\n", warm,
           warm_allocations, warm / parse);
    printf("decode: whole, %d logs in turn                %8.2f us  %5.0f allocations, ratio %.3f\n", VARIANTS, turn,
           turn_allocations, turn / parse);
    printf("decode: whole, person and wordings never met    %8.2f us  %5.0f allocations, ratio %.3f\n", cold, cold_allocations,
           cold / parse);
    free(variants);
    cdi_json_destroy(reader);
    harness_close(&harness);
    cdi_source_destroy(source);
    return 0;
}
