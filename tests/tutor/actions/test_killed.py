"""What was acknowledged is there after `kill -9`, whenever it came."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest

from sandbox.history.journal import Row
from tests.tutor.actions.bench import LAB, Person, errors, stored, texts
from tutor.course import packaged

ROOT = Path(__file__).parents[3]
MOST = 400


def killed(state: Path, seed: int, after: int, chance: Random) -> dict[str, Any]:
    """Start the program, kill it some moments after it said that so many actions were done; its last word."""
    program = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.tutor.actions.worker",
            str(packaged()),
            str(state),
            str(seed),
            str(MOST),
        ],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert program.stdout is not None
    try:
        lines = [program.stdout.readline() for _ in range(after)]
        # The next actions are under way now; at which point of them, chance decides.
        time.sleep(chance.random() * 0.02)
        program.send_signal(signal.SIGKILL)
        lines += program.stdout.readlines()
    finally:
        program.kill()
        program.wait()
        program.stdout.close()
    assert program.returncode == -signal.SIGKILL, "it ended before it was killed"
    whole = [line for line in lines if line.endswith(b"\n")]
    assert len(whole) >= after
    word: dict[str, Any] = json.loads(whole[-1])
    return word


def is_there(state: Path, word: dict[str, Any]) -> None:
    """All that the program relied on lies on the disk."""
    store = stored(state)
    try:
        if lab := word.get("lab"):
            rows = store.rows(lab["attempt"])
            assert len(rows) >= lab["rows"]
            assert msgspec.json.decode(rows[lab["rows"] - 1], type=Row).hash == lab["hash"]
            kept = msgspec.json.decode(store.noted(f"lab:{lab['attempt']}") or "")
            for task, hints in lab["hints"].items():
                assert kept["hints"][task][: len(hints)] == hints
            assert len(kept["transcript"]) >= min(lab["console"], 200)
            attempt = store.attempt("lab", LAB)
            assert attempt is not None
            if attempt.id == lab["attempt"]:
                text = (state / "attempts" / attempt.id / "code" / "app.py").read_text()
                # The action under way may have written another one, whole.
                assert text == lab["file"] or re.fullmatch(r"NUMBER = [0-9]+\n", text)
        if quiz := word.get("quiz"):
            found = [(a.item, a.response) for a in _answers(store, quiz["seed"])]
            assert set(quiz["answers"].items()) <= set(found)
    finally:
        store.close()


def _answers(store: Any, seed: int) -> Any:
    rows = store._read("SELECT id FROM attempt WHERE kind = 'quiz' AND seed = ?", seed)
    return [answer for (attempt,) in rows for answer in store.answers(attempt)]


def test_what_was_acknowledged_is_there_after_a_kill(state):
    kill_and_look(state, 3)


@pytest.mark.slow
def test_what_was_acknowledged_is_there_after_many_kills(state):
    kill_and_look(state, 25)


def kill_and_look(state: Path, rounds: int) -> None:
    """Kill the program that many times, and go on with the same state each time."""
    chance = Random(11)
    for number in range(rounds):
        word = killed(state, seed=number, after=chance.randint(1, 30), chance=chance)
        is_there(state, word)
        person = Person(state)
        said = person.resume()
        assert errors(said) == []
        assert person.view.place in {"lesson", "lab", "quiz"}
        said = person.do("go.lab")
        assert not [text for text in texts(said, "note") if "afresh" in text]
        assert errors(person.do("lab.command", line="clock advance 1m")) == []
        person.leave()
