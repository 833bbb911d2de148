/* Floor: codec.  From the words of one entry to findings: what is said, whether it is asserted, denied or second hand, now or
 * another time.  The rules are simple on purpose: each is one function in findings.c and one test by its name. */
#ifndef CDI_CODEC_FINDINGS_H
#define CDI_CODEC_FINDINGS_H

#include "cdiwatch/record.h"
#include "codec/lexicon_rules.h"
#include "codec/lexicon_words.h"

enum { CDI_MEETINGS_MAX = 1024 };

/* One word of the vocabulary met in the text: the place among the text's words, the number among the rules' words. */
struct cdi_meeting { uint32_t place, word; };

/* `meetings` in the order of their places.  At most one finding per phrase (asserted before second hand before denied), in the
 * order of their first ends; *more is set if there were others. */
size_t cdi_findings(const struct cdi_rules *rules, const struct cdi_lexicon_word *words, size_t word_count,
                    const struct cdi_meeting *meetings, size_t meeting_count, struct cdi_finding *findings, size_t room, bool *more);

#endif
