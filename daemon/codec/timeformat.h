/* Floor: codec.  Times as other systems write them.  A format is literal text and these: %Y %m %d %H %M %S (digits), %y (two
 * digits, 2000 to 2099), %b (Jan ... or January ...), %p (AM or PM, with %I), %f (fraction of a second), %z (Z, +01:00, +0100),
 * %s and %L (whole seconds and milliseconds since 1970).  A space matches any run of white space, also none; letters match in
 * either case. */
#ifndef CDI_CODEC_TIMEFORMAT_H
#define CDI_CODEC_TIMEFORMAT_H

#include "cdiwatch/error.h"
#include "cdiwatch/instant.h"
#include "cdiwatch/text.h"

enum { CDI_TIMEFORMATS_MAX = 8 };
/* Tried in their order; the first that matches the whole text wins.  None: RFC 3339 with an offset. */
struct cdi_timeformat { struct cdi_text formats[CDI_TIMEFORMATS_MAX]; size_t count; };

/* What one text said: an instant if it brought its own offset, else a wall-clock reading. */
struct cdi_timereading {
    struct cdi_civil civil;
    struct cdi_instant at;                      /* NONE: civil, to be read in a zone */
    bool date_only;
};

/* Is this a format?  false and err (without where) if not. */
bool cdi_timeformat_check(struct cdi_text format, struct cdi_error *err);
bool cdi_timeformat_read(struct cdi_text format, struct cdi_text text, struct cdi_timereading *out);
/* "2026-11-04T21:14:05.250+00:00", 'T' or a space, any fraction (cut to milliseconds), also without an offset (then civil). */
bool cdi_rfc3339_read(struct cdi_text text, struct cdi_timereading *out);

#endif
