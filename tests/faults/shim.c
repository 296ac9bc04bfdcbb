/* A disk that can be told to fail. Loaded by LD_PRELOAD into the program under test.
 *
 *   FAULTS_FOLDER   absolute path; only files right below it are watched, and of those none whose name ends in -shm
 *   FAULTS_JOURNAL  absolute path, outside that folder; every change and sync is appended to it (see journal.rs)
 *   FAULTS_PLAN     what shall fail: "OP:N[+]:ERROR:WHEN[:SUFFIX]", several parted by commas
 *                     OP      write (write, truncate), sync, or step (every change and sync, in one count)
 *                     N       the n-th of them; with + every one from the n-th on
 *                     ERROR   EIO, ENOSPC or EROFS; kill ends the program with SIGKILL
 *                     WHEN    before (nothing of it happened), after (it happened, and is reported as failed), half (half of a write happened, and it is reported as failed)
 *                     SUFFIX  only files whose name ends so are counted
 *   FAULTS_NO_SYNC  "all", or a suffix of names: a sync of such a file does nothing and reports success
 *
 * The file "acks" is watched as any other, and never fails: what the program under test writes there is what it acknowledged.
 * Syncs are not passed on to the real disk: the journal tells what they would have done, and the tests need no slow disk.
 * Watched calls are taken one at a time, so that the journal has the order in which they took effect.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 4096
#define PLANS 8
#define NAME 128

enum what { NOTHING = 0, WATCHED_FILE = 1, WATCHED_FOLDER = 2 };
enum op { WRITE, SYNC, STEP };
enum when { BEFORE, AFTER, HALF };

struct plan {
    enum op op;
    long n;
    int onwards;
    int error; /* 0: kill */
    enum when when;
    char suffix[NAME];
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char folder[PATH_MAX];
static size_t folder_len;
static int journal = -1;
static char no_sync[NAME];
static struct plan plans[PLANS];
static long counts[PLANS];
static int planned;
static struct {
    enum what what;
    char name[NAME];
} fds[FDS];

static int (*real_open)(const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static int (*real_ftruncate)(int, off64_t);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);
static void *(*real_mmap)(void *, size_t, int, int, int, off64_t);

static void give_up(const char *why) {
    fprintf(stderr, "fault shim: %s\n", why);
    _exit(97);
}

static int ends_with(const char *name, const char *suffix) {
    size_t a = strlen(name), b = strlen(suffix);
    return a >= b && strcmp(name + a - b, suffix) == 0;
}

static void read_plan(char *text) {
    char *outer = NULL;
    for (char *one = strtok_r(text, ",", &outer); one; one = strtok_r(NULL, ",", &outer)) {
        char op[16], number[24], error[16], when[16], suffix[NAME] = "";
        if (planned == PLANS) give_up("too many plans");
        if (sscanf(one, "%15[^:]:%23[^:]:%15[^:]:%15[^:]:%127s", op, number, error, when, suffix) < 4) give_up("a plan is not understood");
        struct plan *plan = &plans[planned++];
        plan->op = !strcmp(op, "write") ? WRITE : !strcmp(op, "sync") ? SYNC : STEP;
        plan->n = atol(number);
        plan->onwards = strchr(number, '+') != NULL;
        plan->error = !strcmp(error, "EIO") ? EIO : !strcmp(error, "ENOSPC") ? ENOSPC : !strcmp(error, "EROFS") ? EROFS : 0;
        plan->when = !strcmp(when, "before") ? BEFORE : !strcmp(when, "half") ? HALF : AFTER;
        strcpy(plan->suffix, suffix);
    }
}

__attribute__((constructor)) static void start(void) {
    real_open = dlsym(RTLD_NEXT, "open64");
    real_close = dlsym(RTLD_NEXT, "close");
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
    real_rename = dlsym(RTLD_NEXT, "rename");
    real_unlink = dlsym(RTLD_NEXT, "unlink");
    real_mmap = dlsym(RTLD_NEXT, "mmap64");
    const char *text = getenv("FAULTS_FOLDER");
    if (!text) return;
    snprintf(folder, sizeof folder, "%s", text);
    folder_len = strlen(folder);
    if ((text = getenv("FAULTS_JOURNAL"))) {
        journal = real_open(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (journal < 0) give_up("the journal cannot be opened");
    }
    if ((text = getenv("FAULTS_NO_SYNC"))) snprintf(no_sync, sizeof no_sync, "%s", text);
    if ((text = getenv("FAULTS_PLAN"))) {
        char copy[1024];
        snprintf(copy, sizeof copy, "%s", text);
        read_plan(copy);
    }
}

/* The name of a watched file, or NULL. */
static const char *watched(const char *path) {
    if (!folder_len || !path || strncmp(path, folder, folder_len) || path[folder_len] != '/') return NULL;
    const char *name = path + folder_len + 1;
    if (!*name || strchr(name, '/') || ends_with(name, "-shm")) return NULL;
    if (strlen(name) >= NAME) give_up("a name is too long");
    return name;
}

static enum what what(int fd) { return fd >= 0 && fd < FDS ? fds[fd].what : NOTHING; }

static uint64_t inode(int fd) {
    struct stat data;
    return fstat(fd, &data) ? 0 : (uint64_t)data.st_ino;
}

/* One record: op, inode, offset, lengths of two names and of the data, then these. */
static void note(char op, uint64_t file, uint64_t offset, const char *name, const char *other, const void *data, size_t len) {
    if (journal < 0) return;
    size_t a = strlen(name), b = strlen(other), size = 1 + 8 + 8 + 4 + 4 + 8 + a + b + len;
    char *record = malloc(size), *at = record;
    if (!record) give_up("no memory");
    uint32_t a32 = (uint32_t)a, b32 = (uint32_t)b;
    uint64_t len64 = len;
    *at++ = op;
    memcpy(at, &file, 8), at += 8;
    memcpy(at, &offset, 8), at += 8;
    memcpy(at, &a32, 4), at += 4;
    memcpy(at, &b32, 4), at += 4;
    memcpy(at, &len64, 8), at += 8;
    memcpy(at, name, a), at += a;
    memcpy(at, other, b), at += b;
    if (len) memcpy(at, data, len);
    if (real_write(journal, record, size) != (ssize_t)size) give_up("the journal cannot be written");
    free(record);
}

/* Whether this operation shall fail, and how. */
static const struct plan *due(enum op op, const char *name) {
    const struct plan *found = NULL;
    if (!strcmp(name, "acks")) return NULL;
    for (int i = 0; i < planned; i++) {
        if (plans[i].op != op && plans[i].op != STEP) continue;
        if (!ends_with(name, plans[i].suffix)) continue;
        counts[i]++;
        if (counts[i] == plans[i].n || (plans[i].onwards && counts[i] > plans[i].n)) found = &plans[i];
    }
    return found;
}

static int fail(const struct plan *plan) {
    if (!plan->error) raise(SIGKILL);
    errno = plan->error;
    return -1;
}

static int opened(int fd, const char *path, int flags, int was_there) {
    const char *name = watched(path);
    if (fd < 0 || fd >= FDS) return fd;
    fds[fd].what = NOTHING;
    if (name) {
        fds[fd].what = WATCHED_FILE;
        strcpy(fds[fd].name, name);
        if (!was_there) note('C', inode(fd), 0, name, "", NULL, 0);
        else if (flags & O_TRUNC) note('T', inode(fd), 0, name, "", NULL, 0);
    } else if (folder_len && path && !strcmp(path, folder)) {
        fds[fd].what = WATCHED_FOLDER;
        strcpy(fds[fd].name, "");
    }
    return fd;
}

static int do_open(const char *path, int flags, mode_t mode) {
    const char *name = watched(path);
    if (!name) {
        int fd = real_open(path, flags, mode);
        return folder_len ? opened(fd, path, flags, 1) : fd;
    }
    pthread_mutex_lock(&lock);
    int was_there = access(path, F_OK) == 0, result = -1;
    const struct plan *plan = !was_there && (flags & O_CREAT) ? due(WRITE, name) : NULL;
    if (plan && plan->when == BEFORE) {
        result = fail(plan);
    } else {
        result = opened(real_open(path, flags, mode), path, flags, was_there);
        if (plan && result >= 0) {
            real_close(result);
            fds[result].what = NOTHING;
            result = fail(plan);
        }
    }
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

static mode_t mode_of(int flags, va_list rest) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; }

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return do_open(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return do_open(path, flags, mode);
}

int openat(int at, const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    if (at == AT_FDCWD || *path == '/') return do_open(path, flags, mode);
    int (*real)(int, const char *, int, ...) = dlsym(RTLD_NEXT, "openat");
    return real(at, path, flags, mode);
}

int close(int fd) {
    if (fd >= 0 && fd < FDS) fds[fd].what = NOTHING;
    return real_close(fd);
}

static ssize_t change(int fd, const void *data, size_t len, off64_t offset, int moves) {
    pthread_mutex_lock(&lock);
    const struct plan *plan = due(WRITE, fds[fd].name);
    size_t part = plan && plan->when == BEFORE ? 0 : plan && plan->when == HALF ? len / 2 : len;
    ssize_t result = 0;
    if (part) {
        if (moves && (fcntl(fd, F_GETFL) & O_APPEND)) offset = lseek(fd, 0, SEEK_END);
        else if (moves) offset = lseek(fd, 0, SEEK_CUR);
        result = moves ? real_write(fd, data, part) : real_pwrite(fd, data, part, offset);
        if (result > 0) note('W', inode(fd), (uint64_t)offset, fds[fd].name, "", data, (size_t)result);
    }
    if (plan) result = fail(plan);
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

ssize_t write(int fd, const void *data, size_t len) {
    return what(fd) == WATCHED_FILE ? change(fd, data, len, 0, 1) : real_write(fd, data, len);
}

ssize_t pwrite(int fd, const void *data, size_t len, off_t offset) {
    return what(fd) == WATCHED_FILE ? change(fd, data, len, offset, 0) : real_pwrite(fd, data, len, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t len, off64_t offset) {
    return what(fd) == WATCHED_FILE ? change(fd, data, len, offset, 0) : real_pwrite(fd, data, len, offset);
}

/* Ways of writing that the programs under test do not use: if one ever does, the tests say so instead of missing it. */
ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (what(fd) == WATCHED_FILE) give_up("writev is not watched");
    ssize_t (*real)(int, const struct iovec *, int) = dlsym(RTLD_NEXT, "writev");
    return real(fd, parts, count);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    if (what(fd) == WATCHED_FILE) give_up("pwritev is not watched");
    ssize_t (*real)(int, const struct iovec *, int, off_t) = dlsym(RTLD_NEXT, "pwritev");
    return real(fd, parts, count, offset);
}

int posix_fallocate64(int fd, off64_t offset, off64_t len) {
    if (what(fd) == WATCHED_FILE) give_up("posix_fallocate is not watched");
    int (*real)(int, off64_t, off64_t) = dlsym(RTLD_NEXT, "posix_fallocate64");
    return real(fd, offset, len);
}

static void *map(void *address, size_t len, int protection, int flags, int fd, off64_t offset) {
    if (what(fd) == WATCHED_FILE && (flags & MAP_SHARED) && (protection & PROT_WRITE)) give_up("a written mapping is not watched");
    return real_mmap(address, len, protection, flags, fd, offset);
}

void *mmap(void *address, size_t len, int protection, int flags, int fd, off_t offset) {
    if (!real_mmap) real_mmap = dlsym(RTLD_NEXT, "mmap64");
    return map(address, len, protection, flags, fd, offset);
}

void *mmap64(void *address, size_t len, int protection, int flags, int fd, off64_t offset) {
    if (!real_mmap) real_mmap = dlsym(RTLD_NEXT, "mmap64");
    return map(address, len, protection, flags, fd, offset);
}

static int cut(int fd, off64_t size) {
    if (what(fd) != WATCHED_FILE) return real_ftruncate(fd, size);
    pthread_mutex_lock(&lock);
    const struct plan *plan = due(WRITE, fds[fd].name);
    int result = 0;
    if (!plan || plan->when == AFTER) {
        result = real_ftruncate(fd, size);
        if (!result) note('T', inode(fd), (uint64_t)size, fds[fd].name, "", NULL, 0);
    }
    if (plan) result = fail(plan);
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int ftruncate(int fd, off_t size) { return cut(fd, size); }
int ftruncate64(int fd, off64_t size) { return cut(fd, size); }

int rename(const char *from, const char *to) {
    const char *name = watched(from), *other = watched(to);
    if (!name || !other) return real_rename(from, to);
    pthread_mutex_lock(&lock);
    const struct plan *plan = due(WRITE, other);
    int result = 0;
    if (!plan || plan->when == AFTER) {
        result = real_rename(from, to);
        if (!result) note('R', 0, 0, name, other, NULL, 0);
    }
    if (plan) result = fail(plan);
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int unlink(const char *path) {
    const char *name = watched(path);
    if (!name) return real_unlink(path);
    pthread_mutex_lock(&lock);
    const struct plan *plan = due(WRITE, name);
    int result = 0;
    if (!plan || plan->when == AFTER) {
        result = real_unlink(path);
        if (!result) note('U', 0, 0, name, "", NULL, 0);
    }
    if (plan) result = fail(plan);
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

static int settle(int fd) {
    pthread_mutex_lock(&lock);
    const char *name = fds[fd].name;
    const struct plan *plan = due(SYNC, name);
    int skipped = *no_sync && (!strcmp(no_sync, "all") || ends_with(name, no_sync)), result = 0;
    if (plan && plan->error && plan->when == BEFORE) {
        /* What was written since the last sync is marked clean without being on the disk. */
        note('F', what(fd) == WATCHED_FOLDER ? 0 : inode(fd), 0, name, "", NULL, 0);
    } else if (!skipped && !(plan && plan->when == BEFORE)) {
        note(what(fd) == WATCHED_FOLDER ? 'D' : 'S', inode(fd), 0, name, "", NULL, 0);
    }
    if (plan) result = fail(plan);
    int error = errno;
    pthread_mutex_unlock(&lock);
    errno = error;
    return result;
}

int fsync(int fd) {
    if (what(fd)) return settle(fd);
    int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
    return real(fd);
}

int fdatasync(int fd) {
    if (what(fd)) return settle(fd);
    int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
    return real(fd);
}
