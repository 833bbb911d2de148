/* The shipped tables as the loaders want them, for tests; one of them may be replaced. */
#ifndef CDI_TESTS_TABLE_FILES_H
#define CDI_TESTS_TABLE_FILES_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/tables.h"

enum { TABLE_FILES_MAX = 40 };
struct table_files {
    struct cdi_table_file files[TABLE_FILES_MAX];
    size_t count;
};

/* The bytes of a file, NUL after them; NONE if it cannot be read.  free() the `at`. */
static inline struct cdi_text file_bytes(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return CDI_TEXT_NONE;
    size_t size = 0, room = 1 << 16;
    char *bytes = malloc(room);
    for (size_t got; bytes != NULL && (got = fread(bytes + size, 1, room - size - 1, file)) > 0;) {
        size += got;
        if (room - size < 4096)
            bytes = realloc(bytes, room *= 2);
    }
    fclose(file);
    if (bytes == NULL)
        return CDI_TEXT_NONE;
    bytes[size] = '\0';
    return (struct cdi_text){ bytes, size };
}

static inline void table_files_free(struct table_files *tables)
{
    for (size_t i = 0; i < tables->count; i++) {
        free((void *)(uintptr_t)tables->files[i].name);
        free((void *)(uintptr_t)tables->files[i].bytes.at);
    }
    tables->count = 0;
}

static inline bool table_files_read(struct table_files *tables)
{
    char path[300];
    DIR *folder = opendir("config/tables");
    tables->count = 0;
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        const char *dot = strrchr(entry->d_name, '.');
        if (dot == NULL || strcmp(dot, ".csv") != 0 || tables->count == TABLE_FILES_MAX)
            continue;
        snprintf(path, sizeof path, "config/tables/%s", entry->d_name);
        tables->files[tables->count++] = (struct cdi_table_file){ strdup(entry->d_name), file_bytes(path) };
    }
    if (folder != NULL)
        closedir(folder);
    return tables->count > 0;
}

/* Takes the bytes. */
static inline bool table_files_replace(struct table_files *tables, const char *name, struct cdi_text bytes)
{
    for (size_t i = 0; i < tables->count; i++) {
        if (strcmp(tables->files[i].name, name) != 0)
            continue;
        free((void *)(uintptr_t)tables->files[i].bytes.at);
        tables->files[i].bytes = bytes;
        return true;
    }
    return false;
}

#endif
