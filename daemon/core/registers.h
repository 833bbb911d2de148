/* Floor: core.  The registers of an incident and of a crime, each written once: merging, packing and their tests walk these
 * lists.  Every register begins with its said_at. */
#ifndef CDI_CORE_REGISTERS_H
#define CDI_CORE_REGISTERS_H

#include "cdiwatch/record.h"

enum cdi_register_kind {
    CDI_REGISTER_WORD, CDI_REGISTER_WHEN, CDI_REGISTER_CLOSING, CDI_REGISTER_AREA, CDI_REGISTER_LOCATION, CDI_REGISTER_CANCEL
};
struct cdi_register { uint16_t offset; uint8_t kind; };

enum { CDI_INCIDENT_REGISTERS = 14, CDI_CRIME_REGISTERS = 14 };
extern const struct cdi_register cdi_incident_registers[CDI_INCIDENT_REGISTERS];
extern const struct cdi_register cdi_crime_registers[CDI_CRIME_REGISTERS];

/* The fields of a disposal, in the order of enum cdi_disposal_field (PARENT is no field of its own). */
enum cdi_disposal_kind { CDI_DISPOSAL_TEXT, CDI_DISPOSAL_INSTANT, CDI_DISPOSAL_FLAG, CDI_DISPOSAL_RATIONALE_KIND };
struct cdi_disposal_member { uint16_t offset; uint8_t kind; };
enum { CDI_DISPOSAL_MEMBERS = CDI_DISPOSAL_FIELD_PARENT };
extern const struct cdi_disposal_member cdi_disposal_members[CDI_DISPOSAL_MEMBERS];

static inline void *cdi_member(void *record, uint16_t offset) { return (char *)record + offset; }
static inline const void *cdi_member_of(const void *record, uint16_t offset) { return (const char *)record + offset; }

/* Who said the register last; NONE: nobody. */
static inline struct cdi_instant cdi_register_said_at(const void *record, struct cdi_register reg)
{
    return *(const struct cdi_instant *)cdi_member_of(record, reg.offset);
}

size_t cdi_register_size(enum cdi_register_kind kind);
/* Total order of two values of a register, said_at apart: by hash, then by content. */
int cdi_register_compare(const void *a, const void *b, enum cdi_register_kind kind);
/* The same for one field of two disposals; one field emptied; one field copied.  Not their field_at. */
int cdi_disposal_member_compare(const struct cdi_disposal *a, const struct cdi_disposal *b, size_t field);
void cdi_disposal_member_empty(struct cdi_disposal *of, size_t field);
void cdi_disposal_member_copy(struct cdi_disposal *into, const struct cdi_disposal *from, size_t field);

#endif
