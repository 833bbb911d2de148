/* The shipped tables, read once for all tests of a program: its group setup and teardown. */
#ifndef CDI_TESTS_SHIPPED_RULES_H
#define CDI_TESTS_SHIPPED_RULES_H

#include "table_files.h"

static struct cdi_rulebook *rules;

static inline int read_rules(void **state)
{
    struct table_files files;
    struct cdi_error err = { .code = CDI_ERROR_NONE };
    (void)state;
    if (!table_files_read(&files))
        return -1;
    rules = cdi_rulebook_read(files.files, files.count, NULL, NULL, &err);
    table_files_free(&files);                   /* a rulebook borrows nothing from them */
    if (rules == NULL)
        fprintf(stderr, "# %s: %s\n", err.where, err.text);
    return rules == NULL ? -1 : 0;
}

static inline int free_rules(void **state)
{
    (void)state;
    cdi_rulebook_destroy(rules);
    return 0;
}

static inline uint32_t phrase_key(const char *name)
{
    for (size_t p = 0; p < rules->tables.evidence.phrase_count; p++)
        if (cdi_text_is(rules->tables.evidence.phrases[p].name, name))
            return rules->tables.evidence.phrases[p].key;
    fail_msg("no phrase %s", name);
    return 0;
}

#endif
