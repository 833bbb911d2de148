#include "core/schedule.h"

#include <stdlib.h>
#include <string.h>

/* Six wheels of 64 buckets: a second, a minute or so, an hour or so ... 2,177 years.  A deadline stands in the wheel of the
 * highest digit (base 64) in which its second differs from the wheel's now, and falls to a lower one when that digit comes
 * round.  What is due moves to a heap in exact order. */
enum { WHEELS = 6, BUCKET_BITS = 6, BUCKETS = 1 << BUCKET_BITS, FAR_BUCKET = WHEELS * BUCKETS, ALL_BUCKETS };

#define NOWHERE UINT32_MAX
#define IN_HEAP ((uint32_t)1 << 31)             /* in node.bucket, with the heap's index in node.next */

struct node {
    int64_t due_ms;
    uint32_t next, prev;                        /* handles; NOWHERE at the ends.  In the heap, prev is front()'s word */
    uint32_t bucket;                            /* NOWHERE: no deadline */
    uint32_t risk;
};

struct cdi_schedule {
    uint32_t (*front)(const void *context, uint32_t handle);
    int (*tie)(const void *context, uint32_t a, uint32_t b);
    const void *context;
    struct node *nodes;
    size_t node_room, count;
    int64_t second;                             /* the wheels' now: buckets before it are empty */
    uint32_t heads[ALL_BUCKETS];
    uint64_t filled[WHEELS];                    /* a bit a bucket that is not empty */
    uint32_t *heap;
    size_t heap_count, heap_room;
    int64_t next_ms;                            /* the earliest in the wheels, if next_known */
    bool next_known;
};

struct cdi_schedule *cdi_schedule_create(uint32_t (*front)(const void *context, uint32_t handle),
                                         int (*tie)(const void *context, uint32_t a, uint32_t b), const void *context)
{
    struct cdi_schedule *schedule = calloc(1, sizeof *schedule);
    if (schedule == NULL)
        return NULL;
    schedule->front = front;
    schedule->tie = tie;
    schedule->context = context;
    schedule->second = INT64_MIN / 1000;
    for (size_t i = 0; i < ALL_BUCKETS; i++)
        schedule->heads[i] = NOWHERE;
    return schedule;
}

void cdi_schedule_destroy(struct cdi_schedule *schedule)
{
    if (schedule == NULL)
        return;
    free(schedule->nodes);
    free(schedule->heap);
    free(schedule);
}

/* Whole seconds, towards the past: an instant belongs to the second that holds it. */
static int64_t second_of(int64_t ms) { return ms >= 0 ? ms / 1000 : -((-(ms + 1)) / 1000) - 1; }

static bool node_before(const struct cdi_schedule *schedule, uint32_t a, uint32_t b)
{
    const struct node *x = &schedule->nodes[a], *y = &schedule->nodes[b];
    if (x->due_ms != y->due_ms)
        return x->due_ms < y->due_ms;
    if (x->risk != y->risk)
        return x->risk < y->risk;
    if (x->prev != y->prev)
        return x->prev < y->prev;
    int tied = schedule->tie == NULL ? 0 : schedule->tie(schedule->context, a, b);
    return tied != 0 ? tied < 0 : a < b;
}

static void heap_set(struct cdi_schedule *schedule, size_t at, uint32_t handle)
{
    schedule->heap[at] = handle;
    schedule->nodes[handle].bucket = IN_HEAP;
    schedule->nodes[handle].next = (uint32_t)at;
}

static void heap_rise(struct cdi_schedule *schedule, size_t at, uint32_t handle)
{
    while (at > 0 && node_before(schedule, handle, schedule->heap[(at - 1) / 2])) {
        heap_set(schedule, at, schedule->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    heap_set(schedule, at, handle);
}

static void heap_join(struct cdi_schedule *schedule, uint32_t handle)
{
    schedule->nodes[handle].prev = schedule->front == NULL ? 0 : schedule->front(schedule->context, handle);
    heap_rise(schedule, schedule->heap_count++, handle);
}

static void heap_sink(struct cdi_schedule *schedule, size_t at, uint32_t handle)
{
    for (size_t child = 2 * at + 1; child < schedule->heap_count; child = 2 * at + 1) {
        if (child + 1 < schedule->heap_count && node_before(schedule, schedule->heap[child + 1], schedule->heap[child]))
            child++;
        if (!node_before(schedule, schedule->heap[child], handle))
            break;
        heap_set(schedule, at, schedule->heap[child]);
        at = child;
    }
    heap_set(schedule, at, handle);
}

static void heap_remove(struct cdi_schedule *schedule, size_t at)
{
    uint32_t last = schedule->heap[--schedule->heap_count];
    if (at == schedule->heap_count)
        return;
    heap_sink(schedule, at, last);
    heap_rise(schedule, schedule->nodes[last].next, last);
}

/* Where a second stands, seen from the wheels' now; what lies before now stands in now's own bucket. */
static uint32_t bucket_of(const struct cdi_schedule *schedule, int64_t second)
{
    if (second < schedule->second)
        second = schedule->second;
    uint64_t differ = (uint64_t)second ^ (uint64_t)schedule->second;
    unsigned wheel = differ == 0 ? 0 : (63 - (unsigned)__builtin_clzll(differ)) / BUCKET_BITS;
    if (wheel >= WHEELS)
        return FAR_BUCKET;
    return wheel * BUCKETS + (uint32_t)((uint64_t)second >> (wheel * BUCKET_BITS) & (BUCKETS - 1));
}

static void bucket_put(struct cdi_schedule *schedule, uint32_t handle)
{
    struct node *node = &schedule->nodes[handle];
    node->bucket = bucket_of(schedule, second_of(node->due_ms));
    node->prev = NOWHERE;
    node->next = schedule->heads[node->bucket];
    if (node->next != NOWHERE)
        schedule->nodes[node->next].prev = handle;
    schedule->heads[node->bucket] = handle;
    if (node->bucket < FAR_BUCKET)
        schedule->filled[node->bucket / BUCKETS] |= (uint64_t)1 << node->bucket % BUCKETS;
}

static void bucket_remove(struct cdi_schedule *schedule, uint32_t handle)
{
    struct node *node = &schedule->nodes[handle];
    if (node->next != NOWHERE)
        schedule->nodes[node->next].prev = node->prev;
    if (node->prev != NOWHERE)
        schedule->nodes[node->prev].next = node->next;
    else
        schedule->heads[node->bucket] = node->next;
    if (node->bucket < FAR_BUCKET && schedule->heads[node->bucket] == NOWHERE)
        schedule->filled[node->bucket / BUCKETS] &= ~((uint64_t)1 << node->bucket % BUCKETS);
}

static bool nodes_reach(struct cdi_schedule *schedule, uint32_t handle)
{
    if (handle < schedule->node_room)
        return true;
    size_t room = schedule->node_room == 0 ? 64 : schedule->node_room;
    while (room <= handle)
        room += room / 8;
    struct node *nodes = realloc(schedule->nodes, room * sizeof *nodes);
    if (nodes == NULL)
        return false;
    for (size_t i = schedule->node_room; i < room; i++)
        nodes[i].bucket = NOWHERE;
    schedule->nodes = nodes;
    schedule->node_room = room;
    return true;
}

/* Every deadline must find room in the heap when its time comes, so the room is made when it is set. */
static bool heap_reach(struct cdi_schedule *schedule, size_t count)
{
    if (count <= schedule->heap_room)
        return true;
    size_t room = count + count / 8 + 64;
    uint32_t *heap = realloc(schedule->heap, room * sizeof *heap);
    if (heap == NULL)
        return false;
    schedule->heap = heap;
    schedule->heap_room = room;
    return true;
}

static bool has_deadline(const struct cdi_schedule *schedule, uint32_t handle)
{
    return handle < schedule->node_room && schedule->nodes[handle].bucket != NOWHERE;
}

void cdi_schedule_remove(struct cdi_schedule *schedule, uint32_t handle)
{
    if (!has_deadline(schedule, handle))
        return;
    struct node *node = &schedule->nodes[handle];
    if (node->bucket == IN_HEAP) {
        heap_remove(schedule, node->next);
    } else {
        bucket_remove(schedule, handle);
        schedule->next_known = schedule->next_known && node->due_ms != schedule->next_ms;
    }
    node->bucket = NOWHERE;
    schedule->count--;
}

bool cdi_schedule_set(struct cdi_schedule *schedule, uint32_t handle, struct cdi_instant due_at, enum cdi_risk risk,
                      struct cdi_error *err)
{
    if (has_deadline(schedule, handle) && schedule->nodes[handle].due_ms == due_at.ms &&
        schedule->nodes[handle].risk == (uint32_t)risk)
        return true;
    cdi_schedule_remove(schedule, handle);
    if (!cdi_instant_said(due_at))
        return true;
    if (!nodes_reach(schedule, handle) || !heap_reach(schedule, schedule->count + 1))
        return cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for another deadline");
    struct node *node = &schedule->nodes[handle];
    node->due_ms = due_at.ms;
    node->risk = (uint32_t)risk;
    if (schedule->count == 0)
        schedule->next_known = false;
    bucket_put(schedule, handle);
    if (schedule->next_known && due_at.ms < schedule->next_ms)
        schedule->next_ms = due_at.ms;
    schedule->count++;
    return true;
}

struct cdi_instant cdi_schedule_of(const struct cdi_schedule *schedule, uint32_t handle)
{
    return has_deadline(schedule, handle) ? (struct cdi_instant){ schedule->nodes[handle].due_ms } : CDI_INSTANT_NONE;
}

/* Takes a whole bucket out; each of its deadlines goes to the heap if it is due, else back to where it now belongs. */
static void bucket_empty(struct cdi_schedule *schedule, uint32_t bucket, int64_t now_ms)
{
    uint32_t handle = schedule->heads[bucket];
    schedule->heads[bucket] = NOWHERE;
    if (bucket < FAR_BUCKET)
        schedule->filled[bucket / BUCKETS] &= ~((uint64_t)1 << bucket % BUCKETS);
    while (handle != NOWHERE) {
        uint32_t next = schedule->nodes[handle].next;
        if (schedule->nodes[handle].due_ms <= now_ms)
            heap_join(schedule, handle);
        else
            bucket_put(schedule, handle);
        handle = next;
    }
}

/* Turns the wheels to a second: every bucket that the turn passes or enters is emptied, from the far ones down, so that what
 * falls to a lower wheel is there when that one turns. */
static void wheels_turn(struct cdi_schedule *schedule, int64_t second, int64_t now_ms)
{
    uint64_t before = (uint64_t)schedule->second, after = (uint64_t)second, differ = before ^ after;
    schedule->second = second;
    if (differ >> (WHEELS * BUCKET_BITS) != 0)
        bucket_empty(schedule, FAR_BUCKET, now_ms);
    for (int wheel = WHEELS - 1; wheel >= 0; wheel--) {
        int shift = wheel * BUCKET_BITS;
        uint64_t passed = 0;
        unsigned to = (unsigned)(after >> shift & (BUCKETS - 1));
        if (shift + BUCKET_BITS < 64 && differ >> (shift + BUCKET_BITS) != 0)
            passed = ~(uint64_t)0;                      /* a higher digit moved: this wheel's round is over */
        else
            passed = to == BUCKETS - 1 ? ~(uint64_t)0 : ((uint64_t)2 << to) - 1;
        for (uint64_t full = schedule->filled[wheel] & passed; full != 0; full &= full - 1)
            bucket_empty(schedule, (uint32_t)(wheel * BUCKETS + __builtin_ctzll(full)), now_ms);
    }
}

size_t cdi_schedule_pop(struct cdi_schedule *schedule, struct cdi_instant now, uint32_t *handles, size_t room)
{
    size_t popped = 0;
    int64_t second = second_of(now.ms);
    if (!cdi_instant_said(now))
        return 0;
    if (second < schedule->second)
        second = schedule->second;
    if (schedule->next_known && now.ms >= schedule->next_ms)
        schedule->next_known = false;
    wheels_turn(schedule, second, now.ms);
    while (popped < room && schedule->heap_count > 0) {
        uint32_t handle = schedule->heap[0];
        handles[popped++] = handle;
        heap_remove(schedule, 0);
        schedule->nodes[handle].bucket = NOWHERE;
        schedule->count--;
    }
    return popped;
}

static int64_t earliest_in(const struct cdi_schedule *schedule, uint32_t bucket)
{
    int64_t earliest = INT64_MAX;
    for (uint32_t handle = schedule->heads[bucket]; handle != NOWHERE; handle = schedule->nodes[handle].next)
        if (schedule->nodes[handle].due_ms < earliest)
            earliest = schedule->nodes[handle].due_ms;
    return earliest;
}

/* The lowest wheel's first bucket holds the earliest: higher wheels hold what is further off. */
static int64_t wheels_earliest(const struct cdi_schedule *schedule)
{
    for (uint32_t wheel = 0; wheel < WHEELS; wheel++)
        if (schedule->filled[wheel] != 0)
            return earliest_in(schedule, wheel * BUCKETS + (uint32_t)__builtin_ctzll(schedule->filled[wheel]));
    return earliest_in(schedule, FAR_BUCKET);
}

struct cdi_instant cdi_schedule_next(struct cdi_schedule *schedule)
{
    if (schedule->count == 0)
        return CDI_INSTANT_NONE;
    struct cdi_instant next = { INT64_MAX };
    if (schedule->heap_count > 0)
        next.ms = schedule->nodes[schedule->heap[0]].due_ms;
    if (schedule->count > schedule->heap_count) {
        if (!schedule->next_known)
            schedule->next_ms = wheels_earliest(schedule);
        schedule->next_known = true;
        if (schedule->next_ms < next.ms)
            next.ms = schedule->next_ms;
    }
    return next;
}

void cdi_schedule_tidy(struct cdi_schedule *schedule, uint32_t bound)
{
    size_t nodes = (size_t)bound + 64, heap = schedule->count + 64;
    void *smaller = nodes < schedule->node_room / 2 ? realloc(schedule->nodes, nodes * sizeof *schedule->nodes) : NULL;
    if (smaller != NULL) {
        schedule->nodes = smaller;
        schedule->node_room = nodes;
    }
    smaller = heap < schedule->heap_room / 2 ? realloc(schedule->heap, heap * sizeof *schedule->heap) : NULL;
    if (smaller != NULL) {
        schedule->heap = smaller;
        schedule->heap_room = heap;
    }
}

size_t cdi_schedule_count(const struct cdi_schedule *schedule) { return schedule->count; }

size_t cdi_schedule_bytes(const struct cdi_schedule *schedule)
{
    return sizeof *schedule + schedule->node_room * sizeof *schedule->nodes + schedule->heap_room * sizeof *schedule->heap;
}
