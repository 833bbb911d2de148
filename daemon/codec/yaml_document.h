/* Floor: codec.  What the two halves of the YAML reader share: the document behind cdi_yaml. */
#ifndef CDI_CODEC_YAML_DOCUMENT_H
#define CDI_CODEC_YAML_DOCUMENT_H

#include "codec/yaml.h"
#include "core/scratch.h"

struct cdi_yaml {
    struct cdi_scratch memory;                  /* nodes, texts and everything bound */
    struct cdi_text file;
    struct cdi_yaml_node *root;
    void (*complain)(void *context, const struct cdi_error *problem);   /* NULL: a mistake ends the binding */
    void *context;
    size_t complaints;
};

#endif
