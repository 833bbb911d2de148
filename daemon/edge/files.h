/* Floor: edge.  Whole files in memory, plain or gzip (told apart by their first bytes, never by their name). */
#ifndef CDI_EDGE_FILES_H
#define CDI_EDGE_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "cdiwatch/error.h"
#include "cdiwatch/text.h"

enum { CDI_FILE_SLACK = 64 };                   /* zero bytes kept after the end: a reader may look past it */
#define CDI_FILE_MAX (((size_t)4 << 30) - 1)     /* bytes of one file, unpacked: a bound for gzip bombs */

struct cdi_file {
    char *bytes;                                /* owned; NULL when not read */
    size_t size;
};

/* Reads all of `path` ("-": standard input).  The file may be empty.  On failure *file is as released, and err names the file
 * and what to do: a missing file, a directory or a refused one is SYSTEM, a damaged gzip is CORRUPT. */
bool cdi_file_read(const char *path, struct cdi_file *file, struct cdi_error *err);
void cdi_file_release(struct cdi_file *file);

static inline struct cdi_text cdi_file_text(const struct cdi_file *file)
{
    return (struct cdi_text){ file->bytes, file->size };
}

/* The names of the files of a folder that end in `ending`, in byte order, ended by NULL.  NULL on failure. */
char **cdi_folder_list(const char *path, const char *ending, struct cdi_error *err);
void cdi_folder_release(char **names);

#endif
