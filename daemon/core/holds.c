#include "core/holds.h"

#include <stdlib.h>
#include <string.h>

void cdi_holds_free(struct cdi_holds *holds)
{
    for (uint32_t i = 0; i < holds->count; i++)
        free(holds->items[i].heap);
    free(holds->items);
    free(holds->places);
    *holds = (struct cdi_holds){ .items = NULL };
}

size_t cdi_holds_bytes(const struct cdi_holds *holds)
{
    size_t bytes = holds->room * sizeof *holds->items + holds->place_room * sizeof *holds->places;
    for (uint32_t i = 0; i < holds->count; i++)
        bytes += holds->items[i].room * sizeof *holds->items[i].heap;
    return bytes;
}

static struct cdi_hold *find(const struct cdi_holds *holds, struct cdi_text force)
{
    for (uint32_t i = 0; i < holds->count; i++) {
        struct cdi_hold *hold = &holds->items[i];
        if (hold->force_size == force.size && (force.size == 0 || memcmp(hold->force, force.at, force.size) == 0))
            return hold;
    }
    return NULL;
}

static struct cdi_hold *add(struct cdi_holds *holds, struct cdi_text force, struct cdi_instant judged, struct cdi_error *err)
{
    if (force.size > CDI_FORCE_MAX) {
        cdi_fail(err, CDI_ERROR_LIMIT, "a force's code of %zu bytes; the limit is %d", force.size, CDI_FORCE_MAX);
        return NULL;
    }
    if (holds->count == holds->room) {
        uint32_t room = holds->room * 2 + 8;
        struct cdi_hold *items = realloc(holds->items, room * sizeof *items);
        if (items == NULL) {
            cdi_fail(err, CDI_ERROR_SYSTEM, "no memory to hold another force");
            return NULL;
        }
        holds->items = items;
        holds->room = room;
    }
    struct cdi_hold *hold = &holds->items[holds->count++];
    *hold = (struct cdi_hold){ .force_size = (uint32_t)force.size, .held = true, .sure = judged };
    if (force.size != 0)
        memcpy(hold->force, force.at, force.size);
    return hold;
}

bool cdi_holds_set(struct cdi_holds *holds, struct cdi_text force, struct cdi_instant sure_until, struct cdi_instant judged,
                   struct cdi_error *err)
{
    struct cdi_hold *hold = find(holds, force);
    bool held = cdi_instant_said(sure_until);
    if (hold == NULL && !held)
        return true;
    if (hold == NULL)
        hold = add(holds, force, judged, err);
    if (hold == NULL)
        return false;
    if (hold->held != held)
        holds->lifted += held ? UINT32_MAX : 1;         /* one less, or one more */
    hold->held = held;
    hold->sure = cdi_instant_later(hold->sure, sure_until);
    return true;
}

struct cdi_instant cdi_holds_sure(const struct cdi_holds *holds, struct cdi_text force, struct cdi_instant now)
{
    const struct cdi_hold *hold = holds->count == 0 ? NULL : find(holds, force);
    return hold != NULL && hold->held && cdi_instant_before(hold->sure, now) ? hold->sure : now;
}

void cdi_holds_settled(struct cdi_holds *holds)
{
    for (uint32_t i = 0; holds->lifted != 0 && i < holds->count;) {
        struct cdi_hold *hold = &holds->items[i];
        if (hold->held || hold->waiting != 0) {
            i++;
            continue;
        }
        free(hold->heap);
        *hold = holds->items[--holds->count];
        holds->lifted--;
    }
}

/* ---- a heap that knows where each of its reports is ---- */

static bool earlier(const struct cdi_waiting_report *a, const struct cdi_waiting_report *b)
{
    return a->at.ms != b->at.ms ? a->at.ms < b->at.ms : a->handle < b->handle;
}

static void put(struct cdi_holds *holds, struct cdi_hold *hold, uint32_t at, struct cdi_waiting_report report)
{
    hold->heap[at] = report;
    holds->places[report.handle] = at + 1;
}

static void settle_in(struct cdi_holds *holds, struct cdi_hold *hold, uint32_t at, struct cdi_waiting_report report)
{
    for (; at > 0 && earlier(&report, &hold->heap[(at - 1) / 2]); at = (at - 1) / 2)
        put(holds, hold, at, hold->heap[(at - 1) / 2]);
    for (uint32_t child = 2 * at + 1; child < hold->waiting; child = 2 * at + 1) {
        if (child + 1 < hold->waiting && earlier(&hold->heap[child + 1], &hold->heap[child]))
            child++;
        if (!earlier(&hold->heap[child], &report))
            break;
        put(holds, hold, at, hold->heap[child]);
        at = child;
    }
    put(holds, hold, at, report);
}

static void leave(struct cdi_holds *holds, struct cdi_hold *hold, uint32_t handle)
{
    uint32_t at = holds->places[handle] - 1;
    struct cdi_waiting_report last = hold->heap[--hold->waiting];
    holds->places[handle] = 0;
    if (at != hold->waiting)
        settle_in(holds, hold, at, last);
}

static bool make_room(struct cdi_holds *holds, struct cdi_hold *hold, uint32_t handle, struct cdi_error *err)
{
    if (handle >= holds->place_room) {
        uint32_t room = handle + handle / 8 + 1024;
        uint32_t *places = realloc(holds->places, room * sizeof *places);
        if (places == NULL)
            return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for reports that wait");
        memset(places + holds->place_room, 0, (room - holds->place_room) * sizeof *places);
        holds->places = places;
        holds->place_room = room;
    }
    if (hold->waiting == hold->room) {
        uint32_t room = hold->room + hold->room / 2 + 64;
        struct cdi_waiting_report *heap = realloc(hold->heap, room * sizeof *heap);
        if (heap == NULL)
            return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for reports that wait");
        hold->heap = heap;
        hold->room = room;
    }
    return true;
}

bool cdi_holds_wait(struct cdi_holds *holds, struct cdi_text force, const struct cdi_waiting_report *report,
                    struct cdi_error *err)
{
    struct cdi_hold *hold = find(holds, force);
    bool waits = report->handle < holds->place_room && holds->places[report->handle] != 0;
    if (hold == NULL || (!waits && !cdi_instant_said(report->at)))
        return true;
    if (!cdi_instant_said(report->at)) {
        leave(holds, hold, report->handle);
        return true;
    }
    if (waits) {
        settle_in(holds, hold, holds->places[report->handle] - 1, *report);
        return true;
    }
    if (!make_room(holds, hold, report->handle, err))
        return false;
    settle_in(holds, hold, hold->waiting++, *report);
    return true;
}

const struct cdi_waiting_report *cdi_holds_freed(const struct cdi_holds *holds, struct cdi_text force)
{
    const struct cdi_hold *hold = find(holds, force);
    if (hold == NULL || hold->waiting == 0)
        return NULL;
    return hold->held && cdi_instant_before(hold->sure, hold->heap[0].at) ? NULL : &hold->heap[0];
}
