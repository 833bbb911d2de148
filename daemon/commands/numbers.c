#include "commands/numbers.h"

#include <stdlib.h>

#include "commands/talk.h"

bool cdi_number_argument(const struct cdi_arguments *arguments, const char *name, long least, long most, long *out)
{
    char *end;
    const char *text = cdi_argument(arguments, name);
    *out = strtol(text, &end, 10);
    if (*end == '\0' && end != text && *out >= least && *out <= most)
        return true;
    cdi_complain("--%s is a number from %ld to %ld, not '%s'", name, least, most, text);
    return false;
}
