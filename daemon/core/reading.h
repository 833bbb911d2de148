/* Floor: core.  Inside step 1, for reports.c, disclose*.c and reading.c only: the words of a log, and what they weigh. */
#ifndef CDI_CORE_READING_H
#define CDI_CORE_READING_H

#include "core/judgement.h"
#include "core/told.h"

enum { CDI_PHRASE_WORDS = CDI_PHRASES_MAX / 64 };
/* What a crime is among the reports of a log, as bits: its family (R4), or the breach of an order, which is of no family. */
enum { CDI_KIND_BREACH = CDI_FAMILY_COUNT };
#define CDI_FAMILIES_ALL ((UINT32_C(1) << (CDI_KIND_BREACH + 1)) - 1)
_Static_assert(((CDI_FAMILIES_ALL | CDI_SETTLED_VICTIMS(CDI_SETTLED_VICTIMS_MOST)) &
                (CDI_SETTLED_RAPE_RECORDED | CDI_SETTLED_RAPE_UNCONFIRMED)) == 0 &&
                   (int)CDI_KIND_BREACH < (int)CDI_SETTLED_VICTIMS_AT, "families share 32 bits with two more and the victims");

/* What the log holds, as far as it has been read: a bit for each phrase. */
struct cdi_held {
    uint64_t asserted[CDI_PHRASE_WORDS], hearsay[CDI_PHRASE_WORDS], negated[CDI_PHRASE_WORDS];
    uint64_t made_out[CDI_PHRASE_WORDS];        /* asserted by the police or a professional (DOMAIN.md rule 2) */
};

struct cdi_sums {
    int32_t classes[CDI_CLASSES_MAX];
    uint64_t named[(CDI_CLASSES_MAX + 63) / 64]; /* some evidence names the class itself */
    int32_t categories[CDI_CATEGORY_COUNT];
};

struct cdi_reading {
    const struct cdi_tables *tables;
    const struct cdi_evidence *evidence;
    const struct cdi_incident *incident;
    const struct cdi_incident_code *opened, *closed;
    enum cdi_caller_role caller;
    const struct cdi_past *past;                /* NULL: not asked for */
    uint32_t past_rules;                        /* 1u << the number of each rule of history.csv that enough earlier logs answer */
    bool partners_before;                       /* an earlier log of the same two tells that they are former partners */
    bool apart;                                 /* offenders acted each on their own */
    uint32_t graver;                            /* families that an entry's own words told of an event told before: no rival of theirs hides them */
    bool caller_only;                           /* only what call-takers wrote is believed, and no code for itself */
    const struct cdi_entry *occasion;           /* held is only what this entry says of another occasion, or ...; NULL: the log */
    bool of_others;                             /* ... all that it says, of other victims */
    uint8_t left_out_count;                     /* entries that tell what other victims suffered, and of nothing else: held is what is left */
    const struct cdi_entry *left_out[CDI_REPORTS_AT_ONCE];
    uint16_t phrases[CDI_FINDINGS_MAX];         /* of the first findings; CDI_PHRASE_NONE: the table no longer has it */
    struct cdi_held held;                       /* the log, as far as it is believed */
    const struct cdi_held *so_far;              /* what codes are told by, while the log grows; NULL: all that is held */
};

static inline bool cdi_bit(const uint64_t *bits, uint16_t phrase)
{
    return (bits[phrase / 64] >> (phrase % 64) & 1) != 0;
}

static inline void cdi_bit_set(uint64_t *bits, uint16_t phrase)
{
    bits[phrase / 64] |= UINT64_C(1) << (phrase % 64);
}

static inline void cdi_bit_clear(uint64_t *bits, uint16_t phrase)
{
    bits[phrase / 64] &= ~(UINT64_C(1) << (phrase % 64));
}

static inline bool cdi_by_call_taker(const struct cdi_entry *entry)
{
    return entry->role == CDI_ENTRY_ROLE_CALL_TAKER || entry->role == CDI_ENTRY_ROLE_UNKNOWN;
}

/* A supervisor decides and reminds, a system notes: nobody disclosed anything to them. */
static inline bool cdi_by_who_hears(const struct cdi_entry *entry)
{
    return entry->role != CDI_ENTRY_ROLE_SUPERVISOR && entry->role != CDI_ENTRY_ROLE_SYSTEM;
}

static inline bool cdi_believed(const struct cdi_reading *reading, const struct cdi_entry *entry)
{
    for (uint8_t i = 0; i < reading->left_out_count; i++)
        if (reading->left_out[i] == entry)
            return false;
    return reading->occasion != NULL ? entry == reading->occasion : !reading->caller_only || cdi_by_call_taker(entry);
}

static inline const struct cdi_held *cdi_held_so_far(const struct cdi_reading *reading)
{
    return reading->so_far != NULL ? reading->so_far : &reading->held;
}

/* reading.c.  The whole log is held afterwards. */
void cdi_read_log(struct cdi_reading *reading, const struct cdi_tables *tables, const struct cdi_incident *incident,
                  const struct cdi_past *past);
void cdi_read_entry(const struct cdi_reading *reading, const struct cdi_entry *entry, struct cdi_held *held);
void cdi_hold_finding(const struct cdi_reading *reading, const struct cdi_entry *entry, size_t finding, struct cdi_held *held);
uint16_t cdi_reading_phrase(const struct cdi_reading *reading, size_t finding);
void cdi_weigh(const struct cdi_reading *reading, const struct cdi_held *held, struct cdi_sums *sums);
/* The same without the log's codes: whether words stand by themselves, and beside one another. */
void cdi_weigh_words(const struct cdi_reading *reading, const struct cdi_held *held, struct cdi_sums *sums);
/* What one row adds where its phrase is held: 0 if it does not apply. */
int32_t cdi_worth(const struct cdi_reading *reading, const struct cdi_held *held, uint16_t phrase,
                  const struct cdi_evidence_weight *weight);
int32_t cdi_log_odds(const struct cdi_reading *reading, const struct cdi_sums *sums, size_t klass);
const struct cdi_offence *cdi_reading_offence(const struct cdi_reading *reading, size_t klass);
/* R5: words that disclose a very code of the class (strangulation is 008/77, not the ordinary 008/06) give it that code's place. */
struct cdi_told cdi_reading_told(const struct cdi_reading *reading, size_t klass);
/* Of these families: where a breach that is told is of the class, that; and its family, if the class is likely without the words of the breach. */
uint32_t cdi_reading_kinds(const struct cdi_reading *reading, const struct cdi_sums *sums, size_t klass, uint32_t families);
/* The families, as bits, of which a class is likely. */
uint32_t cdi_likely_families(const struct cdi_reading *reading, const struct cdi_sums *sums);
/* The likely classes of these families that stand, most grave first; their number. */
size_t cdi_standing(const struct cdi_reading *reading, const struct cdi_sums *sums, uint32_t families,
                    uint8_t out[CDI_DISCLOSURES_MAX], bool *truncated);

/* reading_past.c: what earlier logs say of it.  Which rules enough of them answer; whether one applies to what is held (the log must
 * tell the grounds), and what it adds to the class (0: it is not about it); all that do; the grounds that are told, as bits. */
void cdi_read_past(struct cdi_reading *reading);
int32_t cdi_past_adds(const struct cdi_reading *reading, const struct cdi_held *held, size_t rule, size_t klass);
void cdi_weigh_past(const struct cdi_reading *reading, const struct cdi_held *held, struct cdi_sums *sums);
uint8_t cdi_grounds_told(const struct cdi_reading *reading, const struct cdi_held *held);
uint8_t cdi_grounds_of(const struct cdi_tables *tables, const struct cdi_incident *incident);    /* of the whole log, without its past */

/* contact.c, R18: what came in writing lay in the mailbox or on the form since it was received; whoever keys it, and whenever, tells what
 * was in it: in this entry.  entry_count: there is none. */
size_t cdi_keyed_by(const struct cdi_incident *incident);

/* reports.c: only what call-takers wrote is held; what one entry says of another occasion; the families of which a finding makes a class
 * likelier, with all that is held. */
uint32_t cdi_families_told(const struct cdi_reading *reading, const struct cdi_held *held, size_t finding);
void cdi_hold_caller(struct cdi_reading *reading);
void cdi_hold_other_occasion(const struct cdi_reading *reading, size_t entry, struct cdi_held *held);
/* All of it. */
void cdi_hold_entry(const struct cdi_reading *reading, const struct cdi_entry *entry, struct cdi_held *held);

/* disclose_explain.c: the addends of one class, of what reading->held holds; and as many victims as its phrases tell of; what one
 * phrase adds to it. */
void cdi_explain(const struct cdi_reading *reading, size_t klass, struct cdi_disclosure *item, bool *truncated);
int32_t cdi_phrase_adds(const struct cdi_reading *reading, uint16_t phrase, size_t klass);

#endif
