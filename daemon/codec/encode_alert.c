#include "codec/encode_alert.h"

#include <stdio.h>

#include "codec/encode_likely.h"
#include "codec/encode_watches.h"
#include "codec/json_text.h"
#include "core/judgement.h"

static const char *const match_fields[] = {
#define X(upper, word) #word,
    CDI_MATCH_FIELD_LIST(X)
#undef X
};
static const struct { enum cdi_match_field field; const char *words; } match_levels[] = {
#define X(field, level, words) { CDI_MATCH_FIELD_##field, words },
    CDI_MATCH_LEVEL_LIST(X)
#undef X
};

static void write_words(struct cdi_json_text *json, const char *key, uint32_t set, int count, const char *(*word)(int))
{
    cdi_json_open(json, key, '[');
    for (int i = 0; i < count; i++)
        if ((set & (UINT32_C(1) << i)) != 0)
            cdi_json_string(json, NULL, cdi_text_of(word(i)));
    cdi_json_close(json, ']');
}

static const char *mark_word(int mark)
{
    return cdi_mark_word((enum cdi_mark)mark);
}

static const char *field_word(int field)
{
    return cdi_disposal_field_word((enum cdi_disposal_field)field);
}

/* R10: in time is at or before the deadline, to the second. */
static int64_t late_by_s(struct cdi_instant recorded_at, struct cdi_instant due_at)
{
    if (!cdi_instant_said(recorded_at) || !cdi_instant_said(due_at) || !cdi_instant_before(due_at, recorded_at))
        return 0;
    return cdi_instant_between(due_at, recorded_at).ms / 1000;
}

static void write_link_head(struct cdi_json_text *json, const struct cdi_link *link)
{
    cdi_json_open(json, NULL, '{');
    cdi_json_string(json, "crime", link->crime);
    cdi_json_string(json, "class", link->klass);
    cdi_json_string(json, "how", cdi_text_of(cdi_how_word(link->how)));
    if (link->how == CDI_HOW_SCORED)
        cdi_json_weight(json, "weight", link->weight);
    else
        cdi_json_null(json, "weight");
}

static const char *const standings[] = {
#define X(upper, word) #word,
    CDI_STANDING_LIST(X)
#undef X
};

/* The class of the unit that the link answers; NONE: it answers none. */
static struct cdi_text answered_class(const struct cdi_tables *tables, const struct cdi_due *due, size_t link)
{
    for (size_t u = 0; u < due->count; u++)
        if (due->units[u].answered_by == link)
            return tables->offences[due->units[u].offence].klass;
    return CDI_TEXT_NONE;
}

/* What is due and not answered: where `recorded` is less than `due`, these are missing. */
static void write_unanswered(struct cdi_json_text *json, const struct cdi_tables *tables, const struct cdi_due *due)
{
    cdi_json_open(json, "unanswered", '[');
    for (size_t u = 0; u < due->count; u++)
        if (due->units[u].answered_by == CDI_UNANSWERED)
            cdi_json_string(json, NULL, tables->offences[due->units[u].offence].klass);
    cdi_json_close(json, ']');
}

static void write_linked(struct cdi_json_text *json, const struct cdi_tables *tables, const struct cdi_judgement *judgement)
{
    const struct cdi_linked *linked = &judgement->linked;
    cdi_json_open(json, "linked", '[');
    for (size_t i = 0; i < linked->link_count; i++) {
        write_link_head(json, &linked->links[i]);
        cdi_json_instant(json, "recorded_at", linked->links[i].recorded_at);
        cdi_json_integer(json, "late_by_s", late_by_s(linked->links[i].recorded_at, judgement->timed.due_at));
        cdi_json_string(json, "standing", cdi_text_of(standings[linked->links[i].standing]));
        cdi_json_string(json, "answers", answered_class(tables, &judgement->due, i));
        cdi_json_close(json, '}');
    }
    cdi_json_close(json, ']');
}

static void write_alternatives(struct cdi_json_text *json, const struct cdi_linked *linked)
{
    cdi_json_open(json, "alternatives", '[');
    for (size_t i = 0; i < linked->alternative_count; i++) {
        const struct cdi_link *link = &linked->alternatives[i];
        write_link_head(json, link);
        cdi_json_open(json, "evidence", '[');
        for (size_t j = 0; j < link->addend_count; j++) {
            cdi_json_open(json, NULL, '{');
            cdi_json_string(json, "field", cdi_text_of(match_fields[match_levels[link->addends[j].level].field]));
            cdi_json_string(json, "level", cdi_text_of(match_levels[link->addends[j].level].words));
            cdi_json_weight(json, "weight", link->addends[j].weight);
            if (link->addends[j].common)
                cdi_json_bool(json, "common", true);
            cdi_json_close(json, '}');
        }
        cdi_json_close(json, ']');
        cdi_json_close(json, '}');
    }
    cdi_json_close(json, ']');
}

static void write_disposal(struct cdi_json_text *json, const struct cdi_alert *alert)
{
    const struct cdi_clearing *clearing = &alert->judgement->clearing;
    if (!clearing->given) {
        cdi_json_null(json, "disposal");
        return;
    }
    bool known = clearing->reason != CDI_REASON_NONE;
    cdi_json_open(json, "disposal", '{');
    cdi_json_string(json, "reason", known ? cdi_text_of(cdi_reason_word(clearing->reason)) : CDI_TEXT_NONE);
    write_words(json, "missing", clearing->missing, CDI_DISPOSAL_FIELD_COUNT, field_word);
    if (clearing->refusal != CDI_REFUSAL_NONE)
        cdi_json_string(json, "refused", cdi_text_of(cdi_refusal_word(clearing->refusal)));
    else
        cdi_json_null(json, "refused");
    cdi_json_string(json, "endorsed_by", alert->endorsed_by);
    if (cdi_text_said(clearing->other_force))
        cdi_json_string(json, "other_force", clearing->other_force);
    cdi_json_close(json, '}');
}

static void write_notes(struct cdi_json_text *json, const struct cdi_alert *alert)
{
    cdi_json_open(json, "notes", '[');
    for (size_t i = 0; i < alert->note_count; i++) {
        cdi_json_open(json, NULL, '{');
        cdi_json_instant(json, "at", alert->notes[i].at);
        cdi_json_string(json, "by", alert->notes[i].by);
        cdi_json_string(json, "text", alert->notes[i].text);
        cdi_json_close(json, '}');
    }
    cdi_json_close(json, ']');
}

static void write_events(struct cdi_json_text *json, const char *key, const struct cdi_alert_event *events, size_t count)
{
    cdi_json_open(json, key, '[');
    for (size_t i = 0; i < count; i++) {
        cdi_json_open(json, NULL, '{');
        cdi_json_instant(json, "at", events[i].at);
        cdi_json_string(json, "what", events[i].what);
        cdi_json_close(json, '}');
    }
    cdi_json_close(json, ']');
}

/* Which report, and what its log says. */
static void write_log(struct cdi_json_text *json, const struct cdi_alert *alert, enum cdi_alert_form form)
{
    char id[33];
    cdi_alert_id_format(alert->id, id);
    cdi_json_string(json, "alert", cdi_text_of(id));
    if (form == CDI_ALERT_FORM_WHOLE)
        cdi_json_integer(json, "version", alert->version);
    cdi_json_string(json, "force", alert->force);
    cdi_json_string(json, "incident", alert->incident);
    cdi_json_integer(json, "report", alert->report);
    cdi_json_open(json, "area", '{');
    cdi_json_string(json, "bcu", alert->bcu);
    cdi_json_string(json, "beat", alert->beat);
    cdi_json_close(json, '}');
    cdi_json_string(json, "unit", alert->unit);
    cdi_json_string(json, "opened_as", alert->opened_as);
    cdi_json_string(json, "classified_as", alert->classified_as);
    cdi_json_string(json, "closed_as", alert->closed_as);
    cdi_json_string(json, "channel", alert->channel);
    cdi_json_string(json, "caller_role", alert->caller_role);
}

/* Where it stands, and its instants. */
static void write_standing(struct cdi_json_text *json, const struct cdi_tables *tables, const struct cdi_alert *alert,
                           enum cdi_alert_form form)
{
    const struct cdi_timed *timed = &alert->judgement->timed;
    uint32_t marks = alert->marks;
    if (form == CDI_ALERT_FORM_CANONICAL)
        marks &= ~(UINT32_C(1) << CDI_MARK_UNSURE | UINT32_C(1) << CDI_MARK_LATE_MESSAGE);
    bool stage = timed->stage != CDI_STAGE_NONE;
    cdi_json_string(json, "state", cdi_text_of(cdi_state_word(alert->state)));
    cdi_json_string(json, "stage", stage ? cdi_text_of(cdi_stage_word(timed->stage)) : CDI_TEXT_NONE);
    cdi_json_string(json, "lifecycle", cdi_text_of(cdi_lifecycle_word(alert->lifecycle)));
    write_words(json, "marks", marks, CDI_MARK_COUNT, mark_word);
    cdi_encode_watches(json, tables, &alert->judgement->watched);
    cdi_json_string(json, "risk", cdi_text_of(cdi_risk_word(alert->judgement->disclosed.risk)));
    cdi_json_instant(json, "received_at", timed->received_at);
    cdi_json_instant(json, "same_day_at", timed->same_day_at);
    cdi_json_instant(json, "due_at", timed->due_at);
    cdi_json_instant(json, "next_stage_at", timed->next_stage_at);
    if (form == CDI_ALERT_FORM_WHOLE)
        cdi_json_integer(json, "detected_late_by_s", alert->detected_late_by_s);
    cdi_json_integer(json, "overdue_days", timed->overdue_days);
}

static void write_data(struct cdi_json_text *json, const char *key, const struct cdi_tables *tables,
                       const struct cdi_alert *alert, enum cdi_alert_form form)
{
    const struct cdi_judgement *judgement = alert->judgement;
    cdi_json_open(json, key, '{');
    write_log(json, alert, form);
    write_standing(json, tables, alert, form);
    cdi_encode_likely(json, tables, judgement);
    cdi_json_integer(json, "due", judgement->compared.due);
    cdi_json_integer(json, "recorded", judgement->compared.recorded);
    write_unanswered(json, tables, &judgement->due);
    write_linked(json, tables, judgement);
    write_alternatives(json, &judgement->linked);
    write_disposal(json, alert);
    cdi_json_string(json, "owner", alert->owner);
    cdi_json_instant(json, "acknowledged_until", alert->acknowledged_until);
    cdi_json_integer(json, "escalation", alert->escalation);
    write_notes(json, alert);
    write_events(json, "history", alert->history, alert->history_count);
    if (form == CDI_ALERT_FORM_WHOLE)
        write_events(json, "published", alert->published, alert->published_count);
    cdi_json_close(json, '}');
}

static struct cdi_json_text reuse(const struct cdi_alert_json *out)
{
    return (struct cdi_json_text){ .at = out->at, .room = out->room };
}

static bool give_back(struct cdi_alert_json *out, const struct cdi_json_text *json)
{
    *out = (struct cdi_alert_json){ json->at, json->size, json->room };
    return !json->failed;
}

bool cdi_encode_alert_data(struct cdi_alert_json *out, const struct cdi_tables *tables, const struct cdi_alert *alert,
                           enum cdi_alert_form form)
{
    struct cdi_json_text json = reuse(out);
    write_data(&json, NULL, tables, alert, form);
    return give_back(out, &json);
}

bool cdi_encode_alert_event(struct cdi_alert_json *out, const struct cdi_tables *tables, const struct cdi_alert *alert)
{
    struct cdi_json_text json = reuse(out);
    char id[33], versioned[48];
    cdi_alert_id_format(alert->id, id);
    snprintf(versioned, sizeof versioned, "%s:%u", id, alert->version);
    cdi_json_open(&json, NULL, '{');
    cdi_json_string(&json, "specversion", CDI_TEXT("1.0"));
    cdi_json_string(&json, "type", CDI_TEXT("cdiwatch.alert.v1"));
    cdi_json_pair(&json, "source", CDI_TEXT("cdiwatch/"), alert->force);
    cdi_json_string(&json, "id", cdi_text_of(versioned));
    cdi_json_instant(&json, "time", alert->time);
    cdi_json_string(&json, "subject", alert->incident);
    cdi_json_string(&json, "datacontenttype", CDI_TEXT("application/json"));
    write_data(&json, "data", tables, alert, CDI_ALERT_FORM_WHOLE);
    cdi_json_close(&json, '}');
    return give_back(out, &json);
}
