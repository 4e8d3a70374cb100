"""The query protocol's parameters: flat form fields such as `Tags.member.1.Key` that stand for a tree."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Any

from botocore.model import Shape

from sandbox.wire.messages import malformed
from sandbox.wire.reading import TextReader

_DEEPEST = 32
"""More parts than this no parameter's name has."""


class _Node(dict[str, "_Node"]):
    """A field and what is below it; `text` is None where only something below was given."""

    text: str | None = None


class FormReader(TextReader):
    """Reads a tree of fields by shapes."""

    def __init__(self) -> None:
        super().__init__("iso8601")

    def parameters(self, fields: Iterable[tuple[str, str]], shape: Shape) -> dict[str, Any]:
        """The parameters of an operation.

        Raises:
            Refused: a field stands where none can stand, or cannot be read.
        """
        root = _Node()
        for name, text in fields:
            parts = name.split(".", _DEEPEST)
            if len(parts) > _DEEPEST:
                raise malformed("The name of a parameter is too deep.")
            node = root
            for part in parts:
                node = node.setdefault(part, _Node())
            node.text = text
        return self._structure(root, shape)

    def _structure(self, value: Any, shape: Shape) -> dict[str, Any]:
        found = {}
        for name, member in shape.members.items():
            node = value.get(_key(member, name))
            if node is not None:
                found[name] = self._field(node, member)
        return found

    def _field(self, node: _Node, shape: Shape) -> Any:
        if shape.type_name in {"structure", "list", "map"}:
            return self.read(node, shape)
        if node.text is None or node:
            raise malformed("Unexpected complex element termination")
        return self.read(node.text, shape)

    def _list(self, value: Any, shape: Shape) -> list[Any]:
        if not shape.serialization.get("flattened"):
            # An empty list comes as an empty text.
            value = value.get(shape.member.serialization.get("name", "member"), _Node())
        return [self._field(node, shape.member) for node in _numbered(value)]

    def _map(self, value: Any, shape: Shape) -> dict[str, Any]:
        if not shape.serialization.get("flattened"):
            value = value.get("entry", _Node())
        found = {}
        for node in _numbered(value):
            key = node.get(shape.key.serialization.get("name", "key"))
            item = node.get(shape.value.serialization.get("name", "value"))
            if key is None or item is None:
                raise malformed("An entry of a map lacks its key or its value.")
            found[self._field(key, shape.key)] = self._field(item, shape.value)
        return found

    def _blob(self, value: Any, shape: Shape) -> bytes:
        del shape
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise malformed("A blob is not valid Base64.") from None


def _key(shape: Shape, name: str) -> str:
    """The part of a field's name that stands for a member."""
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        inner = shape.member.serialization.get("name")
        if inner:
            return str(inner)
    return str(shape.serialization.get("name", name))


def _numbered(node: _Node) -> list[_Node]:
    """The items of a list, in the order of their numbers; gaps count for nothing, as at AWS."""
    numbers = {}
    for part, item in node.items():
        if not (part.isascii() and part.isdigit() and len(part) < 10):
            raise malformed(f"A list has numbers, not {part[:40]!r}.")
        numbers[int(part)] = item
    return [numbers[number] for number in sorted(numbers)]
