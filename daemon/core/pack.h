/* Floor: core.  Packing: varints, instants as distances from the case's base, and who-said-it-when as one of the last
 * fifteen instants met (most of a case was said in a handful of messages). */
#ifndef CDI_CORE_PACK_H
#define CDI_CORE_PACK_H

#include <string.h>

#include "cdiwatch/error.h"
#include "cdiwatch/record.h"
#include "core/scratch.h"

enum { CDI_PACK_SAID_WINDOW = 15 };

/* The last distinct instants at which something was said; both sides keep the same.  One place is spare, so that going round
 * is a mask. */
struct cdi_said { int64_t ms[CDI_PACK_SAID_WINDOW + 1]; uint8_t count, next; };
/* Instants beyond the count are never looked at, so they are not cleared: most events pack and unpack a case. */
static inline void cdi_said_start(struct cdi_said *said) { said->count = said->next = 0; }

struct cdi_writer {
    uint8_t *bytes, *at, *end;                  /* written up to `at` */
    struct cdi_scratch *scratch;
    int64_t base;
    struct cdi_said said;
};
struct cdi_reader {
    const uint8_t *at, *end;
    struct cdi_scratch *scratch;
    bool failed;                                /* once true, what is read means nothing; counts keep their limits */
    int64_t base;
    struct cdi_said said;
};

/* Every state record begins with its format and kind, and its key; what is unpacked must end where its bytes end (`done`). */
struct cdi_writer cdi_writer_start(struct cdi_scratch *scratch, unsigned kind, struct cdi_text force, struct cdi_text reference);
struct cdi_text cdi_writer_done(const struct cdi_writer *w);
bool cdi_reader_start(struct cdi_reader *r, struct cdi_text packed, unsigned kind, struct cdi_scratch *scratch,
                      struct cdi_text *force, struct cdi_text *reference);
bool cdi_reader_done(const struct cdi_reader *r, struct cdi_error *err);

void cdi_writer_grow(struct cdi_writer *w, size_t size);

/* There is room for so many more bytes. */
static inline void cdi_put_need(struct cdi_writer *w, size_t size)
{
    if ((size_t)(w->end - w->at) < size)
        cdi_writer_grow(w, size);
}

static inline uint8_t *cdi_put_room(struct cdi_writer *w, size_t size)
{
    cdi_put_need(w, size);
    w->at += size;
    return w->at - size;
}

static inline void cdi_put_byte(struct cdi_writer *w, uint8_t byte) { *cdi_put_room(w, 1) = byte; }

static inline void cdi_put_fixed(struct cdi_writer *w, uint64_t value, size_t size)
{
    uint8_t *at = cdi_put_room(w, size);
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static inline void cdi_put_number(struct cdi_writer *w, uint64_t value)
{
    enum { LONGEST = 10 };
    cdi_put_need(w, LONGEST);
    uint8_t *at = w->at;                        /* bytes may be anything's, so that the writer is not looked at between them */
    for (; value >= 0x80; value >>= 7)
        *at++ = (uint8_t)(value | 0x80);
    *at++ = (uint8_t)value;
    w->at = at;
}

static inline uint64_t cdi_zigzag(int64_t value) { return (uint64_t)value << 1 ^ (uint64_t)(value >> 63); }
static inline int64_t cdi_unzigzag(uint64_t value) { return (int64_t)(value >> 1 ^ (0 - (value & 1))); }

static inline uint8_t cdi_get_byte(struct cdi_reader *r)
{
    if (r->at == r->end) {
        r->failed = true;
        return 0;
    }
    return *r->at++;
}

static inline const uint8_t *cdi_get_bytes(struct cdi_reader *r, size_t size)
{
    if ((size_t)(r->end - r->at) < size) {
        r->failed = true;
        r->at = r->end;
        return NULL;
    }
    r->at += size;
    return r->at - size;
}

/* Little-endian.  Copied, not shifted together: of eight bytes gcc 12 makes 24 instructions else. */
static inline uint64_t cdi_get_fixed(struct cdi_reader *r, size_t size)
{
    const uint8_t *at = cdi_get_bytes(r, size);
    uint64_t value = 0;
    if (at != NULL)
        memcpy(&value, at, size);
    return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap64(value) : value;
}

uint64_t cdi_get_long_number(struct cdi_reader *r, uint64_t low);

static inline uint64_t cdi_get_number(struct cdi_reader *r)
{
    uint8_t byte = cdi_get_byte(r);
    return byte < 0x80 ? byte : cdi_get_long_number(r, byte & 0x7Fu);
}

/* A number that must be at most `limit`, else the reader has failed. */
static inline uint64_t cdi_get_count(struct cdi_reader *r, uint64_t limit)
{
    uint64_t count = cdi_get_number(r);
    if (count <= limit)
        return count;
    r->failed = true;
    return 0;
}

/* Instants: whole seconds from the base in three bytes mostly; any within 18,000,000 years of 1970 can be told, and no other
 * is understood. */
void cdi_put_instant(struct cdi_writer *w, struct cdi_instant at);
struct cdi_instant cdi_get_instant(struct cdi_reader *r);

/* Four bits: the how-manieth last instant met, or 0 and the instant follows in full (write it after the byte that holds
 * the four bits, by cdi_put_said_rest). */
void cdi_put_new_said(struct cdi_writer *w, struct cdi_instant said_at);
struct cdi_instant cdi_get_new_said(struct cdi_reader *r);

/* 1: the last one met, 2: the one before ... */
static inline int64_t cdi_said_ms(const struct cdi_said *said, uint8_t nibble)
{
    return said->ms[(said->next - nibble) & CDI_PACK_SAID_WINDOW];
}

static inline uint8_t cdi_put_said(const struct cdi_writer *w, struct cdi_instant said_at)
{
    for (uint8_t nibble = 1; nibble <= w->said.count; nibble++)
        if (cdi_said_ms(&w->said, nibble) == said_at.ms)
            return nibble;
    return 0;
}

static inline void cdi_put_said_rest(struct cdi_writer *w, uint8_t nibble, struct cdi_instant said_at)
{
    if (nibble == 0)
        cdi_put_new_said(w, said_at);
}

static inline struct cdi_instant cdi_get_said(struct cdi_reader *r, uint8_t nibble)
{
    if (nibble > r->said.count)
        r->failed = true;
    if (r->failed)
        return CDI_INSTANT_NONE;
    return nibble != 0 ? (struct cdi_instant){ cdi_said_ms(&r->said, nibble) } : cdi_get_new_said(r);
}

static inline void cdi_put_text(struct cdi_writer *w, struct cdi_text text)     /* NONE and "" differ */
{
    cdi_put_number(w, cdi_text_said(text) ? text.size + 1 : 0);
    if (text.size > 0)
        memcpy(cdi_put_room(w, text.size), text.at, text.size);
}

static inline struct cdi_text cdi_get_text(struct cdi_reader *r)
{
    uint64_t size = cdi_get_number(r);
    if (size == 0)
        return CDI_TEXT_NONE;
    if (size - 1 > (uint64_t)(r->end - r->at)) {
        r->failed = true;
        return CDI_TEXT_NONE;
    }
    r->at += size - 1;
    return (struct cdi_text){ (const char *)r->at - (size - 1), (size_t)size - 1 };
}

/* Parts that incidents and crimes share. */
struct cdi_register;
void cdi_put_registers(struct cdi_writer *w, const void *record, const struct cdi_register *registers, size_t count);
void cdi_get_registers(struct cdi_reader *r, void *record, const struct cdi_register *registers, size_t count);
void cdi_put_persons(struct cdi_writer *w, const struct cdi_person *persons, uint16_t count);
struct cdi_person *cdi_get_persons(struct cdi_reader *r, uint16_t *count);
void cdi_put_references(struct cdi_writer *w, const struct cdi_text *references, uint16_t count);
struct cdi_text *cdi_get_references(struct cdi_reader *r, uint16_t *count);
void cdi_put_entries(struct cdi_writer *w, const struct cdi_incident *incident);
void cdi_get_entries(struct cdi_reader *r, struct cdi_incident *incident);
void cdi_put_disposal(struct cdi_writer *w, const struct cdi_disposal *disposal);
void cdi_get_disposal(struct cdi_reader *r, struct cdi_disposal *disposal);

#endif
