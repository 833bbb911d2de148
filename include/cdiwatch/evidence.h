/* Floor: core.  The tables of step 1 (disclosed), in memory: what each piece of evidence adds to the log-odds of a class.  All
 * weights are log2 odds in thousandths of a bit.  Every addend of a sum is one row of one table, so that it can be shown. */
#ifndef CDIWATCH_EVIDENCE_H
#define CDIWATCH_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cdiwatch/text.h"
#include "cdiwatch/vocabulary.h"

enum {
    CDI_PHRASES_MAX = 512,                      /* concepts of phrases.csv */
    CDI_CLASSES_MAX = 192,                      /* classes that some row of evidence names */
    CDI_WITH_MAX = 3,                           /* concepts that one row asks for besides its own */
    CDI_PHRASE_NONE = 0xFFFF,
    CDI_CLASS_ANY = 0xFF
};

/* disclosures.csv: what a concept adds, to one class, to a category or to every class, where the log also holds all of `with`
 * and not `without`. */
struct cdi_evidence_weight {
    int32_t weight;
    uint8_t klass;                              /* within cdi_evidence.classes; CDI_CLASS_ANY: those of `categories` */
    uint8_t categories;                         /* 1u << enum cdi_category */
    bool negated;                               /* counts where the concept is only ever denied */
    uint8_t with_count;
    uint16_t with[CDI_WITH_MAX], without;       /* within cdi_evidence.phrases; without: CDI_PHRASE_NONE if none */
};

/* phrases.csv: a concept ("hit", "strangled") that many wordings express; its patterns live in codec/lexicon. */
struct cdi_phrase {
    uint32_t key;                               /* XXH32 of the name, seed 0; checked to be unique and not 0 */
    struct cdi_text name, words;
    bool domestic, child, hate;                 /* R19: the text says so */
    bool apart;                                 /* the text says that offenders acted each on their own */
    bool owners;                                /* and that those who lost by it are owners each of his own, no one household */
    uint8_t offenders;                          /* so many the text tells of, each of whom did it; 0: it does not say */
    uint16_t weight_first, weight_count;        /* within cdi_evidence.weights */
};

/* openings.csv: what the opening code adds to a class of its own. */
struct cdi_opening { uint8_t klass; int32_t weight; };

/* incident_codes.csv: an opening or closing code, by our neutral key. */
struct cdi_incident_code {
    struct cdi_text key, words;
    int32_t opened[CDI_CATEGORY_COUNT];         /* log-odds per category */
    int32_t closed;                             /* what closing under it adds; "report to follow" says a crime is due */
    bool domestic, child, hate, excluded;       /* excluded: a test; discloses nothing */
    bool asb_personal;
    uint16_t opening_first, opening_count;      /* within cdi_evidence.openings */
};

struct cdi_evidence {
    struct cdi_evidence_weight *weights;
    size_t weight_count;
    struct cdi_phrase *phrases;                 /* by key */
    size_t phrase_count;
    uint16_t slots[2 * CDI_PHRASES_MAX];        /* open addressing by key into phrases; CDI_PHRASE_NONE: empty */
    uint16_t *classes;                          /* offences that evidence names */
    size_t class_count;
    uint8_t category_of[CDI_CLASSES_MAX];       /* of each of them */
    struct cdi_incident_code *codes;            /* by key text */
    size_t code_count;
    struct cdi_opening *openings;
    size_t opening_count;
    int32_t prior[CDI_CATEGORY_COUNT];          /* of every class, before any evidence */
    int32_t qualifiers[CDI_QUALIFIER_COUNT][CDI_CATEGORY_COUNT];
    int32_t callers[CDI_CALLER_ROLE_COUNT][CDI_CATEGORY_COUNT];
};

/* Index of the phrase with this key; CDI_PHRASE_NONE if the table no longer has it. */
uint16_t cdi_evidence_phrase(const struct cdi_evidence *evidence, uint32_t key);
/* NULL if there is no such code. */
const struct cdi_incident_code *cdi_evidence_code(const struct cdi_evidence *evidence, struct cdi_text key);

#endif
