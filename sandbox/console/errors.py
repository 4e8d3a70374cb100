"""What the console says when something is wrong, in the forms of AWS CLI v2.

Three families: a mistake in the command (exit code 252), an error that AWS answered (254), anything else
(255). The `classic` form is the one of AWS CLI 2.27 to 2.33, which most pages on the web still show; since
2.34 each error begins with `aws: [ERROR]:` and further fields follow (`enhanced`). Both can be had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

MISTAKE = 252
API_ERROR = 254
FAILURE = 255

Kind = Literal["usage", "parameter", "failure", "own"]
_INLINE_ITEMS = 5


class MistakeError(Exception):
    """A command that cannot be run, or that failed before or after AWS answered.

    Args:
        message: what is wrong, in AWS CLI's words where it has some.
        kind: "usage" for the words of a command, "parameter" for a value, "own" for what is not here, which
            AWS CLI has no words for, "failure" for the rest.
        code: the exit code.
        hint: a help of our own, shown below.
    """

    def __init__(self, message: str, kind: Kind = "usage", *, code: int = MISTAKE, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.kind = kind
        self.code = code
        self.hint = hint


def parameter_error(option: str, problem: str, hint: str = "") -> MistakeError:
    """The error for an option whose value cannot be read."""
    return MistakeError(f"Error parsing parameter '{option}': {problem}", "parameter", hint=hint)


def choice_error(argument: str, value: str, choices: Iterable[str], *, cutoff: float = 0.6) -> MistakeError:
    """The error for a word that is none of those possible, with the nearest ones."""
    near = nearest(value, choices, cutoff=cutoff)
    return MistakeError(f"argument {argument}: Found invalid choice '{value}'", hint=maybe(near))


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.6, limit: int = 3) -> list[str]:
    """The known words that look most like one that is not known, best first."""
    pool = list(dict.fromkeys(known))
    near = get_close_matches(word, pool, n=limit, cutoff=cutoff)
    if len(word) > 2:
        near += [name for name in pool if word in name and name not in near]
    return near[:limit]


def maybe(words: list[str]) -> str:
    """AWS CLI's "Maybe you meant" list; empty for no words."""
    if not words:
        return ""
    return "Maybe you meant:\n\n" + "\n".join(f"  * {word}" for word in words)


def render_mistake(mistake: MistakeError, form: str) -> str:
    """A mistake as standard error shows it.

    Args:
        mistake: what went wrong.
        form: "classic", or one of AWS CLI's `--cli-error-format`.
    """
    message = mistake.message.strip()
    whole = f"{message}\n\n{mistake.hint}" if mistake.hint else message
    if mistake.kind == "own":
        return f"\naws: [ERROR]: {whole}\n"
    if mistake.kind == "failure":
        return f"\n{whole}\n" if form == "classic" else f"\naws: [ERROR]: {whole}\n"
    if form == "classic":
        return f"\naws: [ERROR]: {whole}\n" if mistake.kind == "usage" else f"\n{whole}\n"
    if form == "legacy" or message.startswith("Unknown options"):
        return f"\naws: [ERROR]: {whole}\n"
    if form == "enhanced":
        return f"\naws: [ERROR]: An error occurred (ParamValidation): {whole}\n"
    return _structured({"Code": "ParamValidation", "Message": whole}, form)


def render_api_error(error: ClientError, form: str, modelled: Iterable[str] = ()) -> str:
    """An error that AWS answered, as standard error shows it.

    Args:
        error: as the client raised it.
        form: "classic", or one of AWS CLI's `--cli-error-format`.
        modelled: the members of the error's shape; only they are shown as further fields.
    """
    if form == "classic":
        return f"\n{error}\n"
    if form == "legacy":
        return f"\naws: [ERROR]: {error}\n"
    fields = _fields(error.response, {name.lower() for name in modelled})
    if form == "enhanced":
        more = {key: value for key, value in fields.items() if key.lower() not in ("code", "message")}
        shown = "".join(f"{key}: {_inline(value)}\n" for key, value in more.items())
        return f"\naws: [ERROR]: {error}\n" + (f"\nAdditional error details:\n{shown}" if shown else "")
    return _structured(fields, form)


def _fields(response: Mapping[str, Any], modelled: set[str]) -> dict[str, Any]:
    known = modelled | {"code", "message"}
    fields = {key: value for key, value in response["Error"].items() if key.lower() in known}
    taken = {key.lower() for key in fields}
    hidden = taken | {"error", "responsemetadata"}
    further = {key: value for key, value in response.items() if key.lower() in known - hidden}
    return {**fields, **further}


def _inline(value: Any) -> str:
    if isinstance(value, list | dict):
        if len(value) >= _INLINE_ITEMS:
            return "<complex value>, --cli-error-format json recommended for full details"
        if isinstance(value, list):
            return "[" + ", ".join(str(item) for item in value) + "]"
        return "{" + ", ".join(f"{key}: {item}" for key, item in value.items()) + "}"
    return str(value)


def _structured(fields: dict[str, Any], form: str) -> str:
    from sandbox.console.output import FORMATS, plain

    return FORMATS[form]("error", plain(fields))
