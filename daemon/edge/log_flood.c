#include "edge/log_flood.h"

#include <stdio.h>
#include <string.h>

static bool is_over(const struct cdi_log_kind *kind, struct cdi_span now)
{
    return now.ms - kind->since.ms >= CDI_LOG_FLOOD_WINDOW.ms;
}

static bool is_kind(const struct cdi_log_kind *kind, enum cdi_log_level level, const char *event, int32_t shard)
{
    return kind->met > 0 && kind->level == level && kind->shard == shard &&
           strncmp(kind->event, event, sizeof kind->event - 1) == 0;
}

static struct cdi_log_kind *find(struct cdi_log_flood *flood, enum cdi_log_level level, const char *event, int32_t shard)
{
    for (struct cdi_log_kind *kind = flood->kinds; kind < flood->kinds + CDI_LOG_FLOOD_KINDS; kind++)
        if (is_kind(kind, level, event, shard))
            return kind;
    return NULL;
}

/* A free row, or one whose window is over and that owes nobody a count. */
static struct cdi_log_kind *free_row(struct cdi_log_flood *flood, struct cdi_span now)
{
    for (struct cdi_log_kind *kind = flood->kinds; kind < flood->kinds + CDI_LOG_FLOOD_KINDS; kind++)
        if (kind->met == 0 || (is_over(kind, now) && kind->met <= CDI_LOG_FLOOD_SHOWN))
            return kind;
    return NULL;
}

bool cdi_log_flood_admit(struct cdi_log_flood *flood, enum cdi_log_level level, const char *event, int32_t shard, struct cdi_span now)
{
    struct cdi_log_kind *kind = find(flood, level, event, shard);
    if (kind != NULL && !is_over(kind, now))
        return ++kind->met <= CDI_LOG_FLOOD_SHOWN;
    if (kind == NULL)
        kind = free_row(flood, now);
    if (kind == NULL)                           /* more kinds within the window than rows: a line too many is no harm */
        return true;
    *kind = (struct cdi_log_kind){ .level = level, .shard = shard, .since = now, .met = 1 };
    (void)snprintf(kind->event, sizeof kind->event, "%s", event);
    return true;
}

bool cdi_log_flood_over(struct cdi_log_flood *flood, struct cdi_span now, bool all, struct cdi_log_kind *over, uint64_t *held)
{
    for (struct cdi_log_kind *kind = flood->kinds; kind < flood->kinds + CDI_LOG_FLOOD_KINDS; kind++) {
        if (kind->met <= CDI_LOG_FLOOD_SHOWN || (!all && !is_over(kind, now)))
            continue;
        *over = *kind;
        *held = kind->met - CDI_LOG_FLOOD_SHOWN;
        kind->met = 0;
        return true;
    }
    return false;
}
