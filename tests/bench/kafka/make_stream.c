/* Writes the stream that the Kafka figures are measured on: the same seed, the same stream but for its dates.
 *   make_stream keyed OUT [SEED [START_MS]]     1,000,000 messages of 12 forces: 48 hours of calls, told in 88.  Of 270,000 logs half
 *       disclose a crime; 35,427 of these have no crime record 24 hours after receipt.  OUT.truth names them, one a line.  Each crime
 *       names a log: what a join by exact key can do as well
 *   make_stream unnamed OUT [SEED [START_MS]]   the same, but every fifth crime names none and is named by its log when that ends, one in
 *       twenty is found by its likeness only, and 30,000 crimes never had a log: half of a day's work of a force
 *   make_stream open OUT COUNT [SEED [START_MS]]   COUNT logs of the two hours from START_MS, each disclosing a crime that nobody has recorded */
#include <inttypes.h>
#include <stdarg.h>
#include <time.h>

#include "cdiwatch/instant.h"
#include "cdiwatch/vocabulary.h"
#include "stories.h"
#include "stream.h"

/* The mixture: openings 270,000 + later messages 450,000 + two for each of 140,000 crimes. */
enum {
    LOGS = 270000, THIRDS = 180000, DISCLOSING = 135427, WITHOUT = 35427, LATE = 10000, UNLINKED = 30000,
    MINUTE = 60 * 1000, HOUR = 60 * MINUTE, CALLS_FOR = 48 * HOUR
};

enum kind { LOG, CRIME };
struct job { int64_t at; uint32_t log; uint8_t kind, step; };

/* All there is to know of one log; a function of the seed and its number. */
struct facts {
    uint32_t log;
    const struct story *story;
    const char *force;
    int64_t received, ended, recorded;          /* recorded: INT64_MAX for never */
    uint32_t victim, place;
    enum { CRIME_NAMES_LOG, LOG_NAMES_CRIME, NEITHER_NAMES } link;
    bool late, without;
};

static uint64_t seed = 1;
static bool keyed;                              /* every crime names a log */
static int64_t start;

static uint64_t dice(uint64_t log, uint64_t what)
{
    uint64_t z = seed * 0x9E3779B97F4A7C15u + log * 0xBF58476D1CE4E5B9u + what * 0x94D049BB133111EBu;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static uint32_t roll(uint64_t log, uint64_t what, uint32_t sides) { return (uint32_t)(dice(log, what) >> 32) % sides; }

/* A number's place in a shuffled order: exactly so many are in the first so many. */
static uint32_t shuffled(uint32_t log, uint32_t step) { return (uint32_t)((uint64_t)log * step % LOGS); }

/* Most within a shift, some the next day; always before `limit`. */
static int64_t lag(uint32_t log, int64_t limit)
{
    int64_t hours = (int64_t)roll(log, 11, 7 * HOUR) + (roll(log, 12, 4) == 0 ? (int64_t)roll(log, 13, 16 * HOUR) : 0);
    return 20 * MINUTE + (hours < limit ? hours : limit);
}

static struct facts facts_of(uint32_t log)
{
    struct facts facts = { .log = log, .force = forces[roll(log, 1, FORCES)], .recorded = INT64_MAX };
    uint32_t place = shuffled(log, 7919);
    bool crime = place < DISCLOSING;
    facts.story = crime ? &crimes[roll(log, 2, CRIME_STORIES)] : &others[roll(log, 2, OTHER_STORIES)];
    facts.received = start + (int64_t)(roll(log, 3, CALLS_FOR / 1000) * UINT64_C(1000));
    facts.without = place < WITHOUT;
    facts.late = place < LATE;
    facts.victim = roll(log, 4, 4000000);
    facts.place = roll(log, 5, 2000000);
    facts.link = keyed || roll(log, 6, 20) < 15 ? CRIME_NAMES_LOG : roll(log, 6, 20) < 19 ? LOG_NAMES_CRIME : NEITHER_NAMES;
    if (facts.late)
        facts.recorded = facts.received + 24 * (int64_t)HOUR + MINUTE + roll(log, 7, 14 * HOUR);
    else if (crime && !facts.without)
        facts.recorded = facts.received + lag(log, 22 * HOUR);
    facts.ended = facts.received + 45 * MINUTE + roll(log, 8, 3 * HOUR);
    if (facts.link == LOG_NAMES_CRIME && facts.recorded != INT64_MAX)
        facts.ended = facts.recorded + 2 * MINUTE;
    return facts;
}

/* A message being written. */
struct paper { size_t size; char at[8192]; };

__attribute__((format(printf, 2, 3))) static void put(struct paper *paper, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    paper->size += (size_t)vsnprintf(paper->at + paper->size, sizeof paper->at - paper->size, format, arguments);
    va_end(arguments);
}

static void put_time(struct paper *paper, const char *name, int64_t at)
{
    struct cdi_civil when = cdi_utc_to_civil((struct cdi_instant){ at });
    put(paper, "\"%s\":\"%04d-%02d-%02dT%02d:%02d:%02dZ\",", name, when.year, when.month, when.day, when.hour, when.minute, when.second);
}

static void put_reference(struct paper *paper, const struct facts *facts, enum kind kind)
{
    struct cdi_civil day = cdi_utc_to_civil((struct cdi_instant){ kind == LOG ? facts->received : facts->recorded });
    char mark = kind == LOG ? '-' : '/';
    put(paper, "\"%c%c%c%c%04d%02d%02d%c%06" PRIu32 "\"", facts->force[0] - 32, facts->force[1] - 32, facts->force[2] - 32, mark,
        day.year, day.month, day.day, mark, facts->log);
}

/* A third bear one of the common names, one in eight two surnames. */
static void put_person(struct paper *paper, const char *role, uint32_t who)
{
    put(paper, "{\"role\":\"%s\",\"name\":\"%s ", role, firsts[who % FIRSTS]);
    if (who % 3 == 0)
        put(paper, "%s", lasts[who / FIRSTS % LASTS]);
    else
        put(paper, "%s%s", heads[who / FIRSTS % HEADS], tails[who / FIRSTS / HEADS % TAILS]);
    if (who % 8 == 0)
        put(paper, "-%s", lasts[who / 1000 % LASTS]);
    put(paper, "\",\"dob\":\"%u-%02u-%02u\",\"phone\":\"07700 9%06u\",\"id\":\"N-%u\"}", 1940 + who / 768 % 65, 1 + who / 50000 % 12,
        1 + who / 600000 % 28, who / 4 % 1000000, who);
}

static void put_place(struct paper *paper, const struct facts *facts)
{
    uint32_t place = facts->place;
    put(paper, "\"area\":{\"bcu\":\"%s\",\"beat\":\"%c%c%02u\"},\"unit\":\"CR-%u\",\"location\":{\"uprn\":\"1000%08u\",\"postcode\":"
        "\"%c%c%u %u%c%c\",\"easting\":%u,\"northing\":%u,\"text\":\"%u %s, %s%s\"},", bcus[place % BCUS], 'A' + place % 26, 'A' + place / 26 % 26,
        place % 40, 1 + place % 60, place, 'A' + place / 300 % 26, 'A' + place / 7800 % 26, 1 + place / 80000, place / 9 % 10,
        'A' + place / 90 % 24, 'A' + place / 15 % 24, 200000 + place % 1000 * 300, 150000 + place / 1000 * 200, 1 + place % 180,
        streets[place / 180 % STREETS], heads[place / 1440 % HEADS], tails[place / 1440 / HEADS % TAILS]);
}

static void put_entry(struct paper *paper, const struct facts *facts, uint32_t seq, const char *role, int64_t at, const char *text)
{
    put(paper, "%s{\"seq\":%u,", seq == 1 ? "" : ",", seq);
    put_time(paper, "at", at);
    put(paper, "\"role\":\"%s\",\"category\":\"remarks\",\"text\":\"%s. REF %u\"}", role, text, roll(facts->log, 20 + seq, 9000));
}

/* A log is sent whole at each change, as control-room exports do. */
static void put_log(struct paper *paper, const struct facts *facts, unsigned step, bool ends)
{
    bool crime = facts->story->klass != NULL;
    put_time(paper, "received_at", facts->received);
    put(paper, "\"channel\":\"%s\",\"caller_role\":\"%s\",\"opened_as\":\"%s\",\"classified_as\":null,", channels[roll(facts->log, 9, CHANNELS)],
        crime ? "victim" : "other", facts->story->opened_as);
    if (ends) {
        put(paper, "\"closed_as\":\"%s\",", crime ? "CRM" : facts->story->opened_as);
        put_time(paper, "closed_at", facts->ended);
    } else {
        put(paper, "\"closed_as\":null,\"closed_at\":null,");
    }
    put(paper, "\"reopened_at\":null,\"qualifiers\":[%s],", facts->story->qualifiers);
    put_place(paper, facts);
    put(paper, "\"persons\":[");
    put_person(paper, crime ? "victim" : "caller", facts->victim);
    put(paper, "],\"entries\":[");
    put_entry(paper, facts, 1, "call_taker", facts->received + MINUTE, facts->story->said);
    if (step >= 1)
        put_entry(paper, facts, 2, "officer", facts->received + 25 * MINUTE, facts->story->found);
    if (ends && step >= 1)
        put_entry(paper, facts, 3, "dispatcher", facts->ended, facts->story->ended);
    put(paper, "],\"crimes\":[");
    if (ends && facts->link == LOG_NAMES_CRIME && facts->recorded < facts->ended)
        put_reference(paper, facts, CRIME);
    put(paper, "],\"parent\":null,\"dash\":{\"completed_at\":null,\"risk\":null},\"safeguarding\":null}");
}

static void put_crime(struct paper *paper, const struct facts *facts, unsigned step)
{
    put_time(paper, "recorded_at", facts->recorded);
    put_time(paper, "reported_at", facts->received);
    put_time(paper, "committed_from", facts->received - 2 * (int64_t)HOUR);
    put(paper, "\"class\":\"%s\",\"code\":\"%s\",\"status\":\"recorded\",\"incidents\":[", facts->story->klass, facts->story->code);
    if (facts->link == CRIME_NAMES_LOG && (keyed || facts->log < LOGS))
        put_reference(paper, facts, LOG);       /* of a crime without a log: one of before the stream */
    put(paper, "],");
    put_place(paper, facts);
    put(paper, "\"flags\":[%s],\"persons\":[", facts->story->qualifiers[0] == '"' && facts->story->qualifiers[1] == 'd' ? "\"domestic\"" : "");
    put_person(paper, "victim", facts->victim);
    if (step == 1) {
        put(paper, ",");
        put_person(paper, "suspect", roll(facts->log, 10, 4000000));
    }
    put(paper, "]}");
}

static const char *write_message(struct paper *paper, const struct job *job, bool ends)
{
    struct facts facts = facts_of(job->log);
    if (job->log >= LOGS) {                     /* recorded at a front counter; there never was a log */
        facts.story = &crimes[roll(job->log, 2, CRIME_STORIES)];
        facts.recorded = facts.received + 30 * MINUTE;
    }
    paper->size = 0;
    put(paper, "{\"force\":\"%s\",\"%s\":", facts.force, job->kind == LOG ? "incident" : "crime");
    put_reference(paper, &facts, (enum kind)job->kind);
    put(paper, ",");
    put_time(paper, "event_at", job->at);
    put(paper, "\"source\":\"%s\",", job->kind == LOG ? "storm" : "niche");
    if (job->kind == LOG)
        put_log(paper, &facts, job->step, ends);
    else
        put_crime(paper, &facts, job->step);
    return facts.force;
}

static void send(FILE *out, const struct job *job, bool ends, bool *fits)
{
    static struct paper paper;
    const char *force = write_message(&paper, job, ends);
    struct frame_head head = { .at_ms = job->at, .size = (uint32_t)paper.size, .key_size = (uint8_t)strlen(force),
                               .feed = job->kind == LOG ? CDI_FEED_INCIDENTS : CDI_FEED_CRIMES };
    *fits = *fits && paper.size < sizeof paper.at;
    fwrite(&head, sizeof head, 1, out);
    fwrite(force, head.key_size, 1, out);
    fwrite(paper.at, paper.size, 1, out);
}

static int by_time(const void *a, const void *b)
{
    const struct job *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->log != y->log)
        return x->log < y->log ? -1 : 1;
    return x->kind != y->kind ? x->kind - y->kind : x->step - y->step;
}

static bool has_third(uint32_t log) { return shuffled(log, 104729) < THIRDS; }

/* The messages of one log and its crime; true times, to be sorted. */
static size_t plan(struct job *jobs, uint32_t log)
{
    struct facts facts = facts_of(log);
    size_t count = 0;
    int64_t recorded = log < LOGS ? facts.recorded : facts.received + 30 * MINUTE;
    if (log < LOGS) {
        jobs[count++] = (struct job){ facts.received + 2 * MINUTE, log, LOG, 0 };
        if (has_third(log))
            jobs[count++] = (struct job){ facts.received + 26 * MINUTE, log, LOG, 1 };
        jobs[count++] = (struct job){ facts.ended + MINUTE, log, LOG, 2 };
    }
    if (recorded != INT64_MAX) {
        jobs[count++] = (struct job){ recorded + MINUTE / 2, log, CRIME, 0 };
        jobs[count++] = (struct job){ recorded + 2 * (int64_t)HOUR, log, CRIME, 1 };
    }
    return count;
}

static void write_truth(const char *path)
{
    char name[4096];
    snprintf(name, sizeof name, "%s.truth", path);
    FILE *out = fopen(name, "w");
    if (out == NULL) {
        perror(name);
        exit(1);
    }
    for (uint32_t log = 0; log < LOGS; log++) {
        struct facts facts = facts_of(log);
        struct paper paper = { 0 };
        if (!facts.without)
            continue;
        put_reference(&paper, &facts, LOG);
        fprintf(out, "%.*s\n", (int)paper.size - 2, paper.at + 1);
    }
    fclose(out);
}

static size_t write_mixed(FILE *out, bool *fits)
{
    struct job *jobs = malloc(sizeof *jobs * (LOGS + UNLINKED) * 5);
    size_t count = 0;
    for (uint32_t log = 0; jobs != NULL && log < LOGS + UNLINKED; log++)
        count += plan(jobs + count, log);
    qsort(jobs, count, sizeof *jobs, by_time);
    for (size_t i = 0; i < count; i++)
        send(out, &jobs[i], jobs[i].step == 2, fits);
    free(jobs);
    return count;
}

/* `shuffled` is a permutation of LOGS numbers only: a number beyond is a log of its own all the same, and here all disclose. */
static size_t write_open(FILE *out, uint32_t count, bool *fits)
{
    static struct paper paper;
    for (uint32_t log = 0; log < count; log++) {
        struct facts facts = facts_of(log);
        facts.story = &crimes[roll(log, 2, CRIME_STORIES)];
        facts.received = start + (int64_t)((uint64_t)log * 2 * HOUR / count) / 1000 * 1000;
        paper.size = 0;
        put(&paper, "{\"force\":\"%s\",\"incident\":", facts.force);
        put_reference(&paper, &facts, LOG);
        put(&paper, ",");
        put_time(&paper, "event_at", facts.received + 2 * MINUTE);
        put(&paper, "\"source\":\"storm\",");
        put_log(&paper, &facts, 0, false);
        struct frame_head head = { .at_ms = facts.received + 2 * MINUTE, .size = (uint32_t)paper.size,
                                   .key_size = (uint8_t)strlen(facts.force), .feed = CDI_FEED_INCIDENTS };
        *fits = *fits && paper.size < sizeof paper.at;
        fwrite(&head, sizeof head, 1, out);
        fwrite(facts.force, head.key_size, 1, out);
        fwrite(paper.at, paper.size, 1, out);
    }
    return count;
}

int main(int count, char *arguments[])
{
    bool open = count > 3 && strcmp(arguments[1], "open") == 0, fits = true;
    keyed = count > 2 && strcmp(arguments[1], "keyed") == 0;
    if (!open && !keyed && (count < 3 || strcmp(arguments[1], "unnamed") != 0)) {
        fprintf(stderr, "make_stream keyed|unnamed OUT [SEED [START_MS]] | open OUT COUNT [SEED [START_MS]]\n");
        return 64;
    }
    int rest = open ? 4 : 3;
    seed = count > rest ? strtoull(arguments[rest], NULL, 10) : 1;
    start = count > rest + 1 ? strtoll(arguments[rest + 1], NULL, 10) : ((int64_t)time(NULL) - (open ? 4 : 89) * 3600) / 60 * MINUTE;
    FILE *out = fopen(arguments[2], "wb");
    if (out == NULL) {
        perror(arguments[2]);
        return 1;
    }
    size_t written = open ? write_open(out, (uint32_t)strtoul(arguments[3], NULL, 10), &fits) : write_mixed(out, &fits);
    if (!open)
        write_truth(arguments[2]);
    bool whole = fclose(out) == 0 && fits;
    printf("%zu messages, seed %" PRIu64 "%s\n", written, seed, whole ? "" : ": not whole");
    return whole ? 0 : 1;
}
