"""The one registry of what a person can do; every skin renders it.

A new action is one entry here and one method of the `Tutor` (its id's dots become underscores). Keys and
words must be unique within a place; a test holds that.
"""

from __future__ import annotations

import msgspec

from tutor.words import _


class Arg(msgspec.Struct, frozen=True):
    """A word that an action needs.

    Attributes:
        name: the keyword that `Tutor.perform` takes.
        label: what a skin asks for it with.
        choices: the only words allowed, or empty.
        multiline: whether it may span lines.
        optional: whether the action works without it.
    """

    name: str
    label: str
    choices: tuple[str, ...] = ()
    multiline: bool = False
    optional: bool = False


class Action(msgspec.Struct, frozen=True):
    """One thing that a person can do.

    Attributes:
        id: "lab.hint"; what comes before the dot is its family.
        title: a word or two for a button, a footer, a palette.
        help: one sentence.
        key: its Textual key in the terminal skin, or "".
        word: the word typed in plain mode.
        args: what it needs to know.
        place: "" everywhere, else the one place where it makes sense: lesson, lab or quiz.
        footer: whether the terminal skin's footer shows it.
    """

    id: str
    title: str
    help: str
    key: str
    word: str
    args: tuple[Arg, ...] = ()
    place: str = ""
    footer: bool = False


class Line(msgspec.Struct, frozen=True):
    """One thing said to the person. `kind` is one of `KINDS`; `text` may have several lines."""

    kind: str
    text: str


KINDS = (
    "title",
    "say",
    "output",
    "log",
    "check",
    "hint",
    "why",
    "error",
    "news",
    "clock",
    "answer",
    "proof",
    "note",
    "input",
)
"""What a `Line` can be: skins choose symbol, colour and spoken word by it."""


class Outcome(msgspec.Struct, frozen=True):
    """What an action answered. The new state is in `Tutor.view`."""

    lines: tuple[Line, ...] = ()
    quit: bool = False


_CONFIRM = Arg("confirm", _("Sure?"), choices=("yes", "no"), optional=True)

ACTIONS: tuple[Action, ...] = (
    Action("go.outline", _("Outline"), _("Show all lessons, labs and quizzes."), "o", "outline"),
    Action(
        "go.lesson",
        _("Lesson"),
        _("Read the lesson."),
        "f2",
        "lesson",
        (Arg("ref", _("Which lesson"), optional=True),),
        footer=True,
    ),
    Action(
        "go.lab",
        _("Lab"),
        _("Work in the lab."),
        "f3",
        "lab",
        (Arg("ref", _("Which lab"), optional=True),),
        footer=True,
    ),
    Action(
        "go.quiz",
        _("Quiz"),
        _("Answer questions."),
        "f4",
        "quiz",
        (Arg("ref", _("Which quiz"), optional=True),),
        footer=True,
    ),
    Action(
        "go.sandbox",
        _("Sandbox"),
        _("Go to a pretend AWS of your own, without a lesson or tasks."),
        "f6",
        "sandbox",
    ),
    Action(
        "go.next", _("Next"), _("Go on to what comes next: lesson, lab, question."), "n", "next", footer=True
    ),
    Action("app.help", _("Help"), _("List what you can do here."), "question_mark", "help", footer=True),
    Action(
        "app.quit",
        _("Quit"),
        _("Save and leave; next time you are back here."),
        "ctrl+q",
        "quit",
        footer=True,
    ),
    Action(
        "lesson.show",
        _("Read again"),
        _("Show the lesson from its beginning."),
        "home",
        "show-lesson",
        place="lesson",
    ),
    Action(
        "lesson.run",
        _("Run"),
        _("Play the demo, or run the lines of the try block."),
        "enter",
        "run",
        (Arg("block", _("Which block"), optional=True),),
        place="lesson",
        footer=True,
    ),
    Action(
        "lab.command",
        _("Command"),
        _("Run a console line: `aws ...`, deploy, clock, load, show, explain, answer, edit, undo, reset."),
        "colon",
        "do",
        (Arg("line", _("Command"), multiline=True),),
        place="lab",
    ),
    Action("lab.tasks", _("Tasks"), _("Show the tasks and how they stand."), "", "tasks", place="lab"),
    Action(
        "lab.check",
        _("Check"),
        _("Check the tasks now; they are checked after each action anyway."),
        "c",
        "check",
        place="lab",
    ),
    Action(
        "lab.hint", _("Hint"), _("One more hint for the task in hand."), "h", "hint", place="lab", footer=True
    ),
    Action(
        "lab.solution",
        _("Solution"),
        _("Show one way to do it, after you have tried."),
        "s",
        "solution",
        (_CONFIRM,),
        place="lab",
    ),
    Action(
        "lab.undo",
        _("Undo"),
        _("Take back the last thing you did to the pretend AWS."),
        "u",
        "undo",
        place="lab",
        footer=True,
    ),
    Action("lab.redo", _("Redo"), _("Do again what you have just undone."), "r", "redo", place="lab"),
    Action(
        "lab.changes",
        _("What changed"),
        _("Show what you have changed since the lab began, as AWS sees it."),
        "w",
        "changes",
        place="lab",
    ),
    Action(
        "lab.reset",
        _("Reset"),
        _("Start the lab afresh; your files as they are now are kept aside."),
        "x",
        "reset",
        (_CONFIRM,),
        place="lab",
    ),
    Action(
        "lab.goal", _("Goal"), _("Say what each task wants, beside what there is."), "g", "goal", place="lab"
    ),
    Action(
        "lab.skip",
        _("Skip"),
        _("Move the clock to what happens next."),
        "space",
        "skip",
        place="lab",
        footer=True,
    ),
    Action("lab.timeline", _("Timeline"), _("Show what happened, in order."), "t", "timeline", place="lab"),
    Action("lab.logs", _("Logs"), _("Show the log lines."), "l", "logs", place="lab"),
    Action(
        "lab.save_file",
        _("Save file"),
        _("Change a file of your function; deploy it to make it count."),
        "",
        "edit",
        (Arg("name", _("File")), Arg("text", _("Text"), multiline=True)),
        place="lab",
    ),
    Action(
        "lab.new_file",
        _("New file"),
        _("Begin an empty file; a name such as lib/helper.py makes its folder too."),
        "plus",
        "new",
        (Arg("name", _("Name of the file")),),
        place="lab",
    ),
    Action(
        "lab.rename_file",
        _("Rename file"),
        _("Give a file another name, or move it to another folder."),
        "m",
        "rename",
        (Arg("name", _("File")), Arg("to", _("New name"))),
        place="lab",
    ),
    Action(
        "lab.delete_file",
        _("Delete file"),
        _("Delete a file; what is deployed stays as it is."),
        "delete",
        "delete",
        (Arg("name", _("File")), _CONFIRM),
        place="lab",
    ),
    Action(
        "lab.restore_file",
        _("Restore file"),
        _("Make one file what it was when the lab began; nothing else changes."),
        "b",
        "restore",
        (Arg("name", _("File")), _CONFIRM),
        place="lab",
    ),
    Action(
        "lab.deploy",
        _("Deploy"),
        _("Zip your files and give them to the function."),
        "f5",
        "deploy",
        (Arg("function", _("Function"), optional=True),),
        place="lab",
        footer=True,
    ),
    Action(
        "quiz.answer",
        _("Answer"),
        _("Answer the question: letters, a number or a word, as the question says."),
        "enter",
        "answer",
        (Arg("response", _("Answer")),),
        place="quiz",
        footer=True,
    ),
    Action(
        "quiz.next", _("Next question"), _("Go to the next question."), "right", "next-question", place="quiz"
    ),
    Action(
        "quiz.back",
        _("Question before"),
        _("Go back to the question before this one."),
        "left",
        "previous-question",
        place="quiz",
    ),
    Action(
        "quiz.proof",
        _("Proof"),
        _("Show the run of the engine that decides this question."),
        "p",
        "proof",
        place="quiz",
        footer=True,
    ),
    Action(
        "quiz.again",
        _("Again"),
        _("Ask again what was not right yet, or everything, with other names and numbers."),
        "a",
        "quiz-again",
        place="quiz",
    ),
)

FOR_TASKS = frozenset({"lab.tasks", "lab.check", "lab.hint", "lab.solution", "lab.goal"})
"""Actions that make no sense where there are no tasks."""

BY_ID = {action.id: action for action in ACTIONS}
BY_WORD = {action.word: action for action in ACTIONS}
