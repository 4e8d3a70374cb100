"""The schemas for editors say what the reader says: our own content fits them, and slips of shape do not."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.tutor.course.conftest import FIXTURES
from tests.tutor.course.test_slips import LAB, LESSON, QUIZ, SLIPS
from tutor.course import packaged
from tutor.course.checks import KINDS
from tutor.course.problems import Problems
from tutor.course.schemas import schemas
from tutor.course.source import Source
from tutor.course.strict_yaml import parse_yaml

OURS = packaged()


@cache
def validator(kind: str) -> jsonschema.Draft7Validator:
    schema = schemas()[kind]
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def plain(text: str) -> Any:
    """YAML as the reader reads it: only JSON's scalars are typed."""
    return parse_yaml(Source("x", text), Problems()).plain()


def front(text: str) -> str:
    return text.split("\n---", 1)[0].removeprefix("---\n") + "\n"


def refusals(kind: str, text: str) -> list[str]:
    content = plain(front(text) if kind == "lesson" else text)
    return [error.message for error in validator(kind).iter_errors(content)]


def kind_of(path: Path) -> str:
    known = {"course.yaml": "course", "module.yaml": "module", "lesson.md": "lesson"}
    by_folder = {"labs": "lab", "quizzes": "quiz", "shared": path.stem}
    return known.get(path.name) or by_folder[path.parent.name]


def files(root: Path) -> list[Path]:
    return [path for path in sorted(root.rglob("*")) if path.suffix == ".yaml" or path.name == "lesson.md"]


CONTENT = [*files(OURS), *files(OURS.parent / "quizzes"), *files(FIXTURES)]


@pytest.mark.parametrize("path", CONTENT, ids=[f"{path.parent.name}/{path.name}" for path in CONTENT])
def test_our_own_content_fits(path):
    assert refusals(kind_of(path), path.read_text()) == []


def test_every_kind_of_file_is_tried():
    assert {kind_of(path) for path in CONTENT} == set(schemas())


def test_schemas_are_plain_json_and_refer_to_what_is_in_them():
    for kind, schema in schemas().items():
        text = json.dumps(schema)
        for part in text.split('"#/definitions/')[1:]:
            assert part.split('"')[0] in schema["definitions"], kind


def test_an_editor_is_told_what_a_key_means():
    lab = schemas()["lab"]["definitions"]
    assert lab["Trace"]["properties"]["containing"]["description"] == "a text in the event's payload."
    assert lab["Hint"]["description"].startswith("Hints, from a nudge to the answer")
    assert set(lab["check"]["properties"]) == set(KINDS)


NOT_OF_SHAPE = {
    # What only the reader can say: names that lead nowhere, bounds in the wrong order, what is on a page.
    "a tab", "a key twice", "a colon in a text", "bounds the wrong way round", "a metric without comparison",
    "a metric that there is not", "a timeline that asks nothing", "an object without its bucket",
    "an object in a role that is no bucket", "a cost without bounds", "a cost the wrong way round",
    "a cost of a role that there is not", "code with both", "missing of two", "an action without its service",
    "a probe in a warning", "a probe inside of a hint", "load of a role", "load of nothing",
    "load for no time", "load of so many words",
    "allowed with both", "allowed with neither", "allowed only what is no action",
    "code as a text", "a zip that is no folder", "a folder that is not there, deep", "a folder of a probe",
    "a role of nothing", "a role of two", "where of nobody", "where of a role that is found by where",
    "a variant with a space", "a placeholder misspelt in a hint", "a need of a later task",
    "a service misspelt", "an operation misspelt", "a parameter misspelt", "a parameter that is left out",
    "a parameter deep inside", "a parameter in a list", "a list in place of a parameter's mapping",
    "a value that AWS does not know", "a parameter of a question's run", "a parameter of a probe",
    "a misconception misspelt", "an item without its table",
    "an item in a role that is no table", "an item with a list as its key", "a duration of two years",
}  # fmt: skip
SHAPES = {
    name: slip
    for name, slip in SLIPS.items()
    if slip.file in {LAB, QUIZ} or (slip.file == LESSON and slip.line < 12)
    if name not in NOT_OF_SHAPE
}


@pytest.mark.parametrize("slip", SHAPES.values(), ids=SHAPES)
def test_what_the_reader_refuses_for_its_shape_is_refused(slip):
    text = (FIXTURES / slip.file).read_text()
    assert refusals(kind_of(Path(slip.file)), text) == []
    assert refusals(kind_of(Path(slip.file)), text.replace(slip.old, slip.new, 1))


def test_what_is_no_slip_of_shape_is_named_rightly():
    assert set(SLIPS) >= NOT_OF_SHAPE
    assert len(SHAPES) > 40


LAB_HEAD = """
id: x
title: X
flavour: fix-it
minutes: 1
reality: {label: exact, why: x}
variants: VARIANTS
world: {steps: [STEP]}
tasks: [{id: a, say: x, CHECK}]
"""


def lab(check: str = "check: {clock: {passed: 1m}}", step: str = "advance: 1m", variants: str = "{}") -> str:
    return LAB_HEAD.replace("CHECK", check).replace("STEP", f"{{{step}}}").replace("VARIANTS", variants)


@pytest.mark.parametrize(
    "written",
    [
        lab(),
        lab(step="s3.put_object: {Bucket: b}"),
        lab(step="s3.put_object: {Bucket: b}, as: put"),
        lab(step='load: {function: "{x}", rate: 0.5, for: 1h30m, payload: [1], type: Event}'),
        lab("probe: {steps: [{advance: 1m}], expect: [{clock: {passed: 1m}}]}"),
        lab("check: {all: [{not: {any: [{clock: {passed: 1m}}]}}]}"),
        lab("check: {metric: {function: a, name: Errors, stat: Sum, between: [1, 2]}}"),
        lab("check: {trace: {function: a, count: 3, reply: null}}"),
        lab("check: {cost: {atmost: 0.001, atleast: '0'}}"),
        lab('check: {timeline: {function: a, last_start: {between: ["09:00", "10:00:01"]}, gaps: [1m]}}'),
        lab(variants="{a: [x, y], b: {int: [1, 2]}, c: {choices: [z]}}"),
    ],
)
def test_every_way_to_write_it_fits(written):
    assert refusals("lab", written) == []


@pytest.mark.parametrize(
    "written",
    [
        lab(step="s3.put_object: {}, as: 3"),
        lab(step="s3.put_object: {}, s3.get_object: {}"),
        lab(step="advance: 1m, as: x"),
        lab(step="as: x"),
        lab("check: {}"),
        lab("check: {clock: {passed: 1m}}, probe: {steps: [], expect: [{clock: {passed: 1m}}]}"),
        lab("why: nothing decides it"),
        lab("check: {metric: {function: a, name: Errors, stat: Sum, equals: 1, atmost: 2}}"),
        lab("check: {clock: {passed: 1m}, all: []}"),
        lab(variants="{a: []}"),
        lab(variants="{a: {}}"),
        lab(variants="{a: {choices: [x], int: [1, 2]}}"),
        lab().replace("title: X", "title: ' '"),
    ],
)
def test_what_is_not_a_way_to_write_it_does_not(written):
    assert refusals("lab", written)
