"""What no edit of content brings about by itself: checks that act, banks that can be guessed, old facts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from sandbox.facts import Facts
from tests.tutor.authoring.conftest import LAB, PAGE, QUIZ, Pack
from tutor.authoring import labs
from tutor.authoring.findings import Finding, Findings
from tutor.authoring.links import check_dates
from tutor.authoring.questions import check_bank
from tutor.authoring.scripts import read_lines
from tutor.course import load_course
from tutor.practice import LabRun, Result
from tutor.quiz.solved import Solved, SolvedOption

ROOT = Path(__file__).parents[3]


# -- what checking must not do -------------------------------------------------------------------------------


class Careless(LabRun):
    """Checks that let time pass in the learner's own world."""

    def examine(self, *args: object) -> list[Result]:
        changed = super().examine()
        if self.tried:
            self.world.advance(seconds=1)
        return changed


class Littering(LabRun):
    """Checks that leave a file in the learner's folder."""

    def examine(self, *args: object) -> list[Result]:
        (self.files / "litter.txt").write_text("x", encoding="utf-8")
        return super().examine()


@pytest.mark.parametrize("kind", [Careless, Littering])
def test_checks_that_change_what_is_the_learners_are_found(
    pack: Pack, monkeypatch: pytest.MonkeyPatch, kind: type[LabRun]
) -> None:
    monkeypatch.setattr("tutor.authoring.scripts.LabRun", kind)
    told = [each.problem for each in pack.findings("slow-greeting")]
    assert any(
        problem.file == pack.label(LAB) and problem.found.startswith("checks that change the learner's world")
        for problem in told
    )


class Moody(LabRun):
    """Checks that answer otherwise each time."""

    asked = 0

    def examine(self, *args: object) -> list[Result]:
        changed = super().examine()
        Moody.asked += 1
        for name, result in self.results.items():
            self.results[name] = msgspec.structs.replace(result, actual=f"the {Moody.asked}th answer")
        return changed


def test_checks_that_answer_otherwise_the_second_time_are_found(
    pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutor.authoring.scripts.LabRun", Moody)
    told = [each.problem for each in pack.findings("slow-greeting")]
    assert any(
        problem.line == pack.line(LAB, "- id: slow") and "and then `slow` passed" in problem.found
        for problem in told
    )


def test_a_slow_probe_is_a_warning(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labs, "SLOWEST_PROBE", 0.0)
    (told,) = pack.findings("slow-greeting")
    assert told.level == "warning"
    assert told.problem.line == pack.line(LAB, "- id: answers")
    assert told.problem.found.startswith("the probe of `answers`, which takes ")


# -- lines that fail -----------------------------------------------------------------------------------------


def test_only_a_comment_at_the_end_says_that_a_line_fails() -> None:
    lines = [
        "aws lambda get-function --function-name a  # fails",
        "aws lambda get-function --function-name b  #fails",
        "aws lambda get-function \\",
        "    --function-name c  # fails",
        "aws lambda invoke --payload '# fails' out.json",
        "# fails",
        "aws lambda invoke --payload '{",
        "  # fails",
        "}' out.json",
        "edit app.py <<END",
        "# fails",
        "x = 1  # fails",
        "END",
        "show logs",
    ]
    assert [(line.number, line.fails) for line in read_lines(lines, 11)] == [
        (11, True),
        (12, True),
        (13, True),
        (15, False),
        (17, False),
        (20, False),
        (24, False),
    ]


# -- questions together --------------------------------------------------------------------------------------


def solved(number: int, letter: str, right: str, *wrong: str) -> Solved:
    options = [SolvedOption(text, text == right, "because") for text in (right, *wrong)]
    return Solved(f"Q{number}", "choice", "What?", letter, tuple(options))


def bank(solved: Sequence[Solved]) -> list[Finding]:
    found = Findings()
    check_bank(solved, "quizzes", found)
    return list(found)


def test_a_bank_in_which_the_longest_is_right_is_told_of() -> None:
    asked = [solved(n, "AB"[n % 2], "x" * (20 if n < 5 else 5), "y" * 10, "z") for n in range(10)]
    (told,) = bank(asked)
    assert told.level == "warning"
    assert told.problem.found == "the longest option, which is right in 50% of the questions"
    assert bank(asked[1:]) == []  # nine questions are no bank
    assert bank([solved(n, "AB"[n % 2], "x" * (20 if n < 4 else 5), "y" * 10, "z") for n in range(10)]) == []


def test_a_bank_with_one_place_for_keys_is_told_of() -> None:
    (told,) = bank([solved(n, "A" if n < 7 else "B", "xx", "yyy", "z") for n in range(10)])
    assert told.problem.found == "7 of 10 right options at A"


def test_a_bank_in_which_the_shortest_is_right_is_told_of() -> None:
    asked = [solved(n, "AB"[n % 2], "x" * (5 if n < 5 else 20), "y" * 10) for n in range(10)]
    told = [each.problem.found for each in bank(asked)]
    assert "the shortest option, which is right in 50% of the questions" in told
    assert not any("shortest" in each.problem.found for each in bank([*asked[1:], solved(10, "A", "x", "y")]))


def multi(number: int, key: str) -> Solved:
    options = [SolvedOption(f"option {letter}", letter in key, "because") for letter in "ABCD"]
    return Solved(f"M{number}", "multi", "Which?", key, tuple(options))


def test_a_bank_in_which_multi_always_has_two_right_options_is_told_of() -> None:
    others = [Solved(f"T{n}", "text", "What?", "x") for n in range(7)]
    alike = [multi(1, "AB"), multi(2, "BD"), multi(3, "AC")]
    (told,) = bank([*others, *alike])
    assert (told.level, told.problem.found) == (
        "warning", "3 questions of type `multi`, each with 2 right options",
    )  # fmt: skip
    assert bank([*others, *alike[:2], multi(3, "ABC")]) == []
    assert bank([*others[1:], *alike]) == []  # nine questions are no bank
    assert bank([*others, Solved("T7", "text", "What?", "x"), *alike[:2]]) == []


# -- facts ---------------------------------------------------------------------------------------------------


def dates(pack: Pack, days: int) -> list[Finding]:
    newest = max(date.fromisoformat(fact.verified) for fact in Facts.load())
    found = Findings()
    check_dates(load_course(pack.folder), newest + timedelta(days=days), found)
    return list(found)


def test_old_facts_are_told_of_before_a_release(pack: Pack) -> None:
    assert dates(pack, 90) == []
    warned = dates(pack, 91)
    assert {each.level for each in warned} == {"warning"}
    assert [(each.problem.file, each.problem.line) for each in warned] == [
        ("facts.yaml", 0),
        (pack.label(PAGE), pack.line(PAGE, "{fact:lambda.timeout_default}")),
        (pack.label(QUIZ), pack.line(QUIZ, "facts: [lambda.memory_default]")),
    ]
    assert "`lambda.timeout_default`, verified 91 days ago" in warned[1].problem.found
    assert {each.level for each in dates(pack, 120)} == {"warning"}
    assert {each.level for each in dates(pack, 121)} == {"error"}


def test_only_a_release_looks_at_the_calendar(pack: Pack) -> None:
    old = date.max
    pack.edit(LAB, "flavour: fix-it", "flavor: fix-it")  # so that nothing is run
    told = [each for each in pack.check(today=old).verdicts[0].findings if "verified" in each.problem.found]
    assert told
    assert not pack.check().verdicts[0].findings
