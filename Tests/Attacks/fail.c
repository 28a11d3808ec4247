// Fails one system call: preloaded, it stands between a program and libc.
//
//     FAIL_AT=7 FAIL_HOW=EIO LD_PRELOAD=fail.so actool compact ...
//
// fails the seventh of the calls below, whichever it is, with EIO. FAIL_HOW=SHORT makes a read or write do half of what was
// asked. With FAIL_COUNT=PATH, the number of calls is written there at the end. Calls on standard error are not counted:
// somebody must hear of the failure.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static long calls;

static int number(const char *name) {
  static const struct {
    const char *name;
    int number;
  } known[] = {{"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EINTR", EINTR}, {"EMFILE", EMFILE}, {"ESTALE", ESTALE}};
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (!strcmp(known[i].name, name)) return known[i].number;
  return 0;
}

// Whether this call is the one; with -1 and errno as its result.
static int fails(void) {
  const char *at = getenv("FAIL_AT"), *how = getenv("FAIL_HOW");
  if (__atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) != (at ? atol(at) : 0)) return 0;
  int error = how ? number(how) : 0;
  if (!error) return 0;
  errno = error;
  return 1;
}

// How many bytes a read or write may have; -1 when it fails.
static ssize_t allowed(int fd, size_t count) {
  if (fd == 2) return (ssize_t)count;
  const char *at = getenv("FAIL_AT"), *how = getenv("FAIL_HOW");
  if (fails()) return -1;
  int isShort = at && how && !strcmp(how, "SHORT") && __atomic_load_n(&calls, __ATOMIC_SEQ_CST) == atol(at);
  return isShort && count > 1 ? (ssize_t)(count / 2) : (ssize_t)count;
}

__attribute__((destructor)) static void tell(void) {
  const char *path = getenv("FAIL_COUNT");
  FILE *file = path ? fopen(path, "w") : NULL;
  if (!file) return;
  fprintf(file, "%ld\n", calls);
  fclose(file);
}

#define REAL(name) \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define SIMPLE(type, name, parameters, arguments) \
  type name parameters { \
    REAL(name); \
    return fails() ? -1 : real arguments; \
  }

SIMPLE(int, fsync, (int fd), (fd))
SIMPLE(int, fdatasync, (int fd), (fd))
SIMPLE(int, rename, (const char *from, const char *to), (from, to))
SIMPLE(int, renameat2, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags))
SIMPLE(int, link, (const char *from, const char *to), (from, to))
SIMPLE(int, unlink, (const char *path), (path))
SIMPLE(int, mkdir, (const char *path, mode_t mode), (path, mode))
SIMPLE(int, rmdir, (const char *path), (path))
SIMPLE(int, ftruncate, (int fd, off_t size), (fd, size))

// It waits for nothing, so no signal interrupts it.
off_t lseek(int fd, off_t offset, int whence) {
  REAL(lseek);
  return fails() && errno != EINTR ? -1 : real(fd, offset, whence);
}

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    va_list list; \
    va_start(list, flags); \
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, int) : 0; \
    va_end(list); \
    return fails() ? -1 : real(path, flags, mode); \
  }

OPEN(open)
OPEN(open64)

#define TRANSFER(name, type) \
  ssize_t name(int fd, type buffer, size_t count) { \
    REAL(name); \
    ssize_t some = allowed(fd, count); \
    return some < 0 ? -1 : real(fd, buffer, (size_t)some); \
  }

TRANSFER(read, void *)
TRANSFER(write, const void *)

#define TRANSFER_AT(name, type, position) \
  ssize_t name(int fd, type buffer, size_t count, position offset) { \
    REAL(name); \
    ssize_t some = allowed(fd, count); \
    return some < 0 ? -1 : real(fd, buffer, (size_t)some, offset); \
  }

TRANSFER_AT(pread, void *, off_t)
TRANSFER_AT(pread64, void *, off64_t)
TRANSFER_AT(pwrite, const void *, off_t)
TRANSFER_AT(pwrite64, const void *, off64_t)
