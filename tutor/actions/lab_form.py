"""What a saved attempt at a lab fits: the lab's beginning, in a hash."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from pathlib import Path

SANDBOX = ":sandbox"
"""The id under which the sandbox is kept; no lab of a course has it, as theirs are names of files."""


def fingerprint(lab: Any, folder: Path) -> str:
    """What a journal must have begun from to go on: the lab's world and names, and the code in it.

    Words, checks, scripts and the line on which a step stands may change under a learner.
    """
    if lab.id == SANDBOX:
        from tutor.practice.sandbox import VERSION

        return VERSION  # what a person built outlives another beginning
    from tutor.course.code import code_folders
    from tutor.practice.files import names

    steps = tuple(msgspec.structs.replace(step, line=0) for step in lab.world.steps)
    world = msgspec.structs.replace(lab.world, steps=steps)
    digest = hashlib.sha256(msgspec.json.encode((world, lab.roles, lab.variants), order="sorted"))
    for code in sorted(code_folders(steps)):
        for name in names(folder / code):
            content = hashlib.sha256((folder / code / name).read_bytes()).hexdigest()
            digest.update(f"\n{code}/{name} {content}".encode())
    return f"world-{digest.hexdigest()[:16]}"


def fingerprint_before(lab: Any) -> str:
    """The form in which attempts were kept that any change of the lab's file ended."""
    return hashlib.sha256(msgspec.json.encode(lab, order="sorted")).hexdigest()[:16]
