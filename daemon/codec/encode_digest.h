/* Floor: codec.  The document that tells of many reports at once (core/flood.h): a CloudEvents 1.0 event of type
 * cdiwatch.digest.v1, published among the alerts under the key FORCE/digest/STAGE/BCU, beside the documents that it tells of.
 *
 * {"specversion":"1.0","type":"cdiwatch.digest.v1","source":"cdiwatch/dpp","id":"dpp/digest/breach/East:1","time":"...",
 *  "subject":"breach","datacontenttype":"application/json","data":{"force":"dpp","area":"East","stage":"breach","version":1,
 *  "reports":250,"risks":{"rape":3,"violence":40,"other":207},"from":"...","until":"...","first_due_at":"...","last_due_at":"...",
 *  "gravest":[{"alert":"<32 hex>","incident":"DPP-20261104-0412","risk":"rape","due_at":"..."}]}}
 *
 * The alerts that it stands for are those of that force and area that say that stage, with a `time` from `from` to `until`.
 * `area` is null for reports that name none; risks that there are none of are left out. */
#ifndef CDI_CODEC_ENCODE_DIGEST_H
#define CDI_CODEC_ENCODE_DIGEST_H

#include "codec/encode_alert.h"
#include "core/flood.h"

/* What was in `out` is replaced.  False: no memory. */
bool cdi_encode_digest_event(struct cdi_alert_json *out, const struct cdi_digest *digest);
struct cdi_text cdi_digest_key(const struct cdi_digest *digest, struct cdi_scratch *scratch);

#endif
