/* Floor: edge.  Where tables, source tables and the key come from: files the user names, else what is compiled in. */
#ifndef CDI_EDGE_RULEBOOK_H
#define CDI_EDGE_RULEBOOK_H

#include "cdiwatch/error.h"
#include "codec/source.h"
#include "codec/tables.h"
#include "codec/tokens.h"
#include "edge/files.h"

/* Called once per problem (file:line:column first), so that all are seen at once. */
typedef void (*cdi_complaint)(void *context, const struct cdi_error *problem);

/* Every .csv of `folder`; NULL: the embedded ones. */
struct cdi_rulebook *cdi_rulebook_load(const char *folder, cdi_complaint complain, void *context, struct cdi_error *err);

/* `name` is a file if it holds a slash or ends in .yaml; else one of the embedded source tables. */
struct cdi_source *cdi_source_load(const char *name, struct cdi_error *err);

bool cdi_source_is_file(const char *name);
/* False: `name` is neither a file (which may still be missing) nor built in; err says what was probably meant. */
bool cdi_source_check(const char *name, struct cdi_error *err);

/* The embedded source tables' names, without ".yaml", ended by NULL; *count of them.  Static. */
const char *const *cdi_source_names(size_t *count);

/* The key that turns persons and places into tokens: the bytes of `path`.  Without one (NULL) the key is a digest of the
 * exports themselves: the same exports give the same tokens, so that a run can be repeated and compared, and who has not got
 * the exports cannot try out names or telephone numbers on them, as he could with a key that everybody knows. */
struct cdi_tokeniser *cdi_tokeniser_load(const char *path, const struct cdi_file *exports, size_t count, struct cdi_error *err);

#endif
