from __future__ import annotations

import pytest

from sandbox.console import split
from sandbox.console.arguments import command, wait_command
from sandbox.console.catalogue import service
from sandbox.console.examples import EXAMPLES
from sandbox.console.help import example, of_command

SERVICES = ["lambda", "iam", "sqs", "sts", "logs", "cloudwatch", "events", "sns", "s3api", "dynamodb"]


def test_help_of_an_operation_has_synopsis_options_and_an_example(bench):
    done = bench.run("aws lambda invoke help")
    assert done.code == 0
    for part in (
        "Calls the operation Invoke of AWS Lambda.",
        "      --function-name <text>\n",
        "      [--invocation-type <Event | RequestResponse | DryRun>]\n",
        "      <outfile>\n",
        "  --function-name\n      text, required\n",
        "        one of: None, Tail\n",
        'aws lambda invoke --function-name hello --payload \'{"name": "Ada"}\' out.json\n',
    ):
        assert part in done.out
    assert bench.calls == []


def test_help_of_all_of_aws_names_the_services_that_are_here(make_bench):
    bench = make_bench(services=["lambda", "sqs", "s3"])
    shown = bench.run("aws help").out
    assert "  lambda  s3api   sqs\n" in shown
    assert "ec2" not in shown


def test_help_of_a_service_names_the_operations_that_are_here(make_bench):
    bench = make_bench(operations=lambda name: {"lambda": ["invoke", "get_function"], "logs": []}[name])
    assert "  get-function  invoke\n" in bench.run("aws lambda help").out
    assert "  tail\n" in bench.run("aws logs help").out


def test_help_of_waiters_and_of_commands_of_aws_cli(bench):
    assert "function-active-v2" in bench.run("aws lambda wait help").out
    shown = bench.run("aws lambda wait function-active-v2 help").out
    assert "until Configuration.State is" in shown
    assert "--since" in bench.run("aws logs tail help").out


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("aws --help", "aws SERVICE OPERATION [options]"),
        ("aws lambda --help", "aws lambda OPERATION [options]"),
        ("aws lambda get-function --help", "aws lambda get-function"),
        ("aws lambda get-function --function-name x help", "aws lambda get-function"),
        ("aws lambda wait --help", "aws lambda wait NAME [options]"),
        ("aws logs tail -h", "aws logs tail <group-name> [options]"),
    ],
)
def test_help_is_found_by_other_habits_too(line, first, bench):
    done = bench.run(line)
    assert (done.code, done.out.splitlines()[0]) == (0, first)


def test_shorthand_of_a_structure_is_shown(bench):
    shown = bench.run("aws lambda update-function-configuration help").out
    assert "as: TargetArn=<text>" in shown
    assert "as: Variables={Key=<text>}" in shown


@pytest.mark.parametrize("name", SERVICES)
def test_every_operation_has_help_and_an_example_that_runs(name, bench):
    found = service(name)
    bench.files.content.update(
        {f"{file}.zip": bench.files.content["code.zip"] for file in ("hello", "layer")}
    )
    read = bench.files.read
    bench.files.read = lambda file: read(file) if file in bench.files.content else b"{}"
    for operation in found.operations:
        asked = command(found, operation)
        assert of_command(asked).startswith(f"aws {name} {operation}\n")
        done = bench.run(example(asked))
        assert done.code == 0, (example(asked), done.err)
    for waiter in found.waiters:
        done = bench.run(example(wait_command(found, waiter)))
        assert done.code == 0


def test_chosen_examples_belong_to_commands_that_exist():
    for name, rest in EXAMPLES.items():
        words = name.split()
        found = service(words[0])
        assert words[-1] in (found.waiters if words[1] == "wait" else found.operations)
        assert split(rest) or name == "sts get-caller-identity"
