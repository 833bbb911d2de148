#include "commands/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_file(const struct cdi_output *output)
{
    return output->path != NULL;
}

static void release(struct cdi_output *output)
{
    free(output->path);
    free(output->unfinished);
    *output = (struct cdi_output){ NULL, NULL, NULL };
}

bool cdi_output_open(struct cdi_output *output, const char *path, struct cdi_error *err)
{
    *output = (struct cdi_output){ stdout, NULL, NULL };
    if (path == NULL || strcmp(path, "-") == 0)
        return true;
    size_t size = strlen(path);
    output->path = strdup(path);
    output->unfinished = malloc(size + sizeof ".unfinished");
    if (output->path == NULL || output->unfinished == NULL) {
        release(output);
        return cdi_fail_at(err, CDI_ERROR_SYSTEM, path, "not enough memory");
    }
    memcpy(output->unfinished, path, size);
    memcpy(output->unfinished + size, ".unfinished", sizeof ".unfinished");
    output->stream = fopen(output->unfinished, "we");
    if (output->stream == NULL) {
        int problem = errno;
        release(output);
        return cdi_fail_at(err, CDI_ERROR_SYSTEM, path, "cannot write: %s", strerror(problem));
    }
    return true;
}

bool cdi_output_finish(struct cdi_output *output, struct cdi_error *err)
{
    const char *name = is_file(output) ? output->path : "standard output";
    errno = 0;
    bool whole = fflush(output->stream) == 0 && ferror(output->stream) == 0;
    int problem = errno;
    if (whole && is_file(output)) {
        whole = fclose(output->stream) == 0;
        output->stream = NULL;
        whole = whole && rename(output->unfinished, output->path) == 0;
        problem = errno;
    }
    if (!whole) {
        cdi_fail_at(err, CDI_ERROR_SYSTEM, name, "cannot write everything: %s",
                    problem != 0 ? strerror(problem) : "an earlier write failed");
        cdi_output_give_up(output);
        return false;
    }
    release(output);
    return true;
}

void cdi_output_give_up(struct cdi_output *output)
{
    if (is_file(output)) {
        if (output->stream != NULL)
            fclose(output->stream);
        unlink(output->unfinished);
    }
    release(output);
}
