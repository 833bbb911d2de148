/* Floor: codec.  Text that grows: the body of an answer.  Begin with all zero. */
#ifndef CDI_CODEC_BODY_H
#define CDI_CODEC_BODY_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct cdi_body {
    char *at;                                   /* owned; ends with a NUL that `size` does not count */
    size_t size, room;
    bool failed;                                /* no memory: everything after is dropped */
};

void cdi_body_add(struct cdi_body *body, const char *bytes, size_t size);
void cdi_body_say(struct cdi_body *body, const char *format, ...) __attribute__((format(printf, 2, 3)));
void cdi_body_say_list(struct cdi_body *body, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));
void cdi_body_free(struct cdi_body *body);

#endif
