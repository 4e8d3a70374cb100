from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

LINES = yaml.safe_load((Path(__file__).parent / "known_lines.yaml").read_text())


def real(value: Any, files: Any) -> Any:
    """A value of the table, with its bytes."""
    if isinstance(value, dict):
        if set(value) == {"$bytes"}:
            return value["$bytes"].encode()
        if set(value) == {"$file"}:
            return files.read(value["$file"])
        return {key: real(item, files) for key, item in value.items()}
    return [real(item, files) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("known", LINES, ids=lambda known: known["line"][4:70])
def test_a_line_sends_what_aws_cli_sends(known, bench):
    done = bench.run(known["line"])
    assert (done.code, done.err) == (0, "")
    assert bench.calls[0] == (known["call"], real(known["params"], bench.files))


def test_a_payload_is_bytes_however_it_is_given(bench):
    start = "aws lambda invoke --function-name hello out.json"
    assert bench.params(f"{start} --payload '{{\"order\": 7}}'")["Payload"] == b'{"order": 7}'
    assert bench.params(f"{start} --payload file://event.json")["Payload"] == b'{"order": 7}'
    assert bench.params(f"{start} --payload fileb://binary.bin")["Payload"] == b"\xff\xfe\x00"
    raw = f"{start} --cli-binary-format raw-in-base64-out --payload hi"
    assert bench.params(raw)["Payload"] == b"hi"


def test_a_payload_may_be_base64_when_the_command_says_so(bench):
    start = "aws lambda invoke --function-name hello out.json --cli-binary-format base64"
    assert bench.params(f"{start} --payload e30=")["Payload"] == b"{}"
    assert bench.params(f"{start} --payload fileb://event.json")["Payload"] == b'{"order": 7}'
    done = bench.run(f"{start} --payload '{{}}x'")
    assert done.code == 255
    assert 'Invalid base64: "{}x"' in done.err


def test_bytes_inside_a_structure_are_bytes_too(bench):
    line = "aws kinesis put-records --stream-name s --records Data=hello,PartitionKey=1"
    assert bench.params(line)["Records"] == [{"Data": b"hello", "PartitionKey": "1"}]


def test_the_words_may_come_as_a_list(bench):
    line = ["aws", "sqs", "send-message", "--queue-url", "u", "--message-body", "a | b 'c"]
    assert bench.params(line) == {"QueueUrl": "u", "MessageBody": "a | b 'c"}


def test_a_flag_may_be_taken_back(bench):
    assert bench.params("aws lambda update-event-source-mapping --uuid u --enabled --no-enabled") == {
        "UUID": "u",
        "Enabled": False,
    }


def test_yaml_input_is_read_and_options_win_over_it(bench):
    assert bench.params("aws sqs send-message --cli-input-yaml file://send.yaml --message-body b") == {
        "QueueUrl": "u",
        "MessageBody": "b",
    }


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (
            "aws lambda get-function --function-name file://none.txt",
            "\nError parsing parameter '--function-name': Unable to load paramfile file://none.txt: "
            "[Errno 2] No such file or directory: 'none.txt'\n",
        ),
        (
            "aws sqs send-message --queue-url u --message-body file://binary.bin",
            "\nError parsing parameter '--message-body': Unable to load paramfile (binary.bin), text "
            "contents could not be decoded.  If this is a binary file, please use the fileb:// "
            "prefix instead of the file:// prefix.\n",
        ),
        (
            "aws lambda put-function-concurrency --function-name x --reserved-concurrent-executions many",
            "\nError parsing parameter '--reserved-concurrent-executions': "
            "Expected a whole number, found: many\n",
        ),
        (
            "aws lambda update-function-configuration --function-name x --dead-letter-config arn:q",
            "\nError parsing parameter '--dead-letter-config': Expected: '=', received: 'EOF' for input:\n"
            "arn:q\n     ^\n\nWrite Key=Value, or JSON in single quotes.\n",
        ),
        (
            'aws lambda update-function-configuration --function-name x --environment {"Variables":{}}',
            "\nError parsing parameter '--environment': Invalid JSON: Expecting property name enclosed in "
            "double quotes: line 1 column 2 (char 1)\nJSON received: {Variables:{}}\n\n"
            'Put the JSON in single quotes, so that its double quotes stay: \'{"key": "value"}\'\n',
        ),
        (
            "aws lambda create-function --function-name x --role r --zip-file fileb://event.json",
            "\n--zip-file must be a zip file with the fileb:// prefix.\n"
            "Example usage:  --zip-file fileb://path/to/file.zip\n",
        ),
        (
            "aws lambda create-function --function-name x --role r --code ZipFile=abc",
            "\nZipFile cannot be provided as part of the --code argument.  "
            "Please use the '--zip-file' option instead to specify a zip file.\n",
        ),
        (
            "aws s3api put-object --bucket b --key k --body none.txt",
            "\nError parsing parameter '--body': Blob values must be a path to a file.\n",
        ),
        (
            "aws sqs send-message --cli-input-json '[1]'",
            "\nError parsing parameter '--cli-input-json': Invalid type: expecting map, "
            "received <class 'list'>\n",
        ),
        (
            "aws sqs send-message --cli-input-json '{}' --cli-input-yaml '{}'",
            "\nOnly one --cli-input- parameter may be specified.\n",
        ),
        (
            "aws cloudwatch put-metric-data --namespace n --metric-name m --value lots",
            "\nError parsing parameter '--value': Expected a number, found: lots\n",
        ),
        (
            "aws cloudwatch put-metric-data --namespace n --metric-name m --metric-data MetricName=a",
            "\n--metric-name makes a metric of its own: leave it or --metric-data out.\n",
        ),
        (
            "aws lambda get-function --function-name x --query 'a['",
            "\nBad value for --query a[: ",
        ),
    ],
)
def test_a_value_that_does_not_fit_is_told(line, error, bench):
    shown = bench.error(line)
    assert shown == error or (error.endswith(": ") and shown.startswith(error))


def test_curly_quotes_from_a_web_page_are_told(bench):
    line = "aws sqs create-queue --queue-name q --attributes '{\u201cA\u201d: \u201c1\u201d}'"
    assert "straight quotes" in bench.error(line)


def test_brackets_round_shorthand_are_told(bench):
    line = "aws sqs send-message-batch --queue-url u --entries '{Id=1,MessageBody=a}'"
    assert "the outermost brackets are left out" in bench.error(line)
