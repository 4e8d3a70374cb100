"""Labs: a world of the learner's own, tasks that check themselves, hints, undo, the learner's files.

`lab.py` has the `LabRun`; `build.py` makes its world from a lab's steps; `checks.py` answers checks, probes
in a fork, with `counts.py` for what is counted and `looks.py` for what is looked at; `tasks.py` keeps how
tasks stand, and the hints; `naming.py` says what the names in content stand for; `files.py` keeps and zips
the learner's files, `layout.py` says whose they are; `verbs.py` (with
`timing`, `looking` and `reasons`) and `shell.py` run console lines, `completing.py` completes them;
`inventory.py` and `changes.py` tell what the learner has changed; `sandbox.py` is the lab without tasks.
No terminal here, and no storage: a `LabRun` hands out its journal and takes one back. A new kind of check is
a function in `counts.py` or `looks.py`; a new verb is one in `verbs.py`, a new service one in `inventory.py`.
"""

from tutor.practice.checks import Result
from tutor.practice.lab import LabRun
from tutor.practice.tasks import TaskState

__all__ = ["LabRun", "Result", "TaskState"]
