"""Opening a course is cheap, and what is asked for that is not there is answered with a near name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tutor.course import Cache, ContentError, NotInCourseError, load, load_course, packaged, source

LESSON = "lessons/05-invocation/async-retries"


@pytest.mark.parametrize(
    "file", [f"{LESSON}/labs/three-tries.yaml", "quizzes/L5.3.yaml", "lessons/shared/misconceptions.yaml"]
)
def test_the_outline_does_not_need_what_it_does_not_show(file, folder, opened):
    (folder / file).write_text("[broken")
    course = opened()
    assert [lesson.id for lesson in course.lessons()] == ["L5.3"]
    assert course.check() != ()


def test_the_outline_reads_no_page_beyond_its_front_matter(folder, opened):
    page = folder / LESSON / "lesson.md"
    page.write_text(page.read_text() + "\n:::never-closed\n")
    course = opened()
    assert course.find("L5.3").front.title == "Async retries, slowly"
    with pytest.raises(ContentError, match="never-closed"):
        course.lesson("L5.3")


def test_a_lesson_is_read_once(opened, monkeypatch):
    course = opened()
    lesson = course.lesson("L5.3")
    monkeypatch.setattr(source, "read_bytes", None)
    assert course.lesson("L5.3") is lesson


def test_lessons_come_in_the_order_of_their_numbers(folder, opened):
    original = folder / LESSON
    for number, name in ((10, "aaa"), (2, "zzz")):
        copy = original.parent / name
        shutil.copytree(original, copy)
        page = copy / "lesson.md"
        page.write_text(page.read_text().replace("id: L5.3", f"id: L5.{number}"))
        (copy / "labs" / "three-tries.yaml").rename(copy / "labs" / f"lab-{number}.yaml")
    assert [lesson.id for lesson in opened().lessons()] == ["L5.2", "L5.3", "L5.10"]


def test_labs_come_in_the_order_of_the_page(folder, opened):
    lesson = folder / LESSON
    for name in ("a-first-name", "z-last-name"):
        shutil.copy(lesson / "labs" / "three-tries.yaml", lesson / "labs" / f"{name}.yaml")
    page = lesson / "lesson.md"
    page.write_text(page.read_text() + "\n:::lab id=z-last-name\n:::\n\n:::lab title=Z id=three-tries\n:::\n")
    assert [lab.id for lab in opened().find("L5.3").labs] == ["z-last-name", "three-tries", "a-first-name"]


def test_an_id_stands_for_one_lesson_and_one_lab(folder, problems):
    shutil.copytree(folder / LESSON, folder / "lessons/05-invocation/copy")
    messages = [str(problem) for problem in problems()]
    assert any("found the lesson `L5.3` again, expected another id than in" in text for text in messages)
    assert any("found the lab `three-tries` again" in text for text in messages)


def test_what_is_not_there_is_answered_with_a_near_name(opened):
    course = opened()
    with pytest.raises(
        NotInCourseError, match=r"there is no lesson `L5.33` in this course. Did you mean `L5.3`"
    ):
        course.lesson("L5.33")
    with pytest.raises(NotInCourseError, match=r"there is no lab `tree-tries`.*Did you mean `three-tries`"):
        course.lab("tree-tries")
    assert course.lesson_of_lab("three-tries") == "L5.3"


@pytest.mark.parametrize("name", ["code/none", "../..", "", "/etc", "code/flaky/app.py"])
def test_code_is_handed_out_of_the_lesson_alone(name, opened):
    with pytest.raises(ContentError, match="expected a folder with handler code"):
        opened().code("L5.3", name)


def test_quizzes_may_lie_inside_the_course_folder(folder, opened):
    (folder / "quizzes").rename(folder / "lessons" / "quizzes")
    quiz = opened().quiz("L5.3")
    assert quiz is not None
    assert quiz.item("Q5.3-07").type == "number"
    with pytest.raises(KeyError):
        quiz.item("Q5.3-99")


def test_a_lesson_without_questions_has_none(folder, opened):
    page = folder / LESSON / "lesson.md"
    page.write_text(page.read_text().replace(":::predict id=p1 item=Q5.3-04\n:::\n", ""))
    (folder / "quizzes" / "L5.3.yaml").unlink()
    course = opened()
    assert not course.find("L5.3").has_quiz
    assert course.quiz("L5.3") is None


def test_in_a_wheel_the_course_lies_in_the_package(tmp_path, monkeypatch):
    module = tmp_path / "tutor" / "course" / "load.py"
    monkeypatch.setattr(load, "__file__", str(module))
    assert packaged() == tmp_path / "lessons"
    bundled = tmp_path / "tutor" / "_bundled" / "lessons"
    bundled.mkdir(parents=True)
    assert packaged() == bundled


def test_without_facts_of_its_own_a_course_uses_those_of_today(folder, tmp_path):
    course = load_course(folder / "lessons", cache=Cache(tmp_path / "cache"))
    assert "may wait up to 6 hours" in course.lesson("L5.3").blocks[1].children[1].text


def test_the_users_cache_is_outside_of_the_course(monkeypatch, tmp_path, folder):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    store = Cache.of_user()
    assert store.folder is not None
    assert not store.folder.is_relative_to(folder)
