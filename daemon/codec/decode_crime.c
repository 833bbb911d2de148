/* A crime record: an empty one, and what is left to do once all its members are read. */
#include "codec/draft.h"

#define UNSAID { INT64_MIN }
#define NO_WORD { .said_at = UNSAID }
#define NO_WHEN { UNSAID, UNSAID }

static const struct cdi_crime empty = {
    .event_at = UNSAID, .source = NO_WORD, .klass = NO_WORD, .code = NO_WORD, .status = NO_WORD, .unit = NO_WORD,
    .n100 = NO_WORD, .recorded_at = NO_WHEN, .reported_at = NO_WHEN, .committed_from = NO_WHEN, .committed_to = NO_WHEN,
    .late_fcr_at = NO_WHEN, .late_rationale_at = UNSAID, .cancel = { .said_at = UNSAID, .victim_told_at = UNSAID },
    .area = { .said_at = UNSAID },
    .location = { .said_at = UNSAID, .easting = CDI_GRID_NONE, .northing = CDI_GRID_NONE },
};

void cdi_crime_begin(struct cdi_draft *draft)
{
    draft->record.kind = CDI_RECORD_KIND_CRIME;
    draft->record.crime = empty;
}

bool cdi_crime_finish(struct cdi_decoder *decoder)
{
    struct cdi_draft *draft = &decoder->draft;
    struct cdi_crime *crime = &draft->record.crime;
    if (!cdi_text_said(crime->force))
        return cdi_decoder_missing(decoder, "force");
    if (!cdi_text_said(crime->reference))
        return cdi_decoder_missing(decoder, "crime");
    if (!cdi_finish_event_at(decoder, &crime->event_at))
        return false;
    cdi_finish_location(&crime->location);
    /* An age is at receipt of the report; a crime that does not say when that was, when it was recorded. */
    struct cdi_instant received_at = cdi_instant_said(crime->reported_at.at) ? crime->reported_at.at : crime->recorded_at.at;
    cdi_finish_registers(decoder, crime->event_at);
    cdi_finish_persons(decoder, crime->event_at, received_at);
    crime->persons = draft->persons;
    crime->person_count = draft->person_count;
    crime->incidents = draft->references;
    crime->incident_count = draft->reference_count;
    crime->truncated = draft->truncated;
    crime->doubtful_time = draft->doubtful_time;
    return true;
}
