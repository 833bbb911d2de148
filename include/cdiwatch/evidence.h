/* Floor: core.  The tables of step 1 (disclosed), in memory: what each piece of evidence adds to the log-odds of a class. */
#ifndef CDIWATCH_EVIDENCE_H
#define CDIWATCH_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cdiwatch/text.h"
#include "cdiwatch/vocabulary.h"

/* One addend towards one class. */
struct cdi_evidence_weight { uint16_t offence; int32_t weight; };

/* phrases.csv: a concept ("hit", "strangled") that many wordings express; its patterns live in codec/lexicon. */
struct cdi_phrase {
    uint32_t key;                               /* XXH32 of the name, seed 0; checked to be unique */
    struct cdi_text name, words;
    uint16_t weight_first, weight_count;        /* within cdi_evidence.weights */
};

/* incident_codes.csv: an opening or closing code, by our neutral key. */
struct cdi_incident_code {
    struct cdi_text key, words;
    uint16_t offence;                           /* the class it suggests where nothing else names one */
    int32_t opened[CDI_CATEGORY_COUNT];         /* log-odds per category */
    int32_t closed;                             /* what closing under it adds; "report to follow" says a crime is due */
    bool domestic, child, excluded;
};

struct cdi_evidence {
    struct cdi_evidence_weight *weights;
    size_t weight_count;
    struct cdi_phrase *phrases;                 /* by key */
    size_t phrase_count;
    struct cdi_incident_code *codes;            /* by key text */
    size_t code_count;
    int32_t qualifiers[CDI_QUALIFIER_COUNT][CDI_CATEGORY_COUNT];
    int32_t callers[CDI_CALLER_ROLE_COUNT][CDI_CATEGORY_COUNT];
};

#endif
