"""AWS CLI's own options, which may stand anywhere in a command: `--query`, `--output`, `--region` ..."""

from __future__ import annotations

from typing import Any

import msgspec

from sandbox.console.arguments import Option
from sandbox.console.errors import MistakeError

OUTPUTS = ("json", "text", "table", "yaml", "yaml-stream", "off")
ERROR_FORMS = ("legacy", "json", "yaml", "text", "table", "enhanced")
BINARY_FORMATS = ("base64", "raw-in-base64-out")

_FLAGS = (
    "debug",
    "no-verify-ssl",
    "no-paginate",
    "no-sign-request",
    "no-cli-pager",
    "cli-auto-prompt",
    "no-cli-auto-prompt",
    "version",
)
_PLAIN = (
    "endpoint-url",
    "query",
    "profile",
    "region",
    "ca-bundle",
    "cli-read-timeout",
    "cli-connect-timeout",
)
_CHOICES = {
    "output": OUTPUTS,
    "color": ("on", "off", "auto"),
    "cli-binary-format": BINARY_FORMATS,
    "cli-error-format": ERROR_FORMS,
}

GLOBAL_OPTIONS: dict[str, Option] = {
    **{name: Option(name, "own", "none") for name in _FLAGS},
    **{name: Option(name, "own") for name in _PLAIN},
    **{name: Option(name, "own", choices=choices) for name, choices in _CHOICES.items()},
}

WORDS = {
    "query": "pick from the output, in JMESPath: --query 'Functions[].FunctionName'",
    "output": "how the output looks: json, text, table, yaml, yaml-stream, off",
    "no-paginate": "ask once, for the first page only",
    "cli-binary-format": "whether binary values are typed as they are, or in base64",
    "cli-error-format": "how errors look",
    "no-cli-pager": "accepted; this console has no pager",
    "region": "accepted; this world has one Region",
    "profile": "accepted; this world has one account",
    "debug": "accepted; it shows nothing more here",
}
"""What those options do that do something, or are often typed."""


class Settings(msgspec.Struct, frozen=True):
    """What AWS CLI's own options say for one command.

    Attributes:
        output: one of `OUTPUTS`.
        query: the compiled JMESPath expression; None for none.
        pages: whether all pages are asked for.
        base64_in: whether binary values are typed in base64.
        error_form: how errors are shown; "" for the console's own.
        notes: what the person should know about options that change nothing here.
    """

    output: str = "json"
    query: Any = None
    pages: bool = True
    base64_in: bool = False
    error_form: str = ""
    notes: tuple[str, ...] = ()


def settings(given: dict[str, str | list[str]], region: str) -> Settings:
    """Read AWS CLI's own options.

    Args:
        given: their words by name.
        region: the only Region there is.

    Raises:
        MistakeError: the query is no JMESPath.
    """
    asked = str(given.get("region", region))
    note = f"Note: this world has one Region, {region}; --region {asked} changes nothing."
    return Settings(
        output=str(given.get("output", "json")),
        query=_query(str(given["query"])) if "query" in given else None,
        pages="no-paginate" not in given,
        base64_in=given.get("cli-binary-format") == "base64",
        error_form=str(given.get("cli-error-format", "")),
        notes=(note,) if asked != region else (),
    )


def _query(text: str) -> Any:
    import jmespath
    from jmespath.exceptions import JMESPathError

    try:
        return jmespath.compile(text)
    except (JMESPathError, RecursionError) as problem:
        raise MistakeError(f"Bad value for --query {text}: {problem}", "parameter") from None
