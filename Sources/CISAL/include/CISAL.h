#ifndef CISAL_H
#define CISAL_H

#include <stddef.h>
#include <stdint.h>

// Whole blocks through ISA-L, whose structures hold arrays that are too large for Swift to import. The library is loaded
// when it is first asked for, because it is often not installed; its header is needed only to build.

// The name of the library's file, such as "libisal.so.2.0.30", or NULL where there is none. To be called, and to return a
// name, before anything else here is.
const char *actool_isal_load(void);

// A deflater for many blocks, to be freed with `free`; NULL without memory.
void *actool_isal_make_deflater(void);

// Writes `in` as one zlib stream of level 1. Returns its size in bytes, or 0 if it does not fit.
size_t actool_isal_deflate(void *deflater, const void *in, uint32_t count, void *out, uint32_t room);

// An inflater for many blocks, to be freed with `free`; NULL without memory.
void *actool_isal_make_inflater(void);

// Whether `in` is one whole zlib stream of exactly `size` raw bytes, which are then in `out`. What stands behind the stream
// may have been read already: it is then in the bits that wait.
int actool_isal_inflate(void *inflater, const void *in, uint32_t count, void *out, uint32_t size);

#endif
