"""What a typed line means.

It is an action of the registry, a console line, an answer, a number of a menu, or a word of this skin alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import msgspec

from tutor.actions.registry import ACTIONS, BY_ID, BY_WORD, FOR_TASKS, Action
from tutor.actions.view import QuizView, View
from tutor.words import _

CONSOLE_WORDS = ("aws", "clock", "load", "show", "explain")
"""Lines that begin so are console lines of the lab; the other verbs of the console are actions."""

HERE_DOCUMENT = re.compile(r"<<\s*(?P<quote>['\"]?)(?P<end>\w+)(?P=quote)\s*$")
"""How a line says that text follows, and which word ends it."""


def own_words() -> dict[str, str]:
    """The words of this skin, which change nothing, and what each does."""
    return {
        "again": _("Say the last answer once more."),
        "more": _("Go on reading the lesson; Enter alone does the same."),
        "here": _("Say where you are: the lab, the question, the lesson."),
        "files": _("List the files of your function; files NAME reads one."),
    }


class Act(msgspec.Struct, frozen=True):
    """Perform an action; what it needs and was not typed is still to be asked for."""

    action: Action
    args: dict[str, str]


class Own(msgspec.Struct, frozen=True):
    """A word of this skin, and what was typed behind it."""

    word: str
    rest: str


class Pick(msgspec.Struct, frozen=True):
    """A number of the menu that was shown last."""

    number: int


class Edit(msgspec.Struct, frozen=True):
    """Change a file. `end` is the word that ends the text that follows, or "" when no text follows."""

    name: str
    end: str


class Refused(msgspec.Struct, frozen=True):
    """The line means nothing here; `reason` says why and what to type."""

    reason: str


Meaning = Act | Own | Pick | Edit | Refused


def understand(line: str, view: View, available: Collection[Action], menu: int) -> Meaning:
    """What a line means.

    Args:
        line: what was typed, not empty.
        view: what is shown.
        available: the actions that make sense now.
        menu: how many entries the menu has that was shown last; 0 for none.
    """
    word, _space, rest = line.strip().partition(" ")
    rest = rest.strip()
    word = {"?": "help", "exit": "quit", "q": "quit"}.get(word, word)
    if word.isascii() and word.isdigit() and not rest and menu:
        number = int(word)
        return (
            Pick(number) if 1 <= number <= menu else Refused(_("Type a number from 1 to {n}.").format(n=menu))
        )
    if word in own_words():
        return Own(word, rest)
    if word == "edit":
        return _edit(rest, available)
    if word in CONSOLE_WORDS or (word == BY_ID["quiz.answer"].word and BY_ID["lab.command"] in available):
        return _act(BY_ID["lab.command"], line.strip(), available)
    if word == "next" and _another_question(view, available):
        return Act(BY_ID["quiz.next"], {})
    if word in BY_WORD:
        return _act(BY_WORD[word], rest, available)
    if view.quiz is not None and view.place == "quiz" and _is_answer(line, view):
        return _as_answer(line.strip(), view.quiz, available)
    # Lessons and hints say "press u": the other skin's keys are words here, where they are no answers.
    pressed = next((action for action in available if len(word) == 1 and action.key == word), None)
    if pressed is not None:
        return _act(pressed, rest, available)
    if view.place == "quiz" and _is_open(view.quiz) and not _near(word):
        # No word of ours, and no answer as it stands: whoever judges answers says how one looks.
        return _act(BY_ID["quiz.answer"], line.strip(), available)
    return Refused(_unknown(word))


def first_words(view: View, available: Collection[Action]) -> list[str]:
    """The words that a line may begin with.

    Args:
        view: what is shown.
        available: the actions that make sense now.
    """
    console = (*CONSOLE_WORDS, BY_ID["quiz.answer"].word) if view.place == "lab" else ()
    return sorted({*console, *own_words(), *(action.word for action in available)} - {"do"})


def _another_question(view: View, available: Collection[Action]) -> bool:
    quiz = view.quiz
    return (
        view.place == "quiz"
        and quiz is not None
        and quiz.number < quiz.total
        and BY_ID["quiz.next"] in available
    )


def _act(action: Action, rest: str, available: Collection[Action]) -> Meaning:
    if action not in available:
        return Refused(_not_here(action, available))
    args: dict[str, str] = {}
    for position, arg in enumerate(action.args):
        if not rest:
            break
        if position == len(action.args) - 1:
            value, rest = rest, ""
        else:
            value, _space, rest = rest.partition(" ")
            rest = rest.strip()
        if arg.choices and value not in arg.choices:
            words = _("{title} takes one of these words: {choices}.")
            return Refused(words.format(title=action.title, choices=", ".join(arg.choices)))
        args[arg.name] = value
    if rest:
        return Refused(_("{word} takes nothing behind it.").format(word=action.word))
    return Act(action, args)


def _edit(rest: str, available: Collection[Action]) -> Meaning:
    if BY_ID["lab.save_file"] not in available:
        return Refused(_not_here(BY_ID["lab.save_file"], available))
    found = HERE_DOCUMENT.search(rest)
    name = (rest[: found.start()] if found else rest).strip()
    if len(name.split()) > 1:
        return Refused(
            _("Type edit and the name of one file, such as edit app.py; the text comes after that.")
        )
    return Edit(name, found["end"] if found else "")


def _is_answer(line: str, view: View) -> bool:
    quiz = view.quiz
    if quiz is None or quiz.finished:
        return False
    if quiz.type == "text":
        return not quiz.answered
    if quiz.type in {"number", "pick-line"}:
        figure = line.strip().casefold().removesuffix(quiz.unit.casefold()).strip()
        return re.fullmatch(r"[-+]?[\d.,_ ]*\d", figure) is not None
    letters = re.sub(r"[\s,]+", "", line).upper()
    if quiz.type == "match":
        letters = re.sub(r"[0-9=:.)-]+", "", letters)
    known = {option.letter.upper() for option in quiz.options}
    return bool(letters) and set(letters) <= known


def _as_answer(line: str, quiz: QuizView, available: Collection[Action]) -> Meaning:
    """An answer. A text that is almost a word of this skin is asked about: a question is answered once."""
    import difflib

    near = difflib.get_close_matches(line.lower()[:40], _all_words(), n=1, cutoff=0.8)
    if quiz.type == "text" and near:
        words = _("Did you mean {near}? Type answer {line} if that is your answer.")
        return Refused(words.format(near=near[0], line=line))
    return _act(BY_ID["quiz.answer"], line, available)


def _all_words() -> list[str]:
    return [*(action.word for action in ACTIONS), *own_words(), *CONSOLE_WORDS]


def _not_here(action: Action, available: Collection[Action]) -> str:
    if action.id in FOR_TASKS and BY_ID["lab.command"] in available:
        return _("There are no tasks in the sandbox. Type lab to go to those of the lesson.")
    places = {
        "lesson": _("{title} belongs to a lesson. Type lesson to go there."),
        "lab": _("{title} belongs to a lab. Type lab to go there."),
        "quiz": _("{title} belongs to a quiz. Type quiz to go there."),
    }
    words = places.get(action.place, _("{title} does not work here just now. Type help for what does."))
    return words.format(title=action.title)


def _is_open(quiz: QuizView | None) -> bool:
    return quiz is not None and not quiz.answered and not quiz.finished


def _near(word: str) -> list[str]:
    """The word of this skin that a word may have been meant for, if there is one."""
    import difflib

    return difflib.get_close_matches(word.lower()[:40], _all_words(), n=1)


def _unknown(word: str) -> str:
    near = _near(word)
    shown = word if len(word) <= 40 else word[:40] + "..."
    if near:
        return _("I do not know {word}. Did you mean {near}? Type help for all words.").format(
            word=shown, near=near[0]
        )
    return _("I do not know {word}. Type help for what you can do here.").format(word=shown)


def help_lines(view: View, available: Collection[Action]) -> list[tuple[str, str]]:
    """What can be typed now: the words, and what each does.

    Args:
        view: what is shown.
        available: the actions that make sense now.
    """
    rows = [(usage(action), action.help) for action in available if action.id != "lab.command"]
    if BY_ID["lab.command"] in available:
        rows.append(("aws ...", _("Call the pretend AWS, in the words of AWS's own command line.")))
        rows.append(("clock advance 5m", _("Move the clock; clock alone says what time it is.")))
        rows.append(("load NAME --rate 20 --for 30s", _("Plan a steady stream of requests to a function.")))
        rows.append(("show ..., explain ...", _("Look at what there is, and why something happened.")))
        rows.append(("answer TEXT", _("Answer the task that asks for an answer.")))
        rows.append(("edit NAME <<END", _("The lines that follow, up to END, become the file.")))
    if view.place == "quiz":
        rows.append(("B", _("Your answer alone, such as B, answers the question.")))
    own = own_words()
    if view.place != "lesson":
        own.pop("more")
    if view.place != "lab":
        own.pop("files")
    return [*rows, *own.items()]


def usage(action: Action) -> str:
    """The word of an action and what is typed behind it; a text of several lines comes after the line."""
    parts = [action.word]
    for arg in action.args:
        if arg.multiline and arg is not action.args[0]:
            continue
        name = "|".join(arg.choices) if arg.choices else arg.name.upper()
        parts.append(f"[{name}]" if arg.optional else name)
    return " ".join(parts)
