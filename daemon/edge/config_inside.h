/* Floor: edge.  What the parts of the configuration's reader share. */
#ifndef CDI_EDGE_CONFIG_INSIDE_H
#define CDI_EDGE_CONFIG_INSIDE_H

#include "codec/yaml.h"
#include "edge/config.h"
#include "edge/options.h"

enum { CDI_CONFIG_FILES_MAX = 64 };

/* The configuration, and the document in whose memory its texts live. */
struct cdi_config_whole {
    struct cdi_config config;                   /* first: it is what the caller holds */
    struct cdi_yaml *yaml;
    const struct cdi_yaml_node *looked_into;    /* where the binder leaves what is read by hand */
    struct cdi_text folder;                     /* of the file: relative paths begin there; NONE: the current one */
    struct cdi_text files[CDI_CONFIG_FILES_MAX];        /* that hold secrets and were named as files */
    size_t file_count;
    cdi_complaint complain;                     /* may be NULL */
    void *context;
    struct cdi_error first;                     /* of the problems */
    size_t problems;
};

/* Complained of and counted.  Always false. */
bool cdi_config_refuse(struct cdi_config_whole *whole, const struct cdi_error *problem);

/* The path as the program can open it, in the document's memory. */
struct cdi_text cdi_config_path(struct cdi_config_whole *whole, struct cdi_text path);

/* {file: FILE} or {credential: NAME}: the file's path. */
bool cdi_config_secret_path(struct cdi_config_whole *whole, const struct cdi_yaml_node *node, struct cdi_text *path,
                            struct cdi_error *err);

/* The map under `kafka`: each property checked, secrets read in.  Every problem is refused. */
void cdi_config_kafka(struct cdi_config_whole *whole, const struct cdi_yaml_node *map);

#endif
