/* Floor: codec.  The tree of rules made ready for reading: which words begin a pattern, which go on with one. */
#ifndef CDI_CODEC_LEXICON_INDEX_H
#define CDI_CODEC_LEXICON_INDEX_H

#include "codec/lexicon_rules.h"

enum { CDI_SET_ROOM = CDI_VOCABULARY_MAX / 64, CDI_SETS_MAX = 16384 };

/* Sets of terms, each kept once, CDI_SET_ROOM numbers wide while the vocabulary grows. */
struct cdi_sets {
    uint64_t *bits;
    uint16_t *slots;                            /* by hash, number + 1 of a set; 0: empty */
    size_t count, room;
};

/* The tree as it grows: a node's children in a list, the youngest first. */
struct cdi_branch {
    uint32_t child, sibling, rule;              /* as in struct cdi_node */
    uint16_t set;                               /* CDI_TERM_NONE in it stands for any word, CDI_TERM_NUMBER for any number */
    uint8_t gap;
};
struct cdi_tree {
    struct cdi_branch *branches;
    size_t count, room;
    struct cdi_sets sets;
};
void cdi_tree_finish(struct cdi_tree *tree);

/* The number of a set equal to `set`, added if there is none; -1 if there is no room. */
int cdi_sets_keep(struct cdi_sets *sets, const uint64_t set[CDI_SET_ROOM]);

/* After the last pattern: fills in what reading looks at.  False: no memory. */
bool cdi_rules_index(struct cdi_rules *rules, struct cdi_tree *tree);

#endif
