"""Recording digests, and looking at traces: `python -m tests.sandbox.corpus.record [--show] [NAME ...]`.

Without names all handlers are played. Digests go to `digests.json`, which is written under Python 3.11 alone,
so that the same tests under a later version compare the versions. With `--show` nothing is written and the
traces are printed as the digests see them, one event a line: print them under two versions and compare.
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
RECORDED_WITH = (3, 11)


def recorded() -> dict[str, Digest]:
    """The digests that were recorded, by the names of the handlers."""
    return msgspec.json.decode(DIGESTS.read_bytes(), type=dict[str, Digest])


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
    digests = recorded() if DIGESTS.exists() else {}
    digests = {name: digests[name] for name in entries if name in digests}
    failed = 0
    for name in options.names or entries:
        own = PACKED if options.packed else OWN
        digests[name], wrong = _played(name, entries[name], own, options.show)
        failed += bool(wrong)
        for text in wrong:
            print(f"{name}: {text}", file=sys.stderr)
    if options.show or options.packed:
        return min(failed, 1)
    if sys.version_info[:2] != RECORDED_WITH:
        parser.error("digests are recorded under Python 3.11")
    table = ",\n".join(
        f"{json.dumps(name)}: {msgspec.json.encode(digests[name]).decode()}" for name in sorted(digests)
    )
    DIGESTS.write_text("{\n" + table + "\n}\n", encoding="utf-8")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
