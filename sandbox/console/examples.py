"""One example line for the commands that a course on Lambda uses; others get one made from the model."""

from __future__ import annotations

from collections.abc import Mapping

_ACCOUNT = "123456789012"
_ROLE = f"arn:aws:iam::{_ACCOUNT}:role/hello-role"
_POLICY = f"arn:aws:iam::{_ACCOUNT}:policy/send"
_QUEUE_ARN = f"arn:aws:sqs:us-east-1:{_ACCOUNT}:letters"
_QUEUE = f"--queue-url https://sqs.us-east-1.amazonaws.com/{_ACCOUNT}/letters"
_HANDLE = "AQEB..."
"""Stands for a receipt handle, which a queue gives with each message."""
_FUNCTION = "--function-name hello"
_USER = "--user-name ada"
_HELLO_ROLE = "--role-name hello-role"
_BOUNDARY = "--permissions-boundary arn:aws:iam::aws:policy/PowerUserAccess"
_GROUP = "--log-group-name /aws/lambda/hello"
_STREAM = f"{_GROUP} --log-stream-name '2026/11/23/[$LATEST]0123'"
_OBJECT = "--bucket pictures --key cat.jpg"
_ITEM_KEY = """--table-name orders --key '{"id": {"S": "1"}}'"""
_BETWEEN = "--start-time 2026-11-23T09:00:00Z --end-time 2026-11-23T10:00:00Z"

EXAMPLES: Mapping[str, str] = {
    "lambda create-function": "--function-name hello --runtime python3.13 --handler app.handler "
    f"--role {_ROLE} --zip-file fileb://hello.zip",
    "lambda invoke": f'{_FUNCTION} --payload \'{{"name": "Ada"}}\' out.json',
    "lambda get-function": _FUNCTION,
    "lambda get-function-configuration": f"{_FUNCTION} --query Timeout",
    "lambda delete-function": _FUNCTION,
    "lambda list-functions": "--query 'Functions[].FunctionName'",
    "lambda update-function-code": f"{_FUNCTION} --zip-file fileb://hello.zip",
    "lambda update-function-configuration": f"{_FUNCTION} --timeout 10 "
    f"--environment 'Variables={{STAGE=dev}}' --dead-letter-config TargetArn={_QUEUE_ARN}",
    "lambda put-function-concurrency": f"{_FUNCTION} --reserved-concurrent-executions 5",
    "lambda get-function-concurrency": _FUNCTION,
    "lambda delete-function-concurrency": _FUNCTION,
    "lambda put-function-event-invoke-config": f"{_FUNCTION} --maximum-retry-attempts 1 "
    f"--destination-config 'OnFailure={{Destination={_QUEUE_ARN}}}'",
    "lambda update-function-event-invoke-config": f"{_FUNCTION} --maximum-event-age-in-seconds 3600",
    "lambda get-function-event-invoke-config": _FUNCTION,
    "lambda delete-function-event-invoke-config": _FUNCTION,
    "lambda get-account-settings": "--query AccountLimit",
    "lambda add-permission": f"{_FUNCTION} --statement-id s3 --action lambda:InvokeFunction "
    f"--principal s3.amazonaws.com --source-arn arn:aws:s3:::pictures --source-account {_ACCOUNT}",
    "lambda get-policy": f"{_FUNCTION} --query Policy --output text",
    "lambda remove-permission": f"{_FUNCTION} --statement-id from-s3",
    "lambda create-event-source-mapping": f"{_FUNCTION} --batch-size 5 --event-source-arn {_QUEUE_ARN}",
    "lambda publish-version": _FUNCTION,
    "lambda create-alias": f"{_FUNCTION} --name live --function-version 1",
    "lambda update-alias": f"{_FUNCTION} --name live --routing-config 'AdditionalVersionWeights={{2=0.1}}'",
    "lambda wait function-active-v2": _FUNCTION,
    "lambda wait function-updated-v2": _FUNCTION,
    "iam create-role": f"{_HELLO_ROLE} --assume-role-policy-document file://trust.json",
    "iam get-role": _HELLO_ROLE,
    "iam delete-role": "--role-name old-role",
    "iam list-roles": "--query 'Roles[].RoleName'",
    "iam update-role": f"{_HELLO_ROLE} --description 'What hello may do'",
    "iam update-assume-role-policy": f"{_HELLO_ROLE} --policy-document file://trust.json",
    "iam attach-role-policy": f"{_HELLO_ROLE} "
    "--policy-arn arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    "iam detach-role-policy": f"{_HELLO_ROLE} --policy-arn {_POLICY}",
    "iam list-attached-role-policies": _HELLO_ROLE,
    "iam put-role-policy": f"{_HELLO_ROLE} --policy-name send --policy-document file://policy.json",
    "iam get-role-policy": f"{_HELLO_ROLE} --policy-name send",
    "iam delete-role-policy": f"{_HELLO_ROLE} --policy-name send",
    "iam list-role-policies": _HELLO_ROLE,
    "iam put-role-permissions-boundary": f"{_HELLO_ROLE} {_BOUNDARY}",
    "iam delete-role-permissions-boundary": _HELLO_ROLE,
    "iam create-policy": "--policy-name send --policy-document file://policy.json",
    "iam get-policy": f"--policy-arn {_POLICY}",
    "iam delete-policy": f"--policy-arn arn:aws:iam::{_ACCOUNT}:policy/old",
    "iam list-policies": "--scope Local --query 'Policies[].Arn'",
    "iam create-policy-version": f"--policy-arn {_POLICY} --policy-document file://policy.json "
    "--set-as-default",
    "iam get-policy-version": f"--policy-arn {_POLICY} --version-id v1",
    "iam set-default-policy-version": f"--policy-arn {_POLICY} --version-id v2",
    "iam delete-policy-version": f"--policy-arn {_POLICY} --version-id v2",
    "iam list-policy-versions": f"--policy-arn {_POLICY}",
    "iam create-user": _USER,
    "iam get-user": _USER,
    "iam delete-user": "--user-name bob",
    "iam list-users": "--query 'Users[].UserName'",
    "iam attach-user-policy": f"{_USER} --policy-arn arn:aws:iam::aws:policy/AWSLambda_ReadOnlyAccess",
    "iam detach-user-policy": f"{_USER} --policy-arn {_POLICY}",
    "iam list-attached-user-policies": _USER,
    "iam put-user-policy": f"{_USER} --policy-name send --policy-document file://policy.json",
    "iam get-user-policy": f"{_USER} --policy-name send",
    "iam delete-user-policy": f"{_USER} --policy-name send",
    "iam list-user-policies": _USER,
    "iam put-user-permissions-boundary": f"{_USER} {_BOUNDARY}",
    "iam delete-user-permissions-boundary": _USER,
    "sts get-caller-identity": "",
    "sts assume-role": f"--role-arn arn:aws:iam::{_ACCOUNT}:role/visitor --role-session-name ada",
    "sqs create-queue": "--queue-name letters --attributes VisibilityTimeout=60",
    "sqs delete-queue": _QUEUE,
    "sqs get-queue-url": "--queue-name letters",
    "sqs list-queues": "--queue-name-prefix let",
    "sqs send-message": f"{_QUEUE} --message-body hello",
    "sqs send-message-batch": f"{_QUEUE} --entries Id=1,MessageBody=hello Id=2,MessageBody=world",
    "sqs receive-message": f"{_QUEUE} --max-number-of-messages 10 --wait-time-seconds 5",
    "sqs delete-message": f"{_QUEUE} --receipt-handle {_HANDLE}",
    "sqs delete-message-batch": f"{_QUEUE} --entries Id=1,ReceiptHandle={_HANDLE}",
    "sqs change-message-visibility": f"{_QUEUE} --receipt-handle {_HANDLE} --visibility-timeout 0",
    "sqs change-message-visibility-batch": f"{_QUEUE} "
    f"--entries Id=1,ReceiptHandle={_HANDLE},VisibilityTimeout=60",
    "sqs get-queue-attributes": f"{_QUEUE} --attribute-names All",
    "sqs set-queue-attributes": f"{_QUEUE} --attributes VisibilityTimeout=180",
    "sqs list-dead-letter-source-queues": _QUEUE,
    "sqs purge-queue": _QUEUE,
    "sqs tag-queue": f"{_QUEUE} --tags Team=red",
    "sqs untag-queue": f"{_QUEUE} --tag-keys Team",
    "sqs list-queue-tags": _QUEUE,
    "logs create-log-group": "--log-group-name /shop/orders",
    "logs delete-log-group": _GROUP,
    "logs create-log-stream": f"{_GROUP} --log-stream-name by-hand",
    "logs delete-log-stream": _STREAM,
    "logs describe-log-groups": "--log-group-name-prefix /aws/lambda/",
    "logs describe-log-streams": f"{_GROUP} --order-by LastEventTime --descending --max-items 1",
    "logs filter-log-events": f"{_GROUP} --filter-pattern ERROR",
    "logs get-log-events": _STREAM,
    "logs put-log-events": f"{_STREAM} --log-events timestamp=1795424400000,message=hello",
    "logs put-retention-policy": f"{_GROUP} --retention-in-days 7",
    "logs delete-retention-policy": _GROUP,
    "cloudwatch get-metric-statistics": "--namespace AWS/Lambda --metric-name Errors "
    f"--dimensions Name=FunctionName,Value=hello {_BETWEEN} --period 60 --statistics Sum",
    "cloudwatch get-metric-data": f"{_BETWEEN} --metric-data-queries file://queries.json",
    "cloudwatch list-metrics": "--namespace AWS/Lambda --dimensions Name=FunctionName,Value=hello",
    "cloudwatch put-metric-data": "--namespace Shop --metric-name Orders --value 1",
    "sns subscribe": f"--topic-arn arn:aws:sns:us-east-1:{_ACCOUNT}:news --protocol lambda "
    f"--notification-endpoint arn:aws:lambda:us-east-1:{_ACCOUNT}:function:hello",
    "s3api create-bucket": "--bucket new-pictures",
    "s3api delete-bucket": "--bucket empty-pictures",
    "s3api head-bucket": "--bucket pictures",
    "s3api list-buckets": "--query 'Buckets[].Name'",
    "s3api get-bucket-location": "--bucket pictures",
    "s3api get-bucket-versioning": "--bucket pictures",
    "s3api put-object": f"{_OBJECT} --body cat.jpg",
    "s3api get-object": f"{_OBJECT} cat.jpg",
    "s3api head-object": _OBJECT,
    "s3api copy-object": "--bucket pictures --key copy.jpg --copy-source pictures/cat.jpg",
    "s3api delete-object": _OBJECT,
    "s3api delete-objects": "--bucket pictures --delete 'Objects=[{Key=cat.jpg},{Key=dog.jpg}]'",
    "s3api list-objects": "--bucket pictures --prefix in/",
    "s3api list-objects-v2": "--bucket pictures --query 'Contents[].Key'",
    "s3api put-object-tagging": f"{_OBJECT} --tagging 'TagSet=[{{Key=Team,Value=red}}]'",
    "s3api get-object-tagging": _OBJECT,
    "s3api delete-object-tagging": _OBJECT,
    "s3api put-bucket-tagging": "--bucket pictures --tagging 'TagSet=[{Key=Team,Value=red}]'",
    "s3api get-bucket-tagging": "--bucket pictures",
    "s3api delete-bucket-tagging": "--bucket pictures",
    "s3api put-bucket-policy": "--bucket pictures --policy file://bucket-policy.json",
    "s3api get-bucket-policy": "--bucket pictures --query Policy --output text",
    "s3api delete-bucket-policy": "--bucket pictures",
    "s3api put-bucket-notification-configuration": "--bucket pictures "
    "--notification-configuration file://notification.json",
    "s3api get-bucket-notification-configuration": "--bucket pictures",
    "dynamodb create-table": "--table-name orders --billing-mode PAY_PER_REQUEST "
    "--attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH",
    "dynamodb describe-table": "--table-name orders",
    "dynamodb delete-table": "--table-name orders",
    "dynamodb list-tables": "--query TableNames",
    "dynamodb list-tags-of-resource": f"--resource-arn arn:aws:dynamodb:us-east-1:{_ACCOUNT}:table/orders",
    "dynamodb put-item": """--table-name orders --item '{"id": {"S": "1"}, "count": {"N": "5"}}'""",
    "dynamodb get-item": _ITEM_KEY,
    "dynamodb delete-item": _ITEM_KEY,
    "dynamodb update-item": f"{_ITEM_KEY} --update-expression 'SET price = :p' "
    """--expression-attribute-values '{":p": {"N": "9"}}'""",
    "dynamodb query": "--table-name orders --key-condition-expression 'id = :id' "
    """--expression-attribute-values '{":id": {"S": "1"}}'""",
    "dynamodb scan": "--table-name orders --max-items 10",
    "dynamodb batch-get-item": """--request-items '{"orders": {"Keys": [{"id": {"S": "1"}}]}}'""",
    "dynamodb batch-write-item": "--request-items "
    """'{"orders": [{"PutRequest": {"Item": {"id": {"S": "2"}}}}]}'""",
}
"""By service and operation: what comes after them."""
