/* First contact of what was not rung in. */
#include "core/reading.h"

/* The channels, as our schema names them, by which nobody is spoken to. */
static bool in_writing(struct cdi_text channel)
{
    static const char *const written[] = { "online", "email", "letter", "form", "referral", "dash", "nrm" };
    for (size_t i = 0; i < sizeof written / sizeof written[0]; i++)
        if (cdi_text_is_caseless(channel, written[i]))
            return true;
    return false;
}

size_t cdi_keyed_by(const struct cdi_incident *incident)
{
    size_t first = 0;
    if (!in_writing(incident->channel.text))
        return incident->entry_count;
    while (first < incident->entry_count && !cdi_by_who_hears(&incident->entries[first]))
        first++;
    return first;
}
