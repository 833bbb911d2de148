#include "core/flood.h"

#include <stdlib.h>
#include <string.h>

#include "core/judgement.h"
#include "core/pack.h"

/* A digest that owns its texts. */
struct cdi_flood_group {
    struct cdi_digest digest;
    bool changed, written;                      /* since it was last written; it has a state record that counts something */
    char force[CDI_FORCE_MAX], bcu[CDI_WORD_MAX];
    char incidents[CDI_FLOOD_GRAVEST][CDI_REFERENCE_MAX];
};

void cdi_flood_free(struct cdi_flood *flood)
{
    for (size_t i = 0; i < flood->count; i++)
        free(flood->groups[i]);
    free(flood->groups);
    *flood = (struct cdi_flood){ .groups = NULL };
}

enum cdi_stage cdi_alert_began(const struct cdi_alert *alert)
{
    enum cdi_stage stage = CDI_STAGE_NONE;
    if (alert->published_count == 0)
        return CDI_STAGE_NONE;
    const struct cdi_alert_event *last = &alert->published[alert->published_count - 1];
    return cdi_instant_same(last->at, alert->time) && cdi_stage_from(last->what, &stage) ? stage : CDI_STAGE_NONE;
}

/* ---- groups ---- */

static struct cdi_text own(char *room, size_t size, struct cdi_text text)
{
    if (!cdi_text_said(text))
        return CDI_TEXT_NONE;
    if (text.size < size)
        size = text.size;
    memmove(room, text.at, size);
    return (struct cdi_text){ room, size };
}

static struct cdi_flood_group *find(const struct cdi_flood *flood, struct cdi_text force, struct cdi_text bcu, enum cdi_stage stage)
{
    for (size_t i = 0; i < flood->count; i++) {
        const struct cdi_digest *digest = &flood->groups[i]->digest;
        if (digest->stage == stage && cdi_text_same(digest->bcu, bcu) && cdi_text_same(digest->force, force))
            return flood->groups[i];
    }
    return NULL;
}

static void begin(struct cdi_digest *digest)
{
    digest->reports = digest->gravest_count = 0;
    memset(digest->risks, 0, sizeof digest->risks);
    digest->from = digest->until = digest->first_due_at = digest->last_due_at = CDI_INSTANT_NONE;
}

static bool grow(struct cdi_flood *flood)
{
    if (flood->count < flood->room)
        return true;
    size_t room = flood->room * 2 + 16;
    struct cdi_flood_group **groups = realloc(flood->groups, room * sizeof(struct cdi_flood_group *));
    if (groups == NULL)
        return false;
    flood->groups = groups;
    flood->room = room;
    return true;
}

static struct cdi_flood_group *find_or_make(struct cdi_flood *flood, struct cdi_text force, struct cdi_text bcu, enum cdi_stage stage)
{
    struct cdi_flood_group *group = find(flood, force, bcu, stage);
    if (group == NULL && flood->count >= CDI_FLOOD_GROUPS_MAX && cdi_text_said(bcu))
        return find_or_make(flood, force, CDI_TEXT_NONE, stage);
    if (group != NULL || !grow(flood) || (group = calloc(1, sizeof *group)) == NULL)
        return group;
    group->digest.force = own(group->force, sizeof group->force, force);
    group->digest.bcu = own(group->bcu, sizeof group->bcu, bcu);
    group->digest.stage = stage;
    begin(&group->digest);
    return flood->groups[flood->count++] = group;
}

/* ---- counting ---- */

static int order(const struct cdi_digest_report *a, const struct cdi_digest_report *b)
{
    if (a->risk != b->risk)
        return a->risk < b->risk ? -1 : 1;
    if (a->due_at.ms != b->due_at.ms)
        return a->due_at.ms < b->due_at.ms ? -1 : 1;
    return memcmp(a->id.bytes, b->id.bytes, sizeof a->id.bytes);
}

/* The place that it takes among the gravest: behind those that are graver, before the rest; the last falls out. */
static void name(struct cdi_flood_group *group, const struct cdi_digest_report *report)
{
    struct cdi_digest *digest = &group->digest;
    size_t at = digest->gravest_count;
    while (at > 0 && order(report, &digest->gravest[at - 1]) < 0)
        at--;
    if (at == CDI_FLOOD_GRAVEST)
        return;
    if (digest->gravest_count < CDI_FLOOD_GRAVEST)
        digest->gravest_count++;
    for (size_t i = digest->gravest_count - 1; i > at; i--) {
        digest->gravest[i] = digest->gravest[i - 1];
        digest->gravest[i].incident = own(group->incidents[i], CDI_REFERENCE_MAX, digest->gravest[i].incident);
    }
    digest->gravest[at] = *report;
    digest->gravest[at].incident = own(group->incidents[at], CDI_REFERENCE_MAX, report->incident);
}

bool cdi_flood_add(struct cdi_flood *flood, const struct cdi_alert *alert)
{
    enum cdi_stage stage = cdi_alert_began(alert);
    if (stage == CDI_STAGE_NONE)
        return true;
    struct cdi_flood_group *group = find_or_make(flood, alert->force, alert->bcu, stage);
    if (group == NULL)
        return false;
    struct cdi_digest *digest = &group->digest;
    const struct cdi_digest_report report = { alert->id, alert->judgement->disclosed.risk, alert->judgement->timed.due_at, alert->incident };
    digest->reports++;
    digest->risks[report.risk]++;
    digest->from = cdi_instant_earlier(digest->from, alert->time);
    digest->until = cdi_instant_later(digest->until, alert->time);
    digest->first_due_at = cdi_instant_earlier(digest->first_due_at, report.due_at);
    digest->last_due_at = cdi_instant_later(digest->last_due_at, report.due_at);
    name(group, &report);
    group->changed = true;
    return true;
}

/* ---- telling ---- */

static void forget(struct cdi_flood *flood, size_t at)
{
    free(flood->groups[at]);
    flood->groups[at] = flood->groups[--flood->count];
}

bool cdi_flood_end(struct cdi_flood *flood, size_t *at, struct cdi_digest *digest)
{
    while (*at < flood->count) {
        struct cdi_flood_group *group = flood->groups[*at];
        bool told = group->digest.reports >= CDI_FLOOD_AT;
        if (told)
            group->digest.version++;
        *digest = group->digest;
        begin(&group->digest);
        group->changed = told || group->written;
        if (group->digest.version == 0 && !group->written)
            forget(flood, *at);                 /* another stands there now */
        else
            ++*at;
        if (told)
            return true;
    }
    return false;
}

bool cdi_flood_next_changed(struct cdi_flood *flood, size_t *at, struct cdi_digest *digest)
{
    for (; *at < flood->count; ++*at)
        if (flood->groups[*at]->changed) {
            struct cdi_flood_group *group = flood->groups[(*at)++];
            group->changed = false;
            group->written = group->digest.reports > 0;
            *digest = group->digest;
            return true;
        }
    return false;
}

/* ---- what is remembered ---- */

static struct cdi_text reference_of(const struct cdi_digest *digest, struct cdi_scratch *scratch)
{
    struct cdi_text word = cdi_text_of(cdi_stage_word(digest->stage));
    char *bytes = cdi_scratch_take(scratch, word.size + 1 + digest->bcu.size);
    memcpy(bytes, word.at, word.size);
    if (!cdi_text_said(digest->bcu))
        return (struct cdi_text){ bytes, word.size };
    bytes[word.size] = '/';
    memcpy(bytes + word.size + 1, digest->bcu.at, digest->bcu.size);
    return (struct cdi_text){ bytes, word.size + 1 + digest->bcu.size };
}

struct cdi_text cdi_flood_key(const struct cdi_digest *digest, struct cdi_scratch *scratch)
{
    return cdi_state_key(digest->force, CDI_CASE_FLOOD, reference_of(digest, scratch), scratch);
}

struct cdi_text cdi_pack_flood(const struct cdi_digest *digest, struct cdi_scratch *scratch)
{
    struct cdi_writer w = cdi_writer_start(scratch, CDI_CASE_FLOOD, digest->force, reference_of(digest, scratch));
    cdi_put_number(&w, (uint64_t)digest->stage);
    cdi_put_text(&w, digest->bcu);
    cdi_put_number(&w, digest->version);
    cdi_put_number(&w, digest->reports);
    for (size_t i = 0; i < CDI_RISK_COUNT; i++)
        cdi_put_number(&w, digest->risks[i]);
    const struct cdi_instant times[] = { digest->from, digest->until, digest->first_due_at, digest->last_due_at };
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        cdi_put_instant(&w, times[i]);
    cdi_put_number(&w, digest->gravest_count);
    for (size_t i = 0; i < digest->gravest_count; i++) {
        for (size_t b = 0; b < sizeof digest->gravest[i].id.bytes; b++)
            cdi_put_byte(&w, digest->gravest[i].id.bytes[b]);
        cdi_put_number(&w, (uint64_t)digest->gravest[i].risk);
        cdi_put_instant(&w, digest->gravest[i].due_at);
        cdi_put_text(&w, digest->gravest[i].incident);
    }
    return cdi_writer_done(&w);
}

static bool refers_to(struct cdi_text reference, const struct cdi_digest *digest)
{
    struct cdi_text word = cdi_text_of(cdi_stage_word(digest->stage));
    if (reference.size < word.size || memcmp(reference.at, word.at, word.size) != 0)
        return false;
    if (!cdi_text_said(digest->bcu))
        return reference.size == word.size;
    return reference.size == word.size + 1 + digest->bcu.size && reference.at[word.size] == '/' &&
           (digest->bcu.size == 0 || memcmp(reference.at + word.size + 1, digest->bcu.at, digest->bcu.size) == 0);
}

static struct cdi_digest_report get_report(struct cdi_reader *r)
{
    struct cdi_digest_report report = { .risk = CDI_RISK_OTHER };
    const uint8_t *id = cdi_get_bytes(r, sizeof report.id.bytes);
    if (id != NULL)
        memcpy(report.id.bytes, id, sizeof report.id.bytes);
    report.risk = (enum cdi_risk)cdi_get_count(r, CDI_RISK_COUNT - 1);
    report.due_at = cdi_get_instant(r);
    report.incident = cdi_get_text(r);
    r->failed = r->failed || report.incident.size > CDI_REFERENCE_MAX;
    return report;
}

bool cdi_unpack_flood(struct cdi_text packed, struct cdi_digest *into, struct cdi_error *err)
{
    struct cdi_reader r;
    struct cdi_text reference;
    *into = (struct cdi_digest){ .version = 0 };
    if (!cdi_reader_start(&r, packed, CDI_CASE_FLOOD, NULL, &into->force, &reference))
        return cdi_reader_done(&r, err);
    into->stage = (enum cdi_stage)cdi_get_count(&r, CDI_STAGE_COUNT - 1);
    into->bcu = cdi_get_text(&r);
    into->version = (uint32_t)cdi_get_count(&r, UINT32_MAX);
    into->reports = (uint32_t)cdi_get_count(&r, UINT32_MAX);
    for (size_t i = 0; i < CDI_RISK_COUNT; i++)
        into->risks[i] = (uint32_t)cdi_get_count(&r, UINT32_MAX);
    into->from = cdi_get_instant(&r);
    into->until = cdi_get_instant(&r);
    into->first_due_at = cdi_get_instant(&r);
    into->last_due_at = cdi_get_instant(&r);
    into->gravest_count = (uint32_t)cdi_get_count(&r, CDI_FLOOD_GRAVEST);
    for (size_t i = 0; i < into->gravest_count && !r.failed; i++)
        into->gravest[i] = get_report(&r);
    r.failed = r.failed || into->stage == CDI_STAGE_NONE || into->bcu.size > CDI_WORD_MAX || !refers_to(reference, into);
    return cdi_reader_done(&r, err);
}

bool cdi_flood_restore(struct cdi_flood *flood, const struct cdi_digest *digest, struct cdi_error *err)
{
    struct cdi_flood_group *group = find_or_make(flood, digest->force, digest->bcu, digest->stage);
    if (group == NULL)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for the digests of a flood");
    struct cdi_digest kept = group->digest;
    group->digest = *digest;
    group->digest.force = kept.force;
    group->digest.bcu = kept.bcu;
    for (size_t i = 0; i < digest->gravest_count; i++)
        group->digest.gravest[i].incident = own(group->incidents[i], CDI_REFERENCE_MAX, digest->gravest[i].incident);
    group->written = digest->reports > 0;
    return true;
}
