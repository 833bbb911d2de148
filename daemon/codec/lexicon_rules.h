/* Floor: codec.  The patterns of phrases.csv as rules over words.
 *
 * A pattern is words, one after the other: "had her by the throat".  (a|b) is either word, {name} any word of the list, _ any
 * word, # any number, bruis* any word that begins so; ~ stands for up to five words that do not matter, ~2 for up to two.  A
 * pattern never runs from one sentence into the next. */
#ifndef CDI_CODEC_LEXICON_RULES_H
#define CDI_CODEC_LEXICON_RULES_H

#include "codec/lexicon_rows.h"
#include "codec/lexicon_vocabulary.h"

enum { CDI_RULE_WORDS_MAX = 12, CDI_NODE_NONE = 0 };

/* What a pattern is for. */
struct cdi_rule {
    uint32_t key;                               /* of its phrase */
    uint16_t phrase;                            /* number of the phrase among the rules' */
    uint8_t kind;                               /* enum cdi_phrase_kind */
    uint8_t tells_of;                           /* a cue of victims: how many there are in all */
    bool fixed;                                 /* holds a word of denial itself ("would not let her"): nothing before denies it */
    uint32_t next;                              /* another rule that ends with the same words; CDI_NODE_NONE */
};

/* Patterns that begin alike share their beginnings: a tree of words.  Node 0 and rule 0 are none; node 0's children begin.  The
 * children of a node stand side by side. */
struct cdi_node {
    uint32_t child;                             /* the first */
    uint32_t rule;                              /* the first that ends here; CDI_NODE_NONE */
    uint16_t children;
    uint8_t gap;                                /* how many words may stand before it */
    uint8_t wait;                               /* the widest gap of a child */
};

/* Of 64 nodes, those that a word may begin with. */
struct cdi_start_group {
    uint64_t nodes;
    uint32_t from;                              /* in sixty-fours */
};

struct cdi_rules {
    struct cdi_rule *rules;
    struct cdi_node *nodes;
    struct cdi_vocabulary vocabulary;
    uint64_t *takers;                           /* for each term, the nodes that take it, as bits: row_words each.  All that is asked
                                                   about one word of the text lies in one row */
    struct cdi_start_group *groups;             /* those of a term: from group_first[term] to group_first[term + 1] */
    uint32_t *group_first;
    uint64_t *follows;                          /* for each term, the starts that it may follow, as bits: start_words each */
    size_t rule_count, node_count, row_words, start_words;
};

/* False after complaining about every bad pattern (file:line:column).  The lists that terms name are those of the phrases.  Finish
 * in either case. */
bool cdi_rules_read(struct cdi_binder *binder, const struct cdi_bound *phrases, const struct cdi_bound *terms,
                    struct cdi_rules *rules);
void cdi_rules_finish(struct cdi_rules *rules);

static inline const uint64_t *cdi_rules_takers(const struct cdi_rules *rules, uint16_t term)
{
    return rules->takers + term * rules->row_words;
}

/* Of the `word`th sixty-four nodes of a row, those that are children of `node`. */
static inline uint64_t cdi_rules_children(const uint64_t *row, const struct cdi_node *node, uint32_t word)
{
    uint32_t end = node->child + node->children, first = word * 64;
    uint64_t bits = row[word];
    if (node->child > first)
        bits = bits >> (node->child - first) << (node->child - first);
    return end < first + 64 ? bits & ((UINT64_C(1) << (end - first)) - 1) : bits;
}

/* Whether what has come to `node` may go on at all, where the next word is `ahead`. */
static inline bool cdi_rules_goes_on(const struct cdi_rules *rules, const struct cdi_node *node, uint16_t ahead)
{
    if (node->children == 0 || node->wait > 0)
        return node->children > 0;
    const uint64_t *row = cdi_rules_takers(rules, ahead);
    for (uint32_t word = node->child / 64; word * 64 < node->child + node->children; word++)
        if (cdi_rules_children(row, node, word) != 0)
            return true;
    return false;
}

#endif
