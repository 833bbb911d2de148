#include "sim/post.h"

#include <stdlib.h>
#include <string.h>

#include "cdiwatch/error.h"

static bool before(const struct cdi_sim_letter *a, const struct cdi_sim_letter *b)
{
    return a->at.ms != b->at.ms ? a->at.ms < b->at.ms : a->order < b->order;
}

static void swap(struct cdi_sim_letter *a, struct cdi_sim_letter *b)
{
    struct cdi_sim_letter kept = *a;
    *a = *b;
    *b = kept;
}

static bool grow(struct cdi_sim_post *post)
{
    if (post->count < post->room)
        return true;
    size_t room = post->room == 0 ? 256 : post->room * 2;
    struct cdi_sim_letter *moved = realloc(post->letters, room * sizeof *moved);
    if (moved == NULL)
        return false;
    post->letters = moved;
    post->room = room;
    return true;
}

bool cdi_sim_post_put(struct cdi_sim_post *post, struct cdi_instant at, enum cdi_feed feed, const char *force, struct cdi_text bytes)
{
    char *copy = grow(post) ? malloc(bytes.size + 1) : NULL;
    if (copy == NULL)
        return false;
    memcpy(copy, bytes.at, bytes.size);
    copy[bytes.size] = '\0';
    size_t i = post->count++;
    post->letters[i] = (struct cdi_sim_letter){ at, post->posted++, feed, force, copy, bytes.size };
    for (; i > 0 && before(&post->letters[i], &post->letters[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&post->letters[i], &post->letters[(i - 1) / 2]);
    return true;
}

struct cdi_sim_letter cdi_sim_post_take(struct cdi_sim_post *post)
{
    CDI_ASSERT(post->count > 0);
    struct cdi_sim_letter first = post->letters[0];
    post->letters[0] = post->letters[--post->count];
    for (size_t i = 0, child = 1; child < post->count; i = child, child = 2 * i + 1) {
        if (child + 1 < post->count && before(&post->letters[child + 1], &post->letters[child]))
            child++;
        if (!before(&post->letters[child], &post->letters[i]))
            break;
        swap(&post->letters[child], &post->letters[i]);
    }
    return first;
}

void cdi_sim_post_release(struct cdi_sim_post *post)
{
    for (size_t i = 0; i < post->count; i++)
        free(post->letters[i].bytes);
    free(post->letters);
    *post = (struct cdi_sim_post){ 0 };
}
