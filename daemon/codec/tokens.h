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

enum cdi_age_band cdi_age_band_at(const struct cdi_civil *born, struct cdi_instant received_at);

#endif
