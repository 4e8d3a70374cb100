"""The three canonical examples of the format, read as they stand."""

from __future__ import annotations

from tutor.course import Block, Course
from tutor.course.checks import (
    Advance,
    ApiCall,
    Config,
    Denied,
    Metric,
    Missing,
    Probe,
    Queue,
    Timeline,
    Trace,
)
from tutor.course.values import Compare, parse_time


def of_kind(course: Course, kind: str) -> list[Block]:
    return [block for block in course.lesson("L5.3").blocks if block.kind == kind]


def test_the_outline_names_modules_lessons_labs_and_quizzes(opened):
    outline = opened().outline()
    (module,) = outline.modules
    (lesson,) = module.lessons
    assert outline.info.title == "The canonical lesson"
    assert (module.id, module.info.title) == ("05-invocation", "How calls happen")
    assert (lesson.id, lesson.front.minutes, lesson.has_quiz) == ("L5.3", 30, True)
    assert [(lab.id, lab.title, lab.minutes) for lab in lesson.labs] == [
        ("three-tries", "Three tries and a letter", 12)
    ]


def test_front_matter_keeps_texts_that_look_like_numbers(opened):
    front = opened().lesson("L5.3").front
    assert front.notes == ("002",)
    assert front.objectives[0].exams == {"dva-c03": "1.2.3"}
    assert front.reality.label == "modelled"


def test_the_page_has_its_blocks_in_order(opened):
    kinds = [block.kind for block in opened().lesson("L5.3").blocks]
    assert kinds == ["paragraph", "notes-say", "predict", "demo", "try"]


def test_the_notes_and_today_are_told_apart_and_facts_are_words(opened):
    (box,) = of_kind(opened(), "notes-say")
    says, today = box.children
    assert (says.id, says.prefix) == ("says", "The notes say: ")
    assert (today.id, today.prefix) == ("today", "Today: ")
    assert "may wait up to 6 hours" in today.text
    assert [span.text for span in today.spans if span.style == "emphasis"] == ["throttled"]


def test_a_prediction_shows_the_question(opened):
    (block,) = of_kind(opened(), "predict")
    assert (block.id, block.lines) == ("p1", ("Q5.3-04",))
    stem, options = block.children
    assert stem.text.startswith("{names} always raises.")
    assert [option.text for option in options.children][1] == "about 09:03"


def test_console_lines_stay_as_they_are_typed(opened):
    (demo,) = of_kind(opened(), "demo")
    assert demo.id == "retry"
    assert demo.lines[0].endswith("""--payload '{"order": 7}' out.json""")
    (tried,) = of_kind(opened(), "try")
    assert tried.id == "try-1"
    assert tried.lines == ("aws logs tail /aws/lambda/flaky", "clock advance 6h")


def test_the_world_is_a_list_of_calls(opened):
    lab = opened().lab("three-tries")
    assert lab.world.account_limit == 10
    first, *_, last = lab.world.steps
    assert isinstance(first, ApiCall)
    assert isinstance(last, ApiCall)
    assert (first.client, first.method, first.line) == ("iam", "create_role", 10)
    assert first.params["AssumeRolePolicyDocument"] == {"trust": "lambda"}
    assert last.params["Code"] == {"folder": "code/flaky"}
    assert lab.code_folders == ("code/flaky",)


def test_tasks_carry_their_checks(opened):
    fails, captured, works = opened().lab("three-tries").tasks
    assert fails.check == Trace("worker", type="Event", outcome="error", count=Compare(atleast=1))
    assert captured.needs == ("fails",)
    assert isinstance(captured.check, Probe)
    assert captured.check.steps[1] == Advance(240_000_000, line=27)
    assert captured.check.expect[0] == Queue(role="letters", contains="{nonce}", count=Compare(equals=1))
    assert captured.hints[0].when == Denied(action="sqs:SendMessage")
    assert captured.hints[1].when == Config("worker", "DeadLetterConfig", None)
    assert isinstance(works.check, Probe)


def test_roles_never_and_budget(opened):
    lab = opened().lab("three-tries")
    assert lab.roles["letters"].where == "on_failure_of"
    assert lab.never[0].condition == Missing(function="worker")
    assert (lab.budget.api_calls, lab.budget.usd) == (6, "0.01")


def test_scripts_are_grouped_into_commands(opened):
    lab = opened().lab("three-tries")
    assert [script.name for script in lab.solutions] == ["three-tries"]
    assert [(script.name, script.refused_by) for script in lab.wrong] == [("three-tries-nothing", "captured")]
    assert lab.solutions[0].commands[1] == "clock advance 4m"


def test_variants_are_the_same_for_the_same_seed_and_differ_between_seeds(opened):
    lab = opened().lab("three-tries")
    assert lab.choose(7) == lab.choose(7)
    chosen = [lab.choose(seed) for seed in range(40)]
    assert {one["names"] for one in chosen} == {"worker", "mailer", "biller"}
    assert all(1 <= int(one["order"]) <= 900 for one in chosen)
    assert len({one["order"] for one in chosen}) > 10


def test_items_have_claims_and_no_key(opened):
    quiz = opened().quiz("L5.3")
    assert quiz is not None
    choice, number = quiz.items
    assert choice.options[0].claim == Timeline(
        "worker", last_start=Compare(equals=parse_time("09:00:01"), of="time")
    )
    assert choice.options[3].claim == Trace("worker", count=Compare(equals=1))
    assert choice.options[2].misconception == "M18"
    assert number.answer == Metric("worker", "Invocations", "Sum")
    assert number.facts == ("metrics.invocations",)


def test_code_is_handed_out_by_file(opened):
    files = opened().code("L5.3", "code/flaky")
    assert list(files) == ["app.py"]
    assert b"def handler" in files["app.py"]


def test_nothing_is_wrong_with_the_fixtures(problems):
    assert problems() == []
