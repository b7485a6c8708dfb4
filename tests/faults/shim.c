/* shim.c - LD_PRELOADed into the gateway: counts what it asks of memory, disk, network and
 * system, and lets the n-th of these calls fail, or all from the n-th on.
 *
 * WELLGATE_FAULTS           the file through which shim.py arms, disarms and counts
 * WELLGATE_FAULTS_MAP_MIB   the size of LMDB's map, in place of the configured one
 *
 * While the file is there nothing is synced, for only the failing of that is looked at.
 * What libc does by itself cannot be seen from here (a read below fread): the calls that
 * lead there are. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#undef open
#undef openat
#undef fopen

enum kind { MEMORY, DISK, NETWORK, SYSTEM, ACCEPT, KINDS };
enum { FRAMES = 20, NAME_BYTES = 32, TRACE_BYTES = 1920 };

/* As shim.py packs it. */
struct control {
    uint32_t kinds;   /* a bit each: which count, and may fail */
    uint32_t forever; /* from the n-th on; else once */
    int32_t error;    /* in place of a call's own; 0: none */
    uint32_t shortly; /* writes go half the way in place of failing */
    _Atomic uint64_t at; /* n; 0: nothing fails */
    _Atomic uint64_t seen, hits;
    char name[NAME_BYTES];    /* of the first call that failed */
    char trace[TRACE_BYTES];  /* and who made it */
    char last[TRACE_BYTES];   /* who made the last one: it may be what he died of */
};

static struct control *control;

/* ---- Whether it fails ---- */

/* dladdr and backtrace (once it was warmed up) allocate nothing. */
static void
note_trace(char trace[TRACE_BYTES])
{
    void *frames[FRAMES];
    int n = backtrace(frames, FRAMES);
    size_t used = 0;
    Dl_info info;

    for (int i = 2; i < n && used < TRACE_BYTES; i++)
        if (dladdr(frames[i], &info) && info.dli_fname)
            used += (size_t)snprintf(trace + used, TRACE_BYTES - used, "%s %#lx %s\n",
                                     info.dli_fname,
                                     (unsigned long)((char *)frames[i] - (char *)info.dli_fbase) - 1,
                                     info.dli_sname ? info.dli_sname : "-");
}

/* May be called where a stack is short or a lock is held: it takes none itself. */
static bool
fails(enum kind kind, const char *name)
{
    struct control *c = control;
    uint64_t n, at;

    if (!c || !(c->kinds & 1u << kind))
        return false;
    n = atomic_fetch_add(&c->seen, 1) + 1;
    at = atomic_load(&c->at);
    if (at == 0 || n < at || (n > at && !c->forever))
        return false;
    if (atomic_fetch_add(&c->hits, 1) == 0) {
        snprintf(c->name, sizeof(c->name), "%s", name);
        note_trace(c->trace);
    }
    note_trace(c->last);
    return true;
}

static int
cause(int usual)
{
    return control->error ? control->error : usual;
}

/* What comes next in the order of libraries: libc, or a sanitizer. */
#define REAL(name)                                       \
    static __typeof__(&name) real;                       \
    if (!real)                                           \
        *(void **)&real = dlsym(RTLD_NEXT, #name)

#define EXPORT __attribute__((visibility("default")))

/* A function that answers failure and sets errno. */
#define WRAP(kind, result, name, parameters, arguments, failure, usual) \
    EXPORT result name parameters                                       \
    {                                                                   \
        REAL(name);                                                     \
        if (fails(kind, #name)) {                                       \
            errno = cause(usual);                                       \
            return failure;                                             \
        }                                                               \
        return real arguments;                                          \
    }

/* ---- Memory ---- */

WRAP(MEMORY, void *, malloc, (size_t n), (n), NULL, ENOMEM)
WRAP(MEMORY, void *, realloc, (void *p, size_t n), (p, n), NULL, ENOMEM)
WRAP(MEMORY, void *, reallocarray, (void *p, size_t n, size_t m), (p, n, m), NULL, ENOMEM)
WRAP(MEMORY, void *, aligned_alloc, (size_t a, size_t n), (a, n), NULL, ENOMEM)
WRAP(MEMORY, void *, memalign, (size_t a, size_t n), (a, n), NULL, ENOMEM)

/* dlsym may ask for some of this itself. */
EXPORT void *
calloc(size_t n, size_t m)
{
    static char early[4096];
    static size_t used;
    static __thread bool inside;
    static void *(*real)(size_t, size_t);

    if (!real && inside) {
        used += (n * m + 15) & ~(size_t)15;
        return used <= sizeof(early) ? early + used - ((n * m + 15) & ~(size_t)15) : NULL;
    }
    if (!real) {
        inside = true;
        *(void **)&real = dlsym(RTLD_NEXT, "calloc");
        inside = false;
    }
    if (fails(MEMORY, "calloc")) {
        errno = cause(ENOMEM);
        return NULL;
    }
    return real(n, m);
}

EXPORT int
posix_memalign(void **p, size_t a, size_t n)
{
    REAL(posix_memalign);
    return fails(MEMORY, "posix_memalign") ? cause(ENOMEM) : real(p, a, n);
}

/* ---- Files ---- */

static mode_t
mode_of(int flags, va_list arguments)
{
    return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0;
}

static int
unsynced(int flags)
{
    return control ? flags & ~(O_SYNC | O_DSYNC) : flags;
}

#define WRAP_OPEN(name)                                                       \
    EXPORT int name(const char *path, int flags, ...)                         \
    {                                                                         \
        va_list arguments;                                                    \
        mode_t mode;                                                          \
                                                                              \
        REAL(name);                                                           \
        va_start(arguments, flags);                                           \
        mode = mode_of(flags, arguments);                                     \
        va_end(arguments);                                                    \
        if (fails(DISK, #name)) {                                             \
            errno = cause(EMFILE);                                            \
            return -1;                                                        \
        }                                                                     \
        return real(path, unsynced(flags), mode);                             \
    }

#define WRAP_OPENAT(name)                                                     \
    EXPORT int name(int folder, const char *path, int flags, ...)             \
    {                                                                         \
        va_list arguments;                                                    \
        mode_t mode;                                                          \
                                                                              \
        REAL(name);                                                           \
        va_start(arguments, flags);                                           \
        mode = mode_of(flags, arguments);                                     \
        va_end(arguments);                                                    \
        if (fails(DISK, #name)) {                                             \
            errno = cause(EMFILE);                                            \
            return -1;                                                        \
        }                                                                     \
        return real(folder, path, unsynced(flags), mode);                     \
    }

WRAP_OPEN(open)
WRAP_OPEN(open64)
WRAP_OPENAT(openat)
WRAP_OPENAT(openat64)

int __open_2(const char *path, int flags);
int __openat_2(int folder, const char *path, int flags);
ssize_t __read_chk(int file, void *to, size_t n, size_t room);
ssize_t __pread_chk(int file, void *to, size_t n, off_t at, size_t room);
size_t __fread_chk(void *to, size_t room, size_t size, size_t n, FILE *from);
WRAP(DISK, int, __open_2, (const char *p, int f), (p, f), -1, EMFILE)
WRAP(DISK, int, __openat_2, (int d, const char *p, int f), (d, p, f), -1, EMFILE)
WRAP(DISK, FILE *, fopen, (const char *p, const char *m), (p, m), NULL, EMFILE)
WRAP(DISK, FILE *, fopen64, (const char *p, const char *m), (p, m), NULL, EMFILE)
WRAP(DISK, FILE *, fdopen, (int f, const char *m), (f, m), NULL, EMFILE)
WRAP(DISK, DIR *, opendir, (const char *p), (p), NULL, EMFILE)
WRAP(DISK, ssize_t, read, (int f, void *p, size_t n), (f, p, n), -1, EIO)
WRAP(DISK, ssize_t, __read_chk, (int f, void *p, size_t n, size_t r), (f, p, n, r), -1, EIO)
WRAP(DISK, ssize_t, pread, (int f, void *p, size_t n, off_t a), (f, p, n, a), -1, EIO)
WRAP(DISK, ssize_t, pread64, (int f, void *p, size_t n, off_t a), (f, p, n, a), -1, EIO)
WRAP(DISK, ssize_t, __pread_chk, (int f, void *p, size_t n, off_t a, size_t r), (f, p, n, a, r),
     -1, EIO)
WRAP(DISK, int, ftruncate, (int f, off_t n), (f, n), -1, EIO)
WRAP(DISK, int, flock, (int f, int how), (f, how), -1, ENOLCK)
WRAP(DISK, int, rename, (const char *a, const char *b), (a, b), -1, EIO)
WRAP(DISK, int, link, (const char *a, const char *b), (a, b), -1, EIO)
WRAP(DISK, int, unlink, (const char *p), (p), -1, EIO)
WRAP(DISK, int, remove, (const char *p), (p), -1, EIO)
WRAP(DISK, int, mkdir, (const char *p, mode_t m), (p, m), -1, EIO)
WRAP(DISK, int, rmdir, (const char *p), (p), -1, EIO)
WRAP(DISK, void *, mmap, (void *p, size_t n, int r, int f, int d, off_t a), (p, n, r, f, d, a),
     MAP_FAILED, ENOMEM)
WRAP(DISK, void *, mmap64, (void *p, size_t n, int r, int f, int d, off_t a), (p, n, r, f, d, a),
     MAP_FAILED, ENOMEM)

/* A write that fails, or one that comes out short. The log is not among them: it is to
 * say what happened. */
#define WRAP_WRITE(name, parameters, all, half)         \
    EXPORT ssize_t name parameters                      \
    {                                                   \
        REAL(name);                                     \
        if (f == STDERR_FILENO || !fails(DISK, #name))  \
            return real all;                            \
        if (control->shortly && n > 1)                  \
            return real half;                           \
        errno = cause(EIO);                             \
        return -1;                                      \
    }

WRAP_WRITE(write, (int f, const void *p, size_t n), (f, p, n), (f, p, n / 2))
WRAP_WRITE(pwrite, (int f, const void *p, size_t n, off_t a), (f, p, n, a), (f, p, n / 2, a))
WRAP_WRITE(pwrite64, (int f, const void *p, size_t n, off_t a), (f, p, n, a), (f, p, n / 2, a))
WRAP_WRITE(writev, (int f, const struct iovec *p, int n), (f, p, n), (f, p, n / 2))

#define WRAP_SYNC(name, parameters, arguments)          \
    EXPORT int name parameters                          \
    {                                                   \
        REAL(name);                                     \
        if (fails(DISK, #name)) {                       \
            errno = cause(EIO);                         \
            return -1;                                  \
        }                                               \
        return control ? 0 : real arguments;            \
    }

WRAP_SYNC(fsync, (int f), (f))
WRAP_SYNC(fdatasync, (int f), (f))
WRAP_SYNC(msync, (void *p, size_t n, int how), (p, n, how))

/* Streams remember that they failed: glibc's _IO_ERR_SEEN. One in memory has no file, and
 * fails where its memory does. */
#define STREAM_FAILED 0x20

#define WRAP_STREAM(result, name, parameters, arguments, failure) \
    EXPORT result name parameters                                 \
    {                                                             \
        REAL(name);                                               \
        if (fileno(s) >= 0 && fails(DISK, #name)) {               \
            s->_flags |= STREAM_FAILED;                           \
            errno = cause(EIO);                                   \
            return failure;                                       \
        }                                                         \
        return real arguments;                                    \
    }

WRAP_STREAM(size_t, fread, (void *p, size_t m, size_t n, FILE *s), (p, m, n, s), 0)
WRAP_STREAM(size_t, __fread_chk, (void *p, size_t r, size_t m, size_t n, FILE *s),
            (p, r, m, n, s), 0)
WRAP_STREAM(size_t, fwrite, (const void *p, size_t m, size_t n, FILE *s), (p, m, n, s), 0)
WRAP_STREAM(char *, fgets, (char *p, int n, FILE *s), (p, n, s), NULL)

EXPORT int
fflush(FILE *s)
{
    REAL(fflush);
    if (s && fileno(s) >= 0 && fails(DISK, "fflush")) {
        s->_flags |= STREAM_FAILED;
        errno = cause(EIO);
        return EOF;
    }
    return real(s);
}

/* The stream is gone all the same. */
EXPORT int
fclose(FILE *s)
{
    bool failed = fileno(s) >= 0 && fails(DISK, "fclose");
    int closed;

    REAL(fclose);
    closed = real(s);
    if (!failed)
        return closed;
    errno = cause(EIO);
    return EOF;
}

/* ---- Network ---- */

WRAP(NETWORK, int, socket, (int d, int t, int p), (d, t, p), -1, EMFILE)
WRAP(NETWORK, int, bind, (int f, const struct sockaddr *a, socklen_t n), (f, a, n), -1, EADDRINUSE)
WRAP(NETWORK, int, listen, (int f, int n), (f, n), -1, EADDRINUSE)
WRAP(ACCEPT, int, accept, (int f, struct sockaddr *restrict a, socklen_t *restrict n), (f, a, n),
     -1, EMFILE)
WRAP(ACCEPT, int, accept4, (int f, struct sockaddr *restrict a, socklen_t *restrict n, int g),
     (f, a, n, g), -1, EMFILE)
WRAP(NETWORK, ssize_t, recv, (int f, void *p, size_t n, int g), (f, p, n, g), -1, ECONNRESET)
WRAP(NETWORK, ssize_t, send, (int f, const void *p, size_t n, int g), (f, p, n, g), -1, EPIPE)
WRAP(NETWORK, ssize_t, sendmsg, (int f, const struct msghdr *m, int g), (f, m, g), -1, EPIPE)

/* ---- System ---- */

WRAP(SYSTEM, ssize_t, getrandom, (void *p, size_t n, unsigned g), (p, n, g), -1, ENOSYS)
WRAP(SYSTEM, int, getentropy, (void *p, size_t n), (p, n), -1, ENOSYS)

EXPORT int
pthread_create(pthread_t *restrict t, const pthread_attr_t *restrict a, void *(*run)(void *),
               void *restrict argument)
{
    REAL(pthread_create);
    return fails(SYSTEM, "pthread_create") ? cause(EAGAIN) : real(t, a, run, argument);
}

/* ---- LMDB's map ---- */

EXPORT int mdb_env_set_mapsize(void *env, size_t bytes);
EXPORT int
mdb_env_set_mapsize(void *env, size_t bytes)
{
    const char *mib = getenv("WELLGATE_FAULTS_MAP_MIB");

    REAL(mdb_env_set_mapsize);
    return real(env, mib ? (size_t)atoi(mib) << 20 : bytes);
}

/* ---- The control file ---- */

__attribute__((constructor)) static void
begin(void)
{
    const char *path = getenv("WELLGATE_FAULTS");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *warm[1], *map;

    if (file < 0)
        return;
    backtrace(warm, 1);
    map = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (map == MAP_FAILED)
        abort();
    control = map;
}
