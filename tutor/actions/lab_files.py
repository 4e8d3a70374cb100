"""The learner's files: written, begun, renamed, deleted, brought back. `deploy` makes them count."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tutor.actions.registry import Line, Outcome
from tutor.words import _

if TYPE_CHECKING:
    from tutor.practice import LabRun


def save(run: LabRun, name: str, text: str) -> Outcome:
    """Write a file, of a function's code or beside it; which one a name means says `Desk`."""
    return _done(lambda: _write(run, name, text), lambda: _what_it_is_for(run, name))


def _what_it_is_for(run: LabRun, name: str) -> str:
    desk = run.shell.folder
    if desk.is_code(desk.place(name)):
        return _("Wrote {name}. Deploy it to make it count.").format(name=name)
    words = _("Wrote {name}. Commands read it as file://{name}. It is no part of the function's code.")
    return words.format(name=name)


def _write(run: LabRun, name: str, text: str) -> None:
    from tutor.practice.files import FileProblem

    desk = run.shell.folder
    if desk.has(name) and not _is_text(desk.read(name)):
        raise FileProblem(_("{name} is not text in UTF-8, so it is left as it is.").format(name=name))
    try:
        content = text.encode()
    except UnicodeEncodeError:
        raise FileProblem(_("There is a character in this text that no file can hold.")) from None
    desk.write(_deployable(name), content)


def begin(run: LabRun, name: str) -> Outcome:
    """Begin an empty file; a name such as lib/helper.py makes its folder too."""
    from tutor.practice.files import FileProblem

    def make() -> None:
        if run.shell.folder.has(name):
            raise FileProblem(_("There is a file {name} already.").format(name=name))
        _write(run, name, "")

    return _done(make, lambda: _("Began {name}. `edit {name}` fills it.").format(name=name))


def delete(run: LabRun, name: str) -> Outcome:
    """Delete a file."""
    desk = run.shell.folder
    words = _("Deleted {name}.")
    if desk.is_code(desk.place(name)):
        words += " " + _("What is deployed stays until you deploy again.")
    if name in run.originals():
        words += " " + _("`restore {name}` brings it back.")
    return _done(lambda: desk.delete(name), lambda: words.format(name=name))


def rename(run: LabRun, name: str, to: str) -> Outcome:
    """Give a file another name."""
    desk = run.shell.folder

    def told() -> str:
        words = _("{name} is {to} now.").format(name=name, to=to)
        return f"{words} {_('Deploy it to make it count.')}" if desk.is_code(desk.place(to)) else words

    return _done(lambda: desk.rename(name, _deployable(to)), told)


def restore(run: LabRun, name: str) -> Outcome:
    """Make a file what it was when the lab began."""
    from tutor.practice.files import FileProblem, Folder

    def bring_back() -> None:
        originals = run.originals()
        if name not in originals:
            known = ", ".join(originals) or _("none")
            words = _("The lab did not begin with a file {name}. It began with: {known}.")
            raise FileProblem(words.format(name=name, known=known))
        Folder(run.code).write(name, originals[name])

    return _done(
        bring_back,
        lambda: _("{name} is as it was at the start. Deploy it to make it count.").format(name=name),
    )


def _deployable(name: str) -> str:
    from tutor.practice.files import FileProblem, is_hidden

    if is_hidden(name):
        raise FileProblem(
            _("{name}: what begins with a dot, or is in __pycache__, is not deployed.").format(name=name)
        )
    return name


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _done(step: Callable[[], None], words: Callable[[], str]) -> Outcome:
    from tutor.practice.files import FileProblem

    try:
        step()
    except FileProblem as problem:
        return Outcome((Line("error", str(problem)),))
    except OSError as error:
        return Outcome((Line("error", error.strerror or str(error)),))
    return Outcome((Line("say", words()),))
