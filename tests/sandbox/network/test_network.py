"""Functions that speak HTTP with hosts outside, which a world pretends."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sandbox import World
from sandbox.facts import Facts, registry
from sandbox.history.journal import JournalError
from sandbox.kernel import MILLISECOND
from sandbox.observe import explain
from sandbox.trace import (
    HostAnswered,
    HostFailed,
    HostRequested,
    InvocationEnded,
)
from tests.sandbox.network.surfing import Net, code


@pytest.fixture
def net(world: World) -> Net:
    return Net(world)


# -- hosts outside ---------------------------------------------------------------------------------------


def test_a_host_answers_as_it_was_staged_in_virtual_time(net: Net):
    net.world.outside(
        "api.example.com",
        [
            {
                "method": "GET",
                "path": "/rates/*",
                "body": {"eur": 1.1},
                "headers": {"X-Left": "9"},
                "latency": 0.3,
            },
            {"path": "/old", "status": 301, "headers": {"Location": "/rates/eur"}},
        ],
    )
    assert net.run("""
        with urllib.request.urlopen("https://api.example.com/rates/eur") as answer:
            out.append([answer.read().decode(), answer.headers["X-Left"], answer.headers["Content-Type"],
                        answer.headers["Date"]])
        out.append(round(time.time() - began, 3))
        out.append(get("http://api.example.com/old"))
        out.append(get("http://api.example.com/nothing"))
        out.append(get(urllib.request.Request("http://api.example.com/rates/x", b"{}"))[0])
    """) == [
        ['{"eur": 1.1}', "9", "application/json", "Mon, 23 Nov 2026 09:00:02 GMT"],
        0.306,
        [200, '{"eur": 1.1}'],
        [404, "Not Found"],
        404,
    ]


def test_what_does_not_answer_fails_as_it_does_on_lambda(net: Net):
    world = net.world
    world.outside("down.example.com", refuse="connection")
    world.outside("gone.example.com", refuse="name")
    world.outside("hole.example.com", refuse="timeout")
    world.outside("slow.example.com", [{"latency": 60}])
    found = net.run("""
        for name in ("down", "gone", "nobody", "hole", "slow"):
            before = time.time()
            told = tried(urllib.request.urlopen, f"http://{name}.example.com/", timeout=2)
            out.append([name, told, round(time.time() - before, 2)])
    """)
    assert found == [
        ["down", "URLError: <urlopen error [Errno 111] Connection refused>", 0.0],
        ["gone", "URLError: <urlopen error [Errno -2] Name or service not known>", 0.0],
        ["nobody", "URLError: <urlopen error [Errno -2] Name or service not known>", 0.0],
        ["hole", "URLError: <urlopen error timed out>", 2.0],
        ["slow", "TimeoutError: timed out", 2.0],
    ]
    failed = [(event.host, event.failure) for event in net.seen(HostFailed)]
    assert failed == [
        ("down.example.com", "refused"),
        ("gone.example.com", "unknown-host"),
        ("nobody.example.com", "unknown-host"),
        ("hole.example.com", "timeout"),
        ("slow.example.com", "gave-up"),
    ]
    assert not net.seen(HostAnswered)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://169.254.169.254/latest/meta-data/", "Connection refused"),
        ("http://169.254.100.1:9001/2018-06-01/runtime/invocation/next", "Connection refused"),
        ("http://localhost:8080/", "Connection refused"),
        ("http://2130706433/", "Connection refused"),
        ("http://0x7f.1/", "Connection refused"),
        ("http://[::1]/", "Network is unreachable"),
        ("http://10.0.0.7:5432/", "timed out"),
        ("http://8.8.8.8/", "timed out"),
        ("http://sqs.us-east-1.amazonaws.com:8080/", "timed out"),
        ("http://metadata.google.internal/", "Name or service not known"),
        ("ftp://api.example.com/", "Connection refused"),
        ("http://api.example.com:8080/", "Connection refused"),
        ("https://api.example.com:80/", "WRONG_VERSION_NUMBER"),
        ("http://api.example.com:443/", "400: Bad Request"),
    ],
)
def test_places_that_nobody_reaches(net: Net, url: str, words: str):
    net.world.outside("api.example.com", [{}])
    (told,) = net.run("out.append(tried(urllib.request.urlopen, event, timeout=1))", url)
    assert words in told


def test_a_timeout_of_the_function_strikes_before_a_host_that_is_slow(net: Net):
    net.world.outside("slow.example.com", [{"latency": 60}])
    net.function(code("get('http://slow.example.com/a')"), Timeout=3)
    reply = net.invoke()
    assert json.loads(reply["Payload"])["errorType"] == "Sandbox.Timedout"
    (ended,) = net.seen(InvocationEnded)
    assert ended.duration == 3_000 * MILLISECOND
    assert not net.seen(HostAnswered, HostFailed)
    told_first = explain(net.world.trace, ended.seq)[0]
    assert told_first.endswith("It was still waiting for GET /a of slow.example.com.")
    net.world.settle()
    assert net.world.now.minute == 0


def test_code_that_waits_for_what_it_never_asked_for_waits_until_its_deadline(net: Net):
    net.world.outside("api.example.com", [{}])
    waits = "plain = socket.create_connection(('api.example.com', 80))\nplain.recv(1)"
    net.function(code(waits), Timeout=3)
    assert json.loads(net.invoke()["Payload"])["errorType"] == "Sandbox.Timedout"
    lines = net.world.client("logs").filter_log_events(logGroupName="/aws/lambda/worker")["events"]
    assert not [line for line in lines if "deadlock" in line["message"]]


def test_a_request_that_nobody_waits_for_reaches_its_host_and_takes_no_time(net: Net):
    net.world.outside("api.example.com", [{"body": "first", "times": 1, "latency": 9}, {"body": "second"}])
    told = net.run("""
        with socket.create_connection(("api.example.com", 80)) as plain:
            plain.sendall(b"POST /fire HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 2\\r\\n\\r\\nhi")
        out.append(round(time.time() - began, 3))
        out.append(get("http://api.example.com/")[1])
    """)
    assert told == [0.004, "second"]
    assert [(event.target, event.body) for event in net.seen(HostRequested)] == [("/fire", b"hi"), ("/", b"")]


def test_a_connection_without_a_timeout_waits_as_long_as_linux_does(net: Net):
    net.world.outside("hole.example.com", refuse="timeout")
    assert net.run(
        "out += [tried(get, 'http://hole.example.com/'), round(time.time() - began)]", Timeout=300
    ) == ["URLError: <urlopen error [Errno 110] Connection timed out>", 127]


def test_a_request_that_was_given_up_has_reached_its_host(net: Net):
    net.world.outside("api.example.com", [{"latency": 5, "times": 1}, {"body": "second"}])
    first, second = net.run("""
        out.append(tried(urllib.request.urlopen, "http://api.example.com/", timeout=1))
        out.append(get("http://api.example.com/"))
    """)
    assert first == "TimeoutError: timed out"
    assert second == [200, "second"]


def test_a_host_can_be_staged_anew_between_two_invocations(net: Net):
    net.world.outside("api.example.com", [{"body": "one"}])
    assert net.run("out.append(tried(get, 'https://api.example.com/'))") == [[200, "one"]]
    net.world.outside("api.example.com", [{"body": "two"}])
    assert net.again() == [[200, "two"]]
    net.world.outside("api.example.com", refuse="connection")
    assert "refused" in net.again()[0]


def test_ten_megabytes_come_back(net: Net):
    body = bytes(range(256)) * 40_960
    net.world.outside("api.example.com", [{"body": body}])
    assert net.run(
        """
        import hashlib
        digest = hashlib.sha256()
        with urllib.request.urlopen("https://api.example.com/") as answer:
            while chunk := answer.read(65536):
                digest.update(chunk)
        out.append(digest.hexdigest()[:8])
        """,
        MemorySize=512,
    ) == [__import__("hashlib").sha256(body).hexdigest()[:8]]


# -- libraries -------------------------------------------------------------------------------------------


@cache
def requests_and_what_it_needs() -> tuple[tuple[str, bytes], ...]:
    """The files that `pip install -t . requests` would put into a package, but for what Lambda has."""
    files: list[tuple[str, bytes]] = []
    for name in ("requests", "idna", "certifi", "charset_normalizer"):
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        root = Path(spec.origin).parent
        found = [path for path in sorted(root.rglob("*")) if path.suffix in {".py", ".pem"}]
        files += [(path.relative_to(root.parent).as_posix(), path.read_bytes()) for path in found]
    return tuple(files)


def with_requests(body: str, before: str = "") -> dict[str, Any]:
    """The Code of a function that has brought requests along."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in (
            ("app.py", code(body, before).encode()),
            *requests_and_what_it_needs(),
        ):
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return {"ZipFile": buffer.getvalue()}


def test_requests_of_a_package_works_as_it_is(net: Net):
    net.world.outside(
        "api.example.com",
        [
            {"method": "POST", "path": "/orders", "status": 201, "body": {"id": 7}},
            {"path": "/flaky", "status": 503, "times": 2},
            {"path": "/flaky", "body": "at last"},
            {"path": "/old", "status": 302, "headers": {"Location": "https://api.example.com/flaky"}},
            {"path": "/slow", "latency": 9},
            {"path": "/cookie", "headers": {"Set-Cookie": ["a=1", "b=2"]}},
        ],
    )
    body = """
        answer = session.post("https://api.example.com/orders", json={"item": "tea"}, timeout=5)
        out.append([answer.status_code, answer.json(), answer.reason])
        answer = session.put("https://api.example.com/x", data=(b"x" * 1000 for _ in range(3)))
        out.append([answer.status_code, answer.ok])
        before = time.time()
        out.append(session.get("https://api.example.com/flaky").text)
        out.append(round(time.time() - before, 2))
        answer = session.get("http://api.example.com/old")
        out.append([answer.text, len(answer.history), answer.url])
        for options in ({"timeout": (1, 0.5)}, {"timeout": 0.25}):
            out.append(type(tried_error(session.get, "https://api.example.com/slow", **options)).__name__)
        out.append(type(tried_error(requests.get, "http://nobody.example.com")).__name__)
        out.append(session.get("https://api.example.com/cookie").cookies.get_dict())
        with session.get("https://api.example.com/flaky", stream=True) as answer:
            out.append(b"".join(answer.iter_content(3)).decode())
    """
    before = """
        import requests
        from requests.adapters import HTTPAdapter
        from urllib3.util import Retry
        session = requests.Session()
        retry = Retry(4, status_forcelist=[503], backoff_factor=1, read=False)
        session.mount("https://", HTTPAdapter(max_retries=retry))
        def tried_error(function, *args, **named):
            try:
                return function(*args, **named)
            except Exception as error:
                return error
    """
    net.function("", Code=with_requests(body, before), Timeout=60, MemorySize=256)
    assert net.again() == [
        [201, {"id": 7}, "Created"],
        [404, False],
        "at last",
        2.15,
        ["at last", 1, "https://api.example.com/flaky"],
        "ReadTimeout",
        "ReadTimeout",
        "ConnectionError",
        {"a": "1", "b": "2"},
        "at last",
    ]
    sent = [(event.method, event.target, event.body) for event in net.seen(HostRequested)][:2]
    assert sent == [("POST", "/orders", b'{"item": "tea"}'), ("PUT", "/x", b"x" * 3000)]


def test_a_pool_in_a_global_spares_the_second_invocation_the_connection(net: Net):
    net.world.outside("api.example.com", [{"body": "hello"}])
    body = "out += [pool.request('GET', 'https://api.example.com/').data.decode(), time.time() - began]"
    first = net.run(body, before="import urllib3\npool = urllib3.PoolManager()")
    second = net.again()
    assert [first[0], second[0]] == ["hello", "hello"]
    trip = Facts.load().us("network.round_trip")
    assert round((first[1] - second[1]) * 1e6) == pytest.approx(3 * trip, abs=100)


# -- history ---------------------------------------------------------------------------------------------


def test_staging_is_undone_saved_and_replayed_with_what_was_used_up(net: Net, tmp_path: Path):
    world = net.world
    body = "out.append(tried(get, 'http://api.example.com/'))"
    world.outside("api.example.com", [{"body": b"\0first", "times": 1}, {"body": "then"}])
    assert net.run(body) == [[200, "\0first"]]
    world.outside("api.example.com", [{"body": "other"}])
    (undone,) = world.undo()
    assert undone.kind == "outside"
    assert net.again() == [[200, "then"]]
    world.save(tmp_path / "world")
    with World.open(tmp_path / "world") as opened:
        assert opened.trace.hash() == world.trace.hash()
        opened.outside("api.example.com", [{"body": "later"}])
        assert _on(opened).again() == [[200, "later"]]


def test_a_journal_that_stages_nonsense_is_refused(net: Net):
    journal, kernel = net.world.journal.copy(), net.world.cloud.kernel
    journal.append("outside", time=kernel.now, steps=kernel.steps, params={"host": "http://x"})
    with pytest.raises(JournalError, match="stages no host"):
        World.replay(journal)


def test_a_fork_goes_its_own_way_in_the_middle_of_a_request(net: Net):
    world = net.world
    world.outside("api.example.com", [{"body": "one", "times": 1, "latency": 5}, {"body": "two"}])
    net.function(code("print(tried(get, 'http://api.example.com/'))"), Timeout=30)
    net.send()
    world.advance(seconds=2)
    assert net.seen(HostRequested)
    assert not net.seen(HostAnswered)
    with world.fork() as fork:
        fork.outside("api.example.com", refuse="connection")
        fork.settle()
        world.settle()
        hashes = [one.trace.hash() for one in (fork, world)]
        assert hashes[0] == hashes[1]
        Net.send(_on(fork))
        fork.settle()
        assert len(world.trace.of(HostFailed)) == 0
        assert len(fork.trace.of(HostFailed)) == 1


def _on(world: World) -> Net:
    net = Net.__new__(Net)
    net.world, net.lam = world, world.client("lambda")
    return net


@pytest.mark.parametrize("own", [0, 1_000_000], ids=["packed", "apart"])
def test_it_does_not_matter_where_environments_run(make_world: Callable[..., World], own: int):
    world = make_world()
    world.cloud.environments.own_processes = own
    _three_at_once(world)
    assert world.trace.hash() == _apart()


def _three_at_once(world: World) -> None:
    net = Net(world)
    world.outside("api.example.com", [{"latency": 1, "body": "x" * 100}])
    source = code("print(get('https://api.example.com/')[0], round(time.time() - began, 3))")
    net.function(source, Timeout=9)
    for _ in range(3):
        net.send()
    world.settle()
    assert len(net.seen(HostAnswered)) == 3


@cache
def _apart() -> str:
    with World() as world:
        world.cloud.environments.own_processes = 1_000_000
        _three_at_once(world)
        return world.trace.hash()


def test_what_cannot_be_staged_leaves_the_world_as_it_was(world: World):
    before = len(world.journal.rows)
    with pytest.raises(ValueError, match="is no host"):
        world.outside("http://x")
    assert len(world.journal.rows) == before


# -- facts ---------------------------------------------------------------------------------------------

FACTS = {
    "network.latency": (500, lambda net: round(net.seen(HostAnswered)[0].duration / 1000)),
    "network.round_trip": (30, lambda net: round(net.seen(InvocationEnded)[0].duration / 1000 - 50) // 2),
}


@pytest.mark.parametrize("fact", FACTS)
def test_the_network_does_what_its_facts_say(monkeypatch: pytest.MonkeyPatch, fact: str):
    def seen() -> int:
        with World() as world:
            net = Net(world)
            world.outside("api.example.com", [{}])
            net.run("get('http://api.example.com/')")
            return FACTS[fact][1](net)

    own = Facts.load()[fact]
    assert seen() == own
    facts = {each.id: each for each in Facts.load()}
    facts[fact] = msgspec.structs.replace(facts[fact], value=FACTS[fact][0])
    monkeypatch.setattr(registry, "_load", lambda profile: Facts(facts, profile))
    assert seen() == FACTS[fact][0]
