#!/usr/bin/env python3
"""Serves a directory in three ways, for tests: as a web server, as S3, and as WebHDFS. The last two also take files.

usage: server.py DIRECTORY [ID:SECRET:TOKEN]      prints its port, and ends with the process that started it

    http://127.0.0.1:PORT/web/FILE                 ranges, ETag, If-Match
    http://127.0.0.1:PORT/s3/BUCKET/KEY            path style; with ID:SECRET every signature is checked; parts of files
                                                   that are not whole are in DIRECTORY/uploads
    http://127.0.0.1:PORT/webhdfs/v1/FILE?op=      a name node, which sends readers and writers to /data/FILE, the data node

A part of a path of the form fault-NAME-NUMBER is taken out and makes the server misbehave:

    fault-cut-N       every answer with bytes of a file is cut after N of them
    fault-status-N    every answer is an error with this status
    fault-first-N     the first request of each kind gets this status, the others are answered
    fault-slow-N      the first answer comes after N seconds
    fault-change-N    the file has another ETag from the Nth request on
    fault-whole-0     ranges are ignored
    fault-wrong-0     the range that is sent is not the one that was asked for
    fault-huge-0      files are said to have 2^63 - 1 bytes
    fault-endless-N   every page of a list has N names, and there is always another one
    fault-dead-N      the first N readers and writers are sent to a data node that is dead

and when it is sent something:

    fault-upload-N    the first time that a file is sent, the connection is cut after N bytes, which a data node keeps
    fault-before-N    the first request of each kind that changes a file gets this status, and changes nothing
    fault-after-N     it gets this status, and has changed what it should; with 0 the connection is cut
    fault-other-0     what is stored has other bytes
    fault-blind-0     If-None-Match is ignored
    fault-conflict-N  the first N files meet another request for the same name: 409
    fault-late-0      the name is taken by another file while the first one is sent
    fault-kerberos-0  WebHDFS wants a ticket, or the delegation token "token"

With the environment's KRB5_KTNAME, tickets are checked with Debian's python3-gssapi; otherwise there are none that are good.
Otherwise only Python's own library is used.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import socket
import sys
import threading
import time
import uuid
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, unquote, urlsplit

ROOT = os.path.realpath(sys.argv[1])
ID, SECRET, TOKEN = (sys.argv[2].split(":") + [""] * 3)[:3] if len(sys.argv) > 2 else ("", "", "")
contents = {}
seen = Counter()
lock = threading.Lock()


def xml_error(code):
    return f"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>as the test wants it</Message></Error>".encode()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without this, each small answer waits 40 ms for the reader's acknowledgement.
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.serve()

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET

    def serve(self):
        self.raw_path, _, self.raw_query = self.path.partition("?")
        self.query = dict(parse_qsl(self.raw_query, keep_blank_values=True))
        parts = [unquote(part) for part in self.raw_path.split("/")[1:]]
        self.faults = {}
        self.sends_file = False
        for part in parts:
            if found := re.fullmatch(r"fault-([a-z]+)-(\d+)", part):
                self.faults[found[1]] = int(found[2])
        parts = [part for part in parts if not part.startswith("fault-")]
        if "status" in self.faults:
            return self.answer(self.faults["status"], xml_error("SlowDown" if self.faults["status"] == 503 else "Refused"))
        if "first" in self.faults and self.count(self.command + self.raw_query) == 1:
            return self.answer(self.faults["first"], xml_error("InternalError"))
        if "slow" in self.faults and self.count("slow") == 1:
            time.sleep(self.faults["slow"])
        kind, rest = parts[0], parts[1:]
        if self.command in ("PUT", "POST", "DELETE"):
            return self.change(kind, rest)
        self.sends_file = kind in ("web", "data") or (kind == "s3" and "list-type" not in self.query)
        if kind == "web":
            return self.file(rest)
        if kind == "data":
            return self.data(rest)
        if kind == "s3":
            return self.s3(rest)
        if kind == "webhdfs":
            return self.webhdfs(rest[1:])
        self.answer(404)

    def change(self, kind, parts):
        """Anything that changes something. Other requests never see half of it."""
        # Hadoop's client sends a file in chunks.
        chunks = self.chunks() if self.headers.get("Transfer-Encoding") == "chunked" else None
        count = limit = int(self.headers.get("Content-Length", 0))
        # Each attempt at a file of HDFS has a name of its own, which begins with that of the file.
        what = self.raw_path.split(".rf")[0]
        if count and self.once("upload", what + self.query.get("partNumber", "")):
            limit = min(count, self.faults["upload"])
        body = self.rfile.read(limit) if chunks is None else chunks
        if limit < count:
            if kind == "data":
                self.store(self.local(parts), body)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            return self.cut()
        operation = what + self.command + self.query.get("op", "") + ",".join(sorted(self.query))
        if self.once("before", operation):
            return self.answer(self.faults["before"], xml_error("InternalError"))
        self.is_lost = self.once("after", operation)
        if kind == "s3":
            return self.change_s3(parts, body)
        if kind == "webhdfs":
            return self.change_webhdfs(parts[1:])
        if kind == "data":
            self.store(self.local(parts), body)
            return self.done(201)
        self.answer(405)

    def chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def once(self, fault, what):
        with lock:
            seen[fault, what] += 1
            return fault in self.faults and seen[fault, what] <= 1

    def done(self, status, body=b"", headers={}):
        """The answer to what has changed something."""
        if not self.is_lost:
            return self.answer(status, body, headers)
        if self.faults["after"] == 0:
            return self.cut()
        self.answer(self.faults["after"], xml_error("InternalError"))

    def store(self, path, body):
        if "other" in self.faults and body and not path.endswith(".json"):
            body = body[:-1] + bytes([body[-1] ^ 1])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        # Whole or not at all, as readers run beside this.
        with open(path + ".new", "wb") as stream:
            stream.write(body)
        os.rename(path + ".new", path)

    def count(self, what):
        """How many times this was asked for, this one included."""
        with lock:
            seen[what, self.raw_path] += 1
            return seen[what, self.raw_path]

    def cut(self):
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)

    def answer(self, status, body=b"", headers={}):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        limit = self.faults.get("cut", len(body)) if status in (200, 206) and self.sends_file else len(body)
        self.wfile.write(body[:limit])
        if limit < len(body):
            self.cut()

    def local(self, parts):
        path = os.path.realpath(os.path.join(ROOT, *parts))
        return path if path.startswith(ROOT) else ROOT + "/none"

    def said(self, count):
        """How large a file of `count` bytes is said to be."""
        return 2**63 - 1 if "huge" in self.faults else count

    def content(self, path):
        """The bytes of a file and its ETag."""
        found = os.stat(path)
        key = path, found.st_mtime_ns, found.st_size
        if key not in contents:
            with open(path, "rb") as stream:
                content = stream.read()
            contents[key] = content, '"' + hashlib.md5(content).hexdigest() + '"'
        return contents[key]

    # Web servers

    def file(self, parts, missing=b""):
        path = self.local(parts)
        if not os.path.isfile(path):
            return self.answer(404, missing)
        content, tag = self.content(path)
        if "change" in self.faults and self.count("change") >= self.faults["change"]:
            tag = '"another"'
        headers = {"ETag": tag, "Accept-Ranges": "bytes"}
        if self.headers.get("If-Match", tag) != tag:
            return self.answer(412, xml_error("PreconditionFailed"))
        found = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        count = self.said(len(content))
        if self.command == "HEAD":
            return self.answer(200, b"", headers | {"Content-Length": str(count)})
        if not found or "whole" in self.faults:
            return self.answer(200, content, headers)
        first, last = found.groups()
        if first:
            start, end = int(first), min(int(last or len(content) - 1), len(content) - 1)
        else:
            start, end = max(0, len(content) - int(last)), len(content) - 1
        if start >= len(content):
            return self.answer(416, xml_error("InvalidRange"), {"Content-Range": f"bytes */{len(content)}"})
        if "wrong" in self.faults and first:
            start = max(0, start - 1)
        headers["Content-Range"] = f"bytes {start}-{end}/{count}"
        self.answer(206, content[start : end + 1], headers)

    # S3

    def s3(self, parts):
        if SECRET and (problem := self.signature_problem()):
            return self.answer(403, xml_error(problem))
        if len(parts) < 2 or parts[1] == "":
            return self.listing(parts[0])
        self.file(parts, xml_error("NoSuchKey"))

    def change_s3(self, parts, body):
        digest = self.headers.get("x-amz-content-sha256", "")
        if SECRET and (problem := self.signature_problem()):
            return self.answer(403, xml_error(problem))
        if SECRET and digest != hashlib.sha256(body).hexdigest():
            return self.answer(400, xml_error("XAmzContentSHA256Mismatch"))
        if not os.path.isdir(self.local(parts[:1])):
            return self.answer(404, xml_error("NoSuchBucket"))
        if "uploads" in self.query and self.command == "POST":
            upload = uuid.uuid4().hex
            os.makedirs(os.path.join(ROOT, "uploads", upload))
            text = f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
            return self.done(200, text.encode())
        if "uploadId" not in self.query:
            return self.finish(parts, body)
        upload = os.path.join(ROOT, "uploads", self.query["uploadId"])
        if not os.path.isdir(upload):
            return self.answer(404, xml_error("NoSuchUpload"))
        if self.command == "PUT":
            with open(os.path.join(upload, self.query["partNumber"]), "wb") as stream:
                stream.write(body)
            return self.done(200, b"", {"ETag": '"' + hashlib.md5(body).hexdigest() + '"'})
        if self.command == "POST":
            whole = b""
            pattern = rb"<Part><PartNumber>(\d+)</PartNumber><ETag>([^<]*)</ETag></Part>"
            for number, tag in re.findall(pattern, body):
                with open(os.path.join(upload, number.decode()), "rb") as stream:
                    part = stream.read()
                if tag.decode().replace("&quot;", '"') != '"' + hashlib.md5(part).hexdigest() + '"':
                    return self.answer(400, xml_error("InvalidPart"))
                whole += part
            if not self.finish(parts, whole, b"<CompleteMultipartUploadResult></CompleteMultipartUploadResult>"):
                return
        for name in os.listdir(upload):
            os.remove(os.path.join(upload, name))
        os.rmdir(upload)
        if self.command == "DELETE":
            self.done(204)

    def finish(self, parts, body, text=b""):
        """Gives bytes their name. Whether it did."""
        path = self.local(parts)
        with lock:
            seen["finish", path] += 1
            is_conflict = seen["finish", path] <= self.faults.get("conflict", 0)
            if "late" in self.faults and seen["finish", path] == 1:
                self.store(path, b"another file")
            is_free = "blind" in self.faults or not os.path.exists(path) or "If-None-Match" not in self.headers
            if is_free and not is_conflict:
                self.store(path, body)
        if is_conflict:
            self.answer(409, xml_error("ConditionalRequestConflict"))
        elif is_free:
            self.done(200, text)
        else:
            self.answer(412, xml_error("PreconditionFailed"))
        return is_free and not is_conflict

    def signature_problem(self):
        """Computes Signature 4 of the request anew. None if it is the one that was sent."""
        form = r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d+)/([^/]+)/s3/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w+)"
        found = re.fullmatch(form, self.headers.get("Authorization", ""))
        if not found:
            return "AccessDenied"
        user, day, region, names, signature = found.groups()
        if user != ID:
            return "InvalidAccessKeyId"
        if self.headers.get("x-amz-security-token", "") != TOKEN:
            return "InvalidToken"
        pairs = sorted(parse_qsl(self.raw_query, keep_blank_values=True))
        query = "&".join(quote(name, safe="-._~") + "=" + quote(value, safe="-._~") for name, value in pairs)
        headers = "".join(f"{name}:{' '.join(self.headers.get(name, '').split())}\n" for name in names.split(";"))
        path = quote(unquote(self.raw_path), safe="/-._~")
        lines = [self.command, path, query, headers, names, self.headers.get("x-amz-content-sha256", "")]
        scope = f"{day}/{region}/s3/aws4_request"
        canonical = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        text = "\n".join(["AWS4-HMAC-SHA256", self.headers.get("x-amz-date", ""), scope, canonical])
        key = ("AWS4" + SECRET).encode()
        for part in [day, region, "s3", "aws4_request", text]:
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return None if hmac.compare_digest(key.hex(), signature) else "SignatureDoesNotMatch"

    def listing(self, bucket):
        prefix = self.query.get("prefix", "")
        top = self.local([bucket])
        if not os.path.isdir(top):
            return self.answer(404, xml_error("NoSuchBucket"))
        found = {}
        for directory, _, names in os.walk(top):
            for name in names:
                key = os.path.relpath(os.path.join(directory, name), top)
                if key.startswith(prefix):
                    rest = key[len(prefix) :]
                    found[prefix + rest.split("/")[0] + ("/" if "/" in rest else "")] = True
        most = min(int(self.query.get("max-keys", 1000)), 1000)
        after = self.query.get("continuation-token", "")
        keys = [key for key in sorted(found) if key > after]
        page = keys[:most]
        if "endless" in self.faults:
            page = [prefix + after + str(number) for number in range(self.faults["endless"])]
            keys, most = page, -1
        text = '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        text += f"<IsTruncated>{'true' if len(keys) > most else 'false'}</IsTruncated>"
        for key in page:
            name = quote(key)
            text += f"<CommonPrefixes><Prefix>{name}</Prefix></CommonPrefixes>" if key.endswith("/") else (
                f"<Contents><Key>{name}</Key><Size>1</Size></Contents>")
        if len(keys) > most:
            text += f"<NextContinuationToken>{uuid.uuid4() if most < 0 else page[-1]}</NextContinuationToken>"
        self.answer(200, (text + "</ListBucketResult>").encode())

    # WebHDFS

    def webhdfs(self, parts):
        if self.refuses_user():
            return
        path = self.local(parts)
        operation = self.query.get("op")
        if not os.path.exists(path):
            problem = {"exception": "FileNotFoundException", "javaClassName": "java.io.FileNotFoundException", "message": "File does not exist: /" + "/".join(parts)}
            return self.answer(404, json.dumps({"RemoteException": problem}).encode())
        if operation == "GETFILESTATUS":
            return self.answer(200, json.dumps({"FileStatus": self.status(path, "")}).encode())
        if operation == "LISTSTATUS":
            names = sorted(os.listdir(path)) if os.path.isdir(path) else [""]
            found = [self.status(os.path.join(path, name), name) for name in names]
            return self.answer(200, json.dumps({"FileStatuses": {"FileStatus": found}}).encode())
        if operation == "OPEN":
            return self.redirect(parts)
        self.answer(400, json.dumps({"RemoteException": {"exception": "UnsupportedOperationException"}}).encode())

    def change_webhdfs(self, parts):
        if self.refuses_user():
            return
        path, operation = self.local(parts), self.query.get("op")
        if operation == "CREATE":
            if os.path.exists(path) and self.query.get("overwrite") != "true":
                name = "org.apache.hadoop.fs.FileAlreadyExistsException"
                problem = {"exception": "FileAlreadyExistsException", "javaClassName": name, "message": "/".join(parts)}
                return self.answer(403, json.dumps({"RemoteException": problem}).encode())
            return self.redirect(parts)
        if operation in ("RENAME", "DELETE", "MKDIRS"):
            parts = self.query.get("destination", "").split("/")[1:]
            target = self.local([part for part in parts if not part.startswith("fault-")])
            with lock:
                if operation == "MKDIRS":
                    os.makedirs(path, exist_ok=True)
                    result = True
                elif operation == "RENAME":
                    seen["finish", target] += 1
                    if "late" in self.faults and seen["finish", target] == 1:
                        self.store(target, b"another file")
                    result = os.path.exists(path) and not os.path.exists(target)
                    if result:
                        os.rename(path, target)
                else:
                    result = os.path.isfile(path)
                    if result:
                        os.remove(path)
            return self.done(200, json.dumps({"boolean": result}).encode())
        self.answer(400, json.dumps({"RemoteException": {"exception": "UnsupportedOperationException"}}).encode())

    def redirect(self, parts):
        host = self.headers["Host"]
        with lock:
            seen["dead", self.raw_path.split(".rf")[0]] += 1
            is_dead = seen["dead", self.raw_path.split(".rf")[0]] <= self.faults.get("dead", 0)
        if is_dead:
            host = "127.0.0.1:9"
        faults = "".join(f"/fault-{name}-{number}" for name, number in self.faults.items() if name != "dead")
        name = quote("/".join(parts))
        self.answer(307, b"", {"Location": f"http://{host}/data{faults}/{name}?{self.raw_query}"})

    def refuses_user(self):
        """Kerberos, as Hadoop's AuthenticationFilter has it. True when the answer was 401."""
        if "kerberos" not in self.faults or self.query.get("delegation") == "token":
            return False
        scheme, _, ticket = self.headers.get("Authorization", "").partition(" ")
        if scheme == "Negotiate" and "KRB5_KTNAME" in os.environ:
            import gssapi

            try:
                context = gssapi.SecurityContext(usage="accept")
                context.step(base64.b64decode(ticket))
                if context.complete and "user.name" not in self.query:
                    return False
            except gssapi.exceptions.GSSError:
                pass
        self.answer(401, b"", {"WWW-Authenticate": "Negotiate"})
        return True

    def status(self, path, suffix):
        found = os.stat(path)
        return {
            "pathSuffix": suffix,
            "type": "DIRECTORY" if os.path.isdir(path) else "FILE",
            "length": self.said(found.st_size) if os.path.isfile(path) else 0,
            "modificationTime": int(found.st_mtime * 1000),
            "accessTime": 0, "blockSize": 134217728, "replication": 3, "permission": "644", "owner": "a", "group": "a",
        }

    def data(self, parts):
        with open(self.local(parts), "rb") as stream:
            stream.seek(int(self.query.get("offset", 0)))
            self.answer(200, stream.read(int(self.query.get("length", -1))))


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass


server = Server(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
parent = os.getppid()
while os.getppid() == parent:
    time.sleep(0.2)
