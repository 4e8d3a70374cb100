"""A lab: its YAML, the code folders that it names, its solutions and its wrong ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from tutor.course.checks import Answer, Check, Probe, parts
from tutor.course.code import check_code, code_folders
from tutor.course.decode import Decoder
from tutor.course.model import Lab, LabText, Script, Task
from tutor.course.placeholders import placeholders
from tutor.course.problems import Problems, did_you_mean, shown
from tutor.course.references import Names, check_names, near_misses, steps_names
from tutor.course.script import check_script, commands
from tutor.course.source import Source
from tutor.course.strict_yaml import parse_yaml

MOST_COMMANDS = 300
"""Of one script; the longest of a real course has some thirty."""

REFUSED_BY = "# refused by:"
"""How the first line of a wrong way begins; the id of the task follows."""


def read_lab(
    source: Source, name: str, folder: Path, known: frozenset[str] | None, problems: Problems
) -> LabText | None:
    """A lab's file; None when something is wrong, which has been noted.

    Args:
        source: the file.
        name: the id that it must have: the file's name.
        folder: the lesson's folder, which the code folders are in.
        known: the course's misconceptions, None for "not to be checked".
        problems: where to note what is wrong.

    Raises:
        ContentError: it is not YAML.
    """
    decoder = Decoder(source.file, problems)
    lab = decoder.decode(parse_yaml(source, problems), LabText)
    if lab is None:
        return None
    if lab.id != name:
        problems.add(
            source.file, decoder.line(lab, "id"), f"the id {shown(lab.id)}", f"`{name}`, as the file's name"
        )
    names = Names(decoder, problems, roles=lab.roles, variants=frozenset(lab.variants))
    _check_variants(lab, names)
    _check_roles(lab, names)
    _check_tasks(lab, names)
    steps_names(lab.world.steps, names)
    for never in lab.never:
        check_names(never.condition, names)
        _only_looks(never.condition, decoder.line(never, "if"), names)
    names.known(
        lab, "misconceptions", lab.misconceptions, known, "a misconception of shared/misconceptions.yaml"
    )
    for steps in (lab.world.steps, *(probe.steps for task in lab.tasks for probe in _probes(task.check))):
        check_code(steps, source.file, folder, problems)
    near_misses(source, placeholders(lab), [*lab.variants, "nonce"], problems)
    return lab


def _check_variants(lab: LabText, names: Names) -> None:
    for name, variant in lab.variants.items():
        line = names.decoder.line(variant)
        if not name.isidentifier():
            names.wrong(line, f"the variant {shown(name)}", "letters, digits and `_`")
        if bool(variant.choices) == (variant.span is not None):
            names.wrong(line, f"the variant {shown(name)} as it is", "a list of texts, or `{int: [1, 900]}`")
        elif variant.span is not None and variant.span[0] > variant.span[1]:
            names.wrong(line, "the larger bound first", "the lower bound first")


def _check_roles(lab: LabText, names: Names) -> None:
    for name, role in lab.roles.items():
        line = names.decoder.line(role)
        if role.where:
            if not role.function or len(role.literal) > 1:
                names.wrong(line, f"the role {shown(name)} as it is", "`where` with `function`")
            else:
                names.role(role, "function", role.function, "function")
                owner = lab.roles.get(role.function)
                if owner is not None and owner.where:
                    found = f"the role {shown(role.function)}, which is found by `where` itself"
                    names.wrong(names.decoder.line(role, "function"), found, "a role with a literal function")
        elif len(role.literal) != 1:
            expected = "one of `function`, `queue`, `bucket` and `table`, or `where` with `function`"
            names.wrong(line, f"the role {shown(name)} as it is", expected)


def _check_tasks(lab: LabText, names: Names) -> None:
    ids: list[str] = []
    for task in lab.tasks:
        if task.id in ids:
            names.wrong(
                names.decoder.line(task, "id"), f"the task {shown(task.id)} again", "an id of its own"
            )
        for number, need in enumerate(task.needs):
            if need not in ids:
                line = names.decoder.line(task, "needs", number)
                names.wrong(line, shown(need), "the id of a task above this one", did_you_mean(need, ids))
        ids.append(task.id)
        _check_task(task, names)


def _probes(check: Check) -> Iterator[Probe]:
    if isinstance(check, Probe):
        yield check
    for part in parts(check):
        yield from _probes(part)


def _check_task(task: Task, names: Names) -> None:
    check_names(task.check, names)
    for hint in task.hints:
        if hint.when is not None:
            check_names(hint.when, names)
            _only_looks(hint.when, names.decoder.line(hint, "when"), names)


def _only_looks(check: Check, line: int, names: Names) -> None:
    """Hints and warnings are asked for often, and of the world as it is."""
    if isinstance(check, (Probe, Answer)):
        names.wrong(line, "a check that acts", "a look at the world as it is")
    for part in parts(check):
        _only_looks(part, line, names)


def with_scripts(
    lab: LabText, solutions: Mapping[str, Source], wrong: Mapping[str, Source], problems: Problems
) -> Lab:
    """The lab with its scripts.

    Args:
        lab: the lab.
        solutions: file name without ending -> its text, for the files of this lab.
        wrong: the same for the wrong ways.
        problems: where to note what is wrong in them.
    """
    right = [
        _script(name, source, problems) for name, source in sorted(solutions.items(), key=_first(lab.id))
    ]
    refused = [_wrong_way(name, source, lab, problems) for name, source in sorted(wrong.items())]
    fields = {field: getattr(lab, field) for field in LabText.__struct_fields__}
    return Lab(
        **fields, code_folders=code_folders(lab.world.steps), solutions=tuple(right), wrong=tuple(refused)
    )


def _first(lab_id: str) -> Any:
    return lambda entry: (entry[0] != lab_id, entry[0])


def _script(name: str, source: Source, problems: Problems) -> Script:
    lines = source.lines()
    if not check_script(lines, source.file, 1, problems):
        return Script(name, ())
    found = commands(lines)
    if not found:
        problems.add(source.file, 0, "no command", "at least one console command")
    if len(found) > MOST_COMMANDS:
        problems.add(source.file, 0, f"{len(found):,} commands", f"at most {MOST_COMMANDS} commands")
    return Script(name, found)


def _wrong_way(name: str, source: Source, lab: LabText, problems: Problems) -> Script:
    script = _script(name, source, problems)
    first = source.lines()[0]
    tasks = [task.id for task in lab.tasks]
    task = first.removeprefix(REFUSED_BY).strip()
    if not first.startswith(REFUSED_BY):
        problems.add(source.file, 1, shown(first), f"`{REFUSED_BY} TASK`, the task that must refuse this way")
    elif task not in tasks:
        problems.add(
            source.file, 1, f"the task {shown(task)}", "a task of the lab", did_you_mean(task, tasks)
        )
    return msgspec.structs.replace(script, refused_by=task)
