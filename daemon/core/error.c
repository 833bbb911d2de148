#include "cdiwatch/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const error_words[CDI_ERROR_COUNT] = {
#define X(upper, word) #word,
    CDI_ERROR_LIST(X)
#undef X
};

const char *cdi_error_word(enum cdi_error_code code)
{
    return (unsigned)code < CDI_ERROR_COUNT ? error_words[code] : "unknown";
}

__attribute__((format(printf, 4, 0)))
static bool fail(struct cdi_error *err, enum cdi_error_code code, const char *where, const char *format, va_list arguments)
{
    if (err == NULL || err->code != CDI_ERROR_NONE)
        return false;
    err->code = code;
    (void)snprintf(err->where, sizeof err->where, "%s", where);
    (void)vsnprintf(err->text, sizeof err->text, format, arguments);
    return false;
}

bool cdi_fail(struct cdi_error *err, enum cdi_error_code code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fail(err, code, "", format, arguments);
    va_end(arguments);
    return false;
}

bool cdi_fail_at(struct cdi_error *err, enum cdi_error_code code, const char *where, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)fail(err, code, where, format, arguments);
    va_end(arguments);
    return false;
}

void cdi_error_clear(struct cdi_error *err)
{
    err->code = CDI_ERROR_NONE;
    err->where[0] = '\0';
    err->text[0] = '\0';
}

static void (*say_last_words)(const char *text);

void cdi_on_assertion(void (*say)(const char *text))
{
    say_last_words = say;
}

void cdi_assertion_failed(const char *condition, const char *file, int line)
{
    char text[CDI_ERROR_TEXT_SIZE];
    (void)snprintf(text, sizeof text, "%s:%d: impossible: !(%s)", file, line, condition);
    if (say_last_words != NULL)
        say_last_words(text);
    abort();
}
