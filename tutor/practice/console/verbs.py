"""Our own verbs beside `aws`: deploy, clock, load, show, explain, edit, undo, redo, reset, answer.

A verb takes the rest of its line and returns what it prints. Here are the table of all, and those that change
something; `timing` has those about time, `looking` and `reasons` those that only look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError, WaiterError

from sandbox.history import journal as rows
from sandbox.history.journal import Row
from tutor.practice.console.asked import Usage, VerbError, lambda_of
from tutor.practice.console.looking import show
from tutor.practice.console.reasons import explain
from tutor.practice.console.timing import clock, load
from tutor.practice.files import names, zipped_files
from tutor.practice.layout import package_of
from tutor.words import _

if TYPE_CHECKING:
    from tutor.practice.console.shell import Shell

# -- code --------------------------------------------------------------------------------------------------


def deploy(shell: Shell, rest: str) -> str:
    """`deploy [FUNCTION]`: zip a function's files, give them to it, wait for the update."""
    functions = sorted(lambda_of(shell).functions)
    name = rest or (functions[0] if len(functions) == 1 else "")
    if not name:
        raise Usage(
            _("deploy FUNCTION    there are: {functions}").format(functions=", ".join(functions) or "none")
        )
    files = package_of(name, names(shell.code), functions)
    if not files:
        raise VerbError(_("there are no files to deploy to {name}").format(name=name))
    try:
        package = zipped_files({inside: (shell.code / file).read_bytes() for inside, file in files.items()})
    except OSError as error:
        problem = _("the files cannot be read: {reason}")
        raise VerbError(problem.format(reason=error.strerror or error)) from None
    client = shell.world.client("lambda")
    try:
        client.update_function_code(FunctionName=name, ZipFile=package)
        client.get_waiter("function_updated_v2").wait(FunctionName=name)
    except (ClientError, WaiterError) as error:
        raise VerbError(str(error)) from None
    return _("Deployed {files} to {name}.").format(files=", ".join(files), name=name)


def edit(shell: Shell, rest: str) -> str:
    """`edit FILE <<END`, then lines, then END: write a file.

    Which file a name means says `Desk`: one that is there, in the learner's folder or in `code`; a new Python
    file goes to `code`, and counts once it is deployed; any other one is beside it, for commands to read.
    """
    head, _sep, body = rest.partition("\n")
    name, _sep, word = (part.strip() for part in head.partition("<<"))
    if not name or not word or not body:
        raise Usage(_("edit FILE <<END, then the lines of the file, then END"))
    lines = body.split("\n")
    word = word.strip("'\"")
    if word in lines:
        lines = lines[: lines.index(word)]
    place = shell.folder.place(name)
    shell.folder.write(name, "".join(f"{line}\n" for line in lines).encode())
    if shell.folder.is_code(place):
        return _("Wrote {name}. `deploy` gives it to the function.").format(name=name)
    words = _("Wrote {name}. Commands read it as file://{name}. It is no part of the function's code.")
    return words.format(name=name)


# -- back --------------------------------------------------------------------------------------------------


def undo(shell: Shell, rest: str) -> str:
    """`undo`: take back the last command that changed something."""
    if rest:
        raise Usage("undo")
    undone = _commands(shell.world.undo())
    return _("Undone: {what}. It is {now} again. Your files stay as they are.").format(
        what=undone, now=f"{shell.world.now:%H:%M:%S}"
    )


def redo(shell: Shell, rest: str) -> str:
    """`redo`: do again what was undone last; anything else that was done since ends that."""
    if rest:
        raise Usage("redo")
    again = _commands(shell.world.redo())
    return _("Done again: {what}. It is {now}.").format(what=again, now=f"{shell.world.now:%H:%M:%S}")


def _commands(done: Iterable[Row]) -> str:
    """What journal rows did, in words: "lambda UpdateFunctionCode", "the load on worker"."""
    told = []
    for row in done:
        if row.kind == rows.CALL:
            told.append(f"{row.service} {row.operation}")
        elif row.kind == rows.LOAD:
            told.append(_("the load on {function}").format(function=row.params["function"]))
        elif row.kind == rows.OUTSIDE:
            told.append(_("what {host} answers").format(host=row.params["host"]))
    return ", ".join(dict.fromkeys(told)) or _("the time that passed")


def reset(shell: Shell, rest: str) -> str:
    """`reset`: start the lab afresh."""
    if rest:
        raise Usage("reset")
    shell.reset()
    return _("The lab starts afresh.")


def answer(shell: Shell, rest: str) -> str:
    """`answer TEXT`: answer the task that asks for an answer; the last one counts."""
    if not rest:
        raise Usage(_("answer TEXT    such as: answer 3"))
    if not shell.answer(rest):
        raise VerbError(_("no task asks for an answer now"))
    return _("Your answer: {answer}").format(answer=rest)


VERBS: dict[str, Callable[[Shell, str], str]] = {
    "deploy": deploy,
    "clock": clock,
    "load": load,
    "show": show,
    "explain": explain,
    "edit": edit,
    "undo": undo,
    "redo": redo,
    "reset": reset,
    "answer": answer,
}
