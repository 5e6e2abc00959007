/* A clock that stands still, for a process that is started with this library in LD_PRELOAD.
 *
 * The time is a number of nanoseconds since 1970 in the file that VIRTUAL_CLOCK names. Whoever answers the process's
 * calls moves it on by what a call takes. A process that waits for a timer alone moves it on by itself: it waits for no
 * answer once it has received on every connection after it sent. So a wait takes no time in life, and computing takes
 * none in the process's. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { FILES = 4096, SLICE = 2, PATIENCE = 400, SMALL = 8192 };

static volatile long long *now;
static unsigned char awaiting[FILES];
static int awaited;
static long received;

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void start(void) {
    const char *path = getenv("VIRTUAL_CLOCK");
    int file = path ? open(path, O_RDWR) : -1;
    if (file < 0) abort();
    now = mmap(NULL, sizeof *now, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (now == MAP_FAILED) abort();
    close(file);
}

static void move_to(long long time) {
    if (*now < time) *now = time;
}

int clock_gettime(clockid_t id, struct timespec *time) {
    REAL(clock_gettime);
    if (!now || id == CLOCK_PROCESS_CPUTIME_ID || id == CLOCK_THREAD_CPUTIME_ID) return real(id, time);
    long long read = *now;
    time->tv_sec = read / 1000000000;
    time->tv_nsec = read % 1000000000;
    return 0;
}

static void mark(int file, int waits) {
    if (file < 0 || file >= FILES || awaiting[file] == waits) return;
    awaiting[file] = waits;
    awaited += waits ? 1 : -1;
}

static ssize_t sent(int file, ssize_t bytes) {
    if (bytes > 0) {
        mark(file, 1);
        received = 0;
    }
    return bytes;
}

static ssize_t got(int file, ssize_t bytes) {
    if (bytes > 0) {
        mark(file, 0);
        received += bytes;
    }
    return bytes;
}

ssize_t send(int file, const void *data, size_t size, int flags) {
    REAL(send);
    return sent(file, real(file, data, size, flags));
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    REAL(writev);
    return sent(file, real(file, parts, count));
}

ssize_t recv(int file, void *data, size_t size, int flags) {
    REAL(recv);
    return got(file, real(file, data, size, flags));
}

ssize_t readv(int file, const struct iovec *parts, int count) {
    REAL(readv);
    return got(file, real(file, parts, count));
}

int close(int file) {
    REAL(close);
    mark(file, 0);
    return real(file);
}

int epoll_wait(int poll, struct epoll_event *events, int most, int timeout) {
    REAL(epoll_wait);
    if (timeout <= 0 || !now) return real(poll, events, most, timeout);
    long long due = *now + timeout * 1000000LL;
    /* The rest of a large answer may be on its way still. */
    int patience = received > SMALL ? PATIENCE : 2 * SLICE;
    for (int waited = 0;; waited += SLICE) {
        int ready = real(poll, events, most, SLICE);
        if (ready != 0) return ready;
        if (!awaited && waited >= patience) move_to(due);
        if (*now >= due) return 0;
    }
}

int clock_nanosleep(clockid_t id, int flags, const struct timespec *time, struct timespec *left) {
    long long length = time->tv_sec * 1000000000LL + time->tv_nsec;
    move_to(flags & TIMER_ABSTIME ? length : *now + length);
    return 0;
}
