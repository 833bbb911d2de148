/* Floor: codec.  Spellings of one name, phone or place brought to one form, before they are hashed. */
#ifndef CDI_CODEC_TOKENS_FOLD_H
#define CDI_CODEC_TOKENS_FOLD_H

#include "cdiwatch/text.h"

enum { CDI_FOLD_MAX = 256 };                    /* bytes; what is longer is cut */

/* Lower-case letters and digits, accents of Latin letters folded ("É" is e, "ß" is ss), apostrophes gone, anything else between
 * words one space.  Letters of other scripts stay as they are. */
size_t cdi_fold_words(struct cdi_text text, char out[CDI_FOLD_MAX]);
/* The same without titles ("Mr", "Dr" ...); "SMITH, John" is "john smith".  0 if it names nobody ("unknown", "n/k" ...). */
size_t cdi_fold_name(struct cdi_text text, char out[CDI_FOLD_MAX]);
/* Soundex (US National Archives: h and w do not part equal codes) of the last word, and the initial of the first: "s530 j". */
size_t cdi_fold_phonetic(struct cdi_text text, char out[CDI_FOLD_MAX]);
/* Digits alone; +44, 0044 and (0) become the national 0.  0 for fewer than six digits. */
size_t cdi_fold_phone(struct cdi_text text, char out[CDI_FOLD_MAX]);
/* Letters and digits alone, in lower case: ids, uprn, postcodes. */
size_t cdi_fold_id(struct cdi_text text, char out[CDI_FOLD_MAX]);

#endif
