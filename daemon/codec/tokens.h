/* Floor: codec.  Persons and places become keyed tokens: the first 64 bits of HMAC-SHA-256 over kind and normalised value.
 * The same key gives the same tokens on every machine; without it a token tells nothing. */
#ifndef CDI_CODEC_TOKENS_H
#define CDI_CODEC_TOKENS_H

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "cdiwatch/record.h"

struct cdi_tokeniser;

enum { CDI_TOKEN_KEY_MIN = 32 };        /* bytes */

struct cdi_tokeniser *cdi_tokeniser_create(const void *key, size_t size, struct cdi_error *err);
void cdi_tokeniser_destroy(struct cdi_tokeniser *tokeniser);    /* wipes the key */

/* Each returns 0 for a value with nothing to hash (empty, "unknown", "n/k" ...), never 0 otherwise. */
uint64_t cdi_token_name(struct cdi_tokeniser *tokeniser, struct cdi_text name);
uint64_t cdi_token_phonetic(struct cdi_tokeniser *tokeniser, struct cdi_text name);     /* surname's sound and initial */
uint64_t cdi_token_birth(struct cdi_tokeniser *tokeniser, const struct cdi_civil *date);
uint64_t cdi_token_phone(struct cdi_tokeniser *tokeniser, struct cdi_text phone);       /* +44, 0044 and 0 are one */
uint64_t cdi_token_id(struct cdi_tokeniser *tokeniser, struct cdi_text id);
uint64_t cdi_token_uprn(struct cdi_tokeniser *tokeniser, struct cdi_text uprn);
uint64_t cdi_token_postcode(struct cdi_tokeniser *tokeniser, struct cdi_text postcode);
uint64_t cdi_token_place(struct cdi_tokeniser *tokeniser, struct cdi_text text);
uint64_t cdi_token_text(struct cdi_tokeniser *tokeniser, struct cdi_text text);         /* an entry's wording; fast, keyed */

/* The same for all values of one message: what is remembered of each lies all over memory, and is fetched while the rest of the
 * message is read.  `text` and `out` must last until the answer, which comes for all that was asked, in its order. */
enum cdi_token_of {
    CDI_TOKEN_OF_NAME = 1, CDI_TOKEN_OF_PHONETIC, CDI_TOKEN_OF_BIRTH, CDI_TOKEN_OF_PHONE, CDI_TOKEN_OF_ID, CDI_TOKEN_OF_UPRN,
    CDI_TOKEN_OF_POSTCODE, CDI_TOKEN_OF_PLACE, CDI_TOKEN_OF_COUNT
};
void cdi_token_ask(struct cdi_tokeniser *tokeniser, enum cdi_token_of of, struct cdi_text text, uint64_t *out);
void cdi_token_ask_birth(struct cdi_tokeniser *tokeniser, const struct cdi_civil *date, uint64_t *out);
void cdi_token_answer(struct cdi_tokeniser *tokeniser);
void cdi_token_forget(struct cdi_tokeniser *tokeniser);         /* a message that was refused: nothing was asked */

enum cdi_age_band cdi_age_band_at(const struct cdi_civil *born, struct cdi_instant received_at);

#endif
