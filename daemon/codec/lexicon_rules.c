#include "codec/lexicon_rules.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "codec/lexicon_words.h"

enum { GAP_DEFAULT = 5, GAP_MOST = 9, SLOTS = 2 * CDI_VOCABULARY_MAX, SET_WORDS = CDI_VOCABULARY_MAX / 64, SETS_MAX = 16384 };

struct reading {
    struct cdi_binder *binder;
    const struct cdi_bound *bound;
    size_t row;
    struct cdi_rules *rules;
    size_t node_room, set_room;
    uint16_t *slots; /* the vocabulary by hash; 0xFFFF: empty */
    uint16_t phrases;
    uint64_t set[SET_WORDS]; /* being gathered */
};

static bool fail(struct reading *reading, const char *what, struct cdi_text text)
{
    return cdi_bind_fail(reading->binder, reading->bound, reading->row, "pattern", "%s: \"%.*s\"", what, CDI_TEXT_ARGS(text));
}

/* ---- The vocabulary ---- */

/* The number of a word written " word " or " beginn"; added if new; -1 if there is no room. */
static int word_number(struct reading *reading, const char *word, size_t size)
{
    struct cdi_rules *rules = reading->rules;
    size_t slot = XXH32(word, size, 0) % SLOTS;
    for (; reading->slots[slot] != 0xFFFF; slot = (slot + 1) % SLOTS) {
        const char *known = rules->words[reading->slots[slot]];
        if (strlen(known) == size && memcmp(known, word, size) == 0)
            return reading->slots[slot];
    }
    char *copy = rules->word_count < CDI_VOCABULARY_MAX ? malloc(size + 1) : NULL;
    if (copy == NULL)
        return -1;
    memcpy(copy, word, size);
    copy[size] = '\0';
    rules->words[rules->word_count] = copy;
    reading->slots[slot] = (uint16_t)rules->word_count;
    return (int)rules->word_count++;
}

static bool add_word(struct reading *reading, struct cdi_text word)
{
    char folded[2 * CDI_WORD_MAX + 4];
    struct cdi_lexicon_word words[2 * CDI_WORD_MAX + 4];
    size_t size;
    bool begins = word.size > 1 && word.at[word.size - 1] == '*' && word.at[0] != '*';
    if (word.size == 0 || word.size > CDI_WORD_MAX)
        return fail(reading, "a word is missing or too long", word);
    word.size -= begins;
    if (cdi_words(word, folded, &size, words) != 1)
        return fail(reading, "not one word of letters or digits; write several as \"ex partner\", with spaces", word);
    int number = word_number(reading, folded, begins ? size - 1 : size);
    if (number < 0)
        return fail(reading, "more words than the lexicon has room for", word);
    reading->set[number / 64] |= UINT64_C(1) << (number % 64);
    return true;
}

static bool add_words(struct reading *reading, struct cdi_text words, unsigned depth);

static bool add_list(struct reading *reading, struct cdi_text name, unsigned depth)
{
    const struct cdi_phrase_row *rows = reading->bound->rows;
    for (size_t row = reading->row; row-- > 0;)
        if (rows[row].kind == CDI_PHRASE_KIND_LIST && cdi_text_same(rows[row].phrase, name))
            return depth < 4 ? add_words(reading, rows[row].pattern, depth + 1)
                             : fail(reading, "lists within lists too deep", name);
    return fail(reading, "no list above has this name: add a row of kind list before this one", name);
}

/* "a|b|{list}" into the set. */
static bool add_words(struct reading *reading, struct cdi_text words, unsigned depth)
{
    for (size_t at = 0; at <= words.size;) {
        size_t size = 0;
        while (at + size < words.size && words.at[at + size] != '|')
            size++;
        struct cdi_text word = { words.at + at, size };
        bool list = size > 2 && word.at[0] == '{' && word.at[size - 1] == '}';
        if (!(list ? add_list(reading, (struct cdi_text){ word.at + 1, size - 2 }, depth) : add_word(reading, word)))
            return false;
        at += size + 1;
    }
    return true;
}

/* ---- The tree ---- */

/* The number of the set being gathered: that of an equal one, or a new one; -1 if there is no room. */
static int keep_set(struct reading *reading)
{
    struct cdi_rules *rules = reading->rules;
    for (size_t i = 0; i < rules->set_count; i++)
        if (memcmp(rules->sets + i * SET_WORDS, reading->set, sizeof reading->set) == 0)
            return (int)i;
    if (rules->set_count == SETS_MAX)
        return -1;
    if (rules->set_count == reading->set_room) {
        size_t room = reading->set_room * 2 + 256;
        uint64_t *wider = realloc(rules->sets, room * sizeof reading->set);
        if (wider == NULL)
            return -1;
        rules->sets = wider;
        reading->set_room = room;
    }
    memcpy(rules->sets + rules->set_count * SET_WORDS, reading->set, sizeof reading->set);
    return (int)rules->set_count++;
}

static uint32_t new_node(struct reading *reading, struct cdi_node node)
{
    struct cdi_rules *rules = reading->rules;
    if (rules->node_count == reading->node_room) {
        size_t room = reading->node_room * 2 + 1024;
        struct cdi_node *wider = realloc(rules->nodes, room * sizeof *wider);
        if (wider == NULL)
            return CDI_NODE_NONE;
        rules->nodes = wider;
        reading->node_room = room;
    }
    rules->nodes[rules->node_count] = node;
    return (uint32_t)rules->node_count++;
}

/* The child of `parent` that is like `node`; added if there is none. */
static uint32_t child_like(struct reading *reading, uint32_t parent, struct cdi_node node)
{
    struct cdi_rules *rules = reading->rules;
    for (uint32_t child = rules->nodes[parent].child; child != CDI_NODE_NONE; child = rules->nodes[child].sibling)
        if (rules->nodes[child].kind == node.kind && rules->nodes[child].set == node.set && rules->nodes[child].gap == node.gap)
            return child;
    node.sibling = rules->nodes[parent].child;
    uint32_t added = new_node(reading, node);
    if (added == CDI_NODE_NONE)
        return CDI_NODE_NONE;
    rules->nodes[parent].child = added;
    if (node.gap > rules->nodes[parent].wait)
        rules->nodes[parent].wait = node.gap;
    return added;
}

/* ---- Patterns ---- */

struct path {
    uint32_t node;
    size_t length;
    uint8_t gap;
};

static bool add_element(struct reading *reading, struct path *path, uint8_t kind, uint16_t set)
{
    if (path->length++ == CDI_RULE_WORDS_MAX)
        return fail(reading, "too many words in one pattern", CDI_TEXT(""));
    path->node = child_like(reading, path->node, (struct cdi_node){ .kind = kind, .set = set, .gap = path->gap });
    path->gap = 0;
    return path->node != CDI_NODE_NONE || fail(reading, "no memory for the pattern", CDI_TEXT(""));
}

static bool read_set(struct reading *reading, struct path *path, struct cdi_text element)
{
    bool group = element.at[0] == '(' && element.at[element.size - 1] == ')';
    memset(reading->set, 0, sizeof reading->set);
    if (!add_words(reading, group ? (struct cdi_text){ element.at + 1, element.size - 2 } : element, 0))
        return false;
    int set = keep_set(reading);
    return set < 0 ? fail(reading, "more patterns than the lexicon has room for", CDI_TEXT(""))
                   : add_element(reading, path, CDI_NODE_SET, (uint16_t)set);
}

/* "~" or "~3": how many words; -1 if it is neither. */
static int gap_of(struct cdi_text element)
{
    if (element.size == 1)
        return GAP_DEFAULT;
    bool digit = element.size == 2 && element.at[1] >= '1' && element.at[1] <= '0' + GAP_MOST;
    return digit ? element.at[1] - '0' : -1;
}

static bool read_element(struct reading *reading, struct path *path, struct cdi_text element)
{
    if (element.at[0] == '~') {
        int wide = gap_of(element);
        if (wide < 0 || path->gap > 0 || path->length == 0)
            return fail(reading, "write ~ or ~1 to ~9 between two words", element);
        path->gap = (uint8_t)wide;
        return true;
    }
    if (cdi_text_is(element, "_") && path->length == 0)
        return fail(reading, "a pattern begins with a word", element);
    if (cdi_text_is(element, "_"))
        return add_element(reading, path, CDI_NODE_ANY, 0);
    return cdi_text_is(element, "#") ? add_element(reading, path, CDI_NODE_NUMBER, 0) : read_set(reading, path, element);
}

static bool read_elements(struct reading *reading, struct path *path, struct cdi_text pattern)
{
    for (size_t at = 0; at < pattern.size;) {
        size_t size = 0;
        while (at + size < pattern.size && pattern.at[at + size] != ' ')
            size++;
        if (size > 0 && !read_element(reading, path, (struct cdi_text){ pattern.at + at, size }))
            return false;
        at += size + 1;
    }
    return (path->gap == 0 && path->length > 0) || fail(reading, "a pattern ends with a word", pattern);
}

/* Whether a word of denial stands in the pattern itself. */
static bool denies(struct cdi_text pattern)
{
    static const char *const denials[] = {
        "no",   "not",   "nil",    "never", "without", "none",    "denies", "isnt",   "wasnt",   "didnt",   "doesnt",
        "dont", "hasnt", "havent", "wont",  "wouldnt", "couldnt", "cant",   "nobody", "nothing", "refuses", "refused",
    };
    for (size_t i = 0, size; i < pattern.size; i += size + 1) {
        for (size = 0; i + size < pattern.size && pattern.at[i + size] >= 'a' && pattern.at[i + size] <= 'z';)
            size++;
        for (size_t j = 0; j < sizeof denials / sizeof *denials; j++)
            if (strlen(denials[j]) == size && memcmp(denials[j], pattern.at + i, size) == 0)
                return true;
    }
    return false;
}

/* The number of the row's phrase: that of the row which named it first. */
static uint16_t phrase_number(struct reading *reading, uint32_t key)
{
    for (size_t i = reading->rules->rule_count; i-- > 1;)
        if (reading->rules->rules[i].key == key)
            return reading->rules->rules[i].phrase;
    return reading->phrases++;
}

static bool read_row(struct reading *reading)
{
    const struct cdi_phrase_row *row = (const struct cdi_phrase_row *)reading->bound->rows + reading->row;
    struct cdi_rules *rules = reading->rules;
    struct cdi_rule rule = { .key = cdi_phrase_key(row->phrase), .kind = (uint8_t)row->kind, .fixed = denies(row->pattern) };
    struct path path = { .node = CDI_NODE_NONE };
    if (row->kind == CDI_PHRASE_KIND_LIST)
        return true;
    if (!read_elements(reading, &path, row->pattern))
        return false;
    rule.phrase = phrase_number(reading, rule.key);
    if (rule.phrase >= CDI_PHRASES_MAX)
        return cdi_bind_fail(reading->binder, reading->bound, reading->row, "phrase", "more than %d phrases: merge some",
                             CDI_PHRASES_MAX);
    rule.next = rules->nodes[path.node].rule;
    rules->nodes[path.node].rule = (uint32_t)rules->rule_count;
    rules->rules[rules->rule_count++] = rule;
    return true;
}

/* ---- What a word begins ---- */

/* Sets as wide as the vocabulary became: what is read often lies close together. */
static void narrow_sets(struct cdi_rules *rules)
{
    rules->set_words = rules->word_count / 64 + 1;
    for (size_t i = 0; i < rules->set_count; i++)
        memmove(rules->sets + i * rules->set_words, rules->sets + i * SET_WORDS, rules->set_words * sizeof *rules->sets);
}

static bool begins_with(const struct cdi_rules *rules, uint32_t node, size_t word)
{
    return rules->nodes[node].kind == CDI_NODE_SET && cdi_rules_holds(rules, rules->nodes[node].set, (uint32_t)word);
}

static bool index_starts(struct reading *reading)
{
    struct cdi_rules *rules = reading->rules;
    uint32_t total = 0, next = 0, first = rules->nodes[0].child;
    narrow_sets(rules);
    for (uint32_t node = first; node != CDI_NODE_NONE; node = rules->nodes[node].sibling) {
        for (size_t word = 0; word < rules->word_count; word++)
            total += begins_with(rules, node, word);
        if (rules->nodes[node].kind == CDI_NODE_NUMBER)
            rules->number_start = node;
    }
    rules->start_first = calloc(rules->word_count + 1, sizeof *rules->start_first);
    rules->starts = calloc((size_t)total + 1, sizeof *rules->starts);
    if (rules->start_first == NULL || rules->starts == NULL)
        return fail(reading, "no memory for the lexicon", CDI_TEXT(""));
    for (size_t word = 0; word < rules->word_count; word++) {
        rules->start_first[word] = next;
        for (uint32_t node = first; node != CDI_NODE_NONE; node = rules->nodes[node].sibling)
            if (begins_with(rules, node, word))
                rules->starts[next++] = node;
    }
    rules->start_first[rules->word_count] = next;
    return true;
}

/* Most words go on with nothing that has been begun: one look at one set tells. */
static bool gather_follows(struct reading *reading)
{
    struct cdi_rules *rules = reading->rules;
    for (size_t i = 1; i < rules->node_count; i++) {
        struct cdi_node *node = &rules->nodes[i];
        memset(reading->set, 0, sizeof reading->set);
        for (uint32_t child = node->child; child != CDI_NODE_NONE; child = rules->nodes[child].sibling) {
            node->loose = node->loose || rules->nodes[child].kind != CDI_NODE_SET;
            for (size_t word = 0; rules->nodes[child].kind == CDI_NODE_SET && word < SET_WORDS; word++)
                reading->set[word] |= rules->sets[rules->nodes[child].set * SET_WORDS + word];
        }
        int follow = node->child == CDI_NODE_NONE ? 0 : keep_set(reading);
        if (follow < 0)
            return fail(reading, "more patterns than the lexicon has room for", CDI_TEXT(""));
        node->follow = (uint16_t)follow;
    }
    return true;
}

static bool read_rows(struct reading *reading)
{
    bool right = true;
    memset(reading->slots, 0xFF, SLOTS * sizeof *reading->slots);
    reading->rules->rule_count = 1;
    new_node(reading, (struct cdi_node){ .kind = CDI_NODE_ANY });
    for (; reading->row < reading->bound->count; reading->row++)
        right = read_row(reading) && right;
    reading->row = 0;
    return right && gather_follows(reading) && index_starts(reading);
}

bool cdi_rules_read(struct cdi_binder *binder, const struct cdi_bound *rows, struct cdi_rules *rules)
{
    struct reading *reading = calloc(1, sizeof *reading);
    *rules = (struct cdi_rules){ .set_words = SET_WORDS };
    rules->rules = calloc(rows->count + 2, sizeof *rules->rules);
    rules->words = calloc(CDI_VOCABULARY_MAX, sizeof *rules->words);
    rules->nodes = calloc(1024, sizeof *rules->nodes);
    uint16_t *slots = malloc(SLOTS * sizeof *slots);
    bool right = reading != NULL && slots != NULL && rules->rules != NULL && rules->words != NULL && rules->nodes != NULL;
    if (right) {
        reading->binder = binder;
        reading->bound = rows;
        reading->rules = rules;
        reading->slots = slots;
        reading->node_room = 1024;
        right = read_rows(reading);
    } else {
        cdi_bind_fail_file(binder, "phrases.csv", "no memory for the lexicon");
    }
    free(slots);
    free(reading);
    return right;
}

void cdi_rules_finish(struct cdi_rules *rules)
{
    for (size_t i = 0; i < rules->word_count; i++)
        free(rules->words[i]);
    free(rules->words);
    free(rules->rules);
    free(rules->nodes);
    free(rules->sets);
    free(rules->starts);
    free(rules->start_first);
    *rules = (struct cdi_rules){ .set_words = 0 };
}
