"""What code writes: facts 5.6."""

from __future__ import annotations

from tests.sandbox.runtime.conftest import REQUEST, Lab, texts


def test_each_printed_line_is_an_event(lab: Lab):
    ended = lab.call(
        """
        import sys, os
        def handler(event, context):
            print("one\\ntwo")
            print("three", end="")
            sys.stderr.write(" and more\\n")
            sys.stdout.buffer.write(b"bytes\\n")
            os.write(1, b"descriptor\\n")
            print()
            print("left over", end="")
        """
    )
    assert texts(ended) == ["one", "two", "three and more", "bytes", "descriptor", "", "left over"]


def test_lines_carry_the_virtual_time_of_their_writing(lab: Lab):
    ended = lab.call(
        """
        def handler(event, context):
            print("before")
            for _ in range(100_000): pass
            print("after")
        """
    )
    (first, _), (second, _) = ended.lines
    assert first == 1_000
    assert 80_000 < second - first < 90_000
    assert ended.cpu >= second


def test_logging_has_lambdas_format_and_the_request_id(lab: Lab):
    lab.deploy(
        """
        import logging
        logger = logging.getLogger(__name__)
        logger.warning("loading")
        def handler(event, context):
            logger.info("not shown: the root logger is at WARNING")
            logging.getLogger().setLevel("INFO")
            logger.info("two\\nlines")
            context.log("bare\\n")
        """
    )
    assert texts(lab.init()) == ["[WARNING]\t2026-11-23T09:00:00.000Z\t\tloading"]
    assert texts(lab.invoke()) == [f"[INFO]\t2026-11-23T09:00:00.001Z\t{REQUEST}\ttwo\nlines", "bare"]


def test_the_level_can_be_set_by_variable(lab: Lab):
    ended = lab.call(
        "import logging\ndef handler(e, c): logging.debug('seen')\n",
        environ=(("AWS_LAMBDA_LOG_LEVEL", "DEBUG"),),
    )
    assert texts(ended)[0].endswith("\tseen")


def test_a_logged_traceback_is_one_event_without_our_frames(lab: Lab):
    ended = lab.call(
        """
        import logging, json
        def handler(event, context):
            try:
                json.loads("x")
            except ValueError:
                logging.exception("oh")
        """
    )
    (line,) = texts(ended)
    assert line.splitlines()[0].endswith("\toh")
    assert 'File "/var/task/app.py", line 5, in handler' in line
    assert "/var/lang/lib/python3" in line
    assert "sandbox/runtime" not in line


def test_addresses_of_objects_are_the_same_every_time(lab: Lab):
    source = "class A: pass\na = A()\ndef handler(e, c): print(a, handler, a); return repr(a)\n"
    first, second = lab.call(source), lab.call(source)
    assert texts(first) == texts(second)
    assert texts(first)[0].startswith("<app.A object at 0x7f0010000000> <function handler at 0x7f00100000")


def test_a_flood_of_output_is_cut(lab: Lab):
    lab.timeout = 900_000_000
    ended = lab.call("def handler(e, c):\n    for _ in range(9000): print('x' * 1000)\n", memory=1769)
    assert ended.kind == "return"
    assert 4_000 < len(ended.lines) < 4_300
    assert texts(ended)[-1].startswith("[lambda sandbox: too much output")
