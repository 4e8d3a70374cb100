from __future__ import annotations

import threading

import pytest

from tests.tutor.tui.fake import FakeTutor
from tutor.actions.registry import Outcome
from tutor.course.problems import ContentError, ContentProblem
from tutor.tui.engine import COMPLETE, RESUME, Engine


@pytest.fixture
def core():
    return FakeTutor("lab")


@pytest.fixture
def frames():
    return []


@pytest.fixture
def engine(core, frames):
    made = Engine(lambda: core)
    made.listen(frames.append)
    made.start()
    made.opened.result(5)
    yield made
    assert made.close(5)


def done(frames):
    return [frame.action for frame in frames if frame.kind == "done"]


def test_actions_are_performed_in_order_in_one_thread_that_is_not_ours(engine, core, frames):
    engine.submit("lab.hint")
    engine.submit("lab.skip")
    engine.close(5)
    assert done(frames) == ["lab.hint", "lab.skip"]
    assert core.threads == {"tutor-core"}
    assert core.threads != {threading.current_thread().name}


def test_each_action_begins_ends_and_is_examined(engine, frames):
    engine.submit("lab.skip")
    while not any(frame.kind == "examined" for frame in frames):
        threading.Event().wait(0.01)
    assert [frame.kind for frame in frames] == ["started", "done", "examined"]
    assert [line.kind for line in frames[-1].lines] == ["check"]


def test_an_examination_is_left_out_when_another_action_waits(engine, core, frames):
    core.gate = threading.Event()
    engine.submit("lab.hint")
    engine.submit("lab.skip")
    core.gate.set()
    engine.close(5)
    assert [frame.kind for frame in frames].count("examined") == 0


def test_a_line_is_completed_and_checks_that_it_cut_short_are_made_up_for(engine, core, frames):
    checking, examinations = threading.Event(), []

    def examine(cancelled):
        examinations.append(cancelled)
        checking.set()
        while len(examinations) == 1 and not cancelled():
            threading.Event().wait(0.01)
        return Outcome()

    core.examine = examine
    engine.submit("lab.skip")
    assert checking.wait(5)
    engine.submit(COMPLETE, line="dep")
    while len(examinations) < 2:
        threading.Event().wait(0.01)
    engine.close(5)
    assert [(frame.kind, frame.action) for frame in frames] == [
        ("started", "lab.skip"),
        ("done", "lab.skip"),
        ("examined", "lab.skip"),
        ("completed", COMPLETE),
        ("examined", "lab.skip"),
    ]
    assert frames[3].words == ("deploy",)
    assert frames[2].waiting == 1


def test_completing_a_line_checks_nothing_by_itself(engine, core, frames):
    engine.submit(COMPLETE, line="dep")
    engine.close(5)
    assert [frame.kind for frame in frames] == ["completed"]


def test_cancelling_drops_what_waits_but_never_a_file(engine, core):
    core.gate = threading.Event()
    engine.submit("lab.hint")
    while not core.calls:
        threading.Event().wait(0.01)
    engine.submit("lab.skip")
    engine.submit("lab.save_file", name="app.py", text="x = 1\n")
    assert engine.cancel()
    core.gate.set()
    engine.close(5)
    assert [name for name, _args in core.calls] == ["lab.hint", "lab.save_file"]


def test_closing_performs_what_waits_and_closes_the_core(engine, core):
    core.gate = threading.Event()
    engine.submit("lab.hint")
    engine.submit("lab.skip")
    core.gate.set()
    assert engine.close(5)
    assert [name for name, _args in core.calls] == ["lab.hint", "lab.skip"]
    assert core.closed


def test_content_that_cannot_be_used_is_an_answer(engine, core, frames):
    def broken(**args: str) -> Outcome:
        raise ContentError([ContentProblem("labs/a.yaml", 3, "nothing", "a text")])

    core.go_lab = broken
    engine.submit("go.lab")
    engine.close(5)
    assert "labs/a.yaml:3" in frames[1].lines[0].text
    assert not any(frame.kind == "crash" for frame in frames)


def test_a_mistake_is_handed_over_and_ends_the_thread(engine, core, frames):
    def broken(**args: str) -> Outcome:
        raise ZeroDivisionError

    core.lab_skip = broken
    engine.submit("lab.skip")
    assert engine.close(5)
    assert isinstance(frames[-1].error, ZeroDivisionError)
    assert core.closed


def test_a_core_that_cannot_be_opened_says_why():
    def broken():
        raise ContentError([ContentProblem("course.yaml", 0, "nothing", "a file")])

    engine = Engine(broken)
    engine.start()
    with pytest.raises(ContentError, match=r"course\.yaml"):
        engine.opened.result(5)


def test_the_skin_goes_back_to_where_the_person_was(engine, core):
    engine.submit(RESUME)
    engine.close(5)
    assert core.calls == [("resume", {})]
