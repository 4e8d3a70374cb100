"""The words of the terminal skin, all in one place and ready for translation.

Words of actions (titles, help) are in `tutor.actions.registry`; words of lessons are content. What is here is
everything else that the skin says.
"""

from __future__ import annotations

from tutor.words import _, many

NAME = _("Lambda Tutor")

PANES = {
    "outline": _("Outline"),
    "reader": _("Lesson"),
    "guide": _("On this page"),
    "tasks": _("Tasks"),
    "console": _("Console"),
    "editor": _("Editor"),
    "log": _("Log"),
    "timeline": _("Timeline"),
    "quiz": _("Quiz"),
    "proof": _("Proof"),
}

STATUS = {
    "pass": (_("PASS"), "✓", "pass"),
    "not_yet": (_("NOT YET"), "○", "notyet"),
    "blocked": (_("BLOCKED"), "–", "blocked"),
    "error": (_("ERROR"), "!", "error"),
}
"""A task's status: the word, the symbol, the tone."""

CHECKING = (_("checking …"), "◌", "muted")
"""A task before it was looked at for the first time."""
UNKNOWN_STATUS = (_("UNKNOWN"), "?", "muted")

VERDICT = {"right": (_("right"), "✓", "pass"), "wrong": (_("wrong"), "✗", "error")}
"""An option's verdict after the answer: the word, the symbol, the tone."""

MARKS = {"done": ("✓", "pass"), "open": ("◐", "notyet"), "none": ("·", "muted")}
"""How far an entry of the outline is: symbol and tone."""

MARK_WORDS = {"done": _("done"), "open": _("begun"), "none": ""}

KINDS = {"module": "", "lesson": _("lesson"), "lab": _("lab"), "quiz": _("quiz")}

LINE_TONES = {
    "title": ("", "heading"),
    "say": ("", ""),
    "output": ("", "output"),
    "log": ("", "muted"),
    "check": ("", "strong"),
    "hint": ("→ ", "notyet"),
    "why": ("  ", "muted"),
    "error": ("✗ ", "error"),
    "news": ("▼ ", "notyet"),
    "clock": ("◷ ", "muted"),
    "answer": ("= ", "strong"),
    "proof": ("∴ ", "accent"),
    "note": ("· ", "muted"),
    "input": ("$ ", "strong"),
}
"""What a kind of line begins with, and its tone."""

FIRST_HELP = _("Keys work as soon as no text field has the focus; escape leaves a text field.")
SKIN_KEYS_TITLE = _("Getting around")
HERE_TITLE = _("What you can do here")
ELSEWHERE_TITLE = _("What you can do in other places")
PALETTE_TITLE = _("All commands")
PALETTE_HELP = _("Find a command, a lesson, a lab or a quiz by its name.")
PANE_KEYS_HELP = _("Go to a pane; the number stands before its name.")
NEXT_PANE_HELP = _("Go to the next pane, or to the next block that runs.")
SAVE_HELP = _("In the editor: save now. It is saved by itself too.")
FILES_HELP = _("In the editor: the other files.")
HISTORY_HELP = _("In the console: what you typed before; ctrl+r finds the line with what you have typed.")
COMPLETE_HELP = _("In the console: complete the word, or list what fits.")
ESCAPE_HELP = _("Leave a text field, close a window.")
SCROLL_HELP = _("Move and scroll.")
CLOSE = _("escape closes")

TOO_SMALL = _("Make the terminal at least 60x16, or start `lambda-tutor --plain`.")
TOO_SMALL_QUIT = _("ctrl+q leaves")

QUIT_HOW = _("Press ctrl+q to quit.")
CANCELLED = _("Cancelled what was waiting. Press ctrl+q to quit.")
STILL_BUSY = _("Still finishing: {action}. Press ctrl+q again to leave without waiting.")
NOT_FINISHED = _("An action did not finish in time and was given up: {action}. All before it is saved.")
WORKING = _("working: {action}")
OPENING = _("Opening …")

YES_KEYS = _("y or enter: yes    n or escape: no")
ASK_KEYS = _("enter goes on    escape cancels")
OPTIONAL = _("may be empty")

CRASH_TITLE = _("The program made a mistake")
CRASH_WHAT = _("It happened while doing: {action}.")
CRASH_SAVED = _("What you did is saved. Start again and you are where you were.")
CRASH_LOG = _("The details are in {path}")
CRASH_NO_LOG = _("The details could not be written: {reason}")
CRASH_REPORT = _(
    "Please report it, with that file, where you got the program. Nothing in it is secret, but read it first."
)
CRASH_KEYS = _("enter, escape or ctrl+q leaves")

NEXT = _("next: {what} in {time}")
PLACES = {"lesson": _("a lesson"), "lab": _("a lab"), "quiz": _("a quiz")}
NOT_HERE = _("{word} belongs to {place}, so it does nothing in the console. Type `help` for what works here.")
SANDBOX_HINT = _("the sandbox is yours: nothing here is checked")
NO_TASKS = _("There are no tasks in the sandbox. F3 goes to those of the lesson's lab.")
NOTHING_BEHIND = _("Type {word} alone: nothing goes behind it.")
EDIT_ONE = _("Type edit and the name of one file, such as edit app.py.")
DID_YOU_MEAN = _("Did you mean {near}? {word} is not a command here. Type `help` for all of them.")
EDITING = _("{name} is open in the editor, and saved as you type.")
EDITING_NEW = _("{name} is a new file, open in the editor. It is saved as soon as you type something.")

NEXT_NOTHING = _("nothing is waiting to happen")
ISOLATION = _("isolation: {level}")
SAVED = _("all saved ✓")
NOT_SAVED = _("NOT SAVED")
WARNING = _("WARNING: {what}")
LEFT_UNSAVED = _("Nothing of this session was saved. {what}")
LEAVE = _("leave the field")
SKIPS = _("{key} skips")

NO_LOG = _("No log lines yet. They appear when a function runs.")
NO_TIMELINE = _("Nothing has happened yet.")
NO_FILES = _("This lab has no files to edit.")
NO_PROOF = _("Answer first. Then the run of the engine that decides the question can be shown here.")
PROOF_READY = _("Press {key} to see the run that proves the answer.")
LATER = _("{time} later")
DEPLOYED, CHANGED, UNSAVED = _("deployed"), _("changed since the last deploy"), _("being saved …")
NO_CODE = _("for commands to read")
NOT_TEXT_STATE = _("not text")
NOT_TEXT = _(
    "This file is not text in UTF-8.\nIt cannot be read or changed here, and is deployed as it is.\n"
)
NO_FILE = _("No file is open in the editor.")
NEW_FILE, NOT_KEPT = _("new, still empty"), _("NOT SAVED ✗")
CONSOLE_PROMPT = _("aws …   or: deploy, clock, show, explain, undo, redo")
CONSOLE_EMPTY = _(
    "Type `aws help`, or a line as the lessons have them. Tab completes; up and down bring back what you "
    "typed."
)
NO_COMPLETION = _("nothing fits here")
NOT_TYPED = _("you have not typed a line with {text}")

MINUTES = _("{n} min")
REALITY = {"exact": _("EXACT"), "modelled": _("MODELLED"), "simplified": _("SIMPLIFIED")}
OBJECTIVES = _("After this you can")
LESSON_DONE = _("done ✓")
NOTES_SAY = _("The notes say")
NOTE_NUMBER = _("{title} (course note {number})")
TODAY = _("Today")
PREDICT = _("Predict first")
PREDICT_OPEN = _("enter marks your guess")
PREDICT_THINK = _("think of your answer")
GUESS = _("Your guess: {guess}. Enter takes the next one; read on, and see.")
DEMO = _("Demo")
DEMO_RUN = _("enter plays it")
TRY = _("Try it")
TRY_RUN = _("enter runs these lines")
GO_LAB = _("Lab")
GO_LAB_RUN = _("enter opens the lab")
GO_QUIZ = _("Quiz")
GO_QUIZ_RUN = _("enter opens the quiz")
COMPARE = _("Side by side")
NOTE = _("Note")
RUNNING = _("running …")
RAN = _("What happened")
END_OF_LESSON = _("End of the lesson · {key} goes on")
NO_LESSON = _("Choose a lesson in the outline.")
NO_QUIZ = _("No quiz is open.")

BEST = _("best {best}")
LOST = _("It was done, and is not any more.")
NO_HINTS_LEFT = _("no more hints: see one way to do it")
WANTED, FOUND, WHY, HINT = _("wanted"), _("found"), _("why"), _("hint")
TASKS_DONE = _("All tasks pass. {key} goes on.")
LAB_DONE = _("LAB DONE ✓")
LAB_HELD = _("NOT DONE LIKE THIS ○")

QUESTION = _("Question {number} of {total}")
SCORE = _("{right} of {answered} right")
PICK_ONE = _("Choose with a letter or the arrows; enter answers.")
ASKS = {
    "choice": PICK_ONE,
    "multi": _("Mark all that are true with letters or space; enter answers."),
    "order": _("Press the letters from first to last; backspace takes one back; enter answers."),
    "match": _(
        "Give each row a letter; several rows may have the same one. The arrows choose the row, backspace "
        "takes back; enter answers."
    ),
    "pick-line": _("Choose a line (○) with the arrows; enter answers."),
    "number": _("Type a number{unit}{off}; enter answers."),
    "text": _("Type the answer, in any mix of capitals; enter answers."),
}
"""How a question is answered, by its type."""
OF_UNIT = _(" of {unit}")
WITHIN = _(" ({tolerance} more or less is right too)")
YOU_TYPED = _("You typed: {answer}.")
IN_PLACE = _("in place")
YOU_HAD_IT = _("you had it at {place}")
BELONGS = _("It is {letter}.")
RIGHT, WRONG = _("RIGHT ✓"), _("NOT RIGHT ✗")
RIGHT_ANSWER = _("The answer: {answer}")
YOUR_ORDER = _("Your order: {order}")
AFTER_ANSWER = _("enter: next question · {key}: the run that proves it")
PROOF_BACK = _("enter: back to the question")
NOTHING_CHOSEN, NOTHING_TYPED = _("Choose an answer first."), _("Type an answer first.")
MARK_KEPT = _("Question {number} is not answered yet; your mark on it is kept.")
FINISHED = _("The quiz is finished")
FINISHED_SCORE = _("You had {right} of {total} right.")
FINISHED_KEYS = _("{again} asks again what was never right, with other names and numbers · {next} goes on")
FINISHED_ALL_KEYS = _("{again} starts it again with other names and numbers · {next} goes on")
QUIZ_DONE = _("Every question was right at least once: the quiz is done ✓")


def questions_left(number: int) -> str:
    """How many questions were never right yet, in words."""
    return many(number, "{n} question has not been right yet.", "{n} questions have not been right yet.")


def hints_left(number: int) -> str:
    """How many hints a task still has, in words."""
    return many(number, "{n} hint left", "{n} hints left")


def duration(microseconds: int) -> str:
    """A virtual duration as a person says it, in at most two units: "59 s", "4 min 10 s", "120 ms".

    Args:
        microseconds: how long, in microseconds; negative counts as nothing.
    """
    if microseconds <= 0:
        return _("0 s")
    if microseconds < 1_000_000:
        return _("{n} ms").format(n=max(1, microseconds // 1000))
    seconds = microseconds // 1_000_000
    units = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    for index, (name, size) in enumerate(units):
        if seconds >= size:
            words = f"{seconds // size} {name}"
            if index + 1 < len(units):
                small, small_size = units[index + 1]
                rest = seconds % size // small_size
                words += f" {rest} {small}" if rest else ""
            return words
    return _("0 s")


def key_name(key: str) -> str:
    """A Textual key as people write it: "?" for "question_mark"."""
    return {
        "question_mark": "?",
        "colon": ":",
        "plus": "+",
        "delete": "del",
        "left_square_bracket": "[",
        "right_square_bracket": "]",
        "right": "→",
        "left": "←",
        "up": "↑",
        "down": "↓",
    }.get(key, key.upper() if key[:1] == "f" and key[1:].isdigit() else key)
