"""Console lines of a lab: `aws ...` in AWS's own spelling, and our verbs. One grammar for all who type."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from sandbox import JournalError, NothingToUndoError, World
from sandbox.cloud import operations_of
from sandbox.console import Console
from sandbox.console.proofread import mistake
from sandbox.console.resources import quietly, taken
from tutor.practice.console.asked import Usage, VerbError
from tutor.practice.console.completing import completions
from tutor.practice.console.verbs import VERBS
from tutor.practice.files import Desk, FileProblem
from tutor.practice.naming import Naming
from tutor.words import _

CODE = "code"
"""The folder of the function's code inside the learner's folder."""

_OF_FILES = ("cat", "dir", "less", "ls", "more")
"""Words of other shells for what `show files` does here."""

Helps = Callable[[str], str]
"""Says in a line what an error of AWS's means and what to try; "" when it knows nothing of it."""


class Printed(msgspec.Struct, frozen=True):
    """What a console line printed. `code` is 0 when it worked, as a shell would have it."""

    code: int
    out: str = ""
    err: str = ""


class Shell:
    """Runs console lines on a world.

    Args:
        world: the world.
        naming: what `{names}` stands for; a learner's line may use it as content does.
        folder: where the console reads and writes files; the function's code is in its folder `code`.
        reset: starts the lab afresh, for the verb of that name.
        helps: what there is to say about an error.
        answer: takes what the learner answers a task with; False when no task asks for an answer.
    """

    def __init__(
        self,
        world: World,
        naming: Naming,
        folder: Path,
        reset: Callable[[], None],
        helps: Helps,
        answer: Callable[[str], bool],
    ) -> None:
        self.world = world
        self.naming = naming
        self.code = folder / CODE
        self.folder = Desk(folder, self.code)
        self.reset = reset
        self.helps = helps
        self.answer = answer
        self.since = 0
        services = world.cloud.services
        self._console = Console(
            world.client,
            self.folder,
            region=world.cloud.region,
            now=lambda: world.now,
            services=list(services),
            operations=lambda name: operations_of(services[name]),
            error_form="enhanced",
            ask=quietly(world),
            taken=taken(world),
        )

    def run(self, line: str) -> Printed:
        """Run one line; never raises for what a person typed.

        Args:
            line: one command; an `edit FILE <<END` carries the file's lines after it.
        """
        text = line.strip()
        verb = text.split(maxsplit=1)[0] if text else ""
        if not verb or verb.startswith("#"):
            return Printed(0)
        with self.world.group():
            try:
                if verb == "aws":
                    done = self._console.run(text)
                    return Printed(done.code, done.out, done.err)
                if verb in VERBS:
                    return Printed(0, VERBS[verb](self, text[len(verb) :].strip()))
            except Usage as usage:
                return Printed(2, err=str(usage))
            except (VerbError, FileProblem, NothingToUndoError, JournalError) as problem:
                return Printed(1, err=str(problem))
        known = ", ".join(["aws", *VERBS])
        said = _("{verb}: not a command here. There are: {known}.").format(verb=verb, known=known)
        if verb in _OF_FILES:
            said += " " + _("`show files` lists your files, and `show files NAME` reads one.")
        return Printed(127, err=said)

    def mistake(self, line: str) -> str:
        """What is wrong with an `aws` command as it is typed; "" for nothing. Nothing is run.

        Raises:
            WordsError: a quote is not closed, or it is no single command.
        """
        return mistake(self._console, line)

    def complete(self, line: str) -> list[str]:
        """The words that could stand where a line ends: whole words that begin with the unfinished one."""
        if line.lstrip().startswith("aws "):
            return self._console.complete(line.lstrip())
        return completions(self, line)
