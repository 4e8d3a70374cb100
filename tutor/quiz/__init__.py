"""Quizzes whose keys are computed: the engine decides which answers are right.

`scenes.py` runs what a question is about, `readings.py` reads off it, `solve.py` and `picking.py` find the
key, `answers.py` reads and judges what a learner typed, `session.py` is one learner in one quiz, `bank.py`
looks at many questions over many seeds. No key is ever written down, and none is known before the run. A new
type of item is a method of `solve.Asked` and an entry of `answers`; what it looks like in content is in
`tutor.course.questions.question` and `question_rules`.
"""

from tutor.quiz.answers import UnreadableAnswerError
from tutor.quiz.bank import BankFigures, Verification, statistics, verify
from tutor.quiz.session import Question, QuizSession, form_of
from tutor.quiz.solve import KeyProblem, Solver, weak_facts
from tutor.quiz.solved import Solved

__all__ = [
    "BankFigures",
    "KeyProblem",
    "Question",
    "QuizSession",
    "Solved",
    "Solver",
    "UnreadableAnswerError",
    "Verification",
    "form_of",
    "statistics",
    "verify",
    "weak_facts",
]
