"""The command palette: every action that makes sense now, and every lesson, lab and quiz."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tutor.tui import words

if TYPE_CHECKING:
    from tutor.tui.app import LambdaTutorApp


class Command(NamedTuple):
    """A line of the palette."""

    title: str
    help: str
    run: Callable[[], None]
    name: str = ""
    """What else it is found by: a lesson's or a lab's id."""


class TutorCommands(Provider):
    """Actions, then the entries of the outline."""

    def _commands(self) -> Iterator[Command]:
        app = cast("LambdaTutorApp", self.app)
        for action in app.available:
            key = words.key_name(action.key)
            yield Command(
                f"{action.title}  ({key})" if key else action.title,
                action.help,
                partial(app.action_do, action.id),
            )
        above = lesson = ""
        for entry in app.view.outline:
            kind = words.KINDS.get(entry.kind, "")
            if entry.kind in ("module", "lesson"):
                above = entry.title if entry.kind == "module" else above
                lesson = entry.title
            if kind:
                # All quizzes have the same title, so the lesson's stands for it.
                title = f"{kind.capitalize()}: {lesson if entry.kind == 'quiz' else entry.title}"
                help_ = above if entry.kind == "lesson" else lesson
                name = entry.id.rpartition(":")[2]
                yield Command(title, help_, partial(app.open_entry, entry.kind, entry.id), name)

    async def discover(self) -> Hits:
        """Everything, when nothing is typed yet."""
        for command in self._commands():
            yield DiscoveryHit(Content(command.title), command.run, command.title, command.help)

    async def search(self, query: str) -> Hits:
        """What matches what is typed."""
        matcher = self.matcher(query)
        for command in self._commands():
            score = matcher.match(f"{command.title} {command.help} {command.name}")
            if score > 0:
                yield Hit(score, matcher.highlight(command.title), command.run, help=command.help)
