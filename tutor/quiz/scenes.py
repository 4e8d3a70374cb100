"""Scenes that questions are decided on: a lab's world, how the question finds it, and what happens then.

Equal beginnings are shared by forking, and equal runs are run once, so that many questions over one lab cost
little more than one.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from sandbox import World
from tutor.course import Lab
from tutor.course.checks import Step
from tutor.course.code import code_folders
from tutor.course.questions.question import Run
from tutor.practice.build import StepError, build, perform
from tutor.practice.checking.scene import Scene
from tutor.practice.naming import Naming

_Key = tuple[str, int, str, bytes, bytes]


class RunError(StepError):
    """A step of a question's run does not work; names the step's line, not its file. For the author."""


class Edit(msgspec.Struct, frozen=True):
    """A file of the lesson's folder with other text, for a run in which the code differs."""

    file: str
    text: str


class Scenes:
    """The scenes of one lesson.

    Args:
        labs: the lesson's labs, by id.
        folder: the lesson's folder.
    """

    def __init__(self, labs: Mapping[str, Lab], folder: Path) -> None:
        self.labs = labs
        self.folder = folder
        self._built: dict[tuple[str, int], World] = {}
        self._found: dict[_Key, tuple[World, dict[str, Any]]] = {}
        self._run: dict[_Key, Scene] = {}
        self._folders: list[Path] = []

    def scene(
        self,
        run: Run,
        seed: int,
        *,
        change: tuple[Step, ...] = (),
        more: tuple[Step, ...] = (),
        edit: Edit | None = None,
    ) -> Scene:
        """What a run comes to. It is the same object until `clear`, so nobody may change its world.

        Args:
            run: the run.
            seed: the learner's.
            change: steps between what is given and what happens.
            more: steps after the run's own.
            edit: code that differs, from the lab's beginning on.

        Raises:
            RunError: a step does not work.
            StepError: a step of the lab does not work.
        """
        edited = f"{edit.file}\n{edit.text}" if edit else ""
        before, steps = (*run.given, *change), (*run.steps, *more)
        key = (run.lab, seed, edited, _told(before), _told(steps))
        if key not in self._run:
            self._run[key] = self._made(run.lab, seed, edit, before, steps, key)
        return self._run[key]

    def _made(
        self,
        lab_id: str,
        seed: int,
        edit: Edit | None,
        before: tuple[Step, ...],
        steps: tuple[Step, ...],
        key: _Key,
    ) -> Scene:
        lab = self.labs[lab_id]
        folder = self._edited(lab, edit, (*before, *steps)) if edit else self.folder
        found: World
        replies: Mapping[str, Any]
        found, replies = self._as_found(lab, seed, folder, before, (*key[:4], b""))
        since, began = len(found.trace), found.cloud.kernel.now
        # Runs that begin alike are one run up to where they part.
        done = 0
        for n in range(1, len(steps)):
            begun = self._begun((*key[:4], _told(steps[:n])))
            if begun is not None:
                done, (found, replies) = n, begun
        world = found.fork()
        try:
            naming, heard = Naming(lab, lab.choose(seed), world), dict(replies)
            for n in range(done, len(steps)):
                _perform(world, steps[n : n + 1], naming, folder, heard)
                if n + 1 < len(steps):
                    self._found[*key[:4], _told(steps[: n + 1])] = world.fork(), dict(heard)
        except BaseException:
            world.close()
            raise
        return Scene(world, naming, folder, since=since, began=began, replies=heard)

    def _begun(self, key: _Key) -> tuple[World, Mapping[str, Any]] | None:
        """A run that came as far as these steps, or ended with them."""
        if key in self._run:
            return self._run[key].world, self._run[key].replies
        return self._found.get(key)

    def _as_found(
        self, lab: Lab, seed: int, folder: Path, before: tuple[Step, ...], key: _Key
    ) -> tuple[World, dict[str, Any]]:
        """The world as a question finds it, and the replies of named calls on the way there."""
        if not before and folder == self.folder:
            return self._world(lab, seed), {}
        if key not in self._found:
            world = build(lab, seed, folder) if folder != self.folder else self._world(lab, seed).fork()
            replies: dict[str, Any] = {}
            try:
                _perform(world, before, Naming(lab, lab.choose(seed), world), folder, replies)
            except BaseException:
                world.close()
                raise
            self._found[key] = world, replies
        return self._found[key]

    def _world(self, lab: Lab, seed: int) -> World:
        key = (lab.id, seed)
        if key not in self._built:
            self._built[key] = build(lab, seed, self.folder)
        return self._built[key]

    def _edited(self, lab: Lab, edit: Edit, steps: Iterable[Step]) -> Path:
        """A folder with all the code that the run names, one file of it with other text."""
        made = Path(tempfile.mkdtemp(prefix="lambda-tutor-code-"))
        self._folders.append(made)
        for name in {*lab.code_folders, *code_folders(steps)}:
            shutil.copytree(self.folder / name, made / name, dirs_exist_ok=True)
        (made / edit.file).parent.mkdir(parents=True, exist_ok=True)
        (made / edit.file).write_text(edit.text, encoding="utf-8")
        return made

    def clear(self) -> None:
        """Let go of all runs; the labs' worlds stay."""
        worlds = [scene.world for scene in self._run.values()] + [world for world, _ in self._found.values()]
        self._run.clear()
        self._found.clear()
        for world in worlds:
            world.close()
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)
        self._folders.clear()

    def close(self) -> None:
        """Let go of all runs and worlds, and end their processes."""
        self.clear()
        for world in self._built.values():
            world.close()
        self._built.clear()


def _perform(
    world: World, steps: tuple[Step, ...], naming: Naming, folder: Path, replies: dict[str, Any]
) -> None:
    try:
        perform(world, steps, naming, folder, replies=replies)
    except StepError as error:
        place = f"a question with {naming.lab.id}"
        problems = [msgspec.structs.replace(problem, file=place) for problem in error.problems]
        raise RunError(problems) from error


def _told(steps: tuple[Step, ...]) -> bytes:
    """The steps without the lines that they stand on: equal steps are equal runs."""
    return msgspec.json.encode([msgspec.structs.replace(step, line=0) for step in steps])
