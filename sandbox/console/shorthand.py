"""AWS CLI's shorthand syntax: `TargetArn=arn:...`, `Variables={A=1,B=2}`, `Id=1,Tags=[a,b]`.

    parameter = keyval *( "," keyval )
    keyval    = key "=" values  /  key "@=" file
    values    = value *( "," value )  /  "[" list "]"  /  "{" keyval *( "," keyval ) "}"
    value     = text  /  'text'  /  "text"          a comma inside a text is written \\,

Parsing looks at the text only and gives strings; `fitted` then turns them into what the model asks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_SINGLE = re.compile(r"'(?:\\'|[^'])*'")
_DOUBLE = re.compile(r'"(?:\\"|[^"])*"')
_FIRST = re.compile(r"(?:\\,|[^\s\"',=\[{])(?:\\,|[^\"',\]}])*")
_SECOND = re.compile(r"(?:\\,|[^\s\"',=\[{])(?:\\,|[^\"',=])*")
_KEY = re.compile(r"[A-Za-z0-9\-_.#/:]*")
_DEEPEST = 50

Value = Any
Fetch = Callable[[str], str | bytes | None]


class ShorthandError(ValueError):
    """A text that is no shorthand, with a mark under the place."""


def parse(text: str, fetch: Fetch = lambda _: None) -> dict[str, Value]:
    """Parse one shorthand text.

    Args:
        text: such as `Name=hello,Values=a,b`.
        fetch: gives the content of a `file://` name after `@=`, None for any other text.

    Raises:
        ShorthandError: with AWS CLI's words.
    """
    return _Parser(text, fetch).parameter()


class _Parser:
    def __init__(self, text: str, fetch: Fetch) -> None:
        self._text = text
        self._at = 0
        self._fetch = fetch
        self._from_file = False
        self._depth = 0

    def parameter(self) -> dict[str, Value]:
        found: dict[str, Value] = {}
        while True:
            start = self._at
            key = self._key()
            value = self._values()
            if key in found:
                raise ShorthandError(
                    f'Second instance of key "{key}" encountered for input:\n{self._marked(start)}\n'
                    'This is often because there is a preceding "," instead of a space.'
                )
            found[key] = value
            if self._end():
                return found
            self._expect(",")

    def _key(self) -> str:
        match = _KEY.match(self._text, self._at)
        key = match[0] if match else ""
        self._at += len(key)
        self._blanks()
        self._from_file = self._now() == "@"
        if self._from_file:
            self._at += 1
        self._expect("=")
        return key

    def _values(self) -> Value:
        if self._end():
            return ""
        if self._now() in "[{":
            return self._bracketed()
        return self._comma_separated()

    def _comma_separated(self) -> Value:
        # "a,b" is a list, but in "a=b,c=d" the comma ends the value: after a comma, what is followed by
        # "=" is the next key, and reading goes back to the comma.
        first = self._value()
        self._blanks()
        if self._now() != ",":
            return first
        values = [first]
        while True:
            self._expect(",")
            try:
                value = self._second_value()
                self._blanks()
                if self._end():
                    return [*values, value]
                if self._now() != ",":
                    raise self._unexpected(",")
            except ShorthandError:
                if self._end():
                    raise
                # AWS CLI goes back to the nearest comma, even to one that belongs to a text.
                self._at = self._text.rfind(",", 0, self._at + 1)
                return values if len(values) > 1 else first
            values.append(value)

    def _bracketed(self) -> Value:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ShorthandError(f"more than {_DEEPEST} brackets inside each other")
        try:
            return self._list() if self._now() == "[" else self._map()
        finally:
            self._depth -= 1

    def _list(self) -> list[Value]:
        self._expect("[")
        found: list[Value] = []
        while self._now() != "]":
            found.append(self._element())
            self._separator("]")
        self._at += 1
        return found

    def _map(self) -> dict[str, Value]:
        self._expect("{")
        found: dict[str, Value] = {}
        while self._now() != "}":
            key = self._key()
            found[key] = self._element()
            self._separator("}")
        self._at += 1
        return found

    def _element(self) -> Value:
        return self._bracketed() if self._now() in ("[", "{") else self._value()

    def _separator(self, closing: str) -> None:
        self._blanks()
        if self._now() != closing:
            self._expect(",")

    def _value(self) -> Value:
        quoted = self._quoted()
        if quoted is not None:
            return quoted
        return self._plain(_FIRST.match(self._text, self._at))

    def _second_value(self) -> Value:
        quoted = self._quoted()
        if quoted is not None:
            return quoted
        match = _SECOND.match(self._text, self._at)
        if match is None:
            raise self._unexpected("<second>", "<none>")
        return self._plain(match)

    def _plain(self, match: re.Match[str] | None) -> Value:
        if match is None:
            return ""
        self._at = match.end()
        return self._content(match[0].replace("\\,", ",").rstrip())

    def _quoted(self) -> Value | None:
        quote = self._now()
        if quote not in ("'", '"'):
            return None
        match = (_SINGLE if quote == "'" else _DOUBLE).match(self._text, self._at)
        if match is None:
            name = "singled quoted" if quote == "'" else "double quoted"
            raise self._unexpected(f"<{name}>", "<none>")
        self._at = match.end()
        return self._content(match[0][1:-1].replace("\\" + quote, quote).replace("\\\\", "\\"))

    def _content(self, text: str) -> Value:
        content = self._fetch(text) if self._from_file else None
        return text if content is None else content

    def _expect(self, char: str) -> None:
        self._blanks()
        if self._now() != char:
            raise self._unexpected(char)
        self._at += 1
        self._blanks()

    def _unexpected(self, expected: str, received: str = "") -> ShorthandError:
        received = received or self._now() or "EOF"
        return ShorthandError(
            f"Expected: '{expected}', received: '{received}' for input:\n{self._marked(self._at)}"
        )

    def _marked(self, at: int) -> str:
        line_start = self._text.rfind("\n", 0, at) + 1
        line_end = self._text.find("\n", at)
        before, after = (self._text, "") if line_end < 0 else (self._text[:line_end], self._text[line_end:])
        return f"{before}\n{' ' * (at - line_start)}^{after}"

    def _now(self) -> str:
        return self._text[self._at : self._at + 1]

    def _end(self) -> bool:
        return self._at >= len(self._text)

    def _blanks(self) -> None:
        while self._now() and self._now() in " \t\r\n\f\v":
            self._at += 1


def fitted(value: Value, shape: Any, name: str = "") -> Value:
    """Turn parsed strings into what a shape asks for: numbers, booleans, lists of one.

    Args:
        value: as parsed.
        shape: botocore's shape of it.
        name: the member it belongs to, for errors.

    Raises:
        ShorthandError: a number is none, or the shape is open ("document") and needs JSON.
    """
    kind = shape.type_name
    if kind == "structure":
        if getattr(shape, "is_document_type", False):
            raise ShorthandError(
                "Shorthand syntax does not support document types. Use JSON input for top-level argument "
                f"to specify nested parameter: {name}"
            )
        if not isinstance(value, dict):
            return value
        members = shape.members
        return {
            key: fitted(item, members[key], key) if key in members else item for key, item in value.items()
        }
    if kind == "list":
        items = value if isinstance(value, list) else [value]
        return [fitted(item, shape.member, name) for item in items]
    if kind == "map":
        return (
            {key: fitted(item, shape.value, key) for key, item in value.items()}
            if isinstance(value, dict)
            else value
        )
    return _scalar(value, kind, name)


def _scalar(value: Value, kind: str, name: str) -> Value:
    if not isinstance(value, str):
        return value
    if kind == "boolean":
        return {"true": True, "false": False}.get(value.lower(), value)
    convert: Callable[[str], Value] | None = {
        "integer": int, "long": int, "float": float, "double": float,
    }.get(kind)  # fmt: skip
    if convert is None:
        return value
    try:
        return convert(value)
    except ValueError:
        raise ShorthandError(f"Expected a number for {name or 'the value'}, found: {value}") from None
