#include <stdlib.h>

#include "core/caseload_inside.h"

/* A case found, with what orders it. */
struct found { uint32_t distance, handle; struct cdi_text force, reference; };

static int by_distance(const void *x, const void *y)
{
    const struct found *a = x, *b = y;
    if (a->distance != b->distance)
        return a->distance < b->distance ? -1 : 1;
    if (a->handle == b->handle)
        return 0;
    int result = cdi_text_compare(a->force, b->force);
    return result != 0 ? result : cdi_text_compare(a->reference, b->reference);
}

/* Everything posted under the keys within [from, to], once each, the first `room` by distance from keys->when. */
static size_t find_posted(const struct cdi_caseload *load, enum cdi_case_kind which, const struct cdi_keys *keys, uint32_t from,
                          uint32_t to, uint32_t *handles, size_t room, bool *more)
{
    const struct kind *kind = &load->kinds[which];
    struct cdi_scratch scratch = CDI_SCRATCH_EMPTY;
    const uint32_t *posted;
    size_t total = 0, count = 0, kept = 0;
    for (size_t i = 0; i < keys->count; i++)
        total += cdi_postings_find(&kind->postings, keys->keys[i], from, to, &posted);
    struct found few[64], *found = total <= sizeof few / sizeof *few ? few : cdi_scratch_take(&scratch, total * sizeof *found);
    for (size_t i = 0; i < keys->count && total > 0; i++)
        for (size_t n = cdi_postings_find(&kind->postings, keys->keys[i], from, to, &posted); n > 0; n--, posted++) {
            if (slot_at(kind, *posted)->size == 0)
                continue;
            uint32_t when = slot_at(kind, *posted)->when;
            struct found *one = &found[count++];
            *one = (struct found){ when > keys->when ? when - keys->when : keys->when - when, *posted, CDI_TEXT_NONE,
                                   CDI_TEXT_NONE };
            cdi_caseload_key(load, which, *posted, &one->force, &one->reference);
        }
    if (count > 1)
        qsort(found, count, sizeof *found, by_distance);
    bool left = false;
    for (size_t i = 0; i < count && !left; i++) {
        if (kept > 0 && handles[kept - 1] == found[i].handle)
            continue;
        left = kept == room;
        if (!left)
            handles[kept++] = found[i].handle;
    }
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
