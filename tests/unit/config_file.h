/* A folder with a configuration and what it names, made anew for each test; and what its reader said. */
#ifndef CDI_TESTS_CONFIG_FILE_H
#define CDI_TESTS_CONFIG_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edge/config.h"
#include "edge/options.h"

#define CANARY "zq-canary-9411"

enum { HEARD_MAX = 128 };
struct heard { size_t count; struct cdi_error all[HEARD_MAX]; };

struct folder { char path[64], config[96]; struct heard heard; };

static inline void folder_file(struct folder *folder, const char *name, const char *bytes, size_t size)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, 0600), 0);
}

/* With a key, a password (the canary) and a folder of credentials. */
static inline void folder_make(struct folder *folder)
{
    memset(folder, 0, sizeof *folder);
    snprintf(folder->path, sizeof folder->path, "/tmp/cdiwatch-config-XXXXXX");
    assert_non_null(mkdtemp(folder->path));
    snprintf(folder->config, sizeof folder->config, "%s/c.yaml", folder->path);
    folder_file(folder, "key", CANARY CANARY CANARY, 3 * strlen(CANARY));
    folder_file(folder, "token-key", CANARY CANARY CANARY, 3 * strlen(CANARY));
    folder_file(folder, "password", CANARY "\n", strlen(CANARY) + 1);
    setenv("CREDENTIALS_DIRECTORY", folder->path, 1);
}

static inline void folder_remove(struct folder *folder)
{
    static const char *const names[] = { "c.yaml", "key", "token-key", "password", "other" };
    char path[160];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder->path, names[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(folder->path), 0);
    unsetenv("CREDENTIALS_DIRECTORY");
}

static inline void hear(void *context, const struct cdi_error *problem)
{
    struct heard *heard = context;
    assert_true(heard->count < HEARD_MAX);
    heard->all[heard->count++] = *problem;
}

static inline struct cdi_config *read_bytes(struct folder *folder, const char *bytes, size_t size, struct cdi_error *err)
{
    folder_file(folder, "c.yaml", bytes, size);
    folder->heard.count = 0;
    cdi_error_clear(err);
    return cdi_config_read(folder->config, hear, &folder->heard, err);
}

/* The least that is a configuration, with one option (by its row's name) written as `value`; NULL: without it. */
static inline void write_with(char *out, size_t room, const char *name, const char *value)
{
    const char *dot = name != NULL ? strchr(name, '.') : NULL;
    size_t used = 0;
    out[0] = '\0';
    if (name == NULL || strcmp(name, "kafka") != 0)
        used += (size_t)snprintf(out + used, room - used, "kafka: {bootstrap.servers: 127.0.0.1:9092}\n");
    if (name == NULL || strcmp(name, "key") != 0)
        used += (size_t)snprintf(out + used, room - used, "key: {file: key}\n");
    if (name == NULL || value == NULL)
        return;
    if (dot != NULL)
        used += (size_t)snprintf(out + used, room - used, "%.*s:\n  %s: %s\n", (int)(dot - name), name, dot + 1, value);
    else
        used += (size_t)snprintf(out + used, room - used, "%s: %s\n", name, value);
    assert_true(used < room);
}

static inline struct cdi_config *read_with(struct folder *folder, const char *name, const char *value, struct cdi_error *err)
{
    char text[2000];
    write_with(text, sizeof text, name, value);
    return read_bytes(folder, text, strlen(text), err);
}

#endif
