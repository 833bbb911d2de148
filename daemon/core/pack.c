#include "core/pack.h"

/* How an instant was written: the two low bits. */
enum { WHOLE_SECONDS, MILLISECONDS, IN_FULL, NOT_SAID };

/* Distances beyond this many milliseconds (some 18,000,000 years) are written in full; an instant as far from 1970 is none that
 * a message can say, and would overflow what is reckoned with it. */
#define FAR ((uint64_t)1 << 59)

/* The first byte of a packed case: its format in the high four bits, its kind in the low.  What format 3 wrote this one reads alike; 3 does not
 * know the turns of a reason (core/turns.h) nor what the trace of a log tells. */
enum { FORMAT = 4, FORMAT_OLDEST = 3 };

struct cdi_writer cdi_writer_start(struct cdi_scratch *scratch, unsigned kind, struct cdi_text force, struct cdi_text reference)
{
    struct cdi_writer w;
    w.scratch = scratch;
    w.bytes = w.at = w.end = NULL;
    w.base = 0;
    cdi_said_start(&w.said);
    cdi_put_byte(&w, (uint8_t)(FORMAT << 4 | kind));
    cdi_put_text(&w, force);
    cdi_put_text(&w, reference);
    return w;
}

struct cdi_text cdi_writer_done(const struct cdi_writer *w)
{
    return (struct cdi_text){ (const char *)w->bytes, (size_t)(w->at - w->bytes) };
}

bool cdi_reader_start(struct cdi_reader *r, struct cdi_text packed, unsigned kind, struct cdi_scratch *scratch,
                      struct cdi_text *force, struct cdi_text *reference)
{
    const uint8_t *bytes = (const uint8_t *)packed.at;
    r->at = bytes;
    r->end = bytes == NULL ? NULL : bytes + packed.size;
    r->scratch = scratch;
    r->failed = false;
    r->base = 0;
    cdi_said_start(&r->said);
    uint8_t head = cdi_get_byte(r);
    *force = cdi_get_text(r);
    *reference = cdi_get_text(r);
    r->failed = r->failed || head >> 4 < FORMAT_OLDEST || head >> 4 > FORMAT || (head & 15) != kind || force->size > CDI_FORCE_MAX ||
        reference->size > CDI_REFERENCE_MAX;
    return !r->failed;
}

bool cdi_reader_done(const struct cdi_reader *r, struct cdi_error *err)
{
    if (!r->failed && r->at == r->end)
        return true;
    return cdi_fail(err, CDI_ERROR_CORRUPT, "a packed state record is not as this version writes them; "
                    "restore from the changelog or replay the inputs");
}

/* Seldom, and kept out of what is done for each byte. */
__attribute__((noinline)) void cdi_writer_grow(struct cdi_writer *w, size_t size)
{
    size_t written = (size_t)(w->at - w->bytes), room = (size_t)(w->end - w->bytes) * 2 + size + 512;
    uint8_t *bytes = cdi_scratch_take(w->scratch, room);
    if (written > 0)
        memcpy(bytes, w->bytes, written);
    w->bytes = bytes;
    w->at = bytes + written;
    w->end = bytes + room;
}

uint64_t cdi_get_long_number(struct cdi_reader *r, uint64_t low)
{
    uint64_t value = low;
    const uint8_t *at = r->at;
    for (unsigned shift = 7; shift < 64 && at < r->end; shift += 7) {
        uint8_t byte = *at++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) {
            if (byte == 0 || (shift == 63 && byte > 1))     /* a last byte of 0: not our writing */
                break;
            r->at = at;
            return value;
        }
    }
    r->at = at;
    r->failed = true;
    return 0;
}

void cdi_put_instant(struct cdi_writer *w, struct cdi_instant at)
{
    if (!cdi_instant_said(at)) {
        cdi_put_byte(w, NOT_SAID);
        return;
    }
    int64_t distance = (int64_t)((uint64_t)at.ms - (uint64_t)w->base);
    uint64_t zigzag = cdi_zigzag(distance);
    if (zigzag >= FAR) {
        cdi_put_byte(w, IN_FULL);
        cdi_put_fixed(w, (uint64_t)at.ms, 8);
    } else if (distance % 1000 == 0) {
        cdi_put_number(w, cdi_zigzag(distance / 1000) << 2 | WHOLE_SECONDS);
    } else {
        cdi_put_number(w, zigzag << 2 | MILLISECONDS);
    }
}

struct cdi_instant cdi_get_instant(struct cdi_reader *r)
{
    uint64_t value = cdi_get_number(r), distance = (uint64_t)cdi_unzigzag(value >> 2), ms = (uint64_t)r->base;
    unsigned how = value & 3;
    if (how == NOT_SAID)
        return CDI_INSTANT_NONE;
    if (how == IN_FULL)
        ms = cdi_get_fixed(r, 8);
    else
        ms += how == WHOLE_SECONDS ? distance * 1000 : distance;
    if (ms + FAR <= 2 * FAR)
        return (struct cdi_instant){ (int64_t)ms };
    r->failed = true;
    return CDI_INSTANT_NONE;
}

static void said_remember(struct cdi_said *said, int64_t ms)
{
    said->ms[said->next] = ms;
    said->next = (said->next + 1) & CDI_PACK_SAID_WINDOW;
    if (said->count < CDI_PACK_SAID_WINDOW)
        said->count++;
}

void cdi_put_new_said(struct cdi_writer *w, struct cdi_instant said_at)
{
    cdi_put_instant(w, said_at);
    said_remember(&w->said, said_at.ms);
}

struct cdi_instant cdi_get_new_said(struct cdi_reader *r)
{
    struct cdi_instant said_at = cdi_get_instant(r);
    said_remember(&r->said, said_at.ms);
    return said_at;
}
