#include <stdlib.h>

#include "core/caseload_inside.h"

/* A case found.  Cases equally far are told apart by their keys, which are looked for only then: they lie all over memory. */
struct found { uint32_t distance, handle; const struct search *of; };
struct search { const struct cdi_caseload *load; enum cdi_case_kind kind; };
struct span { const uint32_t *handles; size_t count; };

static int by_distance(const void *x, const void *y)
{
    const struct found *a = x, *b = y;
    struct cdi_text a_force, a_reference, b_force, b_reference;
    if (a->distance != b->distance)
        return a->distance < b->distance ? -1 : 1;
    if (a->handle == b->handle)
        return 0;
    cdi_caseload_key(a->of->load, a->of->kind, a->handle, &a_force, &a_reference);
    cdi_caseload_key(b->of->load, b->of->kind, b->handle, &b_force, &b_reference);
    int result = cdi_text_compare(a_force, b_force);
    return result != 0 ? result : cdi_text_compare(a_reference, b_reference);
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
    struct found few[64], *found = total <= sizeof few / sizeof *few ? few : cdi_scratch_take(&scratch, total * sizeof *found);
    for (size_t i = 0; i < keys->count && count < total; i++)
        for (size_t n = 0; n < spans[i].count; n++) {
            uint32_t handle = spans[i].handles[n], when = slot_at(kind, handle)->when;
            if (slot_at(kind, handle)->size != 0)
                found[count++] = (struct found){ when > keys->when ? when - keys->when : keys->when - when, handle, &search };
        }
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

size_t cdi_caseload_candidates(const struct cdi_caseload *load, enum cdi_case_kind kind, const struct cdi_search *search,
                               uint32_t *handles, size_t room, bool *more)
{
    struct cdi_keys keys;
    cdi_keys_of_search(search, &keys);
    uint32_t from = cdi_keys_minute(cdi_instant_after(search->around, (struct cdi_span){ -search->before.ms }));
    uint32_t to = cdi_keys_minute(cdi_instant_after(search->around, search->after));
    return find_posted(load, kind, &keys, from, to, handles, room, more);
}
