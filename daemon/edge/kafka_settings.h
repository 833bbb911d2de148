/* Floor: edge.  librdkafka's properties as the configuration passes them through: any, but those that would break what is
 * promised (exactly once, nothing skipped), each refused with its reason. */
#ifndef CDI_EDGE_KAFKA_SETTINGS_H
#define CDI_EDGE_KAFKA_SETTINGS_H

#include "cdiwatch/error.h"
#include "cdiwatch/text.h"

/* `value` never appears in a complaint or a log: it may be a secret. */
struct cdi_kafka_setting { struct cdi_text name, value; };
struct cdi_kafka_settings { const struct cdi_kafka_setting *items; size_t count; };

/* May the configuration say this?  False: err.text says why not, and of a name that does not exist what was probably meant. */
bool cdi_kafka_setting_check(struct cdi_text name, struct cdi_text value, struct cdi_error *err);

#endif
