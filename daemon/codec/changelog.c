#include "codec/changelog.h"

#include <string.h>

/* Bytes of the header: 'C' 'W', version, kind, then the checksum of those four and of the packed case, low byte first. */
enum { VERSION_AT = 2, KIND_AT = 3, CHECKSUM_AT = 4 };

static uint64_t checksum(struct cdi_text packed, const uint8_t *header)
{
    struct cdi_text front = { (const char *)header, CHECKSUM_AT };
    return cdi_text_hash(packed, cdi_text_hash(front, 0));
}

struct cdi_text cdi_changelog_seal(enum cdi_case_kind kind, struct cdi_text packed, struct cdi_scratch *scratch)
{
    uint8_t *bytes = cdi_scratch_take(scratch, CDI_CHANGELOG_HEADER + packed.size);
    bytes[0] = 'C';
    bytes[1] = 'W';
    bytes[VERSION_AT] = CDI_CHANGELOG_VERSION;
    bytes[KIND_AT] = (uint8_t)kind;
    uint64_t sum = checksum(packed, bytes);
    for (size_t i = 0; i < 8; i++)
        bytes[CHECKSUM_AT + i] = (uint8_t)(sum >> (8 * i));
    memcpy(bytes + CDI_CHANGELOG_HEADER, packed.at, packed.size);
    return (struct cdi_text){ (const char *)bytes, CDI_CHANGELOG_HEADER + packed.size };
}

bool cdi_changelog_open(struct cdi_text record, enum cdi_case_kind kind, struct cdi_text *packed, struct cdi_error *err)
{
    const uint8_t *bytes = (const uint8_t *)record.at;
    if (record.size < CDI_CHANGELOG_HEADER || bytes[0] != 'C' || bytes[1] != 'W')
        return cdi_fail(err, CDI_ERROR_CORRUPT, "this is not a state record; was another topic configured as the changelog?");
    if (bytes[VERSION_AT] < CDI_CHANGELOG_OLDEST || bytes[VERSION_AT] > CDI_CHANGELOG_VERSION)
        return cdi_fail(err, CDI_ERROR_CORRUPT, "a state record of version %u, and this program reads versions %d to %d: "
                        "run the version that wrote it, or rebuild the changelog from the inputs", bytes[VERSION_AT],
                        CDI_CHANGELOG_OLDEST, CDI_CHANGELOG_VERSION);
    if (bytes[KIND_AT] != (uint8_t)kind)
        return cdi_fail(err, CDI_ERROR_CORRUPT, "a state record's kind is not its key's; rebuild the changelog from the inputs");
    struct cdi_text inside = { record.at + CDI_CHANGELOG_HEADER, record.size - CDI_CHANGELOG_HEADER };
    uint64_t sum = 0;
    for (size_t i = 0; i < 8; i++)
        sum |= (uint64_t)bytes[CHECKSUM_AT + i] << (8 * i);
    if (sum != checksum(inside, bytes))
        return cdi_fail(err, CDI_ERROR_CORRUPT, "a state record fails its checksum; rebuild the changelog from the inputs");
    *packed = inside;
    return true;
}
