"""Every lab of our own course is finished through plain mode, by typing one of its solutions."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import pytest

from tutor.actions.tutor import Tutor
from tutor.course import Course, load_course, packaged
from tutor.plain.app import Plain
from tutor.plain.keyboard import Keyboard
from tutor.plain.speech import Speaker
from tutor.progress import Store


@cache
def course() -> Course:
    return load_course(packaged())


LABS = [lab.id for lesson in course().lessons() for lab in lesson.labs]


@pytest.mark.parametrize("lab", LABS)
def test_a_lab_is_finished_by_typing_its_solution(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lab: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    state = tmp_path / "state"
    typed = [f"lab {lab}", *course().lab(lab).solutions[0].commands, "goal", "tasks", "outline", "quit"]
    out = io.StringIO()
    speaker = Speaker(out, 76)
    keyboard = Keyboard(io.StringIO("".join(f"{line}\n" for line in typed)), speaker.echo, interactive=False)
    assert Plain(lambda: Tutor.open(state=state), keyboard, speaker).run() == 0
    text = out.getvalue()
    assert "All tasks are done." in text
    assert "That took " in text.replace("\n", " ")
    told = text.rpartition("> tasks\n")[2].partition("> outline\n")[0]
    assert told.count(": PASS. ") == len(course().lab(lab).tasks)
    assert "best " in text.rpartition("> outline\n")[2]
    store = Store.open(state)
    done = store.done("lab", lab)
    store.close()
    assert done
