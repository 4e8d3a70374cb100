"""Whatever is wrong with content, the author reads file, line, what was found and what was expected."""

# A table reads best with one case a line:
# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tutor.course import Cache, ContentError, load_course

LESSON_FOLDER = "lessons/05-invocation/async-retries"
LESSON = f"{LESSON_FOLDER}/lesson.md"
LAB = f"{LESSON_FOLDER}/labs/three-tries.yaml"
QUIZ = "quizzes/L5.3.yaml"
COURSE = "lessons/course.yaml"
SHARED = "lessons/shared"


class Case(NamedTuple):
    """Replace `old` (once) by `new` in `file`; one problem must then read `message`."""

    name: str
    file: str
    old: str
    new: str
    message: str


CASES = [
    # --- the lab: keys, types, closed sets
    Case("unknown key", LAB, "flavour: fix-it", "flavor: fix-it", f"{LAB}:3: found `flavor`, expected one of `id`, `title`, "),
    Case("unknown key, hint", LAB, "flavour: fix-it", "flavor: fix-it", "Did you mean `flavour`?"),
    Case("missing key", LAB, "flavour: fix-it", "", f"{LAB}:1: found no `flavour`, expected `flavour` here"),
    Case("closed set", LAB, "flavour: fix-it", "flavour: fixit", f"{LAB}:3: found the text `fixit`, expected one of `build-it`, `fix-it`"),
    Case("text for number", LAB, "minutes: 12", "minutes: soon", f"{LAB}:4: found the text `soon`, expected a whole number"),
    Case("number for text", LAB, "title: Three tries and a letter", "title: 3", f"{LAB}:2: found the number 3, expected a text. Put it in quotes."),
    Case("negative number", LAB, "minutes: 12", "minutes: -1", f"{LAB}:4: found the number -1, expected a whole number"),
    Case("truth for text", LAB, "title: Three tries and a letter", "title: true", f"{LAB}:2: found `true`, expected a text"),
    Case("nothing for text", LAB, "title: Three tries and a letter", "title:", f"{LAB}:2: found nothing, expected a text"),
    Case("text for list", LAB, "needs: [fails]", "needs: fails", f"{LAB}:22: found the text `fails`, expected a list"),
    Case("id unlike the file", LAB, "id: three-tries", "id: three-trees", f"{LAB}:1: found the id `three-trees`, expected `three-tries`, as the file's name"),
    Case("odd id", LAB, "  - id: fails", "  - id: it fails", f"{LAB}:18: found the text `it fails`, expected an id"),
    Case("duplicate key", LAB, "minutes: 12", "minutes: 12\ntitle: Again", f"{LAB}:5: found `title` again, expected each key once. It stands on line 2 too."),
    Case("second task of that id", LAB, "  - id: captured", "  - id: fails", f"{LAB}:21: found the task `fails` again"),
    Case("need that is not above", LAB, "needs: [fails]", "needs: [fail]", f"{LAB}:22: found `fail`, expected the id of a task above this one. Did you mean `fails`?"),
    # --- the lab: checks and steps
    Case("unknown check", LAB, "check: {trace:", "check: {trase:", f"{LAB}:20: found `trase`, expected one of `trace`, `timeline`"),
    Case("check of no kind", LAB, "{missing: {function: worker}}", "{items: {table: x}}", "found `items`, expected one of `trace`, `timeline`, `metric`"),
    Case("unknown field of a check", LAB, "outcome: error", "outcom: error", f"{LAB}:20: found `outcom`, expected one of `function`, `type`, `outcome`, `containing`, `reply`, `error` or `count`. Did you mean `outcome`?"),
    Case("odd comparison", LAB, "{atleast: 1}}}\n  - id: captured", "{at_least: 1}}}\n  - id: captured", f"{LAB}:20: found `at_least`, expected one of `equals`, `atleast`, `atmost` or `between`, or a number. Did you mean `atleast`?"),
    Case("two comparisons", LAB, "count: {atleast: 1}}}\n  - id", "count: {atleast: 1, atmost: 2}}}\n  - id", f"{LAB}:20: found a mapping, expected exactly one of"),
    Case("unknown role", LAB, "check: {trace: {function: worker", "check: {trace: {function: wroker", f"{LAB}:20: found the role `wroker`, expected a function among `roles`. Did you mean `worker`?"),
    Case("role of another kind", LAB, "check: {trace: {function: worker", "check: {trace: {function: letters", f"{LAB}:20: found the role `letters`, a queue, expected a function"),
    Case("role in a placeholder", LAB, '"{role:worker}", InvocationType', '"{role:wroker}", InvocationType', f"{LAB}:26: found `{{role:wroker}}`, expected a role among `roles`. Did you mean `worker`?"),
    Case("kind of ARN", LAB, '"{arn:role/', '"{arn:rolle/', f"{LAB}:13: found `{{arn:rolle/{{names}}-role}}`, expected an ARN of `role`, `user`"),
    Case("variant misspelt", LAB, 'FunctionName: "{names}"', 'FunctionName: "{nmaes}"', f"{LAB}:13: found `{{nmaes}}`, expected a variant of the lab. Did you mean `names`?"),
    Case("duration", LAB, "advance: 4m", "advance: 4 minutes", f"{LAB}:27: found the text `4 minutes`, expected a duration such as 4m, 7h or 90s"),
    Case("duration as number", LAB, "advance: 4m", "advance: 4", f"{LAB}:27: found the number 4, expected a duration"),
    Case("verb misspelt", LAB, "advance: 4m", "advanec: 4m", "Did you mean `advance`?"),
    Case("step without method", LAB, "sqs.create_queue: {", "create_queue: {", f"{LAB}:12: found `create_queue`, expected a step: `client.method: {{parameters}}`"),
    Case("step without parameters", LAB, "sqs.create_queue: {QueueName: letters}", "sqs.create_queue: letters", f"{LAB}:12: found the text `letters`, expected the parameters of the call"),
    Case("step of two keys", LAB, "- advance: 4m", "- advance: 4m\n          sqs.purge: {}", f"{LAB}:27: found a mapping, expected a step"),
    Case("missing code folder", LAB, "folder: code/flaky", "folder: code/flakey", f"{LAB}:13: found no folder `code/flakey`, expected a folder with handler code"),
    Case("code folder outside", LAB, "folder: code/flaky", "folder: ../..", f"{LAB}:13: found the folder `../..`, expected a folder inside the lesson's folder"),
    Case("check and probe", LAB, "    probe:  ", "    check: {clock: {passed: 4m}}\n    probe:  ", "found both `check` and `probe`, expected one of the two"),
    Case("action of IAM", LAB, '{action: "sqs:SendMessage"}', '{action: SendMessage}', "found `SendMessage`, expected an IAM action such as `sqs:SendMessage`"),
    Case("misconception", LAB, "misconceptions: [M16", "misconceptions: [M15", f"{LAB}:44: found `M15`, expected a misconception of shared/misconceptions.yaml. Did you mean `M16`?"),
    Case("variant of nothing", LAB, "order: {int: [1, 900]}", "order: {int: [900, 1]}", f"{LAB}:6: found the larger bound first"),
    # --- YAML itself
    Case("broken YAML", LAB, "minutes: 12", "minutes: [12", f"{LAB}:"),
    Case("tab", LAB, "  account_limit: 10", "\taccount_limit: 10", f"{LAB}:8: found a tab, expected spaces. YAML is indented with spaces alone."),
    Case("colon in a text", LAB, "title: Three tries and a letter", "title: Three tries: a letter", "A text with a colon in it needs quotes."),
    Case("tag", LAB, "title: Three", "title: !!python/object:os.system Three", f"{LAB}:2: found the tag"),
    Case("anchor", LAB, "title: Three", "title: &t Three", f"{LAB}:2: found the anchor `&t`, expected a plain value"),
    Case("alias", LAB, "title: Three tries and a letter", "title: *t", f"{LAB}:2: found the alias `*t`, expected the value itself"),
    Case("second document", LAB, "minutes: 12", "minutes: 12\n---\nid: x", f"{LAB}:5: found a second document"),
    Case("list as a key", LAB, "minutes: 12", "? [a, b]\n: 12", f"{LAB}:4: found a list as a key, expected a text as a key"),
    Case("terminal escape", LAB, "title: Three", 'title: "\\e[2J" # Three', f"{LAB}:2: found the character U+001B, expected text that can be shown"),
    Case("endless number", LAB, "minutes: 12", "minutes: " + "9" * 5000, f"{LAB}:4: found a number of that length"),
    Case("number too large", LAB, "minutes: 12", "minutes: 1e999", f"{LAB}:4: found the number 1e999"),
    # --- the lesson
    Case("no front matter", LESSON, "---\nid: L5.3", "id: L5.3", f"{LESSON}:1: found `id: L5.3`, expected `---`, the front matter and `---`"),
    Case("front matter without end", LESSON, "of this page use\n---\n", "of this page use\n", f"{LESSON}:1: found a front matter without an end, expected a line with `---` alone"),
    Case("front matter key", LESSON, "minutes: 30", "minuets: 30", f"{LESSON}:4: found `minuets`, expected one of `id`, `title`, `minutes`"),
    Case("front matter broken", LESSON, "minutes: 30", "minutes: {30", f"{LESSON}:"),
    Case("no objective", LESSON, 'objectives:\n  - {id: O5.3a, text: "Predict when and how often an asynchronous event is tried again", exams: {dva-c03: "1.2.3"}}', "objectives: []", f"{LESSON}:5: found an empty list, expected at least one entry"),
    Case("world that is no lab", LESSON, "world: three-tries", "world: three-trys", f"{LESSON}:11: found the lab `three-trys`, expected a lab of this lesson. Did you mean `three-tries`?"),
    Case("note not listed", LESSON, ":::notes-say file=002", ":::notes-say file=003", f"{LESSON}:15: found the note `003`, expected a note listed under `notes`. Did you mean `002`?"),
    Case("no today", LESSON, "---today\n", "", f"{LESSON}:15: found a `:::notes-say` without `---today`"),
    Case("part misspelt", LESSON, "---today", "---toady", f"{LESSON}:17: found `---toady`, expected `---today`"),
    Case("unknown directive", LESSON, ":::predict", ":::perdict", f"{LESSON}:21: found `perdict`, expected one of `notes-say`, `predict`"),
    Case("unclosed directive", LESSON, "clock advance 6h\n:::", "clock advance 6h", f"{LESSON}:30: found a `:::try` that is never closed"),
    Case("unclosed before another", LESSON, "show timeline flaky\n:::", "show timeline flaky", f"{LESSON}:24: found a `:::demo` that is never closed"),
    Case("closed twice", LESSON, "clock advance 6h\n:::", "clock advance 6h\n:::\n:::", f"{LESSON}:34: found a `:::` that closes nothing"),
    Case("unknown attribute", LESSON, ":::demo id=retry", ":::demo di=retry", f"{LESSON}:24: found `di`, expected one of `id` or `title`"),
    Case("attribute without value", LESSON, ":::demo id=retry", ":::demo retry", f"{LESSON}:24: found `retry`, expected `key=value`"),
    Case("attribute missing", LESSON, ":::predict id=p1 item=Q5.3-04", ":::predict id=p1", f"{LESSON}:21: found a `:::predict` without `item`"),
    Case("question that is not there", LESSON, "item=Q5.3-04", "item=Q5.3-40", f"{LESSON}:21: found `Q5.3-40`, expected the id of a question of this lesson. Did you mean `Q5.3-04`?"),
    Case("lab that is not there", LESSON, ":::try\n", ":::lab id=two-tries\n:::\n\n:::try\n", f"{LESSON}:30: found the lab `two-tries`, expected a file `labs/two-tries.yaml`"),
    Case("not a command", LESSON, "clock advance 5m", "clcok advance 5m", f"{LESSON}:26: found `clcok`, expected a command: `aws`, `deploy`"),
    Case("edit without end", LESSON, "clock advance 5m", "edit app.py <<END", f"{LESSON}:26: found 'edit ... <<END', expected a line that says only END"),
    Case("id again", LESSON, ":::try\n", ":::try id=retry\n", f"{LESSON}:30: found the id `retry` again"),
    Case("unknown fact", LESSON, "{fact:async.max_event_age}", "{fact:async.max_event_aeg}", f"{LESSON}:18: found the fact `async.max_event_aeg`, expected the id of a fact. Did you mean `async.max_event_age`?"),
    Case("picture of a file", LESSON, "An asynchronous caller", "![x](y.png) An asynchronous caller", "found `image`, expected words, code or a link. Text art goes into `:::picture`."),
    Case("link to anywhere", LESSON, "An asynchronous caller", "[An](file.md) asynchronous caller", f"{LESSON}:13: found a link to `file.md`, expected a link that begins with https://"),
    Case("wide picture", LESSON, ":::try\n", f":::picture\n{'x' * 90}\n---spoken\nwide\n:::\n\n:::try\n", f"{LESSON}:31: found 90 columns, expected at most 76 columns"),
    Case("compare of one", LESSON, ":::try\n", ":::compare\n---one\nclock\n:::\n\n:::try\n", f"{LESSON}:30: found a `:::compare` with 1 parts, expected two parts"),
    # --- questions
    Case("planned type", QUIZ, "type: number", "type: fix", f"{QUIZ}:16: found the type `fix`, expected one of `choice`, `multi`, `number`"),
    Case("unknown type", QUIZ, "type: number", "type: numbre", f"{QUIZ}:16: found the text `numbre`, expected one of `choice`, `multi`, `number`, `order`, `match`, `text` or `pick-line`. Did you mean `number`?"),
    Case("objective", QUIZ, "objective: O5.3a\n    type: number", "objective: O5.3b\n    type: number", f"{QUIZ}:15: found `O5.3b`, expected an objective of the lesson. Did you mean `O5.3a`?"),
    Case("lab of a run", QUIZ, "run: {lab: three-tries, steps: [{lambda.invoke: {FunctionName: \"{role:worker}\", InvocationType: Event, Payload: {n: 1}}}, {advance: 7h}", "run: {lab: tree-tries, steps: [{advance: 7h}", f"{QUIZ}:7: found the lab `tree-tries`, expected a lab of this lesson"),
    Case("question again", QUIZ, "id: Q5.3-07", "id: Q5.3-04", f"{QUIZ}:14: found the question `Q5.3-04` again"),
    Case("answer compares", QUIZ, "stat: Sum}", "stat: Sum, equals: 3}", f"{QUIZ}:19: found a comparison in an answer"),
    Case("answer without figure", QUIZ, "{metric: {function: worker, name: Invocations, stat: Sum}}", "{clock: {passed: 4m}}", f"{QUIZ}:19: found `clock`, expected one of `trace`, `metric`, `log`, `queue`, "),
    Case("number without answer", QUIZ, "    answer: {metric: {function: worker, name: Invocations, stat: Sum}}\n", "", f"{QUIZ}:14: found a `number` without `answer`"),
    Case("time of day", QUIZ, 'equals: "09:00:01"', 'equals: "9:00"', f"{QUIZ}:9: found the text `9:00`, expected a time of day such as 09:00:01"),
    Case("bounds", QUIZ, '["09:02:30", "09:03:30"]', '["09:03:30", "09:02:30"]', f"{QUIZ}:10: found a list, expected the lower bound first"),
    Case("option without claim", QUIZ, "claim: {trace: {function: worker, count: 1}}, ", "", f"{QUIZ}:12: found an option without `claim`"),
    Case("option again", QUIZ, "about 15:00", "about 09:03", f"{QUIZ}:11: found the option `about 09:03` again"),
    Case("misconception of an option", QUIZ, "misconception: M17", "misconception: M99", f"{QUIZ}:9: found `M99`, expected a misconception"),
    Case("fact of a question", QUIZ, "facts: [metrics.invocations]", "facts: [metrics.invocation]", f"{QUIZ}:20: found the fact `metrics.invocation`"),
    Case("lesson of the file", QUIZ, "lesson: L5.3", "lesson: L5.4", f"{QUIZ}:1: found the lesson `L5.4`, expected `L5.3`"),
    Case("no run and no fact", QUIZ, '    run: {lab: three-tries, steps: [{lambda.invoke: {FunctionName: "{role:worker}", InvocationType: Event, Payload: {n: 1}}}, {advance: 1h}]}\n', "", f"{QUIZ}:14: found a `number` without `run`"),
    # --- around them
    Case("course key", COURSE, "licence:", "license:", f"{COURSE}:5: found `license`, expected one of `id`, `title`, `version`, `needs`, `licence`"),
    Case("version as number", COURSE, 'version: "1"', "version: 1.0", f"{COURSE}:3: found the number 1.0, expected a text. Put it in quotes."),
    Case("engine too old", COURSE, '">=0.1"', '">=99"', f"{COURSE}:4: found a course for `>=99`, expected a course for this version"),
    Case("engine range", COURSE, '">=0.1"', '"new"', f"{COURSE}:4: found `new`, expected a range of versions"),
    Case("track", COURSE, "lessons: [L5.3]", "lessons: [L5.33]", "found the lesson `L5.33` in the track `all`, expected a lesson of this course. Did you mean `L5.3`?"),
    Case("module", "lessons/05-invocation/module.yaml", "test_out: 8", "test_out: eight", "lessons/05-invocation/module.yaml:3: found the text `eight`, expected a whole number"),
    Case("shared", f"{SHARED}/misconceptions.yaml", "truth: \"It waits.\"", "trut: \"It waits.\"", f"{SHARED}/misconceptions.yaml:3: found `trut`, expected one of `belief`, `truth` or `symptom`"),
    Case("wrong way's task", f"{LESSON_FOLDER}/wrong/three-tries-nothing.try", "captured", "capturd", f"{LESSON_FOLDER}/wrong/three-tries-nothing.try:1: found the task `capturd`, expected a task of the lab. Did you mean `captured`?"),
    Case("wrong way's first line", f"{LESSON_FOLDER}/wrong/three-tries-nothing.try", "# refused by: captured\n", "", f"{LESSON_FOLDER}/wrong/three-tries-nothing.try:1: found `clock advance 4m`, expected `# refused by: TASK`"),
    Case("solution's command", f"{LESSON_FOLDER}/solutions/three-tries.try", "clock advance", "clokc advance", f"{LESSON_FOLDER}/solutions/three-tries.try:2: found `clokc`"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_author_is_told_where_and_what(case: Case, folder, problems):
    path = folder / case.file
    text = path.read_text()
    assert case.old in text, "the case does not change anything"
    path.write_text(text.replace(case.old, case.new, 1))
    messages = [str(problem) for problem in problems()]
    assert any(case.message in message for message in messages), "\n".join(messages)


BYTES = [
    ("not UTF-8", b"id: \xff\xfe", ":1: found the byte 0xff, expected text in UTF-8"),
    ("not UTF-8 on line 3", b"a: b\nc: d\ne: \xe9", ":3: found the byte 0xe9, expected text in UTF-8"),
    ("NUL", b"id: a\x00b", ":1: found the character U+0000, expected text that can be shown"),
    ("escape", b"id: x\ntitle: \x1b[31mred", ":2: found the character U+001B"),
    ("turned text", "id: \u202eabc".encode(), ":1: found the character U+202E"),
    ("empty", b"", ": found an empty file, expected some content"),
    ("blank", b" \n\n", ": found an empty file, expected some content"),
    ("huge", b"#" * 300_000, ": found 300,000 bytes, expected at most 262,144 bytes"),
    ("deep", b"[" * 60 + b"]" * 60, "found more than 40 levels"),
    ("scalar", b"hello", "expected a mapping"),
    ("comments alone", b"# nothing\n", "found nothing, expected YAML"),
]


@pytest.mark.parametrize(("name", "data", "message"), BYTES, ids=[case[0] for case in BYTES])
@pytest.mark.parametrize("file", [COURSE, LAB, QUIZ])
def test_files_that_are_no_text_are_told_of(name, data, message, file, folder, problems):
    (folder / file).write_bytes(data)
    messages = [str(problem) for problem in problems()]
    assert any(text.startswith(file) and message in text for text in messages), "\n".join(messages)


@pytest.mark.parametrize("file", [COURSE, LAB, QUIZ, LESSON, f"{LESSON_FOLDER}/solutions/three-tries.try"])
def test_a_folder_in_place_of_a_file_is_told_of(file, folder, problems):
    path = folder / file
    path.unlink()
    path.mkdir()
    messages = [str(problem) for problem in problems()]
    assert any(text == f"{file}: found a folder, expected a file" for text in messages), messages


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (COURSE, f"{COURSE}: found no such file, expected a file"),
        ("lessons/05-invocation/module.yaml", "module.yaml: found no such file, expected a file"),
        (LESSON, f"{LESSON}: found no such file, expected a file"),
        (LAB, f"{LESSON}:11: found the lab `three-tries`, expected a lab of this lesson"),
        (QUIZ, f"{LESSON}:21: found `Q5.3-04`, expected the id of a question of this lesson"),
        (f"{LESSON_FOLDER}/code/flaky/app.py", "found an empty folder `code/flaky`"),
        (
            f"{LESSON_FOLDER}/solutions/three-tries.try",
            f"{LESSON_FOLDER}/solutions/three-tries.try: found no such file, expected console lines that solve",
        ),
    ],
)
def test_a_missing_file_is_told_of(file, message, folder, problems):
    (folder / file).unlink()
    messages = [str(problem) for problem in problems()]
    assert any(message in text for text in messages), "\n".join(messages)


def test_a_script_for_no_lab_is_told_of(folder, problems):
    (folder / LESSON_FOLDER / "solutions" / "three-tires.try").write_text("clock\n")
    (only,) = [str(problem) for problem in problems()]
    assert "found the name `three-tires`, expected a name that begins with a lab's id" in only


def test_a_link_out_of_the_code_folder_is_told_of(folder, problems, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    (folder / LESSON_FOLDER / "code" / "flaky" / "more.py").symlink_to(secret)
    assert ["found" in str(p) and "a link out of `code/flaky`" in str(p) for p in problems()] == [True]


def test_a_file_that_may_not_be_read_is_told_of(folder, problems, monkeypatch):
    read = Path.read_bytes

    def refusing(path):
        if path.name == "course.yaml":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refusing)
    (only,) = [str(problem) for problem in problems()]
    assert only == f"{COURSE}: found a file that cannot be read (Permission denied), expected a readable file"


def test_several_problems_are_told_together_in_the_order_of_the_lines(folder, problems):
    path = folder / LAB
    path.write_text(path.read_text().replace("flavour:", "flavor:").replace("minutes: 12", "minutes: x"))
    quiz = folder / QUIZ
    quiz.write_text(quiz.read_text().replace("type: number", "type: order"))
    found = problems()
    assert len(found) >= 3
    assert {problem.file for problem in found} >= {LAB, QUIZ}


def test_a_lab_that_cannot_be_read_raises_no_second_alarm_on_the_page(folder, problems):
    (folder / LAB).write_text("id: [")
    assert {problem.file for problem in problems()} == {LAB}


def test_questions_that_cannot_be_read_raise_no_second_alarm_on_the_page(folder, problems):
    (folder / QUIZ).write_text("lesson: [")
    assert {problem.file for problem in problems()} == {QUIZ}


@pytest.mark.parametrize("path", ["nowhere", "x" * 5000, "a\x00b"])
def test_a_course_folder_that_is_none_is_told_of(path, tmp_path):
    with pytest.raises(ContentError, match="expected a course folder"):
        load_course(tmp_path / path, fact_text=str, cache=Cache(None))


def test_a_file_for_a_course_folder_is_told_of(tmp_path):
    (tmp_path / "course").write_text("x")
    with pytest.raises(ContentError, match="found a file, expected a course folder"):
        load_course(tmp_path / "course", fact_text=str, cache=Cache(None))


def test_an_empty_course_folder_says_what_it_lacks(tmp_path):
    with pytest.raises(ContentError) as caught:
        load_course(tmp_path, fact_text=str, cache=Cache(None))
    assert caught.value.problems[0].file == f"{tmp_path.name}/course.yaml"


def test_a_course_without_lessons_says_so(folder):
    for file in (folder / "lessons/05-invocation").rglob("*"):
        if file.is_file():
            file.unlink()
    empty = folder / "lessons" / "05-invocation"
    for path in sorted(empty.rglob("*"), reverse=True):
        path.rmdir()
    Path(empty).rmdir()
    (folder / COURSE).write_text("id: x\ntitle: X\nversion: '1'\n")
    with pytest.raises(ContentError, match="found no lesson, expected a module folder"):
        load_course(folder / "lessons", fact_text=str, cache=Cache(None))
