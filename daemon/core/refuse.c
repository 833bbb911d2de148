#include "core/refuse.h"

#include "core/lifecycle.h"

typedef const char *(*question)(const struct cdi_incident_case *incident, uint32_t report, size_t n,
                                const struct cdi_standing_then *then);

static const char *acknowledge(const struct cdi_incident_case *incident, uint32_t report, size_t n,
                               const struct cdi_standing_then *then)
{
    (void)incident, (void)report, (void)n;
    if (then->open)
        return then->lifecycle == CDI_LIFECYCLE_NEW ? NULL : "somebody has acknowledged it already";
    return then->seen ? "it is settled and was seen" : NULL;
}

static const char *assign(const struct cdi_incident_case *incident, uint32_t report, size_t n,
                          const struct cdi_standing_then *then)
{
    (void)report, (void)then;
    return cdi_text_said(incident->deeds[n].assign_to) ? NULL : "it does not say to whom";
}

static const char *say(const struct cdi_incident_case *incident, uint32_t report, size_t n, const struct cdi_standing_then *then)
{
    (void)report, (void)then;
    return cdi_text_said(incident->deeds[n].text) ? NULL : "it says nothing";
}

static const char *clear(const struct cdi_incident_case *incident, uint32_t report, size_t n,
                         const struct cdi_standing_then *then)
{
    enum cdi_reason reason = CDI_REASON_NONE;
    const struct cdi_deed *deed = &incident->deeds[n];
    (void)report, (void)then;
    if (!deed->disposed || !cdi_text_said(deed->disposal.reason))
        return "it gives no reason";
    return cdi_reason_from(deed->disposal.reason, &reason) && reason != CDI_REASON_NONE ? NULL : "its reason is none of ours";
}

/* The disposal that counted before the n-th deed. */
static void decided_before(const struct cdi_incident_case *incident, uint32_t report, size_t n, const struct cdi_standing_then *then,
                           struct cdi_disposal *disposal)
{
    struct cdi_incident_case before = *incident;
    struct cdi_formers formers;
    before.deed_count = (uint16_t)n;
    cdi_deeds_disposal(&before, report, then->received_at, disposal, &formers);
}

static bool decided_by(const struct cdi_disposal *disposal, struct cdi_instant at)
{
    return cdi_text_said(disposal->reason) && !cdi_instant_before(at, cdi_disposal_decided_at(disposal));
}

static const char *endorse(const struct cdi_incident_case *incident, uint32_t report, size_t n,
                           const struct cdi_standing_then *then)
{
    const struct cdi_deed *deed = &incident->deeds[n];
    struct cdi_disposal disposal;
    decided_before(incident, report, n, then, &disposal);
    if (!decided_by(&disposal, deed->at))
        return "nothing was decided that it could endorse";
    if (cdi_text_same(disposal.by, deed->by))
        return "whoever decided does not endorse";
    return cdi_text_said(disposal.endorsed_by) ? "it is endorsed already" : NULL;
}

static const char *link(const struct cdi_incident_case *incident, uint32_t report, size_t n, const struct cdi_standing_then *then)
{
    (void)report, (void)then;
    return cdi_text_said(incident->deeds[n].crime) ? NULL : "it names no crime";
}

static const char *reopen(const struct cdi_incident_case *incident, uint32_t report, size_t n,
                          const struct cdi_standing_then *then)
{
    struct cdi_disposal disposal;
    decided_before(incident, report, n, then, &disposal);
    return decided_by(&disposal, incident->deeds[n].at) ? NULL : "nothing was decided that it could undo";
}

static const question questions[CDI_VERB_COUNT] = {
    [CDI_VERB_ACKNOWLEDGE] = acknowledge, [CDI_VERB_ASSIGN] = assign, [CDI_VERB_NOTE] = say, [CDI_VERB_CLEAR] = clear,
    [CDI_VERB_ENDORSE] = endorse, [CDI_VERB_CONFIRM_LINK] = link, [CDI_VERB_REJECT_LINK] = link, [CDI_VERB_REOPEN] = reopen,
    [CDI_VERB_MARK] = say,
};

const char *cdi_deed_refused(const struct cdi_incident_case *incident, uint32_t report, size_t n,
                             const struct cdi_standing_then *then)
{
    return questions[incident->deeds[n].verb](incident, report, n, then);
}
