"""Questions of every type, as they are written and as they are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.course.checks import ApiCall, Queue, Reply
from tutor.course.questions.question import Lines, Option, Row, Run
from tutor.course.questions.readings import (
    ConfigRead,
    DeniedRead,
    LineRead,
    MessageRead,
    RaisedRead,
    ReplyRead,
    StoryRow,
)
from tutor.course.questions.rules import TYPES

QUIZ = "quizzes/L5.3.yaml"
FIRST = 21
"""The line on which what a test adds begins."""

CALL = '{lambda.invoke: {FunctionName: "{role:worker}"}, as: call}'
RUN = f"run: {{lab: three-tries, given: [{{advance: 1m}}], steps: [{CALL}]}}"

CHANGE = f"""\
    type: choice
    {RUN}
    claim: {{reply: {{of: call, path: Payload.errorType, is: KeyError}}}}
    options:
      - {{text: one, change: [], why: W}}
      - {{text: two, change: [{{advance: 1m}}], why: W}}
"""
ORDER = f"""\
    type: order
    {RUN}
    options:
      - {{text: one, at: {{event: {{word: started, function: worker, nth: 2}}}}, why: W}}
      - {{text: two, at: {{log: {{function: worker, contains: x}}}}, why: W}}
      - {{text: three, at: {{denied: {{action: "sqs:SendMessage"}}}}, why: W}}
"""
MATCH = f"""\
    type: match
    {RUN}
    rows:
      - {{text: a, steps: [{{advance: 1m}}], why: W}}
      - {{text: b, run: {{lab: three-tries}}}}
    options:
      - {{text: one, claim: {{trace: {{function: worker}}}}, why: W}}
      - {{text: two, claim: {{reply: {{of: call, path: Error}}}}, why: W}}
"""
VALUES = f"""\
    type: match
    {RUN}
    rows:
      - {{text: a, reads: {{config: {{function: worker, path: Timeout}}}}}}
      - {{text: b, reads: {{message: {{role: letters, path: a.b}}}}}}
    options:
      - {{text: one, value: 1, why: W}}
      - {{text: two, why: W}}
"""
TEXT = f"""\
    type: text
    {RUN}
    answer: {{reply: {{of: call, path: Payload.errorType}}}}
"""
NUMBER = f"""\
    type: number
    {RUN}
    answer: {{line: {{function: worker, contains: REPORT, field: Billed Duration}}}}
    unit: ms
    tolerance: 5
"""
CODE = f"""\
    type: pick-line
    {RUN}
    lines: {{code: code/flaky/app.py}}
    answer: {{raised: {{function: worker}}}}
"""
CANDIDATES = f"""\
    type: pick-line
    {RUN}
    lines: {{code: code/flaky/app.py}}
    claim: {{trace: {{function: worker}}}}
    options:
      - {{line: raise, drop: true, why: W}}
      - {{line: def, put: "def handler(event, context, more):", why: W}}
      - {{line: print, change: [], why: W}}
"""
DOCUMENT = f"""\
    type: pick-line
    {RUN}
    lines: {{document: {{denied: {{principal: "{{names}}-role"}}}}}}
    options:
      - {{line: Effect, claim: {{trace: {{function: worker}}}}, why: W}}
      - {{line: Action, claim: {{not: {{trace: {{function: worker}}}}}}, why: W}}
"""
RIGHT = [CHANGE, ORDER, MATCH, VALUES, TEXT, NUMBER, CODE, CANDIDATES, DOCUMENT]


def write(folder: Path, *questions: str) -> None:
    path = folder / QUIZ
    heads = [f'  - id: Q{n}\n    objective: O5.3a\n    stem: "{{names}}?"\n' for n in range(len(questions))]
    text = path.read_text().rstrip("\n") + "\n"
    assert text.count("\n") == FIRST - 1
    path.write_text(text + "".join(head + body for head, body in zip(heads, questions, strict=True)))


def test_every_type_is_read(folder, opened):
    write(folder, *RIGHT)
    quiz = opened().quiz("L5.3")
    change, order, match, values, text, number, code, candidates, document = quiz.items[2:]
    assert {item.type for item in quiz.items} == set(TYPES) - {"multi"}
    assert change.run == Run("three-tries", change.run.steps, change.run.given)
    (call,) = change.run.steps
    assert isinstance(call, ApiCall)
    assert (call.name, call.client, call.method) == ("call", "lambda", "invoke")
    assert change.claim == Reply("call", "Payload.errorType", "KeyError")
    assert [len(option.change) for option in change.options] == [0, 1]
    assert order.options[0].at == StoryRow("started", "worker", 2)
    assert match.rows[1] == Row("b", run=Run("three-tries"))
    assert values.rows[0].reads == ConfigRead("worker", "Timeout")
    assert values.rows[1].reads == MessageRead(role="letters", path="a.b")
    assert text.answer == ReplyRead("call", "Payload.errorType")
    assert number.answer == LineRead("worker", "REPORT", "Billed Duration")
    assert (number.unit, number.tolerance) == ("ms", 5)
    assert (code.lines, code.answer) == (Lines(code="code/flaky/app.py"), RaisedRead("worker"))
    assert candidates.options[0] == Option(shows="raise", why="W", drop=True)
    assert document.lines == Lines(document=DeniedRead("{names}-role"))


def test_facts_of_rows_and_options_are_facts_of_the_course(folder, problems):
    body = "    type: order\n    options:\n" + "".join(
        f"      - {{text: t{n}, fact: {fact}, why: W}}\n"
        for n, fact in enumerate(("async.retries", "async.retris", "metrics.invocations"))
    )
    write(folder, body)
    (only,) = problems()
    assert (only.line, only.found) == (FIRST + 6, "the fact `async.retris`")
    assert "async.retries" in only.hint


WRONG = [
    (TEXT, "answer:", "options:", "found a mapping, expected a list"),
    (
        TEXT,
        "    answer: {reply: {of: call, path: Payload.errorType}}\n",
        "",
        "found a `text` without `answer`",
    ),
    (
        TEXT,
        "of: call",
        "of: cal",
        "found `cal`, expected a call of the run with `as: cal`. Did you mean `call`?",
    ),
    (
        TEXT,
        "{reply: {of: call, path: Payload.errorType}}",
        "{repl: {of: call}}",
        "found `repl`, expected one of `trace`",
    ),
    (TEXT, "as: call", "as: 7 up", "expected a name for the reply of a call"),
    (TEXT, "{advance: 1m}", "{advance: 1m, as: x}", "expected a name for the reply of a call"),
    (
        TEXT,
        "given: [{advance: 1m}]",
        f"given: [{CALL}]",
        "found `as: call` again, expected a name of its own",
    ),
    (
        TEXT,
        "    run:",
        "    claim: {trace: {function: worker}}\n    run:",
        "found `claim` in a `text`, expected `answer`",
    ),
    (NUMBER, "function: worker, contains", "function: wroker, contains", "found the role `wroker`"),
    (NUMBER, "tolerance: 5", "tolerance: -5", "found the number -5, expected a whole number or a number"),
    (CHANGE, "change: [], ", "", "found an option as it is, expected one of `change`"),
    (CHANGE, "change: []", "claim: {trace: {function: worker}}, change: []", "found `claim` in this option"),
    (
        CHANGE,
        "    claim: {reply: {of: call, path: Payload.errorType, is: KeyError}}\n",
        "",
        "without `claim`",
    ),
    (CHANGE, "is: KeyError", "is: KeyError, contains: x", "found both `is` and `contains`"),
    (CHANGE, "why: W}\n      - {text: two", "}\n      - {text: two", "found no `why`, expected `why` here"),
    (CHANGE, "text: one, ", "", "found an option without `text`"),
    (ORDER, "word: started, ", "", "found no `word`"),
    (ORDER, "nth: 2", "nth: 0", "found `nth: 0`, expected 1 for the first, 2, 3"),
    (ORDER, "contains: x}", "contains: x, count: 2}", "found a comparison in a moment"),
    (
        ORDER,
        'at: {denied: {action: "sqs:SendMessage"}}',
        "fact: async.retries",
        "the same of them in every option",
    ),
    (
        ORDER,
        'at: {denied: {action: "sqs:SendMessage"}}, ',
        "",
        "found an option as it is, expected one of `at`",
    ),
    (
        ORDER,
        "      - {text: two, at: {log: {function: worker, contains: x}}, why: W}\n",
        "",
        "at least 3 options in a `order`",
    ),
    (ORDER, "{event: {word", "{evnt: {word", "found `evnt`, expected one of `event`, `trace`"),
    (MATCH, "steps: [{advance: 1m}]", "reads: {queue: {name: letters}}", "expected rows that are all alike"),
    (MATCH, "steps: [{advance: 1m}], ", "", "found a row as it is, expected one of `steps`"),
    (MATCH, "text: b", "text: a", "found the row `a` again"),
    (MATCH, "      - {text: a, steps: [{advance: 1m}], why: W}\n", "", "found 1 rows, expected 2 to 6 rows"),
    (MATCH, "of: call, path: Error", "of: cell, path: Error", "found `cell`, expected a call of the run"),
    (MATCH, "run: {lab: three-tries}}", "run: {lab: three-trys}}", "found the lab `three-trys`"),
    (VALUES, "value: 1", "claim: {trace: {function: worker}}", "its rows are values"),
    (VALUES, "role: letters", "role: letters, name: x", "expected one of `role` or `name`"),
    (CODE, "code/flaky/app.py", "code/flaky/no.py", "found no file `code/flaky/no.py`"),
    (CODE, "code/flaky/app.py", "../../../course.yaml", "found no file `../../../course.yaml`"),
    (CODE, "{code: code/flaky/app.py}", "{log: worker}", "found an `answer` that is no line here"),
    (CODE, "    answer: {raised: {function: worker}}\n", "", "expected one of `answer` or `options`"),
    (CODE, "    lines: {code: code/flaky/app.py}\n", "", "found a `pick-line` without lines"),
    (
        CODE,
        "{code: code/flaky/app.py}",
        "{code: code/flaky/app.py, log: worker}",
        "with one of `code`, `log` or `document`",
    ),
    (
        CANDIDATES,
        "drop: true",
        "drop: true, put: x",
        "found an option as it is, expected one of `change`, `put` or `drop`",
    ),
    (CANDIDATES, "line: def", "line: raise", "found the option `raise` again"),
    (
        CANDIDATES,
        "line: def, ",
        "text: def, ",
        "found `text` in this option, expected `line`, `change`, `put` or `drop`",
    ),
    (DOCUMENT, "claim: {trace: {function: worker}}", "put: x", "found `put` in this option"),
]


@pytest.mark.parametrize(
    ("question", "old", "new", "message"), WRONG, ids=[str(n) for n in range(len(WRONG))]
)
def test_what_a_type_cannot_have_is_told(question, old, new, message, folder, problems):
    assert old in question, "the case does not change anything"
    write(folder, question.replace(old, new, 1))
    messages = [str(problem) for problem in problems()]
    assert any(message in text for text in messages), "\n".join(messages)
    assert all(text.startswith(f"{QUIZ}:") for text in messages)
    lines = [int(text.split(":")[1]) for text in messages]
    assert all(line >= FIRST for line in lines)


def test_too_many_options_have_no_letters(folder, problems):
    more = "".join(f"      - {{text: t{n}, change: [], why: W}}\n" for n in range(7))
    write(folder, CHANGE + more)
    (only,) = problems()
    assert (only.found, only.expected) == ("9 options", "at most 8 options")


# -- on the page -------------------------------------------------------------------------------------------


def page(folder: Path, opened, question: str):
    write(folder, question)
    lesson = folder / "lessons/05-invocation/async-retries/lesson.md"
    lesson.write_text(lesson.read_text().replace("item=Q5.3-04", "item=Q0"))
    course = opened()
    return next(block for block in course.lesson("L5.3").blocks if block.kind == "predict").children


def test_an_order_on_a_page_does_not_stand_in_the_order_of_its_file(folder, opened):
    stem, options = page(folder, opened, ORDER)
    assert stem.text == "{names}?"
    assert sorted(options.text.split("\n")) == ["- one", "- three", "- two"]
    assert options.text != "- one\n- two\n- three"
    assert options.prefix == ""


def test_options_that_are_the_same_are_a_problem_and_no_endless_one(folder, problems):
    write(folder, ORDER.replace("text: two", "text: one").replace("text: three", "text: one"))
    lesson = folder / "lessons/05-invocation/async-retries/lesson.md"
    lesson.write_text(lesson.read_text().replace("item=Q5.3-04", "item=Q0"))
    assert [problem.found for problem in problems()] == ["the option `one` again"] * 2


def test_a_match_on_a_page_has_rows_and_options(folder, opened):
    _stem, rows, options = page(folder, opened, MATCH)
    assert rows.text == "1. a\n2. b"
    assert options.text == "- two\n- one"


def test_a_line_to_pick_on_a_page_has_its_code(folder, opened):
    _stem, code = page(folder, opened, CANDIDATES)
    source = folder / "lessons/05-invocation/async-retries/code/flaky/app.py"
    assert (code.kind, code.lines) == ("code", tuple(source.read_text().rstrip("\n").split("\n")))


def test_lines_that_come_out_of_a_run_cannot_be_on_a_page(folder, problems):
    write(folder, DOCUMENT)
    lesson = folder / "lessons/05-invocation/async-retries/lesson.md"
    lesson.write_text(lesson.read_text().replace("item=Q5.3-04", "item=Q0"))
    (only,) = problems()
    assert only.file.endswith("lesson.md")
    assert (only.found, only.expected) == (
        "`Q0`, whose lines come out of a run",
        "a question that a page can show",
    )


def test_questions_may_count_objects_and_messages(folder, opened):
    body = f"    type: number\n    {RUN}\n    answer: {{queue: {{name: letters}}}}\n"
    write(folder, body)
    assert opened().quiz("L5.3").item("Q0").answer == Queue(name="letters")
