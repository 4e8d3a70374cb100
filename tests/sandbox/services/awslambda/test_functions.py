"""The control plane: shapes, states, validation, in AWS's words."""

import io
import json
import warnings
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from sandbox.models import service_model
from sandbox.trace import FunctionChanged
from tests.sandbox.services.awslambda.shop import ROLE, TRUST, Shop, package
from tests.sandbox.services.replies import Checked, check_reply

OK = "def handler(event, context):\n    return event\n"


def refused(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, str, int]:
    response = error.value.response
    return (
        response["Error"]["Code"],
        response["Error"]["Message"],
        response["ResponseMetadata"]["HTTPStatusCode"],
    )


def test_create_answers_with_aws_defaults_and_is_pending_for_a_moment(shop: Shop) -> None:
    # facts 1.5
    reply = shop.lam.create_function(
        FunctionName="worker", Runtime="python3.13", Handler="app.handler", Role=ROLE,
        Code={"ZipFile": package(OK)},
    )  # fmt: skip
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 201
    wanted = {
        "MemorySize": 128,
        "Timeout": 3,
        "EphemeralStorage": {"Size": 512},
        "Architectures": ["x86_64"],
        "PackageType": "Zip",
        "TracingConfig": {"Mode": "PassThrough"},
        "SnapStart": {"ApplyOn": "None", "OptimizationStatus": "Off"},
        "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/worker"},
        "Version": "$LATEST",
        "State": "Pending",
        "StateReason": "The function is being created.",
        "StateReasonCode": "Creating",
    }
    assert wanted.items() <= reply.items()
    assert "LastUpdateStatus" not in reply
    shop.lam.get_waiter("function_active_v2").wait(FunctionName="worker")
    later = shop.lam.get_function(FunctionName="worker")["Configuration"]
    assert (later["State"], later["LastUpdateStatus"]) == ("Active", "Successful")
    assert "StateReason" not in later


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("get_function", {"FunctionName": "worker"}),
        ("get_function_configuration", {"FunctionName": "worker"}),
        ("list_functions", {}),
        ("update_function_configuration", {"FunctionName": "worker", "Timeout": 9}),
        ("get_account_settings", {}),
        ("put_function_concurrency", {"FunctionName": "worker", "ReservedConcurrentExecutions": 5}),
        ("put_function_event_invoke_config", {"FunctionName": "worker", "MaximumRetryAttempts": 1}),
        ("delete_function", {"FunctionName": "worker"}),
    ],
)
def test_replies_have_the_shape_that_botocore_knows(shop: Shop, method: str, params: dict[str, Any]) -> None:
    created = shop.function(OK, Environment={"Variables": {"COLOUR": "blue"}})
    created.pop("ResponseMetadata")
    shape = service_model("lambda").operation_model("CreateFunction").output_shape
    check_reply(created, shape, "create_function")
    reply = getattr(Checked(shop.world, "lambda"), method)(**params)
    assert None not in reply.values()


def test_an_update_is_in_progress_and_the_old_code_runs_until_it_is_done(shop: Shop) -> None:
    # facts 1.5, 3.9
    shop.function("def handler(event, context):\n    return 'old'\n")
    reply = shop.lam.update_function_code(
        FunctionName="worker", ZipFile=package("def handler(event, context):\n    return 'new'\n")
    )
    assert (reply["State"], reply["LastUpdateStatus"]) == ("Active", "InProgress")
    assert reply["LastUpdateStatusReasonCode"] == "Creating"
    assert shop.invoke()["Payload"] == b'"old"'
    shop.world.settle()
    assert shop.invoke()["Payload"] == b'"new"'


def test_a_second_update_at_the_same_time_is_a_conflict(shop: Shop) -> None:
    shop.function(OK)
    shop.lam.update_function_configuration(FunctionName="worker", Timeout=4)
    with pytest.raises(shop.lam.exceptions.ResourceConflictException) as error:
        shop.lam.update_function_configuration(FunctionName="worker", Timeout=5)
    arn = "arn:aws:lambda:us-east-1:123456789012:function:worker"
    assert refused(error) == (
        "ResourceConflictException",
        f"The operation cannot be performed at this time. An update is in progress for resource: {arn}",
        409,
    )


def test_a_pending_function_cannot_be_invoked(shop: Shop) -> None:
    shop.lam.create_function(
        FunctionName="worker", Runtime="python3.13", Handler="app.handler", Role=ROLE,
        Code={"ZipFile": package(OK)},
    )  # fmt: skip
    with pytest.raises(ClientError) as error:
        shop.invoke()
    assert refused(error) == (
        "ResourceConflictException",
        "The operation cannot be performed at this time. "
        "The function is currently in the following state: Pending",
        409,
    )


def test_a_stale_revision_is_refused(shop: Shop) -> None:
    shop.function(OK)
    with pytest.raises(ClientError) as error:
        shop.lam.update_function_configuration(FunctionName="worker", Timeout=4, RevisionId="stale")
    assert refused(error)[0] == "PreconditionFailedException"
    assert refused(error)[2] == 412


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"Role": "r1"}, "ValidationException", "1 validation error detected: Value 'r1' at 'role' failed"),
        (
            {"FunctionName": "x" * 65},
            "InvalidParameterValueException",
            "Member must have length less than or equal to 64",
        ),
        (
            {"FunctionName": "a b"},
            "ValidationException",
            "Value 'a b' at 'functionName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern",
        ),
        (
            {"Runtime": "PYTHON3.9"},
            "InvalidParameterValueException",
            "Value PYTHON3.9 at 'runtime' failed to satisfy constraint: "
            "Member must satisfy enum value set: [",
        ),
        (
            {"Runtime": "python3.7"},
            "InvalidParameterValueException",
            "The runtime parameter of python3.7 is no longer supported for creating or updating AWS Lambda "
            "functions. We recommend you use a supported runtime while creating or updating functions.",
        ),
        (
            {"MemorySize": 10241},
            "InvalidParameterValueException",
            "'MemorySize' value failed to satisfy constraint: "
            "Member must have value less than or equal to 10240",
        ),
        (
            {"Timeout": 901},
            "InvalidParameterValueException",
            "'Timeout' value failed to satisfy constraint: Member must have value less than or equal to 900",
        ),
        (
            {"Code": {"ZipFile": b"not a zip"}},
            "InvalidParameterValueException",
            "Could not unzip uploaded file. Please check your file, then try to upload again.",
        ),
        (
            {"Environment": {"Variables": {"AWS_REGION": "x"}}},
            "InvalidParameterValueException",
            "contains reserved keys that are currently not supported for modification.",
        ),
        (
            {"Environment": {"Variables": {"BIG": "x" * 4096}}},
            "InvalidParameterValueException",
            "have provided exceeded the 4KB limit. String measured: {",
        ),
        (
            {"Role": "arn:aws:iam::123456789012:role/nobody"},
            "InvalidParameterValueException",
            "The role defined for the function cannot be assumed by Lambda.",
        ),
    ],
)
def test_create_refuses_in_aws_words(shop: Shop, changes: dict[str, Any], code: str, message: str) -> None:
    # facts 1.6, 9.3
    with pytest.raises(ClientError) as error:
        shop.function(OK, **changes)
    assert refused(error)[0] == code
    assert message in refused(error)[1]
    assert refused(error)[2] == 400
    assert shop.lam.list_functions()["Functions"] == []


@pytest.mark.parametrize("name", ["../evil.py", "/etc/evil.py", "a/../../evil.py"])
def test_a_zip_that_reaches_outside_itself_is_refused(shop: Shop, name: str) -> None:
    with pytest.raises(ClientError, match="Could not unzip uploaded file"):
        shop.function(OK, Code={"ZipFile": package(OK, name)})


@pytest.mark.parametrize(
    "names",
    [("app.py", "app.py"), ("app", "app/x.py"), ("x" * 300 + ".py",), ("a/" * 600 + "x.py",)],
    ids=["twice", "file and folder", "long name", "deep"],
)
def test_a_zip_that_no_file_system_can_hold_is_refused(shop: Shop, names: tuple[str, ...]) -> None:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as archive:
        warnings.simplefilter("ignore")
        for name in names:
            archive.writestr(name, OK)
    with pytest.raises(ClientError, match="Could not unzip uploaded file"):
        shop.function(OK, Code={"ZipFile": buffer.getvalue()})


def test_a_zip_bomb_is_refused_by_its_size(shop: Shop) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(262_144_001))
    with pytest.raises(ClientError) as error:
        shop.function(OK, Code={"ZipFile": buffer.getvalue()})
    # facts 1.6, LS test_oversized_lambda
    assert refused(error)[1] == "Unzipped size must be smaller than 262144000 bytes"


def test_a_name_that_is_taken_is_a_conflict(shop: Shop) -> None:
    shop.function(OK)
    with pytest.raises(ClientError) as error:
        shop.function(OK)
    assert refused(error) == ("ResourceConflictException", "Function already exist: worker", 409)


@pytest.mark.parametrize(
    "name",
    [
        "worker",
        "123456789012:function:worker",
        "arn:aws:lambda:us-east-1:123456789012:function:worker",
        "arn:aws:lambda:us-east-1:123456789012:function:worker:$LATEST",
    ],
)
def test_a_function_is_found_by_every_form_of_its_name(shop: Shop, name: str) -> None:
    # facts 1.4
    shop.function(OK)
    assert shop.lam.get_function_configuration(FunctionName=name)["FunctionName"] == "worker"


def test_a_function_of_another_region_is_out_of_reach(shop: Shop) -> None:
    with pytest.raises(ClientError) as error:
        shop.lam.get_function(FunctionName="arn:aws:lambda:ap-southeast-1:123456789012:function:f")
    message = "Functions from 'ap-southeast-1' are not reachable in this region ('us-east-1')"
    assert refused(error) == ("ResourceNotFoundException", message, 404)


def test_a_missing_function_is_named_and_invoke_names_its_version_too(shop: Shop) -> None:
    # facts 1.6: Invoke appends :$LATEST, recorded 2025-11
    arn = "arn:aws:lambda:us-east-1:123456789012:function:nobody"
    with pytest.raises(ClientError) as error:
        shop.lam.get_function(FunctionName="nobody")
    assert refused(error) == ("ResourceNotFoundException", f"Function not found: {arn}", 404)
    with pytest.raises(ClientError) as error:
        shop.invoke(name="nobody")
    assert refused(error)[1] == f"Function not found: {arn}:$LATEST"


def test_client_side_validation_is_botocores(shop: Shop) -> None:
    with pytest.raises(ParamValidationError, match="Missing required parameter"):
        shop.lam.create_function(FunctionName="worker")


def test_what_is_not_here_says_so(shop: Shop) -> None:
    with pytest.raises(ClientError, match="not implemented here: code from S3"):
        shop.function(OK, Code={"S3Bucket": "bucket", "S3Key": "k"})
    with pytest.raises(ClientError, match="not implemented here: parameter VpcConfig"):
        shop.function(OK, VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]})
    with pytest.raises(ClientError, match=r"PublishVersion is not implemented here\. Implemented: add_"):
        shop.lam.publish_version(FunctionName="worker")


def test_list_comes_in_pages(shop: Shop) -> None:
    for name in ("a", "b", "c"):
        shop.function(OK, name)
    pages = shop.lam.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2})
    assert [[f["FunctionName"] for f in page["Functions"]] for page in pages] == [["a", "b"], ["c"]]


def test_a_deleted_function_is_gone_and_its_state_is_told(shop: Shop) -> None:
    shop.function(OK)
    shop.invoke()
    shop.lam.delete_function(FunctionName="worker")
    with pytest.raises(ClientError, match="Function not found"):
        shop.invoke()
    assert shop.world.trace.of(FunctionChanged)[-1].state == "Deleted"


def test_a_caller_needs_pass_role(shop: Shop) -> None:
    # facts 9.3
    shop.iam.create_user(UserName="dev")
    statement = {"Effect": "Allow", "Action": "lambda:*", "Resource": "*"}
    allow = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    shop.iam.put_user_policy(UserName="dev", PolicyName="lambda", PolicyDocument=allow)
    dev = shop.world.client("lambda", principal="arn:aws:iam::123456789012:user/dev")
    with pytest.raises(ClientError) as error:
        dev.create_function(
            FunctionName="worker", Runtime="python3.13", Handler="app.handler", Role=ROLE,
            Code={"ZipFile": package(OK)},
        )  # fmt: skip
    assert refused(error) == (
        "AccessDeniedException",
        "User: arn:aws:iam::123456789012:user/dev is not authorized to perform: iam:PassRole on resource: "
        f"{ROLE} because no identity-based policy allows the iam:PassRole action",
        403,
    )


def test_a_role_that_does_not_trust_lambda_is_refused(shop: Shop) -> None:
    shop.iam.create_role(RoleName="other", AssumeRolePolicyDocument=TRUST.replace("lambda", "ec2"))
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        shop.function(OK, Role="arn:aws:iam::123456789012:role/other")
