"""Operates other functions: makes one, changes it, calls it, reserves concurrency, deletes it."""

import io
import json
import os
import zipfile

import boto3

lam = boto3.client("lambda")
CODE = "import os\n\ndef main(event, context):\n    return [os.environ['COLOUR'], context.function_name]\n"


def package(source):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("made.py"), source)
    return buffer.getvalue()


def call(name):
    reply = lam.invoke(FunctionName=name)
    return json.loads(reply["Payload"].read())


def handler(event, context):
    name = event["name"]
    made = lam.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="made.main",
        Role=os.environ["ROLE"],
        Code={"ZipFile": package(CODE)},
        Environment={"Variables": {"COLOUR": "red"}},
    )
    lam.get_waiter("function_active_v2").wait(FunctionName=name)
    answers = [made["State"], call(name)]
    lam.update_function_configuration(FunctionName=name, Environment={"Variables": {"COLOUR": "blue"}})
    lam.get_waiter("function_updated_v2").wait(FunctionName=name)
    answers.append(call(name))
    lam.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        call(name)
    except lam.exceptions.TooManyRequestsException as error:
        answers.append(error.response["Reason"])
    lam.delete_function(FunctionName=name)
    return answers
