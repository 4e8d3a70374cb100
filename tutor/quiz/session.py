"""One learner in one quiz: which question is open, what was answered, what it was worth."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec

from tutor.course import Item, Quiz
from tutor.quiz.answers import Judged, UnreadableAnswerError, in_place, judge
from tutor.quiz.solve import Solver
from tutor.quiz.solved import Solved

_WORDS = frozenset({"id", "objective", "stem", "why", "misconception", "unit"})
"""Keys of a question that may be worded anew without making it another one."""


def form_of(item: Item) -> str:
    """A hash of what decides a question and of what can be chosen: an answer counts for this form of it."""
    told = msgspec.json.encode(_deciding(msgspec.to_builtins(item)), order="sorted")
    return hashlib.sha256(told).hexdigest()[:16]


def _deciding(value: Any) -> Any:
    if isinstance(value, dict):
        # `line` is a number where it says on which line of its file a step stands.
        return {
            key: _deciding(inner)
            for key, inner in value.items()
            if key not in _WORDS and not (key == "line" and isinstance(inner, int))
        }
    return [_deciding(inner) for inner in value] if isinstance(value, list | tuple) else value


class Question(msgspec.Struct, frozen=True):
    """A question as the learner sees it. `response` is "" until it is answered."""

    item: Item
    solved: Solved
    response: str
    correct: bool

    @property
    def right_answer(self) -> str:
        """The key in words."""
        return self.solved.words

    @property
    def in_place(self) -> str:
        """How much of a wrong answer is right, in words; "" where that says nothing."""
        return "" if self.correct else in_place(self.solved, self.response)


class QuizSession:
    """Questions one after another. Each is answered once; then its key and its proof are shown.

    Args:
        quiz: the questions.
        solver: computes keys.
        seed: the learner's.
        answers: (item, response, correct) of an earlier session.
    """

    def __init__(
        self, quiz: Quiz, solver: Solver, seed: int, answers: Iterable[tuple[str, str, bool]] = ()
    ) -> None:
        self.quiz = quiz
        self.solver = solver
        self.seed = seed
        known = {item.id for item in quiz.items}
        self.answers = {item: (response, correct) for item, response, correct in answers if item in known}
        self.index = next(
            (number for number, item in enumerate(quiz.items) if item.id not in self.answers),
            len(quiz.items) - 1,
        )
        self._solved: dict[str, Solved] = {}

    @property
    def finished(self) -> bool:
        """Whether every question has been answered."""
        return len(self.answers) == len(self.quiz.items)

    @property
    def score(self) -> tuple[int, int]:
        """How many were right, of how many answered."""
        return sum(correct for _response, correct in self.answers.values()), len(self.answers)

    def question(self) -> Question:
        """The question that is open."""
        item = self.quiz.items[self.index]
        if item.id not in self._solved:
            self._solved[item.id] = self.solver.solve(item, self.seed)
        solved = self._solved[item.id]
        if not _suits(solved, self.answers.get(item.id)):
            # The course changed since it was answered: it is asked as if it were new.
            del self.answers[item.id]
        response, correct = self.answers.get(item.id, ("", False))
        return Question(item, solved, response, correct)

    def judge(self, response: str) -> tuple[str, bool]:
        """What an answer comes to, without noting it.

        Returns:
            The answer in its plain form, and whether it is right.

        Raises:
            UnreadableAnswerError: it cannot be understood.
        """
        judged = judge(self.question().solved, response)
        return judged.response, judged.correct

    def note(self, response: str, correct: bool) -> None:
        """Note the answer to the open question."""
        self.answers[self.quiz.items[self.index].id] = (response, correct)

    def next(self) -> bool:
        """Open the next question; after the last, one that was passed over. False when there is none."""
        last = len(self.quiz.items) - 1
        passed_over = (n for n in range(self.index) if self.quiz.items[n].id not in self.answers)
        following = self.index + 1 if self.index < last else next(passed_over, None)
        if following is None:
            return False
        self.index = following
        return True

    def back(self) -> bool:
        """Open the question before this one. False when this is the first."""
        if self.index == 0:
            return False
        self.index -= 1
        return True


def _suits(solved: Solved, answer: tuple[str, bool] | None) -> bool:
    """Whether an answer is one that can be given to the question, and is worth what it was."""
    try:
        return answer is None or judge(solved, answer[0]) == Judged(*answer)
    except UnreadableAnswerError:
        return False
