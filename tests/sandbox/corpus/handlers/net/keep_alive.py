"""http.client by hand: one connection for several requests, a body in chunks, headers and trailers."""

import http.client
import ssl
import time

connection = None


def connect():
    global connection
    if connection is None:
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection("store.example", timeout=4, context=context)
    return connection


def parts(n):
    for i in range(n):
        yield f"part {i};".encode()


def handler(event, context):
    link, seen = connect(), []
    for path in event["paths"]:
        link.putrequest("PUT", path)
        link.putheader("Transfer-Encoding", "chunked")
        link.endheaders(parts(3), encode_chunked=True)
        reply = link.getresponse()
        seen.append([reply.status, reply.reason, reply.getheader("etag"), len(reply.read())])
    if event.get("pause"):
        time.sleep(event["pause"])
    link.request("HEAD", "/last")
    reply = link.getresponse()
    reply.read()
    return {"seen": seen, "head": reply.status, "version": reply.version}
