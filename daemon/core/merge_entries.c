/* Entries of a log: by seq, the greater (said_at, hash).  A separate file, for findings move with their entry. */
#include <stdlib.h>
#include <string.h>

#include "core/merge.h"

/* An entry and where its findings are while a merge is under way. */
struct piece { struct cdi_entry entry; const struct cdi_finding *findings; bool fresh; };

static int order(uint64_t a, uint64_t b) { return a < b ? -1 : a > b; }

static int finding_compare(const struct cdi_finding *a, const struct cdi_finding *b)
{
    if (a->phrase != b->phrase)
        return a->phrase < b->phrase ? -1 : 1;
    return order((uint64_t)a->assertion << 16 | (uint64_t)a->other_occasion << 8 | a->victims,
                 (uint64_t)b->assertion << 16 | (uint64_t)b->other_occasion << 8 | b->victims);
}

/* Who wins of two entries with one seq: the later said, then by the keyed hash of the text, then by the rest. */
static int piece_compare(const struct piece *a, const struct piece *b)
{
    if (!cdi_instant_same(a->entry.said_at, b->entry.said_at))
        return cdi_instant_before(a->entry.said_at, b->entry.said_at) ? -1 : 1;
    int result = order(a->entry.text_hash, b->entry.text_hash);
    if (result == 0 && !cdi_instant_same(a->entry.at, b->entry.at))
        result = cdi_instant_before(a->entry.at, b->entry.at) ? -1 : 1;
    if (result == 0)
        result = order(a->entry.role, b->entry.role);
    if (result == 0)
        result = order(a->entry.finding_count, b->entry.finding_count);
    for (uint16_t i = 0; result == 0 && i < a->entry.finding_count; i++)
        result = finding_compare(&a->findings[i], &b->findings[i]);
    return result;
}

static struct piece piece_of(const struct cdi_incident *incident, uint16_t index)
{
    struct piece piece = { .entry = incident->entries[index] };
    if (piece.entry.finding_count > 0)
        piece.findings = incident->findings + piece.entry.finding_first;
    if (piece.entry.finding_count > CDI_ENTRY_FINDINGS_MAX)
        piece.entry.finding_count = CDI_ENTRY_FINDINGS_MAX;
    return piece;
}

static int by_seq(const void *a, const void *b)
{
    return order(((const struct piece *)a)->entry.seq, ((const struct piece *)b)->entry.seq);
}

static int by_time(const void *a, const void *b)
{
    const struct cdi_entry *x = &((const struct piece *)a)->entry, *y = &((const struct piece *)b)->entry;
    if (!cdi_instant_same(x->at, y->at))
        return cdi_instant_before(x->at, y->at) ? -1 : 1;
    return order(x->seq, y->seq);
}

/* Logs are sent in order: looking on from where the last one was found makes a long log linear. */
static size_t find_seq(const struct piece *pieces, size_t count, uint32_t seq, size_t *hint)
{
    for (size_t step = 0; step < count; step++) {
        size_t at = *hint + step < count ? *hint + step : *hint + step - count;
        if (pieces[at].entry.seq == seq) {
            *hint = at + 1 < count ? at + 1 : 0;
            return at;
        }
    }
    return count;
}

/* Lays entries out by (at, seq), findings beside them. */
static void lay_out(struct cdi_incident *into, struct piece *pieces, size_t count, struct cdi_scratch *scratch)
{
    size_t findings = 0;
    bool sorted = true;
    for (size_t i = 0; i < count; i++) {
        findings += pieces[i].entry.finding_count;
        sorted = sorted && (i == 0 || by_time(&pieces[i - 1], &pieces[i]) < 0);
    }
    if (!sorted)
        qsort(pieces, count, sizeof *pieces, by_time);
    struct cdi_entry *entries = cdi_scratch_take(scratch, count * sizeof *entries);
    struct cdi_finding *kept = cdi_scratch_take(scratch, findings * sizeof *kept);
    findings = 0;
    for (size_t i = 0; i < count; i++) {
        entries[i] = pieces[i].entry;
        entries[i].finding_first = (uint16_t)findings;
        if (entries[i].finding_count > 0)
            memcpy(kept + findings, pieces[i].findings, entries[i].finding_count * sizeof *kept);
        findings += entries[i].finding_count;
    }
    into->entries = entries;
    into->findings = kept;
    into->entry_count = (uint16_t)count;
    into->finding_count = (uint16_t)findings;
}

_Static_assert(CDI_ENTRIES_MAX * CDI_ENTRY_FINDINGS_MAX <= UINT16_MAX, "findings of a full log are counted in 16 bits");

bool cdi_merge_entries(struct cdi_incident *into, const struct cdi_incident *message, struct cdi_scratch *scratch)
{
    size_t count = into->entry_count, hint = 0;
    bool changed = false, clipped = false;
    struct piece *pieces = cdi_scratch_take(scratch, (count + message->entry_count) * sizeof *pieces);
    for (uint16_t i = 0; i < into->entry_count; i++)
        pieces[i] = piece_of(into, i);
    for (uint16_t i = 0; i < message->entry_count; i++) {
        struct piece said = piece_of(message, i);
        clipped = clipped || message->entries[i].finding_count > CDI_ENTRY_FINDINGS_MAX;
        size_t at = find_seq(pieces, count, said.entry.seq, &hint);
        if (at < count && piece_compare(&pieces[at], &said) >= 0)
            continue;
        pieces[at] = said;
        pieces[at].fresh = changed = true;
        count += at == count;
    }
    if (count > CDI_ENTRIES_MAX) {                      /* the first of them by seq: first contact is in them */
        qsort(pieces, count, sizeof *pieces, by_seq);
        count = CDI_ENTRIES_MAX;
        clipped = true;
        changed = false;
        for (size_t i = 0; i < count; i++)
            changed = changed || pieces[i].fresh;
    }
    if (changed)
        lay_out(into, pieces, count, scratch);
    changed = changed || (clipped && !into->truncated);
    into->truncated = into->truncated || clipped;
    return changed;
}
