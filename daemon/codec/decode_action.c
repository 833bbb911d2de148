/* What people did, and signs of life: what is left to do once all their members are read. */
#include "codec/draft.h"

bool cdi_action_finish(struct cdi_decoder *decoder)
{
    struct cdi_action *action = &decoder->draft.record.action;
    action->at = decoder->draft.at;
    if (!cdi_text_said(action->force))
        return cdi_decoder_missing(decoder, "force");
    if (!cdi_text_said(action->alert))
        return cdi_decoder_missing(decoder, "alert");
    if (action->verb == CDI_VERB_COUNT)
        return cdi_decoder_missing(decoder, "action");
    if (!cdi_text_said(action->by))
        return cdi_decoder_missing(decoder, "by");
    if (!cdi_instant_said(action->at))
        return cdi_decoder_missing(decoder, "at");
    cdi_finish_registers(decoder, action->at);
    cdi_finish_disposal(&action->disposal, action->at);
    return true;
}
