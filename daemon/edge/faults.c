#include "edge/faults.h"

#ifdef CDI_FAULTS

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "edge/log.h"

static const char *const words[] = {
#define X(upper, word) #word,
    CDI_FAULT_LIST(X)
#undef X
};

/* "produced:3" and the point is "produced": 3; else 0.  *hang: "produced:3:hang". */
static long wanted(enum cdi_fault at, bool *hang)
{
    const char *asked = getenv("CDIWATCH_FAULT");
    size_t size = strlen(words[at]);
    char *end;
    if (asked == NULL || strncmp(asked, words[at], size) != 0 || asked[size] != ':')
        return 0;
    long time = strtol(asked + size + 1, &end, 10);
    *hang = strcmp(end, ":hang") == 0;
    return time;
}

void cdi_fault(enum cdi_fault at)
{
    static atomic_long met[CDI_FAULT_COUNT];
    bool hang = false;
    if (atomic_fetch_add(&met[at], 1) + 1 != wanted(at, &hang))
        return;
    if (!hang)
        raise(SIGKILL);
    cdi_log(CDI_LOG_WARNING, "fault", "hangs at %s, as CDIWATCH_FAULT asks", words[at]);
    for (;;)
        pause();                                /* handlers of signals run, and nothing else of this thread */
}

#else

typedef int cdi_no_faults_here;                 /* a unit is never empty */

#endif
