"""Questions as content has them: their structs, and the strict reader of quizzes/*.yaml.

`question.py` has the structs, `readings.py` what a key may be read off, `rules.py` what each type must have,
`quiz.py` reads the file, `asking.py` shows a question on a page. No key here: those `tutor.quiz` computes.
"""
