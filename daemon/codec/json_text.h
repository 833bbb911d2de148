/* Floor: codec.  JSON into a growing buffer, for the encoders: commas come by themselves, keys are literals of ours. */
#ifndef CDI_CODEC_JSON_TEXT_H
#define CDI_CODEC_JSON_TEXT_H

#include "cdiwatch/instant.h"
#include "cdiwatch/text.h"

struct cdi_json_text {
    char *at;                           /* owned; survives from one document to the next */
    size_t size, room;
    bool comma;                         /* a member stands before the next one */
    bool failed;                        /* no memory: everything after is dropped */
};

/* A NULL key: a member of an array, or the document itself. */
void cdi_json_open(struct cdi_json_text *json, const char *key, char bracket);      /* '{' or '[' */
void cdi_json_close(struct cdi_json_text *json, char bracket);                      /* '}' or ']' */
void cdi_json_null(struct cdi_json_text *json, const char *key);
void cdi_json_bool(struct cdi_json_text *json, const char *key, bool value);
void cdi_json_integer(struct cdi_json_text *json, const char *key, int64_t value);
/* NONE is null.  The text must be UTF-8. */
void cdi_json_string(struct cdi_json_text *json, const char *key, struct cdi_text text);
/* Two texts, or several, as one string. */
void cdi_json_pair(struct cdi_json_text *json, const char *key, struct cdi_text first, struct cdi_text second);
void cdi_json_parts(struct cdi_json_text *json, const char *key, const struct cdi_text *parts, size_t count);
void cdi_json_instant(struct cdi_json_text *json, const char *key, struct cdi_instant at);
/* Thousandths: "0.930". */
void cdi_json_thousandths(struct cdi_json_text *json, const char *key, uint32_t value);
/* Thousandths with at least one decimal and no needless zero: "0.8", "-2.0", "6.125". */
void cdi_json_weight(struct cdi_json_text *json, const char *key, int64_t millibits);

#endif
