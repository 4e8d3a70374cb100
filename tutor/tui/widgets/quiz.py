"""The quiz: a question, its options, and after the answer the verdict with a reason for each option."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tutor.actions.view import QuizView
from tutor.tui import keys, words
from tutor.tui.widgets import question
from tutor.tui.widgets.lineview import LineView, ListView
from tutor.tui.widgets.styled import BLANK, Piece, Row, row, wrap

TYPED = ("number", "text")
"""Types of questions whose answer is typed."""
WIDEST = 92


class Paper(ListView):
    """The question and what can be chosen. Letters choose, space marks, enter answers."""

    DEFAULT_CSS = "Paper { height: 1fr; padding: 1 1 0 2; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "mark", show=False)]

    @dataclass
    class Answered(Message):
        """The person's answer: letters, or what was typed."""

        response: str

    class GoOn(Message):
        """The person wants the next question."""

    @dataclass
    class PassedOver(Message):
        """A question was left with a mark, but no answer."""

        number: int

    @dataclass
    class Nothing(Message):
        """The person pressed enter without an answer."""

        typed: bool = False

    def __init__(self) -> None:
        super().__init__(id="paper")
        self.quiz: QuizView | None = None
        self.marked: list[str] = []
        self._by_hand = False
        """Whether the mark was set by a letter, by space or by a click: it stays when the arrows move on."""
        self._kept: dict[str, list[str]] = {}
        """Marks on questions that were passed over, by question."""

    def show(self, quiz: QuizView | None) -> None:
        """Show a question."""
        old, self.quiz = self.quiz, quiz
        if old is not None and (quiz is None or old.lesson != quiz.lesson or _begun_again(old, quiz)):
            self._kept.clear()
        elif old and quiz and old.id != quiz.id and not old.answered and any(self.marked):
            self._kept[old.id] = self.marked
            self.post_message(self.PassedOver(old.number))
        if quiz is None or old is None or old.id != quiz.id or _begun_again(old, quiz):
            fresh = [] if quiz is None else [""] * len(quiz.rows)
            self.marked = fresh if quiz is None else self._kept.pop(quiz.id, fresh)
            self._by_hand = any(self.marked)
            self.cursor = f"{question.ROW}1" if fresh else ""
            self.scroll_to(y=0, animate=False)
        self.rebuild()
        if quiz is not None and quiz.answered and (old is None or not old.answered):
            self.call_after_refresh(self.scroll_to, y=0, animate=False)

    @property
    def letters(self) -> list[str]:
        """The letters of the options that can be chosen now."""
        quiz = self.quiz
        return [] if quiz is None or quiz.answered else [option.letter for option in quiz.options]

    def build(self, width: int) -> list[Row]:
        """The question, and at the end the score."""
        quiz = self.quiz
        room = min(width, WIDEST)
        if quiz is None:
            return [row(Piece(words.NO_QUIZ, "muted"))]
        head = words.QUESTION.format(number=quiz.number, total=quiz.total)
        right, answered = quiz.score
        score = "   " + words.SCORE.format(right=right, answered=answered)
        score += f"   {words.FINISHED}" if quiz.finished else ""
        rows = [row(Piece(head, "heading"), Piece(score, "muted"))]
        if quiz.answered:
            # On top, where it is seen however long the options' reasons are.
            rows += question.verdict(quiz, room)
        rows.append(BLANK)
        rows += wrap((Piece(quiz.stem, "strong"),), room)
        rows.append(BLANK)
        rows += question.body(quiz, self.marked, room)
        return rows + (self._onward(quiz, room) if quiz.answered else question.ask(quiz, self.marked, room))

    def _onward(self, quiz: QuizView, room: int) -> list[Row]:
        if quiz.finished:
            return question.finished(quiz, room, keys.key_of("quiz.again"), keys.key_of("go.next"))
        return wrap((Piece(words.AFTER_ANSWER.format(key=keys.key_of("quiz.proof")), "muted"),), room)

    # Choosing -------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """A letter chooses its option. Until the quiz is finished it is no command: a slip costs nothing."""
        quiz = self.quiz
        letter = (event.character or "").upper()
        if (
            quiz is not None
            and not quiz.finished
            and letter
            and letter in ("A", *(o.letter for o in quiz.options))
        ):
            event.stop()
            event.prevent_default()
            if letter in self.letters:
                if quiz.type != "match":
                    self.move_cursor(letter)
                self.choose(letter)
        elif event.key == "backspace" and any(self.marked):
            event.stop()
            self._take_back()

    def _take_back(self) -> None:
        """Take the last mark back; of a `match` the one in the cursor's row, or else the last."""
        if self.quiz is not None and self.quiz.type == "match":
            set_ones = [at for at, letter in enumerate(self.marked) if letter]
            at = self._row() if self._row() in set_ones else set_ones[-1]
            self.marked[at] = ""
            self.move_cursor(f"{question.ROW}{at + 1}")
        else:
            self.marked.pop()
            self._by_hand = False
        self.rebuild()

    def choose(self, target: str) -> None:
        """Choose an option or a line; mark it when several may be true; give it to a row; go to a row.

        Args:
            target: an option's letter, or what a row or a line is called in `question`.
        """
        quiz = self.quiz
        if quiz is None or quiz.answered:
            return
        self._by_hand = True
        if target.startswith(question.LINE):
            self.marked = [target.removeprefix(question.LINE)]
        elif target in self.letters:
            self._choose_letter(target, quiz)
        self.rebuild()

    def _choose_letter(self, letter: str, quiz: QuizView) -> None:
        if quiz.type == "choice":
            self.marked = [letter]
        elif quiz.type == "match":
            at = self._row()
            self.marked[at] = letter
            empty = [n for n in [*range(at + 1, len(self.marked)), *range(at)] if not self.marked[n]]
            self.move_cursor(f"{question.ROW}{(empty[0] if empty else at) + 1}")
        elif letter in self.marked:
            self.marked.remove(letter)
        else:
            self.marked.append(letter)

    def _row(self) -> int:
        """The row of a `match` that a letter is for: the cursor's, or the first that has none."""
        if self.cursor.startswith(question.ROW):
            return int(self.cursor.removeprefix(question.ROW)) - 1
        return self.marked.index("") if "" in self.marked else 0

    def action_mark(self) -> None:
        """Choose what the cursor is on."""
        self.choose(self.cursor)

    def action_choose(self) -> None:
        """Answer; after the answer, go on."""
        quiz = self.quiz
        if quiz is None or (quiz.finished and quiz.answered):
            return
        if quiz.answered:
            self.post_message(self.GoOn())
            return
        if not self.marked and quiz.type in {"choice", "pick-line"}:
            self.choose(self.cursor)
        if not self.marked or "" in self.marked:
            self.post_message(self.Nothing())
            return
        chosen = sorted(self.marked) if quiz.type == "multi" else self.marked
        self.post_message(self.Answered("".join(chosen)))

    def on_line_view_chosen(self, event: LineView.Chosen) -> None:
        """A click chooses."""
        event.stop()
        self.choose(event.target)

    def action_step(self, by: int) -> None:
        """Move from option to option; after the answer there is nothing to choose, so it scrolls."""
        if self._choosing:
            super().action_step(by)
            self._mark_where_it_is()
        else:
            LineView.action_step(self, by)

    def action_edge(self, end: int) -> None:
        """Move to the first or to the last option; after the answer to the beginning or to the end."""
        if self._choosing:
            super().action_edge(end)
            self._mark_where_it_is()
        else:
            LineView.action_edge(self, end)

    def _mark_where_it_is(self) -> None:
        # The colour of a line alone says too little: of one answer only, the mark goes with the arrows.
        if self.quiz is not None and self.quiz.type in {"choice", "pick-line"} and not self._by_hand:
            self.choose(self.cursor)
            self._by_hand = False

    @property
    def _choosing(self) -> bool:
        return self.quiz is not None and not self.quiz.answered and bool(self.targets)


def _begun_again(old: QuizView, quiz: QuizView) -> bool:
    """Whether a quiz starts afresh: what was answered is not any more, or the options are others."""
    same = old.id == quiz.id and not old.answered and not quiz.answered
    others = [option.text for option in old.options] != [option.text for option in quiz.options]
    return quiz.score[1] < old.score[1] or (same and others)


class AnswerLine(Input):
    """Where numbers and words are typed."""

    DEFAULT_CSS = """
    AnswerLine {
        border: round $border; height: 3; max-height: 3; margin: 0 2; background: $surface;
        &:focus { border: round $accent; background-tint: $foreground 0%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "screen.focus('#paper')", show=False)]


class Quiz(Widget):
    """The question, and the line to type on for questions that want a number or a word."""

    DEFAULT_CSS = "Quiz { layout: vertical; background: $surface; }"

    def __init__(self) -> None:
        super().__init__(id="quiz")
        self.paper = Paper()
        self.answer_line = AnswerLine(id="answer-line")
        self._typed: dict[str, str] = {}
        """What was typed for questions that were passed over, by question."""

    def compose(self) -> ComposeResult:
        """The paper above the line."""
        yield self.paper
        yield self.answer_line

    def show(self, quiz: QuizView) -> None:
        """Show a question, and the line if it is typed."""
        old = self.paper.quiz
        if old is not None and (old.lesson != quiz.lesson or _begun_again(old, quiz)):
            self._typed.clear()
        elif old is not None and old.id != quiz.id and not old.answered and self.answer_line.value.strip():
            self._typed[old.id] = self.answer_line.value
            self.post_message(Paper.PassedOver(old.number))
        self.paper.show(quiz)
        typed = quiz.type in TYPED and not quiz.answered
        had_focus = self.has_focus_within
        self.answer_line.display = typed
        if typed and (old is None or old.id != quiz.id or old.answered):
            self.answer_line.value = self._typed.pop(quiz.id, "")
        if had_focus:
            self.front().focus()

    def front(self) -> Widget:
        """What should have the focus."""
        return self.answer_line if self.answer_line.display else self.paper

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter answers."""
        event.stop()
        if event.value.strip():
            self.post_message(Paper.Answered(event.value.strip()))
        else:
            self.post_message(Paper.Nothing(typed=True))
