"""Console lines of content, as they are shown."""

from __future__ import annotations

from sandbox.console import split_script
from tutor.course import by_command, commands

LINES = (
    "edit app.py <<END",
    "def handler(event, context):",
    "",
    "    return event",
    "END",
    "deploy",
    "edit notes.txt << 'DONE'",
    "END",
    "DONE",
    "show files notes.txt",
)


def test_the_text_that_an_edit_writes_stands_with_it():
    assert by_command(LINES) == [
        list(LINES[:5]), ["deploy"], list(LINES[6:9]), ["show files notes.txt"],
    ]  # fmt: skip


def test_what_is_shown_as_one_command_is_one_command_of_the_console():
    shown = by_command(LINES)
    assert len(shown) == len(commands(LINES)) == len(split_script("\n".join(LINES)))
    assert [line for typed in shown for line in typed] == list(LINES)


def test_an_edit_without_an_end_takes_the_rest():
    assert by_command(LINES[:3]) == [list(LINES[:3])]


def test_the_mark_for_course_check_is_not_shown():
    assert by_command(["aws sqs list-queues # fails", "edit a <<END", "x  # fails", "END"]) == [
        ["aws sqs list-queues"],
        ["edit a <<END", "x  # fails", "END"],
    ]
