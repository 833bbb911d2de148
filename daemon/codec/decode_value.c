/* One value into one field: what kind it must be, what is kept of it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/draft.h"

static bool space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct cdi_text cdi_text_trimmed(struct cdi_text text)
{
    while (text.size > 0 && space(text.at[0])) {
        text.at++;
        text.size--;
    }
    while (text.size > 0 && space(text.at[text.size - 1]))
        text.size--;
    return text;
}

bool cdi_draft_keep(struct cdi_decoder *decoder, struct cdi_text text, struct cdi_text *kept)
{
    struct cdi_draft *draft = &decoder->draft;
    if (text.size > CDI_ARENA_SIZE - draft->arena_used)
        return cdi_decoder_refuse(decoder, CDI_ERROR_TOO_LARGE, "references and words of more than %d bytes in all", CDI_ARENA_SIZE);
    memcpy(draft->arena + draft->arena_used, text.at, text.size);
    *kept = (struct cdi_text){ draft->arena + draft->arena_used, text.size };
    draft->arena_used += text.size;
    return true;
}

static bool wrong_type(struct cdi_decoder *decoder, const struct cdi_field *field)
{
    return cdi_decoder_refuse(decoder, CDI_ERROR_WRONG_TYPE, "must be %s", cdi_field_type_words(field->type));
}

/* A constant of an element is said when the element begins, if it is for this one. */
static bool element_constants(struct cdi_decoder *decoder, enum cdi_field_group group, int64_t key)
{
    const struct cdi_source_feed *feed = &decoder->parts.source->feeds[decoder->feed];
    for (size_t i = 0; i < feed->line_count && feed->lines[i].step == CDI_SOURCE_CONSTANT; i++) {
        const struct cdi_source_line *line = &feed->lines[i];
        const struct cdi_field *field = cdi_field_find(decoder->feed, line->target.ours);
        bool mine = line->target.slot < 0 ? key >= -1 : key == -1 - (int64_t)line->target.slot;
        struct cdi_value value = { .type = CDI_JSON_TEXT, .text = line->constant, .cell = true, .ours = true };
        if (field != NULL && field->group == group && mine && !cdi_decode_value(decoder, field, line->target.slot, line, &value))
            return false;
    }
    return true;
}

/* Elements of an array are told apart by their node; those of a flat row by -1 - slot. */
static int64_t element_key(const struct cdi_decoder *decoder, int16_t slot)
{
    return slot >= 0 ? -1 - (int64_t)slot : decoder->element;
}

/* *person is NULL where there is no room for one more. */
static bool person_of(struct cdi_decoder *decoder, int16_t slot, struct cdi_person **person, struct cdi_draft_person **notes)
{
    struct cdi_draft *draft = &decoder->draft;
    int64_t key = element_key(decoder, slot);
    unsigned i = draft->person_count;
    *person = NULL;
    *notes = NULL;
    while (i > 0 && draft->person_notes[i - 1].key != key)
        i--;
    if (i == 0) {
        if (draft->person_count == CDI_PERSONS_MAX) {
            draft->truncated = true;
            return true;
        }
        i = ++draft->person_count;
        draft->persons[i - 1] = (struct cdi_person){ .said_at = CDI_SAID_HERE };
        draft->person_notes[i - 1] = (struct cdi_draft_person){ .key = key };
        if (!element_constants(decoder, CDI_GROUP_PERSON, key))
            return false;
    }
    *person = &draft->persons[i - 1];
    *notes = &draft->person_notes[i - 1];
    return true;
}

static bool grow_entries(struct cdi_draft *draft)
{
    uint32_t room = draft->entry_room == 0 ? 64 : draft->entry_room * 2;
    struct cdi_entry *entries = realloc(draft->entries, room * sizeof *entries);
    if (entries != NULL)
        draft->entries = entries;
    struct cdi_draft_entry *notes = realloc(draft->entry_notes, room * sizeof *notes);
    if (notes != NULL)
        draft->entry_notes = notes;
    uint64_t *order = realloc(draft->entry_order, room * sizeof *order);
    if (order != NULL)
        draft->entry_order = order;
    if (entries == NULL || notes == NULL || order == NULL)
        return false;
    draft->entry_room = room;
    return true;
}

static bool entry_of(struct cdi_decoder *decoder, int16_t slot, uint32_t *index)
{
    struct cdi_draft *draft = &decoder->draft;
    int64_t key = element_key(decoder, slot);
    uint32_t i = draft->entry_count;
    /* Elements of an array come in the order of their nodes: an earlier one need not be searched for. */
    while (i > 0 && draft->entry_notes[i - 1].key != key)
        i = key >= 0 && draft->entry_notes[i - 1].key < key ? 0 : i - 1;
    if (i == 0) {
        if (draft->entry_count == draft->entry_room && !grow_entries(draft))
            return cdi_decoder_refuse(decoder, CDI_ERROR_SYSTEM, "no memory for an entry");
        i = ++draft->entry_count;
        draft->entries[i - 1] = (struct cdi_entry){ .said_at = CDI_SAID_HERE, .at = CDI_INSTANT_NONE };
        draft->entry_notes[i - 1] = (struct cdi_draft_entry){ .key = key };
        if (!element_constants(decoder, CDI_GROUP_ENTRY, key))
            return false;
    }
    *index = i - 1;
    return true;
}

/* The text of a kept value: numbers are references too ("incident": 412). */
static bool text_of(struct cdi_decoder *decoder, const struct cdi_field *field, const struct cdi_value *value, char digits[24],
                    struct cdi_text *text)
{
    if (value->type == CDI_JSON_INTEGER) {
        *text = (struct cdi_text){ digits, (size_t)snprintf(digits, 24, "%lld", (long long)value->is.integer) };
        return true;
    }
    *text = value->text;
    if (value->type != CDI_JSON_TEXT)
        return wrong_type(decoder, field);
    return memchr(text->at, '\0', text->size) == NULL || cdi_decoder_refuse(decoder, CDI_ERROR_BAD_VALUE, "holds a NUL");
}

static bool reference(struct cdi_decoder *decoder, const struct cdi_field *field, const struct cdi_value *value, struct cdi_text *kept)
{
    char digits[24], spelt[CDI_REFERENCE_MAX];
    struct cdi_text text;
    bool passing = value->cell || value->type == CDI_JSON_INTEGER;
    if (!text_of(decoder, field, value, digits, &text))
        return false;
    const struct cdi_reference_rule *rule = NULL;
    if (field->names != CDI_NAMES_NEITHER && !value->ours)
        rule = &decoder->parts.source->references[field->names == CDI_NAMES_CRIME ? CDI_REFERENCE_KIND_CRIME
                                                                                 : CDI_REFERENCE_KIND_INCIDENT];
    bool plain = rule == NULL || (rule->letters == CDI_REFERENCE_CASE_KEEP && rule->drop.size == 0 && rule->shape_count == 0);
    struct cdi_text near = text;
    bool fits = text.size <= field->room
        && (plain || cdi_reference_normalise(rule, text, decoder->near, spelt, &near));
    if (!fits)
        return cdi_decoder_refuse(decoder, CDI_ERROR_TOO_LARGE, "longer than %d bytes", (int)field->room);
    if (near.size == 0)
        return true;
    passing = passing || near.at != text.at;
    if (passing)
        return cdi_draft_keep(decoder, near, kept);
    *kept = near;
    return true;
}

static bool known_word(enum cdi_field_words list, struct cdi_text word)
{
    enum cdi_caller_role caller;
    enum cdi_reason reason;
    enum cdi_crime_status status;
    switch (list) {
    case CDI_WORDS_CALLER_ROLE:
        return cdi_caller_role_from(word, &caller);
    case CDI_WORDS_REASON:
        return cdi_reason_from(word, &reason);
    case CDI_WORDS_CRIME_STATUS:
        return cdi_crime_status_from(word, &status);
    default:
        return true;
    }
}

static bool word(struct cdi_decoder *decoder, const struct cdi_field *field, const struct cdi_value *value, struct cdi_text *kept)
{
    if (value->type != CDI_JSON_TEXT)
        return wrong_type(decoder, field);
    if (memchr(value->text.at, '\0', value->text.size) != NULL)
        return cdi_decoder_refuse(decoder, CDI_ERROR_BAD_VALUE, "holds a NUL");
    if (!known_word(field->words, value->text))
        decoder->draft.record.unknown_words++;
    if (value->cell)
        return cdi_draft_keep(decoder, value->text, kept);
    *kept = value->text;
    return true;
}

/* A whole number of a cell or of JSON ("1.0" is one).  false: it is none. */
static bool whole(const struct cdi_value *value, int64_t *out)
{
    char copy[32], *end;
    double real = value->is.real;
    bool number = value->type == CDI_JSON_REAL;
    if (value->type == CDI_JSON_INTEGER) {
        *out = value->is.integer;
        return true;
    }
    if (value->type == CDI_JSON_TEXT && value->cell && value->text.size < sizeof copy) {
        memcpy(copy, value->text.at, value->text.size);
        copy[value->text.size] = '\0';
        real = strtod(copy, &end);
        number = *end == '\0' && end != copy;
    }
    if (!number || !(fabs(real) < 1e15))
        return false;
    *out = (int64_t)floor(real + 0.5);
    return true;
}

static bool grid(struct cdi_decoder *decoder, const struct cdi_field *field, const struct cdi_value *value, int32_t *metres)
{
    int64_t number;
    if (!whole(value, &number))
        return wrong_type(decoder, field);
    if (number < -CDI_GRID_FARTHEST || number > CDI_GRID_FARTHEST)
        return cdi_decoder_refuse(decoder, CDI_ERROR_OUT_OF_BOUNDS, "a grid reference is at most 10,000 km, in metres");
    *metres = (int32_t)number;
    return true;
}

static bool boolean(const struct cdi_value *value, bool *out)
{
    static const char *const yes[] = { "true", "yes", "y", "1", "t" }, *const no[] = { "false", "no", "n", "0", "f" };
    if (value->type == CDI_JSON_BOOLEAN) {
        *out = value->is.boolean;
        return true;
    }
    for (size_t i = 0; value->type == CDI_JSON_TEXT && value->cell && i < sizeof yes / sizeof *yes; i++)
        if (cdi_text_is_caseless(value->text, yes[i]) || cdi_text_is_caseless(value->text, no[i])) {
            *out = cdi_text_is_caseless(value->text, yes[i]);
            return true;
        }
    return false;
}

static bool qualifier(struct cdi_decoder *decoder, const struct cdi_field *field, const struct cdi_value *value, uint32_t *set)
{
    enum cdi_qualifier known;
    if (value->type != CDI_JSON_TEXT)
        return wrong_type(decoder, field);
    if (cdi_qualifier_from(value->text, &known))
        *set |= UINT32_C(1) << known;
    else
        decoder->draft.record.unknown_words++;
    return true;
}

static bool listed_reference(struct cdi_decoder *decoder, const struct cdi_field *field, const struct cdi_value *value)
{
    struct cdi_draft *draft = &decoder->draft;
    struct cdi_text text = CDI_TEXT_NONE;
    if (!reference(decoder, field, value, &text))
        return false;
    if (text.size == 0)
        return true;
    for (unsigned i = 0; i < draft->reference_count; i++)
        if (cdi_text_same(draft->references[i], text))
            return true;
    if (draft->reference_count == CDI_REFERENCES_MAX)
        draft->truncated = true;
    else
        draft->references[draft->reference_count++] = text;
    return true;
}

/* The text that a token is made of: a phone number or an id may be a JSON number.  What lasts as long as the message is answered
 * when that is read (finish()). */
static bool token(struct cdi_decoder *decoder, const struct cdi_field *field, const struct cdi_value *value,
                  enum cdi_token_of of, uint64_t *out)
{
    char digits[24];
    struct cdi_text text = value->text;
    if (value->type == CDI_JSON_INTEGER)
        text = (struct cdi_text){ digits, (size_t)snprintf(digits, sizeof digits, "%lld", (long long)value->is.integer) };
    else if (value->type != CDI_JSON_TEXT)
        return wrong_type(decoder, field);
    cdi_token_ask(decoder->parts.tokeniser, of, text, out);
    if (text.at == digits || value->cell)
        cdi_token_answer(decoder->parts.tokeniser);
    return true;
}

static bool person_value(struct cdi_decoder *decoder, const struct cdi_field *field, int16_t slot, const struct cdi_value *value)
{
    struct cdi_person *person;
    struct cdi_draft_person *notes;
    if (!person_of(decoder, slot, &person, &notes) || person == NULL)
        return person == NULL && decoder->err->code == CDI_ERROR_NONE;
    struct cdi_tokeniser *tokeniser = decoder->parts.tokeniser;
    switch (field->type) {
    case CDI_FIELD_PHONE:
        return token(decoder, field, value, CDI_TOKEN_OF_PHONE, &person->tokens[CDI_TOKEN_PHONE]);
    case CDI_FIELD_ID:
        return token(decoder, field, value, CDI_TOKEN_OF_ID, &person->tokens[CDI_TOKEN_ID]);
    default:
        break;
    }
    if (value->type != CDI_JSON_TEXT)
        return wrong_type(decoder, field);
    if (field->type == CDI_FIELD_NAME) {
        cdi_token_ask(tokeniser, CDI_TOKEN_OF_NAME, value->text, &person->tokens[CDI_TOKEN_NAME]);
        cdi_token_ask(tokeniser, CDI_TOKEN_OF_PHONETIC, value->text, &person->tokens[CDI_TOKEN_PHONETIC]);
        if (value->cell)
            cdi_token_answer(tokeniser);
    } else if (field->type == CDI_FIELD_PERSON_ROLE) {
        if (!cdi_person_role_from(value->text, &person->role))
            decoder->draft.record.unknown_words++;
    } else if (cdi_decode_birth(decoder, value->text, &notes->born)) {
        notes->born_said = true;
        cdi_token_ask_birth(tokeniser, &notes->born, &person->tokens[CDI_TOKEN_BIRTH]);
    } else {
        decoder->draft.record.unknown_words++;
    }
    return true;
}

static bool entry_value(struct cdi_decoder *decoder, const struct cdi_field *field, int16_t slot,
                        const struct cdi_source_line *line, const struct cdi_value *value)
{
    uint32_t index = 0;
    int64_t number = 0;
    if (!entry_of(decoder, slot, &index))
        return false;
    struct cdi_entry *entry = &decoder->draft.entries[index];
    struct cdi_draft_entry *notes = &decoder->draft.entry_notes[index];
    if (field->type == CDI_FIELD_INTEGER) {
        bool integral = value->type != CDI_JSON_REAL || value->is.real == floor(value->is.real);
        if (!integral || !whole(value, &number))
            return wrong_type(decoder, field);
        if (number < 0 || number > UINT32_MAX)
            return cdi_decoder_refuse(decoder, CDI_ERROR_OUT_OF_BOUNDS, "must be from 0 to %lu", (unsigned long)UINT32_MAX);
        entry->seq = (uint32_t)number;
        notes->seq_said = true;
        return true;
    }
    if (field->type == CDI_FIELD_TIME)
        return cdi_decode_time(decoder, value, line, field->may_be_ahead, &entry->at);
    if (value->type != CDI_JSON_TEXT)
        return wrong_type(decoder, field);
    if (field->type == CDI_FIELD_FREE_TEXT)
        notes->text = value->text;
    else if (!cdi_entry_role_from(value->text, &entry->role))
        decoder->draft.record.unknown_words++;
    return true;
}

/* Free text of which only the presence, or the kind, is kept. */
static bool ground(struct cdi_decoder *decoder, const struct cdi_field *field, const struct cdi_value *value, void *at)
{
    bool flag = false;
    if (field->type == CDI_FIELD_GIVEN && value->type == CDI_JSON_BOOLEAN)
        *(bool *)at = value->is.boolean;
    else if (value->type != CDI_JSON_TEXT)
        return wrong_type(decoder, field);
    else if (field->type == CDI_FIELD_GIVEN)
        *(bool *)at = boolean(value, &flag) ? flag : true;
    else if (field->type == CDI_FIELD_RATIONALE)
        *(enum cdi_rationale *)at = cdi_rationale_of(decoder->parts.boilerplate, value->text);
    else if (cdi_rationale_of(decoder->parts.boilerplate, value->text) == CDI_RATIONALE_GIVEN)
        *(struct cdi_instant *)at = CDI_SAID_HERE;
    return true;
}

static bool choice(struct cdi_decoder *decoder, const struct cdi_field *field, const struct cdi_value *value, void *at)
{
    if (field->type == CDI_FIELD_BOOLEAN) {
        decoder->draft.record.crime.cancel.independent_said = true;     /* the only boolean there is */
        return boolean(value, at) || wrong_type(decoder, field);
    }
    if (value->type != CDI_JSON_TEXT)
        return wrong_type(decoder, field);
    if (field->type == CDI_FIELD_CANCEL_TYPE) {
        if (!cdi_cancel_type_from(value->text, at))
            decoder->draft.record.unknown_words++;
        return true;
    }
    return cdi_verb_from(value->text, at)
        || cdi_decoder_refuse(decoder, CDI_ERROR_BAD_VALUE, "no action that we know: see the list in the schema");
}

static bool whole_value(struct cdi_decoder *decoder, const struct cdi_field *field, const struct cdi_source_line *line,
                        const struct cdi_value *value)
{
    void *at = (char *)&decoder->draft + field->offset;
    switch (field->type) {
    case CDI_FIELD_FORCE:
    case CDI_FIELD_NOTE:
        if (value->type != CDI_JSON_TEXT)
            return wrong_type(decoder, field);
        if (field->type == CDI_FIELD_FORCE && memchr(value->text.at, '/', value->text.size) != NULL)
            return cdi_decoder_refuse(decoder, CDI_ERROR_BAD_VALUE, "a force has no slash: it parts the keys of what is kept");
        return reference(decoder, field, value, at);
    case CDI_FIELD_REFERENCE:
    case CDI_FIELD_CODE:
        return reference(decoder, field, value, at);
    case CDI_FIELD_WORD:
        return word(decoder, field, value, at);
    case CDI_FIELD_TIME:
        return cdi_decode_time(decoder, value, line, field->may_be_ahead, at);
    case CDI_FIELD_GRID:
        return grid(decoder, field, value, at);
    case CDI_FIELD_QUALIFIERS:
        return qualifier(decoder, field, value, at);
    case CDI_FIELD_REFERENCES:
        return listed_reference(decoder, field, value);
    case CDI_FIELD_GIVEN:
    case CDI_FIELD_RATIONALE:
    case CDI_FIELD_LATE_RATIONALE:
        return ground(decoder, field, value, at);
    case CDI_FIELD_UPRN:
        return token(decoder, field, value, CDI_TOKEN_OF_UPRN, at);
    case CDI_FIELD_POSTCODE:
        return token(decoder, field, value, CDI_TOKEN_OF_POSTCODE, at);
    case CDI_FIELD_PLACE:
        return token(decoder, field, value, CDI_TOKEN_OF_PLACE, at);
    default:
        return choice(decoder, field, value, at);
    }
}

bool cdi_decode_value(struct cdi_decoder *decoder, const struct cdi_field *field, int16_t slot,
                      const struct cdi_source_line *line, const struct cdi_value *value)
{
    if (value->type == CDI_JSON_TEXT && value->text.size == 0)
        return true;                            /* blank says nothing */
    if (field->type == CDI_FIELD_IGNORED)
        return true;
    if (field->group == CDI_GROUP_PERSON)
        return person_value(decoder, field, slot, value);
    if (field->group == CDI_GROUP_ENTRY)
        return entry_value(decoder, field, slot, line, value);
    if (field->type == CDI_FIELD_WORD && value->type == CDI_JSON_TEXT && value->text.size > field->room) {
        decoder->draft.record.unknown_words++;  /* no word of ours is that long, and there is no room to keep it */
        return true;
    }
    if (field->said_at != CDI_FIELD_NOWHERE && field->type != CDI_FIELD_LATE_RATIONALE)
        *(struct cdi_instant *)((char *)&decoder->draft + field->said_at) = CDI_SAID_HERE;
    return whole_value(decoder, field, line, value);
}
