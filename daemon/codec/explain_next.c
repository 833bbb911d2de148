/* What a page says is to be done next. */
#include "codec/explain_inside.h"

#include <string.h>

#include "codec/summary.h"
#include "codec/words.h"

/* Crimes that were only found by comparing, where that is not enough. */
static void show_unconfirmed(struct explain *explain)
{
    struct cdi_value linked = part(explain, "linked");
    for (struct cdi_value link = cdi_value_first(linked); link.node != NULL; link = cdi_value_next(linked, link)) {
        struct cdi_text crime = cdi_member_text(link, "crime");
        if (cdi_text_is(cdi_member_text(link, "how"), "scored"))
            SAY(ITEM, "%.*s was only found by comparing: confirm that it is this report's, or reject it.", CDI_TEXT_ARGS(crime));
    }
}

static void show_late_rule(struct explain *explain)
{
    if (cdi_instant_said(explain->due_at) && cdi_instant_before(explain->due_at, explain->now))
        SAY(ITEM, "The deadline has passed: recording now needs a rationale for the delay and the registrar's oversight.");
}

static bool is_undecided(const struct explain *explain)
{
    struct cdi_value alternatives = part(explain, "alternatives");
    for (struct cdi_value link = cdi_value_first(alternatives); link.node != NULL; link = cdi_value_next(alternatives, link))
        if (!cdi_explain_is_linked(explain, cdi_member_text(link, "crime")))
            return true;
    return false;
}

bool cdi_explain_is_marked(const struct explain *explain, const char *word)
{
    struct cdi_value marks = part(explain, "marks");
    for (struct cdi_value mark = cdi_value_first(marks); mark.node != NULL; mark = cdi_value_next(marks, mark))
        if (cdi_text_is(cdi_value_text(mark), word))
            return true;
    return false;
}

/* Is what the log was closed under among what speaks for a crime? */
static bool is_closed_as_crime(const struct explain *explain)
{
    static const char begins[] = "closed:";
    struct cdi_value evidence = cdi_value_member(cdi_value_first(part(explain, "likely")), "evidence");
    for (struct cdi_value addend = cdi_value_first(evidence); addend.node != NULL; addend = cdi_value_next(evidence, addend)) {
        struct cdi_text rule = cdi_member_text(addend, "rule");
        if (rule.size > sizeof begins - 1 && memcmp(rule.at, begins, sizeof begins - 1) == 0)
            return cdi_value_thousandths(cdi_value_member(addend, "weight")) > 0;
    }
    return false;
}

/* Is all that is likely against the state, so that nobody need say that he is its victim? */
static bool is_against_the_state(const struct explain *explain)
{
    struct cdi_value likely = part(explain, "likely");
    for (struct cdi_value item = cdi_value_first(likely); item.node != NULL; item = cdi_value_next(likely, item)) {
        uint16_t offence = cdi_tables_offence(explain->tables, cdi_member_text(item, "class"));
        if (offence == CDI_OFFENCE_NONE || !explain->tables->offences[offence].state_based)
            return false;
    }
    return cdi_value_count(likely) > 0;
}

/* What the recording rule asks of this kind of report (DOMAIN.md rules 2 and 4, R15). */
static void show_rules(struct explain *explain)
{
    struct cdi_text caller = cdi_member_text(explain->document, "caller_role");
    if (is_against_the_state(explain))
        SAY(ITEM, "An offence against the state is recorded once the points to prove are made out.");
    else if (!cdi_summary_confirmed(explain->document) && (cdi_text_is(caller, "witness") || cdi_text_is(caller, "other")))
        SAY(ITEM, "A third party reports it: ask the victim. Without confirmation it may end as a crime-related incident (CRI-1A, CRI-1B).");
    if (cdi_summary_confirmed(explain->document))
        SAY(ITEM, "The victim has confirmed it: it is to be recorded as what it is. \"Not confirmed\" (N100-01) ends it no more.");
    else if (state_is(explain, "open") && cdi_text_is(cdi_member_text(explain->document, "risk"), "rape"))
        SAY(ITEM, "A rape that is reported and not recorded needs an N100, by the same deadline.");
}

/* Of the crimes that count and answer nothing, each was recorded before the report was made. */
static bool are_all_before(const struct explain *explain)
{
    struct cdi_value linked = part(explain, "linked");
    bool before = false;
    for (struct cdi_value link = cdi_value_first(linked); link.node != NULL; link = cdi_value_next(linked, link)) {
        if (!cdi_text_is(cdi_member_text(link, "standing"), "counts"))
            continue;
        before = cdi_explain_is_before(explain, link);
        if (!before)
            return false;
    }
    return before;
}

/* Does it tell graver what an earlier report of the log told?  One crime may answer both. */
static bool tells_graver(const struct explain *explain)
{
    struct cdi_value likely = part(explain, "likely");
    for (struct cdi_value item = cdi_value_first(likely); item.node != NULL; item = cdi_value_next(likely, item))
        if (cdi_value_true(cdi_value_member(item, "graver")))
            return true;
    return false;
}

/* A record that is there must be looked at before another is made of the same crime. */
static void show_records(struct explain *explain)
{
    if (is_undecided(explain))
        SAY(ITEM, "Look at the crime named below: if it is this report's, put the log's reference on it. If not, record.");
    if (is_closed_as_crime(explain) && cdi_value_count(part(explain, "linked")) == 0)
        SAY(ITEM, "The log was closed as a crime, but no crime record is linked: look for one, and put the log's reference on it.");
    if (!state_is(explain, "matched_unverified"))
        return;
    show_unconfirmed(explain);
    if (explain->recorded >= explain->due)
        SAY(ITEM, "The number is right, the kind is not certain: compare the recorded class with what the log says.");
    else if (explain->recorded == 0 && are_all_before(explain) && tells_graver(explain))
        SAY(ITEM, "The crime that is linked was recorded before this was told. If it is the same event, have that crime reclassified as what is due; "
                  "record another only if it is not.");
    else if (explain->recorded == 0 && are_all_before(explain))
        SAY(ITEM, "The crime that is linked was recorded before this was reported. Only conduct goes on in one (three months, the same suspect, "
                  "not dealt with).");
    else if (explain->recorded == 0)
        SAY(ITEM, "A crime is linked, but it is not what is due: compare its class with what the log says before another is recorded.");
}

static void show_settled_next(struct explain *explain)
{
    bool late = cdi_explain_is_marked(explain, "late_without_rationale"), unseen = cdi_explain_is_marked(explain, "late_without_oversight");
    bool cleared = state_is(explain, "cleared");
    bool unendorsed = cleared && cdi_explain_is_marked(explain, "unendorsed"), untold = cleared && cdi_explain_is_marked(explain, "victim_not_told");
    if (late)
        SAY(ITEM, "Have the crime record say why it was recorded late.");
    if (unseen)
        SAY(ITEM, "Have the registrar look at the late recording.");
    if (unendorsed)
        SAY(ITEM, "Have the decision endorsed, by somebody other than its author.");
    if (untold)
        SAY(ITEM, "See that the victim is told, and that it is noted when.");
    if (cdi_value_count(part(explain, "watches")) > 0)
        SAY(ITEM, "Look at the log for what it is watched for, and say with a mark that you have; or bring about what would end the watch.");
    else
        SAY(PARAGRAPH, late || unseen || unendorsed || untold ? "Otherwise nothing, unless a check of the log says otherwise."
                                                          : "Nothing, unless a check of the log says otherwise.");
}

void cdi_explain_next(struct explain *explain)
{
    int64_t lacking = explain->due - explain->recorded;
    bool incomplete = state_is(explain, "incomplete_clear");
    cdi_page_heading(&explain->page, "What to do next");
    if (explain->settled) {
        show_settled_next(explain);
        return;
    }
    show_records(explain);
    if (incomplete)
        cdi_explain_show_missing(explain, CDI_PAGE_ITEM, "Complete the decision with: ", ". Or record what is due.");
    if (lacking > 0 && !(incomplete && cdi_explain_is_missing_something(explain)))
        SAY(ITEM, "Record %lld%s %s, or enter the reason why none is due, with all it needs.", (long long)lacking,
            explain->recorded > 0 ? " more" : "", lacking == 1 ? "crime" : "crimes");
    show_rules(explain);
    show_late_rule(explain);
}
