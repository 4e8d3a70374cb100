"""How tasks stand when something is lost, cannot be asked, or speaks of a word that a probe made up."""

from __future__ import annotations

from tests.tutor.practice.bench import CALL, do, small_lab, task
from tutor.course.checks import Answer, ApiCall, Clock, Probe, Queue, Resource, Trace
from tutor.practice import Result

QUEUE = "aws sqs create-queue --queue-name mine"
GONE = "aws sqs delete-queue --queue-url https://sqs.us-east-1.amazonaws.com/123456789012/mine"


def test_what_had_passed_and_does_not_any_more_is_lost_until_it_passes_again(make_run):
    after = task(Clock(1), id="after", needs=("it",))
    run = make_run(small_lab(tasks=(task(Resource("queue", "mine")), after)))
    run.examine()
    assert run.board.lost == frozenset()
    do(run, QUEUE)
    run.examine()
    assert run.done
    do(run, GONE)
    run.examine()
    assert run.board.lost == {"it", "after"}
    assert [state.lost for state in run.tasks] == [True, True]
    do(run, "undo")
    run.examine()
    assert run.board.lost == frozenset()
    run.reset()
    run.examine()
    assert run.board.lost == frozenset(), "another attempt has lost nothing"


def test_a_task_that_stays_the_same_is_no_news_though_its_probe_made_up_another_word(make_run):
    check = Probe(
        steps=(ApiCall("sqs", "list_queues", {}),),
        expect=(Trace(function="worker", containing="{nonce}"),),
    )
    run = make_run(small_lab(tasks=(task(check),)))
    assert [result.id for result in run.examine()] == ["it"]
    do(run, QUEUE)
    assert run.examine() == []
    assert "tried in a copy of your world" in run.results["it"].expected


def test_a_check_that_does_not_work_is_an_error_and_says_whose(make_run):
    run = make_run(small_lab(tasks=(task(Trace(function="nobody-of-this-lab")),)))
    (result,) = run.examine()
    assert result.status == "error"
    assert result.why.startswith("The check itself does not work, which is no fault of yours: ")
    assert run.hint() is None
    assert not run.done


def test_all_that_a_task_wants_is_told_part_by_part(run):
    do(run, "aws lambda invoke --function-name {names} --invocation-type Event out.json", "clock advance 4m")
    run.examine()
    result: Result = run.results["captured"]
    assert len(result.parts) > 1
    assert {part.holds for part in result.parts} == {True, False}
    assert all(part.expected and part.actual for part in result.parts)


def test_hints_that_were_given_stay_with_a_task_that_is_done(run):
    run.examine()
    first = run.hint()
    do(run, CALL.replace('{"ok": true}', "{}").replace(" --payload", " --invocation-type Event --payload"))
    do(run, "clock advance 4m")
    run.examine()
    assert run.results["fails"].status == "pass"
    assert run.tasks[0].hints == (first,)


def test_a_lab_without_a_solution_has_none_to_show(make_run):
    assert make_run(small_lab(tasks=(task(Clock(1)),))).solution() == []


def test_a_task_may_ask_for_an_answer_and_the_last_one_counts(make_run):
    how_many = task(Answer(reads=Queue(name="mine")), id="how-many", needs=("it",))
    run = make_run(small_lab(tasks=(task(Resource("queue", "mine")), how_many)))
    run.examine()
    assert run.run("answer 1").err == "no task asks for an answer now"
    assert run.run("answer").code == 2
    do(run, QUEUE)
    run.examine()
    assert run.results["how-many"].actual.startswith("no answer yet: type answer")
    for said, passed in (("2", False), (" 0", True)):
        assert run.run(f"answer {said}").out == f"Your answer: {said.strip()}"
        run.examine()
        assert run.done is passed
    assert run.run("answer 4").err == "no task asks for an answer now"
    run.reset()
    assert run.board.said == {}
