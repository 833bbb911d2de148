#include "codec/lexicon_rules.h"

#include <stdlib.h>
#include <string.h>

#include "codec/lexicon_index.h"

enum { GAP_DEFAULT = 5, GAP_MOST = 9 };

struct reading {
    struct cdi_binder *binder;
    const struct cdi_bound *phrases, *bound;    /* where lists stand; whose row is read */
    size_t row;
    struct cdi_rules *rules;
    uint16_t phrase_count;
    struct cdi_tree tree;
    uint64_t set[CDI_SET_ROOM]; /* being gathered */
};

static bool fail(struct reading *reading, const char *what, struct cdi_text text)
{
    return cdi_bind_fail(reading->binder, reading->bound, reading->row, "pattern", "%s: \"%.*s\"", what, CDI_TEXT_ARGS(text));
}

/* ---- The vocabulary ---- */

static bool add_word(struct reading *reading, struct cdi_text word)
{
    struct cdi_spelling spelling, second;
    uint8_t breaks;
    bool begins = word.size > 1 && word.at[word.size - 1] == '*' && word.at[0] != '*';
    word.size -= begins;
    struct cdi_word_reader reader = cdi_word_reader(word);
    if (!cdi_word_next(&reader, &spelling, &breaks) || spelling.size > CDI_SPELLING_MAX)
        return fail(reading, "a word is missing or too long", word);
    if (cdi_word_next(&reader, &second, &breaks))
        return fail(reading, "not one word of letters or digits; write several as \"ex partner\", with spaces", word);
    uint16_t term = cdi_vocabulary_add(&reading->rules->vocabulary, &spelling, begins);
    if (term == CDI_TERM_NONE)
        return fail(reading, "more words than the lexicon has room for", word);
    reading->set[term / 64] |= UINT64_C(1) << (term % 64);
    return true;
}

static bool add_words(struct reading *reading, struct cdi_text words, unsigned depth);

static bool add_list(struct reading *reading, struct cdi_text name, unsigned depth)
{
    const struct cdi_phrase_row *rows = reading->phrases->rows;
    for (size_t row = reading->bound == reading->phrases ? reading->row : reading->phrases->count; row-- > 0;)
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

static uint32_t new_branch(struct cdi_tree *tree, struct cdi_branch branch)
{
    if (tree->count == tree->room) {
        size_t room = tree->room * 2 + 1024;
        struct cdi_branch *wider = realloc(tree->branches, room * sizeof *wider);
        if (wider == NULL)
            return CDI_NODE_NONE;
        tree->branches = wider;
        tree->room = room;
    }
    tree->branches[tree->count] = branch;
    return (uint32_t)tree->count++;
}

/* The child of `parent` that is like `branch`; added if there is none. */
static uint32_t child_like(struct cdi_tree *tree, uint32_t parent, struct cdi_branch branch)
{
    for (uint32_t child = tree->branches[parent].child; child != CDI_NODE_NONE; child = tree->branches[child].sibling)
        if (tree->branches[child].set == branch.set && tree->branches[child].gap == branch.gap)
            return child;
    branch.sibling = tree->branches[parent].child;
    uint32_t added = new_branch(tree, branch);
    if (added != CDI_NODE_NONE)
        tree->branches[parent].child = added;
    return added;
}

/* ---- Patterns ---- */

struct path {
    uint32_t node;
    size_t length;
    uint8_t gap;
};

/* The next element of the path takes the words of the set that was gathered. */
static bool add_element(struct reading *reading, struct path *path)
{
    int set = cdi_sets_keep(&reading->tree.sets, reading->set);
    if (path->length++ == CDI_RULE_WORDS_MAX)
        return fail(reading, "too many words in one pattern", CDI_TEXT(""));
    if (set < 0)
        return fail(reading, "more patterns than the lexicon has room for", CDI_TEXT(""));
    path->node = child_like(&reading->tree, path->node, (struct cdi_branch){ .set = (uint16_t)set, .gap = path->gap });
    path->gap = 0;
    return path->node != CDI_NODE_NONE || fail(reading, "no memory for the pattern", CDI_TEXT(""));
}

static bool read_set(struct reading *reading, struct path *path, struct cdi_text element)
{
    bool group = element.at[0] == '(' && element.at[element.size - 1] == ')';
    memset(reading->set, 0, sizeof reading->set);
    if (cdi_text_is(element, "_"))
        reading->set[0] = UINT64_C(1) << CDI_TERM_NONE;
    else if (cdi_text_is(element, "#"))
        reading->set[0] = UINT64_C(1) << CDI_TERM_NUMBER;
    else if (!add_words(reading, group ? (struct cdi_text){ element.at + 1, element.size - 2 } : element, 0))
        return false;
    return add_element(reading, path);
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
    return read_set(reading, path, element);
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
    return reading->phrase_count++;
}

static bool read_row(struct reading *reading)
{
    const struct cdi_phrase_row *row = (const struct cdi_phrase_row *)reading->bound->rows + reading->row;
    struct cdi_rules *rules = reading->rules;
    struct cdi_rule rule = { .key = cdi_phrase_key(row->phrase), .kind = (uint8_t)row->kind, .fixed = denies(row->pattern),
                             .tells_of = cdi_phrase_tells_of(row) };
    struct path path = { .node = CDI_NODE_NONE };
    if (row->kind == CDI_PHRASE_KIND_LIST)
        return true;
    if (!read_elements(reading, &path, row->pattern))
        return false;
    rule.phrase = phrase_number(reading, rule.key);
    if (rule.phrase >= CDI_PHRASES_MAX)
        return cdi_bind_fail(reading->binder, reading->bound, reading->row, "phrase", "more than %d phrases: merge some",
                             CDI_PHRASES_MAX);
    struct cdi_branch *end = &reading->tree.branches[path.node];
    rule.next = end->rule;
    end->rule = (uint32_t)rules->rule_count;
    rules->rules[rules->rule_count++] = rule;
    return true;
}

/* ---- All rows ---- */

static bool read_rows(struct reading *reading, const struct cdi_bound *bound)
{
    bool right = true;
    reading->bound = bound;
    for (reading->row = 0; reading->row < bound->count; reading->row++)
        right = read_row(reading) && right;
    return right;
}

static bool read_both(struct reading *reading, const struct cdi_bound *terms)
{
    reading->rules->rule_count = 1;
    bool right = read_rows(reading, reading->phrases);
    right = read_rows(reading, terms) && right;
    reading->bound = reading->phrases;
    reading->row = 0;
    return right && (cdi_rules_index(reading->rules, &reading->tree) || fail(reading, "no memory for the lexicon", CDI_TEXT("")));
}

bool cdi_rules_read(struct cdi_binder *binder, const struct cdi_bound *phrases, const struct cdi_bound *terms,
                    struct cdi_rules *rules)
{
    struct reading *reading = calloc(1, sizeof *reading);
    *rules = (struct cdi_rules){ .rules = calloc(phrases->count + terms->count + 2, sizeof *rules->rules) };
    bool right = reading != NULL && rules->rules != NULL && cdi_vocabulary_begin(&rules->vocabulary);
    if (right)
        new_branch(&reading->tree, (struct cdi_branch){ .set = 0 });
    if (right && reading->tree.count == 1) {
        reading->binder = binder;
        reading->phrases = phrases;
        reading->rules = rules;
        right = read_both(reading, terms);
    } else {
        right = cdi_bind_fail_file(binder, "phrases.csv", "no memory for the lexicon");
    }
    if (reading != NULL)
        cdi_tree_finish(&reading->tree);
    free(reading);
    return right;
}

void cdi_rules_finish(struct cdi_rules *rules)
{
    cdi_vocabulary_finish(&rules->vocabulary);
    free(rules->rules);
    free(rules->nodes);
    free(rules->takers);
    free(rules->follows);
    free(rules->groups);
    free(rules->group_first);
    *rules = (struct cdi_rules){ .rule_count = 0 };
}
