/* Floor: edge.  The default tables and source tables and what the pages are dressed with, compiled into the executable by the Makefile. */
#ifndef CDI_EDGE_EMBEDDED_H
#define CDI_EDGE_EMBEDDED_H

#include <stddef.h>

/* Each list is ended by a row whose name is NULL; a name is the file's, without its folder: "offences.csv". */
struct cdi_embedded {
    const char *name;
    const unsigned char *bytes;
    size_t size;
};

extern const struct cdi_embedded cdi_embedded_tables[];
extern const struct cdi_embedded cdi_embedded_sources[];
extern const struct cdi_embedded cdi_embedded_web[];           /* daemon/web/ */

#endif
