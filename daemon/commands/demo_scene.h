/* Floor: commands.  What the demo plays in: a temporary folder, the embedded broker, and `cdiwatch run` in a process of its own, so that
 * it is the daemon that people run and is seen from outside only. */
#ifndef CDI_COMMANDS_DEMO_SCENE_H
#define CDI_COMMANDS_DEMO_SCENE_H

#include <sys/types.h>

#include "edge/config.h"
#include "edge/kafka_mock.h"
#include "edge/listening.h"

enum { CDI_SCENE_PATH_SIZE = 256 };

struct cdi_scene {
    char folder[CDI_SCENE_PATH_SIZE];           /* "": none was made */
    pid_t daemon;                               /* 0: it has ended, or was never begun */
    int go;                                     /* the daemon waits for what is written here */
    char page[CDI_ADDRESS_TEXT_SIZE];           /* where it answers HTTP; whoever asks before it does waits */
    struct cdi_mock *mock;
    struct cdi_config *config;                  /* the daemon's */
};

/* Everything is there, and the daemon waits.  Before there are threads: it is forked off.  False: close it all the same. */
bool cdi_scene_open(struct cdi_scene *scene, struct cdi_error *err);
bool cdi_scene_let_go(struct cdi_scene *scene, struct cdi_error *err);
/* False: the daemon has ended by itself; what it said is on stderr. */
bool cdi_scene_goes_on(struct cdi_scene *scene);
/* Asks the daemon to stop, and waits until it has committed what it took. */
void cdi_scene_end(struct cdi_scene *scene);
/* Nothing of it stays behind. */
void cdi_scene_close(struct cdi_scene *scene);

#endif
