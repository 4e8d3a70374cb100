"""JSON Schemas of the files of a course, for editors. Made from the structs that the reader makes of them.

A schema says what a file may hold in its written form: a check is a mapping of one key, a duration a text
such as "4m". What it cannot say (names that must lead somewhere, the order of two bounds) the reader says.
Draft 7 of JSON Schema, because the YAML extensions of editors know it best.
"""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from tutor.course.checks import KINDS, AllOf, AnyOf, CheckBase, Load, Metric, NotThat, StepBase
from tutor.course.decode import COMPARISONS, ID, METHOD, MOST_ENTRIES, REPLY_NAME
from tutor.course.model import (
    CourseInfo,
    ErrorHelp,
    Front,
    LabText,
    Misconception,
    ModuleInfo,
    Task,
    Term,
    Variant,
)
from tutor.course.questions.question import Quiz
from tutor.course.questions.readings import MOMENTS, READINGS
from tutor.course.values import DURATION, TIME, USD, Compare

Schema = dict[str, Any]

_DRAFT = "http://json-schema.org/draft-07/schema#"
_TEXT: Schema = {"type": "string", "pattern": r"\S"}
_FIGURE: Schema = {"type": "number", "minimum": 0}
_SCALARS: dict[Any, Schema] = {
    str: _TEXT,
    int: {"type": "integer", "minimum": 0},
    float: _FIGURE,
    bool: {"type": "boolean"},
}


def schemas() -> dict[str, Schema]:
    """The schemas by kind: course, module, lesson (the front matter), lab, quiz, and the files of shared/."""
    return {
        "course": _of_struct("course.yaml", CourseInfo),
        "module": _of_struct("module.yaml of a module folder", ModuleInfo),
        "lesson": _of_struct("The front matter of a lesson.md", Front),
        "lab": _of_struct("A file of labs/", LabText),
        "quiz": _of_struct("A file of quizzes/", Quiz),
        "misconceptions": _of_entries("shared/misconceptions.yaml", Misconception, ID.pattern),
        "glossary": _of_entries("shared/glossary.yaml", Term, r"\S"),
        "errors": _of_list("shared/errors.yaml", ErrorHelp),
    }


def _of_struct(title: str, kind: type[msgspec.Struct]) -> Schema:
    return _Maker().whole(title, lambda maker: maker.struct(kind))


def _of_entries(title: str, kind: type[msgspec.Struct], names: str) -> Schema:
    return _Maker().whole(
        title,
        lambda maker: {
            "type": "object",
            "propertyNames": {"pattern": _whole(names)},
            "additionalProperties": maker.struct(kind),
        },
    )


def _of_list(title: str, kind: type[msgspec.Struct]) -> Schema:
    return _Maker().whole(title, lambda maker: {"type": "array", "items": maker.struct(kind)})


def _whole(pattern: str) -> str:
    """A pattern that a whole text must match; those of JSON Schema are searched for."""
    return pattern if pattern == r"\S" else f"^(?:{pattern})$"


def _matching(pattern: re.Pattern[str]) -> Schema:
    return {"type": "string", "pattern": _whole(pattern.pattern)}


class _Maker:
    """Makes one schema. Structs and sets of kinds are definitions, so that they may hold each other."""

    def __init__(self) -> None:
        self._definitions: dict[str, Schema] = {}

    def whole(self, title: str, make: Callable[[_Maker], Schema]) -> Schema:
        """The schema of a file."""
        root = make(self)
        return {
            "$schema": _DRAFT,
            "title": title,
            **root,
            "definitions": dict(sorted(self._definitions.items())),
        }

    def struct(self, kind: type[msgspec.Struct]) -> Schema:
        """A reference to the schema of a struct."""
        return self._defined(kind.__name__, lambda: self._struct(kind))

    def _defined(self, name: str, make: Callable[[], Schema]) -> Schema:
        if name not in self._definitions:
            self._definitions[name] = {}  # what is inside may refer to it
            self._definitions[name] = make()
        return {"allOf": [{"$ref": f"#/definitions/{name}"}]}

    # --- structs --------------------------------------------------------------------------------------------

    def _struct(self, kind: type[msgspec.Struct]) -> Schema:
        told = _attributes(kind)
        properties: dict[str, Schema] = {}
        required: list[str] = []
        for field in msgspec.structs.fields(kind):
            if field.name == "line":
                continue
            name = field.encode_name
            schema = _matching(ID) if name == "id" else self.written(field.type)
            if field.required:
                required.append(name)
                if schema.get("type") == "array" and "minItems" not in schema:
                    schema = {**schema, "minItems": 1}
            about = told.get(field.name, "")
            properties[name] = {**schema, "description": about} if about else schema
        made = {
            "type": "object",
            "description": _first_words(kind),
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }
        return self._as_written(kind, made)

    def _as_written(self, kind: type[msgspec.Struct], made: Schema) -> Schema:
        """What is written differently from how it is kept."""
        if kind is Metric:
            del made["properties"]["count"]
            bounds = self._bounds(_FIGURE)
            made["properties"].update(bounds)
            made["allOf"] = [
                {"not": {"required": [one, other]}} for one in bounds for other in bounds if one < other
            ]
        if kind is Task:
            made["properties"]["probe"] = self.struct(KINDS["probe"])
            made["required"].remove("check")
            made["oneOf"] = [{"required": ["check"]}, {"required": ["probe"]}]
        if kind is Variant:
            choices = {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": MOST_ENTRIES}
            one = [{"required": ["choices"]}, {"required": ["int"]}]
            return {"anyOf": [choices, {**made, "oneOf": one}], "description": made["description"]}
        return made

    # --- types ----------------------------------------------------------------------------------------------

    def written(self, kind: Any) -> Schema:
        """The schema of a field's type."""
        origin = get_origin(kind)
        if origin is Annotated:
            return self._annotated(kind)
        if origin is Union or origin is types.UnionType:
            return self._union([member for member in get_args(kind) if member is not type(None)])
        if origin is Literal:
            return {"enum": [choice for choice in get_args(kind) if choice]}
        if origin is tuple:
            return self._tuple(get_args(kind))
        if origin is not None and issubclass(origin, Mapping):
            values = self.written(get_args(kind)[1])
            return {"type": "object", "propertyNames": {"pattern": r"\S"}, "additionalProperties": values}
        if kind is Any:
            return {}
        if kind is Compare:
            return self._compared(_FIGURE, bare=True)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self.struct(kind)
        return dict(_SCALARS[kind])

    def _annotated(self, kind: Any) -> Schema:
        inner, *rest = get_args(kind)
        meaning = next((meta.extra["content"] for meta in rest if meta.extra), "")
        if meaning == "duration":
            return {**_matching(DURATION), "minLength": 1, "examples": ["4m", "90s", "1h30m"]}
        if meaning == "usd":
            return {"anyOf": [_matching(USD), _FIGURE], "examples": ["0.001"]}
        if meaning == "times":
            return self._compared(_matching(TIME), words=("equals", "between"))
        if meaning in {"reading", "moment"}:
            return self._kinds(meaning, READINGS if meaning == "reading" else MOMENTS)
        return self.written(inner)

    def _union(self, members: list[Any]) -> Schema:
        if len(members) == 1:
            return self.written(members[0])
        if all(isinstance(member, type) and issubclass(member, CheckBase) for member in members):
            return self._kinds("check", KINDS)
        if all(isinstance(member, type) and issubclass(member, StepBase) for member in members):
            return self._defined("step", self._step)
        if float in members:
            members = [member for member in members if member is not int]
        return (
            self.written(members[0])
            if len(members) == 1
            else {"anyOf": [self.written(one) for one in members]}
        )

    def _tuple(self, kinds: tuple[Any, ...]) -> Schema:
        if len(kinds) == 2 and kinds[1] is Ellipsis:
            return {"type": "array", "items": self.written(kinds[0]), "maxItems": MOST_ENTRIES}
        items = [self.written(kind) for kind in kinds]
        return {"type": "array", "items": items, "minItems": len(items), "maxItems": len(items)}

    # --- checks, steps, comparisons -------------------------------------------------------------------------

    def _kinds(self, name: str, kinds: Mapping[str, type[CheckBase]]) -> Schema:
        """A mapping of one key, its kind."""

        def make() -> Schema:
            return {
                "type": "object",
                "properties": {key: self._body(kind) for key, kind in kinds.items()},
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": False,
            }

        return self._defined(name, make)

    def _body(self, kind: type[CheckBase]) -> Schema:
        if kind in {AllOf, AnyOf}:
            checks = {"type": "array", "items": self._kinds("check", KINDS), "maxItems": MOST_ENTRIES}
            return {**checks, "minItems": 1, "description": _first_words(kind)}
        if kind is NotThat:
            return self._kinds("check", KINDS)
        return self.struct(kind)

    def _step(self) -> Schema:
        call = {"type": "object", "description": "boto3's client and method, and AWS's parameters."}
        duration = self.written(msgspec.structs.fields(Load)[2].type)
        return {
            "type": "object",
            "properties": {
                "advance": {**duration, "description": "Lets time pass."},
                "load": self.struct(Load),
                "as": {**_matching(REPLY_NAME), "description": "A name for the reply of the call."},
            },
            "patternProperties": {_whole(METHOD.pattern): call},
            "additionalProperties": False,
            "oneOf": [
                {"minProperties": 1, "maxProperties": 1, "not": {"required": ["as"]}},
                {
                    "minProperties": 2,
                    "maxProperties": 2,
                    "required": ["as"],
                    "not": {"anyOf": [{"required": ["advance"]}, {"required": ["load"]}]},
                },
            ],
        }

    def _bounds(self, value: Schema) -> dict[str, Schema]:
        both = {"type": "array", "items": value, "minItems": 2, "maxItems": 2}
        return {word: both if word == "between" else value for word in COMPARISONS}

    def _compared(self, value: Schema, *, bare: bool = False, words: tuple[str, ...] = COMPARISONS) -> Schema:
        bounds = {word: schema for word, schema in self._bounds(value).items() if word in words}
        written = {
            "type": "object",
            "properties": bounds,
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
        }
        return {"anyOf": [value, written]} if bare else written


# --- words -----------------------------------------------------------------------------------------------


def _first_words(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split())


def _attributes(kind: type) -> dict[str, str]:
    """What a struct's docstring says of its attributes."""
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        _, _, section = (inspect.cleandoc(base.__dict__.get("__doc__") or "")).partition("Attributes:\n")
        for name, words in re.findall(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", section, re.MULTILINE):
            found[name] = " ".join(words.split())
    return found
