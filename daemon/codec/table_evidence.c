/* The tables of step 1: which concepts there are, and what they disclose. */
#include "codec/table_evidence.h"

#include <stdlib.h>
#include <string.h>

#include "codec/lexicon_rows.h"
#include "codec/table_read.h"

static const char *const categories[] = { CDI_CATEGORY_LIST(CDI_BIND_STRING) };
static const char *const meanings[] = { "asserted", "negated" };

struct disclosure_row {
    struct cdi_text phrase, with, without;
    int meant;
    uint16_t offence;
    uint64_t categories;
    int64_t weight;
};
static const struct cdi_bind_column disclosure_columns[] = {
    { "phrase", CDI_BIND_TEXT, offsetof(struct disclosure_row, phrase), .required = true, .key = true },
    { "meant", CDI_BIND_WORD, offsetof(struct disclosure_row, meant), .required = false, .key = true, CDI_BIND_WORDS(meanings) },
    { "with", CDI_BIND_TEXT, offsetof(struct disclosure_row, with), .required = false, .key = true },
    { "without", CDI_BIND_TEXT, offsetof(struct disclosure_row, without), .required = false, .key = true },
    { "class", CDI_BIND_CLASS, offsetof(struct disclosure_row, offence), .required = false, .key = true },
    { "category", CDI_BIND_SET, offsetof(struct disclosure_row, categories), .required = false, .key = true,
      CDI_BIND_WORDS(categories) },
    { "weight", CDI_BIND_INTEGER, offsetof(struct disclosure_row, weight), .required = true, .least = -CDI_EVIDENCE_WEIGHT_MOST,
      .most = CDI_EVIDENCE_WEIGHT_MOST },
};
static const struct cdi_bind_table disclosure_table = { "disclosures.csv",
                                                        disclosure_columns,
                                                        sizeof disclosure_columns / sizeof *disclosure_columns,
                                                        sizeof(struct disclosure_row),
                                                        1,
                                                        0 };

/* ---- phrases.csv: the concepts ---- */

static int phrase_order(const void *a, const void *b)
{
    const struct cdi_phrase *first = a, *second = b;
    return first->key < second->key ? -1 : first->key > second->key;
}

static struct cdi_phrase *phrase_with_key(struct cdi_evidence *evidence, uint32_t key)
{
    for (size_t i = 0; i < evidence->phrase_count; i++)
        if (evidence->phrases[i].key == key)
            return &evidence->phrases[i];
    return NULL;
}

static bool take_phrase(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row)
{
    struct cdi_evidence *evidence = &binder->tables->evidence;
    const struct cdi_phrase_row *cells = (const struct cdi_phrase_row *)bound->rows + row;
    uint32_t key = cdi_phrase_key(cells->phrase);
    struct cdi_phrase *phrase = phrase_with_key(evidence, key);
    if (cells->kind > CDI_PHRASE_KIND_TERM)
        return true;
    if (phrase != NULL && !cdi_text_same(phrase->name, cells->phrase))
        return cdi_bind_fail(binder, bound, row, "phrase", "it has the same key as \"%.*s\": choose another name",
                             CDI_TEXT_ARGS(phrase->name));
    if (phrase == NULL && evidence->phrase_count == CDI_PHRASES_MAX)
        return cdi_bind_fail(binder, bound, row, "phrase", "more than %d phrases: merge some", CDI_PHRASES_MAX);
    if (phrase == NULL && key == 0)
        return cdi_bind_fail(binder, bound, row, "phrase", "its key is 0: choose another name");
    if (phrase == NULL && !cdi_text_said(cells->words))
        return cdi_bind_fail(binder, bound, row, "words", "the first row of a phrase must say in plain words what it means");
    if (phrase == NULL) {
        phrase = &evidence->phrases[evidence->phrase_count++];
        *phrase = (struct cdi_phrase){ .key = key, .name = cells->phrase, .words = cells->words };
    }
    phrase->domestic = phrase->domestic || cdi_phrase_marked(cells, CDI_PHRASE_MARK_DOMESTIC);
    phrase->child = phrase->child || cdi_phrase_marked(cells, CDI_PHRASE_MARK_CHILD);
    phrase->hate = phrase->hate || cdi_phrase_marked(cells, CDI_PHRASE_MARK_HATE);
    phrase->owners = phrase->owners || cdi_phrase_marked(cells, CDI_PHRASE_MARK_OWNERS);
    phrase->targeted = phrase->targeted || cdi_phrase_marked(cells, CDI_PHRASE_MARK_TARGETED);
    phrase->repeated = phrase->repeated || cdi_phrase_marked(cells, CDI_PHRASE_MARK_REPEATED);
    phrase->partners = phrase->partners || cdi_phrase_marked(cells, CDI_PHRASE_MARK_PARTNERS);
    phrase->confirms = phrase->confirms || cdi_phrase_marked(cells, CDI_PHRASE_MARK_CONFIRMS);
    phrase->apart = phrase->apart || cdi_phrase_marked(cells, CDI_PHRASE_MARK_APART);
    if (cdi_phrase_marked(cells, CDI_PHRASE_MARK_OFFENDERS))
        phrase->offenders = cdi_phrase_tells_of(cells);
    return true;
}

static void fill_slots(struct cdi_evidence *evidence)
{
    enum { SLOTS = sizeof evidence->slots / sizeof *evidence->slots };
    for (size_t i = 0; i < SLOTS; i++)
        evidence->slots[i] = CDI_PHRASE_NONE;
    for (size_t i = 0; i < evidence->phrase_count; i++) {
        uint32_t slot = evidence->phrases[i].key % SLOTS;
        while (evidence->slots[slot] != CDI_PHRASE_NONE)
            slot = (slot + 1) % SLOTS;
        evidence->slots[slot] = (uint16_t)i;
    }
}

/* ---- terms.csv: what a registrar looks for ---- */

static bool take_term(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row)
{
    const struct cdi_phrase_row *cells = (const struct cdi_phrase_row *)bound->rows + row;
    struct cdi_phrase *known = phrase_with_key(&binder->tables->evidence, cdi_phrase_key(cells->phrase));
    uint8_t watch = cdi_tables_watch(binder->tables, cells->watch);
    if (known != NULL && !known->term)
        return cdi_bind_fail(binder, bound, row, "term", "a phrase of phrases.csv has this name: choose another");
    if (watch == binder->tables->watches_known)
        return cdi_bind_fail(binder, bound, row, "watch", "\"%.*s\" is no watch of watches.csv: add it there or correct it here",
                             CDI_TEXT_ARGS(cells->watch));
    if (!take_phrase(binder, bound, row))
        return false;
    known = phrase_with_key(&binder->tables->evidence, cdi_phrase_key(cells->phrase));
    known->term = true;
    known->watches |= UINT32_C(1) << watch;
    binder->tables->watches[watch].termed = true;
    return true;
}

static bool read_terms(struct cdi_binder *binder, struct cdi_text bytes)
{
    struct cdi_bound bound;
    bool right = cdi_term_rows_read(binder, bytes, &bound);
    for (size_t i = 0; i < bound.count; i++)
        right = take_term(binder, &bound, i) && right;
    return cdi_watches_check(binder) && right;
}

/* ---- phrases.csv, and what of it never lowers ---- */

/* never_lowers[phrase]: it is one of those of DOMAIN.md rule 3. */
static bool read_phrases(struct cdi_binder *binder, struct cdi_text bytes, struct cdi_text terms, bool *never_lowers)
{
    struct cdi_evidence *evidence = &binder->tables->evidence;
    struct cdi_bound bound;
    evidence->phrases = cdi_table_store_take(binder->store, CDI_PHRASES_MAX, sizeof *evidence->phrases);
    if (evidence->phrases == NULL)
        return cdi_bind_fail_file(binder, "phrases.csv", "no memory for the table");
    bool right = cdi_phrase_rows_read(binder, bytes, &bound);
    for (size_t i = 0; i < bound.count; i++)
        right = take_phrase(binder, &bound, i) && right;
    right = cdi_text_said(terms) && read_terms(binder, terms) && right;
    qsort(evidence->phrases, evidence->phrase_count, sizeof *evidence->phrases, phrase_order);
    fill_slots(evidence);
    const struct cdi_phrase_row *rows = bound.rows;
    for (size_t i = 0; i < bound.count; i++)
        if (cdi_phrase_marked(&rows[i], CDI_PHRASE_MARK_NEVER_LOWERS) && rows[i].kind <= CDI_PHRASE_KIND_TERM)
            never_lowers[cdi_evidence_phrase(evidence, cdi_phrase_key(rows[i].phrase))] = true;
    return right;
}

/* ---- disclosures.csv: what they add ---- */

uint8_t cdi_evidence_class(struct cdi_binder *binder, uint16_t offence)
{
    struct cdi_evidence *evidence = &binder->tables->evidence;
    for (size_t i = 0; i < evidence->class_count; i++)
        if (evidence->classes[i] == offence)
            return (uint8_t)i;
    if (evidence->class_count == CDI_CLASSES_MAX)
        return CDI_CLASS_ANY;
    evidence->classes[evidence->class_count] = offence;
    evidence->category_of[evidence->class_count] = (uint8_t)binder->tables->offences[offence].category;
    return (uint8_t)evidence->class_count++;
}

static bool find_phrase(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, const char *column,
                        struct cdi_text name, uint16_t *phrase)
{
    const struct cdi_evidence *evidence = &binder->tables->evidence;
    *phrase = cdi_evidence_phrase(evidence, cdi_phrase_key(name));
    if (*phrase != CDI_PHRASE_NONE && cdi_text_same(evidence->phrases[*phrase].name, name) && !evidence->phrases[*phrase].term)
        return true;
    return cdi_bind_fail(binder, bound, row, column, "\"%.*s\" is no phrase of phrases.csv: add it there or correct it here",
                         CDI_TEXT_ARGS(name));
}

static bool take_with(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, struct cdi_text names,
                      struct cdi_evidence_weight *weight)
{
    for (size_t at = 0; at < names.size;) {
        size_t size = 0;
        while (at + size < names.size && names.at[at + size] != ' ')
            size++;
        if (size > 0 && weight->with_count == CDI_WITH_MAX)
            return cdi_bind_fail(binder, bound, row, "with", "more than %d phrases: leave some out", CDI_WITH_MAX);
        if (size > 0 && !find_phrase(binder, bound, row, "with", (struct cdi_text){ names.at + at, size },
                                     &weight->with[weight->with_count++]))
            return false;
        at += size + 1;
    }
    return true;
}

/* A weight and the phrase that it belongs to, until they are in the order of the phrases. */
struct placed {
    uint16_t phrase;
    struct cdi_evidence_weight weight;
};

static bool take_weight(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, const bool *never_lowers,
                        struct placed *out)
{
    const struct disclosure_row *cells = (const struct disclosure_row *)bound->rows + row;
    *out = (struct placed){ .weight = {
                                .weight = (int32_t)cells->weight, .negated = cells->meant == 1, .without = CDI_PHRASE_NONE } };
    if (!find_phrase(binder, bound, row, "phrase", cells->phrase, &out->phrase) ||
        !take_with(binder, bound, row, cells->with, &out->weight))
        return false;
    if (cdi_text_said(cells->without) && !find_phrase(binder, bound, row, "without", cells->without, &out->weight.without))
        return false;
    if (never_lowers[out->phrase] && cells->weight < 0)
        return cdi_bind_fail(binder, bound, row, "weight",
                             "drink, drugs, mental health, persistence and unwillingness never make a "
                             "crime less likely: write 0 or more");
    bool named = cells->offence != CDI_OFFENCE_NONE;
    if (named && cells->categories != 0)
        return cdi_bind_fail(binder, bound, row, "category", "the row names a class too: keep one of both");
    out->weight.categories = cells->categories != 0 ? (uint8_t)cells->categories : (1u << CDI_CATEGORY_COUNT) - 1;
    out->weight.klass = named ? cdi_evidence_class(binder, cells->offence) : CDI_CLASS_ANY;
    if (named && out->weight.klass == CDI_CLASS_ANY)
        return cdi_bind_fail(binder, bound, row, "class", "evidence for more than %d classes: leave some out", CDI_CLASSES_MAX);
    return true;
}

/* Counted into place, so that the rows of a phrase keep the order of the file. */
static void place_weights(struct cdi_evidence *evidence, const struct placed *placed, size_t count)
{
    uint16_t next = 0;
    for (size_t phrase = 0; phrase < evidence->phrase_count; phrase++) {
        evidence->phrases[phrase].weight_first = next;
        for (size_t i = 0; i < count; i++)
            if (placed[i].phrase == phrase)
                evidence->weights[next++] = placed[i].weight;
        evidence->phrases[phrase].weight_count = (uint16_t)(next - evidence->phrases[phrase].weight_first);
    }
    evidence->weight_count = next;
}

static bool read_disclosures(struct cdi_binder *binder, struct cdi_text bytes, const bool *never_lowers)
{
    struct cdi_evidence *evidence = &binder->tables->evidence;
    struct cdi_bound bound;
    size_t count = 0;
    bool right = cdi_bind(binder, &disclosure_table, bytes, &bound);
    struct placed *placed = cdi_table_store_take(binder->store, bound.count + 1, sizeof *placed);
    evidence->weights = cdi_table_store_take(binder->store, bound.count + 1, sizeof *evidence->weights);
    if (placed == NULL || evidence->weights == NULL)
        return cdi_bind_fail_file(binder, disclosure_table.name, "no memory for the table");
    for (size_t i = 0; i < bound.count; i++) {
        if (take_weight(binder, &bound, i, never_lowers, &placed[count]))
            count++;
        else
            right = false;
    }
    place_weights(evidence, placed, count);
    return right;
}

bool cdi_evidence_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count)
{
    struct cdi_evidence *evidence = &binder->tables->evidence;
    struct cdi_text phrases = cdi_bind_file(binder, files, count, "phrases.csv");
    struct cdi_text terms = cdi_bind_file(binder, files, count, "terms.csv");
    struct cdi_text disclosures = cdi_bind_file(binder, files, count, disclosure_table.name);
    bool never_lowers[CDI_PHRASES_MAX] = { false };
    evidence->classes = cdi_table_store_take(binder->store, CDI_CLASSES_MAX, sizeof *evidence->classes);
    if (evidence->classes == NULL)
        return cdi_bind_fail_file(binder, disclosure_table.name, "no memory for the table");
    bool right = cdi_text_said(phrases) && read_phrases(binder, phrases, terms, never_lowers);
    for (size_t i = 0; right && i < binder->tables->told_count; i++)
        if (cdi_evidence_phrase(evidence, binder->tables->told[i].phrase) == CDI_PHRASE_NONE)
            right = cdi_bind_fail_file(binder, "offence_codes.csv",
                                       "column phrases names what is no phrase of phrases.csv: add it there or correct it here");
    /* A phrase that could not be read would only be missed again by every row that names it. */
    right = right && cdi_text_said(disclosures) && read_disclosures(binder, disclosures, never_lowers);
    return cdi_evidence_codes_read(binder, files, count) && right;
}
