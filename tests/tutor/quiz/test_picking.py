"""Lines to pick: of code, of a log, of a document. The engine finds the one, or the question is refused."""

from __future__ import annotations

from tests.tutor.quiz.test_types import CALL, GRANT, POLICY, asked, refused
from tutor.course import Option
from tutor.course.checks import AllOf, ApiCall, NotThat, Reply, Trace
from tutor.course.questions.question import Item, Lines, Run
from tutor.course.questions.readings import LineRead, RaisedRead, ReplyRead

FLAKY = "code/flaky/app.py"


def picked(**fields) -> Item:
    return asked("pick-line", **{"run": Run("three-tries", (CALL,)), "lines": Lines(code=FLAKY), **fields})


def test_the_line_that_raises_is_found_in_the_log(own_solver):
    solved = own_solver.solve(picked(answer=RaisedRead("worker")), 7)
    text = (own_solver.folder / FLAKY).read_text().rstrip("\n").split("\n")
    assert [line.text for line in solved.lines] == text
    assert text[int(solved.key) - 1].strip() == 'raise RuntimeError("the warehouse does not answer")'
    assert [line.open for line in solved.lines] == [bool(line.strip()) for line in text]
    assert [line.true for line in solved.lines].count(True) == 1
    assert solved.words == f'{solved.key}: raise RuntimeError("the warehouse does not answer")'


def test_of_lines_that_are_changed_the_one_that_mends_the_run_is_true(own_solver):
    options = (
        Option(shows="raise RuntimeError", why="It goes well without it.", drop=True),
        Option(shows="print(", why="Only a line of the log.", drop=True),
        Option(shows='return {"packed"', why="Nobody comes here.", put='return {"sent": order}'),
    )
    solved = own_solver.solve(picked(claim=NotThat(Reply("call", "FunctionError")), options=options), 7)
    assert solved.lines[int(solved.key) - 1].why == "It goes well without it."
    assert sum(line.open for line in solved.lines) == 3
    assert solved.proof[0] == f"The run with this change: line {solved.key} is not there."
    good = (*options[1:], Option(shows="if event.get", why="W.", put="if True:"))
    solved = own_solver.solve(picked(claim=NotThat(Reply("call", "FunctionError")), options=good), 7)
    assert solved.lines[int(solved.key) - 1].text.strip().startswith("if event")
    both = (options[0], good[2])
    assert "2 of 2 options that are true (raise RuntimeError, if event.get)" in refused(
        own_solver, picked(claim=NotThat(Reply("call", "FunctionError")), options=both)
    )


def test_the_lessons_own_code_stays_as_it_is(own_solver):
    before = (own_solver.folder / FLAKY).read_bytes()
    options = (
        Option(shows="raise Runtime", why="W.", drop=True),
        Option(shows="print(", why="W.", drop=True),
    )
    own_solver.solve(picked(claim=NotThat(Reply("call", "FunctionError")), options=options), 7)
    assert (own_solver.folder / FLAKY).read_bytes() == before
    assert own_solver.solve(picked(answer=RaisedRead("worker")), 7).key == "9"


def test_a_line_of_a_log_and_one_of_a_document(own_solver):
    log = picked(lines=Lines(log="worker"), answer=LineRead("worker", "RuntimeError: the warehouse"))
    solved = own_solver.solve(log, 7)
    assert "RuntimeError: the warehouse" in solved.lines[int(solved.key) - 1].text
    assert not any("\t" in line.text for line in solved.lines)
    get = ApiCall("iam", "get_role_policy", {"RoleName": "{names}-role", "PolicyName": "own"}, name="policy")
    other = {
        **GRANT.params,
        "PolicyDocument": {**POLICY, "Statement": [{**POLICY["Statement"][0], "Action": "sqs:Purge"}]},
    }
    document = picked(
        run=Run("three-tries", (), (GRANT, get)),
        lines=Lines(document=ReplyRead("policy", "PolicyDocument")),
        claim=Reply("policy", "PolicyName"),
        options=(
            Option(shows='"Action"', why="W.", change=()),
            Option(shows='"Effect"', why="W.", change=(ApiCall("iam", "put_role_policy", other),)),
        ),
    )
    assert "2 of 2 options that are true" in refused(own_solver, document)
    wanted = AllOf((Trace("worker"), NotThat(Reply("policy", "PolicyName"))))
    none = picked(
        run=Run("three-tries", (CALL,), (GRANT, get)),
        lines=document.lines,
        claim=wanted,
        options=document.options,
    )
    assert "0 of 2 options that are true (none)" in refused(own_solver, none)


def test_lines_that_are_not_just_one_are_refused(own_solver):
    claim = NotThat(Reply("call", "FunctionError"))
    twice = picked(claim=claim, options=(Option(shows="order", why="W.", drop=True), option_of("print(")))
    assert "lines with 'order' with seed 7, expected exactly one line with it" in refused(own_solver, twice)
    same = picked(claim=claim, options=(option_of("print("), option_of('print(f"packing')))
    assert "two options for one line" in refused(own_solver, same)
    good = ApiCall("lambda", "invoke", {"FunctionName": "{names}", "Payload": {"ok": True}})
    assert "found no error that the code of" in refused(
        own_solver, picked(run=Run("three-tries", (good,)), answer=RaisedRead("worker"))
    )
    elsewhere = picked(lines=Lines(code="labs/three-tries.yaml"), answer=RaisedRead("worker"))
    assert "lines to choose from with seed 7, expected 2 to 40 lines" in refused(own_solver, elsewhere)


def option_of(piece: str) -> Option:
    return Option(shows=piece, why="W.", drop=True)
