#ifdef REMOTE  // The package trait. Without it, the header of the library may be missing.

#define _GNU_SOURCE
#define CURL_DISABLE_TYPECHECK
#include "CCurl.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

// The number in the name is that of the interface. The second one is what Debian links with GnuTLS.
static const char *const file_names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};

static struct {
  __typeof__(curl_global_init) *global_init;
  __typeof__(curl_easy_init) *make;
  __typeof__(curl_easy_cleanup) *free;
  __typeof__(curl_easy_reset) *reset;
  // The macros of the header stand in the way of their types.
  CURLcode (*set)(CURL *, CURLoption, ...);
  CURLcode (*get)(CURL *, CURLINFO, ...);
  __typeof__(curl_easy_perform) *perform;
  __typeof__(curl_easy_strerror) *describe;
  __typeof__(curl_slist_append) *append;
  __typeof__(curl_slist_free_all) *free_list;
  __typeof__(curl_version_info) *info;
  // SHA-256 of the library that libcurl itself uses: OpenSSL's or GnuTLS's. NULL if it uses another one.
  unsigned char *(*openssl_sha256)(const unsigned char *, size_t, unsigned char *);
  int (*gnutls_hash)(int, const void *, size_t, void *);
  // NULL if a part of the library is missing, or if it is too old.
  const char *version;
} library;

// 7.85: CURLOPT_PROTOCOLS_STR, without which a redirect may lead anywhere. CURLOPT_AWS_SIGV4 is older.
enum { least_version = 0x075500 };

static void load(void) {
  void *handle = NULL;
  for (size_t i = 0; handle == NULL && i < sizeof file_names / sizeof *file_names; i++)
    handle = dlopen(file_names[i], RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) return;
  library.global_init = (__typeof__(library.global_init))dlsym(handle, "curl_global_init");
  library.make = (__typeof__(library.make))dlsym(handle, "curl_easy_init");
  library.free = (__typeof__(library.free))dlsym(handle, "curl_easy_cleanup");
  library.reset = (__typeof__(library.reset))dlsym(handle, "curl_easy_reset");
  library.set = (__typeof__(library.set))dlsym(handle, "curl_easy_setopt");
  library.get = (__typeof__(library.get))dlsym(handle, "curl_easy_getinfo");
  library.perform = (__typeof__(library.perform))dlsym(handle, "curl_easy_perform");
  library.describe = (__typeof__(library.describe))dlsym(handle, "curl_easy_strerror");
  library.append = (__typeof__(library.append))dlsym(handle, "curl_slist_append");
  library.free_list = (__typeof__(library.free_list))dlsym(handle, "curl_slist_free_all");
  library.info = (__typeof__(library.info))dlsym(handle, "curl_version_info");
  library.openssl_sha256 = (__typeof__(library.openssl_sha256))dlsym(handle, "SHA256");
  library.gnutls_hash = (__typeof__(library.gnutls_hash))dlsym(handle, "gnutls_hash_fast");
  if (!library.global_init || !library.make || !library.free || !library.reset || !library.set || !library.get ||
      !library.perform || !library.describe || !library.append || !library.free_list || !library.info)
    return;
  if (library.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return;
  const curl_version_info_data *info = library.info(CURLVERSION_NOW);
  if (info->version_num >= least_version) library.version = info->version;
}

const char *actool_curl_load(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  return library.version;
}

int actool_curl_sha256(const void *bytes, size_t count, unsigned char digest[32]) {
  enum { gnutls_sha256 = 6 };  // GNUTLS_DIG_SHA256
  if (library.openssl_sha256) return library.openssl_sha256(bytes, count, digest) != NULL;
  return library.gnutls_hash && library.gnutls_hash(gnutls_sha256, bytes, count, digest) == 0;
}

enum { header_bytes = 16 << 10, text_bytes = 4 << 10 };

struct connection {
  CURL *curl;
  char problem[CURL_ERROR_SIZE];
  // The body of the answer, or the beginning of one that is an error.
  char *room;
  size_t room_count;
  size_t count;
  int is_too_long;
  char text[text_bytes];
  size_t text_count;
  // "name\0value\0name\0value\0"
  char headers[header_bytes];
  size_t headers_used;
  const char *body;
  int body_file;
  size_t body_count;
  size_t body_sent;
};

void *actool_curl_make(void) {
  struct connection *connection = calloc(1, sizeof *connection);
  if (connection && !(connection->curl = library.make())) {
    free(connection);
    return NULL;
  }
  return connection;
}

void actool_curl_free(void *memory) {
  struct connection *connection = memory;
  library.free(connection->curl);
  free(connection);
}

static size_t take_body(char *bytes, size_t size, size_t number, void *context) {
  struct connection *connection = context;
  size_t count = size * number;
  long status = actool_curl_status(connection);
  if (status >= 200 && status < 300) {
    if (count > connection->room_count - connection->count) {
      connection->is_too_long = 1;
      return 0;
    }
    memcpy(connection->room + connection->count, bytes, count);
    connection->count += count;
  } else {
    size_t left = text_bytes - 1 - connection->text_count;
    size_t taken = count < left ? count : left;
    memcpy(connection->text + connection->text_count, bytes, taken);
    connection->text_count += taken;
  }
  return count;
}

static size_t take_header(char *line, size_t size, size_t number, void *context) {
  struct connection *connection = context;
  size_t count = size * number;
  // A new answer, after a redirect.
  if (count > 5 && memcmp(line, "HTTP/", 5) == 0) {
    connection->headers_used = 0;
    connection->count = 0;
    connection->text_count = 0;
    return count;
  }
  const char *colon = memchr(line, ':', count);
  if (colon == NULL) return count;
  size_t name = (size_t)(colon - line);
  const char *value = colon + 1, *end = line + count;
  while (value < end && (*value == ' ' || *value == '\t')) value++;
  while (end > value && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' ')) end--;
  size_t length = (size_t)(end - value);
  if (name + length + 2 > header_bytes - connection->headers_used) return count;
  char *out = connection->headers + connection->headers_used;
  memcpy(out, line, name);
  out[name] = 0;
  memcpy(out + name + 1, value, length);
  out[name + 1 + length] = 0;
  connection->headers_used += name + length + 2;
  return count;
}

static size_t give_body(char *bytes, size_t size, size_t number, void *context) {
  struct connection *connection = context;
  size_t left = connection->body_count - connection->body_sent;
  size_t count = size * number < left ? size * number : left;
  if (connection->body) {
    memcpy(bytes, connection->body + connection->body_sent, count);
  } else if (count > 0) {
    ssize_t read = pread(connection->body_file, bytes, count, (off_t)connection->body_sent);
    if (read <= 0) return CURL_READFUNC_ABORT;
    count = (size_t)read;
  }
  connection->body_sent += count;
  return count;
}

// The body is sent again after a redirect, or when a kept connection turns out to be closed.
static int rewind_body(void *context, curl_off_t offset, int origin) {
  struct connection *connection = context;
  if (origin != SEEK_SET || offset < 0 || (size_t)offset > connection->body_count) return CURL_SEEKFUNC_FAIL;
  connection->body_sent = (size_t)offset;
  return CURL_SEEKFUNC_OK;
}

// Says what went wrong, unless libcurl has, and returns its code.
static int end(struct connection *connection, CURLcode code) {
  connection->text[connection->text_count] = 0;
  if (code != CURLE_OK && connection->problem[0] == 0)
    snprintf(connection->problem, sizeof connection->problem, "%s", library.describe(code));
  return code;
}

int actool_curl_perform(void *memory, const struct actool_request *request) {
  struct connection *connection = memory;
  CURL *curl = connection->curl;
  connection->problem[0] = 0;
  connection->room = request->room;
  connection->room_count = request->room_count;
  connection->count = connection->text_count = connection->headers_used = connection->body_sent = 0;
  connection->is_too_long = 0;
  connection->body = request->body;
  connection->body_file = request->body_file;
  connection->body_count = request->body_count;

  // Options go, connections stay.
  library.reset(curl);
  library.set(curl, CURLOPT_NOSIGNAL, 1L);
  library.set(curl, CURLOPT_ERRORBUFFER, connection->problem);
  library.set(curl, CURLOPT_URL, request->url);
  library.set(curl, CURLOPT_PATH_AS_IS, 1L);
  library.set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  library.set(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  library.set(curl, CURLOPT_FOLLOWLOCATION, (long)request->follows);
  library.set(curl, CURLOPT_MAXREDIRS, 5L);
  // Several answers come over several connections, which fill a line better than one.
  library.set(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  library.set(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  library.set(curl, CURLOPT_BUFFERSIZE, 256L << 10);
  library.set(curl, CURLOPT_CONNECTTIMEOUT_MS, request->connect_timeout);
  library.set(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  library.set(curl, CURLOPT_LOW_SPEED_TIME, request->silence);
  library.set(curl, CURLOPT_WRITEFUNCTION, take_body);
  library.set(curl, CURLOPT_WRITEDATA, connection);
  library.set(curl, CURLOPT_HEADERFUNCTION, take_header);
  library.set(curl, CURLOPT_HEADERDATA, connection);
  if (request->authorities) library.set(curl, CURLOPT_CAINFO, request->authorities);
  if (strcmp(request->method, "HEAD") == 0) {
    library.set(curl, CURLOPT_NOBODY, 1L);
  } else if (strcmp(request->method, "PUT") == 0 || strcmp(request->method, "POST") == 0) {
    library.set(curl, CURLOPT_UPLOAD, 1L);
    library.set(curl, CURLOPT_READFUNCTION, give_body);
    library.set(curl, CURLOPT_READDATA, connection);
    library.set(curl, CURLOPT_SEEKFUNCTION, rewind_body);
    library.set(curl, CURLOPT_SEEKDATA, connection);
    library.set(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)request->body_count);
    library.set(curl, CURLOPT_UPLOAD_BUFFERSIZE, 256L << 10);
    if (request->method[1] == 'O') library.set(curl, CURLOPT_CUSTOMREQUEST, "POST");
  } else if (strcmp(request->method, "GET") != 0) {
    library.set(curl, CURLOPT_CUSTOMREQUEST, request->method);
  }
  if (request->signing) {
    // Without it, the secret itself would be sent.
    CURLcode code = library.set(curl, CURLOPT_AWS_SIGV4, request->signing);
    if (code != CURLE_OK) return end(connection, code);
    library.set(curl, CURLOPT_USERPWD, request->credentials);
  } else if (request->negotiates) {
    // The user is that of the ticket.
    library.set(curl, CURLOPT_HTTPAUTH, CURLAUTH_NEGOTIATE);
    library.set(curl, CURLOPT_USERPWD, ":");
  }
  struct curl_slist *headers = NULL;
  for (size_t i = 0; i < request->header_count; i++) {
    struct curl_slist *longer = library.append(headers, request->headers[i]);
    if (longer == NULL) {
      library.free_list(headers);
      return end(connection, CURLE_OUT_OF_MEMORY);
    }
    headers = longer;
  }
  library.set(curl, CURLOPT_HTTPHEADER, headers);
  CURLcode code = library.perform(curl);
  library.free_list(headers);
  return end(connection, code);
}

const char *actool_curl_problem(void *memory) { return ((struct connection *)memory)->problem; }
size_t actool_curl_count(void *memory) { return ((struct connection *)memory)->count; }
int actool_curl_is_too_long(void *memory) { return ((struct connection *)memory)->is_too_long; }
const char *actool_curl_text(void *memory) { return ((struct connection *)memory)->text; }

long actool_curl_status(void *memory) {
  long status = 0;
  library.get(((struct connection *)memory)->curl, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

const char *actool_curl_last_url(void *memory) {
  const char *url = NULL;
  library.get(((struct connection *)memory)->curl, CURLINFO_EFFECTIVE_URL, &url);
  return url ? url : "";
}

const char *actool_curl_header(void *memory, const char *name) {
  struct connection *connection = memory;
  const char *at = connection->headers, *end = at + connection->headers_used;
  while (at < end) {
    const char *value = at + strlen(at) + 1;
    if (strcasecmp(at, name) == 0) return value;
    at = value + strlen(value) + 1;
  }
  return NULL;
}

#endif
