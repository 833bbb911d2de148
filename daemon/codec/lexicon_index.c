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

void cdi_sets_finish(struct cdi_sets *sets)
{
    free(sets->bits);
    free(sets->slots);
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
static void widen_by_beginnings(const struct cdi_vocabulary *vocabulary, struct cdi_sets *sets)
{
    for (size_t beginning = 1; beginning < vocabulary->count; beginning++)
        for (size_t term = 1; vocabulary->begins[beginning] && term < vocabulary->count; term++)
            if (cdi_vocabulary_begins(vocabulary, term, beginning))
                for (uint64_t *set = sets->bits; set < sets->bits + sets->count * CDI_SET_ROOM; set += CDI_SET_ROOM)
                    if (holds(set, beginning))
                        add(set, term);
}

/* ---- The tree ---- */

/* Most words go on with nothing that has been begun: one look at one set tells. */
static bool gather_follows(struct cdi_rules *rules, struct cdi_sets *sets)
{
    uint64_t gathered[CDI_SET_ROOM];
    for (size_t i = 0; i < rules->node_count; i++) {
        struct cdi_node *node = &rules->nodes[i];
        memset(gathered, 0, sizeof gathered);
        for (uint32_t child = node->child; child != CDI_NODE_NONE; child = rules->nodes[child].sibling) {
            node->loose = node->loose || rules->nodes[child].kind != CDI_NODE_SET;
            for (size_t word = 0; rules->nodes[child].kind == CDI_NODE_SET && word < CDI_SET_ROOM; word++)
                gathered[word] |= sets->bits[rules->nodes[child].set * CDI_SET_ROOM + word];
        }
        int follow = cdi_sets_keep(sets, gathered);
        if (follow < 0)
            return false;
        node->follow = (uint16_t)follow;
    }
    return true;
}

/* The nodes with the children of each side by side, as they are visited: breadth first. */
static bool put_children_together(struct cdi_rules *rules)
{
    struct cdi_node *ordered = calloc(rules->node_count, sizeof *ordered);
    size_t count = 1;
    if (ordered == NULL)
        return false;
    ordered[0] = rules->nodes[0];
    for (size_t i = 0; i < count; i++) {
        uint32_t child = ordered[i].child;
        ordered[i].child = child == CDI_NODE_NONE ? CDI_NODE_NONE : (uint32_t)count;
        for (; child != CDI_NODE_NONE; child = rules->nodes[child].sibling) {
            ordered[count] = rules->nodes[child];
            ordered[count].sibling = ordered[count].sibling == CDI_NODE_NONE ? CDI_NODE_NONE : (uint32_t)count + 1;
            count++;
        }
    }
    free(rules->nodes);
    rules->nodes = ordered;
    return true;
}

/* From the terms of each set to the sets of each term. */
static bool turn_sets(struct cdi_rules *rules, const struct cdi_sets *sets)
{
    rules->set_words = sets->count / 64 + 1;
    rules->sets = calloc(rules->vocabulary.count + 1, rules->set_words * sizeof *rules->sets);
    for (size_t set = 0; rules->sets != NULL && set < sets->count; set++)
        for (size_t word = 0; word < CDI_SET_ROOM; word++)
            for (uint64_t left = sets->bits[set * CDI_SET_ROOM + word]; left != 0; left &= left - 1)
                add(rules->sets + (word * 64 + (size_t)__builtin_ctzll(left)) * rules->set_words, set);
    return rules->sets != NULL;
}

/* ---- Starts ---- */

static size_t count_starts(struct cdi_rules *rules)
{
    size_t count = 0;
    rules->first_start = rules->nodes[0].child;
    for (uint32_t node = rules->first_start; node != CDI_NODE_NONE; node = rules->nodes[node].sibling)
        count++;
    return count;
}

/* The starts that take the term, 64 at a time; returns how many groups hold any. */
static uint32_t group_starts(struct cdi_rules *rules, size_t starts, uint16_t term, struct cdi_start_group *groups)
{
    uint32_t count = 0;
    for (size_t start = 0; start < starts; start++) {
        const struct cdi_node *node = &rules->nodes[rules->first_start + start];
        if (node->kind != CDI_NODE_SET || !cdi_rules_holds(rules, node->set, term))
            continue;
        if (count == 0 || groups[count - 1].from != start / 64)
            groups[count++] = (struct cdi_start_group){ .from = (uint32_t)(start / 64) };
        groups[count - 1].starts |= UINT64_C(1) << start % 64;
    }
    return count;
}

/* A start that is neither the end of a rule nor can go on with the next word is not looked at. */
static void note_follows(struct cdi_rules *rules, size_t start)
{
    const struct cdi_node *node = &rules->nodes[rules->first_start + start];
    bool always = node->rule != CDI_NODE_NONE || node->wait > 0 || node->loose;
    if (node->kind == CDI_NODE_NUMBER)
        rules->number_start = rules->first_start + (uint32_t)start;
    for (size_t term = 0; term < rules->vocabulary.count; term++)
        if (always || cdi_rules_holds(rules, node->follow, (uint16_t)term))
            add(rules->follows + term * rules->start_words, start);
}

static bool index_starts(struct cdi_rules *rules)
{
    size_t starts = count_starts(rules), terms = rules->vocabulary.count;
    uint32_t count = 0;
    rules->start_words = starts / 64 + 1;
    rules->follows = calloc(terms + 1, rules->start_words * sizeof *rules->follows);
    rules->group_first = calloc(terms + 1, sizeof *rules->group_first);
    rules->groups = malloc((terms + 1) * rules->start_words * sizeof *rules->groups);
    if (rules->follows == NULL || rules->group_first == NULL || rules->groups == NULL)
        return false;
    for (size_t start = 0; start < starts; start++)
        note_follows(rules, start);
    for (size_t term = 0; term < terms; term++) {
        count += group_starts(rules, starts, (uint16_t)term, rules->groups + count);
        rules->group_first[term + 1] = count;
    }
    struct cdi_start_group *fitting = realloc(rules->groups, (count + 1) * sizeof *fitting);
    rules->groups = fitting == NULL ? rules->groups : fitting;
    return true;
}

bool cdi_rules_index(struct cdi_rules *rules, struct cdi_sets *sets)
{
    widen_by_beginnings(&rules->vocabulary, sets);
    return put_children_together(rules) && gather_follows(rules, sets) && turn_sets(rules, sets) && index_starts(rules);
}
