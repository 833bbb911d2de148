/* Floor: core.  Whether a message that was merged changed anything that a judgement goes by.  Most say again what is known, or say what
 * only a document shows: then nothing is judged. */
#ifndef CDI_CORE_ALIKE_H
#define CDI_CORE_ALIKE_H

#include "cdiwatch/record.h"

/* What only watches go by, as bits: whether it is there at all, or from when on. */
enum cdi_sign_field {
    CDI_SIGN_FIELD_UNIT, CDI_SIGN_FIELD_DASH, CDI_SIGN_FIELD_SAFEGUARDING, CDI_SIGN_FIELD_APPOINTMENT, CDI_SIGN_FIELD_COUNT
};

/* It may be found by other likenesses than before. */
bool cdi_moved(const struct cdi_incident *before, const struct cdi_incident *after);
/* Nothing that a step reads has another value: said again, or said of what only a document shows (its unit). */
bool cdi_alike_evidence(const struct cdi_incident *a, const struct cdi_incident *b);
/* The fields that watches would see another sign in. */
uint8_t cdi_sign_fields(const struct cdi_incident *a, const struct cdi_incident *b);
/* The same of a crime. */
bool cdi_alike_crime(const struct cdi_crime *a, const struct cdi_crime *b);

#endif
