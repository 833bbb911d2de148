/* Floor: codec.  The product's tables from CSV to memory, cross-checked.  Reads no file: the caller brings the bytes. */
#ifndef CDI_CODEC_TABLES_H
#define CDI_CODEC_TABLES_H

#include "cdiwatch/error.h"
#include "cdiwatch/tables.h"
#include "codec/lexicon.h"

/* The files by name ("offences.csv"); all must be there, others are an error. */
struct cdi_table_file { const char *name; struct cdi_text bytes; };

struct cdi_rulebook {                           /* everything that the tables give */
    struct cdi_tables tables;
    struct cdi_lexicon *lexicon;
    struct cdi_boilerplate *boilerplate;        /* codec/boilerplate.h */
    struct cdi_frequencies *frequencies;        /* codec/frequencies.h: bind them to the key before anything is judged */
};

/* NULL on failure; `complain` (may be NULL) is called once per problem, file:line:column first, so that a registrar sees them all
 * at once; err holds the first. */
struct cdi_rulebook *cdi_rulebook_read(const struct cdi_table_file *files, size_t count,
                                       void (*complain)(void *context, const struct cdi_error *problem), void *context,
                                       struct cdi_error *err);
void cdi_rulebook_destroy(struct cdi_rulebook *rulebook);

#endif
