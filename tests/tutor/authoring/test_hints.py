"""Which commands a hint holds, and what is wrong with one of ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tutor.authoring.conftest import LAB, LESSON, Pack
from tutor.authoring.findings import Findings
from tutor.authoring.hints import check_hints, commands_in
from tutor.authoring.places import Places
from tutor.authoring.scripts import opened
from tutor.course import load_course
from tutor.course.source import read_source


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        ("How long may the code run?", []),
        ("Undo is no command, and undo would be one.", []),
        ("Let time pass, and show timeline tells.", []),
        ("The command aws lambda invoke calls a function.", []),
        ("aws iam list-roles", ["aws iam list-roles"]),
        ("Try one: aws iam list-roles. What is there?", ["aws iam list-roles"]),
        ("aws iam list-roles, and then: clock advance 5s", ["aws iam list-roles", "clock advance 5s"]),
        ("deploy, then show timeline and explain", ["deploy", "show timeline", "explain"]),
        ("aws iam list-roles, and then ask once more.", ["aws iam list-roles"]),
        (
            'aws lambda invoke --payload \'{"a": "x, then: deploy. Or"}\' out.json, then: explain.',
            ['aws lambda invoke --payload \'{"a": "x, then: deploy. Or"}\' out.json', "explain"],
        ),
    ],
)
def test_the_commands_of_a_hint_are_told_from_its_words(text: str, commands: list[str]) -> None:
    assert list(commands_in(text)) == commands


@pytest.mark.parametrize(
    ("hint", "wrong"),
    [
        ("clock", ""),
        ("clock advance 5m", ""),
        ("clock advance", "duration"),
        ("clock settle now", "too many words behind `clock`"),
        ("clock tick", "`tick`, where"),
        ("show logs {names}", ""),
        ("show log", "Did you mean `logs`?"),
        ("explain 3", ""),
        ("explain it all", "only a number"),
        ("load {names} --rate 2 --for 30s", ""),
        ("load {names} --rate 2", "no `--for`"),
        ("load --rate 2 --for 3s", "no function"),
        ("load {names} --rat 2 --for 3s", "Did you mean `--rate`?"),
        ("undo takes back what you did", "too many words behind `undo`"),
        ("edit", "something must stand behind it"),
        ("deploy {names}", ""),
        ("aws lambda get-function --function-name {names} --query 'x", "is not closed"),
        (
            "aws lambda invoke --function-name {names} --client-context e30= out.json",
            "--client-context is not",
        ),
        ("aws lambda get-function", "arguments are required: --function-name"),
        ("aws lambda invoke help", ""),
        ("aws lambda wait function-active-v2 --function-name {names}", ""),
        ("aws logs tail /aws/lambda/{names} --since 10m", ""),
        ("aws logs tail", "group_name"),
        ("aws s3 cp photo.jpg s3://{names}/", ""),
        ("aws s3 cp photo.jpg s3://{names}/ --fast", "--fast"),
        ("aws ec2 describe-instances", "ec2 is not implemented here"),
    ],
)
def test_what_the_console_would_refuse_is_found(pack: Pack, hint: str, wrong: str) -> None:
    old = "Its timeout is one second, and the code needs two."
    pack.edit(LAB, f'"{old}"', repr(hint) if "'" not in hint else f'"{hint}"')
    course = load_course(pack.folder)
    lab = course.lesson("L1.1").lab("slow-greeting")
    found = Findings()
    with opened(lab, Path(pack.folder / LESSON), 1) as run:
        before = len(run.world.trace)
        check_hints(run, Places(read_source(pack.path(LAB), LAB)), found)
        assert len(run.world.trace) == before
    told = [each.problem for each in found]
    assert bool(told) is bool(wrong)
    assert all(wrong in each.found and each.line == pack.line(LAB, hint) for each in told)
