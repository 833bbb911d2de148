#include "edge/view_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "edge/view_inside.h"

#define NEW "-new"
#define LOCK "-lock"
enum { APPLICATION_AT = 68, HEADER_SIZE = 72 };                 /* of SQLite's file format: who made it, most significant byte first */
static const char *const beside[] = { "-wal", "-shm", "-journal" };

static bool join(const char *path, const char *ending, char out[CDI_VIEW_PATH_SIZE])
{
    int size = snprintf(out, CDI_VIEW_PATH_SIZE, "%s%s", path, ending);
    return size > 0 && size < CDI_VIEW_PATH_SIZE;
}

static bool refuse(struct cdi_error *err, const char *path, const char *why)
{
    return cdi_fail(err, CDI_ERROR_CONFIGURATION, "view.file: %s: %s; name in view.file a file in a folder that is there and that cdiwatch may "
                    "write to, or off", path, why);
}

static bool check_folder(const char *path, struct cdi_error *err)
{
    char folder[CDI_VIEW_PATH_SIZE];
    const char *slash = strrchr(path, '/');
    size_t size = slash == NULL || slash == path ? 1 : (size_t)(slash - path);
    struct stat status;
    if (strlen(path) >= PATH_MAX - 8)
        return refuse(err, "(a path)", "it is too long");
    memcpy(folder, slash == NULL ? "." : path, size);
    folder[size] = '\0';
    if (stat(folder, &status) != 0)
        return refuse(err, folder, strerror(errno));
    if (!S_ISDIR(status.st_mode))
        return refuse(err, folder, "it is no folder");
    return access(folder, W_OK | X_OK) == 0 || refuse(err, folder, strerror(errno));
}

/* What is taken for a view is deleted if it cannot be used: not what says nothing of being one, where no view ever was.  (With a lock beside it
 * it is ours, whatever is left of it; and it may be open in this process, where a close would drop SQLite's own locks.) */
static bool is_somebodys(const char *path)
{
    char lock[CDI_VIEW_PATH_SIZE];
    unsigned char header[HEADER_SIZE];
    if (!join(path, LOCK, lock) || access(lock, F_OK) == 0)
        return false;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    ssize_t size = read(file, header, sizeof header);
    close(file);
    const unsigned char *at = header + APPLICATION_AT;
    return size > 0 && (size < HEADER_SIZE || memcmp(header, "SQLite format 3", 16) != 0 ||
                        ((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]) != CDI_VIEW_APPLICATION);
}

bool cdi_view_file_check(const char *path, struct cdi_error *err)
{
    struct stat status;
    if (!check_folder(path, err))
        return false;
    if (stat(path, &status) != 0)
        return errno == ENOENT || refuse(err, path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return refuse(err, path, "it is no ordinary file");
    if (access(path, R_OK | W_OK) != 0)
        return refuse(err, path, strerror(errno));
    return !is_somebodys(path) || refuse(err, path, "it is no view of cdiwatch's, and is not overwritten");
}

static bool refuse_taken(struct cdi_error *err, const char *path, int lock)
{
    char holder[16] = "";
    ssize_t size = pread(lock, holder, sizeof holder - 1, 0);
    holder[size > 0 ? size : 0] = '\0';
    holder[strspn(holder, "0123456789")] = '\0';
    return cdi_fail(err, CDI_ERROR_CONFIGURATION, "view.file: %s: another cdiwatch%s%s writes it; end that one, or name another file: each "
                    "instance has its own", path, holder[0] == '\0' ? "" : ", process ", holder);
}

/* The lock is the kernel's, and gone with the process however that ends; the number within is for people. */
int cdi_view_file_lock(const char *path, struct cdi_error *err)
{
    char name[CDI_VIEW_PATH_SIZE], holder[16];
    if (!cdi_view_file_check(path, err) || !join(path, LOCK, name))
        return -1;
    int lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (lock < 0) {
        refuse(err, name, strerror(errno));
        return -1;
    }
    if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            refuse_taken(err, path, lock);
        else
            refuse(err, name, strerror(errno));
        close(lock);
        return -1;
    }
    int size = snprintf(holder, sizeof holder, "%ld\n", (long)getpid());
    if (ftruncate(lock, 0) == 0)
        (void)!pwrite(lock, holder, (size_t)size, 0);
    return lock;
}

static bool remove_one(const char *path, struct cdi_error *err)
{
    return unlink(path) == 0 || errno == ENOENT ||
           cdi_fail(err, CDI_ERROR_SYSTEM, "the view: cannot delete %s: %s", path, strerror(errno));
}

static bool remove_beside(const char *path, struct cdi_error *err)
{
    char name[CDI_VIEW_PATH_SIZE];
    for (size_t i = 0; i < sizeof beside / sizeof *beside; i++)
        if (!join(path, beside[i], name) || !remove_one(name, err))
            return false;
    return true;
}

/* The file first: what is killed in between leaves no file that lacks what was beside it. */
bool cdi_view_file_remove(const char *path, struct cdi_error *err)
{
    return remove_one(path, err) && remove_beside(path, err);
}

bool cdi_view_file_make(const char *path, char name[CDI_VIEW_PATH_SIZE], struct cdi_error *err)
{
    if (!join(path, NEW, name) || !cdi_view_file_remove(name, err))
        return false;
    int file = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0)
        return cdi_fail(err, CDI_ERROR_SYSTEM, "the view: cannot make %s: %s", name, strerror(errno));
    close(file);                                /* before SQLite has it open: a close drops a process's locks on the file */
    return true;
}

/* What stands beside a file that is not there is of one before: SQLite would take it for this one's. */
bool cdi_view_file_place(const char *path, struct cdi_error *err)
{
    char name[CDI_VIEW_PATH_SIZE];
    return join(path, NEW, name) && cdi_view_file_remove(path, err) &&
           (rename(name, path) == 0 ||
            cdi_fail(err, CDI_ERROR_SYSTEM, "the view: cannot rename %s: %s", name, strerror(errno)));
}
