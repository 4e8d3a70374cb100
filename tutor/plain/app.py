"""The loop: read a line, do what it means, say what came of it."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from tutor.actions.registry import BY_ID, Action, Arg, Line, Outcome
from tutor.actions.view import Entry, FileView, View
from tutor.course.problems import ContentError
from tutor.plain import aftermath, edit, pages, prose, question, typed
from tutor.plain.keyboard import Keyboard
from tutor.plain.speech import MAX_WIDTH, Piece, Speaker
from tutor.words import _

if TYPE_CHECKING:
    from tutor.actions.tutor import Tutor

END = "END"


class Plain:
    """The plain skin.

    Args:
        open_tutor: opens the course where the person left it; called again after a cancelled action.
        keyboard: where lines come from.
        speaker: where things are said.
        reason: why it is this skin, when the person did not ask for it.
    """

    def __init__(
        self, open_tutor: Callable[[], Tutor], keyboard: Keyboard, speaker: Speaker, reason: str = ""
    ) -> None:
        self._open = open_tutor
        self._keyboard = keyboard
        self._speaker = speaker
        self._menu: list[Entry] = []
        self._unread: list[list[Piece]] = []
        self._at_rest = False
        speaker.say(_("Mode"), _("Lambda Tutor in plain mode, line by line."))
        if reason:
            speaker.say(_("Why plain"), f"{reason}.")
        self._tutor = open_tutor()
        keyboard.complete_with(self._completions)

    def _completions(self, line: str) -> list[str]:
        """The words that could stand where a line ends: those that may begin one, or what the core knows."""
        if " " in line.lstrip():
            return self._tutor.complete(line)
        words = typed.first_words(self._tutor.view, self._tutor.available())
        return [word for word in words if word.startswith(line.lstrip())]

    def run(self) -> int:
        """Stay until the person leaves or the input ends.

        Returns:
            The exit status, 0.
        """
        try:
            self._greet()
            while self._one_command():
                pass
        finally:
            with _ctrl_c_ignored():
                self._keyboard.close()
                self._tutor.close()
        return 0

    def _greet(self) -> None:
        self._speaker.say(
            _("Help"),
            _("Type help for what you can do, again to hear the last answer once more, quit to leave."),
        )
        self._warn()
        if self._tutor.view.level:
            self._speaker.say(_("Isolation"), self._tutor.view.level)
        self._resume()

    def _resume(self) -> None:
        """Go where the person was. The core opens a lab or quiz of last time only when it is asked to."""
        outcome = self._work(self._tutor.resume)
        self._speaker.pieces(pages.answered(outcome.lines))
        self._arrive()

    def _warn(self) -> None:
        """Say what is wrong with saving; who heard it once may have forgotten it."""
        if self._tutor.view.saved:
            self._speaker.say(_("Note"), self._tutor.view.saved)

    def _one_command(self) -> bool:
        """Read and do one line; False when it was the last one."""
        self._speaker.begin()
        try:
            with self._asking():
                line = self._keyboard.line(f"{self._tutor.view.place}> ")
            if line is None:
                self._perform(BY_ID["app.quit"], {})
                return False
            return self._obey(line)
        except KeyboardInterrupt:
            self._interrupted()
            return True

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Wait for the person: Ctrl-C in here finds the core at rest, anywhere else it may not."""
        self._at_rest = True
        yield
        self._at_rest = False

    def _interrupted(self) -> None:
        if self._at_rest:
            self._speaker.say("", "")
            self._speaker.say(_("Note"), _("Type quit to leave; all that you did is saved."))
            return
        # The action may have stopped anywhere. What was saved is whole, so the course is opened from there;
        # with nothing on the disk the core itself goes on from what it kept in memory.
        if not self._tutor.store.warning:
            with _ctrl_c_ignored():
                self._tutor.close()
                self._tutor = self._open()
            self._work(self._tutor.resume)
        self._speaker.say(_("Note"), _("Stopped. You are where you were before this command."))

    def _obey(self, line: str) -> bool:
        if not line.strip():
            self._more(asked=False)
            return True
        meaning = typed.understand(line, self._tutor.view, self._tutor.available(), len(self._menu))
        menu = self._menu
        if not isinstance(meaning, typed.Own | typed.Refused) and self._tutor.view.place != "outline":
            self._menu = []
        match meaning:
            case typed.Refused(reason):
                self._speaker.say(_("Error"), reason)
            case typed.Own(word, rest):
                self._own(word, rest)
            case typed.Pick(number):
                entry = menu[number - 1]
                return self._perform(
                    BY_ID[f"go.{entry.kind}"], {"ref": entry.id.removeprefix(f"{entry.kind}:")}
                )
            case typed.Edit(name, end):
                return self._edit(name, end)
            case typed.Act(action, args) if action.id == "app.help":
                self._help()
            case typed.Act(action, args):
                return self._complete(action, dict(args))
        return True

    # Words of this skin

    def _own(self, word: str, rest: str) -> None:
        match word:
            case "again":
                self._speaker.again()
            case "more":
                self._more(asked=True)
            case "here":
                self._show_place()
            case _:
                self._files(rest)

    def _help(self) -> None:
        rows = typed.help_lines(self._tutor.view, self._tutor.available())
        self._speaker.say(_("Help"), _("You can type:"))
        self._speaker.pieces(Piece(usage, words) for usage, words in rows)

    def _files(self, name: str) -> None:
        lab = self._tutor.view.lab
        if lab is None:
            self._speaker.say(_("Error"), _("Files belong to a lab. Type lab to go there."))
            return
        found = [file for file in lab.files if file.name == name]
        if name and not found:
            names = ", ".join(file.name for file in lab.files) or _("none")
            self._speaker.say(
                _("Error"), _("There is no file {name}. There is: {names}.").format(name=name, names=names)
            )
            return
        none = [Piece(_("File"), _("There are no files."))]
        self._speaker.pieces(pages.file_text(found[0]) if found else pages.files(lab) or none)

    def _more(self, *, asked: bool) -> None:
        if self._unread:
            self._speaker.pieces(self._unread.pop(0))
            if self._unread:
                self._speaker.say(_("More"), _("Press Enter to go on."))
            else:
                self._speaker.say(_("End"), _("This is the end of the lesson. Type next to go on."))
        elif asked:
            self._speaker.say(_("Note"), _("There is nothing more to read. Type next to go on."))

    # Actions

    def _complete(self, action: Action, args: dict[str, str]) -> bool:
        """Ask for what an action still needs, then perform it."""
        lab = self._tutor.view.lab
        if action.id == "lab.solution" and lab is not None and not lab.tried:
            return self._perform(action, {})  # it says why it does not come yet
        for arg in action.args:
            if arg.name in args or (arg.optional and not arg.choices):
                continue
            if arg.choices == ("yes", "no"):
                self._speaker.say(action.title, action.help)
            with self._asking():
                value = self._ask(arg)
            if value is None or (arg.choices == ("yes", "no") and value != "yes"):
                self._speaker.say(_("Note"), _("Nothing was changed."))
                return True
            args[arg.name] = value
        return self._perform(action, args)

    def _ask(self, arg: Arg) -> str | None:
        if not arg.choices:
            answer = self._keyboard.line(f"{arg.label}: ")
            return answer.strip() or None if answer is not None else None
        while (answer := self._keyboard.line(f"{arg.label} {_(' or ').join(arg.choices)}: ")) is not None:
            matching = [
                choice
                for choice in arg.choices
                if answer.strip() and choice.startswith(answer.strip().lower())
            ]
            if len(matching) == 1:
                return matching[0]
            self._speaker.say(
                _("Error"), _("Type one of these words: {words}.").format(words=", ".join(arg.choices))
            )
        return None

    def _edit(self, name: str, end: str) -> bool:
        name = name or self._only_file() or ""
        if not name:
            self._speaker.say(_("Error"), _("Type edit and the name of a file, such as edit app.py."))
            return True
        found = self._file(name)
        if found is not None and not found.readable:
            self._speaker.say(_("Error"), pages.not_text(found))
            return True
        with self._asking():
            text = self._keyboard.text_until(end, "text> ") if end else self._changed(name)
        if text is None:
            ended = _("The text did not end with a line {end}.").format(end=end) + " " if end else ""
            self._speaker.say(_("Note"), ended + _("Nothing was changed."))
            return True
        return self._perform(BY_ID["lab.save_file"], {"name": name, "text": text})

    def _only_file(self) -> str | None:
        lab = self._tutor.view.lab
        code = [file.name for file in lab.files if file.code] if lab is not None else []
        return code[0] if len(code) == 1 else None

    def _file(self, name: str) -> FileView | None:
        lab = self._tutor.view.lab
        return next((file for file in lab.files if file.name == name), None) if lab is not None else None

    def _changed(self, name: str) -> str | None:
        """The new text of a file, from the person's editor or typed; None when it stays as it is."""
        found = self._file(name)
        text = found.text if found else ""
        command = edit.editor_command() if self._keyboard.interactive else []
        if command:
            try:
                new = edit.in_editor(command, name, text)
            except OSError as error:
                self._speaker.say(
                    _("Error"), _("The editor cannot be started: {reason}.").format(reason=error)
                )
                return None
            return None if new == text else new
        if found:
            self._speaker.pieces(pages.file_text(found))
        self._speaker.say(_("Type"), _("the whole new text. A line with only {end} ends it.").format(end=END))
        typed_text = self._keyboard.text_until(END, "text> ")
        return typed_text if typed_text and typed_text != text else None

    def _perform(self, action: Action, args: dict[str, str]) -> bool:
        """Perform an action and say what came of it; False when it was the last one."""
        before = self._tutor.view
        outcome = self._work(lambda: self._tutor.perform(action.id, **args))
        after = self._tutor.view
        if outcome.quit and after.saved:
            # Nothing was saved, so the core's farewell, which says so, is left out.
            self._warn()
            return False
        self._speaker.pieces(self._answer(action, args.get("line", ""), outcome, after))
        if outcome.quit:
            return False
        if aftermath.moved(action, outcome, before, after):
            self._arrive()
            if after.place in {"lab", "quiz"} and aftermath.opened(action, before, after):
                self._warn()
        elif after.place == "lab":
            lines = self._work(self._tutor.examine).lines
            self._speaker.pieces(pages.answered(lines, self._tutor.view.lab))
            self._speaker.pieces(aftermath.news(before.lab, self._tutor.view.lab))
        return True

    def _answer(self, action: Action, line: str, outcome: Outcome, after: View) -> list[Piece]:
        """What an action answered; how the tasks of a lab stand is told from the view, in one way."""
        lines = outcome.lines
        page = aftermath.page_of(action, after)
        if action.id in aftermath.TOLD_BY_VIEW and page:
            # An error, or that all is done, is no part of the page.
            besides = {"error", "note", "news"} | (set() if action.id == "lab.goal" else {"say"})
            return page + pages.answered(tuple(line for line in lines if line.kind in besides))
        if not lines:
            return page
        return pages.answered(lines, after.lab, aftermath.COMMANDS.get(action.id, line))

    def _arrive(self) -> None:
        """Show a place that was just entered. How the tasks of a lab stand is part of its page."""
        if self._tutor.view.place == "lab":
            lines = self._work(self._tutor.examine).lines
            self._show_place()
            rest = tuple(line for line in lines if line.kind not in {"check", "why"})
            self._speaker.pieces(pages.answered(rest))
        else:
            self._show_place()

    def _work(self, step: Callable[[], Outcome]) -> Outcome:
        """Let the core do something. One lesson that cannot be used does not close the others."""
        try:
            return step()
        except ContentError as error:
            return Outcome(tuple(Line("error", str(problem)) for problem in error.problems))

    # Places

    def _show_place(self) -> None:
        view = self._tutor.view
        self._unread, self._menu = [], []
        if view.place == "lab" and view.lab is not None:
            self._speaker.pieces(pages.lab_page(view.lab))
        elif view.place == "quiz" and view.quiz is not None:
            self._speaker.pieces(question.question(view.quiz))
        elif view.place == "lesson" and view.lesson is not None:
            self._speaker.pieces(prose.opening(view.lesson))
            self._unread = prose.portions(view.lesson.blocks)
            if not self._keyboard.interactive:
                self._unread = [[piece for portion in self._unread for piece in portion]]
            self._more(asked=False)
        else:
            pieces, self._menu = pages.outline(view)
            self._speaker.pieces(pieces)


@contextmanager
def _ctrl_c_ignored() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def run_on_terminal(open_tutor: Callable[[], Tutor], reason: str, history: Path | None) -> int:
    """Run the plain skin on standard input and output; see `tutor.plain.run`."""
    for stream in (sys.stdin, sys.stdout):
        # A terminal or pipe that knows no UTF-8 shows question marks; it does not end the course.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    speaker = Speaker(sys.stdout, _columns(sys.stdout))
    interactive = sys.stdin.isatty() and sys.stdout.isatty()
    keyboard = Keyboard(sys.stdin, speaker.echo, interactive=interactive, history=history)
    try:
        return Plain(open_tutor, keyboard, speaker, reason).run()
    except BrokenPipeError:
        # Whoever read us has heard enough (`| head`). Python would complain again when it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _columns(out: TextIO) -> int | None:
    return shutil.get_terminal_size((MAX_WIDTH, 24)).columns if out.isatty() else None
