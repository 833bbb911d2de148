#include "edge/request.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "codec/utf8.h"

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool no_controls(const char *at, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)at[i] < 0x20 || at[i] == 0x7F)
            return false;
    return true;
}

bool cdi_request_decode(struct cdi_text text, char *room, size_t size, size_t *used, struct cdi_text *out, struct cdi_error *err)
{
    char *to = room + *used;
    size_t count = 0;
    if (text.size > size - *used)
        return cdi_fail(err, CDI_ERROR_TOO_LARGE, "the parameters together are longer than %zu bytes", size);
    for (size_t i = 0; i < text.size; i++, count++) {
        to[count] = text.at[i];
        if (text.at[i] != '%')
            continue;
        if (text.size - i < 3 || digit(text.at[i + 1]) < 0 || digit(text.at[i + 2]) < 0)
            return cdi_fail(err, CDI_ERROR_BAD_VALUE, "a %% is not followed by two hexadecimal digits: write a %% itself as %%25");
        to[count] = (char)(digit(text.at[i + 1]) * 16 + digit(text.at[i + 2]));
        i += 2;
    }
    if (!cdi_utf8_text(to, count) || !no_controls(to, count))
        return cdi_fail(err, CDI_ERROR_BAD_VALUE, "it is not UTF-8 text, or holds a control character");
    *out = (struct cdi_text){ to, count };
    *used += count;
    return true;
}

bool cdi_request_has_tag(const char *if_none_match, const char *tag)
{
    size_t size = strlen(tag);
    for (const char *at = if_none_match; at != NULL && *at != '\0'; at += strcspn(at, ",")) {
        at += strspn(at, ", \t");
        if (*at == '*')
            return true;
        if (strncmp(at, "W/", 2) == 0)
            at += 2;
        if (strncmp(at, tag, size) == 0 && (at[size] == '\0' || strchr(", \t", at[size]) != NULL))
            return true;
    }
    return false;
}

static bool all_digits(const char *at)
{
    return strlen(at) <= 5 && strspn(at, "0123456789") == strlen(at);
}

bool cdi_request_host_is_local(const char *host)
{
    static const char *const names[] = { "localhost", "127.0.0.1", "[::1]" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t size = strlen(names[i]);
        if (strncasecmp(host, names[i], size) == 0 && (host[size] == '\0' || (host[size] == ':' && all_digits(host + size + 1))))
            return true;
    }
    return false;
}
