from __future__ import annotations

import pytest

TYPES = ["Event", "RequestResponse", "DryRun"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", ["aws"]),
        ("aw", ["aws"]),
        ("ls ", []),
        ("aws lambda inv", ["invoke", "invoke-async"]),
        ("aws lambda wait function-u", ["function-updated", "function-updated-v2"]),
        ("aws lambda wait function-active-v2 --f", ["--function-name"]),
        ("aws lambda invoke --fun", ["--function-name"]),
        ("aws lambda invoke --function-name x --fun", []),
        ("aws lambda invoke --invocation-type ", ["Event", "RequestResponse", "DryRun"]),
        ("aws lambda invoke --invocation-type E", ["Event"]),
        ("aws lambda get-function --function-name ", []),
        ("aws lambda get-function --function-name x --out", ["--output"]),
        ("aws --output y", ["yaml", "yaml-stream"]),
        ("aws lambda get-function --output te", ["text"]),
        ("aws --region us-east-1 lambda get-function-conf", ["get-function-configuration"]),
        ("aws sqs get-queue-attributes --attribute-names All Que", ["QueueArn"]),
        ("aws logs tai", ["tail"]),
        ("aws logs tail /x --fo", ["--follow", "--format"]),
        ("aws logs tail /x --format s", ["short"]),
        ("aws lambda update-event-source-mapping --no-en", ["--no-enabled"]),
        ("aws lambda list-functions --mark", []),
        ("aws nowhere ", []),
        ("aws lambda nothing ", []),
        ("aws lambda invoke --payload '{", []),
        ("aws lambda # inv", []),
        ("aws lambda invoke --invocation-type=", [f"--invocation-type={t}" for t in TYPES]),
        ("aws lambda invoke --invocation-type=E", ["--invocation-type=Event"]),
        ("aws lambda invoke --invocation-type '", [f"'{t}'" for t in TYPES]),
        ('aws lambda invoke --invocation-type "Ev', ['"Event"']),
        ("aws lambda invoke --invocation-type='Ev", ["--invocation-type='Event'"]),
        ("aws lambda invoke --invocation-type 'Ev'e", ["'Ev'ent"]),
        ("aws lambda invoke --invocation-type 'a E", []),
        ("aws lambda invoke --output=te", ["--output=text"]),
        ("aws --output=te", ["--output=text"]),
        ("aws lambda invoke --nothing=", []),
        ("aws lambda update-event-source-mapping --enabled=", []),
        ("aws logs tail /x --format=s", ["--format=short"]),
        ("aws lambda 'invoke", ["'invoke'", "'invoke-async'"]),
    ],
)
def test_the_words_that_fit_are_offered(line, words, bench):
    assert bench.console.complete(line) == words


def test_required_options_come_first(bench):
    assert bench.console.complete("aws sqs send-message --")[:2] == ["--queue-url", "--message-body"]
    assert bench.console.complete("aws sqs send-message ")[:2] == ["--queue-url", "--message-body"]


def test_only_what_is_here_is_offered(make_bench):
    bench = make_bench(services=["lambda", "sqs", "s3"], operations=lambda name: ["invoke", "get_function"])
    assert bench.console.complete("aws ") == ["lambda", "s3", "s3api", "sqs", "help"]
    assert bench.console.complete("aws lambda ") == ["get-function", "invoke", "wait", "help"]
