#include "edge/rulebook.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/nearest.h"
#include "edge/embedded.h"

enum { TABLES_MAX = 64, SOURCES_MAX = 64, NAME_MAX_SIZE = 64, PATH_SIZE = 4096, DIGEST_SIZE = 32 };

/* ---- tables ---- */

static struct cdi_rulebook *embedded_rulebook(cdi_complaint complain, void *context, struct cdi_error *err)
{
    struct cdi_table_file files[TABLES_MAX];
    size_t count = 0;
    for (const struct cdi_embedded *table = cdi_embedded_tables; table->name != NULL; table++) {
        CDI_ASSERT(count < TABLES_MAX);
        files[count++] = (struct cdi_table_file){ table->name, { (const char *)table->bytes, table->size } };
    }
    return cdi_rulebook_read(files, count, complain, context, err);
}

/* A failure before the tables are looked into is a complaint like theirs. */
static void complain_of(cdi_complaint complain, void *context, const struct cdi_error *problem)
{
    if (complain != NULL)
        complain(context, problem);
}

/* Reads the files that `names` has into `contents`; paths (for complaints) into `paths`. */
static bool read_tables(const char *folder, char **names, size_t count, struct cdi_file *contents, char (*paths)[PATH_SIZE],
                        struct cdi_error *err)
{
    for (size_t i = 0; i < count; i++) {
        int size = snprintf(paths[i], PATH_SIZE, "%s/%s", folder, names[i]);
        if (size >= PATH_SIZE)
            return cdi_fail(err, CDI_ERROR_CONFIGURATION, "the folder of --tables has too long a name");
        if (!cdi_file_read(paths[i], &contents[i], err))
            return false;
    }
    return true;
}

static struct cdi_rulebook *folder_rulebook(const char *folder, char **names, cdi_complaint complain, void *context,
                                            struct cdi_error *err)
{
    struct cdi_rulebook *rulebook = NULL;
    struct cdi_table_file files[TABLES_MAX];
    struct cdi_file contents[TABLES_MAX] = { { NULL, 0 } };
    size_t count = 0;
    while (names[count] != NULL && count < TABLES_MAX)
        count++;
    char (*paths)[PATH_SIZE] = malloc((count + 1) * sizeof *paths);
    if (paths == NULL || names[count] != NULL || count == 0) {
        cdi_fail_at(err, CDI_ERROR_CONFIGURATION, folder, count == 0 ? "there is no .csv file in this folder; give the folder "
                    "of all tables, such as config/tables" : "cannot hold that many .csv files");
        complain_of(complain, context, err);
    } else if (!read_tables(folder, names, count, contents, paths, err)) {
        complain_of(complain, context, err);
    } else {
        for (size_t i = 0; i < count; i++)
            files[i] = (struct cdi_table_file){ names[i], cdi_file_text(&contents[i]) };
        rulebook = cdi_rulebook_read(files, count, complain, context, err);
    }
    for (size_t i = 0; i < count; i++)
        cdi_file_release(&contents[i]);
    free(paths);
    return rulebook;
}

struct cdi_rulebook *cdi_rulebook_load(const char *folder, cdi_complaint complain, void *context, struct cdi_error *err)
{
    if (folder == NULL)
        return embedded_rulebook(complain, context, err);
    char **names = cdi_folder_list(folder, ".csv", err);
    if (names == NULL) {
        complain_of(complain, context, err);
        return NULL;
    }
    struct cdi_rulebook *rulebook = folder_rulebook(folder, names, complain, context, err);
    cdi_folder_release(names);
    return rulebook;
}

/* ---- source tables ---- */

static bool is_yaml(const char *name)
{
    size_t size = strlen(name);
    return (size > 5 && strcmp(name + size - 5, ".yaml") == 0) || (size > 4 && strcmp(name + size - 4, ".yml") == 0);
}

static bool same_but_yaml(const char *file, const char *name)
{
    size_t size = strlen(name);
    return strncmp(file, name, size) == 0 && strcmp(file + size, ".yaml") == 0;
}

const char *const *cdi_source_names(size_t *count)
{
    static char names[SOURCES_MAX][NAME_MAX_SIZE];
    static const char *list[SOURCES_MAX + 1];
    *count = 0;
    for (const struct cdi_embedded *source = cdi_embedded_sources; source->name != NULL && *count < SOURCES_MAX; source++) {
        snprintf(names[*count], NAME_MAX_SIZE, "%.*s", (int)strcspn(source->name, "."), source->name);
        list[*count] = names[*count];
        ++*count;
    }
    return list;
}

static bool unknown_source(const char *name, struct cdi_error *err)
{
    char known[256] = "";
    size_t count, used = 0;
    const char *const *names = cdi_source_names(&count);
    for (size_t i = 0; i < count && used < sizeof known - NAME_MAX_SIZE; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i > 0 ? ", " : "", names[i]);
    const char *nearest = cdi_nearest(cdi_text_of(name), names);
    if (nearest != NULL)
        return cdi_fail_at(err, CDI_ERROR_CONFIGURATION, name, "no such source table; did you mean %s?", nearest);
    return cdi_fail_at(err, CDI_ERROR_CONFIGURATION, name,
                       "no such source table; built in are %s; for a file of your own write its path, such as ./NAME.yaml", known);
}

static const struct cdi_embedded *embedded_source(const char *name)
{
    const struct cdi_embedded *source = cdi_embedded_sources;
    while (source->name != NULL && !same_but_yaml(source->name, name))
        source++;
    return source->name != NULL ? source : NULL;
}

bool cdi_source_is_file(const char *name)
{
    return strchr(name, '/') != NULL || is_yaml(name);
}

bool cdi_source_check(const char *name, struct cdi_error *err)
{
    return cdi_source_is_file(name) || embedded_source(name) != NULL || unknown_source(name, err);
}

struct cdi_source *cdi_source_load(const char *name, struct cdi_error *err)
{
    if (!cdi_source_check(name, err))
        return NULL;
    if (!cdi_source_is_file(name)) {
        const struct cdi_embedded *source = embedded_source(name);
        return cdi_source_read(source->name, (struct cdi_text){ (const char *)source->bytes, source->size }, err);
    }
    struct cdi_file file;
    if (!cdi_file_read(name, &file, err))
        return NULL;
    struct cdi_source *source = cdi_source_read(name, cdi_file_text(&file), err);
    cdi_file_release(&file);
    return source;
}

/* ---- the key ---- */

static int by_digest(const void *a, const void *b)
{
    return memcmp(a, b, DIGEST_SIZE);
}

/* In order of their digests, so that the order in which files are named changes nothing. */
static struct cdi_tokeniser *derived_tokeniser(const struct cdi_file *exports, size_t count, struct cdi_error *err)
{
    unsigned char key[DIGEST_SIZE], (*digests)[DIGEST_SIZE] = calloc(count + 1, sizeof *digests);
    if (digests == NULL || sodium_init() < 0) {
        free(digests);
        cdi_fail(err, CDI_ERROR_SYSTEM, "cannot make the key of this run: not enough memory or no libsodium");
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        crypto_generichash(digests[i], DIGEST_SIZE, (const unsigned char *)exports[i].bytes, exports[i].size, NULL, 0);
    qsort(digests, count, sizeof *digests, by_digest);
    crypto_generichash(key, sizeof key, (const unsigned char *)digests, count * sizeof *digests, NULL, 0);
    free(digests);
    struct cdi_tokeniser *tokeniser = cdi_tokeniser_create(key, sizeof key, err);
    sodium_memzero(key, sizeof key);
    return tokeniser;
}

struct cdi_tokeniser *cdi_tokeniser_load(const char *path, const struct cdi_file *exports, size_t count, struct cdi_error *err)
{
    if (path == NULL)
        return derived_tokeniser(exports, count, err);
    struct cdi_file file;
    struct cdi_tokeniser *tokeniser = NULL;
    if (!cdi_file_read(path, &file, err))
        return NULL;
    if (file.size < CDI_TOKEN_KEY_MIN)
        cdi_fail_at(err, CDI_ERROR_CONFIGURATION, path, "a key has at least %d bytes; make one with: head -c 32 /dev/urandom",
                    CDI_TOKEN_KEY_MIN);
    else
        tokeniser = cdi_tokeniser_create(file.bytes, file.size, err);
    sodium_memzero(file.bytes, file.size);
    cdi_file_release(&file);
    return tokeniser;
}
