#include "core/alert.h"

#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { HISTORY_MAX = CDI_STAGE_COUNT + CDI_ONCE_MAX + 1 };

/* Of report 0. */
static struct cdi_alert_id log_id(struct cdi_text force, struct cdi_text incident)
{
    unsigned char bytes[CDI_FORCE_MAX + CDI_REFERENCE_MAX + 24];
    const struct cdi_text parts[] = { force, incident };
    size_t size = 0;
    for (size_t i = 0; i < 2; i++) {
        CDI_ASSERT(parts[i].size <= CDI_REFERENCE_MAX && size + parts[i].size + 12 <= sizeof bytes);
        for (size_t shift = 0; shift < 32; shift += 8)
            bytes[size++] = (unsigned char)(parts[i].size >> shift);
        if (parts[i].size != 0)
            memcpy(bytes + size, parts[i].at, parts[i].size);
        size += parts[i].size;
    }
    static const unsigned char report[8] = { 4, 0, 0, 0, 0, 0, 0, 0 };
    memcpy(bytes + size, report, sizeof report);
    size += sizeof report;
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes, size));
    struct cdi_alert_id id;
    memcpy(id.bytes, canonical.digest, sizeof id.bytes);
    return id;
}

uint32_t cdi_alert_id_tail(struct cdi_alert_id id)
{
    const uint8_t *tail = id.bytes + CDI_ALERT_FRONT;
    return (uint32_t)tail[0] << 24 | (uint32_t)tail[1] << 16 | (uint32_t)tail[2] << 8 | tail[3];
}

struct cdi_alert_id cdi_alert_id(struct cdi_text force, struct cdi_text incident, uint32_t report)
{
    struct cdi_alert_id id = log_id(force, incident);
    uint32_t tail = cdi_alert_id_tail(id) ^ report;
    for (size_t i = 0; i < sizeof tail; i++)
        id.bytes[CDI_ALERT_FRONT + i] = (uint8_t)(tail >> (24 - 8 * i));
    return id;
}

void cdi_alert_id_format(struct cdi_alert_id id, char out[33])
{
    for (size_t i = 0; i < sizeof id.bytes; i++) {
        out[2 * i] = "0123456789abcdef"[id.bytes[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[id.bytes[i] & 15];
    }
    out[32] = '\0';
}

static void remember(struct cdi_alert_event *history, uint32_t *count, struct cdi_instant at, const char *what)
{
    uint32_t i = *count;
    if (!cdi_instant_said(at))
        return;
    for (; i > 0 && cdi_instant_before(at, history[i - 1].at); i--)
        history[i] = history[i - 1];
    history[i] = (struct cdi_alert_event){ at, cdi_text_of(what) };
    (*count)++;
}

/* What once answered was withdrawn, and nothing else answered by then; of what ended at one instant it is said once. */
static bool withdrawn(const struct cdi_compared *compared, size_t i)
{
    struct cdi_instant until = compared->once[i].until;
    bool covered = false;
    for (size_t k = 0; k < CDI_ONCE_MAX; k++)
        covered = covered || (cdi_instant_said(compared->once[k].until) && !cdi_instant_before(until, compared->once[k].from) &&
                              cdi_instant_before(until, compared->once[k].until)) ||
                  (k < i && cdi_instant_same(until, compared->once[k].until));
    return cdi_instant_said(until) && !covered &&
           (!cdi_instant_said(compared->answered_at) || cdi_instant_before(until, compared->answered_at));
}

/* Derived from the dates of the facts: the stages that held, when what answered once was withdrawn, when it was answered. */
static void write_history(const struct cdi_judgement *judgement, struct cdi_scratch *scratch, struct cdi_alert *alert)
{
    struct cdi_alert_event *history = cdi_scratch_take(scratch, HISTORY_MAX * sizeof *history);
    const struct cdi_compared *compared = &judgement->compared;
    alert->history_count = 0;
    if (compared->state != CDI_STATE_NOT_DISCLOSED && compared->state != CDI_STATE_SUPERSEDED) {
        for (size_t i = 0; i < CDI_ONCE_MAX; i++)
            if (withdrawn(compared, i))         /* before the stages that hold from that same instant */
                remember(history, &alert->history_count, compared->once[i].until, cdi_state_word(CDI_STATE_WITHDRAWN));
        for (int stage = CDI_STAGE_NOTICE; stage < CDI_STAGE_COUNT; stage++)
            remember(history, &alert->history_count, judgement->timed.stage_at[stage], cdi_stage_word((enum cdi_stage)stage));
        remember(history, &alert->history_count, compared->answered_at, cdi_state_word(compared->state));
    }
    alert->history = history;
}

static void write_notes(const struct cdi_incident_case *incident, uint32_t report, struct cdi_scratch *scratch,
                        struct cdi_alert *alert)
{
    struct cdi_alert_note *notes = NULL;
    if (incident->deed_count != 0)
        notes = cdi_scratch_take(scratch, incident->deed_count * sizeof *notes);
    alert->note_count = 0;
    for (size_t i = 0; i < incident->deed_count; i++) {
        const struct cdi_deed *deed = &incident->deeds[i];
        if (deed->counts_for == report && cdi_text_said(deed->text))
            notes[alert->note_count++] = (struct cdi_alert_note){ deed->at, deed->by, deed->text };
    }
    alert->notes = notes;
}

/* R15: the check of an N100, then its review, has come and nobody has done anything about the report since. */
static uint32_t n100_marks(const struct cdi_incident_case *incident, uint32_t report, const struct cdi_timed *timed,
                           struct cdi_instant now)
{
    bool reviewing = cdi_instant_said(timed->n100_review_at) && !cdi_instant_before(now, timed->n100_review_at);
    struct cdi_instant since = reviewing ? timed->n100_review_at : timed->n100_check_at;
    if (!cdi_instant_said(since) || cdi_instant_before(now, since))
        return 0;
    for (size_t i = 0; i < incident->deed_count; i++)
        if (incident->deeds[i].counts_for == report && !cdi_instant_before(incident->deeds[i].at, since))
            return 0;
    return UINT32_C(1) << (reviewing ? CDI_MARK_N100_REVIEW : CDI_MARK_N100_CHECK);
}

/* What is odd about the log itself is seen, whatever it was for: closed and reopened among them. */
static uint32_t log_marks(const struct cdi_incident *facts, const struct cdi_judgement *judgement)
{
    return (judgement->disclosed.recoded ? UINT32_C(1) << CDI_MARK_RECODED : 0) |
           (facts->doubtful_time ? UINT32_C(1) << CDI_MARK_DOUBTFUL_TIME : 0) |
           (cdi_instant_said(facts->reopened_at) ? UINT32_C(1) << CDI_MARK_REOPENED : 0);
}

void cdi_alert_make(const struct cdi_incident_case *incident, uint32_t report, const struct cdi_judgement *judgement,
                    const struct cdi_lifecycle_view *view, const struct cdi_disposal *disposal, struct cdi_instant now,
                    struct cdi_scratch *scratch, struct cdi_alert *alert)
{
    const struct cdi_incident *facts = &incident->facts;
    *alert = (struct cdi_alert){
        .id = cdi_alert_id(facts->force, facts->reference, report), .report = report, .time = now,
        .force = facts->force, .incident = facts->reference, .bcu = facts->area.bcu, .beat = facts->area.beat,
        .unit = facts->unit.text, .opened_as = facts->opened_as.text, .classified_as = facts->classified_as.text,
        .closed_as = cdi_incident_closed_as(facts), .channel = facts->channel.text, .caller_role = facts->caller_role.text,
        .lifecycle = view->lifecycle, .state = judgement->compared.state,
        .marks = judgement->compared.marks | judgement->timed.marks, .judgement = judgement,
        .endorsed_by = disposal->endorsed_by, .owner = view->owner, .acknowledged_until = view->acknowledged_until,
        .escalation = view->escalation,
    };
    alert->marks |= log_marks(facts, judgement) | n100_marks(incident, report, &judgement->timed, now);
    if (facts->truncated || judgement->disclosed.truncated || judgement->due.truncated || judgement->linked.truncated ||
        judgement->clearing.truncated)
        alert->marks |= UINT32_C(1) << CDI_MARK_TRUNCATED;
    write_history(judgement, scratch, alert);
    write_notes(incident, report, scratch, alert);
}

bool cdi_alert_exists(const struct cdi_judgement *judgement)
{
    if (judgement->compared.state == CDI_STATE_CLEARED || judgement->watched.count != 0)
        return true;
    for (size_t stage = 0; stage < CDI_STAGE_COUNT; stage++)
        if (cdi_instant_said(judgement->timed.stage_at[stage]))
            return true;
    return false;
}

/* Numbers and texts run into one buffer, each text after its length: nothing can be mistaken for another. */
struct content { uint64_t hash; size_t size; unsigned char bytes[2048]; };

static void flush(struct content *content)
{
    content->hash = XXH3_64bits_withSeed(content->bytes, content->size, content->hash);
    content->size = 0;
}

static void put(struct content *content, int64_t value)
{
    if (sizeof content->bytes - content->size < sizeof value)
        flush(content);
    for (size_t i = 0; i < sizeof value; i++)
        content->bytes[content->size++] = (unsigned char)((uint64_t)value >> (8 * i));
}

static void put_text(struct content *content, struct cdi_text text)
{
    put(content, cdi_text_said(text) ? (int64_t)text.size : -1);
    if (text.size > sizeof content->bytes - content->size)
        flush(content);
    if (text.size > sizeof content->bytes) {
        content->hash = XXH3_64bits_withSeed(text.at, text.size, content->hash);
    } else if (text.size != 0) {
        memcpy(content->bytes + content->size, text.at, text.size);
        content->size += text.size;
    }
}

static void put_links(struct content *content, const struct cdi_link *links, size_t count)
{
    put(content, (int64_t)count);
    for (size_t i = 0; i < count; i++) {
        put_text(content, links[i].crime);
        put_text(content, links[i].klass);
        put(content, links[i].how);
        put(content, links[i].weight);
        put(content, links[i].recorded_at.ms);
        put(content, links[i].standing);
        put(content, links[i].allocated);
        for (size_t j = 0; j < links[i].addend_count; j++)
            put(content, (int64_t)links[i].addends[j].level << 32 | (uint32_t)links[i].addends[j].weight);
    }
}

static void put_likely(struct content *content, const struct cdi_tables *tables, const struct cdi_judgement *judgement)
{
    for (size_t i = 0; i < judgement->disclosed.count; i++) {
        const struct cdi_disclosure *item = &judgement->disclosed.items[i];
        if (!item->likely)
            continue;
        put_text(content, tables->offences[item->offence].klass);
        put(content, item->p);
        put(content, (int64_t)item->graver << 1 | item->confirms);      /* as it was where nothing is graver: no document changes for it */
        for (size_t j = 0; j < item->addend_count; j++) {
            const struct cdi_addend *addend = &item->addends[j];
            put_text(content, addend->name);
            put(content, (int64_t)addend->kind << 33 | (int64_t)addend->negated << 32 | addend->entry);
            put(content, addend->weight);
            put(content, (int64_t)addend->times << 16 | addend->days);
        }
    }
    for (size_t i = 0; i < judgement->disclosed.earlier_count; i++) {
        const struct cdi_past_log *log = judgement->disclosed.earlier[i];
        put_text(content, log->reference);
        put(content, log->received_at.ms);
        put(content, (int64_t)log->kin << 8 | log->kinds);
    }
    for (size_t u = 0; u < judgement->due.count; u++) {
        put_text(content, tables->offences[judgement->due.units[u].offence].klass);
        put(content, (int64_t)judgement->due.units[u].victim);
        put(content, judgement->due.units[u].answered_by);
    }
}

static void put_watched(struct content *content, const struct cdi_tables *tables, const struct cdi_watched *watched)
{
    for (size_t i = 0; i < watched->count; i++) {
        const struct cdi_watch *watch = &watched->items[i];
        put_text(content, tables->watches[watch->place].key);
        put(content, watch->since.ms);
        for (size_t j = 0; j < watch->fact_count; j++) {
            const struct cdi_cause *fact = &watch->facts[j];
            put_text(content, fact->name);
            put(content, (int64_t)fact->kind << 56 | (int64_t)fact->said << 48 | (int64_t)fact->p << 32 | fact->entry);
        }
    }
}

static void put_times(struct content *content, const struct cdi_alert *alert)
{
    const struct cdi_timed *timed = &alert->judgement->timed;
    const int64_t numbers[] = {
        timed->stage, timed->received_at.ms, timed->next_stage_at.ms, timed->overdue_days, alert->judgement->disclosed.risk,
        alert->state, alert->lifecycle, alert->marks & ~(UINT32_C(1) << CDI_MARK_LATE_MESSAGE), alert->escalation, alert->acknowledged_until.ms,
        alert->judgement->compared.due, alert->judgement->compared.recorded, alert->judgement->clearing.given,
        alert->judgement->clearing.reason, alert->judgement->clearing.missing,
        alert->judgement->clearing.refusal,
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        put(content, numbers[i]);
    for (size_t i = 0; i < alert->history_count; i++) {
        put(content, alert->history[i].at.ms);
        put_text(content, alert->history[i].what);
    }
    for (size_t i = 0; i < alert->note_count; i++) {
        put(content, alert->notes[i].at.ms);
        put_text(content, alert->notes[i].by);
        put_text(content, alert->notes[i].text);
    }
}

uint64_t cdi_alert_content(const struct cdi_tables *tables, const struct cdi_alert *alert)
{
    struct content content;
    const struct cdi_text texts[] = { alert->bcu, alert->beat, alert->unit, alert->opened_as, alert->classified_as,
                                      alert->closed_as, alert->channel, alert->caller_role, alert->endorsed_by, alert->owner,
                                      alert->judgement->clearing.other_force };
    content.hash = content.size = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        put_text(&content, texts[i]);
    put_times(&content, alert);
    put_likely(&content, tables, alert->judgement);
    put_watched(&content, tables, &alert->judgement->watched);
    put_links(&content, alert->judgement->linked.links, alert->judgement->linked.link_count);
    put_links(&content, alert->judgement->linked.alternatives, alert->judgement->linked.alternative_count);
    flush(&content);
    return content.hash;
}
