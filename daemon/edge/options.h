/* Floor: edge.  The options of the configuration as rows of a table (options.def), for whoever reads or explains them. */
#ifndef CDI_EDGE_OPTIONS_H
#define CDI_EDGE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/* What an option holds, and how a value of it is called. */
#define CDI_CONFIG_TYPE_LIST(X) \
    X(SECTION, "")                                              /* a heading: the rows "name.*" follow */ \
    X(NAME, "NAME")                                             /* letters, digits, ".", "_", "-"; 1 to 249, as Kafka has it */ \
    X(SOURCE, "NAME|FILE")                                      /* a file if it holds a slash or ends in .yaml */ \
    X(FOLDER, "FOLDER") \
    X(FILE, "FILE|off") \
    X(ADDRESS, "ADDRESS:PORT|off")                              /* edge/listening.h */ \
    X(SECRET, "{file: FILE} or {credential: NAME}")             /* the member is the file's path */ \
    X(PROPERTIES, "a map of librdkafka's properties") \
    X(INT, "NUMBER") \
    X(SIZE, "SIZE")                                             /* 64K, 512M, 2G */ \
    X(BOOL, "true|false") \
    X(WORD, "WORD")

enum cdi_config_type {
#define X(upper, words) CDI_CONFIG_##upper,
    CDI_CONFIG_TYPE_LIST(X)
#undef X
    CDI_CONFIG_TYPE_COUNT
};

struct cdi_config_option {
    const char *name;                           /* as in the file: "topics.partitions" */
    enum cdi_config_type type;
    size_t offset;                              /* in struct cdi_config; not of a SECTION */
    const char *standard;                       /* NULL: none, or said in `words` */
    const char *least, *most;                   /* of INT and SIZE, as written in the file; else "" */
    const char *const *choices;                 /* of WORD, ended by NULL */
    bool required;
    bool reload;                                /* SIGHUP changes it; else a restart is needed */
    const char *words;                          /* without a full stop */
};

/* Ended by a NULL name.  Static. */
extern const struct cdi_config_option cdi_config_options[];

/* How a value is written: "1..1024", "simdjson|jansson", "NAME". */
const char *cdi_config_option_values(const struct cdi_config_option *option, char *out, size_t room);

#endif
