from __future__ import annotations

from botocore.exceptions import ClientError, WaiterError


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
