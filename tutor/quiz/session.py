"""One learner in one quiz: which question is open, what was answered, what it was worth."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from tutor.course import Item, Quiz
from tutor.quiz.solve import Solved, Solver
from tutor.words import _

_NUMBER = re.compile(r"[+-]?([0-9]{1,15}|[0-9]{1,3}([,_ ][0-9]{3}){1,4})(\.[0-9]{1,9})?")
"""Thousands may be set apart. A comma before one or two digits is none of these: it is asked about again."""


class Question(msgspec.Struct, frozen=True):
    """A question as the learner sees it. `response` is "" until it is answered."""

    item: Item
    solved: Solved
    response: str
    correct: bool

    @property
    def right_answer(self) -> str:
        """The key in words."""
        if self.solved.answer is not None:
            return f"{self.solved.answer:.15g}"
        letters = zip("ABCDEFGH", self.solved.options, strict=False)
        return ", ".join(f"{letter}: {option.text}" for letter, option in letters if option.true)


class UnreadableAnswerError(Exception):
    """The answer cannot be understood; the message says how to answer."""


class QuizSession:
    """Questions one after another. Each is answered once; then its key and its proof are shown.

    Args:
        quiz: the lesson's questions.
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
        response, correct = self.answers.get(item.id, ("", False))
        return Question(item, self._solved[item.id], response, correct)

    def judge(self, response: str) -> tuple[str, bool]:
        """What an answer comes to, without noting it.

        Returns:
            The answer in its plain form, and whether it is right.

        Raises:
            UnreadableAnswerError: it cannot be understood.
        """
        question = self.question()
        if question.solved.answer is not None:
            text = response.strip()
            if not _NUMBER.fullmatch(text):
                raise UnreadableAnswerError(_("Answer with a number, such as 3."))
            text = re.sub("[,_ ]", "", text)
            return text, float(text) == question.solved.answer
        options = question.solved.options
        letters = "ABCDEFGH"[: len(options)]
        chosen = sorted(set(re.sub(r"[\s,;.()]+", "", response.upper())))
        one = question.item.type == "choice"
        if not chosen or not set(chosen) <= set(letters) or (one and len(chosen) != 1):
            how = _("one letter") if one else _("one or more letters")
            raise UnreadableAnswerError(
                _("Answer with {how}, {first} to {last}.").format(how=how, first="A", last=letters[-1])
            )
        true = {letter for letter, option in zip(letters, options, strict=True) if option.true}
        return "".join(chosen), set(chosen) == true

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
