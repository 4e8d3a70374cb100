"""Refusals, modelled exceptions, errors of the client itself."""

import boto3
import botocore.exceptions as errors

sqs, lam, iam = boto3.client("sqs"), boto3.client("lambda"), boto3.client("iam")


def attempt(function, **params):
    try:
        function(**params)
    except sqs.exceptions.QueueDoesNotExist as error:
        return "modelled " + error.response["Error"]["Code"]
    except lam.exceptions.ResourceNotFoundException as error:
        return "not found: " + error.response["Message"]
    except iam.exceptions.NoSuchEntityException as error:
        return error.response["Error"]["Message"]
    except errors.ParamValidationError as error:
        return str(error).splitlines()[1]
    except errors.ClientError as error:
        told = error.response["Error"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return f"{error.operation_name}: {told['Code']} {status} {told['Message'].split(' on resource')[0]}"
    except errors.BotoCoreError as error:
        return f"{type(error).__name__}: {error}"
    return "fine"


def handler(event, context):
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/nobody"
    return [
        attempt(sqs.get_queue_url, QueueName="nobody"),
        attempt(sqs.send_message, QueueUrl=url, MessageBody="x"),
        attempt(sqs.send_message, QueueUrl=url, MessageBody=5),
        attempt(lam.get_function, FunctionName="nobody"),
        attempt(lam.delete_function, FunctionName="corpus"),
        attempt(iam.get_user, UserName="nobody"),
        attempt(iam.delete_user, UserName="nobody"),
        attempt(lam.get_paginator, operation_name="invoke"),
        attempt(boto3.client, service_name="dynamodbb"),
        attempt(lam.invoke, FunctionName="corpus", InvocationType="DryRun"),
    ]
