#include "codec/table_read.h"

#include <string.h>

static const char *const signs[] = { CDI_SIGN_LIST(CDI_BIND_STRING) };
static const char *const families[] = { CDI_FAMILY_LIST(CDI_BIND_STRING) };
static const char *const risks[] = { CDI_RISK_LIST(CDI_BIND_STRING) };
/* The words of the stages, but that none is no word for a time. */
static const char *const shown[] = { [CDI_STAGE_NONE] = "at_once", [CDI_STAGE_NOTICE] = "notice", [CDI_STAGE_WARNING] = "warning",
                                     [CDI_STAGE_URGENT] = "urgent", [CDI_STAGE_BREACH] = "breach" };

enum { WORDS_MOST = 120, MINUTE = 60000, DAY = 24 * 60 * MINUTE };

struct row {
    struct cdi_text watch, words;
    bool on;
    uint64_t any, families, all, until;
    int64_t p;
    struct cdi_span beyond;
    int shown, risk;
};

static const struct cdi_bind_column columns[] = {
    { "watch", CDI_BIND_TEXT, offsetof(struct row, watch), .required = true, .key = true, .least = 1, .most = CDI_WATCH_KEY_MAX },
    { "words", CDI_BIND_TEXT, offsetof(struct row, words), .required = true, .least = 1, .most = WORDS_MOST },
    { "on", CDI_BIND_FLAG, offsetof(struct row, on), .required = true },
    { "any", CDI_BIND_SET, offsetof(struct row, any), CDI_BIND_WORDS(signs) },
    { "families", CDI_BIND_SET, offsetof(struct row, families), CDI_BIND_WORDS(families) },
    { "p", CDI_BIND_INTEGER, offsetof(struct row, p), .least = 1, .most = 99 },
    { "all", CDI_BIND_SET, offsetof(struct row, all), CDI_BIND_WORDS(signs) },
    { "beyond", CDI_BIND_SPAN, offsetof(struct row, beyond), .least = MINUTE, .most = 90 * (int64_t)DAY },
    { "until", CDI_BIND_SET, offsetof(struct row, until), CDI_BIND_WORDS(signs) },
    { "shown", CDI_BIND_WORD, offsetof(struct row, shown), .required = true, CDI_BIND_WORDS(shown) },
    { "risk", CDI_BIND_WORD, offsetof(struct row, risk), .required = true, CDI_BIND_WORDS(risks) },
};

static const struct cdi_bind_table table = {
    "watches.csv", columns, sizeof columns / sizeof *columns, sizeof(struct row), 0, CDI_WATCHES_MAX
};

_Static_assert(CDI_SIGN_COUNT <= 32 && CDI_WATCHES_MAX <= 32, "sets of signs, and of watches, are 32 bits");
#define BIT(sign) (UINT64_C(1) << CDI_SIGN_##sign)

static bool check_key(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, struct cdi_text key)
{
    for (size_t i = 0; i < key.size; i++)
        if (memchr("abcdefghijklmnopqrstuvwxyz0123456789_", key.at[i], 37) == NULL)
            return cdi_bind_fail(binder, bound, row, "watch", "write it in small letters, digits and _: it is part of addresses");
    return !cdi_text_is(key, "any") ||
           cdi_bind_fail(binder, bound, row, "watch", "the word asks for documents with whichever watch: choose another");
}

static bool check_row(struct cdi_binder *binder, const struct cdi_bound *bound, size_t row, const struct row *cells)
{
    bool right = check_key(binder, bound, row, cells->watch);
    uint64_t asked = cells->any | cells->all, ended = asked & cells->until;
    if (((asked | cells->families) != 0) && (asked & BIT(CHECKED)) != 0)
        right = cdi_bind_fail(binder, bound, row, (cells->any & BIT(CHECKED)) != 0 ? "any" : "all",
                              "that somebody has looked at it can only end a watch: write checked in until");
    if (ended != 0)
        right = cdi_bind_fail(binder, bound, row, "until", "%s both makes it hold and ends it: keep one of them",
                              signs[__builtin_ctzll(ended)]);
    if ((cells->families != 0) != (cells->p != 0))
        right = cdi_bind_fail(binder, bound, row, "p", cells->p != 0 ? "it is of families, and none is named: name them, or leave it out"
                              : "say from how likely on the families count, in 100: 50 is the balance of probability");
    return right;
}

/* The least log-odds at which a class is so likely. */
static int32_t log_odds_of(int64_t p)
{
    int32_t below = -20000, enough = 20000;
    while (enough - below > 1) {
        int32_t middle = (below + enough) / 2;
        if (cdi_probability(middle) >= p * 10)
            enough = middle;
        else
            below = middle;
    }
    return enough;
}

static struct cdi_watch_rule rule_of(const struct row *row)
{
    return (struct cdi_watch_rule){
        .key = row->watch, .words = row->words, .any = (uint32_t)row->any, .all = (uint32_t)row->all, .until = (uint32_t)row->until,
        .families = (uint32_t)row->families, .log_odds = log_odds_of(row->p), .beyond = row->beyond,
        .shown = (enum cdi_stage)row->shown, .risk = (enum cdi_risk)row->risk,
    };
}

/* What history.csv may not ask for is kept for watches all the same: about the same victim, or pair; the other also of the place. */
static void keep_history(struct cdi_evidence *evidence, uint32_t asked)
{
    bool domestic = (asked & BIT(EARLIER_DOMESTIC)) != 0, asb = (asked & BIT(EARLIER_ASB_PERSONAL)) != 0;
    static const enum cdi_past_kin kins[] = { CDI_PAST_KIN_PAIR, CDI_PAST_KIN_VICTIM, CDI_PAST_KIN_PLACE };
    for (size_t i = 0; i < sizeof kins / sizeof *kins; i++)
        evidence->history_kinds[kins[i]] |= (uint8_t)((domestic && kins[i] != CDI_PAST_KIN_PLACE) << CDI_PAST_KIND_DOMESTIC |
                                                      asb << CDI_PAST_KIND_ASB_PERSONAL);
    if ((domestic || asb) && evidence->history_days < CDI_EARLIER_DAYS)
        evidence->history_days = CDI_EARLIER_DAYS;
}

bool cdi_watches_read(struct cdi_binder *binder, const struct cdi_table_file *files, size_t count)
{
    struct cdi_bound bound;
    struct cdi_tables *tables = binder->tables;
    struct cdi_text bytes = cdi_bind_file(binder, files, count, table.name);
    if (!cdi_text_said(bytes))
        return false;
    bool right = cdi_bind(binder, &table, bytes, &bound);
    const struct row *rows = bound.rows;
    tables->watches = cdi_table_store_take(binder->store, CDI_WATCHES_MAX, sizeof *tables->watches);
    if (tables->watches == NULL)
        return cdi_bind_fail_file(binder, table.name, "no memory for the table");
    for (int off = 0; off <= 1; off++)
        for (size_t i = 0; i < bound.count && tables->watches_known < CDI_WATCHES_MAX; i++) {
            if (rows[i].on == (off != 0))
                continue;
            right = check_row(binder, &bound, i, &rows[i]) && right;
            tables->watches[tables->watches_known++] = rule_of(&rows[i]);
            tables->watch_count += rows[i].on;
            keep_history(&tables->evidence, rows[i].on ? (uint32_t)(rows[i].any | rows[i].all | rows[i].until) : 0);
        }
    return right;
}

bool cdi_watches_check(struct cdi_binder *binder)
{
    const struct cdi_tables *tables = binder->tables;
    bool right = true;
    for (uint8_t w = 0; w < tables->watches_known; w++) {
        const struct cdi_watch_rule *rule = &tables->watches[w];
        if ((rule->any | rule->all | rule->families) == 0 && !rule->termed)
            right = cdi_bind_fail_file(binder, table.name, "nothing makes the watch %.*s hold: name signs in any or all, or families, or "
                                       "give it a term in terms.csv", CDI_TEXT_ARGS(rule->key));
    }
    return right;
}
