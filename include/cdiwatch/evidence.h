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
    CDI_HISTORY_RULES_MAX = 32,
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

/* phrases.csv: a concept ("hit", "strangled") that many wordings express; its patterns live in codec/lexicon.  A term of terms.csv
 * is one too, and adds nothing to any crime. */
struct cdi_phrase {
    uint32_t key;                               /* XXH32 of the name, seed 0; checked to be unique and not 0 */
    struct cdi_text name, words;
    bool domestic, child, hate;                 /* R19: the text says so */
    bool targeted;                              /* somebody is singled out: harassed, followed, watched, threatened in messages */
    bool repeated;                              /* the same, unless what was repeated is force: "rang twenty times", "hit three times" */
    bool partners;                              /* they are former partners */
    bool apart;                                 /* the text says that offenders acted each on their own */
    bool confirms;                              /* R15: the victim confirms a rape that was reported */
    bool owners;                                /* and that those who lost by it are owners each of his own, no one household */
    uint8_t offenders;                          /* so many the text tells of, each of whom did it; 0: it does not say */
    uint16_t weight_first, weight_count;        /* within cdi_evidence.weights */
    bool term;
    uint32_t watches;                           /* 1u << place in cdi_tables.watches: those that it is a term of */
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

/* history.csv: what earlier logs add to a class, or to all of a category, of a log that tells the grounds for it. */
struct cdi_history_rule {
    struct cdi_text name, words;
    uint8_t kins, kinds;                        /* of the earlier logs: 1u << enum cdi_past_kin, 1u << enum cdi_past_kind; any of them */
    uint8_t grounds, not_on;                    /* of the log: 1u << enum cdi_ground; all of them, none of them */
    uint8_t klass;                              /* within cdi_evidence.classes; CDI_CLASS_ANY: those of `categories` */
    uint8_t categories;                         /* 1u << enum cdi_category */
    uint8_t least;                              /* so many earlier occasions, */
    uint16_t days;                              /*   within so many days */
    int32_t weight;
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
    struct cdi_history_rule *history;
    size_t history_count;
    uint16_t history_days;                      /* the longest of theirs, and of watches; 0: there are none */
    uint8_t history_kinds[CDI_PAST_KIN_COUNT];  /* what they, and watches, ask of earlier logs of each kin */
    uint64_t grounds[CDI_GROUND_COUNT][CDI_PHRASES_MAX / 64];   /* the phrases that tell each */
    uint64_t repeated[CDI_PHRASES_MAX / 64];    /* those that tell TARGETED where nothing tells PERSONAL */
    int32_t prior[CDI_CATEGORY_COUNT];          /* of every class, before any evidence */
    int32_t qualifiers[CDI_QUALIFIER_COUNT][CDI_CATEGORY_COUNT];
    int32_t callers[CDI_CALLER_ROLE_COUNT][CDI_CATEGORY_COUNT];
};

/* Index of the phrase with this key; CDI_PHRASE_NONE if the table no longer has it. */
uint16_t cdi_evidence_phrase(const struct cdi_evidence *evidence, uint32_t key);
/* NULL if there is no such code. */
const struct cdi_incident_code *cdi_evidence_code(const struct cdi_evidence *evidence, struct cdi_text key);

#endif
