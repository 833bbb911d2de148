#include "core/registers.h"

#include <stddef.h>
#include <string.h>

#define WORD(type, name)  { offsetof(struct type, name), CDI_REGISTER_WORD }
#define WHEN(type, name)  { offsetof(struct type, name), CDI_REGISTER_WHEN }

const struct cdi_register cdi_incident_registers[CDI_INCIDENT_REGISTERS] = {
    WORD(cdi_incident, source), WORD(cdi_incident, opened_as), WORD(cdi_incident, channel), WORD(cdi_incident, caller_role),
    WORD(cdi_incident, classified_as), WORD(cdi_incident, unit), WORD(cdi_incident, parent), WORD(cdi_incident, safeguarding),
    WORD(cdi_incident, dash_risk), WHEN(cdi_incident, appointment_at), WHEN(cdi_incident, dash_completed_at),
    { offsetof(struct cdi_incident, closing), CDI_REGISTER_CLOSING },
    { offsetof(struct cdi_incident, area), CDI_REGISTER_AREA },
    { offsetof(struct cdi_incident, location), CDI_REGISTER_LOCATION },
};

const struct cdi_register cdi_crime_registers[CDI_CRIME_REGISTERS] = {
    WORD(cdi_crime, source), WORD(cdi_crime, klass), WORD(cdi_crime, code), WORD(cdi_crime, status), WORD(cdi_crime, unit),
    WORD(cdi_crime, n100), WHEN(cdi_crime, recorded_at), WHEN(cdi_crime, reported_at), WHEN(cdi_crime, committed_from),
    WHEN(cdi_crime, committed_to), WHEN(cdi_crime, late_fcr_at),
    { offsetof(struct cdi_crime, cancel), CDI_REGISTER_CANCEL },
    { offsetof(struct cdi_crime, area), CDI_REGISTER_AREA },
    { offsetof(struct cdi_crime, location), CDI_REGISTER_LOCATION },
};

#define MEMBER(upper, name, kind) \
    [CDI_DISPOSAL_FIELD_##upper] = { offsetof(struct cdi_disposal, name), CDI_DISPOSAL_##kind }
const struct cdi_disposal_member cdi_disposal_members[CDI_DISPOSAL_MEMBERS] = {
    MEMBER(RATIONALE, rationale, RATIONALE_KIND), MEMBER(BY, by, TEXT), MEMBER(BY_ROLE, by_role, TEXT),
    MEMBER(DECIDED_AT, decided_at, INSTANT), MEMBER(ENDORSED_BY, endorsed_by, TEXT),
    MEMBER(ENDORSED_ROLE, endorsed_role, TEXT), MEMBER(ENDORSED_AT, endorsed_at, INSTANT),
    MEMBER(VICTIM_TOLD_AT, victim_told_at, INSTANT), MEMBER(VICTIM_CONTACT_AT, victim_contact_at, INSTANT),
    MEMBER(ENQUIRIES, enquiries, FLAG), MEMBER(CRIME, crime, TEXT), MEMBER(OTHER_FORCE, other_force, TEXT),
    MEMBER(OTHER_REFERENCE, other_reference, TEXT), MEMBER(RULE, rule, TEXT), MEMBER(ELEMENT, element, FLAG),
    MEMBER(N100, n100, TEXT), MEMBER(N300, n300, TEXT), MEMBER(CATEGORY, category, TEXT),
};

size_t cdi_register_size(enum cdi_register_kind kind)
{
    static const size_t sizes[] = {
        [CDI_REGISTER_WORD] = sizeof(struct cdi_word), [CDI_REGISTER_WHEN] = sizeof(struct cdi_when),
        [CDI_REGISTER_CLOSING] = sizeof(struct cdi_closing), [CDI_REGISTER_AREA] = sizeof(struct cdi_area),
        [CDI_REGISTER_LOCATION] = sizeof(struct cdi_location), [CDI_REGISTER_CANCEL] = sizeof(struct cdi_cancel),
    };
    return sizes[kind];
}

static int order(uint64_t a, uint64_t b) { return a < b ? -1 : a > b; }

static int order_instants(struct cdi_instant a, struct cdi_instant b) { return a.ms < b.ms ? -1 : a.ms > b.ms; }

/* A hash first: which of two words said at one instant wins should owe nothing to their spelling. */
static int order_texts(struct cdi_text a, struct cdi_text b)
{
    if (cdi_text_same(a, b))
        return 0;
    int by_hash = order(cdi_text_hash(a, 0), cdi_text_hash(b, 0));
    return by_hash != 0 ? by_hash : cdi_text_compare(a, b);
}

static int order_closings(const struct cdi_closing *a, const struct cdi_closing *b)
{
    int result = order_texts(a->code, b->code);
    return result != 0 ? result : order_instants(a->at, b->at);
}

static int order_areas(const struct cdi_area *a, const struct cdi_area *b)
{
    int result = order_texts(a->bcu, b->bcu);
    return result != 0 ? result : order_texts(a->beat, b->beat);
}

static int order_locations(const struct cdi_location *a, const struct cdi_location *b)
{
    int result = order(a->uprn, b->uprn);               /* keyed hashes already */
    if (result == 0)
        result = order(a->postcode, b->postcode);
    if (result == 0)
        result = order(a->text, b->text);
    if (result == 0)
        result = a->easting < b->easting ? -1 : a->easting > b->easting;
    return result != 0 ? result : a->northing < b->northing ? -1 : a->northing > b->northing;
}

static int order_cancels(const struct cdi_cancel *a, const struct cdi_cancel *b)
{
    int result = order(a->type, b->type);
    if (result == 0)
        result = order_texts(a->by_role, b->by_role);
    if (result == 0)
        result = order_texts(a->other_force, b->other_force);
    if (result == 0)
        result = order_texts(a->reference, b->reference);
    if (result == 0)
        result = order_texts(a->duplicate_of, b->duplicate_of);
    if (result == 0)
        result = order((uint64_t)(a->independent * 4 + a->independent_said * 2 + a->avi),
                       (uint64_t)(b->independent * 4 + b->independent_said * 2 + b->avi));
    return result != 0 ? result : order_instants(a->victim_told_at, b->victim_told_at);
}

int cdi_register_compare(const void *a, const void *b, enum cdi_register_kind kind)
{
    switch (kind) {
    case CDI_REGISTER_WORD:
        return order_texts(((const struct cdi_word *)a)->text, ((const struct cdi_word *)b)->text);
    case CDI_REGISTER_WHEN:
        return order_instants(((const struct cdi_when *)a)->at, ((const struct cdi_when *)b)->at);
    case CDI_REGISTER_CLOSING:
        return order_closings(a, b);
    case CDI_REGISTER_AREA:
        return order_areas(a, b);
    case CDI_REGISTER_LOCATION:
        return order_locations(a, b);
    case CDI_REGISTER_CANCEL:
        return order_cancels(a, b);
    }
    return 0;
}

int cdi_disposal_member_compare(const struct cdi_disposal *x, const struct cdi_disposal *y, size_t field)
{
    const void *a = cdi_member_of(x, cdi_disposal_members[field].offset);
    const void *b = cdi_member_of(y, cdi_disposal_members[field].offset);
    switch (cdi_disposal_members[field].kind) {
    case CDI_DISPOSAL_TEXT:
        return order_texts(*(const struct cdi_text *)a, *(const struct cdi_text *)b);
    case CDI_DISPOSAL_INSTANT:
        return order_instants(*(const struct cdi_instant *)a, *(const struct cdi_instant *)b);
    case CDI_DISPOSAL_FLAG:
        return (int)*(const bool *)a - (int)*(const bool *)b;
    default:
        return order(*(const enum cdi_rationale *)a, *(const enum cdi_rationale *)b);
    }
}

static size_t disposal_member_size(size_t field)
{
    static const size_t sizes[] = {
        [CDI_DISPOSAL_TEXT] = sizeof(struct cdi_text), [CDI_DISPOSAL_INSTANT] = sizeof(struct cdi_instant),
        [CDI_DISPOSAL_FLAG] = sizeof(bool), [CDI_DISPOSAL_RATIONALE_KIND] = sizeof(enum cdi_rationale),
    };
    return sizes[cdi_disposal_members[field].kind];
}

void cdi_disposal_member_empty(struct cdi_disposal *of, size_t field)
{
    void *at = cdi_member(of, cdi_disposal_members[field].offset);
    memset(at, 0, disposal_member_size(field));
    if (cdi_disposal_members[field].kind == CDI_DISPOSAL_INSTANT)
        *(struct cdi_instant *)at = CDI_INSTANT_NONE;
}

void cdi_disposal_member_copy(struct cdi_disposal *into, const struct cdi_disposal *from, size_t field)
{
    uint16_t offset = cdi_disposal_members[field].offset;
    memcpy(cdi_member(into, offset), cdi_member_of(from, offset), disposal_member_size(field));
}
