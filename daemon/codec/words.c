#include "codec/words.h"

#include <stdio.h>
#include <string.h>

#include "core/judgement.h"

static const char *const states[CDI_STATE_COUNT] = {
    [CDI_STATE_OPEN] = "No crime is recorded for it, and no reason why none is due.",
    [CDI_STATE_MATCHED_UNVERIFIED] = "A crime record may answer it, but that is not certain, or not enough.",
    [CDI_STATE_SATISFIED] = "It has been recorded.",
    [CDI_STATE_CLEARED] = "It ended without a crime, with a reason that has all it needs.",
    [CDI_STATE_INCOMPLETE_CLEAR] =
        "A reason why no crime is due is given, but it does not end this: it lacks something, or is not for such a report.",
    [CDI_STATE_WITHDRAWN] = "What answered it was cancelled, changed or taken back: it is open again.",
    [CDI_STATE_SUPERSEDED] = "Another report has taken its place.",
    [CDI_STATE_NOT_DISCLOSED] = "What is known makes no crime likely.",
};
static const char *const states_short[CDI_STATE_COUNT] = {
    [CDI_STATE_OPEN] = "open", [CDI_STATE_MATCHED_UNVERIFIED] = "open, a match to check", [CDI_STATE_SATISFIED] = "recorded",
    [CDI_STATE_CLEARED] = "ended without a crime", [CDI_STATE_INCOMPLETE_CLEAR] = "open, the reason is incomplete",
    [CDI_STATE_WITHDRAWN] = "open again", [CDI_STATE_SUPERSEDED] = "superseded", [CDI_STATE_NOT_DISCLOSED] = "no crime likely",
};
static const char *const state_events[CDI_STATE_COUNT] = {
    [CDI_STATE_OPEN] = "open: no crime is recorded, and no reason why none is due",
    [CDI_STATE_MATCHED_UNVERIFIED] = "a crime record was found that may answer it",
    [CDI_STATE_SATISFIED] = "answered: all that was due",
    [CDI_STATE_CLEARED] = "ended without a crime",
    [CDI_STATE_INCOMPLETE_CLEAR] = "a reason why no crime is due was given, and does not end it",
    [CDI_STATE_WITHDRAWN] = "what had answered it was cancelled, changed or taken back",
    [CDI_STATE_SUPERSEDED] = "another report took its place",
    [CDI_STATE_NOT_DISCLOSED] = "no crime was likely any more",
};
static const char *const stages[CDI_STAGE_COUNT] = {
    [CDI_STAGE_NONE] = "no stage", [CDI_STAGE_NOTICE] = "first notice", [CDI_STAGE_WARNING] = "warning",
    [CDI_STAGE_URGENT] = "urgent", [CDI_STAGE_BREACH] = "overdue",
};
static const char *const stage_events[CDI_STAGE_COUNT] = {
    [CDI_STAGE_NONE] = "before the first notice",
    [CDI_STAGE_NOTICE] = "first notice: not answered yet", [CDI_STAGE_WARNING] = "warning: the deadline is near",
    [CDI_STAGE_URGENT] = "urgent: the deadline is very near", [CDI_STAGE_BREACH] = "overdue: past the deadline, and not answered",
};
static const char *const floods[CDI_STAGE_COUNT] = {
    [CDI_STAGE_NONE] = "reached a stage at once", [CDI_STAGE_NOTICE] = "came to their first notice at once",
    [CDI_STAGE_WARNING] = "came near their deadline at once", [CDI_STAGE_URGENT] = "came very near their deadline at once",
    [CDI_STAGE_BREACH] = "became overdue at once",
};
static const char *const lifecycles[CDI_LIFECYCLE_COUNT] = {
    [CDI_LIFECYCLE_NEW] = "Nobody has taken it on yet.",
    [CDI_LIFECYCLE_ACKNOWLEDGED] = "Somebody has taken it on.",
    [CDI_LIFECYCLE_CLEARED_UNSEEN] = "It was settled before anybody had looked at it.",
    [CDI_LIFECYCLE_CLOSED] = "It is settled, and somebody has looked at it.",
};
static const char *const marks[CDI_MARK_COUNT] = {
    [CDI_MARK_BREACHED] = "The 24 hours passed unanswered. That stays on the record whatever is done now.",
    [CDI_MARK_LATE] = "The crime was recorded after the deadline. That stays on the record.",
    [CDI_MARK_UNSURE] = "It is not sure yet: a crime record was only found by comparing, or a source had not been heard for long.",
    [CDI_MARK_LATE_MESSAGE] = "A message came late about a crime recorded in time: what was said before was taken back.",
    [CDI_MARK_UNENDORSED] = "Nobody has endorsed the decision.",
    [CDI_MARK_VICTIM_NOT_TOLD] = "It is not noted that the victim was told.",
    [CDI_MARK_CLASS] = "The recorded class is of another kind within the same family: check it.",
    [CDI_MARK_DOUBTFUL_TIME] = "A time fell in the hour in which the clocks change: the earlier reading was taken.",
    [CDI_MARK_TRUNCATED] = "The log is longer than what is looked at: some of it was left out.",
    [CDI_MARK_SELF_ENDORSED] = "Whoever decided has endorsed it too: that endorses nothing.",
    [CDI_MARK_NO_AUTHORITY] = "Somebody decided or endorsed it whose role has not the authority.",
    [CDI_MARK_NOT_BY_REGISTRAR] = "A rape or a homicide was cancelled on new information, and not by the registrar.",
    [CDI_MARK_CANCELLED_NEAR_DEADLINE] = "Its crime was cancelled as a duplicate or an error within four hours of the deadline.",
    [CDI_MARK_LATE_WITHOUT_RATIONALE] = "It was recorded late, and no rationale says why.",
    [CDI_MARK_LATE_WITHOUT_OVERSIGHT] = "It was recorded late, and the registrar has not looked at it.",
    [CDI_MARK_REQUESTED] = "A crime was asked for and never recorded: that is no recorded crime.",
    [CDI_MARK_PLACEHOLDER] = "A crime record that names it looks like a placeholder: it did not last, says nothing, or is of a lesser kind and came just in time.",
    [CDI_MARK_RECODED] = "Its opening code was changed late. After the deadline, and to a test after the first hour, the one before counts.",
    [CDI_MARK_REOPENED] = "The log was closed and opened again.",
    [CDI_MARK_N100_CHECK] = "The N100 that explains it is a day old: is it still right?",
    [CDI_MARK_N100_REVIEW] = "The N100 that explains it is fourteen days old: review it.",
};
static const char *const marks_short[CDI_MARK_COUNT] = {
    [CDI_MARK_BREACHED] = "breached", [CDI_MARK_LATE] = "recorded late", [CDI_MARK_UNSURE] = "not sure yet",
    [CDI_MARK_LATE_MESSAGE] = "taken back", [CDI_MARK_UNENDORSED] = "not endorsed", [CDI_MARK_VICTIM_NOT_TOLD] = "victim not told",
    [CDI_MARK_CLASS] = "check the class", [CDI_MARK_DOUBTFUL_TIME] = "doubtful time", [CDI_MARK_TRUNCATED] = "log cut short",
    [CDI_MARK_SELF_ENDORSED] = "endorsed by its author", [CDI_MARK_NO_AUTHORITY] = "no authority",
    [CDI_MARK_NOT_BY_REGISTRAR] = "not by the registrar", [CDI_MARK_CANCELLED_NEAR_DEADLINE] = "cancelled near the deadline",
    [CDI_MARK_LATE_WITHOUT_RATIONALE] = "late, no rationale", [CDI_MARK_LATE_WITHOUT_OVERSIGHT] = "late, no oversight",
    [CDI_MARK_REQUESTED] = "only requested", [CDI_MARK_PLACEHOLDER] = "placeholder", [CDI_MARK_RECODED] = "recoded late",
    [CDI_MARK_REOPENED] = "reopened", [CDI_MARK_N100_CHECK] = "check the N100", [CDI_MARK_N100_REVIEW] = "review the N100",
};
static const char *const risks[CDI_RISK_COUNT] = {
    [CDI_RISK_RAPE] = "rape", [CDI_RISK_CHILD] = "a child at risk", [CDI_RISK_DA_VIOLENCE] = "domestic violence",
    [CDI_RISK_STALKING] = "stalking or coercive control", [CDI_RISK_MODERN_SLAVERY] = "modern slavery",
    [CDI_RISK_SEXUAL] = "sexual offence", [CDI_RISK_VIOLENCE] = "violence", [CDI_RISK_HATE] = "hate crime",
    [CDI_RISK_ASB_PERSONAL] = "anti-social behaviour against a person", [CDI_RISK_OTHER] = "other",
};
static const char *const refusals[CDI_REFUSAL_COUNT] = {
    [CDI_REFUSAL_NONE] = "it is taken", [CDI_REFUSAL_NEVER] = "such a reason never ends a report",
    [CDI_REFUSAL_CALLER] = "not for a report by this caller", [CDI_REFUSAL_OTHERS_DUE] = "not for what is still due",
    [CDI_REFUSAL_VICTIM_REACHED] = "the victim has been reached since",
    [CDI_REFUSAL_CONFIRMED] = "the victim has confirmed it",
};
static const char *const categories[CDI_CATEGORY_COUNT] = {
    [CDI_CATEGORY_RAPE] = "rape", [CDI_CATEGORY_SEXUAL] = "sexual offences", [CDI_CATEGORY_VAP] = "violence",
    [CDI_CATEGORY_OTHER] = "other crime",
};
static const char *const callers[CDI_CALLER_ROLE_COUNT] = {
    [CDI_CALLER_ROLE_UNKNOWN] = "an unknown caller", [CDI_CALLER_ROLE_VICTIM] = "the victim",
    [CDI_CALLER_ROLE_WITNESS] = "a witness",
    [CDI_CALLER_ROLE_PROFESSIONAL] = "a professional, who reports for the victim",
    [CDI_CALLER_ROLE_PARENT_OR_CARER] = "a parent or carer, who reports for the victim",
    [CDI_CALLER_ROLE_OTHER] = "somebody else",
};
static const char *const fields[CDI_DISPOSAL_FIELD_COUNT] = {
    [CDI_DISPOSAL_FIELD_RATIONALE] = "a rationale that says why", [CDI_DISPOSAL_FIELD_BY] = "who decided",
    [CDI_DISPOSAL_FIELD_BY_ROLE] = "the role of who decided", [CDI_DISPOSAL_FIELD_DECIDED_AT] = "when it was decided",
    [CDI_DISPOSAL_FIELD_ENDORSED_BY] = "a supervisor's endorsement (not by the author)",
    [CDI_DISPOSAL_FIELD_ENDORSED_ROLE] = "the endorser's role", [CDI_DISPOSAL_FIELD_ENDORSED_AT] = "when it was endorsed",
    [CDI_DISPOSAL_FIELD_VICTIM_TOLD_AT] = "when the victim was told",
    [CDI_DISPOSAL_FIELD_VICTIM_CONTACT_AT] = "when the victim was contacted",
    [CDI_DISPOSAL_FIELD_ENQUIRIES] = "which enquiries were made", [CDI_DISPOSAL_FIELD_CRIME] = "the reference of an existing crime that stands (conduct: of the last three months)",
    [CDI_DISPOSAL_FIELD_OTHER_FORCE] = "which force records it",
    [CDI_DISPOSAL_FIELD_OTHER_REFERENCE] = "that force's reference", [CDI_DISPOSAL_FIELD_RULE] = "which counting rule says no",
    [CDI_DISPOSAL_FIELD_ELEMENT] = "which element of the offence is missing", [CDI_DISPOSAL_FIELD_N100] = "the N100 reference",
    [CDI_DISPOSAL_FIELD_N300] = "the N300 reference", [CDI_DISPOSAL_FIELD_CATEGORY] = "the category",
    [CDI_DISPOSAL_FIELD_PARENT] = "a parent log that is resolved, and in which no less is due",
};
static const char *const qualifiers[CDI_QUALIFIER_COUNT] = {
    [CDI_QUALIFIER_DOMESTIC] = "domestic abuse", [CDI_QUALIFIER_CHILD] = "a child",
    [CDI_QUALIFIER_VULNERABLE] = "a vulnerable person", [CDI_QUALIFIER_ELDERLY] = "an elderly person",
    [CDI_QUALIFIER_ALCOHOL] = "alcohol", [CDI_QUALIFIER_DRUGS] = "drugs", [CDI_QUALIFIER_MENTAL_HEALTH] = "mental health",
    [CDI_QUALIFIER_HATE] = "hate", [CDI_QUALIFIER_WEAPON] = "a weapon", [CDI_QUALIFIER_FIREARM] = "a firearm",
    [CDI_QUALIFIER_CYBER] = "something online", [CDI_QUALIFIER_REPEAT] = "a repeat victim",
    [CDI_QUALIFIER_HONOUR] = "so-called honour", [CDI_QUALIFIER_MODERN_SLAVERY] = "modern slavery",
    [CDI_QUALIFIER_YOUTH] = "youths", [CDI_QUALIFIER_LEARNING_DISABILITY] = "a learning disability",
};
static const char *const hows[CDI_HOW_COUNT] = {
    [CDI_HOW_EXPLICIT] = "by reference, the log's to the crime or the crime's to the log",
    [CDI_HOW_CONFIRMED] = "a person confirmed the link",
    [CDI_HOW_SCORED] = "found by comparing time, place, people and class",
};
static const char *const past_kins[CDI_PAST_KIN_COUNT] = {
    [CDI_PAST_KIN_PAIR] = "the same victim and suspect", [CDI_PAST_KIN_VICTIM] = "the same victim",
    [CDI_PAST_KIN_SUSPECT] = "the same suspect", [CDI_PAST_KIN_PLACE] = "the same place",
};
static const char *const past_kinds[CDI_PAST_KIND_COUNT] = {
    [CDI_PAST_KIND_VIOLENCE] = "a crime against the person was likely", [CDI_PAST_KIND_PERSONAL] = "force or threats were told of",
    [CDI_PAST_KIND_CONDUCT] = "somebody was targeted", [CDI_PAST_KIND_DOMESTIC] = "domestic",
    [CDI_PAST_KIND_ASB_PERSONAL] = "anti-social behaviour against a person", [CDI_PAST_KIND_PARTNERS] = "former partners",
};

#define WORDS_OF(name, list, words) \
    struct cdi_text cdi_words_##name(struct cdi_text word) \
    { \
        enum cdi_##list value; \
        return cdi_##list##_from(word, &value) ? cdi_text_of(words[value]) : word; \
    }
WORDS_OF(state, state, states)
WORDS_OF(state_short, state, states_short)
WORDS_OF(lifecycle, lifecycle, lifecycles)
WORDS_OF(mark, mark, marks)
WORDS_OF(mark_short, mark, marks_short)
WORDS_OF(risk, risk, risks)
WORDS_OF(category, category, categories)
WORDS_OF(caller, caller_role, callers)
WORDS_OF(qualifier, qualifier, qualifiers)
WORDS_OF(missing, disposal_field, fields)
WORDS_OF(refused, refusal, refusals)
WORDS_OF(how, how, hows)
WORDS_OF(past_kin, past_kin, past_kins)
WORDS_OF(past_kind, past_kind, past_kinds)

/* Of a crime that is linked: what it is worth to the report. */
static const struct { const char *word, *words; } standings[CDI_STANDING_COUNT] = {
    [CDI_STANDING_COUNTS] = { "counts", "It counts." },
    [CDI_STANDING_N100] = { "n100", "It says why the rape is not recorded." },
    [CDI_STANDING_ANSWERED] = { "answered", "It has been cancelled or transferred since, with all that this needs: none is due for it." },
    [CDI_STANDING_WITHDRAWN] = { "withdrawn", "It has been cancelled, or made into what is no crime, without all that this needs: it answers nothing any more." },
    [CDI_STANDING_NONE] = { "none", "It is no recorded crime: only asked for, a non-crime record, or not known to be recorded." },
};

struct cdi_text cdi_words_standing(struct cdi_text word)
{
    for (size_t i = 0; i < CDI_STANDING_COUNT; i++)
        if (cdi_text_is(word, standings[i].word))
            return cdi_text_of(standings[i].words);
    return word;
}

struct cdi_text cdi_words_stage(struct cdi_text word)
{
    enum cdi_stage stage = CDI_STAGE_NONE;
    return cdi_text_said(word) && !cdi_stage_from(word, &stage) ? word : cdi_text_of(stages[stage]);
}

struct cdi_text cdi_words_flood(struct cdi_text word)
{
    enum cdi_stage stage = CDI_STAGE_NONE;
    (void)cdi_stage_from(word, &stage);         /* of a newer version's it is not known which */
    return cdi_text_of(floods[stage]);
}

struct cdi_text cdi_words_event(struct cdi_text what)
{
    enum cdi_stage stage;
    enum cdi_state state;
    if (cdi_stage_from(what, &stage))
        return cdi_text_of(stage_events[stage]);
    if (cdi_state_from(what, &state))
        return cdi_text_of(state_events[state]);
    if (cdi_text_is(what, "watched"))
        return CDI_TEXT("watched: no crime is likely, and it is to be looked at");
    if (cdi_text_is(what, "unwatched"))
        return CDI_TEXT("not watched any more");
    if (cdi_text_is(what, "retracted: late message"))
        return CDI_TEXT("taken back: a message came late about a crime recorded in time");
    return what;
}

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
    if (!cdi_text_said(reason) || cdi_text_is(reason, "none"))
        snprintf(out, CDI_WORDS_SIZE, "A word that is not one of the reasons: it ends nothing");
    else if (cdi_reason_from(reason, &known) && tables->disposals[known].words.size > 0)
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

static struct cdi_text history_words(const struct cdi_tables *tables, struct cdi_text name)
{
    for (size_t i = 0; i < tables->evidence.history_count; i++)
        if (cdi_text_same(tables->evidence.history[i].name, name))
            return tables->evidence.history[i].words;
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

/* How the words of a rule begin, as a sentence and in few words. */
static const struct { const char *kind, *begins, *begins_short; } rules[] = {
    { "phrase", "the log says so: ", "" },
    { "opened", "it was opened as ", "opened as " },
    { "closed", "it was closed as ", "closed as " },
    { "qualifier", "it is flagged: ", "flagged: " },
    { "caller", "it was reported by ", "reported by " },
    { "channel", "it came by ", "came by " },
    { "history", "it is not the first: ", "not the first: " },
};

static const char *rule_begins(struct cdi_text kind, bool negated, enum cdi_rule_form form)
{
    if (negated && cdi_text_is(kind, "phrase"))
        return form == CDI_RULE_SHORT ? "denied: " : "the log denies it: ";
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (cdi_text_is(kind, rules[i].kind))
            return form == CDI_RULE_SHORT ? rules[i].begins_short : rules[i].begins;
    return NULL;
}

const char *cdi_words_rule(const struct cdi_tables *tables, struct cdi_text rule, bool negated, enum cdi_rule_form form,
                           char out[CDI_WORDS_SIZE])
{
    char code[CDI_WORDS_SIZE];
    struct cdi_text name, kind = rule_kind(rule, &name);
    const char *begins = rule_begins(kind, negated, form);
    if (cdi_text_is(kind, "prior")) {
        snprintf(out, CDI_WORDS_SIZE, "to begin with: few logs disclose this");
        return out;
    }
    if (cdi_text_is(kind, "phrase"))
        name = phrase_words(tables, name);
    else if (cdi_text_is(kind, "history"))
        name = history_words(tables, name);
    else if (cdi_text_is(kind, "opened") || cdi_text_is(kind, "closed"))
        name = cdi_text_of(cdi_words_code(tables, name, code));
    else if (cdi_text_is(kind, "qualifier"))
        name = cdi_words_qualifier(name);
    else if (cdi_text_is(kind, "caller"))
        name = cdi_words_caller(name);
    else if (begins == NULL)
        name = rule;
    snprintf(out, CDI_WORDS_SIZE, "%s%.*s", begins != NULL ? begins : "", CDI_TEXT_ARGS(name));
    return out;
}

/* ---- watches ---- */

struct cdi_text cdi_words_watch(const struct cdi_tables *tables, struct cdi_text key)
{
    uint8_t place = cdi_tables_watch(tables, key);
    return place < tables->watches_known ? tables->watches[place].words : key;
}

/* What is not there, by its sign; a sign that is not named here is said as it is. */
static const char *const absences[CDI_SIGN_COUNT] = {
    [CDI_SIGN_LIKELY] = "no crime is likely", [CDI_SIGN_CLOSED] = "it is not closed", [CDI_SIGN_UNIT] = "no unit is assigned",
    [CDI_SIGN_RECORDED] = "no crime is recorded", [CDI_SIGN_CLEARED] = "no reason ends it", [CDI_SIGN_ENDORSED] = "nobody has endorsed a reason",
    [CDI_SIGN_DASH] = "no DASH is completed", [CDI_SIGN_SAFEGUARDING] = "no safeguarding is noted", [CDI_SIGN_N100] = "no N100 explains it",
    [CDI_SIGN_APPOINTMENT] = "no appointment is made",
};
static const struct { const char *kind, *words; } facts[] = {
    { "classified", "classified as " }, { "age", "a victim is " }, { "earlier", "an earlier log: " },
    { "crime", "the record " }, { "reason", "the reason given is " }, { "appointment", "an appointment is made" }, { "unit", "the unit is " },
    { "dash", "a DASH is completed" }, { "safeguarding", "safeguarding is noted" },
};

static const char *fact_begins(struct cdi_text kind)
{
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (cdi_text_is(kind, facts[i].kind))
            return facts[i].words;
    return NULL;
}

const char *cdi_words_fact(const struct cdi_tables *tables, struct cdi_text rule, struct cdi_text said, char out[CDI_WORDS_SIZE])
{
    char words[CDI_WORDS_SIZE];
    enum cdi_sign sign;
    struct cdi_text name, kind = rule_kind(rule, &name);
    const char *begins = fact_begins(kind);
    if (cdi_text_is(kind, "without") && cdi_sign_from(name, &sign) && absences[sign] != NULL)
        snprintf(out, CDI_WORDS_SIZE, "%s", absences[sign]);
    else if (cdi_text_is(kind, "without"))
        snprintf(out, CDI_WORDS_SIZE, "without: %.*s", CDI_TEXT_ARGS(name));
    else if (cdi_text_is(kind, "class"))
        snprintf(out, CDI_WORDS_SIZE, "%s", cdi_words_class(tables, name, words));
    else if (cdi_text_is(kind, "term"))
        snprintf(out, CDI_WORDS_SIZE, "the log says%s: %.*s", cdi_text_is(said, "negated") ? ", and denies"
                 : cdi_text_is(said, "hearsay") ? " at second hand" : "", CDI_TEXT_ARGS(phrase_words(tables, name)));
    else if (begins != NULL)
        snprintf(out, CDI_WORDS_SIZE, "%s%.*s", begins, CDI_TEXT_ARGS(cdi_text_is(kind, "classified")
                 ? cdi_text_of(cdi_words_code(tables, name, words)) : name));
    else
        return cdi_words_rule(tables, rule, false, CDI_RULE_SENTENCE, out);
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

const char *cdi_words_tally(void)
{
    return "Open: reports with an unresolved crime question. Missing: crimes due that are neither recorded nor explained.\n"
           "In time, same day and lag are of those recorded; a lag is right within 1.6 %.\n"
           "No log: crimes that no log tells of, timed from when they were reported. Untimed: logs whose receipt is not known, and such crimes\n"
           "of which nobody said when they were reported; what became of them cannot be measured.";
}
