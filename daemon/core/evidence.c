#include "cdiwatch/evidence.h"

uint16_t cdi_evidence_phrase(const struct cdi_evidence *evidence, uint32_t key)
{
    enum { SLOTS = sizeof evidence->slots / sizeof *evidence->slots };
    for (uint32_t slot = key % SLOTS;; slot = (slot + 1) % SLOTS) {
        uint16_t phrase = evidence->slots[slot];
        if (phrase == CDI_PHRASE_NONE || evidence->phrases[phrase].key == key)
            return phrase;
    }
}

const struct cdi_incident_code *cdi_evidence_code(const struct cdi_evidence *evidence, struct cdi_text key)
{
    size_t low = 0, high = cdi_text_said(key) ? evidence->code_count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = cdi_text_compare(evidence->codes[middle].key, key);
        if (order == 0)
            return &evidence->codes[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
