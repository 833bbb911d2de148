#include "codec/json_layout.h"

#include <string.h>

#include "codec/harmless.h"

/* The token at `at`: a string with its quotes, a run of what is no punctuation, or one sign of it. */
static struct cdi_text token_at(struct cdi_text json, size_t at)
{
    size_t end = at + 1;
    if (json.at[at] == '"') {
        while (end < json.size && json.at[end] != '"')
            end += json.at[end] == '\\' ? 2 : 1;
        end++;
    } else if (strchr("{}[],:", json.at[at]) == NULL) {
        while (end < json.size && memchr("{}[],: \t\r\n", json.at[end], 10) == NULL)
            end++;
    }
    return (struct cdi_text){ json.at + at, (end < json.size ? end : json.size) - at };
}

static size_t after_space(struct cdi_text json, size_t at)
{
    while (at < json.size && memchr(" \t\r\n", json.at[at], 4) != NULL)
        at++;
    return at;
}

static void new_line(struct cdi_body *out, size_t depth)
{
    cdi_body_say(out, "\n%*s", (int)(2 * depth), "");
}

static bool opens(char sign) { return sign == '{' || sign == '['; }
static bool closes(char sign) { return sign == '}' || sign == ']'; }

void cdi_json_pretty(struct cdi_body *out, struct cdi_text json)
{
    size_t depth = 0;
    char before = '\0';
    for (size_t at = after_space(json, 0); at < json.size;) {
        struct cdi_text token = token_at(json, at);
        char sign = token.at[0];
        depth -= closes(sign) && depth > 0;
        if (opens(before) ? !closes(sign) : before == ',' || closes(sign))       /* "[]" stays together */
            new_line(out, depth);
        else if (before == ':')
            cdi_body_add(out, " ", 1);
        cdi_json_harmless_add(out, token);
        depth += opens(sign);
        before = sign;
        at = after_space(json, at + token.size);
    }
}

void cdi_json_line(struct cdi_body *out, struct cdi_text json)
{
    for (size_t at = after_space(json, 0); at < json.size;) {
        struct cdi_text token = token_at(json, at);
        cdi_body_add(out, token.at, token.size);
        at = after_space(json, at + token.size);
    }
}

bool cdi_json_object_at(struct cdi_text json, size_t depth, size_t *at, struct cdi_text *object)
{
    size_t deep = *at == 0 ? 0 : depth, begins = 0;
    for (*at = after_space(json, *at); *at < json.size;) {
        struct cdi_text token = token_at(json, *at);
        char sign = token.at[0];
        if (sign == '{' && deep == depth)
            begins = *at;
        deep += opens(sign);
        deep -= closes(sign) && deep > 0;
        *at = after_space(json, *at + token.size);
        if (sign == '}' && deep == depth) {
            *object = (struct cdi_text){ json.at + begins, (size_t)(token.at + 1 - json.at) - begins };
            return true;
        }
    }
    return false;
}
