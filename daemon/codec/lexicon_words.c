#include "codec/lexicon_words.h"

#include <string.h>

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

struct reader {
    const unsigned char *at, *end;
    char *out;
    char *folded;
    struct cdi_lexicon_word *words;
    size_t count;
    uint8_t breaks;                             /* since the last word */
};

/* Quotation marks and apostrophes beyond ASCII (U+2018 to U+201F) are dropped, dashes (U+2010 to U+2015) are dashes; any other
 * character parts words. */
static enum kind read_wide(struct reader *reader)
{
    const unsigned char *at = reader->at;
    size_t left = (size_t)(reader->end - at), length = 1;
    while (length < left && length < 4 && (at[length] & 0xC0) == 0x80)
        length++;
    reader->at += length - 1;
    if (length != 3 || at[0] != 0xE2 || at[1] != 0x80)
        return APART;
    return at[2] >= 0x98 && at[2] <= 0x9F ? DROPPED : at[2] >= 0x90 && at[2] <= 0x95 ? DASH : APART;
}

/* Words that begin another thought. */
static bool turns(const char *word, size_t size)
{
    return (size == 3 && memcmp(word, "but", 3) == 0) || (size == 2 && memcmp(word, "so", 2) == 0) ||
           (size == 4 && memcmp(word, "then", 4) == 0);
}

static void read_word(struct reader *reader, enum kind kind)
{
    char *start = reader->out;
    const unsigned char *at = reader->at;
    while (at < reader->end) {
        enum kind next = (enum kind)kinds[*at];
        bool wide = next == WIDE && at + 2 < reader->end && at[0] == 0xE2 && at[1] == 0x80 && at[2] >= 0x98 && at[2] <= 0x9F;
        if (next == kind)
            *reader->out++ = (char)(kind == LETTER ? *at | 0x20 : *at);
        else if (next != DROPPED && !wide)
            break;
        at += wide ? 3 : 1;
    }
    size_t size = (size_t)(reader->out - start);
    if (turns(start, size))
        reader->breaks |= CDI_BREAK_CLAUSE;
    reader->words[reader->count++] =
        (struct cdi_lexicon_word){ (uint32_t)(start - reader->folded), reader->breaks, kind == DIGIT };
    reader->breaks = 0;
    *reader->out++ = ' ';
    reader->at = at;
}

/* A dash between two words parts them ("break-in"); one that stands alone begins another thought. */
static uint8_t dash(const struct reader *reader, const unsigned char *begin)
{
    bool before = reader->at > begin && reader->at[-1] != ' ';
    bool after = reader->at + 1 < reader->end && reader->at[1] != ' ';
    return before && after ? 0 : CDI_BREAK_CLAUSE | CDI_BREAK_ANSWER;
}

size_t cdi_words(struct cdi_text text, char *folded, size_t *size, struct cdi_lexicon_word *words)
{
    static const uint8_t breaks[KINDS] = {
        [SENTENCE] = CDI_BREAK_SENTENCE | CDI_BREAK_CLAUSE, [ASKS] = CDI_BREAK_CLAUSE | CDI_BREAK_ANSWER,
        [COLON] = CDI_BREAK_CLAUSE | CDI_BREAK_ANSWER, [SEMICOLON] = CDI_BREAK_CLAUSE,
    };
    const unsigned char *begin = (const unsigned char *)text.at;
    struct reader reader = { .at = begin, .end = begin + text.size, .out = folded + 1, .folded = folded, .words = words };
    folded[0] = ' ';
    while (reader.at < reader.end) {
        enum kind kind = (enum kind)kinds[*reader.at];
        if (kind == LETTER || kind == DIGIT || kind == STAR) {
            read_word(&reader, kind);
            continue;
        }
        if (kind == WIDE)
            kind = read_wide(&reader);
        reader.breaks |= kind == DASH ? dash(&reader, begin) : breaks[kind];
        reader.at++;
    }
    *size = (size_t)(reader.out - folded);
    return reader.count;
}
