/* Floor: edge.  Named points of a batch's way at which a test can have the process killed (kill -9 by its own hand), so that
 * what is promised of a killed process is tried at every seam and not only where chance strikes.  Only a build with
 * CDI_FAULTS has them (the sanitized one): CDIWATCH_FAULT=produced:3 kills at the third time that the point is met, produced:3:hang
 * keeps the thread that meets it there for good. */
#ifndef CDI_EDGE_FAULTS_H
#define CDI_EDGE_FAULTS_H

/* In the order in which they are met. */
#define CDI_FAULT_LIST(X) \
    X(FENCED, fenced)                 /* predecessor fenced, nothing restored yet */ \
    X(RESTORING, restoring)           /* in the middle of the changelog */ \
    X(RESTORED, restored)             /* state is whole, nothing fetched yet */ \
    X(APPLIED, applied)               /* a message is applied, nothing judged yet */ \
    X(SETTLED, settled)               /* judged, the effects are in the outbox */ \
    X(HANDED, handed)                 /* the batch is the worker's */ \
    X(BEGUN, begun)                   /* transaction begun, nothing produced */ \
    X(HALF_PRODUCED, half_produced) \
    X(PRODUCED, produced)             /* all produced, offsets not sent */ \
    X(OFFSETS_SENT, offsets_sent)     /* offsets sent, not committed */ \
    X(COMMITTED, committed)           /* committed, nobody told yet */ \
    X(TOLD, told)                     /* the loop knows, the next batch is not begun */ \
    X(REVOKED, revoked)               /* partitions are to be given back, the last batch is not through */

enum cdi_fault {
#define X(upper, word) CDI_FAULT_##upper,
    CDI_FAULT_LIST(X)
#undef X
    CDI_FAULT_COUNT
};

#ifdef CDI_FAULTS
void cdi_fault(enum cdi_fault at);
#else
static inline void cdi_fault(enum cdi_fault at) { (void)at; }
#endif

#endif
