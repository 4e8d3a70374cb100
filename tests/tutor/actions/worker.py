"""A program that does one thing after another at the core and says after each that it is done.

It is told a course, a folder for the state, a seed, and how many actions to do. `test_killed.py` kills it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from random import Random
from typing import Any

from tutor.actions import Tutor


def actions(chance: Random) -> Any:
    """Actions of a person at work, without end."""
    number = 0
    while True:
        number += 1
        yield "go.lab", {}
        doing = [
            ("lab.command", {"line": f"aws sqs send-message --queue-url letters --message-body m{number}"}),
            ("lab.command", {"line": "clock advance 1m"}),
            ("lab.save_file", {"name": "app.py", "text": f"NUMBER = {number}\n"}),
            ("lab.deploy", {}),
            ("lab.hint", {}),
            ("lab.undo", {}),
        ]
        yield from chance.sample(doing, len(doing))
        if number % 4 == 0:
            yield "lab.reset", {"confirm": "yes"}
        if number % 3 == 0:
            yield "go.quiz", {}
            yield "quiz.answer", {"response": chance.choice(["A", "3"])}
            yield "quiz.next", {}
            if chance.random() < 0.3:
                yield "quiz.again", {}


def acknowledged(tutor: Tutor) -> dict[str, Any]:
    """What a person may rely on now."""
    run, attempt, session = tutor.labs.run, tutor.labs.attempt, tutor.quizzes.session
    told: dict[str, Any] = {"place": tutor.view.place}
    if run is not None and attempt is not None:
        told["lab"] = {
            "attempt": attempt.id,
            "rows": len(run.world.journal.rows),
            "hash": run.world.journal.rows[-1].hash,
            "hints": run.hints,
            "console": len(tutor.labs.transcript),
            "file": (run.code / "app.py").read_text(),
        }
    if session is not None:
        told["quiz"] = {
            "seed": session.seed,
            "answers": {key: value[0] for key, value in session.answers.items()},
        }
    return told


def main(course: str, state: str, seed: str, most: str) -> None:
    """Open, act, say."""
    tutor = Tutor.open(Path(course), Path(state))
    tutor.resume()
    steps = actions(Random(int(seed)))
    for _ in range(int(most)):
        action, args = next(steps)
        tutor.perform(action, **args)
        sys.stdout.write(json.dumps(acknowledged(tutor)) + "\n")
        sys.stdout.flush()
        tutor.examine()


if __name__ == "__main__":
    main(*sys.argv[1:])
