"""Courses of other people: more lessons than one, and content that does not work."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tutor.actions.bench import SEND, Person, errors, finish_quiz, seen, texts
from tutor.course import ContentError, packaged

Change = Callable[[str, str, str], None]
LESSON, LAB, QUIZ = "lesson.md", "three-tries.yaml", "L5.3.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of our own course, of one lesson."""
    lessons = tmp_path / "course" / "lessons"
    shutil.copytree(packaged(), lessons)
    for page in list(lessons.rglob("lesson.md")):
        if "id: L5.3" not in page.read_text():
            shutil.rmtree(page.parent)
    for module in list(lessons.rglob("module.yaml")):
        if not list(module.parent.rglob("lesson.md")):
            shutil.rmtree(module.parent)
    told = (lessons / "course.yaml").read_text()
    (lessons / "course.yaml").write_text(re.sub(r"lessons: \[.*\]", "lessons: [L5.3]", told))
    (tmp_path / "course" / "quizzes").mkdir()
    shutil.copy(packaged().parent / "quizzes" / QUIZ, tmp_path / "course" / "quizzes")
    return tmp_path / "course"


@pytest.fixture
def change(folder: Path) -> Change:
    def in_file(name: str, old: str, new: str) -> None:
        (file,) = folder.rglob(name)
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new, 1))

    return in_file


@pytest.fixture
def second(folder: Path) -> Path:
    """The course with a second lesson that has a lab and no quiz, and a third one with neither."""
    first = next(folder.rglob("lesson.md")).parent
    for number, name in ((4, "second"), (5, "third")):
        shutil.copytree(first, first.parent / name)
        page = first.parent / name / "lesson.md"
        text = page.read_text().replace("id: L5.3", f"id: L5.{number}").split(":::", 1)[0]
        for objective in "abc":
            text = text.replace(f"O5.3{objective}", f"O5.{number}{objective}")
        page.write_text(text.replace("world: three-tries", f"world: {name}" if number == 4 else "#"))
        (lab,) = (first.parent / name).rglob("*.yaml")
        for script in (first.parent / name).rglob("*.try"):
            script.rename(script.with_name(script.name.replace("three-tries", name)))
        lab.write_text(lab.read_text().replace("id: three-tries", f"id: {name}"))
        lab.rename(lab.with_name(f"{name}.yaml"))
        if number == 5:
            for part in ("labs", "solutions", "wrong"):
                shutil.rmtree(first.parent / name / part)
    return folder / "lessons"


def place(person: Person) -> tuple[str, str]:
    return person.view.place, person.view.current


def test_next_goes_through_all_of_them(enter, second):
    person = enter(course=second)
    order = [place(person)]
    for _ in range(6):
        person.do("go.next")
        if person.view.place == "quiz":
            finish_quiz(person)
        order.append(place(person))
    assert order == [
        ("lesson", "L5.3"),
        ("lab", "three-tries"),
        ("quiz", "quiz:L5.3"),
        ("lesson", "L5.4"),
        ("lab", "second"),
        ("lesson", "L5.5"),
        ("lesson", "L5.5"),
    ]
    assert {entry.id: entry.mark for entry in person.view.outline if entry.kind == "lesson"} == {
        "L5.3": "done",
        "L5.4": "done",
        "L5.5": "done",
    }


def test_each_lab_is_kept_while_another_is_open(enter, second):
    person = enter(course=second)
    person.do("go.lab")
    person.type(SEND, "clock advance 1m")
    first = seen(person.view)["lab"]
    person.do("go.lab", ref="second")
    assert place(person) == ("lab", "second")
    person.type("clock advance 2m")
    person.do("go.lab", ref="three-tries")
    assert seen(person.view)["lab"] == first
    person.do("go.lab", ref="second")
    person, _said = person.come_back()
    assert place(person) == ("lab", "second")
    assert person.view.lab.clock == "Mon 09:02:00"
    assert person.do("go.lesson").lines == ()
    assert (place(person), person.view.lesson.id) == (("lesson", "L5.4"), "L5.4")
    person.leave()


def test_what_a_lesson_does_not_have_is_said_so_and_the_open_quiz_stays(enter, second):
    person = enter(course=second)
    person.do("go.quiz")
    assert errors(person.do("go.quiz", ref="L5.4")) == ["L5.4 has no quiz."]
    assert place(person) == ("quiz", "quiz:L5.3")
    assert texts(person.do("quiz.answer", response="A"), "answer")
    person.do("go.lesson", ref="L5.5")
    assert texts(person.do("go.lab")) == ["This lesson has no lab."]
    assert errors(person.do("go.quiz")) == ["L5.5 has no quiz."]
    assert errors(person.do("lesson.run")) == ["There is nothing to run on this page."]
    assert place(person) == ("lesson", "L5.5")


def test_a_page_that_writes_a_file_plays(enter, folder, change):
    demo = ''':::demo id=mend title="Mend it"
edit app.py <<DONE
SAID = """at the
END
"""
def handler(event, context):
    return f"{context.function_name} {SAID}"
DONE
deploy
aws lambda invoke --function-name {names} --payload '{}' /dev/stdout
:::

## Another trouble: no room
'''
    change(LESSON, "## Another trouble: no room\n", demo)
    said = enter(course=folder / "lessons").do("lesson.run", block="mend")
    assert errors(said) == []
    assert "at the\\nEND\\n" in "".join(texts(said, "output"))


# -- content that does not work ----------------------------------------------------------------------------


def refused(person: Person, action: str, **args: str) -> str:
    """What is said of content that cannot be used; the person stays where they are, and can go on."""
    before = seen(person.view)
    with pytest.raises(ContentError) as caught:
        person.tutor.perform(action, **args)
    assert seen(person.view) == before
    assert {action.place for action in person.tutor.available()} <= {"", person.view.place}
    return str(caught.value)


def test_a_lab_whose_step_does_not_work_is_a_problem_of_content(enter, folder, change):
    change(LAB, "sqs.create_queue: {QueueName: letters}", 'sqs.create_queue: {QueueName: "no letters"}')
    person = enter(course=folder / "lessons")
    for action, args in (("go.lab", {}), ("lesson.run", {"block": "retry"}), ("go.quiz", {})):
        said = refused(person, action, **args)
        assert "found sqs.create_queue, which is answered with `An error occurred" in said
    assert person.tutor.store.attempt("lab", "three-tries") is None
    assert person.do("go.outline").lines == ()


def test_a_question_with_two_keys_is_a_problem_of_content(enter, folder, change):
    change(
        QUIZ,
        'claim: {timeline: {function: worker, last_start: {equals: "09:00:01"}}}',
        "claim: {trace: {function: worker}}",
    )
    person = enter(course=folder / "lessons")
    said = refused(person, "go.quiz")
    assert said.startswith("Q5.3-04: found 2 of 4 options that are true")
    person.do("go.lab")
    assert refused(person, "go.quiz") == said
    assert errors(person.type("clock advance 1m")) == []
    assert person.view.lab.clock == "Mon 09:01:00"


def test_a_broken_question_in_the_middle_does_not_hold_up_the_others(enter, folder, change):
    change(QUIZ, "claim: {queue: {name: letters, count: 3}}", "claim: {queue: {name: letters, count: 1}}")
    person = enter(course=folder / "lessons")
    person.do("go.quiz")
    person.do("quiz.next")
    with pytest.raises(ContentError, match=r"Q5\.3-08"):
        person.tutor.perform("quiz.next")
    assert errors(person.do("quiz.next")) == []
    assert person.view.quiz.id == "Q5.3-09"


def test_a_course_that_cannot_be_read_is_refused_at_the_door(tmp_path):
    with pytest.raises(ContentError):
        Person(tmp_path / "state", tmp_path / "nowhere")


def test_an_answer_to_a_task_is_kept(enter, folder, change):
    first = '  - id: fails\n    say: "Send one asynchronous event and watch it fail"\n    check: '
    change(LAB, first, first + "{answer: {is: seven}}\n    why: x\n  - id: failed\n    say: y\n    check: ")
    person = enter(course=folder / "lessons")
    person.do("go.lab")
    person.type("answer six")
    assert person.view.lab.tasks[0].status == "not_yet"
    person.type("answer Seven")
    assert person.view.lab.tasks[0].status == "pass"
    person.leave()
    again = enter(course=folder / "lessons")
    again.tutor.resume()
    again.tutor.examine()
    assert again.view.lab.tasks[0].status == "pass"
