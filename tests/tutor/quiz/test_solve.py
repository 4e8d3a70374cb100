"""Keys: read off a run, one for each learner, and refused when there is none or more than one."""

from __future__ import annotations

import pytest
from msgspec import structs

from sandbox.facts import Facts
from tests.tutor.practice.bench import course
from tests.tutor.quiz.conftest import LAB, RUN, item
from tutor.course import ContentError, Option
from tutor.course.checks import Advance, ApiCall, Log, Queue, Trace
from tutor.course.questions.question import Run
from tutor.quiz import KeyProblem, Solver
from tutor.quiz.solve import _reply_words

OWN = course().quiz("L5.3")
SEND = ApiCall("sqs", "send_message", {"QueueUrl": "{names}", "MessageBody": "hello"})


def test_the_engine_says_which_options_are_true(solver):
    solved = solver.solve(item("multi", True, False, True, False), 7)
    assert {option.text: option.true for option in solved.options} == {
        "A1": True,
        "B2": False,
        "C3": True,
        "D4": False,
    }
    assert {option.why for option in solved.options} == {"Why A1.", "Why B2.", "Why C3.", "Why D4."}
    assert solved.key != ""


def test_stem_and_options_carry_the_learners_names(solver):
    asked = item("choice", True, False, options=(*item("choice", False).options, *named()), why="Of {names}.")
    solved = solver.solve(asked, 7)
    name = LAB.choose(7)["names"]
    assert solved.stem == f"{name}?"
    assert f"the queue {name}" in {option.text for option in solved.options}
    assert solved.why == f"Of {name}."


def named() -> tuple[Option, ...]:
    (true,) = item("choice", True).options
    return (Option("the queue {names}", "{names} is there.", true.claim),)


def test_a_number_is_read_off_the_run(solver):
    asked = item("number", run=Run("small", (SEND, SEND, SEND)), answer=Queue(name="{names}"))
    assert solver.solve(asked, 7).key == "3"
    assert solver.solve(asked, 7).options == ()


@pytest.mark.parametrize(
    ("asked", "found", "expected"),
    [
        (item("choice", False, False), "0 of 2 options that are true (none) with seed 7", "exactly one"),
        (
            item("choice", True, True, False),
            "2 of 3 options that are true (A1, B2) with seed 7",
            "exactly one",
        ),
        (item("multi", True, False, False), "1 of 3 options that are true (A1) with seed 7", "two or more"),
        (item("multi", True, True, True), "3 of 3 options that are true", "and one that is false"),
        (item("multi", False, False, False), "0 of 3 options that are true", "two or more"),
    ],
)
def test_a_question_without_its_one_key_is_a_problem_of_content(solver, asked, found, expected):
    with pytest.raises(KeyProblem) as caught:
        solver.solve(asked, 7)
    assert isinstance(caught.value, ContentError)
    assert str(caught.value).startswith(f"{asked.id}: found {found}")
    assert expected in str(caught.value)


def test_a_step_that_does_not_work_is_a_problem_of_content(solver):
    broken = Run("small", (ApiCall("sqs", "delete_queue", {"QueueUrl": "no"}, 3),))
    with pytest.raises(ContentError, match=r"a question with small:3: found sqs\.delete_queue"):
        solver.solve(item("choice", True, False, run=broken), 7)


def test_the_order_of_options_differs_from_learner_to_learner_and_stays(solver):
    asked = item("choice", True, False, False, False)
    orders = [tuple(option.text for option in solver.solve(asked, seed).options) for seed in range(20)]
    assert len(set(orders)) > 10
    assert {order.index("A1") for order in orders} == {0, 1, 2, 3}
    again = [tuple(option.text for option in solver.solve(asked, seed).options) for seed in range(20)]
    assert again == orders


def test_two_questions_of_one_learner_are_shuffled_each_in_its_own_way(solver):
    asked = [item("choice", True, *[False] * 7, id=f"Q{n}") for n in range(6)]
    assert len({tuple(option.text for option in solver.solve(one, 7).options) for one in asked}) > 1


def test_what_was_before_the_run_neither_counts_nor_proves(own_solver):
    lab = own_solver.labs["three-tries"]
    event = ApiCall("lambda", "invoke", {"FunctionName": "{names}", "InvocationType": "Event"})
    busy = structs.replace(lab, world=structs.replace(lab.world, steps=(*lab.world.steps, event)))
    with_history = Solver({lab.id: busy}, own_solver.folder)
    asked = item("number", run=Run(lab.id, (event, Advance(600_000_000))), answer=Trace("worker"))
    solved = with_history.solve(asked, 7)
    assert solved.key == "3"
    assert len([line for line in solved.proof if " started" in line]) == 3
    logged = structs.replace(asked, answer=Log("worker", "START RequestId"))
    assert with_history.solve(logged, 7).key == "3"
    with_history.close()


def test_a_run_of_one_question_leaves_the_world_of_the_next_alone(solver):
    full = item("number", run=Run("small", (SEND,)), answer=Queue(name="{names}"))
    empty = item("number", run=RUN, answer=Queue(name="{names}"))
    assert [solver.solve(asked, 7).key for asked in (full, empty, full)] == ["1", "0", "1"]


def test_the_proof_is_the_run_without_what_was_before_it(own_solver):
    assert OWN is not None
    solved = own_solver.solve(OWN.item("Q5.3-04"), 7)
    started = [line for line in solved.proof if " started" in line]
    assert [line[:6] for line in started] == ["09:00:", "09:01:", "09:03:"]
    assert not any("08:" in line[:3] for line in solved.proof)


def test_a_long_reply_is_cut_where_its_payload_is_and_not_before(solver):
    long = ApiCall("sqs", "send_message", {"QueueUrl": "{names}", "MessageBody": "x" * 300})
    read = ApiCall("sqs", "receive_message", {"QueueUrl": "{names}"}, name="call")
    asked = item("number", run=Run("small", (long, read)), answer=Queue(name="{names}"))
    assert solver.solve(asked, 7).proof[-1].endswith("...")
    first, last = {"Payload": {"error": "x" * 300}}, {"FunctionError": "Unhandled"}
    assert _reply_words(first | last).startswith('{"FunctionError": "Unhandled", "Payload": {"error": "x')


def test_a_key_follows_from_the_run_and_not_from_the_file(own_solver):
    assert OWN is not None
    asked = OWN.item("Q5.3-07")
    assert asked.run is not None
    assert own_solver.solve(asked, 7).key == "3"
    off = ApiCall(
        "lambda", "put_function_event_invoke_config", {"FunctionName": "{names}", "MaximumRetryAttempts": 0}
    )
    fewer = Run(asked.run.lab, (off, *asked.run.steps))
    assert own_solver.solve(item("number", run=fewer, answer=asked.answer), 7).key == "1"
    assert own_solver.solve(item("number", run=fewer, answer=Trace("worker")), 7).key == "1"


def test_a_question_about_a_fact_has_the_facts_value_as_its_key(solver):
    fact = Facts.load().fact("async.retries")
    options = (Option("two", "Yes.", value=fact.value), Option("five", "No.", value=fact.value + 3))
    solved = solver.solve(item("choice", run=None, options=options, facts=(fact.id,), stem="How many?"), 7)
    assert {option.text: option.true for option in solved.options} == {"two": True, "five": False}
    assert solved.proof == (
        "async.retries = 2",
        "Source: AWS Lambda Developer Guide: invocation-async-error-handling",
        f"Verified: {fact.verified}",
    )
    with pytest.raises(KeyProblem):
        solver.solve(item("choice", run=None, options=options[1:] * 2, facts=(fact.id,)), 7)
