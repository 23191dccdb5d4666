/* Loaded in front of the C library (LD_PRELOAD): the disk of the folder FOLDER gets a trouble while the file TROUBLE is
 * there, the one its first letter names: r read-only, as Linux makes a card after an error; w writes fail; s syncs fail.
 * Each sync takes SYNC_MS milliseconds longer, as on a bad SD card. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define REAL(result, name, ...)                                    \
    static result (*real)(__VA_ARGS__);                            \
    if (!real) real = (result (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static int real_open(const char *path, int flags, mode_t mode) {
    REAL(int, open, const char *, int, ...);
    return real(path, flags, mode);
}

static char trouble(void) {
    const char *name = getenv("TROUBLE");
    int fd = name ? real_open(name, O_RDONLY | O_CLOEXEC, 0) : -1;
    char letter = 0;
    if (fd >= 0) {
        if (read(fd, &letter, 1) != 1) letter = 0;
        close(fd);
    }
    return letter;
}

static int in_folder(const char *path) {
    const char *folder = getenv("FOLDER");
    return folder && !strncmp(path, folder, strlen(folder));
}

static int is_in_folder(int fd) {
    char link[32], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t got = readlink(link, path, sizeof path - 1);
    if (got < 0) return 0;
    path[got] = 0;
    return in_folder(path);
}

/* What a call fails with: 0 for nothing. */
static int failure(int fd, char own) {
    if (!is_in_folder(fd)) return 0;
    char letter = trouble();
    return letter == 'r' ? EROFS : letter == own ? EIO : 0;
}

#define UNLESS_IT_FAILS(own)                                       \
    int code = failure(fd, own);                                   \
    if (code) return errno = code, -1

static void dawdle(void) {
    const char *ms = getenv("SYNC_MS");
    long wait = ms ? atol(ms) : 0;
    struct timespec pause = {wait / 1000, wait % 1000 * 1000000L};
    nanosleep(&pause, NULL);
}

static int opened(const char *path, int flags, mode_t mode) {
    int writes = (flags & O_ACCMODE) != O_RDONLY || flags & O_CREAT;
    if (writes && in_folder(path) && trouble() == 'r') return errno = EROFS, -1;
    return real_open(path, flags, mode);
}

#define OPENED                                                     \
    va_list rest;                                                  \
    va_start(rest, flags);                                         \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest);                                                  \
    return opened(path, flags, mode)

int open(const char *path, int flags, ...) { OPENED; }
int open64(const char *path, int flags, ...) { OPENED; }

ssize_t write(int fd, const void *data, size_t n) {
    REAL(ssize_t, write, int, const void *, size_t);
    UNLESS_IT_FAILS('w');
    return real(fd, data, n);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t offset) {
    REAL(ssize_t, pwrite, int, const void *, size_t, off_t);
    UNLESS_IT_FAILS('w');
    return real(fd, data, n, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t offset) {
    REAL(ssize_t, pwrite64, int, const void *, size_t, off64_t);
    UNLESS_IT_FAILS('w');
    return real(fd, data, n, offset);
}

int ftruncate(int fd, off_t size) {
    REAL(int, ftruncate, int, off_t);
    UNLESS_IT_FAILS('w');
    return real(fd, size);
}

int ftruncate64(int fd, off64_t size) {
    REAL(int, ftruncate64, int, off64_t);
    UNLESS_IT_FAILS('w');
    return real(fd, size);
}

int fsync(int fd) {
    REAL(int, fsync, int);
    dawdle();
    UNLESS_IT_FAILS('s');
    return real(fd);
}

int fdatasync(int fd) {
    REAL(int, fdatasync, int);
    dawdle();
    UNLESS_IT_FAILS('s');
    return real(fd);
}

int unlink(const char *path) {
    REAL(int, unlink, const char *);
    if (in_folder(path) && trouble() == 'r') return errno = EROFS, -1;
    return real(path);
}
