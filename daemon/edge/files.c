#include "edge/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "edge/interrupt.h"

enum { FIRST_ROOM = 64 * 1024, GZIP_WINDOW = 15 + 16 };

/* A growing run of bytes that always has room for the slack. */
struct heap { char *bytes; size_t size, room; };

static bool heap_reserve(struct heap *heap, size_t more)
{
    if (heap->bytes != NULL && heap->room - heap->size >= more + CDI_FILE_SLACK)
        return true;
    size_t room = heap->room < FIRST_ROOM ? FIRST_ROOM : heap->room;
    while (room - heap->size < more + CDI_FILE_SLACK)
        room *= 2;
    char *bytes = realloc(heap->bytes, room);
    if (bytes == NULL)
        return false;
    heap->bytes = bytes;
    heap->room = room;
    return true;
}

static void heap_finish(struct heap *heap, struct cdi_file *file)
{
    memset(heap->bytes + heap->size, 0, CDI_FILE_SLACK);
    file->bytes = heap->bytes;
    file->size = heap->size;
}

static bool out_of_memory(const char *path, struct cdi_error *err)
{
    return cdi_fail_at(err, CDI_ERROR_SYSTEM, path, "not enough memory to hold the file; split the export by month");
}

static bool too_large(const char *path, struct cdi_error *err)
{
    return cdi_fail_at(err, CDI_ERROR_TOO_LARGE, path, "larger than 4 GiB unpacked; split the export by month");
}

static bool read_all(int descriptor, const char *path, struct heap *heap, struct cdi_error *err)
{
    for (;;) {
        if (!heap_reserve(heap, FIRST_ROOM))
            return out_of_memory(path, err);
        ssize_t got = read(descriptor, heap->bytes + heap->size, heap->room - heap->size - CDI_FILE_SLACK);
        if (got == 0)
            return true;
        if (got < 0 && errno == EINTR && cdi_interrupted())
            return cdi_fail_at(err, CDI_ERROR_SYSTEM, path, "interrupted");
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return cdi_fail_at(err, CDI_ERROR_SYSTEM, path, "cannot read: %s", strerror(errno));
        heap->size += (size_t)got;
        if (heap->size > CDI_FILE_MAX)
            return too_large(path, err);
    }
}

static int open_input(const char *path, struct cdi_error *err)
{
    if (strcmp(path, "-") == 0)
        return dup(STDIN_FILENO);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        cdi_fail_at(err, CDI_ERROR_SYSTEM, path, "cannot open: %s; check the name", strerror(errno));
        return -1;
    }
    struct stat status;
    if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
        cdi_fail_at(err, CDI_ERROR_SYSTEM, path, "is a folder, not a file; name the files in it");
        close(descriptor);
        return -1;
    }
    return descriptor;
}

static bool is_gzip(const struct heap *heap)
{
    return heap->size >= 2 && memcmp(heap->bytes, "\x1f\x8b", 2) == 0;
}

/* zlib counts in 32 bits. */
static unsigned int piece(size_t size)
{
    return size > 1u << 30 ? 1u << 30 : (unsigned int)size;
}

/* Unpacks one member after the other, as gzip -d does: exports of several days are often joined with cat. */
static bool unpack_members(z_stream *stream, const struct heap *packed, struct heap *plain, const char *path,
                           struct cdi_error *err)
{
    size_t used = 0;
    while (used < packed->size) {
        if (!heap_reserve(plain, FIRST_ROOM))
            return out_of_memory(path, err);
        stream->next_in = (unsigned char *)packed->bytes + used;
        stream->avail_in = piece(packed->size - used);
        stream->next_out = (unsigned char *)plain->bytes + plain->size;
        stream->avail_out = piece(plain->room - plain->size - CDI_FILE_SLACK);
        int result = inflate(stream, Z_NO_FLUSH);
        used = (size_t)((const char *)stream->next_in - packed->bytes);
        plain->size = (size_t)((const char *)stream->next_out - plain->bytes);
        if (plain->size > CDI_FILE_MAX)
            return too_large(path, err);
        if (result == Z_STREAM_END && used == packed->size)
            return true;
        if (result == Z_STREAM_END)
            result = inflateReset(stream);
        if (result != Z_OK && result != Z_BUF_ERROR)
            return cdi_fail_at(err, CDI_ERROR_CORRUPT, path, "damaged gzip after %zu bytes; copy the file again", plain->size);
    }
    return cdi_fail_at(err, CDI_ERROR_CORRUPT, path, "the gzip ends too early, after %zu bytes of data; copy the file again",
                       plain->size);
}

static bool unpack(const struct heap *packed, struct heap *plain, const char *path, struct cdi_error *err)
{
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
        return out_of_memory(path, err);
    bool done = unpack_members(&stream, packed, plain, path, err);
    inflateEnd(&stream);
    return done;
}

bool cdi_file_read(const char *path, struct cdi_file *file, struct cdi_error *err)
{
    struct heap packed = { NULL, 0, 0 }, plain = { NULL, 0, 0 };
    const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
    *file = (struct cdi_file){ NULL, 0 };
    int descriptor = open_input(path, err);
    if (descriptor < 0)
        return cdi_fail_at(err, CDI_ERROR_SYSTEM, name, "cannot open: %s", strerror(errno));
    bool done = read_all(descriptor, name, &packed, err);
    close(descriptor);
    if (done && is_gzip(&packed)) {
        done = unpack(&packed, &plain, name, err);
        free(packed.bytes);
        packed = plain;
    }
    if (!done) {
        free(packed.bytes);
        return false;
    }
    heap_finish(&packed, file);
    return true;
}

void cdi_file_release(struct cdi_file *file)
{
    free(file->bytes);
    *file = (struct cdi_file){ NULL, 0 };
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool ends_in(const char *name, const char *ending)
{
    size_t size = strlen(name), tail = strlen(ending);
    return size > tail && strcmp(name + size - tail, ending) == 0;
}

/* Takes a copy of `name` into the list, which always keeps a NULL at its end. */
static bool list_add(char ***names, size_t *count, const char *name)
{
    char **longer = realloc(*names, (*count + 2) * sizeof **names);
    if (longer == NULL)
        return false;
    *names = longer;
    longer[*count] = strdup(name);
    longer[*count + 1] = NULL;
    return longer[(*count)++] != NULL;
}

char **cdi_folder_list(const char *path, const char *ending, struct cdi_error *err)
{
    DIR *folder = opendir(path);
    if (folder == NULL) {
        cdi_fail_at(err, CDI_ERROR_SYSTEM, path, "cannot open the folder: %s", strerror(errno));
        return NULL;
    }
    size_t count = 0;
    char **names = calloc(1, sizeof *names);
    bool whole = names != NULL;
    for (struct dirent *entry; whole && (entry = readdir(folder)) != NULL;)
        if (entry->d_name[0] != '.' && ends_in(entry->d_name, ending))
            whole = list_add(&names, &count, entry->d_name);
    closedir(folder);
    if (!whole) {
        cdi_folder_release(names);
        cdi_fail_at(err, CDI_ERROR_SYSTEM, path, "not enough memory to list the folder");
        return NULL;
    }
    qsort(names, count, sizeof *names, by_name);
    return names;
}

void cdi_folder_release(char **names)
{
    for (char **name = names; name != NULL && *name != NULL; name++)
        free(*name);
    free(names);
}
