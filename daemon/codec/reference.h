/* Floor: codec.  The same log is "DPP-20261104-0412", "dpp 20261104 412" and "log 412 of 04/11": a reference rule brings them to
 * one spelling, so that what is named explicitly is found. */
#ifndef CDI_CODEC_REFERENCE_H
#define CDI_CODEC_REFERENCE_H

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "cdiwatch/record.h"
#include "cdiwatch/text.h"

/* `incident`, `incidents` and `parent` of the schema are INCIDENT; `crime`, `crimes`, `disposal.crime` and
 * `cancel.duplicate_of` are CRIME. */
#define CDI_REFERENCE_KIND_LIST(X) X(INCIDENT, incident) X(CRIME, crime)
enum cdi_reference_kind {
#define X(upper, word) CDI_REFERENCE_KIND_##upper,
    CDI_REFERENCE_KIND_LIST(X)
#undef X
    CDI_REFERENCE_KIND_COUNT
};

#define CDI_REFERENCE_CASE_LIST(X) X(KEEP, keep) X(UPPER, upper) X(LOWER, lower)
enum cdi_reference_case {
#define X(upper, word) CDI_REFERENCE_CASE_##upper,
    CDI_REFERENCE_CASE_LIST(X)
#undef X
};

enum { CDI_REFERENCE_SHAPES_MAX = 8 };
/* A spoken shape and what is written for it: "log {number} of {day}/{month}" -> "DPP-{year}{month}{day}-{number:4}".  The year
 * that is not said is that of the last such day at or before the message's own time. */
struct cdi_reference_shape { struct cdi_text spoken, written; };
struct cdi_reference_rule {
    enum cdi_reference_case letters;
    struct cdi_text drop;                       /* bytes left out wherever they stand, e.g. " -" */
    struct cdi_reference_shape shapes[CDI_REFERENCE_SHAPES_MAX];
    size_t shape_count;
};

/* Is this a shape?  false and err (without where) if not. */
bool cdi_reference_check(const struct cdi_reference_shape *shape, struct cdi_error *err);

/* Trims, brings a spoken shape to the written one (`near`: the message's time; NONE leaves shapes without a year alone), then
 * drops and changes case.  Borrowed from `out`.  NONE if the text is empty; false if the result is longer than
 * CDI_REFERENCE_MAX. */
bool cdi_reference_normalise(const struct cdi_reference_rule *rule, struct cdi_text text, struct cdi_instant near,
                             char out[CDI_REFERENCE_MAX], struct cdi_text *reference);

#endif
