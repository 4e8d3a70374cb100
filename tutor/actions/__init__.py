"""What a person can do, and the one object that does it: the core that every skin is a face of.

`registry.py` names all actions; `view.py` is what a skin shows; `tutor.py` has the `Tutor`, with a desk each
for lessons, labs and quizzes. No terminal here, and no rule of AWS. A new action is an entry in the registry
and a method of a desk. Importing this package imports no sandbox: that waits until a world is needed.
"""

from __future__ import annotations

from tutor.actions.registry import ACTIONS, Action, Arg, Line, Outcome
from tutor.actions.tutor import Tutor
from tutor.actions.view import View

__all__ = ["ACTIONS", "Action", "Arg", "Line", "Outcome", "Tutor", "View"]
