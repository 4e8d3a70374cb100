"""Lambda Tutor: the course, what a learner does with it, and the skins that show it.

What lives here: `course` (content), `practice` (labs), `quiz`, `progress` (what is remembered), `actions`
(the one registry of what a person can do), the skins `tui` and `plain`, and `cli`, which starts one of them.
What does not: how AWS behaves; that is the package `sandbox`, which knows nothing of lessons or terminals.
Where to add the next thing: a new command of a person in `actions`, a new option of the program in `cli`, a
new line of `lambda-tutor doctor` in `doctor`.

Nothing is imported here: `lambda-tutor --version` must stay instant.
"""

from __future__ import annotations

__version__ = "0.1.0"
