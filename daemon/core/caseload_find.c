#include <stdlib.h>

#include "core/caseload_inside.h"

/* A case found.  Cases equally far are told apart by their keys, which are looked for only then: they lie all over memory. */
struct found { uint32_t distance, handle; const struct search *of; };
struct search { const struct cdi_caseload *load; enum cdi_case_kind kind; };
struct span { const uint32_t *handles; size_t count; };
enum { FEW = 256 };                             /* found without memory of its own */

int cdi_caseload_key_order(const struct cdi_caseload *load, enum cdi_case_kind kind, uint32_t a, uint32_t b)
{
    struct cdi_text a_force, a_reference, b_force, b_reference;
    if (a == b)
        return 0;
    cdi_caseload_key(load, kind, a, &a_force, &a_reference);
    cdi_caseload_key(load, kind, b, &b_force, &b_reference);
    int result = cdi_text_compare(a_force, b_force);
    return result != 0 ? result : cdi_text_compare(a_reference, b_reference);
}

static int by_distance(const void *x, const void *y)
{
    const struct found *a = x, *b = y;
    if (a->distance != b->distance)
        return a->distance < b->distance ? -1 : 1;
    return cdi_caseload_key_order(a->of->load, a->of->kind, a->handle, b->handle);
}

/* What is posted under each key within [from, to]; gives back how many in all. */
static size_t find_spans(const struct cdi_postings *postings, const struct cdi_keys *keys, uint32_t from, uint32_t to,
                         struct span *spans)
{
    size_t total = 0;
    for (size_t i = 0; i < keys->count; i++)
        cdi_postings_fetch(postings, keys->keys[i]);
    for (size_t i = 0; i < keys->count; i++) {
        spans[i].count = cdi_postings_find(postings, keys->keys[i], from, to, &spans[i].handles);
        total += spans[i].count;
    }
    return total;
}

/* Of one span, which is in order of time: as many as may be asked for and one to know that there are more, nearest first, and all
 * that are as near as the last of them.  A common postcode or cell has thousands, of which the rest is not looked at. */
static size_t take_nearest(const struct kind *kind, struct span span, uint32_t when, size_t room, const struct search *search,
                           struct found *found)
{
    size_t right = 0, high = span.count, count = 0;
    while (right < high) {
        size_t middle = right + (high - right) / 2;
        if (slot_at(kind, span.handles[middle])->when < when)
            right = middle + 1;
        else
            high = middle;
    }
    for (size_t left = right; left > 0 || right < span.count;) {
        uint32_t before = left > 0 ? when - slot_at(kind, span.handles[left - 1])->when : UINT32_MAX;
        uint32_t after = right < span.count ? slot_at(kind, span.handles[right])->when - when : UINT32_MAX;
        uint32_t distance = before < after ? before : after;
        if (count > room && found[count - 1].distance != distance)
            break;
        bool earlier = left > 0 && before == distance;
        found[count++] = (struct found){ distance, span.handles[earlier ? --left : right++], search };
    }
    return count;
}

/* The first `room` of what was found, in order, once each. */
static size_t keep_nearest(struct found *found, size_t count, uint32_t *handles, size_t room, bool *left)
{
    size_t kept = 0;
    *left = false;
    if (count > 1)
        qsort(found, count, sizeof *found, by_distance);
    for (size_t i = 0; i < count && !*left; i++) {
        if (kept > 0 && handles[kept - 1] == found[i].handle)
            continue;
        *left = kept == room;
        if (!*left)
            handles[kept++] = found[i].handle;
    }
    return kept;
}

/* Everything posted under the keys within [from, to], once each, the first `room` by distance from keys->when. */
static size_t find_posted(const struct cdi_caseload *load, enum cdi_case_kind which, const struct cdi_keys *keys, uint32_t from,
                          uint32_t to, uint32_t *handles, size_t room, bool *more)
{
    const struct kind *kind = &load->kinds[which];
    const struct search search = { load, which };
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    struct span spans[CDI_KEYS_MAX];
    size_t total = find_spans(&kind->postings, keys, from, to, spans), count = 0;
    if (more != NULL)
        *more = false;
    if (total == 0)
        return 0;                               /* as nearly always */
    struct found few[FEW], *found = total <= FEW ? few : cdi_scratch_take(&scratch, total * sizeof *found);
    for (size_t i = 0; i < keys->count; i++)
        count += take_nearest(kind, spans[i], keys->when, room, &search, found + count);
    bool left;
    size_t kept = keep_nearest(found, count, handles, room, &left);
    if (more != NULL)
        *more = left;
    cdi_scratch_free(&scratch);
    return kept;
}

size_t cdi_caseload_naming(const struct cdi_caseload *load, enum cdi_naming naming, struct cdi_text force,
                           struct cdi_text reference, uint32_t *handles, size_t room, bool *more)
{
    bool crimes = naming == CDI_NAMING_CRIMES_OF_INCIDENT || naming == CDI_NAMING_DUPLICATES;
    struct cdi_keys keys;
    keys.count = 1;
    keys.when = 0;
    keys.keys[0] = cdi_keys_reference(naming, force, reference);
    return find_posted(load, crimes ? CDI_CASE_CRIME : CDI_CASE_INCIDENT, &keys, 0, UINT32_MAX, handles, room, more);
}

size_t cdi_caseload_candidates(struct cdi_caseload *load, enum cdi_case_kind kind, const struct cdi_search *search,
                               uint32_t *handles, size_t room, bool *more)
{
    struct cdi_keys keys;
    cdi_keys_of_search(search, &keys);
    uint32_t from = cdi_keys_minute(cdi_instant_after(search->around, (struct cdi_span){ -search->before.ms }));
    uint32_t to = cdi_keys_minute(cdi_instant_after(search->around, search->after));
    bool cut;
    size_t count = find_posted(load, kind, &keys, from, to, handles, room, &cut);
    load->cut += cut;
    if (more != NULL)
        *more = cut;
    return count;
}
