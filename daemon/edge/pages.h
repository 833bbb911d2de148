/* Floor: edge.  The frame around each page for people: no script, nothing from elsewhere, and above all how far it can be relied on. */
#ifndef CDI_EDGE_PAGES_H
#define CDI_EDGE_PAGES_H

#include <string.h>

#include "edge/routes_inside.h"

/* Markup of ours, as it stands; whatever comes from a message, a table or a request goes in by cdi_html_add(). */
static inline void cdi_mark(struct cdi_body *body, const char *markup) { cdi_body_add(body, markup, strlen(markup)); }

/* Up to and with <main>.  `title` is the page's own, without ours. */
void cdi_frame_open(struct cdi_asking *asking, struct cdi_text title);
void cdi_frame_close(struct cdi_asking *asking);

/* The signals of how current and how sure what is shown is: the list, judging, silent feeds, the link.  *now: the clock that all of the page is
 * told by. */
void cdi_frame_signals(struct cdi_asking *asking, struct cdi_view_reader *reader, const struct cdi_feed_standing *feed,
                       struct cdi_instant *now);

/* The floods of the last 24 hours in that force and area (size 0: in all), a line each, the newest first.  False: they cannot be read. */
bool cdi_page_floods(struct cdi_asking *asking, struct cdi_view_reader *reader, const struct cdi_view_filter *filter, struct cdi_instant now,
                     struct cdi_error *err);

/* "<time datetime=...>Wed 4 Nov 2026 21:14</time>" */
void cdi_frame_time(struct cdi_body *body, struct cdi_instant at);

#endif
