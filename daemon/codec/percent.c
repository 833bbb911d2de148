#include "codec/percent.h"

#include <string.h>

void cdi_percent_add(struct cdi_body *out, struct cdi_text text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (size_t i = 0; i < text.size; i++)
        if (memchr(plain, text.at[i], sizeof plain - 1) != NULL)
            cdi_body_add(out, text.at + i, 1);
        else
            cdi_body_say(out, "%%%02X", (unsigned)(unsigned char)text.at[i]);
}
