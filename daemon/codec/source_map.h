/* Floor: codec.  A value map of a source table: what one value of theirs means in our words. */
#ifndef CDI_CODEC_SOURCE_MAP_H
#define CDI_CODEC_SOURCE_MAP_H

#include "codec/source.h"
#include "codec/yaml.h"

/* How values are compared.  CASELESS: the case of letters and the amount of white space do not count.  LETTERS: only letters count, in any
 * case; digits, signs and spaces do not. */
#define CDI_COMPARE_LIST(X) X(EXACT, exact) X(CASELESS, caseless) X(LETTERS, letters)
enum cdi_compare {
#define X(upper, word) CDI_COMPARE_##upper,
    CDI_COMPARE_LIST(X)
#undef X
};

/* What a value means that the map does not hold. */
enum cdi_source_otherwise { CDI_OTHERWISE_KEEP, CDI_OTHERWISE_DROP, CDI_OTHERWISE_SET };

struct cdi_source_entry {
    struct cdi_text value;                      /* folded as `compare` says; without the * of a prefix */
    const struct cdi_yaml_node *node;           /* where it stands */
    const struct cdi_source_setting *settings;
    size_t setting_count;
};

struct cdi_source_map {
    struct cdi_text name;
    enum cdi_compare compare;
    enum cdi_source_otherwise otherwise;
    const struct cdi_source_setting *standard;  /* of SET */
    size_t standard_count;
    bool bare;                                  /* some value sets the field that is asked for */
    struct cdi_source_entry *whole, *prefixes;  /* each sorted by value */
    size_t whole_count, prefix_count;
};

/* One entry of `maps` bound: node is its map of compare, otherwise, default and values. */
bool cdi_source_map_read(struct cdi_yaml *yaml, const struct cdi_yaml_node *node, struct cdi_source_map *map,
                         struct cdi_error *err);

/* "persons[1].name" as a target; false if it is not one path with at most one index. */
bool cdi_source_target_read(struct cdi_text path, struct cdi_yaml *yaml, struct cdi_source_target *target);

#endif
