#include "codec/lexicon_index.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

enum { SLOTS = 2 * CDI_SETS_MAX, SET_BYTES = CDI_SET_ROOM * sizeof(uint64_t) };

/* ---- Sets ---- */

static bool room_for_one(struct cdi_sets *sets)
{
    if (sets->slots == NULL)
        sets->slots = calloc(SLOTS, sizeof *sets->slots);
    if (sets->slots == NULL || sets->count == CDI_SETS_MAX)
        return false;
    if (sets->count < sets->room)
        return true;
    size_t room = sets->room * 2 + 256;
    uint64_t *wider = realloc(sets->bits, room * SET_BYTES);
    if (wider == NULL)
        return false;
    sets->bits = wider;
    sets->room = room;
    return true;
}

int cdi_sets_keep(struct cdi_sets *sets, const uint64_t set[CDI_SET_ROOM])
{
    if (!room_for_one(sets))
        return -1;
    size_t slot = XXH3_64bits(set, SET_BYTES) % SLOTS;
    for (; sets->slots[slot] != 0; slot = (slot + 1) % SLOTS)
        if (memcmp(sets->bits + (sets->slots[slot] - 1u) * CDI_SET_ROOM, set, SET_BYTES) == 0)
            return sets->slots[slot] - 1;
    memcpy(sets->bits + sets->count * CDI_SET_ROOM, set, SET_BYTES);
    sets->slots[slot] = (uint16_t)++sets->count;
    return (int)sets->count - 1;
}

void cdi_tree_finish(struct cdi_tree *tree)
{
    free(tree->branches);
    free(tree->sets.bits);
    free(tree->sets.slots);
}

static bool holds(const uint64_t *set, size_t at)
{
    return (set[at / 64] >> at % 64 & 1) != 0;
}

static void add(uint64_t *set, size_t at)
{
    set[at / 64] |= UINT64_C(1) << at % 64;
}

/* A word of the text has one term, so a set that holds a beginning holds each term that begins so. */
static void widen(const struct cdi_vocabulary *vocabulary, struct cdi_sets *sets, size_t other)
{
    uint64_t within[CDI_SET_ROOM] = { 0 };
    for (size_t term = 0; term < vocabulary->count; term++)
        if (cdi_vocabulary_within(vocabulary, term, other))
            add(within, term);
    for (uint64_t *set = sets->bits; set < sets->bits + sets->count * CDI_SET_ROOM; set += CDI_SET_ROOM)
        for (size_t word = 0; holds(set, other) && word < CDI_SET_ROOM; word++)
            set[word] |= within[word];
}

static void widen_all(const struct cdi_vocabulary *vocabulary, struct cdi_sets *sets)
{
    for (size_t other = 0; other < vocabulary->count; other++)
        if (other < CDI_TERMS_FIRST || vocabulary->begins[other])
            widen(vocabulary, sets, other);
}

/* ---- The tree ---- */

/* The nodes as they are visited, breadth first, so that children stand side by side.  sets[i]: the set of node i. */
static bool order_nodes(struct cdi_rules *rules, const struct cdi_tree *tree, uint16_t *sets)
{
    const struct cdi_branch *branches = tree->branches;
    uint32_t *visited = calloc(tree->count, sizeof *visited), count = 1;
    rules->nodes = calloc(tree->count, sizeof *rules->nodes);
    bool right = visited != NULL && rules->nodes != NULL;
    for (uint32_t i = 0; right && i < count; i++) {
        struct cdi_node *node = &rules->nodes[i];
        const struct cdi_branch *branch = &branches[visited[i]];
        *node = (struct cdi_node){ .rule = branch->rule, .gap = branch->gap, .child = count };
        sets[i] = branch->set;
        for (uint32_t child = branch->child; child != CDI_NODE_NONE; child = branches[child].sibling) {
            visited[count++] = child;
            node->wait = branches[child].gap > node->wait ? branches[child].gap : node->wait;
        }
        right = right && count - node->child <= UINT16_MAX;
        node->children = (uint16_t)(count - node->child);
    }
    rules->node_count = tree->count;
    free(visited);
    return right;
}

/* From the terms of each set to the nodes of each term. */
static bool gather_takers(struct cdi_rules *rules, const struct cdi_sets *sets, const uint16_t *set_of)
{
    rules->row_words = rules->node_count / 64 + 1;
    rules->takers = calloc(rules->vocabulary.count, rules->row_words * sizeof *rules->takers);
    for (size_t node = 1; rules->takers != NULL && node < rules->node_count; node++)
        for (size_t word = 0; word < CDI_SET_ROOM; word++)
            for (uint64_t left = sets->bits[set_of[node] * CDI_SET_ROOM + word]; left != 0; left &= left - 1)
                add(rules->takers + (word * 64 + (size_t)__builtin_ctzll(left)) * rules->row_words, node);
    return rules->takers != NULL;
}

/* ---- Starts ---- */

/* A start that is neither the end of a rule nor can go on with the next word is not looked at. */
static bool gather_follows(struct cdi_rules *rules)
{
    size_t starts = rules->nodes[0].child + rules->nodes[0].children;
    rules->start_words = starts / 64 + 1;
    rules->follows = calloc(rules->vocabulary.count, rules->start_words * sizeof *rules->follows);
    for (size_t term = 0; rules->follows != NULL && term < rules->vocabulary.count; term++)
        for (size_t start = rules->nodes[0].child; start < starts; start++) {
            const struct cdi_node *node = &rules->nodes[start];
            if (node->rule != CDI_NODE_NONE || cdi_rules_goes_on(rules, node, (uint16_t)term))
                add(rules->follows + term * rules->start_words, start);
        }
    return rules->follows != NULL;
}

static bool group_starts(struct cdi_rules *rules)
{
    size_t terms = rules->vocabulary.count;
    uint32_t count = 0;
    rules->group_first = calloc(terms + 1, sizeof *rules->group_first);
    rules->groups = calloc(terms * rules->start_words + 1, sizeof *rules->groups);
    for (size_t term = 0; rules->groups != NULL && rules->group_first != NULL && term < terms; term++) {
        const uint64_t *row = cdi_rules_takers(rules, (uint16_t)term);
        for (uint32_t word = 0; word < rules->start_words; word++) {
            uint64_t starts = cdi_rules_children(row, &rules->nodes[0], word);
            if (starts != 0)
                rules->groups[count++] = (struct cdi_start_group){ starts, word };
        }
        rules->group_first[term + 1] = count;
    }
    struct cdi_start_group *fitting = rules->groups == NULL ? NULL : realloc(rules->groups, (count + 1) * sizeof *fitting);
    rules->groups = fitting == NULL ? rules->groups : fitting;
    return rules->groups != NULL && rules->group_first != NULL;
}

bool cdi_rules_index(struct cdi_rules *rules, struct cdi_tree *tree)
{
    uint16_t *set_of = calloc(tree->count, sizeof *set_of);
    widen_all(&rules->vocabulary, &tree->sets);
    bool right = set_of != NULL && order_nodes(rules, tree, set_of) && gather_takers(rules, &tree->sets, set_of) &&
                 gather_follows(rules) && group_starts(rules);
    free(set_of);
    return right;
}
