/* Cases lie all over memory: those that will be needed soon are fetched while others are worked on. */
#include "core/caseload_inside.h"

/* Where a case of this tag is held; HANDLE_NONE: nowhere. */
static uint32_t fetch(const struct cdi_caseload *load, enum cdi_case_kind which, uint32_t tag)
{
    const struct kind *kind = &load->kinds[which];
    if (kind->capacity == 0)
        return CDI_HANDLE_NONE;
    for (size_t at = table_start(kind, tag); kind->table[at].handle != CDI_HANDLE_NONE; at = table_next(kind, at))
        if (kind->table[at].tag == tag) {
            slot_fetch(slot_at(kind, kind->table[at].handle));
            case_fetch(load, which, kind->table[at].block);
            return kind->table[at].handle;
        }
    return CDI_HANDLE_NONE;
}

/* First the table's lines of all, then what they name: the memory is waited for twice, and not twice for each. */
void cdi_caseload_expect(const struct cdi_caseload *load, const struct cdi_sought *sought, size_t count, uint32_t *likely)
{
    uint32_t tags[CDI_SOUGHT_AT_ONCE];
    CDI_ASSERT(count <= CDI_SOUGHT_AT_ONCE);
    for (size_t i = 0; i < count; i++) {
        const struct kind *kind = &load->kinds[sought[i].kind];
        tags[i] = cdi_caseload_tag(sought[i].kind, sought[i].force, sought[i].reference);
        if (kind->capacity != 0)
            __builtin_prefetch(&kind->table[table_start(kind, tags[i])]);
    }
    for (size_t i = 0; i < count; i++)
        likely[i] = fetch(load, sought[i].kind, tags[i]);
}

bool cdi_caseload_ahead(const struct cdi_caseload *load, enum cdi_queue which, size_t others, enum cdi_case_kind *kind, uint32_t *handle)
{
    const struct queue *queue = &load->queues[which];
    if (queue->count <= others)
        return false;
    uint32_t item = queue->items[(queue->first + others) & (queue->capacity - 1)];
    *kind = (enum cdi_case_kind)(item & 3);
    *handle = item >> 2;
    return true;
}

void cdi_caseload_look_ahead(const struct cdi_caseload *load, enum cdi_queue which)
{
    enum { SLOTS_AHEAD = 16, CASES_AHEAD = 8 };
    enum cdi_case_kind kind;
    uint32_t handle;
    if (cdi_caseload_ahead(load, which, SLOTS_AHEAD, &kind, &handle) && handle < load->kinds[kind].bound)
        slot_fetch(slot_at(&load->kinds[kind], handle));
    if (cdi_caseload_ahead(load, which, CASES_AHEAD, &kind, &handle) && cdi_caseload_holds(load, kind, handle))
        case_fetch(load, kind, slot_at(&load->kinds[kind], handle)->block);
}
