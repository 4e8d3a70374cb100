"""Commands that are no operation of an API: `COMMANDS` are here, `REFUSED` are not, and say why."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.console.commands.custom import HighLevel
from sandbox.console.commands.s3 import S3
from sandbox.console.commands.tail import TAIL

COMMANDS: Mapping[tuple[str, str], HighLevel] = {
    ("logs", "tail"): TAIL,
    **{("s3", word): asked for word, asked in S3.items()},
}
"""By AWS CLI's service and the word after it."""

_NOBODY = "There is nobody to sign in to: you are the account's administrator."
_NO_BROWSER = "There is no web site to look at: this AWS is in the program that you use."

REFUSED: Mapping[tuple[str, ...], str] = {
    ("configure",): "There is nothing to configure: one account, one Region, and you are its administrator. "
    "To see who you are: aws sts get-caller-identity",
    ("sso",): _NOBODY,
    ("login",): _NOBODY,
    ("logout",): _NOBODY,
    ("history",): "aws history is not here. Press the arrow up for the lines that you typed before.",
    ("s3", "presign"): _NO_BROWSER + " To see an object: aws s3 cp s3://BUCKET/KEY -",
    ("s3", "website"): _NO_BROWSER,
    ("logs", "start-live-tail"): "Lines come only when you move the clock, so there is nothing to wait for. "
    "Move the clock, then: aws logs tail GROUP",
}
"""What AWS CLI knows after `aws` and this console does not, with what to do instead."""

S3_NAMES = frozenset({"s3", "s3api"})
"""What follows `aws` when S3 is meant: AWS CLI has two names for it, boto3 one."""
