/* The product's own tables, as the executable carries them. */
#ifndef CDI_TESTS_EMBEDDED_RULES_H
#define CDI_TESTS_EMBEDDED_RULES_H

#include <stdio.h>
#include <stdlib.h>

#include "codec/tables.h"
#include "edge/embedded.h"

static inline struct cdi_rulebook *embedded_rules(void)
{
    struct cdi_table_file files[64];
    struct cdi_error err = { 0 };
    size_t count = 0;
    for (; cdi_embedded_tables[count].name != NULL; count++)
        files[count] = (struct cdi_table_file){
            cdi_embedded_tables[count].name,
            { (const char *)cdi_embedded_tables[count].bytes, cdi_embedded_tables[count].size },
        };
    struct cdi_rulebook *rules = cdi_rulebook_read(files, count, NULL, NULL, &err);
    if (rules == NULL) {
        fprintf(stderr, "%s: %s\n", err.where, err.text);
        exit(1);
    }
    return rules;
}

#endif
