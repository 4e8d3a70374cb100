"""Console lines: each verb, each way of using it wrongly, and what a line may never do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tutor.practice.bench import ALLOW, CALL, DLQ, LETTERS, SEND, do, must_replay
from tutor.practice import LabRun
from tutor.practice.console.shell import Shell
from tutor.practice.console.verbs import VERBS
from tutor.practice.files import FileProblem, Folder

USAGE = {
    "clock foo": "clock | clock advance 5m | clock next | clock settle",
    "clock 15s": "Did you mean clock advance 15s?",
    "clock advance": "clock | clock advance 5m | clock next | clock settle",
    "clock advance 5": "'5' is not a duration such as 4m, 7h or 90s",
    "clock advance -5m": "'-5m' is not a duration such as 4m, 7h or 90s",
    "clock advance 401d": "'401d' is longer than 400 days",
    "load": "load FUNCTION --rate 20 --for 30s",
    "load a b --rate 1 --for 1s": "b is one word too many. JSON stands in single quotes.",
    "load {names} --rate 1 --for 1s --payload x": "the payload is no JSON: x. It looks like this: --payload",
    "load {names} --rate 1": "load FUNCTION --rate 20 --for 30s",
    "load {names} --rate": "--rate needs a value.",
    "load {names} --speed 1": "--speed is no option of `load`.",
    "load {names} --rate x --for 1s": "the rate is requests a second, such as 20 or 0.5, not x",
    "load {names} --rate 0 --for 1s": "the rate is requests a second",
    "load {names} --rate 1 --for 5": "'5' is not a duration such as 4m, 7h or 90s",
    "load {names} --rate 900 --for 1h": "a load has 20,000 requests at the most",
    "load {names} --rate 1 --for 1s --invocation-type DryRun": "the type is RequestResponse or Event",
    "load 'x": "The quote ' at character 1 is not closed.",
    "show": "show timeline | logs | queue | metrics | concurrency | functions | files",
    "show concurency": "Did you mean show concurrency?",
    "show app.py": "Did you mean show files app.py?",
    "show nothing": "show timeline | logs | queue | metrics | concurrency | functions | files",
    "explain x": "explain, or explain NUMBER with the number of an event, 1 to ",
    "explain 0": "explain, or explain NUMBER with the number of an event, 1 to ",
    "explain 99999": "explain, or explain NUMBER with the number of an event, 1 to ",
    "explain ²": "explain, or explain NUMBER with the number of an event, 1 to ",
    "explain " + "9" * 5000: "explain, or explain NUMBER with the number of an event, 1 to ",
    "edit": "edit FILE <<END, then the lines of the file, then END",
    "edit app.py": "edit FILE <<END, then the lines of the file, then END",
    "edit app.py <<": "edit FILE <<END, then the lines of the file, then END",
    "edit <<END\nx\nEND": "edit FILE <<END, then the lines of the file, then END",
    "undo 3": "undo",
    "reset now": "reset",
}
TROUBLE = {
    "deploy nobody": "Function not found: arn:aws:lambda:us-east-1:123456789012:function:nobody",
    "load nobody --rate 1 --for 1s": "There is no function nobody. There are: ",
    "show concurrency nobody": "There is no function nobody. There are: ",
    "show queue nobody": "there is no queue nobody",
    "show files nobody": "nobody: No such file or directory",
    "show files ../secret": "../secret is outside of your folder",
    "explain": "nothing has gone wrong yet",
    "clock next": "nothing is waiting to happen",
    "undo": "there is nothing left to undo",
    "edit ../../x <<END\nx\nEND": "../../x is outside of your folder",
    "edit /etc/x <<END\nx\nEND": "/etc/x is outside of your folder",
    "edit . <<END\nx\nEND": ".: Is a directory",
    "edit code/app.py/x <<END\nx\nEND": "code/app.py/x: ",
    "edit a\0b <<END\nx\nEND": "'a\\x00b' cannot be the name of a file",
    f"edit {'x' * 300} <<END\nx\nEND": "File name too long",
    "edit x.py <<END\n\ud800\nEND": "There is a character in this line that cannot be used here.",
    "aws sqs send-message --queue-url letters --message-body \ud800": "There is a character in this line",
}


@pytest.mark.parametrize(("line", "usage"), USAGE.items(), ids=[line[:30] for line in USAGE])
def test_a_verb_that_is_used_wrongly_shows_how_it_is_used(run, line, usage):
    before = run.world.journal.rows[-1].hash
    printed = run.run(line)
    assert (printed.code, printed.out) == (2, "")
    assert printed.err.startswith(usage)
    assert run.world.journal.rows[-1].hash == before


@pytest.mark.parametrize(("line", "said"), TROUBLE.items(), ids=[line[:30].strip() for line in TROUBLE])
def test_what_does_not_work_is_said_in_one_sentence(run, line, said):
    printed = run.run(line)
    assert (printed.code, printed.out) == (1, "")
    assert said in printed.err
    assert "Traceback" not in printed.err
    assert sorted(path.name for path in run.files.rglob("*")) == ["app.py", "code"]


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (
            "aws lambda invoke --function-name {names} ../out.json",
            255,
            "../out.json is outside of your folder",
        ),
        (
            "aws lambda update-function-code --function-name {names} --zip-file fileb://../x",
            252,
            "Error parsing parameter '--zip-file': Unable to load paramfile fileb://../x: ../x is outside of",
        ),
        ("aws s3 cp ../x s3://bucket", 255, "../x is outside of your folder"),
    ],
)
def test_a_file_that_aws_cannot_have_is_told_in_aws_clis_form(run, line, code, said):
    printed = run.run(line)
    assert (printed.code, printed.out) == (code, "")
    assert said in printed.err
    assert sorted(path.name for path in run.files.rglob("*")) == ["app.py", "code"]


def test_an_unknown_word_is_answered_with_those_that_there_are(run):
    printed = run.run("fly to the moon")
    assert printed.code == 127
    assert printed.err == f"fly: not a command here. There are: aws, {', '.join(VERBS)}."


@pytest.mark.parametrize("line", ["", "   ", "# a comment", "\n"])
def test_lines_that_say_nothing_do_nothing(run, line):
    printed = run.run(line)
    assert (printed.code, printed.out, printed.err) == (0, "", "")


@pytest.mark.parametrize("line", ["aws lambda invoke --payload '{", 'aws sqs list-queues "', "aws '"])
def test_a_quote_that_is_not_closed_is_said_so(run, line):
    printed = run.run(line)
    assert printed.code == 252
    assert "quote" in printed.err


def test_aws_lines_speak_as_the_aws_cli(run):
    created = run.run("aws sqs create-queue --queue-name mine")
    assert created.code == 0
    assert '"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/mine"' in created.out
    refused = run.run("aws sqs get-queue-url --queue-name nobody")
    assert refused.code == 254
    assert "An error occurred (AWS.SimpleQueueService.NonExistentQueue)" in refused.err
    wrong = run.run("aws sqs get-queue")
    assert wrong.code == 252


# -- code --------------------------------------------------------------------------------------------------


def test_what_other_shells_call_it_leads_to_show_files(run):
    assert run.run("cat app.py").err.endswith("`show files NAME` reads one.")
    assert "show files" not in run.run("fly").err


def test_a_function_is_made_of_the_files_of_the_editor(run):
    role = "arn:aws:iam::123456789012:role/{names}-role"
    do(run, "edit more.py <<END\ndef handler(event, context):\n    return 9\nEND")
    made = run.run(
        "aws lambda create-function --function-name mine --runtime python3.13 --handler more.handler"
        f" --role {role} --zip-file fileb://code.zip"
    )
    assert made.code == 0
    do(run, "aws lambda wait function-active-v2 --function-name mine")
    do(run, "aws lambda invoke --function-name mine out.json", "aws s3 mb s3://mine-to-keep")
    assert run.run("show files out.json").out == "9"
    assert (
        run.run("aws s3 cp more.py s3://mine-to-keep/").out
        == "upload: ./more.py to s3://mine-to-keep/more.py\n"
    )
    assert run.run("show files").out == "app.py\nmore.py\nout.json"


def test_edit_and_deploy_change_what_runs(run):
    do(run, "edit app.py <<END\nimport more\ndef handler(event, context):\n    return more.X\nEND")
    do(run, "edit more.py <<'DONE'\nX = 'END'\nDONE", "show files")
    printed = run.run("deploy")
    assert printed.out == f"Deployed app.py, more.py to {run.variants['names']}."
    do(run, CALL)
    assert (run.files / "out.json").read_text() == '"END"'


def test_code_that_python_cannot_read_is_deployed_and_fails_when_it_runs(run):
    do(run, "edit app.py <<END\ndef handler(event, context)\n    return 1\nEND", "deploy")
    printed = run.run(CALL)
    assert printed.code == 0
    assert '"FunctionError": "Unhandled"' in printed.out
    body = (run.files / "out.json").read_text()
    assert '"errorType": "Runtime.UserCodeSyntaxError"' in body
    assert "Syntax error in module 'app'" in body


def test_deploy_asks_for_a_function_when_there_are_more_or_none(run):
    name = run.variants["names"]
    do(run, f"aws lambda delete-function --function-name {name}")
    assert run.run("deploy").err == "deploy FUNCTION    there are: none"
    do(run, "undo")
    role = f"arn:aws:iam::123456789012:role/{name}-role"
    (run.files / "p.zip").write_bytes(run.package())
    do(
        run,
        f"aws lambda create-function --function-name two --runtime python3.13 --handler app.handler"
        f" --role {role} --zip-file fileb://p.zip",
        "aws lambda wait function-active-v2 --function-name two",
    )
    printed = run.run("deploy")
    assert (printed.code, printed.err) == (
        2,
        f"deploy FUNCTION    there are: {', '.join(sorted([name, 'two']))}",
    )
    assert run.run("deploy two").out == "Deployed app.py to two."


def test_deploy_without_files_says_so(run):
    (run.code / "app.py").unlink()
    assert run.run("deploy").err == f"there are no files to deploy to {run.functions[0]}"


def test_deploy_of_a_file_that_cannot_be_read_says_so(run):
    (run.code / "odd.py").symlink_to("/proc/self/mem")
    printed = run.run("deploy")
    assert printed.code == 1
    assert printed.err.startswith("the files cannot be read: ")


# -- time --------------------------------------------------------------------------------------------------


def test_the_clock_tells_the_time_and_what_comes(run):
    assert run.run("clock").out == "It is Monday 09:00:00."
    do(run, SEND, "clock advance 5s")
    printed = run.run("clock")
    assert printed.out.startswith("It is Monday 09:00:05. Next: ")
    assert ", in 55 s." in printed.out or ", in 56 s." in printed.out


def test_the_clock_goes_to_what_happens_next(run):
    do(run, SEND, "clock next")
    assert run.clock.startswith("Mon 09:00:0")
    do(run, "clock next")
    assert run.clock.startswith("Mon 09:01:0")
    do(run, "clock next")
    assert run.clock.startswith("Mon 09:03:0")
    assert run.run("clock next").code == 1


def test_the_clock_settles_when_nothing_is_left_to_happen(run):
    do(run, SEND)
    assert "Next:" not in run.run("clock settle").out
    assert run.run("show timeline").out.count(" started") == 3
    assert run.coming() is None


# -- looking -----------------------------------------------------------------------------------------------


def test_what_can_be_shown(run):
    name = run.variants["names"]
    assert run.run("show timeline").out == "Nothing has happened yet."
    assert run.run("show logs").out == "There are no log lines."
    assert run.run("show queue letters").out == "letters is empty."
    assert run.run("show queue").out == "letters: 0 messages"
    assert run.run("show functions").out == f"{name}: Active"
    assert run.run("show files").out == "app.py"
    assert run.run("show files app.py").out.endswith('raise RuntimeError("the warehouse does not answer")')
    do(run, ALLOW, DLQ + LETTERS, "aws lambda wait function-updated-v2 --function-name {names}", SEND)
    do(run, "clock settle")
    assert run.run("show timeline").out.count(" started") == 3
    assert run.run(f"show timeline {name}").out.count(" started") == 3
    for what in ("timeline", "logs", "metrics"):
        assert run.run(f"show {what} nobody").err == f"There is no function nobody. There are: {name}."
    assert run.run("show logs").out.count("START RequestId") == 3
    assert f"{name}  Errors (Sum): 3" in run.run("show metrics").out
    assert f"{name}  Invocations (Sum): 3" in run.run(f"show metrics {name}").out
    letter = run.run("show queue letters").out
    assert letter.startswith('Message 1 of letters:\n  {"order": 7}')
    assert "  ErrorCode: 200" in letter


def test_looking_writes_nothing_into_the_journal(run):
    do(run, SEND, "clock advance 5m")
    before = run.world.journal.rows[-1].hash
    for what in ("timeline", "logs", "metrics", "functions", "files", "queue letters", "changes"):
        do(run, f"show {what}")
    do(run, "clock", "explain")
    assert run.world.journal.rows[-1].hash == before


# -- files -------------------------------------------------------------------------------------------------


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("secret")
    folder = Folder(tmp_path / "mine")
    folder.path.mkdir()
    (folder.path / "link").symlink_to(outside)
    with pytest.raises(FileProblem, match="outside of your folder"):
        folder.read("link/secret")
    with pytest.raises(FileProblem, match="outside of your folder"):
        folder.write("link/new", b"x")
    assert [path.name for path in outside.iterdir()] == ["secret"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path):
    folder = Folder(tmp_path)
    folder.write("a/b.py", b"one")
    folder.write("a/b.py", b"two")
    assert folder.read("a/b.py") == b"two"
    with pytest.raises(FileProblem):
        folder.write("a", b"three")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "b.py"]


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path):
    (tmp_path / "large").write_bytes(b"x" * 1_000_001)
    with pytest.raises(FileProblem, match="large is larger than 1,000,000 bytes"):
        Folder(tmp_path).read("large")


def test_lines_are_completed(run):
    assert run.shell.complete("cl") == ["clock"]
    assert run.shell.complete("") == ["aws", *VERBS]
    assert "aws lambda" in " ".join(run.shell.complete("aws lam")) or run.shell.complete("aws lam") == [
        "lambda"
    ]


# -- any line ----------------------------------------------------------------------------------------------

LOOSE = """
aws clock deploy edit explain show undo lambda sqs iam logs sts invoke create-queue list-functions
send-message get-role get-caller-identity help delete-function --function-name {names} {order} {nonce}
{role:letters} {arn:queue/x} --payload --queue-name --queue-url letters '{}' " ' \\ out.json ../x <<END
advance 5m 1h next settle timeline queue files app.py 1 -1 -- --query * file://x Event
--invocation-type --cli-input-json = { } [
"""
WORDS = st.sampled_from([*LOOSE.split(), "\nEND", "\n", "\0"])
WHOLE = st.sampled_from(
    [
        SEND,
        CALL,
        ALLOW,
        DLQ + LETTERS,
        "deploy",
        "undo",
        "clock next",
        "clock advance 3m",
        "clock settle",
        "explain",
        "show timeline",
        "show logs",
        "edit app.py <<END\ndef handler(event, context)\nEND",
        "edit app.py <<END\ndef handler(event, context):\n    return {order}\nEND",
        "aws lambda delete-function --function-name {names}",
        "aws lambda wait function-updated-v2 --function-name {names}",
        "aws lambda put-function-concurrency --function-name {names} --reserved-concurrent-executions 0",
        "aws logs tail /aws/lambda/{names}",
        "aws iam delete-role-policy --role-name {names}-role --policy-name letters",
        "aws sqs receive-message --queue-url letters --wait-time-seconds 20",
    ]
)
LINES = st.one_of(
    WHOLE, st.text(max_size=60), st.lists(st.one_of(WORDS, st.text(max_size=4)), max_size=9).map(" ".join)
)


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lines=st.lists(LINES, min_size=1, max_size=6))
def test_no_line_raises_and_every_line_leaves_a_world_that_replays(run: LabRun, lines: list[str]):
    with run.world.fork() as world:
        fork = LabRun.__new__(LabRun)
        fork.__dict__.update(run.__dict__)
        fork.world = world
        fork.naming = type(run.naming)(run.lab, run.variants, world)
        fork.shell = Shell(world, fork.naming, run.files, lambda: None, run.helps, run.board.answer)
        for line in lines:
            printed = fork.run(line)
            assert printed.code == 0 or printed.err
        must_replay(world)


def test_an_edit_without_its_lines_wipes_nothing(run):
    before = run.run("show files app.py").out
    assert run.run("edit app.py <<END").code == 2
    assert run.run("show files app.py").out == before != ""


def test_what_a_command_wrote_can_be_read(run):
    do(run, """aws lambda invoke --function-name {names} --payload '{"ok": 1}' out.json""")
    assert "out.json" in run.run("show files").out.split("\n")
    assert run.run("show files out.json").out


def test_a_policy_that_edit_writes_is_read_by_commands_and_not_deployed(run):
    policy = '{"Version": "2012-10-17", "Statement": []}'
    said = run.run(f"edit policy.json <<END\n{policy}\nEND").out
    assert (
        said
        == "Wrote policy.json. Commands read it as file://policy.json. It is no part of the function's code."
    )
    role = run.run("aws iam create-role --role-name mine --assume-role-policy-document file://policy.json")
    assert "No such file" not in role.err
    assert run.run("show files policy.json").out == policy
    assert run.run("show files").out == "app.py\npolicy.json"
    assert run.shell.complete("edit po") == run.shell.complete("edit pol") == ["policy.json"]
    assert [word.split()[-1] for word in run.shell.complete("show files po")] == ["policy.json"]
    assert run.run("deploy").out.startswith("Deployed app.py to ")
    run.run("edit code/menu.json <<END\n{}\nEND")
    assert run.run("deploy").out.startswith("Deployed app.py, menu.json to ")
    assert (
        run.run("edit menu.json <<END\n[]\nEND").out == "Wrote menu.json. `deploy` gives it to the function."
    )
