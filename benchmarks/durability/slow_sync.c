/* Loaded in front of the C library (LD_PRELOAD): each sync takes SYNC_MS milliseconds longer, as on a bad SD card. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void dawdle(void) {
    const char *ms = getenv("SYNC_MS");
    long wait = ms ? atol(ms) : 0;
    struct timespec pause = {wait / 1000, wait % 1000 * 1000000L};
    nanosleep(&pause, NULL);
}

int fsync(int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    dawdle();
    return real(fd);
}

int fdatasync(int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    dawdle();
    return real(fd);
}
