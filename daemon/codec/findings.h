/* Floor: codec.  From the words of one entry to findings: what is said, whether it is asserted, denied or second hand, now or
 * another time.  The rules are simple on purpose: each is one function in findings.c and one test by its name. */
#ifndef CDI_CODEC_FINDINGS_H
#define CDI_CODEC_FINDINGS_H

#include "cdiwatch/record.h"
#include "codec/lexicon_rules.h"

/* One word of the text as the rules see it. */
struct cdi_lexicon_word {
    uint16_t term;                              /* of the rules' vocabulary, or CDI_TERM_NONE */
    uint8_t breaks;                             /* CDI_BREAK_...: between it and the word before */
};

/* At most one finding per phrase (asserted before second hand before denied), in the order of their first ends; *more is set if
 * there were others. */
size_t cdi_findings(const struct cdi_rules *rules, const struct cdi_lexicon_word *words, size_t word_count,
                    struct cdi_finding *findings, size_t room, bool *more);

#endif
