"""Answering checks: what was expected, what there is, and whether they agree.

`checks.py` answers every kind; what is counted lies in `counts.py`, what is looked up in `looks.py`, what AWS
answered a step in `replies.py`; `scene.py` is what checks are asked about. A new kind of check is a struct in
`tutor.course.checks`, and a function in one of these.
"""
