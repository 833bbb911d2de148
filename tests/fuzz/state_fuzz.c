/* Any bytes as a packed state record: refused, or understood the same for ever after.  The first byte says which kind. */
#include <stddef.h>
#include <stdint.h>

#include "codec/changelog.h"
#include "core/clock_state.h"
#include "core/flood.h"
#include "core/tally.h"
#include "core/traces.h"

static const enum cdi_case_kind kinds[] = {
#define X(upper, lower) CDI_CASE_##upper,
    CDI_CASE_KIND_LIST(X) CDI_CLOCK_KIND_LIST(X) CDI_COUNT_KIND_LIST(X)
#undef X
    CDI_CASE_TRACE
};

static struct cdi_text repack_clock(enum cdi_case_kind kind, struct cdi_text packed, struct cdi_scratch *scratch)
{
    struct cdi_clock_state clock;
    struct cdi_feed_state feed;
    struct cdi_digest digest;
    if (kind == CDI_CASE_FLOOD)
        return cdi_unpack_flood(packed, &digest, NULL) ? cdi_pack_flood(&digest, scratch) : CDI_TEXT_NONE;
    if (kind == CDI_CASE_CLOCK)
        return cdi_unpack_clock(packed, &clock, NULL) ? cdi_pack_clock(&clock, scratch) : CDI_TEXT_NONE;
    return cdi_unpack_feed(packed, &feed, NULL) ? cdi_pack_feed(&feed, scratch) : CDI_TEXT_NONE;
}

/* What is restored of a tally is what it says again, whether its document waits or not. */
static struct cdi_text repack_tally(struct cdi_text packed, struct cdi_scratch *scratch)
{
    struct cdi_text force, reference, again = CDI_TEXT_NONE;
    struct cdi_tallies *tallies = cdi_tallies_create(0);
    CDI_ASSERT(tallies != NULL);
    if (cdi_unpack_key(packed, &force, &reference) && cdi_tallies_restore(tallies, force, reference, packed, NULL) &&
        cdi_tallies_next_document(tallies, (struct cdi_instant){ 0 }) != NULL)
        CDI_ASSERT(cdi_tallies_next_state(tallies, &force, &reference, &again, scratch));
    cdi_tallies_destroy(tallies);
    tallies = cdi_tallies_create(0);
    CDI_ASSERT(tallies != NULL && (!cdi_text_said(again) || cdi_tallies_restore(tallies, force, reference, again, NULL)));
    cdi_tallies_destroy(tallies);
    return CDI_TEXT_NONE;
}

static struct cdi_text repack(enum cdi_case_kind kind, struct cdi_text packed, struct cdi_scratch *scratch)
{
    struct cdi_incident_case *incident = cdi_scratch_take(scratch, sizeof *incident);
    struct cdi_crime_case *crime = cdi_scratch_take(scratch, sizeof *crime);
    struct cdi_waiting_case waiting;
    struct cdi_trace trace;
    if (kind == CDI_CASE_TALLY)
        return repack_tally(packed, scratch);
    if (kind == CDI_CASE_TRACE)
        return cdi_unpack_trace(packed, &trace, NULL) ? cdi_pack_trace(&trace, scratch) : CDI_TEXT_NONE;
    if (kind >= CDI_CASE_CLOCK)
        return repack_clock(kind, packed, scratch);
    if (kind == CDI_CASE_INCIDENT)
        return cdi_unpack_incident(packed, incident, scratch, NULL) ? cdi_pack_incident(incident, scratch) : CDI_TEXT_NONE;
    if (kind == CDI_CASE_CRIME)
        return cdi_unpack_crime(packed, crime, scratch, NULL) ? cdi_pack_crime(crime, scratch) : CDI_TEXT_NONE;
    return cdi_unpack_waiting(packed, &waiting, scratch, NULL) ? cdi_pack_waiting(&waiting, scratch) : CDI_TEXT_NONE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct cdi_scratch scratch;
    if (size == 0)
        return 0;
    enum cdi_case_kind kind = kinds[data[0] % (sizeof kinds / sizeof *kinds)];
    struct cdi_text bytes = { (const char *)data + 1, size - 1 }, inside;
    struct cdi_text once = repack(kind, bytes, &scratch);
    if (cdi_text_said(once))
        CDI_ASSERT(cdi_text_same(once, repack(kind, once, &scratch)));
    if (cdi_changelog_open(bytes, kind, &inside, NULL) && bytes.at[2] == CDI_CHANGELOG_VERSION)
        CDI_ASSERT(cdi_text_same(bytes, cdi_changelog_seal(kind, inside, &scratch)));
    cdi_scratch_reset(&scratch);
    return 0;
}
