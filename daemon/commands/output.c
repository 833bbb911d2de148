#include "commands/output.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_file(const struct cdi_output *output)
{
    return output->unfinished != NULL;
}

static void release(struct cdi_output *output)
{
    free(output->path);
    free(output->unfinished);
    *output = (struct cdi_output){ NULL, NULL, NULL };
}

/* A pipe or a device is written to as it is: renaming a file over it would destroy it.  A folder fails here, before the work. */
static bool open_special(struct cdi_output *output, const char *path, struct cdi_error *err)
{
    output->path = strdup(path);
    output->stream = output->path != NULL ? fopen(path, "we") : NULL;
    if (output->stream != NULL)
        return true;
    int problem = errno;
    release(output);
    return cdi_fail_at(err, CDI_ERROR_SYSTEM, path, "cannot write: %s", strerror(problem));
}

bool cdi_output_open(struct cdi_output *output, const char *path, struct cdi_error *err)
{
    *output = (struct cdi_output){ stdout, NULL, NULL };
    if (path == NULL || strcmp(path, "-") == 0)
        return true;
    struct stat about;
    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode))
        return open_special(output, path, err);
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

/* Whoever read a pipe has seen enough and gone, as `| head` does.  Asked of the pipe: errno is that of the last write alone. */
static bool unread(FILE *stream)
{
    struct pollfd at = { .fd = fileno(stream) };
    struct stat about;
    return fstat(at.fd, &about) == 0 && (S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode)) && poll(&at, 1, 0) == 1 &&
           (at.revents & (POLLERR | POLLHUP)) != 0;
}

bool cdi_output_finish(struct cdi_output *output, struct cdi_error *err)
{
    const char *name = output->path != NULL ? output->path : "standard output";
    errno = 0;
    bool whole = fflush(output->stream) == 0 && ferror(output->stream) == 0;
    int problem = errno;
    if (whole && output->path != NULL) {
        whole = fclose(output->stream) == 0;
        output->stream = NULL;
        whole = whole && (!is_file(output) || rename(output->unfinished, output->path) == 0);
        problem = errno;
    }
    if (!whole) {
        if (output->stream == NULL || !unread(output->stream))
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
    if (output->path != NULL && output->stream != NULL)
        fclose(output->stream);
    if (is_file(output))
        unlink(output->unfinished);
    release(output);
}
