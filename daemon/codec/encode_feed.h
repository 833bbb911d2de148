/* Floor: codec.  The document that says that a feed of a force is stale, or live again: a CloudEvents 1.0 event of type
 * cdiwatch.feed.v1, published among the alerts under the key FORCE/feed/SOURCE (cdi_state_key()).
 *
 * {"specversion":"1.0","type":"cdiwatch.feed.v1","source":"cdiwatch/dpp","id":"dpp/feed/niche:3","time":"...","subject":"niche",
 *  "datacontenttype":"application/json","data":{"force":"dpp","feed":"niche","version":3,"state":"stale","heard_at":"...",
 *  "silence_limit_s":14400,"stale_since":"...","held_at":"..."}}
 *
 * `heard_at` is null of a feed that was never heard, `stale_since` where its silence became longer than it may be: of a live one,
 * where that last was. */
#ifndef CDI_CODEC_ENCODE_FEED_H
#define CDI_CODEC_ENCODE_FEED_H

#include "codec/encode_alert.h"
#include "core/judge.h"

/* `time` is the judge time, `held_at` that of the force (cdi_judge_force_time()).  What was in `out` is replaced; False: no
 * memory. */
bool cdi_encode_feed_event(struct cdi_alert_json *out, const struct cdi_judge_feed *feed, struct cdi_instant time,
                           struct cdi_instant held_at);

#endif
