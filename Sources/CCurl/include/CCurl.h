#ifndef CCURL_H
#define CCURL_H

#include <stddef.h>
#include <stdint.h>

// Single HTTP exchanges through libcurl. The library is loaded when it is first asked for, so that a program that never
// leaves the machine does not pay for it; its header is needed only to build.

// The version of the library, such as "7.88.1", or NULL where there is none of at least 7.85. To be called, and to return
// a version, before anything else here is.
const char *actool_curl_load(void);

// SHA-256 of bytes. Returns 0 if the library has none to offer.
int actool_curl_sha256(const void *bytes, size_t count, unsigned char digest[32]);

// A request. Texts that are not needed are NULL.
struct actool_request {
  const char *method;
  const char *url;
  // `count` lines of the form "Name: value".
  const char *const *headers;
  size_t header_count;
  // "aws:amz:REGION:s3" and "ID:SECRET", to sign the request with AWS Signature 4.
  const char *signing;
  const char *credentials;
  // Whether to show the user's Kerberos ticket (SPNEGO).
  int negotiates;
  // A file with the certificates of the authorities to trust, in place of the system's.
  const char *authorities;
  // Whether to go where a redirect says.
  int follows;
  // How long to wait for a connection (ms), and how long to bear a silent one (s).
  long connect_timeout;
  long silence;
  // What is sent with PUT and POST: bytes, or those of a file if `body` is NULL.
  const void *body;
  int body_file;
  size_t body_count;
  // Where the body of an answer with a status of 200 to 299 goes. A longer one ends the exchange.
  void *room;
  size_t room_count;
};

// A connection, kept open between exchanges; NULL without memory. For one thread at a time.
void *actool_curl_make(void);
void actool_curl_free(void *connection);

// Sends a request and waits for the end of its answer. Returns libcurl's code: 0 for any answer that is whole.
int actool_curl_perform(void *connection, const struct actool_request *request);

// About the last exchange: libcurl's words about a failure; the status; the bytes in the room; whether there were more;
// the beginning of the body of any other status; a header by its name in small letters, or NULL; the last URL.
const char *actool_curl_problem(void *connection);
long actool_curl_status(void *connection);
size_t actool_curl_count(void *connection);
int actool_curl_is_too_long(void *connection);
const char *actool_curl_text(void *connection);
const char *actool_curl_header(void *connection, const char *name);
const char *actool_curl_last_url(void *connection);

#endif
