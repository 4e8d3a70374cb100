"""HTTP over a bare socket, and what else people try with sockets."""

import errno
import socket
from contextlib import closing


def ask(host, path, timeout=2):
    with closing(socket.create_connection((host, 80), timeout)) as link:
        link.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        with link.makefile("rb") as stream:
            status = stream.readline().decode().strip()
            headers = dict(line.decode().strip().split(": ", 1) for line in iter(stream.readline, b"\r\n"))
            return status, {k.lower() for k in headers} >= {"content-length"}, stream.read().decode()


def attempt(function, *args):
    try:
        return function(*args)
    except OSError as error:
        return type(error).__name__, errno.errorcode.get(error.errno or 0, str(error))


def listen():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 8000))


def handler(event, context):
    return {
        "ok": attempt(ask, "plain.example", "/hello"),
        "unknown": attempt(ask, "nobody.example", "/")[0],
        "refused": attempt(ask, "closed.example", "/"),
        "silent": attempt(ask, "silent.example", "/", 1.5)[0],
        "listening": attempt(listen)[0],
        "same": socket.gethostbyname("plain.example") == socket.getaddrinfo("plain.example", 80)[0][4][0],
    }
