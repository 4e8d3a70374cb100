"""The quiz desk: questions, answers, and what proves them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from tutor.actions.registry import Line, Outcome
from tutor.actions.view import OptionView, QuizView
from tutor.course import Course
from tutor.progress import Attempt, Store
from tutor.words import _

if TYPE_CHECKING:
    from tutor.quiz import Question, QuizSession, Solver

_LETTERS = "ABCDEFGH"


class NoQuizError(Exception):
    """A lesson has no questions; the message says so to the learner."""


class QuizDesk:
    """Quizzes of one learner. One is open at a time; each answer is saved before it is judged aloud.

    Args:
        course: the course.
        store: where answers are kept.
        seed: the learner's.
    """

    def __init__(self, course: Course, store: Store, seed: int) -> None:
        self.course = course
        self.store = store
        self.seed = seed
        self.session: QuizSession | None = None
        self.lesson_id = ""
        self._attempt: Attempt | None = None
        self._solver: Solver | None = None
        self._proof_shown = False

    def open(self, lesson_id: str, *, again: bool = False) -> None:
        """Open a lesson's quiz where the learner left it; `again` begins with other names and numbers."""
        if self.session is not None and self.lesson_id == lesson_id and not again:
            return
        from sandbox.world import ENGINE
        from tutor.quiz import QuizSession, Solver

        lesson = self.course.lesson(lesson_id)
        if lesson.quiz is None:
            raise NoQuizError(_("{lesson} has no quiz.").format(lesson=lesson_id))
        attempt = None if again else self.store.attempt("quiz", lesson_id)
        if attempt is None:
            number = int(self.store.noted(f"quiz-attempts:{lesson_id}") or "0")
            digest = hashlib.sha256(f"{self.seed}:quiz:{lesson_id}:{number}".encode()).digest()
            with self.store.together():
                self.store.note(f"quiz-attempts:{lesson_id}", str(number + 1))
                attempt = self.store.start_attempt(
                    "quiz",
                    lesson_id,
                    seed=int.from_bytes(digest[:6], "big"),
                    content=self.course.info.version,
                    engine=ENGINE,
                )
        folder = self.course.folder / self.course.find(lesson_id).folder
        answers = [(a.item, a.response, a.correct) for a in self.store.answers(attempt.id)]
        solver = Solver({lab.id: lab for lab in lesson.labs}, folder)
        session = QuizSession(lesson.quiz, solver, attempt.seed, answers)
        session.question()  # a question that cannot be asked leaves what is open alone
        self.close()
        self._solver, self.session = solver, session
        self._attempt, self.lesson_id = attempt, lesson_id

    def answer(self, response: str) -> Outcome:
        """Judge an answer, and say why each option is as it is."""
        from tutor.quiz.session import UnreadableAnswerError

        assert self.session is not None
        assert self._attempt is not None
        question = self.session.question()
        if question.response:
            return Outcome((Line("say", _("This one is answered. `next-question` goes on.")),))
        try:
            plain, correct = self.session.judge(response)
        except UnreadableAnswerError as unreadable:
            return Outcome((Line("error", str(unreadable)),))
        with self.store.together():
            self.store.record_answer(
                self._attempt.id, question.item.id, plain, correct, seed=self._attempt.seed
            )
            if len(self.session.answers) + 1 == len(self.session.quiz.items):
                self.store.mark_done("quiz", self.lesson_id)
        self.session.note(plain, correct)
        return Outcome(tuple(self._told(self.session.question())))

    def _told(self, question: Question) -> list[Line]:
        verdict = _("Right.") if question.correct else _("Not right.")
        lines = [Line("answer", verdict)]
        if not question.correct:
            lines.append(Line("answer", _("The answer is {key}.").format(key=question.right_answer)))
        for letter, option in zip(_LETTERS, question.solved.options, strict=False):
            truth = _("true") if option.true else _("false")
            lines.append(Line("why", f"{letter}, {truth}: {option.text}. {option.why}"))
        if question.solved.why:
            lines.append(Line("why", question.solved.why))
        assert self.session is not None
        if self.session.finished:
            right, of = self.session.score
            lines.append(
                Line("say", _("The quiz is finished: {right} of {of} right.").format(right=right, of=of))
            )
        else:
            lines.append(Line("say", _("`proof` shows the run that decides; `next-question` goes on.")))
        return lines

    def next(self) -> Outcome:
        """Open the next question."""
        assert self.session is not None
        self._proof_shown = False
        if not self.session.next():
            return Outcome((Line("say", _("That was the last question.")),))
        return Outcome()

    def proof(self) -> Outcome:
        """The run that decides the open question; after the answer only."""
        assert self.session is not None
        question = self.session.question()
        if not question.response:
            return Outcome((Line("say", _("Answer first; then the run is yours to see.")),))
        self._proof_shown = True
        title = Line("title", _("This run decides it:"))
        return Outcome((title, *(Line("proof", line) for line in question.solved.proof)))

    def close(self) -> None:
        """Let go of the quiz; it is saved already."""
        if self._solver is not None:
            self._solver.close()
        self.session, self._attempt, self._solver = None, None, None
        self._proof_shown = False

    def view(self) -> QuizView | None:
        """What a skin shows of the quiz."""
        session = self.session
        if session is None:
            return None
        question = session.question()
        answered = bool(question.response)
        options = tuple(
            OptionView(
                letter,
                option.text,
                chosen=answered and letter in question.response,
                verdict=("right" if option.true else "wrong") if answered else "",
                why=option.why if answered else "",
            )
            for letter, option in zip(_LETTERS, question.solved.options, strict=False)
        )
        proof = tuple(Line("proof", line) for line in question.solved.proof) if self._proof_shown else ()
        return QuizView(
            lesson=self.lesson_id,
            number=session.index + 1,
            total=len(session.quiz.items),
            id=question.item.id,
            type=question.item.type,
            stem=question.solved.stem,
            options=options,
            answered=answered,
            correct=question.correct,
            right_answer=question.right_answer if answered else "",
            proof=proof,
            score=session.score,
            finished=session.finished,
        )
