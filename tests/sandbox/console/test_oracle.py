"""Stock AWS CLI v1 is asked about the same lines: they must send, and print, the same."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import yaml
from botocore import xform_name
from botocore.exceptions import ClientError

from sandbox.console import split, split_script
from sandbox.console.arguments import command
from sandbox.console.catalogue import service
from sandbox.console.commands.highlevel import REFUSED
from tests.sandbox.console import oracle

HERE = Path(__file__).parent
LINES = [line.text for line in split_script((HERE / "real_lines.txt").read_text())]
KNOWN = [known["line"] for known in yaml.safe_load((HERE / "known_lines.yaml").read_text())]
REPLIES = yaml.safe_load((HERE / "replies.yaml").read_text())
FORMS = ("json", "text", "table")
POLICY = "AssumeRolePolicyDocument"
DIFFERENCES = yaml.safe_load((HERE / "v2_differences.yaml").read_text())


def ask(
    lines: list[str], bench: Any, folder: Path, replies: list[list[Any]] | None = None
) -> list[dict[str, Any]]:
    given = replies or [[] for _ in lines]
    commands = [
        {"words": split(line)[1:], "replies": answers} for line, answers in zip(lines, given, strict=True)
    ]
    return oracle.ask(commands, folder, bench.files.content)


def sent(answer: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(f"{name}.{xform_name(operation)}", params) for name, operation, params in answer["calls"]]


def test_three_hundred_lines_send_what_stock_aws_cli_sends(bench: Any, tmp_path: Path) -> None:
    v2_only = {entry["line"] for entry in DIFFERENCES if "v2" in entry}
    lines = list(dict.fromkeys(line for line in [*LINES, *KNOWN] if line not in v2_only))
    assert len(lines) >= 350
    wrong = []
    for line, answer in zip(lines, ask(lines, bench, tmp_path), strict=True):
        done = bench.run(line)
        if bench.calls != sent(answer) or not bench.calls or done.code:
            wrong.append(f"{line}\n  AWS CLI: {sent(answer)} {answer['err']}\n  we: {bench.calls} {done.err}")
    assert not wrong, "\n".join(wrong)


def test_replies_are_printed_byte_for_byte_as_stock_aws_cli_prints_them(bench: Any, tmp_path: Path) -> None:
    def texts(value: Any) -> Any:
        """Times as AWS CLI's parser hands them to its formatters, policies as IAM sends them."""
        if isinstance(value, dict):
            if set(value) == {"$time"}:
                return value["$time"]
            return {key: json.dumps(item) if key == POLICY else texts(item) for key, item in value.items()}
        return [texts(item) for item in value] if isinstance(value, list) else value

    assert len(REPLIES) >= 30
    asked = [(f"{entry['line']} --output {form}", entry) for form in FORMS for entry in REPLIES]
    wrong = []
    answers = ask(
        [line for line, _ in asked], bench, tmp_path, [texts(entry["replies"]) for _, entry in asked]
    )
    for (line, entry), answer in zip(asked, answers, strict=True):
        words = split(line)
        name = {"s3api": "s3"}.get(words[1], words[1])
        bench.answers[f"{name}.{words[2].replace('-', '_')}"] = oracle.unpacked(entry["replies"])
        shown = bench.run(line).out
        if shown != answer["out"] or answer["code"]:
            wrong.append(f"{line}\n-- AWS CLI\n{answer['out']}{answer['err']}\n-- we\n{shown}")
    assert not wrong, "\n".join(wrong)


def reply_of_any_shape(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.choice(
        ["text", "number", "map", "maps", "texts", "flag"] if depth < 4 else ["text", "number"]
    )
    if kind in ("map", "maps"):
        keys = chance.sample(
            ["Name", "Arn", "Size", "Tags", "Configuration", "x", "名前"], chance.randint(1, 4)
        )
        made = [
            {key: reply_of_any_shape(chance, depth + 1) for key in keys if chance.random() < 0.8}
            for _ in range(1 if kind == "map" else chance.randint(0, 3))
        ]
        return made[0] if kind == "map" else made
    if kind == "texts":
        return ["x" * chance.randint(0, 20) for _ in range(chance.randint(0, 3))]
    return {"text": "y" * chance.randint(0, 90), "number": chance.choice([0, 5, -1, 2.5]), "flag": True}[kind]


def test_replies_of_any_shape_are_printed_as_stock_aws_cli_prints_them(bench: Any, tmp_path: Path) -> None:
    chance = random.Random(7)
    replies = [{"Reply": reply_of_any_shape(chance), "Other": reply_of_any_shape(chance)} for _ in range(80)]
    lines = [f"aws lambda get-function --function-name x --output {form}" for form in FORMS]
    # As a query picks them, any value may stand at the top.
    lines += [f"{line} --query Reply" for line in lines]
    asked = [(line, reply) for reply in replies for line in lines]
    answers = ask([line for line, _ in asked], bench, tmp_path, [[reply] for _, reply in asked])
    for (line, reply), answer in zip(asked, answers, strict=True):
        bench.answers["lambda.get_function"] = reply
        assert answer["code"] == 0
        assert bench.run(line).out == answer["out"], (line, reply)


def test_where_v2_differs_it_differs_as_its_sources_say(bench: Any, tmp_path: Path) -> None:
    lines = [entry["line"] for entry in DIFFERENCES]
    for entry, answer in zip(DIFFERENCES, ask(lines, bench, tmp_path), strict=True):
        done = bench.run(entry["line"])
        assert (answer["code"], done.code) == (entry["codes"]["v1"], entry["codes"]["v2"]), entry
        assert entry["source"].startswith("https://")
        if "v2" in entry:
            assert bench.calls == [(entry["call"], oracle.unpacked(entry["v2"]))], entry
        if entry.get("same_words"):
            first = answer["err"].strip()
            assert first in done.err, entry
        for word in entry.get("says", []):
            assert word in done.err, entry


def last_json(text: str) -> Any:
    """The last of several JSON texts: one driver prints the skeletons of its earlier commands again."""
    found, at = None, 0
    while at < len(text.rstrip()):
        found, at = json.JSONDecoder().raw_decode(text, at)
        at += 1
    return found


def agree(theirs: Any, ours: Any, where: str) -> None:
    """Two skeletons are the same; a member may be new to either."""
    assert type(theirs) is type(ours), where
    if isinstance(theirs, dict):
        for key in theirs.keys() & ours.keys():
            agree(theirs[key], ours[key], f"{where} {key}")
    elif isinstance(theirs, list):
        for one, other in zip(theirs, ours, strict=True):
            agree(one, other, where)
    else:
        assert theirs == ours, where


def test_skeletons_are_those_of_stock_aws_cli(bench: Any, tmp_path: Path) -> None:
    commands = [
        f"aws {name} {word}"
        for name in ("lambda", "iam", "sqs", "sts", "logs")
        for word in service(name).operations
        if not command(service(name), word).outfile
    ]
    lines = [f"{line} --generate-cli-skeleton" for line in commands[::4]]
    lines += [
        "aws sqs send-message --queue-url u --message-body b --generate-cli-skeleton output",
        "aws lambda list-functions --generate-cli-skeleton output",
        "aws iam get-role --role-name r --generate-cli-skeleton output",
        "aws sts get-caller-identity --generate-cli-skeleton output",
        "aws dynamodb put-item --table-name t --item {} --generate-cli-skeleton output",
    ]
    same = 0
    for line, answer in zip(lines, ask(lines, bench, tmp_path), strict=True):
        if answer["code"]:
            continue  # an operation that AWS has added since
        theirs, ours = last_json(answer["out"]), json.loads(bench.run(line).out)
        agree(theirs, ours, line)
        same += len(theirs)
    assert same > 200


def test_refusals_of_aws_are_the_same_sentence(bench: Any, tmp_path: Path) -> None:
    error = {"Error": {"Code": "ResourceNotFoundException", "Message": "Function not found: arn:x"}}
    line = "aws lambda get-function --function-name x"
    answer = ask([line], bench, tmp_path, [[error]])[0]
    bench.answers["lambda.get_function"] = ClientError(error, "GetFunction")
    done = bench.run(line)
    assert answer["err"] == done.err
    assert done.code == 254


TABLES = [
    "lambda", "iam", "sts", "sqs", "sns", "logs", "cloudwatch", "s3api", "dynamodb", "kinesis", "events",
    "kms",
]  # fmt: skip
OWN = {
    ("iam", "create-virtual-mfa-device"): "a file for the picture of the code, of AWS CLI's own",
    ("s3api", "select-object-content"): "a stream of events into a file, of AWS CLI's own",
}
"""Operations with options that no model knows, of services or parts that nobody can use here."""


def test_every_option_of_stock_aws_cli_is_there(tmp_path: Path) -> None:
    tables = oracle.tables(TABLES, tmp_path)
    assert sum(len(operations) for operations in tables.values()) > 700
    wrong = []
    for name, operations in tables.items():
        found = service(name)
        for operation, options in operations.items():
            if operation not in found.operations or (name, operation) in OWN:
                continue
            asked = command(found, operation)
            missing = set(options) - set(asked.options) - ({"outfile"} if asked.outfile else set())
            if missing:
                wrong.append((name, operation, sorted(missing)))
        named = {operation for operation in operations if not re.search("-o-tel-", operation)}
        wrong += [
            (name, word, [])
            for word in named - set(found.operations) - {"wait"}
            if (name, word) not in REFUSED
        ]
    assert wrong == []
