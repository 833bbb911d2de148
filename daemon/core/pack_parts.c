#include "core/pack.h"
#include "core/registers.h"

/* A register's first byte: four bits of who said it when, four bits of its own: the size of a short word, the members of a
 * place. */
enum { LONG_WORD = 15 };

static void put_word(struct cdi_writer *w, const struct cdi_word *word)
{
    size_t size = cdi_text_said(word->text) ? word->text.size + 1 : 0;
    uint8_t nibble = cdi_put_said(w, word->said_at);
    cdi_put_byte(w, (uint8_t)((size_t)nibble << 4 | (size < LONG_WORD ? size : LONG_WORD)));
    cdi_put_said_rest(w, nibble, word->said_at);
    if (size >= LONG_WORD)
        cdi_put_number(w, size - LONG_WORD);
    if (word->text.size > 0)
        memcpy(cdi_put_room(w, word->text.size), word->text.at, word->text.size);
}

static void get_word(struct cdi_reader *r, struct cdi_word *word)
{
    uint8_t head = cdi_get_byte(r);
    uint64_t size = head & 15;
    word->said_at = cdi_get_said(r, head >> 4);
    if (size == LONG_WORD)
        size = cdi_get_count(r, UINT32_MAX) + LONG_WORD;
    if (size == 0) {
        word->text = CDI_TEXT_NONE;
        return;
    }
    const uint8_t *bytes = cdi_get_bytes(r, (size_t)size - 1);
    word->text = bytes == NULL ? CDI_TEXT_NONE : (struct cdi_text){ (const char *)bytes, (size_t)size - 1 };
}

static uint8_t put_said_byte(struct cdi_writer *w, struct cdi_instant said_at, uint8_t low)
{
    uint8_t nibble = cdi_put_said(w, said_at);
    cdi_put_byte(w, (uint8_t)(nibble << 4 | low));
    cdi_put_said_rest(w, nibble, said_at);
    return nibble;
}

static uint8_t get_said_byte(struct cdi_reader *r, struct cdi_instant *said_at)
{
    uint8_t head = cdi_get_byte(r);
    *said_at = cdi_get_said(r, head >> 4);
    return head & 15;
}

enum { PLACE_UPRN = 1, PLACE_POSTCODE = 2, PLACE_TEXT = 4, PLACE_GRID = 8 };

static void put_location(struct cdi_writer *w, const struct cdi_location *place)
{
    bool grid = place->easting != CDI_GRID_NONE || place->northing != CDI_GRID_NONE;
    put_said_byte(w, place->said_at, (uint8_t)((place->uprn != 0 ? PLACE_UPRN : 0) |
                  (place->postcode != 0 ? PLACE_POSTCODE : 0) | (place->text != 0 ? PLACE_TEXT : 0) | (grid ? PLACE_GRID : 0)));
    if (place->uprn != 0)
        cdi_put_fixed(w, place->uprn, 8);
    if (place->postcode != 0)
        cdi_put_fixed(w, place->postcode, 8);
    if (place->text != 0)
        cdi_put_fixed(w, place->text, 8);
    if (grid) {
        cdi_put_number(w, cdi_zigzag(place->easting));
        cdi_put_number(w, cdi_zigzag(place->northing));
    }
}

/* A decoder lets nothing through that is further away, and the square of such a distance would not be a number. */
static int32_t get_metres(struct cdi_reader *r)
{
    int64_t metres = cdi_unzigzag(cdi_get_count(r, UINT32_MAX));
    r->failed = r->failed || ((metres < -CDI_GRID_FARTHEST || metres > CDI_GRID_FARTHEST) && metres != CDI_GRID_NONE);
    return (int32_t)metres;
}

static void get_location(struct cdi_reader *r, struct cdi_location *place)
{
    uint8_t members = get_said_byte(r, &place->said_at);
    if (members & PLACE_UPRN)
        place->uprn = cdi_get_fixed(r, 8);
    if (members & PLACE_POSTCODE)
        place->postcode = cdi_get_fixed(r, 8);
    if (members & PLACE_TEXT)
        place->text = cdi_get_fixed(r, 8);
    if (members & PLACE_GRID) {
        place->easting = get_metres(r);
        place->northing = get_metres(r);
    }
}

static void put_cancel(struct cdi_writer *w, const struct cdi_cancel *cancel)
{
    put_said_byte(w, cancel->said_at, (uint8_t)cancel->type);
    cdi_put_byte(w, (uint8_t)(cancel->independent | cancel->independent_said << 1 | cancel->avi << 2));
    cdi_put_text(w, cancel->by_role);
    cdi_put_text(w, cancel->other_force);
    cdi_put_text(w, cancel->reference);
    cdi_put_text(w, cancel->duplicate_of);
    cdi_put_instant(w, cancel->victim_told_at);
}

static void get_cancel(struct cdi_reader *r, struct cdi_cancel *cancel)
{
    cancel->type = (enum cdi_cancel_type)get_said_byte(r, &cancel->said_at);
    uint8_t flags = cdi_get_byte(r);
    r->failed = r->failed || (unsigned)cancel->type >= CDI_CANCEL_TYPE_COUNT || flags > 7;
    cancel->independent = flags & 1;
    cancel->independent_said = flags & 2;
    cancel->avi = flags & 4;
    cancel->by_role = cdi_get_text(r);
    cancel->other_force = cdi_get_text(r);
    cancel->reference = cdi_get_text(r);
    cancel->duplicate_of = cdi_get_text(r);
    cancel->victim_told_at = cdi_get_instant(r);
}

static void put_register(struct cdi_writer *w, const void *at, enum cdi_register_kind kind)
{
    switch (kind) {
    case CDI_REGISTER_WORD:
        put_word(w, at);
        break;
    case CDI_REGISTER_WHEN:
        put_said_byte(w, ((const struct cdi_when *)at)->said_at, 0);
        cdi_put_instant(w, ((const struct cdi_when *)at)->at);
        break;
    case CDI_REGISTER_CLOSING:
        put_word(w, &(struct cdi_word){ ((const struct cdi_closing *)at)->said_at, ((const struct cdi_closing *)at)->code });
        cdi_put_instant(w, ((const struct cdi_closing *)at)->at);
        break;
    case CDI_REGISTER_AREA:
        put_word(w, &(struct cdi_word){ ((const struct cdi_area *)at)->said_at, ((const struct cdi_area *)at)->bcu });
        cdi_put_text(w, ((const struct cdi_area *)at)->beat);
        break;
    case CDI_REGISTER_LOCATION:
        put_location(w, at);
        break;
    case CDI_REGISTER_CANCEL:
        put_cancel(w, at);
        break;
    }
}

static void get_register(struct cdi_reader *r, void *at, enum cdi_register_kind kind)
{
    struct cdi_word word;
    switch (kind) {
    case CDI_REGISTER_WORD:
        get_word(r, at);
        break;
    case CDI_REGISTER_WHEN:
        r->failed = get_said_byte(r, &((struct cdi_when *)at)->said_at) != 0 || r->failed;
        ((struct cdi_when *)at)->at = cdi_get_instant(r);
        break;
    case CDI_REGISTER_CLOSING:
        get_word(r, &word);
        *(struct cdi_closing *)at = (struct cdi_closing){ word.said_at, word.text, cdi_get_instant(r) };
        break;
    case CDI_REGISTER_AREA:
        get_word(r, &word);
        *(struct cdi_area *)at = (struct cdi_area){ word.said_at, word.text, cdi_get_text(r) };
        break;
    case CDI_REGISTER_LOCATION:
        get_location(r, at);
        break;
    case CDI_REGISTER_CANCEL:
        get_cancel(r, at);
        break;
    }
}

void cdi_put_registers(struct cdi_writer *w, const void *record, const struct cdi_register *registers, size_t count)
{
    uint32_t said = 0;
    for (size_t i = 0; i < count; i++)
        said |= (uint32_t)cdi_instant_said(cdi_register_said_at(record, registers[i])) << i;
    cdi_put_fixed(w, said, 2);
    for (; said != 0; said &= said - 1) {
        struct cdi_register reg = registers[__builtin_ctz(said)];
        put_register(w, cdi_member_of(record, reg.offset), reg.kind);
    }
}

void cdi_get_registers(struct cdi_reader *r, void *record, const struct cdi_register *registers, size_t count)
{
    uint32_t said = (uint32_t)cdi_get_fixed(r, 2);
    r->failed = r->failed || said >> count != 0;
    for (; said != 0 && !r->failed; said &= said - 1) {
        struct cdi_register reg = registers[__builtin_ctz(said)];
        get_register(r, cdi_member(record, reg.offset), reg.kind);
        r->failed = r->failed || !cdi_instant_said(cdi_register_said_at(record, reg));
    }
}

/* A person's two bytes: role, age band, tokens said, and who said it when. */
enum { ROLE_BITS = 3, AGE_BITS = 3, TOKEN_BITS = CDI_TOKEN_COUNT, OLDER_SHIFT = ROLE_BITS + AGE_BITS + TOKEN_BITS };
#define OLDER_MAX ((uint64_t)1 << 61)            /* between any two instants (core/pack.c) */
_Static_assert(CDI_PERSON_ROLE_COUNT <= 8 && CDI_AGE_BAND_COUNT <= 8 && OLDER_SHIFT == 11, "a person's head is 16 bits");

/* What was said at another time than the last: a bit for each token and the age band, and one for when it was first named. */
enum { FIRST_BIT = CDI_TOKEN_COUNT + 1 };

static unsigned person_older(const struct cdi_person *person)
{
    unsigned older = person->first_ms != 0 ? 1u << FIRST_BIT : 0;
    for (unsigned i = 0; i <= CDI_TOKEN_COUNT; i++)
        older |= (unsigned)(person->older_ms[i] != 0) << i;
    return older;
}

static void put_person(struct cdi_writer *w, const struct cdi_person *person)
{
    uint8_t nibble = cdi_put_said(w, person->said_at);
    unsigned older = person_older(person);
    unsigned head = (unsigned)person->role | (unsigned)person->age_band << ROLE_BITS | (unsigned)(older != 0) << OLDER_SHIFT |
                    (unsigned)nibble << 12;
    for (unsigned i = 0; i < CDI_TOKEN_COUNT; i++)
        head |= (unsigned)(person->tokens[i] != 0) << (ROLE_BITS + AGE_BITS + i);
    cdi_put_fixed(w, head, 2);
    cdi_put_said_rest(w, nibble, person->said_at);
    for (size_t i = 0; i < CDI_TOKEN_COUNT; i++)
        if (person->tokens[i] != 0)
            cdi_put_fixed(w, person->tokens[i], 8);
    if (older != 0)
        cdi_put_byte(w, (uint8_t)older);
    for (size_t i = 0; older != 0 && i <= CDI_TOKEN_COUNT; i++)
        if (older >> i & 1)
            cdi_put_number(w, cdi_zigzag(person->older_ms[i]));
    if (older >> FIRST_BIT & 1)
        cdi_put_instant(w, (struct cdi_instant){ person->said_at.ms - person->first_ms });
}

static void get_person(struct cdi_reader *r, struct cdi_person *person)
{
    unsigned head = (unsigned)cdi_get_fixed(r, 2);
    memset(person, 0, sizeof *person);
    person->role = (enum cdi_person_role)(head & 7);
    person->age_band = (enum cdi_age_band)(head >> ROLE_BITS & 7);
    r->failed = r->failed || (unsigned)person->role >= CDI_PERSON_ROLE_COUNT || (unsigned)person->age_band >= CDI_AGE_BAND_COUNT;
    person->said_at = cdi_get_said(r, (uint8_t)(head >> 12));
    for (unsigned i = 0; i < CDI_TOKEN_COUNT; i++)
        if (head >> (ROLE_BITS + AGE_BITS + i) & 1)
            person->tokens[i] = cdi_get_fixed(r, 8);
    unsigned older = head >> OLDER_SHIFT & 1 ? cdi_get_byte(r) : 0;
    r->failed = r->failed || !cdi_instant_said(person->said_at) || older >> (FIRST_BIT + 1) != 0;
    for (size_t i = 0; older != 0 && i <= CDI_TOKEN_COUNT; i++)
        if (older >> i & 1)
            person->older_ms[i] = cdi_unzigzag(cdi_get_count(r, OLDER_MAX));
    struct cdi_instant first = older >> FIRST_BIT & 1 ? cdi_get_instant(r) : person->said_at;
    r->failed = r->failed || !cdi_instant_said(first);
    if (!r->failed)
        person->first_ms = person->said_at.ms - first.ms;
}

void cdi_put_persons(struct cdi_writer *w, const struct cdi_person *persons, uint16_t count)
{
    cdi_put_number(w, count);
    for (uint16_t i = 0; i < count; i++)
        put_person(w, &persons[i]);
}

struct cdi_person *cdi_get_persons(struct cdi_reader *r, uint16_t *count)
{
    *count = (uint16_t)cdi_get_count(r, CDI_PERSONS_MAX);
    if (*count == 0)
        return NULL;
    struct cdi_person *persons = cdi_scratch_take(r->scratch, *count * sizeof *persons);
    for (uint16_t i = 0; i < *count; i++)
        get_person(r, &persons[i]);
    return persons;
}

void cdi_put_references(struct cdi_writer *w, const struct cdi_text *references, uint16_t count)
{
    cdi_put_number(w, count);
    for (uint16_t i = 0; i < count; i++)
        cdi_put_text(w, references[i]);
}

struct cdi_text *cdi_get_references(struct cdi_reader *r, uint16_t *count)
{
    *count = (uint16_t)cdi_get_count(r, CDI_REFERENCES_MAX);
    if (*count == 0)
        return NULL;
    struct cdi_text *references = cdi_scratch_take(r->scratch, *count * sizeof *references);
    for (uint16_t i = 0; i < *count; i++)
        references[i] = cdi_get_text(r);
    return references;
}

static void put_finding(struct cdi_writer *w, const struct cdi_finding *finding)
{
    unsigned other = finding->other_occasion < 3 ? finding->other_occasion : 3;
    unsigned victims = finding->victims < 7 ? finding->victims : 7;
    cdi_put_fixed(w, finding->phrase, 4);
    cdi_put_byte(w, (uint8_t)((finding->assertion & 7u) | other << 3 | victims << 5));
    if (other == 3)
        cdi_put_byte(w, finding->other_occasion);
    if (victims == 7)
        cdi_put_byte(w, finding->victims);
}

static void get_finding(struct cdi_reader *r, struct cdi_finding *finding)
{
    *finding = (struct cdi_finding){ .phrase = (uint32_t)cdi_get_fixed(r, 4) };
    uint8_t head = cdi_get_byte(r);
    finding->assertion = head & 7;
    finding->other_occasion = (head >> 3 & 3) == 3 ? cdi_get_byte(r) : head >> 3 & 3;
    finding->victims = head >> 5 == 7 ? cdi_get_byte(r) : head >> 5;
    r->failed = r->failed || finding->assertion >= CDI_ASSERTION_COUNT;
}
_Static_assert(CDI_ASSERTION_COUNT <= 8 && CDI_ENTRY_ROLE_COUNT <= 16 && CDI_CANCEL_TYPE_COUNT <= 16, "they share a byte");

/* Entries follow each other in time, so each is a step from the one before. */
void cdi_put_entries(struct cdi_writer *w, const struct cdi_incident *incident)
{
    int64_t base = w->base, seq = 0;
    cdi_put_number(w, incident->entry_count);
    for (uint16_t i = 0; i < incident->entry_count; i++) {
        const struct cdi_entry *entry = &incident->entries[i];
        w->base = base;
        put_said_byte(w, entry->said_at, (uint8_t)entry->role);
        cdi_put_number(w, cdi_zigzag((int64_t)entry->seq - seq - 1));
        seq = entry->seq;
        if (i > 0 && cdi_instant_said(incident->entries[i - 1].at))
            w->base = incident->entries[i - 1].at.ms;
        cdi_put_instant(w, entry->at);
        cdi_put_fixed(w, entry->text_hash, 8);
        cdi_put_number(w, entry->finding_count);
        for (uint16_t f = 0; f < entry->finding_count; f++)
            put_finding(w, &incident->findings[entry->finding_first + f]);
    }
    w->base = base;
}

/* The findings of all entries are read on the go: room for as many as the bytes left could hold. */
static struct cdi_finding *room_for_findings(struct cdi_reader *r, size_t *room)
{
    enum { LEAST_FINDING = 5 };
    *room = (size_t)(r->end - r->at) / LEAST_FINDING;
    if (*room > UINT16_MAX)
        *room = UINT16_MAX;
    return cdi_scratch_take(r->scratch, *room * sizeof(struct cdi_finding));
}

void cdi_get_entries(struct cdi_reader *r, struct cdi_incident *incident)
{
    int64_t base = r->base, seq = 0;
    size_t room = 0, findings = 0;
    incident->entry_count = (uint16_t)cdi_get_count(r, CDI_ENTRIES_MAX);
    if (incident->entry_count == 0)
        return;
    incident->entries = cdi_scratch_take(r->scratch, incident->entry_count * sizeof *incident->entries);
    incident->findings = room_for_findings(r, &room);
    for (uint16_t i = 0; i < incident->entry_count; i++) {
        struct cdi_entry *entry = &incident->entries[i];
        r->base = base;
        entry->role = (enum cdi_entry_role)get_said_byte(r, &entry->said_at);
        seq += 1 + cdi_unzigzag(cdi_get_count(r, (uint64_t)1 << 33));
        r->failed = r->failed || seq < 0 || seq > UINT32_MAX || (unsigned)entry->role >= CDI_ENTRY_ROLE_COUNT;
        entry->seq = (uint32_t)seq;
        if (i > 0 && cdi_instant_said(incident->entries[i - 1].at))
            r->base = incident->entries[i - 1].at.ms;
        entry->at = cdi_get_instant(r);
        r->failed = r->failed || !cdi_instant_said(entry->at) || !cdi_instant_said(entry->said_at);
        entry->text_hash = cdi_get_fixed(r, 8);
        entry->finding_first = (uint16_t)findings;
        entry->finding_count = (uint16_t)cdi_get_count(r, room - findings);
        for (uint16_t f = 0; f < entry->finding_count; f++)
            get_finding(r, &incident->findings[findings++]);
    }
    incident->finding_count = (uint16_t)findings;
    r->base = base;
}

static void put_disposal_member(struct cdi_writer *w, const struct cdi_disposal *disposal, size_t field)
{
    const void *at = cdi_member_of(disposal, cdi_disposal_members[field].offset);
    switch (cdi_disposal_members[field].kind) {
    case CDI_DISPOSAL_TEXT:
        put_word(w, &(struct cdi_word){ disposal->field_at[field], *(const struct cdi_text *)at });
        break;
    case CDI_DISPOSAL_INSTANT:
        put_said_byte(w, disposal->field_at[field], 0);
        cdi_put_instant(w, *(const struct cdi_instant *)at);
        break;
    case CDI_DISPOSAL_FLAG:
        put_said_byte(w, disposal->field_at[field], *(const bool *)at);
        break;
    default:
        put_said_byte(w, disposal->field_at[field], (uint8_t)disposal->rationale);
        break;
    }
}

static void get_disposal_member(struct cdi_reader *r, struct cdi_disposal *disposal, size_t field)
{
    void *at = cdi_member(disposal, cdi_disposal_members[field].offset);
    struct cdi_word word;
    uint8_t low = 0;
    switch (cdi_disposal_members[field].kind) {
    case CDI_DISPOSAL_TEXT:
        get_word(r, &word);
        *(struct cdi_text *)at = word.text;
        disposal->field_at[field] = word.said_at;
        break;
    case CDI_DISPOSAL_INSTANT:
        low = get_said_byte(r, &disposal->field_at[field]);
        *(struct cdi_instant *)at = cdi_get_instant(r);
        r->failed = r->failed || low != 0;
        break;
    case CDI_DISPOSAL_FLAG:
        low = get_said_byte(r, &disposal->field_at[field]);
        *(bool *)at = low != 0;
        r->failed = r->failed || low > 1;
        break;
    default:
        low = get_said_byte(r, &disposal->field_at[field]);
        disposal->rationale = (enum cdi_rationale)low;
        r->failed = r->failed || low >= CDI_RATIONALE_COUNT;
        break;
    }
}

void cdi_put_disposal(struct cdi_writer *w, const struct cdi_disposal *disposal)
{
    uint32_t said = 0;
    for (size_t i = 0; i < CDI_DISPOSAL_MEMBERS; i++)
        said |= (uint32_t)cdi_instant_said(disposal->field_at[i]) << i;
    put_word(w, &(struct cdi_word){ disposal->said_at, disposal->reason });
    cdi_put_instant(w, disposal->cut_at);
    cdi_put_number(w, said);
    for (size_t i = 0; i < CDI_DISPOSAL_MEMBERS; i++)
        if (said >> i & 1)
            put_disposal_member(w, disposal, i);
}

void cdi_get_disposal(struct cdi_reader *r, struct cdi_disposal *disposal)
{
    struct cdi_word reason;
    get_word(r, &reason);
    disposal->said_at = reason.said_at;
    disposal->reason = reason.text;
    disposal->cut_at = cdi_get_instant(r);
    uint32_t said = (uint32_t)cdi_get_count(r, ((uint64_t)1 << CDI_DISPOSAL_MEMBERS) - 1);
    for (size_t i = 0; i < CDI_DISPOSAL_MEMBERS && !r->failed; i++)
        if (said >> i & 1)
            get_disposal_member(r, disposal, i);
}
