#include "codec/lexicon_words.h"

/* What a byte is to the reader of words. */
enum kind { APART, LETTER, DIGIT, STAR, DROPPED, SENTENCE, ASKS, COLON, SEMICOLON, DASH, WIDE, KINDS };

static const uint8_t kinds[256] = {
    ['a'] = LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER,
    LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER,
    ['A'] = LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER,
    LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER, LETTER,
    ['0'] = DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT, DIGIT,
    ['*'] = STAR, ['\''] = DROPPED, ['"'] = DROPPED, ['.'] = SENTENCE, ['!'] = SENTENCE, ['?'] = ASKS,
    [':'] = COLON, ['='] = COLON, [';'] = SEMICOLON, ['-'] = DASH,
    [0x80] = WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE,
    WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE,
    WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE,
    WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE,
    WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE,
    WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE,
    WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE,
    WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE, WIDE,
};

/* Quotation marks and apostrophes beyond ASCII (U+2018 to U+201F) are dropped, dashes (U+2010 to U+2015) are dashes; any other
 * character parts words. */
static enum kind read_wide(const unsigned char *at, const unsigned char *end, size_t *length)
{
    size_t left = (size_t)(end - at);
    for (*length = 1; *length < left && *length < 4 && (at[*length] & 0xC0) == 0x80;)
        ++*length;
    if (*length != 3 || at[0] != 0xE2 || at[1] != 0x80)
        return APART;
    return at[2] >= 0x98 && at[2] <= 0x9F ? DROPPED : at[2] >= 0x90 && at[2] <= 0x95 ? DASH : APART;
}

/* ---- One word ---- */

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

static uint64_t eight_bytes(const unsigned char *at)
{
    return at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 | (uint64_t)at[4] << 32 |
           (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 | (uint64_t)at[7] << 56;
}

/* Eight bytes at once: lower case, and how many of them are letters before the first that is none. */
static unsigned letters_of(uint64_t *bytes)
{
    uint64_t lower = *bytes | EACH(0x20), low = lower & EACH(0x7F);
    uint64_t others = ~((low + EACH(0x80 - 'a')) & ~(low + EACH(0x7F - 'z')) & ~lower) & EACH(0x80);
    if (others == 0) {
        *bytes = lower;
        return 8;
    }
    unsigned count = (unsigned)__builtin_ctzll(others) / 8;
    *bytes = lower & ((UINT64_C(1) << 8 * count) - 1);
    return count;
}

/* A word of letters that holds nothing to drop and has eight bytes after its last part: most words.  False: read it by bytes. */
static bool read_plain(struct cdi_word_reader *reader, struct cdi_spelling *spelling)
{
    const unsigned char *at = reader->at;
    spelling->part[1] = spelling->part[2] = 0;
    for (size_t part = 0; part < CDI_SPELLING_PARTS && reader->end - at > 8; part++) {
        uint64_t bytes = eight_bytes(at);
        unsigned count = letters_of(&bytes);
        spelling->part[part] = bytes;
        at += count;
        if (count == 8)
            continue;
        enum kind next = (enum kind)kinds[*at];
        if (next == DROPPED || next == WIDE)
            return false;
        spelling->size = (uint32_t)(at - reader->at);
        reader->at = at;
        return true;
    }
    return false;
}

static void read_by_bytes(struct cdi_word_reader *reader, enum kind kind, struct cdi_spelling *spelling)
{
    const unsigned char *at = reader->at;
    size_t width = 1;
    *spelling = (struct cdi_spelling){ .size = 0 };
    for (; at < reader->end; at += width) {
        enum kind next = (enum kind)kinds[*at];
        width = 1;
        if (next == WIDE)
            next = read_wide(at, reader->end, &width);
        if (next == kind) {
            uint64_t letter = kind == LETTER ? *at | 0x20u : *at;
            if (spelling->size < CDI_SPELLING_MAX)
                spelling->part[spelling->size / 8] |= letter << spelling->size % 8 * 8;
            spelling->size++;
        } else if (next != DROPPED) {
            break;
        }
    }
    reader->at = at;
}

/* ---- Between words ---- */

/* Words that begin another thought. */
static bool turns(const struct cdi_spelling *spelling)
{
    enum { B = 'b', U = 'u', T = 't', S = 's', O = 'o', H = 'h', E = 'e', N = 'n' };
    return spelling->part[0] == (B | U << 8 | T << 16) || spelling->part[0] == (S | O << 8) ||
           spelling->part[0] == (T | H << 8 | E << 16 | N << 24);
}

/* A dash between two words parts them ("break-in"); one that stands alone begins another thought. */
static uint8_t dash(const struct cdi_word_reader *reader, const unsigned char *last)
{
    bool before = last > reader->begin && last[-1] != ' ';
    bool after = last + 1 < reader->end && last[1] != ' ';
    return before && after ? 0 : CDI_BREAK_CLAUSE | CDI_BREAK_ANSWER;
}

bool cdi_word_next(struct cdi_word_reader *reader, struct cdi_spelling *spelling, uint8_t *breaks)
{
    static const uint8_t broken_by[KINDS] = {
        [SENTENCE] = CDI_BREAK_SENTENCE | CDI_BREAK_CLAUSE, [ASKS] = CDI_BREAK_CLAUSE | CDI_BREAK_ANSWER,
        [COLON] = CDI_BREAK_CLAUSE | CDI_BREAK_ANSWER, [SEMICOLON] = CDI_BREAK_CLAUSE,
    };
    size_t width = 1;
    *breaks = 0;
    for (; reader->at < reader->end; reader->at += width) {
        enum kind kind = (enum kind)kinds[*reader->at];
        if (kind == LETTER || kind == DIGIT || kind == STAR) {
            if (kind != LETTER || !read_plain(reader, spelling))
                read_by_bytes(reader, kind, spelling);
            *breaks |= turns(spelling) ? CDI_BREAK_CLAUSE : 0;
            return true;
        }
        width = 1;
        if (kind == WIDE)
            kind = read_wide(reader->at, reader->end, &width);
        *breaks |= kind == DASH ? dash(reader, reader->at + width - 1) : broken_by[kind];
    }
    return false;
}
