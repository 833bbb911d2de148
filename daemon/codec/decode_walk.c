/* The walk: a document's members in their order, or a row's cells, each looked up and handed to its fields. */
#include <stdio.h>
#include <string.h>

#include "codec/draft.h"

void cdi_json_value(const struct cdi_json_node *node, struct cdi_value *value)
{
    value->type = (enum cdi_json_type)node->type;
    value->cell = value->ours = false;
    switch (value->type) {
    case CDI_JSON_TEXT:
        value->text = cdi_text_trimmed((struct cdi_text){ node->is.text, node->size });
        break;
    case CDI_JSON_INTEGER:
        value->is.integer = node->is.integer;
        break;
    case CDI_JSON_REAL:
        value->is.real = node->is.real;
        break;
    case CDI_JSON_BOOLEAN:
        value->is.boolean = node->is.boolean;
        break;
    default:
        break;
    }
}

/* What a system's map makes of a value, in its words. */
static bool mapped(struct cdi_decoder *decoder, const struct cdi_binding *binding, const struct cdi_value *value)
{
    const struct cdi_source_setting *settings;
    size_t count;
    if (!cdi_source_map_find(binding->line->map, value->text, &settings, &count)) {
        if (binding->field != NULL)
            return cdi_decode_value(decoder, binding->field, binding->slot, binding->line, value);
        decoder->draft.record.unknown_words++;
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        const struct cdi_source_target *target = &settings[i].target;
        bool asked = !cdi_text_said(target->ours);
        const struct cdi_field *field = asked ? binding->field : cdi_field_find(decoder->feed, target->ours);
        struct cdi_value ours = { .type = CDI_JSON_TEXT, .text = settings[i].value, .cell = true, .ours = true };
        if (field != NULL && !cdi_decode_value(decoder, field, asked ? binding->slot : target->slot, binding->line, &ours))
            return false;
    }
    return true;
}

static bool apply_one(struct cdi_decoder *decoder, const struct cdi_binding *binding, const struct cdi_value *value)
{
    char digits[24];
    struct cdi_value written = { .type = CDI_JSON_TEXT, .cell = true };
    bool map = binding->line->map != NULL;
    if (map && value->type == CDI_JSON_INTEGER) {
        written.text = (struct cdi_text){ digits, (size_t)snprintf(digits, sizeof digits, "%lld", (long long)value->is.integer) };
        return mapped(decoder, binding, &written);
    }
    if (value->type == CDI_JSON_TEXT && value->text.size == 0)
        return true;                            /* blank says nothing, not even to a map */
    if (map && value->type == CDI_JSON_TEXT)
        return mapped(decoder, binding, value);
    return binding->field == NULL || cdi_decode_value(decoder, binding->field, binding->slot, binding->line, value);
}

/* Another system's types are its own: what it sends is read as a cell is. */
static bool apply(struct cdi_decoder *decoder, const struct cdi_binding *binding, const struct cdi_value *value)
{
    char split = binding->line->split;
    struct cdi_value piece = *value;
    piece.cell = true;
    if (split == '\0' || value->type != CDI_JSON_TEXT)
        return apply_one(decoder, binding, &piece);
    struct cdi_text rest = value->text;
    while (rest.size > 0) {
        const char *end = memchr(rest.at, split, rest.size);
        size_t size = end == NULL ? rest.size : (size_t)(end - rest.at), cut = size + (end != NULL);
        piece.text = cdi_text_trimmed((struct cdi_text){ rest.at, size });
        if (!apply_one(decoder, binding, &piece))
            return false;
        rest = (struct cdi_text){ rest.at + cut, rest.size - cut };
    }
    return true;
}

static bool apply_all(struct cdi_decoder *decoder, const struct cdi_plan *plan, uint16_t at, const struct cdi_value *value)
{
    for (; at != 0; at = plan->bindings[at].next) {
        const struct cdi_binding *binding = &plan->bindings[at];
        bool good = binding->line != NULL ? apply(decoder, binding, value)
            : cdi_decode_value(decoder, binding->field, binding->slot, NULL, value);
        if (!good)
            return false;
    }
    return true;
}

/* Members mostly come in the order in which they came last time. */
static uint16_t member_of(struct cdi_plan *plan, uint16_t parent, const struct cdi_json_node *member)
{
    struct cdi_plan_node *nodes = plan->nodes;
    uint16_t start = nodes[parent].hint != 0 ? nodes[parent].hint : nodes[parent].child, found = start;
    if (start == 0)
        return 0;
    do {
        if (nodes[found].key.size == member->key_size && memcmp(nodes[found].key.at, member->key, member->key_size) == 0) {
            nodes[parent].hint = nodes[found].sibling;
            return found;
        }
        found = nodes[found].sibling != 0 ? nodes[found].sibling : nodes[parent].child;
    } while (found != start);
    return 0;
}

static bool walk(struct cdi_decoder *decoder, struct cdi_plan *plan, const struct cdi_json_node *node, uint16_t place);

static bool walk_members(struct cdi_decoder *decoder, struct cdi_plan *plan, const struct cdi_json_node *object, uint16_t place)
{
    const struct cdi_json_node *end = decoder->nodes + object->next;
    plan->nodes[place].hint = plan->nodes[place].child;
    for (const struct cdi_json_node *member = object + 1; member < end; member = decoder->nodes + member->next) {
        uint16_t found = member_of(plan, place, member);
        if (found != 0 && !walk(decoder, plan, member, found))
            return false;
    }
    return true;
}

static bool takes_list(const struct cdi_plan *plan, uint16_t place)
{
    uint16_t binding = plan->nodes[place].binding;
    if (binding == 0)
        return false;
    const struct cdi_field *field = plan->bindings[binding].field;
    return field == NULL || field->type == CDI_FIELD_REFERENCES || field->type == CDI_FIELD_QUALIFIERS;
}

static bool wrong_shape(struct cdi_decoder *decoder, const struct cdi_json_node *node, const char *wanted)
{
    decoder->here = node;
    return cdi_decoder_refuse(decoder, CDI_ERROR_WRONG_TYPE, "must be %s", wanted);
}

/* Objects in an array are each an element; scalars are values of a list. */
static bool walk_elements(struct cdi_decoder *decoder, struct cdi_plan *plan, const struct cdi_json_node *array, uint16_t place)
{
    const struct cdi_json_node *end = decoder->nodes + array->next;
    for (const struct cdi_json_node *item = array + 1; item < end; item = decoder->nodes + item->next) {
        if (item->type == CDI_JSON_OBJECT && plan->nodes[place].child != 0) {
            int64_t outer = decoder->element;
            decoder->element = item - decoder->nodes;
            bool good = walk_members(decoder, plan, item, place);
            decoder->element = outer;
            if (!good)
                return false;
        } else if (item->type == CDI_JSON_NULL) {
            continue;
        } else if (item->type >= CDI_JSON_ARRAY || !takes_list(plan, place)) {
            return wrong_shape(decoder, item, plan->nodes[place].child != 0 ? "an object" : "a text");
        } else {
            struct cdi_value value;
            decoder->here = item;
            cdi_json_value(item, &value);
            if (!apply_all(decoder, plan, plan->nodes[place].binding, &value))
                return false;
        }
    }
    return true;
}

static bool ignored(const struct cdi_plan *plan, uint16_t place)
{
    uint16_t binding = plan->nodes[place].binding;
    return binding != 0 && plan->bindings[binding].field != NULL && plan->bindings[binding].field->type == CDI_FIELD_IGNORED;
}

static bool walk(struct cdi_decoder *decoder, struct cdi_plan *plan, const struct cdi_json_node *node, uint16_t place)
{
    const struct cdi_plan_node *at = &plan->nodes[place];
    if (node->type == CDI_JSON_NULL || ignored(plan, place))
        return true;
    decoder->draft.known_fields++;
    if (node->type == CDI_JSON_OBJECT) {
        if (at->child == 0)
            return wrong_shape(decoder, node, at->binding != 0 && plan->bindings[at->binding].field != NULL
                               ? cdi_field_type_words(plan->bindings[at->binding].field->type) : "a text");
        return walk_members(decoder, plan, node, place);
    }
    if (node->type == CDI_JSON_ARRAY) {
        if (at->child == 0 && !takes_list(plan, place))
            return wrong_shape(decoder, node, plan->bindings[at->binding].field == NULL ? "a text"
                               : cdi_field_type_words(plan->bindings[at->binding].field->type));
        return walk_elements(decoder, plan, node, place);
    }
    if (at->binding == 0)
        return wrong_shape(decoder, node, "an object");
    decoder->here = node;
    struct cdi_value value;
    cdi_json_value(node, &value);
    const struct cdi_binding *binding = &plan->bindings[at->binding];
    if (binding->line == NULL && takes_list(plan, place))
        return wrong_shape(decoder, node, cdi_field_type_words(binding->field->type));
    return apply_all(decoder, plan, at->binding, &value);
}

/* Constants are not anywhere in the message; those of an element are said when it begins (decode_value.c). */
static bool apply_constants(struct cdi_decoder *decoder)
{
    const struct cdi_source_feed *feed = &decoder->parts.source->feeds[decoder->feed];
    for (size_t i = 0; i < feed->line_count && feed->lines[i].step == CDI_SOURCE_CONSTANT; i++) {
        const struct cdi_source_line *line = &feed->lines[i];
        const struct cdi_field *field = cdi_field_find(decoder->feed, line->target.ours);
        struct cdi_value value = { .type = CDI_JSON_TEXT, .text = line->constant, .cell = true, .ours = true };
        if (field != NULL && field->group == CDI_GROUP_WHOLE
            && !cdi_decode_value(decoder, field, CDI_SLOT_EACH, line, &value))
            return false;
    }
    return true;
}

bool cdi_decode_walk(struct cdi_decoder *decoder, const struct cdi_json_node *document)
{
    struct cdi_feed_plan *plan = &decoder->plans[decoder->feed];
    decoder->here = document;
    decoder->element = -1;
    if (!apply_constants(decoder) || !walk_members(decoder, &plan->fields, document, 0))
        return false;
    if (plan->sets.node_count == 1)
        return true;
    return walk_members(decoder, &plan->sets, document, 0);
}

bool cdi_decode_cells(struct cdi_decoder *decoder, const struct cdi_text *cells, size_t count)
{
    const struct cdi_feed_plan *plan = &decoder->plans[decoder->feed];
    decoder->element = -1;
    if (!apply_constants(decoder))
        return false;
    const struct { const struct cdi_plan *plan; const uint16_t *columns; } steps[2] = {
        { &plan->fields, plan->columns }, { &plan->sets, plan->set_columns } };
    for (size_t step = 0; step < 2; step++)
        for (size_t i = 0; i < plan->column_count && i < count; i++) {
            struct cdi_value value = { .type = CDI_JSON_TEXT, .text = cdi_text_trimmed(cells[i]), .cell = true };
            if (steps[step].columns[i] == 0 || value.text.size == 0)
                continue;
            decoder->column = plan->names[i];
            decoder->draft.known_fields++;
            if (!apply_all(decoder, steps[step].plan, steps[step].columns[i], &value))
                return false;
        }
    return true;
}
