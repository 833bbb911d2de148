#include "codec/table_read.h"

static const char *const reasons[] = { CDI_REASON_LIST(CDI_BIND_STRING) };
static const char *const fields[] = { CDI_DISPOSAL_FIELD_LIST(CDI_BIND_STRING) };
static const char *const roles[] = { CDI_CALLER_ROLE_LIST(CDI_BIND_STRING) };
static const char *const staff[] = { CDI_ENTRY_ROLE_LIST(CDI_BIND_STRING) };
static const char *const families[] = { CDI_FAMILY_LIST(CDI_BIND_STRING) };
/* Only these two have a mark of their own (R11, R12). */
static const char *const markable[CDI_DISPOSAL_FIELD_COUNT] = {
    [CDI_DISPOSAL_FIELD_ENDORSED_BY] = "endorsed_by", [CDI_DISPOSAL_FIELD_VICTIM_TOLD_AT] = "victim_told_at",
};

struct row {
    int reason;
    struct cdi_text words;
    bool clears, rationale_given;
    uint64_t needs, needs_if_sensitive, needs_if_hurt, needs_if_disorder, marks, caller_never, families, decider_never,
        endorser_never;
};

static const struct cdi_bind_column columns[] = {
    { "reason", CDI_BIND_WORD, offsetof(struct row, reason), .required = true, .key = true, CDI_BIND_WORDS(reasons) },
    { "words", CDI_BIND_TEXT, offsetof(struct row, words), .required = true },
    { "clears", CDI_BIND_FLAG, offsetof(struct row, clears), .required = true },
    { "needs", CDI_BIND_SET, offsetof(struct row, needs), CDI_BIND_WORDS(fields) },
    { "needs_if_sensitive", CDI_BIND_SET, offsetof(struct row, needs_if_sensitive), CDI_BIND_WORDS(fields) },
    { "needs_if_hurt", CDI_BIND_SET, offsetof(struct row, needs_if_hurt), CDI_BIND_WORDS(fields) },
    { "needs_if_disorder", CDI_BIND_SET, offsetof(struct row, needs_if_disorder), CDI_BIND_WORDS(fields) },
    { "marks", CDI_BIND_SET, offsetof(struct row, marks), CDI_BIND_WORDS(markable) },
    { "caller_never", CDI_BIND_SET, offsetof(struct row, caller_never), CDI_BIND_WORDS(roles) },
    { "families", CDI_BIND_SET, offsetof(struct row, families), CDI_BIND_WORDS(families) },
    { "decider_never", CDI_BIND_SET, offsetof(struct row, decider_never), CDI_BIND_WORDS(staff) },
    { "endorser_never", CDI_BIND_SET, offsetof(struct row, endorser_never), CDI_BIND_WORDS(staff) },
    { "rationale_given", CDI_BIND_FLAG, offsetof(struct row, rationale_given), .required = true },
};

static const struct cdi_bind_table table = {
    "disposals.csv", columns, sizeof columns / sizeof *columns, sizeof(struct row), 1, 0
};

_Static_assert(CDI_DISPOSAL_FIELD_COUNT <= 32 && CDI_FAMILY_COUNT <= 32 && CDI_CALLER_ROLE_COUNT <= 32, "sets are 32 bits");

static struct cdi_disposal_rule rule_of(const struct row *row)
{
    return (struct cdi_disposal_rule){
        .clears = row->clears, .needs = (uint32_t)row->needs, .needs_if_sensitive = (uint32_t)row->needs_if_sensitive,
        .needs_if_hurt = (uint32_t)row->needs_if_hurt, .needs_if_disorder = (uint32_t)row->needs_if_disorder, .marks_missing = (uint32_t)row->marks,
        .caller_never = (uint32_t)row->caller_never, .family_only = (uint32_t)row->families,
        .decider_never = (uint32_t)row->decider_never, .endorser_never = (uint32_t)row->endorser_never,
        .rationale_given = row->rationale_given, .words = row->words,
    };
}

static bool check_row(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, const struct row *cells)
{
    uint64_t rationale = UINT64_C(1) << CDI_DISPOSAL_FIELD_RATIONALE;
    uint64_t further = cells->needs_if_sensitive | cells->needs_if_hurt | cells->needs_if_disorder;
    if (cells->reason == CDI_REASON_NONE)
        return cdi_bind_fail(binder, bound, row, "reason", "none is the absence of a reason: remove the row");
    if (cells->rationale_given && ((cells->needs | further) & rationale) == 0)
        return cdi_bind_fail(binder, bound, row, "rationale_given", "%s does not need a rationale: name it in needs, or write no",
                             reasons[cells->reason]);
    if ((cells->needs & cells->marks) != 0)
        return cdi_bind_fail(binder, bound, row, "marks", "%s both needs a field and only marks it: keep one",
                             reasons[cells->reason]);
    return true;
}

bool cdi_disposals_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count)
{
    struct cdi_bound bound;
    bool seen[CDI_REASON_COUNT] = { [CDI_REASON_NONE] = true };
    struct cdi_text bytes = cdi_bind_file(binder, files, count, table.name);
    if (!cdi_text_said(bytes))
        return false;
    bool whole = cdi_bind(binder, &table, bytes, &bound), right = whole;
    const struct row *rows = bound.rows;
    for (size_t i = 0; i < bound.count; i++) {
        right = check_row(binder, &bound, i, &rows[i]) && right;
        binder->tables->disposals[rows[i].reason] = rule_of(&rows[i]);
        seen[rows[i].reason] = true;
    }
    for (int reason = 0; whole && reason < CDI_REASON_COUNT; reason++)
        if (!seen[reason])
            right = cdi_bind_fail_file(binder, table.name, "the reason %s has no row: add one", reasons[reason]);
    return right;
}
