"""Sockets inside a handler: what leaves the environment, and what code and libraries see of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.runtime.conftest import Lab, value
from tests.sandbox.runtime.sockets.net import Answer, Net, handler, told


@pytest.fixture
def net(lab: Lab) -> Iterator[Net]:
    return Net(lab)


# -- what leaves -----------------------------------------------------------------------------------------


def test_a_whole_request_leaves_with_all_that_the_code_said(net: Net):
    net.value(
        handler("""
        request = urllib.request.Request("https://api.example.com:8443/a?b=c", b"data", {"X-Key": "k"},
                                         method="PUT")
        urllib.request.urlopen(request, timeout=7)
        """)
    )
    assert [operation for operation, _ in net.asked] == ["Resolve", "Connect", "Connect", "Http"]
    assert net.asked[0][1] == {"host": "api.example.com"}
    assert net.asked[1][1] == {"host": "198.18.0.1", "port": 8443, "tls": False, "timeout": 7.0}
    assert net.asked[2][1]["tls"] is True
    (sent,) = net.sent()
    assert {key: sent[key] for key in ("scheme", "host", "port", "method", "target", "body")} == {
        "scheme": "https",
        "host": "198.18.0.1",
        "port": 8443,
        "method": "PUT",
        "target": "/a?b=c",
        "body": b"data",
    }
    assert ["Host", "api.example.com:8443"] in sent["headers"]
    assert ["X-Key", "k"] in sent["headers"]
    assert sent["timeout"] == 7.0


def test_urllib_reads_answers_follows_redirects_and_raises_errors(net: Net):
    def http(params: dict[str, Any]) -> Answer:
        if params["target"] == "/old":
            return 0.05, told(302, reason="Found", Location="/new")
        if params["target"] == "/new":
            return 0.05, told(body=b"c" * 50_000, Transfer_Encoding="chunked")
        return 0.05, told(418, b"short and stout", "I'm a Teapot", Content_Type="text/plain")

    net.http = http
    assert net.value(
        handler("""
        with urllib.request.urlopen("http://api.example.com/old") as answer:
            out.append([answer.status, answer.url, len(answer.read())])
        try:
            urllib.request.urlopen("http://api.example.com/tea")
        except urllib.error.HTTPError as error:
            out.append([error.code, error.reason, error.read().decode(), error.headers["Content-Type"]])
        """)
    ) == [
        [200, "http://api.example.com/new", 50_000],
        [418, "I'm a Teapot", "short and stout", "text/plain"],
    ]


def test_what_goes_wrong_is_raised_as_pythons_sockets_do(net: Net):
    assert net.value(
        handler("""
        for place in (("nobody.example.com", 80), *(("api.example.com", port) for port in (81, 82, 83, 84))):
            out.append(tried(socket.create_connection, place, timeout=2.5))
        out.append(round(time.time() - began, 3))
        out.append(tried(urllib.request.urlopen, "https://api.example.com:80/"))
        with socket.create_connection(("slow.example.com", 80), 0.5) as plain:
            plain.sendall(b"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
            out.append(tried(plain.recv, 10))
        out.append(round(time.time() - began, 3))
        """)
    ) == [
        "gaierror: [Errno -2] Name or service not known",
        "ConnectionRefusedError: [Errno 111] Connection refused",
        "TimeoutError: timed out",
        "OSError: [Errno 101] Network is unreachable",
        "ConnectionResetError: [Errno 104] Connection reset by peer",
        2.5,
        "URLError: <urlopen error [SSL: WRONG_VERSION_NUMBER] wrong version number>",
        "TimeoutError: timed out",
        3.0,
    ]


def test_http_client_keeps_a_connection_and_streams_both_ways(net: Net):
    assert net.value(
        handler("""
        connection = http.client.HTTPSConnection("api.example.com")
        for method, body in (("HEAD", None), ("GET", None), ("POST", (b"x" * 1000 for _ in range(30)))):
            connection.request(method, "/" + method, body, encode_chunked=body is not None,
                               headers={"Transfer-Encoding": "chunked"} if body else {})
            out.append(connection.getresponse().read(12).decode())
            if method == "GET":
                out.append([connection.sock.version(), connection.sock.getpeercert()["subjectAltName"]])
                connection.close()
        """)
    ) == ["", "GET https /G", ["TLSv1.3", [["DNS", "api.example.com"]]], "POST https /"]
    assert len(net.sent()[2]["body"]) == 30_000
    assert sum(operation == "Connect" and params["tls"] for operation, params in net.asked) == 2


def test_a_bare_socket_speaks_http_and_nothing_else(net: Net):
    assert net.value(
        handler("""
        def talk(data):
            with socket.create_connection(("api.example.com", 80), 1) as plain:
                plain.sendall(data)
                with plain.makefile("rb") as file:
                    return file.read().decode()
        out.append(talk(b"GET /x HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n"))
        out.append(tried(talk, b"\\x16\\x03\\x01\\x02\\x00\\x01"))
        out.append(tried(talk, b"PING\\r\\n"))
        out.append(talk(b"GET /x HTTP/1.1\\r\\nContent-Length: no\\r\\n\\r\\n").splitlines()[0])
        out.append(tried(talk, b""))
        plain = socket.create_connection(("api.example.com", 80))
        plain.send(b"POST / HTTP/1.1\\r\\nHost: a\\r\\nExpect: 100-continue\\r\\n")
        plain.send(b"Content-Length: 3\\r\\n\\r\\n")
        out.append(plain.recv(100).decode())
        plain.send(b"abc")
        out.append([plain.recv(8, socket.MSG_PEEK).decode(), plain.recv(12).decode()])
        plain.close()
        out.append([plain.fileno(), tried(plain.send, b"x")])
        """)
    ) == [
        "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\nGET http /x 0",
        "ConnectionResetError: [Errno 104] Connection reset by peer",
        "ConnectionResetError: [Errno 104] Connection reset by peer",
        "HTTP/1.1 400 Bad Request",
        "TimeoutError: timed out",
        "HTTP/1.1 100 Continue\r\n\r\n",
        ["HTTP/1.1", "HTTP/1.1 200"],
        [-1, "OSError: [Errno 9] Bad file descriptor"],
    ]


def test_a_request_whose_answer_nobody_waits_for_leaves_when_the_connection_is_closed(net: Net):
    net.value(
        handler("""
        plain = socket.create_connection(("slow.example.com", 80))
        plain.sendall(b"POST /fire HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 0\\r\\n\\r\\n")
        plain.close()
        """)
    )
    assert [(sent["target"], sent["timeout"]) for sent in net.sent()] == [("/fire", 0)]


def test_ten_megabytes_go_both_ways_and_too_much_says_so(net: Net):
    net.http = lambda params: (0, told(body=params["body"]))
    assert net.value(
        handler("""
        body = b"0123456789" * (1 << 20)
        out.append(urllib.request.urlopen("https://api.example.com/", body).read() == body)
        out.append(tried(urllib.request.urlopen, "https://api.example.com/", b"x" * (16 << 20))[:60])
        """),
        memory=512,
    ) == [True, "URLError: <urlopen error [Errno 90] Lambda sandbox: requests"]


# -- libraries -------------------------------------------------------------------------------------------


def test_urllib3_pools_connections_and_retries_with_virtual_waits(net: Net):
    tries: list[str] = []

    def http(params: dict[str, Any]) -> Answer:
        tries.append(params["target"])
        return 0.05, told(503) if params["target"] == "/flaky" and tries.count("/flaky") < 3 else told()

    net.http = http
    assert net.value(
        handler("""
        import urllib3
        pool = urllib3.PoolManager(retries=urllib3.Retry(4, status_forcelist=[503], backoff_factor=1))
        out.append([pool.request("GET", "https://api.example.com/a").status for _ in range(3)])
        waited = time.time()
        out.append(pool.request("GET", "https://api.example.com/flaky").status)
        out.append(round(time.time() - waited, 2))
        out.append(tried(pool.request, "GET", "http://nobody.example.com/", retries=False)[:19])
        """)
    ) == [[200, 200, 200], 200, 2.15, "NameResolutionError"]
    assert sum(operation == "Connect" and not params["tls"] for operation, params in net.asked) == 1


# -- names, options, what is not there -------------------------------------------------------------------


def test_names_resolve_as_the_engine_says_and_addresses_by_themselves(net: Net):
    assert net.value(
        handler("""
        stream = {"type": socket.SOCK_STREAM}
        out.append([entry[4] for entry in socket.getaddrinfo("api.example.com", "https", **stream)])
        out.append([entry[4] for entry in socket.getaddrinfo("10.0.0.1", 80, **stream)])
        out.append([entry[4] for entry in socket.getaddrinfo(None, 80, **stream)])
        out.append([socket.gethostbyname("API.example.com".lower()), socket.gethostbyname("localhost")])
        out.append(tried(socket.getaddrinfo, "nobody.example.com", 80))
        out.append(tried(socket.getaddrinfo, "api.example.com", 80, socket.AF_INET6))
        out.append(tried(socket.getaddrinfo, "api.example.com", "gopher-plus"))
        out.append(tried(socket.create_connection, ("::1", 80)))
        """)
    ) == [
        [["198.18.0.1", 443]],
        [["10.0.0.1", 80]],
        [["127.0.0.1", 80]],
        ["198.18.0.1", "127.0.0.1"],
        "gaierror: [Errno -2] Name or service not known",
        "gaierror: [Errno -5] No address associated with hostname",
        "gaierror: [Errno -8] Servname not supported for ai_socktype",
        "OSError: [Errno 101] Network is unreachable",
    ]


def test_sockets_say_what_they_are(net: Net):
    assert net.value(
        handler("""
        socket.setdefaulttimeout(9)
        plain = socket.create_connection(("api.example.com", 443))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        out.append([plain.gettimeout(), plain.getpeername(), plain.getsockopt(6, socket.TCP_NODELAY)])
        out.append([isinstance(plain, socket.socket), plain.type == socket.SOCK_STREAM])
        wrapped = ssl.create_default_context().wrap_socket(plain, server_hostname="api.example.com")
        out.append([isinstance(wrapped, ssl.SSLSocket), wrapped.cipher()[1], plain.fileno()])
        out.append(tried(ssl.create_default_context().wrap_socket, socket.socket()))
        out.append(tried(ssl.create_default_context, cafile="/var/task/nothing.pem"))
        out.append(tried(ssl.create_default_context, cafile="/var/task/app.py"))
        out.append(repr(wrapped).partition(" fd=")[0])
        """)
    ) == [
        [9.0, ["198.18.0.1", 443], 1],
        [True, True],
        [True, "TLSv1.3", -1],
        "ValueError: check_hostname requires server_hostname",
        "FileNotFoundError: [Errno 2] No such file or directory",
        "SSLError: [X509: NO_CERTIFICATE_OR_CRL_FOUND] no certificate or crl found",
        "<ssl.SSLSocket",
    ]


def test_what_is_not_there_is_refused_in_words_and_real_sockets_are_denied(net: Net):
    refusals = net.value(
        handler("""
        import _socket
        udp = socket.socket(type=socket.SOCK_DGRAM)
        out.append(tried(udp.sendto, b"x", ("8.8.8.8", 53)))
        out.append(tried(udp.connect, ("8.8.8.8", 53)))
        out.append(tried(socket.socket(socket.AF_UNIX).connect, "/tmp/x"))
        out.append(tried(socket.socketpair))
        out.append(tried(socket.create_server, ("", 8080)))
        out.append(tried(socket.socket().listen))
        out.append(tried(_socket.socket))
        """)
    )
    assert [text.partition(": ")[0] for text in refusals] == ["PermissionError"] * 7
    assert ["UDP" in text for text in refusals] == [True, True] + [False] * 5
    assert ["listen" in text for text in refusals] == [False] * 4 + [True, True, False]
    assert not net.asked


# -- environments ----------------------------------------------------------------------------------------

KEPT = """
    import urllib3
    pool = urllib3.PoolManager()
    def handler(event, context):
        return pool.request("GET", "https://api.example.com/" + event).data.decode()
"""


def test_a_pool_in_a_global_keeps_its_connection_from_one_invocation_to_the_next(net: Net):
    assert net.value(KEPT, "a") == "GET https /a 0"
    again = net.go_on("env-0", net.lab.invoke("b", name="env-0"))
    assert value(again) == "GET https /b 0"
    assert [operation for operation, _ in net.asked] == ["Resolve", "Connect", "Connect", "Http", "Http"]


@pytest.mark.parametrize("own", [0, 1_000_000], ids=["packed", "apart"])
def test_environments_have_sockets_of_their_own_wherever_they_run(net: Net, own: int):
    net.lab.environments.own_processes = own
    source = handler("""
        socket.setdefaulttimeout(event or None)
        plain = socket.create_connection(("api.example.com", 80))
        out.append([plain.fileno(), plain.getsockname()[1], plain.gettimeout()])
        handler.kept = plain
    """)
    first, second, third = net.value(source, 5), net.value(source), net.value(source, 7)
    assert [first[0][:2], second[0][:2]] == [third[0][:2]] * 2
    assert [first[0][2], second[0][2], third[0][2]] == [5.0, None, 7.0]


def test_a_copy_in_the_middle_of_a_request_gets_its_own_answer(net: Net):
    from sandbox.runtime.memo import memo
    from tests.sandbox.runtime.test_environments import copied

    lab = net.lab
    lab.deploy(handler("out.append(urllib.request.urlopen('http://198.18.0.1/').read().decode())"))
    lab.init()
    ended = lab.invoke()
    assert (ended.operation, ended.params["port"]) == ("Connect", 80)
    ended = lab.resume({"ok": {}})
    assert ended.operation == "Http"
    twin = copied(lab)
    twin.last = ended
    memo.clear()
    assert value(lab.resume(told(body=b"one"))) == ["one"]
    assert value(twin.resume(told(body=b"two"))) == ["two"]
    twin.environments.close()
