#include "codec/json_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* False: no memory. */
static bool grow(struct cdi_json_text *json, size_t size)
{
    size_t room = json->room == 0 ? 4096 : json->room;
    while (room - json->size < size)
        room *= 2;
    char *moved = json->failed ? NULL : realloc(json->at, room);
    json->failed = moved == NULL;
    if (json->failed)
        return false;
    json->at = moved;
    json->room = room;
    return true;
}

static inline void put(struct cdi_json_text *json, const char *bytes, size_t size)
{
    if (json->room - json->size < size && !grow(json, size))
        return;
    memcpy(json->at + json->size, bytes, size);
    json->size += size;
}

static void begin(struct cdi_json_text *json, const char *key)
{
    if (json->comma)
        put(json, ",", 1);
    json->comma = true;
    if (key == NULL)
        return;
    put(json, "\"", 1);
    put(json, key, strlen(key));
    put(json, "\":", 2);
}

void cdi_json_open(struct cdi_json_text *json, const char *key, char bracket)
{
    begin(json, key);
    put(json, &bracket, 1);
    json->comma = false;
}

void cdi_json_close(struct cdi_json_text *json, char bracket)
{
    put(json, &bracket, 1);
    json->comma = true;
}

void cdi_json_null(struct cdi_json_text *json, const char *key)
{
    begin(json, key);
    put(json, "null", 4);
}

void cdi_json_bool(struct cdi_json_text *json, const char *key, bool value)
{
    begin(json, key);
    put(json, value ? "true" : "false", value ? 4 : 5);
}

static void put_unsigned(struct cdi_json_text *json, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    put(json, digits + at, sizeof digits - at);
}

/* Writes the sign and gives what is left of the number. */
static uint64_t put_sign(struct cdi_json_text *json, int64_t value)
{
    if (value >= 0)
        return (uint64_t)value;
    put(json, "-", 1);
    return (uint64_t)0 - (uint64_t)value;
}

void cdi_json_integer(struct cdi_json_text *json, const char *key, int64_t value)
{
    begin(json, key);
    put_unsigned(json, put_sign(json, value));
}

/* RFC 8259: only the quote, the backslash and the controls below a space must be escaped. */
static void put_escape(struct cdi_json_text *json, unsigned char c)
{
    static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    char escape[8];
    const char *known = memchr(plain, c, sizeof plain - 1);
    if (known != NULL) {
        escape[0] = '\\';
        escape[1] = letters[known - plain];
        put(json, escape, 2);
        return;
    }
    snprintf(escape, sizeof escape, "\\u%04x", (unsigned)c);
    put(json, escape, 6);
}

static void put_escaped(struct cdi_json_text *json, struct cdi_text text)
{
    size_t from = 0;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        put(json, text.at + from, i - from);
        put_escape(json, c);
        from = i + 1;
    }
    if (text.size > from)
        put(json, text.at + from, text.size - from);
}

void cdi_json_pair(struct cdi_json_text *json, const char *key, struct cdi_text first, struct cdi_text second)
{
    begin(json, key);
    put(json, "\"", 1);
    put_escaped(json, first);
    put_escaped(json, second);
    put(json, "\"", 1);
}

void cdi_json_parts(struct cdi_json_text *json, const char *key, const struct cdi_text *parts, size_t count)
{
    begin(json, key);
    put(json, "\"", 1);
    for (size_t i = 0; i < count; i++)
        put_escaped(json, parts[i]);
    put(json, "\"", 1);
}

void cdi_json_string(struct cdi_json_text *json, const char *key, struct cdi_text text)
{
    if (!cdi_text_said(text))
        cdi_json_null(json, key);
    else
        cdi_json_pair(json, key, text, CDI_TEXT_NONE);
}

void cdi_json_instant(struct cdi_json_text *json, const char *key, struct cdi_instant at)
{
    char text[CDI_INSTANT_TEXT_SIZE];
    if (!cdi_instant_said(at))
        cdi_json_null(json, key);
    else
        cdi_json_string(json, key, (struct cdi_text){ text, cdi_instant_format(at, text) });
}

/* The three decimals of a number in thousandths, without the zeros at its end but for `least` places. */
static void put_decimals(struct cdi_json_text *json, uint64_t thousandths, size_t least)
{
    unsigned part = (unsigned)(thousandths % 1000);
    char decimals[4] = { '.', (char)('0' + part / 100), (char)('0' + part / 10 % 10), (char)('0' + part % 10) };
    size_t places = 3;
    while (places > least && decimals[places] == '0')
        places--;
    put_unsigned(json, thousandths / 1000);
    put(json, decimals, places + 1);
}

void cdi_json_thousandths(struct cdi_json_text *json, const char *key, uint32_t value)
{
    begin(json, key);
    put_decimals(json, value, 3);
}

void cdi_json_weight(struct cdi_json_text *json, const char *key, int64_t millibits)
{
    begin(json, key);
    put_decimals(json, put_sign(json, millibits), 1);
}
