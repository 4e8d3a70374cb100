"""The lab's console: `aws`, and our own verbs beside it.

`shell.py` runs a line. The verbs lie by what they are for: `verbs.py` (code, files, back and forth, and
the table of all verbs), `timing.py` (clock and load), `looking.py` (show), `reasons.py` (explain);
`asked.py` reads what stands behind a verb, `completing.py` says what could. A new verb is a function in
one of these, its name in `VERBS`, and in `tutor.course.script`.
"""
