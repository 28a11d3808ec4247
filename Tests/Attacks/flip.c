// Flips one bit on its way to the disk: preloaded, it stands between a program and the `write` and `pwrite` of libc.
//
//     FLIP_BYTE=12345 FLIP_BIT=3 LD_PRELOAD=flip.so actool compact ...
//
// changes bit 3 of byte 12345 of all bytes that are written to files whose names contain `.rf`, counted over all writes of
// the process in their order. The memory of the program is not touched: a copy of the buffer is written.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long long seen;

static int isRFile(int fd) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t count = readlink(link, path, sizeof path - 1);
  if (count < 0) return 0;
  path[count] = 0;
  return strstr(path, ".rf") != NULL;
}

// The copy with the flipped bit, or the buffer itself.
static const void *flipped(int fd, const void *buffer, size_t count, void **copy) {
  const char *byte = getenv("FLIP_BYTE"), *bit = getenv("FLIP_BIT");
  *copy = NULL;
  if (!byte || !isRFile(fd)) return buffer;
  long long start = __atomic_fetch_add(&seen, (long long)count, __ATOMIC_SEQ_CST);
  long long place = atoll(byte) - start;
  if (place < 0 || place >= (long long)count || !(*copy = malloc(count))) return buffer;
  memcpy(*copy, buffer, count);
  ((unsigned char *)*copy)[place] ^= 1u << (bit ? atoi(bit) & 7 : 0);
  return *copy;
}

ssize_t write(int fd, const void *buffer, size_t count) {
  static ssize_t (*real)(int, const void *, size_t);
  if (!real) real = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  void *copy;
  ssize_t result = real(fd, flipped(fd, buffer, count, &copy), count);
  free(copy);
  return result;
}

ssize_t pwrite(int fd, const void *buffer, size_t count, off_t offset) {
  static ssize_t (*real)(int, const void *, size_t, off_t);
  if (!real) real = (ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
  void *copy;
  ssize_t result = real(fd, flipped(fd, buffer, count, &copy), count, offset);
  free(copy);
  return result;
}
