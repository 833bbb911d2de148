/* Floor: edge.  What the service manager is told (sd_notify(3)); outside systemd each call does nothing. */
#ifndef CDI_EDGE_NOTIFY_H
#define CDI_EDGE_NOTIFY_H

#include "cdiwatch/instant.h"

void cdi_notify_ready(void);                    /* once, when the first assignment is restored and read */
void cdi_notify_status(const char *format, ...) __attribute__((format(printf, 1, 2)));     /* shown by systemctl status */
void cdi_notify_reloading(void);                /* SIGHUP: until the next cdi_notify_ready() */
void cdi_notify_stopping(void);
void cdi_notify_alive(void);                    /* feeds the watchdog: call it only for progress that was really made */
struct cdi_span cdi_notify_watchdog(void);      /* how often at least; 0: nobody watches */

#endif
