/* A log that is cut anew: which report tells of what another told before. */
#include "core/reports.h"

/* The families that the piece is about. */
static uint32_t families_of(const struct cdi_cut *cut, const struct cdi_piece *piece)
{
    uint32_t families = 0;
    for (size_t i = 0; i < piece->class_count; i++)
        families |= cdi_reading_kinds(&cut->reading, &cut->sums, piece->classes[i], piece->families);
    return families;
}

bool cdi_cut_successor(const struct cdi_cut *cut, uint32_t seq, size_t *piece)
{
    const struct cdi_incident *incident = cut->reading.incident;
    size_t at = 0, most = 0, before = 0;
    while (seq != 0 && at < incident->entry_count && incident->entries[at].seq != seq)
        at++;
    if (cut->count == 0 || (seq != 0 && at == incident->entry_count))
        return false;
    if (cut->settled && (seq == 0 || cdi_entry_settled(incident, &incident->entries[at])))
        return false;                           /* it was settled, and nothing tells of it any more */
    *piece = 0;
    for (size_t i = 0; seq != 0 && i < cut->count; i++) {
        const struct cdi_entry *entry = &incident->entries[at];
        size_t about = 0;
        for (size_t f = entry->finding_first; f < (size_t)entry->finding_first + entry->finding_count; f++)
            about += (cdi_families_told(&cut->reading, &cut->reading.held, f) & families_of(cut, &cut->pieces[i])) != 0;
        if (about > most) {
            most = about;
            *piece = i;
        }
        if (!cdi_instant_before(entry->at, cut->pieces[i].received_at))
            before = i;
    }
    if (seq != 0 && most == 0)
        *piece = before;
    return true;
}
