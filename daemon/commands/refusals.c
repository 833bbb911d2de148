#include "commands/refusals.h"

#include <stdio.h>

#include "commands/talk.h"

void cdi_refusals_take(void *context, enum cdi_feed feed, const struct cdi_error *problem)
{
    struct cdi_refusals *refusals = context;
    refusals->count++;
    refusals->feeds[feed]++;
    uint64_t seen = ++refusals->reasons[problem->code];
    if (seen <= CDI_REFUSALS_SAID)
        cdi_say("%s: %s (%s)", problem->where, problem->text, cdi_error_word(problem->code));
    else if (seen == CDI_REFUSALS_SAID + 1)
        cdi_say("... further rows refused as %s are only counted", cdi_error_word(problem->code));
}

void cdi_refusals_say(const struct cdi_refusals *refusals)
{
    if (refusals->count == 0)
        return;
    fprintf(stderr, "refused    %llu row%s:", (unsigned long long)refusals->count, refusals->count == 1 ? "" : "s");
    const char *between = " ";
    for (int reason = 0; reason < CDI_ERROR_COUNT; reason++) {
        if (refusals->reasons[reason] == 0)
            continue;
        fprintf(stderr, "%s%llu %s", between, (unsigned long long)refusals->reasons[reason],
                cdi_error_word((enum cdi_error_code)reason));
        between = ", ";
    }
    fputc('\n', stderr);
    if (refusals->feeds[CDI_FEED_CRIMES] > 0)
        cdi_say("           %llu of them in crimes: a report shown as open may have its crime among these",
                (unsigned long long)refusals->feeds[CDI_FEED_CRIMES]);
}
