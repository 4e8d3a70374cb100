"""Labs: a world of the learner's own, tasks that check themselves, hints, undo, the learner's files.

`lab.py` has the `LabRun`; `build.py` makes its world from a lab's steps; `checks.py` answers checks, probes
in a fork; `naming.py` says what the names in content stand for; `files.py` keeps and zips the learner's
files; `verbs.py` and `shell.py` run console lines. No terminal here, and no storage: a `LabRun` hands out
its journal and takes one back. A new kind of check is a function in `checks.py`; a new verb is one in
`verbs.py`.
"""

from tutor.practice.checks import Result
from tutor.practice.lab import LabRun
from tutor.practice.tasks import TaskState

__all__ = ["LabRun", "Result", "TaskState"]
