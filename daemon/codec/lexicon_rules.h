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
    bool fixed;                                 /* holds a word of denial itself ("would not let her"): nothing before denies it */
    uint32_t next;                              /* another rule that ends with the same words; CDI_NODE_NONE */
};

/* Patterns that begin alike share their beginnings: a tree of words.  Node 0 and rule 0 are none; node 0's children begin.  The
 * children of a node stand side by side. */
enum cdi_node_kind { CDI_NODE_SET, CDI_NODE_ANY, CDI_NODE_NUMBER };
struct cdi_node {
    uint32_t child, sibling;                    /* the first child; the next child of the same parent */
    uint32_t rule;                              /* the first that ends here; CDI_NODE_NONE */
    uint16_t set;                               /* of terms, within the rules' sets */
    uint16_t follow;                            /* the set of all terms that a child takes */
    uint8_t kind, gap;                          /* gap: how many words may stand before it */
    uint8_t wait;                               /* the widest gap of a child */
    bool loose;                                 /* a child takes words that are in no set */
};

/* 64 starts that a word may begin, as bits: a start is a child of node 0, number i is node first_start + i. */
struct cdi_start_group {
    uint64_t starts;
    uint32_t from;                              /* in sixty-fours */
};

struct cdi_rules {
    struct cdi_rule *rules;
    struct cdi_node *nodes;
    struct cdi_vocabulary vocabulary;
    uint64_t *sets;                             /* for each term, the sets that hold it, as bits: set_words each.  What is asked about
                                                   one word of the text lies together */
    struct cdi_start_group *groups;             /* those of a term: from group_first[term] to group_first[term + 1] */
    uint32_t *group_first;
    uint64_t *follows;                          /* for each term, the starts that it may follow, as bits: start_words each */
    uint32_t first_start, number_start;         /* number_start: the node that begins with a number; CDI_NODE_NONE */
    size_t rule_count, node_count, set_words, start_words;
};

/* False after complaining about every bad pattern (file:line:column).  Finish in either case. */
bool cdi_rules_read(struct cdi_binder *binder, const struct cdi_bound *rows, struct cdi_rules *rules);
void cdi_rules_finish(struct cdi_rules *rules);

static inline bool cdi_rules_holds(const struct cdi_rules *rules, uint16_t set, uint16_t term)
{
    return (rules->sets[term * rules->set_words + set / 64] >> (set % 64) & 1) != 0;
}

#endif
