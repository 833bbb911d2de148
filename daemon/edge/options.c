#include "edge/options.h"

#include <stdio.h>

#include "edge/config.h"

#define X(upper, word) #word,
static const char *const start_words[] = { CDI_START_LIST(X) NULL };
static const char *const reader_words[] = { CDI_JSON_READER_LIST(X) NULL };
static const char *const level_words[] = { CDI_LOG_LEVEL_LIST(X) NULL };
#undef X

enum { OPTIONAL, REQUIRED };
enum { RESTART, RELOAD };

const struct cdi_config_option cdi_config_options[] = {
#define SECTION(name_, words_) { .name = (name_), .type = CDI_CONFIG_SECTION, .least = "", .most = "", .words = words_ },
#define X(name_, type_, member, standard_, least_, most_, choices_, need, change, words_) \
    { (name_), CDI_CONFIG_##type_, offsetof(struct cdi_config, member), (standard_), (least_), (most_), (choices_), \
      (need) == REQUIRED, (change) == RELOAD, words_ },
#include "edge/options.def"
#undef X
#undef SECTION
    { .name = NULL }
};

static const char *choices_words(const struct cdi_config_option *option, char *out, size_t room)
{
    size_t used = 0;
    for (size_t i = 0; option->choices[i] != NULL && used < room; i++)
        used += (size_t)snprintf(out + used, room - used, "%s%s", i > 0 ? "|" : "", option->choices[i]);
    return out;
}

const char *cdi_config_option_values(const struct cdi_config_option *option, char *out, size_t room)
{
    static const char *const names[] = {
#define X(upper, words) words,
        CDI_CONFIG_TYPE_LIST(X)
#undef X
    };
    if (option->choices != NULL)
        return choices_words(option, out, room);
    if (option->least[0] == '\0')
        return names[option->type];
    snprintf(out, room, "%s..%s", option->least, option->most);
    return out;
}
