"""The function policy: its statements, its refusals in AWS's words, and whom it lets in (facts 1.6, 8.2)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.identity import Principal
from sandbox.trace import PermissionDecided
from tests.sandbox.services.awslambda.shop import Shop

OK = "def handler(event, context):\n    return 1\n"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:worker"
S3 = {"Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
BUCKET = {"SourceArn": "arn:aws:s3:::pics", "SourceAccount": "123456789012"}


@pytest.fixture
def worker(shop: Shop) -> Shop:
    shop.function(OK)
    return shop


def added(shop: Shop, sid: str = "s3", **given: Any) -> dict[str, Any]:
    reply = shop.lam.add_permission(FunctionName="worker", StatementId=sid, **({**S3, **given}))
    return dict(json.loads(reply["Statement"]))


def policy(shop: Shop) -> dict[str, Any]:
    return dict(json.loads(shop.lam.get_policy(FunctionName="worker")["Policy"]))


def test_a_statement_for_a_bucket_is_the_recorded_one(
    worker: Shop,
) -> None:  # LS:test_add_lambda_permission_aws
    reply = worker.lam.add_permission(
        FunctionName="worker", StatementId="s3", SourceArn="arn:aws:s3:::pics", **S3
    )
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert reply["Statement"] == (
        '{"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},'
        f'"Action":"lambda:InvokeFunction","Resource":"{ARN}",'
        '"Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::pics"}}}'
    )
    assert policy(worker) == {
        "Version": "2012-10-17", "Id": "default", "Statement": [json.loads(reply["Statement"])]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("principal", "element"),
    [
        ("s3.amazonaws.com", {"Service": "s3.amazonaws.com"}),
        ("123456789012", {"AWS": "arn:aws:iam::123456789012:root"}),
        ("arn:aws:iam::123456789012:user/ada", {"AWS": "arn:aws:iam::123456789012:user/ada"}),
        ("*", "*"),
    ],
)
def test_forms_of_a_principal(worker: Shop, principal: str, element: Any) -> None:
    worker.iam.create_user(UserName="ada")
    assert added(worker, Principal=principal)["Principal"] == element


def test_every_condition_has_its_operator(worker: Shop) -> None:  # LS:test_add_lambda_permission_fields
    statement = added(
        worker, Action="lambda:InvokeFunctionUrl", Principal="*", FunctionUrlAuthType="NONE",
        PrincipalOrgID="o-1234567890", EventSourceToken="token", InvokedViaFunctionUrl=True, **BUCKET,
    )  # fmt: skip
    assert statement["Condition"] == {
        "StringEquals": {
            "AWS:SourceAccount": "123456789012",
            "lambda:FunctionUrlAuthType": "NONE",
            "aws:PrincipalOrgID": "o-1234567890",
            "lambda:EventSourceToken": "token",
        },
        "Bool": {"lambda:InvokedViaFunctionUrl": "true"},
        "ArnLike": {"AWS:SourceArn": "arn:aws:s3:::pics"},
    }


NOT_FOUND = "ResourceNotFoundException"
INVALID = "InvalidParameterValueException"


@pytest.mark.parametrize(
    ("operation", "given", "code", "message"),
    [
        ("add_permission", {"Qualifier": "$LATEST"}, INVALID,
         "We currently do not support adding policies for $LATEST."),
        ("add_permission", {"FunctionName": "worker:one", "Qualifier": "two"}, INVALID,
         "The derived qualifier from the function name does not match the specified qualifier."),
        ("add_permission", {"Principal": "nonsense.amazonaws.com"}, INVALID,
         "The provided principal was invalid. Please check the principal and try again."),
        ("add_permission", {"Principal": "amazonaws.com"}, INVALID,
         "The provided principal was invalid. Please check the principal and try again."),
        ("add_permission", {"Principal": "\uff11" * 12}, INVALID,
         "The provided principal was invalid. Please check the principal and try again."),
        ("add_permission", {"Principal": "arn:aws:iam::123456789012:role/nobody"}, INVALID,
         "The provided principal was invalid. Please check the principal and try again."),
        ("add_permission", {"Principal": "invalid.nonaws.com"}, INVALID,
         "The provided principal was invalid. Please check the principal and try again."),
        ("add_permission", {"FunctionName": "none"}, NOT_FOUND,
         "Function not found: arn:aws:lambda:us-east-1:123456789012:function:none"),
        ("add_permission", {"Qualifier": "42"}, NOT_FOUND, f"Function not found: {ARN}:42"),
        ("add_permission", {"Qualifier": "prod"}, NOT_FOUND, f"Cannot find alias arn: {ARN}:prod"),
        ("add_permission", {"StatementId": "example.com"}, "ValidationException",
         "1 validation error detected: Value 'example.com' at 'statementId' failed to satisfy constraint: "
         "Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)"),
        ("add_permission", {"RevisionId": "old"}, "PreconditionFailedException",
         "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve "
         "the latest Revision Id"),
        ("add_permission", {"StatementId": "there"}, "ResourceConflictException",
         "The statement id (there) provided already exists. Please provide a new statement id, or remove the "
         "existing statement."),
        ("get_policy", {"FunctionName": "none"}, NOT_FOUND, "The resource you requested does not exist."),
        ("get_policy", {"Qualifier": "42"}, NOT_FOUND, "The resource you requested does not exist."),
        ("remove_permission", {"FunctionName": "none"}, NOT_FOUND,
         "No policy found for: arn:aws:lambda:us-east-1:123456789012:function:none"),
        ("remove_permission", {"StatementId": "no"}, NOT_FOUND,
         "Statement no is not found in resource policy."),
        ("remove_permission", {"StatementId": "there", "RevisionId": "old"}, "PreconditionFailedException",
         "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve "
         "the latest Revision Id"),
        ("remove_permission", {"StatementId": "there", "Qualifier": "prod"}, NOT_FOUND,
         f"Cannot find alias arn: {ARN}:prod"),
    ],
)  # fmt: skip
def test_refusals_are_the_recorded_ones(
    worker: Shop, operation: str, given: dict[str, str], code: str, message: str
) -> None:
    added(worker, "there")
    base = {"FunctionName": "worker"}
    if operation != "get_policy":
        base["StatementId"] = "s3"
    if operation == "add_permission":
        base |= S3
    with pytest.raises(ClientError) as caught:
        getattr(worker.lam, operation)(**(base | given))
    assert (caught.value.response["Error"]["Code"], caught.value.response["Error"]["Message"]) == (
        code,
        message,
    )


def test_without_a_policy_there_is_nothing_to_remove(worker: Shop) -> None:
    with pytest.raises(ClientError, match=r"No policy is associated with the given resource\."):
        worker.lam.remove_permission(FunctionName="worker", StatementId="s3")
    with pytest.raises(ClientError, match=r"The resource you requested does not exist\."):
        worker.lam.get_policy(FunctionName="worker")


def test_the_policy_goes_with_its_last_statement_and_its_revision_changes(worker: Shop) -> None:
    added(worker, "one")
    first = worker.lam.get_policy(FunctionName="worker")["RevisionId"]
    added(worker, "two", RevisionId=first)
    second = worker.lam.get_policy(FunctionName="worker")["RevisionId"]
    assert first != second
    assert [one["Sid"] for one in policy(worker)["Statement"]] == ["one", "two"]
    worker.lam.remove_permission(FunctionName="worker", StatementId="one", RevisionId=second)
    assert [one["Sid"] for one in policy(worker)["Statement"]] == ["two"]
    worker.lam.remove_permission(FunctionName="worker", StatementId="two")
    with pytest.raises(ClientError, match="does not exist"):
        worker.lam.get_policy(FunctionName="worker")


def test_a_policy_has_an_end(worker: Shop) -> None:
    with pytest.raises(ClientError) as caught:
        for number in range(200):
            added(worker, f"statement-{number}", **BUCKET)
    error = caught.value.response["Error"]
    assert error["Code"] == "PolicyLengthExceededException"
    assert error["Message"].endswith(") is bigger than the limit (20480).")
    assert len(worker.lam.get_policy(FunctionName="worker")["Policy"]) <= 20480


# -- whom it lets in ---------------------------------------------------------------------------------------


def user(shop: Shop, name: str) -> Any:
    return shop.world.client("lambda", shop.iam.create_user(UserName=name)["User"]["Arn"])


def test_within_an_account_the_function_policy_is_enough(worker: Shop) -> None:  # facts 9.4
    ada, eve = user(worker, "ada"), user(worker, "eve")
    added(worker, "ada", Principal="arn:aws:iam::123456789012:user/ada")
    assert ada.invoke(FunctionName="worker")["StatusCode"] == 200
    with pytest.raises(ClientError) as caught:
        eve.invoke(FunctionName="worker")
    assert caught.value.response["Error"]["Message"] == (
        "User: arn:aws:iam::123456789012:user/eve is not authorized to perform: lambda:InvokeFunction on "
        f"resource: {ARN} because no identity-based policy allows the lambda:InvokeFunction action"
    )
    worker.lam.remove_permission(FunctionName="worker", StatementId="ada")
    with pytest.raises(ClientError, match="AccessDenied"):
        ada.invoke(FunctionName="worker")


def test_the_policy_is_about_other_operations_too(worker: Shop) -> None:
    ada = user(worker, "ada")
    added(worker, "look", Action="lambda:GetFunction", Principal="arn:aws:iam::123456789012:user/ada")
    assert ada.get_function(FunctionName="worker")["Configuration"]["FunctionArn"] == ARN
    with pytest.raises(ClientError, match="lambda:InvokeFunction"):
        ada.invoke(FunctionName="worker")


def test_a_new_function_of_the_same_name_has_no_policy(worker: Shop) -> None:
    ada = user(worker, "ada")
    added(worker, "ada", Principal="arn:aws:iam::123456789012:user/ada")
    ada.invoke(FunctionName="worker")
    worker.lam.delete_function(FunctionName="worker")
    worker.function(OK)
    with pytest.raises(ClientError, match="AccessDenied"):
        ada.invoke(FunctionName="worker")


def test_the_walk_shows_the_policy_that_was_read_and_the_edit_that_is_missing(worker: Shop) -> None:
    s3 = worker.world.client("s3")
    s3.create_bucket(Bucket="pics")
    added(worker, "other", SourceArn="arn:aws:s3:::other")
    wanted = {"LambdaFunctionConfigurations": [{"LambdaFunctionArn": ARN, "Events": ["s3:ObjectCreated:*"]}]}
    with pytest.raises(ClientError, match="Unable to validate"):
        s3.put_bucket_notification_configuration(Bucket="pics", NotificationConfiguration=wanted)
    decided = worker.world.trace.of(PermissionDecided)[-1]
    assert not decided.allowed
    walk = worker.world.walk(decided)
    assert walk is not None
    read = next(step for step in walk.steps if step.statement == "other")
    assert (read.layer, read.matched) == ("resource", False)
    assert "wants arn:aws:s3:::other, and the request has arn:aws:s3:::pics" in read.why
    assert json.loads(walk.edits[0].statement) == {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": ARN,
        "Condition": {
            "ArnLike": {"aws:SourceArn": "arn:aws:s3:::pics"},
            "StringEquals": {"aws:SourceAccount": "123456789012"},
        },
    }


def test_a_trust_policy_may_name_the_account(shop: Shop) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
    }

    def trust() -> str:
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    shop.iam.update_assume_role_policy(RoleName="worker-role", PolicyDocument=trust())
    shop.function(OK)
    statement["Condition"] = {"StringEquals": {"aws:SourceAccount": "999999999999"}}
    shop.iam.update_assume_role_policy(RoleName="worker-role", PolicyDocument=trust())
    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        shop.function(OK, "second")


def test_one_who_is_made_anew_is_somebody_else(worker: Shop) -> None:
    ada = "arn:aws:iam::123456789012:user/ada"
    first = worker.iam.create_user(UserName="ada")["User"]["UserId"]
    assert added(worker, Principal=ada)["Principal"] == {"AWS": ada}
    before = worker.world.client("lambda", ada)
    assert before.invoke(FunctionName="worker")["StatusCode"] == 200
    assert policy(worker)["Statement"][0]["Principal"] == {"AWS": ada}
    worker.iam.delete_user(UserName="ada")
    assert policy(worker)["Statement"][0]["Principal"] == {"AWS": first}
    worker.iam.create_user(UserName="ada")
    with pytest.raises(ClientError, match="The security token included in the request is invalid"):
        before.invoke(FunctionName="worker")
    with pytest.raises(ClientError, match="no identity-based policy allows"):
        worker.world.client("lambda", ada).invoke(FunctionName="worker")


@pytest.mark.parametrize("name", ["logs.us-east-1", "alexa", "apigateway", "states"])
def test_services_whose_principal_has_a_name_of_its_own(worker: Shop, name: str) -> None:
    principal = "alexa-appkit.amazon.com" if name == "alexa" else f"{name}.amazonaws.com"
    assert added(worker, Principal=principal)["Principal"] == {"Service": principal}


def test_a_function_of_another_account_is_not_ours(worker: Shop) -> None:
    account = "999999999999"
    root = Principal(f"arn:aws:iam::{account}:root", "root", account, account)
    for name in (f"arn:aws:lambda:us-east-1:{account}:function:worker", f"{account}:function:worker"):
        theirs = worker.world.client("lambda", root)
        for act in (theirs.invoke, theirs.get_function, theirs.delete_function, theirs.get_policy):
            with pytest.raises(ClientError, match="ResourceNotFound"):
                act(FunctionName=name)
        with pytest.raises(ClientError, match="AccessDenied"):
            worker.lam.invoke(FunctionName=name)


def test_another_account_has_to_allow_it_too(worker: Shop) -> None:
    account = "999999999999"
    eve = Principal(f"arn:aws:iam::{account}:user/eve", "user", account, "AIDAEVE")
    theirs = worker.world.client("lambda", eve)
    with pytest.raises(ClientError, match="because no resource-based policy allows"):
        theirs.invoke(FunctionName=ARN)
    with pytest.raises(ClientError, match="because no resource-based policy allows"):
        theirs.list_functions()
    added(worker, Principal=eve.arn)
    with pytest.raises(ClientError, match="because no identity-based policy allows"):
        theirs.invoke(FunctionName=ARN)
    root = Principal(f"arn:aws:iam::{account}:root", "root", account, account)
    added(worker, "account", Principal=account)
    assert worker.world.client("lambda", root).invoke(FunctionName=ARN)["StatusCode"] == 200
