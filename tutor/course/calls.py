"""Steps held against botocore's models: services, operations and parameters that there are not.

Only `Course.check` asks: to open a lesson, nobody loads AWS's models.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec
from botocore.model import Shape

from sandbox.models import operation_names, service_model
from sandbox.services.registry import SERVICES
from tutor.course.checks import PACKAGES, ApiCall
from tutor.course.problems import Problems, did_you_mean, listed, shown

_MOST_NAMED = 12
"""So many names a message lists; where there are more, the nearest one helps better."""


def check_calls(content: msgspec.Struct, file: str, problems: Problems) -> None:
    """Note what no call of AWS's is like: in the steps of a lab, its probes, or its questions.

    Args:
        content: a lab or a quiz.
        file: its name as messages show it.
        problems: where to note it.
    """
    for step in _calls(content):
        _Call(step, file, problems).check()


def _calls(value: Any) -> Iterator[ApiCall]:
    if isinstance(value, ApiCall):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _calls(getattr(value, name))
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _calls(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _calls(part)


class _Call:
    def __init__(self, step: ApiCall, file: str, problems: Problems) -> None:
        self.step = step
        self.file = file
        self.problems = problems

    def check(self) -> None:
        client, method = self.step.client, self.step.method
        services = sorted(service.name for service in SERVICES)
        if client not in services:
            self._unknown(f"the service {shown(client)}", client, services)
            return
        methods = operation_names(client)
        if method not in methods:
            self._unknown(f"the operation {shown(f'{client}.{method}')}", method, methods)
            return
        shape = service_model(client).operation_model(methods[method]).input_shape
        if shape is not None:
            self._structure(self.step.params, shape, "")
        elif self.step.params:
            self._unknown(f"the parameter {shown(next(iter(self.step.params)))}", "", ())

    def _unknown(self, found: str, word: str, known: Collection[str]) -> None:
        expected = f"one of {listed(known)}" if 0 < len(known) <= _MOST_NAMED else "one that boto3 has"
        hint = did_you_mean(word, known)
        self.problems.add(self.file, self.step.line, found, expected if known else "no parameters", hint)

    def _structure(self, given: Mapping[str, Any], shape: Shape, inside: str) -> None:
        of = f" in {shown(inside)}" if inside else f" of {shown(f'{self.step.client}.{self.step.method}')}"
        for name, value in given.items():
            if name in shape.members:
                self._value(value, shape.members[name], name)
            else:
                self._unknown(f"the parameter {shown(name)}{of}", name, shape.members)
        for name in shape.required_members:
            if name not in given:
                self.problems.add(self.file, self.step.line, f"no {shown(name)}{of}", f"{shown(name)} there")

    def _value(self, value: Any, shape: Shape, name: str) -> None:
        if name in PACKAGES and isinstance(value, Mapping) and value.keys() == {"folder"}:
            return
        kind = shape.type_name
        if kind == "structure" and isinstance(value, Mapping):
            self._structure(value, shape, name)
        elif kind == "list" and isinstance(value, list | tuple):
            for part in value:
                self._value(part, shape.member, name)
        elif kind == "map" and isinstance(value, Mapping):
            for part in value.values():
                self._value(part, shape.value, name)
        elif kind in {"structure", "list", "map"} and not isinstance(value, str):
            what = {"structure": "a mapping", "map": "a mapping", "list": "a list"}[kind]
            self.problems.add(
                self.file, self.step.line, f"{shown(name)} as it is", f"{what} in {shown(name)}"
            )
        elif kind == "string" and isinstance(value, str) and not self.step.name:
            self._one_of(value, getattr(shape, "enum", []), name)

    def _one_of(self, value: str, known: Collection[str], name: str) -> None:
        # What is refused on purpose has a name, and so its reply is asked about.
        if known and value not in known and "{" not in value:
            self._unknown(f"{shown(value)} in {shown(name)}", value, known)
