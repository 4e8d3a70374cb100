"""The quiz desk: questions, answers, and what proves them."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from tutor.actions import quiz_view
from tutor.actions.registry import Line, Outcome
from tutor.actions.view import QuizView
from tutor.course import Course, Quiz
from tutor.progress import Attempt, Store
from tutor.words import _, many

if TYPE_CHECKING:
    from tutor.quiz import QuizSession, Solver


_ANY_FORM = ""
"""The form of answers that were kept before forms were: they count as they did."""


class NoQuizError(Exception):
    """A lesson has no questions; the message says so to the learner."""


class QuizDesk:
    """Quizzes of one learner. One is open at a time; each answer is saved before it is judged aloud.

    A quiz is done when each of its questions was right once. Until then, beginning again asks those that were
    not.

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
        self._whole: Quiz | None = None
        self._attempt: Attempt | None = None
        self._solver: Solver | None = None
        self._proof_shown = False

    def open(self, lesson_id: str) -> None:
        """Open a lesson's quiz where the learner left it."""
        if self.session is not None and self.lesson_id == lesson_id:
            return
        quiz = self._quiz(lesson_id)
        attempt = self.store.attempt("quiz", lesson_id) or self._begin(lesson_id, ())
        self._enter(lesson_id, quiz, attempt)

    def again(self, lesson_id: str) -> Outcome:
        """Begin a lesson's quiz again with other names: what was never right, or else everything."""
        quiz = self._quiz(lesson_id)
        left = self._left(lesson_id, quiz)
        some = left if len(left) < len(quiz.items) else ()
        self._enter(lesson_id, quiz, self._begin(lesson_id, some))
        differ = _("Names, numbers and the order of the options may differ.")
        if some:
            which = many(
                len(some),
                "The {n} question that was not right yet comes again.",
                "The {n} questions that were not right yet come again.",
            )
        else:
            which = _("The questions begin again.")
        return Outcome((Line("say", f"{which} {differ}"),))

    def _quiz(self, lesson_id: str) -> Quiz:
        quiz = self.course.quiz(lesson_id)
        if quiz is None:
            raise NoQuizError(_("{lesson} has no quiz.").format(lesson=lesson_id))
        return quiz

    def _left(self, lesson_id: str, quiz: Quiz) -> tuple[str, ...]:
        """The questions that were never right yet, as they are asked now."""
        from tutor.quiz import form_of

        right = self.store.right_items("quiz", lesson_id)
        return tuple(
            item.id for item in quiz.items if not {(item.id, form_of(item)), (item.id, _ANY_FORM)} & right
        )

    def _begin(self, lesson_id: str, asked: tuple[str, ...]) -> Attempt:
        """A new attempt, at the questions that are named; at all of them when none is."""
        from sandbox.world import ENGINE

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
            if asked:
                self.store.note(f"quiz-asked:{attempt.id}", msgspec.json.encode(asked).decode())
        return attempt

    def _enter(self, lesson_id: str, quiz: Quiz, attempt: Attempt) -> None:
        from tutor.quiz import QuizSession, Solver, form_of

        kept = self.store.noted(f"quiz-asked:{attempt.id}")
        asked = msgspec.json.decode(kept, type=tuple[str, ...]) if kept else ()
        # The course may have changed since: what there is no more is not asked.
        items = tuple(item for item in quiz.items if item.id in asked) or quiz.items
        forms = {item.id: form_of(item) for item in items}
        answers = [
            (given.item, given.response, given.correct)
            for given in self.store.answers(attempt.id)
            if given.form in {_ANY_FORM, forms.get(given.item)}
        ]
        folder = self.course.folder / self.course.find(lesson_id).folder
        solver = Solver({lab.id: lab for lab in self.course.lesson(lesson_id).labs}, folder)
        session = QuizSession(Quiz(quiz.lesson, items), solver, attempt.seed, answers)
        session.question()  # a question that cannot be asked leaves what is open alone
        self.close()
        self._solver, self.session, self._whole = solver, session, quiz
        self._attempt, self.lesson_id = attempt, lesson_id

    def answer(self, response: str) -> Outcome:
        """Judge an answer, and say why each option is as it is."""
        from tutor.quiz import UnreadableAnswerError, form_of

        assert self.session is not None
        assert self._whole is not None
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
                self._attempt.id,
                question.item.id,
                plain,
                correct,
                form=form_of(question.item),
                seed=self._attempt.seed,
            )
            if not self._left(self.lesson_id, self._whole):
                self.store.mark_done("quiz", self.lesson_id)
        self.session.note(plain, correct)
        told = quiz_view.told(self.session.question())
        return Outcome((*told, Line("say", self._onward())))

    def _onward(self) -> str:
        """What to say after an answer about what comes next."""
        assert self.session is not None
        assert self._whole is not None
        if not self.session.finished:
            return _("`proof` shows the run that decides; `next-question` goes on.")
        right, of = self.session.score
        score = _("The quiz is finished: {right} of {of} right.").format(right=right, of=of)
        left = len(self._left(self.lesson_id, self._whole))
        if not left:
            return score + " " + _("Every question was right at least once, so it counts as done.")
        more = many(
            left,
            "{n} question has not been right yet; `quiz-again` asks it with other names and numbers.",
            "{n} questions have not been right yet; `quiz-again` asks them with other names and numbers.",
        )
        return f"{score} {more}"

    def next(self) -> Outcome:
        """Open the next question."""
        assert self.session is not None
        self._proof_shown = False
        if not self.session.next():
            return Outcome((Line("say", _("That was the last question.")),))
        return Outcome()

    def back(self) -> Outcome:
        """Open the question before this one."""
        assert self.session is not None
        if not self.session.back():
            return Outcome((Line("say", _("This is the first question.")),))
        self._proof_shown = False
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
        self.session, self._attempt, self._solver, self._whole = None, None, None, None
        self._proof_shown = False

    def view(self) -> QuizView | None:
        """What a skin shows of the quiz."""
        session = self.session
        if session is None or self._whole is None:
            return None
        question = session.question()
        solved, answered = question.solved, bool(question.response)
        proof = tuple(Line("proof", line) for line in solved.proof) if self._proof_shown else ()
        return QuizView(
            lesson=self.lesson_id,
            number=session.index + 1,
            total=len(session.quiz.items),
            id=question.item.id,
            type=question.item.type,
            stem=solved.stem,
            options=quiz_view.options(question),
            answered=answered,
            correct=question.correct,
            right_answer=question.right_answer if answered else "",
            proof=proof,
            score=session.score,
            finished=session.finished,
            rows=quiz_view.rows(question),
            lines=quiz_view.lines(question),
            unit=solved.unit,
            tolerance=f"{solved.tolerance:g}" if solved.tolerance else "",
            response=question.response,
            in_place=question.in_place,
            why=solved.why if answered else "",
            left=len(self._left(self.lesson_id, self._whole)),
        )
