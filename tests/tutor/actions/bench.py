"""A learner at the core: opening it, doing things, and telling what there is to see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from tests.tutor.quiz.keys import key
from tutor.actions import Outcome, Tutor, View
from tutor.course import packaged
from tutor.progress import Store

LAB = "three-tries"
POLICY = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", '
    '"Resource": "*"}]}'
)
SEND = "aws lambda invoke --function-name {names} --invocation-type Event --payload '{\"n\": 1}' out.json"
SOLVE = (
    SEND,
    "clock advance 4m",
    f"aws iam put-role-policy --role-name {{names}}-role --policy-name l --policy-document '{POLICY}'",
    "aws lambda update-function-configuration --function-name {names}"
    " --dead-letter-config TargetArn={arn:queue/letters}",
    "aws lambda wait function-updated-v2 --function-name {names}",
)


class Person:
    """Somebody at the core, as a skin serves them: an action, then the checks.

    Args:
        state: the folder of the state.
        course: a course folder; our own when None.
    """

    def __init__(self, state: Path, course: Path | None = None) -> None:
        self.state = state
        self.course = course
        self.tutor = Tutor.open(course or packaged(), state)

    def do(self, action: str, **args: str) -> Outcome:
        """Perform an action and run the checks; what both said."""
        first = self.tutor.perform(action, **args)
        then = self.tutor.examine()
        return Outcome((*first.lines, *then.lines), first.quit)

    def type(self, *lines: str) -> Outcome:
        """Console lines of the lab; what they and their checks said."""
        said = [self.do("lab.command", line=line).lines for line in lines]
        return Outcome(tuple(line for lines in said for line in lines))

    @property
    def view(self) -> View:
        """What there is to see."""
        return self.tutor.view

    def resume(self) -> Outcome:
        """Go back to where the person was."""
        first = self.tutor.resume()
        return Outcome((*first.lines, *self.tutor.examine().lines))

    def leave(self) -> None:
        """End the program, without a word."""
        self.tutor.close()

    def come_back(self) -> tuple[Person, Outcome]:
        """Leave, start the program again, and go back to where the person was."""
        self.leave()
        again = Person(self.state, self.course)
        return again, again.resume()


def texts(outcome: Outcome, kind: str = "") -> list[str]:
    """What was said, all of it or one kind."""
    return [line.text for line in outcome.lines if kind in {"", line.kind}]


def errors(outcome: Outcome) -> list[str]:
    """What was said to be wrong."""
    return texts(outcome, "error")


def seen(view: View) -> Any:
    """A view as it can be compared, but for the isolation, which is found out later."""
    return msgspec.to_builtins(msgspec.structs.replace(view, level=""))


def statuses(person: Person) -> dict[str, str]:
    """How the tasks stand."""
    assert person.view.lab is not None
    return {task.id: task.status for task in person.view.lab.tasks}


def finish_quiz(person: Person) -> int:
    """Answer every question of the open quiz rightly; how many there were."""
    for number in range(1, 100):
        quiz = person.view.quiz
        assert quiz is not None
        person.do("quiz.answer", response=key(person.tutor))
        assert person.view.quiz is not None
        if person.view.quiz.finished:
            return number
        person.do("quiz.next")
    raise AssertionError("the quiz does not end")


def stored(state: Path) -> Store:
    """The state as it lies on the disk; close it again."""
    return Store.open(state)
