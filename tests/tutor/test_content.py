"""Our own course, proved by the engine: labs, their right and wrong ways, hints, pages, keys of questions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.console import split_script
from tests.tutor.practice.bench import course, do, lesson_folder, must_replay, status
from tutor.course import Block, Item, Lab, Script, substitute
from tutor.practice import LabRun
from tutor.quiz import Solver

SEEDS = range(20)
LABS = [(lesson.id, lab.id) for lesson in course().lessons() for lab in lesson.labs]
RIGHT = [(lesson, lab, way) for lesson, lab in LABS for way in course().lab(lab).solutions]
WRONG = [(lesson, lab, way) for lesson, lab in LABS for way in course().lab(lab).wrong]
ITEMS = [
    (lesson.id, item)
    for lesson in course().lessons()
    for item in (course().quiz(lesson.id) or pytest.fail("no quiz")).items
]
PAGES = [lesson.id for lesson in course().lessons() if course().lesson(lesson.id).front.world]

BREAKS = {
    "three-tries": (
        ("aws lambda delete-function --function-name {names}",),
        (
            "aws iam detach-role-policy --role-name {names}-role --policy-arn"
            " arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
            "aws iam delete-role --role-name {names}-role",
        ),
    ),
}
"""For each `never` of a lab, in their order, what brings that state about."""

REFUSED: dict[str, set[str]] = {
    "L5.3": {
        "aws lambda update-function-configuration --function-name {names} "
        "--dead-letter-config TargetArn={arn:queue/letters}"
    }
}
"""Lines of a lesson of which its page says that they are refused."""


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
        do(run, *way.commands)
        run.examine()
        return run


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    for run in made.runs:
        must_replay(run.world)
        run.close()


def name(value: object) -> str:
    return str(getattr(value, "name", getattr(value, "id", value)))


# -- labs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lesson", "lab"), LABS, ids=name)
def test_a_lab_that_nobody_touched_passes_no_task_and_warns_of_nothing(bench, lesson, lab):
    run = bench.run(lesson, lab)
    assert "pass" not in status(run).values()
    assert run.warnings == ()
    assert not run.done


@pytest.mark.parametrize("seed", [7, 8, 10])
@pytest.mark.parametrize(("lesson", "lab", "way"), RIGHT, ids=name)
def test_each_right_way_passes_every_task_within_the_budget(bench, lesson, lab, way, seed):
    run = bench.after(lesson, lab, way, seed)
    assert {result.status for result in run.results.values()} == {"pass"}
    assert run.done
    assert 0 < run.calls <= run.lab.budget.api_calls


@pytest.mark.parametrize(("lesson", "lab", "way"), WRONG, ids=name)
def test_each_wrong_way_is_refused_by_the_task_that_it_names_and_by_no_other(bench, lesson, lab, way):
    run = bench.after(lesson, lab, way)
    refusing = [task for task, result in run.results.items() if result.status == "not_yet"]
    assert refusing == [way.refused_by]
    order = list(run.results)
    before = order[: order.index(way.refused_by)]
    assert all(run.results[task].status == "pass" for task in before)
    result = run.results[way.refused_by]
    assert result.expected
    assert result.actual
    assert result.expected != result.actual


def states(bench: Bench, lesson: str, lab: str) -> dict[str, LabRun]:
    found = {"untouched": bench.run(lesson, lab)}
    found["untouched"].examine()
    for way in course().lab(lab).wrong:
        found[way.name] = bench.after(lesson, lab, way)
    return found


def all_hints(run: LabRun) -> dict[str, list[str]]:
    while run.hint() is not None:
        pass
    return run.hints


@pytest.mark.parametrize(("lesson", "lab"), LABS, ids=name)
def test_every_hint_of_every_task_can_be_met(bench, lesson, lab):
    met: dict[str, set[str]] = {task.id: set() for task in course().lab(lab).tasks}
    for run in states(bench, lesson, lab).values():
        for task, texts in all_hints(run).items():
            met[task] |= set(texts)
    written = {
        task.id: {text for hint in task.hints for text in hint.say} for task in course().lab(lab).tasks
    }
    assert met == written


@pytest.mark.parametrize(
    ("way", "begins"),
    [
        ("three-tries-synchronous", "You waited for the answer."),
        ("three-tries-permission-removed", "Somebody was refused sqs:SendMessage."),
        ("three-tries-no-retries", "How often is a failed event tried now?"),
        ("three-tries-on-success", "There is a destination. For which events"),
        ("three-tries-swallow-errors", "Three things must be true"),
        ("three-tries-always-raise", "Did you change the code?"),
    ],
)
def test_the_first_hint_speaks_of_what_was_done_wrong(bench, way, begins):
    script = next(wrong for wrong in course().lab("three-tries").wrong if wrong.name == way)
    hint = bench.after("L5.3", "three-tries", script).hint()
    assert hint is not None
    assert hint[0].startswith(begins)
    assert hint[1] == 1


@pytest.mark.parametrize(("lesson", "lab"), LABS, ids=name)
def test_hints_tell_names_and_not_placeholders(bench, lesson, lab):
    run = bench.run(lesson, lab)
    run.examine()
    all_hints(run)
    shown = " ".join(text for state in run.tasks for text in (*state.hints, state.say))
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


@pytest.mark.parametrize(("lesson", "lab", "way"), [*RIGHT, *WRONG], ids=name)
def test_checking_touches_nothing_and_comes_out_the_same_again(bench, tmp_path, lesson, lab, way):
    run = bench.run(lesson, lab)
    do(run, *way.commands)
    before = (run.world.journal.rows[-1].hash, run.world.trace.hash(), run.world.now)
    run.examine()
    assert (run.world.journal.rows[-1].hash, run.world.trace.hash(), run.world.now) == before
    twin = LabRun(run.lab, lesson_folder(lesson), run.seed, tmp_path / "twin", run.world.journal)
    twin.examine()
    twin.close()
    assert twin.results == run.results
    assert run.examine() == []


# -- pages -------------------------------------------------------------------------------------------------


def play(run: LabRun, block: Block, refused: set[str]) -> str:
    """Run a block's lines as the page does; what they printed."""
    told = []
    for part in split_script("\n".join(block.lines)):
        assert part.body is None, "an edit of a page is tested where the page runs it"
        printed = run.run(part.text)
        assert (printed.code == 0) is (part.text not in refused), f"{part.text}: {printed.err}"
        told.append(printed.out)
    return "\n".join(told)


def played(bench: Bench, lesson: str) -> dict[str, str]:
    """What each block that runs printed: a demo and a side of a comparison begin afresh, a try goes on."""
    page = course().lesson(lesson)
    refused = REFUSED.get(lesson, set())
    told, run = {}, bench.run(lesson, page.front.world)
    for block in page.blocks:
        sides = block.children if block.kind == "compare" else (block,)
        if block.kind in {"demo", "try", "compare"}:
            for number, side in enumerate(sides):
                if block.kind != "try":
                    run = bench.run(lesson, page.front.world)
                told[f"{block.id}/{number}" if block.kind == "compare" else block.id] = play(
                    run, side, refused
                )
    return told


@pytest.mark.parametrize("lesson", PAGES)
def test_every_line_of_a_page_works(bench, lesson):
    assert all(played(bench, lesson).values())


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


# -- questions ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lesson", "item"), ITEMS, ids=name)
def test_a_question_has_the_same_key_for_every_learner(lesson: str, item: Item):
    labs = {lab.id: lab for lab in course().lesson(lesson).labs}
    solver = Solver(labs, lesson_folder(lesson))
    keys, answers, stems = set(), set(), set()
    for seed in SEEDS:
        solved = solver.solve(item, seed)
        true = {option.text for option in solved.options if option.true}
        keys.add(frozenset(_written(item, labs[item.run.lab] if item.run else None, seed, true)))
        answers.add(solved.answer)
        stems.add(solved.stem)
        assert "{" not in solved.stem
        assert solved.proof
        solver.close()
    assert len(keys) == 1
    assert len(answers) == 1
    (key,) = keys
    if item.type == "choice":
        assert len(key) == 1
    elif item.type == "multi":
        assert 2 <= len(key) < len(item.options)
    else:
        assert answers != {None}
    if "{names}" in item.stem:
        assert len(stems) > 1


def _written(item: Item, lab: Lab | None, seed: int, texts: set[str]) -> list[int]:
    """Which options, by their place in the file, a set of texts is."""
    names = lab.choose(seed).get if lab else {}.get
    return [n for n, option in enumerate(item.options) if substitute(option.text, names) in texts]


def test_every_right_answer_is_told_why_and_no_wrong_one_is_left_without():
    for _lesson, item in ITEMS:
        assert all(option.why for option in item.options)
        assert item.options or item.why
