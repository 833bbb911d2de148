/* A row of watches.csv, asked in this order:
 *   1. is there what makes it hold: one of its signs, a class of its families likely enough, one of its terms;
 *   2. is all there that it asks for besides, and nothing that ends it;
 *   3. since when is all that so, and from which instant on is it shown;
 *   4. has somebody looked at it since and said so. */
#include "core/watch.h"

#define SIGN(name) (UINT32_C(1) << CDI_SIGN_##name)
/* What is told of each report by itself. */
#define OF_REPORT (SIGN(RECORDED) | SIGN(CLEARED) | SIGN(ENDORSED))

struct asking {
    const struct cdi_tables *tables;
    const struct cdi_signs *signs;
    const struct cdi_watched_report *report;
    const struct cdi_watch_rule *rule;
    size_t place;                               /* of the rule */
    struct cdi_cause because;                   /* what makes it hold */
    uint32_t held;                              /* the signs that count for it */
};

/* ---- 1. what makes it hold ---- */

static void earlier(struct asking *asking, bool *found, const struct cdi_cause *cause)
{
    if (!*found || cdi_instant_before(cause->at, asking->because.at))
        asking->because = *cause;
    *found = true;
}

/* A class of the rule's families that the report itself discloses. */
static bool disclosed(struct asking *asking)
{
    const struct cdi_disclosed *disclosed = asking->report->disclosed;
    const struct cdi_disclosure *best = NULL;
    for (size_t i = 0; i < disclosed->count; i++) {
        const struct cdi_disclosure *item = &disclosed->items[i];
        enum cdi_family family = asking->tables->offences[item->offence].family;
        if ((asking->rule->families >> family & 1) != 0 && item->log_odds >= asking->rule->log_odds &&
            (best == NULL || item->log_odds > best->log_odds))
            best = item;
    }
    if (best != NULL)
        asking->because = (struct cdi_cause){ .kind = CDI_CAUSE_CLASS, .name = asking->tables->offences[best->offence].klass,
                                              .p = best->p, .at = disclosed->received_at };
    return best != NULL;
}

/* Nothing is likely, and a class of the rule's families is what the log suggests most. */
static bool suggested(struct asking *asking)
{
    const struct cdi_signs *signs = asking->signs;
    if (signs->suggested == NULL || (asking->rule->families >> signs->suggested->family & 1) == 0 ||
        signs->log_odds < asking->rule->log_odds)
        return false;
    asking->because = (struct cdi_cause){ .kind = CDI_CAUSE_CLASS, .name = signs->suggested->klass,
                                          .p = cdi_probability(signs->log_odds), .at = signs->received_at };
    return true;
}

/* An appointment is no sign for a rule that it is not far enough away for. */
static uint32_t signs_for(const struct asking *asking)
{
    const struct cdi_signs *signs = asking->signs;
    const struct cdi_watch_rule *rule = asking->rule;
    bool near = rule->beyond.ms != 0 &&
                !cdi_instant_before(cdi_instant_after(signs->received_at, rule->beyond), signs->appointment_at);
    return near ? signs->held & ~SIGN(APPOINTMENT) : signs->held;
}

/* Else it holds as soon as `all` are there. */
static bool asks_for_any(const struct cdi_watch_rule *rule) { return (rule->any | rule->families) != 0 || rule->termed; }

static bool is_there(struct asking *asking)
{
    const struct cdi_watch_rule *rule = asking->rule;
    const struct cdi_signs *signs = asking->signs;
    bool found = false;
    asking->held = signs_for(asking);
    if (rule->families != 0 && disclosed(asking)) {
        asking->held = (asking->held & ~OF_REPORT) | asking->report->own;
        return true;
    }
    if (!asking->report->first)
        return false;
    if (rule->families != 0)
        found = suggested(asking);
    for (uint32_t left = rule->any & asking->held; left != 0; left &= left - 1)
        earlier(asking, &found, &signs->causes[__builtin_ctz(left)]);
    if ((signs->terms >> asking->place & 1) != 0)
        earlier(asking, &found, &signs->term_causes[asking->place]);
    bool asks = asks_for_any(rule);
    if (!asks)
        asking->because = signs->causes[__builtin_ctz(rule->all)];
    return found || (!asks && (rule->all & ~asking->held) == 0);
}

/* ---- 3. since when ---- */

static struct cdi_instant since(const struct asking *asking)
{
    const struct cdi_signs *signs = asking->signs;
    const struct cdi_watch_rule *rule = asking->rule;
    const struct cdi_disclosed *disclosed = asking->report->disclosed;
    enum cdi_risk risk = disclosed->likely ? disclosed->risk : rule->risk;
    struct cdi_instant at = asking->because.at;
    for (uint32_t left = rule->all; left != 0; left &= left - 1)
        at = cdi_instant_later(at, signs->causes[__builtin_ctz(left)].at);
    if (rule->beyond.ms != 0 && ((rule->any | rule->all) & SIGN(APPOINTMENT)) == 0)
        at = cdi_instant_later(at, cdi_instant_after(signs->received_at, rule->beyond));
    if ((rule->until & SIGN(RECORDED)) != 0)
        at = cdi_instant_later(at, signs->lost_at);
    if (rule->shown != CDI_STAGE_NONE)
        at = cdi_instant_later(at, cdi_instant_after(disclosed->received_at, asking->tables->stages[risk].after[rule->shown]));
    return at;
}

/* ---- the whole ---- */

/* Its facts: what makes it hold, what it asks for besides, and what would end it and is not there. */
static void add(const struct asking *asking, struct cdi_instant at, struct cdi_scratch *scratch, struct cdi_watched *watched)
{
    const struct cdi_watch_rule *rule = asking->rule;
    uint32_t absent = rule->until & ~SIGN(CHECKED);
    if (watched->count == 0)
        watched->items = cdi_scratch_take(scratch, asking->tables->watch_count * sizeof *watched->items);
    struct cdi_cause *facts = cdi_scratch_take(scratch, (CDI_SIGN_COUNT + 1) * sizeof *facts);
    struct cdi_watch *watch = &watched->items[watched->count++];
    *watch = (struct cdi_watch){ .place = (uint8_t)asking->place, .since = at, .facts = facts };
    facts[watch->fact_count++] = asking->because;
    for (uint32_t left = rule->all; left != 0; left &= left - 1) {
        const struct cdi_cause *cause = &asking->signs->causes[__builtin_ctz(left)];
        if (cause->kind != asking->because.kind || !cdi_text_same(cause->name, asking->because.name))
            facts[watch->fact_count++] = *cause;
    }
    for (; absent != 0; absent &= absent - 1)
        facts[watch->fact_count++] = (struct cdi_cause){ .kind = CDI_CAUSE_WITHOUT, .at = CDI_INSTANT_NONE,
            .name = cdi_text_of(cdi_sign_word((enum cdi_sign)__builtin_ctz(absent))) };
}

/* It began in what was settled and dropped; or it goes by what the log lacks, and that may have been said in it then. */
static bool settled_before(const struct asking *asking, struct cdi_instant at)
{
    const struct cdi_signs *signs = asking->signs;
    return (cdi_instant_said(signs->settled_until) && !cdi_instant_before(signs->settled_until, at)) ||
           (signs->partial && (asking->rule->until & (SIGN(UNIT) | SIGN(DASH) | SIGN(SAFEGUARDING) | SIGN(CLOSED))) != 0);
}

static void ask(struct asking *asking, struct cdi_instant now, struct cdi_instant sure, struct cdi_scratch *scratch,
                struct cdi_watched *watched, struct cdi_timed *timed)
{
    const struct cdi_watch_rule *rule = asking->rule;
    watched->awaited |= rule->any | (asks_for_any(rule) ? 0 : rule->all);
    if (!is_there(asking))
        return;
    watched->awaited |= rule->all | rule->until;
    if ((rule->all & ~asking->held) != 0 || (rule->until & asking->held) != 0)
        return;
    struct cdi_instant at = since(asking), checked_at = asking->report->checked_at[asking->place];
    if (settled_before(asking, at))
        return;
    if ((rule->until & SIGN(CHECKED)) != 0 && cdi_instant_said(checked_at) && !cdi_instant_before(checked_at, at))
        return;
    if (cdi_instant_before(now, at)) {
        timed->wake_at = cdi_instant_earlier(timed->wake_at, at);
        return;
    }
    if (rule->until != 0 && cdi_instant_before(sure, at)) {
        timed->unsure_from = cdi_instant_earlier(timed->unsure_from, at);
        timed->marks |= UINT32_C(1) << CDI_MARK_UNSURE;
    }
    add(asking, at, scratch, watched);
}

void cdi_watch(const struct cdi_tables *tables, const struct cdi_signs *signs, const struct cdi_watched_report *report,
               struct cdi_instant now, struct cdi_instant sure, struct cdi_scratch *scratch, struct cdi_watched *watched,
               struct cdi_timed *timed)
{
    struct asking asking = { .tables = tables, .signs = signs, .report = report };
    watched->count = 0;
    watched->awaited = 0;
    for (size_t w = 0; !signs->none && w < tables->watch_count; w++) {
        const struct cdi_watch_rule *rule = &tables->watches[w];
        asking.rule = rule;
        asking.place = w;
        ask(&asking, now, sure, scratch, watched, timed);
    }
}
