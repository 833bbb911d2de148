/* How fast the view takes documents in and gives lists out, and what it costs on disk.  The documents are the product's own encoder's, as
 * long as those that replay gives for made-up forces (1.0 to 2.4 kB, 1.5 on average). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "codec/encode_alert.h"
#include "core/judgement.h"
#include "edge/view_apply.h"
#include "edge/view_query.h"

enum { ALERTS = 10000, DOCUMENTS = 200000, BATCH = 10000, LISTS = 5000, PAGE = 50 };

static uint64_t seed = 88172645463325252u;

static uint64_t dice(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static double read_clock(clockid_t which)
{
    struct timespec at;
    clock_gettime(which, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* Of this process alone: the machine may be shared. */
static double seconds(void) { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }

static _Noreturn void give_up(const struct cdi_error *err)
{
    fprintf(stderr, "view_bench: %s\n", err->text);
    exit(1);
}

/* ---- the documents ---- */

static struct cdi_offence offences[] = {
    { .klass = { "105A", 4 }, .category = CDI_CATEGORY_VAP }, { .klass = { "8N", 2 }, .category = CDI_CATEGORY_VAP },
};
static const struct cdi_tables tables = { .offences = offences, .offence_count = 2 };
static const struct cdi_alert_event history[] = { { { 1793826845000 }, { "notice", 6 } }, { { 1793827845000 }, { "warning", 7 } },
                                                  { { 1793828845000 }, { "breach", 6 } } };

static struct cdi_link link_to(const char *crime, enum cdi_how how)
{
    return (struct cdi_link){ .crime = cdi_text_of(crime), .klass = CDI_TEXT("105A"), .how = how, .weight = 6200,
                              .recorded_at = { 1793826845000 }, .addend_count = 2,
                              .addends = { { CDI_MATCH_PLACE_UPRN, 5100 }, { CDI_MATCH_PLACE_UPRN, 1100 } } };
}

static void judge(struct cdi_judgement *judgement, uint32_t which)
{
    const struct cdi_instant received = { INT64_C(1793826845000) + (int64_t)(which % 5000) * 61000 };
    memset(judgement, 0, sizeof *judgement);
    judgement->disclosed = (struct cdi_disclosed){ .count = 2, .likely = true, .risk = (enum cdi_risk)(which % CDI_RISK_COUNT) };
    for (int i = 0; i < 2; i++)
        judgement->disclosed.items[i] = (struct cdi_disclosure){ .offence = (uint16_t)i, .p = 930, .likely = true, .addend_count = 3, .addends = {
            { .kind = CDI_ADDEND_PRIOR, .weight = -2000 }, { .kind = CDI_ADDEND_OPENED, .name = CDI_TEXT("PSW-DOM"), .weight = 800 },
            { .kind = CDI_ADDEND_PHRASE, .name = CDI_TEXT("hit"), .entry = 4, .weight = 2125 } } };
    judgement->due = (struct cdi_due){ .count = 1, .units = { { .offence = 0, .victim = dice() } } };
    judgement->linked = (struct cdi_linked){ .link_count = 1, .alternative_count = 1 };
    judgement->linked.links[0] = link_to("DPP/20261105/000001", CDI_HOW_EXPLICIT);
    judgement->linked.alternatives[0] = link_to("DPP/20261105/000002", CDI_HOW_SCORED);
    judgement->compared = (struct cdi_compared){ .due = 2, .recorded = 1 };
    judgement->timed = (struct cdi_timed){ .stage = (enum cdi_stage)(dice() % CDI_STAGE_COUNT), .received_at = received, .same_day_at = received,
                                           .due_at = cdi_instant_after(received, CDI_HOURS(24)), .next_stage_at = CDI_INSTANT_NONE };
}

struct document { char key[40]; char *value; size_t size; };

/* The next version of that report: one in four is answered, or is so no more, and changes its place in the order. */
static struct document next_document(uint32_t which, uint32_t version)
{
    static const char *const areas[] = { "East", "West", "North", "South", "City" }, *const forces[] = { "dpp", "wst", "cal" };
    struct cdi_judgement judgement;
    struct cdi_alert_json json = { .at = NULL };
    struct document document;
    char incident[32], id[33];
    judge(&judgement, which);
    snprintf(incident, sizeof incident, "DPP-20261104-%06u", which);
    const struct cdi_alert alert = {
        .id = cdi_alert_id(CDI_TEXT("dpp"), cdi_text_of(incident), 0), .version = version, .time = judgement.timed.received_at,
        .force = cdi_text_of(forces[which % 3]), .incident = cdi_text_of(incident), .bcu = cdi_text_of(areas[which % 5]),
        .beat = cdi_text_of(areas[which % 4]), .unit = CDI_TEXT("CR-3"), .opened_as = CDI_TEXT("PSW-DOM"), .channel = CDI_TEXT("999"),
        .caller_role = CDI_TEXT("victim"), .state = dice() % 4 == 0 ? CDI_STATE_SATISFIED : CDI_STATE_OPEN, .marks = 3, .judgement = &judgement,
        .owner = version % 2 == 0 ? CDI_TEXT("j.smith") : CDI_TEXT_NONE, .history = history, .history_count = 3, .published = history,
        .published_count = 3,
    };
    if (!cdi_encode_alert_event(&json, &tables, &alert))
        exit(1);
    cdi_alert_id_format(alert.id, id);
    snprintf(document.key, sizeof document.key, "%s/%s", forces[which % 3], id);
    document.value = json.at;
    document.size = json.size;
    return document;
}

/* ---- writing ---- */

static struct document *documents;

static void make_documents(void)
{
    static uint32_t versions[ALERTS];
    size_t bytes = 0;
    documents = calloc(DOCUMENTS, sizeof *documents);
    for (size_t i = 0; documents != NULL && i < DOCUMENTS; i++) {
        uint32_t which = (uint32_t)(dice() % ALERTS);
        documents[i] = next_document(which, ++versions[which]);
        bytes += documents[i].size;
    }
    printf("view: %d documents of %zu bytes on average, of %d alerts\n", DOCUMENTS, bytes / DOCUMENTS, ALERTS);
}

static double apply_all(struct cdi_view *view)
{
    struct cdi_error err = { 0 };
    double began = seconds(), wall = read_clock(CLOCK_MONOTONIC);
    for (int64_t i = 0; i < DOCUMENTS; i++) {
        const struct cdi_message message = { .partition = 0, .offset = i, .broker_time = { 1793826845000 + i },
                                             .key = cdi_text_of(documents[i].key), .value = { documents[i].value, documents[i].size } };
        if (cdi_view_apply(view, &message, &err) != CDI_VIEW_TAKEN || (i % BATCH == BATCH - 1 && !cdi_view_commit(view, &err)))
            give_up(&err);
    }
    printf("view: waiting for disk and processor included, %.0f alerts a second\n", DOCUMENTS / (read_clock(CLOCK_MONOTONIC) - wall));
    return seconds() - began;
}

static double disk(const char *path, const char *ending)
{
    char name[240];
    struct stat status;
    snprintf(name, sizeof name, "%s%s", path, ending);
    return stat(name, &status) == 0 ? (double)status.st_size / (1 << 20) : 0;
}

/* ---- reading ---- */

static bool count(void *context, struct cdi_text document)
{
    *(size_t *)context += document.size;
    return true;
}

static void list(struct cdi_view_reader *reader, const char *name, const struct cdi_view_filter *filter)
{
    struct cdi_error err = { 0 };
    char next[CDI_VIEW_CURSOR_SIZE] = "", after[CDI_VIEW_CURSOR_SIZE];
    size_t bytes = 0;
    double began = seconds();
    for (int i = 0; i < LISTS; i++) {           /* on through all of it, and again */
        memcpy(after, next, sizeof after);
        if (!cdi_view_list(reader, filter, after, PAGE, count, &bytes, next, &err))
            give_up(&err);
    }
    double took = seconds() - began;
    uint64_t found;
    began = seconds();
    if (!cdi_view_count(reader, filter, &found, &err))
        give_up(&err);
    printf("view: lists of %d, %-28s %8.0f a second; counting its %6llu %8.2f ms\n", PAGE, name, LISTS / took, (unsigned long long)found,
           (seconds() - began) * 1e3);
}

static void read_all(const char *path)
{
    struct cdi_error err = { 0 };
    struct cdi_view_reader *reader = cdi_view_reader_open(path, &err);
    if (reader == NULL)
        give_up(&err);
    list(reader, "everything:", &(struct cdi_view_filter){ .states = 0 });
    list(reader, "unanswered:", &(struct cdi_view_filter){ .unanswered = true });
    list(reader, "unanswered of a force's BCU:", &(struct cdi_view_filter){ .force = CDI_TEXT("dpp"), .bcu = CDI_TEXT("West"), .unanswered = true });
    list(reader, "unanswered, by risk:", &(struct cdi_view_filter){ .unanswered = true, .sort = CDI_VIEW_SORT_RISK });
    list(reader, "of an owner:", &(struct cdi_view_filter){ .owner = CDI_TEXT("j.smith") });
    cdi_view_reader_close(reader);
}

static struct cdi_view *open_view(const char *path)
{
    struct cdi_error err = { 0 };
    bool made;
    struct cdi_view *view = cdi_view_open(path, "alerts", 1, &err);
    if (view == NULL || !cdi_view_begin(view, &made, &err))
        give_up(&err);
    return view;
}

int main(void)
{
    char folder[200], path[220], name[240];
    const char *where = getenv("TMPDIR");
    static const char *const endings[] = { "", "-wal", "-shm", "-lock" };
    snprintf(folder, sizeof folder, "%s/cdiwatch-view-bench-XXXXXX", where != NULL ? where : "/tmp");
    if (mkdtemp(folder) == NULL)
        return 1;
    snprintf(path, sizeof path, "%s/view.sqlite", folder);
    make_documents();
    struct cdi_view *view = open_view(path);
    double took = apply_all(view);
    printf("view: %8.0f alerts a second taken in, %.2f us each; %.1f MiB on disk, its WAL %.1f MiB\n", DOCUMENTS / took, took / DOCUMENTS * 1e6,
           disk(path, ""), disk(path, "-wal"));
    read_all(path);
    cdi_view_close(view);
    double began = seconds();
    view = open_view(path);
    printf("view: opened again, all of it looked at, in %.0f ms\n", (seconds() - began) * 1e3);
    cdi_view_close(view);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        snprintf(name, sizeof name, "%s%s", path, endings[i]);
        unlink(name);
    }
    rmdir(folder);
    return 0;
}
