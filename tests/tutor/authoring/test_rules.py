"""Each rule of `course check` finds the pack that one edit has broken, and says where."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.tutor.authoring.conftest import CODE, LAB, LESSON, PAGE, QUIZ, SOLUTION, WRONG, Pack

LONG = "x" * 80


class Broken(NamedTuple):
    """A pack with one edit, and what must be said of it."""

    file: str
    old: str
    new: str
    wanted: str
    level: str
    place: tuple[str, str]
    found: str
    hint: str = ""


MODULE = "01-first/module.yaml"
PAGE_RULES = {
    "a need that is no lesson": Broken(
        PAGE, "\nneeds: []", "\nneeds: [L9.9]", "L1.1", "error", (PAGE, "needs:"), "the lesson `L9.9`"
    ),
    "a need of itself": Broken(
        PAGE, "\nneeds: []", "\nneeds: [L1.1]", "L1.1", "error", (PAGE, "needs:"), "the lesson `L1.1` itself"
    ),
    "a module that is not there": Broken(
        MODULE, "needs: []", "needs: [00-zero]", "", "error", (MODULE, "needs:"), "the module `00-zero`"
    ),
    "an error text that leads nowhere": Broken(
        "shared/errors.yaml", "lesson: L1.1", "lesson: L1.11", "", "error",
        ("shared/errors.yaml", "lesson:"), "the lesson `L1.11`", "Did you mean `L1.1`?",
    ),
    "a link that is no address": Broken(
        PAGE, "Write short sentences", "Write [short](https://nowhere) sentences", "L1.1", "error",
        (PAGE, "https://nowhere"), "a link to `https://nowhere`",
    ),
    "a title with a full stop": Broken(
        PAGE, "takes too long\n", "takes too long.\n", "L1.1", "warning", (PAGE, "title:"), "the title"
    ),
    "a title without an end": Broken(
        PAGE, "takes too long\n", f"takes {LONG}\n", "L1.1", "warning", (PAGE, "title:"), "a title of 102"
    ),
    "minutes of a week": Broken(
        PAGE, "minutes: 15", "minutes: 999", "L1.1", "warning", (PAGE, "minutes:"), "999 minutes"
    ),
    "less time than its lab": Broken(
        PAGE, "minutes: 15", "minutes: 5", "L1.1", "warning", (PAGE, "minutes:"), "5 minutes"
    ),
    "a page that does not show its lab": Broken(
        PAGE, ":::lab id=slow-greeting\nGive the guests their greeting.\n:::\n", "", "L1.1", "warning",
        (PAGE, ""), "a page without its lab `slow-greeting`",
    ),
    "a page that does not show its questions": Broken(
        PAGE, ":::quiz\nA few questions. The pretend AWS works out the right answers.\n:::\n", "", "L1.1",
        "warning", (PAGE, ""), "a page without its questions",
    ),
    "wide code on the page": Broken(
        PAGE, "## Watch it", f"```text\n{LONG}\n```\n\n## Watch it", "L1.1", "warning", (PAGE, LONG),
        "80 columns",
    ),
    "wide code in the editor": Broken(
        CODE, "    time.sleep(2)", f"    time.sleep(2)  # {LONG}", "slow-greeting", "warning", (CODE, LONG),
        "101 columns",
    ),
    "a word that cannot be wrapped": Broken(
        PAGE, '{"guest": "Ada"}', f'{{"guest":"{LONG}"}}', "L1.1", "warning", (PAGE, LONG),
        "columns without a blank",
    ),
    "a word of prose that cannot be wrapped": Broken(
        PAGE, "Write short sentences", f"Write {LONG} short sentences", "L1.1", "warning", (PAGE, LONG),
        "a word of 80 columns: `xxx",
    ),
    "a line of five rows": Broken(
        PAGE, '{"guest": "Ada"}', f'{{"guest": "{"word " * 60}"}}', "L1.1", "warning", (PAGE, "word word"),
        "a console line of",
    ),
    "a line of a page that is refused": Broken(
        PAGE, "  # fails", "", "L1.1", "error", (PAGE, "--function-name nobody"),
        "answered with: aws: [ERROR]: An error occurred (ResourceNotFoundException)", "ends in `# fails`",
    ),
    "a line of a comparison that is refused": Broken(
        PAGE, "## Your turn", ":::compare\n---One\nshow functions\n---Two\nshow nothing\n:::\n\n## Your turn",
        "L1.1", "error", (PAGE, "show nothing"), "`show nothing`, answered with",
    ),
    "a line of a page that should be refused": Broken(
        PAGE, "show logs {names}", "show logs {names}  # fails", "L1.1", "error", (PAGE, "show logs"),
        "which works",
    ),
}  # fmt: skip

TASK = "- id: answers"
LAB_RULES = {
    "a task that nobody has to do": Broken(
        LAB, "{trace: {function: greeter, outcome: timeout, count: {atleast: 1}}}",
        '{resource: {kind: function, name: "{names}"}}', "slow-greeting", "error", (LAB, "- id: slow"),
        "the task `slow`, passed before anybody did anything", "already: true",
    ),
    "a step that AWS refuses": Broken(
        LAB, "Timeout: 1,", "Timeout: 5000,", "slow-greeting", "error", (LAB, "lambda.create_function:"),
        "lambda.create_function, which is answered with",
    ),
    "a right way that is none": Broken(
        SOLUTION, "--timeout 5", "--timeout 2", "slow-greeting", "error", (SOLUTION, ""),
        "`answers` NOT YET", "",
    ),
    "a right way that stumbles": Broken(
        SOLUTION, "wait function-updated-v2 --function-name {names}",
        "wait function-updated-v2 --function-name {names}s", "slow-greeting", "error",
        (SOLUTION, "wait function-updated"), "answered with", "Exit status 255",
    ),
    "a right way that costs too much": Broken(
        LAB, "budget: {api_calls: 2}", "budget: {api_calls: 1}", "slow-greeting", "warning",
        (LAB, "budget:"), "2 calls in my-pack/",
    ),
    "a wrong way that is right": Broken(
        WRONG, "--memory-size 512", "--timeout 9", "slow-greeting", "error", (WRONG, "# refused by"),
        "`answers` passed", "The check lets this mistake through.",
    ),
    "a wrong way that does not get so far": Broken(
        WRONG, "aws lambda invoke --function-name {names} --payload '{\"guests\": {guests}}' out.json\n", "",
        "slow-greeting", "error", (WRONG, "# refused by"), "`answers` BLOCKED", "`slow` NOT YET",
    ),
    "a wrong way that stumbles before": Broken(
        WRONG, "--memory-size 512", "--memory-size 5", "slow-greeting", "error", (WRONG, "--memory-size"),
        "answered with",
    ),
    "a hint with an operation that there is not": Broken(
        LAB, "aws lambda update-function-configuration --function", "aws lambda update-funktion --function",
        "slow-greeting", "error", (LAB, "update-funktion"), "Found invalid choice 'update-funktion'",
    ),
    "a hint with an option that there is not": Broken(
        LAB, "--function-name {names} --timeout 5", "--function-nme {names} --timeout 5", "slow-greeting",
        "error", (LAB, "--function-nme"), "--function-nme", "A sentence begins with another word",
    ),
    "a hint with an operation that is not here": Broken(
        LAB, "Its timeout is one second, and the code needs two.", "Look: aws lambda list-layers",
        "slow-greeting", "error", (LAB, "list-layers"), "aws lambda list-layers is not implemented here",
    ),
    "a hint with a verb that is used wrongly": Broken(
        LAB, "Its timeout is one second, and the code needs two.", "show logs, and then: clock advnce 5s",
        "slow-greeting", "error", (LAB, "advnce"), "`clock advnce 5s` in a hint: `advnce`",
    ),
    "a word of a hint that cannot be wrapped": Broken(
        LAB, "Its timeout is one second", f"Its {LONG} is one second", "slow-greeting", "warning",
        (LAB, "- id: answers"), "a word of 80 columns",
    ),
    "a probe that cannot be asked": Broken(
        LAB, '- lambda.invoke: {FunctionName: "{role:greeter}", Payload: {guests: 2, probe: "{nonce}"}}',
        '- load: {function: "{role:greeter}", rate: 1000000, for: 24h}', "slow-greeting", "error",
        (LAB, "- id: answers"), "requests",
    ),
    "hints that nobody sees": Broken(
        LAB, "path: Timeout, is: 1}", "path: Timeout, is: 77}", "slow-greeting", "warning",
        (LAB, "is: 77"), "hints of the task `answers` that no script ever meets",
    ),
    "a warning that nobody sees": Broken(
        LAB, "{missing: {function: greeter}}", "{config: {function: greeter, path: MemorySize, is: 4242}}",
        "slow-greeting", "warning", (LAB, "is: 4242"), "a `never` that no script ever meets",
    ),
    "a warning from the beginning": Broken(
        LAB, "{missing: {function: greeter}}", "{missing: {queue: letters}}", "slow-greeting", "error",
        (LAB, "{missing:"), "a `never` that holds when the lab begins",
    ),
}  # fmt: skip

SCRIPT_RULES = {
    "a quote that is never closed": Broken(
        SOLUTION, "--timeout 5", '--timeout "5', "slow-greeting", "error", (SOLUTION, '--timeout "5'),
        "the quote",
    ),
    "an edit without an end": Broken(
        f"{LESSON}/solutions/slow-greeting-faster-code.try", "\nEND\n", "\n", "slow-greeting", "error",
        (f"{LESSON}/solutions/slow-greeting-faster-code.try", "edit app.py"), "edit",
    ),
    "a word that is no command": Broken(
        SOLUTION, "aws lambda invoke", "lambda invoke", "slow-greeting", "error", (SOLUTION, "lambda invoke"),
        "`lambda`",
    ),
    "a wrong way of no task": Broken(
        WRONG, "# refused by: answers", "# refused by: anwsers", "slow-greeting", "error",
        (WRONG, "# refused by"), "the task `anwsers`", "Did you mean `answers`?",
    ),
}  # fmt: skip

QUIZ_RULES = {
    "two right options": Broken(
        QUIZ, "{trace: {function: greeter, count: 3}}", "{trace: {function: greeter, count: 1}}",
        "Q1.1-01", "error", (QUIZ, "- id: Q1.1-01"), "2 of 3 options that are true",
    ),
    "no right option": Broken(
        QUIZ, "{trace: {function: greeter, count: 1}}", "{trace: {function: greeter, count: 2}}",
        "Q1.1-01", "error", (QUIZ, "- id: Q1.1-01"), "0 of 3 options that are true",
    ),
    "a run that does not work": Broken(
        QUIZ, '{FunctionName: "{role:greeter}", Payload: {n: 3}}', '{FunctionName: nobody, Payload: {n: 3}}',
        "Q1.1-02", "error", (QUIZ, "FunctionName: nobody"), "which is answered with",
    ),
    "a word of a question that cannot be wrapped": Broken(
        QUIZ, "Three calls of", f"Three {LONG} of", "Q1.1-02", "warning", (QUIZ, "- id: Q1.1-02"),
        "a word of 80 columns",
    ),
    "a run whose fact no page vouches for": Broken(
        QUIZ, '    why: "Each call', '    facts: [s3.refused_event]\n    why: "Each call',
        "Q1.1-02", "warning", (QUIZ, "- id: Q1.1-02"), "a question that rests on `s3.refused_event`",
        "how this pretend AWS does it",
    ),
    "a fact with another value": Broken(
        QUIZ, "value: 128,", "value: 127,", "Q1.1-03", "error", (QUIZ, "- id: Q1.1-03"), "0 of 3",
    ),
    "a question that explains nothing": Broken(
        QUIZ, '    why: "Each call that waits for its answer is one run of the code."\n', "", "Q1.1-02",
        "warning", (QUIZ, "- id: Q1.1-02"), "a question without `why`",
    ),
}  # fmt: skip

RULES = {**PAGE_RULES, **LAB_RULES, **SCRIPT_RULES, **QUIZ_RULES}


@pytest.mark.parametrize("name", RULES)
def test_a_rule_finds_what_one_edit_has_broken(pack: Pack, name: str) -> None:
    rule = RULES[name]
    pack.edit(rule.file, rule.old, rule.new)
    found = pack.findings(*filter(None, [rule.wanted]))
    file, text = rule.place
    told = [each for each in found if rule.found in each.problem.found]
    assert told, "\n".join(str(each.problem) for each in found) or "nothing was found"
    problem = told[0].problem
    assert told[0].level == rule.level
    assert problem.file == pack.label(file)
    assert problem.line == (pack.line(file, text) if text else 0)
    assert problem.expected
    assert rule.hint in problem.hint


def test_nothing_is_wrong_with_a_new_pack(pack: Pack) -> None:
    report = pack.check()
    assert [each.problem for verdict in report.verdicts for each in verdict.findings] == []
    assert report.passed
    assert [(verdict.unit.kind, verdict.unit.id) for verdict in report.verdicts] == [
        ("course", "my-pack"),
        ("lesson", "L1.1"),
        ("lab", "slow-greeting"),
        ("item", "Q1.1-01"),
        ("item", "Q1.1-02"),
        ("item", "Q1.1-03"),
        ("bank", "my-pack"),
    ]


def test_a_task_may_say_that_it_holds_already(pack: Pack) -> None:
    old = "    check: {trace: {function: greeter, outcome: timeout, count: {atleast: 1}}}\n"
    pack.edit(LAB, "tasks:\n", 'tasks:\n  - id: there\n    say: "Keep the function"\n    already: true\n'
              '    check: {resource: {kind: function, name: "{names}"}}\n')  # fmt: skip
    assert old in pack.path(LAB).read_text(encoding="utf-8")
    assert pack.check("slow-greeting").passed


def test_a_lab_without_a_wrong_way_is_told_of_it(pack: Pack) -> None:
    pack.path(WRONG).unlink()
    told = [each for each in pack.findings("slow-greeting") if each.problem.found == "no wrong way"]
    assert [(each.level, each.problem.file) for each in told] == [("warning", pack.label(LAB))]


def test_what_the_reader_refuses_is_told_in_the_lesson(pack: Pack) -> None:
    pack.edit(LAB, "flavour: fix-it", "flavor: fix-it")
    report = pack.check()
    assert not report.passed
    (lesson,) = [verdict for verdict in report.verdicts if not verdict.passed]
    assert (lesson.unit.kind, lesson.unit.id) == ("lesson", "L1.1")
    assert (pack.label(LAB), pack.line(LAB, "flavor:")) in [
        (each.problem.file, each.problem.line) for each in lesson.findings
    ]


def test_a_course_that_cannot_be_opened_is_one_unit(pack: Pack) -> None:
    pack.edit("course.yaml", "\ntitle:", "\ntitel:")
    (verdict,) = pack.check().verdicts
    assert verdict.unit.kind == "course"
    assert any("Did you mean `title`?" in each.problem.hint for each in verdict.findings)


def test_what_belongs_to_a_lesson_that_cannot_be_read_leads_to_the_lesson(pack: Pack) -> None:
    pack.edit(LAB, "flavour: fix-it", "flavor: fix-it")
    for wanted in ("L1.1", "slow-greeting", "Q1.1-01"):
        (verdict,) = pack.check(wanted).verdicts
        assert (verdict.unit.id, verdict.passed) == ("L1.1", False)


def test_a_question_that_says_here_may_rest_on_a_fact_that_no_page_vouches_for(pack: Pack) -> None:
    pack.edit(
        QUIZ,
        '    why: "Each call that waits',
        '    facts: [s3.refused_event]\n    why: "Each call that waits',
    )
    pack.edit(QUIZ, "its code begin to run?", "its code begin to run here?")
    assert pack.findings("Q1.1-02") == []
