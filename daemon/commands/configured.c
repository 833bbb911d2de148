#include "commands/configured.h"

#include "commands/talk.h"
#include "edge/interrupt.h"

struct cdi_config *cdi_configured(const struct cdi_arguments *arguments)
{
    struct cdi_error err = { 0 };
    size_t problems = 0;
    struct cdi_config *config = cdi_config_read(cdi_argument(arguments, "config"), cdi_complain_counting, &problems, &err);
    if (config != NULL)
        cdi_log_open(config->log_level);
    else if (problems == 0)
        cdi_complain_error(&err);
    return config;
}

enum cdi_exit cdi_exit_of(const struct cdi_error *err)
{
    if (err->code != CDI_ERROR_NONE && cdi_interrupted())
        return CDI_EXIT_INTERRUPTED;
    switch (err->code) {
    case CDI_ERROR_NONE: return CDI_EXIT_OK;
    case CDI_ERROR_BROKER: return CDI_EXIT_BROKER;
    case CDI_ERROR_RIGHTS: return CDI_EXIT_RIGHTS;
    case CDI_ERROR_CONFIGURATION: return CDI_EXIT_CONFIGURATION;
    default: return CDI_EXIT_DATA;
    }
}

const char *cdi_harmless(const char *text, size_t size, char *out, size_t room)
{
    size_t used = 0;
    for (; used < size && used + 1 < room; used++)
        out[used] = (unsigned char)text[used] < 0x20 || text[used] == 0x7f ? '?' : text[used];
    out[used] = '\0';
    return out;
}
