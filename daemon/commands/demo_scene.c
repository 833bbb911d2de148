#include "commands/demo_scene.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands/talk.h"
#include "edge/files.h"
#include "edge/service.h"

#define CONFIG_NAME "cdiwatch.yaml"
#define KEY_NAME "key"
#define VIEW_NAME "view.sqlite"

/* The forces are made up, so their tokens need no secret. */
#define KEY_BYTES "there is nobody here to be protected"

enum { PATH_SIZE = CDI_SCENE_PATH_SIZE + 256, PORT_FIRST = 8080, PORT_LAST = 8099 };

static void path_of(const struct cdi_scene *scene, const char *name, char out[PATH_SIZE])
{
    (void)snprintf(out, PATH_SIZE, "%s/%s", scene->folder, name);
}

/* Whatever the daemon made in it, too.  It makes no folders. */
static void remove_folder(const struct cdi_scene *scene)
{
    char path[PATH_SIZE];
    struct cdi_error err = { 0 };
    if (scene->folder[0] == '\0')
        return;
    char **names = cdi_folder_list(scene->folder, "", &err);
    for (char **name = names; name != NULL && *name != NULL; name++) {
        path_of(scene, *name, path);
        unlink(path);
    }
    cdi_folder_release(names);
    rmdir(scene->folder);
}

static bool make_folder(struct cdi_scene *scene, struct cdi_error *err)
{
    const char *where = getenv("TMPDIR");
    int size = snprintf(scene->folder, sizeof scene->folder, "%s/cdiwatch-demo-XXXXXX", where != NULL && *where != '\0' ? where : "/tmp");
    if (size > 0 && (size_t)size < sizeof scene->folder && mkdtemp(scene->folder) != NULL)
        return true;
    scene->folder[0] = '\0';
    return cdi_fail(err, CDI_ERROR_SYSTEM, "cannot make a temporary folder: %s; say in TMPDIR where one may be", strerror(errno));
}

static bool write_file(const struct cdi_scene *scene, const char *name, const char *bytes, struct cdi_error *err)
{
    char path[PATH_SIZE];
    path_of(scene, name, path);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    bool whole = descriptor >= 0 && write(descriptor, bytes, strlen(bytes)) == (ssize_t)strlen(bytes);
    if (descriptor >= 0)
        close(descriptor);
    return whole || cdi_fail(err, CDI_ERROR_SYSTEM, "cannot write %s: %s", path, strerror(errno));
}

/* ---- the page ---- */

/* The usual port or one of those after it, else any: a socket that listens.  -1: none. */
static int find_page(struct cdi_scene *scene, struct cdi_error *err)
{
    struct cdi_address address;
    int listening = -1;
    for (int port = PORT_FIRST; listening < 0 && port <= PORT_LAST + 1; port++) {
        *err = (struct cdi_error){ .code = CDI_ERROR_NONE };
        (void)snprintf(scene->page, sizeof scene->page, "127.0.0.1:%d", port > PORT_LAST ? 0 : port);
        if (cdi_address_read((struct cdi_text){ scene->page, strlen(scene->page) }, &address, err))
            listening = cdi_listen(&address, err);
    }
    if (listening >= 0)
        cdi_address_format(&address, scene->page);
    return listening;
}

/* ---- the daemon ---- */

/* In the new process.  Ctrl-C is for the demo, which then tells the daemon; and nobody outlives the demo. */
static _Noreturn void be_daemon(struct cdi_scene *scene, int wait_for, int listening)
{
    char path[PATH_SIZE], go;
    struct cdi_error err = { 0 };
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    close(scene->go);
    if (read(wait_for, &go, 1) != 1)
        _exit(EXIT_SUCCESS);                    /* the demo has given up */
    path_of(scene, CONFIG_NAME, path);
    exit(cdi_service_run(path, listening, &err) ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* The daemon gets the socket that listens, so that nobody can take the address in between. */
static bool fork_daemon(struct cdi_scene *scene, int listening, struct cdi_error *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "cannot make a pipe: %s", strerror(errno));
    scene->go = ends[1];
    fflush(NULL);
    pid_t daemon = fork();
    if (daemon == 0)
        be_daemon(scene, ends[0], listening);
    close(ends[0]);
    scene->daemon = daemon > 0 ? daemon : 0;
    return daemon > 0 || cdi_fail(err, CDI_ERROR_SYSTEM, "cannot start a process: %s", strerror(errno));
}

bool cdi_scene_let_go(struct cdi_scene *scene, struct cdi_error *err)
{
    return write(scene->go, "g", 1) == 1 || cdi_fail(err, CDI_ERROR_SYSTEM, "the daemon of the demo is gone");
}

bool cdi_scene_goes_on(struct cdi_scene *scene)
{
    int status;
    if (scene->daemon != 0 && waitpid(scene->daemon, &status, WNOHANG) == scene->daemon)
        scene->daemon = 0;
    return scene->daemon != 0;
}

void cdi_scene_end(struct cdi_scene *scene)
{
    int status;
    if (scene->daemon == 0)
        return;
    if (scene->go >= 0)                         /* a signal that comes before it waits to be let go would not wake it */
        close(scene->go);
    scene->go = -1;
    kill(scene->daemon, SIGTERM);
    while (waitpid(scene->daemon, &status, 0) == -1 && errno == EINTR)
        ;
    scene->daemon = 0;
}

/* ---- life ---- */

/* Small waits of fetching: at so many times the pace of the world, half a second is minutes. */
static bool write_files(const struct cdi_scene *scene, struct cdi_error *err)
{
    char config[512];
    (void)snprintf(config, sizeof config,
                   "group: demo\ninstance: demo\nkafka: {bootstrap.servers: \"%s\", fetch.wait.max.ms: 10}\nkey: {file: " KEY_NAME "}\n"
                   "topics: {partitions: 2, replication: 1}\nmemory: 64M\nallow_create_time: true\nlog: {level: error}\n"
                   "http: {listen: \"%s\"}\nview: {file: " VIEW_NAME "}\n",
                   cdi_mock_address(scene->mock), scene->page);
    return write_file(scene, KEY_NAME, KEY_BYTES, err) && write_file(scene, CONFIG_NAME, config, err);
}

static bool read_config(struct cdi_scene *scene, struct cdi_error *err)
{
    char path[PATH_SIZE];
    path_of(scene, CONFIG_NAME, path);
    scene->config = cdi_config_read(path, cdi_complain_counting, NULL, err);
    return scene->config != NULL;
}

static bool make_topics(struct cdi_scene *scene, struct cdi_error *err)
{
    for (int topic = 0; topic < CDI_TOPIC_COUNT; topic++)
        if (!cdi_mock_create_topic(scene->mock, scene->config->topics[topic].at,
                                   cdi_topic_partitions((enum cdi_topic)topic, scene->config->partitions), err))
            return false;
    return true;
}

bool cdi_scene_open(struct cdi_scene *scene, struct cdi_error *err)
{
    *scene = (struct cdi_scene){ .go = -1 };
    int listening = make_folder(scene, err) ? find_page(scene, err) : -1;
    bool forked = listening >= 0 && fork_daemon(scene, listening, err);
    if (listening >= 0)
        close(listening);                       /* the daemon's alone: where it ends, nobody is left waiting */
    if (!forked)
        return false;
    scene->mock = cdi_mock_start(0, err);
    return scene->mock != NULL && write_files(scene, err) && read_config(scene, err) && make_topics(scene, err);
}

void cdi_scene_close(struct cdi_scene *scene)
{
    if (scene->go >= 0)
        close(scene->go);
    cdi_scene_end(scene);
    cdi_config_destroy(scene->config);
    cdi_mock_stop(scene->mock);
    remove_folder(scene);
}
