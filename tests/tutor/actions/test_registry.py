"""Laws of the one registry that every skin renders."""

from __future__ import annotations

import inspect
import re
from itertools import combinations

import pytest

from tutor.actions import ACTIONS, Action, Tutor
from tutor.actions.registry import BY_ID, BY_WORD, KINDS
from tutor.practice.console.verbs import VERBS

PLACES = ("lesson", "lab", "quiz")


def together(first: Action, second: Action) -> bool:
    """Whether two actions can be there at the same time."""
    return "" in {first.place, second.place} or first.place == second.place


def method(action: Action) -> str:
    return "_" + action.id.replace(".", "_")


def test_ids_are_unique():
    assert len(BY_ID) == len(ACTIONS)


def test_words_are_unique_everywhere():
    assert len(BY_WORD) == len(ACTIONS)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", action.word) for action in ACTIONS)


def test_keys_are_unique_within_a_place():
    for first, second in combinations([action for action in ACTIONS if action.key], 2):
        assert first.key != second.key or not together(first, second)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_an_action_is_told_and_placed(action):
    assert action.title
    assert action.help.endswith(".")
    assert action.place in {"", *PLACES}
    assert action.id.split(".")[0] in {"go", "app", action.place}
    assert len({arg.name for arg in action.args}) == len(action.args)
    assert all(arg.label for arg in action.args)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_an_action_has_its_method_with_the_arguments_that_it_names(action):
    found = inspect.signature(getattr(Tutor, method(action))).parameters
    del (taken := dict(found))["self"]
    assert list(taken) == [arg.name for arg in action.args]
    for arg in action.args:
        assert (taken[arg.name].default is not inspect.Parameter.empty) is arg.optional


def test_every_method_that_does_something_has_its_action():
    families = {action.id.split(".")[0] for action in ACTIONS}
    doing = {
        name
        for name in vars(Tutor)
        if re.match(rf"_({'|'.join(families)})_", name) and callable(vars(Tutor)[name])
    }
    assert doing == {method(action) for action in ACTIONS}


def test_what_asks_to_be_confirmed_takes_yes_or_no():
    asking = {action.id for action in ACTIONS if any(arg.name == "confirm" for arg in action.args)}
    assert asking == {"lab.reset", "lab.solution", "lab.delete_file", "lab.restore_file"}
    sure = [arg for action in asking for arg in BY_ID[action].args if arg.name == "confirm"]
    assert all(arg.choices == ("yes", "no") and arg.optional for arg in sure)


def test_a_verb_of_the_console_that_is_an_action_too_has_the_same_word():
    words = {action.word for action in ACTIONS if action.place == "lab"}
    assert set(VERBS) - words == {"clock", "load", "show", "explain", "answer"}


def test_kinds_of_lines_are_unique():
    assert len(set(KINDS)) == len(KINDS)
