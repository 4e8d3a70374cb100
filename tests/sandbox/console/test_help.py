from __future__ import annotations

import pytest

from sandbox import World
from sandbox.cloud import operations_of
from sandbox.console import Console, split
from sandbox.console.arguments import command, wait_command
from sandbox.console.catalogue import cli_name, service
from sandbox.console.commands.highlevel import COMMANDS
from sandbox.console.examples import EXAMPLES
from sandbox.console.help import example, of_command
from sandbox.console.resources import taken
from tests.sandbox.console.conftest import Folder

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
        '  aws lambda invoke --function-name hello \\\n  --payload \'{"name": "Ada"}\' out.json\n',
    ):
        assert part in done.out
    assert bench.calls == []


def test_help_of_all_of_aws_names_the_services_that_are_here(make_bench):
    bench = make_bench(services=["lambda", "sqs", "s3"])
    shown = bench.run("aws help").out
    assert "  lambda  s3      s3api   sqs\n" in shown
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
    given = {"queries.json": b"[]"}
    bench.files.read = lambda file: read(file) if file in bench.files.content else given.get(file, b"{}")
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


def test_help_of_all_that_is_here_is_eighty_columns_wide():
    with World() as world:
        services = world.cloud.services
        console = Console(
            world.client,
            Folder(),
            services=list(services),
            operations=lambda name: operations_of(services[name]),
            taken=taken(world),
        )
        lines = ["aws help", "aws s3 help", "aws logs tail help"]
        lines += [f"aws s3 {word} help" for name, word in COMMANDS if name == "s3"]
        for name, there in services.items():
            lines += [f"aws {cli_name(name)} help"]
            lines += [f"aws {cli_name(name)} {word.replace('_', '-')} help" for word in operations_of(there)]
            lines += [
                f"aws {cli_name(name)} wait {word} help"
                for word in console.waiters_of(service(cli_name(name)))
            ]
        for line in lines:
            done = console.run(line)
            assert done.code == 0, line
            assert max(len(shown) for shown in done.out.splitlines()) <= 80, line


def test_a_long_example_goes_over_several_lines_and_can_be_given_as_it_stands(bench):
    shown = bench.run("aws lambda create-function help").out
    example = shown[shown.index("Example\n") + len("Example\n") :]
    assert example.count("\\\n") == 2
    bench.files.content["hello.zip"] = bench.files.content["code.zip"]
    assert bench.params(example.strip())["Runtime"] == "python3.13"


def test_options_that_are_not_here_are_named_apart_and_not_offered(bench):
    with World() as world:
        console = Console(world.client, bench.files, taken=taken(world))
        shown = console.run("aws lambda create-function help").out
        head, _, rest = shown.partition("Options of AWS that are not here\n")
        assert "--vpc-config" in rest
        assert "--vpc-config" not in head
        assert "--timeout" in head
        assert console.complete("aws lambda create-function --vpc") == []
        assert console.complete("aws lambda create-function --time") == ["--timeout"]
        assert (
            "not implemented here" in console.run("aws lambda invoke --function-name f --tenant-id 5 o").err
        )


def test_an_operation_that_hands_on_its_parameters_has_all_of_them(make_bench):
    with World() as world:
        console = Console(world.client, make_bench().files, taken=taken(world))
        shown = console.run("aws lambda add-permission help").out
        assert "--source-account" in shown
        assert "not here" not in shown
        assert console.complete("aws lambda add-permission --source-ac") == ["--source-account"]


def test_an_operation_that_is_not_here_says_where_to_look(make_bench):
    bench = make_bench(operations=lambda name: ["invoke"])
    assert bench.error("aws lambda list-layers") == (
        "\naws: [ERROR]: aws lambda list-layers is not implemented here.\n\n"
        "To see what AWS has: aws lambda list-layers help\n"
        "To see what there is here: aws lambda help\n"
    )


@pytest.mark.parametrize("asking", ["help", "--help"])
def test_an_operation_that_is_not_here_has_help_that_says_so(make_bench, asking):
    bench = make_bench(operations=lambda name: ["invoke"])
    done = bench.run(f"aws lambda list-layers {asking}")
    assert (done.code, done.err) == (0, "")
    assert "NOT IMPLEMENTED HERE. This is what AWS has." in done.out
    assert "--compatible-runtime" in done.out
    assert "NOT IMPLEMENTED" not in bench.run("aws lambda invoke help").out
