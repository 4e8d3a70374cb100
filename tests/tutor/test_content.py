"""Our own course, proved by the engine: labs, their right and wrong ways, hints, pages, keys of questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tutor.practice.bench import course, do, lesson_folder, must_replay
from tutor.authoring import labs
from tutor.authoring.check import SEEDS
from tutor.authoring.findings import Findings, Unit
from tutor.authoring.jobs import Job, judge
from tutor.authoring.links import check_around
from tutor.authoring.questions import check_bank
from tutor.authoring.scripts import Line, read_lines
from tutor.course import Script, substitute
from tutor.practice import LabRun
from tutor.quiz import Solved, verify

LABS = [(lesson.id, lab.id) for lesson in course().lessons() for lab in lesson.labs]
WRONG = [(lesson, lab, way) for lesson, lab in LABS for way in course().lab(lab).wrong]


def questions(seeds: int) -> Iterator[Job]:
    """The questions of each lesson, to be asked with so many seeds."""
    for lesson in course().lessons():
        quiz = course().quiz(lesson.id) or pytest.fail("no quiz")
        yield Job(tuple(Unit("item", item.id, "", lesson.id) for item in quiz.items), seeds)


def jobs() -> Iterator[Job]:
    """All that `course check` proves, in parts that tests can run side by side."""
    for lesson in course().lessons():
        yield Job((Unit("lesson", lesson.id, "", lesson.id),), SEEDS)
        for lab in lesson.labs:
            yield Job((Unit("lab", lab.id, "", lesson.id),), SEEDS)
    yield from questions(FEW_SEEDS)


FEW_SEEDS = 3
JOBS = list(jobs())

FUNCTION_GONE = ("aws lambda delete-function --function-name {names}",)
NEIGHBOUR_GONE = ("aws lambda delete-function --function-name {busy}",)


def role_gone(role: str) -> tuple[str, str]:
    """What deletes a role that has no policy but the one for the log."""
    return (
        f"aws iam detach-role-policy --role-name {role} --policy-arn"
        " arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        f"aws iam delete-role --role-name {role}",
    )


ROLE_GONE = role_gone("{names}-role")
SHOP_ROLE_GONE = role_gone("shop-role")
BREAKS = {
    "three-tries": (FUNCTION_GONE, ROLE_GONE),
    "three-answers": (FUNCTION_GONE, ROLE_GONE),
    "slow-neighbour": (FUNCTION_GONE, NEIGHBOUR_GONE, SHOP_ROLE_GONE),
    "sale-day": (
        FUNCTION_GONE,
        NEIGHBOUR_GONE,
        ("aws lambda delete-function --function-name {mad}",),
        SHOP_ROLE_GONE,
    ),
    "two-doors": (
        FUNCTION_GONE,
        ROLE_GONE,
        ("aws s3api delete-bucket --bucket {bucket}",),
        (
            "aws dynamodb delete-table --table-name entries",
            "aws dynamodb wait table-not-exists --table-name entries",
        ),
    ),
    "new-year": (
        FUNCTION_GONE,
        ("aws lambda delete-function --function-name {counter}",),
        ("aws iam delete-role-policy --role-name {names}-role --policy-name entries", *ROLE_GONE),
        (
            "aws iam delete-role-policy --role-name {counter}-role --policy-name votes",
            *role_gone("{counter}-role"),
        ),
    ),
    "watch-the-clock": (
        FUNCTION_GONE,
        ("aws sqs delete-queue --queue-url https://sqs.us-east-1.amazonaws.com/123456789012/printer",),
        ("aws iam delete-role-policy --role-name {names}-role --policy-name printer", *ROLE_GONE),
    ),
}
"""For each `never` of a lab, in their order, what brings that state about."""


class Bench:
    """Makes runs of labs, and checks at the end that their worlds replay."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs: list[LabRun] = []

    def run(self, lesson: str, lab: str, seed: int = 7) -> LabRun:
        files = self.folder / str(len(self.runs))
        self.runs.append(LabRun(course().lab(lab), lesson_folder(lesson), seed, files))
        return self.runs[-1]

    def after(self, lesson: str, lab: str, way: Script, seed: int = 7) -> LabRun:
        run = self.run(lesson, lab, seed)
        play(run, written(lesson, way))
        run.examine()
        return run


def written(lesson: str, way: Script) -> list[Line]:
    """The lines of a right or wrong way as they stand in its file, which says what is meant to be refused."""
    file = lesson_folder(lesson) / ("wrong" if way.refused_by else "solutions") / f"{way.name}.try"
    return read_lines(file.read_text(encoding="utf-8").splitlines())


def play(run: LabRun, lines: list[Line]) -> str:
    """Run lines, each of which must come out as it says; what they printed."""
    told = []
    for line in lines:
        printed = run.run(line.text)
        assert (printed.code != 0) is line.fails, f"{line.text}: {printed.err}"
        told.append(printed.out + printed.err)
    return "\n".join(told)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    for run in made.runs:
        must_replay(run.world)
        run.close()


def name(value: object) -> str:
    return str(getattr(value, "name", getattr(value, "id", value)))


# -- what `course check` says of it ------------------------------------------------------------------------


@pytest.mark.parametrize("job", JOBS, ids=lambda job: f"{job.units[0].kind}-{job.units[0].id}")
def test_course_check_finds_nothing(job: Job, monkeypatch: pytest.MonkeyPatch):
    # How long a probe takes is for a machine that does nothing else.
    monkeypatch.setattr(labs, "SLOWEST_PROBE", float("inf"))
    found = [each.problem for kept in judge(course(), job).values() for each in kept.findings]
    assert found == []


@pytest.mark.slow
@pytest.mark.parametrize("job", list(questions(SEEDS)), ids=lambda job: job.units[0].lesson)
def test_each_question_has_a_key_for_each_of_twenty_learners(job: Job):
    found = [each.problem for kept in judge(course(), job).values() for each in kept.findings]
    assert found == []


def test_course_check_finds_nothing_around_the_lessons():
    found = Findings()
    check_around(course(), found)
    assert [each.problem for each in found] == []


def test_keys_cannot_be_guessed():
    solved: list[Solved] = []
    for lesson in course().lessons():
        quiz = course().quiz(lesson.id) or pytest.fail("no quiz")
        labs = {lab.id: lab for lab in course().lesson(lesson.id).labs}
        asked = verify(quiz.items, labs, lesson_folder(lesson.id), [1])
        assert asked.problems == ()
        solved += [one for seeds in asked.solved.values() for one in seeds]
    found = Findings()
    check_bank(solved, "quizzes", found)
    assert [each.problem for each in found] == []


# -- labs --------------------------------------------------------------------------------------------------


def all_hints(run: LabRun) -> None:
    while run.hint() is not None:
        pass


FIRST_HINTS = {
    "three-tries-synchronous": "You waited for the answer.",
    "three-tries-permission-removed": "Somebody was refused sqs:SendMessage.",
    "three-tries-no-retries": "How often is a failed event tried now?",
    "three-tries-on-success": "There is a destination. For which events",
    "three-tries-swallow-errors": "Three things must be true",
    "three-tries-always-raise": "Did you change the code?",
    "three-tries-fails-for-some": "Three things must be true",
    "three-answers-renamed": "Lambda did not find your function.",
    "three-answers-syntax": "Python could not read your file.",
    "three-answers-print": "What does it answer now?",
    "three-answers-returned-error": "No call has failed so far.",
    "three-answers-order": "Your closing event was refused",
    "three-answers-repeats": "What does out.json hold",
    "watch-the-clock-fast-printer": "You changed printer.py.",
    "watch-the-clock-by-length": "Is there a number of bills",
    "watch-the-clock-brackets": "Call it yourself, and read errorMessage",
    "watch-the-clock-too-late": "Where does the time go?",
    "watch-the-clock-longer-timeout": "You changed the timeout.",
    "watch-the-clock-own-limit": "Is there a number of bills",
    "watch-the-clock-one-too-few": "Which bill was the last one",
    "slow-neighbour-empty-house": "The account is empty, so there is room",
    "slow-neighbour-new-reports": "These reports are made quickly.",
    "slow-neighbour-too-early": "How many of the 10 places are taken?",
    "slow-neighbour-more-power": "How long does one old report hold its place?",
    "slow-neighbour-half-measure": "One call a second, times the seconds",
    "slow-neighbour-just-too-long": "One call a second, times the seconds",
    "slow-neighbour-zero-for-customers": "You reserved something for",
    "slow-neighbour-too-short": "A report of this year takes 2 seconds.",
    "sale-day-fifty": "All three functions share one pool.",
    "sale-day-too-few": "There are places kept for",
    "sale-day-quick-reports": "You changed the code.",
    "sale-day-off": "You reserved zero for",
    "sale-day-neighbour-squeezed": "How many reports can be made",
    "sale-day-no-limit": "There is an off switch",
    "sale-day-deleted": "No more letters, but",
    "two-doors-right-on-the-role": "You gave the role",
    "two-doors-bucket-policy": "Somebody stood before",
    "two-doors-not-asked-again": "Does the bucket know",
    "two-doors-removed-later": "Somebody stood before",
    "two-doors-any-bucket": "Another bucket was let in too.",
    "two-doors-may-only-read": "The code ran this time, and was refused",
    "two-doors-swallowed": "No photo has come yet.",
    "two-doors-star": "Look for a star in the policy",
    "two-doors-longer-names": "Another bucket was let in too.",
    "two-doors-everything-else": "Look for a star in the policy",
    "two-doors-reads-too": "Look for a star in the policy",
    "two-doors-left-over": "May ",
    "new-year-role-of-the-list": "Was there a line in the log",
    "new-year-every-table": "Could ",
    "new-year-reads-too": "Could ",
    "new-year-every-bucket": "Read the policy of",
    "new-year-longer-names": "Read the policy of",
    "new-year-everything-else": "Could ",
    "new-year-list-role-too": "May ",
}
"""Wrong way -> how the first hint after it begins."""


def test_the_wrong_ways_whose_hints_are_tried_are_there():
    assert set(FIRST_HINTS) <= {way.name for _lesson, _lab, way in WRONG}


@pytest.mark.parametrize(
    ("lesson", "lab", "way"), [row for row in WRONG if row[2].name in FIRST_HINTS], ids=name
)
def test_the_first_hint_speaks_of_what_was_done_wrong(bench, lesson, lab, way):
    hint = bench.after(lesson, lab, way).hint()
    assert hint is not None
    assert hint.text.startswith(FIRST_HINTS[way.name])
    assert hint.number == 1


@pytest.mark.parametrize(("lesson", "lab"), LABS, ids=name)
def test_hints_tell_names_and_not_placeholders(bench, lesson, lab):
    run = bench.run(lesson, lab)
    run.examine()
    all_hints(run)
    shown = " ".join(
        text for state in run.tasks for text in (*(hint.text for hint in state.hints), state.say)
    )
    assert "{names}" not in shown
    assert "{arn:" not in shown
    assert run.variants["names"] in shown


@pytest.mark.parametrize(("lesson", "lab"), LABS, ids=name)
def test_every_never_fires_and_undo_ends_it(bench, lesson, lab):
    nevers = course().lab(lab).never
    assert len(BREAKS[lab]) == len(nevers)
    for never, lines in zip(nevers, BREAKS[lab], strict=True):
        run = bench.run(lesson, lab)
        do(run, *lines)
        run.examine()
        assert run.warnings == (substitute(never.say, run.naming.value),)
        for _line in lines:
            do(run, "undo")
        run.examine()
        assert run.warnings == ()


# -- pages -------------------------------------------------------------------------------------------------


def played(bench: Bench, lesson: str) -> dict[str, str]:
    """What each block that runs printed: a demo and a side of a comparison begin afresh, a try goes on."""
    page = course().lesson(lesson)
    told, run = {}, bench.run(lesson, page.front.world)
    for block in page.blocks:
        sides = block.children if block.kind == "compare" else (block,)
        if block.kind in {"demo", "try", "compare"}:
            for number, side in enumerate(sides):
                if block.kind != "try":
                    run = bench.run(lesson, page.front.world)
                told[f"{block.id}/{number}" if block.kind == "compare" else block.id] = play(
                    run, read_lines(side.lines)
                )
    return told


def test_the_page_on_retries_shows_what_it_says(bench):
    told = played(bench, "L5.3")
    assert told["retry"].count(" started") == 3
    assert told["logs"].count("START RequestId") == 3
    lines = [line for line in told["logs"].splitlines() if "START RequestId: " in line]
    begun = [line.split("RequestId: ")[1].split()[0] for line in lines]
    assert len(set(begun)) == 1
    assert told["logs"].count(" started") == 3  # six hours later there is no fourth try
    assert told["retries/0"].count(" started") == 3
    assert told["retries/1"].count(" started") == 1
    assert " started" not in told["zero"]
    assert "refused sqs:SendMessage" in told["refused"]
    assert '"Action": "sqs:SendMessage"' in told["refused"]


def test_the_page_on_handlers_shows_what_it_says(bench):
    told = played(bench, "L2.2")
    order = bench.run("L2.2", "three-answers").variants
    assert f'{{"table": {order["table"]}, "dish": "{order["dish"]}"}}' in told["echo"]
    assert '{"table": 1, "dish": "cake"}' in told["own"]  # in the order of the code, not of the event
    assert "Handler 'waiter' missing on module 'app'" in told["nobody"]
    assert told["mend"].endswith("\nnull")
    assert told["longer"].endswith('\n{"printed": 10}')
    for block in ("nobody", "raise", "both/1", "set", "slow"):
        assert '"StatusCode": 200' in told[block]
        assert '"FunctionError": "Unhandled"' in told[block]
    assert '"errorType": "ValueError"' in told["raise"]
    assert "FunctionError" not in told["both/0"]
    assert "Errors (Sum): 0" in told["both/0"]
    assert "Errors (Sum): 1" in told["both/1"]
    assert '"errorType": "Runtime.MarshalError"' in told["set"]
    assert '"stackTrace": []' in told["set"]
    assert "tables so far: [3, 5, 3]" in told["set"]
    assert {"version: $LATEST", "memory: 128 MB"} <= {line[20:] for line in told["context"].splitlines()}
    assert "bill 6 begins, 499 ms left" in told["slow"]
    assert "bill 7" not in told["slow"]
    assert "Task timed out after 3.00 seconds" in told["slow"]


def test_the_page_on_the_pool_shows_what_it_says(bench):
    told = played(bench, "L9.2")
    busy = bench.run("L9.2", "slow-neighbour").variants["busy"]
    assert "Reason: ConcurrentInvocationLimitExceeded" in told["flood"]
    assert columns(told["flood"], busy) == "10 10 0 6"
    assert "Throttles (Sum): 10" in told["silence"]
    assert "Errors (Sum): 0" in told["silence"]
    assert "There are no log lines." in told["silence"]
    assert columns(told["who"], busy) == "0 10 10 20"  # a minute later the house is empty
    assert columns(told["years/0"], busy) == "3 3 13 0"
    assert columns(told["years/1"], busy) == "10 10 0 6"
    assert "Rate Exceeded." in told["kinds/0"]
    assert " ok" not in told["kinds/0"]
    assert told["kinds/1"].count(" throttled: ") == 6
    assert told["kinds/1"].count(" ok: ") == 1


def test_the_page_on_reservations_shows_what_it_says(bench):
    told = played(bench, "L9.3")
    names, busy = map(bench.run("L9.3", "sale-day").variants.get, ("names", "busy"))
    assert "110,\n    100" in told["reserve"]
    assert columns(told["flood/0"], names) == "0 0 0 10"
    assert columns(told["flood/1"], names) == "0 10 10 0"
    assert columns(told["flood/1"], busy) == "100 100 0 20"
    assert columns(told["ceiling"], names) == "10 10 0 5"
    assert "Reason: ReservedFunctionConcurrentInvocationLimitExceeded" in told["ceiling"]
    assert told["floor"].count("below its minimum value of [100]") == 2
    assert told["off"].count('"StatusCode": 200') == 2
    assert told["off"].count("Rate Exceeded.") == 1
    assert "Reserved: 0. " in told["off"]  # zero takes nothing from the pool
    for figure in ("Invocations (Sum): 13", "Errors (Sum): 3", "Throttles (Sum): 2"):
        assert figure in told["against"]
    assert told["reasons"].count("[ERROR] ValueError") == 3


def test_the_page_on_the_two_doors_shows_what_it_says(bench):
    told = played(bench, "L4.1")
    photo = bench.run("L4.1", "two-doors").variants["photo"]
    refused = "Unable to validate the following destination configurations"
    assert refused in told["refused"]
    assert "s3.amazonaws.com was refused lambda:InvokeFunction" in told["refused"]
    assert "there is no resource-based policy on" in told["refused"]
    assert "only the policy of the resource counts" in told["refused"]
    assert refused in told["sides/0"]
    assert refused not in told["sides/1"]
    assert "LambdaFunctionArn" not in told["sides/0"]
    assert "LambdaFunctionArn" in told["sides/1"]
    assert '"StatusCode": 200' in told["inside"]
    assert "-role was refused dynamodb:PutItem on table/entries" in told["inside"]
    assert "identity AWSLambdaBasicExecutionRole: action dynamodb:PutItem" in told["inside"]
    assert "[ERROR] ClientError: An error occurred (AccessDeniedException)" in told["loud"]
    assert "Errors (Sum): 1" in told["loud"]
    assert f"event dropped: ObjectCreated:Put {photo}" in told["dropped"]
    assert "There are no log lines." in told["dropped"]
    for metric in ("Invocations", "Errors"):
        assert f"{metric} (Sum): 0" in told["dropped"]
    assert " started" not in told["back"]
    assert told["late"].count(" started") == 2
    assert f'item: {{"photo": "{photo}"}}' in told["late"]


def columns(told: str, function: str) -> str:
    """What `show concurrency` said last of a function: it runs, at the most, all its runs, throttled."""
    return [" ".join(line.split()[2:]) for line in told.splitlines() if line.startswith(f"{function} ")][-1]
