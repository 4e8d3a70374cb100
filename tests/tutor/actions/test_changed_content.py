"""Coming back to a course that its author changed meanwhile: what still fits goes on."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.tutor.actions.bench import SEND, SOLVE, finish_quiz, texts
from tests.tutor.actions.test_coming_back import BACK, afresh, back
from tests.tutor.actions.test_quiz import right
from tutor.actions.lab_form import fingerprint_before
from tutor.course import packaged


def test_a_lab_that_its_author_changed_starts_afresh(enter, tmp_path):
    course = tmp_path / "course"
    shutil.copytree(packaged(), course / "lessons")
    shutil.copytree(packaged().parent / "quizzes", course / "quizzes")
    person = enter(course=course / "lessons")
    person.do("go.quiz")
    finish_quiz(person)
    person.do("go.lab")
    person.type(*SOLVE)
    person.leave()
    file = next((course / "lessons").rglob("three-tries.yaml"))
    text = file.read_text()
    changed = re.sub(r"account_limit: \d+", "account_limit: 900", text)
    assert changed != text
    file.write_text(changed)
    afresh(
        enter, "The lab's beginning has changed since you were here, so it starts afresh.", course / "lessons"
    )


def own_course(tmp_path) -> Path:
    course = tmp_path / "course"
    shutil.copytree(packaged(), course / "lessons")
    shutil.copytree(packaged().parent / "quizzes", course / "quizzes")
    return course / "lessons"


def reworded(course: Path) -> None:
    file = next(course.rglob("three-tries.yaml"))
    lines = file.read_text().splitlines()
    told = ("minutes:", "title:", "intro:")
    lines = [f"{line} # reworded" if line.startswith(told[:1]) else line for line in lines]
    lines = [line.replace("minutes: 12", "minutes: 13") for line in lines]
    first = next(n for n, line in enumerate(lines) if line.strip().startswith("say: "))
    lines[first] = lines[first].replace("say: ", "say: Now, ") if '"' not in lines[first] else lines[first]
    file.write_text("\n# one line more\n" + "\n".join(lines) + "\n")


def test_a_lab_of_which_only_words_changed_goes_on(enter, tmp_path):
    course = own_course(tmp_path)
    person = enter(course=course)
    person.do("go.lab")
    person.type(SEND, "clock advance 90s")
    person.leave()
    reworded(course)
    person = enter(course=course)
    assert texts(person.resume(), "note") == [BACK]
    assert person.view.lab.clock.startswith("Mon 09:01:3")
    assert person.view.lab.minutes == 13
    person.leave()


def test_a_lab_whose_code_changed_starts_afresh_and_says_where_the_files_are(enter, tmp_path):
    course = own_course(tmp_path)
    person = enter(course=course)
    person.do("go.lab")
    person.type(SEND, "clock advance 90s")
    kept = person.tutor.labs.run_open.files
    person.leave()
    for file in course.rglob("code/*/app.py"):
        file.write_text(file.read_text() + "\n# changed\n")
    person = enter(course=course)
    (note,) = texts(person.resume(), "note")
    assert "has changed since you were here" in note
    assert note.endswith(f"Your files as they were are kept in {kept}.")
    assert person.view.lab.clock == "Mon 09:00:00"
    person.leave()


def test_an_attempt_kept_in_the_form_of_before_goes_on_and_takes_the_new_one(enter):
    person = enter()
    person.do("go.lab")
    person.type(SEND, "clock advance 90s")
    store, attempt = person.tutor.store, person.tutor.labs.attempt
    store.renew_attempt(attempt.id, fingerprint_before(person.tutor.labs.run_open.lab))
    person, said = back(person)
    assert texts(said, "note") == [BACK]
    assert person.view.lab.clock.startswith("Mon 09:01:3")
    kept = person.tutor.store.attempt("lab", attempt.ref).content
    assert kept == attempt.content
    assert kept.startswith("world-")
    person.leave()


def more_options(course: Path) -> None:
    """Another option for the question that comes first: the letters stand for other options then."""
    file = course.parent / "quizzes" / "L5.3.yaml"
    text = file.read_text()
    start = text.index("    options:\n") + len("    options:\n")
    option = '      - text: "quite another one"\n        claim: {trace: {function: worker, count: 77}}\n'
    file.write_text(text[:start] + option + '        why: "No."\n' + text[start:])


def test_an_answer_to_a_question_that_got_another_option_is_asked_for_again(enter, tmp_path):
    course = own_course(tmp_path)
    person = enter(course=course)
    person.do("go.quiz")
    first = person.view.quiz.id
    person.do("quiz.answer", response=right(person))
    person.do("quiz.next")
    second = person.view.quiz.id
    person.do("quiz.answer", response=right(person))
    left = person.view.quiz.left
    person.leave()
    more_options(course)
    person = enter(course=course)
    person.resume()
    assert person.view.quiz.id == first
    assert not person.view.quiz.answered
    assert person.view.quiz.left == left + 1, "a right answer to another form of it does not count"
    person.do("quiz.next")
    assert person.view.quiz.id == second
    assert person.view.quiz.answered
    person.leave()


def test_an_answer_to_a_question_that_is_worded_anew_stays(enter, tmp_path):
    course = own_course(tmp_path)
    person = enter(course=course)
    person.do("go.quiz")
    first = person.view.quiz.id
    person.do("quiz.answer", response=right(person))
    left = person.view.quiz.left
    person.leave()
    file = course.parent / "quizzes" / "L5.3.yaml"
    file.write_text("\n# a line\n" + file.read_text().replace('why: "', 'why: "Well. '))
    person = enter(course=course)
    person.resume()
    person.do("quiz.back")
    assert (person.view.quiz.id, person.view.quiz.answered) == (first, True)
    assert person.view.quiz.left == left
    person.leave()


def with_a_warning(course: Path) -> None:
    file = next(course.rglob("three-tries.yaml"))
    never = (
        '  - if: {resource: {kind: queue, name: wrong-one}}\n    say: "The queue wrong-one is in the way."\n'
    )
    text = file.read_text()
    text = (
        text.replace("\nnever:\n", f"\nnever:\n{never}") if "\nnever:\n" in text else f"{text}never:\n{never}"
    )
    file.write_text(text)


def test_a_lab_is_not_done_while_it_warns(enter, tmp_path):
    course = own_course(tmp_path)
    with_a_warning(course)
    person = enter(course=course)
    person.do("go.lab")
    said = person.type("aws sqs create-queue --queue-name wrong-one", *SOLVE)
    held = "All tasks pass, but the lab is not done as long as this is so."
    assert {task.status for task in person.view.lab.tasks} == {"pass"}
    assert not person.view.lab.done
    assert person.view.lab.warnings == ("The queue wrong-one is in the way.",)
    assert texts(said, "error")[-2:] == ["The queue wrong-one is in the way.", held]
    assert not person.tutor.store.done("lab", "three-tries")
    for action in ("lab.check", "lab.tasks", "lab.hint"):
        assert texts(person.do(action), "error") == ["The queue wrong-one is in the way.", held]
    person, _said = back(person)
    assert not person.view.lab.done
    said = person.type("aws sqs delete-queue --queue-url wrong-one")
    assert person.view.lab.done
    assert any(text.startswith("All tasks are done.") for text in texts(said, "say"))
    assert person.tutor.store.done("lab", "three-tries")
    person.leave()
