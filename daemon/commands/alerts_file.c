/* Documents from a file as cdiwatch replay prints them: one a line, the document or the event around it. */
#include <string.h>

#include "commands/alerts_inside.h"
#include "commands/talk.h"

struct looking { struct cdi_alerts *alerts; struct cdi_text wanted; struct cdi_found *found; };

static void look_at_line(const struct looking *looking, struct cdi_text line, unsigned long long number)
{
    const struct cdi_json_node *nodes;
    struct cdi_error err = { 0 };
    if (cdi_json_read(looking->alerts->json, line.at, line.size, &nodes, &err)) {
        cdi_found_take(looking->found, looking->wanted, line, cdi_alerts_data((struct cdi_value){ nodes, nodes }));
        return;
    }
    if (!looking->found->refused)
        cdi_complain("%s:%llu: %s", looking->alerts->where, number, err.text);
    looking->found->refused = true;
}

static enum cdi_exit find(struct cdi_alerts *alerts, struct cdi_text wanted, struct cdi_found *found)
{
    const struct looking looking = { alerts, wanted, found };
    struct cdi_text text = cdi_file_text(&alerts->file);
    unsigned long long number = 1;
    for (size_t at = 0; at < text.size; number++) {
        const char *end = memchr(text.at + at, '\n', text.size - at);
        size_t size = end != NULL ? (size_t)(end - text.at) - at : text.size - at;
        if (size > strspn(text.at + at, " \t\r\n"))
            look_at_line(&looking, (struct cdi_text){ text.at + at, size }, number);
        at += size + 1;
    }
    return CDI_EXIT_OK;
}

const struct cdi_alerts_way cdi_alerts_by_file = { NULL, NULL, find, NULL, NULL };
