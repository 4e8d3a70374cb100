"""Quizzes whose keys are computed: the engine decides which options are true.

`solve.py` runs an item's scene and reads the key off it; `session.py` is one learner in one quiz. No key is
ever written down, and none is known before the run. A new type of item is a case in `session.judge` and, if
its key is read in a new way, in `solve.solve`.
"""

from tutor.quiz.session import Question, QuizSession
from tutor.quiz.solve import KeyProblem, Solved, Solver

__all__ = ["KeyProblem", "Question", "QuizSession", "Solved", "Solver"]
