/* Floor: core.  The document of one report, as published (DESIGN.md "The alert").  Borrowed from the engine: valid until
 * its next call. */
#ifndef CDIWATCH_ALERT_H
#define CDIWATCH_ALERT_H

#include "cdiwatch/instant.h"
#include "cdiwatch/text.h"
#include "cdiwatch/vocabulary.h"

struct cdi_alert_id { uint8_t bytes[16]; };     /* written as 32 hex digits */
/* XXH3-128 of force, incident and the key 0, each preceded by its length; in its last four bytes the report's key is folded (xor,
 * most significant first).  So the alerts of one log share their first bytes, and whoever knows the log reads the key from the id:
 * an action finds any report of a log without an index of reports. */
enum { CDI_ALERT_FRONT = 12 };
struct cdi_alert_id cdi_alert_id(struct cdi_text force, struct cdi_text incident, uint32_t report);
uint32_t cdi_alert_id_tail(struct cdi_alert_id id);     /* of two alerts of one log, the one xor the other: that of their keys */
void cdi_alert_id_format(struct cdi_alert_id id, char out[33]);

struct cdi_judgement;

struct cdi_alert_event { struct cdi_instant at; struct cdi_text what; };
struct cdi_alert_note { struct cdi_instant at; struct cdi_text by, text; };

/* The judgement is the whole of the reasoning; the rest is what the log says and what people did. */
struct cdi_alert {
    struct cdi_alert_id id;
    uint32_t version, report;
    bool gone;                                  /* the report was dropped (core/retention.h): its document is to be deleted, and
                                                   nothing but id, report, version, time, force and incident is said here */
    struct cdi_instant time;                    /* judge time at publication */
    struct cdi_text force, incident, bcu, beat, unit, opened_as, classified_as, closed_as, channel, caller_role;
    enum cdi_lifecycle lifecycle;
    enum cdi_state state;
    uint32_t marks;                             /* 1u << enum cdi_mark, all of them together */
    int64_t detected_late_by_s;
    const struct cdi_judgement *judgement;
    struct cdi_text endorsed_by, owner;
    struct cdi_instant acknowledged_until;
    uint32_t escalation;
    const struct cdi_alert_note *notes;
    const struct cdi_alert_event *history, *published;
    uint32_t note_count, history_count, published_count;
};

#endif
