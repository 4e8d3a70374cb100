"""The proof: the run of the engine that decides a question, shown after the answer."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from tutor.actions.view import QuizView
from tutor.tui import keys, words
from tutor.tui.widgets.lineview import LineView
from tutor.tui.widgets.said import said
from tutor.tui.widgets.styled import BLANK, Piece, Row, wrap


class Proof(LineView):
    """Shows the question's number, its answer and, when there is one, the proof."""

    DEFAULT_CSS = "Proof { padding: 1 1 0 2; }"

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "app.show_pane('quiz')", show=False)]

    def __init__(self) -> None:
        super().__init__(id="proof")
        self._quiz: QuizView | None = None

    def show(self, quiz: QuizView) -> None:
        """Show what proves the question that is open."""
        if quiz != self._quiz:
            self._quiz = quiz
            self.scroll_to(y=0, animate=False)
            self.rebuild()

    def build(self, width: int) -> list[Row]:
        """The answer, then the proof or how to get it."""
        quiz = self._quiz
        if quiz is None:
            return []
        head = words.QUESTION.format(number=quiz.number, total=quiz.total)
        if quiz.answered:
            head += "   " + words.RIGHT_ANSWER.format(answer=quiz.right_answer)
        rows = [*wrap((Piece(head, "muted"),), width), BLANK]
        if quiz.proof:
            back = wrap((Piece(words.PROOF_BACK, "muted"),), width)
            return [*rows, *said(quiz.proof, width), BLANK, *back]
        text = words.PROOF_READY.format(key=keys.key_of("quiz.proof")) if quiz.answered else words.NO_PROOF
        return rows + wrap((Piece(text, "muted"),), width)
