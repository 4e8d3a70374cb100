"""What is told of functions that speak HTTP, in the trace and in words."""

from __future__ import annotations

import pytest

from sandbox import World
from sandbox.facts import Facts
from sandbox.observe import explain, timeline
from sandbox.trace import (
    HostAnswered,
    HostFailed,
    HostRequested,
    InvocationStarted,
)
from tests.sandbox.network.surfing import Net


@pytest.fixture
def net(world: World) -> Net:
    return Net(world)


def test_requests_are_told_in_the_trace_with_their_cause(net: Net):
    net.world.outside("api.example.com", [{"status": 204}])
    net.run("get(urllib.request.Request('https://api.example.com/a?b', b'data', method='PUT'))")
    (started,), (asked,), (answered,) = (
        net.seen(InvocationStarted),
        net.seen(HostRequested),
        net.seen(HostAnswered),
    )
    assert asked.arn == started.arn
    assert (asked.cause, answered.cause) == (started.seq, asked.seq)
    assert (asked.host, asked.port, asked.method, asked.target) == ("api.example.com", 443, "PUT", "/a?b")
    assert asked.body == b"data"
    assert (answered.status, answered.duration) == (204, Facts.load().us("network.latency"))


def test_requests_are_told_in_words(net: Net):
    net.world.outside("api.example.com:8080", [{"status": 503}])
    net.world.outside("hole.example.com", refuse="timeout")
    net.world.outside("slow.example.com", [{"latency": 9}])
    net.run("""
        get("http://api.example.com:8080/rates")
        for name in ("nobody", "hole", "slow"):
            tried(urllib.request.urlopen, f"http://{name}.example.com/", timeout=1)
    """)
    rows = [(row.symbol, row.word, row.text) for row in timeline(net.world.trace, "worker")]
    assert [row for row in rows if row[1] in {"request", "answer", "no answer"}] == [
        ("→", "request", "GET api.example.com:8080/rates"),
        ("✗", "answer", "503 from api.example.com:8080 after 50 ms"),
        ("✗", "no answer", "nobody.example.com: that name does not resolve"),
        ("✗", "no answer", "hole.example.com: nobody answers there"),
        ("→", "request", "GET slow.example.com/"),
        ("✗", "no answer", "slow.example.com: the code did not wait any longer"),
    ]
    (answered,) = net.seen(HostAnswered)
    told = explain(net.world.trace, answered.seq)
    assert told[0].startswith("api.example.com:8080 answered 503 at 09:00:02.")
    assert told[0].endswith("50 milliseconds after it was asked for GET /rates.")
    assert told[1].startswith("The code of worker asked for GET /rates of api.example.com:8080 at 09:00:02.")
    assert "started" in told[2]
    unknown, hole, slow = [explain(net.world.trace, event.seq)[0] for event in net.seen(HostFailed)]
    assert "did not reach nobody.example.com at" in unknown
    assert hole.endswith(": nobody answers there.")
    assert slow.endswith("after 1 second.")
