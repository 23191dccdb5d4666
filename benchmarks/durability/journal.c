/* Loaded in front of the C library (LD_PRELOAD), keeps a journal of what a process does to the files of a folder, and of
 * what it says on stdout: kind (1 byte), lengths of path and data (u32), offset (i64), path, data; in the machine's order.
 * Kinds: W write, T truncate to offset, S sync, F failed sync, U unlink, A said on stdout. FOLDER and JOURNAL come by the
 * environment; so does FAIL_EVERY: once something has been said, one sync in so many fails, or none for 0. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define REAL(result, name, ...)                                    \
    static result (*real)(__VA_ARGS__);                            \
    if (!real) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int journal = -2, has_spoken;

static ssize_t plain_write(int fd, const void *data, size_t n) {
    REAL(ssize_t, write, int, const void *, size_t);
    return real(fd, data, n);
}

static int path_of(int fd, char *path) {
    char link[64];
    const char *folder = getenv("FOLDER");
    strcpy(link, "/proc/self/fd/");
    char digits[16];
    int n = 0;
    do digits[n++] = (char)('0' + fd % 10); while (fd /= 10);
    size_t at = strlen(link);
    while (n) link[at++] = digits[--n];
    link[at] = 0;
    ssize_t got = readlink(link, path, PATH_MAX - 1);
    if (got < 0) return 0;
    path[got] = 0;
    return folder && !strncmp(path, folder, strlen(folder));
}

static void note(char kind, const char *path, int64_t offset, const void *data, uint32_t n) {
    if (journal == -2) journal = open(getenv("JOURNAL"), O_CREAT | O_WRONLY | O_APPEND, 0600);
    uint32_t lengths[2] = {(uint32_t)strlen(path), n};
    plain_write(journal, &kind, 1);
    plain_write(journal, lengths, sizeof lengths);
    plain_write(journal, &offset, sizeof offset);
    plain_write(journal, path, lengths[0]);
    if (n) plain_write(journal, data, n);
}

/* The journal's order is the order in which calls return: what a sync covers has returned before it begins. */
#define NOTED(call, kind, offset, data, n)                         \
    char path[PATH_MAX];                                           \
    if (!path_of(fd, path)) return call;                           \
    pthread_mutex_lock(&lock);                                     \
    int64_t at = (offset);                                         \
    ssize_t result = (ssize_t)(call);                              \
    if (result >= 0) note(kind, path, at, data, (uint32_t)(n));    \
    pthread_mutex_unlock(&lock);                                   \
    return (__typeof__(call))result

ssize_t write(int fd, const void *data, size_t n) {
    REAL(ssize_t, write, int, const void *, size_t);
    if (fd == STDOUT_FILENO) {
        pthread_mutex_lock(&lock);
        note('A', "", 0, data, (uint32_t)n);
        has_spoken = 1;
        pthread_mutex_unlock(&lock);
        return real(fd, data, n);
    }
    NOTED(real(fd, data, n), 'W', lseek(fd, 0, SEEK_CUR), data, result);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t offset) {
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    NOTED(real(fd, data, n, offset), 'W', offset, data, result);
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t offset) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    NOTED(real(fd, data, n, offset), 'W', offset, data, result);
}

int ftruncate(int fd, off_t size) {
    REAL(int, ftruncate, int, off_t);
    NOTED(real(fd, size), 'T', size, "", 0);
}

int ftruncate64(int fd, off64_t size) {
    REAL(int, ftruncate64, int, off64_t);
    NOTED(real(fd, size), 'T', size, "", 0);
}

static int fails(int fd) {
    static int count = 0;
    const char *every = getenv("FAIL_EVERY");
    char path[PATH_MAX];
    if (!has_spoken || !every || atoi(every) <= 0 || !path_of(fd, path)) return 0;
    pthread_mutex_lock(&lock);
    int failed = ++count % atoi(every) == 0;
    if (failed) note('F', path, 0, "", 0);
    pthread_mutex_unlock(&lock);
    return failed;
}

int fsync(int fd) {
    REAL(int, fsync, int);
    if (fails(fd)) return errno = EIO, -1;
    NOTED(real(fd), 'S', 0, "", 0);
}

int fdatasync(int fd) {
    REAL(int, fdatasync, int);
    if (fails(fd)) return errno = EIO, -1;
    NOTED(real(fd), 'S', 0, "", 0);
}

int unlink(const char *path) {
    REAL(int, unlink, const char *);
    const char *folder = getenv("FOLDER");
    int result = real(path);
    if (!result && folder && !strncmp(path, folder, strlen(folder))) {
        pthread_mutex_lock(&lock);
        note('U', path, 0, "", 0);
        pthread_mutex_unlock(&lock);
    }
    return result;
}
