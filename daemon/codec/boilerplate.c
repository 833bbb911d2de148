#include "codec/boilerplate.h"

#include <stdlib.h>

enum { LETTERS_LEAST = 15, PHRASE_MAX = 120 };

struct phrase { struct cdi_text text; };        /* its letters and digits alone, lower case */
struct cdi_boilerplate { struct phrase *phrases; size_t count; };

static const struct cdi_bind_column columns[] = {
    { "phrase", CDI_BIND_TEXT, offsetof(struct phrase, text), .required = true, .key = true, .most = PHRASE_MAX },
};

static const struct cdi_bind_table table = {
    "boilerplate.csv", columns, sizeof columns / sizeof *columns, sizeof(struct phrase), 1, 5000
};

static bool letter(unsigned char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

/* The following bytes of a character belong to its letter. */
static bool begins_letter(unsigned char c)
{
    return letter(c) && (c & 0xC0) != 0x80;
}

/* Writes letters and digits in lower case, at most `room`; the result is how many there are. */
static size_t bare(struct cdi_text text, char *out, size_t room)
{
    size_t size = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (!letter(c) && !(c >= '0' && c <= '9'))
            continue;
        if (size < room)
            out[size] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        size++;
    }
    return size;
}

static int by_text(const void *a, const void *b)
{
    return cdi_text_compare(((const struct phrase *)a)->text, ((const struct phrase *)b)->text);
}

struct cdi_boilerplate *cdi_boilerplate_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count)
{
    struct cdi_bound bound;
    char phrase[PHRASE_MAX];
    struct cdi_text bytes = cdi_bind_file(binder, files, count, table.name);
    if (!cdi_text_said(bytes) || !cdi_bind(binder, &table, bytes, &bound))
        return NULL;
    struct cdi_boilerplate *boilerplate = cdi_table_store_take(binder->store, 1, sizeof *boilerplate);
    if (boilerplate == NULL) {
        cdi_bind_fail_file(binder, table.name, "no memory to read the table");
        return NULL;
    }
    *boilerplate = (struct cdi_boilerplate){ bound.rows, bound.count };
    for (size_t i = 0; i < bound.count; i++) {
        struct phrase *row = &boilerplate->phrases[i];
        size_t size = bare(row->text, phrase, sizeof phrase);
        row->text = cdi_table_store_text(binder->store, (struct cdi_text){ phrase, size });
    }
    qsort(boilerplate->phrases, boilerplate->count, sizeof *boilerplate->phrases, by_text);
    return boilerplate;
}

enum cdi_rationale cdi_rationale_of(const struct cdi_boilerplate *boilerplate, struct cdi_text text)
{
    char written[PHRASE_MAX];
    size_t letters = 0;
    bool something = false;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.at[i];
        something = something || c > ' ';
        letters += begins_letter(c);
    }
    if (!something)
        return CDI_RATIONALE_ABSENT;
    if (letters < LETTERS_LEAST)
        return CDI_RATIONALE_BOILERPLATE;
    struct phrase wanted = { { written, bare(text, written, sizeof written) } };
    if (wanted.text.size > sizeof written)
        return CDI_RATIONALE_GIVEN;
    bool known = bsearch(&wanted, boilerplate->phrases, boilerplate->count, sizeof wanted, by_text) != NULL;
    return known ? CDI_RATIONALE_BOILERPLATE : CDI_RATIONALE_GIVEN;
}
