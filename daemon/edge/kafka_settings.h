/* Floor: edge.  librdkafka's properties as the configuration passes them through: any, but those that would break what is
 * promised (exactly once, nothing skipped), each refused with its reason. */
#ifndef CDI_EDGE_KAFKA_SETTINGS_H
#define CDI_EDGE_KAFKA_SETTINGS_H

#include "cdiwatch/error.h"
#include "cdiwatch/text.h"

/* `value` never appears in a complaint or a log: it may be a secret. */
struct cdi_kafka_setting { struct cdi_text name, value; };
struct cdi_kafka_settings { const struct cdi_kafka_setting *items; size_t count; };

/* A password or the like, which must not stand in the configuration itself. */
bool cdi_kafka_setting_is_secret(struct cdi_text name);
/* The name of a file, which librdkafka opens. */
bool cdi_kafka_setting_is_file(struct cdi_text name, struct cdi_text value);

/* The names that are refused whatever their value is, as patterns ("*" stands for any beginning), each with its reason; for
 * the manual.  Ended by a NULL name. */
struct cdi_kafka_refusal { const char *name, *reason; };
extern const struct cdi_kafka_refusal cdi_kafka_refusals[];

/* May the configuration say this?  False: err.text says why not, and of a name that does not exist what was probably meant. */
bool cdi_kafka_setting_check(struct cdi_text name, struct cdi_text value, struct cdi_error *err);

#endif
