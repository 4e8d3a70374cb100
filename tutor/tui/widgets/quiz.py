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

from tutor.actions.view import OptionView, QuizView
from tutor.tui import keys, words
from tutor.tui.widgets.lineview import ListView
from tutor.tui.widgets.styled import BLANK, Piece, Row, row, wrap

TYPED = ("number", "text")
"""Types of questions whose answer is typed."""
ASKS = {
    "multi": words.PICK_MANY,
    "order": words.PICK_ORDER,
    "number": words.TYPE_NUMBER,
    "text": words.TYPE_TEXT,
}
WIDEST = 92


class Paper(ListView):
    """The question and its options. Letters choose, space marks, enter answers."""

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

    class Nothing(Message):
        """The person pressed enter without an answer."""

    def __init__(self) -> None:
        super().__init__(id="paper")
        self.quiz: QuizView | None = None
        self.marked: list[str] = []
        self._kept: dict[str, list[str]] = {}
        """Marks on questions that were passed over, by question."""

    def show(self, quiz: QuizView | None) -> None:
        """Show a question."""
        old, self.quiz = self.quiz, quiz
        if old is not None and (quiz is None or old.lesson != quiz.lesson or _begun_again(old, quiz)):
            self._kept.clear()
        elif old is not None and quiz is not None and old.id != quiz.id and not old.answered and self.marked:
            self._kept[old.id] = self.marked
            self.post_message(self.PassedOver(old.number))
        if quiz is None or old is None or old.id != quiz.id or _begun_again(old, quiz):
            self.marked, self.cursor = [] if quiz is None else self._kept.pop(quiz.id, []), ""
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
        """The question, or the end of the quiz."""
        quiz = self.quiz
        room = min(width, WIDEST)
        if quiz is None:
            return [row(Piece(words.NO_QUIZ, "muted"))]
        if quiz.finished and not quiz.answered:
            return self._finished(quiz, room)
        head = words.QUESTION.format(number=quiz.number, total=quiz.total)
        right, answered = quiz.score
        rows = [
            row(
                Piece(head, "heading"),
                Piece("   " + words.SCORE.format(right=right, answered=answered), "muted"),
            )
        ]
        if quiz.answered:
            # On top, where it is seen however long the options' reasons are.
            rows += self._verdict(quiz, room)
        rows.append(BLANK)
        rows += wrap((Piece(quiz.stem, "strong"),), room)
        if quiz.code:
            rows.append(BLANK)
            for line in quiz.code.rstrip("\n").split("\n"):
                rows += wrap((Piece(line, "code"),), room, first=(Piece("  "),), fill="block")
        rows.append(BLANK)
        for option in quiz.options:
            rows += self._option(option, quiz, room)
        rows.append(BLANK)
        return rows + (self._onward(quiz, room) if quiz.answered else self._ask(quiz, room))

    def _option(self, option: OptionView, quiz: QuizView, room: int) -> list[Row]:
        chosen = option.chosen if quiz.answered else option.letter in self.marked
        box = {"multi": "[x]" if chosen else "[ ]", "order": self._rank(option.letter)}.get(
            quiz.type, "●" if chosen else "○"
        )
        first = (Piece(f" {box} ", "accent" if chosen else "muted"), Piece(f"{option.letter}  ", "key"))
        rows = wrap(
            (Piece(option.text, "strong" if chosen else ""),), room, first=first, target=option.letter
        )
        if quiz.answered:
            word, symbol, tone = words.VERDICT.get(option.verdict, ("", "", "muted"))
            tone = "muted" if option.verdict == "wrong" and not option.chosen else tone
            why = [Piece(f"{symbol} {word}  ", tone)] if word else []
            if option.why:
                why.append(Piece(option.why))
            if why:
                rows += wrap(why, room, first=(Piece("      "),), target=option.letter)
            rows.append(BLANK)
        return rows

    def _rank(self, letter: str) -> str:
        return f"{self.marked.index(letter) + 1}." if letter in self.marked else " ·"

    def _ask(self, quiz: QuizView, room: int) -> list[Row]:
        rows = wrap((Piece(ASKS.get(quiz.type, words.PICK_ONE), "muted"),), room)
        if quiz.type == "order" and self.marked:
            rows += wrap((Piece(words.YOUR_ORDER.format(order=" ".join(self.marked))),), room)
        return rows

    def _verdict(self, quiz: QuizView, room: int) -> list[Row]:
        verdict = Piece(words.RIGHT, "pass") if quiz.correct else Piece(words.WRONG, "error")
        return wrap((verdict, Piece("   " + words.RIGHT_ANSWER.format(answer=quiz.right_answer))), room)

    def _onward(self, quiz: QuizView, room: int) -> list[Row]:
        if quiz.finished:
            return self._finished(quiz, room)
        return wrap((Piece(words.AFTER_ANSWER.format(key=keys.key_of("quiz.proof")), "muted"),), room)

    def _finished(self, quiz: QuizView, room: int) -> list[Row]:
        right, _answered = quiz.score
        again, onward = keys.key_of("quiz.again"), keys.key_of("go.next")
        return [
            row(Piece(words.FINISHED, "heading")),
            BLANK,
            *wrap((Piece(words.FINISHED_SCORE.format(right=right, total=quiz.total), "strong"),), room),
            BLANK,
            *wrap((Piece(words.FINISHED_KEYS.format(again=again, next=onward), "muted"),), room),
        ]

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
                self.move_cursor(letter)
                self.choose(letter)
        elif event.key == "backspace" and self.marked:
            event.stop()
            self.marked.pop()
            self.rebuild()

    def choose(self, letter: str) -> None:
        """Choose an option, or mark it when several may be true."""
        quiz = self.quiz
        if quiz is None or letter not in self.letters:
            return
        if quiz.type == "choice":
            self.marked = [letter]
        elif letter in self.marked and quiz.type == "multi":
            self.marked.remove(letter)
        elif letter not in self.marked:
            self.marked.append(letter)
        self.rebuild()

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
        if quiz.type == "choice" and not self.marked and self.cursor in self.letters:
            self.marked = [self.cursor]
        if not self.marked:
            self.post_message(self.Nothing())
            return
        chosen = sorted(self.marked) if quiz.type == "multi" else self.marked
        self.post_message(self.Answered("".join(chosen)))

    def on_list_view_chosen(self, event: ListView.Chosen) -> None:
        """A click chooses."""
        event.stop()
        self.choose(event.target)

    def action_step(self, by: int) -> None:
        """Move from option to option; after the answer there is nothing to choose, so it scrolls."""
        if self.letters:
            super().action_step(by)
        else:
            self.scroll_to(y=self.scroll_offset.y + by, animate=False)


def _begun_again(old: QuizView, quiz: QuizView) -> bool:
    """Whether a quiz starts afresh: what was answered is not any more."""
    return quiz.score[1] < old.score[1]


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
            self.post_message(Paper.Nothing())
