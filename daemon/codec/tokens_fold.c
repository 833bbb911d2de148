#include "codec/tokens_fold.h"

#include <stdbool.h>
#include <string.h>

/* U+00C0 to U+017F, two letters where it takes two, blank where the sign is no letter. */
static const char latin[] =
    "a a a a a a aec e e e e i i i i d n o o o o o   o u u u u y thss"
    "a a a a a a aec e e e e i i i i d n o o o o o   o u u u u y thy "
    "a a a a a a c c c c c c c c d d d d e e e e e e e e e e g g g g "
    "g g g g h h h h i i i i i i i i i i ijijj j k k k l l l l l l l l l l "
    "n n n n n n n n n o o o o o o oeoer r r r r r s s s s s s s s t t t t t t "
    "u u u u u u u u u u u u w w y y y z z z z z z s ";

static size_t put(char out[CDI_FOLD_MAX], size_t used, char c)
{
    if (used < CDI_FOLD_MAX)
        out[used++] = c;
    return used;
}

/* A letter beyond ASCII, of `width` bytes; combining accents disappear. */
static size_t put_wide(char out[CDI_FOLD_MAX], size_t used, const unsigned char *at, size_t width)
{
    unsigned point = width == 2 ? (at[0] & 0x1Fu) << 6 | (at[1] & 0x3Fu) : 0;
    if (point >= 0xC0 && point <= 0x17F) {
        const char *pair = latin + (point - 0xC0) * 2;
        for (int i = 0; i < 2; i++)
            used = pair[i] == ' ' ? used : put(out, used, pair[i]);
        return used;
    }
    if (point >= 0x300 && point <= 0x36F)
        return used;
    if (used + width <= CDI_FOLD_MAX) {
        memcpy(out + used, at, width);
        used += width;
    }
    return used;
}

static size_t width_of(unsigned char lead)
{
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/* U+2018 and U+2019, the apostrophes that word processors write; other signs of their block part words. */
static bool punctuation(const unsigned char *at, size_t width, bool *apostrophe)
{
    *apostrophe = width == 3 && at[0] == 0xE2 && at[1] == 0x80 && (at[2] == 0x98 || at[2] == 0x99);
    return (width == 3 && at[0] == 0xE2 && at[1] == 0x80) || (width == 2 && at[0] == 0xC2);
}

size_t cdi_fold_words(struct cdi_text text, char out[CDI_FOLD_MAX])
{
    const unsigned char *at = (const unsigned char *)text.at, *end = at + text.size;
    size_t used = 0;
    bool gap = false, apostrophe;
    while (at < end) {
        unsigned char c = *at;
        size_t width = width_of(c);
        if ((size_t)(end - at) < width)
            break;
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter || (c >= 0x80 && !punctuation(at, width, &apostrophe))) {
            size_t start = gap && used > 0 ? put(out, used, ' ') : used;
            size_t after = letter ? put(out, start, (char)(c >= 'A' && c <= 'Z' ? c + 32 : c)) : put_wide(out, start, at, width);
            if (after > start) {                        /* else a sign that is no letter, or no room: no space either */
                used = after;
                gap = false;
            }
        } else if (c != '\'' && !(c >= 0x80 && apostrophe)) {
            gap = true;
        }
        at += width;
    }
    return used;
}

static bool among(const char *word, size_t size, const char *const *list)
{
    for (; *list != NULL; list++)
        if (size > 0 && **list == *word && strncmp(*list, word, size) == 0 && (*list)[size] == '\0')
            return true;
    return false;
}

static size_t without_titles(char *words, size_t size)
{
    static const char *const titles[] = { "mr", "mrs", "miss", "ms", "mx", "dr", "sir", "dame", "lady", "lord", "rev", "prof",
                                          "master", "pc", "ps", "dc", "ds", NULL };
    size_t kept = 0;
    for (size_t at = 0; at < size;) {
        const char *space = memchr(words + at, ' ', size - at);
        size_t end = space == NULL ? size : (size_t)(space - words);
        if (!among(words + at, end - at, titles)) {
            if (kept > 0)
                words[kept++] = ' ';
            memmove(words + kept, words + at, end - at);
            kept += end - at;
        }
        at = end + 1;
    }
    return kept;
}

size_t cdi_fold_name(struct cdi_text text, char out[CDI_FOLD_MAX])
{
    static const char *const nobody[] = { "unknown", "unk", "n k", "nk", "not known", "n a", "na", "none", "anonymous", "anon", "tbc",
                                          "not given", "refused", "caller", "unknown male", "unknown female", "x", NULL };
    char first[CDI_FOLD_MAX], last[CDI_FOLD_MAX];
    const char *comma = memchr(text.at, ',', text.size);
    size_t size;
    if (comma == NULL) {
        size = without_titles(out, cdi_fold_words(text, out));
    } else {
        size_t head = (size_t)(comma - text.at);
        size_t last_size = without_titles(last, cdi_fold_words((struct cdi_text){ text.at, head }, last));
        size = without_titles(first, cdi_fold_words((struct cdi_text){ comma + 1, text.size - head - 1 }, first));
        memcpy(out, first, size);
        if (size > 0 && last_size > 0)
            size = put(out, size, ' ');
        for (size_t i = 0; i < last_size; i++)
            size = put(out, size, last[i]);
        if (size > 0 && out[size - 1] == ' ')           /* a name ends in a letter, also one that was cut */
            size--;
    }
    return among(out, size, nobody) ? 0 : size;
}

static char sound(char letter)
{
    static const char sounds[26] = "01230120022455012623010202";
    return letter >= 'a' && letter <= 'z' ? sounds[letter - 'a'] : '0';
}

size_t cdi_fold_phonetic(struct cdi_text text, char out[CDI_FOLD_MAX])
{
    char name[CDI_FOLD_MAX];
    size_t size = cdi_fold_name(text, name), surname = size, used = 0;
    if (size == 0)
        return 0;
    while (surname > 0 && name[surname - 1] != ' ')
        surname--;
    out[used++] = name[surname];
    char before = sound(name[surname]);
    for (size_t i = surname + 1; i < size && used < 4; i++) {
        char code = sound(name[i]);
        if (code != '0' && code != before)
            out[used++] = code;
        if (name[i] != 'h' && name[i] != 'w')
            before = code;
    }
    while (used < 4)
        out[used++] = '0';
    if (surname > 0) {
        out[used++] = ' ';
        out[used++] = name[0];
    }
    return used;
}

size_t cdi_fold_phone(struct cdi_text text, char out[CDI_FOLD_MAX])
{
    size_t used = 0;
    for (size_t i = 0; i < text.size; i++)
        if (text.at[i] >= '0' && text.at[i] <= '9')
            used = put(out, used, text.at[i]);
    bool plus = text.size > 0 && text.at[0] == '+';
    size_t country = used > 4 && memcmp(out, "0044", 4) == 0 ? 4 : plus && used > 2 && memcmp(out, "44", 2) == 0 ? 2 : 0;
    if (country > 0) {
        if (out[country] == '0')
            country++;                          /* +44 (0)7700 ... */
        memmove(out + 1, out + country, used - country);
        out[0] = '0';
        used = used - country + 1;
    }
    return used < 6 ? 0 : used;
}

size_t cdi_fold_id(struct cdi_text text, char out[CDI_FOLD_MAX])
{
    size_t size = cdi_fold_words(text, out), used = 0;
    for (size_t i = 0; i < size; i++)
        if (out[i] != ' ')
            out[used++] = out[i];
    return used;
}
