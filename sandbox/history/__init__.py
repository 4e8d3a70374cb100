"""What happened to a world, and how it is made to happen again: journal, replay, checkpoints, saved files.

What lives here: `journal` (commands and observations, hash-chained), `commands` (what a row does to a cloud),
`replaying` and `rebuilding`, `checkpoints` (states on the way, so that undo need not begin at the beginning)
and `saving` (one file). What does not: the engine's state and how it is copied, see `sandbox.cloud` and
`sandbox.sharing`. A new kind of command is a kind of row in `journal` and a branch in `commands`.
"""
