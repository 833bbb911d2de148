#include "codec/words.h"

#include <stdio.h>
#include <string.h>

struct meaning { const char *word, *words; };

static const struct meaning states[] = {
    { "open", "No crime is recorded for it, and no reason why none is due." },
    { "matched_unverified", "A crime record may answer it, but that is not certain, or not enough." },
    { "satisfied", "It has been recorded." },
    { "cleared", "It ended without a crime, with a reason that has all it needs." },
    { "incomplete_clear",
      "A reason why no crime is due is given, but it lacks something: until it is complete this stays open." },
    { "withdrawn", "The crime that answered it was cancelled or changed: it is open again." },
    { "superseded", "Another report has taken its place." },
    { "not_disclosed", "What is now known no longer makes a crime likely." },
    { NULL, NULL }
};
static const struct meaning marks[] = {
    { "breached", "The 24 hours passed unanswered. That stays on the record whatever is done now." },
    { "late", "The crime was recorded after the deadline. That stays on the record." },
    { "unsure", "A source had not been heard for long: this was judged without it." },
    { "late_message", "A message came late about a crime recorded in time: what was said before was taken back." },
    { "unendorsed", "Nobody has endorsed the decision." },
    { "victim_not_told", "It is not noted that the victim was told." },
    { "class", "The recorded class is of another kind within the same family: check it." },
    { "doubtful_time", "A time fell in the hour in which the clocks change: the earlier reading was taken." },
    { "truncated", "The log is longer than what is looked at: some of it was left out." },
    { NULL, NULL }
};
static const struct meaning risks[] = {
    { "rape", "rape" }, { "child", "a child at risk" }, { "da_violence", "domestic violence" },
    { "stalking", "stalking or coercive control" }, { "modern_slavery", "modern slavery" }, { "sexual", "sexual offence" },
    { "violence", "violence" }, { "hate", "hate crime" }, { "asb_personal", "anti-social behaviour against a person" },
    { "other", "other crime" }, { NULL, NULL }
};
static const struct meaning events[] = {
    { "notice", "first notice: nothing recorded yet" }, { "warning", "warning: the deadline is near" },
    { "urgent", "urgent: the deadline is very near" }, { "breach", "the deadline passed unanswered" }, { NULL, NULL }
};
static const struct meaning categories[] = {
    { "RAPE", "rape" }, { "SEXUAL", "sexual offences" }, { "VAP", "violence" }, { "OTHER", "other crime" }, { NULL, NULL }
};
static const struct meaning callers[] = {
    { "victim", "the victim" }, { "witness", "a witness" }, { "professional", "a professional, who reports for the victim" },
    { "parent_or_carer", "a parent or carer, who reports for the victim" }, { "other", "somebody else" },
    { "unknown", "an unknown caller" }, { NULL, NULL }
};
static const struct meaning fields[] = {
    { "rationale", "a rationale that says why, in words" }, { "by", "who decided" }, { "by_role", "the role of who decided" },
    { "decided_at", "when it was decided" }, { "endorsed_by", "a supervisor's endorsement (not by the author)" },
    { "endorsed_role", "the endorser's role" }, { "endorsed_at", "when it was endorsed" },
    { "victim_told_at", "when the victim was told" }, { "victim_contact_at", "when the victim was contacted" },
    { "enquiries", "which enquiries were made" }, { "crime", "the reference of the existing crime" },
    { "other_force", "which force records it" }, { "other_reference", "that force's reference" },
    { "rule", "which counting rule says no" }, { "element", "which element of the offence is missing" },
    { "n100", "the N100 reference" }, { "n300", "the N300 reference" }, { "category", "the category" },
    { "parent", "the log or crime it belongs to" }, { NULL, NULL }
};
static const struct meaning qualifiers[] = {
    { "domestic", "domestic abuse" }, { "child", "a child" }, { "vulnerable", "a vulnerable person" },
    { "elderly", "an elderly person" }, { "alcohol", "alcohol" }, { "drugs", "drugs" }, { "mental_health", "mental health" },
    { "hate", "hate" }, { "weapon", "a weapon" }, { "firearm", "a firearm" }, { "cyber", "something online" },
    { "repeat", "a repeat victim" }, { "honour", "so-called honour" }, { "modern_slavery", "modern slavery" },
    { "youth", "youths" }, { "learning_disability", "a learning disability" }, { NULL, NULL }
};

static const char *meaning_of(const struct meaning *meanings, struct cdi_text word)
{
    static char unknown[CDI_WORD_MAX_TEXT];
    for (; meanings->word != NULL; meanings++)
        if (cdi_text_is(word, meanings->word))
            return meanings->words;
    snprintf(unknown, sizeof unknown, "%.*s", CDI_TEXT_ARGS(word));
    return unknown;
}

const char *cdi_words_state(struct cdi_text state) { return meaning_of(states, state); }
const char *cdi_words_mark(struct cdi_text mark) { return meaning_of(marks, mark); }
const char *cdi_words_risk(struct cdi_text risk) { return meaning_of(risks, risk); }
const char *cdi_words_event(struct cdi_text what) { return meaning_of(events, what); }
const char *cdi_words_category(struct cdi_text category) { return meaning_of(categories, category); }
const char *cdi_words_caller(struct cdi_text caller_role) { return meaning_of(callers, caller_role); }
const char *cdi_words_missing(struct cdi_text field) { return meaning_of(fields, field); }

const char *cdi_words_class(const struct cdi_tables *tables, struct cdi_text klass, char out[CDI_WORDS_SIZE])
{
    uint16_t offence = cdi_tables_offence(tables, klass);
    if (offence == CDI_OFFENCE_NONE)
        snprintf(out, CDI_WORDS_SIZE, "class %.*s", CDI_TEXT_ARGS(klass));
    else
        snprintf(out, CDI_WORDS_SIZE, "%.*s (%.*s)", CDI_TEXT_ARGS(tables->offences[offence].words), CDI_TEXT_ARGS(klass));
    return out;
}

/* Words of the table stand alone in a list of codes; in a sentence the verb is already there. */
static struct cdi_text without_verb(struct cdi_text words)
{
    static const char *const verbs[] = { "Opened as: ", "Opened as ", "Closed as: ", "Closed as " };
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        size_t size = strlen(verbs[i]);
        if (words.size > size && memcmp(words.at, verbs[i], size) == 0)
            return (struct cdi_text){ words.at + size, words.size - size };
    }
    return words;
}

const char *cdi_words_code(const struct cdi_tables *tables, struct cdi_text code, char out[CDI_WORDS_SIZE])
{
    for (size_t i = 0; i < tables->evidence.code_count; i++)
        if (cdi_text_same(tables->evidence.codes[i].key, code)) {
            struct cdi_text words = without_verb(tables->evidence.codes[i].words);
            snprintf(out, CDI_WORDS_SIZE, "%.*s (%.*s)", CDI_TEXT_ARGS(words), CDI_TEXT_ARGS(code));
            return out;
        }
    snprintf(out, CDI_WORDS_SIZE, "%.*s", CDI_TEXT_ARGS(code));
    return out;
}

const char *cdi_words_reason(const struct cdi_tables *tables, struct cdi_text reason, char out[CDI_WORDS_SIZE])
{
    enum cdi_reason known;
    if (cdi_reason_from(reason, &known) && tables->disposals[known].words.size > 0)
        snprintf(out, CDI_WORDS_SIZE, "%.*s (%.*s)", CDI_TEXT_ARGS(tables->disposals[known].words), CDI_TEXT_ARGS(reason));
    else
        snprintf(out, CDI_WORDS_SIZE, "%.*s", CDI_TEXT_ARGS(reason));
    return out;
}

static struct cdi_text phrase_words(const struct cdi_tables *tables, struct cdi_text name)
{
    for (size_t i = 0; i < tables->evidence.phrase_count; i++)
        if (cdi_text_same(tables->evidence.phrases[i].name, name) && tables->evidence.phrases[i].words.size > 0)
            return tables->evidence.phrases[i].words;
    return name;
}

/* Splits "phrase:hit"; the name is NONE where nothing is named. */
static struct cdi_text rule_kind(struct cdi_text rule, struct cdi_text *name)
{
    const char *colon = rule.size > 0 ? memchr(rule.at, ':', rule.size) : NULL;
    *name = CDI_TEXT_NONE;
    if (colon == NULL)
        return rule;
    size_t size = (size_t)(colon - rule.at);
    *name = (struct cdi_text){ colon + 1, rule.size - size - 1 };
    return (struct cdi_text){ rule.at, size };
}

const char *cdi_words_rule(const struct cdi_tables *tables, struct cdi_text rule, bool negated, char out[CDI_WORDS_SIZE])
{
    struct cdi_text name, kind = rule_kind(rule, &name);
    char code[CDI_WORDS_SIZE];
    if (cdi_text_is(kind, "phrase"))
        snprintf(out, CDI_WORDS_SIZE, "%s: %.*s", negated ? "the log denies it" : "the log says so",
                 CDI_TEXT_ARGS(phrase_words(tables, name)));
    else if (cdi_text_is(kind, "opened"))
        snprintf(out, CDI_WORDS_SIZE, "it was opened as %.350s", cdi_words_code(tables, name, code));
    else if (cdi_text_is(kind, "closed"))
        snprintf(out, CDI_WORDS_SIZE, "it was closed as %.350s", cdi_words_code(tables, name, code));
    else if (cdi_text_is(kind, "qualifier"))
        snprintf(out, CDI_WORDS_SIZE, "it is flagged: %s", meaning_of(qualifiers, name));
    else if (cdi_text_is(kind, "caller"))
        snprintf(out, CDI_WORDS_SIZE, "it was reported by %s", meaning_of(callers, name));
    else if (cdi_text_is(kind, "channel"))
        snprintf(out, CDI_WORDS_SIZE, "it came by %.*s", CDI_TEXT_ARGS(name));
    else if (cdi_text_is(kind, "history"))
        snprintf(out, CDI_WORDS_SIZE, "earlier logs about the same people or place: %.*s", CDI_TEXT_ARGS(name));
    else if (cdi_text_is(kind, "prior"))
        snprintf(out, CDI_WORDS_SIZE, "before anything is read: few logs disclose this");
    else
        snprintf(out, CDI_WORDS_SIZE, "%.*s", CDI_TEXT_ARGS(rule));
    return out;
}

/* A bit doubles the odds. */
const char *cdi_words_weight(int64_t millibits)
{
    int64_t size = millibits < 0 ? -millibits : millibits;
    bool against = millibits < 0;
    if (size >= 4000)
        return against ? "very strongly against" : "very strongly for";
    if (size >= 2000)
        return against ? "strongly against" : "strongly for";
    if (size >= 700)
        return against ? "against" : "for";
    return against ? "slightly against" : "slightly for";
}
