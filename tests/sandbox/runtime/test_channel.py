"""Everything that comes up the channel is hostile: code that writes into it only ends its own process."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sandbox.runtime.channel import HEADER, End, GarbageError, Lines, decode_up, encode_up
from sandbox.runtime.process import Answer, Process
from tests.sandbox.runtime.conftest import Lab, value
from tests.sandbox.runtime.test_processes import gone, wait_until

FORGED = """
import os, struct, time, msgspec
EXT = msgspec.msgpack.Ext(5, b'x')
def frame(message, segment=1):
    body = message if isinstance(message, bytes) else msgspec.msgpack.encode(message)
    return struct.pack(">IBII", len(body), 0, 1, segment) + body
def handler(event, context):
    write = os.fdopen(3, "wb", 0, closefd=False).write
    {attack}
    return "done"
"""

ATTACKS = {
    "random bytes": "write(os.urandom(4096))",
    "zeroes": "write(bytes(4096))",
    "an endless length": "write(b'\\xff' * 64)",
    "no msgpack": "write(frame(b'hello'))",
    "an unknown kind": "write(frame(['end', 1, 'win', 0]))",
    "a kind of another phase": "write(frame(['end', 1, 'ready', 0]))",
    "negative cpu": "write(frame(['end', 1, 'return', -5, b'1']))",
    "more cpu than there is": "write(frame(['end', 1, 'return', 10**12, b'1']))",
    "a sleep into the past": "write(frame(['end', 1, 'sleep', 0, b'', 5]))",
    "a sleep for ever": "write(frame(['end', 1, 'sleep', 0, b'', 2**62]))",
    "a service that is a path": "write(frame(['end', 1, 'call', 0, b'', 0, 1, '../x', 'Y', {}]))",
    "parameters that are a list": "write(frame(['end', 1, 'call', 0, b'', 0, 1, 'sqs', 'Y', []]))",
    "an extension": "write(frame(['end', 1, 'call', 0, b'', 0, 1, 'a', 'b', {'': EXT}]))",
    "deep nesting": "write(frame(b'\\x95\\xa3end\\x01\\xa4call\\x00' + b'\\x91' * 500_000))",
    "another segment": "write(frame(['end', 7, 'return', 0, b'1'], 7))",
    "a lie in the header": "write(frame(['end', 7, 'return', 0, b'1'], 1))",
    "another environment": "os.write(3, struct.pack('>IBII', 1, 0, 2, 1) + b'x')",
    "another kind of frame": "os.write(3, struct.pack('>IBII', 1, 1, 1, 1) + b'x')",
    "too many bytes": "[write(frame(['lines', 1, [[0, 'x' * 10**6]]])) for _ in range(30)]",
    "an answer and more": "write(frame(['end', 1, 'return', 0, b'1']) + b'more')",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_nonsense_in_the_channel_kills_the_worker_and_nothing_else(lab: Lab, attack):
    ended = lab.call(FORGED.replace("{attack}", ATTACKS[attack]))
    assert (ended.kind, ended.status) == ("killed", "signal: killed")
    assert len(lab.environments.take_observations()) == 1


@pytest.mark.parametrize("own_processes", [0, 10])
def test_code_that_does_not_let_its_channel_wait_comes_to_an_outcome(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, own_processes: int
):
    def replay(self: Process, *told: Any) -> list[Answer]:
        answers = real(self, *told)
        # Time for it to find nothing to read.
        wait_until(lambda: gone(self.pid), 0.2)
        return answers

    real = Process.replay
    monkeypatch.setattr(Process, "replay", replay)
    lab.environments.own_processes = own_processes
    lab.deploy("import os\ndef handler(e, c):\n    os.set_blocking(3, False)\n    return 1\n")
    lab.init()
    assert value(lab.invoke()) == 1
    (live,) = lab.environments._live.values()
    wait_until(lambda: gone(live.process.pid), 0.2)
    ended = lab.invoke()
    assert ended.kind in {"return", "killed"}
    lab.environments.reset("one")
    assert (lab.init().kind, value(lab.invoke())) == ("ready", 1)


def test_half_a_frame_and_silence_is_stopped_by_the_watchdog(short_watch: Lab):
    ended = short_watch.call(FORGED.replace("{attack}", "write(b'\\0\\0\\1'); sum(range(10**12))"))
    assert ended.kind == "timeout"


def test_a_forged_answer_is_only_the_codes_own_answer(short_watch: Lab):
    attack = "write(frame(['end', 1, 'return', 0, b'\"forged\"'])); sum(range(10**12))"
    assert value(short_watch.call(FORGED.replace("{attack}", attack))) == "forged"
    (name,) = short_watch.environments._tapes
    assert short_watch.invoke(name=name).kind == "timeout", "the process is still at it"


def test_closing_the_channel_ends_the_process(lab: Lab):
    ended = lab.call("import os\ndef handler(e, c):\n    os.closerange(3, 100)\n    return 1\n")
    assert ended.kind in {"exit", "killed"}
    lingering = lab.call(
        "import os\ndef handler(e, c):\n    os.close(3)\n    while True: pass\n", memory=10240
    )
    assert lingering.kind in {"exit", "killed"}


def test_reading_the_channel_away_hangs_nobody(short_watch: Lab):
    ended = short_watch.call("import os\ndef handler(e, c):\n    while True: os.read(3, 100)\n")
    assert ended.kind in {"timeout", "killed"}


def test_frames_are_checked_strictly():
    assert decode_up(encode_up(1, End(3, "return", cpu=5, payload=b"1"))[HEADER.size :]) == End(
        3, "return", 5, b"1"
    )
    assert decode_up(encode_up(1, Lines(3, [(1, "a")]))[HEADER.size :]) == Lines(3, [(1, "a")])
    for wrong in (None, [], ["end"], ["lines", 1, [[-1, "a"]]], ["lines", 1, [[0, b"a"]]], {"end": 1}):
        with pytest.raises(GarbageError):
            decode_up(msgspec.msgpack.encode(wrong))
