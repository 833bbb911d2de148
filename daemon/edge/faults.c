#include "edge/faults.h"

#ifdef CDI_FAULTS

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[] = {
#define X(upper, word) #word,
    CDI_FAULT_LIST(X)
#undef X
};

/* "produced:3" and the point is "produced": 3; else 0. */
static long wanted(enum cdi_fault at)
{
    const char *asked = getenv("CDIWATCH_FAULT");
    size_t size = strlen(words[at]);
    if (asked == NULL || strncmp(asked, words[at], size) != 0 || asked[size] != ':')
        return 0;
    return strtol(asked + size + 1, NULL, 10);
}

void cdi_fault(enum cdi_fault at)
{
    static atomic_long met[CDI_FAULT_COUNT];
    if (atomic_fetch_add(&met[at], 1) + 1 == wanted(at))
        raise(SIGKILL);
}

#else

typedef int cdi_no_faults_here;                 /* a unit is never empty */

#endif
