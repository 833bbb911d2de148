#include "codec/body.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 4096 };

/* Room for `size` more bytes and a NUL. */
static bool grow(struct cdi_body *body, size_t size)
{
    size_t room = body->room > 0 ? body->room : FIRST_ROOM;
    if (body->failed)
        return false;
    while (room < body->size + size + 1)
        room *= 2;
    if (room == body->room)
        return true;
    char *at = realloc(body->at, room);
    body->failed = at == NULL;
    if (body->failed)
        return false;
    body->at = at;
    body->room = room;
    return true;
}

void cdi_body_add(struct cdi_body *body, const char *bytes, size_t size)
{
    if (!grow(body, size))
        return;
    memcpy(body->at + body->size, bytes, size);
    body->size += size;
    body->at[body->size] = '\0';
}

void cdi_body_say_list(struct cdi_body *body, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    if (size >= 0 && grow(body, (size_t)size)) {
        vsnprintf(body->at + body->size, (size_t)size + 1, format, again);
        body->size += (size_t)size;
    }
    va_end(again);
}

void cdi_body_say(struct cdi_body *body, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    cdi_body_say_list(body, format, arguments);
    va_end(arguments);
}

void cdi_body_free(struct cdi_body *body)
{
    free(body->at);
    *body = (struct cdi_body){ .at = NULL };
}
