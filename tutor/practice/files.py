"""The learner's files: a real folder per attempt, and the zip that `deploy` makes of it."""

from __future__ import annotations

import contextlib
import io
import os.path
import posixpath
import zipfile
from pathlib import Path

_MOMENT = (2026, 11, 23, 9, 0, 0)
_HIDDEN = ("__pycache__", ".")
_LARGEST = 1_000_000
PACKAGE = "code.zip"
"""What a console reads the function's files by, zipped: AWS's commands want a zip."""


class FileProblem(OSError):  # noqa: N818 - it is told to the learner as a problem, not as an error of ours
    """A file cannot be read or written; the message is for the learner."""


def zipped(folder: Path) -> bytes:
    """A deployment package of a folder: files 644, directories 755, the same bytes for the same files.

    Raises:
        OSError: a file of it cannot be read.
    """
    return zipped_files({name: (folder / name).read_bytes() for name in names(folder)})


def zipped_files(files: dict[str, bytes]) -> bytes:
    """A deployment package of files by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()


def names(folder: Path) -> list[str]:
    """The files of a folder, hidden and compiled ones left out, as names with forward slashes."""
    if not folder.is_dir():
        return []
    found = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not is_hidden(name):
            found.append(name)
    return found


def is_hidden(name: str) -> bool:
    """Whether a file is none of those that are shown and deployed: it, or a folder of it, is hidden."""
    return any(part.startswith(_HIDDEN) for part in name.split("/"))


class Folder:
    """A folder that a learner's console may read from and write to, and nothing outside of it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def _inside(self, name: str) -> Path:
        try:
            path = (self.path / name).resolve()
        except (OSError, ValueError):
            raise FileProblem(f"{name!r} cannot be the name of a file") from None
        if not path.is_relative_to(self.path.resolve()):
            raise FileProblem(f"{name} is outside of your folder; files live in {self.path}")
        return path

    def read(self, name: str) -> bytes:
        """A file's content.

        Raises:
            FileProblem: there is none, it is too large, or it is outside of the folder.
        """
        path = self._inside(name)
        try:
            large = path.stat().st_size > _LARGEST
            content = b"" if large else path.read_bytes()
        except OSError as error:
            raise FileProblem(f"{name}: {error.strerror}") from None
        if large:
            raise FileProblem(f"{name} is larger than {_LARGEST:,} bytes")
        return content

    def names(self) -> list[str]:
        """The files of the folder; see `names`."""
        return names(self.path)

    def delete(self, name: str) -> None:
        """Delete a file, and the folders that are empty without it.

        Raises:
            FileProblem: there is none of that name, or it cannot be deleted.
        """
        path = self._inside(name)
        try:
            path.unlink()
        except OSError as error:
            raise FileProblem(f"{name}: {error.strerror}") from None
        for parent in path.parents:
            if parent == self.path.resolve() or any(parent.iterdir()):
                break
            parent.rmdir()

    def write(self, name: str, content: bytes) -> None:
        """Write a file, whole or not at all.

        Raises:
            FileProblem: it cannot be written, or it would be outside of the folder.
        """
        path = self._inside(name)
        draft = path.with_name(f".{path.name}.new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(content)
            draft.replace(path)
        except OSError as error:
            with contextlib.suppress(OSError):
                draft.unlink()
            raise FileProblem(f"{name}: {error.strerror}") from None


class Desk(Folder):
    """All files of a learner, under one rule for everybody who names one.

    A name means the file that is there under it, or else the one in the folder `code`, which is what `deploy`
    packs. A new file goes where its name says, but for Python files: these go to `code`. So `app.py` is the
    function's and `policy.json` is not; whoever wants a file of another kind in the package says
    `code/menu.json`.

    Args:
        path: the learner's folder.
        code: the folder in it with the functions' files.
    """

    def __init__(self, path: Path, code: Path) -> None:
        super().__init__(path)
        self.code = code

    def place(self, name: str) -> str:
        """Where the file of that name is, or would be made, from the learner's folder on.

        Raises:
            FileProblem: that is outside of the folder.
        """
        said = posixpath.normpath(name)
        in_code = f"{self.code.name}/{said}"
        for place in (said, in_code):
            if os.path.isfile(self._inside(place)):  # noqa: PTH113 - no name is too long or too odd for it
                return place
        python = said.endswith(".py") and not self.is_code(said)
        return in_code if python else said

    def is_code(self, place: str) -> bool:
        """Whether a place is one of the functions' code, which `deploy` packs."""
        return place.startswith(f"{self.code.name}/")

    def has(self, name: str) -> bool:
        """Whether there is a file of that name."""
        return os.path.isfile(self._inside(self.place(name)))  # noqa: PTH113 - as in `place`

    def read(self, name: str) -> bytes:
        """A file's content; `code.zip`, where there is no such file, is the package that `deploy` would send.

        Raises:
            FileProblem: there is none, it is too large, or it is outside of the folder.
        """
        if name == PACKAGE and not self.has(name) and names(self.code):
            return zipped(self.code)
        # What is not there is told by the name that was said.
        return super().read(self.place(name) if self.has(name) else name)

    def write(self, name: str, content: bytes) -> None:
        """See `Folder.write`."""
        super().write(self.place(name), content)

    def delete(self, name: str) -> None:
        """See `Folder.delete`."""
        super().delete(self.place(name) if self.has(name) else name)

    def rename(self, name: str, to: str) -> None:
        """Give a file another name; a file of the code stays one, under whatever name.

        Raises:
            FileProblem: there is none of that name, or there is one of the new name.
        """
        self._inside(to)
        target = posixpath.normpath(to)
        if self.is_code(self.place(name)) and not self.is_code(target):
            target = f"{self.code.name}/{target}"
        if self.has(target):
            raise FileProblem(f"there is a file {to} already")
        self.write(target, self.read(name))
        self.delete(name)

    def names(self) -> list[str]:
        """All files, the functions' first, each by the shortest name that means it."""
        own = [name for name in super().names() if not self.is_code(name)]
        code = [f"{self.code.name}/{name}" if name in own else name for name in names(self.code)]
        return [*code, *own]
