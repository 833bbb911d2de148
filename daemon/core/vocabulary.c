#include "cdiwatch/vocabulary.h"

/* One table of words a list, derived from the list itself. */
#define X(upper, word) #word,
static const char *const category_words[] = { CDI_CATEGORY_LIST(X) };
static const char *const family_words[] = { CDI_FAMILY_LIST(X) };
static const char *const feed_words[] = { CDI_FEED_LIST(X) };
static const char *const record_kind_words[] = { CDI_RECORD_KIND_LIST(X) };
static const char *const caller_role_words[] = { CDI_CALLER_ROLE_LIST(X) };
static const char *const qualifier_words[] = { CDI_QUALIFIER_LIST(X) };
static const char *const entry_role_words[] = { CDI_ENTRY_ROLE_LIST(X) };
static const char *const person_role_words[] = { CDI_PERSON_ROLE_LIST(X) };
static const char *const age_band_words[] = { CDI_AGE_BAND_LIST(X) };
static const char *const crime_status_words[] = { CDI_CRIME_STATUS_LIST(X) };
static const char *const cancel_type_words[] = { CDI_CANCEL_TYPE_LIST(X) };
static const char *const reason_words[] = { CDI_REASON_LIST(X) };
static const char *const disposal_field_words[] = { CDI_DISPOSAL_FIELD_LIST(X) };
static const char *const refusal_words[] = { CDI_REFUSAL_LIST(X) };
static const char *const rationale_words[] = { CDI_RATIONALE_LIST(X) };
static const char *const state_words[] = { CDI_STATE_LIST(X) };
static const char *const stage_words[] = { CDI_STAGE_LIST(X) };
static const char *const lifecycle_words[] = { CDI_LIFECYCLE_LIST(X) };
static const char *const mark_words[] = { CDI_MARK_LIST(X) };
static const char *const risk_words[] = { CDI_RISK_LIST(X) };
static const char *const sign_words[] = { CDI_SIGN_LIST(X) };
static const char *const verb_words[] = { CDI_VERB_LIST(X) };
static const char *const how_words[] = { CDI_HOW_LIST(X) };
static const char *const assertion_words[] = { CDI_ASSERTION_LIST(X) };
static const char *const token_words[] = { CDI_TOKEN_LIST(X) };
static const char *const past_kind_words[] = { CDI_PAST_KIND_LIST(X) };
static const char *const past_kin_words[] = { CDI_PAST_KIN_LIST(X) };
static const char *const ground_words[] = { CDI_GROUND_LIST(X) };
static const char *const outcome_words[] = { CDI_OUTCOME_LIST(X) };
#undef X

static bool find(const char *const *words, size_t count, struct cdi_text word, size_t *index)
{
    for (size_t i = 0; i < count; i++) {
        if (word.size != 0 && words[i][0] == word.at[0] && cdi_text_is(word, words[i])) {
            *index = i;
            return true;
        }
    }
    return false;
}

#define X(lower, upper) \
    const char *cdi_##lower##_word(enum cdi_##lower value) \
    { \
        return (size_t)value < sizeof lower##_words / sizeof lower##_words[0] ? lower##_words[value] : "unknown"; \
    } \
    bool cdi_##lower##_from(struct cdi_text word, enum cdi_##lower *out) \
    { \
        size_t index; \
        if (!find(lower##_words, sizeof lower##_words / sizeof lower##_words[0], word, &index)) \
            return false; \
        *out = (enum cdi_##lower)index; \
        return true; \
    }
CDI_VOCABULARY(X)
#undef X
