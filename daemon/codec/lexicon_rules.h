/* Floor: codec.  The patterns of phrases.csv as rules over words.
 *
 * A pattern is words, one after the other: "had her by the throat".  (a|b) is either word, {name} any word of the list, _ any
 * word, # any number, bruis* any word that begins so; ~ stands for up to five words that do not matter, ~2 for up to two.  A
 * pattern never runs from one sentence into the next. */
#ifndef CDI_CODEC_LEXICON_RULES_H
#define CDI_CODEC_LEXICON_RULES_H

#include "codec/lexicon_rows.h"

enum { CDI_RULE_WORDS_MAX = 12, CDI_VOCABULARY_MAX = 8192, CDI_NODE_NONE = 0 };

/* What a pattern is for. */
struct cdi_rule {
    uint32_t key;                               /* of its phrase */
    uint16_t phrase;                            /* number of the phrase among the rules' */
    uint8_t kind;                               /* enum cdi_phrase_kind */
    bool fixed;                                 /* holds a word of denial itself ("would not let her"): nothing before denies it */
    uint32_t next;                              /* another rule that ends with the same words; CDI_NODE_NONE */
};

/* Patterns that begin alike share their beginnings: a tree of words.  Node 0 and rule 0 are none. */
enum cdi_node_kind { CDI_NODE_SET, CDI_NODE_ANY, CDI_NODE_NUMBER };
struct cdi_node {
    uint32_t child, sibling;
    uint32_t rule;                              /* the first that ends here; CDI_NODE_NONE */
    uint16_t set;                               /* of words, within the rules' sets */
    uint8_t kind, gap;                          /* gap: how many words may stand before it */
    uint8_t wait;                               /* the widest gap of a child */
    bool loose;                                 /* a child takes words that are in no set */
    uint16_t follow;                            /* the set of all words that a child takes */
};

struct cdi_rules {
    struct cdi_rule *rules;
    struct cdi_node *nodes;
    char **words;                               /* the vocabulary: " hit " or, for beginnings of words, " bruis" */
    uint64_t *sets;                             /* set_words each */
    uint32_t *starts, *start_first;             /* the nodes that begin with a word: start_first[word] to start_first[word + 1] */
    uint32_t number_start;                      /* the node that begins with a number; CDI_NODE_NONE */
    size_t rule_count, node_count, word_count, set_count, set_words;
};

/* False after complaining about every bad pattern (file:line:column).  Finish in either case. */
bool cdi_rules_read(struct cdi_binder *binder, const struct cdi_bound *rows, struct cdi_rules *rules);
void cdi_rules_finish(struct cdi_rules *rules);

static inline bool cdi_rules_holds(const struct cdi_rules *rules, uint16_t set, uint32_t word)
{
    return (rules->sets[set * rules->set_words + word / 64] >> (word % 64) & 1) != 0;
}

#endif
