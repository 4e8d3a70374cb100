"""Sockets that do not block: select, selectors, asyncio, threads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.runtime.conftest import Lab
from tests.sandbox.runtime.sockets.net import Net, handler


@pytest.fixture
def net(lab: Lab) -> Iterator[Net]:
    return Net(lab)


# -- not blocking ----------------------------------------------------------------------------------------


def test_select_and_selectors_wait_for_answers(net: Net):
    assert net.value(
        handler("""
        def now():
            return round(time.time() - began, 2)
        request = b"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"
        both = [socket.create_connection((name, 80)) for name in ("slow.example.com", "api.example.com")]
        for plain in both:
            plain.sendall(request)
        found, writable, _ = select.select(both, both, [], 5)
        out.append([[both.index(item) for item in some] for some in (found, writable)])
        for _ in both:
            found = select.select(both, [], [], 5)[0]
            out.append([both.index(found[0]), now(), len(found[0].recv(999)) > 20])
        out.append([select.select(both, [], [], 0.25), now()])
        selector = selectors.DefaultSelector()
        for number, plain in enumerate(both):
            plain.setblocking(False)
            out.append(tried(plain.recv, 1))
            plain.send(request)
            selector.register(plain, selectors.EVENT_READ, number)
        while selector.get_map():
            for key, events in selector.select():
                out.append([key.data, events, now()])
                selector.unregister(key.fileobj)
        poll = select.poll()
        poll.register(both[0], select.POLLIN)
        out.append(poll.poll(0) == [(both[0].fileno(), select.POLLIN)])
        """)
    ) == [
        [[], [0, 1]],
        [1, 0.05, True],
        [0, 1.0, True],
        [[[], [], []], 1.25],
        "BlockingIOError: [Errno 11] Resource temporarily unavailable",
        "BlockingIOError: [Errno 11] Resource temporarily unavailable",
        [1, 1, 1.3],
        [0, 1, 2.25],
        True,
    ]


def test_connections_are_made_without_blocking(net: Net):
    assert net.value(
        handler("""
        for port in (80, 81):
            plain = socket.socket()
            plain.setblocking(False)
            out.append(errno.errorcode[plain.connect_ex(("198.18.0.1", port))])
            out.append(tried(plain.connect, ("198.18.0.1", port)))
            ready = select.select([], [plain], [], 5)[1]
            out.append([ready == [plain], plain.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)])
        """)
    ) == [
        "EINPROGRESS",
        "BlockingIOError: [Errno 114] Operation already in progress",
        [True, 0],
        "EINPROGRESS",
        "BlockingIOError: [Errno 114] Operation already in progress",
        [True, 111],
    ]


ASYNC = """
    import asyncio
    async def get(host, tls):
        reader, writer = await asyncio.open_connection(host, 443 if tls else 80, ssl=tls or None)
        writer.write(b"GET / HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n")
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer.rpartition(b"\\r\\n")[2].decode()
    async def main():
        out.append(await get("api.example.com", False))
        out.append(await asyncio.gather(*(get("slow.example.com", number > 1) for number in range(4))))
        out.append(round(time.time() - began, 1))
        for name, tls in (("nobody.example.com", False), ("slow.example.com", True)):
            try:
                await asyncio.wait_for(get(name, tls), 0.5)
            except (OSError, TimeoutError) as error:
                out.append(type(error).__name__)
        out.append(round(time.time() - began, 1))
    asyncio.run(main())
"""


def test_asyncio_streams_run_side_by_side(net: Net):
    assert net.value(handler(ASYNC)) == [
        "GET http / 0",
        ["GET http / 0"] * 2 + ["GET https / 0"] * 2,
        1.1,
        "gaierror",
        "TimeoutError",
        1.6,
    ]


def test_threads_wait_for_their_answers_side_by_side(net: Net):
    assert net.value(
        handler("""
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(4) as pool:
            out += pool.map(lambda url: urllib.request.urlopen(url).status, ["http://slow.example.com/"] * 8)
        out.append(round(time.time() - began, 1))
        """)
    ) == [200] * 8 + [2.0]
