#include "edge/view_access.h"

#include <stdlib.h>
#include <string.h>

#include "edge/clock.h"

struct cdi_view_access {
    struct cdi_view_reader *reader;
    struct cdi_json *json;
    char path[];
};

struct cdi_view_access *cdi_view_access_create(const char *path)
{
    struct cdi_error err = { 0 };
    size_t size = strlen(path) + 1;
    struct cdi_view_access *access = calloc(1, sizeof *access + size);
    if (access == NULL)
        return NULL;
    memcpy(access->path, path, size);
    access->json = cdi_json_create(CDI_JSON_READER_SIMDJSON, &err);
    if (access->json != NULL)
        return access;
    cdi_view_access_destroy(access);
    return NULL;
}

void cdi_view_access_destroy(struct cdi_view_access *access)
{
    if (access == NULL)
        return;
    cdi_view_reader_close(access->reader);
    cdi_json_destroy(access->json);
    free(access);
}

static struct cdi_view_reader *in_time(struct cdi_view_reader *reader)
{
    cdi_view_reader_until(reader, (struct cdi_span){ cdi_clock_elapsed().ms + CDI_VIEW_ACCESS_MS });
    return reader;
}

struct cdi_view_reader *cdi_view_access_reader(struct cdi_view_access *access, struct cdi_view_stamp *stamp, struct cdi_error *err)
{
    struct cdi_error gone = { 0 };
    if (access->reader != NULL && cdi_view_stamp(in_time(access->reader), stamp, &gone))
        return access->reader;
    cdi_view_reader_close(access->reader);
    access->reader = cdi_view_reader_open(access->path, err);
    if (access->reader == NULL || cdi_view_stamp(in_time(access->reader), stamp, err))
        return access->reader;
    cdi_view_reader_close(access->reader);
    access->reader = NULL;
    return NULL;
}

struct cdi_json *cdi_view_access_json(struct cdi_view_access *access) { return access->json; }
