/* What earlier logs add to the evidence of step 1, and by which phrases a log tells the grounds for it. */
#include "codec/table_evidence.h"
#include "codec/table_read.h"

enum {
    DAYS_MOST = 90,                             /* history records are kept for so long (DESIGN.md step 1) */
    LEAST_MOST = 8,                             /* so many occasions are looked at (core/judgement.h) */
    PERSONAL_LEAST = 2000
};

static const char *const kins[] = { CDI_PAST_KIN_LIST(CDI_BIND_STRING) };
static const char *const kinds[] = { CDI_PAST_KIND_LIST(CDI_BIND_STRING) };
static const char *const grounds[] = { CDI_GROUND_LIST(CDI_BIND_STRING) };
static const char *const categories[] = { CDI_CATEGORY_LIST(CDI_BIND_STRING) };

struct row {
    struct cdi_text rule, words;
    uint64_t same, earlier, told, untold, categories;
    int64_t days, least, weight;
    uint16_t offence;
};

static const struct cdi_bind_column columns[] = {
    { "rule", CDI_BIND_TEXT, offsetof(struct row, rule), .required = true, .key = true, .most = CDI_WORD_MAX },
    { "same", CDI_BIND_SET, offsetof(struct row, same), .required = true, CDI_BIND_WORDS(kins) },
    { "earlier", CDI_BIND_SET, offsetof(struct row, earlier), .required = true, CDI_BIND_WORDS(kinds) },
    { "days", CDI_BIND_INTEGER, offsetof(struct row, days), .required = true, .least = 1, .most = DAYS_MOST },
    { "least", CDI_BIND_INTEGER, offsetof(struct row, least), .required = true, .least = 1, .most = LEAST_MOST },
    { "told", CDI_BIND_SET, offsetof(struct row, told), .required = true, CDI_BIND_WORDS(grounds) },
    { "untold", CDI_BIND_SET, offsetof(struct row, untold), CDI_BIND_WORDS(grounds) },
    { "class", CDI_BIND_CLASS, offsetof(struct row, offence), .required = false },
    { "category", CDI_BIND_SET, offsetof(struct row, categories), CDI_BIND_WORDS(categories) },
    { "weight", CDI_BIND_INTEGER, offsetof(struct row, weight), .required = true, .least = -CDI_EVIDENCE_WEIGHT_MOST,
      .most = CDI_EVIDENCE_WEIGHT_MOST },
    { "words", CDI_BIND_TEXT, offsetof(struct row, words), .required = true, .most = 120 },
};

static const struct cdi_bind_table table = {
    "history.csv", columns, sizeof columns / sizeof *columns, sizeof(struct row), 0, CDI_HISTORY_RULES_MAX
};

static bool check_row(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, const struct row *cells)
{
    bool classed = cells->offence != CDI_OFFENCE_NONE, right = true;
    if (classed == (cells->categories != 0))
        right = cdi_bind_fail(binder, bound, row, classed ? "category" : "class",
                              classed ? "the row names a class too: keep one of both" : "name a class here, or a category");
    if ((cells->told & cells->untold) != 0)
        right = cdi_bind_fail(binder, bound, row, "untold", "a log cannot tell a thing and not tell it: take it out here or in told");
    if (cells->weight < 0)
        right = cdi_bind_fail(binder, bound, row, "weight",
                              "that somebody calls again never makes a crime less likely: write 0 or more");
    return right;
}

static bool take_row(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, const struct row *cells)
{
    struct cdi_evidence *evidence = &binder->tables->evidence;
    struct cdi_history_rule *rule = &evidence->history[evidence->history_count];
    *rule = (struct cdi_history_rule){
        .name = cells->rule, .words = cells->words, .kins = (uint8_t)cells->same, .kinds = (uint8_t)cells->earlier,
        .grounds = (uint8_t)cells->told, .not_on = (uint8_t)cells->untold, .klass = CDI_CLASS_ANY,
        .categories = (uint8_t)cells->categories, .least = (uint8_t)cells->least, .days = (uint16_t)cells->days,
        .weight = (int32_t)cells->weight,
    };
    if (cells->offence != CDI_OFFENCE_NONE) {
        rule->klass = cdi_evidence_class(binder, cells->offence);
        if (rule->klass == CDI_CLASS_ANY)
            return cdi_bind_fail(binder, bound, row, "class", "evidence for more than %d classes: leave some out", CDI_CLASSES_MAX);
    }
    evidence->history_count++;
    evidence->history_days = rule->days > evidence->history_days ? rule->days : evidence->history_days;
    for (int kin = 0; kin < CDI_PAST_KIN_COUNT; kin++)
        evidence->history_kinds[kin] |= (rule->kins >> kin & 1) != 0 ? rule->kinds : 0;
    return true;
}

/* Force or a threat: it makes a crime against the person four times as likely or more, and not only one of conduct or communications. */
static bool is_personal(const struct cdi_tables *tables, const struct cdi_phrase *phrase)
{
    const struct cdi_evidence *evidence = &tables->evidence;
    for (size_t i = phrase->weight_first; i < (size_t)phrase->weight_first + phrase->weight_count; i++) {
        const struct cdi_evidence_weight *weight = &evidence->weights[i];
        if (weight->negated || weight->weight < PERSONAL_LEAST || weight->klass == CDI_CLASS_ANY)
            continue;
        const struct cdi_offence *offence = &tables->offences[evidence->classes[weight->klass]];
        if (offence->category != CDI_CATEGORY_OTHER && offence->family != CDI_FAMILY_CONDUCT &&
            offence->family != CDI_FAMILY_COMMUNICATIONS)
            return true;
    }
    return false;
}

static void note(uint64_t *phrases, size_t phrase, bool tells)
{
    phrases[phrase / 64] |= (uint64_t)tells << phrase % 64;
}

static void note_grounds(struct cdi_tables *tables)
{
    struct cdi_evidence *evidence = &tables->evidence;
    for (size_t i = 0; i < evidence->phrase_count; i++) {
        const struct cdi_phrase *phrase = &evidence->phrases[i];
        note(evidence->grounds[CDI_GROUND_TARGETED], i, phrase->targeted);
        note(evidence->grounds[CDI_GROUND_PARTNERS], i, phrase->partners);
        note(evidence->grounds[CDI_GROUND_DOMESTIC], i, phrase->domestic);
        note(evidence->grounds[CDI_GROUND_PERSONAL], i, is_personal(tables, phrase));
        note(evidence->repeated, i, phrase->repeated);
    }
}

bool cdi_history_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count)
{
    struct cdi_evidence *evidence = &binder->tables->evidence;
    struct cdi_bound bound;
    struct cdi_text bytes = cdi_bind_file(binder, files, count, table.name);
    evidence->history = cdi_table_store_take(binder->store, CDI_HISTORY_RULES_MAX, sizeof *evidence->history);
    if (evidence->history == NULL)
        return cdi_bind_fail_file(binder, table.name, "no memory for the table");
    if (!cdi_text_said(bytes))
        return false;
    bool right = cdi_bind(binder, &table, bytes, &bound);
    const struct row *rows = bound.rows;
    for (size_t i = 0; i < bound.count; i++)
        right = check_row(binder, &bound, i, &rows[i]) && i < CDI_HISTORY_RULES_MAX && take_row(binder, &bound, i, &rows[i]) && right;
    note_grounds(binder->tables);
    return right;
}
