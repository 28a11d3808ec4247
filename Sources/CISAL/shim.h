#include <isa-l.h>
#include <stdlib.h>

// ISA-L's structures hold arrays that are too large for Swift to import, so whole calls are wrapped here.

struct actool_isal_deflater {
  struct isal_zstream stream;
  uint8_t level_buffer[ISAL_DEF_LVL1_DEFAULT];
};

// A deflater for many blocks, to be freed with `free`; NULL without memory.
static inline void *actool_isal_make_deflater(void) { return calloc(1, sizeof(struct actool_isal_deflater)); }

// Writes `in` as one zlib stream of level 1. Returns its size in bytes, or 0 if it does not fit.
//
// The first bytes are a deflate block of their own. The loop of levels 1 and 2 starts a stream with a hash of the
// address of its own state where it means the input, so the bytes that it writes would differ between threads. Short
// blocks go through another loop, and the main one then continues their stream, which costs some 8 bytes.
static inline size_t actool_isal_deflate(void *memory, const void *in, uint32_t count, void *out, uint32_t room) {
  enum { head = 4 };
  struct actool_isal_deflater *deflater = memory;
  struct isal_zstream *stream = &deflater->stream;
  isal_deflate_init(stream);
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
    if (isal_deflate(stream) != COMP_OK || stream->avail_in != 0) return 0;
    count -= head;
  }
  stream->avail_in = count;
  stream->flush = NO_FLUSH;
  stream->end_of_stream = 1;
  if (isal_deflate(stream) != COMP_OK || stream->internal_state.state != ZSTATE_END) return 0;
  return stream->total_out;
}

// An inflater for many blocks, to be freed with `free`; NULL without memory.
static inline void *actool_isal_make_inflater(void) { return calloc(1, sizeof(struct inflate_state)); }

// Whether `in` is one whole zlib stream of exactly `size` raw bytes, which are then in `out`. What stands behind the stream
// may have been read already: it is then in the bits that wait.
static inline int actool_isal_inflate(void *memory, const void *in, uint32_t count, void *out, uint32_t size) {
  struct inflate_state *state = memory;
  isal_inflate_init(state);
  state->crc_flag = ISAL_ZLIB;
  state->next_in = (uint8_t *)in;
  state->avail_in = count;
  state->next_out = out;
  state->avail_out = size;
  return isal_inflate(state) == ISAL_DECOMP_OK && state->block_state == ISAL_BLOCK_FINISH && state->avail_in == 0 &&
         state->read_in_length < 8 && state->total_out == size;
}
