from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError, ParamValidationError

NOT_FOUND = ClientError(
    {
        "Error": {"Code": "ResourceNotFoundException", "Message": "Function not found: arn:x"},
        "ResponseMetadata": {"HTTPStatusCode": 404},
        "Message": "Function not found: arn:x",
        "Type": "User",
        "Secret": "not in the model",
    },
    "GetFunction",
)
SENTENCE = (
    "An error occurred (ResourceNotFoundException) when calling the GetFunction operation: "
    "Function not found: arn:x"
)
GET = "aws lambda get-function --function-name x"


# -- mistakes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (
            "aws lamda list-functions",
            "argument command: Found invalid choice 'lamda'\n\nMaybe you meant:\n\n"
            "  * lambda\n  * lambda-web\n  * lambda-core",
        ),
        ("aws qqqqqqq", "argument command: Found invalid choice 'qqqqqqq'"),
        (
            "aws codedeploy list-applications",
            "argument command: Found invalid choice 'codedeploy'\n\nMaybe you meant:\n\n  * deploy",
        ),
        (
            "aws lambda get-funtion --function-name x",
            "argument operation: Found invalid choice 'get-funtion'\n\nMaybe you meant:\n\n"
            "  * get-function\n  * delete-function\n  * create-function",
        ),
        (
            "aws lambda wait function-activ --function-name x",
            "argument subcommand: Found invalid choice 'function-activ'\n\nMaybe you meant:\n\n"
            "  * function-active\n  * function-active-v2\n  * function-updated",
        ),
        ("aws", "the following arguments are required: command\n\nTo see what there is: aws help"),
        (
            "aws lambda",
            "the following arguments are required: operation\n\nTo see what there is: aws lambda help",
        ),
        (
            "aws lambda wait",
            "the following arguments are required: subcommand\n\nTo see what there is: aws lambda wait help",
        ),
        ("aws lambda get-function", "the following arguments are required: --function-name"),
        (
            "aws lambda get-function --functon-name x",
            "the following arguments are required: --function-name\n\n"
            "Maybe you meant:\n\n  * --function-name",
        ),
        (
            "aws lambda invoke --payload {}",
            "the following arguments are required: --function-name, outfile",
        ),
        (
            "aws lambda invoke --function-name x",
            "the following arguments are required: outfile\n\n"
            "Name a file for the answer at the end of the command, such as out.json.",
        ),
        (f"{GET} --nonsense 5", "Unknown options: --nonsense, 5"),
        (
            f"{GET} --qualifer live",
            "Unknown options: --qualifer, live\n\nMaybe you meant:\n\n  * --qualifier",
        ),
        (f"{GET} stray --nonsense", "Unknown options: --nonsense, stray"),
        (
            'aws lambda invoke --function-name x --payload {"order": 7} out.json',
            'Unknown options: out.json\n\nJSON goes in single quotes: --payload \'{"key": "value"}\'.',
        ),
        (
            'aws iam put-role-policy --role-name x --policy-name y --policy-document {"Version": "2012"}',
            'Unknown options: 2012}\n\nJSON goes in single quotes: --policy-document \'{"key": "value"}\'.',
        ),
        (
            "aws lambda create-function --function-name x --role r --publish true",
            "Unknown options: true\n\n"
            "--publish takes no value: write --publish for yes and --no-publish for no.",
        ),
        ("aws lambda get-function --function-name", "argument --function-name: expected one argument"),
        (
            "aws lambda get-function --function-name --qualifier x",
            "argument --function-name: expected one argument",
        ),
        (
            "aws lambda create-function --publish=yes",
            "argument --publish: ignored explicit argument 'yes'",
        ),
        (
            "aws lambda get-policy --no-cli x",
            "ambiguous option: --no-cli could match --no-cli-pager, --no-cli-auto-prompt",
        ),
        (f"{GET} --output xml", "argument --output: Found invalid choice 'xml'"),
        (
            f"{GET} --output jsn",
            "argument --output: Found invalid choice 'jsn'\n\nMaybe you meant:\n\n  * json",
        ),
        (
            "aws sqs send-message --generate-cli-skeleton both",
            "argument --generate-cli-skeleton: Found invalid choice 'both'",
        ),
        (
            "aws lambda invoke 'x",
            "The quote ' at character 19 is not closed. Add another ' where the value ends.",
        ),
    ],
)
def test_a_mistake_is_told_in_aws_clis_form(line, error, bench):
    assert bench.error(line) == f"\naws: [ERROR]: {error}\n"


def test_a_service_without_waiters_does_not_offer_to_wait(bench):
    assert "* wait" not in bench.error("aws sqs wait queue-exists")


def test_a_service_that_is_not_here_says_what_is(bench):
    bench.missing = {"ec2"}
    assert bench.error("aws ec2 describe-instances") == (
        "\naws: [ERROR]: ec2 is not implemented here. Implemented: lambda, sqs.\n"
    )


def test_the_nearest_service_is_one_that_is_here(make_bench):
    bench = make_bench(services=["lambda", "sqs", "s3"])
    shown = bench.error("aws lambdaa list-functions")
    assert shown.endswith("Maybe you meant:\n\n  * lambda\n")
    assert "* s3api" in bench.error("aws s3apii list-buckets")


def test_parameters_that_do_not_fit_the_model_are_told_as_botocore_tells_them(bench):
    bench.answers["lambda.get_function"] = ParamValidationError(report="Unknown parameter in input: x")
    done = bench.run(GET)
    assert done.code == 252
    assert done.err.startswith("\nParameter validation failed:\nUnknown parameter in input: x\n")


@pytest.mark.parametrize("line", ["ls -l", "lambda list-functions", "AWS help"])
def test_what_is_no_aws_command_is_not_found(line, bench):
    done = bench.run(line)
    assert done.code == 127
    assert done.err == f"{line.split()[0]}: command not found. Commands here begin with: aws\n"


@pytest.mark.parametrize("line", ["", "   ", "# a comment", []])
def test_nothing_does_nothing(line, bench):
    done = bench.run(line)
    assert (done.code, done.out, done.err) == (0, "", "")


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("aws configure", "nothing to configure"),
        ("aws configure list", "nothing to configure"),
        ("aws configure get region", "nothing to configure"),
        ("aws sso login", "nobody to sign in"),
        ("aws history list", "arrow up"),
        ("aws s3 presign s3://b/k", "aws s3 cp s3://BUCKET/KEY -"),
        ("aws logs start-live-tail --log-group-identifiers g", "aws logs tail GROUP"),
    ],
)
def test_commands_that_make_no_sense_here_say_what_to_do_instead(line, part, bench, make_bench):
    assert part in bench.error(line)
    assert make_bench(error_form="enhanced").error(line) == bench.error(line)


@pytest.mark.parametrize("line", ["aws s3 ls", "aws s3 help", "aws s3api list-buckets", "aws s3api help"])
def test_without_s3_every_way_to_it_says_which_services_there_are(line, make_bench):
    bench = make_bench(services=["lambda", "sqs"])
    assert "S3 is not here. The services here are: lambda, sqs." in bench.error(line)


# -- errors of AWS -------------------------------------------------------------------------------------------


def test_an_error_of_aws_is_shown_exactly(bench):
    bench.answers["lambda.get_function"] = NOT_FOUND
    done = bench.run(GET)
    assert (done.code, done.out, done.err) == (254, "", f"\n{SENTENCE}\n")


def test_the_form_since_2_34_is_one_option_away(bench, make_bench):
    bench.answers["lambda.get_function"] = NOT_FOUND
    expected = f"\naws: [ERROR]: {SENTENCE}\n\nAdditional error details:\nType: User\n"
    assert bench.run(f"{GET} --cli-error-format enhanced").err == expected
    newer = make_bench(error_form="enhanced")
    newer.answers["lambda.get_function"] = NOT_FOUND
    assert newer.run(GET).err == expected
    assert newer.run("aws lambda get-function").err == (
        "\naws: [ERROR]: An error occurred (ParamValidation): "
        "the following arguments are required: --function-name\n"
    )
    assert newer.run(f"{GET} --nonsense").err == "\naws: [ERROR]: Unknown options: --nonsense\n"


def test_an_error_may_be_json(bench):
    bench.answers["lambda.get_function"] = NOT_FOUND
    done = bench.run(f"{GET} --cli-error-format json")
    assert done.code == 254
    assert json.loads(done.err) == {
        "Message": "Function not found: arn:x",
        "Code": "ResourceNotFoundException",
        "Type": "User",
    }
    assert bench.run(f"{GET} --cli-error-format legacy").err == f"\naws: [ERROR]: {SENTENCE}\n"


# -- replies -------------------------------------------------------------------------------------------------


def test_a_reply_is_json_in_its_own_order(bench):
    bench.answers["lambda.get_function_configuration"] = {
        "FunctionName": "caf\u00e9",
        "Timeout": 3,
        "When": datetime(2026, 11, 23, 9, 0, 0, 120_000, tzinfo=UTC),
        "Naive": datetime(2026, 11, 23, 9, 0),
        "Blob": b"\x00\x01",
        "Layers": [],
        "ResponseMetadata": {"RequestId": "1"},
    }
    done = bench.run("aws lambda get-function-configuration --function-name x")
    assert done.out == (
        '{\n    "FunctionName": "caf\u00e9",\n    "Timeout": 3,\n'
        '    "When": "2026-11-23T09:00:00.120000+00:00",\n'
        '    "Naive": "2026-11-23T09:00:00+00:00",\n    "Blob": "AAE=",\n    "Layers": []\n}\n'
    )


def test_an_empty_reply_prints_nothing(bench):
    bench.answers["sqs.delete_message"] = {"ResponseMetadata": {}}
    done = bench.run("aws sqs delete-message --queue-url u --receipt-handle r")
    assert (done.code, done.out, done.err) == (0, "", "")


@pytest.mark.parametrize("body", [io.BytesIO(b'{"ok": true}'), b'{"ok": true}'])
def test_a_payload_goes_to_its_file_and_not_to_the_screen(body, bench):
    bench.answers["lambda.invoke"] = {
        "StatusCode": 200,
        "FunctionError": "Unhandled",
        "ExecutedVersion": "$LATEST",
        "Payload": body,
        "ResponseMetadata": {},
    }
    done = bench.run("aws lambda invoke --function-name x out.json")
    assert bench.files.content["out.json"] == b'{"ok": true}'
    assert done.out == (
        '{\n    "StatusCode": 200,\n    "FunctionError": "Unhandled",\n    "ExecutedVersion": "$LATEST"\n}\n'
    )


def test_a_payload_may_go_to_the_screen_or_nowhere(bench):
    bench.answers["lambda.invoke"] = {"StatusCode": 200, "Payload": b'"hi"'}
    assert bench.run("aws lambda invoke --function-name x /dev/stdout").out == (
        '"hi"{\n    "StatusCode": 200\n}\n'
    )
    before = dict(bench.files.content)
    assert bench.run("aws lambda invoke --function-name x /dev/null").code == 0
    assert bench.files.content == before


def test_a_file_that_cannot_be_written_is_told(bench):
    bench.answers["lambda.invoke"] = {"StatusCode": 200, "Payload": b"1"}
    done = bench.run("aws lambda invoke --function-name x /etc/out.json")
    assert (done.code, done.err) == (255, "\n[Errno 13] Permission denied: '/etc/out.json'\n")


def test_a_query_picks_from_the_reply(bench):
    bench.answers["lambda.get_function"] = {"Configuration": {"Timeout": 3, "Name": "x"}, "Tags": {}}
    assert bench.run(f"{GET} --query Configuration.Timeout").out == "3\n"
    assert bench.run(f"{GET} --query Configuration.Name --output text").out == "x\n"
    assert bench.run(f"{GET} --query Nothing").out == "null\n"
    assert bench.run(f"{GET} --query Nothing --output text").out == "None\n"
    assert bench.run(f"{GET} --query Tags").out == ""
    done = bench.run(f"{GET} --query 'sum(Configuration)'")
    assert done.code == 255
    assert "invalid type for value" in done.err


def test_another_region_is_accepted_with_a_note(bench):
    done = bench.run(f"{GET} --region eu-west-1 --profile work")
    assert done.code == 0
    assert done.err == "Note: this world has one Region, us-east-1; --region eu-west-1 changes nothing.\n"
    assert bench.run(f"{GET} --region us-east-1").err == ""


def test_the_caller_identity_is_shown(bench):
    bench.answers["sts.get_caller_identity"] = {
        "UserId": "AIDA",
        "Account": "123456789012",
        "Arn": "arn:aws:iam::123456789012:user/admin",
    }
    assert json.loads(bench.run("aws sts get-caller-identity").out)["Account"] == "123456789012"


def test_the_version_is_told(bench):
    assert bench.run("aws --version").out.startswith("aws-cli/2 ")


# -- reading options -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "aws lambda get-function --function-name x --qualifier live",
        "aws lambda get-function --qualifier live --function-name x",
        "aws lambda get-function --function-name=x --qualifier=live",
        "aws lambda get-function --func x --qual live",
        "aws --output json lambda --no-cli-pager get-function --function-name x --qualifier live",
        "aws lambda get-function --function-name y --function-name x --qualifier live --color off",
    ],
)
def test_options_may_stand_anywhere_and_be_shortened(line, bench):
    assert bench.params(line) == {"FunctionName": "x", "Qualifier": "live"}


def test_a_negative_number_is_a_value(bench):
    line = "aws sqs send-message --queue-url u --message-body x --delay-seconds -1"
    assert bench.params(line)["DelaySeconds"] == -1


def test_a_text_with_blanks_may_begin_with_a_dash(bench):
    line = "aws sqs send-message --queue-url u --message-body '- milk'"
    assert bench.params(line)["MessageBody"] == "- milk"


def test_importing_the_console_loads_neither_botocore_nor_boto3():
    code = (
        "import sys, sandbox.console; print([m for m in sys.modules if m in ('botocore', 'boto3', 'yaml')])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"
