"""ARNs as content speaks of them, with or without a world: the account and the Region are always the same."""

from __future__ import annotations

ACCOUNT, REGION = "123456789012", "us-east-1"
"""Those of every world; a page is shown before there is one."""

ARNS = {
    "role": "arn:aws:iam::{account}:role/{name}",
    "user": "arn:aws:iam::{account}:user/{name}",
    "function": "arn:aws:lambda:{region}:{account}:function:{name}",
    "queue": "arn:aws:sqs:{region}:{account}:{name}",
    "bucket": "arn:aws:s3:::{name}",
    "table": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "log-group": "arn:aws:logs:{region}:{account}:log-group:{name}",
}
"""The form of an ARN by the kind of the resource."""


def arn(named: str, account: str = ACCOUNT, region: str = REGION) -> str | None:
    """The ARN of "queue/letters", a kind and a name; None for a kind that there is not.

    Args:
        named: the kind, a slash, and the name.
        account: whose it is.
        region: where it is.
    """
    what, _, which = named.partition("/")
    pattern = ARNS.get(what)
    return pattern and pattern.format(account=account, region=region, name=which)
