/* Floor: codec.  The tally of an area and day as a CloudEvents 1.0 event of type cdiwatch.tally.v1, published among the alerts under the
 * key FORCE/tally/AREA/DAY; and read from that again, so that tallies can be added up.
 *
 * {"specversion":"1.0","type":"cdiwatch.tally.v1","source":"cdiwatch/dpp","id":"dpp/East/2026-11-04:7","time":"...","subject":"East",
 *  "datacontenttype":"application/json","data":{"force":"dpp","area":"East","day":"2026-11-04","version":7,"lag_error":"1/64","rows":[
 *   {"of":"reports","category":"VAP","channel":"999","source":"storm","reports":12,"due":13,"recorded":9,"unanswered":3,"on_time":8,
 *    "same_day":6,"open":3, ... every count of cdiwatch/tally.h ...,"reasons":{"NEG":1},"n100":{},
 *    "lag":{"n":9,"p50_s":5344,"p90_s":...,"p95_s":...,"p99_s":...,"buckets":[[160,3],[161,6]]}},
 *   {"of":"crimes","category":"OTHER","source":"niche","recorded":2,"on_time":2,"same_day":1,"late_without_rationale":0,
 *    "late_without_oversight":0,"unmeasured":0,"cancelled":{"C2":1},"lag":{...}}]}}
 *
 * `area`, `channel` and `source` are null where nobody said them, `category` where it is not known, and "other" what is beyond the
 * words told apart; `day` is null in the tally of logs whose receipt is not known.  Percentiles of no lags are null.  A bucket is its
 * number (core/lag.h) and how many crimes are in it; of a percentile `lag_error` says how far it may be off. */
#ifndef CDI_CODEC_ENCODE_TALLY_H
#define CDI_CODEC_ENCODE_TALLY_H

#include "cdiwatch/tally.h"
#include "codec/document.h"
#include "codec/encode_alert.h"
#include "codec/json_text.h"
#include "core/scratch.h"

/* The `data` object; canonical: without `version`, which says how often somebody looked.  Both replace what was in `out`; false: no
 * memory. */
bool cdi_encode_tally_data(struct cdi_alert_json *out, const struct cdi_tally *tally, enum cdi_alert_form form);
bool cdi_encode_tally_event(struct cdi_alert_json *out, const struct cdi_tally *tally);
/* "FORCE/tally/AREA/DAY", in the scratch. */
struct cdi_text cdi_tally_event_key(const struct cdi_tally *tally, struct cdi_scratch *scratch);

/* What a row counts, as members of the object that is open. */
void cdi_encode_tally_row(struct cdi_json_text *json, const struct cdi_tally_row *row);

/* Adds all rows of a `data` object to those of `into`, each under its own key, or summed up by what they count and category.  What it
 * does not know is left out: a newer version counts it.  Texts are borrowed from the document. */
enum cdi_tally_detail { CDI_TALLY_AS_IT_IS, CDI_TALLY_BY_CATEGORY };
void cdi_read_tally(struct cdi_value data, enum cdi_tally_detail detail, struct cdi_tally *into);

#endif
