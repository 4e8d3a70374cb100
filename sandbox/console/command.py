"""`Console`: one `aws` command after another, over a boto3-like client."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NoReturn

import msgspec

from sandbox.console import customize, pages, skeleton, waiting
from sandbox.console.arguments import Command, Given, Reader, command, finish, wait_command
from sandbox.console.catalogue import Service, cli_name, service, service_names, waiter
from sandbox.console.commands.custom import Desk, HighLevel, carry_out
from sandbox.console.commands.highlevel import COMMANDS, REFUSED, S3_NAMES
from sandbox.console.errors import (
    API_ERROR,
    FAILURE,
    MISTAKE,
    MistakeError,
    choice_error,
    nearest,
    render_api_error,
    render_mistake,
)
from sandbox.console.output import plain, show
from sandbox.console.parameters import page_settings, parameters
from sandbox.console.resources import Ask, Taken
from sandbox.console.settings import GLOBAL_OPTIONS, Settings, settings
from sandbox.console.values import Files
from sandbox.console.words import WordsError, split

__all__ = ["Completed", "Console", "Files"]

NOT_HERE = "NotImplementedHere"
"""The code of an error for what AWS has and this pretend AWS has not."""

_NOWHERE = ("/dev/null", "NUL")
_SCREEN = "/dev/stdout"


class Completed(msgspec.Struct, frozen=True):
    """What a command gave.

    Attributes:
        code: AWS CLI v2's exit code: 0, 252 a mistake in the command, 254 AWS answered with an error, 255
            anything else, 127 no `aws` command at all.
        out: standard output.
        err: standard error.
    """

    code: int
    out: str
    err: str


class Console:
    """The `aws` command.

    Args:
        client: gives a boto3-like client by boto3's name of a service: methods as boto3 spells them,
            `get_waiter`; raises LookupError, with a message for people, for a service that is not there.
        files: the folder that `file://`, `fileb://` and output files are in.
        region: the only Region there is.
        now: what time it is in that world, for `aws logs tail --since 10m`; without it "now" is the time of
            the newest line.
        services: boto3's names of the services that are there, for help, completion and suggestions; all
            that botocore knows when empty.
        operations: gives the operations of a service that are there, as boto3 spells them; with it, help
            and completion leave the others out.
        error_form: "classic" is what AWS CLI 2.27 to 2.33 prints; "enhanced" what it prints since 2.34.
        ask: answers a reading operation and leaves no trace, for the names that completion offers; see
            `resources.quietly`. Without it completion knows no names.
        taken: tells which parameters an operation takes, see `resources.taken`; with it, help and completion
            leave out the options of the others.
    """

    def __init__(
        self,
        client: Callable[[str], Any],
        files: Files,
        *,
        region: str = "us-east-1",
        now: Callable[[], datetime] | None = None,
        services: Sequence[str] = (),
        operations: Callable[[str], Collection[str]] | None = None,
        error_form: str = "classic",
        ask: Ask | None = None,
        taken: Taken | None = None,
    ) -> None:
        self.client = client
        self.files = files
        self.region = region
        self.now = now
        self._services = tuple(services)
        self._operations = operations
        self.error_form = error_form
        self._ask = ask
        self._taken = taken

    def run(self, line: str | list[str]) -> Completed:
        """Run one command.

        Args:
            line: `aws lambda invoke --function-name hello out.json`, or its words.

        Returns:
            Its exit code and output. A mistake in the command, or an error of AWS, is told there and never
            raised.
        """
        try:
            words = split(line) if isinstance(line, str) else list(line)
        except WordsError as problem:
            return Completed(MISTAKE, "", render_mistake(MistakeError(str(problem)), self.error_form))
        if not words:
            return Completed(0, "", "")
        if words[0] != "aws":
            return Completed(127, "", f"{words[0]}: command not found. Commands here begin with: aws\n")
        return Run(self, words[1:]).completed()

    def complete(self, line: str) -> list[str]:
        """The words that could stand where a line ends, best first.

        Args:
            line: up to the cursor; its last word may be unfinished.
        """
        from sandbox.console.complete import Around, completions

        around = Around(
            self.services(), self.operations_of, self.waiters_of, self.refused_of, self.files.names, self._ask
        )
        return completions(line, around)

    def lacks(self, boto: str) -> bool:
        """Whether a service is known not to be there, by boto3's name."""
        return bool(self._services) and boto not in self._services

    def services(self) -> tuple[str, ...]:
        """AWS CLI's names of the services that are offered."""
        own = {name for name, _ in COMMANDS}
        if self._services:
            there = {cli_name(name) for name in self._services}
            return tuple(sorted(there | {name for name in own if name == "s3" and "s3" in self._services}))
        return tuple(sorted({*service_names(), *own}))

    def operations_of(self, of: Service) -> list[str]:
        """AWS CLI's names of a service's operations that are offered."""
        if self._operations is None:
            return list(of.operations)
        there = {name.replace("_", "-") for name in self._operations(of.boto)}
        return [name for name in of.operations if name in there]

    def waiters_of(self, of: Service) -> list[str]:
        """AWS CLI's names of a service's waiters whose operation is offered."""
        there = {of.operations[name] for name in self.operations_of(of)}
        return [name for name in sorted(of.waiters) if waiter(of, of.waiters[name])["operation"] in there]

    def refused_of(self, asked: Command) -> frozenset[str]:
        """The names of a command's options that are known to be refused here."""
        from botocore import xform_name

        if self._taken is None:
            return frozenset()
        taken = self._taken(asked.service.boto, xform_name(asked.operation.name))
        return frozenset(
            option.name
            for option in asked.options.values()
            if taken and option.member and option.role != "page" and option.member not in taken
        )


class Run:
    """One command: its words, and what it has printed so far.

    Args:
        console: what it is typed at.
        words: those after `aws`.
    """

    def __init__(self, console: Console, words: Sequence[str]) -> None:
        self._console = console
        self._reader = Reader(words, GLOBAL_OPTIONS)
        self._settings = Settings()
        self._out: list[str] = []
        self._err: list[str] = []
        self._service: Service | None = None
        self._client: Any = None
        self._code = 0

    def completed(self) -> Completed:
        """Run it; what it gave."""
        from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
        from jmespath.exceptions import JMESPathError

        try:
            self._dispatch()
            code = self._code
        except MistakeError as mistake:
            code = self._say(mistake)
        except ClientError as error:
            if error.response["Error"].get("Code") == NOT_HERE:
                # AWS never says so: it is the same gap as an operation that is not here.
                code = self._say(MistakeError(error.response["Error"].get("Message", ""), "own"))
                return Completed(code, "".join(self._out), "".join(self._err))
            code = API_ERROR
            self._err.append(render_api_error(error, self._form(), self._modelled(error)))
        except ParamValidationError as problem:
            code = self._say(MistakeError(str(problem), "parameter", hint=_parameter_hint(str(problem))))
        except (BotoCoreError, JMESPathError) as problem:
            code = self._say(MistakeError(str(problem), "failure", code=FAILURE))
        return Completed(code, "".join(self._out), "".join(self._err))

    def _say(self, mistake: MistakeError) -> int:
        self._err.append(render_mistake(mistake, self._form()))
        return mistake.code

    def _form(self) -> str:
        return self._settings.error_form or self._console.error_form

    def _modelled(self, error: Any) -> Iterable[str]:
        if self._service is None:
            return ()
        shape = self._service.model.shape_for_error_code(error.response["Error"].get("Code", ""))
        return () if shape is None else shape.members

    # -- finding the command -------------------------------------------------------------------------------

    def _dispatch(self) -> None:
        from sandbox.console import help as helping

        reader = self._reader
        name = reader.next_positional()
        if name == "help" or (name is None and reader.given.help):
            self._out.append(helping.of_aws(self._console.services()))
            return
        if "version" in reader.given.globals:
            self._out.append("aws-cli/2 (Lambda Tutor's console; AWS CLI v2 in spelling and behaviour)\n")
            return
        if name is None:
            self._missing("command", "aws help")
        if name in S3_NAMES and self._console.lacks("s3"):
            raise MistakeError(
                f"S3 is not here. The services here are: {', '.join(self._console.services())}.", "own"
            )
        self._refuse(name)
        if name == "s3":
            self._s3()
            return
        if name not in service_names():
            raise self._no_service(name)
        # Asked for first: a service that is not here says so before its model is read.
        self._client = self._connect(customize.BOTO_NAMES.get(name, name))
        found = self._service = service(name)
        word = reader.next_positional()
        if word == "help" or (word is None and reader.given.help):
            offered = self._console.operations_of(found)
            self._out.append(helping.of_service(found, offered, self._console.waiters_of(found)))
        elif word is None:
            self._missing("operation", f"aws {name} help")
        elif (name, word) in REFUSED:
            self._refuse(name, word)
        elif word == "wait" and found.waiters:
            self._wait(found)
        elif (name, word) in COMMANDS:
            self._high_level(name, word, COMMANDS[name, word])
        elif word in found.operations:
            if not self._told_of_what_is_not_here(found, word):
                self._operation(command(found, word))
        else:
            waits = ["wait"] if found.waiters else []
            offered = [*self._console.operations_of(found), *waits, "help"]
            raise choice_error("operation", word, nearest(word, offered) or found.operations)

    def _refuse(self, *path: str) -> None:
        """Say why a command of AWS CLI's is not here, if there is something to say."""
        if path in REFUSED:
            raise MistakeError(REFUSED[path], "own")

    def _s3(self) -> None:
        """`aws s3`, which is no service of its own, but commands over the one of `aws s3api`."""
        from sandbox.console import help as helping

        words = {word: asked for (name, word), asked in COMMANDS.items() if name == "s3"}
        word = self._reader.next_positional()
        if word == "help" or (word is None and self._reader.given.help):
            self._out.append(helping.of_s3(words))
        elif word is None:
            self._missing("subcommand", "aws s3 help")
        elif word in words:
            self._high_level("s3", word, words[word])
        else:
            self._refuse("s3", word)
            raise choice_error("subcommand", word, words)

    def _told_of_what_is_not_here(self, found: Service, word: str) -> bool:
        """Whether an operation is not here, and its help was shown; any other use of it is refused."""
        from sandbox.console import help as helping

        if word in self._console.operations_of(found):
            return False
        if self._asks_for_help() or self._reader.left in (["--help"], ["-h"]):
            self._out.append(helping.of_command(command(found, word), here=False))
            return True
        raise MistakeError(
            f"aws {found.name} {word} is not implemented here.",
            "own",
            hint=f"To see what AWS has: aws {found.name} {word} help\n"
            f"To see what there is here: aws {found.name} help",
        )

    def _missing(self, what: str, see: str) -> NoReturn:
        unknown = self._reader.unknown
        hint = f"To see what there is: {see}"
        if unknown:
            raise MistakeError(f"Unknown options: {', '.join(unknown)}", hint=hint)
        raise MistakeError(f"the following arguments are required: {what}", hint=hint)

    def _no_service(self, name: str) -> MistakeError:
        renamed = {boto: cli for cli, boto in customize.BOTO_NAMES.items()}
        if name in renamed:
            return choice_error("command", name, [renamed[name]], cutoff=0.0)
        offered = self._console.services()
        near = nearest(name, offered)
        return choice_error("command", name, near or [*offered, *service_names()])

    def _wait(self, found: Service) -> None:
        from sandbox.console import help as helping

        reader = self._reader
        name = reader.next_positional()
        if name == "help" or (name is None and reader.given.help):
            self._out.append(helping.of_waiters(found, self._console.waiters_of(found)))
        elif name is None:
            self._missing("subcommand", f"aws {found.name} wait help")
        elif name not in found.waiters:
            offered = self._console.waiters_of(found)
            raise choice_error("subcommand", name, nearest(name, offered) or found.waiters)
        elif name not in self._console.waiters_of(found):
            raise MistakeError(
                f"aws {found.name} wait {name} is not implemented here.",
                "own",
                hint=f"To see what there is: aws {found.name} wait help",
            )
        else:
            self._operation(wait_command(found, name))

    # -- running it ----------------------------------------------------------------------------------------

    def _operation(self, asked: Command) -> None:
        if self._asks_for_help():
            from sandbox.console import help as helping

            self._out.append(helping.of_command(asked, self._console.refused_of(asked)))
            return
        self._reader.rest(asked.options)
        if self._reader.given.help or (not asked.outfile and self._reader.positionals == ["help"]):
            from sandbox.console import help as helping

            self._out.append(helping.of_command(asked, self._console.refused_of(asked)))
            return
        self._prepare()
        given = finish(self._reader, asked)
        params = parameters(asked, given, self._console.files, base64_in=self._settings.base64_in)
        if "generate-cli-skeleton" in given.values:
            kind = str(given.values["generate-cli-skeleton"])
            self._out.append(skeleton.skeleton(asked, kind, params))
        elif asked.waiter:
            waiting.wait(self._client, asked, params)
        else:
            self._call(asked, given, params)

    def _asks_for_help(self) -> bool:
        return self._reader.left == ["help"]

    def _prepare(self) -> None:
        self._settings = settings(self._reader.given.globals, self._console.region)
        self._err.extend(f"{note}\n" for note in self._settings.notes)

    def _connect(self, boto: str) -> Any:
        try:
            return self._console.client(boto)
        except LookupError as problem:
            message = str(problem.args[0]) if problem.args else f"{boto} is not implemented here."
            raise MistakeError(message, "own") from None

    def _call(self, asked: Command, given: Given, params: dict[str, Any]) -> None:
        from botocore import xform_name

        call = getattr(self._client, xform_name(asked.operation.name), None)
        if call is None:
            raise MistakeError(f"{asked.service.name} {asked.name} is not implemented here.", "own")
        paged = pages.wanted(asked, params, given.values, allowed=self._settings.pages)
        config = page_settings(asked, given, params, self._console.files, paged=paged)
        if paged:
            replies = pages.Pages(asked, call, params, config)
            shown = replies.each() if self._settings.output in ("text", "yaml-stream") else [replies.whole()]
            self._show(asked, shown)
            return
        reply = dict(call(**params))
        if asked.outfile and asked.outfile in reply:
            self._save(given.outfile, reply.pop(asked.outfile))
        self._show(asked, [plain(reply)])

    def _save(self, name: str, body: Any) -> None:
        content = body.read() if hasattr(body, "read") else body
        data = content.encode() if isinstance(content, str) else bytes(content or b"")
        if name == _SCREEN:
            self._out.append(data.decode("utf-8", "replace"))
            return
        if name in _NOWHERE:
            return
        try:
            self._console.files.write(name, data)
        except (OSError, ValueError) as problem:
            raise MistakeError(str(problem), "failure", code=FAILURE) from None

    def _show(self, asked: Command, replies: Iterable[Any]) -> None:
        self._out.append(show(self._settings.output, asked.operation.name, replies, self._settings.query))

    def _high_level(self, service_name: str, word: str, asked: HighLevel) -> None:
        from sandbox.console import help as helping

        if self._asks_for_help():
            self._out.append(helping.of_high_level(service_name, word, asked))
            return
        reader = self._reader
        reader.rest(asked.options)
        if reader.given.help:
            self._out.append(helping.of_high_level(service_name, word, asked))
            return
        self._prepare()
        desk = Desk(self._connect, self._console.files, self._console.now)
        try:
            self._code = carry_out(asked, reader, desk)
        finally:
            # What was done before something failed is told as well.
            self._out.extend(desk.out)
            self._err.extend(desk.err)


def _parameter_hint(report: str) -> str:
    if "Unknown parameter" in report:
        return "Names of parameters are written as AWS writes them: capital and small letters count."
    return ""
