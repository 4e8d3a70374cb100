"""One example line for the commands that a course on Lambda uses; others get one made from the model."""

from __future__ import annotations

from collections.abc import Mapping

_ROLE = "arn:aws:iam::123456789012:role/hello-role"
_QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:letters"
_QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/123456789012/letters"

EXAMPLES: Mapping[str, str] = {
    "lambda create-function": "--function-name hello --runtime python3.13 --handler app.handler "
    f"--role {_ROLE} --zip-file fileb://hello.zip",
    "lambda invoke": '--function-name hello --payload \'{"name": "Ada"}\' out.json',
    "lambda get-function": "--function-name hello",
    "lambda get-function-configuration": "--function-name hello --query Timeout",
    "lambda delete-function": "--function-name hello",
    "lambda list-functions": "--query 'Functions[].FunctionName'",
    "lambda update-function-code": "--function-name hello --zip-file fileb://hello.zip",
    "lambda update-function-configuration": "--function-name hello --timeout 10 "
    f"--environment 'Variables={{STAGE=dev}}' --dead-letter-config TargetArn={_QUEUE_ARN}",
    "lambda put-function-concurrency": "--function-name hello --reserved-concurrent-executions 5",
    "lambda put-function-event-invoke-config": "--function-name hello --maximum-retry-attempts 1 "
    f"--destination-config 'OnFailure={{Destination={_QUEUE_ARN}}}'",
    "lambda add-permission": "--function-name hello --statement-id s3 --action lambda:InvokeFunction "
    "--principal s3.amazonaws.com --source-arn arn:aws:s3:::pictures",
    "lambda create-event-source-mapping": "--function-name hello --batch-size 5 "
    f"--event-source-arn {_QUEUE_ARN}",
    "lambda publish-version": "--function-name hello",
    "lambda create-alias": "--function-name hello --name live --function-version 1",
    "lambda update-alias": "--function-name hello --name live "
    "--routing-config 'AdditionalVersionWeights={2=0.1}'",
    "lambda wait function-active-v2": "--function-name hello",
    "lambda wait function-updated-v2": "--function-name hello",
    "iam create-role": "--role-name hello-role --assume-role-policy-document file://trust.json",
    "iam attach-role-policy": "--role-name hello-role "
    "--policy-arn arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "iam put-role-policy": "--role-name hello-role --policy-name send --policy-document file://policy.json",
    "iam create-policy": "--policy-name send --policy-document file://policy.json",
    "iam list-attached-role-policies": "--role-name hello-role",
    "sqs create-queue": "--queue-name letters --attributes VisibilityTimeout=60",
    "sqs send-message": f"--queue-url {_QUEUE_URL} --message-body hello",
    "sqs receive-message": f"--queue-url {_QUEUE_URL} --max-number-of-messages 10 --wait-time-seconds 5",
    "sqs get-queue-attributes": f"--queue-url {_QUEUE_URL} --attribute-names All",
    "sqs get-queue-url": "--queue-name letters",
    "sts get-caller-identity": "",
    "logs describe-log-groups": "--log-group-name-prefix /aws/lambda/",
    "logs filter-log-events": "--log-group-name /aws/lambda/hello --filter-pattern ERROR",
    "logs get-log-events": "--log-group-name /aws/lambda/hello --log-stream-name '2026/11/23/[$LATEST]0123'",
    "cloudwatch get-metric-statistics": "--namespace AWS/Lambda --metric-name Errors "
    "--dimensions Name=FunctionName,Value=hello --start-time 2026-11-23T09:00:00Z "
    "--end-time 2026-11-23T10:00:00Z --period 60 --statistics Sum",
    "cloudwatch put-metric-data": "--namespace Shop --metric-name Orders --value 1",
    "sns subscribe": "--topic-arn arn:aws:sns:us-east-1:123456789012:news --protocol lambda "
    "--notification-endpoint arn:aws:lambda:us-east-1:123456789012:function:hello",
    "s3api create-bucket": "--bucket pictures",
    "s3api put-object": "--bucket pictures --key cat.jpg --body cat.jpg",
    "s3api get-object": "--bucket pictures --key cat.jpg cat.jpg",
    "dynamodb put-item": '--table-name orders --item \'{"id": {"S": "1"}}\'',
}
"""By service and operation: what comes after them."""
