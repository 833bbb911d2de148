#include "codec/content.h"

#include <stdio.h>
#include <string.h>

static const char *const names[] = {
#define X(upper, name) name,
    CDI_CONTENT_HEADER_LIST(X)
#undef X
};

/* Media types that say JSON, or nothing: then the value is tried. */
static const char *const readable_types[] = {
    "application/json", "text/json", "application/cloudevents+json", "application/octet-stream", "text/plain",
};

/* What others bring, by a word in the media type, and what to do about it. */
static const struct { const char *word, *what; } other_types[] = {
    { "avro", "Avro: let the sender, or the connector, write JSON (org.apache.kafka.connect.json.JsonConverter)" },
    { "protobuf", "Protocol Buffers: let the sender, or the connector, write JSON" },
    { "xml", "XML: let the sender write JSON" },
    { "csv", "CSV: `cdiwatch replay` reads files of it; a topic takes one JSON document a message" },
    { "msgpack", "MessagePack: let the sender write JSON" },
    { "cbor", "CBOR: let the sender write JSON" },
    { "ndjson", "several documents a message: send each as a message of its own" },
    { "json-seq", "several documents a message: send each as a message of its own" },
};

void cdi_content_take(struct cdi_content *content, struct cdi_text name, struct cdi_text value)
{
    for (size_t i = 0; i < CDI_CONTENT_HEADER_COUNT; i++)
        if (cdi_text_is_caseless(name, names[i]))
            content->headers[i] = value;
}

static struct cdi_text trimmed(struct cdi_text text)
{
    while (text.size > 0 && (*text.at == ' ' || *text.at == '\t')) {
        text.at++;
        text.size--;
    }
    while (text.size > 0 && (text.at[text.size - 1] == ' ' || text.at[text.size - 1] == '\t'))
        text.size--;
    return text;
}

/* Up to the next `;`, trimmed; *rest goes on behind it. */
static struct cdi_text next_part(struct cdi_text *rest)
{
    const char *end = rest->size == 0 ? NULL : memchr(rest->at, ';', rest->size);
    size_t size = end == NULL ? rest->size : (size_t)(end - rest->at), cut = size + (end != NULL);
    struct cdi_text part = { rest->at, size };
    *rest = (struct cdi_text){ cut == 0 ? rest->at : rest->at + cut, rest->size - cut };
    return trimmed(part);
}

static bool refuse(struct cdi_error *err, enum cdi_content_header header, const char *what)
{
    char where[CDI_ERROR_WHERE_SIZE];
    snprintf(where, sizeof where, "header %s", names[header]);
    return cdi_fail_at(err, CDI_ERROR_NOT_JSON, where, "%s", what);
}

static bool ends_in(struct cdi_text text, const char *end)
{
    size_t size = strlen(end);
    return text.size >= size && cdi_text_is_caseless((struct cdi_text){ text.at + text.size - size, size }, end);
}

static bool holds_word(struct cdi_text text, const char *word)
{
    size_t size = strlen(word);
    for (size_t at = 0; at + size <= text.size; at++)
        if (cdi_text_is_caseless((struct cdi_text){ text.at + at, size }, word))
            return true;
    return false;
}

static bool type_readable(struct cdi_text type, struct cdi_error *err)
{
    char what[CDI_ERROR_TEXT_SIZE];
    if (cdi_text_is_caseless(type, "application/cloudevents-batch+json"))
        return refuse(err, CDI_CONTENT_TYPE, "the header says that this is a batch of CloudEvents: send each as a message of its own, so "
                      "that each has its own key and place");
    for (size_t i = 0; i < sizeof readable_types / sizeof *readable_types; i++)
        if (cdi_text_is_caseless(type, readable_types[i]))
            return true;
    if (ends_in(type, "+json"))
        return true;
    for (size_t i = 0; i < sizeof other_types / sizeof *other_types; i++)
        if (holds_word(type, other_types[i].word)) {
            snprintf(what, sizeof what, "the header says that this is %s", other_types[i].what);
            return refuse(err, CDI_CONTENT_TYPE, what);
        }
    return refuse(err, CDI_CONTENT_TYPE, "the header says that this is no JSON: let the sender write JSON, with the content-type "
                  "application/json or none");
}

/* JSON is UTF-8 (RFC 8259), of which ASCII is a part. */
static bool charset_readable(struct cdi_text parameters, struct cdi_error *err)
{
    static const char key[] = "charset=";
    while (parameters.size > 0) {
        struct cdi_text part = next_part(&parameters);
        if (part.size < sizeof key - 1 || !cdi_text_is_caseless((struct cdi_text){ part.at, sizeof key - 1 }, key))
            continue;
        struct cdi_text charset = { part.at + sizeof key - 1, part.size - (sizeof key - 1) };
        if (charset.size >= 2 && charset.at[0] == '"' && charset.at[charset.size - 1] == '"')
            charset = (struct cdi_text){ charset.at + 1, charset.size - 2 };
        if (!cdi_text_is_caseless(charset, "utf-8") && !cdi_text_is_caseless(charset, "utf8") &&
            !cdi_text_is_caseless(charset, "us-ascii"))
            return refuse(err, CDI_CONTENT_TYPE, "the header names a charset that is not UTF-8: let the sender write UTF-8");
    }
    return true;
}

static bool encoding_readable(struct cdi_text encoding, struct cdi_error *err)
{
    encoding = trimmed(encoding);
    return encoding.size == 0 || cdi_text_is_caseless(encoding, "identity") ||
           refuse(err, CDI_CONTENT_ENCODING, "the header says that the value is compressed: let the producer compress instead "
                  "(compression.type), which every consumer undoes by itself");
}

/* 1.0, or a later one that keeps its promises; 0.3 differs in nothing that we read. */
static bool version_readable(struct cdi_text version, struct cdi_error *err)
{
    version = trimmed(version);
    return cdi_text_is(version, "0.3") || (version.size >= 2 && version.at[0] == '1' && version.at[1] == '.') ||
           refuse(err, CDI_CONTENT_SPECVERSION, "the header names a version of CloudEvents that is not known here: 1.0 is");
}

bool cdi_content_readable(const struct cdi_content *content, struct cdi_error *err)
{
    const struct cdi_text *headers = content->headers;
    struct cdi_text rest = headers[CDI_CONTENT_TYPE];
    if (cdi_text_said(headers[CDI_CONTENT_ENCODING]) && !encoding_readable(headers[CDI_CONTENT_ENCODING], err))
        return false;
    if (cdi_text_said(headers[CDI_CONTENT_SPECVERSION]) && !version_readable(headers[CDI_CONTENT_SPECVERSION], err))
        return false;
    struct cdi_text type = next_part(&rest);
    return type.size == 0 || (type_readable(type, err) && charset_readable(rest, err));
}
