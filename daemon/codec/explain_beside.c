/* What the other reports of a log tell that bears on the one that is explained. */
#include <stdio.h>

#include "codec/explain_inside.h"
#include "core/degrees.h"

/* Its family as a bit; 0: a class that these tables do not have. */
static uint32_t family_of(const struct cdi_tables *tables, struct cdi_value item)
{
    uint16_t offence = cdi_tables_offence(tables, cdi_member_text(item, "class"));
    return offence == CDI_OFFENCE_NONE ? 0 : UINT32_C(1) << tables->offences[offence].family;
}

void cdi_explain_beside_begin(struct cdi_explain_beside *beside, struct cdi_value document)
{
    *beside = (struct cdi_explain_beside){ .report = cdi_value_integer(cdi_value_member(document, "report")) };
    snprintf(beside->force, sizeof beside->force, "%.*s", CDI_TEXT_ARGS(cdi_member_text(document, "force")));
    snprintf(beside->incident, sizeof beside->incident, "%.*s", CDI_TEXT_ARGS(cdi_member_text(document, "incident")));
}

void cdi_explain_beside_take(struct cdi_explain_beside *beside, const struct cdi_tables *tables, struct cdi_value other)
{
    struct cdi_value likely = cdi_value_member(other, "likely");
    if (!cdi_text_is(cdi_member_text(other, "force"), beside->force) || !cdi_text_is(cdi_member_text(other, "incident"), beside->incident) ||
        cdi_value_integer(cdi_value_member(other, "report")) <= beside->report)
        return;
    for (struct cdi_value item = cdi_value_first(likely); item.node != NULL; item = cdi_value_next(likely, item))
        if (cdi_value_true(cdi_value_member(item, "graver")))
            beside->graver |= family_of(tables, item);
}

bool cdi_explain_is_told_graver(const struct explain *explain, struct cdi_value item)
{
    uint32_t told = family_of(explain->tables, item);
    for (uint32_t left = explain->beside != NULL && told != 0 ? explain->beside->graver : 0; left != 0; left &= left - 1)
        if (cdi_graver_than(left & -left, told))
            return true;
    return false;
}
