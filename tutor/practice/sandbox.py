"""The open sandbox: a lab without tasks, with a role, a function and its file to begin with."""

from __future__ import annotations

from tutor.course.checks import ApiCall
from tutor.course.model import Lab, Reality, WorldSpec
from tutor.practice.files import zipped_files
from tutor.words import _

VERSION = "sandbox-1"
"""What a saved sandbox goes on from; another one makes it start afresh."""

ROLE, FUNCTION = "hello-role", "hello"

STARTER = {
    "app.py": b"""def handler(event, context):
    name = event.get("name", "world")
    print("greeting", name)
    return {"message": f"Hello, {name}!"}
"""
}
"""The files that it begins with, by name."""


def sandbox(name: str) -> Lab:
    """The lab that the sandbox is.

    Args:
        name: the id that it is kept under.
    """
    # A placeholder would do, but texts of steps with one are made anew, and a zip is no text.
    role = f"arn:aws:iam::123456789012:role/{ROLE}"
    logging = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    return Lab(
        id=name,
        title=_("Sandbox"),
        flavour="build-it",
        minutes=0,
        reality=Reality("modelled", _("It is the pretend AWS of the labs, with nothing to prove.")),
        world=WorldSpec(
            (
                ApiCall(
                    "iam",
                    "create_role",
                    {"RoleName": ROLE, "AssumeRolePolicyDocument": {"trust": "lambda"}},
                ),
                ApiCall("iam", "attach_role_policy", {"RoleName": ROLE, "PolicyArn": logging}),
                ApiCall(
                    "lambda",
                    "create_function",
                    {
                        "FunctionName": FUNCTION,
                        "Runtime": "python3.13",
                        "Handler": "app.handler",
                        "Role": role,
                        "Code": {"ZipFile": zipped_files(STARTER)},
                    },
                ),
            )
        ),
        tasks=(),
        intro=_(
            "A pretend AWS of your own. You are its administrator, and nothing you do here costs anything or "
            "is marked. There is a function hello with the role hello-role: try "
            "aws lambda invoke --function-name hello out.json, read the answer with show files out.json, "
            "change app.py, deploy it, and look around. For a function of your own, "
            "--zip-file fileb://code.zip stands for your files, zipped. It is kept until you reset it."
        ),
    )
