#include "edge/notify.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <systemd/sd-daemon.h>

#include "edge/clock.h"

void cdi_notify_ready(void)
{
    (void)sd_notify(0, "READY=1");
}

/* The manager reads assignments, a line each: a line end within the words would begin one of its own. */
static void one_line(char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            *text = ' ';
}

void cdi_notify_status(const char *format, ...)
{
    char words[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    one_line(words);
    (void)sd_notifyf(0, "STATUS=%s", words);
}

/* The time is asked for by managers of version 253 and later, which thus tell this reload from an earlier one. */
void cdi_notify_reloading(void)
{
    (void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, cdi_clock_elapsed().ms * 1000);
}

void cdi_notify_stopping(void)
{
    (void)sd_notify(0, "STOPPING=1");
}

void cdi_notify_alive(void)
{
    (void)sd_notify(0, "WATCHDOG=1");
}

struct cdi_span cdi_notify_watchdog(void)
{
    uint64_t limit_us = 0;
    if (sd_watchdog_enabled(0, &limit_us) <= 0)
        return (struct cdi_span){ 0 };
    int64_t half = (int64_t)(limit_us / 2000);  /* half of it, in milliseconds */
    return (struct cdi_span){ half > 0 ? half : 1 };
}
