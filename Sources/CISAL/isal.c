#ifdef ISAL  // The package trait. Without it, the header of the library may be missing.

#define _GNU_SOURCE
#include "CISAL.h"

#include <dlfcn.h>
#include <isa-l.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// The number in the name is that of the interface: the library changes it when its structures change.
static const char file_name[] = "libisal.so.2";

static struct {
  __typeof__(isal_deflate_init) *deflate_init;
  __typeof__(isal_deflate) *deflate;
  __typeof__(isal_inflate_init) *inflate_init;
  __typeof__(isal_inflate) *inflate;
  // NULL if a part of the library is missing.
  const char *name;
} library;

static void load(void) {
  void *handle = dlopen(file_name, RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) return;
  library.deflate_init = (__typeof__(library.deflate_init))dlsym(handle, "isal_deflate_init");
  library.deflate = (__typeof__(library.deflate))dlsym(handle, "isal_deflate");
  library.inflate_init = (__typeof__(library.inflate_init))dlsym(handle, "isal_inflate_init");
  library.inflate = (__typeof__(library.inflate))dlsym(handle, "isal_inflate");
  if (!library.deflate_init || !library.deflate || !library.inflate_init || !library.inflate) return;
  Dl_info found;
  char *path = dladdr((void *)library.deflate, &found) ? realpath(found.dli_fname, NULL) : NULL;
  const char *slash = path ? strrchr(path, '/') : NULL;
  library.name = slash ? slash + 1 : file_name;
}

const char *actool_isal_load(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  return library.name;
}

struct deflater {
  struct isal_zstream stream;
  uint8_t level_buffer[ISAL_DEF_LVL1_DEFAULT];
};

void *actool_isal_make_deflater(void) { return calloc(1, sizeof(struct deflater)); }

// The first bytes are a deflate block of their own. The loop of levels 1 and 2 starts a stream with a hash of the
// address of its own state where it means the input, so the bytes that it writes would differ between threads. Short
// blocks go through another loop, and the main one then continues their stream, which costs some 8 bytes.
size_t actool_isal_deflate(void *memory, const void *in, uint32_t count, void *out, uint32_t room) {
  enum { head = 4 };
  struct deflater *deflater = memory;
  struct isal_zstream *stream = &deflater->stream;
  library.deflate_init(stream);
  stream->level = 1;
  stream->level_buf = deflater->level_buffer;
  stream->level_buf_size = sizeof deflater->level_buffer;
  stream->gzip_flag = IGZIP_ZLIB;
  stream->next_in = (uint8_t *)in;
  stream->next_out = out;
  stream->avail_out = room;
  if (count > head) {
    stream->avail_in = head;
    stream->flush = SYNC_FLUSH;
    if (library.deflate(stream) != COMP_OK || stream->avail_in != 0) return 0;
    count -= head;
  }
  stream->avail_in = count;
  stream->flush = NO_FLUSH;
  stream->end_of_stream = 1;
  if (library.deflate(stream) != COMP_OK || stream->internal_state.state != ZSTATE_END) return 0;
  return stream->total_out;
}

void *actool_isal_make_inflater(void) { return calloc(1, sizeof(struct inflate_state)); }

int actool_isal_inflate(void *memory, const void *in, uint32_t count, void *out, uint32_t size) {
  struct inflate_state *state = memory;
  library.inflate_init(state);
  state->crc_flag = ISAL_ZLIB;
  state->next_in = (uint8_t *)in;
  state->avail_in = count;
  state->next_out = out;
  state->avail_out = size;
  return library.inflate(state) == ISAL_DECOMP_OK && state->block_state == ISAL_BLOCK_FINISH && state->avail_in == 0 &&
         state->read_in_length < 8 && state->total_out == size;
}

#endif
