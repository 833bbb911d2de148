#include "codec/findings.h"

#include <string.h>

/* How far a word reaches, in words. */
enum {
    NEGATION_REACH = 9,
    HEARSAY_REACH = 8,
    OTHER_REACH = 12,
    VICTIMS_REACH = 6,
    ANSWER_REACH = 4, /* "pushed, grabbed, anything - no" */
    ASKED_REACH = 10,
    CUES_MAX = 64,
    PARTIAL_MAX = 128,
    MATCHES_MAX = 1024
};

/* A rule met in full, its last word at `place`. */
struct match {
    uint32_t place, rule;
};

/* The places of the words of one kind ("no", "denies"), in order. */
struct cues {
    uint32_t places[CUES_MAX];
    uint8_t tells_of[CUES_MAX];
    size_t count;
};

struct entry {
    const struct cdi_rules *rules;
    const struct cdi_lexicon_word *words;
    size_t word_count;
    struct match matches[MATCHES_MAX];
    size_t match_count;
    struct cues kinds[CDI_PHRASE_KIND_COUNT];
    uint16_t ahead; /* the term of the next word of the sentence: it tells most beginnings apart at once */
    bool more;
};

/* ---- Rules met ---- */

/* A node of the tree reached, its last word at `place`. */
struct partial {
    uint32_t node, place;
};
struct partials {
    struct partial items[PARTIAL_MAX];
    size_t count;
};

static void reach(struct entry *entry, struct partials *partials, uint32_t node, uint32_t place)
{
    const struct cdi_rules *rules = entry->rules;
    for (uint32_t rule = rules->nodes[node].rule; rule != CDI_NODE_NONE; rule = rules->rules[rule].next) {
        if (entry->match_count < MATCHES_MAX)
            entry->matches[entry->match_count++] = (struct match){ place, rule };
        else
            entry->more = true;
    }
    if (!cdi_rules_goes_on(rules, &rules->nodes[node], entry->ahead))
        return;
    if (partials->count < PARTIAL_MAX)
        partials->items[partials->count++] = (struct partial){ node, place };
    else
        entry->more = true;
}

/* What has been begun takes the word, waits for a later one, or has waited too long. */
static void go_on(struct entry *entry, struct partials *partials, uint32_t place)
{
    const struct cdi_node *nodes = entry->rules->nodes;
    const uint64_t *row = cdi_rules_takers(entry->rules, entry->words[place].term);
    size_t known = partials->count, kept = 0;
    for (size_t i = 0; i < known; i++) {
        struct partial partial = partials->items[i];
        const struct cdi_node *node = &nodes[partial.node];
        uint32_t waited = place - partial.place - 1;
        for (uint32_t word = node->child / 64; word * 64 < node->child + node->children; word++)
            for (uint64_t left = cdi_rules_children(row, node, word); left != 0; left &= left - 1) {
                uint32_t child = word * 64 + (uint32_t)__builtin_ctzll(left);
                if (waited <= nodes[child].gap)
                    reach(entry, partials, child, place);
            }
        if (waited < node->wait)
            partials->items[kept++] = partial;
    }
    memmove(partials->items + kept, partials->items + known, (partials->count - known) * sizeof *partials->items);
    partials->count -= known - kept;
}

/* What begins with the word, and ends with it or may go on with the next. */
static void set_out(struct entry *entry, struct partials *partials, uint32_t place)
{
    const struct cdi_rules *rules = entry->rules;
    uint16_t term = entry->words[place].term;
    const uint64_t *follows = rules->follows + entry->ahead * rules->start_words;
    for (uint32_t i = rules->group_first[term]; i < rules->group_first[term + 1]; i++) {
        const struct cdi_start_group *group = &rules->groups[i];
        for (uint64_t both = group->nodes & follows[group->from]; both != 0; both &= both - 1)
            reach(entry, partials, group->from * 64 + (uint32_t)__builtin_ctzll(both), place);
    }
}

static void meet(struct entry *entry)
{
    struct partials partials;
    partials.count = 0;
    for (uint32_t place = 0; place < entry->word_count; place++) {
        bool last = place + 1 == entry->word_count || (entry->words[place + 1].breaks & CDI_BREAK_SENTENCE) != 0;
        entry->ahead = last ? CDI_TERM_NONE : entry->words[place + 1].term;
        if (partials.count > 0)
            go_on(entry, &partials, place);
        set_out(entry, &partials, place);
        if (last)
            partials.count = 0;
    }
}

/* ---- Clauses ---- */

/* Something of that sort stands after the word at `from`, up to the word at `to`. */
static bool parted(const struct entry *entry, uint32_t from, uint32_t to, uint8_t breaks)
{
    for (uint32_t place = from + 1; place <= to; place++)
        if ((entry->words[place].breaks & breaks) != 0)
            return true;
    return false;
}

static bool cue_before(const struct entry *entry, enum cdi_phrase_kind kind, uint32_t place, uint32_t reach_back, uint8_t breaks)
{
    const struct cues *cues = &entry->kinds[kind];
    for (size_t i = 0; i < cues->count && cues->places[i] < place; i++)
        if (place - cues->places[i] <= reach_back && !parted(entry, cues->places[i], place, breaks))
            return true;
    return false;
}

/* ---- What is meant ---- */

static bool is_denial(const struct entry *entry, uint32_t place)
{
    const struct cues *cues = &entry->kinds[CDI_PHRASE_KIND_NEGATES];
    for (size_t i = 0; i < cues->count; i++)
        if (cues->places[i] == place)
            return true;
    return false;
}

/* "injuries - nil", "has he hurt you? no": denied by the answer that follows. */
static bool answered_no(const struct entry *entry, uint32_t place)
{
    for (uint32_t at = place + 1; at < entry->word_count && at <= place + ANSWER_REACH; at++) {
        if ((entry->words[at].breaks & CDI_BREAK_SENTENCE) != 0)
            return false;
        if ((entry->words[at].breaks & CDI_BREAK_ANSWER) != 0)
            return is_denial(entry, at) && (at + 1 == entry->word_count || entry->words[at + 1].breaks != 0 || at == place + 1);
    }
    return false;
}

static bool cue_between(const struct entry *entry, enum cdi_phrase_kind kind, uint32_t after, uint32_t until)
{
    const struct cues *cues = &entry->kinds[kind];
    for (size_t i = 0; i < cues->count; i++)
        if (cues->places[i] > after && cues->places[i] <= until)
            return true;
    return false;
}

/* "asked whether he hit her and she said no": denied by whom it would have happened to, if nothing goes on after the no or takes
 * it back. Nobody is to be lost by a no that meant something else ("no comment", "no but he tried"). */
static bool denied_in_reply(const struct entry *entry, uint32_t place)
{
    const struct cues *replies = &entry->kinds[CDI_PHRASE_KIND_REPLY];
    for (size_t i = 0; i < replies->count; i++) {
        uint32_t no = replies->places[i];
        bool ends = no + 1 == entry->word_count || (entry->words[no + 1].breaks & (CDI_BREAK_SENTENCE | CDI_BREAK_ANSWER)) != 0;
        if (no > place && no - place <= ASKED_REACH && ends && !parted(entry, place, no, CDI_BREAK_SENTENCE))
            return cue_before(entry, CDI_PHRASE_KIND_QUESTION, place, ASKED_REACH, CDI_BREAK_SENTENCE) &&
                   !cue_between(entry, CDI_PHRASE_KIND_QUESTION, place, no) &&
                   !cue_between(entry, CDI_PHRASE_KIND_TAKES_BACK, place, (uint32_t)entry->word_count);
    }
    return false;
}

/* "NICHE: 2 PREVIOUS ...": from the register's name at the start of a sentence to its end, what is told was known before. */
static bool from_a_register(const struct entry *entry, uint32_t place)
{
    const struct cues *cues = &entry->kinds[CDI_PHRASE_KIND_RECORD];
    for (size_t i = 0; i < cues->count && cues->places[i] <= place; i++) {
        bool begins = cues->places[i] == 0 || (entry->words[cues->places[i]].breaks & CDI_BREAK_SENTENCE) != 0;
        if (begins && !parted(entry, cues->places[i], place, CDI_BREAK_SENTENCE))
            return true;
    }
    return false;
}

/* "both", "her son too", "three of the staff were", near it on either side: how many besides the first. */
static uint8_t further_victims(const struct entry *entry, uint32_t place)
{
    const struct cues *cues = &entry->kinds[CDI_PHRASE_KIND_VICTIMS];
    uint8_t further = 0;
    for (size_t i = 0; i < cues->count; i++) {
        uint32_t cue = cues->places[i], first = cue < place ? cue : place, last = cue < place ? place : cue;
        if (last - first <= VICTIMS_REACH && cues->tells_of[i] > further + 1 && !parted(entry, first, last, CDI_BREAK_SENTENCE))
            further = (uint8_t)(cues->tells_of[i] - 1);
    }
    return further;
}

static enum cdi_assertion meant(const struct entry *entry, const struct cdi_rule *rule, uint32_t place)
{
    if (rule->kind == CDI_PHRASE_KIND_FACT)
        return CDI_ASSERTION_ASSERTED;
    if (!rule->fixed && (cue_before(entry, CDI_PHRASE_KIND_NEGATES, place, NEGATION_REACH, CDI_BREAK_CLAUSE) ||
                         answered_no(entry, place) || denied_in_reply(entry, place)))
        return CDI_ASSERTION_NEGATED;
    return cue_before(entry, CDI_PHRASE_KIND_HEARSAY, place, HEARSAY_REACH, CDI_BREAK_CLAUSE) ? CDI_ASSERTION_HEARSAY
                                                                                              : CDI_ASSERTION_ASSERTED;
}

/* ---- Findings ---- */

static void gather_cues(struct entry *entry)
{
    for (int kind = 0; kind < CDI_PHRASE_KIND_COUNT; kind++)
        entry->kinds[kind].count = 0;
    for (size_t i = 0; i < entry->match_count; i++) {
        const struct cdi_rule *rule = &entry->rules->rules[entry->matches[i].rule];
        struct cues *cues = &entry->kinds[rule->kind];
        if (rule->kind <= CDI_PHRASE_KIND_LIST || cues->count == CUES_MAX)
            continue;
        cues->places[cues->count] = entry->matches[i].place;
        cues->tells_of[cues->count++] = rule->tells_of;
    }
}

/* "at no 14": a number of a house. */
static void drop_false_denials(struct entry *entry)
{
    const struct cues *false_ones = &entry->kinds[CDI_PHRASE_KIND_NO_DENIAL];
    struct cues *denials = &entry->kinds[CDI_PHRASE_KIND_NEGATES];
    for (size_t i = 0; i < false_ones->count; i++) {
        size_t kept = 0;
        for (size_t j = 0; j < denials->count; j++)
            if (denials->places[j] + 1 != false_ones->places[i])
                denials->places[kept++] = denials->places[j];
        denials->count = kept;
    }
}

/* Asserted before second hand before denied. */
static int strength(uint8_t assertion)
{
    return assertion == CDI_ASSERTION_ASSERTED ? 2 : assertion == CDI_ASSERTION_HEARSAY ? 1 : 0;
}

static void strengthen(struct cdi_finding *finding, const struct cdi_finding *again)
{
    if (strength(again->assertion) > strength(finding->assertion))
        *finding = *again;
    else if (again->assertion == finding->assertion && again->victims > finding->victims)
        finding->victims = again->victims;
}

/* The finding of the phrase; `count` if there is none yet. */
static size_t place_of(const struct cdi_finding *findings, size_t count, uint32_t phrase)
{
    size_t at = 0;
    while (at < count && findings[at].phrase != phrase)
        at++;
    return at;
}

size_t cdi_findings(const struct cdi_rules *rules, const struct cdi_lexicon_word *words, size_t word_count,
                    struct cdi_finding *findings, size_t room, bool *more)
{
    struct entry entry;
    size_t count = 0;
    entry.rules = rules;
    entry.words = words;
    entry.word_count = word_count;
    entry.match_count = 0;
    entry.more = false;
    meet(&entry);
    gather_cues(&entry);
    drop_false_denials(&entry);
    for (size_t i = 0; i < entry.match_count; i++) {
        const struct cdi_rule *rule = &rules->rules[entry.matches[i].rule];
        uint32_t place = entry.matches[i].place;
        if (rule->kind >= CDI_PHRASE_KIND_LIST || (rule->kind == CDI_PHRASE_KIND_EVIDENCE && from_a_register(&entry, place)))
            continue;
        struct cdi_finding finding = {
            .phrase = rule->key,
            .assertion = (uint8_t)meant(&entry, rule, place),
            .other_occasion = cue_before(&entry, CDI_PHRASE_KIND_OTHER, place, OTHER_REACH, CDI_BREAK_SENTENCE),
            .victims = further_victims(&entry, place),
        };
        size_t at = place_of(findings, count, rule->key);
        if (at < count)
            strengthen(&findings[at], &finding);
        else if (count < room)
            findings[count++] = finding;
        else
            entry.more = true;
    }
    *more = *more || entry.more;
    return count;
}
