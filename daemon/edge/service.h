/* Floor: edge.  The daemon: configuration, signals, service manager, and one session with Kafka after the other until it is asked to
 * stop or only a person can help. */
#ifndef CDI_EDGE_SERVICE_H
#define CDI_EDGE_SERVICE_H

#include "cdiwatch/error.h"

/* Blocks.  True: stopped as asked.  False: err says why; what belongs in the log was logged.  `listening`: a socket that listens already where
 * http.listen says, its own from now on; -1: it opens one. */
bool cdi_service_run(const char *config_path, int listening, struct cdi_error *err);

#endif
