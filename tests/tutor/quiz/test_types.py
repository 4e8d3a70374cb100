"""Order, match, text, pick-line, options that are changes: the engine finds each key, or it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.facts import Facts
from tests.tutor.quiz.conftest import LAB, RUN, item
from tutor.course import Option
from tutor.course.checks import Advance, ApiCall, Queue, Reply, Trace
from tutor.course.questions.question import Item, Row, Run
from tutor.course.questions.readings import (
    ConfigRead,
    DeniedRead,
    LineRead,
    MessageRead,
    RaisedRead,
    ReplyRead,
    StoryRow,
)
from tutor.quiz import KeyProblem, Solver
from tutor.quiz.answers import judge

MINUTE = 60_000_000
SEND = ApiCall("sqs", "send_message", {"QueueUrl": "{names}", "MessageBody": "hello {names}"})
RED = ApiCall("sqs", "send_message", {"QueueUrl": "{names}", "MessageBody": "red"})
BLUE = ApiCall("sqs", "send_message", {"QueueUrl": "{names}", "MessageBody": "blue"})
WAIT = Advance(MINUTE)
NOBODY = ApiCall("sqs", "get_queue_url", {"QueueName": "nobody"}, name="call")
EVENT = ApiCall(
    "lambda", "invoke", {"FunctionName": "{names}", "InvocationType": "Event", "Payload": {"n": 1}}
)
CALL = ApiCall("lambda", "invoke", {"FunctionName": "{names}", "Payload": {"n": 1}}, name="call")
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "{arn:queue/letters}"}],
}
GRANT = ApiCall(
    "iam", "put_role_policy", {"RoleName": "{names}-role", "PolicyName": "own", "PolicyDocument": POLICY}
)


def asked(kind: str, **fields) -> Item:
    return Item(
        **{"id": f"Q-{kind}", "objective": "O1", "type": kind, "stem": "{names}?", "run": RUN, **fields}
    )


def refused(solver: Solver, question: Item) -> str:
    with pytest.raises(KeyProblem) as caught:
        solver.solve(question, 7)
    return str(caught.value)


# -- order -------------------------------------------------------------------------------------------------


def arrival(text: str) -> Option:
    return Option(f"{text} arrives", f"Why {text}.", at=Queue(name="{names}", contains=text))


ORDER = asked(
    "order",
    run=Run("small", (RED, WAIT, BLUE, WAIT, SEND)),
    options=(arrival("blue"), arrival("hello"), arrival("red")),
)


def test_an_order_is_that_of_the_moments(solver):
    solved = solver.solve(ORDER, 7)
    letters = {option.text: letter for letter, option in solved.lettered}
    assert [solved.key.index(letters[f"{text} arrives"]) for text in ("red", "blue", "hello")] == [0, 1, 2]
    assert {option.text: option.place for option in solved.options} == {
        "red arrives": 1,
        "blue arrives": 2,
        "hello arrives": 3,
    }
    assert solved.words == " ".join(solved.key)
    assert judge(solved, solved.key.lower()).correct
    assert not judge(solved, solved.key[::-1]).correct


def test_an_order_is_never_shown_as_it_is_right(solver):
    keys = {solver.solve(ORDER, seed).key for seed in range(30)}
    assert "ABC" not in keys
    assert len(keys) == 5


def test_moments_that_are_not_there_or_not_apart_are_refused(solver):
    none = asked("order", options=(arrival("blue"), arrival("red"), arrival("hello")))
    assert "found no such message in {names} with seed 7" in refused(solver, none)
    together = asked(
        "order",
        run=Run("small", (RED, BLUE, BLUE)),
        options=(
            arrival("red"),
            arrival("blue"),
            Option("again", "W.", at=Queue(name="{names}", contains="red")),
        ),
    )
    assert "no earlier and no later than others (red arrives, again)" in refused(solver, together)


def test_every_kind_of_moment(own_solver):
    first = Option("accepted", "W.", at=StoryRow("accepted", "worker"))
    second = Option("fails", "W.", at=Trace("worker", outcome="error"))
    started = Option("starts", "W.", at=Trace("worker"))
    retried = Option("second", "W.", at=StoryRow("started", nth=2))
    run = Run("three-tries", (EVENT, Advance(10 * MINUTE)))
    solved = own_solver.solve(asked("order", run=run, options=(second, retried, first, started)), 7)
    order = sorted(solved.options, key=lambda option: option.place)
    assert [option.text for option in order] == ["accepted", "starts", "fails", "second"]
    late = asked(
        "order", run=run, options=(first, second, Option("x", "W.", at=StoryRow("started", "worker", 4)))
    )
    found = refused(own_solver, late)
    assert "found no row 4 with 'started' in the timeline of" in found
    assert "3 in all" in found


def test_numbers_and_facts_are_ordered_from_the_smallest(solver):
    reads = tuple(
        Option(text, "W.", reads=Queue(name="{names}", contains=text)) for text in ("e", "blue", "hello")
    )
    run = Run("small", (RED, RED, BLUE, BLUE, SEND))
    solved = solver.solve(asked("order", run=run, options=reads), 7)
    assert {option.text: option.place for option in solved.options} == {"hello": 1, "blue": 2, "e": 3}
    assert "blue: 2" in solved.proof
    facts = ("lambda.timeout_max", "lambda.timeout_min", "lambda.timeout_default")
    options = tuple(Option(name, "W.", fact=name) for name in facts)
    solved = solver.solve(asked("order", run=None, options=options), 7)
    assert {option.text: option.place for option in solved.options} == {facts[0]: 3, facts[1]: 1, facts[2]: 2}
    mixed = (*options[:2], Option("memory", "W.", fact="lambda.memory_min"))
    assert "facts in MB and s" in refused(solver, asked("order", run=None, options=mixed))


# -- match -------------------------------------------------------------------------------------------------


def test_a_match_by_value_compares_each_row_with_every_option(solver):
    rows = (
        Row("red ones", reads=Queue(name="{names}", contains="red"), why="Two."),
        Row("{names} ones", reads=Queue(name="{names}", contains="{names}")),
        Row("all", reads=Queue(name="{names}")),
    )
    options = (
        Option("1", "One.", value=1),
        Option("2", "Two.", value=2),
        Option("3", "W."),
        Option("9", "W.", value=9),
    )
    solved = solver.solve(asked("match", run=Run("small", (RED, RED, SEND)), rows=rows, options=options), 7)
    text = dict(solved.lettered)
    assert [text[letter].text for letter in solved.key] == ["2", "1", "3"]
    assert [row.letter for row in solved.rows] == list(solved.key)
    assert solved.rows[1].text == f"{LAB.choose(7)['names']} ones"
    assert {option.text: option.true for option in solved.options} == {
        "1": True,
        "2": True,
        "3": True,
        "9": False,
    }
    assert solved.words == ", ".join(f"{n}{letter}" for n, letter in enumerate(solved.key, 1))


def test_a_match_by_claims_asks_every_rows_own_world(solver):
    rows = (
        Row("one red", steps=(RED,)),
        Row("one blue", steps=(BLUE,)),
        Row("nobody", run=Run("small", (NOBODY,))),
    )
    options = (
        Option("a red queue", "W.", Queue(name="{names}", contains="red")),
        Option("a blue queue", "W.", Queue(name="{names}", contains="blue")),
        Option("an error", "W.", Reply("call", "Error.Code")),
    )
    solved = solver.solve(asked("match", rows=rows, options=options), 7)
    text = dict(solved.lettered)
    assert [text[letter].text for letter in solved.key] == ["a red queue", "a blue queue", "an error"]
    assert "1. one red" in solved.proof
    both = (*options[:2], Option("anything", "W.", Queue(name="{names}")))
    assert "2 options for the row 'one red'" in refused(solver, asked("match", rows=rows[:2], options=both))
    assert "0 options for the row 'one blue' (none)" in refused(
        solver, asked("match", rows=rows[:2], options=options[::2])
    )


def test_a_match_by_facts_needs_facts_from_a_source(solver):
    rows = (Row("shortest", fact="lambda.timeout_min"), Row("longest", fact="lambda.timeout_max"))
    options = (Option("900", "W.", value=900), Option("1", "W.", value=1))
    solved = solver.solve(asked("match", run=None, rows=rows, options=options), 7)
    text = dict(solved.lettered)
    assert [text[letter].text for letter in solved.key] == ["1", "900"]
    assert "lambda.timeout_max = 15 minutes" in solved.proof
    made_up = next(fact.id for fact in Facts.load() if fact.confidence == "SIM")
    weak = asked("match", run=None, rows=(rows[0], Row("x", fact=made_up)), options=options)
    assert f"the fact {made_up} of confidence SIM" in refused(solver, weak)


def test_one_option_for_all_rows_is_no_question(solver):
    rows = (Row("a", reads=Queue(name="{names}")), Row("b", reads=Queue(name="{names}", contains="red")))
    options = (Option("1", "W.", value=1), Option("2", "W.", value=2))
    assert "the same option for every row" in refused(
        solver, asked("match", run=Run("small", (RED,)), rows=rows, options=options)
    )


# -- text --------------------------------------------------------------------------------------------------


def test_a_text_is_read_off_a_reply_or_its_error(solver):
    question = asked("text", run=Run("small", (NOBODY,)), answer=ReplyRead("call", "Error.Code"))
    solved = solver.solve(question, 7)
    assert solved.key == "AWS.SimpleQueueService.NonExistentQueue"
    assert any(line.startswith("call: AWS.SimpleQueueService.NonExistentQueue, ") for line in solved.proof)
    number = asked(
        "text", run=Run("small", (NOBODY,)), answer=ReplyRead("call", "ResponseMetadata.HTTPStatusCode")
    )
    assert solver.solve(number, 7).key == "400"


def test_an_error_of_a_call_without_a_name_stays_a_problem(solver):
    from tutor.course import ContentError

    nameless = ApiCall("sqs", "get_queue_url", {"QueueName": "nobody"}, 5)
    question = asked("text", run=Run("small", (nameless, NOBODY)), answer=ReplyRead("call", "Error.Code"))
    with pytest.raises(ContentError, match=r"a question with small:5: found sqs\.get_queue_url"):
        solver.solve(question, 7)


@pytest.mark.parametrize(
    ("reading", "found"),
    [
        (ReplyRead("call", "Nothing.Here"), "no Nothing.Here in the reply call"),
        (ReplyRead("call", "Error"), "the reading {"),
        (MessageRead(name="{names}"), "no message in {names}"),
        (ConfigRead("worker", "Timeout"), "no Timeout in the configuration of worker"),
        (DeniedRead(), "no refusal of anything to anybody"),
        (LineRead("worker", "x"), "no log line of worker with 'x'"),
        (RaisedRead("worker"), "no error that the code of worker raised"),
    ],
)
def test_a_reading_of_nothing_is_a_problem_of_content(solver, reading, found):
    assert f"found {found}" in refused(solver, asked("text", run=Run("small", (NOBODY,)), answer=reading))


@pytest.mark.parametrize("body", ["two\nlines", "x" * 81, "", '""'])
def test_what_nobody_can_type_is_no_key(solver, body):
    send = ApiCall("sqs", "send_message", {"QueueUrl": "{names}", "MessageBody": body or '{"empty": ""}'})
    reading = MessageRead(name="{names}", path="" if body else "empty")
    assert "one short line, at most 80 characters" in refused(
        solver, asked("text", run=Run("small", (send,)), answer=reading)
    )


@pytest.mark.parametrize(
    ("steps", "reading", "key"),
    [
        ((CALL,), ReplyRead("call", "Payload.errorType"), "RuntimeError"),
        ((CALL,), ReplyRead("call", "FunctionError"), "Unhandled"),
        ((CALL,), ConfigRead("worker", "Handler"), "app.handler"),
        ((CALL,), LineRead("worker", "REPORT", "Memory Size"), "128 MB"),
        ((CALL,), LineRead("worker", "packing order"), "packing order without a number"),
    ],
)
def test_readings_of_a_function(own_solver, steps, reading, key):
    assert own_solver.solve(asked("text", run=Run("three-tries", steps), answer=reading), 7).key == key


def test_the_action_that_was_refused_is_read(own_solver):
    target = {"FunctionName": "{names}", "DeadLetterConfig": {"TargetArn": "{arn:queue/letters}"}}
    steps = (ApiCall("lambda", "update_function_configuration", target, name="call"),)
    question = asked("text", run=Run("three-tries", steps), answer=DeniedRead("{names}-role"))
    assert own_solver.solve(question, 7).key == "sqs:SendMessage"


def test_a_number_may_be_read_off_a_text_with_its_unit(own_solver):
    reading = LineRead("worker", "REPORT", "Memory Size")
    question = asked("number", run=Run("three-tries", (CALL,)), answer=reading, unit="MB", tolerance=2)
    solved = own_solver.solve(question, 7)
    assert (solved.key, solved.words) == ("128", "128 MB")
    assert judge(solved, "128 mb").correct
    assert judge(solved, "126").correct
    assert not judge(solved, "125").correct
    words = asked("number", run=Run("three-tries", (CALL,)), answer=ConfigRead("worker", "Handler"))
    assert "the reading 'app.handler' with seed 7, expected a number" in refused(own_solver, words)


def test_a_number_without_a_run_is_its_fact(solver):
    solved = solver.solve(asked("number", run=None, facts=("lambda.timeout_max",)), 7)
    assert (solved.key, solved.unit) == ("900", "s")


# -- what is given, and changes ----------------------------------------------------------------------------


def test_what_is_given_is_there_and_did_not_happen(own_solver):
    given = (EVENT, Advance(10 * MINUTE))
    run = Run("three-tries", (EVENT, WAIT), given)
    solved = own_solver.solve(asked("number", run=run, answer=Trace("worker")), 7)
    assert solved.key == "1"
    assert all(line >= "09:10" for line in solved.proof)
    queue = Run("small", (RED,), (RED, BLUE))
    small = Solver({LAB.id: LAB}, own_solver.folder)
    assert small.solve(asked("number", run=queue, answer=Queue(name="{names}")), 7).key == "3"
    small.close()


def test_of_changes_the_one_after_which_the_claim_holds_is_true(solver):
    options = (
        Option("send one more", "W.", change=(RED,)),
        Option("do nothing", "W.", change=()),
        Option("send two more", "W.", change=(RED, BLUE)),
    )
    from tutor.course import Compare

    question = asked(
        "choice",
        run=Run("small", (SEND,)),
        claim=Queue(name="{names}", count=Compare(equals=2)),
        options=options,
    )
    solved = solver.solve(question, 7)
    assert [option.text for option in solved.options if option.true] == ["send one more"]
    assert solved.proof[0] == "The run with this change: send one more"
    unchanged = (*options[1:], Option("as it is", "W.", change=()))
    one_left = asked("choice", claim=Queue(name="{names}", count=Compare(equals=0)), options=unchanged)
    assert "2 of 3 options that are true (do nothing, as it is)" in refused(solver, one_left)


# -- sharing -----------------------------------------------------------------------------------------------


def test_equal_runs_are_run_once_and_forgotten_with_their_worlds(own_solver, monkeypatch):
    from tutor.quiz import scenes

    performed = []
    perform = scenes.perform
    monkeypatch.setattr(
        scenes, "perform", lambda *given, **more: performed.append(given[1]) or perform(*given, **more)
    )
    solver = Solver({LAB.id: LAB}, Path(), keep=True)
    one = item("choice", True, False, run=Run("small", (RED,)))
    moved = ApiCall(RED.client, RED.method, RED.params, line=99)
    solver.solve(one, 7)
    solver.solve(asked("number", run=Run("small", (moved,)), answer=Queue(name="{names}")), 7)
    assert len(performed) == 1
    solver.solve(one, 8)
    solver.forget()
    solver.solve(one, 7)
    assert len(performed) == 3
    solver.close()


def test_runs_that_begin_alike_are_one_run_up_to_where_they_part(own_solver, monkeypatch):
    from tutor.quiz import scenes

    performed = []
    perform = scenes.perform
    monkeypatch.setattr(
        scenes, "perform", lambda *given, **more: performed.extend(given[1]) or perform(*given, **more)
    )
    shared, alone = Solver(own_solver.labs, own_solver.folder, keep=True), own_solver
    runs = [
        Run("three-tries", (EVENT, Advance(2 * MINUTE), *more))
        for more in ((EVENT, Advance(9 * MINUTE)), (Advance(9 * MINUTE),), (EVENT, Advance(9 * MINUTE), CALL))
    ]
    asked_of = [asked("number", run=run, answer=Trace("worker")) for run in runs]
    together = [shared.solve(question, 7) for question in asked_of]
    assert len(performed) == 4 + 1 + 1
    assert [solved.key for solved in together] == ["6", "3", "7"]
    assert [solved.proof for solved in together] == [alone.solve(question, 7).proof for question in asked_of]
    shared.close()


def test_an_option_true_by_value_of_a_weak_fact_is_refused(solver):
    made_up = next(fact for fact in Facts.load() if fact.confidence == "SIM")
    options = (Option("it", "W.", value=made_up.value), Option("other", "W.", value="no"))
    weak = asked("choice", run=None, options=options, facts=(made_up.id,))
    assert (
        f"the fact {made_up.id} of confidence SIM with seed 7, expected a fact of confidence V or V2"
        in refused(solver, weak)
    )
