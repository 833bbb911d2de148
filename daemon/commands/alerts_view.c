/* Documents from the file of the view. */
#include <string.h>
#include <sys/stat.h>

#include "codec/time_words.h"
#include "commands/alerts_inside.h"
#include "commands/talk.h"

static enum cdi_exit complain(const struct cdi_error *err)
{
    cdi_complain_error(err);
    return CDI_EXIT_DATA;
}

/* ---- lists, page by page ---- */

struct taking { struct cdi_alerts *alerts; cdi_alerts_take take; void *context; size_t taken; bool stopped; };

/* Gathered first, and given when the query is over: whoever is given them may wait for a pager, and as long as a query is open the daemon can
 * tidy up nothing that it has written since. */
struct page { struct cdi_body bytes; size_t ends[CDI_VIEW_LIMIT_MOST], count; };

static bool gather(void *context, struct cdi_text bytes)
{
    struct page *page = context;
    cdi_body_add(&page->bytes, bytes.at, bytes.size);
    page->ends[page->count++] = page->bytes.size;
    return !page->bytes.failed;
}

static void give(struct taking *taking, const struct page *page)
{
    for (size_t i = 0; i < page->count && !taking->stopped; i++) {
        size_t begins = i > 0 ? page->ends[i - 1] : 0;
        struct cdi_text bytes = { page->bytes.at + begins, page->ends[i] - begins };
        struct cdi_value document = { NULL, NULL };
        taking->taken++;
        if (cdi_alerts_read(taking->alerts, bytes, &document))          /* what is no document was not published by us */
            taking->stopped = !taking->take(taking->context, bytes, document);
    }
}

static enum cdi_exit no_memory(void)
{
    cdi_complain("not enough memory to read documents");
    return CDI_EXIT_DATA;
}

static enum cdi_exit list(struct cdi_alerts *alerts, const struct cdi_view_filter *filter, size_t limit, cdi_alerts_take take, void *context,
                          bool *more)
{
    char after[CDI_VIEW_CURSOR_SIZE] = "", next[CDI_VIEW_CURSOR_SIZE] = "";
    struct cdi_error err = { 0 };
    struct taking taking = { .alerts = alerts, .take = take, .context = context };
    struct page page = { .count = 0 };
    bool good = true;
    do {
        size_t most = limit - taking.taken < CDI_VIEW_LIMIT_MOST ? limit - taking.taken : CDI_VIEW_LIMIT_MOST;
        memcpy(after, next, sizeof after);
        page.bytes.size = page.count = 0;
        good = cdi_view_list(alerts->reader, filter, after, most, gather, &page, next, &err) && !page.bytes.failed;
        if (good)
            give(&taking, &page);
    } while (good && next[0] != '\0' && taking.taken < limit && !taking.stopped);
    *more = next[0] != '\0' && !taking.stopped;
    bool failed = page.bytes.failed;
    cdi_body_free(&page.bytes);
    return good ? CDI_EXIT_OK : failed ? no_memory() : complain(&err);
}

static enum cdi_exit tallies(struct cdi_alerts *alerts, const struct cdi_view_tally_filter *filter, cdi_alerts_take take, void *context)
{
    char after[CDI_VIEW_TALLY_CURSOR_SIZE] = "", next[CDI_VIEW_TALLY_CURSOR_SIZE] = "";
    struct cdi_error err = { 0 };
    struct taking taking = { .alerts = alerts, .take = take, .context = context };
    struct page page = { .count = 0 };
    bool good = true;
    do {
        memcpy(after, next, sizeof after);
        page.bytes.size = page.count = 0;
        good = cdi_view_tallies(alerts->reader, filter, after, CDI_VIEW_LIMIT_MOST, gather, &page, next, &err) && !page.bytes.failed;
        if (good)
            give(&taking, &page);
    } while (good && next[0] != '\0' && !taking.stopped);
    bool failed = page.bytes.failed;
    cdi_body_free(&page.bytes);
    return good ? CDI_EXIT_OK : failed ? no_memory() : complain(&err);
}

/* ---- one ---- */

struct finding { struct cdi_alerts *alerts; struct cdi_text wanted; struct cdi_found *found; };

static bool take_found(void *context, struct cdi_text bytes)
{
    struct finding *finding = context;
    struct cdi_value document;
    if (cdi_alerts_read(finding->alerts, bytes, &document))
        cdi_found_take(finding->found, finding->wanted, bytes, document);
    return true;
}

static enum cdi_exit find(struct cdi_alerts *alerts, struct cdi_text wanted, struct cdi_found *found)
{
    size_t count;
    struct cdi_error err = { 0 };
    struct finding finding = { alerts, wanted, found };
    if (!cdi_view_find(alerts->reader, wanted, CDI_FOUND_MOST, take_found, &finding, &count, &err))
        return complain(&err);
    found->more |= count > CDI_FOUND_MOST;
    return CDI_EXIT_OK;
}

/* ---- how fresh ---- */

/* A WAL that is empty holds nothing that was written: whoever only reads makes one. */
static bool written_at(const char *path, struct cdi_instant *at)
{
    struct stat status;
    if (stat(path, &status) != 0 || status.st_size == 0)
        return false;
    *at = cdi_instant_later(*at, (struct cdi_instant){ (int64_t)status.st_mtim.tv_sec * 1000 + status.st_mtim.tv_nsec / 1000000 });
    return true;
}

static void freshness(struct cdi_alerts *alerts, struct cdi_body *out)
{
    char at[CDI_TIME_TEXT_SIZE];
    struct cdi_body log = { .at = NULL };
    struct cdi_instant written = CDI_INSTANT_NONE;
    cdi_body_say(&log, "%s-wal", alerts->where);
    if (written_at(alerts->where, &written) && log.at != NULL)
        (void)written_at(log.at, &written);
    cdi_body_say(out, "From the view %s, last written %s. Whether it is level only the daemon knows that writes it.", alerts->where,
                 cdi_time_text(written, at));
    cdi_body_free(&log);
}

const struct cdi_alerts_way cdi_alerts_by_view = { list, tallies, find, NULL, freshness };
