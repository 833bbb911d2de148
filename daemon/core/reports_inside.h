/* Floor: core.  Inside step 1: for reports*.c only. */
#ifndef CDI_CORE_REPORTS_INSIDE_H
#define CDI_CORE_REPORTS_INSIDE_H

#include "core/degrees.h"
#include "core/reports.h"

#define CDI_FAMILY_BIT(name) (UINT32_C(1) << CDI_FAMILY_##name)

/* The log as it grew: first what was said at first contact, then entry by entry. */
struct cdi_growth {
    struct cdi_cut *cut;
    size_t officers, next;                      /* entries before any officer's; the next entry to look at */
    size_t keyed;                               /* the entry by which a referral was keyed; entry_count: it is none */
    struct cdi_held held;
    struct cdi_sums sums;
    const struct cdi_entry *entry;              /* just read; NULL: first contact */
    struct cdi_instant following;               /* when the next one was written; NONE: it is the last */
    uint32_t known;                             /* families that were likely once */
    uint32_t stood;                             /* of them those that stood once beside the others, or were recorded */
    uint32_t worded;                            /* of these those that stood by words without the codes */
    struct cdi_held earlier;                    /* what was held before the entry */
    uint32_t occasions;                         /* families of which another occasion was told */
    struct cdi_instant explained_at;            /* by the first N100; NONE */
    struct cdi_piece gone;                      /* what had been told of those families then, and of how many victims; told 0: not known */
    uint32_t before;                            /* what had been told when the log was dropped: cdi_settled.told */
    bool whole;                                 /* each entry is read, also where the log is plainly one report */
    bool confirmed;                             /* a rape that was told before */
};

/* What had been told before the entry that was just read, where the log was dropped before it was written: cdi_settled.told; else 0. */
static inline uint32_t cdi_told_before(const struct cdi_growth *growth)
{
    return cdi_entry_anew(growth->cut->reading.incident, growth->entry) ? growth->before : 0;
}

/* As many victims as the entry tells of such a family; 0: it tells nothing of it. */
uint8_t cdi_victims_told(const struct cdi_reading *reading, const struct cdi_held *held, const struct cdi_entry *entry,
                         uint32_t families);

/* What stands by such words alone, whatever was told graver in others. */
size_t cdi_standing_alone(struct cdi_reading *reading, const struct cdi_sums *sums, uint32_t families, uint8_t out[CDI_DISCLOSURES_MAX]);

/* reports_further.c: what the entry that was just read tells of a family that was told of before: on another occasion, of more victims than
 * the piece knows, or as the victim's own word (R15). */
struct cdi_further cdi_other_occasion(struct cdi_growth *growth);
struct cdi_further cdi_other_victims(struct cdi_growth *growth, struct cdi_piece *piece);
struct cdi_further cdi_confirmation(struct cdi_growth *growth);
/* reports_graver.c: what had stood before the entry, in the log or when it was dropped; of these families, which are likely now, those that the entry tells graver than they were told before, and in words not
 * said before; which of them have a clock of their own; what stands now is no news from now on. */
uint32_t cdi_standing_families(const struct cdi_reading *reading, const struct cdi_sums *sums);      /* what stands beside one another */
uint32_t cdi_stood_before(const struct cdi_growth *growth);
uint32_t cdi_told_graver(const struct cdi_growth *growth, uint32_t likely);
uint32_t cdi_with_own_clock(const struct cdi_growth *growth, uint32_t graver);
/* When the event was told first that these tell graver. */
struct cdi_instant cdi_event_told_at(const struct cdi_growth *growth, uint32_t graver);
void cdi_note_standing(struct cdi_growth *growth);
/* What is held tells of rape in words: nothing that is told beside it hides it from now on. */
void cdi_note_rape(struct cdi_growth *growth);
/* The family of rape, if these words themselves tell of one and make it likely; else 0. */
uint32_t cdi_rape_told(const struct cdi_reading *reading, const struct cdi_sums *words);

/* The victim says so, to whoever wrote it. */
bool cdi_entry_confirms(const struct cdi_reading *reading, const struct cdi_entry *entry);

#endif
