"""The editor of a function's files. What is typed is never lost.

It is saved a second after the last key, when the focus leaves, before any other action and before quitting.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import TextArea

from tutor.actions.view import FileView
from tutor.tui import words
from tutor.tui.widgets.bars import Bar
from tutor.tui.widgets.styled import Piece

SAVE_AFTER = 1.0
"""Seconds of real time after the last key until the text is saved."""


class FileTabs(Bar, can_focus=True):
    """The names of the files. Focused after escape leaves the text, so that letters are commands again."""

    DEFAULT_CSS = "FileTabs { max-height: 1; &:focus { text-style: bold; } }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "other(-1)", show=False),
        Binding("right", "other(1)", show=False),
        Binding("enter,down", "enter_text", show=False),
    ]

    def __init__(self, editor: Editor) -> None:
        super().__init__(id="file-tabs")
        self.editor = editor

    def left(self) -> list[tuple[Piece, str]]:
        """A tab for each file."""
        editor = self.editor
        if not editor.files:
            return [(Piece(f" {words.NO_FILES}", "muted"), "")]
        parts = []
        for file in editor.files:
            tone = "front" if file.name == editor.current else "muted"
            settled = file.deployed or not file.code
            mark = "" if settled and not editor.is_draft(file.name) else "●"
            parts.append((Piece(f" {file.name}{mark} ", tone), f"app.open_file({file.name!r})"))
        return parts

    def right(self) -> list[tuple[Piece, str]]:
        """Whether the file is saved and deployed."""
        word, tone = self.editor.state()
        return [(Piece(f"{word} ", tone), "")]

    def action_other(self, by: int) -> None:
        """Show the next file."""
        self.editor.other(by)

    def action_enter_text(self) -> None:
        """Go back into the text."""
        self.editor.area.focus()


class CodeArea(TextArea):
    """The text. Escape leaves it; tab indents, and a new line begins where the last one did."""

    DEFAULT_CSS = """
    CodeArea {
        border: none; padding: 0; background: $surface; height: 1fr; scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 0;
        &:focus { border: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", show=False),
        Binding("ctrl+pageup", "other(-1)", show=False),
        Binding("ctrl+pagedown", "other(1)", show=False),
    ]

    def __init__(self, editor: Editor) -> None:
        super().__init__(
            "", id="code", soft_wrap=False, show_line_numbers=True, tab_behavior="indent", theme="css"
        )
        self.editor = editor
        self.cursor_blink = False

    def _on_key(self, event: events.Key) -> None:  # type: ignore[override]
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self.editor.tabs.focus()
        elif event.key == "enter" and not self.read_only:
            event.stop()
            event.prevent_default()
            self._break_line()
        elif event.key == "backspace":
            # At once, and not when it comes back as a key that is bound: fast fingers keep their order.
            event.stop()
            event.prevent_default()
            self.action_delete_left()

    def _break_line(self) -> None:
        # A new line begins where the old one did, and a step further in behind a colon.
        begin, end = sorted(self.selection)
        before = self.document.get_line(begin[0])[: begin[1]]
        indent = before[: len(before) - len(before.lstrip())]
        if before.rstrip().endswith(":") and self.editor.current.endswith(".py"):
            indent += " " * self.indent_width
        self.replace("\n" + indent, begin, end, maintain_selection_offset=False)

    def action_delete_left(self) -> None:
        """Delete what is selected, or one character; in the blanks that begin a line, one step of them."""
        line, column = self.selection.end
        blanks = self.document.get_line(line)[:column]
        if self.read_only or not self.selection.is_empty or not column or blanks.strip(" "):
            super().action_delete_left()
            return
        step = (column - 1) // self.indent_width * self.indent_width
        self.delete((line, step), (line, column), maintain_selection_offset=False)

    def action_save(self) -> None:
        """Save now."""
        self.editor.flush()

    def action_other(self, by: int) -> None:
        """Show the next file."""
        self.editor.other(by)


class Editor(Widget):
    """File tabs above the text."""

    DEFAULT_CSS = "Editor { layout: vertical; background: $surface; }"

    @dataclass
    class Save(Message):
        """A text should be saved."""

        name: str
        text: str

    def __init__(self) -> None:
        super().__init__(id="editor")
        self.files: tuple[FileView, ...] = ()
        self.current = ""
        self.tabs = FileTabs(self)
        self.area = CodeArea(self)
        self._lab = ""
        self._sent: dict[str, str] = {}
        self._drafts: dict[str, str] = {}
        self._timer: Timer | None = None
        self._new: list[str] = []
        """Files that the person began and the core does not have yet."""
        self._refused: set[str] = set()
        """Files whose last text could not be saved."""
        self.expected = ""
        """A file that is shown as soon as it is there."""

    def compose(self) -> ComposeResult:
        """Tabs and text."""
        yield self.tabs
        yield self.area

    # What the core knows --------------------------------------------------------------------------

    def show(self, lab: str, files: tuple[FileView, ...]) -> None:
        """Show a lab's files. A text that the person changed meanwhile stays as it is.

        Args:
            lab: the lab's id.
            files: as they are saved.
        """
        known = {} if lab != self._lab else {file.name: file.text for file in self.files}
        if lab != self._lab:
            self._drafts.clear()
            self._sent.clear()
            self._new.clear()
            self._refused.clear()
            self.current = ""
        kept = {file.name for file in files}
        self._new = [name for name in self._new if name not in kept]
        files += tuple(FileView(name, "", False) for name in self._new)
        self._lab, self.files = lab, files
        names = [file.name for file in files]
        # What was deleted or renamed must not come back because somebody had typed in it.
        self._drafts = {name: text for name, text in self._drafts.items() if name in names}
        for file in files:
            changed_elsewhere = known.get(file.name) != file.text and self._sent.get(file.name) != file.text
            if changed_elsewhere and not (
                file.name in self._drafts and self._drafts[file.name] != self._sent.get(file.name)
            ):
                self._drafts.pop(file.name, None)
                if file.name == self.current:
                    self._load(file.name)
        if self.current not in names:
            self.current = ""
            if names:
                self.open(names[0])
        if self.expected in names:
            self.open(self.expected)
            self.expected = ""
        self.area.disabled = not names
        self.tabs.refresh()

    def is_draft(self, name: str) -> bool:
        """Whether a file has text that is not saved yet."""
        return name in self._drafts

    def saved(self, name: str, text: str) -> None:
        """The core saved a text that was sent."""
        self._refused.discard(name)
        if self._drafts.get(name) == text:
            self._drafts.pop(name)
        if self._sent.get(name) == text:
            self._sent.pop(name)
        self.tabs.refresh()

    def refused(self, name: str) -> None:
        """The core could not save a text; it stays here, and the next key tries again."""
        self._refused.add(name)
        self.tabs.refresh()

    def _saved_text(self, name: str) -> str:
        return next((file.text for file in self.files if file.name == name), "")

    def text_of(self, name: str) -> str:
        """The text of a file as the person sees it."""
        return self._drafts.get(name, self._saved_text(name))

    def state(self) -> tuple[str, str]:
        """In a word and a tone: being saved, deployed, or changed since the last deploy."""
        if not self.current:
            return "", ""
        if not self._readable(self.current):
            return words.NOT_TEXT_STATE, "muted"
        if self.current in self._refused:
            return words.NOT_KEPT, "error"
        if self.current in self._drafts:
            return words.UNSAVED, "muted"
        if self.current in self._new:
            return words.NEW_FILE, "muted"
        file = next((file for file in self.files if file.name == self.current), None)
        if file is not None and not file.code:
            return words.NO_CODE, "muted"
        deployed = file is None or file.deployed
        return (words.DEPLOYED + " ✓", "pass") if deployed else (words.CHANGED + " ●", "notyet")

    # What the person does -------------------------------------------------------------------------

    def open(self, name: str) -> None:
        """Show a file."""
        if name != self.current and any(file.name == name for file in self.files):
            self.flush()
            self.current = name
            self._load(name)
            self.tabs.refresh()

    def begin(self, name: str) -> bool:
        """Show a file, a new empty one if there is none of that name.

        Returns:
            Whether it is new. It is saved when something is typed into it.
        """
        fresh = not any(file.name == name for file in self.files)
        if fresh:
            self._new.append(name)
            self.files += (FileView(name, "", False),)
            self.area.disabled = False
        self.open(name)
        return fresh or name in self._new

    def other(self, by: int) -> None:
        """Show the next file."""
        names = [file.name for file in self.files]
        if names:
            at = names.index(self.current) if self.current in names else 0
            self.open(names[(at + by) % len(names)])

    def _readable(self, name: str) -> bool:
        return all(file.readable for file in self.files if file.name == name)

    def _load(self, name: str) -> None:
        readable = self._readable(name)
        text = self.text_of(name) if readable else words.NOT_TEXT
        self.area.read_only = not readable
        if self.area.text != text:
            with self.prevent(TextArea.Changed):
                self.area.load_text(text)
        language = "python" if name.endswith(".py") and _has_grammar() else None
        if self.area.language != language:
            self.area.language = language

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """A key changed the text: save it soon."""
        event.stop()
        if not self._take_text():
            return
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SAVE_AFTER, self.flush)

    def _take_text(self) -> bool:
        # Asked before the text is handed over too: the message about the last keys may still be on its way.
        if not self.current or self.area.read_only or self.area.text == self.text_of(self.current):
            return False
        self._drafts[self.current] = self.area.text
        self.tabs.refresh()
        return True

    def unsaved(self) -> list[tuple[str, str]]:
        """Names and texts that were not handed over yet; they count as handed over from now on."""
        self._take_text()
        waiting = [(name, text) for name, text in self._drafts.items() if self._sent.get(name) != text]
        self._sent.update(waiting)
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        return waiting

    def flush(self) -> None:
        """Hand over what is not saved yet."""
        for name, text in self.unsaved():
            self.post_message(self.Save(name, text))

    def on_descendant_blur(self) -> None:
        """The focus leaves: save."""
        self.flush()


def _has_grammar() -> bool:
    return find_spec("tree_sitter") is not None and find_spec("tree_sitter_python") is not None
