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
#include "edge/service.h"

#define CONFIG_NAME "cdiwatch.yaml"
#define KEY_NAME "key"

/* The forces are made up, so their tokens need no secret. */
#define KEY_BYTES "there is nobody here to be protected"

static const char *const files[] = { CONFIG_NAME, KEY_NAME };

static void path_of(const struct cdi_scene *scene, const char *name, char out[CDI_SCENE_PATH_SIZE + 16])
{
    (void)snprintf(out, CDI_SCENE_PATH_SIZE + 16, "%s/%s", scene->folder, name);
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
    char path[CDI_SCENE_PATH_SIZE + 16];
    path_of(scene, name, path);
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    bool whole = descriptor >= 0 && write(descriptor, bytes, strlen(bytes)) == (ssize_t)strlen(bytes);
    if (descriptor >= 0)
        close(descriptor);
    return whole || cdi_fail(err, CDI_ERROR_SYSTEM, "cannot write %s: %s", path, strerror(errno));
}

/* ---- the daemon ---- */

/* In the new process.  Ctrl-C is for the demo, which then tells the daemon; and nobody outlives the demo. */
static _Noreturn void be_daemon(struct cdi_scene *scene, int wait_for)
{
    char path[CDI_SCENE_PATH_SIZE + 16], go;
    struct cdi_error err = { 0 };
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    close(scene->go);
    if (read(wait_for, &go, 1) != 1)
        _exit(EXIT_SUCCESS);                    /* the demo has given up */
    path_of(scene, CONFIG_NAME, path);
    exit(cdi_service_run(path, &err) ? EXIT_SUCCESS : EXIT_FAILURE);
}

static bool fork_daemon(struct cdi_scene *scene, struct cdi_error *err)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "cannot make a pipe: %s", strerror(errno));
    scene->go = ends[1];
    fflush(NULL);
    pid_t daemon = fork();
    if (daemon == 0)
        be_daemon(scene, ends[0]);
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
                   "http: {listen: off}\n",
                   cdi_mock_address(scene->mock));
    return write_file(scene, KEY_NAME, KEY_BYTES, err) && write_file(scene, CONFIG_NAME, config, err);
}

static bool read_config(struct cdi_scene *scene, struct cdi_error *err)
{
    char path[CDI_SCENE_PATH_SIZE + 16];
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
    if (!make_folder(scene, err) || !fork_daemon(scene, err))
        return false;
    scene->mock = cdi_mock_start(0, err);
    return scene->mock != NULL && write_files(scene, err) && read_config(scene, err) && make_topics(scene, err);
}

void cdi_scene_close(struct cdi_scene *scene)
{
    char path[CDI_SCENE_PATH_SIZE + 16];
    if (scene->go >= 0)
        close(scene->go);
    cdi_scene_end(scene);
    cdi_config_destroy(scene->config);
    cdi_mock_stop(scene->mock);
    for (size_t i = 0; scene->folder[0] != '\0' && i < sizeof files / sizeof files[0]; i++) {
        path_of(scene, files[i], path);
        unlink(path);
    }
    if (scene->folder[0] != '\0')
        rmdir(scene->folder);
}
