#include "edge/view_batch.h"

#include <stdlib.h>
#include <string.h>

static struct cdi_view_row *keep(struct cdi_view_batch *batch, const struct cdi_view_row *row)
{
    struct cdi_view_row *kept = cdi_scratch_take(&batch->room, sizeof *kept);
    struct cdi_text *const texts[] = { &kept->force, &kept->name, &kept->document, &kept->incident, &kept->bcu, &kept->beat, &kept->unit,
                                       &kept->owner, &kept->watches };
    *kept = *row;
    batch->bytes += sizeof *kept;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        *texts[i] = cdi_scratch_text(&batch->room, *texts[i]);
        batch->bytes += texts[i]->size;
    }
    return kept;
}

static struct cdi_view_due *due_for(struct cdi_view_batch *batch, struct cdi_text key)
{
    size_t at = cdi_text_hash(key, 0) % CDI_VIEW_BATCH_SLOTS;
    while (batch->slots[at] != 0 && !cdi_text_same(batch->due[batch->slots[at] - 1].key, key))
        at = (at + 1) % CDI_VIEW_BATCH_SLOTS;
    if (batch->slots[at] == 0) {
        CDI_ASSERT(batch->count < CDI_VIEW_BATCH_KEYS);
        batch->due[batch->count] = (struct cdi_view_due){ .key = cdi_scratch_text(&batch->room, key) };
        batch->slots[at] = (uint16_t)++batch->count;
    }
    return &batch->due[batch->slots[at] - 1];
}

/* An alert is known by its id, under whatever force; the others by the keys of their messages. */
void cdi_view_batch_take(struct cdi_view_batch *batch, struct cdi_text key, const struct cdi_view_row *row)
{
    struct cdi_view_due *due = due_for(batch, row->kind == CDI_VIEW_ALERT ? row->name : key);
    if (row->gone) {
        due->gone = keep(batch, row);
        due->said = NULL;
    } else if (due->said == NULL || cdi_view_row_wins(row, due->said->version, due->said->document)) {
        due->said = keep(batch, row);
    }
}

bool cdi_view_batch_full(const struct cdi_view_batch *batch)
{
    return batch->count == CDI_VIEW_BATCH_KEYS || batch->bytes >= CDI_VIEW_BATCH_BYTES;
}

static int by_key(const void *a, const void *b)
{
    return cdi_text_compare(((const struct cdi_view_due *)a)->key, ((const struct cdi_view_due *)b)->key);
}

bool cdi_view_batch_write(struct cdi_view_batch *batch, cdi_view_write write, void *context, struct cdi_error *err)
{
    bool good = true;
    qsort(batch->due, batch->count, sizeof *batch->due, by_key);
    for (size_t i = 0; good && i < batch->count; i++) {
        const struct cdi_view_due *due = &batch->due[i];
        good = (due->gone == NULL || write(context, due->gone, err)) && (due->said == NULL || write(context, due->said, err));
    }
    cdi_view_batch_clear(batch);
    return good;
}

void cdi_view_batch_clear(struct cdi_view_batch *batch)
{
    if (batch->count > 0)
        memset(batch->slots, 0, sizeof batch->slots);
    batch->count = batch->bytes = 0;
    cdi_scratch_free(&batch->room);             /* a batch may be large, and most are small */
}

bool cdi_view_row_wins(const struct cdi_view_row *row, int64_t version, struct cdi_text document)
{
    return row->version > version || (row->version == version && cdi_text_compare(row->document, document) > 0);
}
