/* Keyed tokens: HMAC-SHA-256 from a keyed state that is copied for each, and a memo, because a log is sent whole at every
 * update.  The memo is keyed too and holds only hash and token: nothing of a person. */
#include "codec/tokens.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "codec/tokens_fold.h"

/* A million persons' and places' values or so are under way in a day of a large country: eight megabytes, touched as they come. */
enum { MEMO_SLOTS = 524288, ASKED_MAX = 64, BIRTH_SIZE = 8 };

/* What is hashed, as its first byte; those of cdi_token_of come first. */
enum kind {
    NAME = CDI_TOKEN_OF_NAME, PHONETIC = CDI_TOKEN_OF_PHONETIC, BIRTH = CDI_TOKEN_OF_BIRTH, PHONE = CDI_TOKEN_OF_PHONE,
    ID = CDI_TOKEN_OF_ID, UPRN = CDI_TOKEN_OF_UPRN, POSTCODE = CDI_TOKEN_OF_POSTCODE, PLACE = CDI_TOKEN_OF_PLACE, WORDING,
    MEMO_KEY, SOUND
};
static size_t (*const folds[CDI_TOKEN_OF_COUNT])(struct cdi_text, char[CDI_FOLD_MAX]) = {
    [NAME] = cdi_fold_name, [PHONETIC] = cdi_fold_phonetic, [BIRTH] = cdi_fold_id, [PHONE] = cdi_fold_phone,
    [ID] = cdi_fold_id, [UPRN] = cdi_fold_id, [POSTCODE] = cdi_fold_id, [PLACE] = cdi_fold_words,
};

struct memo { uint64_t hash, token; };
struct asked { enum kind kind; struct cdi_text text; uint64_t hash, *out; char birth[BIRTH_SIZE]; };

struct cdi_tokeniser {
    crypto_auth_hmacsha256_state keyed;         /* after the key's two blocks */
    unsigned char memo_key[crypto_shorthash_KEYBYTES], wording_key[crypto_shorthash_KEYBYTES];
    struct asked asked[ASKED_MAX];
    size_t asked_count;
    struct memo memo[MEMO_SLOTS];
};

static void mac(const struct cdi_tokeniser *tokeniser, enum kind kind, const void *bytes, size_t size,
                unsigned char out[crypto_auth_hmacsha256_BYTES])
{
    crypto_auth_hmacsha256_state state = tokeniser->keyed;
    unsigned char first = (unsigned char)kind;
    crypto_auth_hmacsha256_update(&state, &first, 1);
    crypto_auth_hmacsha256_update(&state, bytes, size);
    crypto_auth_hmacsha256_final(&state, out);
    sodium_memzero(&state, sizeof state);
}

struct cdi_tokeniser *cdi_tokeniser_create(const void *key, size_t size, struct cdi_error *err)
{
    unsigned char derived[crypto_auth_hmacsha256_BYTES];
    if (size < CDI_TOKEN_KEY_MIN) {
        cdi_fail(err, CDI_ERROR_CONFIGURATION, "the key for tokens has %zu bytes: give it at least %d", size, CDI_TOKEN_KEY_MIN);
        return NULL;
    }
    struct cdi_tokeniser *tokeniser = calloc(1, sizeof *tokeniser);
    if (tokeniser == NULL) {
        cdi_fail(err, CDI_ERROR_SYSTEM, "no memory for tokens");
        return NULL;
    }
    crypto_auth_hmacsha256_init(&tokeniser->keyed, key, size);
    mac(tokeniser, MEMO_KEY, "", 0, derived);
    memcpy(tokeniser->memo_key, derived, sizeof tokeniser->memo_key);
    memcpy(tokeniser->wording_key, derived + sizeof tokeniser->memo_key, sizeof tokeniser->wording_key);
    sodium_memzero(derived, sizeof derived);
    return tokeniser;
}

void cdi_tokeniser_destroy(struct cdi_tokeniser *tokeniser)
{
    if (tokeniser == NULL)
        return;
    sodium_memzero(tokeniser, sizeof *tokeniser);
    free(tokeniser);
}

static uint64_t shorthash(const unsigned char *key, const void *bytes, size_t size)
{
    uint64_t hash;
    crypto_shorthash((unsigned char *)&hash, bytes, size, key);
    return hash;
}

/* The first eight bytes, big-endian: the same number on every machine.  Never 0, which means "not said". */
static uint64_t token_of(const struct cdi_tokeniser *tokeniser, enum kind kind, const char *folded, size_t size)
{
    unsigned char out[crypto_auth_hmacsha256_BYTES];
    uint64_t token = 0;
    mac(tokeniser, kind, folded, size, out);
    for (int i = 0; i < 8; i++)
        token = token << 8 | out[i];
    return token == 0 ? 1 : token;
}

/* The kind is mixed in by a multiple of an odd number, so that equal texts of two kinds have two places. */
static uint64_t memo_hash(const struct cdi_tokeniser *tokeniser, enum kind kind, const char *bytes, size_t size)
{
    return shorthash(tokeniser->memo_key, bytes, size) ^ (uint64_t)kind * UINT64_C(0x9E3779B97F4A7C15);
}

static struct memo *recall(struct cdi_tokeniser *tokeniser, uint64_t hash) { return &tokeniser->memo[hash % MEMO_SLOTS]; }

/* There are few sounds, so that of a person never met has mostly been met with another. */
static uint64_t token_of_sound(struct cdi_tokeniser *tokeniser, const char *folded, size_t size)
{
    uint64_t hash = memo_hash(tokeniser, SOUND, folded, size);
    struct memo *memo = recall(tokeniser, hash);
    if (memo->hash != hash || hash == 0)
        *memo = (struct memo){ hash, token_of(tokeniser, PHONETIC, folded, size) };
    return memo->token;
}

static uint64_t hashed_token(struct cdi_tokeniser *tokeniser, enum kind kind, struct cdi_text text, uint64_t hash)
{
    char folded[CDI_FOLD_MAX];
    uint64_t said;
    struct memo *memo = recall(tokeniser, hash);
    if (memo->hash == hash && hash != 0)
        return memo->token;
    size_t size = folds[kind](text, folded);
    said = size == 0          ? 0
           : kind == PHONETIC ? token_of_sound(tokeniser, folded, size)
                              : token_of(tokeniser, kind, folded, size);
    *memo = (struct memo){ hash, said };
    sodium_memzero(folded, size);
    return said;
}

static uint64_t token(struct cdi_tokeniser *tokeniser, enum kind kind, struct cdi_text text)
{
    if (text.size == 0)
        return 0;
    return hashed_token(tokeniser, kind, text, memo_hash(tokeniser, kind, text.at, text.size));
}

uint64_t cdi_token_name(struct cdi_tokeniser *tokeniser, struct cdi_text name)
{
    return token(tokeniser, NAME, name);
}

uint64_t cdi_token_phonetic(struct cdi_tokeniser *tokeniser, struct cdi_text name)
{
    return token(tokeniser, PHONETIC, name);
}

static void write_birth(const struct cdi_civil *date, char text[BIRTH_SIZE])
{
    unsigned number = (unsigned)date->year * 10000 + (unsigned)date->month * 100 + (unsigned)date->day;
    for (int i = BIRTH_SIZE - 1; i >= 0; i--, number /= 10)
        text[i] = (char)('0' + number % 10);
}

uint64_t cdi_token_birth(struct cdi_tokeniser *tokeniser, const struct cdi_civil *date)
{
    char text[BIRTH_SIZE];
    write_birth(date, text);
    return token(tokeniser, BIRTH, (struct cdi_text){ text, sizeof text });
}

uint64_t cdi_token_phone(struct cdi_tokeniser *tokeniser, struct cdi_text phone)
{
    return token(tokeniser, PHONE, phone);
}

uint64_t cdi_token_id(struct cdi_tokeniser *tokeniser, struct cdi_text id)
{
    return token(tokeniser, ID, id);
}

uint64_t cdi_token_uprn(struct cdi_tokeniser *tokeniser, struct cdi_text uprn)
{
    return token(tokeniser, UPRN, uprn);
}

uint64_t cdi_token_postcode(struct cdi_tokeniser *tokeniser, struct cdi_text postcode)
{
    return token(tokeniser, POSTCODE, postcode);
}

uint64_t cdi_token_place(struct cdi_tokeniser *tokeniser, struct cdi_text text)
{
    return token(tokeniser, PLACE, text);
}

uint64_t cdi_token_text(struct cdi_tokeniser *tokeniser, struct cdi_text text)
{
    return text.size == 0 ? 0 : shorthash(tokeniser->wording_key, text.at, text.size);
}

static struct asked *next_asked(struct cdi_tokeniser *tokeniser)
{
    if (tokeniser->asked_count == ASKED_MAX)
        cdi_token_answer(tokeniser);
    return &tokeniser->asked[tokeniser->asked_count++];
}

static void ask(struct cdi_tokeniser *tokeniser, struct asked *asked, enum kind kind, struct cdi_text text, uint64_t *out)
{
    asked->kind = kind;
    asked->text = text;
    asked->out = out;
    asked->hash = memo_hash(tokeniser, kind, text.at, text.size);
    __builtin_prefetch(recall(tokeniser, asked->hash));
}

void cdi_token_ask(struct cdi_tokeniser *tokeniser, enum cdi_token_of of, struct cdi_text text, uint64_t *out)
{
    *out = 0;
    if (text.size != 0)
        ask(tokeniser, next_asked(tokeniser), (enum kind)of, text, out);
}

void cdi_token_ask_birth(struct cdi_tokeniser *tokeniser, const struct cdi_civil *date, uint64_t *out)
{
    struct asked *asked = next_asked(tokeniser);
    write_birth(date, asked->birth);
    ask(tokeniser, asked, BIRTH, (struct cdi_text){ asked->birth, BIRTH_SIZE }, out);
}

void cdi_token_answer(struct cdi_tokeniser *tokeniser)
{
    for (size_t i = 0; i < tokeniser->asked_count; i++) {
        const struct asked *asked = &tokeniser->asked[i];
        *asked->out = hashed_token(tokeniser, asked->kind, asked->text, asked->hash);
    }
    tokeniser->asked_count = 0;
}

void cdi_token_forget(struct cdi_tokeniser *tokeniser) { tokeniser->asked_count = 0; }

enum cdi_age_band cdi_age_band_at(const struct cdi_civil *born, struct cdi_instant received_at)
{
    struct cdi_civil then = cdi_utc_to_civil(received_at);
    int age = then.year - born->year;
    if (then.month < born->month || (then.month == born->month && then.day < born->day))
        age--;
    if (age < 0 || age > 130)
        return CDI_AGE_BAND_UNKNOWN;
    return age < 10 ? CDI_AGE_BAND_UNDER_10 : age < 13 ? CDI_AGE_BAND_UNDER_13 : age < 16 ? CDI_AGE_BAND_UNDER_16
        : age < 18 ? CDI_AGE_BAND_UNDER_18 : CDI_AGE_BAND_ADULT;
}
