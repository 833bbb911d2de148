/* Any bytes as a configuration: read or refused with its place, and no secret is said. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "edge/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char secret[] = "zq-canary-9411";
static char folder[] = "/tmp/cdiwatch-fuzz-XXXXXX", config_path[64], key_path[64];

static bool guessed;            /* the fuzzer put the secret itself somewhere: it learns what is compared */

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");

    CDI_ASSERT(file != NULL && fwrite(bytes, 1, size, file) == size);
    CDI_ASSERT(fclose(file) == 0);
}

static void tidy(void)
{
    unlink(config_path);
    unlink(key_path);
    rmdir(folder);
}

static void prepare(void)
{
    CDI_ASSERT(mkdtemp(folder) != NULL);
    snprintf(config_path, sizeof config_path, "%s/c.yaml", folder);
    snprintf(key_path, sizeof key_path, "%s/key", folder);
    write_file(key_path, secret, sizeof secret - 1);
    setenv("CREDENTIALS_DIRECTORY", folder, 1);
    atexit(tidy);
}

static void hear(void *context, const struct cdi_error *problem)
{
    CDI_ASSERT(problem->code != CDI_ERROR_NONE && problem->text[0] != '\0');
    CDI_ASSERT(strncmp(problem->where, config_path, strlen(config_path)) == 0);
    CDI_ASSERT(guessed || strstr(problem->text, secret) == NULL);
    ++*(size_t *)context;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    size_t problems = 0;
    struct cdi_config *config;
    char names[64];

    if (config_path[0] == '\0')
        prepare();
    guessed = memmem(data, size, secret, sizeof secret - 1) != NULL;
    write_file(config_path, data, size);
    config = cdi_config_read(config_path, hear, &problems, &err);
    CDI_ASSERT((config == NULL) == (problems > 0) && (config == NULL) == (err.code != CDI_ERROR_NONE));
    if (config != NULL) {
        CDI_ASSERT(!cdi_config_needs_restart(config, config, names, sizeof names));
        for (size_t i = 0; i < config->kafka.count; i++)
            CDI_ASSERT(cdi_kafka_setting_check(config->kafka.items[i].name, config->kafka.items[i].value, &err));
    }
    cdi_config_destroy(config);
    return 0;
}
