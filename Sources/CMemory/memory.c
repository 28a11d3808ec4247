// The allocator of libc under its own names, so that a failure of it ends the process in one place.
//
// Nothing in Swift can be told that there is no memory: its runtime traps, as does any library that does not look. Limits
// (`ulimit -v`, a container's) make that an everyday matter. An allocator of the program's own is what glibc provides for:
// every call in the process comes here, also those of shared libraries.

#include "CMemory.h"

#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

// glibc's allocator under the names that it keeps for those who replace the others.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static const char *end_message;
static int end_status;
static atomic_flag is_ending = ATOMIC_FLAG_INIT;

void end_when_out_of_memory(const char *message, int status) {
  end_status = status;
  end_message = message;
}

static void *checked(void *memory, size_t size) {
  if (memory == NULL && size > 0 && end_message != NULL) {
    // One thread speaks for all.
    while (atomic_flag_test_and_set(&is_ending)) pause();
    // Nothing here takes memory. Nobody can be told when the write fails.
    ssize_t count = write(STDERR_FILENO, end_message, strlen(end_message));
    (void)count;
    _exit(end_status);
  }
  return memory;
}

void *malloc(size_t size) { return checked(__libc_malloc(size), size); }

void *calloc(size_t count, size_t size) { return checked(__libc_calloc(count, size), count > 0 ? size : 0); }

void *realloc(void *old, size_t size) { return checked(__libc_realloc(old, size), size); }

void *memalign(size_t alignment, size_t size) { return checked(__libc_memalign(alignment, size), size); }

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
  *memory = memalign(alignment, size);
  return *memory == NULL && size > 0 ? ENOMEM : 0;
}
