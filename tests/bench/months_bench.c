/* What is held over months: an even flow, one day of very many logs, and the flow again.  Memory follows what is still needed. */
#include <stdlib.h>

#include "../unit/months.h"
#include "embedded_rules.h"

enum { DAILY = 300, SURGE = 30000, SURGE_ON = 90, DAYS = 270 };

int main(void)
{
    struct cdi_rulebook *rules = embedded_rules();
    struct months months = { .engine = cdi_engine_create(&rules->tables, NULL, NULL) };
    printf("months: %d logs a day with a crime each, %d on day %d; kept 35 days after they settled\n", DAILY, SURGE, SURGE_ON);
    for (int day = 1; day <= DAYS; day++) {
        if (!months_pass(&months, day == SURGE_ON ? SURGE : DAILY))
            exit(1);
        if (day % 30 == 0 || day == SURGE_ON + 1 || day == SURGE_ON + 38)
            printf("months: day %3d: %7.2f MiB held, %llu logs and %llu crimes dropped, %llu documents published, %llu deleted\n", day,
                   (double)cdi_engine_bytes(months.engine) / (1 << 20), (unsigned long long)cdi_engine_dropped(months.engine).incidents,
                   (unsigned long long)cdi_engine_dropped(months.engine).crimes, (unsigned long long)months.published,
                   (unsigned long long)months.deleted);
    }
    cdi_engine_destroy(months.engine);
    cdi_rulebook_destroy(rules);
    return 0;
}
