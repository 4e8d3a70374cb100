"""What `course new` writes passes `course check` as it is, and never takes the place of anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tutor.authoring.conftest import PAGE, QUIZ, Pack
from tutor.authoring.check import Options, check_course
from tutor.authoring.new import NewProblem, new_lab, new_lesson, new_pack, new_quiz
from tutor.course import NotInCourseError, load_course


def problems(folder: Path) -> list[str]:
    report = check_course(folder, Options(seeds=3), lambda _verdict: None)
    return [str(each.problem) for verdict in report.verdicts for each in verdict.findings]


def test_a_lesson_a_lab_and_questions_one_after_another(pack: Pack) -> None:
    made = new_lesson(load_course(pack.folder), "02-second/a-new-page", "L2.1")
    assert [path.relative_to(pack.folder).as_posix() for path in made.files] == [
        "02-second/a-new-page/lesson.md",
        "02-second/module.yaml",
    ]
    assert problems(pack.folder) == []
    made = new_lab(load_course(pack.folder), "L2.1", "a-lab")
    assert "Write into the page's first lines: world: a-lab. Then it can have demos." in made.next
    page = "my-pack/02-second/a-new-page/lesson.md"
    lab = (
        f"{page}: found a page without its lab `a-lab`,"
        " expected `:::lab id=a-lab` and `:::` where the lab begins"
    )
    assert problems(pack.folder) == [lab]
    new_quiz(load_course(pack.folder), "L2.1")
    asked = f"{page}: found a page without its questions, expected `:::quiz` and `:::` where they begin"
    assert problems(pack.folder) == [lab, asked]
    with pack.path("02-second/a-new-page/lesson.md").open("a", encoding="utf-8") as file:
        file.write("\n:::lab id=a-lab\n:::\n\n:::quiz\n:::\n")
    assert problems(pack.folder) == []
    course = load_course(pack.folder)
    assert [lesson.id for lesson in course.lessons()] == ["L1.1", "L2.1"]
    assert course.outline().modules[1].info.title == "Second"
    quiz = course.quiz("L2.1")
    assert quiz is not None
    assert [item.run and item.run.lab for item in quiz.items] == ["a-lab", "a-lab", None]


def test_questions_of_a_lesson_without_a_lab_are_about_a_fact(pack: Pack) -> None:
    new_lesson(load_course(pack.folder), "01-first/only-words", "L1.2")
    new_quiz(load_course(pack.folder), "L1.2")
    quiz = load_course(pack.folder).quiz("L1.2")
    assert quiz is not None
    assert [(item.run, item.facts) for item in quiz.items] == [(None, ("lambda.memory_default",))]
    assert [problem.split(": found ")[1] for problem in problems(pack.folder)] == [
        "a page without its questions, expected `:::quiz` and `:::` where they begin"
    ]


def test_a_second_lesson_leaves_the_module_as_it_is(pack: Pack) -> None:
    before = pack.path("01-first/module.yaml").read_text(encoding="utf-8")
    made = new_lesson(load_course(pack.folder), "01-first/more", "L1.2")
    assert len(made.files) == 1
    assert pack.path("01-first/module.yaml").read_text(encoding="utf-8") == before


def test_nothing_is_overwritten_and_nothing_half_written(pack: Pack) -> None:
    course = load_course(pack.folder)
    before = {path: path.read_bytes() for path in pack.folder.rglob("*") if path.is_file()}
    with pytest.raises(NewProblem, match=r"L1\.1\.yaml is there already\. Nothing was written"):
        new_quiz(course, "L1.1")
    with pytest.raises(NewProblem, match=r"course\.yaml is there already"):
        new_pack(pack.folder)
    pack.path("01-first/a-slow-greeting/code/other").mkdir()
    pack.path("01-first/a-slow-greeting/code/other/app.py").write_text("mine", encoding="utf-8")
    with pytest.raises(NewProblem, match=r"app\.py is there already"):
        new_lab(course, "L1.1", "other")
    assert not pack.path("01-first/a-slow-greeting/labs/other.yaml").exists()
    after = {path: path.read_bytes() for path in before}
    assert after == before


@pytest.mark.parametrize(
    ("where", "lesson_id", "says"),
    [
        ("no-module", "L1.2", "MODULE/NAME is wanted"),
        ("../out/there", "L1.2", "MODULE/NAME is wanted"),
        ("01-first/../../out", "L1.2", "MODULE/NAME is wanted"),
        ("/etc/cron", "L1.2", "MODULE/NAME is wanted"),
        ("shared/page", "L1.2", "shared cannot be the name of a module"),
        ("01-first/page", "../L1", "an id such as L5.9"),
        ("01-first/page", "L1.1", "There is a lesson L1.1 already"),
        ("01-first/a-slow-greeting", "L1.2", "lesson.md is there already"),
    ],
)
def test_what_cannot_be_a_lesson_is_refused(pack: Pack, where: str, lesson_id: str, says: str) -> None:
    with pytest.raises(NewProblem, match=says):
        new_lesson(load_course(pack.folder), where, lesson_id)


@pytest.mark.parametrize(
    ("name", "says"), [("Big Lab", "small letters"), ("../x", "small letters"), ("slow-greeting", "already")]
)
def test_what_cannot_be_a_lab_is_refused(pack: Pack, name: str, says: str) -> None:
    with pytest.raises(NewProblem, match=says):
        new_lab(load_course(pack.folder), "L1.1", name)


def test_a_lesson_that_is_not_there_is_named_with_one_that_is(pack: Pack) -> None:
    with pytest.raises(NotInCourseError, match=r"L1\.11.*Did you mean `L1\.1`"):
        new_lab(load_course(pack.folder), "L1.11", "lab")


def test_questions_lie_in_the_course_when_there_is_no_folder_for_them(pack: Pack) -> None:
    pack.path(QUIZ).unlink()
    pack.path("quizzes").rmdir()
    pack.edit(PAGE, ":::predict item=Q1.1-01\n:::\n\n", "")
    pack.edit(PAGE, ":::quiz\nA few questions. The pretend AWS works out the right answers.\n:::\n", "")
    made = new_quiz(load_course(pack.folder), "L1.1")
    assert made.files == (pack.folder / QUIZ,)
    assert len(problems(pack.folder)) == 1


def test_no_pack_is_made_inside_of_a_course(pack: Pack) -> None:
    for place in ("inner", "01-first/inner"):
        with pytest.raises(NewProblem, match="would lie in the course"):
            new_pack(pack.folder / place)
        assert not (pack.folder / place).exists()
    assert new_pack(pack.folder.parent / "beside").files


def test_a_pack_in_a_folder_with_an_odd_name(tmp_path: Path) -> None:
    folder = tmp_path / "Déjà vu (2026)"
    new_pack(folder)
    assert load_course(folder).info.id == "d-j-vu-2026"
    assert problems(folder) == []
