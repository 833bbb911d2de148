#include "codec/utf8.h"

bool cdi_utf8_text(const char *bytes, size_t size)
{
    const unsigned char *at = (const unsigned char *)bytes, *end = at + size;

    while (at < end) {
        unsigned char lead = *at++;
        unsigned least = 0x80, most = 0xBF;
        int more;
        if (lead < 0x80) {
            if (lead == 0)
                return false;
            continue;
        }
        if (lead < 0xC2 || lead > 0xF4)
            return false;
        more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        if (lead == 0xE0)
            least = 0xA0;
        else if (lead == 0xED)
            most = 0x9F;
        else if (lead == 0xF0)
            least = 0x90;
        else if (lead == 0xF4)
            most = 0x8F;
        for (; more > 0; more--, least = 0x80, most = 0xBF)
            if (at == end || *at < least || *at++ > most)
                return false;
    }
    return true;
}
