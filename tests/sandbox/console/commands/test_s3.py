"""`aws s3` over the S3 that is here, and stock AWS CLI v1 over an S3 of its own: they print the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import World
from sandbox.console import Console, split
from tests.sandbox.console import oracle

FILES = {"a.txt": b"alpha", "b.json": b"{}", "sub/c.txt": b"gamma!", "sub/d.tmp": b"delta"}


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


@pytest.fixture
def shell(world: World, bench: Any) -> Console:
    bench.files.content.clear()
    bench.files.content.update(FILES)
    return Console(world.client, bench.files, services=["s3"], now=lambda: world.now)


SAME = """
aws s3 ls
aws s3 mb s3://pictures
aws s3 mb s3://others
aws s3 ls
aws s3 cp a.txt s3://pictures
aws s3 cp ./a.txt s3://pictures/in/
aws s3 cp a.txt s3://pictures/in/named.txt --content-type text/plain --quiet
aws s3 cp sub/c.txt s3://pictures/in/deep/
aws s3 ls s3://pictures
aws s3 ls s3://pictures/in
aws s3 ls s3://pictures/in/
aws s3 ls pictures/in/n
aws s3 ls s3://pictures --recursive
aws s3 ls s3://pictures --recursive --human-readable --summarize
aws s3 ls s3://pictures/nothing
aws s3 ls s3://nowhere
aws s3 cp sub s3://pictures/all --recursive
aws s3 cp sub s3://pictures/some/ --recursive --exclude * --include *.txt
aws s3 cp sub s3://pictures/rest/ --recursive --exclude *.txt --dryrun
aws s3 cp s3://pictures/in/named.txt .
aws s3 cp s3://pictures/in/named.txt copied.txt
aws s3 cp s3://pictures/in/named.txt fresh/folder/
aws s3 cp s3://pictures/in/named.txt -
aws s3 cp s3://pictures/in/ back --recursive
aws s3 cp s3://pictures/in/named.txt s3://others/x.txt
aws s3 cp s3://pictures/all/ s3://others/all --recursive --only-show-errors
aws s3 ls s3://others --recursive
aws s3 cp s3://pictures/none.txt .
aws s3 cp a.txt s3://nowhere/
aws s3 sync sub s3://others/synced
aws s3 sync sub s3://others/synced
aws s3 rm s3://others/synced/c.txt
aws s3 sync sub s3://others/synced
aws s3 cp b.json s3://others/synced/extra.json
aws s3 sync sub s3://others/synced --delete
aws s3 sync s3://others/synced down
aws s3 sync s3://others/synced s3://pictures/mirror
aws s3 mv a.txt s3://others/
aws s3 mv s3://others/a.txt s3://others/moved.txt
aws s3 mv s3://others/moved.txt home.txt
aws s3 mv s3://pictures/all/ s3://others/moved/ --recursive
aws s3 rm s3://others/none.txt
aws s3 rm s3://others/synced --recursive --dryrun
aws s3 rm s3://others/synced --recursive --exclude *.txt
aws s3 rb s3://others
aws s3 rb s3://others --force
aws s3 rb s3://others
aws s3 ls s3://pictures --recursive
""".strip().splitlines()


def told(text: str) -> list[str]:
    """Lines without progress, in any order: AWS CLI copies many at once."""
    lines = re.sub(r"[^\n]*\r", "", text).splitlines()
    return sorted(re.sub(r"^[\d-]{10} [\d:]{8}", "WHEN", line).rstrip() for line in lines if line.strip())


def test_a_long_session_prints_what_stock_aws_cli_prints(shell: Console, tmp_path: Path) -> None:
    answers = oracle.ask_s3([split(line)[1:] for line in SAME], tmp_path, FILES)
    for line, answer in zip(SAME, answers, strict=True):
        done = shell.run(line)
        assert told(done.out) == told(answer["out"]), line
        assert told(done.err) == told(answer["err"]), line
        # An error of AWS ends v1 with 255 and v2 with 254.
        assert done.code == {255: 254}.get(answer["code"], answer["code"]), line


def test_a_type_is_guessed_and_metadata_kept(shell: Console, world: World) -> None:
    shell.run("aws s3 mb s3://pictures")
    shell.run("aws s3 cp b.json s3://pictures --metadata Owner=ada,Stage=dev --cache-control no-store")
    head = world.client("s3").head_object(Bucket="pictures", Key="b.json")
    assert (head["ContentType"], head["CacheControl"]) == ("application/json", "no-store")
    assert {name.lower(): value for name, value in head["Metadata"].items()} == {
        "owner": "ada",
        "stage": "dev",
    }
    shell.run("aws s3 cp b.json s3://pictures/plain --no-guess-mime-type")
    assert (
        world.client("s3").head_object(Bucket="pictures", Key="plain")["ContentType"] == "binary/octet-stream"
    )


def test_sync_copies_a_file_of_the_same_size_with_other_content(shell: Console, bench: Any) -> None:
    shell.run("aws s3 mb s3://pictures")
    shell.run("aws s3 sync sub s3://pictures")
    bench.files.content["sub/c.txt"] = b"GAMMA!"
    assert shell.run("aws s3 sync sub s3://pictures --size-only").out == ""
    assert shell.run("aws s3 sync sub s3://pictures").out == "upload: sub/c.txt to s3://pictures/c.txt\n"
    assert shell.run("aws s3 sync s3://pictures sub").out == ""


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("aws s3 cp none.txt s3://pictures", 255, "The user-provided path none.txt does not exist."),
        ("aws s3 cp a.txt b.txt", 252, "Error: Invalid argument type"),
        ("aws s3 rm a.txt", 252, "Error: Invalid argument type"),
        ("aws s3 mb pictures", 252, "Error: Invalid argument type"),
        ("aws s3 cp - s3://pictures/x", 252, "There is no standard input here."),
        ("aws s3 cp ../secret s3://pictures/x", 255, "../secret is outside of your folder."),
        ("aws s3 cp /etc/passwd s3://pictures/x", 255, "/etc/passwd is outside of your folder."),
        ("aws s3 cp a.txt s3://", 252, "names no bucket"),
        ("aws s3 cp sub s3://pictures/", 1, "Is a directory; add --recursive"),
        ("aws s3 mv s3://pictures/a s3://pictures/a", 252, "Cannot mv a file onto itself"),
        ("aws s3 rb s3://pictures/key", 255, "Please specify a valid bucket name only. E.g. s3://pictures"),
        ("aws s3 cp a.txt", 252, "the following arguments are required: paths"),
        ("aws s3", 252, "the following arguments are required: subcommand"),
        ("aws s3 lss", 252, "argument subcommand: Found invalid choice 'lss'\n\nMaybe you meant:\n\n  * ls"),
        ("aws s3 ls s3://pictures more", 252, "Unknown options: more"),
        ("aws s3 cp a.txt s3://pictures --metadata a", 252, "Error parsing parameter '--metadata'"),
    ],
)
def test_mistakes_are_told(line: str, code: int, words: str, shell: Console) -> None:
    shell.run("aws s3 mb s3://pictures")
    done = shell.run(line)
    assert done.code == code, done
    assert words in done.err
    assert done.out == ""


def test_many_objects_come_in_pages(shell: Console, world: World) -> None:
    client = world.client("s3")
    client.create_bucket(Bucket="pictures")
    for number in range(1005):
        client.put_object(Bucket="pictures", Key=f"{number:05}", Body=b"x")
    assert len(shell.run("aws s3 ls s3://pictures").out.splitlines()) == 1005
    assert shell.run("aws s3 rb s3://pictures --force").out.count("delete:") == 1005


@pytest.mark.parametrize("word", ["ls", "mb", "rb", "cp", "mv", "rm", "sync"])
def test_every_command_has_help_and_an_example(word: str, shell: Console) -> None:
    shown = shell.run(f"aws s3 {word} help")
    assert shown.code == 0
    assert f"aws s3 {word} " in shown.out
    assert f"\n  {word}\n" in shell.run("aws s3 help").out
