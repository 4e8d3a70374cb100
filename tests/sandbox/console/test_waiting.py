from __future__ import annotations

from botocore.exceptions import ClientError, WaiterError

from sandbox import World
from sandbox.cloud import operations_of
from sandbox.console import Console
from sandbox.console.arguments import wait_command
from sandbox.console.catalogue import cli_name, service

THERE = {
    "--function-name": "hello",
    "--role-name": "r",
    "--user-name": "ada",
    "--policy-arn": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "--bucket": "pictures",
    "--key": "k",
    "--table-name": "orders",
}
GONE = {"--bucket": "nowhere", "--key": "none", "--table-name": "none"}


def test_a_waiter_is_found_by_aws_clis_name_and_prints_nothing(bench):
    done = bench.run("aws lambda wait function-updated-v2 --function-name x")
    assert (done.code, done.out, done.err) == (0, "", "")
    assert bench.calls == [("lambda.wait.function_updated_v2", {"FunctionName": "x"})]


def test_a_waiter_that_gives_up_exits_with_255(bench):
    failure = WaiterError("FunctionActiveV2", "Max attempts exceeded", {})
    bench.answers["lambda.wait.function_active_v2"] = failure
    done = bench.run("aws lambda wait function-active-v2 --function-name x")
    assert (done.code, done.err) == (255, "\nWaiter FunctionActiveV2 failed: Max attempts exceeded\n")


def test_an_error_of_aws_while_waiting_exits_with_254(bench):
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetFunction")
    bench.answers["lambda.wait.function_active_v2"] = denied
    assert bench.run("aws lambda wait function-active-v2 --function-name x").code == 254


def test_a_waiter_needs_the_options_of_its_operation(bench):
    assert bench.error("aws lambda wait function-exists") == (
        "\naws: [ERROR]: the following arguments are required: --function-name\n"
    )


def test_waiters_of_operations_that_are_not_here_are_neither_offered_nor_run(make_bench):
    bench = make_bench(operations=lambda name: ["get_role"])
    assert bench.console.complete("aws iam wait ") == ["role-exists", "help"]
    assert "role-exists\n" in bench.run("aws iam wait help").out
    assert "user-exists" not in bench.run("aws iam wait help").out
    assert bench.error("aws iam wait user-exists") == (
        "\naws: [ERROR]: aws iam wait user-exists is not implemented here.\n\n"
        "To see what there is: aws iam wait help\n"
    )


def test_every_waiter_that_is_here_waits_in_a_world(bench):
    with World() as world:
        services = world.cloud.services
        console = Console(
            world.client,
            bench.files,
            services=list(services),
            operations=lambda name: operations_of(services[name]),
        )
        for line in (
            "aws s3api create-bucket --bucket pictures",
            "aws s3api put-object --bucket pictures --key k --body event.json",
            "aws iam create-user --user-name ada",
            "aws iam create-role --role-name r --assume-role-policy-document file://lambda.json",
            "aws lambda create-function --function-name hello --runtime python3.13 --handler app.handler "
            "--role arn:aws:iam::123456789012:role/r --zip-file fileb://code.zip",
            "aws dynamodb create-table --table-name orders --billing-mode PAY_PER_REQUEST "
            "--attribute-definitions AttributeName=id,AttributeType=S "
            "--key-schema AttributeName=id,KeyType=HASH",
        ):
            done = console.run(line)
            assert done.code == 0, done
        for name in services:
            found = service(cli_name(name))
            for waiter in console.waiters_of(found):
                given = GONE if waiter.endswith("-not-exists") else THERE
                asked = wait_command(found, waiter)
                words = [
                    f"--{option.name} {given[f'--{option.name}']}"
                    for option in asked.options.values()
                    if option.required
                ]
                done = console.run(f"aws {found.name} wait {waiter} {' '.join(words)}")
                assert (done.code, done.out, done.err) == (0, "", ""), waiter
