"""An author's slips: each is told with its file, its line and a hint that helps to mend it."""

# A table reads best with one case a line:
# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

LESSON_FOLDER = "lessons/05-invocation/async-retries"
LESSON = f"{LESSON_FOLDER}/lesson.md"
LAB = f"{LESSON_FOLDER}/labs/three-tries.yaml"
QUIZ = "quizzes/L5.3.yaml"
COURSE = "lessons/course.yaml"
MODULE = "lessons/05-invocation/module.yaml"
MISCONCEPTIONS = "lessons/shared/misconceptions.yaml"
GLOSSARY = "lessons/shared/glossary.yaml"
ERRORS = "lessons/shared/errors.yaml"

CHECK = "check: {trace: {function: worker, type: Event, outcome: error, count: {atleast: 1}}}"
NEVER = "{missing: {function: worker}}"
CREATE_QUEUE = "    - sqs.create_queue: {QueueName: letters}"
TRY = ":::try\naws logs tail /aws/lambda/flaky"


class Slip(NamedTuple):
    """Replace `old` (once; "" for the whole file) by `new`; a problem on `line` must say all of `says`."""

    file: str
    old: str
    new: str
    line: int
    says: tuple[str, ...]


def check(text: str, line: int, *says: str) -> Slip:
    """Another check in the first task of the lab."""
    return Slip(LAB, CHECK, f"check: {text}", line, says)


def step(text: str, *says: str) -> Slip:
    """Another third step of the lab's world."""
    return Slip(LAB, CREATE_QUEUE, f"    - {text}", 12, says)


def page(text: str, line: int, *says: str) -> Slip:
    """Text in place of the page's last directive, which begins on line 30."""
    return Slip(LESSON, f"{TRY}\nclock advance 6h\n:::", text, line, says)


SLIPS = {
    # --- what YAML makes of words and numbers
    "a number with a leading zero": Slip(LAB, "minutes: 12", "minutes: 012", 4, ("the text `012`", "no leading zeros", "`12`")),
    "a number in quotes": Slip(LAB, "minutes: 12", 'minutes: "12"', 4, ("the text `12`", "A number has no quotes")),
    "a number with a mark": Slip(LAB, "account_limit: 10", "account_limit: 1,000", 8, ("the text `1,000`", "`1000`")),
    "a number with an underscore": Slip(LAB, "account_limit: 10", "account_limit: 1_000", 8, ("the text `1_000`", "`1000`")),
    "yes for true": check("{cost: {atmost: 1, free_tier: yes}}", 20, "the text `yes`", "true or false", "Did you mean `true`?"),
    "off for false": check("{cost: {atmost: 1, free_tier: off}}", 20, "the text `off`", "Did you mean `false`?"),
    "True for true": check("{cost: {atmost: 1, free_tier: True}}", 20, "the text `True`", "Did you mean `true`?"),
    "a version that is a number": Slip(COURSE, 'version: "1"', "version: 1", 3, ("the number 1", "Put it in quotes.")),
    "a title that is a number": Slip(MODULE, "title: How calls happen", "title: 5", 1, ("the number 5", "Put it in quotes.")),
    "a list in place of a text": Slip(LAB, "title: Three tries and a letter", "title: [Three tries]", 2, ("a list", "a text")),
    "a text in place of a list": Slip(LESSON, "misconceptions: [M17, M18, M19]", "misconceptions: M17", 7, ("the text `M17`", "a list")),
    "a text in place of a mapping": Slip(LESSON, "reality: {label: modelled,", 'reality: "modelled" #', 10, ("the text `modelled`", "a mapping")),
    "a tab": Slip(LAB, "  - id: captured", "\t- id: captured", 21, ("a tab", "spaces")),
    "a key twice": Slip(LESSON, "minutes: 30", "minutes: 30\nminutes: 31", 5, ("`minutes` again", "line 4")),
    "a colon in a text": Slip(MODULE, "title: How calls happen", "title: Calls: how they happen", 1, ("A text with a colon in it needs quotes.",)),
    "too many entries": Slip(LAB, "needs: [fails]", f"needs: [{', '.join(['fails'] * 500)}]", 22, ("at most 400 entries", "There are 500.")),
    # --- durations, times, comparisons
    "minutes in words": step("advance: 4 minutes", "the text `4 minutes`", "Did you mean `4m`?"),
    "seconds in capitals": step("advance: 90S", "Did you mean `90s`?"),
    "milliseconds in words": step("advance: 500 milliseconds", "Did you mean `500ms`?"),
    "a duration without a unit": step("advance: 4", "the number 4", "A duration has a unit: `4s`, `4m` or `4h`."),
    "a duration of two years": step("advance: 800d", "the text `800d`", "a duration"),
    "a duration that goes back": step("advance: -4m", "the text `-4m`", "a duration such as 4m, 7h or 90s"),
    "a time without its zero": Slip(QUIZ, 'equals: "09:00:01"', 'equals: "9:00:01"', 9, ("Did you mean `09:00:01`?",)),
    "a time with a point": Slip(QUIZ, 'equals: "09:00:01"', 'equals: "09.00"', 9, ("Did you mean `09:00`?",)),
    "a time that there is not": Slip(QUIZ, 'equals: "09:00:01"', 'equals: "25:00"', 9, ("the text `25:00`", "a time of day")),
    "a time that is a number": Slip(QUIZ, 'equals: "09:00:01"', "equals: 9", 9, ("the number 9", "Put it in quotes.")),
    "a count in words": check("{trace: {function: worker, count: twice}}", 20, "the text `twice`", "or a number"),
    "a count in quotes": check('{trace: {function: worker, count: {atleast: "3"}}}', 20, "the text `3`", "no quotes"),
    "a comparison of three": check("{trace: {function: worker, count: {between: [1, 2, 3]}}}", 20, "a list of two"),
    "bounds the wrong way round": check("{trace: {function: worker, count: {between: [3, 1]}}}", 20, "the lower bound first"),
    "a negative count": check("{trace: {function: worker, count: -1.5}}", 20, "the number -1.5"),
    "a comparison misspelt": check("{trace: {function: worker, count: {atmots: 1}}}", 20, "`atmots`", "Did you mean `atmost`?"),
    "a metric with count": check("{metric: {function: worker, name: Errors, stat: Sum, count: 1}}", 20, "`count`", "`equals`, `atleast`"),
    "a metric without comparison": check("{metric: {function: worker, name: Errors, stat: Sum}}", 20, "a metric without a comparison"),
    # --- checks
    "a metric that there is not": check("{metric: {function: worker, name: Invocatoins, stat: Sum, equals: 1}}", 20, "the metric `Invocatoins`", "Did you mean `Invocations`?"),
    "a statistic misspelt": check("{metric: {function: worker, name: Errors, stat: sum, equals: 1}}", 20, "the text `sum`", "Did you mean `Sum`?"),
    "two checks in one": check("{trace: {function: worker}, log: {function: worker, contains: x}}", 20, "a mapping of one key", "Kinds are"),
    "a check without its function": check("{log: {contains: x}}", 20, "no `function`"),
    "an item without its table": check("{item: {key: {id: 1}}}", 20, "`item` as it is", "one of `role` or `name`"),
    "an item in a role that is no table": check("{item: {role: letters}}", 20, "the role `letters`, a queue", "a table among `roles`"),
    "an item with a list as its key": check("{item: {name: orders, key: {id: [1]}}}", 20, "`id` as a list", "`has` takes values of any shape."),
    "an empty all": check("{all: []}", 20, "an empty list", "at least one entry"),
    "a timeline that asks nothing": check("{timeline: {function: worker}}", 20, "asks nothing", "`first_start`, `last_start` or `gaps`"),
    "an object without its bucket": check('{object: {key: "*.txt"}}', 20, "`object` as it is", "one of `role` or `name`"),
    "an object in a role that is no bucket": check("{object: {role: letters}}", 20, "the role `letters`, a queue", "a bucket among `roles`"),
    "a cost without bounds": check("{cost: {}}", 20, "a cost without a comparison", "`atleast` or `atmost`"),
    "a cost the wrong way round": check('{cost: {atleast: "0.5", atmost: "0.1"}}', 20, "`atleast` above `atmost`"),
    "a cost that is no amount": check("{cost: {atmost: one cent}}", 20, "the text `one cent`", "an amount of dollars such as 0.001"),
    "a cost of a role that there is not": check("{cost: {atmost: 1, function: wroker}}", 20, "the role `wroker`", "Did you mean `worker`?"),
    "code with both": check("{code: {function: worker, contains: a, defines: b}}", 20, "`code` as it is", "one of `contains` or `defines`"),
    "allowed with both": check('{allowed: {principal: worker, resource: "*", action: "sqs:SendMessage", only: ["logs:*"]}}', 20, "`allowed` as it is", "one of `action` or `only`"),
    "allowed with neither": check('{allowed: {principal: worker, resource: "*"}}', 20, "`allowed` as it is", "one of `action` or `only`"),
    "allowed only what is no action": check('{allowed: {principal: worker, resource: "*", only: [logs]}}', 20, "`logs`", "an IAM action such as `logs:*`"),
    "missing of two": check("{missing: {queue: a, role: b}}", 20, "`missing` as it is", "one of `function`, `queue`, `bucket`, `table` or `role`"),
    "a kind of resource": check("{resource: {kind: buket, name: x}}", 20, "the text `buket`", "Did you mean `bucket`?"),
    "an action without its service": check("{denied: {action: SendMessage}}", 20, "`SendMessage`", "an IAM action such as `sqs:SendMessage`"),
    "a probe in a warning": Slip(LAB, NEVER, "{probe: {steps: [{advance: 1m}], expect: [{clock: {passed: 1m}}]}}", 42, ("a check that acts", "a look at the world as it is")),
    "a probe inside of a hint": Slip(LAB, '{denied: {action: "sqs:SendMessage"}}', "{not: {probe: {steps: [{advance: 1m}], expect: [{clock: {passed: 1m}}]}}}", 33, ("a check that acts",)),
    # --- steps and code
    "load of a role": step("load: {function: worker, rate: 1, for: 1m}", "the function `worker`", "`{role:worker}` is the name"),
    "load without rate": step('load: {function: "{names}", for: 1m}', "no `rate`"),
    "load of nothing": step('load: {function: "{names}", rate: 0, for: 1m}', "the rate 0", "more than 0"),
    "load of so many words": step('load: {function: "{names}", rate: many, for: 1m}', "the rate `many`", "a number, or one placeholder"),
    "load for no time": step('load: {function: "{names}", rate: 1, for: 0s}', "a load that takes no time", "`for: 30s`"),
    "load with a key misspelt": step('load: {function: "{names}", rate: 1, four: 1m}', "`four`", "Did you mean `for`?"),
    "a step misspelt": step("laod: {function: x, rate: 1, for: 1m}", "`laod`", "Did you mean `load`?"),
    "a step with a capital": step("SQS.create_queue: {QueueName: letters}", "`SQS.create_queue`", "a step: `client.method: {parameters}`"),
    "a service misspelt": step("sqz.create_queue: {QueueName: letters}", "the service `sqz`", "Did you mean `sqs`?"),
    "an operation misspelt": step("sqs.creat_queue: {QueueName: letters}", "the operation `sqs.creat_queue`", "Did you mean `create_queue`?"),
    "a parameter misspelt": step("sqs.create_queue: {QueueNam: letters}", "the parameter `QueueNam` of `sqs.create_queue`", "Did you mean `QueueName`?"),
    "a parameter that is left out": step("sqs.create_queue: {}", "no `QueueName` of `sqs.create_queue`"),
    "a parameter deep inside": step('lambda.update_function_configuration: {FunctionName: x, DeadLetterConfig: {Target: y}}', "the parameter `Target` in `DeadLetterConfig`", "Did you mean `TargetArn`?"),
    "a parameter in a list": step('s3.put_bucket_notification_configuration: {Bucket: b, NotificationConfiguration: {QueueConfigurations: [{QueueArn: a, Event: [x]}]}}', "the parameter `Event` in `QueueConfigurations`", "Did you mean `Events`?"),
    "a list in place of a parameter's mapping": step("sqs.create_queue: {QueueName: x, Attributes: [a]}", "`Attributes` as it is", "a mapping in `Attributes`"),
    "a value that AWS does not know": Slip(LAB, "python3.13", "pyhton3.13", 13, ("`pyhton3.13` in `Runtime`", "Did you mean `python3.13`?")),
    "a parameter of a question's run": Slip(QUIZ, "InvocationType: Event", "InvocationTyp: Event", 7, ("the parameter `InvocationTyp`", "Did you mean `InvocationType`?")),
    "a parameter of a probe": Slip(LAB, "InvocationType: Event", "Invocation: Event", 26, ("the parameter `Invocation`", "Did you mean `InvocationType`?")),
    "code as a text": Slip(LAB, "Code: {folder: code/flaky}", "Code: code/flaky", 13, ("`Code` as the text `code/flaky`", "`Code: {folder: code/NAME}`")),
    "a zip that is no folder": step('lambda.update_function_code: {FunctionName: "{names}", ZipFile: {file: app.py}}', "`ZipFile` as it is", "`ZipFile: {folder: code/NAME}`"),
    "a folder that is not there, deep": step("lambda.publish_layer_version: {LayerName: x, Content: {folder: code/lyer}}", "no folder `code/lyer`"),
    "a folder of a probe": Slip(LAB, "        - advance: 4m", "        - lambda.update_function_code: {FunctionName: x, ZipFile: {folder: code/no}}", 27, ("no folder `code/no`",)),
    # --- roles, variants, tasks
    "a role of nothing": Slip(LAB, 'worker: {function: "{names}"}', "worker: {}", 15, ("the role `worker` as it is", "one of `function`, `queue`, `bucket` and `table`")),
    "a role of two": Slip(LAB, 'worker: {function: "{names}"}', 'worker: {function: "{names}", bucket: b}', 15, ("the role `worker` as it is",)),
    "where of nobody": Slip(LAB, "{where: on_failure_of, function: worker}", "{where: on_failure_of}", 16, ("the role `letters` as it is", "`where` with `function`")),
    "where of a role that is found by where": Slip(LAB, "{where: on_failure_of, function: worker}", "{where: role_of, function: letters}", 16, ("the role `letters`",)),
    "where misspelt": Slip(LAB, "{where: on_failure_of, function: worker}", "{where: on_failure, function: worker}", 16, ("the text `on_failure`", "Did you mean `on_failure_of`?")),
    "a variant of one bound": Slip(LAB, "order: {int: [1, 900]}", "order: {int: [900]}", 6, ("a list of 2",)),
    "a variant with a space": Slip(LAB, "order: {int: [1, 900]}", '"the order": {int: [1, 900]}', 6, ("the variant `the order`", "letters, digits and `_`")),
    "a placeholder misspelt in a hint": Slip(LAB, "Look at DeadLetterErrors.", "Look at {nmaes}.", 33, ("`{nmaes}`", "Did you mean `names`?")),
    "a budget that is no amount": Slip(LAB, 'usd: "0.01"', 'usd: "1 cent"', 43, ("the text `1 cent`", "an amount of dollars such as 0.001")),
    "a need of a later task": Slip(LAB, "    needs: [fails]", "    needs: [still-works]", 22, ("`still-works`", "the id of a task above this one")),
    # --- the page
    "a directive inside a directive": page(":::note\nMind this.\n:::try\nclock\n:::", 30, "a `:::note` that is never closed", "Another one begins on line 32"),
    "an indented directive": page("- a list\n\n  :::note\n  in it\n  :::", 32, "`  :::`", "`:::` at the beginning of the line"),
    "two colons": page("::note\nMind this.\n:::note\nx\n:::", 30, "`::note`", "`:::` at the beginning of the line"),
    "four colons": page("::::note\nMind this.\n", 30, "`::::note`", "`:::name`, or `:::` alone"),
    "a directive misspelt": page(":::notes_say file=002\nx\n---today\ny\n:::", 30, "`notes_say`", "Did you mean `notes-say`?"),
    "an attribute twice": page(":::note title=a title=b\nx\n:::", 30, "`title` again", "each attribute once"),
    "a quote that is not closed": page(':::note title="Mind this\nx\n:::', 30, '`title="Mind this`', "`key=value`"),
    "an attribute with a space": page(":::note title = x\nx\n:::", 30, "`title = x`", "`key=value`"),
    "a part in capitals": page(":::notes-say file=002\nx\n---Today\ny\n:::", 32, "`---Today`", "Did you mean `---today`?"),
    "a part outside": page("Some words.\n---today\nMore words.", 31, "`---today`", "Was that one closed?"),
    "a part of a directive without parts": page(":::note\nx\n---today\ny\n:::", 32, "`---today`", "no `---` part"),
    "an empty note": page(":::note\n:::", 31, "nothing in `:::note`", "some words"),
    "an empty demo": page(":::demo\n:::", 30, "nothing in `:::demo`", "console lines"),
    "code that is never closed": page("```text\naws\n\n:::note\nx\n:::", 30, "code that is never closed", "(```text)", "a line with ``` alone"),
    "a fact misspelt in a note": page(":::note\nIt is {fact:async.retrys}.\n:::", 31, "the fact `async.retrys`", "Did you mean `async.retries`?"),
    "a role of the page that there is not": page("The function is `{role:wroker}`.", 30, "`{role:wroker}`", "Did you mean `worker`?"),
    "an ARN of the page that there is not": page("The queue is `{arn:qeue/x}`.", 30, "`{arn:qeue/x}`", "Did you mean `queue`?"),
    "a picture that is not spoken": page(":::picture\n+--+\n:::", 30, "a `:::picture` without `---spoken`"),
    "a picture with a tab": page(":::picture\n+\t+\n---spoken\nx\n:::", 31, "a tab", "no tabs"),
    "a link into the lesson": page("[that](#there)", 30, "a link to `#there`", "https://"),
    "HTML comment": page("![A map](map.png)", 30, "`image`", "Text art goes into `:::picture`."),
    "a list that is too deep": page("- a\n  - b\n    - c\n      - d\n", 33, "a list 4 deep", "at most 3 deep"),
    "a quote in console lines": page(":::try\naws sqs send-message --message-body 'x\n:::", 31, "quote"),
    "a lab misspelt": page(":::lab id=three-trees\n:::", 30, "the lab `three-trees`", "Did you mean `three-tries`?"),
    "no exams that are a list": Slip(LESSON, 'exams: {dva-c03: "1.2.3"}', "exams: [dva-c03]", 6, ("a list", "a mapping")),
    "a number of an exam's task": Slip(LESSON, 'exams: {dva-c03: "1.2.3"}', "exams: {dva-c03: 1.2}", 6, ("the number 1.2", "Put it in quotes.")),
    "a label that there is not": Slip(LESSON, "label: modelled", "label: modeled", 10, ("the text `modeled`", "Did you mean `modelled`?")),
    # --- the course and what is shared
    "a lesson of a track": Slip(COURSE, "lessons: [L5.3]", "lessons: [L53]", 7, ("the lesson `L53` in the track `all`", "Did you mean `L5.3`?")),
    "a track twice": Slip(COURSE, "locales: [en]", "  - {id: all, title: Again}\nlocales: [en]", 8, ("the track `all` again",)),
    "an id with a space": Slip(COURSE, "id: fixture", "id: the fixture", 1, ("the text `the fixture`", "an id: letters")),
    "a misconception without its truth": Slip(MISCONCEPTIONS, 'M18: {belief: "A throttled event is lost.", truth: "It waits."}', "M18: {belief: It is lost.}", 3, ("no `truth`",)),
    "a misconception with a space": Slip(MISCONCEPTIONS, "M18:", "M 18:", 3, ("the misconception `M 18`", "an id: letters")),
    "a misconception misspelt": Slip(LESSON, "[M17, M18, M19]", "[M17, M18, N19]", 7, ("`N19`", "Did you mean `M19`?")),
    "a term that leads nowhere": Slip(GLOSSARY, "", "event:\n  text: A message.\n  see: [retrys]\nretry: {text: Again.}\n", 3, ("`retrys` under `event`", "Did you mean `retry`?")),
    "a term by another's name": Slip(GLOSSARY, "", "event: {text: A message., also: [letter]}\nletter: {text: Another.}\n", 2, ("`letter` under `letter`",)),
    "a term without words": Slip(GLOSSARY, "", "event: {see: [event]}\n", 1, ("no `text`",)),
    "a fact in the glossary": Slip(GLOSSARY, "", "retry:\n  text: Again, {fact:async.retrys} times.\n", 2, ("the fact `async.retrys`", "Did you mean `async.retries`?")),
    "a pattern that fits everything": Slip(ERRORS, "", '- {pattern: "* *", means: x, try: y}\n', 1, ("the pattern `* *`", "It would fit every error.")),
    "a pattern twice": Slip(ERRORS, "", '- {pattern: "*no room*", means: x, try: y}\n- {pattern: "no  room", means: z, try: y}\n', 2, ("the pattern `no room` again", "The one on line 1")),
    "a pattern with a placeholder": Slip(ERRORS, "", '- {pattern: "{names} is gone", means: x, try: y}\n', 1, ("`{names}` in a pattern", "`*` where names differ")),
    "an error without a tip": Slip(ERRORS, "", "- {pattern: gone, means: x}\n", 1, ("no `try`",)),
    "errors as a mapping": Slip(ERRORS, "", "gone: {means: x}\n", 1, ("a mapping", "a list of AWS's error texts")),
    # --- files that nothing would read
    "another ending of a lab": Slip(f"{LESSON_FOLDER}/labs/more.yml", "", "id: more\n", 0, ("the name `more.yml`", "ends in `.yaml`")),
    "another ending of a solution": Slip(f"{LESSON_FOLDER}/solutions/three-tries.txt", "", "clock\n", 0, ("the name `three-tries.txt`", "ends in `.try`")),
    "questions for no lesson": Slip("quizzes/L5.33.yaml", "", "lesson: L5.33\n", 0, ("the name `L5.33`", "Did you mean `L5.3`?")),
    "another ending of questions": Slip("quizzes/L5.3.yml", "", "lesson: L5.3\n", 0, ("the name `L5.3.yml`", "ends in `.yaml`")),
    "a shared file misspelt": Slip("lessons/shared/glossery.yaml", "", "a: {text: b}\n", 0, ("the name `glossery.yaml`", "Did you mean `glossary`?")),
    "a folder misspelt": Slip(f"{LESSON_FOLDER}/solution/three-tries-more.try", "", "clock\n", 0, ("the folder `solution`", "Did you mean `solutions`?")),
    "a quote in a solution": Slip(f"{LESSON_FOLDER}/solutions/three-tries.try", "", "clock\naws sqs list-queues '\n", 2, ("quote",)),
    "a file without an end in a wrong way": Slip(f"{LESSON_FOLDER}/wrong/three-tries-nothing.try", "", "# refused by: captured\nedit app.py <<END\nx = 1\n", 2, ("a line that says only END",)),
    "a script of too many commands": Slip(f"{LESSON_FOLDER}/solutions/three-tries-long.try", "", "clock\n" * 400, 0, ("400 commands", "at most 300 commands")),
}  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told_with_its_line_and_a_hint(slip: Slip, folder, problems):
    path: Path = folder / slip.file
    path.parent.mkdir(exist_ok=True)
    text = path.read_text() if path.exists() and slip.old else ""
    assert slip.old in text, "the case does not change anything"
    path.write_text(text.replace(slip.old, slip.new, 1) if slip.old else slip.new)
    found = problems()
    near = slip.file.rsplit("/", 1)[0]
    here = [str(one) for one in found if one.line == slip.line and one.file.startswith(near)]
    assert any(all(part in message for part in slip.says) for message in here), (
        "\n".join(map(str, found)) or "nothing is told"
    )


def test_what_aws_is_to_refuse_may_be_any_value_when_its_reply_is_asked_about(folder, problems):
    path = folder / QUIZ
    text = path.read_text()
    call = 'lambda.invoke: {FunctionName: "{role:worker}", InvocationType: Event, Payload: {n: 1}}'
    wrong = call.replace("Event", "Evnt")
    path.write_text(text.replace(call, f"{wrong}, as: call", 1))
    assert problems() == []
    path.write_text(text.replace(call, wrong, 1))
    assert [str(one) for one in problems()] == [
        "quizzes/L5.3.yaml:7: found `Evnt` in `InvocationType`, expected one of `Event`, `RequestResponse` or "
        "`DryRun`. Did you mean `Event`?"
    ]
