"""A lab: its YAML, the code folders that it names, its solutions and its wrong ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tutor.course.checks import Answer, ApiCall, Probe, Step
from tutor.course.decode import Decoder
from tutor.course.model import Lab, LabText, Script, Task
from tutor.course.placeholders import placeholders
from tutor.course.problems import Problems, did_you_mean, shown
from tutor.course.references import Names, check_names, near_misses, steps_names
from tutor.course.script import check_script, commands
from tutor.course.source import MOST_CODE, Source, inside
from tutor.course.strict_yaml import parse_yaml

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
    names.known(
        lab, "misconceptions", lab.misconceptions, known, "a misconception of shared/misconceptions.yaml"
    )
    _check_code(lab.world.steps, folder, names)
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
            if role.queue or not role.function:
                names.wrong(line, f"the role {shown(name)} as it is", "`where` with `function`")
            else:
                names.role(role, "function", role.function, "function")
        elif bool(role.function) == bool(role.queue):
            names.wrong(
                line, f"the role {shown(name)} as it is", "`function`, `queue`, or `where` with `function`"
            )


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


def _check_task(task: Task, names: Names) -> None:
    check_names(task.check, names)
    for hint in task.hints:
        if hint.when is not None:
            check_names(hint.when, names)
            if isinstance(hint.when, (Probe, Answer)):
                names.wrong(
                    names.decoder.line(hint, "when"), "a check that acts", "a look at the world as it is"
                )


def code_folders(steps: Sequence[Step]) -> tuple[str, ...]:
    """The folders that `Code: {folder: ...}` names, in the order of the steps."""
    found: dict[str, None] = {}
    for step in steps:
        if isinstance(step, ApiCall):
            code = step.params.get("Code")
            if isinstance(code, Mapping) and isinstance(code.get("folder"), str):
                found[code["folder"]] = None
    return tuple(found)


def _check_code(steps: Sequence[Step], folder: Path, names: Names) -> None:
    for step in steps:
        if not isinstance(step, ApiCall) or "Code" not in step.params:
            continue
        code: Any = step.params["Code"]
        line = names.decoder.line(step)
        name = code.get("folder") if isinstance(code, Mapping) else None
        if isinstance(code, Mapping) and "folder" not in code:
            continue
        if not isinstance(name, str) or not isinstance(code, Mapping) or set(code) != {"folder"}:
            names.wrong(line, "`Code` as it is", "`Code: {folder: code/NAME}`")
            continue
        path = inside(folder, name)
        if path is None:
            names.wrong(line, f"the folder {shown(name)}", "a folder inside the lesson's folder")
        elif not path.is_dir():
            names.wrong(line, f"no folder {shown(name)}", "a folder with handler code beside lesson.md")
        else:
            _check_files(path, name, line, names)


def _check_files(path: Path, name: str, line: int, names: Names) -> None:
    files = [file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    if not files:
        names.wrong(line, f"an empty folder {shown(name)}", "at least one file of handler code")
    if any(not file.resolve().is_relative_to(path) for file in files):
        names.wrong(line, f"a link out of {shown(name)}", "plain files")
    elif (size := sum(file.stat().st_size for file in files)) > MOST_CODE:
        names.wrong(line, f"{size:,} bytes in {shown(name)}", f"at most {MOST_CODE:,} bytes")


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
    check_script(lines, source.file, 1, problems)
    found = commands(lines)
    if not found:
        problems.add(source.file, 0, "no command", "at least one console command")
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
