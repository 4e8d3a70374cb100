from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from sandbox.identity import Document, PolicyError

LIST = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::example_bucket"}
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def refusal(document: Any, kind: str = "") -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        Document.parse(document, kind)
    return caught.value


def one(**changes: Any) -> dict[str, Any]:
    """A policy of one statement; an element set to None is left out."""
    statement = {name: value for name, value in {**LIST, **changes}.items() if value is not None}
    return {"Version": "2012-10-17", "Statement": statement}


def test_a_document_keeps_its_text_and_reads_its_elements():
    text = json.dumps({"Version": "2012-10-17", "Id": "x", "Statement": [{**LIST, "Sid": "List"}]}, indent=2)
    document = Document.parse(text)
    assert document.raw == text
    assert document.version == "2012-10-17"
    (statement,) = document.statements
    assert statement.effect == "Allow"
    assert statement.name == "List"
    assert statement.actions == ("s3:ListBucket",)
    assert statement.resources == ("arn:aws:s3:::example_bucket",)
    assert statement.not_actions == statement.not_resources == statement.principals == ()
    assert json.loads(statement.raw) == {**LIST, "Sid": "List"}


def test_lists_and_single_values_mean_the_same():
    single = Document.parse(one())
    listed = Document.parse(one(Action=["s3:ListBucket"], Resource=["arn:aws:s3:::example_bucket"]))
    assert single.statements[0].actions == listed.statements[0].actions
    assert single.statements[0].resources == listed.statements[0].resources
    assert single.statements[0].name == "statement 1"


def test_not_action_not_resource_and_not_principal_are_read():
    document = Document.parse(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Deny",
                "NotPrincipal": {"AWS": ["123456789012", "*"]},
                "NotAction": ["iam:*"],
                "NotResource": "*",
            },
        }
    )
    (statement,) = document.statements
    assert statement.not_actions == ("iam:*",)
    assert statement.not_resources == ("*",)
    assert statement.not_principals == (("AWS", "123456789012"), ("AWS", "*"))


def test_principals_of_all_kinds():
    principals = {"AWS": ["arn:aws:iam::123456789012:root"], "Service": "s3.amazonaws.com", "Federated": "x"}
    statement = {**LIST, "Principal": principals}
    document = Document.parse({"Version": "2012-10-17", "Statement": statement})
    assert document.statements[0].principals == (
        ("AWS", "arn:aws:iam::123456789012:root"),
        ("Service", "s3.amazonaws.com"),
        ("Federated", "x"),
    )
    star = Document.parse({"Version": "2012-10-17", "Statement": {**LIST, "Principal": "*"}})
    assert star.statements[0].principals == (("AWS", "*"),)


def test_condition_values_become_text():
    condition = {"Bool": {"aws:SecureTransport": False}, "NumericLessThan": {"s3:max-keys": [10, 2.5]}}
    document = Document.parse(one(Condition=condition))
    values = {one.key: one.values for one in document.statements[0].conditions}
    assert values == {"aws:SecureTransport": ("false",), "s3:max-keys": ("10", "2.5")}


def test_before_2012_a_variable_is_just_text():
    statement = {**LIST, "Principal": "*", "Resource": "arn:aws:s3:::${aws:username}"}
    old = Document.parse({"Version": "2008-10-17", "Statement": statement})
    new = Document.parse({"Version": "2012-10-17", "Statement": statement})
    assert not old.statements[0].variables
    assert new.statements[0].variables


def test_documents_are_equal_when_their_texts_are_and_immutable():
    document = Document.parse(one())
    assert document == Document.parse(json.dumps(one()))
    assert hash(document) == hash(Document.parse(one()))
    assert document != Document.parse(one(Sid="x"))
    with pytest.raises(AttributeError):
        document.raw = "{}"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        document.statements[0].effect = "Deny"  # type: ignore[misc]


@pytest.mark.parametrize("statement", [LIST, TRUST, {**LIST, "Principal": "*"}])
def test_a_document_is_pickled_as_its_text(statement: dict[str, Any]):
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    document = Document.parse(text)
    pickled = pickle.dumps(document)
    assert pickle.loads(pickled) == document
    assert pickle.loads(pickled).statements == document.statements
    assert len(pickled) < len(text) + 200


SYNTAX = "Syntax errors in policy."
LEGACY = "The policy failed legacy parsing"
NO_ACTIONS = "Policy statement must contain actions."
NO_RESOURCES = "Policy statement must contain resources."
VERSION = "Policy document must be version 2012-10-17 or greater."
VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("This is not a json document", SYNTAX),
        ("[]", SYNTAX),
        ('"text"', SYNTAX),
        ("[" * 100_000, SYNTAX),
        ({"Statement": LIST}, VERSION),
        ({"Version": "2008-10-17", "Statement": LIST}, VERSION),
        ({"Version": "2013-10-17", "Statement": LIST}, SYNTAX),
        ({"Version": "2012-10-17"}, SYNTAX),
        ({"Version": "2012-10-17", "Statement": []}, SYNTAX),
        ({"Version": "2012-10-17", "Statement": ["afd"]}, SYNTAX),
        ({"Version": "2012-10-17", "Statement": LIST, "Extra field": "value"}, SYNTAX),
        ({"Version": "2012-10-17", "Statement": LIST, "Id": {}}, SYNTAX),
        ('{"Version": "2012-10-17", "Version": "2012-10-17", "Statement": []}', SYNTAX),
        (one(Extra="value"), SYNTAX),
        (one(Effect="invalid"), SYNTAX),
        (one(Effect=None), SYNTAX),
        (one(Effect="denY"), LEGACY),
        (one(Sid={}), SYNTAX),
        (one(Action={}), SYNTAX),
        (one(Action=[[]]), SYNTAX),
        (one(NotAction="s3:Get*"), SYNTAX),
        (one(NotResource="*"), SYNTAX),
        (one(Resource={"a": "*"}), SYNTAX),
        (one(Principal=[]), SYNTAX),
        (one(Principal={"Nobody": "x"}), SYNTAX),
        (one(Principal={"AWS": []}), SYNTAX),
        (one(Condition=[]), SYNTAX),
        (one(Condition={"StringEquals": "b"}), SYNTAX),
        (one(Condition={"StringEquals": {"a": {}}}), SYNTAX),
        (one(Condition={"x": {"a": "1"}}), SYNTAX),
        (one(Condition={"ForAnyValue::StringEqualsIfExists": {"a": "asf"}}), SYNTAX),
        (one(Condition={"DateGreaterThan": {"a": "sdfdsf"}}), LEGACY),
        (one(Condition={"DateLessThan": {"a": "9223372036854775808"}}), LEGACY),
        (one(Action=None), NO_ACTIONS),
        (one(Action=[]), NO_ACTIONS),
        (one(Action=None, NotAction=[]), NO_ACTIONS),
        (one(Resource=None), NO_RESOURCES),
        (one(Resource=[]), NO_RESOURCES),
        (one(Action="invalid"), VENDOR),
        (one(Action="invalid", Resource=None), VENDOR),
        (one(Action=None, NotAction=""), VENDOR),
        (one(Action="a a:ListBucket"), "Vendor a a is not valid"),
        (one(Action="s3:List:Bucket"), "Actions/Condition can contain only one colon."),
        (one(Resource="invalid resource"), 'Resource invalid resource must be in ARN format or "*".'),
        (one(Resource=""), 'Resource  must be in ARN format or "*".'),
        (one(Action="s:3:L", Resource="sdfsadf"), 'Resource sdfsadf must be in ARN format or "*".'),
        (
            one(Resource="a:b:c:d:e:f:g:h"),
            'Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".',
        ),
        (one(Resource="a:bsd"), 'Partition "bsd" is not valid for resource "arn:bsd:*:*:*:*".'),
        (
            one(Resource="aws:s3:::example_bucket"),
            'Partition "s3" is not valid for resource "arn:s3:::example_bucket:*".',
        ),
        (
            one(Resource=["arn:error:s3:::example_bucket", "arn:error:s3::example_bucket"]),
            'Partition "error" is not valid for resource "arn:error:s3:::example_bucket".',
        ),
        (one(Resource="arn:aws"), "Resource vendor must be fully qualified and cannot contain regexes."),
        (
            one(Resource="arn:aws:s*:::b"),
            "Resource vendor must be fully qualified and cannot contain regexes.",
        ),
        (one(Resource="arn:aws:s3::example_bucket"), LEGACY),
        (one(Resource="arn:aws::::example_bucket"), LEGACY),
        (one(Action=None, Resource="arn:aws:s3::example_bucket"), LEGACY),
        (
            one(Resource="arn:aws:iam:us-east-1::example_bucket"),
            "IAM resource arn:aws:iam:us-east-1::example_bucket cannot contain region information.",
        ),
        (
            one(Resource="arn:aws:s3:us-east-1::example_bucket"),
            "Resource arn:aws:s3:us-east-1::example_bucket can not contain region information.",
        ),
        (
            one(Resource="arn:aws:iam:::example_bucket"),
            'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, '
            "instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, "
            "oidc-provider/, report/, access-report/.",
        ),
        (
            one(Sid="with space"),
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies "
            "the regular expression [0-9A-Za-z]*",
        ),
        (
            {"Version": "2012-10-17", "Statement": [{**LIST, "Sid": "a"}, {"Sid": "a", "Effect": "Allow"}]},
            "Statement IDs (SID) in a single policy must be unique.",
        ),
    ],
)
def test_what_aws_refuses(document: Any, message: str):
    assert refusal(document).message == message


@pytest.mark.parametrize(
    "document",
    [
        one(Action="iam: asdf safdsf af "),
        one(Resource=["arn:aws:s3:::example_bucket", "*"]),
        one(Action="*"),
        one(Action="service-prefix:action-name"),
        one(Resource="arn:aws:iam:::user/example_bucket"),
        one(Resource="arn:aws:iam::123456789012:*"),
        one(Resource="arn:aws:fdsasf"),
        one(Resource="arn:aws:s3:us-east-1:123456789012:accesspoint/x"),
        one(Condition={}),
        one(Condition={"DateGreaterThan": {}}),
        one(Condition={"DateGreaterThan": {"a": []}}),
        one(Condition={"a": {}}),
        one(Condition={"DateGreaterThan": {"aws:CurrentTime": "2017-07-01T00:00:00Z"}}),
        one(Sid=""),
    ],
)
def test_what_aws_accepts(document: Any):
    assert Document.parse(document).statements


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ('{"Version": "2012-10-17",\n "Statement": [}', "line 2, column 16: Expecting value"),
        (one(Efect="Allow"), "in statement 1 there is no element Efect; did you mean Effect?"),
        (
            {"Version": "2012-10-17", "Statment": [LIST]},
            "in a policy there is no element Statment; did you mean",
        ),
        (
            one(Condition={"StringEqual": {"a:b": "c"}}),
            "no condition operator StringEqual; did you mean StringEquals?",
        ),
        (one(Action="SendMessage"), "lacks its service: write service:Action"),
        ('{"Statement": [], "Statement": []}', "Statement is there twice in one object"),
    ],
)
def test_a_refusal_says_why_in_plain_words(document: Any, why: str):
    assert why in refusal(document).why


def test_a_refusal_survives_pickling():
    error = refusal("{")
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.message, copy.why) == (error.message, error.why)


def with_trust(**changes: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": {**TRUST, **changes}}


@pytest.mark.parametrize(
    ("document", "kind", "message"),
    [
        (one(Principal="*"), "identity", "Policy document should not specify a principal."),
        (one(), "resource", "Missing required field Principal"),
        (one(Principal="*", Resource=None), "resource", NO_RESOURCES),
        (one(), "trust", "Missing required field Principal"),
        (with_trust(Action="s3:Get*"), "trust", "AssumeRole policy may only specify STS AssumeRole actions."),
        (with_trust(Resource="*"), "trust", "Has prohibited field Resource."),
        ({**with_trust(), "Version": "2008-10-17"}, "trust", VERSION),
        (
            with_trust(Principal={"Service": "lambda"}),
            "trust",
            'Invalid principal in policy: "SERVICE":"lambda"',
        ),
        (
            with_trust(Principal={"AWS": "arn:aws:iam::12345:role/x"}),
            "trust",
            'Invalid principal in policy: "AWS":"arn:aws:iam::12345:role/x"',
        ),
    ],
)
def test_each_kind_of_policy_has_its_rules(document: Any, kind: str, message: str):
    assert refusal(document, kind).message == message


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        (with_trust(), "trust"),
        (with_trust(), ""),
        (with_trust(Principal={"AWS": ["123456789012", "arn:aws:iam::123456789012:user/ada"]}), "trust"),
        (with_trust(Principal="*", Action=["sts:AssumeRole", "sts:TagSession"]), "trust"),
        (one(Principal="*"), "resource"),
        ({**one(Principal="*", Sid="with-dash"), "Version": "2008-10-17"}, "resource"),
        ({"Statement": {**LIST, "Principal": "*"}}, ""),
    ],
)
def test_each_kind_of_policy_is_accepted(document: Any, kind: str):
    assert Document.parse(document, kind).statements
