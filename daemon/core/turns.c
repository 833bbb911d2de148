#include "core/turns.h"

#include <string.h>

static int turn_order(const struct cdi_turn *a, const struct cdi_turn *b)
{
    if (a->at.ms != b->at.ms)
        return a->at.ms < b->at.ms ? -1 : 1;
    return a->kind != b->kind ? (a->kind < b->kind ? -1 : 1) : cdi_text_compare(a->word, b->word);
}

static size_t find(const struct cdi_turn *turns, size_t count, enum cdi_turn_kind kind, struct cdi_text word)
{
    size_t i = 0;
    while (i < count && (turns[i].kind != kind || !cdi_text_same(turns[i].word, word)))
        i++;
    return i;
}

/* A crime may be cancelled and recorded again, so that each saying tells; of a log a value is news only once. */
static bool only_first_counts(enum cdi_turn_kind kind) { return kind == CDI_TURN_OPENED || kind == CDI_TURN_REASON; }

bool cdi_turn_repeats(const struct cdi_turn *turns, size_t i)
{
    size_t before = i;
    while (before-- > 0)
        if (turns[before].kind == turns[i].kind)
            return cdi_text_same(turns[before].word, turns[i].word);
    return false;
}

/* What repeats tells only where something is said to have been between; what was said last would be said again. */
static size_t least_telling(const struct cdi_turn *turns, size_t count)
{
    for (size_t i = count; i-- > 0;)
        if (cdi_turn_repeats(turns, i))
            return i;
    return count - 1;
}

/* In order, each saying once.  False: that was known, or tells less than all that there is room for. */
static bool join(struct cdi_turn **turns, uint8_t *count, const struct cdi_turn *said, struct cdi_scratch *scratch)
{
    size_t first = find(*turns, *count, said->kind, said->word), old = *count, kept = 0, placed = 0;
    if (only_first_counts(said->kind) && first < *count) {
        if (!cdi_instant_before(said->at, (*turns)[first].at))
            return false;
        old = first;
    }
    struct cdi_turn *grown = cdi_scratch_take(scratch, (*count + 1u) * sizeof *grown);
    while (placed < *count && turn_order(&(*turns)[placed], said) < 0)
        placed++;
    if (placed < *count && turn_order(&(*turns)[placed], said) == 0)
        return false;
    for (size_t i = 0; i <= *count; i++) {
        if (i == placed)
            grown[kept++] = *said;
        if (i < *count && i != old)
            grown[kept++] = (*turns)[i];
    }
    if (kept > CDI_TURNS_MAX) {
        size_t least = least_telling(grown, kept);
        if (least == placed)
            return false;
        memmove(&grown[least], &grown[least + 1], (kept - least - 1) * sizeof *grown);
        kept--;
    }
    *turns = grown;
    *count = (uint8_t)kept;
    return true;
}

static bool join_all(struct cdi_turn **turns, uint8_t *count, const struct cdi_turn *said, size_t said_count,
                     struct cdi_scratch *scratch)
{
    bool changed = false;
    for (size_t i = 0; i < said_count; i++)
        changed |= join(turns, count, &said[i], scratch);
    return changed;
}

/* What the registers say now, a kind at most once; what is not said is not there. */
struct now { struct cdi_turn turns[CDI_TURN_OPENED]; size_t count; };
_Static_assert(CDI_TURN_KIND_COUNT - CDI_TURN_OPENED <= CDI_TURN_OPENED, "those of a log have room where those of a crime have");

static void add(struct now *now, enum cdi_turn_kind kind, struct cdi_text word, struct cdi_instant at)
{
    if (cdi_text_said(word) && cdi_instant_said(at))
        now->turns[now->count++] = (struct cdi_turn){ kind, word, at };
}

static void of_crime(const struct cdi_crime *crime, struct now *now)
{
    now->count = 0;
    add(now, CDI_TURN_CLASS, crime->klass.text, crime->klass.said_at);
    add(now, CDI_TURN_CODE, crime->code.text, crime->code.said_at);
    add(now, CDI_TURN_STATUS, crime->status.text, crime->status.said_at);
    if (crime->cancel.type != CDI_CANCEL_TYPE_NONE)
        add(now, CDI_TURN_CANCEL, cdi_text_of(cdi_cancel_type_word(crime->cancel.type)), crime->cancel.said_at);
}

static void opened(const struct cdi_incident *incident, struct now *now)
{
    now->count = 0;
    add(now, CDI_TURN_OPENED, incident->opened_as.text, incident->opened_as.said_at);
}

static void of_incident(const struct cdi_incident *incident, struct now *now)
{
    opened(incident, now);
    add(now, CDI_TURN_REASON, incident->disposal.reason, incident->disposal.said_at);
}

static const struct cdi_turn *now_of(const struct now *now, enum cdi_turn_kind kind)
{
    for (size_t i = 0; i < now->count; i++)
        if (now->turns[i].kind == kind)
            return &now->turns[i];
    return NULL;
}

static bool take(struct cdi_turn **turns, uint8_t *count, const struct now *now, const struct cdi_turn *said, size_t said_count,
                 struct cdi_scratch *scratch)
{
    bool changed = join_all(turns, count, now->turns, now->count, scratch);
    return join_all(turns, count, said, said_count, scratch) || changed;
}

bool cdi_turns_of_crime(struct cdi_crime *into, const struct cdi_crime *message, struct cdi_scratch *scratch)
{
    struct now now;
    of_crime(message, &now);
    return take(&into->turns, &into->turn_count, &now, message->turns, message->turn_count, scratch);
}

bool cdi_turns_of_incident(struct cdi_incident *into, const struct cdi_incident *message, struct cdi_scratch *scratch)
{
    struct now now;
    of_incident(message, &now);
    return take(&into->turns, &into->turn_count, &now, message->turns, message->turn_count, scratch);
}

struct cdi_instant cdi_turn_first(const struct cdi_turn *turns, size_t count, enum cdi_turn_kind kind, struct cdi_text word)
{
    size_t i = find(turns, count, kind, word);
    return i < count ? turns[i].at : CDI_INSTANT_NONE;
}

const struct cdi_turn *cdi_turn_before(const struct cdi_turn *turns, size_t count, enum cdi_turn_kind kind, struct cdi_instant at)
{
    const struct cdi_turn *last = NULL;
    for (size_t i = 0; i < count; i++)
        if (turns[i].kind == kind && cdi_instant_before(turns[i].at, at))
            last = &turns[i];
    return last;
}

struct cdi_instant cdi_reason_said_at(const struct cdi_incident *log)
{
    const struct cdi_disposal *disposal = &log->disposal;
    struct cdi_instant first = cdi_turn_first(log->turns, log->turn_count, CDI_TURN_REASON, disposal->reason);
    if (cdi_text_said(disposal->reason) && cdi_instant_said(log->settled.until))
        return cdi_instant_earlier(log->settled.until, disposal->said_at);
    return cdi_instant_said(first) && cdi_instant_before(disposal->cut_at, first) ? first : disposal->said_at;
}

bool cdi_turns_same(const struct cdi_turn *a, size_t a_count, const struct cdi_turn *b, size_t b_count)
{
    if (a_count != b_count)
        return false;
    for (size_t i = 0; a != b && i < a_count; i++)
        if (turn_order(&a[i], &b[i]) != 0)
            return false;
    return true;
}

static const struct cdi_turn *next_news(const struct cdi_turn *turns, size_t count, size_t *i, struct cdi_text last[CDI_TURN_KIND_COUNT])
{
    while (*i < count) {
        const struct cdi_turn *turn = &turns[(*i)++];
        if (cdi_text_same(turn->word, last[turn->kind]))
            continue;
        last[turn->kind] = turn->word;
        return turn;
    }
    return NULL;
}

bool cdi_turns_tell_same(const struct cdi_turn *a, size_t a_count, const struct cdi_turn *b, size_t b_count)
{
    struct cdi_text of_a[CDI_TURN_KIND_COUNT] = { CDI_TEXT_NONE }, of_b[CDI_TURN_KIND_COUNT] = { CDI_TEXT_NONE };
    size_t i = 0, j = 0;
    while (a != b || a_count != b_count) {
        const struct cdi_turn *x = next_news(a, a_count, &i, of_a), *y = next_news(b, b_count, &j, of_b);
        if (x == NULL || y == NULL)
            return x == y;
        if (turn_order(x, y) != 0)
            return false;
    }
    return true;
}

/* ---- packed ---- */

enum { SAME_WORD = 0x80 };                      /* of a turn's byte, besides its kind: the word is the register's own */

/* Each turn is what a register says now, and each register that says something has one. */
static bool told(const struct cdi_turn *turns, size_t count, const struct now *now)
{
    bool same = count == now->count;
    for (size_t i = 0; same && i < count; i++) {
        const struct cdi_turn *said = now_of(now, turns[i].kind);
        same = said != NULL && turn_order(&turns[i], said) == 0;
    }
    return same;
}

bool cdi_turns_told_by_crime(const struct cdi_crime *crime)
{
    struct now now;
    of_crime(crime, &now);
    return told(crime->turns, crime->turn_count, &now);
}

bool cdi_turns_told_by_incident(const struct cdi_incident *incident)
{
    struct now now;
    of_incident(incident, &now);
    return told(incident->turns, incident->turn_count, &now);
}

static void put(struct cdi_writer *w, const struct cdi_turn *turns, size_t count, const struct now *now)
{
    cdi_put_number(w, count);
    for (size_t i = 0; i < count; i++) {
        const struct cdi_turn *said = now_of(now, turns[i].kind);
        bool same = said != NULL && cdi_text_same(turns[i].word, said->word);
        cdi_put_byte(w, (uint8_t)((unsigned)turns[i].kind | (same ? SAME_WORD : 0u)));
        cdi_put_instant(w, turns[i].at);
        if (!same)
            cdi_put_text(w, turns[i].word);
    }
}

void cdi_put_turns_of_crime(struct cdi_writer *w, const struct cdi_crime *crime)
{
    struct now now;
    of_crime(crime, &now);
    put(w, crime->turns, crime->turn_count, &now);
}

/* The reason is read after this: each is written out. */
void cdi_put_turns_of_incident(struct cdi_writer *w, const struct cdi_incident *incident)
{
    struct now now;
    opened(incident, &now);
    put(w, incident->turns, incident->turn_count, &now);
}

static struct cdi_turn *get(struct cdi_reader *r, uint8_t *count, const struct now *now)
{
    *count = (uint8_t)cdi_get_count(r, CDI_TURNS_MAX);
    struct cdi_turn *turns = *count == 0 ? NULL : cdi_scratch_take(r->scratch, *count * sizeof *turns);
    for (uint8_t i = 0; i < *count; i++) {
        uint8_t head = cdi_get_byte(r);
        r->failed = r->failed || (head & ~SAME_WORD) >= CDI_TURN_KIND_COUNT;
        turns[i].kind = r->failed ? CDI_TURN_CLASS : (enum cdi_turn_kind)(head & ~SAME_WORD);
        turns[i].at = cdi_get_instant(r);
        const struct cdi_turn *said = head & SAME_WORD ? now_of(now, turns[i].kind) : NULL;
        turns[i].word = said != NULL ? said->word : head & SAME_WORD ? CDI_TEXT_NONE : cdi_get_text(r);
        r->failed = r->failed || !cdi_instant_said(turns[i].at) || !cdi_text_said(turns[i].word) ||
                    (i > 0 && turn_order(&turns[i - 1], &turns[i]) >= 0);
    }
    return turns;
}

void cdi_get_turns_of_crime(struct cdi_reader *r, struct cdi_crime *crime, bool written)
{
    struct now now;
    of_crime(crime, &now);
    if (written)
        crime->turns = get(r, &crime->turn_count, &now);
    /* Once only the first saying of each value was written: what was reinstated said so last. */
    join_all(&crime->turns, &crime->turn_count, now.turns, now.count, r->scratch);
}

void cdi_get_turns_of_incident(struct cdi_reader *r, struct cdi_incident *incident, bool written)
{
    struct now now;
    opened(incident, &now);
    if (written)
        incident->turns = get(r, &incident->turn_count, &now);
    else
        join_all(&incident->turns, &incident->turn_count, now.turns, now.count, r->scratch);
}

void cdi_get_turns_of_reason(struct cdi_reader *r, struct cdi_incident *incident)
{
    const struct cdi_turn said = { CDI_TURN_REASON, incident->disposal.reason, incident->disposal.said_at };
    if (cdi_text_said(said.word) && cdi_instant_said(said.at))
        join_all(&incident->turns, &incident->turn_count, &said, 1, r->scratch);
}
