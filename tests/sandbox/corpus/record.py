"""Recording digests, and looking at traces: `python -m tests.sandbox.corpus.record [--show] [NAME ...]`.

Without names all handlers are played. Digests go to `digests.json`. They are recorded under Python 3.11, so
that the same tests under a later version compare the versions. A later one records only what the manifest
says varies, beside the first, as "NAME@3.13", and only where it does. With `--show` nothing is written and
the traces are printed as the digests see them, one event a line: print them under two versions and compare.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import msgspec

from tests.sandbox.corpus.digest import Digest, digest, plain
from tests.sandbox.corpus.manifest import Entry, load
from tests.sandbox.corpus.play import OWN, PACKED, check, perform, stage

DIGESTS = Path(__file__).parent / "digests.json"
FIRST = "3.11"
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"


def recorded() -> dict[str, Digest]:
    """The digests that were recorded, by the names of the handlers, or by "NAME@VERSION"."""
    return msgspec.json.decode(DIGESTS.read_bytes(), type=dict[str, Digest])


def expected(digests: dict[str, Digest], name: str) -> Digest:
    """The digest that a handler's trace has under this version of Python."""
    return digests.get(f"{name}@{VERSION}", digests[name])


def _played(name: str, entry: Entry, own_processes: int, show: bool) -> tuple[Digest, list[str]]:
    world = stage(name, entry, own_processes)
    try:
        answers = perform(world, entry.steps)
        events = list(world.trace.events)
        if show:
            for event in plain(events):
                print(json.dumps(event))
        return digest(events), check(world, entry, answers)
    finally:
        world.close()


def main(arguments: list[str]) -> int:
    """Play handlers, and record or show them; 1 when one did not do what the manifest says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--packed", action="store_true")
    options = parser.parse_args(arguments)
    entries = load()
    known = recorded() if DIGESTS.exists() else {}
    found, failed = {}, 0
    for name in options.names or entries:
        own = PACKED if options.packed else OWN
        found[name], wrong = _played(name, entries[name], own, options.show)
        failed += bool(wrong)
        for text in wrong:
            print(f"{name}: {text}", file=sys.stderr)
    if not options.show:
        _write(_joined(entries, known, found))
    return min(failed, 1)


def _joined(
    entries: dict[str, Entry], known: dict[str, Digest], found: dict[str, Digest]
) -> dict[str, Digest]:
    """What is recorded when these were found under this version."""
    joined = {}
    for key, value in known.items():
        name, _, version = key.partition("@")
        if name in entries and (entries[name].varies or not version):
            joined[key] = value
    for name, value in found.items():
        if VERSION == FIRST:
            joined[name] = value
        elif entries[name].varies:
            joined.pop(f"{name}@{VERSION}", None)
            if value != joined[name]:
                joined[f"{name}@{VERSION}"] = value
    return joined


def _write(digests: dict[str, Digest]) -> None:
    table = ",\n".join(
        f"{json.dumps(name)}: {msgspec.json.encode(digests[name]).decode()}" for name in sorted(digests)
    )
    DIGESTS.write_text("{\n" + table + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
