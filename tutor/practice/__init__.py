"""Labs: a world of the learner's own, tasks that check themselves, hints, undo, the learner's files.

`lab.py` has the `LabRun`; `build.py` makes its world from a lab's steps; `tasks.py` keeps how tasks
stand, and the hints; `naming.py` says what the names in content stand for; `files.py` keeps and zips the
learner's files, `layout.py` says whose they are; `inventory.py` and `changes.py` tell what the learner
has changed; `sandbox.py` is the lab without tasks. Two rooms lie below: `checking` answers checks, probes
in a fork; `console` runs the lines that a learner types. No terminal here, and no storage: a `LabRun`
hands out its journal and takes one back.
"""

from tutor.practice.checking.checks import Result
from tutor.practice.lab import LabRun
from tutor.practice.tasks import TaskState

__all__ = ["LabRun", "Result", "TaskState"]
