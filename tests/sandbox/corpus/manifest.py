"""The manifest: which handlers there are, how each is set up, what happens to it, what must come of it.

`handlers/KIND.yaml` tells of the handlers in `handlers/KIND/`: a file `NAME.py`, or a folder `NAME/` that is
packed as it is. Unknown fields are refused.
"""

from __future__ import annotations

import io
import zipfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec import UNSET, UnsetType

HANDLERS = Path(__file__).parent / "handlers"


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that happens; exactly one of the first six is given.

    Attributes:
        invoke: a synchronous call with this event.
        together: several synchronous calls, each made before the one before it was answered.
        send: asynchronous calls with these events.
        advance: seconds that pass.
        settle: time passes until nothing is left to do.
        post: messages for queues, by the queue's name.
        returns: with `invoke` what the function returned, with `together` a list of it; see `matches`.
        fails: the errorType instead; with `together` a list, "" for what goes well.
        says: words that the error's message has.
        function: which function is called.
    """

    invoke: Any | UnsetType = UNSET
    together: list[Any] | UnsetType = UNSET
    send: list[Any] | UnsetType = UNSET
    advance: float | UnsetType = UNSET
    settle: bool | UnsetType = UNSET
    post: dict[str, list[str]] | UnsetType = UNSET
    returns: Any | UnsetType = UNSET
    fails: str | list[str] | UnsetType = UNSET
    says: str = ""
    function: str = "corpus"


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One handler and its script.

    Attributes:
        steps: what happens, in order.
        handler: the handler string; `NAME.handler` when it is left out.
        settings: further parameters of CreateFunction.
        environ: environment variables.
        allows: actions that the role may do beside logging.
        queues: queues that are there at the beginning.
        partners: other functions by name, each a handler of the corpus, "KIND/NAME" or
            "KIND/NAME:HANDLER".
        vendors: installed packages that are packed with the code.
        outside: hosts outside AWS with what they answer; see `World.outside`.
        logs: words that must be in the log, each in some line; "~..." is a regular expression.
        left: bodies that must be in queues at the end, by the queue's name.
        varies: why the trace is not the same under every version of Python; empty where it is.
    """

    steps: list[Step]
    handler: str = ""
    settings: dict[str, Any] = {}
    environ: dict[str, str] = {}
    allows: list[str] = []
    queues: list[str] = []
    partners: dict[str, str] = {}
    vendors: list[str] = []
    outside: dict[str, dict[str, Any]] = {}
    logs: list[str] = []
    left: dict[str, list[Any]] = {}
    varies: str = ""


def load(folder: Path = HANDLERS) -> dict[str, Entry]:
    """All entries by "KIND/NAME".

    Raises:
        ValueError: an entry has no code, or code has no entry.
    """
    entries = {}
    for path in sorted(folder.glob("*.yaml")):
        kind = msgspec.convert(yaml.safe_load(path.read_text(encoding="utf-8")), dict[str, Entry])
        entries.update({f"{path.stem}/{name}": entry for name, entry in kind.items()})
    kinds = [path for path in folder.iterdir() if path.is_dir() and path.name.isidentifier()]
    there = {f"{kind.name}/{path.stem}" for kind in kinds for path in kind.iterdir() if path.stem[0] != "_"}
    if odd := there ^ entries.keys():
        raise ValueError(f"code and manifest differ: {sorted(odd)}")
    return entries


def handler_of(name: str, entry: Entry) -> str:
    """The handler string of an entry."""
    return entry.handler or f"{name.partition('/')[2]}.handler"


def package_of(name: str, entry: Entry, folder: Path = HANDLERS) -> bytes:
    """The deployment package of a handler: same files, same bytes."""
    path = folder / name
    packed = [(path, _files(path))] if path.is_dir() else [(path.parent, [path.with_suffix(".py")])]
    for vendor in entry.vendors:
        (place,) = find_spec(vendor).submodule_search_locations
        packed.append((Path(place).parent, _files(Path(place))))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for base, files in packed:
            for file in files:
                item = zipfile.ZipInfo(file.relative_to(base).as_posix())
                item.external_attr = 0o644 << 16
                archive.writestr(item, file.read_bytes())
    return buffer.getvalue()


def _files(folder: Path) -> list[Path]:
    found = (file for file in folder.rglob("*") if file.is_file() and file.suffix not in {".pyc", ".so"})
    return sorted(found)
