#include <stdlib.h>
#include <string.h>

#include "codec/table_bind.h"

/* One allocation after another in a list: there are few, and all go together. */
struct piece { struct piece *next; max_align_t memory[]; };
struct cdi_table_store { struct piece *pieces; };

struct cdi_table_store *cdi_table_store_create(void)
{
    return calloc(1, sizeof(struct cdi_table_store));
}

void cdi_table_store_destroy(struct cdi_table_store *store)
{
    if (store == NULL)
        return;
    for (struct piece *piece = store->pieces; piece != NULL;) {
        struct piece *next = piece->next;
        free(piece);
        piece = next;
    }
    free(store);
}

void *cdi_table_store_take(struct cdi_table_store *store, size_t count, size_t size)
{
    if (size != 0 && count > (SIZE_MAX - sizeof(struct piece)) / size)
        return NULL;
    struct piece *piece = calloc(1, sizeof *piece + count * size);
    if (piece == NULL)
        return NULL;
    piece->next = store->pieces;
    store->pieces = piece;
    return piece->memory;
}

struct cdi_text cdi_table_store_text(struct cdi_table_store *store, struct cdi_text text)
{
    if (!cdi_text_said(text))
        return CDI_TEXT_NONE;
    char *copy = cdi_table_store_take(store, text.size + 1, 1);
    if (copy == NULL)
        return CDI_TEXT_NONE;
    memcpy(copy, text.at, text.size);
    return (struct cdi_text){ copy, text.size };
}
