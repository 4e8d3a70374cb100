"""A pretend AWS that is exact where it matters: real handlers under virtual time.

What lives here: the engine (`kernel`, `trace`, `journal`), the services, identity, the running of handler
code, the `aws` command. What does not: lessons, quizzes, terminals; the sandbox is useful alone as a library.

    from sandbox import World
    world = World(seed=7)
    world.client("sqs").create_queue(QueueName="letters")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.history.journal import Journal, JournalError
    from sandbox.history.replaying import ReplayDiffersError
    from sandbox.world import NothingToUndoError, World

__all__ = ["Journal", "JournalError", "NothingToUndoError", "ReplayDiffersError", "World"]

_HOMES = {
    "Journal": "sandbox.history.journal",
    "JournalError": "sandbox.history.journal",
    "NothingToUndoError": "sandbox.world",
    "ReplayDiffersError": "sandbox.history.replaying",
    "World": "sandbox.world",
}


def __getattr__(name: str) -> Any:
    # Loaded when asked for: the console and the facts are used without a world, and start faster so.
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'sandbox' has no attribute {name!r}")
